"""Merging what several laptops of a team say of one visit, question by question.

Three-way and symmetric: what only one side changed since they parted is taken; where sides say different things,
nothing is taken until the ketua settles it with a reason. Each value knows whose it is. Nothing here reads a clock or a
file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gmsc_desktop.domain.answers import Facet

Cell = tuple[str, Facet]
Cells = Mapping[Cell, str]


@dataclass(frozen=True, slots=True)
class Side:
    """What one laptop says: ``who`` is the identity of its owner, ``cells`` its answers; an empty text is none."""

    who: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Settled:
    """The ketua's word on a disagreement: ``value`` goes on, because of ``reason``; it holds while the sides say
    exactly ``between``."""

    cell: Cell
    value: str
    reason: str
    between: frozenset[str]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sides that say different things of one cell: who says what, an empty text being no answer."""

    cell: Cell
    before: str
    said: tuple[tuple[str, str], ...]

    @property
    def values(self) -> frozenset[str]:
        """The different things said."""
        return frozenset(value for _who, value in self.said)


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome: ``cells`` that are settled and ``given_by`` whom; ``open`` is what the ketua still has to settle. A
    cell that is open keeps what stood there when the sides parted."""

    cells: Cells
    given_by: Mapping[Cell, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    open: tuple[Disagreement, ...] = ()


def merge(base: Cells, sides: Iterable[Side], settled: Iterable[Settled] = ()) -> Merged:
    """What ``sides``, which parted at ``base``, say together after what was ``settled``."""
    found = sorted(sides, key=lambda side: side.who)
    words = {word.cell: word for word in settled}
    cells: dict[Cell, str] = {}
    given: dict[Cell, tuple[str, ...]] = {}
    disagreements = []
    places = {cell for cells_ in (base, *(side.cells for side in found)) for cell in cells_}
    for cell in sorted(places):
        before = base.get(cell, "")
        changed = tuple((s.who, s.cells.get(cell, "")) for s in found if s.cells.get(cell, "") != before)
        values = {value for _who, value in changed}
        value = before
        if len(values) == 1:
            value = values.pop()
            given[cell] = tuple(who for who, _value in changed)
        elif values:
            word = words.get(cell)
            if word is not None and word.between == frozenset(values):
                value = word.value
                given[cell] = tuple(who for who, said in changed if said == value)
            else:
                disagreements.append(Disagreement(cell, before, changed))
        if value:
            cells[cell] = value
    return Merged(MappingProxyType(cells), MappingProxyType(given), tuple(disagreements))
