"""What the wider types, columns and functions do while a form is filled."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gmsc_desktop.domain.answers import Facet, RepeatItem
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import Refused
from gmsc_desktop.domain.instrument import Instrument, ItemType, Table
from gmsc_desktop.forms.compiler import compile_workbook
from gmsc_desktop.forms.document import from_document, instrument_hash, to_document
from gmsc_desktop.forms.issues import InstrumentError
from gmsc_desktop.forms.markup import plain
from gmsc_desktop.forms.reader import read_workbook
from gmsc_desktop.forms.session import FormSession
from gmsc_desktop.forms.validity import Bounds
from tests.unit.forms_kit import FORMS, StandingClock, add, answer, compiled, fixture, form, opened

ATTACHED = FORMS / "attached"


@pytest.fixture
def wide() -> FormSession:
    return opened(fixture("wide"))


def _value(session: FormSession, name: str) -> str:
    return session.state(f"/data/{name}").value


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("at", ("06:30", "23:59:59", "10:20:30.125+07:00"), ("05:00", "24:00", "6:30", "pagi")),
        ("moment", ("2026-07-15T09:30", "2026-07-15T09:30:00.000+07:00"), ("2026-07-15", "2026-02-30T10:00", "x")),
        ("mark", ("0", "2.5", "5", "5.0"), ("2.25", "5.5", "-0.5", "dua")),
        ("order", ("solo kediri denpasar other",), ("solo kediri", "solo solo kediri denpasar", "solo kediri paris x")),
        ("here", ("-7.56 110.82", "-7.56 110.82 92.5 4"), ("-97 110", "7", "-7.5 110.8;-7.6 110.9", "sini")),
        ("field", ("0 0;0 1;1 1;0 0",), ("0 0;0 1;1 1", "0 0;0 1")),
    ],
)
def test_answers_are_of_their_type(wide: FormSession, name: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    for text in good:
        assert answer(wide, **{name: text}).state(f"/data/{name}").valid, text
    for text in bad:
        assert not answer(wide, **{name: text}).state(f"/data/{name}").valid, text


def test_an_acknowledgement_is_asked_for_where_it_matters(wide: FormSession) -> None:
    answer(wide, mark="4")
    assert ("required", "/data/sure") in [(p.code, p.key) for p in wide.problems({})]
    assert not answer(wide, sure="ya").state("/data/sure").valid
    assert answer(wide, sure="OK").state("/data/sure").valid


def test_a_range_says_its_bounds(wide: FormSession) -> None:
    assert wide.bounds("/data/mark") == Bounds(Decimal(0), Decimal(5), Decimal("0.5"))
    assert wide.bounds("/data/at") is None
    usual = opened(compiled(form("range | r | R")).instrument)
    assert usual.bounds("/data/r") == Bounds(Decimal(1), Decimal(10), Decimal(1))


def test_what_the_program_fills_in(wide: FormSession) -> None:
    assert _value(wide, "begun") == "2026-07-15T09:30:00.000+07:00"
    assert (_value(wide, "day"), _value(wide, "who"), _value(wide, "round")) == ("2026-07-15", "Asesor", "3")
    for name in ("begun", "day", "who"):
        with pytest.raises(Refused):
            answer(wide, **{name: "x"})
    assert not wide.instrument.by_path["/data/begun"].is_shown
    later = replace(wide.sheet(), cells={**wide.sheet().cells, ("/data/day", Facet.VALUE): "2026-07-01"})
    assert _value(opened(wide.instrument, later), "day") == "2026-07-01"


def test_labels_are_plain_text(wide: FormSession) -> None:
    assert wide.label("/data/at", "id") == "Pukul berapa"
    assert wide.label("/data/at", "en") == "What time"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**Nama** _lengkap_ ***Anda***", "Nama lengkap Anda"),
        ("5 * 3 * 2 = 30 dan a_b_c", "5 * 3 * 2 = 30 dan a_b_c"),
        ("${_a} dan ${b_} *x*", "${_a} dan ${b_} x"),
        ("# Bagian\nisi", "Bagian\nisi"),
        ("[situs](https://x.id/a_b)", "situs (https://x.id/a_b)"),
        ('<span style="color:red">Merah</span><br>&lt;b&gt;', "Merah\n<b>"),
        ("3 < 5 & 7 > 2", "3 < 5 & 7 > 2"),
        (r"\*tetap\*", "*tetap*"),
    ],
)
def test_markdown_is_taken_out(written: str, read: str) -> None:
    assert plain(written) == read


def test_another_answer_may_be_written(wide: FormSession) -> None:
    other = wide.instrument.by_path["/data/home_other"]
    assert (other.type, other.label.get("id")) == (ItemType.TEXT, "Sebutkan lainnya")
    assert wide.choices("/data/home")[-1].label.get("id") == "Lainnya"
    assert not wide.state("/data/home_other").relevant
    assert "/data/home_other" in wide.set("/data/home", Facet.VALUE, "other")
    assert wide.state("/data/home_other").relevant


def test_lists_are_looked_up_and_searched(wide: FormSession) -> None:
    answer(wide, island="jawa", home="solo")
    assert [choice.name for choice in wide.choices("/data/near")] == ["kediri"]
    assert _value(wide, "home_label") == "Surakarta"
    assert "/data/near" in wide.set("/data/island", Facet.VALUE, "bali")
    assert [choice.name for choice in wide.choices("/data/near")] == ["denpasar"]
    assert not answer(wide, near="kediri").state("/data/near").valid


def test_choices_are_shuffled_the_same_way_each_time() -> None:
    rows = "select_one level | a | A | randomize=true"
    choices = tuple(f"level | {at} | {at} |" for at in range(30))
    instrument = compiled(form(rows, headings="type | name | label | parameters", choices=choices)).instrument

    def order(seed: str) -> list[str]:
        session = FormSession(instrument, opened(instrument).sheet(), clock=StandingClock(), seed=seed)
        return [choice.name for choice in session.choices("/data/a")]

    assert order("v1") == order("v1") != order("v2")
    assert sorted(order("v1"), key=int) == [str(at) for at in range(30)]


def test_a_counted_repeat_follows_its_count(wide: FormSession) -> None:
    assert wide.counted("/data/child") and not wide.counted("/data/at")
    changed = answer(wide, island="jawa").set("/data/children", Facet.VALUE, "2")
    assert {"/data/child", "/data/child[1]/name", "/data/child[2]/age"} <= changed
    assert [item.id for item in wide.items("/data/child")] == ["1", "2"]
    wide.set("/data/child[2]/name", Facet.VALUE, "Sri")
    assert wide.label("/data/child[2]/age", "id") == "Umur Sri"
    gone = wide.set("/data/children", Facet.VALUE, "1")
    assert {"/data/child[2]", "/data/child[2]/name"} <= gone
    assert "/data/child[2]/name" not in wide.keys("")
    answer(wide, children="3")
    assert wide.state("/data/child[2]/name").value == "Sri"
    for count in ("99999", "-4", "banyak"):
        answer(wide, children=count)
        assert len(wide.items("/data/child")) == (1000 if count == "99999" else 0)
    with pytest.raises(Refused):
        wide.put_item(RepeatItem("/data/child", "x", 0))


def test_nested_repeats_hold_conditions_of_their_own(wide: FormSession) -> None:
    answer(wide, island="jawa", children="2")
    for number, age in (("1", "8"), ("2", "20")):
        wide.set(f"/data/child[{number}]/name", Facet.VALUE, f"Anak {number}")
        wide.set(f"/data/child[{number}]/age", Facet.VALUE, age)
    toys = "/data/child[1]/toy"
    add(wide, toys, "x", "y")
    add(wide, "/data/child[2]/toy", "z")
    wide.set(f"{toys}[x]/price", Facet.VALUE, "30")
    wide.set(f"{toys}[y]/price", Facet.VALUE, "10")
    wide.set("/data/child[2]/toy[z]/price", Facet.VALUE, "500")
    assert (_value(wide, "spent"), wide.state(f"{toys}[x]/share").value) == ("40", "0.75")
    assert not wide.state("/data/child[2]/toy[z]/price").relevant
    wide.set("/data/child[2]/age", Facet.VALUE, "9")
    assert _value(wide, "spent") == "540"
    assert not wide.state("/data/child[2]/toy[z]/price").valid
    answer(wide, most="500")
    assert wide.state("/data/child[2]/toy[z]/price").valid
    before = wide.sheet()
    answer(wide, island="bali")
    assert _value(wide, "spent") == "0"
    answer(wide, island="jawa")
    assert wide.sheet() == before
    wide.drop_item(f"{toys}[x]")
    assert (wide.state("/data/child[1]/toys").value, wide.state(f"{toys}[y]/share").value) == ("1", "1")


def test_triggers_set_what_then_stands_like_an_answer(wide: FormSession) -> None:
    assert (_value(wide, "counted"), _value(wide, "note_of")) == ("", "")
    changed = wide.set("/data/code", Facet.VALUE, "A")
    assert {"/data/counted", "/data/note_of"} <= changed
    assert (_value(wide, "counted"), _value(wide, "note_of")) == ("1", "A!")
    answer(wide, code="A")
    assert _value(wide, "counted") == "1"
    answer(wide, code="B")
    assert _value(wide, "counted") == "2"
    answer(wide, counted="40")
    assert _value(wide, "counted") == "40"
    again = opened(wide.instrument, wide.sheet())
    assert (_value(again, "counted"), _value(again, "note_of")) == ("40", "B!")


def test_the_form_tells_what_it_would_not_set_again(wide: FormSession) -> None:
    answer(wide, code="A")
    answer(wide, code="B")
    assert wide.lasting() == {
        "/data/begun": "2026-07-15T09:30:00.000+07:00",
        "/data/day": "2026-07-15",
        "/data/first": "A",
        "/data/counted": "2",
        "/data/note_of": "B!",
        "/data/most": "100",
        "/data/round": "3",
    }
    items = [wide.instrument.by_path[key] for key in wide.lasting()]
    assert all(item.lasts or item.default for item in items)


def test_chance_is_the_visits_own() -> None:
    headings = "type | name | label | calculation"
    rows = ("calculate | u | | uuid()", "calculate | v | | uuid()", "calculate | r | | random()")
    instrument = compiled(form(*rows, "calculate | s | | uuid(8)", "text | t | T |", headings=headings)).instrument
    one, same, other = (
        FormSession(instrument, opened(instrument).sheet().__class__(), clock=StandingClock(), seed=seed)
        for seed in ("v1", "v1", "v2")
    )
    assert _value(one, "u") == _value(same, "u") != _value(other, "u")
    assert _value(one, "u") != _value(one, "v")
    assert 0 <= float(_value(one, "r")) < 1
    assert len(_value(one, "s")) == 8


def test_a_default_of_the_day_stands() -> None:
    instrument = compiled(
        form("date | on | On | today()", "text | t | T |", headings="type | name | label | default")
    ).instrument
    session = opened(instrument)
    assert (_value(session, "on"), session.lasting()) == ("2026-07-15", {"/data/on": "2026-07-15"})
    assert _value(answer(session, on="2026-01-01"), "on") == "2026-01-01"


# Files beside the workbook


@pytest.fixture(scope="module")
def places() -> Instrument:
    return compile_workbook(read_workbook(ATTACHED / "places.md")).instrument


def test_files_are_read_beside_the_workbook(places: Instrument) -> None:
    session = answer(opened(places), regency="solo")
    assert [choice.name for choice in session.choices("/data/district")] == ["t1", "t2"]
    assert [(choice.name, choice.label.get("default")) for choice in session.choices("/data/row")] == [
        ("solo", "a"),
        ("kediri", 'b "c"'),
    ]
    assert (_value(session, "people"), _value(session, "districts"), _value(session, "late")) == ("522,364", "2", "t3")
    answer(session, district="t2")
    assert _value(session, "district_label") == "Jebres"
    assert [choice.name for choice in session.choices("/data/village")] == ["v2"]
    answer(session, regency="kediri")
    assert not session.state("/data/district").valid
    answer(session, regency="")
    assert (_value(session, "people"), session.choices("/data/district")) == ("", ())


def test_files_are_part_of_the_instrument(places: Instrument) -> None:
    data = canonical_bytes(to_document(places))
    back = from_document(json.loads(data))
    assert back == places
    assert canonical_bytes(to_document(back)) == data
    rows = places.tables["people.csv"].rows
    other = {**places.tables, "people.csv": Table(places.tables["people.csv"].columns, rows[:1])}
    assert instrument_hash(replace(places, tables=other)) != instrument_hash(places)


def test_a_file_in_the_folder_of_media_is_found(tmp_path: Path) -> None:
    (tmp_path / "f.md").write_text(form("select_one_from_file towns.csv | a | A"), "utf-8")
    (tmp_path / "f-media").mkdir()
    (tmp_path / "f-media" / "towns.csv").write_text("name,label\nx,X\n", "utf-8")
    instrument = compile_workbook(read_workbook(tmp_path / "f.md")).instrument
    assert [choice.name for choice in instrument.choices["towns.csv"]] == ["x"]


@pytest.mark.parametrize("content", [b"", b"name,label\n\xff\xfe,x\n", b'name,label\n"x'])
def test_a_file_that_is_no_table_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.md").write_text(form("select_one_from_file towns.csv | a | A"), "utf-8")
    (tmp_path / "towns.csv").write_bytes(content)
    with pytest.raises(InstrumentError, match=r"towns\.csv"):
        read_workbook(tmp_path / "f.md")


def test_a_hundred_thousand_choices_are_looked_up(tmp_path: Path) -> None:
    rows = "".join(f"n{at},Nama {at},r{at % 500}\n" for at in range(100_000))
    (tmp_path / "many.csv").write_text(f"name,label,region\n{rows}", "utf-8")
    headings = "type | name | label | choice_filter"
    source = form("text | r | R |", "select_one_from_file many.csv | a | A | region = ${r}", headings=headings)
    (tmp_path / "f.md").write_text(source, "utf-8")
    session = answer(opened(compile_workbook(read_workbook(tmp_path / "f.md")).instrument), r="r7")
    assert len(session.choices("/data/a")) == 200
    assert answer(session, a="n507").state("/data/a").valid
    assert not answer(session, a="n508").state("/data/a").valid


def test_choices_of_an_item_that_comes_back_are_new() -> None:
    instrument = compiled(
        form(
            "select_one way | out | Out |",
            "begin_repeat | r | R |",
            "select_one way | back | Back | name != ${out}",
            "end_repeat | | |",
            headings="type | name | label | choice_filter",
            choices=("way | foot | Foot |", "way | bus | Bus |"),
        )
    ).instrument
    session = answer(opened(instrument), out="foot")
    add(session, "/data/r", "x")
    assert [choice.name for choice in session.choices("/data/r[x]/back")] == ["bus"]
    session.drop_item("/data/r[x]")
    answer(session, out="bus")
    add(session, "/data/r", "x")
    assert [choice.name for choice in session.choices("/data/r[x]/back")] == ["foot"]


def test_places_among_nodes() -> None:
    rows = ("calculate | p | | position() + last()", "begin_repeat | r | R |", "integer | a | A |", "end_repeat | | |")
    source = form(*rows, "calculate | l | | /data/r[last()]/a", headings="type | name | label | calculation")
    session = opened(compiled(source).instrument)
    add(session, "/data/r", "x", "y")
    session.set("/data/r[y]/a", Facet.VALUE, "5")
    assert (_value(session, "p"), _value(session, "l")) == ("2", "5")


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("distance('0 0;0 1')", 111318.8),
        ("area('0 0;0 0.001;0.001 0.001;0.001 0;0 0')", 12391.9),
        ("digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
        ("digest('abc', 'SHA-1')", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
        ("base64-decode('U29sbw==')", "Solo"),
        ("base64-decode('?')", ""),
        ("checklist(2, 3, ${a} = 1, ${b} = 2, 0)", "true"),
        ("checklist(-1, 1, 1, 1)", "false"),
        ("weighted-checklist(5, -1, ${a} = 1, 2, ${b} = 2, 3)", "true"),
        ("weighted-checklist(6, -1, ${a} = 1, 2, ${b} = 2, 3)", "false"),
        ("decimal-time('06:00')", "0.25"),
        ("round(atan2(1, 1) * 4 - pi(), 6) + sin(0) + cos(0) + tan(0)", "1"),
        ("exp10(2) + asin(0) + round(acos(1), 6) + atan(0)", "100"),
        ("asin(2)", ""),
        ("version()", "7"),
        ("count(instance('level')/root/item[name != '1'])", "1"),
        ("instance('level')/root/item[2]/label", "Two"),
        ("join(' ', randomize(instance('level')/root/item/name, 1))", None),
        ("if(${a} = 5, 'x', null)", ""),
        ("${last-saved#a}", ""),
        ("string-length(string(12)) + number('3')", "5"),
    ],
)
def test_what_the_further_functions_give(source: str, value: str | float | None) -> None:
    markdown = form(
        "integer | a | A |",
        "integer | b | B |",
        f"calculate | c | | {source}",
        headings="type | name | label | calculation",
        choices=("level | 1 | One |", "level | 2 | Two |"),
        settings=("form_id | version", "f | 7"),
    )
    found = _value(answer(opened(compiled(markdown).instrument), a="1", b="2"), "c")
    if isinstance(value, float):
        assert float(found) == pytest.approx(value, rel=1e-3)
    else:
        assert found == value or (value is None and sorted(found.split()) == ["1", "2"])


def test_places_are_chosen_from_a_map_of_their_own(tmp_path: Path) -> None:
    features = [
        {"id": "a", "geometry": {"type": "Point", "coordinates": [110.8, -7.5]}, "properties": {"title": "Laweyan"}},
        {
            "id": "b",
            "geometry": {"type": "Polygon", "coordinates": [[[0, 1], [2, 3], [4, 5], [0, 1]]]},
            "properties": {"title": "Jebres", "people": 3, "more": {"x": 1}},
        },
    ]
    data = {"type": "FeatureCollection", "features": features}
    (tmp_path / "towns.geojson").write_text(json.dumps(data), "utf-8")
    rows = (
        "select_one_from_file towns.geojson | a | A |",
        "calculate | w | | instance('towns')/root/item[id = ${a}]/geometry",
    )
    (tmp_path / "f.md").write_text(form(*rows, headings="type | name | label | calculation"), "utf-8")
    instrument = compile_workbook(read_workbook(tmp_path / "f.md")).instrument
    assert from_document(to_document(instrument)) == instrument
    session = answer(opened(instrument), a="a")
    assert [(choice.name, choice.label.get("default")) for choice in session.choices("/data/a")] == [
        ("a", "Laweyan"),
        ("b", "Jebres"),
    ]
    assert _value(session, "w") == "-7.5 110.8 0 0"
    assert _value(answer(session, a="b"), "w") == "1 0 0 0;3 2 0 0;5 4 0 0;1 0 0 0"


@pytest.mark.parametrize("content", ["[]", "{}", '{"features": [3]}', '{"features": {"a": 1}}', "[" * 5000])
def test_a_map_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "f.md").write_text(form("select_one_from_file towns.geojson | a | A"), "utf-8")
    (tmp_path / "towns.geojson").write_text(content, "utf-8")
    with pytest.raises(InstrumentError, match=r"towns\.geojson"):
        read_workbook(tmp_path / "f.md")
