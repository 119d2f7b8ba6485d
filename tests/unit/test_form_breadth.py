"""What public workbooks ask for beyond the usual: read-only expressions, choices from repeats, files and searches,
loops, and files that are not what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.errors import Refused
from gmsc_desktop.domain.instrument import Instrument, ItemType, Table
from gmsc_desktop.forms.compiler import compile_workbook
from gmsc_desktop.forms.document import from_document, to_document
from gmsc_desktop.forms.reader import parse_workbook, read_workbook
from gmsc_desktop.forms.session import FormSession
from tests.unit.forms_kit import add, answer, compiled, form, issues_of, opened, table

TOWNS = Table(
    ("Code", "nama", "prov", "name"),
    (
        ("33.72", "Surakarta", "Jateng", "a"),
        ("33.74", "Semarang", "Jateng", "b"),
        ("34.71", "Yogyakarta", "DIY", "c"),
        ("33.74", "Semarang lagi", "DIY", "d"),
    ),
)


def built(markdown: str, tables: Mapping[str, Table]) -> Instrument:
    """The form in ``markdown`` with its files, once through the document it is kept as."""
    made = compile_workbook(parse_workbook(markdown.encode(), ".md", "form.md", tables)).instrument
    assert from_document(to_document(made)) == made
    return made


def names(session: FormSession, key: str) -> list[str]:
    return [choice.name for choice in session.choices(key)]


def test_read_only_as_an_expression_locks_and_opens() -> None:
    session = opened(
        compiled(
            form(
                "text | a | A |",
                "text | b | B | ${a} = 'locked'",
                "begin_group | g | G | ${a} = 'all'",
                "text | c | C |",
                "end_group | | |",
                headings="type | name | label | read_only",
            )
        ).instrument
    )
    answer(session, b="first")
    assert "/data/b" in session.set("/data/a", Facet.VALUE, "locked")
    assert session.state("/data/b").read_only
    with pytest.raises(Refused):
        session.set("/data/b", Facet.VALUE, "second")
    changed = session.set("/data/a", Facet.VALUE, "all")
    assert {"/data/b", "/data/g/c"} <= changed
    assert not session.state("/data/b").read_only
    assert session.state("/data/g/c").read_only
    session.set("/data/a", Facet.VALUE, None)
    session.set("/data/g/c", Facet.VALUE, "open again")


def test_choices_from_what_was_answered_in_a_repeat() -> None:
    instrument = built(
        form(
            "begin_repeat | person | Person |",
            "text | who | Name |",
            "integer | age | Age |",
            "end_repeat | | |",
            "select_one ${who} | head | Head |",
            "rank ${who} | adult | Adults | ${age} >= ${from}",
            "integer | from | From |",
            "note | says | ${head} |",
            headings="type | name | label | choice_filter",
        ),
        {},
    )
    session = opened(instrument)
    assert names(session, "/data/head") == []
    add(session, "/data/person", "1", "2", "3")
    for item, who, age in (("1", "Ani", "40"), ("2", "Budi", "9"), ("3", "Ani", "41")):
        session.set(f"/data/person[{item}]/who", Facet.VALUE, who)
        session.set(f"/data/person[{item}]/age", Facet.VALUE, age)
    assert names(session, "/data/head") == ["Ani", "Budi"]
    assert names(session, "/data/adult") == []
    assert "/data/adult" in session.set("/data/from", Facet.VALUE, "18")
    assert names(session, "/data/adult") == ["Ani"]
    answer(session, head="Budi")
    assert session.state("/data/head").valid
    session.drop_item("/data/person[2]")
    assert names(session, "/data/head") == ["Ani"]
    assert not session.state("/data/head").valid


def test_choices_from_the_inner_repeat_of_the_same_item() -> None:
    session = opened(
        compiled(
            form(
                "begin_repeat | house | House |",
                "begin_repeat | person | Person |",
                "text | who | Name |",
                "end_repeat | | |",
                "select_one ${who} | head | Head |",
                "calculate | said | | jr:choice-name(${head}, '${head}')",
                "end_repeat | | |",
                headings="type | name | label | calculation",
            )
        ).instrument
    )
    add(session, "/data/house", "1", "2")
    for house, who in (("1", "Ani"), ("2", "Budi")):
        add(session, f"/data/house[{house}]/person", "1")
        session.set(f"/data/house[{house}]/person[1]/who", Facet.VALUE, who)
    assert names(session, "/data/house[1]/head") == ["Ani"]
    assert names(session, "/data/house[2]/head") == ["Budi"]
    session.set("/data/house[2]/head", Facet.VALUE, "Budi")
    assert session.state("/data/house[2]/said").value == "Budi"


def searching(appearance: str, *choices: str) -> FormSession:
    rows = form(
        "text | q | Q |",
        f"select_one town | t | T | {appearance}",
        choices=choices or ("town | code | nama, prov |",),
        headings="type | name | label | appearance",
    )
    return opened(built(rows, {"towns.csv": TOWNS}))


@pytest.mark.parametrize(
    ("appearance", "typed", "found"),
    [
        ("search('towns')", "", ["33.72", "33.74", "34.71"]),
        ("minimal search('towns.csv')", "", ["33.72", "33.74", "34.71"]),
        ("search('towns', 'contains', 'nama', ${q})", "AR", ["33.72", "33.74", "34.71"]),
        ("search('towns', 'startswith', 'nama, prov', ${q})", "d", ["34.71", "33.74"]),
        ("search('towns', 'endswith', 'nama', ${q})", "karta", ["33.72", "34.71"]),
        ("search('towns', 'matches', 'nama', ${q})", "semarang", ["33.74"]),
        ("search('towns', 'contains', 'nama', ${q}, 'PROV', 'DIY')", "a", ["34.71", "33.74"]),
        ("search(‘towns’, ‘matches’, ‘prov’, concat('DI', ${q}))", "Y", ["34.71", "33.74"]),
    ],
)
def test_search_in_a_file(appearance: str, typed: str, found: list[str]) -> None:
    session = searching(appearance)
    session.set("/data/q", Facet.VALUE, typed or None)
    assert names(session, "/data/t") == found


def test_search_keeps_choices_that_stand_as_they_are() -> None:
    session = searching(
        "quick search('towns', 'matches', 'nama', ${q})", "town | 98 | Another |", "town | code | nama |"
    )
    assert session.state("/data/t").item.appearance == ("quick",)
    assert [(c.name, c.label.get("default")) for c in session.choices("/data/t")] == [("98", "Another")]
    answer(session, q="Surakarta")
    assert [(c.name, c.label.get("default")) for c in session.choices("/data/t")] == [
        ("98", "Another"),
        ("33.72", "Surakarta"),
    ]


def test_labels_of_several_columns() -> None:
    assert searching("search('towns')").choices("/data/t")[0].label.get("default") == "Surakarta (prov: Jateng)"


@pytest.mark.parametrize(
    ("appearance", "choices", "said"),
    [
        ("search('towns', 'contains')", (), "search() does not have the arguments it needs."),
        ("search(towns)", (), "search() does not have the arguments it needs."),
        ("search('towns', 'contains', 'kota', ${q})", (), "The file towns.csv has no column “kota”."),
        ("search('towns')", ("town | 1 | One |",), "The list “town” does not say which columns"),
        ("search('villages')", (), "The file villages.csv is not beside the workbook"),
    ],
)
def test_searches_that_are_refused(appearance: str, choices: tuple[str, ...], said: str) -> None:
    found = issues_of_search(appearance, choices)
    assert (found.sheet, found.row, found.column) == ("survey", 3, "appearance")
    assert str(found).partition(": ")[2].startswith(said)
    assert found.cure


def issues_of_search(appearance: str, choices: tuple[str, ...]):  # type: ignore[no-untyped-def]
    from gmsc_desktop.forms.issues import InstrumentError

    with pytest.raises(InstrumentError) as caught:
        searching(appearance, *choices)
    return caught.value.issues[0]


def test_choices_and_lookups_from_an_external_instance(tmp_path: Path) -> None:
    (tmp_path / "towns.xml").write_text(
        "<?xml version='1.0'?><root><item><name>solo</name><label>Surakarta</label><prov>Jateng</prov></item>"
        "<item><name>jogja</name><label>Yogyakarta</label></item></root>"
    )
    path = tmp_path / "form.md"
    path.write_text(
        form(
            "select_one_from_file towns.xml | t | T |",
            "xml-external | towns | |",
            "calculate | p | | instance('towns')/root/item[name = ${t}]/prov",
            headings="type | name | label | calculation",
        )
    )
    session = opened(compile_workbook(read_workbook(path)).instrument)
    assert names(session, "/data/t") == ["solo", "jogja"]
    answer(session, t="solo")
    assert session.state("/data/p").value == "Jateng"


NO_INSTANCES = (
    "<root/>",
    "<!DOCTYPE a><root><item><name>a</name></item></root>",
    "no xml",
    "<r><i><n><x/></n></i></r>",
)


@pytest.mark.parametrize("text", NO_INSTANCES)
def test_external_instances_that_are_refused(tmp_path: Path, text: str) -> None:
    from gmsc_desktop.forms.issues import InstrumentError

    (tmp_path / "towns.xml").write_text(text)
    path = tmp_path / "form.md"
    path.write_text(form("select_one_from_file towns.xml | t | T"))
    with pytest.raises(InstrumentError, match=r"towns\.xml"):
        read_workbook(path)


def test_a_loop_stands_once_for_each_choice() -> None:
    instrument = compiled(
        form(
            "begin loop over toilet | loop | Toilets",
            "integer | number | How many %(label)s are there?",
            "end loop | |",
            choices=("toilet | vip | VIP |", "toilet | pit | Pit |", "toilet | none | None |"),
        )
    ).instrument
    assert [item.path for item in instrument.items] == [
        "/data", "/data/loop", "/data/loop/vip", "/data/loop/vip/number", "/data/loop/pit", "/data/loop/pit/number",
    ]  # fmt: skip
    assert instrument.by_path["/data/loop/pit/number"].label.get("default") == "How many Pit are there?"


def test_notes_without_a_name_and_older_words() -> None:
    instrument = compiled(
        form(
            "note | | Hello",
            "begin lgroup | r | R",
            "add integer prompt | i | I",
            "end lgroup | |",
            "get start time | s |",
            "osm building | o | O",
        )
    ).instrument
    types = {item.path: item.type for item in instrument.items}
    assert types["/data/generated_note_name_2"] is ItemType.NOTE
    assert types["/data/r"] is ItemType.REPEAT
    assert types["/data/r/i"] is ItemType.INTEGER
    assert types["/data/s"] is ItemType.START
    assert types["/data/o"] is ItemType.FILE


def test_an_xlsx_that_is_called_xls(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in (
        ("type", "name", "label", "relevant"),
        ("text", "a", "A", ""),
        ("text", "b", "B", "${a} = ‘yes’ AND true()"),
    ):
        sheet.append(row)
    path = tmp_path / "form.xls"
    book.save(path)
    session = opened(compile_workbook(read_workbook(path)).instrument)
    assert not session.state("/data/b").relevant
    answer(session, a="yes")
    assert session.state("/data/b").relevant


def test_a_trigger_without_a_calculation_takes_the_answer_away() -> None:
    session = opened(
        compiled(form("text | a | A |", "text | b | B | ${a}", headings="type | name | label | trigger")).instrument
    )
    answer(session, b="here")
    assert session.state("/data/b").value == "here"
    answer(session, a="changed")
    assert session.state("/data/b").value == ""


def test_what_was_saved_last_is_blank_everywhere() -> None:
    session = opened(
        compiled(
            form(
                "integer | n | Last was ${last-saved#n} | if(${last-saved#n} == '', 0, ${last-saved#n} + 1)",
                headings="type | name | label | default",
            )
        ).instrument
    )
    assert session.state("/data/n").value == "0"
    assert session.label("/data/n", "default") == "Last was "


def test_doubtful_defaults_and_columns_are_left_out_with_a_warning() -> None:
    made = compiled(
        form(
            "integer | a | A | many |",
            "text | b | B | 2 + 3 * 4 |",
            "text | d | D | 2020-01-01 |",
            "select_one level | c | C | | region = ''",
            choices=("level | 0 | None |",),
            headings="type | name | label | default | choice_filter",
        )
    )
    told = {(warning.row, warning.column): warning.template for warning in made.warnings}
    assert told[2, "default"] == "“{text}” is no answer to this question and will not be its default."
    assert told[5, "choice_filter"] == "The list has no column “{name}”: it counts as blank."
    session = opened(made.instrument)
    assert session.state("/data/a").value == ""
    assert session.state("/data/b").value == "14"
    assert session.state("/data/d").value == "2020-01-01"
    assert names(session, "/data/c") == ["0"]


def test_circles_are_told_beside_other_errors() -> None:
    found = issues_of(
        form(
            "calculate | a | | ${b} + 1",
            "calculate | b | | ${a} + 1",
            "calculate | c | | ${nobody}",
            "text | d | ${nowhere} |",
            headings="type | name | label | calculation",
        )
    )
    assert [(issue.row, issue.column) for issue in found] == [(2, "calculation"), (4, "calculation"), (5, "label")]
    assert "circle" in found[0].template


def test_two_columns_of_one_heading_say_so() -> None:
    (found,) = issues_of(table("survey", "type | name | name", "text | a | b"))
    assert (found.sheet, found.row, found.column) == ("survey", 1, "name")


def test_what_the_form_gives_is_held_as_its_type_asks() -> None:
    session = opened(
        compiled(
            form(
                "integer | a | A | 7 div 2 |",
                "decimal | b | B | 7 div 2 |",
                "date | c | C | | now()",
                "time | d | D | | now()",
                "integer | e | E | -7 div 2 |",
                headings="type | name | label | calculation | default",
            )
        ).instrument
    )
    assert [session.state(f"/data/{name}").value for name in "abe"] == ["3", "3.5", "-3"]
    assert session.state("/data/c").value == "2026-07-15"
    assert session.state("/data/d").value.startswith("09:30:00")
    assert session.state("/data/c").valid
    assert session.state("/data/d").valid


def test_one_colon_means_what_two_do() -> None:
    session = opened(
        compiled(
            form("text | a | A |", "text | b | B | ${a} != ''", headings="type | name | label | bind:relevant")
        ).instrument
    )
    assert not session.state("/data/b").relevant


def test_a_file_with_characters_no_xml_holds(tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("name,label,x\na,A\x01B,1\nb,C\x00,2\n")
    path = tmp_path / "form.md"
    path.write_text(
        form("select_one_from_file towns.csv | t | T | x > 0", headings="type | name | label | choice_filter")
    )
    session = opened(compile_workbook(read_workbook(path)).instrument)
    assert [choice.label.get("default") for choice in session.choices("/data/t")] == ["AB", "C"]


def test_stars_are_bounded() -> None:
    rows = [f"integer | q{at} | Q |" for at in range(400)]
    counts = [f"calculate | c{at} | | count(/data/g/*)" for at in range(200)]
    found = issues_of(
        form("begin_group | g | G |", *rows, "end_group | | |", *counts, headings="type | name | label | calculation")
    )
    assert found[0].column == "calculation"
    assert "too many places" in found[0].template
