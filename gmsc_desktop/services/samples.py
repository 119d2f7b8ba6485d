"""The sample visit that ships with the program: invented particulars and answers for the demo and for tests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Role, VisitDraft
from gmsc_desktop.resources import resource

_POSITION = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class SampleAnswer:
    """One answer; ``key`` counts repeat items from 1 (``/data/qw/programme[2]/title``)."""

    key: str
    facet: Facet
    value: str


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One evidence file to be generated: ``kind`` is ``photo``, ``text`` or ``pdf``."""

    key: str
    name: str
    kind: str
    caption: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A whole visit to be entered: its particulars, how many items each repeat has, answers in order, files."""

    draft: VisitDraft
    repeats: tuple[tuple[str, int], ...]
    answers: tuple[SampleAnswer, ...]
    files: tuple[SampleFile, ...]


def load_sample(name: str, regions: Mapping[str, Region]) -> Sample:
    """The sample ``resources/samples/<name>.json``; ``regions`` by code."""
    data = json.loads(resource("samples", f"{name}.json").read_text(encoding="utf-8"))
    return Sample(
        draft=_draft(data["visit"], regions),
        repeats=tuple((found["key"], int(found["items"])) for found in data["repeats"]),
        answers=tuple(SampleAnswer(a["key"], Facet(a.get("facet", "value")), a["value"]) for a in data["answers"]),
        files=tuple(SampleFile(f["key"], f["name"], f["kind"], f.get("caption", "")) for f in data["evidence"]),
    )


def keyed(key: str, items: Mapping[str, tuple[str, ...]]) -> str:
    """``key`` with positions of repeat items replaced by their ids; ``items`` holds the item keys by repeat key."""
    found = _POSITION.search(key)
    while found:
        repeat = key[: found.start()]
        key = items[repeat][int(found[1]) - 1] + key[found.end() :]
        found = _POSITION.search(key)
    return key


def _draft(data: dict[str, Any], regions: Mapping[str, Region]) -> VisitDraft:
    previous = data.get("previous")
    return VisitDraft(
        region=regions[data["region"]],
        cycle_year=int(data["cycle_year"]),
        stage=data["stage"],
        starts_on=date.fromisoformat(data["starts_on"]),
        ends_on=date.fromisoformat(data["ends_on"]),
        place=data["place"],
        mode=Mode(data["mode"]),
        people=tuple(
            Person(p["name"], p.get("nip", ""), p.get("title", ""), p.get("organisation", ""), Role(p["role"]))
            for p in data["people"]
        ),
        previous=PreviousResult(Decimal(previous["index"]), int(previous["year"]), previous.get("source", ""))
        if previous
        else None,
    )
