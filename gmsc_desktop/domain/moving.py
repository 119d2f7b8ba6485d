"""Moving a draft to another version of its instrument: what maps, what is new, what would be dropped. Pure.

An answer keeps its place when the other form has a question of the same path and a type that can hold it; a question
that stands elsewhere there is known again by its name when that name is alone in both forms and the repeats around it
are the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gmsc_desktop.domain.answers import AnswerSheet, Facet, item_ids, key_path
from gmsc_desktop.domain.instrument import Choice, Instrument, Item, ItemType
from gmsc_desktop.domain.visit import Evidence

_CHOSEN = frozenset({"select_one", "select_multiple", "rank"})
_SILENT = frozenset({"note", "calculate"})
_LIKE = frozenset({("integer", "decimal"), ("select_one", "select_multiple"), ("select_multiple", "select_one")})
"""Types whose answers fit the other, as far as the choices are there."""
_TO_TEXT = frozenset({"integer", "decimal", "date", "time", "dateTime", "barcode"})
"""Types whose answers are as good as text."""
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "integer": re.compile(r"[+-]?\d{1,18}", re.ASCII),
    "decimal": re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII),
    "date": re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
}
"""What a text must look like to be an answer of these types."""


class Why(StrEnum):
    """Why something cannot come along."""

    GONE = "gone"
    """The other form has no such question."""
    TYPE = "type"
    """The question is of another type there."""
    FILLED = "filled"
    """The form fills it in itself there."""
    CHOICE = "choice"
    """The choice is no longer offered."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Something recorded that the other form cannot hold. ``facet`` is None for a file, ``value`` its name then;
    ``remains`` is what is kept of an answer of several choices. ``id`` is what consent names."""

    id: str
    key: str
    facet: Facet | None
    value: str
    why: Why
    remains: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """A choice that the question at ``path`` (of the old form) no longer offers."""

    path: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What moving would do. ``paths`` maps every path of the old form that has its place in the new one; ``kept`` the
    keys that hold something and stay or move; ``new`` the paths of questions the old form does not have."""

    old_hash: str
    new_hash: str
    paths: Mapping[str, str]
    kept: tuple[tuple[str, str], ...]
    new: tuple[str, ...]
    drops: tuple[Drop, ...]
    choices_gone: tuple[Gone, ...]
    returning: tuple[Drop, ...] = ()
    """What an earlier move dropped and this one brings back."""

    @property
    def moved(self) -> tuple[tuple[str, str], ...]:
        """The keys that hold something and stand elsewhere in the new form."""
        return tuple(pair for pair in self.kept if pair[0] != pair[1])


def plan_move(
    old: Instrument, new: Instrument, hashes: tuple[str, str], sheet: AnswerSheet, evidence: Iterable[Evidence]
) -> MovePlan:
    """What moving from ``old`` to ``new`` (whose hashes are ``hashes``) would do to what is recorded."""
    paths = map_paths(old, new)
    drops: list[Drop] = []
    kept: dict[str, str] = {}
    for (key, facet), value in sheet.cells.items():
        drop = _judge(old, new, paths, key, facet, value)
        if drop is not None:
            drops.append(drop)
        if drop is None or drop.remains:
            kept[key] = moved_key(key, paths, new)
    for file in evidence:
        path = paths.get(key_path(file.key))
        if path is None:
            why = Why.TYPE if key_path(file.key) in new.by_path else Why.GONE
            drops.append(Drop(f"file:{file.id}", file.key, None, file.name, why))
        else:
            kept[file.key] = moved_key(file.key, paths, new)
    arrived = set(paths.values())
    return MovePlan(
        old_hash=hashes[0],
        new_hash=hashes[1],
        paths=paths,
        kept=tuple(kept.items()),
        new=tuple(item.path for item in new.items if _asked(item) and item.path not in arrived),
        drops=tuple(drops),
        choices_gone=tuple(_choices_gone(old, new, paths)),
    )


def map_paths(old: Instrument, new: Instrument) -> dict[str, str]:
    """Every path of ``old`` that has its place in ``new``, and that place."""
    found: dict[str, str] = {}
    here, there = _alone(old), _alone(new)
    for item in old.items:
        path = item.path
        namesake = there.get(item.name) if item.name in here else None
        if path not in new.by_path and namesake is not None and namesake.path not in old.by_path:
            path = namesake.path
        other = new.by_path.get(path)
        if other is not None and holds(item, other) and _around(old, item) == _around(new, other):
            found[item.path] = path
    return found


def holds(old: Item, new: Item) -> bool:
    """Whether ``new`` can hold what was recorded at ``old``, some answers of it at least."""
    before, now = old.type.value, new.type.value
    if old.is_container or new.is_container:
        return before == now
    if before == now or (before, now) in _LIKE or before in _SILENT or now in _SILENT:
        return True
    return before in _TO_TEXT if now == "text" else now in _SHAPES and before in ("text", "decimal")


def moved_key(key: str, paths: Mapping[str, str], new: Instrument) -> str:
    """``key`` in the new form: the mapped path with the same repeat items on the way."""
    ids = list(item_ids(key))
    way = result = ""
    for step in paths[key_path(key)].split("/")[1:]:
        way, result = f"{way}/{step}", f"{result}/{step}"
        if ids and new.by_path[way].type is ItemType.REPEAT:
            result += f"[{ids.pop(0)}]"
    return result


def _judge(
    old: Instrument, new: Instrument, paths: Mapping[str, str], key: str, facet: Facet, value: str
) -> Drop | None:
    """Why the answer cannot come along, or None when it can."""
    path = key_path(key)

    def drop(why: Why, remains: str = "") -> Drop:
        return Drop(drop_id(key, facet), key, facet, value, why, remains)

    if path not in paths:
        return drop(Why.TYPE if path in new.by_path and path in old.by_path else Why.GONE)
    item = new.by_path[paths[path]]
    if facet is Facet.VALUE and item.type is old.by_path[path].type and _given(item) and _given(old.by_path[path]):
        return None
    silent = item.type.value in _SILENT and facet is not Facet.NOTE
    if silent or (facet is Facet.VALUE and (item.calculation or item.read_only)):
        return drop(Why.FILLED)
    shape = _SHAPES.get(item.type.value) if item.type is not old.by_path[path].type else None
    if shape is not None and facet in (Facet.VALUE, Facet.SELF) and not shape.fullmatch(value):
        return drop(Why.TYPE)
    if facet in (Facet.VALUE, Facet.SELF) and item.type.value in _CHOSEN and item.list_name in new.choices:
        offered = new.by_choice[item.list_name]
        names = [value] if item.type is ItemType.SELECT_ONE else value.split()
        remaining = [name for name in names if name in offered]
        if len(remaining) < len(names):
            return drop(Why.CHOICE, " ".join(remaining))
    return None


def _given(item: Item) -> bool:
    """Whether the form gave the value once, which is stored beside the answers and stays what it was."""
    return item.lasts or bool(item.read_only and item.default)


def drop_id(key: str, facet: Facet) -> str:
    """What consent to dropping an answer names."""
    return f"{key}#{facet.value}"


def _asked(item: Item) -> bool:
    return not item.is_container and item.type.value not in _SILENT and not item.calculation


def _alone(instrument: Instrument) -> dict[str, Item]:
    """The items whose name no other one has."""
    counts = Counter(item.name for item in instrument.items)
    return {item.name: item for item in instrument.items if counts[item.name] == 1}


def _around(instrument: Instrument, item: Item) -> tuple[str, ...]:
    """The names of the repeats around an item, the outermost first."""
    names: list[str] = []
    path = item.parent
    while path:
        above = instrument.by_path[path]
        if above.type is ItemType.REPEAT:
            names.append(above.name)
        path = above.parent
    return tuple(reversed(names))


def _choices_gone(old: Instrument, new: Instrument, paths: Mapping[str, str]) -> Iterator[Gone]:
    for item in old.items:
        if item.type.value not in _CHOSEN or item.path not in paths:
            continue
        other = new.by_path[paths[item.path]]
        if other.type.value not in _CHOSEN:
            continue
        offered = new.by_choice.get(other.list_name, {})
        yield from (Gone(item.path, c) for c in old.choices.get(item.list_name, ()) if c.name not in offered)
