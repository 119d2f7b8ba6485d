"""Merging what several laptops of a team say of one visit, place by place.

Everything said is a *word*: who said what of which *place*, and which words it was said over. Words are only ever
added, so what a laptop knows is a set, and merging is the union of sets: the order in which words come, how often,
and by which way, makes no difference. What stands is worked out from the set alone. Nothing here reads a clock or a
file.

A word no other was said over is a *head*. Heads that say the same agree. Where heads of a contested place (an answer)
say different things, nobody saw the other's: that stays open until the ketua settles it with a reason, or those who
said otherwise agree. In the meantime the ketua's word stands, else the latest by the logical clock. Everywhere else
the latest stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex

CONTESTED = "a:"
"""Places of which people can disagree: answers, by question and facet."""
TEAM = "t:"
"""Places only the ketua speaks of: who is in the team and who does what."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks: the laptop, the identity of its owner, the owner's name."""

    device: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Word:
    """One thing said. An empty ``value`` takes away what stood there. ``over`` are the ids of the words it replaces;
    ``clock`` is above that of every word its author knew; ``at`` is the wall clock (ISO 8601), for people. ``reason``
    stands in a settlement; ``takes_back`` names a settlement that no longer holds. ``id`` is worked out from the rest
    and from the visit, so it cannot lie."""

    id: str
    author: Author
    place: str
    value: str
    over: tuple[str, ...]
    clock: int
    at: str
    reason: str = ""
    takes_back: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A place of which the heads say different things; the ketua's word first, then as they were said."""

    place: str
    heads: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What stands: ``values`` by place, never empty; the ``heads`` of every place anything was said of; what is
    ``open``."""

    values: Mapping[str, str]
    heads: Mapping[str, tuple[Word, ...]]
    open: tuple[Disagreement, ...] = ()


def identified(visit_id: str, word: Word) -> Word:
    """``word`` about ``visit_id`` under the id it must have: SHA-256 over the canonical JSON of all it says."""
    author = word.author
    told = {
        "visit_id": visit_id,
        "device": author.device,
        "key": author.key,
        "name": author.name,
        "place": word.place,
        "value": word.value,
        "over": " ".join(word.over),
        "clock": word.clock,
        "at": word.at,
        "reason": word.reason,
        "takes_back": word.takes_back,
    }
    return replace(word, id=sha256_hex(canonical_bytes(told)))


def merge(words: Iterable[Word], lead: str) -> Merged:
    """What stands after ``words``; ``lead`` is the identity of the ketua."""
    known = {word.id: word for word in words}
    back = {word.takes_back for word in known.values() if word.takes_back and word.author.key == lead}
    spoken = [
        word
        for word in known.values()
        if not word.takes_back and word.id not in back and (word.author.key == lead or not word.place.startswith(TEAM))
    ]
    covered = {other for word in spoken for other in _covers(word, known, lead)}
    by_place: dict[str, list[Word]] = {}
    for word in spoken:
        if word.id not in covered:
            by_place.setdefault(word.place, []).append(word)
    values: dict[str, str] = {}
    heads: dict[str, tuple[Word, ...]] = {}
    found = []
    for place in sorted(by_place):
        heads[place] = tuple(sorted(by_place[place], key=lambda word: _weight(word, lead), reverse=True))
        if heads[place][0].value:
            values[place] = heads[place][0].value
        if place.startswith(CONTESTED) and len({word.value for word in heads[place]}) > 1:
            found.append(Disagreement(place, heads[place]))
    return Merged(MappingProxyType(values), MappingProxyType(heads), tuple(found))


def _weight(word: Word, lead: str) -> tuple[bool, int, str]:
    return (word.place.startswith(CONTESTED) and word.author.key == lead, word.clock, word.id)


def _covers(word: Word, known: Mapping[str, Word], lead: str) -> tuple[str, ...]:
    """The words that no longer stand because of ``word``. Whoever is not the ketua, or gives no reason, cannot put
    aside others who say different things of one answer: only their own words."""
    over = tuple(known[other] for other in word.over if other in known and known[other].place == word.place)
    settles = bool(word.reason) and word.author.key == lead
    if word.place.startswith(CONTESTED) and not settles and len({other.value for other in over}) > 1:
        over = tuple(other for other in over if other.author.key == word.author.key)
    return tuple(other.id for other in over)


def unsaid(
    words: Iterable[Word],
    lead: str,
    visit_id: str,
    local: Mapping[str, str],
    author: Author,
    moments: Mapping[str, str],
    now: str,
) -> tuple[Word, ...]:
    """The words that are missing so that what stands is what stands on this laptop: ``local`` by place. ``moments``
    says when a place was written last, where that is known, else it is ``now``."""
    known = tuple(words)
    merged = merge(known, lead)
    clock = 1 + max((word.clock for word in known), default=0)
    found = []
    for place in sorted({*local, *merged.values}):
        value = local.get(place, "")
        if value == merged.values.get(place, "") or place.startswith(TEAM):
            continue
        over = said_over(merged.heads.get(place, ()), author)
        word = Word("", author, place, value, over, clock, moments.get(place, now) if value else now)
        found.append(identified(visit_id, word))
    return tuple(found)


def said_over(heads: tuple[Word, ...], author: Author) -> tuple[str, ...]:
    """What a new word of ``author`` replaces: all heads when they agree, else only those of its author."""
    if len({word.value for word in heads}) > 1 and heads[0].place.startswith(CONTESTED):
        heads = tuple(word for word in heads if word.author.key == author.key)
    return tuple(sorted(word.id for word in heads))
