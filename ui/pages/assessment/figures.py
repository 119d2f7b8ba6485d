"""The numbers of a visit as the inspector and the explanation show them: pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from gmsc_desktop.domain.instrument import Instrument, ScoreMethod
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.domain.scoring import Assessment, Score, rounded
from gmsc_desktop.i18n import _, language

Naming = Callable[[str], str]
"""A key's label in the language of the form."""


def shown(instrument: Instrument, value: Decimal | None) -> str:
    """A score as the instrument rounds it and the window's language writes it; a dash while unknown."""
    return "–" if value is None else show_decimal(rounded(instrument, value), instrument.score_decimals, language())


def exact(value: Decimal | None) -> str:
    """A score to six places at most, without zeros at the end; a dash while unknown."""
    return "–" if value is None else plain(round(value, 6))


def plain(value: Decimal) -> str:
    """A number without zeros at its end, as the language writes it."""
    return show_decimal(value.normalize() + 0, None, language())


def highest(instrument: Instrument) -> Decimal:
    """The most a score can be: the instrument says, or the highest score of a choice."""
    if instrument.score_max is not None:
        return instrument.score_max
    scores = [c.score for choices in instrument.choices.values() for c in choices if c.score is not None]
    return max(scores, default=Decimal(1)) or Decimal(1)


def share(instrument: Instrument, value: Decimal | None) -> float | None:
    """A score as a share of the most it can be."""
    return None if value is None else float(value / highest(instrument))


def improvement(instrument: Instrument, assessment: Assessment, previous: Decimal) -> str:
    """The index shown less the last one shown, with its sign."""
    if assessment.total.value is None:
        return "–"
    step = rounded(instrument, assessment.total.value) - previous
    sign = "+" if step > 0 else "−" if step < 0 else "±"
    return sign + show_decimal(abs(step), instrument.score_decimals, language())


def method_name(method: ScoreMethod | None) -> str:
    """How a number came about, in words."""
    return {
        ScoreMethod.WEIGHTED_MEAN: _("weighted mean"),
        ScoreMethod.MEAN: _("plain mean"),
        ScoreMethod.SUM: _("sum"),
        ScoreMethod.MAX: _("highest"),
        ScoreMethod.MIN: _("lowest"),
        None: _("level chosen"),
    }[method]


@dataclass(frozen=True, slots=True)
class Why:
    """One line of the explanation: what, how much, with which weight, how it came about."""

    key: str
    label: str
    value: str
    weight: str
    formula: str
    parts: tuple[Why, ...] = ()


def why(instrument: Instrument, score: Score, name: Naming, *, top: str = "") -> Why:
    """``score`` opened into the numbers it came from, all the way down."""
    parts = tuple(why(instrument, part, name) for part in score.parts)
    value = _("not applicable") if score.not_applicable else exact(score.value)
    return Why(score.key, top or name(score.key), value, plain(score.weight), formula(instrument, score), parts)


def formula(instrument: Instrument, score: Score) -> str:
    """The arithmetic of one score, with its numbers put in."""
    if score.not_applicable:
        return _("Marked as not applicable: it leaves the count with its weight.")
    if score.method is None:
        return _("Not answered yet.") if score.value is None else _("The points of the level chosen.")
    used = [part for part in score.parts if part.value is not None]
    if not used or score.value is None:
        return _("Nothing below is answered yet.")
    values = [part.value for part in used if part.value is not None]
    match score.method:
        case ScoreMethod.WEIGHTED_MEAN:
            above = " + ".join(f"{plain(part.weight)} × {exact(part.value)}" for part in used)
            below = plain(sum((part.weight for part in used), Decimal(0)))
            said = f"({above}) ÷ {below} = {exact(score.value)}"
        case ScoreMethod.MEAN:
            said = f"({' + '.join(exact(v) for v in values)}) ÷ {len(values)} = {exact(score.value)}"
        case ScoreMethod.SUM:
            said = f"{' + '.join(exact(v) for v in values)} = {exact(score.value)}"
        case _:
            listed = "; ".join(exact(v) for v in values)
            said = _("{method} of {values}: {value}").format(
                method=method_name(score.method), values=listed, value=exact(score.value)
            )
    if rounded(instrument, score.value) != score.value:
        said += " → " + shown(instrument, score.value)
    left = len([part for part in score.parts if part.value is None and not part.not_applicable])
    if left:
        said += "\n" + _("{n} of its parts are not answered yet and are left out for now.").format(n=left)
    return said
