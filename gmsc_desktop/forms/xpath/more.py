"""Functions of ODK that few forms use: chance, places, check lists, digests (ODK XForms specification, section "XPath
functions")."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID

from gmsc_desktop.forms.validity import points
from gmsc_desktop.forms.xpath.basics import NAN, is_off, nodes, number, text

T = TypeVar("T")
EARTH = 6_378_100.0
"""The radius ODK reckons with, in metres."""
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LONGEST_UUID = 1_000
_PRIME, _FACTOR = 2_147_483_647, 16_807
_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def _drawn(seed: Any, number_of_call: Any) -> bytes:
    """Chance that answers the same when the same visit is opened again."""
    return hashlib.sha512(f"{text(seed)}|{text(number_of_call)}".encode()).digest()


def _random(_context: Any, seed: Any, call: Any) -> float:
    return int.from_bytes(_drawn(seed, call)[:6], "big") / 2**48


def _uuid(_context: Any, seed: Any, call: Any, length: Any = None) -> str:
    drawn = _drawn(seed, call)
    if length is None:
        return str(UUID(bytes=drawn[:16], version=4))
    wanted = number(length)
    if not 0 < wanted <= _LONGEST_UUID:
        return ""
    found = (hashlib.sha256(drawn + str(at).encode()).digest()[0] for at in range(int(wanted)))
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in found)


def shuffled(found: Iterable[T], seed: float) -> list[T]:
    """``found`` in the order ODK gives for ``seed``: Fisher-Yates over Park and Miller's generator."""
    result = list(found)
    state = int(seed) % _PRIME if math.isfinite(seed) else 1
    state = state or _PRIME - 1
    for last in range(len(result) - 1, 0, -1):
        state = state * _FACTOR % _PRIME
        other = int((state - 1) / (_PRIME - 1) * (last + 1))
        result[last], result[other] = result[other], result[last]
    return result


def seed_of(source: str) -> float:
    """A text as a seed: its number, or one made of its letters."""
    found = number(source)
    return found if math.isfinite(found) else float(int.from_bytes(hashlib.sha256(source.encode()).digest()[:4], "big"))


def _randomize(_context: Any, values: Any, seed: Any = 1.0) -> list[Any]:
    return shuffled(values, seed_of(text(seed))) if type(values) is list else []


def _places(values: tuple[Any, ...]) -> list[tuple[float, float]]:
    return [place for found in nodes(values) for place in points(found)]


def _distance(_context: Any, *values: Any) -> float:
    """Metres along great circles (the haversine formula)."""
    found = _places(values)
    return math.fsum(_between(*pair) for pair in pairwise(found)) if found else NAN


def _between(first: tuple[float, float], second: tuple[float, float]) -> float:
    lat1, lon1, lat2, lon2 = map(math.radians, (*first, *second))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))


def _area(_context: Any, values: Any) -> float:
    """Square metres of the shape on a plane that touches the earth at its first point, as ODK reckons it."""
    found = _places((values,))
    if not found:
        return NAN
    degree = 2 * math.pi * EARTH / 360
    top, left = found[0]
    flat = [((lon - left) * degree * math.cos(math.radians(lat)), (lat - top) * degree) for lat, lon in found]
    twice = (x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(flat, [*flat[1:], flat[0]], strict=True))
    return abs(math.fsum(twice)) / 2


def _geofence(_context: Any, point: Any, shape: Any) -> bool:
    """Whether a point lies within a shape: a ray from it crosses the border an odd number of times."""
    found, border = points(text(point)), points(text(shape))
    if len(found) != 1 or not border:
        return False
    lat, lon = found[0]
    crossed = (
        (lat1 > lat) != (lat2 > lat) and lon < (lon2 - lon1) * (lat - lat1) / (lat2 - lat1) + lon1
        for (lat1, lon1), (lat2, lon2) in zip(border, [*border[1:], border[0]], strict=True)
    )
    return sum(crossed) % 2 == 1


_MOST_SIDES = 2_000


def _intersects(_context: Any, trace: Any) -> bool:
    """Whether a trace or shape crosses itself."""
    found = points(text(trace))
    sides = list(pairwise(found))[:_MOST_SIDES]
    closed = len(found) > 1 and found[0] == found[-1]
    return any(
        _cross(*one, *other)
        for at, one in enumerate(sides)
        for beyond, other in enumerate(sides[at + 2 :], at + 2)
        if not (closed and at == 0 and beyond == len(sides) - 1)
    )


_Place = tuple[float, float]


def _cross(a: _Place, b: _Place, c: _Place, d: _Place) -> bool:
    """Whether the lines from a to b and from c to d have a place in common."""

    def side(start: _Place, end: _Place, place: _Place) -> float:
        return (end[0] - start[0]) * (place[1] - start[1]) - (end[1] - start[1]) * (place[0] - start[0])

    def within(start: _Place, end: _Place, place: _Place) -> bool:
        return all(min(start[at], end[at]) <= place[at] <= max(start[at], end[at]) for at in (0, 1))

    turns = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    touching = ((turns[0], a, b, c), (turns[1], a, b, d), (turns[2], c, d, a), (turns[3], c, d, b))
    return any(turn == 0 and within(start, end, place) for turn, start, end, place in touching)


def _true(value: Any) -> bool:
    if type(value) is list:
        bare = "" if not value or is_off(value[0]) else text(value)
        return bare not in ("", "false") and number(bare) != 0
    return bool(value)


def _each(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        if type(value) is list and len(value) > 1:
            yield from ([element] for element in value)
        else:
            yield value


def _within(least: float, most: float, weight: float) -> bool:
    return (least < 0 or weight >= least) and (most < 0 or weight <= most)


def _checklist(_context: Any, least: Any, most: Any, *values: Any) -> bool:
    return _within(number(least), number(most), sum(_true(value) for value in _each(values)))


def _weighted_checklist(_context: Any, least: Any, most: Any, *values: Any) -> bool:
    checks, weights = list(_each(values[::2])), list(_each(values[1::2]))
    weight = math.fsum(number(weight) for check, weight in zip(checks, weights, strict=False) if _true(check))
    return _within(number(least), number(most), weight)


def _digest(_context: Any, value: Any, algorithm: Any, encoding: Any = "base64") -> str:
    name = _DIGESTS.get(text(algorithm))
    if name is None:
        return ""
    digest = hashlib.new(name, text(value).encode(), usedforsecurity=False).digest()
    return digest.hex() if text(encoding) == "hex" else base64.b64encode(digest).decode()


def _base64_decode(_context: Any, value: Any) -> str:
    try:
        return base64.b64decode(text(value), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


_SEARCHES: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda cell, wanted: wanted in cell,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "matches": str.__eq__,
}


def _found(_context: Any, kind: Any, wanted: Any, *cells: Any) -> bool:
    """Whether one of the cells is what ``search()`` looks for, without regard to capitals."""
    fits, sought = _SEARCHES[text(kind)], text(wanted).casefold()
    return any(fits(text(cell).casefold(), sought) for cell in cells)


MORE: Mapping[str, Callable[..., Any]] = {
    "random": _random,
    "uuid": _uuid,
    "randomize": _randomize,
    "found": _found,
    "distance": _distance,
    "area": _area,
    "enclosed-area": _area,
    "geofence": _geofence,
    "intersects": _intersects,
    "checklist": _checklist,
    "weighted-checklist": _weighted_checklist,
    "digest": _digest,
    "base64-decode": _base64_decode,
}
