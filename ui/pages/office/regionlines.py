"""The regions of an assignment, each with the result of the cycle before it: proposed, and open to be corrected."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import PreviousResult
from gmsc_desktop.i18n import _
from gmsc_desktop.services.assigning import read_index
from ui.theme import space
from ui.widgets.fields import FormRow, side_by_side
from ui.widgets.labels import Button, label
from ui.widgets.visitrows import index_text

FIRST_YEAR, LAST_YEAR = 2017, 2100


class RegionLine(QWidget):
    """One region, and what it reached before."""

    def __init__(self, region: Region, drop: Callable[[], None]) -> None:
        super().__init__()
        self.region, self._typed = region, False
        self._proposed: PreviousResult | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        row = QHBoxLayout()
        row.addWidget(label(f"{region.name}, {region.province} ({region.code})", "label"), 1)
        button = Button(_("Remove"), "cross", "quiet")
        button.setAccessibleDescription(region.name)
        button.clicked.connect(drop)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(row)
        self.index, self.year, self.source = QLineEdit(), QLineEdit(), QLineEdit()
        self._index_row = FormRow(_("Previous index"), self.index)
        self._year_row = FormRow(_("Year"), self.year)
        column.addWidget(
            side_by_side(self._index_row, self._year_row, FormRow(_("Source"), self.source), stretches=(2, 1, 4))
        )
        for field in (self.index, self.year, self.source):
            field.setAccessibleDescription(region.name)
            field.textEdited.connect(self._edited)

    def propose(self, found: PreviousResult | None) -> None:
        """Show what the office knows of the cycle before, unless something was typed here."""
        self._proposed = found
        if not self._typed:
            self.index.setText(index_text(found.index) if found else "")
            self.year.setText(str(found.year) if found else "")
            self.source.setText(found.source if found else "")

    def previous(self) -> PreviousResult | None:
        """What is entered; nothing when the index is left empty or is none."""
        if not self._typed:
            return self._proposed
        value, year = read_index(self.index.text()), self.year.text().strip()
        if value is None or not _is_year(year):
            return None
        return PreviousResult(value, int(year), self.source.text().strip())

    def holds(self) -> bool:
        """Whether what is entered can be sent; says what is wrong otherwise."""
        index, year = self.index.text().strip(), self.year.text().strip()
        value = read_index(index)
        wrong_index = bool(index or year or self.source.text().strip()) and value is None
        wrong_year = bool(index or year) and not _is_year(year)
        self._index_row.set_error(_("Enter a number, for example 3,06.") if wrong_index else "")
        self._year_row.set_error(_("A year from {first} on.").format(first=FIRST_YEAR) if wrong_year else "")
        return not (wrong_index or wrong_year)

    def _edited(self) -> None:
        self._typed = True


Before = Callable[[str], PreviousResult | None]
"""The result before, by the region's code."""


class RegionLines(QWidget):
    """All regions chosen, in the order in which they were."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, RegionLine] = {}
        self._before: Before = lambda _code: None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(3))

    def add(self, region: Region) -> None:
        """One more region."""
        if region.code in self._lines:
            return
        line = RegionLine(region, partial(self.drop, region.code))
        line.propose(self._before(region.code))
        self._lines[region.code] = line
        self._column.addWidget(line)

    def drop(self, code: str) -> None:
        """Take a region away."""
        line = self._lines.pop(code, None)
        if line is not None:
            line.hide()
            line.deleteLater()

    def clear(self) -> None:
        """Take all away."""
        for code in tuple(self._lines):
            self.drop(code)

    def propose(self, before: Before) -> None:
        """What the office knows has changed, or the year."""
        self._before = before
        for code, line in self._lines.items():
            line.propose(before(code))

    def lines(self) -> tuple[RegionLine, ...]:
        """The lines as they stand."""
        return tuple(self._lines.values())

    def holds(self) -> bool:
        """Whether every line can be sent; each says what is wrong with it."""
        held = [line.holds() for line in self._lines.values()]
        return all(held)


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5 and FIRST_YEAR <= int(text) <= LAST_YEAR
