"""Files the person named: read, or written whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.i18n import _
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import write_atomically


def readable(path: Path) -> BinaryIO:
    """The file at ``path``, open to be read. Raises ``InvalidInput``."""
    try:
        return path.open("rb")
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {detail}."),
            cure=N_("Check its name and place, and that the stick is plugged in."),
            name=path.name,
            detail=error.strerror or str(error),
        ) from error


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


def digest_of(path: Path, progress: Progress = no_progress) -> str:
    """The SHA-256 of the file at ``path`` in hex; ``progress`` counts bytes. Raises ``OSError``, ``Cancelled``."""
    digest, done, size = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(1 << 20):
            progress(done, size, _("Looking at {name}").format(name=path.name))
            digest.update(chunk)
            done += len(chunk)
    return digest.hexdigest()
