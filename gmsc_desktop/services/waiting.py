"""Pieces of bundles that wait for the missing ones, in the vault's folder ``waiting``."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import replacing, sync_file

if TYPE_CHECKING:
    from gmsc_desktop.sync.volumes import Volume

FOLDER = "waiting"


@dataclass(frozen=True, slots=True)
class WaitingBundle:
    """A bundle of ``count`` pieces, of which those numbered ``missing`` have not come."""

    name: str
    count: int
    missing: tuple[int, ...]


class WaitingRoom:
    """The pieces in one vault. A piece is only bytes: whether they are a bundle is judged when they are together."""

    def __init__(self, vault: Path) -> None:
        self.folder = vault / FOLDER

    def takes(self, path: Path) -> bool:
        """Keep a copy of ``path`` when it is a piece of a bundle, and say whether it is. Raises ``StorageError``."""
        if not is_piece(path):
            return False
        if path.parent != self.folder:
            with translating(self.folder):
                self.folder.mkdir(exist_ok=True)
                with path.open("rb") as source, replacing(self.folder / path.name) as copy:
                    shutil.copyfileobj(source, copy, 1 << 20)
        return True

    def whole(self) -> tuple[Path, ...]:
        """The bundles of which every piece is there, put together. Raises ``StorageError``."""
        from gmsc_desktop.sync.volumes import join, missing

        found = []
        for name, volumes in self._groups():
            if not missing(volumes):
                target = self.folder / name
                with translating(self.folder):
                    join(volumes, target)
                    sync_file(target)
                found.append(target)
        return tuple(found)

    def waiting(self) -> tuple[WaitingBundle, ...]:
        """The bundles of which pieces are missing."""
        from gmsc_desktop.sync.volumes import missing

        return tuple(
            WaitingBundle(name, volumes[0].count, missing(volumes))
            for name, volumes in self._groups()
            if missing(volumes)
        )

    def done(self, whole: Path) -> None:
        """The bundle put together at ``whole`` was taken in or lies in the quarantine: its pieces may go."""
        if whole.parent != self.folder:
            return
        with translating(self.folder):
            for name, volumes in self._groups():
                if name == whole.name:
                    for volume in volumes:
                        volume.path.unlink(missing_ok=True)
            whole.unlink(missing_ok=True)

    def _groups(self) -> list[tuple[str, tuple[Volume, ...]]]:
        from gmsc_desktop.sync.volumes import volume_of

        groups: dict[tuple[str, int], list[Volume]] = {}
        with translating(self.folder):
            for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
                volume = volume_of(path)
                if volume is not None:
                    groups.setdefault((volume.whole, volume.count), []).append(volume)
        return [(name, tuple(volumes)) for (name, _count), volumes in sorted(groups.items())]


def is_piece(path: Path) -> bool:
    """Whether the name of ``path`` is that of a piece of a bundle."""
    from gmsc_desktop.sync.volumes import volume_of

    return volume_of(path) is not None
