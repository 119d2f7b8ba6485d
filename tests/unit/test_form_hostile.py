"""Workbooks made to break the program: refused with a clear message, or run within bounds."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as XlsxWorkbook

from gmsc_desktop.forms.compiler import compile_workbook
from gmsc_desktop.forms.instance import Instance, Node
from gmsc_desktop.forms.issues import FormIssue, InstrumentError
from gmsc_desktop.forms.limits import MAX_CELL, MAX_QUESTIONS, MAX_ROWS
from gmsc_desktop.forms.reader import parse_workbook
from gmsc_desktop.forms.xpath.patterns import MAX_TEXT, Pattern, UnfitPattern, pattern
from tests.unit.forms_kit import answer, compiled, form, issues_of, opened, table

CALCULATED = "type | name | label | calculation"


def _refused(data: bytes, suffix: str = ".xlsx") -> tuple[FormIssue, ...]:
    with pytest.raises(InstrumentError) as caught:
        compile_workbook(parse_workbook(data, suffix, f"form{suffix}"))
    assert all(issue.text() for issue in caught.value.issues)
    return caught.value.issues


def _saved(*rows: tuple[str, ...]) -> bytes:
    book = XlsxWorkbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _changed(data: bytes, part: str, change: tuple[bytes, bytes]) -> bytes:
    """The spreadsheet with something replaced within one of its parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == part:
                assert change[0] in content
                content = content.replace(*change)
            written.writestr(entry, content)
    return target.getvalue()


FORM = _saved(("type", "name", "label"), ("text", "a", "A"))


def test_more_rows_than_any_form_has() -> None:
    rows = b"<row><c><v>1</v></c></row>" * (MAX_QUESTIONS + 5)
    data = _changed(FORM, "xl/worksheets/sheet1.xml", (b"</sheetData>", rows + b"</sheetData>"))
    assert len(data) < 20_000
    assert [issue.template for issue in _refused(data)] == ["The sheet has more than {most} rows."]
    unsized = (b'<dimension ref="A1:C2"/>', b"")
    many = _changed(FORM, "xl/worksheets/sheet1.xml", (b"</sheetData>", b"<row/>" * MAX_ROWS * 2 + b"</sheetData>"))
    assert compile_workbook(parse_workbook(many, ".xlsx", "f.xlsx")).instrument.by_path["/data/a"]
    assert _refused(_changed(many, "xl/worksheets/sheet1.xml", unsized))[0].template == (
        "The sheet has more than {most} rows."
    )
    lines = b"| survey |\n" + b"| | text | a | A |\n" * (MAX_ROWS + MAX_QUESTIONS + 1)
    assert _refused(lines, ".md")[0].template == "The sheet has more than {most} rows."


def test_a_cell_without_end() -> None:
    issue = issues_of(form(f"text | a | {'x' * (MAX_CELL + 1)}"))[0]
    assert (issue.sheet, issue.row, issue.column) == ("survey", 2, "label")


def test_a_formula_that_nobody_calculated_is_named() -> None:
    data = _saved(("type", "name", "label"), ("text", "a", '=HYPERLINK("http://x", "A")'), ("text", "b", "B"))
    assert [(i.sheet, i.row, i.column) for i in _refused(data)] == [("survey", 2, "label")]


def test_a_formula_that_was_calculated_is_read_with_a_warning() -> None:
    data = _saved(("type", "name", "label"), ("text", "a", "=1+1"))
    data = _changed(data, "xl/worksheets/sheet1.xml", (b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"))
    found = compile_workbook(parse_workbook(data, ".xlsx", "f.xlsx"))
    assert found.instrument.by_path["/data/a"].label.get("default") == "2"
    assert [issue.template for issue in found.warnings] == [
        "The sheet holds formulas; the values calculated last are read."
    ]


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet '
    data = _changed(FORM, "xl/worksheets/sheet1.xml", (b"<worksheet ", bomb))
    assert "DTD" in _refused(data)[0].template


def test_links_to_other_files_are_not_followed() -> None:
    namespace = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = b'<externalReferences><externalReference xmlns:r="%s" r:id="rId99"/></externalReferences>' % namespace
    link += b"</workbook>"
    data = _changed(FORM, "xl/workbook.xml", (b"</workbook>", link))
    assert compile_workbook(parse_workbook(data, ".xlsx", "f.xlsx")).instrument.by_path["/data/a"]


def test_groups_within_groups_within_groups() -> None:
    rows = [*(f"begin_group | g{at} | G" for at in range(200)), "text | t | T", *["end_group | |"] * 200]
    found = issues_of(form(*rows))
    assert found[0].template == "There are more than {most} groups within groups here."
    assert found[0].row == 31


def test_calculations_in_one_large_circle() -> None:
    rows = (f"calculate | c{at} | | ${{c{(at + 1) % 400}}} + 1" for at in range(400))
    found = issues_of(form(*rows, headings=CALCULATED))
    assert len(found) == 1
    assert len(found[0].params["names"]) < 200


@pytest.mark.parametrize(
    "source", ["(" * 3000 + "1" + ")" * 3000, "not(" * 3000 + "1" + ")" * 3000, "1 + " * 5000 + "1", "-" * 5000 + "1"]
)
def test_expressions_without_end(source: str) -> None:
    assert issues_of(form(f"calculate | a | | {source}", headings=CALCULATED))


def test_a_thousand_unknown_names_are_all_told() -> None:
    rows = (f"calculate | c{at} | | ${{d{at}}}" for at in range(1000))
    assert len(issues_of(form(*rows, headings=CALCULATED))) == 1000


def test_many_alike_warnings_are_counted() -> None:
    rows = (f"text | t{at} | T | glitter{at}" for at in range(100))
    found = compiled(form(*rows, headings="type | name | label | appearance")).warnings
    assert len(found) == 21
    assert sum(issue.params.get("count") == "80" for issue in found) == 1


# Patterns


@pytest.mark.parametrize(
    "source", ["(a+)+b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)b", "([a-z]+)*b", "(a|a|a)*b", "(?=(a+)+b)a*"]
)
def test_patterns_that_explode_elsewhere_do_not_here(source: str) -> None:
    found = Pattern(source)
    assert not found.fullmatch("a" * (MAX_TEXT // 20))
    assert not found.fullmatch("a" * MAX_TEXT)


@pytest.mark.parametrize("source", ["(a{1,999}){1,999}", r"(a)\1", "(", "a{2,1}", "(?<=a)b", "(?i:a)"])
def test_patterns_that_cannot_be_bounded_are_none(source: str) -> None:
    assert pattern(source) is None
    with pytest.raises(UnfitPattern):
        Pattern(source)


_pieces = st.sampled_from([
    *"ab1 .", "[ab]", "[^a]", r"\d", r"\w", r"\s", "a*", "b?", "(a|b)+", "(ab|a)*?", "(a+)+", "a{2}", "(ab){1,2}", "^",
    "$", r"\b", "(?=a)", "(?!b)", "(?:ab|)", "[a-c1-3]{0,2}", "é", r"[^\d]",
])  # fmt: skip


@given(pieces=st.lists(_pieces, max_size=6), text=st.text(alphabet="ab1 é\n_", max_size=8))
@settings(max_examples=500, deadline=None)
def test_patterns_match_what_pythons_match(pieces: list[str], text: str) -> None:
    source = "".join(pieces)
    try:
        expected = re.compile(source, re.ASCII).fullmatch(text) is not None
    except re.error:
        assert pattern(source) is None
        return
    if "$" not in source:  # Python lets it stand before a last line break, too.
        assert Pattern(source).fullmatch(text) is expected


def test_patterns_ignore_case_when_asked() -> None:
    assert Pattern("(?i)solo-[A-F]").fullmatch("SOLO-b")
    assert not Pattern("solo").fullmatch("SOLO")


def test_a_pattern_of_a_form_is_bounded_too() -> None:
    session = opened(
        compiled(form("text | a | A | regex(., '(x+x+)+y')", headings="type | name | label | constraint")).instrument
    )
    assert not answer(session, a="x" * 3000).state("/data/a").valid
    assert answer(session, a="xxy").state("/data/a").valid


def test_sheets_about_other_programs_are_told_of() -> None:
    source = form("text | a | A") + "\n" + table("entities", "list_name | label", "trees | ${a}")
    assert [(issue.sheet, issue.row) for issue in compiled(source).warnings] == [("entities", 0)]


def test_loops_in_loops_are_refused_at_once() -> None:
    rows = [f"begin loop over l | a{at} | A" for at in range(6)]
    choices = tuple(f"l | n{at} | N |" for at in range(100))
    found = issues_of(form(*rows, "text | t | T", *["end loop | |"] * 6, choices=choices))
    assert found[0].column == "type"
    assert "more than" in found[0].template
    nowhere = issues_of(form("begin loop over gone | a | A", "text | t | T", "end loop | |", choices=choices))
    assert [(issue.row, issue.params["name"]) for issue in nowhere] == [(2, "gone")]


def test_what_only_begins_like_a_spreadsheet_cannot_be_read() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for data in (ole, ole + bytes(range(256)) * 40, ole + b"\0" * 600):
        with pytest.raises(InstrumentError) as refused:
            parse_workbook(data, ".xls", "f.xls")
        assert refused.value.issues[0].cure


def test_items_that_come_together_tell_what_counts_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    instances = Instance.instances

    def counted(self: Instance, path: str, ids: tuple[str, ...], shared: int) -> Iterator[Node]:
        looked.append(path)
        return instances(self, path, ids, shared)

    monkeypatch.setattr(Instance, "instances", counted)
    rows = (
        "begin_repeat | r | R | 30 |", "begin_repeat | s | S | 30 |", "calculate | c | | | count(${s}) + sum(${q})",
        "integer | q | Q | |", "end_repeat | | | |", "end_repeat | | | |",
    )  # fmt: skip
    session = opened(compiled(form(*rows, headings="type | name | label | repeat_count | calculation")).instrument)
    assert session.state("/data/r[30]/s[30]/c").value == "30"
    assert len(looked) < 3 * len(session.keys())


def test_counted_repeats_in_each_other_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gmsc_desktop.forms.engine.MOST_PLACES", 500)
    rows = ("begin_repeat | r | R | 99999", "begin_repeat | s | S | 99999", "text | t | T |", *["end_repeat | | |"] * 2)
    session = opened(compiled(form(*rows, headings="type | name | label | repeat_count")).instrument)
    assert 100 < len(session.keys()) < 1100
