"""Writing a file the person asked for: whole, or what was there before."""

from __future__ import annotations

from pathlib import Path

from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import write_atomically


def save_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` and onto the disk. Raises ``StorageError``; the old file stays then."""
    with translating(path):
        write_atomically(path, data)


def free_path(path: Path) -> Path:
    """``path``, or with a number when something of that name lies there: nothing is ever replaced."""
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free
