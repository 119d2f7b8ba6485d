"""Finds and reads the CSV files a workbook names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Table
from gmsc_desktop.forms.issues import InstrumentError
from gmsc_desktop.forms.limits import file_issue
from gmsc_desktop.forms.tables import GEOJSON, read_csv, read_geojson

_FILE_NAME = re.compile(r"[\w][\w .-]*\.(csv|geojson)", re.IGNORECASE)
_FILE_CALL = re.compile(r"(?:pulldata|instance)\s*\(\s*[\"']([\w][\w .-]*)[\"']")
MAX_TABLE_BYTES = 30_000_000
MAX_TABLE_ROWS = 200_000


def attached_tables(path: Path, survey: Iterable[Mapping[str, str]]) -> Mapping[str, Table]:
    """The CSV files a survey names that lie beside the workbook at ``path`` or in its folder of media (ODK calls it
    ``NAME-media``). Raises ``InstrumentError`` for one that is too large or no CSV."""
    names: dict[str, None] = {}
    for row in survey:
        cells = {heading.strip().casefold(): text for heading, text in row.items()}
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
                [file_issue(template, N_("Leave out rows the form never asks for."), file=file.name, most=most)]
            )
        read = read_geojson if file.suffix.casefold() == GEOJSON else read_csv
        table = read(file.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        template = N_("The file {file} cannot be read: {reason}")
        raise InstrumentError([file_issue(template, cure, file=file.name, reason=str(error))]) from error
    if len(table.rows) > MAX_TABLE_ROWS:
        template = N_("The file {file} has more than {most} rows.")
        most = str(MAX_TABLE_ROWS)
        raise InstrumentError(
            [file_issue(template, N_("Leave out rows the form never asks for."), file=file.name, most=most)]
        )
    return table
