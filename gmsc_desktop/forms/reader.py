"""Reads XLSForm workbooks (``.md``, ``.xlsx``, ``.xls``, ``.csv``) into rows that remember where they stood.

pyxform's own backends do the reading; what they drop (the ``categories`` sheet) is read through the same helpers.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import Table
from gmsc_desktop.forms.issues import FormIssue, InstrumentError
from gmsc_desktop.forms.tables import read_csv

SHEETS = ("survey", "choices", "settings", "categories", "external_choices")
UNREAD = ("entities", "osm")
"""Sheets that are about other programs' data."""
MAX_BYTES = 20_000_000
MAX_ROWS = 150_000
MAX_QUESTIONS = 20_000
MAX_CELL = 32_767
"""What a spreadsheet's cell holds at most."""
MAX_COLUMNS = 1000
MAX_UNPACKED = 80_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells that are not empty, by column heading."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the headings as written and the rows below them that are not empty."""

    name: str
    headers: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook as read, with the CSV files beside it that it names."""

    name: str
    sheets: Mapping[str, Sheet] = field(default_factory=lambda: MappingProxyType({}))
    tables: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[FormIssue, ...] = ()

    def sheet(self, name: str) -> Sheet:
        """The sheet called ``name``, or an empty one."""
        return self.sheets.get(name) or Sheet(name)


_Table = tuple[list[str], list[dict[str, str]]]


def read_workbook(path: Path) -> Workbook:
    """The workbook in ``path``.

    Raises ``InvalidInput`` when the file cannot be read at all, ``InstrumentError`` when it is no XLSForm workbook.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InvalidInput(
                N_("The file {name} is too large for an instrument."),
                cure=N_("An instrument's workbook is at most 20 MB."),
                name=path.name,
            )
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {reason}"), name=path.name, reason=error.strerror or ""
        ) from error
    workbook = parse_workbook(data, path.suffix.lower(), path.name)
    return replace(workbook, tables=attached_tables(path, workbook.sheet("survey")))


def parse_workbook(
    data: bytes, suffix: str, name: str = "", tables: Mapping[str, Table] = MappingProxyType({})
) -> Workbook:
    """The workbook whose bytes are ``data``; ``suffix`` tells the format (``.md``, ``.xlsx``, ``.xls``, ``.csv``);
    ``tables`` are the CSV files that come with it."""
    from pyxform.errors import PyXFormError

    readers = {".md": _read_markdown, ".xlsx": _read_xlsx, ".xls": _read_xls, ".csv": _read_csv}
    reader = readers.get(suffix)
    if reader is None:
        raise InstrumentError(
            [
                _file_issue(
                    N_("Files of type {suffix} are no XLSForm workbooks."), N_("Save it as .xlsx."), suffix=suffix
                )
            ]
        )
    warnings: list[FormIssue] = []
    try:
        sheets_read = reader(data, warnings)
    except (PyXFormError, *_broken()) as error:
        raise InstrumentError(
            [_file_issue(N_("The workbook cannot be read: {reason}"), N_("Save it again as .xlsx."), reason=str(error))]
        ) from error
    sheets = {key: _sheet(key, *table) for key, table in sheets_read.items()}
    if not sheets.get("survey", Sheet("survey")).rows:
        raise InstrumentError([_file_issue(N_("The workbook has no survey sheet."), N_("Add a sheet called survey."))])
    return Workbook(name, MappingProxyType(sheets), tables, tuple(warnings))


_FILE_NAME = re.compile(r"[\w][\w .-]*\.csv", re.IGNORECASE)
_FILE_CALL = re.compile(r"(?:pulldata|instance)\s*\(\s*[\"']([\w][\w .-]*)[\"']")
MAX_TABLE_BYTES = 30_000_000
MAX_TABLE_ROWS = 200_000


def attached_tables(path: Path, survey: Sheet) -> Mapping[str, Table]:
    """The CSV files the survey names that lie beside the workbook at ``path`` or in its folder of media (ODK calls it
    ``NAME-media``). Raises ``InstrumentError`` for one that is too large or no CSV."""
    names: dict[str, None] = {}
    for row in survey.rows:
        cells = {heading.strip().casefold(): text for heading, text in row.cells.items()}
        kind, _space, rest = cells.get("type", "").partition(" ")
        if kind.casefold() == "csv-external":
            names[f"{cells.get('name', '')}.csv"] = None
        elif _FILE_NAME.fullmatch(rest.strip()):
            names[rest.strip()] = None
        for text in cells.values():
            for stem in _FILE_CALL.findall(text) if "(" in text else ():
                names[stem if stem.casefold().endswith(".csv") else f"{stem}.csv"] = None
    folders = (path.parent, path.parent / f"{path.stem}-media")
    found = {}
    for name in names:
        file = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if file is not None:
            found[name] = _table(file)
    return MappingProxyType(found)


def _table(file: Path) -> Table:
    cure = N_("Save it as CSV in UTF-8, with commas between the cells.")
    try:
        if file.stat().st_size > MAX_TABLE_BYTES:
            template = N_("The file {file} is too large: at most {most} MB.")
            most = str(MAX_TABLE_BYTES // 1_000_000)
            raise InstrumentError(
                [_file_issue(template, N_("Leave out rows the form never asks for."), file=file.name, most=most)]
            )
        table = read_csv(file.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        template = N_("The file {file} cannot be read: {reason}")
        raise InstrumentError([_file_issue(template, cure, file=file.name, reason=str(error))]) from error
    if len(table.rows) > MAX_TABLE_ROWS:
        template = N_("The file {file} has more than {most} rows.")
        most = str(MAX_TABLE_ROWS)
        raise InstrumentError(
            [_file_issue(template, N_("Leave out rows the form never asks for."), file=file.name, most=most)]
        )
    return table


def _broken() -> tuple[type[Exception], ...]:
    """What the libraries below raise for bytes that are not what the name says."""
    from xlrd import XLRDError

    known = (zipfile.BadZipFile, zipfile.LargeZipFile, XLRDError, csv.Error, UnicodeDecodeError)
    return (
        *known,
        KeyError,
        OverflowError,
        RecursionError,
        MemoryError,
        EOFError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        AssertionError,
        OSError,
        SyntaxError,
    )


def _file_issue(template: str, cure: str, **params: str) -> FormIssue:
    return FormIssue("survey", 0, "", template, MappingProxyType(params), cure)


def _sheet(name: str, headers: list[str], rows: list[dict[str, str]]) -> Sheet:
    most = MAX_QUESTIONS if name == "survey" else MAX_ROWS
    if len(rows) > most:
        raise InstrumentError([_too_long(name, most)])
    huge = [
        FormIssue(name, number, heading, N_("The cell holds more than {most} characters."), _most(MAX_CELL), _SHORTEN)
        for number, cells in enumerate(rows, 2)
        for heading, text in cells.items()
        if text and len(str(text)) > MAX_CELL
    ]
    if huge:
        raise InstrumentError(huge)
    numbered = (
        Row(number, MappingProxyType({_clean(k): _clean(v) for k, v in cells.items() if v and _clean(v)}))
        for number, cells in enumerate(rows, 2)
    )
    return Sheet(name, tuple(map(_clean, headers)), tuple(row for row in numbered if row.cells))


_SHORTEN = N_("Shorten the text.")


def _most(most: int) -> Mapping[str, str]:
    return MappingProxyType({"most": str(most)})


def _too_long(name: str, most: int) -> FormIssue:
    return FormIssue(name, 0, "", N_("The sheet has more than {most} rows."), _most(most), N_("Remove rows."))


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _clean(text: str) -> str:
    """``text`` in NFC without characters that no XML may hold, and that nobody typed on purpose."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", str(text))).strip()


def _known(names: Iterable[str]) -> dict[str, str]:
    """The sheets we read: our name to the name in the workbook; a workbook of one sheet is its survey."""
    titles = list(names)
    found = {title.strip().lower(): title for title in titles if title.strip().lower() in (*SHEETS, *UNREAD)}
    return found or ({"survey": titles[0]} if len(titles) == 1 else {})


def _read_markdown(data: bytes, _warnings: list[FormIssue]) -> dict[str, _Table]:
    from pyxform.xls2json_backends import _md_table_to_ss_structure

    tables: dict[str, list[tuple[str | None, ...]]] = _md_table_to_ss_structure(data.decode("utf-8-sig"))
    result = {}
    for key, title in _known(str(name) for name in tables if name).items():
        first, *rows = tables[title] or [()]
        headers = [cell or "" for cell in first]
        result[key] = (
            [header for header in headers if header],
            [{h: v for h, v in zip(headers, row, strict=False) if h and v} for row in rows],
        )
    return result


def _read_xlsx(data: bytes, warnings: list[FormIssue]) -> dict[str, _Table]:
    from openpyxl import load_workbook
    from pyxform.xls2json_backends import get_excel_column_headers, get_excel_rows, xlsx_value_to_str

    formulas = look_into(data)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        result = {}
        for key, title in _known(book.sheetnames).items():
            rows = _bounded(book[title].iter_rows(max_col=MAX_COLUMNS), key)
            headers = get_excel_column_headers(cell.value for cell in next(rows, ()))

            def text(cell: Any, row: int, column: str) -> str:
                return str(xlsx_value_to_str(cell.value)).strip()

            result[key] = ([h for h in headers if h], get_excel_rows(headers=headers, rows=rows, cell_func=text))
        if formulas:
            _check_formulas(data, result, warnings)
        return result
    finally:
        book.close()


def _bounded(rows: Iterable[Any], name: str) -> Iterator[Any]:
    """The rows, no more than any form has."""
    for number, row in enumerate(rows):
        if number > MAX_ROWS:
            raise InstrumentError([_too_long(name, MAX_ROWS)])
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
            raise InstrumentError([_file_issue(template, cure, most=str(MAX_UNPACKED // 1_000_000))])
        for entry in parts:
            with package.open(entry) as part:
                head = part.read(4096)
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    template = N_("The workbook holds definitions (DTD) that no spreadsheet has.")
                    raise InstrumentError([_file_issue(template, N_("Save it again as .xlsx."))])
                if "worksheets/" in entry.filename:
                    formulas = formulas or _has_formula(head, part)
    return formulas


def _has_formula(head: bytes, part: IO[bytes]) -> bool:
    while head:
        if b"<f>" in head or b"<f " in head:
            return True
        more = part.read(1_000_000)
        head = head[-2:] + more if more else b""
    return False


def _check_formulas(data: bytes, read: Mapping[str, _Table], warnings: list[FormIssue]) -> None:
    """The values spreadsheets calculated last are read; a formula nobody ever calculated has none."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    missing = []
    try:
        for key, title in _known(book.sheetnames).items():
            headers, rows = read[key]
            template = N_("The sheet holds formulas; the values calculated last are read.")
            used = False
            for number, row in enumerate(book[title].iter_rows(max_col=MAX_COLUMNS, max_row=len(rows) + 1), 1):
                for at, cell in enumerate(row):
                    if cell.data_type != "f":
                        continue
                    used = True
                    heading = headers[at] if at < len(headers) else ""
                    if number > 1 and heading and not rows[number - 2].get(heading):
                        missing.append(_formula_issue(key, number, heading))
            if used:
                warnings.append(FormIssue(key, 0, "", template))
    finally:
        book.close()
    if missing:
        raise InstrumentError(missing)


def _formula_issue(sheet: str, row: int, heading: str) -> FormIssue:
    template = N_("The cell holds a formula without a value.")
    cure = N_("Write the value itself, or open and save the workbook in a spreadsheet program first.")
    return FormIssue(sheet, row, heading, template, MappingProxyType({}), cure)


def _read_xls(data: bytes, _warnings: list[FormIssue]) -> dict[str, _Table]:
    from pyxform.xls2json_backends import get_excel_column_headers, get_excel_rows, xls_value_to_unicode
    from xlrd import open_workbook

    book = open_workbook(file_contents=data)
    result = {}
    for key, title in _known(book.sheet_names()).items():
        sheet = book.sheet_by_name(title)
        headers = get_excel_column_headers(str(cell.value) for cell in (sheet.row(0) if sheet.nrows else ()))
        rows = (sheet.row(number) for number in range(1, sheet.nrows))

        def text(cell: Any, row: int, column: str) -> str:
            return str(xls_value_to_unicode(cell.value, cell.ctype, book.datemode)).strip()

        result[key] = ([h for h in headers if h], get_excel_rows(headers=headers, rows=rows, cell_func=text))
    return result


def _read_csv(data: bytes, _warnings: list[FormIssue]) -> dict[str, _Table]:
    from pyxform.xls2json_backends import csv_to_dict

    book = csv_to_dict(io.BytesIO(data.decode("utf-8-sig").encode()))
    result = {}
    for key in (*SHEETS, *UNREAD):
        if book.get(key):
            headers = [header for row in book.get(f"{key}_header", ()) for header in row if header]
            result[key] = (headers, [{k: v for k, v in row.items() if k} for row in book[key]])
    return result
