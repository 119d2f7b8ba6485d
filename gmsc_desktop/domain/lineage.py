"""Which frozen contents of a visit stand against each other: a pure reading of who descends from whom.

Nothing here depends on the order in which contents arrived, so every office that holds the same contents says the
same of them (design, section 8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Link:
    """A frozen content: its hash, the hash of the content it revises (empty for a first closing), its number."""

    content_hash: str
    parent_hash: str
    number: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's decision: of ``heads``, which stood against each other, ``chosen`` goes on. Later ones come last."""

    chosen: str
    heads: frozenset[str]


class Standing(StrEnum):
    """How the contents of a visit stand to each other."""

    SINGLE = "single"
    CONFLICT = "conflict"
    GAP = "gap"
    """They would stand against each other, but a content between them has not arrived yet."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """What the contents of a visit say together. ``current`` is the content that counts, empty while that is open;
    ``heads`` have no descendant and were not set aside; ``missing`` are parents that have not arrived."""

    standing: Standing
    current: str
    heads: tuple[str, ...]
    missing: tuple[str, ...]


def lineage(links: Iterable[Link], choices: Iterable[Choice] = ()) -> Lineage:
    """How ``links`` of one visit stand to each other after ``choices``."""
    known = {link.content_hash: link for link in links}
    parents = {link.parent_hash for link in known.values()}
    missing = tuple(sorted(parents - known.keys() - {""}))
    aside: set[str] = set()
    for choice in choices:
        aside |= choice.heads
        aside.discard(choice.chosen)
    heads = tuple(sorted(known.keys() - parents - aside))
    if len(heads) == 1:
        return Lineage(Standing.SINGLE, heads[0], heads, missing)
    if missing:
        return Lineage(Standing.GAP, "", heads, missing)
    return Lineage(Standing.CONFLICT, "", heads, missing)


def ancestors(content_hash: str, known: Mapping[str, Link]) -> tuple[frozenset[str], bool]:
    """The contents ``content_hash`` descends from as far as they are ``known``, and whether all of them are."""
    found: set[str] = set()
    link = known.get(content_hash)
    while link is not None and link.parent_hash:
        if link.parent_hash in found:
            # A hash cannot name itself; links that do are no lineage.
            return frozenset(found), False
        found.add(link.parent_hash)
        if link.parent_hash not in known:
            return frozenset(found), False
        link = known[link.parent_hash]
    return frozenset(found), True
