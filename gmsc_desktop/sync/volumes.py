"""A bundle in pieces, for sticks and mails that hold no large file: the bytes of the file, cut one after the other.

``paket.gmsc.001-003`` is the first of three. Put together (``cat paket.gmsc.*-003 > paket.gmsc``) they are the bundle;
whether they are the right ones is what its signature says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SMALLEST = 64 * 1024
MOST = 999

_NAME = re.compile(r"(?P<whole>.+\.gmsc)\.(?P<number>[0-9]{3})-(?P<count>[0-9]{3})")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Volume:
    """A piece: of the bundle called ``whole`` number ``number`` of ``count``."""

    path: Path
    whole: str
    number: int
    count: int


def volume_of(path: Path) -> Volume | None:
    """What ``path`` is a piece of by its name, None when it is none."""
    found = _NAME.fullmatch(path.name)
    if found is None:
        return None
    number, count = int(found["number"]), int(found["count"])
    return Volume(path, found["whole"], number, count) if 1 <= number <= count else None


def missing(volumes: Iterable[Volume]) -> tuple[int, ...]:
    """The numbers of the pieces of one bundle that are not there."""
    found = tuple(volumes)
    present = {volume.number for volume in found}
    return tuple(number for number in range(1, max(v.count for v in found) + 1) if number not in present)


def join(volumes: Iterable[Volume], target: Path) -> None:
    """Put the pieces of one bundle together at ``target``. Raises ``OSError``."""
    with target.open("wb") as file:
        for volume in sorted(volumes, key=lambda found: found.number):
            with volume.path.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    file.write(chunk)
