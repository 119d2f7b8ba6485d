"""How a visit is split in a team: the places words speak of, who is in the team, who does which section.

A *place* is a text: ``a:<key>#<facet>`` an answer, ``f:<key>`` an answer the form gives itself, ``i:<item>#position``
and ``#removed`` an item of a repeat, ``e:<id>#file``, ``#caption`` and ``#removed`` evidence, ``p:<name>`` a person,
``v:<field>`` a particular of the visit, ``x:<code>|<key>`` an explanation, ``t:m:<id>`` a member of the team and
``t:s:<section>`` who does a section. What several words make up is told as canonical JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.merging import Merged, Word
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Problem, Role, Severity, VisitDraft

MEMBER, SECTION = "t:m:", "t:s:"
ANSWER, FORM, ITEM, FILE, PERSON, FIELD, EXPLAINED = "a:", "f:", "i:", "e:", "p:", "v:", "x:"
FIELDS = ("region", "cycle_year", "stage", "dates", "place", "mode", "previous")


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Someone in the team. ``key`` is their identity and ``recipient`` where bundles for them are encrypted to, both
    empty until known; ``sections`` are the paths they do."""

    id: str
    name: str
    nip: str = ""
    title: str = ""
    organisation: str = ""
    key: str = ""
    recipient: str = ""
    lead: bool = False
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One side of a disagreement: who said what when, and the note they have beside it."""

    id: str
    name: str
    key: str
    value: str
    at: str
    note: str = ""
    lead: bool = False


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A question of which the team says different things."""

    key: str
    facet: Facet
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """Who gave an answer and when (ISO 8601); ``own`` when it was on this laptop. ``reason`` is the ketua's where
    the answer settles a disagreement, ``settlement`` the word that does, and ``said`` what it is between."""

    names: tuple[str, ...]
    at: str
    own: bool = False
    reason: str = ""
    settlement: str = ""
    said: tuple[Said, ...] = ()


def answer_place(key: str, facet: Facet) -> str:
    """The place of an answer."""
    return f"{ANSWER}{key}#{facet.value}"


def answer_of(place: str) -> tuple[str, Facet]:
    """Key and facet of the answer at ``place``. Raises ``ValueError``."""
    key, _, facet = place.removeprefix(ANSWER).rpartition("#")
    return key, Facet(facet)


def part_of(place: str, prefix: str) -> tuple[str, str]:
    """What a place with several parts speaks of, and which part."""
    subject, _, part = place.removeprefix(prefix).rpartition("#")
    return subject, part


def packed(told: Mapping[str, Any]) -> str:
    """Several things as the one text of a word."""
    return canonical_bytes(dict(told)).decode("utf-8")


def unpacked(value: str, *names: str) -> dict[str, str]:
    """The things of ``packed``, exactly those of ``names``, all of them texts. Raises ``ValueError``."""
    found = json.loads(value)
    if not isinstance(found, dict) or found.keys() != set(names) or packed(found) != value:
        raise ValueError(value[:80])
    if not all(isinstance(text, str) for text in found.values()):
        raise ValueError(value[:80])
    return found


# particulars

_REGION = ("code", "name", "kind", "province_code", "province")
_PREVIOUS = ("index", "year", "source")
_PERSON = ("role", "name", "nip", "title", "organisation", "position")


def draft_values(draft: VisitDraft, order: Mapping[str, str]) -> dict[str, str]:
    """The particulars and people of ``draft`` by place. ``order`` is what stood of the people: while their order is
    the same, positions are taken from there."""
    region, previous = draft.region, draft.previous
    values = {
        "region": packed({name: str(getattr(region, name)) for name in _REGION}),
        "cycle_year": str(draft.cycle_year),
        "stage": draft.stage,
        "dates": packed({"start": draft.starts_on.isoformat(), "end": draft.ends_on.isoformat()}),
        "place": draft.place,
        "mode": draft.mode.value,
        "previous": ""
        if previous is None
        else packed({"index": f"{previous.index:f}", "year": str(previous.year), "source": previous.source}),
    }
    found = {f"{FIELD}{name}": value for name, value in values.items() if value}
    return found | _people_values(draft.people, order)


def _people_values(people: Iterable[Person], order: Mapping[str, str]) -> dict[str, str]:
    named: dict[str, Person] = {}
    for person in people:
        place = base = f"{PERSON}{' '.join(person.name.split()).casefold()}"
        number = 2
        while place in named:
            place, number = f"{base}#{number}", number + 1
        named[place] = person
    before = [place for place, _person in _ordered(order)]
    same = before == list(named)
    found = {}
    for position, (place, person) in enumerate(named.items()):
        at = unpacked(order[place], *_PERSON)["position"] if same else str(position)
        told = {name: str(getattr(person, name)) for name in _PERSON[:-1]}
        found[place] = packed({**told, "position": at})
    return found


def _ordered(values: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    found = [(place, unpacked(value, *_PERSON)) for place, value in values.items() if place.startswith(PERSON)]
    return sorted(found, key=lambda each: (int(each[1]["position"]), each[0]))


def draft_of(values: Mapping[str, str], instrument_hash: str) -> VisitDraft:
    """The particulars and people that stand. Raises ``ValueError`` for what no visit can be."""
    get = {name: values.get(f"{FIELD}{name}", "") for name in FIELDS}
    previous = None
    try:
        if get["previous"]:
            told = unpacked(get["previous"], *_PREVIOUS)
            previous = PreviousResult(Decimal(told["index"]), int(told["year"]), told["source"])
        region = Region(**unpacked(get["region"], *_REGION))
        dates = unpacked(get["dates"], "start", "end")
    except (InvalidOperation, TypeError) as error:
        raise ValueError(str(error)) from error
    return VisitDraft(
        region=region,
        cycle_year=int(get["cycle_year"]),
        stage=get["stage"],
        starts_on=date.fromisoformat(dates["start"]),
        ends_on=date.fromisoformat(dates["end"]),
        place=get["place"],
        mode=Mode(get["mode"]),
        people=tuple(person_of(values[place]) for place, _told in _ordered(values)),
        previous=previous,
        instrument_hash=instrument_hash,
    )


def person_of(value: str) -> Person:
    """The person a word tells of. Raises ``ValueError``."""
    told = unpacked(value, *_PERSON)
    int(told["position"])
    return Person(told["name"], told["nip"], told["title"], told["organisation"], Role(told["role"]))


# the team

_MEMBER = ("name", "nip", "title", "organisation", "key", "recipient", "lead")


def member_value(member: TeamMember) -> str:
    """A member as the value of a word; the sections are places of their own."""
    told = {name: str(getattr(member, name)) for name in _MEMBER[:-1]}
    return packed({**told, "lead": "1" if member.lead else ""})


def team_member(value: str) -> TeamMember:
    """The member a word tells of, without id and sections. Raises ``ValueError``."""
    told = unpacked(value, *_MEMBER)
    if not told["name"]:
        raise ValueError(value[:80])
    return TeamMember(
        "",
        told["name"],
        told["nip"],
        told["title"],
        told["organisation"],
        told["key"],
        told["recipient"],
        bool(told["lead"]),
    )


def members_of(merged: Merged) -> tuple[TeamMember, ...]:
    """Who is in the team, the ketua first, then by name."""
    sections: dict[str, list[str]] = {}
    for place, value in merged.values.items():
        if place.startswith(SECTION):
            sections.setdefault(value, []).append(place.removeprefix(SECTION))
    found = []
    for place, value in merged.values.items():
        if place.startswith(MEMBER):
            member_id = place.removeprefix(MEMBER)
            found.append(replace(team_member(value), id=member_id, sections=tuple(sections.get(member_id, ()))))
    return tuple(sorted(found, key=lambda member: (not member.lead, member.name.casefold(), member.id)))


def member_with(members: Iterable[TeamMember], key: str, name: str) -> TeamMember | None:
    """The member with this ``key``, else the one of that name whose key nobody knows yet."""
    known = tuple(members)
    plain = " ".join(name.split()).casefold()
    found = next((member for member in known if member.key == key), None)
    return found or next((each for each in known if not each.key and each.name.casefold() == plain), None)


def doer_of(members: Iterable[TeamMember], path: str) -> TeamMember | None:
    """Who does the section ``path`` or the section around it."""
    doers = {section: member for member in members for section in member.sections}
    while path:
        if path in doers:
            return doers[path]
        # A page may hold the questions of a group from one of them on: GROUP#QUESTION.
        path = path.rpartition("#" if "#" in path else "/")[0]
    return None


def open_points(merged: Merged, lead: str) -> tuple[OpenPoint, ...]:
    """What the team says different things of, with each side's note beside it."""
    found = []
    for each in merged.open:
        key, facet = answer_of(each.place)
        notes: Mapping[str, str] = {}
        if facet is not Facet.NOTE:
            heads = merged.heads.get(answer_place(key, Facet.NOTE), ())
            notes = {word.author.key: word.value for word in heads}
        said = tuple(
            Said(word.id, word.author.name, word.author.key, word.value, word.at, notes.get(word.author.key, ""),
                 word.author.key == lead)
            for word in each.heads
        )  # fmt: skip
        found.append(OpenPoint(key, facet, said))
    return tuple(found)


def lead_name(merged: Merged) -> str:
    """What the ketua is called."""
    return next((member.name for member in members_of(merged) if member.lead), "")


def team_problems(points: Iterable[OpenPoint]) -> tuple[Problem, ...]:
    """What is still open in a team, as it stands against closing."""
    template = N_("The team disagrees: {names}. The ketua settles it with a reason.")
    return tuple(
        Problem(
            "team_disagreement",
            Severity.ERROR,
            point.key,
            template,
            MappingProxyType({"names": ", ".join(dict.fromkeys(said.name for said in point.said))}),
        )
        for point in points
    )


def given_answers(merged: Merged, words: Iterable[Word], lead: str, device: str) -> Mapping[tuple[str, Facet], Given]:
    """Who gave each answer that stands; of a settlement also what it is between. ``device`` is this laptop."""
    known = {word.id: word for word in words}
    found = {}
    for place, heads in merged.heads.items():
        if not place.startswith(ANSWER) or not heads[0].value:
            continue
        same = [word for word in heads if word.value == heads[0].value]
        settling = next((word for word in same if word.reason), None)
        between: tuple[Said, ...] = ()
        if settling is not None:
            over = [known[other] for other in settling.over if other in known]
            between = tuple(
                Said(w.id, w.author.name, w.author.key, w.value, w.at, lead=w.author.key == lead)
                for w in sorted(over, key=lambda w: (w.author.key != lead, w.clock, w.id))
            )
        found[answer_of(place)] = Given(
            names=tuple(dict.fromkeys(word.author.name for word in same)),
            at=same[0].at,
            own=all(word.author.device == device for word in same),
            reason=settling.reason if settling else "",
            settlement=settling.id if settling else "",
            said=between,
        )
    return MappingProxyType(found)
