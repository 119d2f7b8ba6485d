"""Frozen content: same data gives the same bytes, the bytes read back to the same value, the schema describes them."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.content import Assessor, Content, Explanation, freeze
from gmsc_desktop.domain.content import without_irrelevant as leave_out
from gmsc_desktop.domain.content_document import from_document, to_document
from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.instrument import Category, Instrument, Item, ItemType, Text
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.scoring import Assessment, Score
from gmsc_desktop.domain.visit import (
    Evidence,
    Mode,
    Person,
    PreviousResult,
    Role,
    Visit,
    VisitDraft,
    VisitState,
)
from gmsc_desktop.resources import resource

NOW = datetime(2026, 3, 2, 10, 42, 7, 123456, UTC)
DRAFT = VisitDraft(
    region=Region("33.72", "Kota Surakarta", "kota", "33", "Jawa Tengah"),
    cycle_year=2026,
    stage="Tahap 1",
    starts_on=date(2026, 3, 2),
    ends_on=date(2026, 3, 3),
    place="Balai Kota Surakarta",
    mode=Mode.ON_SITE,
    people=(Person("Dr. Sri Wahyuni, M.T.", role=Role.LEAD), Person("Budi", "198001012005011001", role=Role.MET)),
    previous=PreviousResult(Decimal("3.06"), 2025, "Surat B-1003"),
    instrument_hash="ab" * 32,
)
VISIT = Visit("0195f000-0000-7000-8000-000000000001", DRAFT, VisitState.DRAFT, 0, "", "", NOW, NOW)
INSTRUMENT = Instrument(
    form_id="mini",
    version="1",
    title=Text(),
    languages=("id",),
    default_language="id",
    items=(
        Item("/data", ItemType.GROUP, 0, children=("/data/a", "/data/p", "/data/z")),
        Item("/data/a", ItemType.TEXT, 2),
        Item("/data/p", ItemType.REPEAT, 3, children=("/data/p/q",)),
        Item("/data/p/q", ItemType.TEXT, 4),
        Item("/data/z", ItemType.TEXT, 5),
    ),
    choices=MappingProxyType({}),
    score_max=Decimal(4),
)
SCORE = Score(
    "/data", None, Decimal(1), Decimal("3.3150"), 1, 2, parts=(Score("/data/a", None, Decimal(20), None, 0, 1),)
)
CATEGORY = Category("baik", Text(), Decimal(3))
ITEMS = (RepeatItem("/data/p", "i2", 5), RepeatItem("/data/p", "i1", 9))


def frozen(cells: dict[tuple[str, Facet], str], **changes: object) -> Content:
    values: dict[str, object] = {
        "revision": 1,
        "parent_hash": "",
        "instrument": INSTRUMENT,
        "sheet": AnswerSheet(cells, {"/data/p": ITEMS}),
        "evidence": (),
        "assessment": Assessment(SCORE, (("governance", SCORE),), category=CATEGORY),
        "explanations": (Explanation("w", "/data/a", "sebab"),),
        "assessor": Assessor("Dr. Sri Wahyuni, M.T.", "", "Asesor", "UNS", "cd" * 32),
        "closed_at": NOW,
    }
    return freeze(VISIT, **{**values, **changes})  # type: ignore[arg-type]


def evidence(position: int, key: str = "/data/a") -> Evidence:
    return Evidence(
        f"e{position}", VISIT.id, key, f"{position:064x}", "foto.jpg", "image/jpeg", 7, "", "", "", NOW, position
    )


CELLS = {
    ("/data/z", Facet.VALUE): "akhir",
    ("/data/p[i1]/q", Facet.NOTE): "catatan",
    ("/data/p[i1]/q", Facet.VALUE): "satu",
    ("/data/p[i2]/q", Facet.VALUE): "dua",
    ("/data/a", Facet.SELF): "4",
    ("/data/gone", Facet.VALUE): "not in this form",
}


def test_answers_lie_in_form_order_with_only_what_is_there() -> None:
    document = to_document(frozen(CELLS))
    assert document["answers"] == [
        {"key": "/data/a", "self": "4"},
        {"key": "/data/p[i2]/q", "value": "dua"},
        {"key": "/data/p[i1]/q", "value": "satu", "note": "catatan"},
        {"key": "/data/z", "value": "akhir"},
    ]
    assert document["repeats"] == [{"key": "/data/p", "items": ["i2", "i1"]}]


def test_scores_and_particulars_are_strings_not_floats() -> None:
    document = to_document(frozen(CELLS))
    assert document["scores"] == {
        "index": "3.315",
        "max": "4",
        "category": "baik",
        "complete": False,
        "aspects": [{"key": "/data/a", "weight": "20", "value": None}],
        "dimensions": [{"name": "governance", "value": "3.315"}],
    }
    assert document["previous"] == {"index": "3.06", "year": 2025, "source": "Surat B-1003"}
    assert document["closed_at"] == "2026-03-02T10:42:07+00:00"
    assert document["parent_hash"] is None


def test_evidence_lies_by_question_and_position() -> None:
    content = frozen(CELLS, evidence=[evidence(3, "/data/z"), evidence(2), evidence(1)])
    assert [found.sha256[-1] for found in content.evidence] == ["1", "2", "3"]


def test_the_published_schema_describes_it() -> None:
    schema = json.loads(resource("schemas", "visit.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(to_document(frozen(CELLS, evidence=[evidence(1)], parent_hash="ef" * 32, revision=2)))
    broken = to_document(frozen(CELLS))
    broken["scores"]["index"] = 3.315
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(broken)


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
keys = st.sampled_from(["/data/a", "/data/p[i1]/q", "/data/p[i2]/q", "/data/z"])


@given(st.dictionaries(st.tuples(keys, st.sampled_from(list(Facet))), texts), st.randoms())
def test_what_is_frozen_reads_back_and_order_of_entry_does_not_matter(cells: dict, random: object) -> None:
    content = frozen(cells, evidence=[evidence(1)])
    data = canonical_bytes(to_document(content))
    read = from_document(json.loads(data))
    assert canonical_bytes(to_document(read)) == data
    shuffled = list(cells.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert canonical_bytes(to_document(frozen(dict(shuffled), evidence=[evidence(1)]))) == data


def test_the_value_read_back_is_the_value_frozen() -> None:
    content = frozen(CELLS, evidence=[evidence(1)])
    assert from_document(json.loads(canonical_bytes(to_document(content)))) == content


def test_same_as_looks_past_when_it_was_closed() -> None:
    one = frozen(CELLS)
    again = frozen(CELLS, revision=2, parent_hash="ef" * 32, closed_at=NOW.replace(year=2027))
    assert one.same_as(again)
    assert not one.same_as(frozen({**CELLS, ("/data/z", Facet.VALUE): "lain"}))
    assert not one.same_as(replace(again, draft=replace(DRAFT, place="Pendopo")))


def test_an_answer_not_asked_now_is_left_out_of_what_is_frozen() -> None:
    sheet = leave_out(AnswerSheet(CELLS), {"/data/z": False, "/data/a": True})
    assert sheet.get("/data/z") is None
    assert sheet.get("/data/a", Facet.SELF) == "4"


@pytest.mark.parametrize("document", [{}, [], {"format": "gmsc-visit/9"}, {"format": "gmsc-visit/1"}])
def test_something_else_is_refused(document: object) -> None:
    with pytest.raises(InvalidInput):
        from_document(document)  # type: ignore[arg-type]


def test_a_broken_member_is_refused() -> None:
    for member, value in (("mode", "elsewhere"), ("region", None), ("closed_at", "yesterday"), ("answers", [3])):
        with pytest.raises(InvalidInput):
            from_document({**to_document(frozen(CELLS)), member: value})
