"""CSV files that come with a workbook: for ``pulldata()``, ``instance()`` and selects from a file.

A list of choices from a file is called ``cities.csv``, or ``cities.csv?value=code&label=title`` when other columns than
``name`` and ``label`` hold names and labels.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from types import MappingProxyType

from gmsc_desktop.domain.instrument import Choice, Item, Table, Text

_QUERY = "?"


def read_csv(text: str) -> Table:
    """The table in ``text``. Raises ``ValueError`` (``csv.Error`` included) when it is none."""
    try:
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        columns = tuple(cell.strip() for cell in next(rows, []))
        width = len(columns)
        body = tuple(_row(row, width) for row in rows if any(row))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if not any(columns):
        raise ValueError("no headings")
    return Table(columns, body)


def _row(row: list[str], width: int) -> tuple[str, ...]:
    """Cells are often the same down a column: each text is kept once."""
    return tuple(intern(cell.strip()) for cell in (*row[:width], *("" for _ in range(width - len(row)))))


def csv_text(table: Table) -> str:
    """``table`` as it is kept with the instrument, always the same for the same table."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return target.getvalue()


def list_name(file: str, value: str = "", label: str = "") -> str:
    """What a list of choices from a file is called."""
    if value in ("", "name") and label in ("", "label"):
        return file
    return f"{file}{_QUERY}value={value or 'name'}&label={label or 'label'}"


def table_of(name: str, tables: Mapping[str, Table]) -> Table | None:
    """The table a list of choices comes from; None when it stands in the choices sheet."""
    return tables.get(name.partition(_QUERY)[0])


def columns_of_list(name: str) -> tuple[str, str]:
    """The columns that hold names and labels."""
    query = name.partition(_QUERY)[2]
    if not query:
        return "name", "label"
    value, _and, label = query.partition("&")
    return value.removeprefix("value="), label.removeprefix("label=")


def choices_from(tables: Mapping[str, Table], items: Iterable[Item], language: str) -> dict[str, tuple[Choice, ...]]:
    """The lists of choices that ``items`` take from files."""
    found: dict[str, tuple[Choice, ...]] = {}
    for item in items:
        table = table_of(item.list_name, tables) if item.list_name else None
        if table is not None and item.list_name not in found:
            found[item.list_name] = _choices(table, item.list_name, language)
    return found


def _choices(table: Table, name: str, language: str) -> tuple[Choice, ...]:
    value, label = columns_of_list(name)
    value_at = table.columns.index(value)
    label_at = table.columns.index(label) if label in table.columns else value_at
    others = {column: at for at, column in enumerate(table.columns) if column not in ("name", "label", "score")}
    seen: dict[str, None] = {}
    found = []
    for row in table.rows:
        if row[value_at] and row[value_at] not in seen:
            seen[row[value_at]] = None
            text = Text(MappingProxyType({language: row[label_at]}))
            found.append(Choice(row[value_at], text, None, _Cells(others, row)))
    return tuple(found)


class _Cells(Mapping[str, str]):
    """The further cells of one row, without a dictionary of their own: there may be a hundred thousand."""

    __slots__ = ("_at", "_row")

    def __init__(self, at: Mapping[str, int], row: tuple[str, ...]) -> None:
        self._at = at
        self._row = row

    def __getitem__(self, column: str) -> str:
        return self._row[self._at[column]]

    def __iter__(self) -> Iterator[str]:
        return (column for column, at in self._at.items() if self._row[at])

    def __len__(self) -> int:
        return sum(1 for _ in self)
