"""How a PDF is written, byte for byte, as ISO 19005-3, 6.1 wants it. For files without object streams, as ours are.

The objects are read one after the other in the order of the file, every update too, so that nothing hides between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}")
_OBJECT = re.compile(rb"(\d+) (\d+) obj\n")
_LOOSE = re.compile(rb"\d+\s+\d+\s+obj")
_LENGTH = re.compile(rb"/Length (\d+)(?! \d+ R)")
_END = re.compile(rb"startxref\r?\n\d+\r?\n%%EOF(\r\n|\r|\n)?")
_HEX = re.compile(rb"<([^>]*)>")
_NAME = re.compile(rb"/([^\s/<>\[\](){}%]*)")
_INTEGER = re.compile(rb"(?<![\d.#])[+-]?\d+(?![\d.])")
_MOST_OBJECTS, _LONGEST_STRING, _LONGEST_NAME, _LARGEST = 8_388_607, 32_767, 127, 2**31 - 1


def syntax_problems(data: bytes) -> list[str]:
    """Everything in the writing of ``data`` that the standard forbids; empty when nothing was found."""
    if not _HEADER.match(data):
        return ["6.1.2 header"]
    found: list[str] = []
    place = data.index(b"\n", data.index(b"\n") + 1) + 1
    ends = 0
    while place < len(data):
        if made := _OBJECT.match(data, place):
            if int(made[1]) > _MOST_OBJECTS:
                found.append(f"6.1.13 object number {made[1]!r}")
            place, problems = _object(data, made.end())
            found += [f"{problem}, object {made[1].decode()}" for problem in problems]
        elif data.startswith(b"xref", place):
            place, problems = _table(data, place)
            ends += 1
            found += problems
        elif data[place : place + 1] in b"\r\n":
            place += 1
        else:
            loose = "6.1.9 spacing of an object" if _LOOSE.match(data, place) else "bytes between objects"
            return [*found, f"{loose} at {place}: {data[place : place + 20]!r}"]
    return found if ends else [*found, "6.1.4 no cross-reference table"]


def _object(data: bytes, start: int) -> tuple[int, list[str]]:
    """Where the object's end lies, and what is wrong in between."""
    found: list[str] = []
    stop = _after(data, start)
    body = data[start:stop]
    found += _tokens(body)
    if data.startswith(b"stream", stop):
        begin = stop + 6
        if data[begin : begin + 2] == b"\r\n":
            begin += 2
        elif data[begin : begin + 1] == b"\n":
            begin += 1
        else:
            found.append("6.1.7.1 no line end after stream")
        told = _LENGTH.search(body)
        if told is None:
            return len(data), [*found, "6.1.7.1 no direct Length"]
        stop = begin + int(told[1])
        if not re.match(rb"\r?\n|\r", data[stop : stop + 2]):
            found.append("6.1.7.1 no line end before endstream, or a wrong Length")
        stop = data.index(b"endstream", stop) + 9
        found += [f"6.1.7.1 {key.decode()}" for key in (b"/F ", b"/FFilter", b"/FDecodeParms") if _top(body, key)]
    tail = re.compile(rb"(\r\n|\r|\n) ?endobj(\r\n|\r|\n)").match(data, stop)
    if tail is None:
        tail = re.compile(rb"\s*endobj\s?").match(data, stop)
        found.append("6.1.9 endobj without line ends")
    return (tail.end() if tail else len(data)), found


def _after(data: bytes, start: int) -> int:
    """The first byte behind the object's value: ``stream`` or the line end before ``endobj``. Strings are passed over,
    since they may hold anything."""
    place = start
    while place < len(data):
        byte = data[place : place + 1]
        if byte == b"(":
            place = _string(data, place)
        elif data.startswith(b"stream", place):
            return place
        elif data.startswith(b"endobj", place):
            while data[place - 1 : place] in (b"\n", b"\r", b" "):
                place -= 1
            return place
        else:
            place += 1
    return place


def _string(data: bytes, place: int) -> int:
    """The byte behind the literal string that begins at ``place``."""
    depth = 0
    while place < len(data):
        byte = data[place : place + 1]
        if byte == b"\\":
            place += 1
        elif byte == b"(":
            depth += 1
        elif byte == b")":
            depth -= 1
            if not depth:
                return place + 1
        place += 1
    return place


def _tokens(body: bytes) -> Iterator[str]:
    """Strings, names and numbers within their limits (6.1.6, 6.1.8, 6.1.13)."""
    plain = bytearray()
    place = 0
    while place < len(body):
        if body[place : place + 1] == b"(":
            after = _string(body, place)
            if after - place > _LONGEST_STRING:
                yield "6.1.13 a string too long"
            plain += b" "
            place = after
        else:
            plain += body[place : place + 1]
            place += 1
    words = bytes(plain).replace(b"<<", b" ").replace(b">>", b" ")
    for digits in _HEX.findall(words):
        bare = re.sub(rb"\s", b"", digits)
        if len(bare) % 2 or not re.fullmatch(rb"[0-9A-Fa-f]*", bare):
            yield "6.1.6 hexadecimal string"
    for name in _NAME.findall(words):
        real = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), name)
        if len(real) > _LONGEST_NAME:
            yield "6.1.13 a name too long"
        try:
            real.decode("utf-8")
        except UnicodeDecodeError:
            yield "6.1.8 a name that is not UTF-8"
    for number in _INTEGER.findall(_NAME.sub(b"", _HEX.sub(b"", words))):
        if abs(int(number)) > _LARGEST:
            yield f"6.1.13 integer {number.decode()}"


def _top(body: bytes, key: bytes) -> bool:
    """Whether ``key`` stands in the outermost dictionary of ``body``."""
    depth = place = 0
    while place < len(body):
        if body.startswith(b"<<", place):
            depth, place = depth + 1, place + 2
        elif body.startswith(b">>", place):
            depth, place = depth - 1, place + 2
        elif body[place : place + 1] == b"(":
            place = _string(body, place)
        elif depth == 1 and body.startswith(key, place):
            return True
        else:
            place += 1
    return False


def _table(data: bytes, start: int) -> tuple[int, list[str]]:
    """The cross-reference table at ``start`` with its trailer, up to the end of this revision."""
    found: list[str] = []
    if not re.compile(rb"xref(\r\n|\r|\n)\d+ \d+(\r\n|\r|\n| )").match(data, start):
        found.append("6.1.4 xref")
    trailer = data.index(b"trailer", start)
    end = _END.search(data, trailer)
    if end is None:
        return len(data), [*found, "6.1.3 no end of file"]
    words = data[trailer : end.start()]
    if b"/ID" not in words:
        found.append("6.1.3 no file identifier")
    if b"/Encrypt" in words:
        found.append("6.1.3 encrypted")
    for line in data[start:trailer].splitlines(keepends=True)[1:]:
        entry = re.fullmatch(rb"(\d{10}) (\d{5}) ([nf])( \r| \n|\r\n)", line)
        if entry is None and not re.fullmatch(rb"\d+ \d+ ?(\r\n|\r|\n)", line):
            found.append(f"6.1.4 entry {line!r}")
        elif entry is not None and entry[3] == b"n" and not _OBJECT.match(data, int(entry[1])):
            found.append(f"6.1.4 entry {line!r} points at no object")
    return end.end(), found
