"""Scores at every level of nesting and in repeats, against a calculation written a second time, as plain as can be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem
from gmsc_desktop.domain.instrument import Choice, Instrument, Item, ItemType, ScoreMethod, Text
from tests.unit.forms_kit import opened

LEVELS = ("0", "1", "2", "3", "4", "na")
FLOOR = Decimal("1.5")
_weights = st.sampled_from(["0", "1", "2", "0.5", "2.5", "10"])
_methods = st.sampled_from(list(ScoreMethod))
_leaf = st.fixed_dictionaries(
    {"weight": _weights, "critical": st.booleans(), "own": st.booleans(), "dimension": st.sampled_from(["", "x", "y"])}
)


def _inner(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {
            "weight": _weights,
            "method": _methods,
            "critical": st.booleans(),
            "dimension": st.sampled_from(["", "x", "y"]),
            "repeat": st.integers(-1, 3),
            "parts": st.lists(parts, min_size=1, max_size=3),
        }
    )


_trees = st.lists(st.recursive(_leaf, _inner, max_leaves=8), min_size=1, max_size=3)


def _built(parts: list[Any], path: str, items: list[Item]) -> tuple[str, ...]:
    """The items of a tree, into ``items``; ``repeat`` of -1 is a group, otherwise how many items a repeat gets."""
    paths = []
    for at, part in enumerate(parts):
        below = f"{path}/p{at}"
        paths.append(below)
        place = len(items)
        common: dict[str, Any] = {
            "weight": Decimal(part["weight"]),
            "critical": part["critical"],
            "dimension": part["dimension"],
            "scored": True,
        }
        if "parts" not in part:
            own = part["own"]
            items.append(Item(below, ItemType.SELECT_ONE, 2, list_name="l", self_assessment=own, **common))
            continue
        type_ = ItemType.GROUP if part["repeat"] < 0 else ItemType.REPEAT
        children = _built(part["parts"], below, items)
        items.insert(place, Item(below, type_, 2, children=children, score_method=part["method"], **common))
    return tuple(paths)


def _instrument(tree: list[Any]) -> Instrument:
    items: list[Item] = []
    paths = _built(tree, "/data", items)
    choices = tuple(Choice(name, Text(), Decimal(name) if name != "na" else None) for name in LEVELS)
    return Instrument(
        "f", "1", Text(), ("default",), "default",
        (Item("/data", ItemType.GROUP, 1, children=paths, scored=True), *items),
        MappingProxyType({"l": choices}),
        settings=MappingProxyType({"score_floor": str(FLOOR)}),
    )  # fmt: skip


class _Anew:
    """The scores of a tree worked out from the rules in docs/instrument-format.md, with nothing remembered."""

    def __init__(self, cells: dict[tuple[str, Facet], str], facet: Facet) -> None:
        self.cells = cells
        self.facet = facet
        self.low: list[str] = []

    def part(self, part: Any, key: str) -> Fraction | None:
        if "parts" not in part:
            value = self.question(part, key)
        elif part["repeat"] < 0:
            value = self.group(part, key, part["parts"], key)
        else:
            entries = [(Fraction(1), self.entry(part, f"{key}[{at}]")) for at in range(part["repeat"])]
            value = self.joined(part["method"], entries)
        if part["critical"] and value is not None and value < Fraction(FLOOR):
            self.low.append(key)
        return value

    def entry(self, part: Any, key: str) -> Fraction | None:
        value = self.group(part, key, part["parts"], key)
        if part["critical"] and value is not None and value < Fraction(FLOOR):
            self.low.append(key)
        return value

    def group(self, part: Any, key: str, parts: list[Any], path: str) -> Fraction | None:
        found = [(Fraction(child["weight"]), self.part(child, f"{path}/p{at}")) for at, child in enumerate(parts)]
        return self.joined(part["method"], found)

    def question(self, part: Any, key: str) -> Fraction | None:
        if self.facet is Facet.SELF and not part["own"]:
            return None
        if self.cells.get((key, Facet.NOT_APPLICABLE)):
            return None
        level = self.cells.get((key, self.facet), "")
        return Fraction(level) if level not in ("", "na") else None

    @staticmethod
    def joined(method: ScoreMethod, parts: list[tuple[Fraction, Fraction | None]]) -> Fraction | None:
        there = [(weight, value) for weight, value in parts if value is not None]
        if not there:
            return None
        values = [value for _weight, value in there]
        match method:
            case ScoreMethod.SUM:
                return sum(values, Fraction())
            case ScoreMethod.MAX:
                return sorted(values)[-1]
            case ScoreMethod.MIN:
                return sorted(values)[0]
            case ScoreMethod.MEAN:
                return sum(values, Fraction()) / len(values)
            case ScoreMethod.WEIGHTED_MEAN:
                total = sum((weight for weight, _value in there), Fraction())
                return sum((weight * value for weight, value in there), Fraction()) / total if total else None


def _keys(parts: list[Any], key: str) -> list[str]:
    """The keys of all questions."""
    found = []
    for at, part in enumerate(parts):
        below = f"{key}/p{at}"
        if "parts" not in part:
            found.append(below)
        elif part["repeat"] < 0:
            found += _keys(part["parts"], below)
        else:
            found += [k for n in range(part["repeat"]) for k in _keys(part["parts"], f"{below}[{n}]")]
    return found


def _repeats(parts: list[Any], key: str) -> dict[str, tuple[RepeatItem, ...]]:
    found: dict[str, tuple[RepeatItem, ...]] = {}
    for at, part in enumerate(parts):
        below = f"{key}/p{at}"
        if "parts" not in part:
            continue
        places = [below] if part["repeat"] < 0 else [f"{below}[{n}]" for n in range(part["repeat"])]
        if part["repeat"] > 0:
            found[below] = tuple(RepeatItem(below, str(n), n) for n in range(part["repeat"]))
        for place in places:
            found |= _repeats(part["parts"], place)
    return found


def _near(found: Decimal | None, wanted: Fraction | None) -> bool:
    if found is None or wanted is None:
        return found is None and wanted is None
    return abs(Fraction(found) - wanted) < Fraction(1, 10**20)


@given(tree=_trees, data=st.data())
@settings(max_examples=120, deadline=None)
def test_scores_are_what_the_rules_say(tree: list[Any], data: st.DataObject) -> None:
    cells: dict[tuple[str, Facet], str] = {}
    for key in _keys(tree, "/data")[:40]:
        for facet in (Facet.VALUE, Facet.SELF):
            level = data.draw(st.sampled_from(["", *LEVELS]))
            if level:
                cells[key, facet] = level
        if data.draw(st.integers(0, 5)) == 0:
            cells[key, Facet.NOT_APPLICABLE] = "why"
    session = opened(_instrument(tree), AnswerSheet(cells, _repeats(tree, "/data")))
    found = session.assessment()
    root = {"method": ScoreMethod.WEIGHTED_MEAN}
    anew = _Anew(cells, Facet.VALUE)
    assert _near(found.total.value, anew.group(root, "/data", tree, "/data"))
    assert sorted(found.floors) == sorted(anew.low)
    if any(facet is Facet.SELF for _key, facet in cells):
        own = _Anew(cells, Facet.SELF).group(root, "/data", tree, "/data")
        assert _near(found.self_total.value if found.self_total else None, own)
    for score in found.total.walk():
        parts = [part for part in score.parts if part.value is not None]
        if score.method is ScoreMethod.SUM and parts:
            assert score.value == sum(part.value for part in parts if part.value is not None)
