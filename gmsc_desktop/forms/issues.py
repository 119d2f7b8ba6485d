"""What is wrong with a workbook, said so that its author can mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_, GmscError
from gmsc_desktop.i18n import _ as translated


@dataclass(frozen=True, slots=True)
class FormIssue:
    """One thing to mend. ``row`` counts from the header, which is row 1, as spreadsheets do; 0 means the whole sheet.

    ``template`` (what is wrong) and ``cure`` (what to write instead) are gettext msgids over ``params``.
    """

    sheet: str
    row: int
    column: str
    template: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cure: str = ""

    def __str__(self) -> str:
        place = f"{self.sheet}:{self.row}:{self.column}".rstrip(":")
        said = (part.format(**self.params) for part in (self.template, self.cure) if part)
        return " ".join((f"{place}:", *said))

    def text(self) -> str:
        """What is wrong and what to do, in the language in use, without the place."""
        return " ".join(translated(part).format(**self.params) for part in (self.template, self.cure) if part)


class InstrumentError(GmscError):
    """A workbook that cannot be run; ``issues`` holds every reason found, in the order of the sheets."""

    def __init__(self, issues: Iterable[FormIssue]) -> None:
        self.issues = tuple(issues)
        first = self.issues[0] if self.issues else FormIssue("", 0, "", "")
        super().__init__(
            N_("The instrument cannot be used: {count} problem(s), the first in sheet {sheet}, row {row}: {first}"),
            kept=N_("Nothing was installed."),
            cure=N_("Correct the workbook and load it again."),
            count=len(self.issues),
            sheet=first.sheet,
            row=first.row,
            first=first.text(),
        )


MOST_ALIKE = 20


class IssueList:
    """Collects issues while a workbook is read; one list for what refuses it and one for what is only doubtful."""

    def __init__(self) -> None:
        self.errors: list[FormIssue] = []
        self.warnings: list[FormIssue] = []
        self._alike: Counter[tuple[str, str, str]] = Counter()
        self._last: dict[tuple[str, str, str], int] = {}
        """The row of the last one that is said, of those alike."""

    def error(self, sheet: str, row: int, column: str, template: str, cure: str = "", /, **params: str) -> None:
        """Note something that refuses the workbook."""
        self.errors.append(FormIssue(sheet, row, column, template, MappingProxyType(params), cure))

    def warn(self, sheet: str, row: int, column: str, template: str, cure: str = "", /, **params: str) -> None:
        """Note something doubtful; of many alike in one column only the first ones, and how many more there are."""
        alike = (sheet, column, template)
        self._alike[alike] += 1
        if self._alike[alike] > MOST_ALIKE:
            return
        self._last[alike] = row
        self.warnings.append(FormIssue(sheet, row, column, template, MappingProxyType(params), cure))

    def all_warnings(self) -> tuple[FormIssue, ...]:
        """The warnings, with a line for those that were left out."""
        more = (
            FormIssue(
                sheet,
                self._last[sheet, column, template],
                column,
                N_("{count} more rows have the same warning."),
                MappingProxyType({"count": str(count - MOST_ALIKE)}),
            )
            for (sheet, column, template), count in self._alike.items()
            if count > MOST_ALIKE
        )
        return (*self.warnings, *more)
