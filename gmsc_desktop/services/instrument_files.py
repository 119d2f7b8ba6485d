"""The files that come with a workbook from outside: found beside it, bounded, and copied into the vault.

An instrument must stay whole when the stick it came on is gone, so the workbook and the pictures and sounds of its
labels are kept with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import Instrument, Text
from gmsc_desktop.domain.media import media_type
from gmsc_desktop.forms.issues import FormIssue
from gmsc_desktop.store.blobs import BlobStore
from gmsc_desktop.store.instruments import InstrumentFile

WORKBOOK, MEDIA = "workbook", "media"
MAX_FILE, MAX_ALL = 20_000_000, 200_000_000
"""Bytes one file of a label, and all of them together, may have."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file some label names: where it lies (None when it is missing), and the first place that names it."""

    name: str
    path: Path | None
    sheet: str
    row: int
    kind: str


def named_files(path: Path, instrument: Instrument) -> tuple[Named, ...]:
    """The files the labels of the workbook at ``path`` name, beside it or in its folder ``NAME-media``."""
    folders = (path.parent, path.parent / f"{path.stem}-media")
    found: dict[str, Named] = {}
    for sheet, row, kind, text in _mentions(instrument):
        for name in text.by_language.values():
            if name not in found:
                places = (folder / name for folder in folders) if _plain(name) else ()
                place = next((file for file in places if file.is_file()), None)
                found[name] = Named(name, place, sheet, row, kind)
    return tuple(found.values())


def missing_issues(files: tuple[Named, ...]) -> tuple[FormIssue, ...]:
    """A warning for each file that is not there."""
    return tuple(
        FormIssue(
            file.sheet,
            file.row,
            f"media::{file.kind}",
            N_("The file “{file}” is not beside the workbook; the label is shown without it."),
            {"file": file.name},
            N_("Put it into the same folder, or into a folder named like the workbook with -media behind."),
        )
        for file in files
        if file.path is None
    )


def refuse_large(files: tuple[Named, ...]) -> None:
    """Raise ``InvalidInput`` when a file, or all of them together, are too large for an instrument."""
    total = 0
    for file in files:
        size = file.path.stat().st_size if file.path is not None else 0
        total += size
        if size > MAX_FILE or total > MAX_ALL:
            raise InvalidInput(
                N_("The files of the instrument are too large: {name}."),
                kept=N_("Nothing was installed."),
                cure=N_("A file may have {each} MB, all together {all} MB; make the pictures smaller."),
                name=file.name,
                each=MAX_FILE // 1_000_000,
                all=MAX_ALL // 1_000_000,
            )


def copied(path: Path, files: tuple[Named, ...], blobs: BlobStore) -> tuple[InstrumentFile, ...]:
    """Copy the workbook at ``path`` and its files into the vault; what they are is told by their bytes."""
    kept = [_copied(path, path.name, WORKBOOK, blobs)]
    kept += [_copied(file.path, file.name, MEDIA, blobs) for file in files if file.path and file.name != path.name]
    return tuple(kept)


def _copied(path: Path, name: str, kind: str, blobs: BlobStore) -> InstrumentFile:
    blob = blobs.put_file(path)
    with path.open("rb") as file:
        found = media_type(file.read(4096), name)
    return InstrumentFile(name, kind, blob.sha256, found, blob.size)


def _mentions(instrument: Instrument) -> Iterator[tuple[str, int, str, Text]]:
    for item in instrument.items:
        yield from (("survey", item.row, kind, text) for kind, text in item.media.items())
    for choices in instrument.choices.values():
        for choice in choices:
            yield from (("choices", 0, kind, text) for kind, text in choice.media.items())


def _plain(name: str) -> bool:
    """Whether it is the name of a file and no way out of the folder."""
    return bool(name) and Path(name).name == name and "\\" not in name and ":" not in name and not name.startswith(".")
