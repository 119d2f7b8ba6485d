"""The hashes of the evidence files as they lie, encrypted, so that a backup reads each of them only once ever.

A side file in ``backups/``: what is missing or does not fit is worked out anew, so it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from gmsc_desktop.store.files import write_atomically

NAME = "sealed.json"


class KnownSeals:
    """SHA-256 of encrypted files by name, as long as size and time of change stay the same."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._known: dict[str, tuple[int, int, str]] = {}
        self._seen: dict[str, tuple[int, int, str]] = {}
        try:
            told = json.loads(self._path.read_bytes())
            self._known = {str(name): (int(row[0]), int(row[1]), str(row[2])) for name, row in told.items()}
        except (OSError, ValueError, TypeError, AttributeError, IndexError):
            # Without it every file is read once more; nothing else is lost.
            self._known = {}

    def hash(self, path: Path) -> str:
        """The SHA-256 of the file at ``path``. Raises ``OSError``."""
        state = path.stat()
        row = self._known.get(path.name)
        if row is None or row[:2] != (state.st_size, state.st_mtime_ns):
            with path.open("rb") as file:
                row = (state.st_size, state.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest())
        self._seen[path.name] = row
        return row[2]

    def keep(self) -> None:
        """Remember what was asked for. Raises ``OSError``."""
        write_atomically(self._path, json.dumps(self._seen).encode())

    def forget(self) -> None:
        """Believe nothing that was remembered."""
        self._path.unlink(missing_ok=True)
