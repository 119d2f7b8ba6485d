"""The answers of a visit in form order, grouped as a report prints them; pure.

The built-in instrument's conventional names are read where they occur: repeats called ``finding`` and
``recommendation``, and the texts ``summary``, ``strengths`` and ``gaps``. Any other instrument prints the same way,
its unscored groups as labels and values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from gmsc_desktop.documents import texts
from gmsc_desktop.documents.filled import LANGUAGE, Filled
from gmsc_desktop.domain.instrument import METADATA, Item, ItemType

_LEADING_LEVEL = re.compile(r"^\s*(?:tingkat|level)?\s*\d+\s*[.:)\-–—·=]+\s*", re.IGNORECASE)
_FINDINGS, _RECOMMENDATIONS = "finding", "recommendation"
_UNPRINTED = METADATA | {ItemType.NOTE, ItemType.HIDDEN}
"""What says nothing to a reader: what the program fills in for itself, and what nobody ever sees."""
_SHORT = 90
"""Letters up to which a text may stand in a narrow column."""
_TEXTS = ("summary", "strengths", "gaps")


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a group or of one repeat item inside a section; ``depth`` counts from 1."""

    label: str
    depth: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """One scored question: ``level`` reached of ``highest``, None while unanswered, and that level's descriptor."""

    key: str
    number: str
    label: str
    dimension: str
    level: Decimal | None
    highest: Decimal
    descriptor: str
    self_level: Decimal | None
    self_descriptor: str
    note: str
    not_applicable: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One unscored answer as label and text, with what was noted and attached there."""

    key: str
    label: str
    value: str
    note: str
    evidence: tuple[str, ...]


Entry: TypeAlias = Heading | Indicator | Field


@dataclass(frozen=True, slots=True)
class Section:
    """A group right below the root with everything printed in it; ``scored`` ones are the aspects."""

    key: str
    number: str
    label: str
    scored: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ResultItem:
    """One finding or recommendation: its main text, what else is said at length, its short particulars, all but the
    first as label and text."""

    text: str
    particulars: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...] = ()
    paragraphs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """What the assessors conclude in words, and which of them the instrument asks for at all."""

    summary: str
    strengths: str
    gaps: str
    findings: tuple[ResultItem, ...]
    recommendations: tuple[ResultItem, ...]
    asks_summary: bool = True
    asks_findings: bool = True
    asks_recommendations: bool = True


def make_sections(content: Filled) -> tuple[Section, ...]:
    """A section per group right below the root that has something to print; loose questions come first, together."""
    root = content.instrument.root
    sections: list[Section] = []
    loose = [entry for key, item in content.below(root.path) if not item.is_container
             for entry in _leaf(content, key, item, "", [0])]  # fmt: skip
    if loose:
        sections.append(Section(root.path, "", texts.LOOSE, False, tuple(loose)))
    scored = 0
    for key, item in content.below(root.path):
        if not item.is_container:
            continue
        number = str(scored + 1) if item.scored else ""
        entries = tuple(_entries(content, key, item, number, [0], depth=1))
        if any(not isinstance(entry, Heading) for entry in entries):
            scored += item.scored
            sections.append(Section(key, number, content.label(key, item), item.scored, entries))
    return tuple(sections)


def _entries(content: Filled, key: str, item: Item, number: str, count: list[int], *, depth: int) -> Iterator[Entry]:
    if item.type is ItemType.REPEAT:
        for position, each in enumerate(content.items(key), 1):
            yield Heading(f"{content.label(key, item)} {position}", depth)
            yield from _group(content, f"{key}[{each}]", number, count, depth=depth + 1)
    else:
        yield from _group(content, key, number, count, depth=depth)


def _group(content: Filled, key: str, number: str, count: list[int], *, depth: int) -> Iterator[Entry]:
    for child, item in content.below(key):
        if item.type is ItemType.REPEAT and item.name in (_FINDINGS, _RECOMMENDATIONS):
            continue
        if item.is_container:
            inside = list(_entries(content, child, item, number, count, depth=depth + 1))
            if any(not isinstance(entry, Heading) for entry in inside):
                if item.type is ItemType.GROUP:
                    yield Heading(content.label(child, item), depth)
                yield from inside
        elif item.name not in _TEXTS or item.scored:
            yield from _leaf(content, child, item, number, count)


def _leaf(content: Filled, key: str, item: Item, number: str, count: list[int]) -> Iterator[Entry]:
    evidence = content.evidence_of(key)
    touched = bool(content.text(key) or content.text(key, "note") or content.text(key, "not_applicable") or evidence)
    if item.scored:
        if content.asked(key, item):
            count[0] += 1
            yield _indicator(content, key, item, f"{number}.{count[0]}" if number else str(count[0]))
    elif touched and _is_printed(item):
        value = content.text(key, "not_applicable") or content.shown(key, item)
        if item.type in (ItemType.IMAGE, ItemType.FILE) and evidence:
            value = ""
        yield Field(key, content.label(key, item), value, content.text(key, "note"), evidence)


def _is_printed(item: Item) -> bool:
    return item.type not in _UNPRINTED and (item.type is not ItemType.CALCULATE or bool(item.label))


def _indicator(content: Filled, key: str, item: Item, number: str) -> Indicator:
    instrument = content.instrument
    choice = instrument.choice(item, content.text(key))
    own = instrument.choice(item, content.text(key, "self"))
    scores = [c.score for c in instrument.choices.get(item.list_name, ()) if c.score is not None]
    dimension = instrument.dimensions.get(item.dimension)
    return Indicator(
        key=key,
        number=number,
        label=content.label(key, item),
        dimension=dimension.get(LANGUAGE) if dimension else "",
        level=choice.score if choice else None,
        highest=max(scores, default=Decimal(0)),
        descriptor=_LEADING_LEVEL.sub("", choice.label.get(LANGUAGE)) if choice else "",
        self_level=own.score if own else None,
        self_descriptor=_LEADING_LEVEL.sub("", own.label.get(LANGUAGE)) if own else "",
        note=content.text(key, "note"),
        not_applicable=content.excluded(key, item),
        evidence=content.evidence_of(key),
    )


def make_results(content: Filled) -> Results:
    """The conclusions, wherever the instrument keeps the conventional names."""
    texts = dict.fromkeys(_TEXTS, "")
    asked = {item.name for item in content.instrument.items if item.is_container == (item.name not in _TEXTS)}
    lists: dict[str, list[ResultItem]] = {_FINDINGS: [], _RECOMMENDATIONS: []}
    for key, item in content.walk(content.instrument.root.path):
        if item.name in texts and not item.is_container and not item.scored:
            texts[item.name] = content.text(key)
        elif item.type is ItemType.REPEAT and item.name in lists and not key.endswith("]"):
            lists[item.name] += [_result(content, f"{key}[{each}]") for each in content.items(key)]
    return Results(
        summary=texts["summary"],
        strengths=texts["strengths"],
        gaps=texts["gaps"],
        findings=tuple(lists[_FINDINGS]),
        recommendations=tuple(lists[_RECOMMENDATIONS]),
        asks_summary="summary" in asked,
        asks_findings=_FINDINGS in asked,
        asks_recommendations=_RECOMMENDATIONS in asked,
    )


def _result(content: Filled, key: str) -> ResultItem:
    """The first text is what it says; other long texts follow it, everything short stands beside it."""
    main, evidence = "", content.evidence_of(key)
    beside: list[tuple[str, str]] = []
    below: list[tuple[str, str]] = []
    for child, item in content.walk(key):
        evidence += content.evidence_of(child)
        if item.is_container or not content.text(child) or not _is_printed(item):
            continue
        shown = content.shown(child, item)
        if not main and item.type is ItemType.TEXT:
            main = shown
        else:
            at_length = "multiline" in item.appearance or len(shown) > _SHORT
            (below if at_length else beside).append((content.label(child, item), shown))
        if note := content.text(child, "note"):
            below.append((texts.ITEM_NOTE, note))
    return ResultItem(main, tuple(beside), tuple(evidence), tuple(below))
