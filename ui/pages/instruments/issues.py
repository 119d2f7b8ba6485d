"""What is to be said of a workbook, as a list its author can work through, copy and save."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gmsc_desktop.i18n import _
from gmsc_desktop.services.instruments import Issue
from ui.theme import space

MOST_LINES = 8
"""Lines a list is at least high for before it scrolls by itself."""


def issue_cells(issue: Issue) -> tuple[str, str, str, str, str]:
    """Sheet, row, column, what is wrong and what to write instead, in the language in use."""
    wrong, cure = (_(part).format(**issue.params) if part else "" for part in (issue.template, issue.cure))
    return issue.sheet, str(issue.row) if issue.row else "", issue.column, wrong, cure


def headings() -> tuple[str, ...]:
    """The headings above ``issue_cells``."""
    return _("Sheet"), _("Row"), _("Column"), _("What is wrong"), _("What to write instead")


def issues_csv(issues: Sequence[Issue]) -> str:
    """The list as CSV, for a spreadsheet beside the workbook."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings())
    writer.writerows([_harmless(cell) for cell in issue_cells(issue)] for issue in issues)
    return out.getvalue()


def save_issues(issues: Sequence[Issue], target: Path) -> None:
    """Write the list as a CSV file that spreadsheets open as UTF-8. Raises ``OSError``."""
    target.write_text(issues_csv(issues), encoding="utf-8-sig", newline="")


def copy_issues(issues: Sequence[Issue]) -> None:
    """Put the list on the clipboard as lines with tabs, as spreadsheets paste them."""
    lines = [headings(), *(tuple(" ".join(cell.split()) for cell in issue_cells(issue)) for issue in issues)]
    QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))


def _harmless(cell: str) -> str:
    """A cell no spreadsheet takes for a formula: what stands in a workbook comes from outside."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


class IssueTable(QTableWidget):
    """The list, one line for each thing to mend; the texts wrap."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(headings()))
        self.verticalHeader().hide()
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        # Once all columns have their width, not at each of them on the way.
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self.resizeRowsToContents)
        header.sectionResized.connect(lambda *_sizes: self._fit.start())

    def show_issues(self, issues: Sequence[Issue]) -> None:
        """Show these."""
        self.setRowCount(len(issues))
        for row, issue in enumerate(issues):
            for column, text in enumerate(issue_cells(issue)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                self.setItem(row, column, item)
        self.resizeRowsToContents()
        line = self.fontMetrics().lineSpacing() + space(3)
        self.setMinimumHeight(line * (1 + min(MOST_LINES, max(1, len(issues)))) + space(2))
