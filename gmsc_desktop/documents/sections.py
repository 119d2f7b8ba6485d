"""The answers of a visit in form order, grouped as a report prints them; pure.

The built-in instrument's conventional names are read where they occur: repeats called ``finding`` and
``recommendation``, and the texts ``summary``, ``strengths`` and ``gaps``. Any other instrument prints the same way,
its unscored groups as labels and values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, TypeAlias

from gmsc_desktop.documents import texts
from gmsc_desktop.domain.answers import item_ids, key_parent, key_path
from gmsc_desktop.domain.instrument import Instrument, Item, ItemType
from gmsc_desktop.domain.numbers import read_date, show_date, show_decimal

LANGUAGE = "id"
_LEADING_LEVEL = re.compile(r"^\s*(?:tingkat|level)?\s*\d+\s*[.:)\-–—·=]+\s*", re.IGNORECASE)
_INSERT = re.compile(r"\$\{([^}]*)\}")
_FINDINGS, _RECOMMENDATIONS = "finding", "recommendation"
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
    """What the assessors conclude in words."""

    summary: str
    strengths: str
    gaps: str
    findings: tuple[ResultItem, ...]
    recommendations: tuple[ResultItem, ...]


class Filled:
    """Frozen content indexed for reading. ``evidence`` is in form order and ``numbers`` names each (``B-01``)."""

    def __init__(self, content: Mapping[str, Any], instrument: Instrument) -> None:
        self.instrument = instrument
        self._cells: dict[str, Mapping[str, Any]] = {row["key"]: row for row in content.get("answers", ())}
        self._items: dict[str, list[str]] = {row["key"]: list(row["items"]) for row in content.get("repeats", ())}
        self._rows: list[Mapping[str, Any]] = list(content.get("evidence", ()))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key there is, in form order, items of repeats opened."""
        return tuple(key for key, _item in self.walk(self.instrument.root.path))

    @cached_property
    def evidence(self) -> tuple[Mapping[str, Any], ...]:
        """The evidence in form order; what belongs nowhere comes last."""
        position = {key: number for number, key in enumerate(self.keys)}
        return tuple(sorted(self._rows, key=lambda row: position.get(row["key"], len(position))))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """How each row of ``evidence`` is called in the report."""
        digits = max(2, len(str(len(self._rows))))
        return tuple(f"B-{number:0{digits}d}" for number in range(1, len(self._rows) + 1))

    @cached_property
    def _evidence_of(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for number, row in zip(self.numbers, self.evidence, strict=True):
            found.setdefault(row["key"], []).append(number)
        return {key: tuple(numbers) for key, numbers in found.items()}

    def text(self, key: str, facet: str = "value") -> str:
        """What is recorded at ``key``, the empty text when nothing is."""
        row = self._cells.get(key)
        return str(row.get(facet) or "") if row else ""

    def evidence_of(self, key: str) -> tuple[str, ...]:
        """The numbers of the files attached to ``key``."""
        return self._evidence_of.get(key, ())

    def excluded(self, key: str, item: Item) -> str:
        """Why the scored question at ``key`` does not count, or the empty text: what was written, or the label of a
        choice without points."""
        choice = self.instrument.choice(item, self.text(key))
        said = choice.label.get(LANGUAGE) if choice is not None and choice.score is None else ""
        return self.text(key, "not_applicable") or said

    def points(self, key: str, item: Item) -> Decimal | None:
        """The points of the answer at ``key``, None without one or when it does not count."""
        choice = self.instrument.choice(item, self.text(key))
        return None if choice is None or self.text(key, "not_applicable") else choice.score

    def asked(self, key: str, item: Item) -> bool:
        """Whether anything is recorded at ``key``, or the question is asked of everyone: frozen content leaves out
        what was not asked, so an unanswered question under a condition is taken for not asked."""
        return key in self._cells or bool(self.evidence_of(key)) or not _conditional(self.instrument, item)

    def items(self, key: str) -> list[str]:
        """The ids of the items of the repeat at ``key``."""
        return self._items.get(key, [])

    def below(self, key: str) -> Iterator[tuple[str, Item]]:
        """The concrete keys right below the group or repeat item ``key``; repeats are given once, unopened."""
        for child in self.instrument.children(key_path(key)):
            yield f"{key}/{child.name}", child

    def walk(self, key: str) -> Iterator[tuple[str, Item]]:
        """Everything below the group or repeat item ``key``, repeats opened."""
        for child, item in self.below(key):
            yield child, item
            if item.type is ItemType.REPEAT:
                for each in self.items(child):
                    yield f"{child}[{each}]", item
                    yield from self.walk(f"{child}[{each}]")
            elif item.type is ItemType.GROUP:
                yield from self.walk(child)

    def label(self, key: str, item: Item) -> str:
        """The label of ``item`` with the answers that it inserts."""

        def answer(found: re.Match[str]) -> str:
            name = found[1].rpartition("/")[2]
            parent = key_parent(key)
            while parent:
                if value := self.text(f"{parent}/{name}"):
                    return value
                parent = key_parent(parent)
            return "…"

        return _INSERT.sub(answer, item.label.get(LANGUAGE)) or item.name.replace("_", " ").capitalize()

    def subject(self, key: str) -> str:
        """What ``key`` is about, in words: the label of its question, after that of the repeat item it stands in."""
        item = self.instrument.by_path.get(key_path(key))
        if item is None or not key:
            return texts.NO_SUBJECT
        ids = item_ids(key)
        if not ids or key.endswith("]"):
            return self.label(key, item)
        around = key[: key.rindex(f"[{ids[-1]}]")]
        repeat = self.instrument.by_path.get(key_path(around))
        items = self.items(around)
        if repeat is None or ids[-1] not in items:
            return self.label(key, item)
        return f"{self.label(around, repeat)} {items.index(ids[-1]) + 1}: {self.label(key, item)}"

    def shown(self, key: str, item: Item) -> str:
        """The answer at ``key`` as a reader expects it: labels for choices, Indonesian dates and decimals."""
        value = self.text(key)
        if not value:
            return ""
        if item.type in (ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE):
            names = [value] if item.type is ItemType.SELECT_ONE else value.split()
            found = [(name, self.instrument.choice(item, name)) for name in names]
            return "; ".join(choice.label.get(LANGUAGE) if choice else name for name, choice in found)
        if item.type is ItemType.DATE and (day := read_date(value[:10])):
            return show_date(day)
        if item.type in (ItemType.DECIMAL, ItemType.CALCULATE):
            try:
                return show_decimal(Decimal(value))
            except (InvalidOperation, ValueError):
                return value
        return value


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
    elif touched and item.type is not ItemType.NOTE and (item.type is not ItemType.CALCULATE or item.label):
        value = content.text(key, "not_applicable") or content.shown(key, item)
        if item.type in (ItemType.IMAGE, ItemType.FILE) and evidence:
            value = ""
        yield Field(key, content.label(key, item), value, content.text(key, "note"), evidence)


def _conditional(instrument: Instrument, item: Item) -> bool:
    while item.path != instrument.root.path:
        if item.relevant:
            return True
        item = instrument.by_path[item.parent]
    return False


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
    )


def _result(content: Filled, key: str) -> ResultItem:
    """The first text is what it says; other long texts follow it, everything short stands beside it."""
    main, evidence = "", content.evidence_of(key)
    beside: list[tuple[str, str]] = []
    below: list[tuple[str, str]] = []
    for child, item in content.walk(key):
        evidence += content.evidence_of(child)
        if item.is_container or not content.text(child):
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
