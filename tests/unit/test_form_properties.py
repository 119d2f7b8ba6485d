"""Whatever is answered in whatever order: the live form is what a fresh form over its answers would be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import Facet, RepeatItem
from gmsc_desktop.domain.instrument import Instrument, ItemType
from gmsc_desktop.forms.expressions import quoted
from gmsc_desktop.forms.issues import InstrumentError
from gmsc_desktop.forms.session import FormSession
from gmsc_desktop.forms.xpath.basics import number, number_text
from gmsc_desktop.forms.xpath.parser import parse
from gmsc_desktop.forms.xpath.tokens import XPathSyntaxError
from tests.unit.forms_kit import compiled, fixture, form, opened

SLOW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PROGRAMME = "/data/programme"
IDS = ("p", "q", "r")

_values: dict[str, st.SearchStrategy[str | None]] = {
    "/data/province": st.sampled_from([None, "jateng", "jatim", "bali"]),
    "/data/city": st.sampled_from([None, "solo", "kediri"]),
    "/data/people": st.sampled_from([None, "1", "4", "7", "99", "x"]),
    "/data/limit": st.sampled_from([None, "3", "100"]),
    "/data/more/reason": st.sampled_from([None, "free", "sebab"]),
    "/data/more/cost": st.sampled_from([None, "0.5", "12", "-3"]),
    "/data/kinds": st.sampled_from([None, "a", "a b c"]),
    "/data/on": st.sampled_from([None, "2026-01-01", "2027-01-01"]),
    "title": st.sampled_from([None, "none", "Jalan"]),
    "amount": st.sampled_from([None, "1", "2.5", "-1"]),
    "part_amount": st.sampled_from([None, "0.25", "4"]),
}


@st.composite
def steps(draw: st.DrawFn) -> Callable[[FormSession], Any]:
    """One thing a person does; nothing when the place for it is not there."""
    kind = draw(st.sampled_from(["answer", "answer", "inside", "part", "put", "drop", "exclude"]))
    item = f"{PROGRAMME}[{draw(st.sampled_from(IDS))}]"
    part = f"{item}/part[{draw(st.sampled_from(IDS))}]"
    if kind == "answer":
        key = draw(st.sampled_from([name for name in _values if name.startswith("/")]))
        value = draw(_values[key])
        return lambda session: session.set(key, Facet.VALUE, value)
    if kind == "exclude":
        key = draw(st.sampled_from(["/data/people", "/data/more/cost", "/data/province"]))
        why = draw(st.sampled_from([None, "tidak ada"]))
        return lambda session: session.set(key, Facet.NOT_APPLICABLE, why)
    if kind == "inside":
        name = draw(st.sampled_from(["title", "amount"]))
        value = draw(_values[name])
        return _if_there(f"{item}/{name}", lambda session, key: session.set(key, Facet.VALUE, value))
    if kind == "part":
        value = draw(_values["part_amount"])
        return _if_there(f"{part}/part_amount", lambda session, key: session.set(key, Facet.VALUE, value))
    inner = draw(st.booleans())
    if kind == "drop":
        return _if_there(part if inner else item, lambda session, key: session.drop_item(key))
    repeat = f"{item}/part" if inner else PROGRAMME
    entry = RepeatItem(repeat, draw(st.sampled_from(IDS)), draw(st.integers(0, 4)))
    return _if_there(repeat, lambda session, _key: session.put_item(entry))


def _if_there(key: str, work: Callable[[FormSession, str], Any]) -> Callable[[FormSession], Any]:
    return lambda session: work(session, key) if key in session.keys("") else frozenset()


def _seen(session: FormSession) -> dict[str, object]:
    return {
        key: (
            session.state(key),
            session.label(key, "id"),
            tuple(choice.name for choice in session.choices(key)),
        )
        for key in session.keys("")
    }


@pytest.fixture(scope="module")
def living() -> Instrument:
    return fixture("living")


@pytest.fixture(scope="module")
def scoring() -> Instrument:
    return fixture("scoring")


@given(done=st.lists(steps(), max_size=25))
@SLOW
def test_any_order_gives_what_a_fresh_form_gives(living: Instrument, done: list[Callable[[FormSession], Any]]) -> None:
    session = opened(living)
    for step in done:
        step(session)
    fresh = opened(living, session.sheet())
    assert _seen(fresh) == _seen(session)
    assert fresh.sheet() == session.sheet()
    assert fresh.progress({}) == session.progress({})
    assert fresh.problems({}) == session.problems({})


@given(done=st.lists(steps(), max_size=12), last=steps())
@SLOW
def test_what_changed_is_told(living: Instrument, done: list[Callable[[FormSession], Any]], last: Any) -> None:
    session = opened(living)
    for step in done:
        step(session)
    before = _seen(session)
    told = last(session)
    after = _seen(session)
    assert {key for key in {*before, *after} if before.get(key) != after.get(key)} <= told


@given(done=st.lists(steps(), max_size=15))
@SLOW
def test_switching_a_section_off_and_on_loses_nothing(
    living: Instrument, done: list[Callable[[FormSession], Any]]
) -> None:
    session = opened(living)
    for step in done:
        step(session)
    people = session.sheet().get("/data/people")
    answered = session.sheet().cells.get(("/data/people", Facet.VALUE)) if people != "2" else None
    before, sheet, assessment = _seen(session), session.sheet(), session.assessment()
    for value in ("7", "1", "5"):
        session.set("/data/people", Facet.VALUE, value)
    session.set("/data/people", Facet.VALUE, answered)
    assert _seen(session) == before
    assert session.sheet() == sheet
    assert session.assessment() == assessment


_levels = st.sampled_from([None, "0", "1", "2", "3", "4", "na"])


@given(
    answers=st.lists(
        st.tuples(
            st.sampled_from(["a/a1", "a/a2", "a/a3", "b/b1", "b/b2", "qw/programme[p]/idea", "qw/programme[p]/use"]),
            st.sampled_from([Facet.VALUE, Facet.SELF, Facet.NOT_APPLICABLE]),
            _levels,
        ),
        max_size=30,
    )
)
@SLOW
def test_scores_kept_up_to_date_are_scores_made_anew(
    scoring: Instrument, answers: list[tuple[str, Facet, str | None]]
) -> None:
    session = opened(scoring)
    session.put_item(RepeatItem("/data/qw/programme", "p", 0))
    for name, facet, value in answers:
        session.set(f"/data/{name}", facet, value)
        session.assessment()
    found = session.assessment()
    assert found == opened(session.instrument, session.sheet()).assessment()
    values = [score.value for score in found.total.walk() if score.value is not None]
    assert all(0 <= value <= 4 for value in values)
    assert found.total.answered <= found.total.expected


@given(st.text(max_size=40))
@SLOW
def test_any_text_is_an_expression_or_refused(source: str) -> None:
    try:
        parse(source)
    except XPathSyntaxError as error:
        assert error.template.format(**error.params)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20))
@SLOW
def test_any_default_text_comes_out_as_it_went_in(text: str) -> None:
    from lxml import etree

    assert etree.XPath(quoted(text))(etree.Element("x")) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
@SLOW
def test_numbers_read_back(value: Any) -> None:
    assert number(number_text(number(f"{value:f}"))) == pytest.approx(float(value))


_types = st.sampled_from(
    [
        "text",
        "integer",
        "date",
        "note",
        "calculate",
        "file",
        "select_one l",
        "select_multiple l",
        "begin_group",
        "begin_repeat",
        "end_group",
        "end_repeat",
        "geopoint",
        "",
    ]
)
_sources = st.sampled_from(
    [
        "",
        "",
        "",
        "${a}",
        "${b} + 1",
        "count(${c})",
        ". > 1",
        "position(..)",
        "sum(${d})",
        "if(${a}, ${b}, 'x')",
        "${a} and",
        "../b",
        "selected(${a}, 'x')",
        "jr:choice-name(${a}, '${a}')",
        "indexed-repeat(${a}, ${c}, 1)",
        "today() - ${b}",
        "/data/c[a = ${b}]/d",
        "../../..",
        "/data",
        "yes",
        "${nobody}",
        "\x07",
        "’",
    ]
)
_rows = st.tuples(_types, st.sampled_from([*"abcdef", "a b", ""]), _sources, _sources, _sources)


@given(rows=st.lists(_rows, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_is_an_instrument_that_runs_or_is_refused_with_places(rows: list[tuple[str, ...]]) -> None:
    markdown = form(
        *(
            f"{kind} | {name} | L | {relevant} | {calculation} | {constraint}"
            for kind, name, relevant, calculation, constraint in rows
        ),
        headings="type | name | label | relevant | calculation | constraint",
        choices=("l | x | X | 1", "l | y | Y | 2"),
    )
    try:
        instrument = compiled(markdown).instrument
    except InstrumentError as error:
        assert error.issues
        assert all(issue.text() for issue in error.issues)
        return
    session = opened(instrument)
    for item in instrument.items:
        if item.type is ItemType.REPEAT and item.path in session.keys(""):
            session.put_item(RepeatItem(item.path, "p", 0))
    for key in session.keys(""):
        if not session.state(key).read_only:
            session.set(key, Facet.VALUE, "1")
    fresh = opened(instrument, session.sheet())
    assert _seen(fresh) == _seen(session)
