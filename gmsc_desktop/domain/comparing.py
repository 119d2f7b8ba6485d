"""What changed between two frozen contents of a visit, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_KEYED = {"answers": "key", "evidence": "sha256", "explanations": "code", "repeats": "key"}
_PASSED_OVER = frozenset({"revision", "parent_hash", "closed_at", "scores"})
"""What follows from the rest, or is different in any two revisions."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs. ``section`` is the member of the document (``answers``, ``evidence``, ``place``, …),
    ``key`` the question or file in it, ``member`` what of it; None stands for nothing there."""

    section: str
    key: str
    member: str
    before: str | None
    after: str | None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every place in which two contents differ, in a fixed order."""
    found: list[Difference] = []
    for section in sorted(before.keys() | after.keys()):
        if section not in _PASSED_OVER:
            found += _section(section, before.get(section), after.get(section))
    return tuple(found)


def _section(section: str, before: Any, after: Any) -> Iterator[Difference]:
    old, new = _table(section, before), _table(section, after)
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key, {}), new.get(key, {})
        for member in sorted(was.keys() | now.keys()):
            one, other = _text(was.get(member)), _text(now.get(member))
            if one != other:
                yield Difference(section, key, member, one, other)


def _table(section: str, value: Any) -> dict[str, dict[str, Any]]:
    """A member of the document as a table of places: keyed lists by key, other lists by position."""
    if isinstance(value, list):
        name = _KEYED.get(section, "")
        found = {}
        for number, item in enumerate(value):
            key = f"{item[name]}" if name else f"{number + 1:04d}"
            if section in ("evidence", "explanations"):
                key = f"{item['key']}#{key}"
            found[key] = item if isinstance(item, dict) else {"": item}
        return found
    return {"": value if isinstance(value, dict) else {"": value}}


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
