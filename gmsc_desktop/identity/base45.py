"""Base45 (RFC 9285): bytes as the 45 characters a QR stores most densely."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: number for number, character in enumerate(ALPHABET)}
_BASE = 45


def encode(data: bytes) -> str:
    """``data`` as text: three characters for two bytes, two for a last single one."""
    out = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _place in range(len(pair) + 1):
            number, rest = divmod(number, _BASE)
            out.append(ALPHABET[rest])
    return "".join(out)


def decode(text: str) -> bytes:
    """The bytes ``text`` stands for. Raises ``ValueError`` for any text that ``encode`` does not write."""
    out = bytearray()
    for start in range(0, len(text), 3):
        part = text[start : start + 3]
        try:
            digits = [_VALUES[character] for character in part]
        except KeyError:
            raise ValueError("a character that is not of Base45") from None
        number = sum(digit * _BASE**place for place, digit in enumerate(digits))
        size = len(part) - 1
        if not size or number >= 1 << 8 * size:
            raise ValueError("not a number of so many bytes")
        out += number.to_bytes(size, "big")
    return bytes(out)
