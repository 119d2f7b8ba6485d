"""The functions an expression may call: how many arguments each takes and what kind of value it gives.

ODK XForms specification, section "XPath functions"; what is missing here is refused when a form is compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a (sub)expression gives, as far as it can be known before it is run."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    """Text that is an ISO 8601 date or date with time; in arithmetic and comparisons a number of days."""


@dataclass(frozen=True, slots=True)
class Function:
    """``least`` to ``most`` arguments. ``native`` functions are XPath 1.0's own; ``nodes`` are the positions of
    arguments handed over as sets of nodes (all of them when ``every``)."""

    least: int
    most: int
    kind: Kind
    native: bool = False
    every: bool = False
    truths: tuple[int, ...] = ()
    """Positions of arguments read as true or false."""
    numbers: tuple[int, ...] = ()
    """Positions of arguments read as numbers (dates as days)."""


MANY = 99

FUNCTIONS: dict[str, Function] = {
    "true": Function(0, 0, Kind.BOOLEAN, native=True),
    "false": Function(0, 0, Kind.BOOLEAN, native=True),
    "not": Function(1, 1, Kind.BOOLEAN, native=True, truths=(0,)),
    "boolean": Function(1, 1, Kind.BOOLEAN, native=True, truths=(0,)),
    "boolean-from-string": Function(1, 1, Kind.BOOLEAN),
    "string": Function(0, 1, Kind.TEXT, native=True),
    "number": Function(0, 1, Kind.NUMBER, native=True, numbers=(0,)),
    "int": Function(1, 1, Kind.NUMBER, numbers=(0,)),
    "round": Function(1, 2, Kind.NUMBER, numbers=(0, 1)),
    "floor": Function(1, 1, Kind.NUMBER, native=True, numbers=(0,)),
    "ceiling": Function(1, 1, Kind.NUMBER, native=True, numbers=(0,)),
    "abs": Function(1, 1, Kind.NUMBER, numbers=(0,)),
    "pow": Function(2, 2, Kind.NUMBER, numbers=(0, 1)),
    "sqrt": Function(1, 1, Kind.NUMBER, numbers=(0,)),
    "exp": Function(1, 1, Kind.NUMBER, numbers=(0,)),
    "log": Function(1, 1, Kind.NUMBER, numbers=(0,)),
    "log10": Function(1, 1, Kind.NUMBER, numbers=(0,)),
    "exp10": Function(1, 1, Kind.NUMBER, numbers=(0,)),
    **{name: Function(1, 1, Kind.NUMBER, numbers=(0,)) for name in ("sin", "cos", "tan", "asin", "acos", "atan")},
    "atan2": Function(2, 2, Kind.NUMBER, numbers=(0, 1)),
    "last": Function(0, 0, Kind.NUMBER, native=True),
    "pi": Function(0, 0, Kind.NUMBER),
    "random": Function(0, 0, Kind.NUMBER),
    "uuid": Function(0, 1, Kind.TEXT, numbers=(0,)),
    "version": Function(0, 0, Kind.TEXT),
    "digest": Function(2, 3, Kind.TEXT),
    "base64-decode": Function(1, 1, Kind.TEXT),
    "distance": Function(1, MANY, Kind.NUMBER, every=True),
    "area": Function(1, 1, Kind.NUMBER, every=True),
    "enclosed-area": Function(1, 1, Kind.NUMBER, every=True),
    "geofence": Function(2, 2, Kind.BOOLEAN),
    "intersects": Function(1, 1, Kind.BOOLEAN),
    "depend": Function(1, MANY, Kind.TEXT),
    "checklist": Function(2, MANY, Kind.BOOLEAN, numbers=(0, 1)),
    "weighted-checklist": Function(2, MANY, Kind.BOOLEAN, numbers=(0, 1)),
    "randomize": Function(1, 2, Kind.TEXT, every=True, numbers=(1,)),
    "pulldata": Function(4, 4, Kind.TEXT),
    "concat": Function(1, MANY, Kind.TEXT, every=True),
    "join": Function(2, MANY, Kind.TEXT, every=True),
    "contains": Function(2, 2, Kind.BOOLEAN, native=True),
    "starts-with": Function(2, 2, Kind.BOOLEAN, native=True),
    "ends-with": Function(2, 2, Kind.BOOLEAN),
    "substr": Function(2, 3, Kind.TEXT, numbers=(1, 2)),
    "substring": Function(2, 3, Kind.TEXT, native=True, numbers=(1, 2)),
    "substring-before": Function(2, 2, Kind.TEXT, native=True),
    "substring-after": Function(2, 2, Kind.TEXT, native=True),
    "translate": Function(3, 3, Kind.TEXT, native=True),
    "normalize-space": Function(0, 1, Kind.TEXT, native=True),
    "string-length": Function(0, 1, Kind.NUMBER, native=True),
    "regex": Function(2, 2, Kind.BOOLEAN),
    "if": Function(3, 3, Kind.TEXT, truths=(0,)),
    "coalesce": Function(1, MANY, Kind.TEXT),
    "once": Function(1, 1, Kind.TEXT),
    "selected": Function(2, 2, Kind.BOOLEAN),
    "is-selected": Function(2, 2, Kind.BOOLEAN),
    "selected-at": Function(2, 2, Kind.TEXT, numbers=(1,)),
    "count-selected": Function(1, 1, Kind.NUMBER),
    "jr:choice-name": Function(2, 2, Kind.TEXT),
    "gmsc:found": Function(3, MANY, Kind.BOOLEAN),
    "count": Function(1, 1, Kind.NUMBER, every=True),
    "count-non-empty": Function(1, 1, Kind.NUMBER, every=True),
    "sum": Function(1, MANY, Kind.NUMBER, every=True),
    "min": Function(1, MANY, Kind.NUMBER, every=True),
    "max": Function(1, MANY, Kind.NUMBER, every=True),
    "position": Function(0, 1, Kind.NUMBER, every=True),
    "indexed-repeat": Function(3, 11, Kind.TEXT),
    "today": Function(0, 0, Kind.DATE),
    "now": Function(0, 0, Kind.DATE),
    "date": Function(1, 1, Kind.DATE),
    "date-time": Function(1, 1, Kind.DATE),
    "decimal-date-time": Function(1, 1, Kind.NUMBER),
    "decimal-time": Function(1, 1, Kind.NUMBER),
    "format-date": Function(2, 2, Kind.TEXT),
    "format-date-time": Function(2, 2, Kind.TEXT),
}
