"""Texts, numbers and moments as the functions of expressions read them.

An argument that is a path arrives as a list of elements. An element marked with ``OFF`` is not relevant: it holds no
text, and functions over several nodes leave it out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

OFF = "off"
NAN = float("nan")
_EPOCH = date(1970, 1, 1)
NUMBER = re.compile(r"\s*-?(?:\d+\.?\d*|\.\d+)\s*")
_FRACTION = re.compile(r"\.(\d{1,9})(?!\d)")


def _micro(found: re.Match[str]) -> str:
    """ODK writes three digits after the second, others any number."""
    return f".{found[1][:6]:0<6}"


def text(value: Any) -> str:
    """``value`` as text: a list of elements gives its first element's text."""
    if type(value) is list:
        return (value[0].text or "") if value else ""
    if isinstance(value, str):
        return str(value)
    return number_text(value)


def number_text(value: float | bool) -> str:
    """A number as text (XPath 1.0, section 4.2): whole numbers without a point, no exponent, ``NaN``, ``Infinity``."""
    if value is True or value is False:
        return "true" if value else "false"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return f"{value:.0f}" if value == int(value) else f"{decimal_of(value):f}"


def stored(value: Any) -> str:
    """What an expression gave, as an answer is stored: that there is no number is blank."""
    return "" if isinstance(value, float) and math.isnan(value) else text(value)


def decimal_of(value: float) -> Decimal:
    """The decimal a float stands for, to 15 digits: libxml2 reads 1.14 one unit in the 17th digit too low."""
    return Decimal(f"{value:.15g}")


def number(value: Any) -> float:
    """``value`` as a number; a date is its number of days since 1970-01-01, with the part of the day."""
    if isinstance(value, float | bool):
        return float(value)
    bare = text(value)
    if NUMBER.fullmatch(bare):
        return float(bare)
    moment = read_moment(bare)
    if moment is None:
        return NAN
    days = float((moment.date() - _EPOCH).days)
    return days + (moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6) / 86400


def read_moment(bare: str) -> datetime | None:
    """The moment an ISO 8601 text names, without its zone; None when it is none."""
    try:
        return datetime.fromisoformat(_FRACTION.sub(_micro, bare)).replace(tzinfo=None) if len(bare) >= 10 else None
    except ValueError:
        return None


def is_off(element: Any) -> bool:
    """Whether the element is not relevant."""
    return element.get(OFF) is not None


def nodes(values: tuple[Any, ...]) -> Iterator[str]:
    """The texts of all arguments, relevant elements only."""
    for value in values:
        if type(value) is list:
            yield from ((element.text or "") for element in value if not is_off(element))
        else:
            yield text(value)
