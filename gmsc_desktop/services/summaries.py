"""What an instrument is, for the person who is about to install it: counts, sections, the tree of scores."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from gmsc_desktop.domain.instrument import Category, EvidenceRule, Instrument, Item, ScoreMethod, Text

_SILENT = frozenset({"note", "calculate"})
"""Rows nobody answers."""


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """One group, repeat or question right below the root. ``questions`` counts what can be answered in it."""

    path: str
    label: Text
    questions: int
    scored: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class ScoreNode:
    """One number of the scoring tree. ``method`` is None for a question; ``share`` is its part of the index when all
    is answered, from 0 to 1, None where a method without weights lies above; ``points`` are a question's choices."""

    path: str
    label: Text
    method: ScoreMethod | None
    weight: Decimal
    share: Decimal | None
    repeated: bool
    critical: bool
    dimension: str
    points: tuple[Decimal, ...] = ()
    parts: tuple[ScoreNode, ...] = ()


@dataclass(frozen=True, slots=True)
class InstrumentSummary:
    """An instrument at a glance; texts are in every language of the form. ``types`` counts rows by type, groups and
    repeats among them; ``scoring`` is None when nothing carries points."""

    hash: str
    form_id: str
    title: Text
    version: str
    languages: tuple[str, ...]
    default_language: str
    sections: tuple[SectionSummary, ...]
    types: tuple[tuple[str, int], ...]
    questions: int
    scored: int
    self_assessed: int
    with_evidence: int
    scoring: ScoreNode | None
    dimensions: tuple[tuple[str, Text], ...]
    predicates: tuple[Category, ...]
    score_max: Decimal | None
    score_decimals: int


def summary_of(instrument: Instrument, digest: str) -> InstrumentSummary:
    """The summary of ``instrument``, whose document has the hash ``digest``."""
    rows = [item for item in instrument.items if item.parent]
    asked = [item for item in rows if _asked(item)]
    root = instrument.root
    return InstrumentSummary(
        hash=digest,
        form_id=instrument.form_id,
        title=instrument.title,
        version=instrument.version,
        languages=instrument.languages,
        default_language=instrument.default_language,
        sections=tuple(_section(instrument, item) for item in instrument.children(root.path)),
        types=tuple(Counter(item.type.value for item in rows).most_common()),
        questions=len(asked),
        scored=sum(item.scored for item in asked),
        self_assessed=sum(item.self_assessment for item in asked),
        with_evidence=sum(item.evidence not in (None, EvidenceRule.OPTIONAL) for item in asked),
        scoring=_node(instrument, root, Decimal(1)) if root.scored else None,
        dimensions=tuple(instrument.dimensions.items()),
        predicates=tuple(sorted(instrument.categories, key=lambda found: found.minimum, reverse=True)),
        score_max=instrument.score_max,
        score_decimals=instrument.score_decimals,
    )


def _asked(item: Item) -> bool:
    return not item.is_container and item.type.value not in _SILENT and not item.calculation


def _section(instrument: Instrument, item: Item) -> SectionSummary:
    below = [found for found in instrument.walk(item.path) if _asked(found)]
    return SectionSummary(
        path=item.path,
        label=item.label,
        questions=len(below),
        scored=sum(found.scored for found in below),
        repeated=item.type.value == "repeat",
    )


def _node(instrument: Instrument, item: Item, share: Decimal | None) -> ScoreNode:
    parts = [child for child in instrument.children(item.path) if child.scored]
    return ScoreNode(
        path=item.path,
        label=item.label if item.parent else instrument.title,
        method=item.score_method if item.is_container else None,
        weight=item.weight,
        share=share,
        repeated=item.type.value == "repeat",
        critical=item.critical,
        dimension=item.dimension,
        points=() if item.is_container else _points(instrument, item),
        parts=tuple(_node(instrument, child, _share(item, child, parts, share)) for child in parts),
    )


def _share(parent: Item, child: Item, parts: list[Item], share: Decimal | None) -> Decimal | None:
    if share is None or parent.score_method not in (ScoreMethod.WEIGHTED_MEAN, ScoreMethod.MEAN):
        return None
    if parent.score_method is ScoreMethod.MEAN:
        return share / len(parts)
    whole = sum((part.weight for part in parts), Decimal(0))
    return share * child.weight / whole if whole else Decimal(0)


def _points(instrument: Instrument, item: Item) -> tuple[Decimal, ...]:
    return tuple(found.score for found in instrument.choices.get(item.list_name, ()) if found.score is not None)
