"""The SPBE evaluation as a second instrument: only data, read by the code that reads any other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.instrument import Instrument, Item, ItemType
from gmsc_desktop.domain.scoring import rounded
from gmsc_desktop.forms.compiler import Compiled, compile_workbook
from gmsc_desktop.forms.reader import read_workbook
from gmsc_desktop.resources import resource
from tests.unit.forms_kit import opened

PATH = resource("instruments", "spbe.md")
DOMAINS = {"policy": "13", "governance": "25", "management": "16.5", "services": "45.5"}
# Peraturan Menteri PANRB 59/2020: weight of each aspect, of each of its indicators, and how many it has.
ASPECTS = {
    "internal_policy": ("13", "1.3", 10),
    "strategic_planning": ("10", "2.5", 4),
    "ict": ("10", "2.5", 4),
    "organisation": ("5", "2.5", 2),
    "management_practice": ("12", "1.5", 8),
    "audit": ("4.5", "1.5", 3),
    "administrative_services": ("27.5", "2.75", 10),
    "public_services": ("18", "3", 6),
}
REGION = {
    "internal_policy": "3323421325",
    "strategic_planning": "3242",
    "ict": "3432",
    "organisation": "43",
    "management_practice": "23232123",
    "audit": "123",
    "administrative_services": "4455343443",
    "public_services": "434532",
}
"""A made-up region: the level of each indicator, aspect by aspect."""


@pytest.fixture(scope="module")
def spbe() -> Compiled:
    return compile_workbook(read_workbook(PATH))


def _named(instrument: Instrument, name: str) -> Item:
    return next(item for item in instrument.items if item.name == name)


def _indicators(instrument: Instrument, aspect: str) -> list[Item]:
    return [item for item in instrument.children(_named(instrument, aspect).path) if item.scored]


def test_standard_tools_convert_it_without_a_warning() -> None:
    warnings: list[str] = []
    result = convert(PATH.read_bytes(), warnings=warnings, file_type=".md")
    assert warnings == []
    binds = etree.fromstring(result.xform.encode()).findall(".//{http://www.w3.org/2002/xforms}bind")
    assert len(binds) > 47


def test_it_holds_what_the_regulation_counts(spbe: Compiled) -> None:
    instrument = spbe.instrument
    assert spbe.warnings == ()
    domains = [item for item in instrument.children(instrument.root.path) if item.scored]
    aspects = [child for item in domains for child in instrument.children(item.path)]
    indicators = [item for item in instrument.items if item.scored and item.type is ItemType.SELECT_ONE]
    assert (len(domains), len(aspects), len(indicators)) == (4, 8, 47)
    assert {item.name: item.weight for item in domains} == {name: Decimal(weight) for name, weight in DOMAINS.items()}
    assert [item.name for item in indicators] == [f"i{number:02d}" for number in range(1, 48)]
    for name, (weight, each, count) in ASPECTS.items():
        assert _named(instrument, name).weight == Decimal(weight)
        assert [item.weight for item in _indicators(instrument, name)] == [Decimal(each)] * count
        assert Decimal(each) * count == Decimal(weight)


def test_levels_run_from_one_to_five_in_both_languages(spbe: Compiled) -> None:
    instrument = spbe.instrument
    for item in (found for found in instrument.items if found.scored and not found.is_container):
        choices = instrument.choices[item.list_name]
        assert [choice.score for choice in choices] == [Decimal(level) for level in range(1, 6)]
        assert item.self_assessment
        assert item.guidance
    texts = [item.label for item in instrument.items if item.parent]
    texts += [choice.label for choices in instrument.choices.values() for choice in choices]
    assert all(set(text.by_language) == {"id", "en"} for text in texts)


def test_the_index_of_a_region_is_the_one_worked_out_by_hand(spbe: Compiled) -> None:
    # aspect 1   1.3  × (3+3+2+3+4+2+1+3+2+5 = 28) =  36.4
    # aspect 2   2.5  × (3+2+4+2 = 11)             =  27.5
    # aspect 3   2.5  × (3+4+3+2 = 12)             =  30
    # aspect 4   2.5  × (4+3 = 7)                  =  17.5
    # aspect 5   1.5  × (2+3+2+3+2+1+2+3 = 18)     =  27
    # aspect 6   1.5  × (1+2+3 = 6)                =   9
    # aspect 7   2.75 × (4+4+5+5+3+4+3+4+4+3 = 39) = 107.25
    # aspect 8   3    × (4+3+4+5+3+2 = 21)         =  63
    # sum 317.65, divided by the weights 100       = 3.1765, shown as 3.18: baik (2.6 to below 3.5)
    instrument = spbe.instrument
    session = opened(instrument)
    for aspect, levels in REGION.items():
        for item, level in zip(_indicators(instrument, aspect), levels, strict=True):
            session.set(item.path, Facet.VALUE, level)
    assessment = session.assessment()
    assert assessment.total.complete
    assert assessment.total.value == Decimal("3.1765")
    assert rounded(instrument, assessment.total.value) == Decimal("3.18")
    assert assessment.category is not None and assessment.category.name == "baik"
    # Domains: 36.4/13, (27.5+30+17.5)/25, (27+9)/16.5, (107.25+63)/45.5
    shown = [rounded(instrument, domain.value) for domain in assessment.aspects if domain.value is not None]
    assert shown == [Decimal("2.80"), Decimal("3.00"), Decimal("2.18"), Decimal("3.74")]


@pytest.mark.parametrize(
    ("level", "name"), [("5", "memuaskan"), ("4", "sangat_baik"), ("3", "baik"), ("2", "cukup"), ("1", "kurang")]
)
def test_the_same_level_everywhere_is_that_index(spbe: Compiled, level: str, name: str) -> None:
    session = opened(spbe.instrument)
    for item in spbe.instrument.items:
        if item.scored and not item.is_container:
            session.set(item.path, Facet.VALUE, level)
    assessment = session.assessment()
    assert assessment.total.value == Decimal(level)
    assert assessment.category is not None and assessment.category.name == name
