"""The left half of the welcome: what the program is and what it promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmsc_desktop import __version__
from gmsc_desktop.i18n import _
from ui.theme import points, space
from ui.widgets.icons import paint_icon
from ui.widgets.ink import ink
from ui.widgets.mark import paint_mark

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Brand(QWidget):
    """Painted once; nothing on it can be operated."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(space(100))
        self._promises = (
            ("save", _("Nothing you enter is ever lost.")),
            ("verify", _("Nothing unsigned or altered is taken for genuine.")),
            ("lock", _("No network and no server: everything stays with you, encrypted.")),
        )
        self.setAccessibleName("GMSC Desktop. " + " ".join(text for _sign, text in self._promises))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.rail)
        painter.drawRect(self.rect())
        self._paint_rings(painter, QColor(colours.rail_selected))
        left, width = space(11), self.width() - space(20)
        top = float(max(space(12), self.height() * 0.16))
        paint_mark(painter, QRectF(left, top, space(16), space(16)))
        top += space(21)
        painter.setPen(colours.rail_on)
        top += self._text(painter, "GMSC Desktop", 24, QFont.Weight.DemiBold, QRectF(left, top, width, 0)) + space(1)
        painter.setPen(colours.rail_text)
        what = _("Assessment visits of Gerakan Menuju Smart City")
        top += self._text(painter, what, 13, QFont.Weight.Normal, QRectF(left, top, width, 0)) + space(11)
        for sign, text in self._promises:
            paint_icon(painter, sign, QRectF(left, top, space(5.5), space(5.5)), colours.rail_on)
            painter.setPen(colours.rail_text)
            room = QRectF(left + space(8.5), top, width - space(8.5), 0)
            top += max(space(6), self._text(painter, text, 11.5, QFont.Weight.Normal, room)) + space(4.5)
        foot = QRectF(left, self.height() - space(12), width, space(6))
        painter.setPen(colours.rail_text)
        self._text(painter, _("Version {version}").format(version=__version__), 9.5, QFont.Weight.Normal, foot)
        painter.end()

    def _text(self, painter: QPainter, text: str, size: float, weight: QFont.Weight, at: QRectF) -> float:
        font = QFont(self.font())
        font.setPointSizeF(points(size))
        font.setWeight(weight)
        painter.setFont(font)
        box = QRectF(at.left(), at.top(), at.width(), 1000)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        return float(painter.drawText(box, int(flags), text).height())

    def _paint_rings(self, painter: QPainter, colour: QColor) -> None:
        colour.setAlpha(70)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        corner = QPointF(self.width() * 1.02, self.height() * 1.0)
        for reach in (0.32, 0.2):
            painter.drawEllipse(corner, self.height() * reach, self.height() * reach)
