"""How an instrument becomes sections and a section becomes rows: pure, no widgets.

A *section* is a group with something to answer right below it; groups of groups are headings of the outline, and a
group without a name stays on the page around it. What lies inside a repeat is never a section of its own: its items
are shown one after the other on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from gmsc_desktop.domain.answers import RepeatItem, child_key
from gmsc_desktop.domain.instrument import METADATA, Instrument, Item, ItemType
from ui.pages.assessment.bands import Band, Shape, bands

Items = Callable[[str], tuple[RepeatItem, ...]]
"""The items of the repeat with this key, removed ones left out."""


@dataclass(frozen=True, slots=True)
class Section:
    """One line of the outline. ``path`` is the group's path, which is also its key; ``is_page`` tells a section that
    can be shown from a mere heading; ``own`` are the top items of its page, as paths, none of them inside a repeat.

    Questions of a group that stand after groups within it are a section of their own, whose path has ``#`` and the
    name of the first of them after it. A group of very many questions is cut: ``part`` of ``parts`` counts from 1, and
    the path of every part but the first has ``#`` and its number after it.
    """

    path: str
    depth: int
    is_page: bool
    own: tuple[str, ...] = ()
    part: int = 0
    parts: int = 0

    @property
    def group(self) -> str:
        """The path of the group itself."""
        return self.path.partition("#")[0]

    @property
    def after(self) -> bool:
        """Whether its questions stand after groups within their group."""
        return "#" in self.path and self.part < 2

    def named(self, label: str) -> str:
        """What the section is called: its group's ``label`` and, of a group that was cut, which part it is."""
        return f"{label} ({self.part}/{self.parts})" if self.parts else label


MOST = 100
"""Questions on one page at most; building more of them would keep the window busy."""
PART = 50
"""Questions on each page of a group that has to be cut."""


class RowKind(Enum):
    """What a row of a section's page is."""

    HEADING = auto()
    QUESTION = auto()
    REPEAT = auto()
    ITEM = auto()
    ADD = auto()
    TABLE = auto()
    """The one heading row over the questions of a table, named after the question whose choices it shows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a page: ``key`` of the question, group, repeat or item; ``depth`` counts the repeats around it;
    ``number`` is an item's place in its repeat, from 1. ``band`` is what it shares with its neighbours, and ``wide``
    how many of the band's columns it takes."""

    kind: RowKind
    key: str
    path: str
    depth: int = 0
    number: int = 0
    band: Band | None = None
    wide: int = 0


def sections(instrument: Instrument) -> tuple[Section, ...]:
    """The outline of ``instrument`` in form order. Questions right below the root make sections of the root itself."""
    found = _sections_in(instrument, instrument.root, 0, whole=False)
    return tuple(part for section in found for part in _cut(instrument, section))


def _sections_in(instrument: Instrument, group: Item, depth: int, *, whole: bool) -> Iterator[Section]:
    """The sections of what is right below ``group``: a page for each run of questions, the groups between them in their
    place. The first run has the group's path, unless a group comes before it; a later one is named after its first
    question. All of it is one run when it stays ``whole``."""
    run: list[str] = []
    begun = False
    for child in (*instrument.children(group.path), None):
        # At the root a repeat is a section of its own, with its own line in the outline.
        alone = child is not None and child.type is ItemType.REPEAT and group.path == instrument.root.path
        if child is not None and not alone and (whole or _stays(instrument, child)):
            if _shown(instrument, child.path):
                run.append(child.path)
            continue
        if run:
            place = f"{group.path}#{run[0].rpartition('/')[2]}" if begun else group.path
            yield Section(place, depth + (begun and group.path != instrument.root.path), True, tuple(run))
            begun = True
            run = []
        if child is not None:
            if not begun and group.path != instrument.root.path:
                yield Section(group.path, depth, False)
            begun = True
            deeper = depth + (group.path != instrument.root.path)
            yield from _sections_of(instrument, child, deeper)


def _cut(instrument: Instrument, section: Section) -> Iterator[Section]:
    """The section in parts of a size that can be shown, or as it is."""
    if sum(_size(instrument, path) for path in section.own) <= MOST:
        yield section
        return
    parts: list[list[str]] = [[]]
    filled = 0
    for path in _spread(instrument, section.own):
        size = _size(instrument, path)
        if parts[-1] and filled + size > PART:
            parts.append([])
            filled = 0
        parts[-1].append(path)
        filled += size
    if len(parts) == 1:
        yield section
        return
    for number, own in enumerate(parts, 1):
        path = section.path if number == 1 else f"{section.path}#{number}"
        yield Section(path, section.depth, True, tuple(own), number, len(parts))


def _spread(instrument: Instrument, own: tuple[str, ...]) -> Iterator[str]:
    """``own`` with groups that are too large for one page replaced by what they hold. Repeats stay whole."""
    for path in own:
        item = instrument.by_path[path]
        if item.type is ItemType.GROUP and _size(instrument, path) > PART:
            yield from _spread(instrument, item.children)
        else:
            yield path


def _size(instrument: Instrument, path: str) -> int:
    return sum(1 for _item in _visible(instrument, path))


def section_item(instrument: Instrument, section: Section) -> Item:
    """The item a section is named after: its group, or for loose questions the one group they lie in."""
    item = instrument.by_path[section.group]
    if item.path == instrument.root.path and len(section.own) == 1 and not section.parts:
        first = instrument.by_path[section.own[0]]
        if first.type is ItemType.GROUP and first.label:
            return first
    return item


def page_rows(instrument: Instrument, section: Section, items: Items) -> tuple[Row, ...]:
    """The rows of the page of ``section``, with the repeat items there are now; relevance is not looked at."""
    own = [instrument.by_path[path] for path in section.own]
    around = {item.parent for item in own}
    found = bands(instrument, instrument.by_path[around.pop()], own) if len(around) == 1 else {}
    rows: list[Row] = []
    for item in own:
        rows.extend(_rows_of(instrument, item, item.path, items, 0, found.get(item.path)))
    return tuple(rows)


def section_of(all_sections: tuple[Section, ...], path: str) -> Section | None:
    """The section on whose page the item with ``path`` is shown."""
    pages = [s for s in all_sections if s.is_page and any(path == own or path.startswith(own + "/") for own in s.own)]
    return max(pages, key=lambda s: len(s.path), default=None)


def unseen(item: Item) -> bool:
    """Whether the form holds it without showing it: hidden values, what the program fills in, sums without a label."""
    return item.type is ItemType.HIDDEN or item.type in METADATA or (item.type is ItemType.CALCULATE and not item.label)


def heading_above(instrument: Instrument, path: str) -> str:
    """The path of the aspect (group right below the root) around ``path``; empty for a loose question."""
    steps = path.split("/")
    top = "/".join(steps[:3])
    item = instrument.by_path.get(top)
    return top if item is not None and item.is_container else ""


def _stays(instrument: Instrument, item: Item) -> bool:
    """Whether an item of a group is shown on the group's own page rather than as a section below it."""
    if item.type is not ItemType.GROUP or "field-list" in item.appearance:
        return True
    # Nobody could tell the page of a group without a name from the one around it; it is often a row of a matrix.
    nameless = not any(each.label or each.type is ItemType.REPEAT for each in _containers(instrument, item.path))
    return nameless or not any(True for _ in _visible(instrument, item.path))


def _containers(instrument: Instrument, path: str) -> Iterator[Item]:
    return (item for item in instrument.walk(path) if item.is_container)


def _sections_of(instrument: Instrument, group: Item, depth: int) -> Iterator[Section]:
    if group.type is ItemType.REPEAT:
        yield Section(group.path, depth, True, (group.path,))
        return
    yield from _sections_in(instrument, group, depth, whole="field-list" in group.appearance)


def _shown(instrument: Instrument, path: str) -> bool:
    return any(True for _ in _visible(instrument, path))


def _visible(instrument: Instrument, path: str) -> Iterator[Item]:
    """What can be seen of ``path``: questions and repeats, calculations only when they have a label."""
    for item in instrument.walk(path):
        if item.type is not ItemType.GROUP and not unseen(item):
            yield item


def _rows_of(
    instrument: Instrument, item: Item, parent: str, items: Items, depth: int, band: Band | None = None
) -> Iterator[Row]:
    if unseen(item):
        return
    key = item.path if parent == item.path else child_key(parent, item.name)
    if item.type is ItemType.REPEAT:
        yield Row(RowKind.REPEAT, key, item.path, depth)
        for number, one in enumerate(items(key), 1):
            yield Row(RowKind.ITEM, one.key, item.path, depth + 1, number)
            yield from _rows_in(instrument, item, one.key, items, depth + 1)
        yield Row(RowKind.ADD, key, item.path, depth)
    elif item.type is ItemType.GROUP:
        if item.label:
            yield Row(RowKind.HEADING, key, item.path, depth)
        yield from _rows_in(instrument, item, key, items, depth)
    elif band is None:
        yield Row(RowKind.QUESTION, key, item.path, depth)
    else:
        here = band.at(key.rpartition("/")[0])
        if band.shape is Shape.TABLE and item.path == band.first:
            yield Row(RowKind.TABLE, key, item.path, depth, band=here)
        if not (band.shape is Shape.TABLE and "label" in item.appearance):
            yield Row(RowKind.QUESTION, key, item.path, depth, band=here, wide=band.wide[item.path])


def _rows_in(instrument: Instrument, group: Item, key: str, items: Items, depth: int) -> Iterator[Row]:
    children = instrument.children(group.path)
    found = bands(instrument, group, children)
    for child in children:
        yield from _rows_of(instrument, child, key, items, depth, found.get(child.path))
