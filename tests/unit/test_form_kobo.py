"""The rows only KoboToolbox has: what a person can answer, under the names KoboToolbox gives them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pyxform.xls2xform import convert

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.instrument import ItemType
from tests.unit.forms_kit import answer, compiled, form, issues_of, opened

CHOICES = (
    "agree | no | Tidak | 0", "agree | yes | Ya | 4", "need | water | Air |", "need | food | Pangan |",
    "need | road | Jalan |", "asset | car | Mobil |", "asset | tv | Televisi |",
)  # fmt: skip
HEADINGS = (
    "type | name | label | required | relevant | appearance | calculation | constraint | kobo--score-choices | "
    "kobo--rank-items | kobo--rank-constraint-message | kobo--matrix_list"
)


def _form(*rows: str) -> str:
    return form(*rows, choices=CHOICES, headings=HEADINGS)


SCORE = (
    "begin_score | srv | Layanan | yes | | | | | agree | | |",
    "score__row | fast | Cepat | | | | | | | | |",
    "score__row | kind | Ramah | | | | | | | | |",
    "end_score | | | | | | | | | | |",
)
RANK = (
    "begin_rank | rk | Tiga kebutuhan | | | | | | | need | Sudah dipilih |",
    "rank__level | first | Pertama | | | | | | | | |",
    "rank__level | second | Kedua | | | | | | | | |",
    "rank__level | third | Ketiga | | | | | | | | |",
    "end_rank | | | | | | | | | | |",
)
MATRIX = (
    "begin_kobomatrix | own | Barang | | | | | | | | | asset",
    "select_one agree | has | Punya? | yes | | w1 | | | | | |",
    "integer | many | Berapa? | | ${has} = 'yes' | | | . < 10 | | | |",
    "end_kobomatrix | | | | | | | | | | |",
)


def test_score_rows_stand_below_one_heading_and_count() -> None:
    found = compiled(_form(*SCORE))
    items = found.instrument.by_path
    assert [items[path].appearance for path in items["/data/srv"].children] == [
        ("label",), ("list-nolabel",), ("list-nolabel",),
    ]  # fmt: skip
    assert items["/data/srv/srv_header"].label.get("default") == "Layanan"
    session = opened(found.instrument)
    missing = {problem.key for problem in session.problems({}) if problem.code == "required"}
    assert missing == {"/data/srv/fast", "/data/srv/kind"}
    session.set("/data/srv/fast", Facet.VALUE, "yes")
    session.set("/data/srv/kind", Facet.VALUE, "no")
    assert session.assessment().total.value == Decimal(2)
    assert session.assessment().total.expected == 2


def test_no_rank_takes_what_another_has() -> None:
    session = opened(compiled(_form(*RANK)).instrument)
    for name, value in (("first", "water"), ("second", "food"), ("third", "water")):
        session.set(f"/data/rk/{name}", Facet.VALUE, value)
    third = session.state("/data/rk/third")
    assert (third.valid, third.message, third.required) == (False, "Sudah dipilih", True)
    assert session.state("/data/rk/second").valid
    session.set("/data/rk/third", Facet.VALUE, "road")
    assert session.state("/data/rk/third").valid
    assert session.state("/data/rk/rk_label").item.type is ItemType.NOTE


def test_a_matrix_asks_its_questions_for_every_item() -> None:
    found = compiled(_form(*MATRIX, "calculate | sum | | | | | ${own_car_many} + 1 | | | | |"))
    session = opened(found.instrument)
    assert session.label("/data/own_car/own_car_note", "default") == "Mobil"
    assert found.instrument.by_path["/data/own_tv/own_tv_many"].appearance == ("w2",)
    session.set("/data/own_car/own_car_has", Facet.VALUE, "yes")
    session.set("/data/own_car/own_car_many", Facet.VALUE, "12")
    assert not session.state("/data/own_car/own_car_many").valid
    assert not session.state("/data/own_tv/own_tv_many").relevant
    assert session.state("/data/sum").value == "13"
    noted = compiled(_form(MATRIX[0], "text | note | Keterangan", MATRIX[-1])).instrument.by_path
    assert noted["/data/own_tv/own_tv_note"].type is ItemType.TEXT


def test_only_what_belongs_there_and_a_known_list() -> None:
    found = issues_of(
        _form(
            "text | before | Sebelum",
            SCORE[0].replace("| agree |", "| nobody |"), *SCORE[1:],
            RANK[0], "text | stray | Nyasar", *RANK[1:],
            MATRIX[0].replace("asset", ""), *MATRIX[1:],
        )
    )  # fmt: skip
    assert [(issue.row, issue.column) for issue in found] == [
        (3, "kobo--score-choices"), (8, "type"), (13, "kobo--matrix_list"),
    ]  # fmt: skip
    unended = issues_of(_form(*SCORE[:3]))
    assert [(issue.row, issue.column, issue.params["name"]) for issue in unended] == [(2, "type", "srv")]


def test_later_rows_keep_their_numbers_and_what_is_huge_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = issues_of(_form(*MATRIX, "text | t | T | | ${nowhere} = 1 | | | | | | |"))
    assert [(issue.row, issue.column) for issue in found] == [(6, "relevant")]
    many = tuple(f"asset | c{number} | C{number} |" for number in range(9_000))
    refused = issues_of(form(*MATRIX, choices=CHOICES + many, headings=HEADINGS))
    assert [(issue.row, issue.column) for issue in refused] == [(2, "kobo--matrix_list")]

    several = tuple(row.replace("| own |", f"| own{number} |") for number in range(5) for row in MATRIX)
    monkeypatch.setattr("gmsc_desktop.forms.kobo.MAX_QUESTIONS", 36)
    assert {issue.row for issue in issues_of(_form(*several))} == {14, 18}
    levels = tuple(f"rank__level | l{number} | L | | | | | | | | |" for number in range(3_000))
    (many_levels,) = issues_of(_form(RANK[0], *levels, RANK[-1]))
    assert (many_levels.row, many_levels.params["most"]) == (53, "50")


def test_the_columns_of_kobotoolbox_are_no_riddle() -> None:
    found = compiled(form("text | a | A | x7 | a", headings="type | name | label | $kuid | $autoname"))
    assert all("for other programs" in warning.template for warning in found.warnings)
    assert len(found.warnings) == 2


def test_stock_tools_make_the_same_places() -> None:
    """What KoboToolbox deploys for these rows, as its documentation writes it out."""
    standard = form(
        "begin_group | rk | | | field-list |",
        "note | rk_label | Tiga kebutuhan | | |",
        "select_one need | first | Pertama | yes | minimal |",
        "select_one need | second | Kedua | yes | minimal | ${second} != ${first}",
        "select_one need | third | Ketiga | yes | minimal | ${third} != ${first} and ${third} != ${second}",
        "end_group | | | | |",
        choices=CHOICES, headings="type | name | label | required | appearance | constraint",
    )  # fmt: skip
    assert convert(standard, file_type=".md").xform
    ours, theirs = (compiled(text).instrument for text in (_form(*RANK), standard))
    assert [(item.path, item.type, item.constraint, item.required) for item in ours.items] == [
        (item.path, item.type, item.constraint, item.required) for item in theirs.items
    ]
    assert answer(opened(ours), **{"rk/first": "water"}).lasting() == {}


def test_settings_of_servers_are_for_other_programs() -> None:
    found = compiled(form("text | a | A", settings=("form_id | public_key | submission_url", "f | abc | x")))
    assert [warning.column for warning in found.warnings] == ["public_key", "submission_url"]
    assert all("for other programs" in warning.template for warning in found.warnings)
