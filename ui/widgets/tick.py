"""The check sign, as it is painted on choices."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.widgets.ink import Ink


def paint_tick(painter: QPainter, centre: QPointF, size: float, colours: Ink, *, inverted: bool = False) -> None:
    """Draw a check sign around ``centre``; ``inverted`` on a filled ground."""
    painter.setPen(
        QPen(
            colours.on_accent if inverted else colours.accent,
            max(1.6, size * 0.36),
            Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.RoundCap,
            Qt.PenJoinStyle.RoundJoin,
        )
    )
    painter.drawPolyline(
        [
            centre + QPointF(-size, 0),
            centre + QPointF(-size * 0.25, size * 0.7),
            centre + QPointF(size, -size * 0.75),
        ]
    )
