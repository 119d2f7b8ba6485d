"""Work that goes on behind the back of the one who reads and writes: hashing on another core.

``hashlib`` and ``zlib`` let other threads run while they work on a large piece, so a disk need not wait for them.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import BinaryIO, Self

CHUNK = 1 << 20
FURTHEST = 8
"""How many pieces may be under way, so that a slow hash holds no more than these in memory."""


class Behind:
    """Does what it is given in that order, on one thread of its own. What a piece raises, ``wait`` raises."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._under_way: deque[Future[object]] = deque()

    def do(self, work: Callable[[], object]) -> None:
        """Do ``work`` after everything given before."""
        self._under_way.append(self._pool.submit(work))
        while len(self._under_way) > FURTHEST:
            self._under_way.popleft().result()

    def wait(self) -> None:
        """Until everything given is done."""
        while self._under_way:
            self._under_way.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


class Sums:
    """SHA-256, CRC-32 and size of what was given so far."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.crc = 0
        self.size = 0

    def add(self, chunk: bytes) -> None:
        """Count ``chunk`` in."""
        self._digest.update(chunk)
        self.crc = zlib.crc32(chunk, self.crc)
        self.size += len(chunk)

    @property
    def sha256(self) -> str:
        """In hex."""
        return self._digest.hexdigest()


class Following:
    """The SHA-256 of a file that is still being written, read after the writer, never past what is final."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.done = 0

    def up_to(self, end: int) -> None:
        """Hash what lies before ``end``. Raises ``OSError`` when it is not there."""
        while self.done < end:
            chunk = self._file.read(min(CHUNK, end - self.done))
            if not chunk:
                raise OSError(f"{end} bytes were written, {self.done} can be read")
            self._digest.update(chunk)
            self.done += len(chunk)

    @property
    def sha256(self) -> str:
        """In hex."""
        return self._digest.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
