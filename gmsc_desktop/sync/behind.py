"""Work that goes on behind the back of the one who reads and writes: hashing and writing on other cores.

``hashlib``, ``zlib`` and the disk let other threads run while they work on a large piece, so none waits for another.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import BinaryIO, Protocol, Self

CHUNK = 1 << 20
FURTHEST = 8
"""How many pieces may be under way, so that a slow hash holds no more than these in memory."""
WORTH_IT = 32 << 10
"""Bytes from which on a piece is given to another thread."""
SYNC_EVERY = 32 << 20
"""Bytes after which a file that is being written is put on the disk, so that at the end little is left to wait for."""

Data = bytes | bytearray | memoryview


class Behind:
    """Does what it is given in that order, on one thread of its own. What a piece raises, ``do`` or ``wait`` raises.

    A thread pool would do, but its futures cost as much as hashing a small file.
    """

    def __init__(self) -> None:
        self._given: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._done: SimpleQueue[None] = SimpleQueue()
        self._under_way = 0
        self._error: BaseException | None = None
        self._thread: Thread | None = None

    def do(self, work: Callable[[], object], size: int = CHUNK) -> None:
        """Do ``work``, on a piece of ``size`` bytes, after everything given before. Raises what one of them raised."""
        if size < WORTH_IT and self._idle():
            # Another thread is not worth its while for so little.
            work()
            return
        if self._thread is None:
            self._thread = Thread(target=self._run, daemon=True)
            self._thread.start()
        self._given.put(work)
        self._under_way += 1
        self._until(FURTHEST)

    def wait(self) -> None:
        """Until everything given is done. Raises what one of them raised."""
        self._until(0)

    def _idle(self) -> bool:
        while self._under_way and not self._done.empty():
            self._done.get()
            self._under_way -= 1
        return self._under_way == 0 and self._error is None

    def _until(self, most: int) -> None:
        while self._under_way > most:
            self._done.get()
            self._under_way -= 1
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (work := self._given.get()) is not None:
            if self._error is None:
                try:
                    work()
                except BaseException as error:  # noqa: BLE001  # raised where the work was given
                    self._error = error
            self._done.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            if error is not None and self._error is None:
                # What was given and not begun is no longer wanted.
                self._error = error
            self._given.put(None)
            self._thread.join()


class Sums:
    """SHA-256, CRC-32 and size of what was given so far."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.crc = 0
        self.size = 0

    def add(self, chunk: Data) -> None:
        """Count ``chunk`` in."""
        self._digest.update(chunk)
        self.crc = zlib.crc32(chunk, self.crc)
        self.size += len(chunk)

    @property
    def sha256(self) -> str:
        """In hex."""
        return self._digest.hexdigest()


class Target(Protocol):
    """Where bytes are appended."""

    def write(self, data: Data) -> None:
        """Append all of ``data``."""

    def sync(self) -> None:
        """Put what was written so far on the disk."""


class HashedFile:
    """A file that is only appended to, hashed and put on the disk while it is written."""

    def __init__(self, target: Target, hashing: Behind, syncing: Behind) -> None:
        self._target = target
        self._hashing = hashing
        self._syncing = syncing
        self._digest = hashlib.sha256()
        self._synced = 0
        self.size = 0

    def write(self, data: Data) -> None:
        """Append ``data``. Raises ``OSError``."""
        self._target.write(data)
        self.size += len(data)
        self._hashing.do(partial(self._digest.update, data), len(data))
        if self.size - self._synced >= SYNC_EVERY:
            self._synced = self.size
            self._syncing.do(self._target.sync)

    def finish(self) -> str:
        """Everything is written: the SHA-256 in hex. Raises ``OSError``."""
        self._syncing.wait()
        self._hashing.wait()
        return self._digest.hexdigest()


class Followed:
    """A file read mostly from its beginning to its end, and its SHA-256, so that no byte is read twice for it."""

    def __init__(self, file: BinaryIO, hashing: Behind | None = None) -> None:
        self._file = file
        self._hashing = hashing
        self._digest = hashlib.sha256()
        self._known = 0
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes. Raises ``OSError``."""
        data = self._file.read(size)
        begin, self._at = self._at, self._at + len(data)
        if begin <= self._known < self._at:
            fresh = memoryview(data)[self._known - begin :]
            self._known = self._at
            if self._hashing is None:
                self._digest.update(fresh)
            else:
                self._hashing.do(partial(self._digest.update, fresh), len(fresh))
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to ``offset``. Raises ``OSError``."""
        self._at = self._file.seek(offset, whence)
        return self._at

    def tell(self) -> int:
        """Where reading goes on."""
        return self._at

    def sha256(self) -> str:
        """Of the whole file, in hex; what was not read is read now. Raises ``OSError``."""
        self.seek(self._known)
        while self.read(CHUNK):
            pass
        if self._hashing is not None:
            self._hashing.wait()
        return self._digest.hexdigest()
