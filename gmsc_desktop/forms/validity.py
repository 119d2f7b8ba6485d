"""Whether a text is an answer of its question's type."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Item, ItemType

INTEGER = re.compile(r"-?\d{1,18}")
DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,18})?")
_FRACTION = re.compile(r"-?\d{1,18}\.\d+")
_ZONE = r"(Z|[+-]\d\d:\d\d)?"
_TIME = re.compile(rf"\d\d:\d\d(:\d\d(\.\d{{1,6}})?)?{_ZONE}")
_DATETIME = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{{1,6}})?)?{_ZONE}")
ACKNOWLEDGED = "OK"
_POLE, _DATE_LINE = Decimal(90), Decimal(180)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The ends of a range, both allowed, and the distance between two values of it."""

    start: Decimal
    end: Decimal
    step: Decimal

    def holds(self, value: Decimal) -> bool:
        """Whether ``value`` is one of the range."""
        low, high = sorted((self.start, self.end))
        return low <= value <= high and (value - self.start) % self.step == 0


def bounds_of(item: Item) -> Bounds | None:
    """The bounds of a ``range`` question (ODK's defaults: 1 to 10 in steps of 1); None for other types."""
    if item.type is not ItemType.RANGE:
        return None
    found = item.parameters
    start, end, step = (
        Decimal(found.get(name, usual)) for name, usual in (("start", "1"), ("end", "10"), ("step", "1"))
    )
    return Bounds(start, end, abs(step))


def typed(type_: ItemType, text: str) -> str:
    """What an expression gave, as a question of this type holds it: a whole number without its fraction, of a moment
    the day or the time. What is nothing of that kind stays as it is, and is told to be none."""
    match type_:
        case ItemType.INTEGER if _FRACTION.fullmatch(text):
            return str(int(Decimal(text)))
        case ItemType.DATE if _DATETIME.fullmatch(text):
            return text.partition("T")[0]
        case ItemType.TIME if _DATETIME.fullmatch(text):
            return text.partition("T")[2]
        case _:
            return text


def type_problem(item: Item, text: str, offered: Callable[[], frozenset[str]]) -> str:
    """What is wrong with ``text`` as an answer to ``item``, as a msgid; the empty text when nothing is. ``offered`` are
    the names of the choices it may be of."""
    match item.type:
        case ItemType.INTEGER:
            return "" if INTEGER.fullmatch(text) else N_("This is not a whole number.")
        case ItemType.DECIMAL:
            return "" if DECIMAL.fullmatch(text) else N_("This is not a number.")
        case ItemType.RANGE:
            return _range_problem(item, text)
        case ItemType.DATE:
            return "" if _is_date(text) else N_("This is not a date.")
        case ItemType.TIME:
            return "" if _reads(_TIME, time.fromisoformat, text) else N_("This is not a time of day.")
        case ItemType.DATETIME:
            return "" if _reads(_DATETIME, datetime.fromisoformat, text) else N_("This is not a date with a time.")
        case ItemType.SELECT_ONE:
            return "" if text in offered() else N_("This choice is not offered.")
        case ItemType.SELECT_MULTIPLE | ItemType.RANK:
            return _chosen_problem(item, text, offered())
        case ItemType.ACKNOWLEDGE:
            return "" if text == ACKNOWLEDGED else N_("This can only be acknowledged.")
        case ItemType.GEOPOINT | ItemType.GEOTRACE | ItemType.GEOSHAPE:
            return "" if _is_place(item.type, text) else N_("This is not a place on the map.")
        case _:
            return ""


def _range_problem(item: Item, text: str) -> str:
    bounds = bounds_of(item)
    if not DECIMAL.fullmatch(text):
        return N_("This is not a number.")
    return "" if bounds is None or bounds.holds(Decimal(text)) else N_("This number is not within the range.")


def _chosen_problem(item: Item, text: str, offered: frozenset[str]) -> str:
    chosen = text.split()
    if not offered.issuperset(chosen) or len(set(chosen)) != len(chosen):
        return N_("One of these choices is not offered.")
    if item.type is ItemType.RANK and len(chosen) != len(offered):
        return N_("Not every choice has its place yet.")
    return ""


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _reads(form: re.Pattern[str], read: Callable[[str], object], text: str) -> bool:
    """ODK writes milliseconds with any number of digits; Python wants three or six."""
    if not form.fullmatch(text):
        return False
    try:
        read(re.sub(r"\.(\d+)", lambda found: f".{found[1]:0<6}", text))
    except ValueError:
        return False
    return True


def points(text: str) -> list[tuple[float, float]]:
    """The latitudes and longitudes, in degrees, of a place, trace or shape; nothing when it is none of them."""
    found = []
    for point in text.strip().rstrip(";").split(";"):
        numbers = point.split()
        if not 2 <= len(numbers) <= 4 or not all(DECIMAL.fullmatch(number) for number in numbers):
            return []
        latitude, longitude = Decimal(numbers[0]), Decimal(numbers[1])
        if abs(latitude) > _POLE or abs(longitude) > _DATE_LINE:
            return []
        found.append((float(latitude), float(longitude)))
    return found


def _is_place(type_: ItemType, text: str) -> bool:
    found = points(text)
    match type_:
        case ItemType.GEOPOINT:
            return len(found) == 1 and ";" not in text
        case ItemType.GEOTRACE:
            return len(found) >= 2
        case _:
            return len(found) >= 4 and found[0] == found[-1]
