"""What is looked at in a PDF's bytes before a parser sees them, so that no file costs more than its size warrants.

pyHanko bounds what it decompresses. What it does not bound are cross-reference streams that announce more objects than
the file could hold; those, and files too large or written over and over, are refused here.
"""

from __future__ import annotations

import re

LARGEST = 256 * 1024 * 1024
MOST_REVISIONS = 64
MOST_OBJECTS = 1_000_000

_GAP = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*"


def _key(name: str) -> bytes:
    """A name as it may be written in a PDF: any of its characters may be an escape (ISO 32000-1, 7.3.5)."""
    return b"/" + b"".join(b"(?:%s|#(?i:%02x))" % (re.escape(character.encode()), ord(character)) for character in name)


_SIZE = re.compile(_key("Size") + _GAP + rb"([0-9]+)")
_ARRAY = re.compile(b"(?:" + _key("Index") + b"|" + b"(" + _key("W") + b"))" + _GAP + rb"\[([^\]]{0,100000})")
_NUMBER = re.compile(rb"[0-9]+")


def fault_of(data: bytes) -> str | None:
    """Why ``data`` is not given to the parser (a short code), or None."""
    if len(data) > LARGEST:
        return "large"
    if not data.startswith(b"%PDF-"):
        return "no_pdf"
    if data.count(b"startxref") > MOST_REVISIONS:
        return "revisions"
    if any(_too_many(found[1]) for found in _SIZE.finditer(data)):
        return "objects"
    for found in _ARRAY.finditer(data):
        numbers = _NUMBER.findall(found[2])
        widths = found[1] is not None and len(numbers) == 3
        if widths and not any(int(item[:9]) for item in numbers):
            return "objects"
        if not widths and any(_too_many(item) for item in numbers):
            return "objects"
    return None


def _too_many(digits: bytes) -> bool:
    return len(digits.lstrip(b"0")) > 7 or int(digits) > MOST_OBJECTS
