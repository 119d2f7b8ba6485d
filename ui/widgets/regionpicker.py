"""Choosing one of the 514 kota and kabupaten by typing any part of name, province or code."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gmsc_desktop.domain.region import Region
from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.ink import ink

Find = Callable[[str], tuple[Region, ...]]
_Index = QModelIndex | QPersistentModelIndex
_SHOWN = 8


class _Regions(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[Region, ...] = ()

    def show(self, rows: tuple[Region, ...]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def region(self, row: int) -> Region | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        region = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{region.name}, {region.province}"
        return region if role == Qt.ItemDataRole.UserRole else None


class _Row(QStyledItemDelegate):
    """Name on the left, province and code on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> object:  # type: ignore[override]
        size = super().sizeHint(option, index)
        size.setHeight(option.fontMetrics.height() + space(3))
        return size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        region: Region = index.data(Qt.ItemDataRole.UserRole)
        colours = ink(self.parent())  # type: ignore[arg-type]
        box = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colours.accent_soft)
        inner = box.adjusted(space(2.5), 0, -space(2.5), 0)
        painter.setPen(colours.text)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, region.name)
        painter.setPen(colours.muted)
        painter.drawText(
            inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{region.province}  ·  {region.code}"
        )


class RegionPicker(QWidget):
    """A line to type in with the regions found below it. ``picked`` carries the region chosen."""

    picked = Signal(object)

    def __init__(self, find: Find, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find = find
        self._region: Region | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.line = _Line()
        self.line.setPlaceholderText(_("Type part of the name, the province or the code"))
        self.line.setClearButtonEnabled(True)
        row.addWidget(self.line)
        self.setFocusProxy(self.line)
        self._popup = QFrame(self, Qt.WindowType.ToolTip)
        self._popup.setProperty("kind", "card")
        self._popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self._popup)
        column.setContentsMargins(1, 1, 1, 1)
        self.list = QListView()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(_("Regions found"))
        self._model = _Regions(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Row(self.list))
        column.addWidget(self.list)
        self.line.textEdited.connect(self._search)
        self.line.stepped.connect(self._step)
        self.line.accepted.connect(self._accept)
        self.line.left.connect(self._leave)
        self.line.opened.connect(lambda: self._search(""))
        self.list.clicked.connect(lambda index: self._take(self._model.region(index.row())))

    def value(self) -> Region | None:
        """The region chosen."""
        return self._region

    def set_value(self, region: Region | None) -> None:
        """Show ``region``."""
        self._region = region
        self.line.setText(_shown(region))
        self._popup.hide()

    def found(self) -> int:
        """How many regions the list shows now."""
        return self._model.rowCount()

    def _search(self, typed: str) -> None:
        if self._region is not None and typed != _shown(self._region):
            self._region = None
            self.picked.emit(None)
        rows = self._find(typed)
        self._model.show(rows)
        if not rows:
            self._popup.hide()
            return
        self.list.setCurrentIndex(self._model.index(0, 0))
        height = min(_SHOWN, len(rows)) * self.list.sizeHintForRow(0) + space(1)
        width = max(self.width(), space(100))
        self._popup.setGeometry(*_below(self, width, height))
        self._popup.show()

    def _step(self, rows: int) -> None:
        if not self._popup.isVisible():
            self._search("" if self._region else self.line.text())
            return
        row = max(0, min(self._model.rowCount() - 1, self.list.currentIndex().row() + rows))
        self.list.setCurrentIndex(self._model.index(row, 0))

    def _accept(self) -> None:
        if self._popup.isVisible():
            self._take(self._model.region(self.list.currentIndex().row()))

    def _leave(self) -> None:
        """Leaving with one region found, or a name typed in full, chooses it."""
        if self._region is None and self._popup.isVisible() and self.line.text().strip():
            first = self._model.region(0)
            exact = first is not None and self.line.text().strip().casefold() in (first.name.casefold(), first.code)
            if first is not None and (exact or self._model.rowCount() == 1):
                self._take(first)
        self._popup.hide()

    def _take(self, region: Region | None) -> None:
        if region is not None:
            self.set_value(region)
            self.picked.emit(region)


class _Line(QLineEdit):
    """Hands the keys that belong to the list over."""

    stepped = Signal(int)
    accepted = Signal()
    left = Signal()
    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _SHOWN, Qt.Key.Key_PageUp: -_SHOWN}
        key = Qt.Key(event.key())
        if key in steps:
            self.stepped.emit(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self.text():
            self.opened.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        """Tab chooses what the list has marked before it leaves."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self.accepted.emit()
        return super().event(event)


def _shown(region: Region | None) -> str:
    return "" if region is None else f"{region.name}, {region.province} ({region.code})"


def _below(widget: QWidget, width: int, height: int) -> tuple[int, int, int, int]:
    corner = widget.mapToGlobal(QPoint(0, widget.height() + space(0.5)))
    screen = widget.screen().availableGeometry()
    top = corner.y() if corner.y() + height <= screen.bottom() else corner.y() - height - widget.height() - space(1)
    return corner.x(), max(screen.top(), top), width, height
