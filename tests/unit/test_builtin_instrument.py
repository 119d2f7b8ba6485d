"""The instrument that ships: standard tools take it without a word, and it asks what the programme asks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from gmsc_desktop.domain.answers import Facet, RepeatItem
from gmsc_desktop.domain.instrument import Instrument, Item, ItemType
from gmsc_desktop.forms.compiler import Compiled, compile_workbook
from gmsc_desktop.forms.reader import read_workbook
from gmsc_desktop.resources import resource
from tests.unit.forms_kit import opened

PATH = resource("instruments", "gmsc.md")
ASPECTS = [Decimal(weight) for weight in (10, 20, 30, 20, 20)]
DIMENSIONS = ["governance", "branding", "economy", "living", "society", "environment"]


@pytest.fixture(scope="module")
def built_in() -> Compiled:
    return compile_workbook(read_workbook(PATH))


def _scored(instrument: Instrument) -> Iterator[Item]:
    return (item for item in instrument.items if item.scored and not item.is_container)


def test_standard_tools_convert_it_without_a_warning() -> None:
    warnings: list[str] = []
    result = convert(PATH.read_bytes(), warnings=warnings, file_type=".md")
    assert warnings == []
    xform = etree.fromstring(result.xform.encode())
    assert xform.tag == "{http://www.w3.org/1999/xhtml}html"
    binds = xform.findall(".//{http://www.w3.org/2002/xforms}bind")
    assert len(binds) > 80


def test_it_compiles_without_a_doubt(built_in: Compiled) -> None:
    assert built_in.warnings == ()
    assert built_in.instrument.languages == ("id", "en")


def test_both_languages_are_complete(built_in: Compiled) -> None:
    instrument = built_in.instrument
    texts = [item.label for item in instrument.items if item.type is not ItemType.CALCULATE and item.parent]
    texts += [choice.label for choices in instrument.choices.values() for choice in choices]
    texts += [text for item in instrument.items for text in (item.hint, item.guidance, item.constraint_message) if text]
    assert all(set(text.by_language) == {"id", "en"} for text in texts)


def test_the_aspects_carry_the_weights_of_2022(built_in: Compiled) -> None:
    session = opened(built_in.instrument)
    aspects = session.assessment().aspects
    assert [aspect.weight for aspect in aspects] == ASPECTS
    assert [name for name, _score in session.assessment().dimensions] == DIMENSIONS


def test_every_indicator_has_five_levels_of_its_own(built_in: Compiled) -> None:
    instrument = built_in.instrument
    seen: dict[str, str] = {}
    for item in _scored(instrument):
        choices = instrument.choices[item.list_name]
        assert [choice.score for choice in choices] == [Decimal(level) for level in range(5)], item.name
        assert item.guidance, item.name
        for choice in choices:
            said = choice.label.get("id")
            assert seen.setdefault(said, item.list_name) == item.list_name, said


@pytest.mark.parametrize(("level", "category"), [("4", "satisfactory"), ("0", "poor")])
def test_the_same_level_everywhere_is_that_index(built_in: Compiled, level: str, category: str) -> None:
    instrument = built_in.instrument
    session = opened(instrument)
    for item in instrument.items:
        if item.type is ItemType.REPEAT:
            session.put_item(RepeatItem(item.path, "only", 0))
    scored = {item.path for item in _scored(instrument)}
    for key in session.keys(""):
        if key.replace("[only]", "") in scored and not key.endswith("]"):
            session.set(key, Facet.VALUE, level)
    assessment = session.assessment()
    assert assessment.total.value == Decimal(level)
    assert assessment.total.complete
    assert all(score.value == Decimal(level) for _name, score in assessment.dimensions)
    assert assessment.category is not None and assessment.category.name == category


def test_an_empty_visit_says_what_is_missing(built_in: Compiled) -> None:
    session = opened(built_in.instrument)
    progress = session.progress({})
    assert progress.answered == 0
    required = [problem for problem in session.problems({}) if problem.code == "required"]
    assert len(required) == progress.expected > 40
