"""Where questions and choices stand: side by side, in tables, in columns; and that the keys work there too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt

from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.i18n import set_language
from tests.ui.trials import Trial, written
from ui.forms.choices import RowsEditor
from ui.forms.finding import FindEditor, FindSeveralEditor
from ui.pages.assessment.bandrow import TableRows
from ui.pages.assessment.bands import lines

FORM = """\
| survey |
| | type | name | label | appearance | required | relevant | evidence |
| | begin_group | grid | Berdampingan | field-list | | | |
| | text | nama | Nama | w2 | | | |
| | integer | umur | Umur | w1 | | | |
| | select_one yt | setuju | Setuju | w1 | | | |
| | text | alasan | Alasan | w2 | | ${setuju} = 'y' | |
| | text | tempat | Tempat | w2 | | | |
| | text | alamat | Alamat | | | | |
| | end_group | | | | | | |
| | begin_group | lama | Cara lama | field-list | | | |
| | select_one puas | kepala | Seberapa puas | label | | | |
| | select_one puas | l1 | Listrik | list-nolabel | | | |
| | select_one puas | l2 | Air | list-nolabel | | | |
| | end_group | | | | | | |
| | begin_group | t | Tabel | table-list | | | |
| | select_one puas | t1 | Loket | | yes | | |
| | select_one puas | t2 | Aplikasi | | | ${t1} = '1' | |
| | end_group | | | | | | |
| | begin_group | tm | Tabel beberapa | matrix | | | |
| | select_multiple yt | t3 | Beberapa | | | | |
| | select_multiple yt | t4 | Beberapa lagi | | | | |
| | end_group | | | | | | |
| | begin_group | rupa | Rupa | field-list | | | |
| | select_one kota | dua | Dua kolom | columns-2 | | | |
| | select_one kota | rapat | Rapat | columns-pack | | | |
| | select_multiple kota | turun | Turun | minimal | | | |
| | end_group | | | | | | |
| choices |
| | list_name | name | label |
| | yt | y | Ya |
| | yt | t | Tidak |
| | puas | 1 | Sangat tidak puas |
| | puas | 2 | Biasa saja |
| | puas | 3 | Sangat puas |
| | puas | 4 | Tidak tahu |
| | puas | 5 | Tidak menjawab |
| | kota | bdg | Bandung |
| | kota | kdr | Kediri |
| | kota | amb | Ambon |
| | kota | srk | Surakarta |
| settings |
| | form_title | form_id | style |
| | Rupa | rupa | theme-grid |
"""


@pytest.fixture
def trial(qtbot: Any, tmp_path: Path, clock: Clock) -> Trial:
    set_language("id")
    return Trial(qtbot, written(tmp_path, FORM), clock)


def _at(trial: Trial, name: str) -> QPoint:
    page = trial.page.questions.page
    assert page is not None
    return page.cards[trial.key(name)].mapTo(page, QPoint(0, 0))


def test_questions_stand_side_by_side_by_their_widths(trial: Trial) -> None:
    trial.card("nama")
    page = trial.page.questions.page
    assert page is not None
    nama, umur, setuju = (page.cards[trial.key(name)] for name in ("nama", "umur", "setuju"))
    assert _at(trial, "nama").y() == _at(trial, "umur").y() == _at(trial, "setuju").y()
    assert _at(trial, "nama").x() < _at(trial, "umur").x() < _at(trial, "setuju").x()
    assert abs(nama.width() - 2 * umur.width()) < 20 and abs(umur.width() - setuju.width()) <= 1
    # A row that is not full is filled, and what comes to be asked takes its place in it.
    assert page.cards[trial.key("tempat")].width() > 2 * nama.width() - 40
    trial.page.go(trial.key("setuju"))
    trial.qtbot.keyClick(setuju.editor.focus_field(), Qt.Key.Key_Space)
    trial.settle()
    assert trial.value("setuju") == "y"
    assert _at(trial, "alasan").y() == _at(trial, "tempat").y() and _at(trial, "alasan").x() < _at(trial, "tempat").x()
    assert page.cards[trial.key("alamat")].width() > 1.9 * nama.width()


def test_where_there_is_no_room_they_stand_below_each_other(qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    trial = Trial(qtbot, written(tmp_path, FORM), clock, size=(420, 700))
    trial.card("nama")
    assert _at(trial, "nama").x() == _at(trial, "umur").x()
    assert _at(trial, "nama").y() < _at(trial, "umur").y() == _at(trial, "setuju").y()
    trial.window.page.resize(330, 700)
    trial.settle()
    assert _at(trial, "umur").y() < _at(trial, "setuju").y()


def test_keys_walk_through_the_cells(trial: Trial) -> None:
    trial.card("nama")
    seen = []
    for _step in range(3):
        seen.append(trial.page.questions.current.rpartition("/")[2])
        trial.page.questions.step(forward=True)
    assert seen == ["nama", "umur", "setuju"] and trial.page.questions.current == trial.key("tempat")


def test_a_table_has_one_heading_and_a_row_for_each_question(trial: Trial) -> None:
    card = trial.card("t1")
    (table,) = [table for table in trial.page.findChildren(TableRows) if table.isVisible()]
    assert table.head.choices.texts == (
        "Sangat tidak puas",
        "Biasa saja",
        "Sangat puas",
        "Tidak tahu",
        "Tidak menjawab",
    )
    row, choices = card.editor.focus_field(), table.head.choices
    assert row.accessibleName() == "Loket. Belum ada yang dipilih"
    # The marks stand below their texts.
    assert abs(row.mapTo(table, QPoint(0, 0)).x() - choices.mapTo(table, QPoint(0, 0)).x()) <= 1
    assert abs(row.width() - choices.width()) <= 1
    height = table.height()
    trial.qtbot.keyClick(row, Qt.Key.Key_1)
    trial.settle()
    assert trial.value("t1") == "1" and "Sangat tidak puas" in row.accessibleName()
    assert table.height() > height, "the row that is asked now has come"
    trial.qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(row.width() // 2, row.height() // 2))
    trial.settle()
    assert trial.value("t1") == "3"
    several = trial.card("t3").editor.focus_field()
    trial.qtbot.keyClick(several, Qt.Key.Key_1)
    trial.qtbot.keyClick(several, Qt.Key.Key_2)
    assert trial.value("t3") == "y t"
    trial.qtbot.keyClick(several, Qt.Key.Key_1)
    assert trial.value("t3") == "t"
    trial.qtbot.keyClick(several, Qt.Key.Key_Delete)
    assert trial.value("t3") == ""


def test_a_narrow_table_shows_its_choices_in_each_row(qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    trial = Trial(qtbot, written(tmp_path, FORM), clock, size=(430, 700))
    card = trial.card("t1")
    table = next(table for table in trial.page.findChildren(TableRows) if table.isVisible())
    assert not table.head.isVisible()
    row = card.editor.focus_field()
    trial.qtbot.keyClick(row, Qt.Key.Key_Down)
    trial.qtbot.keyClick(row, Qt.Key.Key_Space)
    assert trial.value("t1") == "2"
    trial.window.resize(1280, 700)
    trial.settle()
    assert table.head.isVisible()


def test_a_label_question_is_the_heading_of_those_without(trial: Trial) -> None:
    trial.card("l1")
    table = next(table for table in trial.page.findChildren(TableRows) if table.isVisible())
    assert table.head.words.text() == "Seberapa puas" and len(table.head.choices.texts) == 5
    page = trial.page.questions.page
    assert page is not None and trial.key("kepala") not in page.cards
    assert trial.key("kepala") not in trial.page.desk.asked()


def test_f8_finds_what_is_missing_in_a_table(trial: Trial) -> None:
    trial.card("nama")
    trial.page.next_problem(forward=True)
    trial.settle()
    card = trial.page.questions.card
    assert card is not None and card.key == trial.key("t1") and card.message.isVisible()
    assert card.message.width() > 0.8 * card.width()


def test_choices_stand_in_columns(trial: Trial) -> None:
    editor = trial.card("dua").editor
    assert isinstance(editor, RowsEditor)
    cells = [editor.rows._row(index) for index in range(4)]
    assert cells[0].top() == cells[1].top() < cells[2].top() == cells[3].top()
    assert cells[0].left() == cells[2].left() < cells[1].left()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Space):
        trial.qtbot.keyClick(editor.rows, key)
    assert trial.value("dua") == "srk"
    trial.qtbot.mouseClick(editor.rows, Qt.MouseButton.LeftButton, pos=cells[1].center().toPoint())
    assert trial.value("dua") == "kdr"
    packed = trial.card("rapat").editor
    assert isinstance(packed, RowsEditor)
    assert len({packed.rows._row(index).top() for index in range(4)}) == 1
    assert packed.rows._row(0).width() < packed.rows._row(3).width()


def test_a_collapsed_list_of_several_is_found_by_typing(trial: Trial) -> None:
    editor = trial.card("turun").editor
    assert isinstance(editor, FindSeveralEditor) and not editor.rows.isVisible()
    for typed in ("ambon", "band"):
        trial.qtbot.keyClicks(editor.line, typed)
        editor.finder.offer()
        editor.finder.take(0)
    assert trial.value("turun") == "amb bdg" and editor.rows.isVisible()
    trial.qtbot.keyClick(editor.rows, Qt.Key.Key_Space)
    assert len(trial.value("turun").split()) == 1


def test_a_hundred_thousand_choices_are_searched(qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    set_language("id")
    rows = "\n".join(f"d{n},Desa {'Suka' if n % 2 else 'Karang'}jaya {n},k{n % 50}" for n in range(100_000))
    (tmp_path / "desa.csv").write_text(f"name,label,kec\n{rows}\n", encoding="utf-8")
    kec = "\n".join(f"| | kec | k{n} | Kecamatan {n} |" for n in range(50))
    path = written(
        tmp_path,
        f"""\
| survey |
| | type | name | label | choice_filter |
| | select_one kec | kec | Kecamatan | |
| | select_one_from_file desa.csv | desa | Desa | kec = ${{kec}} |
| choices |
| | list_name | name | label |
{kec}
""",
    )
    trial = Trial(qtbot, path, clock)
    editor = trial.card("desa").editor
    assert isinstance(editor, FindEditor)
    assert editor.line.placeholderText() == "Belum ada yang dapat dipilih"
    trial.page.desk.write(trial.key("kec"), "value", "k7")
    trial.settle()
    assert "2.000" in editor.line.placeholderText()
    trial.qtbot.keyClicks(editor.line, "sukajaya 77")
    editor.finder.offer()
    assert editor.finder.offered.stringList()[0] == "Desa Sukajaya 7707"
    assert editor.finder.more.isHidden()
    editor.finder.take(0)
    assert trial.value("desa") == "d7707" and editor.line.text() == "Desa Sukajaya 7707"
    editor.line.clear()
    trial.qtbot.keyClicks(editor.line, "desa")
    editor.finder.offer()
    assert "2.000" in editor.finder.more.text() and editor.finder.offered.rowCount() == 100
    editor.flush()
    assert editor.line.text() == "Desa Sukajaya 7707", "a text that is no choice gives way to the answer"
    trial.page.desk.write(trial.key("kec"), "value", "k8")
    trial.settle()
    card = trial.page.questions.card
    assert card is not None and card.message.isVisible(), "the answer is none of the choices any more"
    editor.line.clear()
    editor.flush()
    assert trial.value("desa") == ""


def test_groups_without_a_name_are_the_rows_of_one_page(qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    rows = "\n".join(
        f"| | begin_group | g{row} | | w4 |\n| | note | n{row} | Umur {row} | w1 |\n"
        f"| | integer | l{row} | Laki-laki | w1 |\n| | integer | p{row} | Perempuan | w1 |\n| | end_group | | | |"
        for row in range(3)
    )
    last = (
        "begin_group | akhir | |",
        "begin_repeat | r | Ulangan |",
        "text | t | T |",
        "end_repeat | | |",
        "end_group | | |",
    )
    end = "\n".join(f"| | {row} |" for row in last)
    head = "| survey |\n| | type | name | label | appearance |"
    trial = Trial(qtbot, written(tmp_path, f"{head}\n{rows}\n{end}\n"), clock)
    trial.card("l0")
    assert [line.label for line in trial.page._counts.lines() if line.is_page][1:] == ["akhir"]
    assert _at(trial, "l0").x() == _at(trial, "l1").x() == _at(trial, "l2").x() < _at(trial, "p0").x()
    assert _at(trial, "l0").y() < _at(trial, "l1").y() < _at(trial, "l2").y()


def test_pages_come_in_the_order_of_the_form(qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    rows = (
        "text | a | Pertama", "begin_group | g | Kelompok", "text | b | Kedua", "begin_group | h | Di dalam",
        "text | c | Ketiga", "end_group | |", "text | d | Keempat", "text | e | Kelima", "end_group | |",
        "calculate | x |", "text | f | Keenam",
    )  # fmt: skip
    body = "\n".join(f"| | {row} | {'1' if row.startswith('calc') else ''} |" for row in rows)
    text = f"| survey |\n| | type | name | label | calculation |\n{body}\n| settings |\n| | form_title |\n| | Urut |\n"
    trial = Trial(qtbot, written(tmp_path, text), clock)
    outline = [(line.label, line.depth) for line in trial.page._counts.lines()]
    assert outline == [("Urut", 0), ("Kelompok", 0), ("Di dalam", 1), ("Keempat …", 1), ("Keenam", 0)]
    trial.card("a")
    seen = ["a"]
    for _step in range(5):
        trial.page.questions.step(forward=True)
        seen.append(trial.page.questions.current.rpartition("/")[2])
    assert seen == ["a", "b", "c", "d", "e", "f"], "going on never jumps about"
    page = trial.page.questions.page
    assert page is not None and page._title.text() == "Keenam"


@given(
    st.lists(st.integers(1, 10), min_size=1, max_size=20),
    st.integers(1, 10),
    st.integers(50, 2000),
    st.integers(1, 400),
)
def test_cells_keep_their_order_and_fill_their_lines(wide: list[int], columns: int, width: int, least: int) -> None:
    found = lines(wide, columns, width, least)
    assert sum(len(line) for line in found) == len(wide)
    assert all(line and sum(line) <= columns for line in found)
    for line in found:
        assert len(line) == 1 or all(width * each >= least * sum(line) for each in line)
