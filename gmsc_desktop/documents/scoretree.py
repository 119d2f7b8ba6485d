"""How the index came about, as lines a reader can recalculate by hand; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from gmsc_desktop.documents import texts
from gmsc_desktop.documents.filled import Filled
from gmsc_desktop.domain.instrument import Item, ItemType, ScoreMethod


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One number of the tree: ``depth`` 0 is the index. ``share`` is its share in percent of what it goes into,
    None where the method knows no weights; ``method`` is how it came from the lines below, None for an answer."""

    depth: int
    label: str
    share: Decimal | None
    value: Decimal | None
    method: ScoreMethod | None
    not_applicable: bool = False


_DIGITS = Context(prec=28)


@dataclass(frozen=True, slots=True)
class _Node:
    key: str
    label: str
    weight: Decimal
    value: Fraction | None
    method: ScoreMethod | None
    not_applicable: bool
    parts: tuple[_Node, ...] = ()


def score_lines(filled: Filled, frozen: Mapping[str, Decimal | None], index: Decimal | None) -> tuple[ScoreLine, ...]:
    """The tree from the index down to every answer. Values that are frozen in the content stand as they are."""
    root = filled.instrument.root
    top = _Node(root.path, texts.INDEX, Decimal(1), None, root.score_method, False, _Tree(filled).parts(root.path))
    return tuple(_flatten(top, 0, None, {**frozen, root.path: index}))


def combine(method: ScoreMethod, parts: list[tuple[Decimal, Fraction]]) -> Fraction | None:
    """The score of a group from the (weight, value) of those of its parts that have a value; exact."""
    values = [value for _weight, value in parts]
    if not values:
        return None
    match method:
        case ScoreMethod.WEIGHTED_MEAN:
            weights = sum((Fraction(weight) for weight, _value in parts), Fraction(0))
            return sum((Fraction(w) * v for w, v in parts), Fraction(0)) / weights if weights else None
        case ScoreMethod.MEAN:
            return sum(values, Fraction(0)) / len(values)
        case ScoreMethod.SUM:
            return sum(values, Fraction(0))
        case ScoreMethod.MAX:
            return max(values)
        case ScoreMethod.MIN:
            return min(values)


class _Tree:
    """Works every value out again from the answers, as a reader would; what was not asked is left out."""

    def __init__(self, filled: Filled) -> None:
        self._filled = filled

    def parts(self, key: str) -> tuple[_Node, ...]:
        found = (self._node(child, item) for child, item in self._filled.below(key) if item.scored)
        return tuple(node for node in found if node is not None)

    def _node(self, key: str, item: Item) -> _Node | None:
        filled = self._filled
        label = filled.label(key, item)
        if not item.is_container:
            if not filled.asked(key, item):
                return None
            points = filled.points(key, item)
            value = None if points is None else Fraction(points)
            return _Node(key, label, item.weight, value, None, bool(filled.excluded(key, item)))
        if item.type is not ItemType.REPEAT:
            return _summed(key, label, item.weight, item, self.parts(key))
        parts = tuple(
            _summed(f"{key}[{each}]", f"{label} {position}", Decimal(1), item, self.parts(f"{key}[{each}]"))
            for position, each in enumerate(filled.items(key), 1)
        )
        return _summed(key, label, item.weight, item, parts)


def _summed(key: str, label: str, weight: Decimal, item: Item, parts: tuple[_Node, ...]) -> _Node:
    value = combine(item.score_method, [(part.weight, part.value) for part in parts if part.value is not None])
    excluded = bool(parts) and all(part.not_applicable for part in parts)
    return _Node(key, label, weight, value, item.score_method, excluded, parts)


def _flatten(
    node: _Node, depth: int, share: Decimal | None, frozen: Mapping[str, Decimal | None]
) -> Iterator[ScoreLine]:
    value = frozen.get(node.key)
    if value is None and node.value is not None:
        value = _DIGITS.divide(Decimal(node.value.numerator), Decimal(node.value.denominator))
    yield ScoreLine(depth, node.label, share, value, node.method, node.not_applicable)
    counted = [part for part in node.parts if part.value is not None]
    weights = sum((part.weight for part in counted), Decimal(0))
    for part in node.parts:
        portion = None
        if part.value is not None:
            if node.method is ScoreMethod.WEIGHTED_MEAN and weights:
                portion = part.weight * 100 / weights
            elif node.method is ScoreMethod.MEAN:
                portion = Decimal(100) / len(counted)
        yield from _flatten(part, depth + 1, portion, frozen)
