"""A compiled instrument as a document: nothing is lost, and the hash says what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.forms.document import from_document, instrument_hash, to_document
from gmsc_desktop.forms.xpath.tokens import tokens
from tests.unit.forms_kit import fixture

NAMES = ["kediri", "scoring", "living"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost(name: str) -> None:
    instrument = fixture(name)
    data = canonical_bytes(to_document(instrument))
    back = from_document(json.loads(data))
    assert back == instrument
    assert [list(item.label.by_language) for item in back.items] == [
        list(item.label.by_language) for item in instrument.items
    ]
    assert list(back.dimensions) == list(instrument.dimensions)
    assert canonical_bytes(to_document(back)) == data
    assert instrument_hash(back) == sha256_hex(data)


def test_the_hash_changes_with_what_is_asked() -> None:
    instrument = fixture("scoring")
    changed = replace(
        instrument,
        items=tuple(replace(item, weight=item.weight + Decimal("0.1")) for item in instrument.items),
    )
    assert instrument_hash(changed) != instrument_hash(instrument)
    assert len(instrument_hash(instrument)) == 64


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"format": "gmsc-instrument/2"},
        {"format": "gmsc-instrument/1"},
        {"format": "gmsc-instrument/1", "languages": 3},
        [],
    ],
)
def test_other_documents_are_refused(document: object) -> None:
    with pytest.raises(InvalidInput):
        from_document(document)  # type: ignore[arg-type]


def test_a_document_with_a_wrong_member_is_refused() -> None:
    document = to_document(fixture("kediri"))
    for change in ({"items": [{"path": "/data", "type": "spaceship", "row": 1}]}, {"score_max": "four"}):
        with pytest.raises(InvalidInput):
            from_document({**document, **change})


def test_expressions_in_documents_hold_no_names_any_more() -> None:
    for name in NAMES:
        for item in fixture(name).items:
            for source in (item.relevant, item.constraint, item.calculation, item.choice_filter, item.required):
                assert all(token.kind != "ref" for token in tokens(source))
