"""Evidence and document files beside the database: each once, under the SHA-256 of its plain bytes, age-encrypted.

A file lies on the disk, synced under its final name, before the row that names it is committed. A crash between
the two leaves a file nobody names, which ``sweep`` removes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound, VaultDamaged
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.store.database import NOTHING_LOST, translating
from gmsc_desktop.store.files import TEMPORARY, sync, sync_folder

SUFFIX = ".age"
IN_MEMORY = 8_000_000
"""Up to this many bytes ``open`` keeps the plain text in memory; above, in an unnamed temporary file."""
STEP = 1 << 20
"""Bytes between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: hex SHA-256 and number of its plain bytes."""

    sha256: str
    size: int


class Writable(Protocol):
    """What plain bytes are written to."""

    def write(self, data: bytes, /) -> object:
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
        path = self.path(sha256)
        try:
            source = path.open("rb")
        except FileNotFoundError as error:
            raise NotFound(N_("The file {sha256} is no longer in the vault."), sha256=sha256) from error
        sink = _Sink(target)
        with translating(path), source:
            reader = _Source(source, os.fstat(source.fileno()).st_size, progress, path)
            self._run(lambda age, own: age.decrypt_io(reader, sink, [own]), reader, sink)
        if sink.failed or sink.digest.hexdigest() != sha256:
            raise VaultDamaged(
                N_("The file {sha256} in the vault is damaged."),
                kept=N_("The file was left as it is; everything else can still be used."),
                cure=N_("Attach the original file again, or take it from a backup."),
                sha256=sha256,
            )
        return sink.size

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

    def _put(self, source: _Source) -> Blob:
        with translating(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            # The name is known only when the last byte was read, so the half-written file waits in a folder of its own.
            waiting = self.folder / "00"
            waiting.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(suffix=TEMPORARY, dir=waiting)
            temporary = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    sink = _Sink(file)
                    self._run(lambda age, own: age.encrypt_io(source, sink, [own.to_public()]), source, sink)
                    sync(file)
                final = self.path(source.digest.hexdigest())
                if not final.parent.is_dir():
                    final.parent.mkdir()
                    sync_folder(self.folder)
                # Also when it is there already: what was just written is known to be whole.
                temporary.replace(final)
                sync_folder(final.parent)
            finally:
                temporary.unlink(missing_ok=True)
        return Blob(final.name.removesuffix(SUFFIX), source.size)

    def _run(self, work: Callable[..., None], source: _Source, sink: _Sink) -> None:
        import pyrage

        try:
            work(pyrage, pyrage.x25519.Identity.from_str(self._identity))
        except (pyrage.EncryptError, pyrage.DecryptError, OSError):
            # The library wraps what our own reader or writer raised; that is what the person is told.
            cause = source.error or sink.error
            if cause is not None:
                raise cause from None
            sink.failed = True
        else:
            if sink.error or source.error:
                raise (sink.error or source.error)  # type: ignore[misc]


def new_identity() -> str:
    """A new age identity (X25519) as text."""
    import pyrage

    return str(pyrage.x25519.Identity.generate())


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

    def write(self, data: bytes, /) -> int:
        """Forget ``data``."""
        return len(data)


class _Source:
    """Reads for the encryption, counting and hashing, and keeps the error a read raised."""

    def __init__(self, file: BinaryIO, total: int, progress: Progress, path: Path) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self.error: BaseException | None = None
        self._file = file
        self._total = total
        self._progress = progress
        self._path = path
        self._reported = 0

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes."""
        try:
            if self.size - self._reported >= STEP or not self.size:
                self._progress(self.size, max(self._total, self.size))
                self._reported = self.size
            data = self._file.read(size)
        except OSError as error:
            self.error = unreadable(self._path, error)
            raise
        except BaseException as error:
            self.error = error
            raise
        self.size += len(data)
        self.digest.update(data)
        return data


class _Sink:
    """Takes what the encryption writes, counting and hashing, and keeps the error a write raised."""

    def __init__(self, target: Writable) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self.error: BaseException | None = None
        self.failed = False
        self._target = target

    def write(self, data: bytes) -> int:
        """Take ``data``, all of it."""
        try:
            self._target.write(data)
        except BaseException as error:
            self.error = error
            raise
        self.size += len(data)
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Called by the library at the end; the target is synced by its owner."""
