"""CSV and GeoJSON files that come with a workbook: for ``pulldata()``, ``instance()`` and selects from a file.

A list of choices from a file is called ``cities.csv``, or ``cities.csv?value=code&label=title`` when other columns than
the usual ones (``name`` and ``label``; of GeoJSON ``id`` and ``title``) hold names and labels.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.instrument import Choice, Item, Table, Text

_QUERY = "?"
GEOJSON = ".geojson"


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


def read_geojson(text: str) -> Table:
    """The features in ``text``, a row each: id, geometry as ODK writes places, properties. Raises ``ValueError``."""
    try:
        features = json.loads(text)["features"]
        rows = [_feature(feature) for feature in features]
    except (RecursionError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
    columns = tuple(dict.fromkeys(("id", "geometry", *(name for row in rows for name in row))))
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
    return "" if value is None else str(value).strip()


def _place(kind: Any, coordinates: Any) -> str:
    """ODK writes latitude first, and altitude and accuracy after it."""
    points = {"Point": [coordinates], "LineString": coordinates, "Polygon": coordinates[0] if coordinates else []}
    return ";".join(f"{point[1]} {point[0]} 0 0" for point in points.get(kind, []) if len(point) > 1)


def usual_columns(file: str) -> tuple[str, str]:
    """The columns that hold names and labels unless the form says otherwise."""
    return ("id", "title") if file.casefold().endswith(GEOJSON) else ("name", "label")


def list_name(file: str, value: str = "", label: str = "") -> str:
    """What a list of choices from a file is called."""
    usual = usual_columns(file)
    wanted = (value or usual[0], label or usual[1])
    return file if wanted == usual else f"{file}{_QUERY}value={wanted[0]}&label={wanted[1]}"


def table_of(name: str, tables: Mapping[str, Table]) -> Table | None:
    """The table a list of choices comes from; None when it stands in the choices sheet."""
    return tables.get(name.partition(_QUERY)[0])


def columns_of_list(name: str) -> tuple[str, str]:
    """The columns that hold names and labels."""
    file, _mark, query = name.partition(_QUERY)
    if not query:
        return usual_columns(file)
    value, _and, label = query.partition("&")
    return value.removeprefix("value="), label.removeprefix("label=")


def choices_from(tables: Mapping[str, Table], items: Iterable[Item], language: str) -> dict[str, tuple[Choice, ...]]:
    """The lists of choices that ``items`` take from files."""
    found: dict[str, tuple[Choice, ...]] = {}
    for item in items:
        table = table_of(item.list_name, tables) if item.list_name else None
        if table is None or columns_of_list(item.list_name)[0] not in table.columns:
            continue  # The survey's issues tell of it.
        if item.list_name not in found:
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
