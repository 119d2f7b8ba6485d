"""Frozen content indexed for reading: what stands where, in which order, under which words; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from gmsc_desktop.documents import texts
from gmsc_desktop.domain.answers import item_ids, key_parent, key_path
from gmsc_desktop.domain.instrument import Instrument, Item, ItemType
from gmsc_desktop.domain.numbers import read_date, show_date, show_decimal

LANGUAGE = "id"
_INSERT = re.compile(r"\$\{([^}]*)\}")


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


def _conditional(instrument: Instrument, item: Item) -> bool:
    while item.path != instrument.root.path:
        if item.relevant:
            return True
        item = instrument.by_path[item.parent]
    return False
