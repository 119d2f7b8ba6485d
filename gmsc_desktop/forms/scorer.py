"""Scores a visit: exact, and every number can be opened into the numbers it came from.

All sums and quotients are made with fractions, so that a third stays a third until it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from math import lcm
from typing import Protocol

from gmsc_desktop.domain.answers import RepeatItem, key_parent, key_path
from gmsc_desktop.domain.instrument import Choice, Instrument, Item, ItemType, ScoreMethod
from gmsc_desktop.domain.scoring import Assessment, Score, category_of

_DIGITS = Context(prec=28)
_ONE = Decimal(1)


class Reading(Protocol):
    """What a session knows of the answers that are scored."""

    def answer(self, key: str) -> str:
        """The answer at ``key``; the empty text when there is none."""
        ...

    def excluded(self, key: str) -> bool:
        """Whether the question was marked as not applicable."""
        ...

    def asked(self, key: str) -> bool:
        """Whether the question, group or repeat is relevant."""
        ...

    def items(self, key: str) -> tuple[RepeatItem, ...]:
        """The items of a repeat, in order."""
        ...


@dataclass(frozen=True, slots=True)
class _Scored:
    """A score with its exact value, and everything in it that is tagged with a dimension."""

    score: Score
    exact: Fraction | None
    tagged: tuple[tuple[str, _Scored], ...] = ()


def assess(instrument: Instrument, assessor: Reading, region: Reading | None = None) -> Assessment:
    """The scores of a visit by the assessor's answers; ``region`` reads the region's own, for ``self_total``."""
    own = Scorer(instrument, region, own=True) if region is not None else None
    return assessment_of(Scorer(instrument, assessor), own)


def assessment_of(assessor: Scorer, region: Scorer | None) -> Assessment:
    """The scores as two scorers know them."""
    instrument = assessor.instrument
    top = assessor.top()
    own = region.top() if region is not None else None
    total = top.score if top is not None else _empty(instrument.root)
    return Assessment(
        total=total,
        dimensions=_dimensions(assessor.dimensions, top),
        self_total=own.score if own is not None and own.exact is not None else None,
        category=category_of(instrument, total.value),
        floors=_floors(total, assessor.critical, assessor.floor),
    )


def floor_of(instrument: Instrument) -> Decimal | None:
    """Below which score a critical item rules out an award: setting ``score_floor``, else the lowest minimum of a
    category that lies above zero."""
    stated = instrument.settings.get("score_floor", "")
    if stated:
        return Decimal(stated)
    return min((found.minimum for found in instrument.categories if found.minimum > 0), default=None)


def combine(method: ScoreMethod, parts: Iterable[tuple[Decimal, Fraction]]) -> Fraction | None:
    """The score of a group from the (weight, score) of those of its parts that have one; weights count only in a
    weighted mean. None without parts, or when all of them weigh nothing."""
    found = list(parts)
    if not found:
        return None
    match method:
        case ScoreMethod.WEIGHTED_MEAN:
            return _weighted_mean(found)
        case ScoreMethod.MEAN:
            return _weighted_mean([(_ONE, value) for _weight, value in found])
        case ScoreMethod.SUM:
            return sum((value for _weight, value in found), Fraction(0))
        case ScoreMethod.MAX:
            return max(value for _weight, value in found)
        case ScoreMethod.MIN:
            return min(value for _weight, value in found)


def _weighted_mean(parts: list[tuple[Decimal, Fraction]]) -> Fraction | None:
    """Over one common denominator: adding whole numbers is what makes this fast enough for every key press."""
    weights = [weight.as_integer_ratio() for weight, _value in parts]
    scale = lcm(*(bottom for _top, bottom in weights))
    shares = [top * (scale // bottom) for top, bottom in weights]
    common = lcm(*(value.denominator for _weight, value in parts))
    whole = sum(shares)
    total = sum(
        share * value.numerator * (common // value.denominator)
        for share, (_weight, value) in zip(shares, parts, strict=True)
    )
    return Fraction(total, common * whole) if whole else None


class Scorer:
    """Scores one reading of a visit and remembers every part, so that an answer scores only its own way up again."""

    def __init__(self, instrument: Instrument, reading: Reading, *, own: bool = False) -> None:
        self.instrument = instrument
        self.dimensions = _used_dimensions(instrument)
        self.critical = frozenset(item.path for item in instrument.items if item.critical)
        self.floor = floor_of(instrument) if self.critical else None
        self._reading = reading
        self._own = own
        self._known: dict[str, _Scored | None] = {}
        self._choices: Mapping[str, Mapping[str, Choice]] = {
            name: {choice.name: choice for choice in found} for name, found in instrument.choices.items()
        }
        self._below: Mapping[str, tuple[tuple[str, Item], ...]] = {
            item.path: tuple((f"/{child.name}", child) for child in instrument.children(item.path) if child.scored)
            for item in instrument.items
            if item.is_container
        }

    def forget(self, key: str) -> None:
        """Score ``key``, and all it goes into, again when next asked."""
        while key:
            self._known.pop(key, None)
            key = key.rpartition("[")[0] if key.endswith("]") else key_parent(key)

    def top(self) -> _Scored | None:
        """The score of everything; None when nothing carries points."""
        root = self.instrument.root
        return self._scored(root, root.path)

    def _scored(self, item: Item, key: str) -> _Scored | None:
        """The score of ``item`` at ``key``; None when it is not asked or carries no score."""
        if key not in self._known:
            self._known[key] = self._score(item, key)
        return self._known[key]

    def _score(self, item: Item, key: str) -> _Scored | None:
        if not item.scored or not self._reading.asked(key):
            return None
        if not item.is_container:
            return self._question(item, key)
        if item.type is ItemType.REPEAT:
            return _joined(key, item, item.weight, tuple(self._entry(item, e.key) for e in self._reading.items(key)))
        return _joined(key, item, item.weight, self._children(item, key))

    def _entry(self, item: Item, key: str) -> _Scored:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _joined(key, item, Decimal(1), self._children(item, key), tag=False)
        return known

    def _children(self, item: Item, key: str) -> tuple[_Scored, ...]:
        scored = (self._scored(child, key + step) for step, child in self._below[item.path])
        return tuple(found for found in scored if found is not None)

    def _question(self, item: Item, key: str) -> _Scored | None:
        if self._own and not item.self_assessment:
            return None
        answer = self._reading.answer(key)
        choice = self._choices.get(item.list_name, {}).get(answer) if answer else None
        # A choice without points in a list with points says that the question does not apply.
        excluded = self._reading.excluded(key) or (choice is not None and choice.score is None)
        value = choice.score if choice is not None and not excluded else None
        answered = int(value is not None)
        score = Score(key, None, item.weight, value, answered, int(not excluded), not_applicable=excluded)
        return _tagged(item.dimension, _Scored(score, None if value is None else Fraction(value)))


def _tagged(dimension: str, scored: _Scored) -> _Scored:
    """``scored`` with its own tag; what lies below it counts there no more."""
    if not dimension:
        return scored
    others = tuple((name, part) for name, part in scored.tagged if name != dimension)
    return replace(scored, tagged=((dimension, scored), *others))


def _joined(key: str, item: Item, weight: Decimal, parts: tuple[_Scored, ...], *, tag: bool = True) -> _Scored:
    exact = combine(item.score_method, [(part.score.weight, part.exact) for part in parts if part.exact is not None])
    score = Score(
        key=key,
        method=item.score_method,
        weight=weight,
        value=_decimal(exact),
        answered=sum(part.score.answered for part in parts),
        expected=sum(part.score.expected for part in parts),
        not_applicable=bool(parts) and all(part.score.not_applicable for part in parts),
        parts=tuple(part.score for part in parts),
    )
    scored = _Scored(score, exact, tuple(found for part in parts for found in part.tagged))
    return _tagged(item.dimension, scored) if tag else scored


def _decimal(exact: Fraction | None) -> Decimal | None:
    """The exact decimal, or its first 28 digits where it has no end."""
    if exact is None:
        return None
    return _DIGITS.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def _empty(root: Item) -> Score:
    return Score(root.path, root.score_method, root.weight, None, 0, 0)


def _used_dimensions(instrument: Instrument) -> tuple[str, ...]:
    used = {item.dimension for item in instrument.items if item.dimension and item.scored}
    names = [name for name in instrument.dimensions if name in used]
    return (*names, *sorted(used.difference(names)))


def _dimensions(names: tuple[str, ...], top: _Scored | None) -> tuple[tuple[str, Score], ...]:
    """Each dimension as the plain mean of everything tagged with it."""
    found: dict[str, list[_Scored]] = {name: [] for name in names}
    for name, part in top.tagged if top is not None else ():
        found[name].append(part)
    return tuple((name, _dimension(name, parts)) for name, parts in found.items())


def _dimension(name: str, parts: list[_Scored]) -> Score:
    exact = combine(ScoreMethod.MEAN, [(Decimal(1), part.exact) for part in parts if part.exact is not None])
    return Score(
        key=name,
        method=ScoreMethod.MEAN,
        weight=Decimal(1),
        value=_decimal(exact),
        answered=sum(part.score.answered for part in parts),
        expected=sum(part.score.expected for part in parts),
        not_applicable=bool(parts) and all(part.score.not_applicable for part in parts),
        parts=tuple(part.score for part in parts),
    )


def _floors(total: Score, critical: frozenset[str], floor: Decimal | None) -> tuple[str, ...]:
    if floor is None:
        return ()
    return tuple(
        score.key
        for score in total.walk()
        if score.value is not None and score.value < floor and key_path(score.key) in critical
    )
