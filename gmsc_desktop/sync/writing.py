"""Writing the container of a bundle: each file is read and hashed while the one before it goes to the disk."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Protocol

from gmsc_desktop.age.keys import Note
from gmsc_desktop.age.stream import AgeReader, AgeWriter
from gmsc_desktop.domain.errors import N_, BundleError
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _
from gmsc_desktop.sync.behind import CHUNK, Behind, Data, HashedFile, Sums
from gmsc_desktop.sync.container import ROOT, ContainerWriter


class Source(Protocol):
    """The plain bytes of a kept file."""

    def read(self, size: int = -1, /) -> bytes | None:
        """Up to ``size`` bytes; nothing at the end."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to ``offset``."""
        ...


Opener = Callable[[str], AbstractContextManager[Source]]
"""Opens the plain bytes of a kept file by its SHA-256."""

HELD = 16 << 20
"""Bytes of files that wait in memory to be written."""
NOTHING_HALF = N_("No half bundle was left behind; everything in the vault is as it was.")


@dataclass(frozen=True, slots=True)
class Piece:
    """A file below ``data/`` that comes from the opener, or from one of its own."""

    path: str
    sha256: str
    size: int
    open: Callable[[], AbstractContextManager[Source]] | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """Everything a container holds: the tag files in order, then the small files by path, and those streamed from
    ``open_file`` by their SHA-256."""

    tags: tuple[tuple[str, bytes], ...]
    small: Mapping[str, bytes]
    streamed: tuple[Piece, ...]
    open_file: Opener

    @property
    def size(self) -> int:
        """Bytes below ``data/``."""
        return sum(map(len, self.small.values())) + sum(piece.size for piece in self.streamed)


def write_container(payload: Payload, target: HashedFile, recipients: tuple[str, ...], progress: Progress) -> None:
    """Write the container of ``payload`` to ``target``, encrypted when there are ``recipients``; ``progress`` counts
    bytes. Raises ``BundleError`` when a file is not what was said of it, and what reading and writing raise.
    """
    if not recipients:
        _Pipeline(payload, target.write, progress).run()
        return
    age = AgeWriter(target.write, recipients)
    _Pipeline(payload, age.write, progress).run()
    age.finish()


@dataclass(slots=True)
class _Ready:
    """A file that was read and waits to be written: its sums are known when ``done`` is."""

    path: str
    sums: Sums
    done: Event
    chunks: list[Data]
    size: int


class _Pipeline:
    """Reads, sums up and writes at the same time: while one file is written, the next is read and hashed.

    The header of a file holds its CRC, so a file is read whole before its first byte is written: kept in memory up to
    ``HELD``, and read twice when it is longer. What is written is never gone back to.
    """

    def __init__(self, payload: Payload, write: Callable[[Data], object], progress: Progress) -> None:
        self._payload = payload
        self._write = write
        self._meter = _Meter(payload.size, progress)
        self._writer = ContainerWriter(self._put)
        self._ready: deque[_Ready] = deque()
        self._summing = Behind()
        self._writing = Behind()

    def run(self) -> None:
        """Write the whole container. Raises what reading and writing raise."""
        pieces = {piece.path: piece for piece in self._payload.streamed}
        small = self._payload.small
        with self._summing, self._writing:
            for name, data in self._payload.tags:
                self._small(name, data)
            for path in sorted([*small, *pieces]):
                if path in small:
                    for chunk in self._meter.count((small[path],)):
                        self._small(path, chunk)
                else:
                    self._streamed(pieces[path])
            self._emit(0)
            self._writer.finish()
            self._writing.wait()
        self._meter.progress(self._meter.total, self._meter.total, _("Writing the bundle"))

    def _put(self, data: Data) -> None:
        self._writing.do(partial(self._write, data), len(data))

    def _small(self, path: str, data: Data) -> None:
        self._emit(0)
        self._writer.add(ROOT + path, len(data), zlib.crc32(data))
        self._put(data)

    def _streamed(self, piece: Piece) -> None:
        with piece.open() if piece.open else self._payload.open_file(piece.sha256) as source:
            note = source.note if isinstance(source, AgeReader) else None
            if note is not None:
                self._noted(piece, note, source)
            elif piece.size <= HELD:
                self._held(piece, source)
            else:
                self._long(piece, source)

    def _noted(self, piece: Piece, note: Note, source: Source) -> None:
        """The vault sealed hash and CRC into the file when it was stored, and every part of it is authenticated as it
        is decrypted: nothing has to be worked out anew."""
        self._emit(0)
        if (note.sha256, note.size) != (piece.sha256, piece.size):
            raise _not_as_said(piece)
        self._writer.add(ROOT + piece.path, note.size, note.crc)
        left = note.size
        for chunk in self._meter.count(_chunks(source)):
            left -= len(chunk)
            self._put(chunk)
        if left:
            raise _not_as_said(piece)

    def _held(self, piece: Piece, source: Source) -> None:
        sums = Sums()
        chunks: list[Data] = []
        for chunk in self._meter.count(_chunks(source)):
            self._summing.do(partial(sums.add, chunk))
            chunks.append(chunk)
            if sum(map(len, chunks)) > HELD:
                raise _not_as_said(piece)
        done = Event()
        self._summing.do(partial(_compare, piece, sums))
        self._summing.do(done.set)
        self._ready.append(_Ready(piece.path, sums, done, chunks, sum(map(len, chunks))))
        self._emit(HELD)

    def _long(self, piece: Piece, source: Source) -> None:
        self._emit(0)
        sums, again = Sums(), Sums()
        for chunk in _chunks(source):
            self._meter.heard()
            self._summing.do(partial(sums.add, chunk))
        self._summing.do(partial(_compare, piece, sums))
        self._summing.wait()
        source.seek(0)
        self._writer.add(ROOT + piece.path, piece.size, sums.crc)
        for chunk in self._meter.count(_chunks(source)):
            self._summing.do(partial(again.add, chunk))
            self._put(chunk)
        self._summing.do(partial(_compare, piece, again))
        self._summing.wait()

    def _emit(self, most: int) -> None:
        """Write what was read, until no more than ``most`` bytes wait."""
        while self._ready and (most == 0 or sum(item.size for item in self._ready) > most):
            item = self._ready.popleft()
            if not item.done.is_set():
                self._summing.wait()
            self._writer.add(ROOT + item.path, item.sums.size, item.sums.crc)
            for chunk in item.chunks:
                self._put(chunk)


class _Meter:
    """Tells how many bytes are done, before each piece, so that a cancel is heard between two of them."""

    def __init__(self, payload: int, progress: Progress) -> None:
        self.done, self.total, self.progress = 0, max(payload, 1), progress

    def heard(self) -> None:
        """A cancel is heard here."""
        self.progress(self.done, self.total, _("Writing the bundle"))

    def count(self, chunks: Iterator[Data] | tuple[Data, ...]) -> Iterator[Data]:
        for chunk in chunks:
            self.heard()
            yield chunk
            self.done += len(chunk)


def _chunks(source: Source) -> Iterator[Data]:
    # What the vault decrypts it can hand out as it is, without one more copy.
    take: Callable[[int], Data | None] = source.piece if isinstance(source, AgeReader) else source.read
    while chunk := take(CHUNK):
        yield chunk


def _compare(piece: Piece, sums: Sums) -> None:
    """Raise ``BundleError`` unless what was read is what the visit says."""
    if (sums.size, sums.sha256) != (piece.size, piece.sha256):
        raise _not_as_said(piece)


def _not_as_said(piece: Piece) -> BundleError:
    return BundleError(
        N_("The file {name} is not what the visit says of it; the bundle was not written."),
        kept=NOTHING_HALF,
        cure=N_("Attach the original file again, or take it from a backup."),
        name=piece.path.rsplit("/", 1)[-1],
    )
