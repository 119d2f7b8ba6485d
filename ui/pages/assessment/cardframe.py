"""The look of a card: quiet, worked on, or ready to take what is dragged over it."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme import space
from ui.widgets.ink import ink
from ui.widgets.tall import Tall


class Look(Enum):
    """How a question stands on its page: framed, as plain text, among others in a row of narrow cells, or as a row of
    a table."""

    CARD = auto()
    TEXT = auto()
    CELL = auto()
    ROW = auto()


_MARGINS = {Look.CARD: (5, 4), Look.TEXT: (5, 4), Look.CELL: (4, 3), Look.ROW: (4, 2)}
"""Quarter ems beside and above."""


class CardFrame(Tall):
    """A frame around ``body``. The current one carries a bar and a stronger edge."""

    def __init__(self, look: Look = Look.CARD, parent: QWidget | None = None, *, indent: int = 0) -> None:
        super().__init__(parent)
        self.look, self._indent = look, indent
        self._current = self._dragged = False
        self.body = QVBoxLayout(self)
        beside, above = _MARGINS[look]
        self.body.setContentsMargins(indent + space(beside), space(above), space(beside), space(above))
        self.body.setSpacing(space(2))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def set_current(self, current: bool) -> None:
        """Mark it as the question being worked on."""
        if current != self._current:
            self._current = current
            self.update()

    def welcome(self, dragged: bool) -> None:
        """Show that a drop would be taken here."""
        self._dragged = dragged
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame and bar."""
        if self.look is Look.TEXT:
            return
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(self._indent + 0.5, 0.5, -0.5, -0.5)
        if self._dragged:
            painter.setPen(QPen(colours.focus, 2, Qt.PenStyle.DashLine))
            painter.setBrush(colours.accent_soft)
            painter.drawRoundedRect(frame, 8, 8)
        elif self.look is Look.ROW:
            painter.fillRect(QRectF(1, 0, self.width() - 2, 1), colours.line)
            if self._current:
                painter.fillRect(QRectF(1, 1, self.width() - 2, self.height() - 1), colours.hover)
        else:
            painter.setPen(QPen(colours.accent if self._current else colours.line, 1))
            painter.setBrush(colours.card)
            painter.drawRoundedRect(frame, 8, 8)
        if self._current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            edge = space(1.5 if self.look is Look.ROW else 3)
            painter.drawRoundedRect(QRectF(self._indent, edge, space(1), self.height() - 2 * edge), 2, 2)
        painter.end()
