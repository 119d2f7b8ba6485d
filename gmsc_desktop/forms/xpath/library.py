"""The ODK functions that XPath 1.0 lacks or means differently, called by lxml while an expression runs.

An argument that is a path arrives as a list of elements. An element marked with ``OFF`` is not relevant: it holds no
text, and functions over several nodes leave it out. No function raises for what a person entered: a number that is
none is NaN, a date that is none the empty text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from gmsc_desktop.domain.numbers import DAYS, MONTHS
from gmsc_desktop.forms.xpath.basics import (
    NAN,
    NUMBER,
    decimal_of,
    is_off,
    nodes,
    number,
    read_moment,
    stored,
    text,
)
from gmsc_desktop.forms.xpath.more import MORE
from gmsc_desktop.forms.xpath.patterns import pattern

_NEAR = 1e-12
"""Numbers closer than this are the same to ODK."""


def _if(_context: Any, condition: Any, yes: Any, no: Any) -> Any:
    chosen = yes if condition else no
    return text(chosen) if type(chosen) is list else chosen


def _coalesce(_context: Any, *values: Any) -> str:
    return next((found for found in map(stored, values) if found), "")


def _once(_context: Any, own: str, value: Any) -> str:
    return str(own) or stored(value)


def _same(_context: Any, first: Any, second: Any) -> bool:
    """Whether a number is what another number, or a text, says; blanks are alike."""
    one, other = text(first), text(second)
    if one == other or not (one and other):
        return one == other
    return abs(number(one) - number(other)) < _NEAR


def _int(_context: Any, value: Any) -> float:
    found = number(value)
    return float(math.trunc(found)) if math.isfinite(found) else found


MOST_PLACES = 30


def _round(_context: Any, value: Any, places: Any = 0.0) -> float:
    found, digits = number(value), number(places)
    if not math.isfinite(found):
        return found
    if not abs(digits) <= MOST_PLACES:
        return NAN
    step = Decimal(1).scaleb(-int(digits))
    try:
        return float((decimal_of(found) / step + Decimal("0.5")).to_integral_value(ROUND_FLOOR) * step)
    except InvalidOperation:
        return found


def _guarded(compute: Callable[..., float]) -> Callable[..., float]:
    """``compute`` over numbers, with NaN where it has no answer and infinity where it has no end."""

    def run(_context: Any, *values: Any) -> float:
        try:
            return compute(*map(number, values))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return NAN

    return run


def _pow(base: float, power: float) -> float:
    """As IEEE 754 has it: infinity where 0 is divided by, NaN for roots of less than 0."""
    if base == 0 and power < 0:
        odd = power == int(power) and int(power) % 2 == 1 if math.isfinite(power) else False
        return math.copysign(math.inf, base) if odd else math.inf
    try:
        return math.pow(base, power)
    except OverflowError:
        return -math.inf if base < 0 and int(power) % 2 == 1 else math.inf


def _log(of: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: -math.inf if value == 0 else of(value)


def _concat(_context: Any, *values: Any) -> str:
    return "".join(nodes(values))


def _join(_context: Any, separator: Any, *values: Any) -> str:
    return text(separator).join(nodes(values))


def _numbers(values: tuple[Any, ...]) -> list[float]:
    """The numbers among all arguments; blank ones are left out, as ODK does."""
    return [found for found in map(number, nodes(values)) if not math.isnan(found)]


def _sum(_context: Any, *values: Any) -> float:
    found = _numbers(values)
    return math.fsum(found) if all(map(math.isfinite, found)) else sum(found)


def _least(_context: Any, *values: Any) -> float:
    return min(_numbers(values), default=NAN)


def _most(_context: Any, *values: Any) -> float:
    return max(_numbers(values), default=NAN)


def _count(_context: Any, values: Any) -> float:
    return float(sum(not is_off(element) for element in values)) if type(values) is list else 0.0


def _count_non_empty(_context: Any, values: Any) -> float:
    return float(sum(1 for found in nodes((values,)) if found))


def _position(_context: Any, values: Any) -> float:
    if type(values) is not list or not values:
        return 0.0
    element = values[0]
    return 1.0 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))


def _place(_context: Any, index: Any) -> float:
    """The number of an item as ``indexed-repeat()`` takes it: what is none means the first."""
    return float(max(1, _whole(number(index))))


_LARGEST = 2**31


def _whole(value: float) -> int:
    """A number as a place in a text or list: what is none means the first."""
    return 0 if math.isnan(value) else int(min(max(value, -_LARGEST), _LARGEST))


def _selected(_context: Any, values: Any, name: Any) -> bool:
    return f" {text(name).strip()} " in f" {text(values)} "


def _selected_at(_context: Any, values: Any, index: Any) -> str:
    found, place = text(values).split(), _whole(number(index))
    return found[place] if 0 <= place < len(found) else ""


def _count_selected(_context: Any, values: Any) -> float:
    return float(len(text(values).split()))


def _ends_with(_context: Any, whole: Any, end: Any) -> bool:
    return text(whole).endswith(text(end))


def _substr(_context: Any, whole: Any, start: Any, end: Any = None) -> str:
    bare = text(whole)
    return bare[_whole(number(start)) : len(bare) if end is None else _whole(number(end))]


def _regex(_context: Any, value: Any, source: Any) -> bool:
    found = pattern(text(source))
    return found is not None and found.fullmatch(text(value))


def _boolean_from_string(_context: Any, value: Any) -> bool:
    return text(value).lower() in ("true", "1")


def _moment(value: Any) -> datetime | None:
    found = value if isinstance(value, float) else None
    if found is None:
        bare = text(value)
        if not NUMBER.fullmatch(bare):
            return read_moment(bare)
        found = float(bare)
    try:
        return datetime(1970, 1, 1) + timedelta(days=found)  # noqa: DTZ001 - a date without a zone, as entered
    except (OverflowError, ValueError):
        return None


def _date(_context: Any, value: Any) -> str:
    moment = _moment(math.trunc(value) * 1.0 if isinstance(value, float) and math.isfinite(value) else value)
    return moment.date().isoformat() if moment else ""


def _date_time(_context: Any, value: Any) -> str:
    moment = _moment(value)
    return moment.isoformat(timespec="seconds") if moment else ""


def _decimal_date_time(_context: Any, value: Any) -> float:
    return number(value)


def _decimal_time(_context: Any, value: Any) -> float:
    """The part of the day that has passed at a time."""
    if isinstance(value, float):
        return value - math.floor(value) if math.isfinite(value) else value
    bare = text(value)
    moment = read_moment(bare) if "-" in bare[:5] else read_moment(f"1970-01-01T{bare}")
    return number(moment.replace(year=1970, month=1, day=1).isoformat()) if moment else NAN


def format_moment(moment: datetime, wanted: str) -> str:
    """``moment`` by ODK's format letters; names of months and days are Indonesian, as in official documents."""
    parts: Mapping[str, str] = {
        "Y": f"{moment.year:04}", "y": f"{moment.year % 100:02}", "m": f"{moment.month:02}", "n": str(moment.month),
        "B": MONTHS["id"][moment.month - 1], "b": MONTHS["id"][moment.month - 1][:3],
        "d": f"{moment.day:02}", "e": str(moment.day), "a": DAYS["id"][moment.weekday()][:3],
        "A": DAYS["id"][moment.weekday()], "H": f"{moment.hour:02}", "h": str(moment.hour),
        "M": f"{moment.minute:02}", "S": f"{moment.second:02}", "3": f"{moment.microsecond // 1000:03}", "%": "%",
    }  # fmt: skip
    return re.sub(r"%(.)", lambda found: parts.get(found[1], found[0]), wanted)


def _format_date(_context: Any, value: Any, wanted: Any) -> str:
    moment = _moment(value)
    return format_moment(moment, text(wanted)) if moment else ""


def _number(_context: Any, value: Any) -> float:
    return number(value)


PLAIN: Mapping[str, Callable[..., Any]] = {
    "num": _number,
    "text": lambda _context, value: text(value),
    "if": _if,
    "same": _same,
    "place": _place,
    "depend": lambda _context, *values: text(values[0]),
    "coalesce": _coalesce,
    "once": _once,
    "int": _int,
    "round": _round,
    "abs": _guarded(abs),
    "pow": _guarded(_pow),
    "sqrt": _guarded(math.sqrt),
    "exp": _guarded(math.exp),
    "log": _guarded(_log(math.log)),
    "log10": _guarded(_log(math.log10)),
    "exp10": _guarded(lambda power: _pow(10.0, power)),
    "sin": _guarded(math.sin),
    "cos": _guarded(math.cos),
    "tan": _guarded(math.tan),
    "asin": _guarded(math.asin),
    "acos": _guarded(math.acos),
    "atan": _guarded(math.atan),
    "atan2": _guarded(math.atan2),
    "pi": lambda _context: math.pi,
    "concat": _concat,
    "join": _join,
    "sum": _sum,
    "min": _least,
    "max": _most,
    "count": _count,
    "count-non-empty": _count_non_empty,
    "position": _position,
    "selected": _selected,
    "is-selected": _selected,
    "selected-at": _selected_at,
    "count-selected": _count_selected,
    "ends-with": _ends_with,
    "substr": _substr,
    "regex": _regex,
    "boolean-from-string": _boolean_from_string,
    "date": _date,
    "date-time": _date_time,
    "decimal-date-time": _decimal_date_time,
    "decimal-time": _decimal_time,
    "format-date": _format_date,
    "format-date-time": _format_date,
}

LIBRARY: Mapping[str, Callable[..., Any]] = {**PLAIN, **MORE}
