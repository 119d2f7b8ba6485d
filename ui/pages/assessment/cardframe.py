"""The look of a card: quiet, worked on, or ready to take what is dragged over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme import space
from ui.widgets.ink import ink
from ui.widgets.tall import Tall


class CardFrame(Tall):
    """A frame around ``body``. The current one carries a bar and a stronger edge; ``framed`` off paints nothing."""

    framed = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current = self._dragged = False
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(space(5), space(4), space(5), space(4))
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
        if not self.framed:
            return
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._dragged:
            painter.setPen(QPen(colours.focus, 2, Qt.PenStyle.DashLine))
            painter.setBrush(colours.accent_soft)
        else:
            painter.setPen(QPen(colours.accent if self._current else colours.line, 1))
            painter.setBrush(colours.card)
        painter.drawRoundedRect(frame, 8, 8)
        if self._current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(QRectF(0, space(3), space(1), self.height() - space(6)), 2, 2)
        painter.end()
