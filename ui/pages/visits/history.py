"""The history of a visit: its frozen revisions, and every write with who made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.domain.visit import Revision, Visit
from gmsc_desktop.i18n import _, language
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from gmsc_desktop.services.history import HistoryEntry

TABLES = {
    "visit": N_("Particulars"),
    "answer": N_("Answer"),
    "repeat_item": N_("List item"),
    "evidence": N_("Evidence"),
    "explanation": N_("Explanation"),
    "revision": N_("Frozen content"),
    "document": N_("Document"),
    "export": N_("Export"),
    "reopening": N_("Reopening"),
}


class HistoryDialog(QDialog):
    """Revisions above, writes below, the newest first."""

    LIMIT = 500

    def __init__(
        self,
        parent: QWidget,
        visit: Visit,
        revisions: tuple[Revision, ...],
        entries: tuple[HistoryEntry, ...],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("History"))
        self.resize(space(230), space(150))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(_("History of {region}").format(region=visit.draft.region.name), "heading"))
        column.addWidget(label(_("Frozen revisions"), "subheading"))
        if revisions:
            self.revisions = _table((_("Revision"), _("Closed"), _("SHA-256 of the content")), revision_rows(revisions))
            self.revisions.setAccessibleName(_("Frozen revisions"))
            self.revisions.setMaximumHeight(space(9) * min(5, len(revisions) + 1) + space(3))
            column.addWidget(self.revisions)
        else:
            column.addWidget(label(_("The visit has not been closed yet."), "muted"))
        column.addWidget(label(_("What was written"), "subheading"))
        headings = (_("When"), _("Who"), _("What"), _("Where"), _("Before"), _("After"))
        self.writes = _table(headings, entry_rows(entries))
        self.writes.setAccessibleName(_("What was written"))
        column.addWidget(self.writes, 1)
        if len(entries) >= self.LIMIT:
            text = _("Only the newest {count} writes are shown; the journal keeps all.").format(count=self.LIMIT)
            column.addWidget(label(text, "small"))
        close = Button(_("&Close"), kind="primary")
        close.clicked.connect(self.accept)
        column.addLayout(button_row(close))
        self.writes.setFocus()


def revision_rows(revisions: tuple[Revision, ...]) -> list[tuple[str, ...]]:
    """The newest first."""
    return [
        (str(each.number), show_time(each.closed_at.astimezone(), language()), each.content_hash)
        for each in sorted(revisions, key=lambda each: -each.number)
    ]


def entry_rows(entries: tuple[HistoryEntry, ...]) -> list[tuple[str, ...]]:
    """Each write as the person reads it."""
    rows: list[tuple[str, ...]] = []
    for entry in entries:
        what = _(TABLES[entry.table]) if entry.table in TABLES else entry.table
        before, after = _shown(entry.before, entry.after)
        moment = f"{show_time(entry.at.astimezone(), language())}{entry.at.astimezone().strftime(':%S')}"
        rows.append((moment, entry.who, what, _place(entry), before, after))
    return rows


def _place(entry: HistoryEntry) -> str:
    row = entry.after or entry.before or {}
    return str(row.get("key") or row.get("name") or "")


def _shown(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[str, str]:
    """Only what differs; one value stands alone, several carry their names."""
    old, new = before or {}, after or {}
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name) and name not in ("updated_at",)]
    if "value" in names:
        names = ["value"]

    def text(row: Mapping[str, Any]) -> str:
        parts = [(name, str(row[name])) for name in names if row.get(name) not in (None, "")]
        return parts[0][1] if len(names) == 1 and parts else "; ".join(f"{name}: {value}" for name, value in parts)

    return text(old) or "–", text(new) or "–"


def _table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> QTableWidget:
    made = QTableWidget(len(rows), len(headings))
    made.setHorizontalHeaderLabels(list(headings))
    made.verticalHeader().hide()
    made.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    made.setTabKeyNavigation(False)
    made.setWordWrap(False)
    for number, row in enumerate(rows):
        for at, text in enumerate(row):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            made.setItem(number, at, item)
    made.resizeColumnsToContents()
    for at in range(len(headings)):
        made.setColumnWidth(at, min(space(60), made.columnWidth(at) + space(3)))
    made.horizontalHeader().setStretchLastSection(True)
    return made
