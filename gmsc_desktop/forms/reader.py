"""Reads XLSForm workbooks (``.md``, ``.xlsx``, ``.xls``, ``.csv``) into rows that remember where they stood.

pyxform's own backends do the reading; what they drop (the ``categories`` sheet) is read through the same helpers.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import Table
from gmsc_desktop.forms.attached import attached_tables
from gmsc_desktop.forms.issues import FormIssue, InstrumentError
from gmsc_desktop.forms.limits import (
    MAX_BYTES,
    MAX_CELL,
    MAX_QUESTIONS,
    MAX_ROWS,
    SHEETS,
    UNREAD,
    Cells,
    file_issue,
    known_sheets,
    limit,
    most_rows,
    too_long,
)
from gmsc_desktop.forms.spreadsheets import headings_of, read_xlsx, twice_headed


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
    return replace(workbook, tables=attached_tables(path, (row.cells for row in workbook.sheet("survey").rows)))


def parse_workbook(
    data: bytes, suffix: str, name: str = "", tables: Mapping[str, Table] = MappingProxyType({})
) -> Workbook:
    """The workbook whose bytes are ``data``; ``suffix`` tells the format (``.md``, ``.xlsx``, ``.xls``, ``.csv``);
    ``tables`` are the CSV files that come with it."""
    from pyxform.errors import PyXFormError

    reader = _READERS.get(_really(data, suffix))
    if reader is None:
        raise InstrumentError(
            [file_issue(N_("Files of type {suffix} are no XLSForm workbooks."), N_("Save it as .xlsx."), suffix=suffix)]
        )
    if suffix in (".md", ".csv") and data.count(b"\n") > MAX_ROWS + MAX_QUESTIONS:
        raise InstrumentError([too_long("survey", MAX_ROWS)])
    warnings: list[FormIssue] = []
    try:
        sheets_read = reader(data, warnings)
    except PyXFormError as error:
        template = N_("The workbook cannot be read: {reason}")
        raise InstrumentError([file_issue(template, _SAVE_AGAIN, reason=str(error))]) from error
    except _broken() as error:
        raise InstrumentError([file_issue(N_("The file is damaged, or is no workbook."), _SAVE_AGAIN)]) from error
    sheets = {key: _sheet(key, *table) for key, table in sheets_read.items()}
    if not sheets.get("survey", Sheet("survey")).rows:
        raise InstrumentError([file_issue(N_("The workbook has no survey sheet."), N_("Add a sheet called survey."))])
    return Workbook(name, MappingProxyType(sheets), tables, tuple(warnings))


_SAVE_AGAIN = N_("Save it again as .xlsx.")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SPREADSHEETS = frozenset({".xls", ".xlsx", ".xlsm"})


def _really(data: bytes, suffix: str) -> str:
    """The format of a spreadsheet by its first bytes: many an ``.xls`` is an ``.xlsx`` somebody renamed."""
    if suffix in _SPREADSHEETS:
        return ".xlsx" if data.startswith(_ZIP) else ".xls" if data.startswith(_OLE) else suffix
    return suffix


def _broken() -> tuple[type[Exception], ...]:
    """What the libraries below raise for bytes that are not what the name says."""
    from xlrd import XLRDError
    from xlrd.compdoc import CompDocError

    known = (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        XLRDError,
        CompDocError,
        struct.error,
        csv.Error,
        UnicodeDecodeError,
    )
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


def _sheet(name: str, headers: list[str], rows: list[dict[str, str]]) -> Sheet:
    most = most_rows(name)
    if len(rows) > most:
        raise InstrumentError([too_long(name, most)])
    twice = next((heading for at, heading in enumerate(headers) if heading in headers[:at]), "")
    if twice:
        raise InstrumentError([twice_headed(name, twice)])
    huge = [
        FormIssue(name, number, heading, N_("The cell holds more than {most} characters."), limit(MAX_CELL), _SHORTEN)
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


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _clean(text: str) -> str:
    """``text`` in NFC without characters that no XML may hold, and that nobody typed on purpose."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", str(text))).strip()


def _read_markdown(data: bytes, _warnings: list[FormIssue]) -> dict[str, Cells]:
    from pyxform.xls2json_backends import _md_table_to_ss_structure

    tables: dict[str, list[tuple[str | None, ...]]] = _md_table_to_ss_structure(data.decode("utf-8-sig"))
    result = {}
    for key, title in known_sheets(str(name) for name in tables if name).items():
        first, *rows = tables[title] or [()]
        headers = [cell or "" for cell in first]
        result[key] = (
            [header for header in headers if header],
            [{h: v for h, v in zip(headers, row, strict=False) if h and v} for row in rows],
        )
    return result


def _read_xls(data: bytes, _warnings: list[FormIssue]) -> dict[str, Cells]:
    from pyxform.xls2json_backends import get_excel_rows, xls_value_to_unicode
    from xlrd import open_workbook

    book = open_workbook(file_contents=data)
    result = {}
    for key, title in known_sheets(book.sheet_names()).items():
        sheet = book.sheet_by_name(title)
        headers = headings_of(key, (str(cell.value) for cell in (sheet.row(0) if sheet.nrows else ())))
        rows = (sheet.row(number) for number in range(1, sheet.nrows))

        def text(cell: Any, row: int, column: str) -> str:
            return str(xls_value_to_unicode(cell.value, cell.ctype, book.datemode)).strip()

        result[key] = ([h for h in headers if h], get_excel_rows(headers=headers, rows=rows, cell_func=text))
    return result


def _read_csv(data: bytes, _warnings: list[FormIssue]) -> dict[str, Cells]:
    from pyxform.xls2json_backends import csv_to_dict

    book = csv_to_dict(io.BytesIO(data.decode("utf-8-sig").encode()))
    result = {}
    for key in (*SHEETS, *UNREAD):
        if book.get(key):
            headers = [header for row in book.get(f"{key}_header", ()) for header in row if header]
            result[key] = (headers, [{k: v for k, v in row.items() if k} for row in book[key]])
    return result


_READERS = {".md": _read_markdown, ".xlsx": read_xlsx, ".xlsm": read_xlsx, ".xls": _read_xls, ".csv": _read_csv}
