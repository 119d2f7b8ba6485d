"""The page of one section: its questions as cards, its repeats with their items."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gmsc_desktop.domain.answers import key_path
from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.i18n import _
from ui.pages.assessment.bandrow import BandRow, band_row
from ui.pages.assessment.bands import Band, Shape
from ui.pages.assessment.card import QuestionCard
from ui.pages.assessment.cardframe import Look
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.editors import is_level
from ui.pages.assessment.layout import Row, RowKind, Section, page_rows, section_item
from ui.pages.assessment.pagerows import AddRow, Following, Heading, ItemHead, indent_of
from ui.pages.assessment.remarks import RemarkBoxes
from ui.theme import space
from ui.widgets.tall import Tall
from ui.widgets.words import Tone, Words, show_if

SCREEN = 250
"""Quarter ems of height built before the first paint: what fits a screen. The rest follows while the window is idle."""
LEVELS, OTHER = 120, 30
"""Quarter ems a question with levels takes at least, and any other row."""
THEN, BETWEEN_MS = 3, 8
"""Rows built at a time after that, and the pause between: whoever types or scrolls meanwhile is not kept waiting."""


class SectionPage(Tall):
    """Shows one section. ``opening`` carries evidence to look at; ``entered`` the key of the question worked on;
    ``grown`` says that rows were added below."""

    opening = Signal(object)
    entered = Signal(str)
    grown = Signal()

    def __init__(self, desk: Desk, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.section = desk, section
        self.cards: dict[str, QuestionCard] = {}
        self._others: dict[Row, QWidget] = {}
        self._bands: dict[Band, BandRow] = {}
        self._rows: tuple[Row, ...] = ()
        self._built = 0
        self._title = Words("", Tone.TEXT, scale=1.55, bold=True, parent=self)
        self._hint = Words("", Tone.MUTED, parent=self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, space(2))
        self._column.setSpacing(space(3))
        self._column.addWidget(self._title)
        self._column.addWidget(self._hint)
        self.doer = Words("", Tone.MUTED, parent=self)
        self._column.addWidget(self.doer)
        self.nothing = Words(_("Nothing is asked here, by the answers so far."), Tone.MUTED, parent=self)
        self._column.addWidget(self.nothing)
        self.whole: RemarkBoxes | None = None
        if desk.remarks.of("") and section == next(each for each in desk.sections if each.is_page):
            # What is said of the visit as a whole stands before everything else.
            self.whole = RemarkBoxes(desk.remarks, "", _("The visit as a whole"), self)
            self.whole.refresh(editable=desk.editable)
            self._column.addWidget(self.whole)
        self._fixed = self._column.count()
        self._column.addStretch(1)
        self._later = QTimer(self, singleShot=True, interval=BETWEEN_MS)
        self._later.timeout.connect(self._continue)
        self._rows = self._wanted_rows()
        self._show_head()
        self._say_nothing()
        self._build(self._on_screen())

    # building

    def paintEvent(self, event: QPaintEvent) -> None:
        """What fits the screen is there: only now is there time for the rest."""
        self.build_rest()

    def build_rest(self) -> None:
        """Build what is missing while nothing else is to do."""
        if self._built < len(self._rows) and not self._later.isActive():
            self._later.start()

    def _wanted_rows(self) -> tuple[Row, ...]:
        return page_rows(self._desk.instrument, self.section, self._desk.session.items)

    def _show_head(self) -> None:
        item = section_item(self._desk.instrument, self.section)
        language = self._desk.language
        hint = self._desk.session.hint(item.path, language)
        self._title.setText(self._desk.page_title(self.section))
        self._hint.setText(hint)
        self._title.set_runs(self._desk.emphasis(item.path))
        self._hint.set_runs(self._desk.emphasis(item.path, "hint"))
        show_if(self._hint, bool(hint))
        self.show_team()

    def _say_nothing(self) -> None:
        """A page on which the answers leave nothing to ask would be empty: it says so."""
        state = self._desk.session.state
        show_if(self.nothing, not any(state(row.key).relevant for row in self._rows if row.kind is not RowKind.HEADING))

    def show_team(self) -> None:
        """Say who of the team does this section; everybody may read it, and is warned before writing in another's."""
        side = self._desk.team
        member = side.doer(self.section.path)
        if member is None:
            self.doer.setText("")
        elif side.is_own(member):
            self.doer.set_tone(Tone.ACCENT)
            self.doer.setText(_("This section is yours."))
        else:
            self.doer.set_tone(Tone.WARNING)
            self.doer.setText(
                _("{name} does this section. What you enter here is kept beside it.").format(name=member.name)
            )
        show_if(self.doer, member is not None)

    def _on_screen(self) -> int:
        """How many rows fill the first screen."""
        by_path, height = self._desk.instrument.by_path, 0
        for number, row in enumerate(self._rows, 1):
            height += LEVELS if row.kind is RowKind.QUESTION and is_level(by_path[row.path]) else OTHER
            if height >= SCREEN:
                return number
        return len(self._rows)

    def _build(self, count: int) -> None:
        for row in self._rows[self._built : self._built + count]:
            if row.band is not None:
                self._put_in_band(row, row.band)
            else:
                self._put(self._widget(row))
            self._built += 1

    def _put(self, widget: QWidget) -> None:
        """Below what is there."""
        self._column.insertWidget(self._column.count() - 1, widget)
        self._reveal(widget)

    def _put_in_band(self, row: Row, band: Band) -> None:
        together = self._bands.get(band)
        if together is None:
            together = self._bands[band] = band_row(self._desk, band, self, indent_of(row))
        if self._column.indexOf(together) < 0:
            self._put(together)
        if row.kind is RowKind.QUESTION:
            card = self._card(row, together)
            together.put(card, row.wide)
            self._reveal(card)
        together.follow()

    def _reveal(self, widget: QWidget) -> None:
        if self.isVisible() and not widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            widget.show()

    def _continue(self) -> None:
        self._build(THEN)
        self.grown.emit()
        if self._built < len(self._rows):
            self._later.start()

    def build_until(self, key: str) -> None:
        """Build every row up to the question ``key`` now."""
        while self._built < len(self._rows) and key not in self.cards:
            self._build(THEN)

    def _widget(self, row: Row) -> QWidget:
        if row.kind is RowKind.QUESTION:
            return self._card(row, self)
        other = self._others.get(row)
        if other is None:
            other = self._others[row] = self._make_other(row)
        return other

    def _card(self, row: Row, parent: QWidget) -> QuestionCard:
        card = self.cards.get(row.key)
        if card is None:
            shape = row.band.shape if row.band is not None else None
            look = {Shape.GRID: Look.CELL, Shape.TABLE: Look.ROW}.get(shape, Look.CARD) if shape else Look.CARD
            indent = 0 if row.band is not None else indent_of(row)
            card = QuestionCard(self._desk, row.key, look, parent, indent=indent)
            card.opening.connect(self.opening)
            card.entered.connect(self.entered)
            self.cards[row.key] = card
            card.refresh()
        return card

    def _make_other(self, row: Row) -> QWidget:
        match row.kind:
            case RowKind.ITEM:
                return ItemHead(self._desk, row, self)
            case RowKind.ADD:
                return AddRow(self._desk, row, self)
            case _:
                own = section_item(self._desk.instrument, self.section).path
                return Heading(self._desk, row, own, self)

    # following

    def refresh(self, keys: Iterable[str]) -> None:
        """Show these questions anew; what names others follows."""
        if self.whole is not None:
            self.whole.refresh(editable=self._desk.editable)
        for key in keys:
            if key == self.section.group:
                self._show_head()
            if key in self.cards:
                self.cards[key].refresh()
        for other in self._others.values():
            if isinstance(other, Following):
                other.follow()
        for together in self._bands.values():
            together.follow()
        self._say_nothing()

    def reshape(self) -> None:
        """Items came or went: keep every card that is still wanted, in its place."""
        wanted = self._wanted_rows()
        if wanted == self._rows:
            return
        self._later.stop()
        while self._column.count() > self._fixed:
            self._column.takeAt(self._column.count() - 1)
        for together in self._bands.values():
            together.take()
        keep = set(wanted)
        gone: list[QWidget] = [
            self.cards.pop(row.key)
            for row in self._rows
            if row.kind is RowKind.QUESTION and row not in keep and row.key in self.cards
        ]
        gone += [self._others.pop(row) for row in tuple(self._others) if row not in keep]
        still = {row.band for row in wanted}
        gone += [self._bands.pop(band) for band in tuple(self._bands) if band not in still]
        # All are forgotten before the first is hidden: the keyboard moves on to the next, which may be going too.
        for widget in gone:
            widget.hide()
            widget.deleteLater()
        self._rows, self._built = wanted, 0
        self._column.addStretch(1)
        self._build(len(wanted))
        self.refresh(self.cards)
        self.grown.emit()

    def flush(self) -> None:
        """Commit everything typed on this page."""
        if self.whole is not None:
            self.whole.flush()
        for card in self.cards.values():
            card.flush()

    def asked(self) -> tuple[str, ...]:
        """The questions of this page that are relevant now, in order."""
        state = self._desk.session.state
        return tuple(row.key for row in self._rows if row.kind is RowKind.QUESTION and state(row.key).relevant)

    def is_note(self, key: str) -> bool:
        """Whether ``key`` is only read."""
        return self._desk.instrument.by_path[key_path(key)].type is ItemType.NOTE

    def focus_other(self, key: str) -> None:
        """Bring the keyboard to the button that adds to the repeat ``key``, if it is on this page."""
        self._build(len(self._rows))
        for row, other in self._others.items():
            if row.key == key and isinstance(other, AddRow):
                other.button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_first(self) -> None:
        """Bring the keyboard to the first button of a page without a question to answer, or to the page itself."""
        buttons = (other.button for other in self._others.values() if isinstance(other, AddRow))
        target: QWidget = next((button for button in buttons if not button.isHidden() and button.isEnabled()), self)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
