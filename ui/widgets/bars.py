"""Values as horizontal bars with their names and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets.ink import ink


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, a remark after it (its weight), its share of the maximum and the value as shown."""

    label: str
    remark: str
    share: float | None
    shown: str


class Bars(QWidget):
    """Bars below each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_values(self, bars: Sequence[Bar]) -> None:
        """Show these values."""
        bars = tuple(bars)
        if bars == self._bars:
            return
        if len(bars) != len(self._bars):
            self.updateGeometry()
        self._bars = bars
        self.setAccessibleName("; ".join(f"{bar.label} {bar.shown}" for bar in bars))
        self.update()

    def _step(self) -> float:
        return QFontMetricsF(self.font()).height() * 1.95

    def sizeHint(self) -> QSize:
        """Two lines per bar."""
        return QSize(220, round(self._step() * len(self._bars)))

    def minimumSizeHint(self) -> QSize:
        """As high as its bars."""
        return QSize(140, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name, number and bar of each."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plain, bold = QFont(self.font()), QFont(self.font())
        bold.setBold(True)
        metrics = QFontMetricsF(plain)
        line, step = metrics.height(), self._step()
        for index, bar in enumerate(self._bars):
            top, room = index * step, self.width() - line * 3
            painter.setFont(plain)
            painter.setPen(colours.text)
            name = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(0, top, room, line), Qt.AlignmentFlag.AlignVCenter, name)
            used = metrics.horizontalAdvance(name) + line * 0.5
            painter.setPen(colours.muted)
            painter.drawText(QRectF(used, top, max(0.0, room - used), line), Qt.AlignmentFlag.AlignVCenter, bar.remark)
            painter.setFont(bold)
            painter.setPen(colours.text)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(room, top, line * 3, line), right, bar.shown)
            track = QRectF(0, top + line + 2, self.width(), 5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.line)
            painter.drawRoundedRect(track, 2.5, 2.5)
            if bar.share:
                track.setWidth(max(5.0, track.width() * min(1.0, bar.share)))
                painter.setBrush(colours.accent)
                painter.drawRoundedRect(track, 2.5, 2.5)
        painter.end()
