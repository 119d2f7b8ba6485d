"""How large a workbook may be, which sheets of it are read, and how what is too large is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.issues import FormIssue

SHEETS = ("survey", "choices", "settings", "categories", "external_choices")
UNREAD = ("entities", "osm")
"""Sheets that are about other programs' data."""
MAX_BYTES = 20_000_000
MAX_ROWS = 120_000
MAX_QUESTIONS = 20_000
MAX_CELL = 32_767
"""What a spreadsheet's cell holds at most."""
MAX_COLUMNS = 1000
MAX_UNPACKED = 80_000_000

Cells = tuple[list[str], list[dict[str, str]]]
"""A sheet as the libraries read it: its headings, and a row each by heading."""


def file_issue(template: str, cure: str, **params: str) -> FormIssue:
    """Something wrong with a file as a whole."""
    return FormIssue("survey", 0, "", template, MappingProxyType(params), cure)


def limit(most: int) -> Mapping[str, str]:
    """The parameter of what is said of a limit."""
    return MappingProxyType({"most": str(most)})


def most_rows(name: str) -> int:
    """How many rows a sheet may have."""
    return MAX_QUESTIONS if name == "survey" else MAX_ROWS


def too_long(name: str, most: int) -> FormIssue:
    """That a sheet has more rows than ``most``."""
    return FormIssue(name, 0, "", N_("The sheet has more than {most} rows."), limit(most), N_("Remove rows."))


def known_sheets(names: Iterable[str]) -> dict[str, str]:
    """The sheets we read: our name to the name in the workbook; a workbook of one sheet is its survey."""
    titles = list(names)
    found = {title.strip().lower(): title for title in titles if title.strip().lower() in (*SHEETS, *UNREAD)}
    return found or ({"survey": titles[0]} if len(titles) == 1 else {})
