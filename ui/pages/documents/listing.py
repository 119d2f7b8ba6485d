"""The list of documents: each with its region, kind, cycle and when it was signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.domain.visit import StoredDocument
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.countersigning import signed_times
from ui.theme import space
from ui.widgets.ink import ink

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document and the visit it is of."""

    document: StoredDocument
    region: str
    cycle_year: int

    @property
    def kind(self) -> str:
        """What the document is, in the language in use."""
        return {"report": _("Evaluation report"), "minutes": _("Minutes (Berita Acara)")}.get(
            self.document.kind, self.document.kind
        )

    @property
    def when(self) -> str:
        """When it was made."""
        return show_time(self.document.created_at, language())

    @property
    def signed(self) -> str:
        """How many have signed it: what tells its versions apart."""
        count = signed_times(self.document.name)
        return ngettext("{count} signature", "{count} signatures", count).format(count=count)

    def matches(self, typed: str) -> bool:
        """Whether every typed word is found in it."""
        text = f"{self.region} {self.cycle_year} {self.kind} {self.document.name} {self.when}".casefold()
        return all(word in text for word in typed.casefold().split())


class DocumentList(QAbstractListModel):
    """The documents that match what is searched."""

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[DocumentRow, ...] = ()
        self._shown: tuple[DocumentRow, ...] = ()
        self._typed = ""

    def put(self, rows: Iterable[DocumentRow]) -> None:
        """Show these."""
        self._all = tuple(rows)
        self._filter()

    def search(self, typed: str) -> None:
        """Show only what matches ``typed``."""
        self._typed = typed
        self._filter()

    def row_at(self, index: Index) -> DocumentRow | None:
        """The document at ``index``."""
        return self._shown[index.row()] if index.isValid() and index.row() < len(self._shown) else None

    def index_of(self, document_id: str) -> QModelIndex:
        """Where a document stands; invalid when it is not shown."""
        for row, found in enumerate(self._shown):
            if found.document.id == document_id:
                return self.index(row)
        return QModelIndex()

    @property
    def total(self) -> int:
        """How many there are, searched or not."""
        return len(self._all)

    def rowCount(self, parent: Index = ROOT) -> int:
        """How many are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words for a screen reader and the tool tip."""
        row = self.row_at(index)
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.region}, {row.kind}, {row.signed}, {row.when}"
        if role == Qt.ItemDataRole.UserRole:
            return row
        return None

    def _filter(self) -> None:
        self.beginResetModel()
        self._shown = tuple(row for row in self._all if row.matches(self._typed))
        self.endResetModel()


class DocumentDelegate(QStyledItemDelegate):
    """Paints a document as three short lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for three lines."""
        return QSize(space(50), option.fontMetrics.height() * 3 + space(7))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it."""
        row = index.data(Qt.ItemDataRole.UserRole)
        colours = ink(option.widget)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(space(0.5), space(0.5), -space(0.5), -space(0.5))
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if chosen else colours.hover)
            painter.drawRoundedRect(box, space(1.5), space(1.5))
        if chosen and state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colours.focus)
            painter.drawRoundedRect(box, space(1.5), space(1.5))
        line = QRect(box.left() + space(3), box.top() + space(2.5), box.width() - space(6), option.fontMetrics.height())
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        lines = (
            (bold, colours.text, row.region),
            (option.font, colours.text, f"{row.kind} · {row.cycle_year}"),
            (option.font, colours.muted, f"{row.signed} · {row.when}"),
        )
        for font, colour, text in lines:
            painter.setFont(font)
            painter.setPen(colour)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            line.translate(0, line.height() + space(0.5))
        painter.restore()
