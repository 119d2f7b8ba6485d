"""The second opinion: stock pyxform converts the workbook, and what it refuses is refused here too."""

from __future__ import annotations

import re
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.issues import FormIssue
from gmsc_desktop.forms.reader import SHEETS, Workbook

_ROW = re.compile(r"\[row : (\d+)\]\s*")
_SHEET = re.compile("|".join(SHEETS), re.IGNORECASE)


def stock_opinion(workbook: Workbook) -> tuple[FormIssue | None, tuple[FormIssue, ...]]:
    """What stock tools refuse (None when they accept the workbook), and what they warn of."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    warnings: list[str] = []
    try:
        convert(workbook.data, warnings=warnings, file_type=workbook.suffix)
    except PyXFormError as error:
        return _issue(N_("Standard XLSForm tools refuse the form: {reason}"), str(error)), ()
    return None, tuple(_issue(N_("Standard XLSForm tools warn: {reason}"), warning) for warning in warnings)


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
