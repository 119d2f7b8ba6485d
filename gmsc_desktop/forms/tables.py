"""CSV, XML and GeoJSON files that come with a workbook: for ``pulldata()``, ``instance()`` and selects from a file.

A list of choices from a file is called ``cities.csv``, or ``cities.csv?value=code&label=title`` when other columns than
the usual ones (``name`` and ``label``; of GeoJSON ``id`` and ``title``) hold names and labels. ``&also=LIST`` puts the
choices of a list whose names are whole numbers before them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.instrument import Choice, Item, Table, Text
from gmsc_desktop.forms.searching import static_choices

_QUERY = "?"
GEOJSON, XML = ".geojson", ".xml"
FILE_KINDS = (".csv", XML, GEOJSON)
_ALSO = "&also="
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no expression could be shown."""


def read_csv(text: str) -> Table:
    """The table in ``text``. Raises ``ValueError`` (``csv.Error`` included) when it is none."""
    try:
        rows = csv.reader(io.StringIO(_NOT_XML.sub("", text), newline=""), strict=True)
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


def read_geojson(text: str) -> Table:
    """The features in ``text``, a row each: id, geometry as ODK writes places, properties. Raises ``ValueError``."""
    try:
        features = json.loads(text)["features"]
        rows = [_feature(feature) for feature in features]
    except (RecursionError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
    columns = tuple(dict.fromkeys(("id", "geometry", *(name for row in rows for name in row))))
    return Table(columns, tuple(tuple(row.get(name, "") for name in columns) for row in rows))


def read_xml(data: bytes) -> Table:
    """The items in an external instance of ODK: a root, below it elements with a cell each. Raises ``ValueError``."""
    from lxml import etree

    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("DOCTYPE")
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    rows = [{etree.QName(cell).localname: (cell.text or "").strip() for cell in item} for item in root]
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    if not columns or any(len(cell) for item in root for cell in item):
        raise ValueError("no items below its root, or items within items")
    return Table(columns, tuple(tuple(row.get(name, "") for name in columns) for row in rows))


def _feature(feature: Mapping[str, Any]) -> dict[str, str]:
    properties = feature.get("properties") or {}
    plain = {str(name): _written(value) for name, value in properties.items() if not isinstance(value, dict | list)}
    geometry = feature.get("geometry") or {}
    found = {**plain, "geometry": _place(geometry.get("type"), geometry.get("coordinates") or [])}
    if "id" in feature:
        found["id"] = _written(feature["id"])
    return found


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else _NOT_XML.sub("", str(value)).strip()


def _place(kind: Any, coordinates: Any) -> str:
    """ODK writes latitude first, and altitude and accuracy after it."""
    points = {"Point": [coordinates], "LineString": coordinates, "Polygon": coordinates[0] if coordinates else []}
    return ";".join(f"{point[1]} {point[0]} 0 0" for point in points.get(kind, []) if len(point) > 1)


def usual_columns(file: str) -> tuple[str, str]:
    """The columns that hold names and labels unless the form says otherwise."""
    return ("id", "title") if file.casefold().endswith(GEOJSON) else ("name", "label")


def list_name(file: str, value: str = "", label: str = "", also: str = "") -> str:
    """What a list of choices from a file is called."""
    usual = usual_columns(file)
    wanted = (value or usual[0], label or usual[1])
    if wanted == usual and not also:
        return file
    return f"{file}{_QUERY}value={wanted[0]}&label={wanted[1]}{_ALSO if also else ''}{also}"


def table_of(name: str, tables: Mapping[str, Table]) -> Table | None:
    """The table a list of choices comes from; None when it stands in the choices sheet."""
    return tables.get(name.partition(_QUERY)[0])


def columns_of_list(name: str) -> tuple[str, str]:
    """The columns that hold names and labels."""
    file, _mark, query = name.partition(_QUERY)
    if not query:
        return usual_columns(file)
    value, _and, label = query.partition(_ALSO)[0].partition("&")
    return value.removeprefix("value="), label.removeprefix("label=")


def choices_from(
    tables: Mapping[str, Table], items: Iterable[Item], language: str, listed: Mapping[str, tuple[Choice, ...]]
) -> dict[str, tuple[Choice, ...]]:
    """The lists of choices that ``items`` take from files; ``listed`` are those of the choices sheet."""
    found: dict[str, tuple[Choice, ...]] = {}
    for item in items:
        table = table_of(item.list_name, tables) if item.list_name else None
        if table is None or columns_of_list(item.list_name)[0] not in table.columns:
            continue  # The survey's issues tell of it.
        if item.list_name not in found:
            also = static_choices(listed.get(item.list_name.partition(_ALSO)[2], ()))[0]
            found[item.list_name] = (*also, *_choices(table, item.list_name, language))
    return found


def _choices(table: Table, name: str, language: str) -> tuple[Choice, ...]:
    value, label = columns_of_list(name)
    value_at = table.columns.index(value)
    labels = [table.columns.index(column) for column in label.split(",") if column in table.columns] or [value_at]
    others = {column: at for at, column in enumerate(table.columns)}
    return tuple(
        Choice(
            row[value_at],
            Text(MappingProxyType({language: _label(table, row, labels) or row[value_at]})),
            None,
            _Cells(others, row),
        )
        for row in table.rows
        if row[value_at]
    )


def _label(table: Table, row: tuple[str, ...], labels: list[int]) -> str:
    """ODK's label of several columns: the first cell, and the others with their headings in brackets."""
    first, *others = labels
    return " ".join([row[first], *(f"({table.columns[at]}: {row[at]})" for at in others)])


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
