"""Frozen content as the document whose hash everything carries, and back.

The document is described in docs/architecture.md ("Frozen content") and ``resources/schemas/visit.schema.json``.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from gmsc_desktop.domain.answers import AnswerSheet, Facet
from gmsc_desktop.domain.content import (
    AspectScore,
    Assessor,
    Content,
    ContentEvidence,
    ContentGiven,
    ContentScores,
    ContentSettled,
    ContentTeam,
    Explanation,
    numbered,
)
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import Document
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Role, VisitDraft

FORMAT = "gmsc-visit/1"

_MEMBERS = {Facet.VALUE: "value", Facet.SELF: "self", Facet.NOTE: "note", Facet.NOT_APPLICABLE: "not_applicable"}


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
            MappingProxyType({r["key"]: numbered(r["key"], r["items"]) for r in data["repeats"]}),
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
