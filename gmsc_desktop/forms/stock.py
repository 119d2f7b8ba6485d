"""The second opinion: stock pyxform converts the workbook, and what it refuses is refused here too."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.issues import FormIssue
from gmsc_desktop.forms.limits import SHEETS
from gmsc_desktop.forms.reader import Workbook

_ROW = re.compile(r"\[row : (\d+)\]\s*")
_STOCK_SHEETS = ("survey", "choices", "settings", "external_choices")
_SHEET = re.compile("|".join(SHEETS), re.IGNORECASE)


def stock_opinion(workbook: Workbook) -> tuple[FormIssue | None, tuple[FormIssue, ...]]:
    """What stock tools refuse (None when they accept the workbook), and what they warn of."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    warnings: list[str] = []
    try:
        convert(_definition(workbook), warnings=warnings)
    except PyXFormError as error:
        return _issue(N_("Standard XLSForm tools refuse the form: {reason}"), str(error)), ()
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError) as error:
        return _issue(N_("Standard XLSForm tools break off at the form: {reason}"), str(error)), ()
    return None, tuple(_issue(N_("Standard XLSForm tools warn: {reason}"), warning) for warning in warnings)


def _definition(workbook: Workbook) -> dict[str, Any]:
    """The sheets as pyxform wants them: a row each, the empty ones too, so that it counts as the author does."""
    found: dict[str, Any] = {"sheet_names": list(workbook.sheets), "fallback_form_name": "data"}
    for name in _STOCK_SHEETS:
        sheet = workbook.sheet(name)
        rows: list[dict[str, str]] = [{} for _ in range(sheet.rows[-1].number - 1)] if sheet.rows else []
        for row in sheet.rows:
            rows[row.number - 2] = dict(row.cells)
        if rows:
            found[name] = rows
            found[f"{name}_header"] = [dict.fromkeys(sheet.headers)]
    return found


def _issue(template: str, message: str) -> FormIssue:
    row = _ROW.search(message)
    sheet = _SHEET.search(message)
    reason = " ".join(_ROW.sub("", message).split())
    return FormIssue(
        sheet=sheet[0].lower() if sheet else "survey",
        row=int(row[1]) if row else 0,
        column="",
        template=template,
        params=MappingProxyType({"reason": reason}),
        cure=N_("Correct it there; the form must also open in standard tools."),
    )
