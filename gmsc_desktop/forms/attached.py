"""Finds and reads the CSV, XML and GeoJSON files a workbook names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Table
from gmsc_desktop.forms.issues import InstrumentError
from gmsc_desktop.forms.limits import file_issue
from gmsc_desktop.forms.tables import FILE_KINDS, read_csv, read_geojson, read_xml
from gmsc_desktop.forms.types import EXTERNAL

_FILE_NAME = re.compile(r"[\w][\w .-]*\.(csv|xml|geojson)", re.IGNORECASE)
_QUOTE = "[\"'\u2018\u2019\u201c\u201d]"
_FILE_CALL = re.compile(rf"(pulldata|instance|search)\s*\(\s*{_QUOTE}([\w][\w .-]*){_QUOTE}")
MAX_TABLE_BYTES = 30_000_000
MAX_TABLE_ROWS = 200_000


def attached_tables(path: Path, survey: Iterable[Mapping[str, str]]) -> Mapping[str, Table]:
    """The CSV files a survey names that lie beside the workbook at ``path`` or in its folder of media (ODK calls it
    ``NAME-media``). Raises ``InstrumentError`` for one that is too large or no CSV."""
    names: dict[str, None] = {}
    for row in survey:
        cells = {heading.strip().casefold(): text for heading, text in row.items()}
        kind, _space, rest = cells.get("type", "").partition(" ")
        if kind.casefold() in EXTERNAL:
            names[f"{cells.get('name', '')}{EXTERNAL[kind.casefold()]}"] = None
        elif _FILE_NAME.fullmatch(rest.strip()):
            names[rest.strip()] = None
        for text in cells.values():
            for call, stem in _FILE_CALL.findall(text) if "(" in text else ():
                kinds = FILE_KINDS if call == "instance" else FILE_KINDS[:1]
                whole = stem.casefold().endswith(FILE_KINDS)
                names.update(dict.fromkeys([stem] if whole else [f"{stem}{suffix}" for suffix in kinds]))
    folders = (path.parent, path.parent / f"{path.stem}-media")
    found = {}
    for name in names:
        file = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if file is not None:
            found[name] = _table(file)
    return MappingProxyType(found)


def _read(file: Path) -> Table:
    match file.suffix.casefold():
        case ".xml":
            return read_xml(file.read_bytes())
        case ".geojson":
            return read_geojson(file.read_text("utf-8-sig"))
        case _:
            return read_csv(file.read_text("utf-8-sig"))


def _table(file: Path) -> Table:
    cure = N_("Save it as CSV in UTF-8, with commas between the cells.")
    try:
        if file.stat().st_size > MAX_TABLE_BYTES:
            template = N_("The file {file} is too large: at most {most} MB.")
            most = str(MAX_TABLE_BYTES // 1_000_000)
            raise InstrumentError(
                [file_issue(template, N_("Leave out rows the form never asks for."), file=file.name, most=most)]
            )
        table = _read(file)
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
