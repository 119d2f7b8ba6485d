"""The mark of the program."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from ui.widgets.ink import inks


def paint_mark(painter: QPainter, box: QRectF) -> None:
    """The mark of the program: six fields around a centre, one for each dimension, on a rounded ground."""
    colours = ("#6ea8fe", "#4fc3a1", "#f2c14e", "#f08a5d", "#b786e6", "#7fb069")
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks(False).rail_selected)
    painter.drawRoundedRect(box, box.width() * 0.24, box.width() * 0.24)
    centre, reach, dot = box.center(), box.width() * 0.285, box.width() * 0.105
    for number, colour in enumerate(colours):
        angle = math.radians(60 * number - 90)
        painter.setBrush(colour)
        painter.drawEllipse(centre + QPointF(math.cos(angle), math.sin(angle)) * reach, dot, dot)
    painter.setBrush(inks(False).rail_on)
    painter.drawEllipse(centre, box.width() * 0.1, box.width() * 0.1)
    painter.restore()


def mark_icon() -> QIcon:
    """The mark as the window's icon."""
    made = QIcon()
    for size in (16, 32, 64):
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_mark(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(picture)
    return made
