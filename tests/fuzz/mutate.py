"""Ways of spoiling bytes: the small ones a bad stick makes, and the ones somebody would think of."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from random import Random
from typing import Any

EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF, 2**32, 2**63 - 1, 2**64 - 1)
WORDS = (
    b"", b"\0", b"\n", b"\r\n", b"../", b"..\\", b"/etc/passwd", b"C:\\", b"\\\\host\\", b"con", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xed\xa0\x80", b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"bag/", b"data/", b"-1", b"0" * 30,
    b"9" * 5000, b"[" * 3000, b'{"a":' * 2000, b"\xe2\x80\xae", b"%00", b"A" * 70_000, b"age1", b"- ", b": ",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**53, 2**64, 10**400, "", "\0", "\ud800", "../x", "<b>x</b>", "é", "e\u0301", [], {}, [[]],
    "9" * 5000, "A" * 70_000, "2021-02-30", "2021-12-14T09:30:00", "{x}", "{0.__class__}", "%s", "0" * 64, "f" * 64,
)  # fmt: skip


def spoil(data: bytes, chance: Random) -> bytes:
    """``data`` after one to four small changes; now and then more."""
    found = bytearray(data)
    for _change in range(chance.choice((1, 1, 1, 2, 3, 4, 30))):
        chance.choice(_CHANGES)(found, chance)
    return bytes(found)


def _place(data: bytearray, chance: Random) -> int:
    """Anywhere, but more often near the end, where a zip file says what is in it."""
    if not data:
        return 0
    if chance.random() < 0.3:
        return max(0, len(data) - 1 - chance.randrange(min(len(data), 900)))
    return chance.randrange(len(data))


def _flip(data: bytearray, chance: Random) -> None:
    if data:
        data[_place(data, chance)] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: Random) -> None:
    del data[_place(data, chance) :]


def _drop(data: bytearray, chance: Random) -> None:
    place = _place(data, chance)
    del data[place : place + chance.choice((1, 2, 4, 8, 30, 300))]


def _insert(data: bytearray, chance: Random) -> None:
    place = _place(data, chance)
    data[place:place] = chance.choice((*WORDS, chance.randbytes(chance.randrange(1, 40))))


def _over(data: bytearray, chance: Random) -> None:
    place = _place(data, chance)
    word = chance.choice(WORDS)[:400]
    data[place : place + len(word)] = word


def _number(data: bytearray, chance: Random) -> None:
    form = chance.choice(("<H", "<L", "<Q"))
    size = struct.calcsize(form)
    if len(data) >= size:
        place = min(_place(data, chance), len(data) - size)
        data[place : place + size] = struct.pack(form, chance.choice(EDGES) & (1 << 8 * size) - 1)


def _move(data: bytearray, chance: Random) -> None:
    begin, end = sorted((_place(data, chance), _place(data, chance)))
    block = data[begin:end]
    if chance.random() < 0.5:
        del data[begin:end]
    place = _place(data, chance)
    data[place:place] = block


_CHANGES: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip, _flip, _flip, _cut, _drop, _insert, _over, _number, _number, _move,
)  # fmt: skip


def spoil_json(data: bytes, chance: Random) -> bytes:
    """A JSON document with one to three of its parts changed, written canonically again when that can be done."""
    from gmsc_desktop.domain.canonical import canonical_bytes

    document = json.loads(data)
    for _change in range(chance.choice((1, 1, 2, 3))):
        document = _within(document, chance, 0)
    try:
        return canonical_bytes(document)
    except (ValueError, TypeError, RecursionError):
        return json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode()


def _within(value: Any, chance: Random, depth: int) -> Any:
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(sorted(value))
        kind = chance.random()
        if kind < 0.1:
            return {key: item for key, item in value.items() if key != name}
        if kind < 0.2:
            return {**value, chance.choice(("lain", "format", "", "é", name + "x")): chance.choice(VALUES)}
        return {**value, name: _within(value[name], chance, depth + 1)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        kind = chance.random()
        if kind < 0.15:
            return value[:at] + value[at + 1 :]
        if kind < 0.3:
            return [*value, value[at]]
        if kind < 0.35:
            return value * 50
        return [*value[:at], _within(value[at], chance, depth + 1), *value[at + 1 :]]
    if isinstance(value, str) and value and chance.random() < 0.5:
        return spoil(value.encode("utf-8", "replace"), chance).decode("utf-8", "replace")
    nested: Any = chance.choice(VALUES)
    if chance.random() < 0.03:
        for _level in range(900):
            nested = [nested]
    return nested
