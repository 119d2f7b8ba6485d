"""Where a bundle is written to: one file, or the pieces of one, each under another name until all of it is there.

Pieces are cut while the bundle is written, so that a stick with FAT32 never has to hold the whole of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from gmsc_desktop.age.readonly import ReadOnly
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.sync.behind import Data
from gmsc_desktop.sync.volumes import MOST, SMALLEST, Volume

TEMPORARY = ".part"


class Output(Protocol):
    """What a bundle is written to, from its first byte to its last."""

    def write(self, data: Data) -> None:
        """Append all of ``data``. Raises ``OSError``."""

    def sync(self) -> None:
        """Put on the disk what was written so far, on another thread than the one that writes. Raises ``OSError``."""

    def finish(self) -> tuple[Path, ...]:
        """Put all of it on the disk and give it its name; the files it lies in. Raises ``OSError``."""

    def discard(self) -> None:
        """Remove what was written; what the disk says then is not told."""


def output(target: Path, piece: int) -> Output:
    """Write to ``target``, in pieces of at most ``piece`` bytes when that is not 0. Raises ``InvalidInput`` for pieces
    that are too small, ``OSError``."""
    return Pieces(target, piece) if piece else Whole(target)


def temporary_of(target: Path, more: str = "") -> Path:
    """The name ``target`` is written under."""
    return target.with_name(f".{target.name}.{os.getpid()}{more}{TEMPORARY}")


class Whole:
    """One file."""

    def __init__(self, target: Path) -> None:
        self._target, self._temporary = target, temporary_of(target)
        self._file = self._temporary.open("wb")

    def write(self, data: Data) -> None:
        """To the file."""
        self._file.write(data)

    def sync(self) -> None:
        """What the system has of it."""
        os.fsync(self._file.fileno())

    def finish(self) -> tuple[Path, ...]:
        """Onto the disk, then the name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._temporary.replace(self._target)
        return (self._target,)

    def discard(self) -> None:
        """Remove it."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


class Pieces:
    """As many files as it takes; one alone bears the name of the whole."""

    def __init__(self, target: Path, size: int) -> None:
        if size < SMALLEST:
            raise too_small(size)
        self._target, self._size = target, size
        self._cut = _Cut(target, size)

    def write(self, data: Data) -> None:
        """To the piece it belongs in, and the next."""
        self._cut.write(data)

    def sync(self) -> None:
        """Each piece is put on the disk when it is full."""

    def finish(self) -> tuple[Path, ...]:
        """Each piece onto the disk, then their names, the first one last: until it is there, pieces are missing."""
        self._cut.close()
        count = self._cut.count
        if count == 1:
            self._cut.path(1).replace(self._target)
            return (self._target,)
        named = [self._target.with_name(f"{self._target.name}.{number:03d}-{count:03d}") for number in _from(1, count)]
        try:
            for number in reversed(_from(1, count)):
                self._cut.path(number).replace(named[number - 1])
        except OSError:
            for path in named:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            raise
        return tuple(named)

    def discard(self) -> None:
        """Remove every piece."""
        with suppress(OSError):
            self._cut.close()
        for number in _from(1, self._cut.count):
            with suppress(OSError):
                self._cut.path(number).unlink(missing_ok=True)


def _from(first: int, last: int) -> range:
    return range(first, last + 1)


def too_small(size: int) -> InvalidInput:
    """Pieces of ``size`` bytes would be too many."""
    return InvalidInput(
        N_("Pieces of {size} bytes are too small for this bundle."),
        kept=N_("Nothing was written."),
        cure=N_("Choose a larger size."),
        size=size,
    )


class _Cut:
    """Pieces written one after the other; only one of them is open at a time."""

    def __init__(self, target: Path, size: int) -> None:
        self.target, self.size = target, size
        self.count = 0
        self._left = 0
        self._open: BinaryIO | None = None

    def path(self, number: int) -> Path:
        return temporary_of(self.target, f".{number:03d}")

    def write(self, data: Data) -> None:
        left = memoryview(data)
        while left:
            if not self._left:
                self._next()
            file = cast(BinaryIO, self._open)
            done = file.write(left[: self._left])
            self._left -= done
            left = left[done:]

    def _next(self) -> None:
        self.close()
        if self.count == MOST:
            raise too_small(self.size)
        self.count += 1
        self._open, self._left = cast(BinaryIO, self.path(self.count).open("xb", buffering=0)), self.size

    def close(self) -> None:
        if self._open is not None:
            file, self._open = self._open, None
            with file:
                os.fsync(file.fileno())


class Joined(ReadOnly):
    """The pieces of a bundle, all of them there, as one file to read and seek in without copying them together."""

    def __init__(self, volumes: tuple[Volume, ...]) -> None:
        super().__init__()
        self._paths = [volume.path for volume in sorted(volumes, key=lambda found: found.number)]
        ends = list(_ends(self._paths))
        self._begins, self.size = [0, *ends[:-1]], ends[-1]
        self._number = -1
        self._open: BinaryIO | None = None

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into ``buffer``; how many bytes."""
        if self._at >= self.size:
            return 0
        number = max(i for i, begin in enumerate(self._begins) if begin <= self._at)
        if self._open is None or self._number != number:
            if self._open is not None:
                self._open.close()
            self._open, self._number = self._paths[number].open("rb"), number
        self._open.seek(self._at - self._begins[number])
        data = self._open.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Let go of the piece that is open."""
        if self._open is not None:
            self._open.close()
        super().close()


def _ends(paths: list[Path]) -> Iterator[int]:
    end = 0
    for path in paths:
        end += path.stat().st_size
        yield end
