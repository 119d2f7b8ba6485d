"""The live form: what is shown, valid and calculated as answers come and go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gmsc_desktop.domain.answers import Facet, RepeatItem
from gmsc_desktop.domain.errors import NotFound, Refused
from gmsc_desktop.domain.visit import Progress, Severity
from gmsc_desktop.forms.session import FormSession
from gmsc_desktop.i18n import set_language
from tests.unit.forms_kit import add, answer, compiled, fixture, form, opened

PROGRAMME = "/data/programme"


@pytest.fixture
def living() -> FormSession:
    return opened(fixture("living"))


@pytest.fixture
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("id")


def _value(session: FormSession, name: str) -> str:
    return session.state(f"/data/{name}").value


def _codes(session: FormSession, **evidence: int) -> list[tuple[str, str]]:
    counts = {f"/data/{name}": count for name, count in evidence.items()}
    return [(problem.code, problem.key.removeprefix("/data/")) for problem in session.problems(counts)]


def test_keys_are_in_form_order_with_groups_and_items(living: FormSession) -> None:
    assert living.keys("")[:4] == ("/data/province", "/data/city", "/data/people", "/data/limit")
    assert living.keys("/data/more") == ("/data/more/reason", "/data/more/cost", "/data/more/photo")
    add(living, PROGRAMME, "b", "a")
    assert living.keys(PROGRAMME) == tuple(
        key
        for item in ("b", "a")
        for key in (
            f"{PROGRAMME}[{item}]",
            *(f"{PROGRAMME}[{item}]/{name}" for name in ("title", "amount", "share", "part", "parts")),
        )
    )


def test_relevance_hides_and_brings_back(living: FormSession) -> None:
    assert not living.state("/data/city").relevant
    changed = living.set("/data/province", Facet.VALUE, "jateng")
    assert {"/data/province", "/data/city"} <= changed
    city = living.state("/data/city")
    assert city.relevant and city.required
    living.set("/data/city", Facet.VALUE, "solo")
    living.set("/data/province", Facet.VALUE, None)
    assert not living.state("/data/city").relevant
    assert living.state("/data/city").value == "solo"
    living.set("/data/province", Facet.VALUE, "jatim")
    city = living.state("/data/city")
    assert (city.value, city.required, city.valid) == ("solo", False, False)


def test_what_a_group_hides_leaves_calculations_and_comes_back(living: FormSession) -> None:
    answer(living, people="5")
    living.set("/data/more/cost", Facet.VALUE, "12.5")
    assert _value(living, "total") == "12.5"
    changed = living.set("/data/people", Facet.VALUE, "3")
    assert {"/data/more/cost", "/data/more/reason", "/data/total", "/data/double"} <= changed
    assert _value(living, "total") == "0"
    assert living.state("/data/more/cost").value == "12.5"
    living.set("/data/people", Facet.VALUE, "4")
    assert _value(living, "total") == "12.5"
    living.set("/data/more/reason", Facet.VALUE, "free")
    assert _value(living, "total") == "0"


def test_an_answer_touches_only_what_depends_on_it(living: FormSession) -> None:
    assert living.set("/data/on", Facet.VALUE, "2026-07-01") == {"/data/on"}
    assert living.set("/data/more/reason", Facet.NOTE, "catatan") == {"/data/more/reason"}
    add(living, PROGRAMME, "p", "q")
    changed = living.set(f"{PROGRAMME}[p]/part", Facet.NOTE, "x")
    assert changed == {f"{PROGRAMME}[p]/part"}
    changed = living.set(f"{PROGRAMME}[p]/title", Facet.VALUE, "Jalan")
    assert not any("[q]" in key for key in changed)


def test_a_default_is_an_answer_from_the_beginning(living: FormSession) -> None:
    assert (_value(living, "people"), _value(living, "limit"), _value(living, "double")) == ("2", "10", "4")
    answer(living, people="3")
    assert _value(living, "double") == "6"
    living.set("/data/people", Facet.VALUE, None)
    assert (_value(living, "people"), _value(living, "double")) == ("", "")
    assert _value(opened(living.instrument, living.sheet()), "people") == ""
    add(living, PROGRAMME, "p", "q")
    assert living.state(f"{PROGRAMME}[q]/title").value == "Program 2"
    assert living.sheet().get("/data/fixed") == 'it\'s "fixed"'


def test_calculated_and_fixed_questions_are_not_written(living: FormSession) -> None:
    for name in ("double", "fixed", "thanks", "more"):
        assert living.state(f"/data/{name}").read_only
        with pytest.raises(Refused):
            living.set(f"/data/{name}", Facet.VALUE, "1")
    with pytest.raises(NotFound):
        living.set("/data/nowhere", Facet.VALUE, "1")
    with pytest.raises(NotFound):
        living.state(f"{PROGRAMME}[gone]/title")


def test_items_of_repeats(living: FormSession) -> None:
    add(living, PROGRAMME, "p", "q")
    living.set(f"{PROGRAMME}[p]/amount", Facet.VALUE, "30")
    living.set(f"{PROGRAMME}[q]/amount", Facet.VALUE, "10")
    assert (_value(living, "programmes"), _value(living, "total")) == ("2", "40")
    assert living.state(f"{PROGRAMME}[p]/share").value == "0.75"
    gone = living.drop_item(f"{PROGRAMME}[p]")
    assert {PROGRAMME, f"{PROGRAMME}[p]", f"{PROGRAMME}[p]/amount", f"{PROGRAMME}[q]/share", "/data/total"} <= gone
    assert f"{PROGRAMME}[p]" not in living.keys("")
    assert living.state(f"{PROGRAMME}[q]/share").value == "1"
    assert (_value(living, "programmes"), _value(living, "total")) == ("1", "10")
    back = living.put_item(RepeatItem(PROGRAMME, "p", 0))
    assert {f"{PROGRAMME}[p]/amount", f"{PROGRAMME}[q]/share", "/data/total"} <= back
    assert living.state(f"{PROGRAMME}[p]/amount").value == "30"
    assert [item.id for item in living.items(PROGRAMME)] == ["p", "q"]
    assert living.state(f"{PROGRAMME}[q]/share").value == "0.25"


def test_a_default_is_made_once_when_its_item_is_new() -> None:
    session = opened(
        compiled(
            form(
                "text | a | A | first",
                "text | b | B | ${a}",
                "begin_repeat | r | R |",
                "text | c | C | concat(${a}, position(..))",
                "end_repeat | | |",
                headings="type | name | label | default",
            )
        ).instrument
    )
    assert _value(session, "b") == "first"
    answer(session, a="second")
    assert _value(session, "b") == "first"
    add(session, "/data/r", "1", "2")
    assert session.state("/data/r[2]/c").value == "second2"
    session.set("/data/r[2]/c", Facet.VALUE, None)
    session.drop_item("/data/r[1]")
    assert session.state("/data/r[2]/c").value == ""
    again = opened(session.instrument, session.sheet())
    assert (_value(again, "b"), again.state("/data/r[2]/c").value) == ("first", "")
    assert set(again.lasting()) == {"/data/a", "/data/b"}


def test_items_move(living: FormSession) -> None:
    add(living, PROGRAMME, "p", "q")
    assert living.state(f"{PROGRAMME}[q]/title").value == "Program 2"
    changed = living.put_item(RepeatItem(PROGRAMME, "q", -1))
    assert [item.id for item in living.items(PROGRAMME)] == ["q", "p"]
    assert {PROGRAMME, f"{PROGRAMME}[q]"} <= changed
    assert living.state(f"{PROGRAMME}[q]/title").value == "Program 2"
    living.put_item(RepeatItem(PROGRAMME, "q", 0, removed=True))
    assert [item.id for item in living.items(PROGRAMME)] == ["p"]


def test_nested_items(living: FormSession) -> None:
    add(living, PROGRAMME, "p", "q")
    part = f"{PROGRAMME}[q]/part"
    add(living, part, "x", "y")
    living.set(f"{part}[x]/part_amount", Facet.VALUE, "1.5")
    living.set(f"{part}[y]/part_amount", Facet.VALUE, "2")
    assert living.state(f"{part}[y]/place").value == "2.2"
    assert living.state(f"{PROGRAMME}[q]/parts").value == "2"
    assert living.state(f"{PROGRAMME}[p]/parts").value == "0"
    assert _value(living, "total") == "3.5"
    living.drop_item(f"{PROGRAMME}[p]")
    assert living.state(f"{part}[y]/place").value == "1.2"
    living.drop_item(f"{PROGRAMME}[q]")
    assert _value(living, "total") == "0"
    living.put_item(RepeatItem(PROGRAMME, "q", 0))
    assert [item.id for item in living.items(part)] == ["x", "y"], "as the vault has them"
    assert living.state(f"{part}[x]/part_amount").value == "1.5"
    with pytest.raises(NotFound):
        living.put_item(RepeatItem(f"{PROGRAMME}[gone]/part", "x", 0))
    with pytest.raises(NotFound):
        living.put_item(RepeatItem("/data/people", "x", 0))
    with pytest.raises(NotFound):
        living.drop_item("/data/people")


def test_an_item_comes_back_with_the_items_in_it() -> None:
    session = opened(
        compiled(
            form(
                "begin_repeat | r | R",
                "begin_repeat | s | S",
                "text | t | T",
                "end_repeat | |",
                "end_repeat | |",
            )
        ).instrument
    )
    add(session, "/data/r", "a")
    add(session, "/data/r[a]/s", "x", "y")
    session.set("/data/r[a]/s[y]/t", Facet.VALUE, "kedua")
    session.drop_item("/data/r[a]/s[x]")
    session.drop_item("/data/r[a]")
    session.put_item(RepeatItem("/data/r", "a", 0))
    assert [item.id for item in session.items("/data/r[a]/s")] == ["y"]
    assert session.state("/data/r[a]/s[y]/t").value == "kedua"


def test_a_repeat_that_is_not_asked_keeps_its_items(living: FormSession) -> None:
    add(living, PROGRAMME, "p")
    living.set(f"{PROGRAMME}[p]/amount", Facet.VALUE, "5")
    answer(living, people="7")
    assert not living.state(f"{PROGRAMME}[p]/amount").relevant
    assert (_value(living, "programmes"), _value(living, "total")) == ("0", "0")
    add(living, PROGRAMME, "q")
    assert not living.state(f"{PROGRAMME}[q]/amount").relevant
    answer(living, people="6")
    assert (_value(living, "programmes"), _value(living, "total")) == ("2", "5")


def test_choices_follow_the_filter(living: FormSession) -> None:
    answer(living, province="jateng")
    assert [choice.name for choice in living.choices("/data/city")] == ["solo", "semarang"]
    changed = living.set("/data/province", Facet.VALUE, "jatim")
    assert "/data/city" in changed
    assert [choice.name for choice in living.choices("/data/city")] == ["kediri"]
    assert [choice.name for choice in living.choices("/data/kinds")] == ["a", "b", "c"]


def test_constraints_say_why_in_the_language_of_the_form(living: FormSession) -> None:
    answer(living, people="11")
    state = living.state("/data/people")
    assert (state.valid, state.message) == (False, "Paling banyak 10 orang.")
    changed = living.set("/data/limit", Facet.VALUE, "20")
    assert "/data/people" in changed
    assert living.state("/data/people").valid
    set_language("en")
    try:
        answer(living, people="21")
        assert living.state("/data/people").message == "At most 20 people."
    finally:
        set_language("id")
    assert living.state("/data/people").message == "Paling banyak 20 orang."
    add(living, PROGRAMME, "p")
    living.set(f"{PROGRAMME}[p]/amount", Facet.VALUE, "-1")
    assert not living.state(f"{PROGRAMME}[p]/amount").valid


@pytest.mark.parametrize(
    ("name", "value", "valid"),
    [
        ("people", "3", True),
        ("people", "3.0", False),
        ("people", "1e3", False),
        ("people", "tiga", False),
        ("more/cost", "1.25", True),
        ("more/cost", "1,25", False),
        ("on", "2026-07-15", True),
        ("on", "2026-07-16", False),
        ("on", "20260701", False),
        ("on", "2026-02-30", False),
        ("province", "jateng", True),
        ("province", "bali", False),
        ("kinds", "a c", True),
        ("kinds", "a b c", False),
        ("kinds", "a a", False),
        ("kinds", "a z", False),
    ],
)
def test_answers_are_of_their_type(living: FormSession, name: str, value: str, valid: bool) -> None:
    answer(living, people="4")
    living.set(f"/data/{name}", Facet.VALUE, value)
    state = living.state(f"/data/{name}")
    assert state.valid is valid
    assert bool(state.message) is not valid
    assert state.value == value


def test_text_that_xml_cannot_hold_is_kept_as_it_is(living: FormSession) -> None:
    odd = "satu\x0bdua\x00\ud800 <&>]]> ${people}"
    answer(living, people="4")
    living.set("/data/more/reason", Facet.VALUE, odd)
    assert living.state("/data/more/reason").value == odd
    assert living.sheet().get("/data/more/reason") == odd


def test_labels_are_filled_in(living: FormSession) -> None:
    assert living.label("/data/city", "id") == "Kota di "
    answer(living, province="jateng")
    assert living.label("/data/city", "id") == "Kota di jateng"
    assert living.label("/data/city", "en") == "City in jateng"
    assert living.label("/data/city", "xx") == "Kota di jateng"
    assert "/data/thanks" in living.set("/data/people", Facet.VALUE, "4")
    assert living.label("/data/thanks", "en") == "Thanks, 4 people"
    add(living, PROGRAMME, "p", "q")
    living.set(f"{PROGRAMME}[q]/title", Facet.VALUE, "Air ${people}")
    assert living.label(f"{PROGRAMME}[q]", "id") == "Program Air ${people}"
    assert living.label(f"{PROGRAMME}[p]", "id") == "Program Program 1"


def test_problems_name_what_is_missing(living: FormSession, english: None) -> None:
    answer(living, people="4")
    assert _codes(living) == [("required", "province"), ("required", "more/reason"), ("required", "more/photo")]
    first = living.problems({})[0]
    assert first.template.format(**first.params) == "Choose a province."
    answer(living, province="jateng", city="kediri", on="2030-01-01")
    living.set("/data/more/reason", Facet.VALUE, "sebab")
    assert _codes(living, **{"more/photo": 1}) == [("constraint", "city"), ("constraint", "on")]
    assert {problem.severity for problem in living.problems({})} == {Severity.ERROR}


def test_not_applicable_needs_a_reason_and_lifts_what_is_required() -> None:
    session = opened(fixture("scoring"))
    session.set("/data/a/a1", Facet.NOT_APPLICABLE, " - ")
    assert ("not_applicable_reason", "a/a1") in _codes(session)
    assert not session.state("/data/a/a1").required
    session.set("/data/a/a1", Facet.NOT_APPLICABLE, "Bukan kewenangan daerah")
    assert "a/a1" not in [key for _code, key in _codes(session)]
    assert session.section_progress("/data/a", {}) == Progress(1, 2)


def test_not_applicable_is_blank_to_expressions() -> None:
    session = opened(fixture("scoring"))
    session.set("/data/a/a1", Facet.VALUE, "0")
    assert not session.state("/data/a/a3").relevant
    changed = session.set("/data/a/a1", Facet.NOT_APPLICABLE, "tidak relevan")
    assert "/data/a/a3" in changed
    assert session.state("/data/a/a3").relevant


def test_evidence_is_asked_for_by_the_level_reached() -> None:
    session = opened(fixture("scoring"))
    session.set("/data/a/a1", Facet.VALUE, "1")
    assert ("evidence", "a/a1") not in _codes(session)
    session.set("/data/a/a1", Facet.VALUE, "2")
    assert ("evidence", "a/a1") in _codes(session)
    assert ("evidence", "a/a1") not in _codes(session, **{"a/a1": 1})
    assert ("evidence", "a/a3") not in _codes(session)
    session.set("/data/a/a3", Facet.VALUE, "0")
    assert ("evidence", "a/a3") in _codes(session)
    session.set("/data/a/a3", Facet.NOT_APPLICABLE, "tidak ada")
    assert ("evidence", "a/a3") not in _codes(session)


def test_a_wide_gap_to_the_self_assessment_wants_a_note() -> None:
    session = opened(fixture("scoring"))
    session.set("/data/a/a2", Facet.VALUE, "1")
    session.set("/data/a/a2", Facet.SELF, "2")
    assert ("self_gap", "a/a2") not in _codes(session)
    session.set("/data/a/a2", Facet.SELF, "3")
    found = next(problem for problem in session.problems({}) if problem.code == "self_gap")
    assert (found.key, found.severity, found.params["gap"]) == ("/data/a/a2", Severity.WARNING, "2")
    session.set("/data/a/a2", Facet.NOTE, "Bukti tidak lengkap")
    assert ("self_gap", "a/a2") not in _codes(session)
    session.set("/data/a/a2", Facet.SELF, "7")
    assert ("self_value", "a/a2") in _codes(session)


def test_a_scored_repeat_without_items_is_doubtful() -> None:
    session = opened(fixture("scoring"))
    assert ("repeat_empty", "qw/programme") in _codes(session)
    add(session, "/data/qw/programme", "p")
    assert ("repeat_empty", "qw/programme") not in _codes(session)
    assert ("required", "qw/programme[p]/title") in _codes(session)


def test_progress_counts_required_questions_asked_now(living: FormSession) -> None:
    assert living.progress({}) == Progress(0, 1)
    answer(living, province="jateng", people="4")
    assert living.progress({}) == Progress(1, 4)
    answer(living, city="solo")
    living.set("/data/more/reason", Facet.VALUE, "sebab")
    assert living.progress({"/data/more/photo": 2}) == Progress(4, 4)
    assert living.section_progress("/data/more", {}) == Progress(1, 2)


def test_calculations_are_in_the_sheet_and_never_read_from_it(living: FormSession) -> None:
    answer(living, people="4")
    sheet = living.sheet()
    assert sheet.get("/data/double") == "8"
    again = opened(living.instrument, sheet)
    answer(again, people="5")
    assert _value(again, "double") == "10"


def test_once_holds_what_it_first_gave() -> None:
    found = compiled(
        form(
            "text | a | A |",
            "calculate | first | | once(${a})",
            headings="type | name | label | calculation",
        )
    )
    session = answer(opened(found.instrument), a="satu")
    answer(session, a="dua")
    assert _value(session, "first") == "satu"
    again = opened(found.instrument, session.sheet())
    assert _value(again, "first") == "satu"


def test_a_self_assessment_may_differ_and_a_note_may_stand_anywhere() -> None:
    session = opened(fixture("scoring"))
    session.set("/data/a", Facet.NOTE, "Catatan bagian")
    assert session.state("/data/a").note == "Catatan bagian"
    with pytest.raises(Refused):
        session.set("/data/a", Facet.NOT_APPLICABLE, "x")
    session.set("/data/a/a1", Facet.SELF, "4")
    assert session.state("/data/a/a1").self_value == "4"
    assert session.state("/data/a/a1").value == ""


def test_spaces_are_no_answer_to_what_is_required(living: FormSession) -> None:
    answer(living, people="4")
    living.set("/data/more/reason", Facet.VALUE, "  ")
    assert ("required", "more/reason") in _codes(living)
    assert living.section_progress("/data/more", {}) == Progress(0, 2)


def test_numbered_items_of_an_inner_repeat_are_the_askers_own() -> None:
    found = compiled(
        form(
            "begin_repeat | r | R |",
            "begin_repeat | s | S |",
            "integer | z | Z |",
            "end_repeat | | |",
            "calculate | second | | indexed-repeat(${z}, ${s}, 2)",
            "calculate | first | | indexed-repeat(${z}, ${r}, 1, ${s}, position(..))",
            "end_repeat | | |",
            headings="type | name | label | calculation",
        )
    )
    session = opened(found.instrument)
    add(session, "/data/r", "a", "b")
    for item, values in {"a": ("1", "2"), "b": ("3", "4")}.items():
        add(session, f"/data/r[{item}]/s", "x", "y")
        for inner, value in zip("xy", values, strict=True):
            session.set(f"/data/r[{item}]/s[{inner}]/z", Facet.VALUE, value)
    assert [session.state(f"/data/r[{item}]/second").value for item in "ab"] == ["2", "4"]
    assert [session.state(f"/data/r[{item}]/first").value for item in "ab"] == ["1", "2"]


def test_a_filter_may_read_several_answers() -> None:
    found = compiled(
        form(
            "select_multiple level | chosen | Chosen |",
            "select_one level | best | Best | selected(${chosen}, name) and score != '0'",
            headings="type | name | label | choice_filter",
            choices=("level | a | A | 0", "level | b | B | 1", "level | c | C | 2"),
        )
    )
    session = answer(opened(found.instrument), chosen="a c")
    assert [choice.name for choice in session.choices("/data/best")] == ["c"]
