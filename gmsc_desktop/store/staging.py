"""Files of the store on their way in: encrypted as they come, whole and on the disk before they get their names."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self

from gmsc_desktop.age.keys import Note
from gmsc_desktop.age.stream import AgeWriter
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import TEMPORARY, sync

if TYPE_CHECKING:
    from gmsc_desktop.store.blobs import BlobStore

SYNCING = 4
TOGETHER = 256
"""How many files wait to be put on the disk together, by how many threads: one after the other costs far more."""


class HalfFile:
    """A file of the store that is being written. What is said of its plain bytes may be known only at their end."""

    def __init__(self, folder: Path, recipient: str, note: Note | None = None) -> None:
        self.note = note or Note("00" * 32, 0, 0)
        # Until it has its name, it waits in a folder of its own.
        waiting = folder / "00"
        waiting.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(suffix=TEMPORARY, dir=waiting)
        self.path = Path(path)
        self._file = os.fdopen(handle, "wb", buffering=0)
        self._age = AgeWriter(self._all, (recipient,), self.note)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take ``data``. Raises ``OSError``."""
        self._age.write(data)

    def finish(self, note: Note | None = None) -> None:
        """No more comes; ``note`` is what is known only now. Raises ``OSError``."""
        self._age.finish()
        if note is not None:
            self.note = note
            self._file.seek(0)
            self._all(self._age.header(note))

    def hurry(self) -> None:
        """Let the system begin to put it on the disk, where it can be told so."""
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def sync(self) -> None:
        """Put it on the disk and close it. Raises ``OSError``."""
        with self._file:
            sync(self._file)

    def drop(self) -> None:
        """Remove it, unless it has got its name."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _all(self, data: bytes | bytearray | memoryview) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]


class Staging:
    """Files that wait to be kept together. Several are put on the disk at a time, which costs little more than one."""

    def __init__(self, blobs: BlobStore, folder: Path, recipient: str) -> None:
        self._blobs = blobs
        self._folder = folder
        self._recipient = recipient
        self._halves: dict[str, HalfFile] = {}
        self._syncing: list[HalfFile] = []
        self._pool = ThreadPoolExecutor(max_workers=SYNCING)

    def begin(self, sha256: str, size: int, crc: int) -> StagedFile | None:
        """A file to write whose plain bytes will have that hash, size and CRC-32; None when the store holds it.

        Raises ``StorageError``. Whether they have them, who writes them must know before ``keep``.
        """
        if sha256 in self._halves or self._blobs.has(sha256):
            return None
        with translating(self._folder):
            self._halves[sha256] = half = HalfFile(self._folder, self._recipient, Note(sha256, size, crc))
        return StagedFile(self, half)

    def end(self, half: HalfFile) -> None:
        """``half`` is written to its end. Raises ``StorageError``."""
        with translating(self._folder):
            half.finish()
            half.hurry()
            self._syncing.append(half)
            if len(self._syncing) >= TOGETHER:
                self._sync()

    def _sync(self) -> None:
        for done in [self._pool.submit(half.sync) for half in self._syncing]:
            done.result()
        self._syncing.clear()

    def keep(self) -> None:
        """Take every file into the store. Raises ``StorageError``."""
        with translating(self._folder):
            self._sync()
            self._blobs.keep(self._halves.values())
            self._halves.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove what was not kept."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for half in self._halves.values():
            half.drop()
        self._halves.clear()


class StagedFile:
    """One file of a staging, while it is written."""

    def __init__(self, staging: Staging, half: HalfFile) -> None:
        self._staging = staging
        self._half = half

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append ``data``. Raises ``StorageError``."""
        with translating(self._half.path):
            self._half.write(data)

    def end(self) -> None:
        """It is written to its end. Raises ``StorageError``."""
        self._staging.end(self._half)
