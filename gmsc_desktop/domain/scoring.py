"""Scores as values that explain themselves: every number can be opened into the numbers it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from gmsc_desktop.domain.instrument import Category, Instrument, ScoreMethod

ROUNDINGS = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "half_down": ROUND_HALF_DOWN,
    "down": ROUND_DOWN,
}


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one question, group or repeat item.

    ``value`` is exact and unrounded, None while nothing below is answered or all of it is not applicable.
    ``weight`` is its weight within its parent. ``answered`` of ``expected`` scored questions below are answered;
    not applicable and irrelevant ones are not expected.
    """

    key: str
    method: ScoreMethod | None
    weight: Decimal
    value: Decimal | None
    answered: int
    expected: int
    not_applicable: bool = False
    parts: tuple[Score, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every expected question below is answered."""
        return self.answered == self.expected

    def walk(self) -> Iterator[Score]:
        """This score and all it came from, from the top."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the scores of a visit say.

    ``total`` is the root's score (the index), ``dimensions`` the second reading of the same answers by dimension
    (method mean), ``self_total`` the index by the region's own answers.
    """

    total: Score
    dimensions: tuple[tuple[str, Score], ...]
    self_total: Score | None = None
    category: Category | None = None
    floors: tuple[str, ...] = ()
    """Keys of critical items that lie below the floor: no award whatever the index."""

    @property
    def aspects(self) -> tuple[Score, ...]:
        """The scored groups right below the root."""
        return self.total.parts


def rounded(instrument: Instrument, value: Decimal) -> Decimal:
    """``value`` as the instrument shows it (settings ``score_decimals`` and ``score_rounding``)."""
    step = Decimal(1).scaleb(-instrument.score_decimals)
    return value.quantize(step, rounding=ROUNDINGS[instrument.score_rounding])


def category_of(instrument: Instrument, value: Decimal | None) -> Category | None:
    """The predicate the shown value falls into: the one with the highest minimum not above it."""
    if value is None:
        return None
    shown = rounded(instrument, value)
    reached = [category for category in instrument.categories if category.minimum <= shown]
    return max(reached, key=lambda category: category.minimum, default=None)
