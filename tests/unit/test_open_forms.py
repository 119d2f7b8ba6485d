"""Submissions and flat tables say what the form says, whatever was answered in whatever order."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gmsc_desktop.domain.answers import Facet, RepeatItem
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.forms.flat import Submission, Table, flat_tables
from gmsc_desktop.forms.recorded import Recorded, recorded
from gmsc_desktop.forms.session import FormSession
from gmsc_desktop.forms.submission import instance_id, submission_xml
from tests.unit.forms_kit import compiled, form, opened

IDENTITY = "uuid:5f0f2b0c-0000-5000-8000-000000000000"
AT = datetime(2021, 12, 14, 2, 30, 0, 7000, tzinfo=UTC)


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return compiled(
        form(
            "text | ask | Ask |",
            "begin_group | block | Block | ${ask} != 'no'",
            "text | note | Note |",
            "end_group | | |",
            "begin_repeat | outer | Outer |",
            "text | text | Text |",
            "begin_repeat | inner | Inner | ${text} != 'no'",
            "integer | number | Number |",
            "end_repeat | | |",
            "end_repeat | | |",
            headings="type | name | label | relevant",
        )
    ).instrument


TEXT = st.sampled_from(["no", "ya", "<&>\"'", "dua\nbaris", "a,b;c", "⚑ İ", "=1+1", " tepi "])


@st.composite
def filled(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """Steps: an answer to the top, or an item with answers."""
    return draw(
        st.lists(
            st.one_of(
                st.tuples(st.just("ask"), TEXT),
                st.tuples(st.just("note"), TEXT),
                st.tuples(st.just("outer"), TEXT),
                st.tuples(st.just("inner"), st.integers(0, 99).map(str)),
                st.tuples(st.just("drop")),
            ),
            max_size=12,
        )
    )


def run(session: FormSession, steps: list[tuple[str, ...]]) -> None:
    for number, (what, *rest) in enumerate(steps):
        items = session.items("/data/outer")
        if what == "ask":
            session.set("/data/ask", Facet.VALUE, rest[0])
        elif what == "note":
            session.set("/data/block/note", Facet.VALUE, rest[0])
        elif what == "outer":
            item = RepeatItem("/data/outer", f"o{number}", number)
            session.put_item(item)
            session.set(f"{item.key}/text", Facet.VALUE, rest[0])
        elif what == "inner" and items:
            item = RepeatItem(f"{items[-1].key}/inner", f"i{number}", number)
            session.put_item(item)
            session.set(f"{item.key}/number", Facet.VALUE, rest[0])
        elif what == "drop" and items:
            session.drop_item(items[0].key)


def told(session: FormSession) -> Recorded:
    return recorded(session.instrument, session.sheet(), lambda key: session.state(key).relevant, {})


def rows(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.csv_bytes().decode(), newline="")))


def texts(element: Any) -> Counter[tuple[str, str]]:
    return Counter(
        (etree.QName(found).localname, found.text)
        for found in element.iter()
        if len(found) == 0 and found.text and found.tag != "instanceID"
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(steps=filled())
def test_a_submission_holds_what_is_relevant_and_nothing_else(
    instrument: Instrument, steps: list[tuple[str, ...]]
) -> None:
    session = opened(instrument)
    run(session, steps)
    xml = etree.fromstring(submission_xml(instrument, told(session), IDENTITY))
    states = [session.state(key) for key in session.keys("")]
    asked = [state for state in states if state.relevant and not state.item.is_container]
    assert texts(xml) == Counter((state.item.name, state.value) for state in asked if state.value)
    questions = [found for found in xml.iter() if found.tag in ("ask", "note", "text", "number")]
    assert len(questions) == len(asked)
    assert len(xml.findall("outer")) == len(session.items("/data/outer"))
    assert xml[-1].tag == "meta" and xml.findtext("meta/instanceID") == IDENTITY


@settings(max_examples=60, deadline=None, derandomize=True)
@given(steps=filled())
def test_tables_hold_every_answer_once_and_join(instrument: Instrument, steps: list[tuple[str, ...]]) -> None:
    session = opened(instrument)
    run(session, steps)
    top, outer, inner = flat_tables(instrument, told(session), Submission(IDENTITY, AT))
    (root,) = rows(top)
    assert root["SubmissionDate"] == "2021-12-14T02:30:00.007Z" and root["KEY"] == IDENTITY
    keys = {row["KEY"] for row in rows(outer)}
    assert len(keys) == len(rows(outer)) == len(session.items("/data/outer"))
    assert all(row["PARENT_KEY"] == IDENTITY for row in rows(outer))
    assert {row["PARENT_KEY"] for row in rows(inner)} <= keys
    assert all(row["KEY"].startswith(f"{row['PARENT_KEY']}/inner[") for row in rows(inner))
    found = Counter(
        (name.rpartition("-")[2], text)
        for table in (top, outer, inner)
        for row in rows(table)
        for name, text in row.items()
        if text and name in ("ask", "block-note", "text", "number")
    )
    states = [session.state(key) for key in session.keys("")]
    wanted = [state for state in states if state.relevant and not state.item.is_container and state.value]
    assert found == Counter((state.item.name, state.value) for state in wanted)


def test_each_revision_and_each_draft_is_a_submission_of_its_own() -> None:
    visit = "017db600-0008-7580-ad2f-89d94a2f20aa"
    made = [instance_id(visit, number, draft=draft) for number in (1, 2) for draft in (False, True)]
    assert len(set(made)) == 4
    assert made == [instance_id(visit, number, draft=draft) for number in (1, 2) for draft in (False, True)]
