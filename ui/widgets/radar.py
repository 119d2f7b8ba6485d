"""A radar of values by dimension, beside what the region says of itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmsc_desktop.i18n import _
from ui.widgets.ink import Ink, ink


@dataclass(frozen=True, slots=True)
class Spoke:
    """One axis: its name, its value as a share of the maximum (None while unknown) and the value as shown."""

    label: str
    share: float | None
    shown: str


class Radar(QWidget):
    """A regular polygon with rings at each whole level and the values drawn into it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spokes: tuple[Spoke, ...] = ()
        self._rings = 4
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_values(self, spokes: Sequence[Spoke], rings: int) -> None:
        """Show these values; ``rings`` is the maximum as a whole number of levels."""
        spokes = tuple(spokes)
        if (spokes, rings) == (self._spokes, self._rings):
            return
        self._spokes, self._rings = spokes, max(1, rings)
        said = "; ".join(f"{spoke.label} {spoke.shown}" for spoke in spokes)
        self.setAccessibleName(_("Radar by dimension: {values}").format(values=said))
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Nearly square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """A little less high than wide."""
        return round(min(width, 340) * 0.88)

    def sizeHint(self) -> QSize:
        """Fits the inspector."""
        return QSize(260, self.heightForWidth(260))

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(180, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint rings, spokes, the values and their names."""
        if len(self._spokes) < 3:
            return
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.82))
        painter.setFont(font)
        line = QFontMetricsF(font).height()
        centre = QPointF(self.width() / 2, self.height() / 2)
        radius = min(self.width() / 2 - line * 2.6, self.height() / 2 - line * 2.3)
        self._paint_grid(painter, centre, radius, colours)
        self._paint_values(painter, centre, radius, colours)
        self._paint_names(painter, centre, radius, line, colours)
        painter.end()

    def _point(self, centre: QPointF, radius: float, index: int) -> QPointF:
        angle = -math.pi / 2 + index * 2 * math.pi / len(self._spokes)
        return centre + QPointF(math.cos(angle) * radius, math.sin(angle) * radius)

    def _ring(self, centre: QPointF, radius: float) -> QPolygonF:
        return QPolygonF([self._point(centre, radius, index) for index in range(len(self._spokes))])

    def _paint_grid(self, painter: QPainter, centre: QPointF, radius: float, colours: Ink) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ring in range(1, self._rings + 1):
            painter.setPen(QPen(colours.line_strong if ring == self._rings else colours.line, 1))
            painter.drawPolygon(self._ring(centre, radius * ring / self._rings))
        painter.setPen(QPen(colours.line, 1))
        for index in range(len(self._spokes)):
            painter.drawLine(centre, self._point(centre, radius, index))

    def _paint_values(self, painter: QPainter, centre: QPointF, radius: float, colours: Ink) -> None:
        points = [self._point(centre, radius * (spoke.share or 0.0), index) for index, spoke in enumerate(self._spokes)]
        if all(spoke.share is None for spoke in self._spokes):
            return
        fill = QColor(colours.accent)
        fill.setAlpha(56)
        painter.setBrush(fill)
        painter.setPen(QPen(colours.accent, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolygon(QPolygonF(points))
        painter.setBrush(colours.accent)
        for point, spoke in zip(points, self._spokes, strict=True):
            if spoke.share is not None:
                painter.drawEllipse(point, 2.6, 2.6)

    def _paint_names(self, painter: QPainter, centre: QPointF, radius: float, line: float, colours: Ink) -> None:
        metrics = QFontMetricsF(painter.font())
        bold = QFont(painter.font())
        bold.setBold(True)
        plain = QFont(painter.font())
        for index, spoke in enumerate(self._spokes):
            at = self._point(centre, radius + line * 0.45, index)
            name = metrics.elidedText(spoke.label, Qt.TextElideMode.ElideRight, self.width() * 0.46)
            width = max(metrics.horizontalAdvance(name), line * 2)
            dx = at.x() - centre.x()
            left = at.x() - width / 2 if abs(dx) < 2 else at.x() if dx > 0 else at.x() - width
            left = max(0.0, min(self.width() - width, left))
            top = at.y() - 2 * line if at.y() < centre.y() - radius * 0.9 else at.y() - line * 0.9
            if at.y() > centre.y() + radius * 0.9:
                top = at.y()
            side = (
                Qt.AlignmentFlag.AlignHCenter
                if abs(dx) < 2
                else (Qt.AlignmentFlag.AlignLeft if dx > 0 else Qt.AlignmentFlag.AlignRight)
            )
            painter.setFont(plain)
            painter.setPen(colours.muted)
            painter.drawText(QRectF(left, top, width, line), side | Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(bold)
            painter.setPen(colours.text)
            painter.drawText(QRectF(left, top + line, width, line), side | Qt.AlignmentFlag.AlignVCenter, spoke.shown)
