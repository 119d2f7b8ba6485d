"""Everything an evaluation report shows, as frozen values made from the frozen content of a visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gmsc_desktop.documents import texts
from gmsc_desktop.documents.filled import LANGUAGE, Filled
from gmsc_desktop.documents.scoretree import ScoreLine, score_lines
from gmsc_desktop.documents.sections import (
    Entry,
    Field,
    Heading,
    Indicator,
    ResultItem,
    Results,
    Section,
    make_results,
    make_sections,
)
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.content import Content
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.domain.instrument import Instrument, ItemType
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.remarks import REPLY
from gmsc_desktop.domain.scoring import category_of, rounded
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Role

__all__ = [
    "Bar", "Entry", "EvidenceLine", "Field", "Heading", "Indicator", "ReportModel", "ResultItem", "Results",
    "ScoreLine", "Section", "build_model",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """One aspect or dimension in a chart: its share of the whole in percent (None for dimensions) and its value."""

    name: str
    label: str
    value: Decimal | None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One file of the evidence matrix. ``number`` is how the report refers to it (``B-03``)."""

    number: str
    key: str
    subject: str
    sha256: str
    name: str
    media_type: str
    size: int
    caption: str
    taken_at: str
    place: str


@dataclass(frozen=True, slots=True)
class ReportModel:
    """A Laporan Hasil Evaluasi before it is drawn. Numbers are exact; ``shown`` rounds as the instrument says."""

    visit_id: str
    revision: int
    content_hash: str
    parent_hash: str
    region: Region
    cycle_year: int
    stage: str
    starts_on: date
    ends_on: date
    place: str
    mode: Mode
    previous: PreviousResult | None
    people: tuple[Person, ...]
    instrument: Instrument
    instrument_hash: str
    index: Decimal | None
    index_max: Decimal
    category: str
    complete: bool
    aspects: tuple[Bar, ...]
    dimensions: tuple[Bar, ...]
    tree: tuple[ScoreLine, ...]
    sections: tuple[Section, ...]
    results: Results
    evidence: tuple[EvidenceLine, ...]
    explanations: tuple[tuple[str, str], ...]
    preface: tuple[tuple[str, tuple[str, ...]], ...]
    """What the instrument says about itself: groups of the form that hold nothing but notes."""
    assessor: Person
    assessor_key: str
    closed_at: datetime

    @property
    def programme(self) -> str:
        """What the evaluation belongs to, as the documents are headed."""
        return programme_of(self.instrument)

    @property
    def smart_city(self) -> bool:
        """Whether the instrument is one of the smart-city programme, whose words the documents use then."""
        return is_smart_city(self.instrument)

    def shown(self, value: Decimal | None) -> str:
        """``value`` rounded by the instrument's rule, with a decimal comma; a dash for None."""
        if value is None:
            return "–"
        return show_decimal(rounded(self.instrument, value), self.instrument.score_decimals)

    @property
    def improvement(self) -> Decimal | None:
        """The shown index less the last cycle's, so that a reader who subtracts finds the same."""
        if self.index is None or self.previous is None:
            return None
        return rounded(self.instrument, self.index) - rounded(self.instrument, self.previous.index)

    def shown_improvement(self) -> str:
        """The improvement with its sign, ``+0,25`` or ``−0,10``; a dash when there is nothing to compare with."""
        change = self.improvement
        if change is None:
            return "–"
        sign = "+" if change > 0 else "−" if change < 0 else "±"
        return sign + show_decimal(abs(change), self.instrument.score_decimals)

    def team(self) -> tuple[Person, ...]:
        """The assessors, lead first."""
        order = {Role.LEAD: 0, Role.MEMBER: 1}
        return tuple(sorted((p for p in self.people if p.role in order), key=lambda p: order[p.role]))

    def met(self) -> tuple[Person, ...]:
        """The people of the region who were met."""
        return tuple(person for person in self.people if person.role is Role.MET)


def is_smart_city(instrument: Instrument) -> bool:
    """Whether the instrument, by its id or its title, is one of the smart-city programme, of whatever year."""
    said = f"{instrument.form_id} {instrument.title.get(LANGUAGE)}".lower().replace("_", " ").replace("-", " ")
    return "gmsc" in said or "smart city" in said


def programme_of(instrument: Instrument) -> str:
    """The programme's name, or of another instrument its own title."""
    return texts.PROGRAMME if is_smart_city(instrument) else instrument.title.get(LANGUAGE) or instrument.form_id


def build_model(content: Content, instrument: Instrument) -> ReportModel:
    """The report of ``content`` (docs/architecture.md, "Frozen content") answered on ``instrument``.

    Its hash is that of the canonical JSON (RFC 8785), the same that the vault keeps the content under.
    """
    document = to_document(content)
    return _from_document(document, instrument, sha256_hex(canonical_bytes(document)))


def _from_document(content: Mapping[str, Any], instrument: Instrument, content_hash: str) -> ReportModel:
    region, cycle, dates, scores = content["region"], content["cycle"], content["dates"], content["scores"]
    filled = Filled(content, instrument)
    sections = make_sections(filled)
    index = _decimal(scores.get("index"))
    maximum = _decimal(scores.get("max")) or instrument.score_max or _highest(instrument)
    assessor = content["assessor"]
    return ReportModel(
        visit_id=content["visit_id"],
        revision=content["revision"],
        content_hash=content_hash,
        parent_hash=content.get("parent_hash") or "",
        region=Region(
            code=region["code"],
            name=region["name"],
            kind=region.get("kind", ""),
            province_code=region.get("province_code", ""),
            province=region.get("province", ""),
        ),
        cycle_year=cycle["year"],
        stage=cycle.get("stage") or "",
        starts_on=date.fromisoformat(dates["start"]),
        ends_on=date.fromisoformat(dates["end"]),
        place=content.get("place") or "",
        mode=Mode(content.get("mode") or Mode.ON_SITE),
        previous=_previous(content.get("previous")),
        people=tuple(_person(person) for person in content.get("people", ())),
        instrument=instrument,
        instrument_hash=content["instrument"]["hash"],
        index=index,
        index_max=maximum,
        category=_category(instrument, scores.get("category"), index),
        complete=bool(scores.get("complete")),
        aspects=_aspects(instrument, scores.get("aspects", ())),
        dimensions=tuple(
            Bar(d["name"], _dimension(instrument, d["name"]), _decimal(d.get("value")))
            for d in scores.get("dimensions", ())
        ),
        tree=score_lines(filled, {a["key"]: _decimal(a.get("value")) for a in scores.get("aspects", ())}, index),
        sections=sections,
        results=make_results(filled),
        evidence=tuple(
            EvidenceLine(
                number=filled.numbers[position],
                key=row["key"],
                subject=filled.subject(row["key"]),
                sha256=row["sha256"],
                name=row["name"],
                media_type=row.get("media_type") or "",
                size=int(row.get("size") or 0),
                caption=row.get("caption") or "",
                taken_at=row.get("taken_at") or "",
                place=row.get("place") or "",
            )
            for position, row in enumerate(filled.evidence)
        ),
        explanations=tuple(
            (filled.subject(e["key"]), e["text"])
            for e in content.get("explanations", ())
            if not e["code"].startswith(REPLY)
        ),
        preface=_preface(instrument),
        assessor=_person({**assessor, "role": Role.LEAD}),
        assessor_key=assessor.get("key") or "",
        closed_at=datetime.fromisoformat(content["closed_at"]),
    )


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _person(row: Mapping[str, Any]) -> Person:
    return Person(
        name=row.get("name") or "",
        nip=row.get("nip") or "",
        title=row.get("title") or "",
        organisation=row.get("organisation") or "",
        role=Role(row.get("role") or Role.MET),
    )


def _previous(row: Mapping[str, Any] | None) -> PreviousResult | None:
    if not row:
        return None
    return PreviousResult(Decimal(row["index"]), int(row["year"]), row.get("source") or "")


def _dimension(instrument: Instrument, name: str) -> str:
    label = instrument.dimensions.get(name)
    return label.get("id") if label else name.replace("_", " ").title()


def _category(instrument: Instrument, name: str | None, index: Decimal | None) -> str:
    found = next((c for c in instrument.categories if c.name == name), None) or category_of(instrument, index)
    return found.label.get("id") if found else ""


def _aspects(instrument: Instrument, rows: Sequence[Mapping[str, Any]]) -> tuple[Bar, ...]:
    weights = [_decimal(row.get("weight")) or Decimal(0) for row in rows]
    whole = sum(weights, Decimal(0))
    bars = []
    for row, weight in zip(rows, weights, strict=True):
        item = instrument.by_path.get(row["key"])
        label = item.label.get("id") if item else row["key"].rpartition("/")[2]
        bars.append(Bar(row["key"], label, _decimal(row.get("value")), weight * 100 / whole if whole else None))
    return tuple(bars)


def _preface(instrument: Instrument) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = []
    for group in instrument.children(instrument.root.path):
        inside = instrument.children(group.path)
        if inside and all(item.type is ItemType.NOTE for item in inside):
            said = tuple(item.label.get(LANGUAGE) for item in inside if "${" not in item.label.get(LANGUAGE))
            found.append((group.label.get(LANGUAGE), said))
    return tuple(found)


def _highest(instrument: Instrument) -> Decimal:
    scores = [choice.score for choices in instrument.choices.values() for choice in choices if choice.score is not None]
    return max(scores, default=Decimal(1))
