"""The middle pane: the page of one section at a time, scrolled to the question worked on."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gmsc_desktop.domain.answers import key_path
from gmsc_desktop.i18n import _
from ui.pages.assessment.card import QuestionCard
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.layout import Section, section_of
from ui.pages.assessment.navigation import step as neighbour
from ui.pages.assessment.sectionpage import SectionPage
from ui.theme import space
from ui.widgets.labels import Button
from ui.widgets.tall import Tall

WIDEST = 230
"""Quarter ems a page of questions is wide at most: longer lines read badly."""

AHEAD_MS = 200
"""The pause after a section was shown before the next one is built out of sight."""


class Questions(QScrollArea):
    """Shows sections and moves between questions. ``opening`` carries evidence to look at, ``entered`` the question
    worked on, ``switched`` the section shown."""

    opening = Signal(object)
    entered = Signal(str)
    switched = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._pages: dict[str, SectionPage] = {}
        self._page: SectionPage | None = None
        self._current = ""
        self._wanted = ""
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: nearly every section is longer than the window, and its coming would lay everything out again.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(_("Questions"))
        self._inside = inside = Tall(self)
        self._outer = outer = QHBoxLayout(inside)
        outer.setContentsMargins(space(4), space(4), space(4), space(6))
        self._holder = Tall(inside)
        self._holder.setMaximumWidth(space(WIDEST))
        outer.addStretch(1)
        outer.addWidget(self._holder, 1000)
        outer.addStretch(1)
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(3))
        self._column.addLayout(self._build_foot())
        self._column.addStretch(1)
        self.setWidget(inside)
        self._ahead = QTimer(self, singleShot=True, interval=AHEAD_MS)
        self._ahead.timeout.connect(self._look_ahead)
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._scroll)

    def _build_foot(self) -> QHBoxLayout:
        self.before = Button(_("Previous section"), "left", "quiet")
        self.after = Button(_("Next section"), "right")
        self.before.setToolTip("Ctrl+PgUp")
        self.after.setToolTip("Ctrl+PgDn")
        self.before.clicked.connect(lambda: self.turn(forward=False))
        self.after.clicked.connect(lambda: self.turn(forward=True))
        foot = QHBoxLayout()
        foot.addWidget(self.before)
        foot.addStretch(1)
        foot.addWidget(self.after)
        return foot

    # sections

    @property
    def page(self) -> SectionPage | None:
        """The page shown."""
        return self._page

    @property
    def section(self) -> str:
        """The path of the section shown; empty while there is none."""
        return self._page.section.path if self._page is not None else ""

    def sections(self) -> tuple[Section, ...]:
        """The sections that can be shown, in order."""
        return tuple(section for section in self._desk.sections if section.is_page)

    def show_section(self, path: str) -> SectionPage | None:
        """Show the section's page, built the first time it is asked for."""
        section = next((section for section in self.sections() if section.path == path), None)
        if section is None:
            return self._page
        if self._page is not None and self._page.section.path == path:
            return self._page
        self.flush()
        page = self._pages.get(path)
        if page is None:
            page = self._make(section)
        else:
            page.reshape()
            page.refresh(page.cards)
        if self._page is not None:
            self._page.hide()
        self._page = page
        page.show()
        self.verticalScrollBar().setValue(0)
        places = [section.path for section in self.sections()]
        self.before.setVisible(path != places[0])
        self.after.setVisible(path != places[-1])
        self.switched.emit(path)
        first = next((key for key in page.asked() if not page.is_note(key)), "")
        if first in page.cards and self._current not in page.cards:
            self.set_current(first)
        self._ahead.start()
        return page

    def _make(self, section: Section) -> SectionPage:
        page = self._pages[section.path] = SectionPage(self._desk, section, self._holder)
        page.hide()
        page.opening.connect(self.opening)
        page.entered.connect(self.set_current)
        page.grown.connect(self._grown)
        self._column.insertWidget(0, page)
        return page

    def _look_ahead(self) -> None:
        """Build the next section while nothing else is to do: it is where most people go."""
        sections = self.sections()
        following = neighbour([section.path for section in sections], self.section, True)
        if self.isVisible() and following is not None and following not in self._pages:
            self._make(next(section for section in sections if section.path == following)).build_rest()

    def turn(self, *, forward: bool) -> None:
        """Show the next or previous section, at its first question."""
        path = neighbour([section.path for section in self.sections()], self.section, forward)
        if path is None:
            return
        page = self.show_section(path)
        keys = page.asked() if page is not None else ()
        if page is not None and not (keys and self.go(keys[0]) is not None):
            # The keyboard was on the page just hidden: without a new place it would leave for the rail.
            page.focus_first()

    def rebuild(self) -> None:
        """Forget every page (another language, another state) and show the same place again."""
        self.flush()
        path, current = self.section, self._current
        for page in self._pages.values():
            self._column.removeWidget(page)
            page.hide()
            page.deleteLater()
        self._pages, self._page, self._current = {}, None, ""
        if path:
            self.show_section(path)
        if current in self._shown_keys():
            self.set_current(current)
            self._wanted = current
            self._settle.start()

    def _shown_keys(self) -> tuple[str, ...]:
        return self._page.asked() if self._page is not None else ()

    # questions

    @property
    def current(self) -> str:
        """The key of the question worked on; empty when there is none."""
        return self._current

    @property
    def card(self) -> QuestionCard | None:
        """The card of the question worked on."""
        return self._page.cards.get(self._current) if self._page is not None else None

    def go(self, key: str, *, focus: bool = True) -> QuestionCard | None:
        """Show the question ``key`` wherever it is and give it the keyboard."""
        section = section_of(self._desk.sections, key_path(key))
        if section is None:
            return None
        page = self.show_section(section.path)
        if page is None:
            return None
        page.build_until(key)
        card = page.cards.get(key)
        if card is None or card.isHidden():
            page.focus_other(key)
            return None
        self.set_current(key)
        if focus:
            card.go()
        self._wanted = key
        self._settle.start()
        return card

    def go_to_remark(self, key: str) -> None:
        """Show the comments on ``key`` and give the first that is open the keyboard."""
        if key:
            card = self.go(key)
            if card is not None and card.remarks is not None:
                card.remarks.go()
            return
        page = self.show_section(self.sections()[0].path)
        if page is not None and page.whole is not None:
            self.verticalScrollBar().setValue(0)
            page.whole.go()

    def on_whole(self) -> bool:
        """Whether the keyboard is at what was said of the visit as a whole."""
        whole, focused = self._page.whole if self._page is not None else None, self.focusWidget()
        return whole is not None and focused is not None and whole.isAncestorOf(focused)

    def step(self, *, forward: bool) -> None:
        """Go to the next or previous question, into the neighbouring section at the end."""
        keys = self._desk.asked()
        target = neighbour(keys, self._current, forward)
        while target is not None and self.go(target) is None:
            target = neighbour(keys, target, forward)

    def set_current(self, key: str) -> None:
        """Mark the question worked on."""
        if key == self._current or self._page is None or key not in self._page.cards:
            return
        for page in self._pages.values():
            if self._current in page.cards:
                page.cards[self._current].set_current(False)
        self._current = key
        self._page.cards[key].set_current(True)
        self.entered.emit(key)

    def refresh(self, keys: frozenset[str]) -> None:
        """Show these questions anew where they are on the page; other pages follow when they are shown."""
        if self._page is not None:
            self._page.refresh(keys)

    def show_team(self) -> None:
        """What the team says may be another thing now."""
        for page in self._pages.values():
            page.show_team()
        if self._page is not None:
            self._page.refresh(self._page.cards)

    def reshape(self) -> None:
        """Items came or went."""
        if self._page is not None:
            self._page.reshape()
            if self._current not in self._page.cards:
                self._current = ""

    def flush(self) -> None:
        """Commit everything typed."""
        if self._page is not None:
            self._page.flush()

    def open_fields(self) -> tuple[str, ...]:
        """Questions with something typed that cannot be stored as it is."""
        return tuple(key for page in self._pages.values() for key, card in page.cards.items() if card.is_open())

    def _grown(self) -> None:
        if self._wanted:
            self._settle.start()

    def _scroll(self) -> None:
        """Bring the wanted card into view, its head first, once the layout has settled."""
        card = self._page.cards.get(self._wanted) if self._page is not None else None
        self._wanted = ""
        if card is None or card.isHidden():
            return
        inside = self._inside
        self._outer.activate()
        place = QRect(card.mapTo(inside, card.rect().topLeft()), card.size())
        bar, view = self.verticalScrollBar(), self.viewport().height()
        top, bottom = place.top() - space(3), place.bottom() + space(3)
        if top < bar.value() or place.height() + space(6) > view:
            bar.setValue(top)
        elif bottom > bar.value() + view:
            bar.setValue(bottom - view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the question worked on in view when the pane's size changes."""
        super().resizeEvent(event)
        card = self.card
        if card is not None and not card.visibleRegion().isEmpty():
            self._wanted = self._current
            self._settle.start()
