"""Compiling: what is read, and that everything wrong is said at once, each with its place and its cure."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import Workbook as XlsxWorkbook
from pyxform.xls2xform import convert

from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.instrument import EvidenceRule, ItemType, ScoreMethod
from gmsc_desktop.forms.columns import CATEGORIES, CHOICES, SETTINGS, SURVEY, column_of, language_code
from gmsc_desktop.forms.compiler import compile_workbook
from gmsc_desktop.forms.issues import InstrumentError
from gmsc_desktop.forms.limits import MAX_UNPACKED
from gmsc_desktop.forms.reader import parse_workbook, read_workbook
from gmsc_desktop.forms.xpath.functions import FUNCTIONS
from gmsc_desktop.forms.xpath.tokens import tokens
from gmsc_desktop.i18n import set_language
from gmsc_desktop.resources import resource
from tests.unit.forms_kit import FORMS, answer, compiled, fixture, form, issues_of, opened, table

LEVELS = ("level | 0 | None | 0", "level | 1 | Some | 1")


def _only(markdown: str) -> tuple[str, int, str, str, str]:
    found = issues_of(markdown)
    assert len(found) == 1, [str(issue) for issue in found]
    issue = found[0]
    return (
        issue.sheet,
        issue.row,
        issue.column,
        issue.template.format(**issue.params),
        issue.cure.format(**issue.params),
    )


def test_items_carry_what_the_sheets_say() -> None:
    instrument = fixture("scoring")
    assert instrument.form_id == "scoring"
    assert instrument.root.children == ("/data/a", "/data/b", "/data/qw", "/data/unscored")
    a1 = instrument.by_path["/data/a/a1"]
    assert (a1.type, a1.row, a1.weight, a1.dimension) == (ItemType.SELECT_ONE, 3, Decimal(2), "red")
    assert (a1.evidence, a1.evidence_from) == (EvidenceRule.REQUIRED_FROM, Decimal(2))
    assert a1.critical and a1.self_assessment and a1.scored and a1.required == "true()"
    assert instrument.by_path["/data/b"].score_method is ScoreMethod.MEAN
    programme = instrument.by_path["/data/qw/programme"]
    assert programme.type is ItemType.REPEAT and programme.scored
    assert not instrument.by_path["/data/unscored"].scored
    assert [choice.score for choice in instrument.choices["level"]][-2:] == [Decimal(4), None]
    assert list(instrument.dimensions) == ["blue", "red"]
    assert [category.minimum for category in instrument.categories] == [Decimal(3), Decimal("1.5"), Decimal(0)]
    assert instrument.settings == {"score_floor": "1.5"}


def test_expressions_are_paths_and_defaults_are_literals() -> None:
    instrument = fixture("living")
    by_path = instrument.by_path
    assert by_path["/data/city"].choice_filter == "province = /data/province"
    assert by_path["/data/programme/amount"].relevant == "../title != 'none'"
    assert by_path["/data/programme/part/part_amount"].constraint == ". <= ../../amount"
    assert by_path["/data/people"].default == "'2'"
    assert by_path["/data/fixed"].default == "concat('it', \"'\", 's \"fixed\"')"
    assert by_path["/data/fixed"].read_only
    assert by_path["/data/city"].label.get("en") == "City in ${province}"
    assert instrument.languages == ("id", "en")
    assert instrument.choices["city"][2].extra == {"province": "jatim"}


@pytest.mark.parametrize(
    ("heading", "name", "language"),
    [
        ("label::Bahasa Indonesia (id)", "label", "id"),
        ("Label :: English (en)", "label", "en"),
        ("label:English", "label", "en"),
        ("label", "label", "default"),
        ("guidance_hint::Français (fr)", "guidance_hint", "fr"),
        ("Relevance", "relevant", "default"),
        ("list name", "list_name", "default"),
        ("read only", "read_only", "default"),
        ("bind::relevant", "relevant", "default"),
        ("media::image::English (en)", "image", "en"),
        ("image::English (en)", "image", "en"),
        ("constraint-msg", "constraint_message", "default"),
        ("bind:jr:constraintMsg", "constraint_message", "default"),
    ],
)
def test_headings(heading: str, name: str, language: str) -> None:
    column = column_of(heading)
    assert (column.name, column.language) == (name, language)


def test_languages_without_a_code_are_known_by_name() -> None:
    assert [language_code(name) for name in ("English", "Bahasa Indonesia", "Klingon")] == ["en", "id", "Klingon"]


REFUSED = {
    "an unknown type": (
        form("spaceship | here | Here"),
        ("survey", 2, "type", "The type “spaceship” is not supported.", "Use text, integer"),
    ),
    "an unknown list": (
        form("select_one nothing | q | Q"),
        ("survey", 2, "type", "There is no choice list called “nothing”.", "Add its choices"),
    ),
    "a name with a space": (
        form("text | my name | Q"),
        ("survey", 2, "name", "“my name” cannot be a name.", "Write a letter first"),
    ),
    "no name": (form("text | | Q"), ("survey", 2, "name", "The row has no name.", "Write a letter first")),
    "a name twice": (
        form("text | a | A", "text | a | A"),
        ("survey", 3, "name", "The name “a” is used twice in the same group (also in row 2).", "Give each question"),
    ),
    "a group left open": (
        form("begin_group | g | G", "text | a | A"),
        ("survey", 2, "type", "The group or repeat “g” is not ended.", "Add a row end_group"),
    ),
    "an end too many": (
        form("text | a | A", "end_group | |"),
        ("survey", 3, "type", "Nothing is open here that could end.", "Remove the row."),
    ),
    "the wrong end": (
        form("begin_repeat | r | R", "text | a | A", "end_group | |"),
        ("survey", 4, "type", "This ends a group, but “r” (row 2) is a repeat.", "End groups with end_group"),
    ),
    "a misspelt name": (
        form("integer | people | P |", "text | b | B | ${poeple} > 1", headings="type | name | label | relevant"),
        ("survey", 3, "relevant", "There is no question called “poeple”.", "Did you mean “people”?"),
    ),
    "a name in a label": (
        form("text | a | Hello ${nobody}"),
        ("survey", 2, "label", "There is no question called “nobody”.", "Check the spelling"),
    ),
    "a path to nowhere": (
        form("text | a | A | /data/b = 1", headings="type | name | label | relevant"),
        ("survey", 2, "relevant", "There is nothing at “/data/b” in this form.", "Name the question with ${name}."),
    ),
    "an unknown function": (
        form("calculate | a | | difference-in-months(1, 2)", headings="type | name | label | calculation"),
        ("survey", 2, "calculation", "The function difference-in-months() is not supported.", "Use only the functions"),
    ),
    "too few arguments": (
        form("calculate | a | | if(1, 2)", headings="type | name | label | calculation"),
        ("survey", 2, "calculation", "The function if() has 2 argument(s), which is not what it needs.", "Compare"),
    ),
    "a broken expression": (
        form("integer | a | A | . > ", headings="type | name | label | constraint"),
        ("survey", 2, "constraint", "The expression ends too early.", "Check that every bracket"),
    ),
    "curly quotation marks": (
        form("text | a | A | . != «x»", headings="type | name | label | constraint"),
        ("survey", 2, "constraint", "The quotation mark “«” cannot be used in expressions.", "Use straight"),
    ),
    "a broken pattern": (
        form("text | a | A | regex(., '(')", headings="type | name | label | constraint"),
        ("survey", 2, "constraint", "“(” is not a regular expression this program can run.", "Check its brackets"),
    ),
    "a calculate without calculation": (
        form("calculate | a | | ", "text | b | B |", headings="type | name | label | calculation"),
        ("survey", 2, "calculation", "A calculate row needs a calculation.", "Write an expression there."),
    ),
    "two that wait for each other": (
        form("calculate | a | | ${b} + 1", "calculate | b | | ${a} + 1", headings="type | name | label | calculation"),
        ("survey", 2, "calculation", "The expressions wait for each other in a circle: a → b → a.", "Change one"),
    ),
    "one that waits for itself": (
        form("text | a | A | ${a} != ''", headings="type | name | label | relevant"),
        ("survey", 2, "relevant", "The expressions wait for each other in a circle: a → a.", "Change one"),
    ),
    "a group that waits for what is in it": (
        form(
            "begin_group | g | G | ${a} = 1",
            "integer | a | A |",
            "end_group | | |",
            headings="type | name | label | relevant",
        ),
        ("survey", 2, "relevant", "The expressions wait for each other in a circle: g → a → g.", "Change one"),
    ),
    "a weight that is no number": (
        form("text | a | A | heavy", headings="type | name | label | weight"),
        ("survey", 2, "weight", "“heavy” is not a number.", "Write digits"),
    ),
    "a negative weight": (
        form("text | a | A | -1", headings="type | name | label | weight"),
        ("survey", 2, "weight", "A weight cannot be negative.", "Write 0 or more."),
    ),
    "a score method": (
        form(
            "begin_group | g | G | median",
            "text | a | A |",
            "end_group | | |",
            headings="type | name | label | score_method",
        ),
        ("survey", 2, "score_method", "There is no score method “median”.", "Write weighted_mean"),
    ),
    "an evidence rule": (
        form("text | a | A | always", headings="type | name | label | evidence"),
        ("survey", 2, "evidence", "“always” is no rule for evidence.", "Write required, required if >= 2"),
    ),
    "evidence on a group": (
        form(
            "begin_group | g | G | required",
            "text | a | A |",
            "end_group | | |",
            headings="type | name | label | evidence",
        ),
        ("survey", 2, "evidence", "A group cannot have “evidence”.", "Clear the cell."),
    ),
    "evidence by a level there is not": (
        form("text | a | A | required if >= 2", headings="type | name | label | evidence"),
        ("survey", 2, "evidence", "This question has no level that evidence could depend on.", "Give its choices"),
    ),
    "a self-assessment of a picture": (
        form("file | a | A | yes", headings="type | name | label | self_assessment"),
        ("survey", 2, "self_assessment", "A file cannot have “self_assessment”.", "Clear the cell."),
    ),
    "a column only older tools know": (
        form("text | a | A | x", headings="type | name | label | query"),
        ("survey", 2, "query", "The column “query” is not supported.", "Remove the column"),
    ),
    "a pattern that repeats without end": (
        form("text | a | A | regex(., '(a{1,999}){1,999}')", headings="type | name | label | constraint"),
        (
            "survey",
            2,
            "constraint",
            "“(a{1,999}){1,999}” is not a regular expression this program can run.",
            "Check its brackets",
        ),
    ),
    "a file that is not there": (
        form("select_one_from_file towns.csv | a | A"),
        ("survey", 2, "type", "The file towns.csv is not beside the workbook, or cannot be read.", "Put it into"),
    ),
    "a list that is not there": (
        form("calculate | a | | instance('towns')/root/item[1]/label", headings="type | name | label | calculation"),
        (
            "survey",
            2,
            "calculation",
            "Nothing called “towns” came with the form: no list of choices, and no file towns.csv beside it.",
            "Put the CSV file",
        ),
    ),
    "a column the list has not": (
        form(
            "calculate | a | | instance('level')/root/item[name = '1']/colour",
            headings="type | name | label | calculation",
            choices=LEVELS,
        ),
        ("survey", 2, "calculation", "“level” has no column “colour”.", "Correct the name."),
    ),
    "a range without an end": (
        form("range | a | A | start=1;end=many", headings="type | name | label | parameters"),
        ("survey", 2, "parameters", "“end=many” is not a number a range can have.", "Write start, end and step"),
    ),
    "a trigger that is no question": (
        form("text | a | A | a | 1", headings="type | name | label | trigger | calculation"),
        ("survey", 2, "trigger", "“a” names no question.", "Write ${name}."),
    ),
    "a choice with a space where several may be chosen": (
        form("select_multiple way | a | A", choices=("way | by foot | Foot |",)),
        ("choices", 2, "name", "The name “by foot” of a choice contains a space.", "Write it without spaces"),
    ),
    "choices from what is no repeat": (
        form("text | n | N", "select_one ${n} | a | A"),
        ("survey", 3, "type", "“n” is in no repeat, so its answers are no list of choices.", "Name a question of a"),
    ),
    "a dollar apart from its name": (
        form("text | a | A |", "text | b | B | $ {a} = ''", headings="type | name | label | relevant"),
        ("survey", 3, "relevant", "“$” must stand right before the name in braces.", "Write ${name}"),
    ),
    "a search in a file that is not there": (
        form("select_one level | a | A | search('towns')", choices=LEVELS, headings="type | name | label | appearance"),
        ("survey", 2, "appearance", "The file towns.csv is not beside the workbook, or cannot be read.", "Put it into"),
    ),
    "critical as maybe": (
        form("text | a | A | maybe", headings="type | name | label | critical"),
        ("survey", 2, "critical", "“maybe” is neither yes nor no.", "Write yes"),
    ),
    "critical without a floor": (
        form("select_one level | a | A | yes", choices=LEVELS, headings="type | name | label | critical"),
        ("survey", 2, "critical", "A critical item needs a floor, and the form states none.", "Add score_floor"),
    ),
    "an unlisted dimension": (
        form(
            "select_one level | a | A | green",
            choices=(*LEVELS, "dimensions | red | Red |"),
            headings="type | name | label | dimension",
        ),
        ("survey", 2, "dimension", "There is no dimension “green” in the choice list “dimensions”.", "Add it"),
    ),
    "a choice twice": (
        form("select_one level | q | Q", choices=(*LEVELS, "level | 0 | Again | 0")),
        ("choices", 4, "name", "The choice “0” stands twice in the list “level”.", "Give each choice"),
    ),
    "a score that is no number": (
        form("select_one level | q | Q", choices=("level | 0 | None | 1,5",)),
        ("choices", 2, "score", "“1,5” is not a number.", "Write digits, with a dot before decimals."),
    ),
    "a rounding": (
        form("text | a | A", settings=("form_id | score_rounding", "f | up")),
        ("settings", 2, "score_rounding", "There is no rounding called “up”.", "Write half_up"),
    ),
    "a category without a minimum": (
        form("text | a | A") + "\n" + table("categories", "name | label | min", "good | Good |", "poor | Poor | 0"),
        ("categories", 2, "min", "The category has no minimum.", "Write from which total"),
    ),
    "two categories of one minimum": (
        form("text | a | A") + "\n" + table("categories", "name | label | min", "good | Good | 0", "poor | Poor | 0"),
        ("categories", 3, "min", "Two categories begin at 0.", "Change one of them."),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_says_where_and_what_to_do(what: str) -> None:
    markdown, (sheet, row, column, said, cure) = REFUSED[what]
    found = _only(markdown)
    assert found[:4] == (sheet, row, column, said)
    assert found[4].startswith(cure)


def test_all_issues_come_at_once_in_the_order_of_the_sheets() -> None:
    markdown = form(
        "select_one level | a | A | ${nobody} = 1",
        "spaceship | b | B |",
        "text | c | C | ${b} = ''",
        choices=("level | 0 | None | x", "level | 0 | Again | 0"),
        settings=("form_id | score_decimals", "f | 9"),
        headings="type | name | label | relevant",
    )
    places = [(issue.sheet, issue.row, issue.column) for issue in issues_of(markdown)]
    assert places == [
        ("survey", 2, "relevant"),
        ("survey", 3, "type"),
        ("choices", 2, "score"),
        ("choices", 3, "name"),
        ("settings", 2, "score_decimals"),
    ]


def test_the_error_speaks_the_language_in_use() -> None:
    set_language("id")
    with pytest.raises(InstrumentError) as caught:
        compiled(form("spaceship | here | Here"))
    assert len(caught.value.issues) == 1
    assert caught.value.params["row"] == 2
    assert str(caught.value.params["first"]) == caught.value.issues[0].text()


def test_stock_tools_are_heard_where_we_have_nothing_to_say() -> None:
    # pyxform wants a label or hint on every question that is shown; this program would show the name.
    found = issues_of(
        form("select_one level | q | Q", choices=("level | a | | 1", "level | b | | 2")).replace(
            "| | select_one level | q | Q |", "| | select_one level | q | |"
        )
    )
    assert found[0].sheet == "survey"
    assert found[0].row == 2 and "neither a label nor a hint" in found[0].template


def test_doubtful_things_are_warned_of() -> None:
    found = compiled(
        form(
            "text | a | A | 3 | sparkling",
            headings="type | name | label | weigth | appearance",
            settings=("form_id | version", "f | 1"),
        )
    )
    assert [(issue.row, issue.column) for issue in found.warnings] == [(1, "weigth"), (2, "appearance")]
    assert found.instrument.by_path["/data/a"].appearance == ()


def test_points_that_do_not_count_are_warned_of() -> None:
    found = compiled(
        form(
            "select_multiple level | a | A",
            "select_one level | b | B",
            choices=("level | 0 | None | 0", "level | 1 | Some | 5"),
            settings=("form_id | score_max", "f | 4"),
        )
    )
    assert [(issue.sheet, issue.row, issue.column) for issue in found.warnings] == [
        ("survey", 2, "type"),
        ("choices", 0, "score"),
    ]


def test_a_text_missing_in_one_language_is_warned_of() -> None:
    found = compiled(
        form(
            "text | a | Nama | Name",
            "text | b | Umur |",
            headings="type | name | label::Bahasa Indonesia (id) | label::English (en)",
        )
    )
    assert [(issue.row, issue.column) for issue in found.warnings] == [(3, "label::Bahasa Indonesia (id)")]
    assert found.instrument.by_path["/data/b"].label.get("en") == "Umur"


def test_rows_switched_off_are_left_out() -> None:
    found = compiled(form("text | a | A |", "spaceship | b | B | yes", headings="type | name | label | disabled"))
    assert [item.path for item in found.instrument.items] == ["/data", "/data/a"]


def _xlsx(rows: list[list[object]]) -> bytes:
    book = XlsxWorkbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Survey"
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_spreadsheet_says_the_row_the_author_sees() -> None:
    data = _xlsx([["type", "name", "label"], ["text", "a", "A"], [], [], ["spaceship", "b", "B"]])
    with pytest.raises(InstrumentError) as caught:
        compile_workbook(parse_workbook(data, ".xlsx", "form.xlsx"))
    assert [(issue.sheet, issue.row) for issue in caught.value.issues] == [("survey", 5)]


def test_a_spreadsheet_and_a_table_give_the_same_instrument(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(_xlsx([["type", "name", "label"], ["integer", "a", "A"], ["text", "b", "B"]]))
    table_form = compiled(form("integer | a | A", "text | b | B")).instrument
    assert compile_workbook(read_workbook(path)).instrument.items == table_form.items


def test_a_spreadsheet_that_unpacks_without_end_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package, package.open("xl/bomb.xml", "w") as entry:
        for _ in range(MAX_UNPACKED // 10_000_000 + 1):
            entry.write(bytes(10_000_000))
    with pytest.raises(InstrumentError, match="80 MB"):
        parse_workbook(target.getvalue(), ".xlsx", "bomb.xlsx")


def test_one_file_of_commas_holds_all_sheets(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_text(
        "survey\n,type,name,label\n,select_one level,a,Tingkat\n"
        "choices\n,list_name,name,label,score\n,level,0,Nol,0\n,level,1,Satu,1\n"
        "settings\n,form_id,score_decimals\n,koma,3\n",
        "utf-8",
    )
    instrument = compile_workbook(read_workbook(path)).instrument
    assert (instrument.form_id, instrument.score_decimals) == ("koma", 3)
    assert [choice.score for choice in instrument.choices["level"]] == [Decimal(0), Decimal(1)]
    assert instrument.by_path["/data/a"].scored


def test_long_chains_and_long_sums() -> None:
    headings = "type | name | label | calculation"
    chain = [f"calculate | c{at} | | coalesce(${{c{at - 1}}}, today())" for at in range(1, 300)]
    found = compiled(form("date | c0 | C |", *chain, headings=headings)).instrument
    assert opened(found).state("/data/c299").value == "2026-07-15"
    long = " + ".join(["${a}"] * 200)
    found = compiled(form("integer | a | A |", f"calculate | b | | {long}", headings=headings)).instrument
    assert answer(opened(found), a="2").state("/data/b").value == "400"
    too_long = form("integer | a | A |", f"calculate | b | | {long} + 1", headings=headings)
    assert _only(too_long)[:4] == ("survey", 3, "calculation", "The expression has too many parts in one row.")


def test_the_page_that_describes_the_format_names_every_function_and_column() -> None:
    page = (FORMS.parents[2] / "docs" / "instrument-format.md").read_text("utf-8")
    words = set(re.findall(r"[\w:-]+", page))
    assert set(FUNCTIONS) <= words
    assert SURVEY | CHOICES | CATEGORIES | {name for name in SETTINGS if name.startswith("score_")} <= words


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("form.xlsx", b"not a zip"),
        ("form.xls", b"\xd0\xcf\x11\xe0 cut off"),
        ("form.md", b"\xff\xfe\x00"),
        ("form.md", b""),
        ("form.md", b"just words"),
        ("form.doc", b"whatever"),
        ("form.csv", b'"survey"\n"'),
    ],
)
def test_files_that_are_no_workbooks(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InstrumentError) as caught:
        read_workbook(path)
    assert caught.value.issues[0].cure


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        read_workbook(tmp_path / "gone.xlsx")


def test_the_forms_of_these_tests_convert_without_a_warning() -> None:
    for path in sorted(FORMS.glob("*.md")):
        said = [str(issue) for issue in compiled(path.read_text("utf-8")).warnings]
        # Stock tools warn of every or_other in several languages; here its texts are there in each.
        assert [text for text in said if "specify-other" not in text] == [], path.name


def _bound(markdown: str) -> dict[tuple[str, str], str]:
    """The expressions of a form as pyxform writes them, by path and attribute."""
    root = etree.fromstring(convert(markdown.encode(), file_type=".md").xform.encode())
    return {
        (bind.get("nodeset", ""), name): text
        for bind in root.iter("{http://www.w3.org/2002/xforms}bind")
        for name in ("relevant", "constraint", "required", "calculate")
        if (text := bind.get(name)) is not None
    }


@pytest.mark.parametrize("name", ["living", "scoring", "built-in"])
def test_expressions_are_those_that_stock_tools_would_run(name: str) -> None:
    path = resource("instruments", "gmsc.md") if name == "built-in" else FORMS / f"{name}.md"
    markdown = path.read_text("utf-8")
    stock = _bound(markdown)
    seen = 0
    for item in compiled(markdown).instrument.items:
        ours = {
            "relevant": item.relevant,
            "constraint": item.constraint,
            "required": item.required,
            "calculate": item.calculation,
        }
        for attribute, source in ours.items():
            theirs = stock.get((item.path, attribute), "")
            assert [token.text for token in tokens(source)] == [token.text for token in tokens(theirs)], item.path
            seen += bool(source)
    assert seen > 5


def test_every_circle_is_told_at_once() -> None:
    first = ("calculate | a | | ${b}", "calculate | b | | ${a}")
    rows = (*first, "calculate | c | | ${d} + ${a}", "calculate | d | | ${c}")
    headings = "type | name | label | calculation"
    found = issues_of(form(*rows, "text | e | E |", headings=headings))
    assert [(issue.row, issue.params["names"]) for issue in found] == [(2, "a → b → a"), (4, "c → d → c")]


def test_an_error_elsewhere_does_not_hide_the_columns_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "kota.csv").write_text("name,label,prov\nk1,Satu,p1\n", encoding="utf-8")
    rows = ("text | p | P |", "select_one_from_file kota.csv | k | K | prov = ${p}", "integr | q | Q |")
    path = tmp_path / "f.md"
    path.write_text(form(*rows, headings="type | name | label | choice_filter"), encoding="utf-8")
    with pytest.raises(InstrumentError) as refused:
        compile_workbook(read_workbook(path))
    assert [(issue.row, issue.column) for issue in refused.value.issues] == [(4, "type")]


def test_what_stock_tools_say_most_is_said_in_our_words() -> None:
    """Their English sentences would stand in the middle of an Indonesian list."""
    bare = issues_of(form("text | a | A", "text | zz |"))
    assert [(issue.row, issue.template, issue.params["name"]) for issue in bare] == [
        (3, "“{name}” has neither a label nor a hint.", "zz")
    ]
    taken = issues_of(form("begin_group | meta | M", "text | a | A", "end_group | |"))
    assert [(issue.row, issue.params["name"]) for issue in taken] == [(2, "meta")]
    doubtful = compiled(
        form(
            "begin_repeat | r | |",
            "image | a | A | B",
            "end_repeat | | |",
            headings="type | name | label::Jawa | label::Bali",
        )
    )
    said = {(issue.row, issue.template) for issue in doubtful.warnings}
    assert (2, "“{name}” has no label.") in said
    assert (0, "The columns name languages without their code: {name}.") in said
    assert not any("Standard XLSForm tools" in template for _row, template in said)
