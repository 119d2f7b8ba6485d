"""The second opinion: stock pyxform converts the workbook, and what it refuses is refused here too."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.issues import FormIssue
from gmsc_desktop.forms.limits import SHEETS
from gmsc_desktop.forms.reader import Row, Sheet, Workbook

_ROW = re.compile(r"\[row : (\d+)\]\s*")
_STOCK_SHEETS = ("survey", "choices", "settings", "external_choices")
_SHEET = re.compile("|".join(SHEETS), re.IGNORECASE)


_TOLD = re.compile(r"Choices should have a label|is missing the \w+ columns?|max-pixels parameter")
"""Warnings said better already, or that mean nothing here: pictures are made smaller when they are taken in."""
_LABEL = N_("Write what the person reads.")
_SAID = (
    (r"survey element named '(?P<name>[^']+)' has no label", N_("“{name}” has neither a label nor a hint."), _LABEL),
    (r"(?:Repeat|Group) has no label: \{'name': '(?P<name>[^']+)'", N_("“{name}” has no label."), _LABEL),
    (
        r"machine-readable codes: (?P<name>.+?)\. ",
        N_("The columns name languages without their code: {name}."),
        N_("Write the code behind the name, such as label::Bahasa Indonesia (id)."),
    ),
    (
        "Row without name, text, or label is being skipped",
        N_("The row has neither a name nor a label and is left out."),
        N_("Complete the row, or clear it."),
    ),
    (
        r"'name' value '(?P<name>meta)' is invalid",
        N_("The name “{name}” is taken: there the form keeps what programs note of an answered form."),
        N_("Give it another name."),
    ),
)
"""What stock tools say most often, in the words of this program."""


def stock_opinion(workbook: Workbook) -> tuple[FormIssue | None, tuple[FormIssue, ...]]:
    """What stock tools refuse (None when they accept the workbook), and what they warn of."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    warnings: list[str] = []
    try:
        convert(_definition(workbook), warnings=warnings)
    except PyXFormError as error:
        return _issue(N_("Standard XLSForm tools refuse the form: {reason}"), str(error), workbook), ()
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError) as error:
        return _issue(N_("Standard XLSForm tools break off at the form: {reason}"), str(error), workbook), ()
    warned = N_("Standard XLSForm tools warn: {reason}")
    told = (warning for warning in warnings if not _TOLD.search(warning))
    return None, tuple(_issue(warned, warning, workbook) for warning in told)


def _definition(workbook: Workbook) -> dict[str, Any]:
    """The sheets as pyxform wants them: a row each, the empty ones too, so that it counts as the author does."""
    found: dict[str, Any] = {"sheet_names": list(workbook.sheets), "fallback_form_name": "data"}
    for name in _STOCK_SHEETS:
        sheet = workbook.sheet(name)
        if sheet.rows:
            found[name] = [dict(row.cells) for row in _counted(sheet)]
            found[f"{name}_header"] = [dict.fromkeys(sheet.headers)]
    return found


def _counted(sheet: Sheet) -> list[Row]:
    """The rows below the headings, the empty ones too; several have the same number where one was written out."""
    found: list[Row] = []
    last = 1
    for row in sheet.rows:
        found.extend(Row(number, {}) for number in range(last + 1, row.number))
        found.append(row)
        last = row.number
    return found


def _issue(template: str, message: str, workbook: Workbook) -> FormIssue:
    row = _ROW.search(message)
    sheet = _SHEET.search(message)
    reason = " ".join(_ROW.sub("", message).split())
    name = sheet[0].lower() if sheet else "survey"
    counted, place = _counted(workbook.sheet(name)), int(row[1]) if row else 0
    number = counted[place - 2].number if 2 <= place < len(counted) + 2 else place
    for pattern, said, cure in _SAID:
        if found := re.search(pattern, reason):
            params = found.groupdict()
            number = number or _row_of(workbook.sheet(name), params.get("name", ""))
            return FormIssue(name, number, "", said, MappingProxyType(params), cure)
    return FormIssue(
        sheet=name,
        row=number,
        column="",
        template=template,
        params=MappingProxyType({"reason": reason}),
        cure=N_("Correct it there; the form must also open in standard tools."),
    )


def _row_of(sheet: Sheet, name: str) -> int:
    return next((row.number for row in sheet.rows if name in row.cells.values()), 0)
