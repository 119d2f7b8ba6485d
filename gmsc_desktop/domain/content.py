"""Frozen content: what a visit says once it is closed, as a value and as the document whose hash everything carries.

The document (docs/architecture.md, "Frozen content"; ``resources/schemas/visit.schema.json``) covers answers, people,
evidence hashes, instrument hash and parent hash; never the state or where files lie on this laptop (design, section
12). Nothing here reads a file or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem, child_key, key_path
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import Document, Instrument, Item, ItemType
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.scoring import Assessment
from gmsc_desktop.domain.visit import Evidence, Mode, Person, PreviousResult, Role, Visit, VisitDraft

FORMAT = "gmsc-visit/1"

_MEMBERS = {Facet.VALUE: "value", Facet.SELF: "self", Facet.NOTE: "note", Facet.NOT_APPLICABLE: "not_applicable"}


@dataclass(frozen=True, slots=True)
class Assessor:
    """Who closed the visit; ``key`` is the SHA-256 of the public key's SPKI in hex."""

    name: str
    nip: str
    title: str
    organisation: str
    key: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a warning may stand: ``code`` and ``key`` are those of the problem."""

    code: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class ContentEvidence:
    """A file the content speaks of, by the SHA-256 of its plain bytes; ``size`` in bytes."""

    key: str
    sha256: str
    name: str
    media_type: str
    size: int
    caption: str = ""
    taken_at: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class AspectScore:
    """The exact score of one aspect (a scored group right below the root) and its weight."""

    key: str
    weight: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class ContentScores:
    """Exact, unrounded scores at closing. ``category`` is the name of the predicate, or empty."""

    index: Decimal | None
    maximum: Decimal | None
    category: str
    complete: bool
    aspects: tuple[AspectScore, ...]
    dimensions: tuple[tuple[str, Decimal | None], ...]


@dataclass(frozen=True, slots=True)
class ContentGiven:
    """Who of the team gave an answer."""

    key: str
    facet: Facet
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContentSettled:
    """A disagreement the ketua settled: why, and what each said (name and value) before."""

    key: str
    facet: Facet
    reason: str
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ContentTeam:
    """How a team came to the answers, where one shared the visit; ``lead`` is the ketua's identity."""

    lead: str
    given: tuple[ContentGiven, ...] = ()
    settled: tuple[ContentSettled, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a closed visit says. ``draft`` holds the particulars with the instrument's hash; ``sheet`` holds
    answers and calculated values in form order; ``parent_hash`` is empty for a first closing."""

    visit_id: str
    revision: int
    parent_hash: str
    draft: VisitDraft
    form_id: str
    form_version: str
    sheet: AnswerSheet
    evidence: tuple[ContentEvidence, ...]
    scores: ContentScores
    explanations: tuple[Explanation, ...]
    assessor: Assessor
    closed_at: datetime
    team: ContentTeam | None = None

    def same_as(self, other: Content) -> bool:
        """Whether both say the same, whenever and however often they were closed."""
        return self == replace(other, revision=self.revision, parent_hash=self.parent_hash, closed_at=self.closed_at)


def form_order(instrument: Instrument, repeats: Mapping[str, tuple[RepeatItem, ...]]) -> dict[str, int]:
    """Every key of the form with these repeat items, and its place in form order."""
    order: dict[str, int] = {}

    def walk(item: Item, key: str) -> None:
        order[key] = len(order)
        keys = [key] if item.type is not ItemType.REPEAT else [found.key for found in repeats.get(key, ())]
        for inner in keys:
            order.setdefault(inner, len(order))
            for child in instrument.children(item.path):
                walk(child, child_key(inner, child.name))

    walk(instrument.root, instrument.root.path)
    return order


def freeze(
    visit: Visit,
    *,
    revision: int,
    parent_hash: str,
    instrument: Instrument,
    sheet: AnswerSheet,
    evidence: Iterable[Evidence],
    assessment: Assessment,
    explanations: Iterable[Explanation],
    assessor: Assessor,
    closed_at: datetime,
) -> Content:
    """The content of ``visit`` as it stands, in form order; what the form has no place for is left out."""
    order = form_order(instrument, sheet.repeats)
    cells = sorted(
        ((key, facet, text) for (key, facet), text in sheet.cells.items() if key in order and text),
        key=lambda cell: (order[cell[0]], list(Facet).index(cell[1])),
    )
    repeats = sorted(((key, items) for key, items in sheet.repeats.items() if items and key in order), key=_by(order))
    files = sorted(evidence, key=lambda found: (order.get(found.key, len(order)), found.position, found.sha256))
    return Content(
        visit_id=visit.id,
        revision=revision,
        parent_hash=parent_hash,
        draft=visit.draft,
        form_id=instrument.form_id,
        form_version=instrument.version,
        sheet=AnswerSheet(
            MappingProxyType({(key, facet): text for key, facet, text in cells}),
            MappingProxyType({key: _numbered(key, [item.id for item in items]) for key, items in repeats}),
        ),
        evidence=tuple(
            ContentEvidence(f.key, f.sha256, f.name, f.media_type, f.size, f.caption, f.taken_at, f.place)
            for f in files
        ),
        scores=_scores(instrument, assessment),
        explanations=tuple(sorted(explanations, key=lambda found: (found.code, found.key))),
        assessor=assessor,
        closed_at=closed_at.replace(microsecond=0),
    )


def _by(order: Mapping[str, int]) -> Any:
    return lambda pair: order[pair[0]]


def _numbered(repeat: str, ids: Iterable[str]) -> tuple[RepeatItem, ...]:
    return tuple(RepeatItem(repeat, found, position) for position, found in enumerate(ids))


def _scores(instrument: Instrument, assessment: Assessment) -> ContentScores:
    return ContentScores(
        index=assessment.total.value,
        maximum=instrument.score_max,
        category=assessment.category.name if assessment.category else "",
        complete=assessment.total.complete,
        aspects=tuple(AspectScore(part.key, part.weight, part.value) for part in assessment.aspects),
        dimensions=tuple((name, score.value) for name, score in assessment.dimensions),
    )


def to_document(content: Content) -> Document:
    """``content`` as JSON-ready data: decimals and dates are strings, absent members are left out of answers."""
    draft = content.draft
    answers: dict[str, Document] = {}
    for (key, facet), text in content.sheet.cells.items():
        answers.setdefault(key, {"key": key})[_MEMBERS[facet]] = text
    return {
        "format": FORMAT,
        "visit_id": content.visit_id,
        "revision": content.revision,
        "parent_hash": content.parent_hash or None,
        "region": {
            "code": draft.region.code,
            "name": draft.region.name,
            "kind": draft.region.kind,
            "province_code": draft.region.province_code,
            "province": draft.region.province,
        },
        "cycle": {"year": draft.cycle_year, "stage": draft.stage},
        "dates": {"start": draft.starts_on.isoformat(), "end": draft.ends_on.isoformat()},
        "place": draft.place,
        "mode": draft.mode.value,
        "previous": _previous_document(draft.previous),
        "people": [_person_document(person) for person in draft.people],
        "instrument": {"hash": draft.instrument_hash, "form_id": content.form_id, "version": content.form_version},
        "answers": list(answers.values()),
        "repeats": [{"key": key, "items": [item.id for item in items]} for key, items in content.sheet.repeats.items()],
        "evidence": [asdict(found) for found in content.evidence],
        "scores": _scores_document(content.scores),
        "explanations": [asdict(found) for found in content.explanations],
        "assessor": asdict(content.assessor),
        "closed_at": content.closed_at.isoformat(),
        # Absent where nobody shared the visit, so that contents frozen before teams were keep their hash.
        **({"team": _team_document(content.team)} if content.team is not None else {}),
    }


def _team_document(team: ContentTeam) -> Document:
    return {
        "lead": team.lead,
        "given": [{"key": g.key, "facet": _MEMBERS[g.facet], "by": list(g.by)} for g in team.given],
        "settled": [
            {
                "key": s.key,
                "facet": _MEMBERS[s.facet],
                "reason": s.reason,
                "said": [{"name": name, "value": value} for name, value in s.said],
            }
            for s in team.settled
        ],
    }


def _read_team(data: Document) -> ContentTeam:
    facets = {member: facet for facet, member in _MEMBERS.items()}
    return ContentTeam(
        lead=data["lead"],
        given=tuple(ContentGiven(g["key"], facets[g["facet"]], tuple(g["by"])) for g in data["given"]),
        settled=tuple(
            ContentSettled(
                s["key"], facets[s["facet"]], s["reason"], tuple((each["name"], each["value"]) for each in s["said"])
            )
            for s in data["settled"]
        ),
    )


def _person_document(person: Person) -> Document:
    return {**asdict(person), "role": person.role.value}


def _previous_document(previous: PreviousResult | None) -> Document | None:
    if previous is None:
        return None
    return {"index": _text(previous.index), "year": previous.year, "source": previous.source}


def _scores_document(scores: ContentScores) -> Document:
    return {
        "index": _text(scores.index),
        "max": _text(scores.maximum),
        "category": scores.category or None,
        "complete": scores.complete,
        "aspects": [
            {"key": part.key, "weight": _text(part.weight), "value": _text(part.value)} for part in scores.aspects
        ],
        "dimensions": [{"name": name, "value": _text(value)} for name, value in scores.dimensions],
    }


def _text(value: Decimal | None) -> str | None:
    """Plain digits without an exponent or trailing zeros, so that one number has one form."""
    if value is None:
        return None
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def from_document(document: Document) -> Content:
    """The content a document of this format holds. Raises ``InvalidInput`` when it is something else."""
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise InvalidInput(
            N_("This is not the content of a visit in a form this program knows: {format}."), format=str(found)
        )
    try:
        return _content(document)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise InvalidInput(N_("The content of the visit cannot be read: {detail}."), detail=str(error)) from error


def _content(data: Document) -> Content:
    region, cycle, instrument = data["region"], data["cycle"], data["instrument"]
    draft = VisitDraft(
        region=Region(region["code"], region["name"], region["kind"], region["province_code"], region["province"]),
        cycle_year=int(cycle["year"]),
        stage=cycle["stage"],
        starts_on=date.fromisoformat(data["dates"]["start"]),
        ends_on=date.fromisoformat(data["dates"]["end"]),
        place=data["place"],
        mode=Mode(data["mode"]),
        people=tuple(
            Person(p["name"], p["nip"], p["title"], p["organisation"], Role(p["role"])) for p in data["people"]
        ),
        previous=_previous(data["previous"]),
        instrument_hash=instrument["hash"],
    )
    cells = {
        (answer["key"], facet): answer[member]
        for answer in data["answers"]
        for facet, member in _MEMBERS.items()
        if member in answer
    }
    return Content(
        visit_id=data["visit_id"],
        revision=int(data["revision"]),
        parent_hash=data["parent_hash"] or "",
        draft=draft,
        form_id=instrument["form_id"],
        form_version=instrument["version"],
        sheet=AnswerSheet(
            MappingProxyType(cells),
            MappingProxyType({r["key"]: _numbered(r["key"], r["items"]) for r in data["repeats"]}),
        ),
        evidence=tuple(ContentEvidence(**found) for found in data["evidence"]),
        scores=_read_scores(data["scores"]),
        explanations=tuple(Explanation(**found) for found in data["explanations"]),
        assessor=Assessor(**data["assessor"]),
        closed_at=datetime.fromisoformat(data["closed_at"]),
        team=_read_team(data["team"]) if "team" in data else None,
    )


def _previous(data: Document | None) -> PreviousResult | None:
    return None if data is None else PreviousResult(Decimal(data["index"]), int(data["year"]), data["source"])


def _read_scores(data: Document) -> ContentScores:
    return ContentScores(
        index=_decimal(data["index"]),
        maximum=_decimal(data["max"]),
        category=data["category"] or "",
        complete=data["complete"],
        aspects=tuple(
            AspectScore(part["key"], Decimal(part["weight"]), _decimal(part["value"])) for part in data["aspects"]
        ),
        dimensions=tuple((part["name"], _decimal(part["value"])) for part in data["dimensions"]),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def without_irrelevant(sheet: AnswerSheet, relevant: Mapping[str, bool]) -> AnswerSheet:
    """``sheet`` without the answers of questions that are not asked now, as an XForms submission leaves them out.

    They stay in the vault: only what is frozen leaves them out. Keys ``relevant`` does not name stay.
    """
    cells = {cell: text for cell, text in sheet.cells.items() if relevant.get(cell[0], True)}
    return AnswerSheet(MappingProxyType(cells), sheet.repeats)


def known_key(instrument: Instrument, key: str) -> bool:
    """Whether ``key`` names a place in ``instrument``."""
    return key_path(key) in instrument.by_path
