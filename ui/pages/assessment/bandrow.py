"""Questions that stand together on a page: side by side, or as the rows of one table."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gmsc_desktop.domain.answers import key_path
from ui.forms.choices import options
from ui.forms.scale import LikertEditor
from ui.pages.assessment.bands import Band, Shape
from ui.pages.assessment.card import QuestionCard
from ui.pages.assessment.cardhead import ANSWER, QUESTION, Sides
from ui.pages.assessment.cells import Cells
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.media import ChoiceMedia, has_media
from ui.theme import space
from ui.widgets.ink import ink
from ui.widgets.markrow import LEAST_CELL, HeadRow
from ui.widgets.tall import Tall
from ui.widgets.words import Tone, Words, show_if


class BandRow(Tall):
    """The questions of one band; it is gone while none of them is asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[QuestionCard] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def put(self, card: QuestionCard, wide: int) -> None:
        """One question more."""
        raise NotImplementedError

    def take(self) -> None:
        """Give every question up."""
        layout = self.layout()
        while layout is not None and self._cards and layout.count():
            layout.takeAt(layout.count() - 1)
        self._cards.clear()

    def follow(self) -> None:
        """Show it while one of its questions is asked."""
        show_if(self, any(not card.isHidden() for card in self._cards))


class GridRow(BandRow):
    """Questions side by side."""

    def __init__(self, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = Cells(columns, space(3), self)

    def put(self, card: QuestionCard, wide: int) -> None:
        """One question more, ``wide`` columns of the row."""
        self._cards.append(card)
        self._cells.put(card, wide)


class TableRows(BandRow):
    """One heading with the choices, and a row of marks for each question; where it is too narrow for that each question
    shows its choices itself."""

    def __init__(self, desk: Desk, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._key = desk, key
        self._narrow: bool | None = None
        item = desk.instrument.by_path[key_path(key)]
        self._named = "label" in item.appearance
        self.head = _Head(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, space(2), 0, space(1))
        self._column.setSpacing(0)
        self._column.addWidget(self.head)
        choices = desk.instrument.choices.get(item.list_name, ())
        self._media: ChoiceMedia | None = None
        if has_media(choices):
            self._media = ChoiceMedia(desk, self._show_pictures, self)
            self._column.addWidget(self._media.strip)
            self._media.strip.setContentsMargins(space(4), space(1), space(4), space(1))
        self._pictures: Mapping[str, QPixmap] = {}
        self.follow()

    def put(self, card: QuestionCard, wide: int) -> None:
        """One row more."""
        self._cards.append(card)
        self._column.addWidget(card)
        self._turn(card)

    def take(self) -> None:
        """Give every row up, the heading stays."""
        for card in self._cards:
            self._column.removeWidget(card)
        self._cards.clear()

    def follow(self) -> None:
        """The choices in the language in use."""
        super().follow()
        choices = self._desk.session.choices(self._key)
        shown = options(choices, self._desk.language)
        self.head.choices.set_texts(tuple((option.name, " ".join(option.text.split())) for option in shown))
        if self._media is not None:
            self._media.refresh(choices)
        self.head.words.setText(self._desk.label(self._key) if self._named else "")

    def _show_pictures(self, pictures: Mapping[str, QPixmap]) -> None:
        self._pictures = pictures
        self.head.choices.set_pictures(pictures)
        for card in self._cards:
            self._turn(card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Marks below the heading where its texts have room."""
        super().resizeEvent(event)
        choices = max(1, len(self.head.choices.texts))
        narrow = self.contentsRect().width() * ANSWER / (QUESTION + ANSWER) < choices * space(LEAST_CELL)
        if narrow is not self._narrow:
            self._narrow = narrow
            self.head.choices.setVisible(not narrow)
            self.head.setVisible(not narrow or self._named)
            for card in self._cards:
                self._turn(card)

    def _turn(self, card: QuestionCard) -> None:
        narrow = bool(self._narrow)
        if card.sides is not None:
            card.sides.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        if isinstance(card.editor, LikertEditor):
            card.editor.row.set_bare(not narrow)
            if self._media is not None:
                card.editor.set_pictures(self._pictures)

    def paintEvent(self, event: QPaintEvent) -> None:
        """One frame around all."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.line, 1))
        painter.setBrush(colours.card)
        painter.drawRoundedRect(QRectF(self.contentsRect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()


class _Head(Tall):
    """What stands over the rows: what is asked, if the form says it, and the choices."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = Words("", Tone.TEXT, bold=True, parent=self)
        self.choices = HeadRow(self)
        sides = Sides(self.words, self.choices)
        sides.setContentsMargins(space(4), 0, space(4), space(1))
        self.setLayout(sides)


def band_row(desk: Desk, band: Band, parent: QWidget, indent: int) -> BandRow:
    """What holds the questions of ``band``, ``indent`` pixels from the left."""
    made: BandRow
    if band.shape is Shape.GRID:
        made = GridRow(band.columns, parent)
    else:
        made = TableRows(desk, f"{band.around}/{band.first.rpartition('/')[2]}", parent)
    if indent:
        made.setContentsMargins(indent, 0, 0, 0)
    return made
