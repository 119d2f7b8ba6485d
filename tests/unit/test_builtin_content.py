"""What the built-in instrument asks is whole: every indicator, level and language, as the programme's frame says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import pytest

from gmsc_desktop.domain.instrument import EvidenceRule, Instrument, Item, ItemType, ScoreMethod
from gmsc_desktop.forms.compiler import compile_workbook
from gmsc_desktop.forms.reader import read_workbook
from gmsc_desktop.resources import resource

PATH = resource("instruments", "gmsc.md")
DIMENSIONS = ("governance", "branding", "economy", "living", "society", "environment")
ASPECTS = {"baseline": (10, 5), "output": (20, 14), "outcome": (30, 18), "impact": (20, 18), "qw": (20, 4)}


@cache
def _instrument() -> Instrument:
    return compile_workbook(read_workbook(PATH)).instrument


def _indicators(path: str) -> list[Item]:
    return [item for item in _instrument().walk(path) if item.scored and not item.is_container]


def _all() -> Iterator[Item]:
    yield from _indicators("/data")


def test_stock_pyxform_converts_it_without_a_warning() -> None:
    from pyxform.xls2xform import convert

    result = convert(xlsform=PATH, file_type=".md")
    assert result.warnings == []
    assert "<h:title>Evaluasi Gerakan Menuju Smart City (instrumen bawaan)</h:title>" in result.xform


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_aspect_has_its_weight_and_its_indicators(aspect: str) -> None:
    weight, count = ASPECTS[aspect]
    assert _instrument().by_path[f"/data/{aspect}"].weight == Decimal(weight)
    assert len(_indicators(f"/data/{aspect}")) == count


def test_nothing_else_is_scored_and_the_weights_are_a_hundred() -> None:
    scored = [item for item in _instrument().children("/data") if item.scored]
    assert [item.name for item in scored] == list(ASPECTS)
    assert sum(item.weight for item in scored) == 100


@pytest.mark.parametrize(("pillar", "count"), [("superstructure", 5), ("structure", 4), ("infrastructure", 5)])
def test_output_reads_three_pillars(pillar: str, count: int) -> None:
    assert len(_instrument().children(f"/data/output/{pillar}")) == count


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_has_three_elements_and_three_effects(dimension: str) -> None:
    for aspect in ("outcome", "impact"):
        group = _instrument().children(f"/data/{aspect}/{aspect}_{dimension}")
        assert [item.dimension for item in group] == [dimension] * 3
    assert [item.name for item in _instrument().children(f"/data/impact/impact_{dimension}")] == [
        f"{dimension}_benefit",
        f"{dimension}_involvement",
        f"{dimension}_lasting",
    ]


def test_impact_is_the_plain_mean_of_the_dimensions() -> None:
    assert _instrument().by_path["/data/impact"].score_method is ScoreMethod.MEAN


def test_the_eighteen_elements_are_those_offered_for_programmes() -> None:
    offered = [choice.name for choice in _instrument().choices["elements"]]
    assert [item.name for item in _indicators("/data/outcome")] == offered


def test_quick_wins_and_conclusions_are_repeats_with_the_names_a_report_reads() -> None:
    found = _instrument().by_path
    for path in ("/data/qw/programme", "/data/results/finding", "/data/results/recommendation"):
        assert found[path].type is ItemType.REPEAT
    for name in ("summary", "strengths", "gaps"):
        assert found[f"/data/results/{name}"].required


def test_every_level_has_a_descriptor_of_its_own_in_both_languages() -> None:
    seen: dict[str, str] = {}
    for item in _all():
        levels = _instrument().choices[item.list_name]
        assert [(level.name, level.score) for level in levels] == [(str(n), Decimal(n)) for n in range(5)]
        for level in levels:
            for language in ("id", "en"):
                text = level.label.by_language[language]
                assert len(text.split()) >= 5, (item.path, level.name, text)
                assert re.fullmatch(r"\S.*\S\.", text), (item.path, level.name, text)
                assert text not in seen, (item.path, seen.get(text))
                seen[text] = item.path
    assert len(seen) == sum(count for _weight, count in ASPECTS.values()) * 5 * 2


def test_no_two_indicators_share_a_list_or_a_text() -> None:
    items = list(_all())
    for texts in (
        [item.list_name for item in items],
        *([text.by_language[lang] for text in found] for lang in ("id", "en")
          for found in ([i.label for i in items if "impact" not in i.path], [i.hint for i in items],
                        [i.guidance for i in items])),
    ):  # fmt: skip
        assert len(texts) == len(set(texts))


def test_every_indicator_says_what_to_look_at_and_takes_the_regions_own_answer() -> None:
    for item in _all():
        assert item.required, item.path
        assert item.self_assessment, item.path
        assert item.evidence in EvidenceRule, item.path
        for language in ("id", "en"):
            assert item.hint.by_language[language].endswith("?"), item.path
            assert len(item.guidance.by_language[language].split()) >= 18, item.path


def test_everything_shown_is_there_in_both_languages() -> None:
    for item in _instrument().items[1:]:
        for text in (item.label, item.hint, item.guidance, item.constraint_message, item.required_message):
            assert set(text.by_language) in (set(), {"id", "en"}), item.path
        assert item.label, item.path


def test_it_says_that_it_is_not_official() -> None:
    note = _instrument().by_path["/data/intro/intro_note"].label
    assert "bukan ketentuan resmi" in note.get("id")
    assert "not official rules" in note.get("en")
