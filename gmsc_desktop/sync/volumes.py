"""A bundle in pieces, for sticks and mails that hold no large file: the bytes of the file, cut one after the other.

``paket.gmsc.001-003`` is the first of three. Put together (``cat paket.gmsc.*-003 > paket.gmsc``) they are the bundle;
whether they are the right ones is what its signature says.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.i18n import _

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


def split(path: Path, size: int, progress: Progress = no_progress) -> tuple[Path, ...]:
    """Cut the file at ``path`` into pieces of at most ``size`` bytes beside it, and remove it; itself when it fits.

    ``progress`` counts pieces. Whole or not at all: whatever stops it, the file stays and no piece does. Raises
    ``InvalidInput`` for a size that would make too many, ``OSError``, ``Cancelled``.
    """
    whole = path.stat().st_size
    if whole <= size:
        return (path,)
    count = -(-whole // size) if size >= SMALLEST else MOST + 1
    if count > MOST:
        raise InvalidInput(
            N_("Pieces of {size} bytes are too small for this bundle."),
            kept=N_("The whole bundle lies in the folder."),
            cure=N_("Choose a larger size."),
            size=size,
        )
    pieces = tuple(path.with_name(f"{path.name}.{number:03d}-{count:03d}") for number in range(1, count + 1))
    try:
        with path.open("rb") as source:
            for number, piece in enumerate(pieces):
                progress(number, count, _("Cutting the bundle into pieces"))
                _copy(source, piece, size)
    except BaseException:
        for piece in pieces:
            piece.unlink(missing_ok=True)
        raise
    path.unlink()
    return pieces


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


def _copy(source: BinaryIO, piece: Path, size: int) -> None:
    left = size
    with piece.open("xb") as file:
        while left and (chunk := source.read(min(_CHUNK, left))):
            file.write(chunk)
            left -= len(chunk)
        file.flush()
        os.fsync(file.fileno())
