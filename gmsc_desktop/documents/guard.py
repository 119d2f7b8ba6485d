"""What keeps a hostile PDF from costing more time or memory than its size warrants.

pyHanko bounds what it decompresses. What it does not bound is guarded here: files too large or written over and over,
single objects as large as a file, cross-reference streams that announce more objects than they describe, and object
graphs with so many ways through them that comparing two revisions would never end.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

MIB = 1024 * 1024
LARGEST = 256 * MIB
MOST_REVISIONS = 64
MOST_OBJECTS = 1_000_000
FEW_STEPS, STEPS_PER_OBJECT, MOST_STEPS = 100_000, 1_000, 2_000_000
"""Steps through the objects of one revision when two are compared: some, more for every object there is, and never more
than the last. A report takes about two hundred for each of its objects."""
LARGEST_TABLE = 4 * MIB
"""Decompressed bytes of a cross-reference stream, of which an entry takes at least ``LEAST_WIDTH``, and of an object
stream."""
LEAST_WIDTH = 3

MOST_READS = 5_000_000
"""Reads of the parser, which takes most things byte by byte; a report of 400 pages signed twice takes 160,000."""
MOST_LISTS = 200_000
LONGEST_GAP = 1_000
"""Bytes of white space and comments between a name and its value; nobody writes more by accident."""

_SPACE = b"\0\t\n\f\r "


def _key(name: str) -> re.Pattern[bytes]:
    """A name as it may be written in a PDF: any of its characters may be an escape (ISO 32000-1, 7.3.5)."""
    return re.compile(b"/" + b"".join(b"(?:%s|#(?i:%02x))" % (letter.encode(), ord(letter)) for letter in name))


ABSURD = b"absurd"
_WIDTHS, _INDEX = _key("W"), _key("Index")
_END = re.compile(rb"startxref[\0\t\n\f\r ]+[0-9]{1,12}[\0\t\n\f\r ]+%%EOF[\0\t\n\f\r ]*\Z")
_NUMBER = re.compile(rb"[-+.0-9]+|true|false|null")
_COMMENT = re.compile(rb"%[^\r\n]*")
_LIST = re.compile(rb"\[([^\]\[]{0,1000000})\]")


def fault_of(data: bytes) -> str | None:
    """Why ``data`` is not given to the parser (a short code), or None."""
    if len(data) > LARGEST:
        return "large"
    if not data.startswith(b"%PDF-"):
        return "no_pdf"
    if not ends_like_a_revision(data, len(data)):
        return "no_end"
    if data.count(b"startxref") > MOST_REVISIONS:
        return "revisions"
    for listed in _lists(data, _WIDTHS):
        if listed is ABSURD:
            return "objects"
        # Three numbers are the widths of a cross-reference stream; fonts have lists within lists or more numbers, and
        # what lies in a compressed picture by chance has no numbers at all.
        widths = _COMMENT.sub(b" ", listed).split()
        numbers = all(_NUMBER.fullmatch(item) for item in widths)
        if numbers and 0 < len(widths) <= 3 and sum(int(item[:9]) for item in widths if item.isdigit()) < LEAST_WIDTH:
            return "objects"
    for listed in _lists(data, _INDEX):
        if listed is ABSURD or any(
            len(item) > 7 or int(item) > MOST_OBJECTS for item in re.findall(rb"[0-9]+", listed)
        ):
            return "objects"
    return None


def ends_like_a_revision(data: bytes, end: int) -> bool:
    """Whether a revision of a PDF ends at ``end``; without it pyHanko would read backwards, byte by byte."""
    return _END.search(data[max(0, end - 100) : end]) is not None


def _lists(data: bytes, key: re.Pattern[bytes]) -> Iterator[bytes]:
    """The inside of every list that is the value of ``key``; ``ABSURD`` for a gap or a number of them that is."""
    for number, found in enumerate(key.finditer(data)):
        begin = _after_gap(data, found.end())
        if begin is None or number > MOST_LISTS:
            yield ABSURD
        elif listed := _LIST.match(data, begin):
            yield listed[1]


def _after_gap(data: bytes, at: int) -> int | None:
    """Where the next token begins, past white space and comments; None when the gap is absurd."""
    end = at + LONGEST_GAP
    while at < min(end, len(data)):
        if data[at] == ord("%"):
            while at < end and data[at : at + 1] not in (b"\r", b"\n", b""):
                at += 1
        elif data[at] in _SPACE:
            at += 1
        else:
            return at
    return None if at >= end else at


def limits() -> Any:
    """How much pyHanko may decompress of a PDF from anywhere."""
    from pyhanko.pdf_utils.decode_limits import (
        DEFAULT_PURPOSE_LIMITS,
        DecodeLimits,
        DecodePurpose,
        DocumentDecodeBudget,
        StreamDecodeLimits,
    )

    small = StreamDecodeLimits(max_output_size=LARGEST_TABLE)
    return DecodeLimits(
        per_stream=StreamDecodeLimits(max_ratio=200, ratio_floor=4 * MIB, max_output_size=16 * MIB),
        per_purpose={**DEFAULT_PURPOSE_LIMITS, DecodePurpose.XREF_STREAM: small, DecodePurpose.OBJECT_STREAM: small},
        document_budget=DocumentDecodeBudget(base_allowance=32 * MIB, max_ratio=1),
    )


class TooEntangled(ValueError):
    """Reading this PDF, or comparing two of its revisions, takes more steps than any document of ours."""


class Metered(io.BytesIO):
    """The bytes of a PDF, read no more often than ``MOST_READS`` times; then raises ``TooEntangled``."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = MOST_READS

    def read(self, size: int | None = -1, /) -> bytes:
        """As any file."""
        self._left -= 1
        if self._left < 0:
            raise TooEntangled("too many reads")
        return super().read(size)


def revision(reader: Any, number: int) -> Any:
    """The objects of ``reader`` as they were in revision ``number``, for comparing; raises ``TooEntangled``."""
    return _bounded()(reader, number)


@cache
def _bounded() -> Any:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.reader import HistoricalResolver

    def weight(found: Any) -> int:
        """How many objects lie directly in ``found``."""
        count, waiting = 0, [found]
        while waiting:
            inner = waiting.pop()
            count += 1
            if isinstance(inner, generic.DictionaryObject):
                waiting.extend(inner.values())
            elif isinstance(inner, generic.ArrayObject):
                waiting.extend(inner)
        return count

    class Bounded(HistoricalResolver):  # type: ignore[misc]
        """Counts the steps of whoever walks through the objects."""

        def __init__(self, reader: Any, number: int) -> None:
            self._steps = 0
            self._weights: dict[Any, int] = {}
            super().__init__(reader, number)

        def get_object(self, ref: Any, *args: Any, **options: Any) -> Any:
            """As pyHanko's, until the steps are used up."""
            found = super().get_object(ref, *args, **options)
            if ref not in self._weights:
                self._weights[ref] = weight(found)
            self._steps += self._weights[ref]
            if self._steps > min(FEW_STEPS + STEPS_PER_OBJECT * len(self._weights), MOST_STEPS):
                raise TooEntangled("too many steps")
            return found

    return Bounded
