"""Evidence and document files beside the database: each once, under the SHA-256 of its plain bytes, age-encrypted.

A file lies on the disk, synced under its final name, before the row that names it is committed. A crash between
the two leaves a file nobody names, which ``sweep`` removes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from gmsc_desktop.age.keys import AgeFault, Note, recipient_of
from gmsc_desktop.age.stream import AgeReader
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound, VaultDamaged
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.store.database import NOTHING_LOST, translating
from gmsc_desktop.store.files import TEMPORARY, sync_folder
from gmsc_desktop.store.staging import HalfFile, Staging

SUFFIX = ".age"
IN_MEMORY = 8_000_000
"""Up to this many bytes ``open`` keeps the plain text in memory; above, in an unnamed temporary file."""
STEP = 1 << 20
"""Bytes read at once, and between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: hex SHA-256 and number of its plain bytes."""

    sha256: str
    size: int


class Writable(Protocol):
    """What plain bytes are written to."""

    def write(self, data: memoryview, /) -> object:
        """Take ``data``."""
        ...


class BlobStore:
    """The files of one vault. ``identity`` is the vault's own age identity, the text ``AGE-SECRET-KEY-1…``."""

    def __init__(self, folder: Path, identity: str) -> None:
        self.folder = folder
        self._identity = identity

    def put_file(self, path: Path, progress: Progress = no_progress) -> Blob:
        """Store the content of the file at ``path``; ``progress`` counts bytes.

        Raises ``InvalidInput`` when it cannot be read, ``Cancelled``, ``StorageError``; then nothing stays behind.
        """
        try:
            source = path.open("rb")
        except OSError as error:
            raise unreadable(path, error) from error
        with source:
            return self._put(_Source(source, os.fstat(source.fileno()).st_size, progress, path))

    def put_bytes(self, data: bytes) -> Blob:
        """Store ``data``."""
        return self._put(_Source(BytesIO(data), len(data), no_progress, Path()))

    def put_stream(self, file: BinaryIO, size: int, progress: Progress = no_progress) -> Blob:
        """Store what can still be read of ``file``, about ``size`` bytes; ``progress`` counts bytes."""
        return self._put(_Source(file, size, progress, Path()))

    def has(self, sha256: str) -> bool:
        """Whether a file lies there; its content is only checked by reading it."""
        return self.path(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Where the encrypted file lies."""
        return self.folder / sha256[:2] / f"{sha256}{SUFFIX}"

    def copy(self, sha256: str, target: Writable, progress: Progress = no_progress) -> int:
        """Write the plain bytes to ``target`` and return their number; ``progress`` counts bytes.

        The bytes written are good only when this returns. Raises ``NotFound`` and ``VaultDamaged``.
        """
        digest, done = hashlib.sha256(), 0
        with self.stream(sha256) as plain:
            while len(piece := plain.piece(STEP)):
                progress(done, plain.size)
                target.write(piece)
                digest.update(piece)
                done += len(piece)
        if digest.hexdigest() != sha256:
            raise damaged(sha256)
        progress(done, done)
        return done

    @contextmanager
    def stream(self, sha256: str) -> Iterator[AgeReader]:
        """The plain bytes to read and seek in without waiting for the last; who takes them compares their hash.

        Raises ``NotFound`` and ``VaultDamaged``.
        """
        path = self.path(sha256)
        with translating(path):
            try:
                # Read in whole blocks; a buffer would only copy them once more.
                file = path.open("rb", buffering=0)
            except FileNotFoundError as error:
                raise NotFound(N_("The file {sha256} is no longer in the vault."), sha256=sha256) from error
            with file:
                yield _Plain(cast(BinaryIO, file), self._identity, sha256)

    def verify(self, sha256: str, progress: Progress = no_progress) -> int:
        """Read the file to its end and keep nothing; its size. Raises ``NotFound`` and ``VaultDamaged``."""
        return self.copy(sha256, _Nowhere(), progress)

    def read(self, sha256: str) -> bytes:
        """The plain bytes, checked; for files known to be of a size that fits in memory."""
        target = BytesIO()
        self.copy(sha256, target)
        return target.getvalue()

    @contextmanager
    def open(self, sha256: str, progress: Progress = no_progress) -> Iterator[BinaryIO]:
        """The plain bytes as a file to read and seek in, already checked."""
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            self.copy(sha256, file, progress)
            file.seek(0)
            yield file  # type: ignore[misc]

    def names(self) -> Iterator[str]:
        """The hashes of all files that lie there."""
        for path in self.folder.glob(f"??/*{SUFFIX}"):
            yield path.name.removesuffix(SUFFIX)

    def names_only(self, known: Set[str]) -> bool:
        """Whether nothing lies there but files whose hash is in ``known``."""
        with translating(self.folder):
            return all(path.name.removesuffix(SUFFIX) in known for path in self.folder.glob("??/*"))

    def sweep(self, known: Set[str], *, now: datetime, older_than: timedelta) -> int:
        """Remove files whose hash is not in ``known`` and half-written ones, if last touched ``older_than`` before
        ``now``; returns how many."""
        limit = now.timestamp() - older_than.total_seconds()
        removed = 0
        with translating(self.folder):
            for path in self.folder.glob("??/*"):
                orphan = path.name.endswith(TEMPORARY) or path.name.removesuffix(SUFFIX) not in known
                if orphan and path.stat().st_mtime < limit:
                    path.unlink()
                    removed += 1
        return removed

    def staging(self) -> Staging:
        """A place where files wait, whole and on the disk, until it is known that they may be kept."""
        return Staging(self, self.folder, recipient_of(self._identity))

    def _put(self, source: _Source) -> Blob:
        with translating(self.folder):
            half = HalfFile(self.folder, recipient_of(self._identity))
            try:
                while data := source.read(STEP):
                    half.write(data)
                half.finish(Note(source.digest.hexdigest(), source.size, source.crc))
                half.sync()
                self.keep((half,))
            finally:
                half.drop()
        return Blob(half.note.sha256, source.size)

    def keep(self, files: Iterable[HalfFile]) -> None:
        """Give ``files``, which are on the disk, their names. Raises ``OSError``."""
        folders = set()
        for half in files:
            final = self.path(half.note.sha256)
            if not final.parent.is_dir():
                final.parent.mkdir()
                folders.add(self.folder)
            # Also when it is there already: what was just written is known to be whole.
            half.path.replace(final)
            folders.add(final.parent)
        for folder in folders:
            sync_folder(folder)


def unreadable(path: Path, error: OSError) -> InvalidInput:
    """The file handed in cannot be read."""
    return InvalidInput(
        N_("The file {name} cannot be read: {reason}."),
        kept=NOTHING_LOST,
        cure=N_("Check that the file is still there and that the stick or camera is connected."),
        name=path.name,
        reason=error.strerror or type(error).__name__,
    )


class _Nowhere:
    """Takes bytes and keeps none."""

    def write(self, data: memoryview, /) -> int:
        """Forget ``data``."""
        return len(data)


class _Source:
    """Reads what is to be stored, counting and hashing."""

    def __init__(self, file: BinaryIO, total: int, progress: Progress, path: Path) -> None:
        self.digest = hashlib.sha256()
        self.size = self.crc = 0
        self._file = file
        self._total = total
        self._progress = progress
        self._path = path

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes. Raises ``InvalidInput``, ``Cancelled``."""
        try:
            self._progress(self.size, max(self._total, self.size))
            data = self._file.read(size)
        except OSError as error:
            raise unreadable(self._path, error) from error
        self.size += len(data)
        self.digest.update(data)
        self.crc = zlib.crc32(data, self.crc)
        return data


class _Plain(AgeReader):
    """The plain bytes of a stored file; what is damaged is told as the vault's."""

    def __init__(self, file: BinaryIO, identity: str, sha256: str) -> None:
        self._sha256 = sha256
        try:
            super().__init__(file, identity)
        except AgeFault as error:
            raise damaged(sha256) from error

    def piece(self, size: int) -> memoryview:
        """Up to ``size`` bytes. Raises ``VaultDamaged``."""
        try:
            return super().piece(size)
        except AgeFault as error:
            raise damaged(self._sha256) from error


def damaged(sha256: str) -> VaultDamaged:
    """A stored file is not what it was."""
    return VaultDamaged(
        N_("The file {sha256} in the vault is damaged."),
        kept=N_("The file was left as it is; everything else can still be used."),
        cure=N_("Attach the original file again, or take it from a backup."),
        sha256=sha256,
    )
