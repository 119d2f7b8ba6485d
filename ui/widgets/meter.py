"""A share as a thin bar. ``QProgressBar`` paints at once with each value; this one waits its turn."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import space
from ui.widgets.ink import ink


class Meter(QWidget):
    """A thin bar, filled from the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setFixedHeight(space(2))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        """Fill it by ``share``, from 0 to 1."""
        if share != self._share:
            self._share = share
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint track and filling."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        box = QRectF(self.rect())
        painter.setBrush(colours.line)
        painter.drawRoundedRect(box, radius, radius)
        if self._share > 0:
            box.setWidth(max(self.height(), box.width() * min(1.0, self._share)))
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(box, radius, radius)
        painter.end()
