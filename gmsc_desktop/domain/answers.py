"""Answers of a visit: how each is named, and one frozen snapshot of them all.

A *key* names one place in the visit's form: the XForm path of the question with the stable id of each repeat
item on the way, ``/data/quick_win/programme[0192…]/innovation``. Ids, not positions, so that two laptops can add
items to the same repeat and a removed item can come back. A key without the ids is the *path* of the question
in the instrument.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

_ITEM_ID = re.compile(r"\[([^\]/]*)\]")


class Facet(StrEnum):
    """What is recorded about one question."""

    VALUE = "value"
    """The assessor's answer, in the text form XForms gives it (ISO dates, dot decimals, space-joined choices)."""
    SELF = "self"
    """The region's own answer (*penilaian mandiri*)."""
    NOTE = "note"
    """The assessor's note beside the answer."""
    NOT_APPLICABLE = "not_applicable"
    """Why the question does not apply; the item then leaves the score's denominator."""


@dataclass(frozen=True, slots=True)
class RepeatItem:
    """One item of a repeat. ``repeat`` is the key of the repeat itself, ``id`` the item's stable id."""

    repeat: str
    id: str
    position: int
    removed: bool = False

    @property
    def key(self) -> str:
        """The item's own key."""
        return f"{self.repeat}[{self.id}]"


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """Everything answered in a visit at one moment. ``cells`` maps (key, facet) to text that is never empty;
    ``repeats`` maps the key of a repeat to its items in order, removed ones left out."""

    cells: Mapping[tuple[str, Facet], str] = field(default_factory=lambda: MappingProxyType({}))
    repeats: Mapping[str, tuple[RepeatItem, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, key: str, facet: Facet = Facet.VALUE) -> str | None:
        """The text recorded there, or None."""
        return self.cells.get((key, facet))


def key_path(key: str) -> str:
    """The path in the instrument of what ``key`` names: the key without item ids."""
    return _ITEM_ID.sub("", key)


def key_parent(key: str) -> str:
    """The key one step up; the parent of ``/data`` is the empty text."""
    return key.rpartition("/")[0]


def item_ids(key: str) -> tuple[str, ...]:
    """The repeat item ids on the way to ``key``, outermost first."""
    return tuple(_ITEM_ID.findall(key))


def child_key(parent: str, name: str, item: str | None = None) -> str:
    """The key of ``name`` below ``parent``, or of its item ``item`` when it is a repeat."""
    return f"{parent}/{name}" if item is None else f"{parent}/{name}[{item}]"
