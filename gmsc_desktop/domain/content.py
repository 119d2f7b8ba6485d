"""Frozen content: what a visit says once it is closed. Its document is in ``content_document``.

It covers answers, people, evidence hashes, instrument hash and parent hash; never the state or where files lie on
this laptop (design, section 12). Nothing here reads a file or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem, child_key
from gmsc_desktop.domain.instrument import Instrument, Item, ItemType
from gmsc_desktop.domain.scoring import Assessment
from gmsc_desktop.domain.visit import Evidence, Visit, VisitDraft


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
            MappingProxyType({key: numbered(key, [item.id for item in items]) for key, items in repeats}),
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


def numbered(repeat: str, ids: Iterable[str]) -> tuple[RepeatItem, ...]:
    """The items of ``repeat`` at places 0, 1, … in the order of ``ids``."""
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


def without_irrelevant(sheet: AnswerSheet, relevant: Mapping[str, bool]) -> AnswerSheet:
    """``sheet`` without the answers of questions that are not asked now, as an XForms submission leaves them out.

    They stay in the vault: only what is frozen leaves them out. Keys ``relevant`` does not name stay.
    """
    cells = {cell: text for cell, text in sheet.cells.items() if relevant.get(cell[0], True)}
    return AnswerSheet(MappingProxyType(cells), sheet.repeats)
