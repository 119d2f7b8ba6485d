"""Bundles whose writing was begun: what became of them when the program or the machine ended meanwhile.

A bundle appears in its folder a moment before it is recorded. So that nothing can lie between, what is about to be
written is noted first; whoever comes next looks whether it is there, and records it or gives its number back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.states import Step, can
from gmsc_desktop.i18n import _
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.exports import ExportRepository
from gmsc_desktop.store.visits import VisitRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault


class Ending(StrEnum):
    """What became of a bundle."""

    WHOLE = "whole"
    """It lies whole in its folder and is recorded now."""
    NONE = "none"
    """It never came to be; nothing was lost."""
    UNKNOWN = "unknown"
    """Its folder is not there, such as a stick pulled out; its number is given to no other bundle."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A bundle whose writing was broken off, and what became of it."""

    record: ExportRecord
    ending: Ending

    @property
    def text(self) -> str:
        """What happened, for the person."""
        return _(_TOLD[self.ending]).format(name=self.record.file_name, folder=self.record.folder)


_TOLD = {
    Ending.WHOLE: N_("The program ended while it wrote {name}. The bundle lies whole in {folder} and is recorded now."),
    Ending.NONE: N_("The program ended while it wrote {name} to {folder}. Nothing of it came to be; write it again."),
    Ending.UNKNOWN: N_(
        "The program ended while it wrote {name}, and {folder} is not there now. Connect the stick again to see "
        "whether the bundle is whole."
    ),
}


@contextmanager
def announced(exports: ExportRepository, record: ExportRecord, kind: str = "visits") -> Iterator[None]:
    """Note that ``record`` is about to be written in the block; ``exports.add`` ends the note. A block that fails
    leaves it only when the bundle lies there all the same."""
    exports.begin(record, kind)
    try:
        yield
    except BaseException:
        if not _files(record):
            exports.forget(record.id)
        raise


def settle(vault: Vault) -> tuple[Interrupted, ...]:
    """Find out what became of every bundle that was begun, and record those that are whole. Raises ``StorageError``."""
    store = vault.store
    exports, visits = ExportRepository(store), VisitRepository(store)
    found = []
    for record, kind in exports.begun():
        files = _files(record)
        if files:
            with translating(files[0]):
                sha256, size = _sum(files)
            record = replace(record, sha256=sha256, size=size)  # noqa: PLW2901
            with store.writing():
                exports.add(record, kind)
                known = [visit.visit_id for visit in record.visits]
                visits.mark_exported(id_ for id_ in known if can(visits.get(id_).state, Step.EXPORT))
            found.append(Interrupted(record, Ending.WHOLE))
        elif Path(record.folder).is_dir():
            exports.forget(record.id)
            found.append(Interrupted(record, Ending.NONE))
        else:
            found.append(Interrupted(record, Ending.UNKNOWN))
    return tuple(found)


def _files(record: ExportRecord) -> tuple[Path, ...]:
    """The bundle as it lies in its folder: itself or all of its pieces, nothing when it is not whole."""
    from gmsc_desktop.sync.volumes import missing, volume_of

    folder = Path(record.folder)
    if (folder / record.file_name).is_file():
        return (folder / record.file_name,)
    if not folder.is_dir():
        return ()
    pieces = [found for path in folder.iterdir() if (found := volume_of(path)) and found.whole == record.file_name]
    if not pieces or missing(pieces) or len({piece.count for piece in pieces}) != 1:
        return ()
    return tuple(piece.path for piece in sorted(pieces, key=lambda piece: piece.number))


def _sum(files: tuple[Path, ...]) -> tuple[str, int]:
    """Hex SHA-256 and size in bytes of the files one after the other."""
    import hashlib

    digest, size = hashlib.sha256(), 0
    for path in files:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
    return digest.hexdigest(), size
