"""A list of rich rows: title and a line below it, a state, how far it is, a number; painted, so it may be long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.theme import points, space
from ui.widgets.ink import Ink, ink
from ui.widgets.labels import chip_size, paint_chip

_Index = QModelIndex | QPersistentModelIndex

NARROW = 70
"""Quarter ems; a narrower list shows the title alone, its details say the rest."""


@dataclass(frozen=True, slots=True)
class RowItem:
    """One row. ``share`` (0 to 1) with ``progress`` beside it shows how far; ``figure`` stands large at the right with
    ``unit`` below it; ``tone`` is the chip's (see ``Chip``)."""

    id: str
    title: str
    subtitle: str = ""
    chip: str = ""
    tone: str = "muted"
    progress: str = ""
    share: float | None = None
    figure: str = ""
    unit: str = ""

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        figure = f"{self.unit} {self.figure}" if self.figure else ""
        return ". ".join(part for part in (self.title, self.subtitle, self.chip, self.progress, figure) if part)


class RowModel(QAbstractListModel):
    """The rows shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RowItem, ...] = ()

    def show(self, rows: Sequence[RowItem]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row itself under ``UserRole``."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        return row.title if role == Qt.ItemDataRole.DisplayRole else None


class RowList(QListView):
    """The list. ``chosen`` follows the selection (empty text for none), ``opened`` a double click or Enter; both carry
    the row's id."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RowModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_RowDelegate(self))
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().currentChanged.connect(lambda *_indexes: self.chosen.emit(self.current()))
        self.activated.connect(lambda index: self.opened.emit(self._model.rows[index.row()].id))

    def set_rows(self, rows: Sequence[RowItem]) -> None:
        """Show these rows; the one that was current stays so while it is there, else the first."""
        if tuple(rows) == self._model.rows:
            return
        kept = self.current()
        self._model.show(rows)
        if rows:
            self.set_current(kept if any(row.id == kept for row in rows) else rows[0].id)
        else:
            self.chosen.emit("")

    def rows(self) -> tuple[RowItem, ...]:
        """The rows shown."""
        return self._model.rows

    def current(self) -> str:
        """The id of the current row, or nothing."""
        row = self.currentIndex().row()
        return self._model.rows[row].id if 0 <= row < len(self._model.rows) else ""

    def set_current(self, row_id: str) -> None:
        """Make the row with this id current."""
        for number, row in enumerate(self._model.rows):
            if row.id == row_id:
                flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.selectionModel().setCurrentIndex(self._model.index(number, 0), flag)
                return


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(space(70), round(self._view.fontMetrics().height() * 2.1) + space(6))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: RowItem = index.data(Qt.ItemDataRole.UserRole)
        colours, state = ink(self._view), option.state
        box: QRect = option.rect.adjusted(0, 0, -1, -space(1))
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colours.accent if selected else colours.line)
        painter.setBrush(colours.accent_soft if selected else colours.hover if hovered else colours.card)
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), space(1.5), space(1.5))
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(QRectF(box.left(), box.top() + space(2), space(1), box.height() - space(4)), 2, 2)
        right = self._paint_right(painter, row, box, colours)
        self._paint_texts(painter, row, box.adjusted(space(4), 0, 0, 0), right, colours)
        painter.restore()

    def _paint_right(self, painter: QPainter, row: RowItem, box: QRect, colours: Ink) -> int:
        """Number, state and progress from the right; returns where the texts must end."""
        right = box.right() - space(4)
        middle = Qt.AlignmentFlag.AlignCenter
        # In a narrow list the title needs the room more.
        if row.figure and box.width() > space(95):
            font = QFont(self._view.font())
            font.setPointSizeF(points(16))
            font.setWeight(QFont.Weight.DemiBold)
            width = space(15)
            painter.setPen(colours.text)
            painter.setFont(font)
            lift = space(2.2) if row.unit else 0
            painter.drawText(QRect(right - width, box.top() - lift, width, box.height()), middle, row.figure)
            small = QFont(self._view.font())
            small.setPointSizeF(points(9))
            painter.setFont(small)
            painter.setPen(colours.muted)
            painter.drawText(QRect(right - width, box.top() + space(3.6), width, box.height()), middle, row.unit)
            painter.setFont(self._view.font())
            right -= width + space(3)
        painter.setFont(self._view.font())
        if box.width() < space(NARROW):
            return right
        size = chip_size(self._view, row.chip)
        column = max(space(34), size.width())
        if row.chip:
            lift = space(2.6) if row.share is not None else 0
            top = box.center().y() - size.height() / 2 - lift
            paint_chip(
                painter, self._view, QRectF(right - column, top, size.width(), size.height()), row.chip, row.tone
            )
        if row.share is not None:
            self._paint_share(
                painter, row, QRectF(right - column, box.bottom() - space(5.5), column, space(4)), colours
            )
        return right - column - space(4) if row.chip or row.share is not None else right

    def _paint_share(self, painter: QPainter, row: RowItem, box: QRectF, colours: Ink) -> None:
        """The bar, and after it how far in numbers."""
        small = QFont(self._view.font())
        small.setPointSizeF(points(9.5))
        painter.setFont(small)
        painter.setPen(colours.muted)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.progress)
        width = box.width() - painter.fontMetrics().horizontalAdvance(row.progress) - space(2)
        track = QRectF(box.left(), box.center().y() - space(0.6), width, space(1.25))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(track, 2, 2)
        if row.share:
            track.setWidth(max(space(1.25), width * min(1.0, row.share)))
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(track, 2, 2)

    def _paint_texts(self, painter: QPainter, row: RowItem, box: QRect, right: int, colours: Ink) -> None:
        font = QFont(self._view.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(colours.text)
        width, height = right - box.left(), self._view.fontMetrics().height()
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        top = box.center().y() - (height if row.subtitle else height // 2)
        bold = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(box.left(), top, width, height), side, bold)
        painter.setFont(self._view.font())
        painter.setPen(colours.muted)
        text = painter.fontMetrics().elidedText(row.subtitle, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(box.left(), top + height + space(0.5), width, height), side, text)
