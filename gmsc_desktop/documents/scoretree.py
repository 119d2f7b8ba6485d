"""How the index came about, as lines a reader can recalculate by hand; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from gmsc_desktop.documents.sections import Filled
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


@dataclass(frozen=True, slots=True)
class _Node:
    key: str
    label: str
    weight: Decimal
    value: Decimal | None
    method: ScoreMethod | None
    not_applicable: bool
    parts: tuple[_Node, ...] = ()


def score_lines(filled: Filled, frozen: Mapping[str, Decimal | None], index: Decimal | None) -> tuple[ScoreLine, ...]:
    """The tree from the index down to every answer. Values that are frozen in the content stand as they are."""
    root = filled.instrument.root
    parts = _Tree(filled, frozen).parts(root.path)
    top = _Node(root.path, "Indeks pencapaian", Decimal(1), index, root.score_method, False, parts)
    return tuple(_flatten(top, 0, None))


def combine(method: ScoreMethod, parts: list[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The score of a group from the (weight, value) of those of its parts that have a value."""
    values = [value for _weight, value in parts]
    if not values:
        return None
    match method:
        case ScoreMethod.WEIGHTED_MEAN:
            weights = sum((weight for weight, _value in parts), Decimal(0))
            return sum((w * v for w, v in parts), Decimal(0)) / weights if weights else None
        case ScoreMethod.MEAN:
            return sum(values, Decimal(0)) / len(values)
        case ScoreMethod.SUM:
            return sum(values, Decimal(0))
        case ScoreMethod.MAX:
            return max(values)
        case ScoreMethod.MIN:
            return min(values)


class _Tree:
    """Values that are frozen in the content stand as they are; what lies below them is worked out again."""

    def __init__(self, filled: Filled, frozen: Mapping[str, Decimal | None]) -> None:
        self._filled = filled
        self._frozen = frozen

    def parts(self, key: str) -> tuple[_Node, ...]:
        return tuple(self._node(child, item) for child, item in self._filled.below(key) if item.scored)

    def _node(self, key: str, item: Item) -> _Node:
        filled = self._filled
        label = filled.label(key, item)
        if not item.is_container:
            choice = filled.instrument.choice(item, filled.text(key))
            excluded = bool(filled.text(key, "not_applicable"))
            return _Node(key, label, item.weight, choice.score if choice and not excluded else None, None, excluded)
        if item.type is not ItemType.REPEAT:
            return self._sum(_Node(key, label, item.weight, None, item.score_method, False, self.parts(key)))
        parts = []
        for position, each in enumerate(filled.items(key), 1):
            inside = self.parts(f"{key}[{each}]")
            node = _Node(f"{key}[{each}]", f"{label} {position}", Decimal(1), None, item.score_method, False, inside)
            parts.append(self._sum(node))
        return self._sum(_Node(key, label, item.weight, None, item.score_method, False, tuple(parts)))

    def _sum(self, node: _Node) -> _Node:
        value = self._frozen.get(node.key)
        if value is None and node.method is not None:
            value = combine(node.method, [(part.weight, part.value) for part in node.parts if part.value is not None])
        excluded = bool(node.parts) and all(part.not_applicable for part in node.parts)
        return replace(node, value=value, not_applicable=excluded)


def _flatten(node: _Node, depth: int, share: Decimal | None) -> Iterator[ScoreLine]:
    yield ScoreLine(depth, node.label, share, node.value, node.method, node.not_applicable)
    counted = [part for part in node.parts if part.value is not None]
    weights = sum((part.weight for part in counted), Decimal(0))
    for part in node.parts:
        portion = None
        if part.value is not None:
            if node.method is ScoreMethod.WEIGHTED_MEAN and weights:
                portion = part.weight * 100 / weights
            elif node.method is ScoreMethod.MEAN:
                portion = Decimal(100) / len(counted)
        yield from _flatten(part, depth + 1, portion)
