"""Reads single cells: numbers, yes and no, evidence rules; each notes what is wrong where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import EvidenceRule, ScoreMethod
from gmsc_desktop.forms.columns import MEDIA, NO_LANGUAGE, Cells
from gmsc_desktop.forms.issues import IssueList

YES = frozenset({"yes", "true", "true()", "ya"})
NO = frozenset({"no", "false", "false()", "tidak", ""})
_FROM = re.compile(r"required\s+if\s*>=\s*(-?\d+(?:\.\d+)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the cells of one row of ``sheet`` and notes issues there."""

    sheet: str
    cells: Cells
    issues: IssueList

    def error(self, column: str, template: str, cure: str = "", /, **params: str) -> None:
        """Note something that refuses the workbook."""
        self.issues.error(self.sheet, self.cells.row, self.cells.heading(column), template, cure, **params)

    def warn(self, column: str, template: str, cure: str = "", /, **params: str) -> None:
        """Note something doubtful."""
        self.issues.warn(self.sheet, self.cells.row, self.cells.heading(column), template, cure, **params)

    def translations(self, languages: tuple[str, ...]) -> None:
        """Note texts that are there in one language and not in another."""
        for column, texts in self.cells.texts.items():
            missing = [code for code in languages if not texts.get(code)]
            if texts and missing and NO_LANGUAGE not in texts and column not in MEDIA:
                self.warn(
                    column,
                    N_("“{column}” has no text in {languages}."),
                    N_("The text of the first language will be shown there."),
                    column=column,
                    languages=", ".join(missing),
                )

    def number(self, column: str) -> Decimal | None:
        """A decimal number with a dot, or None."""
        source = self.cells.get(column)
        if not source:
            return None
        try:
            found = Decimal(source)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            template = N_("“{text}” is not a number.")
            self.error(column, template, N_("Write digits, with a dot before decimals."), text=source)
            return None
        return found

    def flag(self, column: str) -> bool:
        """Yes or no; an empty cell means no."""
        source = self.cells.get(column).casefold()
        if source not in YES and source not in NO:
            self.error(
                column,
                N_("“{text}” is neither yes nor no."),
                N_("Write yes, or leave the cell empty."),
                text=self.cells.get(column),
            )
        return source in YES

    def weight(self) -> Decimal:
        """The weight within the parent, 1 when the cell is empty."""
        found = self.number("weight")
        if found is not None and found < 0:
            self.error("weight", N_("A weight cannot be negative."), N_("Write 0 or more."))
        return Decimal(1) if found is None else found

    def score_method(self) -> ScoreMethod:
        """How the scores below become one."""
        source = self.cells.get("score_method").casefold()
        if not source:
            return ScoreMethod.WEIGHTED_MEAN
        try:
            return ScoreMethod(source)
        except ValueError:
            self.error(
                "score_method",
                N_("There is no score method “{text}”."),
                N_("Write weighted_mean, mean, sum, max or min."),
                text=source,
            )
            return ScoreMethod.WEIGHTED_MEAN

    def evidence(self) -> tuple[EvidenceRule | None, Decimal | None]:
        """Whether evidence is asked for, and from which level on."""
        source = self.cells.get("evidence").casefold()
        if not source:
            return None, None
        found = _FROM.fullmatch(source)
        if found:
            return EvidenceRule.REQUIRED_FROM, Decimal(found[1])
        if source in ("required", "optional"):
            return EvidenceRule(source), None
        self.error(
            "evidence",
            N_("“{text}” is no rule for evidence."),
            N_("Write required, required if >= 2 (any level), or optional."),
            text=source,
        )
        return None, None
