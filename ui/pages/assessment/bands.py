"""Questions that share a row or a table on the page, as their form wants it: pure, no widgets.

``w1`` to ``w10`` are widths within a row, as the grid theme of ODK web forms reads them: a row is four columns wide
unless its group says another number, and a question without a width takes all of it. ``table-list`` and ``matrix``
groups, and runs of ``label`` and ``list-nolabel`` questions, stand below one heading with their choices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from types import MappingProxyType

from gmsc_desktop.domain.instrument import Instrument, Item, ItemType

COLUMNS, MOST_COLUMNS = 4, 10
"""Of a row: what a form means that says nothing, and the widest there is."""
TABLE_MOST = 10
"""More choices than this do not stand beside each other."""
TABLES = frozenset({"table-list", "matrix"})
"""Appearances of a group whose questions share one list of choices."""
_IN_TABLE = frozenset({"label", "list-nolabel"})
_WIDTH = re.compile(r"w(10|[1-9])")
_CHOOSING = (ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE)


class Shape(Enum):
    """How questions stand together: side by side by their widths, or as the rows of a table."""

    GRID = auto()
    TABLE = auto()


@dataclass(frozen=True, slots=True)
class Band:
    """Neighbouring questions that stand together. ``first`` is the path of the first one, ``columns`` the width of a
    row, ``wide`` how much of it each path takes; ``around`` the key of the group or item they lie in."""

    shape: Shape
    first: str
    columns: int
    around: str = ""
    wide: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}), compare=False)

    def at(self, key: str) -> Band:
        """The band in the group or repeat item ``key``."""
        return replace(self, around=key)


def bands(instrument: Instrument, group: Item, children: Iterable[Item]) -> Mapping[str, Band]:
    """The band of every question among ``children`` of ``group`` that stands in one, by path."""
    children = tuple(children)
    found: dict[str, Band] = {}
    if not TABLES.intersection(group.appearance) and not any(item.appearance for item in children):
        return found
    for run in _runs(instrument, group, children):
        wide = {item.path: min(_width(item) or run.columns, run.columns) for item in run.items}
        band = Band(run.shape, run.items[0].path, run.columns, wide=MappingProxyType(wide))
        found.update(dict.fromkeys(wide, band))
    return found


def headings(instrument: Instrument) -> frozenset[str]:
    """Paths of the questions that are never answered, because they are the heading of a table."""
    named = {item.parent for item in instrument.items if "label" in item.appearance}
    found = (bands(instrument, instrument.by_path[path], instrument.children(path)).values() for path in named)
    firsts = {band.first for each in found for band in each if band.shape is Shape.TABLE}
    return frozenset(path for path in firsts if "label" in instrument.by_path[path].appearance)


@dataclass(slots=True)
class _Run:
    shape: Shape
    items: list[Item]
    columns: int = 0


def _runs(instrument: Instrument, group: Item, children: Iterable[Item]) -> Iterator[_Run]:
    columns = _columns(group, children := tuple(children))
    for shape, run in _parted(instrument, group, children):
        if shape is Shape.TABLE and len(run) > 1:
            yield _Run(shape, run, 1)
        elif shape is Shape.GRID and any(_width(item) for item in run):
            yield _Run(shape, run, columns)


def _parted(instrument: Instrument, group: Item, children: Sequence[Item]) -> Iterator[tuple[Shape, list[Item]]]:
    """Neighbouring questions of one kind; what is no question parts them, and so does another list of choices."""
    run: list[Item] = []
    kind: tuple[Shape, str] | None = None
    for item in children:
        if item.type is ItemType.HIDDEN or (item.type is ItemType.CALCULATE and not item.label):
            continue  # Not seen, so it does not part what is.
        now = None if item.is_container else _kind(instrument, group, item)
        heads = "label" in item.appearance and now is not None and now[0] is Shape.TABLE
        if run and kind is not None and (now != kind or heads):
            yield kind[0], run
            run = []
        kind = now
        if now is not None:
            run.append(item)
    if run and kind is not None:
        yield kind[0], run


def _kind(instrument: Instrument, group: Item, item: Item) -> tuple[Shape, str]:
    asked = TABLES.intersection(group.appearance) or _IN_TABLE.intersection(item.appearance)
    short = 0 < len(instrument.choices.get(item.list_name, ())) <= TABLE_MOST and not item.choice_filter
    if asked and short and item.type in _CHOOSING and "minimal" not in item.appearance:
        return Shape.TABLE, f"{item.type} {item.list_name}"
    return Shape.GRID, ""


def _columns(group: Item, children: Iterable[Item]) -> int:
    """How many columns a row of ``group`` has: as it says, four, or ten when a question is wider than four."""
    widest = max((_width(item) for item in children), default=0)
    return _width(group) or (COLUMNS if widest <= COLUMNS else MOST_COLUMNS)


def _width(item: Item) -> int:
    """The width a question or group asks for, 0 for none."""
    return next((int(found[1]) for name in item.appearance if (found := _WIDTH.fullmatch(name))), 0)


def lines(wide: Sequence[int], columns: int, width: float, least: float) -> tuple[tuple[int, ...], ...]:
    """Cells ``wide`` of ``columns`` as they fall into lines ``width`` long: the widths of each line, which together are
    all of it, so that a line that is not full is filled by its cells. Where a cell would be narrower than ``least``
    the row has half the columns, and again."""
    room = columns
    while True:
        found = _lines([min(each, room) for each in wide], room)
        if room == 1 or all(width * min(line) >= least * sum(line) for line in found):
            return found
        room = (room + 1) // 2


def _lines(wide: Sequence[int], room: int) -> tuple[tuple[int, ...], ...]:
    found: list[tuple[int, ...]] = []
    line: list[int] = []
    for each in wide:
        if line and sum(line) + each > room:
            found.append(tuple(line))
            line = []
        line.append(each)
    return (*found, tuple(line)) if line else tuple(found)
