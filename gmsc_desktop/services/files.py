"""Writing a file the person asked for: whole, or what was there before."""

from __future__ import annotations

from pathlib import Path

from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import write_atomically


def save_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` and onto the disk. Raises ``StorageError``; the old file stays then."""
    with translating(path):
        write_atomically(path, data)
