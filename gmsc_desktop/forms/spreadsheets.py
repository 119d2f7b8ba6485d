"""Reads ``.xlsx`` workbooks, after a look at what they would unpack to."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import IO, Any

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.issues import FormIssue, InstrumentError
from gmsc_desktop.forms.limits import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNPACKED,
    Cells,
    file_issue,
    known_sheets,
    most_rows,
    too_long,
)


def read_xlsx(data: bytes, doubts: list[FormIssue]) -> dict[str, Cells]:
    """The sheets of a workbook, by our names; what is doubtful goes to ``doubts``. Raises ``InstrumentError``."""
    from openpyxl import load_workbook
    from pyxform.xls2json_backends import get_excel_rows, xlsx_value_to_str

    # What openpyxl thinks of styles and printer settings helps no author; it would go to standard error.
    warnings.filterwarnings("ignore", module="openpyxl")
    formulas = look_into(data)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        result = {}
        for key, title in known_sheets(book.sheetnames).items():
            sheet = book[title]
            sheet.reset_dimensions()  # What a sheet says of its size need not be true.
            first = next(sheet.iter_rows(max_row=1, max_col=MAX_COLUMNS), ())
            headers = headings_of(key, (cell.value for cell in first))
            rows = _bounded(sheet.iter_rows(min_row=2, max_col=max(1, len(headers))), key)

            def text(cell: Any, row: int, column: str) -> str:
                return str(xlsx_value_to_str(cell.value)).strip()

            result[key] = ([h for h in headers if h], get_excel_rows(headers=headers, rows=rows, cell_func=text))
        if formulas:
            _check_formulas(data, result, doubts)
        return result
    finally:
        book.close()


def headings_of(sheet: str, cells: Iterable[Any]) -> list[str | None]:
    """The headings in the first row. Raises ``InstrumentError`` when one stands there twice."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_excel_column_headers

    try:
        return list(get_excel_column_headers(cells))
    except PyXFormError as error:
        raise InstrumentError([twice_headed(sheet, str(error).rpartition(": ")[2])]) from error


def twice_headed(sheet: str, heading: str) -> FormIssue:
    """That a sheet has two columns of one heading."""
    template = N_("The heading “{heading}” stands in the sheet twice.")
    cure = N_("Leave one of the columns, and delete the other.")
    return FormIssue(sheet, 1, heading, template, MappingProxyType({"heading": heading}), cure)


def _bounded(rows: Iterable[Any], name: str) -> Iterator[Any]:
    """The rows, no more than any form has."""
    most = most_rows(name)
    for number, row in enumerate(rows):
        if number >= most:
            raise InstrumentError([too_long(name, most)])
        yield row


def look_into(data: bytes) -> bool:
    """Whether a spreadsheet holds formulas. It is a zip: one that unpacks to far more than any form, or whose XML
    declares entities, is refused before anything is made of it."""
    formulas = False
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [entry for entry in package.infolist() if entry.filename.casefold().endswith((".xml", ".rels"))]
        if sum(entry.file_size for entry in parts) > MAX_UNPACKED:
            template = N_("The workbook unpacks to more than {most} MB.")
            cure = N_("Leave only the sheets of the form in it.")
            raise InstrumentError([file_issue(template, cure, most=str(MAX_UNPACKED // 1_000_000))])
        for entry in parts:
            with package.open(entry) as part:
                head = part.read(4096)
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    template = N_("The workbook holds definitions (DTD) that no spreadsheet has.")
                    raise InstrumentError([file_issue(template, N_("Save it again as .xlsx."))])
                if "worksheets/" in entry.filename:
                    sized = b"<dimension" in head
                    rows, formula = _counted(head, part)
                    formulas = formulas or formula
                    if rows > MAX_ROWS and not sized:
                        # openpyxl would read it all to learn how large it is.
                        raise InstrumentError([too_long("survey", MAX_ROWS)])
    return formulas


def _counted(head: bytes, part: IO[bytes]) -> tuple[int, bool]:
    """How many rows a sheet has, nearly, and whether any cell of it is a formula."""
    rows, formula = 0, False
    while head:
        rows += head.count(b"<row")
        formula = formula or b"<f>" in head or b"<f " in head
        more = part.read(1_000_000)
        head = head[-2:] + more if more else b""
    return rows, formula


_CALCULATED = N_("The sheet holds formulas; the values calculated last are read.")


def _check_formulas(data: bytes, read: Mapping[str, Cells], doubts: list[FormIssue]) -> None:
    """The values spreadsheets calculated last are read; a formula nobody ever calculated has none."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    missing = []
    try:
        for key, title in known_sheets(book.sheetnames).items():
            _headers, rows = read[key]
            sheet = book[title]
            sheet.reset_dimensions()
            heading: dict[int, str] = {}
            used = False
            for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, max_row=len(rows) + 1), 1):
                heading = heading or {at: str(cell.value).strip() for at, cell in enumerate(row) if cell.value}
                for at in heading:
                    if row[at].data_type != "f":
                        continue
                    used = True
                    if number > 1 and not rows[number - 2].get(heading[at]):
                        missing.append(_formula_issue(key, number, heading[at]))
            if used:
                doubts.append(FormIssue(key, 0, "", _CALCULATED))
    finally:
        book.close()
    if missing:
        raise InstrumentError(missing)


def _formula_issue(sheet: str, row: int, heading: str) -> FormIssue:
    template = N_("The cell holds a formula without a value.")
    cure = N_("Write the value itself, or open and save the workbook in a spreadsheet program first.")
    return FormIssue(sheet, row, heading, template, MappingProxyType({}), cure)
