"""Boxes to tick in lists, in the program's own colours: Qt's are next to invisible in the dark."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.widgets.ink import ink
from ui.widgets.tick import paint_tick


class TickBoxes(QStyledItemDelegate):
    """Draws the boxes of ``view``; everything else as Qt does."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        super().paint(painter, option, index)
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            return
        self.initStyleOption(option, index)
        element = QStyle.SubElement.SE_ItemViewItemCheckIndicator
        box = QRectF(self._view.style().subElementRect(element, option, self._view)).adjusted(0.5, 0.5, -0.5, -0.5)
        colours, ticked = ink(self._view), Qt.CheckState(state) is Qt.CheckState.Checked
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.accent if ticked else colours.line_strong, 1.3))
        painter.setBrush(colours.accent if ticked else colours.field)
        painter.drawRoundedRect(box, 3, 3)
        if ticked:
            paint_tick(painter, box.center(), box.width() * 0.28, colours, inverted=True)
        painter.restore()
