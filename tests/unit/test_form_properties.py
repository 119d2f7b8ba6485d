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
    answered = session.sheet().get("/data/people")
    before, sheet, assessment = _seen(session), session.sheet(), session.assessment()
    for value in ("7", "1", "5"):
        session.set("/data/people", Facet.VALUE, value)
    session.set("/data/people", Facet.VALUE, answered)
    assert _seen(session) == before
    assert session.sheet() == sheet
    assert session.assessment() == assessment


CHILD = "/data/child"
_wide: dict[str, st.SearchStrategy[str | None]] = {
    "/data/at": st.sampled_from([None, "06:30", "25:00"]),
    "/data/mark": st.sampled_from([None, "2.5", "4", "9"]),
    "/data/order": st.sampled_from([None, "solo kediri denpasar other", "solo"]),
    "/data/sure": st.sampled_from([None, "OK", "x"]),
    "/data/field": st.sampled_from([None, "0 0;0 1;1 1;0 0"]),
    "/data/code": st.sampled_from([None, "A", "B"]),
    "/data/home": st.sampled_from([None, "solo", "other"]),
    "/data/near": st.sampled_from([None, "kediri", "denpasar"]),
    "/data/island": st.sampled_from([None, "jawa", "bali"]),
    "/data/children": st.sampled_from([None, "0", "1", "2", "x"]),
    "/data/most": st.sampled_from([None, "5", "1000"]),
    "/data/counted": st.sampled_from([None, "7"]),
    "name": st.sampled_from([None, "Sri"]),
    "age": st.sampled_from([None, "8", "20", "99"]),
    "price": st.sampled_from([None, "3", "0.5"]),
}


@st.composite
def wide_steps(draw: st.DrawFn) -> Callable[[FormSession], Any]:
    """One thing a person does in the form of the wider types."""
    kind = draw(st.sampled_from(["answer", "answer", "inside", "toy", "put", "drop", "exclude"]))
    child = f"{CHILD}[{draw(st.sampled_from('12'))}]"
    toy = f"{child}/toy[{draw(st.sampled_from(IDS))}]"
    if kind in ("answer", "exclude"):
        key = draw(st.sampled_from([name for name in _wide if name.startswith("/")]))
        value = draw(_wide[key])
        facet = Facet.VALUE if kind == "answer" else Facet.NOT_APPLICABLE
        return lambda session: session.set(key, facet, value and "tidak ada" if kind == "exclude" else value)
    if kind == "inside":
        name = draw(st.sampled_from(["name", "age"]))
        value = draw(_wide[name])
        return _if_there(f"{child}/{name}", lambda session, key: session.set(key, Facet.VALUE, value))
    if kind == "toy":
        value = draw(_wide["price"])
        return _if_there(f"{toy}/price", lambda session, key: session.set(key, Facet.VALUE, value))
    if kind == "drop":
        return _if_there(toy, lambda session, key: session.drop_item(key))
    entry = RepeatItem(f"{child}/toy", draw(st.sampled_from(IDS)), draw(st.integers(0, 3)))
    return _if_there(entry.repeat, lambda session, _key: session.put_item(entry))


@pytest.fixture(scope="module")
def wide() -> Instrument:
    return fixture("wide")


@given(done=st.lists(wide_steps(), max_size=30))
@SLOW
def test_wider_forms_are_what_a_fresh_form_gives(wide: Instrument, done: list[Callable[[FormSession], Any]]) -> None:
    session = opened(wide)
    for step in done:
        before = _seen(session)
        told = step(session)
        after = _seen(session)
        assert {key for key in {*before, *after} if before.get(key) != after.get(key)} <= told
    fresh = opened(wide, session.sheet())
    assert _seen(fresh) == _seen(session)
    assert fresh.sheet() == session.sheet()
    assert fresh.problems({}) == session.problems({})
    assert fresh.lasting() == session.lasting()


@given(done=st.lists(wide_steps(), max_size=20), gone=st.sampled_from(["bali", None]))
@SLOW
def test_switching_nested_repeats_off_and_on_loses_nothing(
    wide: Instrument, done: list[Callable[[FormSession], Any]], gone: str | None
) -> None:
    session = opened(wide)
    for step in done:
        step(session)
    session.set("/data/island", Facet.NOT_APPLICABLE, None)
    session.set("/data/island", Facet.VALUE, "jawa")
    before, sheet, assessment = _seen(session), session.sheet(), session.assessment()
    for value in ("bali", gone, "bali", "jawa"):
        session.set("/data/island", Facet.VALUE, value)
    assert (_seen(session), session.sheet(), session.assessment()) == (before, sheet, assessment)
    children = sheet.get("/data/children")
    session.set("/data/children", Facet.VALUE, "0")
    session.set("/data/children", Facet.VALUE, children)
    assert {key: state for key, state in _seen(session).items() if "/toy[" not in key} == {
        key: state for key, state in before.items() if "/toy[" not in key
    }


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
        "time",
        "rank l",
        "range",
        "select_one l or_other",
        "hidden",
        "start",
        "spaceship",
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
        "instance('l')/root/item[name = ${a}]/label",
        "once(${a})",
        "uuid()",
        "null",
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
_more = st.sampled_from(["", "", "", "${a}", "3", "${b}"])
_rows = st.tuples(_types, st.sampled_from([*"abcdef", "a b", ""]), _sources, _sources, _sources, _more, _more)


@given(rows=st.lists(_rows, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_is_an_instrument_that_runs_or_is_refused_with_places(rows: list[tuple[str, ...]]) -> None:
    markdown = form(
        *(
            f"{kind} | {name} | L | {relevant} | {calculation} | {constraint} | {count} | {trigger}"
            for kind, name, relevant, calculation, constraint, count, trigger in rows
        ),
        headings="type | name | label | relevant | calculation | constraint | repeat_count | trigger",
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
        if item.type is ItemType.REPEAT and item.path in session.keys("") and not item.repeat_count:
            session.put_item(RepeatItem(item.path, "p", 0))
    for key in session.keys(""):
        if key in session.keys("") and not session.state(key).read_only:
            session.set(key, Facet.VALUE, "1")
    fresh = opened(instrument, session.sheet())
    assert _seen(fresh) == _seen(session)
