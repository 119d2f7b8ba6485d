"""The few forms of DER (X.690) a signature of ours is put together from; reading is left to asn1crypto."""

from __future__ import annotations

from collections.abc import Iterable

SEQUENCE, SET, INTEGER, OCTETS, OID, NULL = 0x30, 0x31, 0x02, 0x04, 0x06, b"\x05\x00"
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18


def tlv(tag: int, *parts: bytes) -> bytes:
    """A value with its tag and length."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def context(number: int) -> int:
    """The tag ``[number]`` of something that holds others."""
    return 0xA0 | number


def set_of(items: Iterable[bytes], tag: int = SET) -> bytes:
    """A SET OF: its members in the order of their bytes."""
    return tlv(tag, *sorted(items))


def oid(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *rest = (int(each) for each in dotted.split("."))
    return tlv(OID, *(_base128(number) for number in (40 * first + second, *rest)))


def _base128(number: int) -> bytes:
    found = [number & 0x7F]
    while number := number >> 7:
        found.append(number & 0x7F | 0x80)
    return bytes(reversed(found))
