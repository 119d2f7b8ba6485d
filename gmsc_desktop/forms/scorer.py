"""Scores a visit: exact, and every number can be opened into the numbers it came from.

All sums and quotients are made with fractions, so that a third stays a third until it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Protocol

from gmsc_desktop.domain.answers import RepeatItem, child_key, key_path
from gmsc_desktop.domain.instrument import Choice, Instrument, Item, ItemType, ScoreMethod
from gmsc_desktop.domain.scoring import Assessment, Score, category_of

_DIGITS = Context(prec=28)


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


@dataclass(slots=True)
class _Scored:
    """A score with its exact value."""

    score: Score
    exact: Fraction | None
    path: str
    parts: tuple[_Scored, ...] = ()


def assess(instrument: Instrument, assessor: Reading, region: Reading | None = None) -> Assessment:
    """The scores of a visit by the assessor's answers; ``region`` reads the region's own, for ``self_total``."""
    top = _Scorer(instrument, assessor).scored(instrument.root, instrument.root.path)
    own = None
    if region is not None:
        found = _Scorer(instrument, region, own=True).scored(instrument.root, instrument.root.path)
        own = found.score if found is not None and found.exact is not None else None
    total = top.score if top is not None else _empty(instrument.root)
    return Assessment(
        total=total,
        dimensions=_dimensions(instrument, top),
        self_total=own,
        category=category_of(instrument, total.value),
        floors=_floors(instrument, total),
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
    found = [(Fraction(weight), value) for weight, value in parts]
    values = [value for _weight, value in found]
    if not values:
        return None
    match method:
        case ScoreMethod.WEIGHTED_MEAN:
            whole = sum((weight for weight, _value in found), Fraction(0))
            return sum((weight * value for weight, value in found), Fraction(0)) / whole if whole else None
        case ScoreMethod.MEAN:
            return sum(values, Fraction(0)) / len(values)
        case ScoreMethod.SUM:
            return sum(values, Fraction(0))
        case ScoreMethod.MAX:
            return max(values)
        case ScoreMethod.MIN:
            return min(values)


class _Scorer:
    def __init__(self, instrument: Instrument, reading: Reading, *, own: bool = False) -> None:
        self._instrument = instrument
        self._reading = reading
        self._own = own
        self._choices: Mapping[str, Mapping[str, Choice]] = {
            name: {choice.name: choice for choice in found} for name, found in instrument.choices.items()
        }

    def scored(self, item: Item, key: str) -> _Scored | None:
        """The score of ``item`` at ``key``; None when it is not asked or carries no score."""
        if not item.scored or not self._reading.asked(key):
            return None
        if not item.is_container:
            return self._question(item, key)
        if item.type is ItemType.REPEAT:
            found = tuple(
                _joined(entry.key, item, Decimal(1), self._below(item, entry.key)) for entry in self._reading.items(key)
            )
        else:
            found = self._below(item, key)
        return _joined(key, item, item.weight, found)

    def _below(self, item: Item, key: str) -> tuple[_Scored, ...]:
        children = self._instrument.children(item.path)
        scored = (self.scored(child, child_key(key, child.name)) for child in children)
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
        return _Scored(score, None if value is None else Fraction(value), item.path)


def _joined(key: str, item: Item, weight: Decimal, parts: tuple[_Scored, ...]) -> _Scored:
    exact = combine(item.score_method, ((part.score.weight, part.exact) for part in parts if part.exact is not None))
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
    return _Scored(score, exact, item.path, parts)


def _decimal(exact: Fraction | None) -> Decimal | None:
    """The exact decimal, or its first 28 digits where it has no end."""
    if exact is None:
        return None
    return _DIGITS.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def _empty(root: Item) -> Score:
    return Score(root.path, root.score_method, root.weight, None, 0, 0)


def _dimensions(instrument: Instrument, top: _Scored | None) -> tuple[tuple[str, Score], ...]:
    """Each dimension as the plain mean of everything tagged with it; what lies below a tagged group counts there."""
    used = {item.dimension for item in instrument.items if item.dimension and item.scored}
    names = [name for name in instrument.dimensions if name in used]
    names += sorted(used.difference(names))
    return tuple((name, _dimension(instrument, name, top)) for name in names)


def _dimension(instrument: Instrument, name: str, top: _Scored | None) -> Score:
    found = tuple(_tagged(instrument, name, top)) if top is not None else ()
    exact = combine(ScoreMethod.MEAN, ((Decimal(1), part.exact) for part in found if part.exact is not None))
    return Score(
        key=name,
        method=ScoreMethod.MEAN,
        weight=Decimal(1),
        value=_decimal(exact),
        answered=sum(part.score.answered for part in found),
        expected=sum(part.score.expected for part in found),
        not_applicable=bool(found) and all(part.score.not_applicable for part in found),
        parts=tuple(part.score for part in found),
    )


def _tagged(instrument: Instrument, name: str, scored: _Scored) -> Iterable[_Scored]:
    if instrument.by_path[scored.path].dimension == name:
        yield scored
        return
    for part in scored.parts:
        yield from _tagged(instrument, name, part)


def _floors(instrument: Instrument, total: Score) -> tuple[str, ...]:
    critical = {item.path for item in instrument.items if item.critical}
    floor = floor_of(instrument) if critical else None
    if floor is None:
        return ()
    return tuple(
        score.key
        for score in total.walk()
        if score.value is not None and score.value < floor and key_path(score.key) in critical
    )
