"""The outermost layer of a bundle: a zip file in one exact form (docs/bundle-format.md, "The zip file").

Files are stored, not compressed, one right after the other from the first byte, then the central directory, then
nothing. Names are plain ASCII below ``bag/``. Times are 1 January 1980. Zip64 fields stand only where a number needs
them. So the same files give the same bytes, every tool opens it, and reading can demand exactly these bytes: there is
no place left in which something could hide or change unseen, and no ratio, overlap or link to guard against.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from gmsc_desktop.sync.behind import CHUNK

ROOT = "bag/"
"""The base directory of the bag (RFC 8493, section 5.1: a serialised bag lies in one directory)."""
MOST_ENTRIES = 200_000
LONGEST_NAME = 200
LARGEST_DIRECTORY = 64 * 1024 * 1024

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF
_PLAIN, _ZIP64 = 20, 45
_UNIX = 3 << 8
_DATE = (1 << 5) | 1
"""1 January 1980, the first day zip knows."""
_MODE = 0o100644 << 16

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\..*)?", re.IGNORECASE)


class ContainerFault(Exception):
    """The file is not in the exact form. ``unlike`` tells a file that is no zip of ours at all from one that was."""

    def __init__(self, code: str, *, unlike: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.unlike = unlike


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the container: its whole name, its size in bytes, its CRC-32, and where its header begins."""

    name: str
    size: int
    crc: int
    offset: int

    @property
    def begin(self) -> int:
        """Where its bytes begin."""
        return self.offset + len(local_header(self))

    @property
    def end(self) -> int:
        """Where its bytes end."""
        return self.begin + self.size


def name_fault(name: str) -> str | None:
    """Why ``name`` may not stand in a bundle, or None.

    Every part is ASCII letters, digits, dot, hyphen, underscore, begins with no dot and ends with none, and is no name
    of a device. So there is no way up, no root, drive, share or stream, and no two spellings of one name.
    """
    if len(name) > LONGEST_NAME:
        return "long"
    for part in name.split("/"):
        if not _PART.fullmatch(part) or part.endswith("."):
            return "characters"
        if _DEVICES.fullmatch(part):
            return "device"
    return None


def local_header(entry: Entry) -> bytes:
    """The header before the entry's bytes."""
    name = entry.name.encode("ascii")
    large = entry.size >= _MAX32
    size = _MAX32 if large else entry.size
    extra = struct.pack("<2H2Q", 1, 16, entry.size, entry.size) if large else b""
    version = _ZIP64 if large else _PLAIN
    head = _LOCAL.pack(b"PK\3\4", version, 0, 0, 0, _DATE, entry.crc, size, size, len(name), len(extra))
    return head + name + extra


def directory(entries: Iterable[Entry], begin: int) -> bytes:
    """The central directory of ``entries``, which begins at ``begin``, and the end of the file."""
    parts = [_central(entry) for entry in entries]
    body = b"".join(parts)
    count, size = len(parts), len(body)
    if count < _MAX16 and size < _MAX32 and begin < _MAX32:
        return body + _END.pack(b"PK\5\6", 0, 0, count, count, size, begin, 0)
    wide = _END64.pack(b"PK\6\6", _END64.size - 12, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, size, begin)
    locator = _LOCATOR.pack(b"PK\6\7", 0, begin + size, 1)
    few = min(count, _MAX16)
    return body + wide + locator + _END.pack(b"PK\5\6", 0, 0, few, few, min(size, _MAX32), min(begin, _MAX32), 0)


def _central(entry: Entry) -> bytes:
    name = entry.name.encode("ascii")
    wide = [entry.size, entry.size] if entry.size >= _MAX32 else []
    if entry.offset >= _MAX32:
        wide.append(entry.offset)
    extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version = _ZIP64 if wide else _PLAIN
    size, offset = min(entry.size, _MAX32), min(entry.offset, _MAX32)
    head = (b"PK\1\2", _UNIX | version, version, 0, 0, 0, _DATE, entry.crc, size, size, len(name), len(extra))
    return _CENTRAL.pack(*head, 0, 0, 0, _MODE, offset) + name + extra


class ContainerWriter:
    """Writes a container from its first byte to its last, through ``write``; nothing is ever gone back to."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._entries: list[Entry] = []
        self._end = 0

    def add(self, name: str, size: int, crc: int) -> None:
        """Begin a file of ``size`` bytes; the bytes, which have that CRC-32, are what the caller writes next.

        Raises ``ValueError`` for a name no bundle may hold, and what ``write`` raises.
        """
        if name_fault(name) or not name.startswith(ROOT):
            raise ValueError(f"{name}: no name for a bundle")
        entry = Entry(name, size, crc, self._end)
        self._write(local_header(entry))
        self._end = entry.end
        self._entries.append(entry)

    def finish(self) -> None:
        """Write the central directory. Raises what ``write`` raises."""
        self._write(directory(self._entries, self._end))


def read_entries(file: BinaryIO, size: int) -> tuple[Entry, ...]:
    """Every entry of the container ``file`` of ``size`` bytes, in order, as the directory at its end tells them.

    Header and bytes of an entry are compared with that when they are read (``read_entry``).
    Raises ``ContainerFault`` and ``OSError``.
    """
    begin, count = _find_directory(file, size)
    tail = _exactly(file, begin, size - begin)
    entries = tuple(_parse(tail, count))
    names = {entry.name.casefold() for entry in entries}
    if len(names) != len(entries):
        raise ContainerFault("twins")
    end = 0
    for entry in entries:
        fault = name_fault(entry.name)
        if fault or not entry.name.startswith(ROOT):
            raise ContainerFault("name")
        if entry.offset != end:
            raise ContainerFault("layout")
        end = entry.end
    if end != begin or directory(entries, begin) != tail:
        raise ContainerFault("layout")
    return entries


def read_entry(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The bytes of ``entry`` in pieces. Raises ``ContainerFault`` when its header or its CRC is another."""
    crc = 0
    for chunk in entry_pieces(file, entry):
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if crc != entry.crc:
        raise ContainerFault("crc")


def entry_pieces(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The bytes of ``entry`` in pieces; whoever takes them compares the CRC.

    Raises ``ContainerFault`` when the header is not the one it must be, and ``OSError``.
    """
    header = local_header(entry)
    if _exactly(file, entry.offset, len(header)) != header:
        raise ContainerFault("header")
    left = entry.size
    while left:
        chunk = file.read(min(CHUNK, left))
        if not chunk:
            raise ContainerFault("short", unlike=True)
        left -= len(chunk)
        yield chunk


def _find_directory(file: BinaryIO, size: int) -> tuple[int, int]:
    """Where the central directory begins and how many entries it names, from the very end of the file."""
    if size < _END.size:
        raise ContainerFault("no_zip", unlike=True)
    signature, _disk, _first, _here, count, length, begin, _comment = _END.unpack(
        _exactly(file, size - _END.size, _END.size)
    )
    if signature != b"PK\5\6":
        raise ContainerFault("no_end", unlike=True)
    end = size - _END.size
    wide = _END64.size + _LOCATOR.size
    if (count == _MAX16 or _MAX32 in (length, begin)) and end >= wide:
        fields = _END64.unpack(_exactly(file, end - wide, _END64.size))
        if fields[0] != b"PK\6\6":
            raise ContainerFault("no_end", unlike=True)
        count, length, begin = fields[7], fields[8], fields[9]
        end -= wide
    if count > MOST_ENTRIES or length > LARGEST_DIRECTORY:
        raise ContainerFault("too_many")
    if begin + length != end:
        raise ContainerFault("layout")
    return begin, count


def _parse(tail: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _number in range(count):
        if at + _CENTRAL.size > len(tail):
            raise ContainerFault("layout")
        fields = _CENTRAL.unpack_from(tail, at)
        if fields[0] != b"PK\1\2":
            raise ContainerFault("layout")
        crc, size, name_length, extra_length, offset = fields[7], fields[9], fields[10], fields[11], fields[16]
        at += _CENTRAL.size
        name, extra = tail[at : at + name_length], tail[at + name_length : at + name_length + extra_length]
        at += name_length + extra_length
        if fields[4]:
            raise ContainerFault("compressed")
        if fields[3] & 1:
            raise ContainerFault("encrypted")
        size, offset = _wide(size, offset, extra)
        try:
            yield Entry(name.decode("ascii"), size, crc, offset)
        except UnicodeDecodeError as error:
            raise ContainerFault("name") from error


def _wide(size: int, offset: int, extra: bytes) -> tuple[int, int]:
    """Size and offset with what the zip64 field says of those that do not fit 32 bits."""
    needed = (2 if size == _MAX32 else 0) + (1 if offset == _MAX32 else 0)
    if len(extra) != (4 + 8 * needed if needed else 0):
        raise ContainerFault("layout")
    if not needed:
        return size, offset
    numbers = struct.unpack(f"<{needed}Q", extra[4:])
    return numbers[0] if size == _MAX32 else size, numbers[-1] if offset == _MAX32 else offset


def _exactly(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    data = file.read(size)
    # A file that is decrypted while it is read gives what it holds at the moment.
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    if len(data) != size:
        raise ContainerFault("short", unlike=True)
    return data
