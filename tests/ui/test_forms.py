"""The editors: what a person types or picks becomes the text XForms gives it, and is shown as officials write it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from gmsc_desktop.domain.instrument import Choice, Text
from ui.forms.choices import ComboEditor, RowsEditor, options
from ui.forms.shown import shown_number
from ui.forms.special import AcknowledgeEditor, DateTimeEditor, RankEditor, TimeEditor
from ui.forms.textarea import TextArea
from ui.forms.textfields import DateEditor, DecimalEditor, IntegerEditor
from ui.widgets.optionrows import Marks


def _choices(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, Text({"id": f"Pilihan {name}", "en": f"Choice {name}"})) for name in names)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("2021", "2021"), (" 1.234 ", "1234"), ("12 345", "12345"), ("-7", "-7"), ("007", "7"), ("1,5", ""), ("dua", "")],
)
def test_whole_numbers(qtbot: Any, typed: str, stored: str) -> None:
    editor = IntegerEditor()
    qtbot.addWidget(editor)
    editor.line.setText(typed)
    assert editor.value() == stored
    assert editor.unreadable() is (stored == "")


@pytest.mark.parametrize(("typed", "stored"), [("3,25", "3.25"), ("3.25", "3.25"), ("1.234,5", "1234.5"), ("x", "")])
def test_decimals_take_a_comma(qtbot: Any, typed: str, stored: str) -> None:
    editor = DecimalEditor()
    qtbot.addWidget(editor)
    editor.line.setText(typed)
    assert editor.value() == stored


def test_a_decimal_shown_is_read_as_itself(qtbot: Any) -> None:
    editor = DecimalEditor()
    qtbot.addWidget(editor)

    @given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
    def holds(number: Decimal) -> None:
        editor.set_value(f"{number:f}")
        assert Decimal(editor.value()) == number

    holds()


@pytest.mark.parametrize("typed", ["14 Desember 2021", "14-12-2021", "14/12/2021", "2021-12-14", "14 december 2021"])
def test_dates_are_read_as_people_write_them_and_shown_in_words(qtbot: Any, typed: str) -> None:
    editor = DateEditor()
    qtbot.addWidget(editor)
    said: list[str] = []
    editor.committed.connect(said.append)
    qtbot.keyClicks(editor.line, typed)
    editor.flush()
    assert said == ["2021-12-14"]
    assert editor.line.text() == "14 Desember 2021"
    editor.pick(date(2022, 1, 3))
    assert said[-1] == "2022-01-03"


def test_times_are_read_as_people_write_them(qtbot: Any) -> None:
    clock, moment = TimeEditor(), DateTimeEditor()
    for editor, typed, stored, shown in (
        (clock, "9.05", "09:05:00", "09.05"),
        (moment, "14 Desember 2021 10:30", "2021-12-14T10:30:00", "14 Desember 2021 10.30"),
    ):
        qtbot.addWidget(editor)
        said: list[str] = []
        editor.committed.connect(said.append)
        qtbot.keyClicks(editor.line, typed)
        editor.flush()
        assert (said, editor.line.text()) == ([stored], shown)
    for editor, wrong in ((clock, "25.00"), (moment, "besok")):
        editor.line.setText(wrong)
        assert editor.unreadable() and editor.value() == ""


def test_an_order_is_an_answer_once_it_is_taken_over(qtbot: Any) -> None:
    editor = RankEditor()
    qtbot.addWidget(editor)
    said: list[str] = []
    editor.committed.connect(said.append)
    editor.set_choices(_choices("a", "b", "c"), "id")
    editor.set_value("")
    editor.show()
    assert editor.value() == "" and not editor.take.isHidden()
    qtbot.mouseClick(editor.take, Qt.MouseButton.LeftButton)
    editor.move_choice("c", -1)
    editor.move_choice("a", -1)
    assert said == ["a b c", "a c b"] and editor.take.isHidden()
    editor.set_read_only(True)
    editor.move_choice("c", -1)
    assert editor.value() == "a c b"


def test_a_confirmation_is_stored_as_xforms_has_it(qtbot: Any) -> None:
    editor = AcknowledgeEditor()
    qtbot.addWidget(editor)
    said: list[str] = []
    editor.committed.connect(said.append)
    editor.rows._pick(0)
    editor.rows._pick(0)
    assert said == ["OK", ""]


def test_levels_show_their_own_digits_and_other_lists_none(qtbot: Any) -> None:
    assert [option.digit for option in options(_choices("0", "1", "4"), "id")] == ["0", "1", "4"]
    levels, plain = RowsEditor(Marks.DIGIT), RowsEditor(Marks.RADIO)
    for editor in (levels, plain):
        qtbot.addWidget(editor)
        editor.set_choices(_choices("0", "1", "4"), "id")
    assert levels.pick_digit("4") and levels.value() == "4"
    assert not plain.pick_digit("4") and plain.value() == ""


def test_several_choices_are_kept_in_the_order_of_the_list(qtbot: Any) -> None:
    editor = RowsEditor(Marks.CHECK)
    qtbot.addWidget(editor)
    editor.set_choices(_choices("a", "b", "c"), "id")
    for index in (2, 0):
        editor.rows._pick(index)
    assert editor.value() == "a c"
    editor.rows._pick(2)
    assert editor.value() == "a"


def test_a_long_list_is_typed_into_and_the_wheel_changes_nothing(qtbot: Any) -> None:
    editor = ComboEditor()
    qtbot.addWidget(editor)
    said: list[str] = []
    editor.committed.connect(said.append)
    editor.set_choices(_choices(*"abcdefghijkl"), "en")
    editor.show()
    editor.line.setText("choice d")
    editor.line.editingFinished.emit()
    assert said == ["d"] and editor.line.text() == "Choice d"
    editor.line.setText("nothing of the kind")
    editor.line.editingFinished.emit()
    assert said == ["d"] and editor.line.text() == "Choice d"
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(editor.box, wheel)
    assert editor.value() == "d"


def test_what_is_being_typed_is_not_overwritten(qtbot: Any) -> None:
    area = TextArea()
    qtbot.addWidget(area)
    area.set_text("tersimpan")
    area.insertPlainText("baru ")
    assert area.is_pending()
    area.set_text("dari tempat lain")
    assert area.toPlainText() == "baru tersimpan"
    said: list[str] = []
    area.committed.connect(said.append)
    area.flush()
    assert said == ["baru tersimpan"]


def test_pasted_text_stays_text_and_pictures_are_handed_on(qtbot: Any) -> None:
    area = TextArea()
    qtbot.addWidget(area)
    handed: list[QMimeData] = []
    area.pasted.connect(handed.append)
    rich = QMimeData()
    rich.setHtml("<b>tebal</b>")
    rich.setText("tebal")
    area.insertFromMimeData(rich)
    link = QMimeData()
    link.setUrls([QUrl("https://contoh.go.id/")])
    link.setText(" https://contoh.go.id/")
    area.insertFromMimeData(link)
    assert area.toPlainText() == "tebal https://contoh.go.id/" and handed == []
    picture = QMimeData()
    picture.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    area.insertFromMimeData(picture)
    assert len(handed) == 1


def test_calculated_values_are_shown_as_numbers_of_the_language() -> None:
    assert shown_number("1234.5", "id") == "1.234,5"
    assert shown_number("1234.5", "en") == "1,234.5"
    assert shown_number("belum", "id") == "belum"
