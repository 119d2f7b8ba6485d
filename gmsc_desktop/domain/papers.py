"""How a paper is wanted: its size, what goes on it. Chosen by a person, never part of a visit's content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gmsc_desktop.domain.errors import N_, InvalidInput

SMALLEST_EDGE, LARGEST_EDGE = 200, 2400
"""Pixels between which the longest edge of a photo in a report may be chosen."""
PHOTO_EDGE = 640
"""The longest edge unless chosen otherwise: sharp at the size photos are printed in."""


LONGEST_NUMBER = 80
"""Letters of the register number of minutes."""


class PaperSize(StrEnum):
    """The sheets of Indonesian offices."""

    A4 = "a4"
    F4 = "f4"
    """Folio, 215 × 330 mm."""

    @property
    def millimetres(self) -> tuple[int, int]:
        """Width and height upright."""
        return (215, 330) if self is PaperSize.F4 else (210, 297)


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How a report is drawn. ``photo_edge`` is the longest edge of its photos in pixels, whatever the originals are;
    these stay untouched in the vault. Raises ``InvalidInput`` for an edge that makes no sense."""

    paper: PaperSize = PaperSize.A4
    photos: bool = True
    photo_edge: int = PHOTO_EDGE

    def __post_init__(self) -> None:
        if not SMALLEST_EDGE <= self.photo_edge <= LARGEST_EDGE:
            raise InvalidInput(
                N_("The longest edge of a photo lies between {smallest} and {largest} pixels, not {edge}."),
                cure=N_("Choose another number."),
                smallest=SMALLEST_EDGE,
                largest=LARGEST_EDGE,
                edge=self.photo_edge,
            )


@dataclass(frozen=True, slots=True)
class MinutesOptions:
    """How minutes are drawn. ``number`` is their register number, left to be written by hand when empty; ``day`` and
    ``place`` are those of signing, by default the last day and the place of the visit. Raises ``InvalidInput`` for a
    number that does not fit its line."""

    paper: PaperSize = PaperSize.A4
    number: str = ""
    day: date | None = None
    place: str = ""

    def __post_init__(self) -> None:
        if len(self.number) > LONGEST_NUMBER:
            raise InvalidInput(
                N_("The number of the minutes is too long ({length} of at most {most} letters)."),
                cure=N_("Shorten it and try again."),
                length=len(self.number),
                most=LONGEST_NUMBER,
            )


@dataclass(frozen=True, slots=True)
class RecapOptions:
    """How a recapitulation is drawn; ``title`` stands under its name, such as a province or a tourism area."""

    paper: PaperSize = PaperSize.A4
    title: str = ""
