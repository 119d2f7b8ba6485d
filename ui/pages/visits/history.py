"""The history of a visit: its frozen revisions, and every write with who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.domain.visit import Revision, Visit
from gmsc_desktop.i18n import _, language
from ui.pages.visits.entries import entry_rows
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.elided import plain_tip
from ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from gmsc_desktop.services.history import HistoryEntry


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
            item.setToolTip(plain_tip(text))
            made.setItem(number, at, item)
    made.resizeColumnsToContents()
    for at in range(len(headings)):
        made.setColumnWidth(at, min(space(60), made.columnWidth(at) + space(3)))
    made.horizontalHeader().setStretchLastSection(True)
    return made
