"""What is to be said of a workbook, as a list its author can work through, copy and save."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gmsc_desktop.i18n import _, ngettext
from gmsc_desktop.services.instruments import Issue
from ui.theme import space
from ui.widgets.elided import plain_tip
from ui.widgets.ink import ink

MOST_LINES = 8
"""Lines a list is at least high for before it scrolls by itself."""
ROWS_WIDE = 26
"""Quarter ems for the numbers of rows; many of them wrap."""


def issue_cells(issue: Issue) -> tuple[str, str, str, str, str]:
    """Sheet, row, column, what is wrong and what to write instead, in the language in use."""
    wrong, cure = (_(part).format(**issue.params) if part else "" for part in (issue.template, issue.cure))
    return issue.sheet, str(issue.row) if issue.row else "", issue.column, wrong, cure


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to mend wherever it stands: ``rows`` such as ``2–6, 9`` (empty for the sheet as a whole)."""

    rows: str
    column: str
    wrong: str
    cure: str


def grouped(issues: Sequence[Issue]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """What is said of each sheet, in the order the sheets come; the same thing in several rows is said once."""
    sheets: dict[str, dict[tuple[str, str, str], list[int]]] = {}
    for issue in issues:
        sheet, _row, column, wrong, cure = issue_cells(issue)
        rows = sheets.setdefault(sheet, {}).setdefault((column, wrong, cure), [])
        if issue.row and issue.row not in rows:
            rows.append(issue.row)
    return tuple(
        (sheet, tuple(Line(row_ranges(rows), *told) for told, rows in lines.items())) for sheet, lines in sheets.items()
    )


def row_ranges(rows: Iterable[int]) -> str:
    """Rows as a person writes them: ``2–6, 9``."""
    spans: list[list[int]] = []
    for row in sorted(rows):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)


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
    """The list by sheets, one line for each thing to mend; the texts wrap."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(headings()[1:]))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setVerticalScrollMode(QTableWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet(f"QTableView::item {{ padding: {space(1)}px {space(2)}px; }}")
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, space(ROWS_WIDE))
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        # Once all columns have their width, not at each of them on the way.
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self.resizeRowsToContents)
        header.sectionResized.connect(lambda *_sizes: self._fit.start())

    def show_issues(self, issues: Sequence[Issue]) -> None:
        """Show these."""
        self.clearSpans()
        self.setRowCount(0)
        for sheet, lines in grouped(issues):
            self._add_sheet(sheet, len(lines))
            for line in lines:
                self._add((line.rows, line.column, line.wrong, line.cure))
        self.resizeRowsToContents()
        high = self.fontMetrics().lineSpacing() + space(3)
        self.setMinimumHeight(high * (1 + min(MOST_LINES, max(1, self.rowCount()))) + space(2))

    def _add_sheet(self, sheet: str, count: int) -> None:
        if not sheet:
            return
        said = ngettext("Sheet {sheet}: {n} thing", "Sheet {sheet}: {n} things", count).format(sheet=sheet, n=count)
        row = self._add((said,))
        self.setSpan(row, 0, 1, self.columnCount())
        item = self.item(row, 0)
        if item is not None:
            font = self.font()
            font.setBold(True)
            item.setFont(font)
            item.setBackground(ink(self).surface)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)

    def _add(self, cells: Sequence[str]) -> int:
        row = self.rowCount()
        self.insertRow(row)
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            if column == 0 and len(text) > 12:
                item.setToolTip(plain_tip(text))
            self.setItem(row, column, item)
        return row

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the lines chosen, with tabs, as spreadsheets paste them."""
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        rows = sorted({index.row() for index in self.selectedIndexes()})
        lines = [[self.item(row, column) for column in range(self.columnCount())] for row in rows]
        texts = ("\t".join(" ".join(item.text().split()) if item else "" for item in line) for line in lines)
        QGuiApplication.clipboard().setText("\n".join(texts))
