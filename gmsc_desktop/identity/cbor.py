"""The little of CBOR (RFC 8949) a QR needs, in its one deterministic form (section 4.2.1), written and read strictly.

Whole numbers of 64 bits, byte and text strings, arrays, maps and tags; no floats, no simple values, no indefinite
lengths. Every value has exactly one encoding, and reading refuses any other: what was signed cannot be written twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union

DEEPEST = 8
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_LIMIT = 1 << 64

Key: TypeAlias = int | str
Value: TypeAlias = Union[int, str, bytes, tuple["Value", ...], Mapping[Key, "Value"], "Tag"]


class CborError(ValueError):
    """The bytes are not in the deterministic form of the subset, or a value has no place in it."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A value with the number that says what it is."""

    number: int
    value: Value


def encode(value: Value) -> bytes:
    """The one encoding of ``value``. Raises ``CborError`` for what the subset lacks."""
    if isinstance(value, bool):
        raise CborError("truth values are not used")
    if isinstance(value, int):
        return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        try:
            text = value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise CborError("text with half a character") from error
        return _head(_TEXT, len(text)) + text
    if isinstance(value, tuple):
        return _head(_ARRAY, len(value)) + b"".join(encode(item) for item in value)
    if isinstance(value, Tag):
        return _head(_TAG, value.number) + encode(value.value)
    pairs = sorted((encode(key), encode(item)) for key, item in value.items())
    return _head(_MAP, len(pairs)) + b"".join(key + item for key, item in pairs)


def decode(data: bytes) -> Value:
    """The value whose encoding is exactly ``data``. Raises ``CborError``, and nothing else, for anything else."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        raise CborError("bytes after the end")
    return value


def _head(major: int, argument: int) -> bytes:
    if not 0 <= argument < _LIMIT:
        raise CborError("number out of range")
    if argument < 24:
        return bytes([major << 5 | argument])
    width = next(width for width in (1, 2, 4, 8) if argument < 1 << 8 * width)
    return bytes([major << 5 | 23 + width.bit_length()]) + argument.to_bytes(width, "big")


class _Reader:
    """Walks through the bytes; never past their end, never deeper than ``DEEPEST``."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def value(self, depth: int) -> Value:
        """The next value."""
        if depth > DEEPEST:
            raise CborError("nested too deeply")
        major, argument = self._read_head()
        if major == _UNSIGNED:
            return argument
        if major == _NEGATIVE:
            return -1 - argument
        if major == _BYTES:
            return self._take(argument)
        if major == _TEXT:
            return self._text(argument)
        if major == _TAG:
            return Tag(argument, self.value(depth + 1))
        if argument > len(self.data) - self.at:
            raise CborError("cut off")
        if major == _ARRAY:
            return tuple(self.value(depth + 1) for _number in range(argument))
        return self._map(argument, depth + 1)

    def _map(self, count: int, depth: int) -> Mapping[Key, Value]:
        found: dict[Key, Value] = {}
        before = b""
        for _number in range(count):
            start = self.at
            key = self.value(depth)
            written = self.data[start : self.at]
            if not isinstance(key, int | str):
                raise CborError("a key is neither number nor text")
            if written <= before:
                raise CborError("keys repeat or are out of order")
            before = written
            found[key] = self.value(depth)
        return found

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode("utf-8")
        except UnicodeDecodeError as error:
            raise CborError("text is not UTF-8") from error

    def _read_head(self) -> tuple[int, int]:
        first = self._take(1)[0]
        major, short = first >> 5, first & 31
        if major > _TAG:
            raise CborError("simple values are not used")
        if short < 24:
            return major, short
        if short > 27:
            raise CborError("indefinite or reserved length")
        argument = int.from_bytes(self._take(1 << short - 24), "big")
        if argument < 24 or (short > 24 and argument < 1 << 8 * (1 << short - 25)):
            raise CborError("not the shortest form")
        return major, argument

    def _take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise CborError("cut off")
        taken = self.data[self.at : self.at + size]
        self.at += size
        return taken
