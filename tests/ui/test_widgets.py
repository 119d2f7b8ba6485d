"""The pieces pages are made of: fields, dates, regions, people, lists, messages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import Cancelled, GmscError, Refused
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.visit import Person, Role
from gmsc_desktop.services.regions import RegionService
from ui.application import Application
from ui.tasks import Tasks, Unexpected
from ui.widgets.dates import DateRange
from ui.widgets.fields import Choice, FormRow, PassphraseField, SearchField, Strength, strength
from ui.widgets.icons import STROKES, path
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner, Toast, error_dialog
from ui.widgets.people import PeopleEditor, nip_problem
from ui.widgets.progress import ProgressDialog, show_seconds
from ui.widgets.regionpicker import RegionPicker
from ui.widgets.rowlist import RowItem, RowList

# What the offscreen platform has no windows for.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()


def test_every_sign_can_be_drawn() -> None:
    for name in STROKES:
        box = path(name).boundingRect()
        assert box.left() >= 0 and box.top() >= 0 and box.right() <= 24 and box.bottom() <= 24, name


def test_labels_show_markup_as_it_is(app: Application) -> None:
    made = label("<b>Kota</b>")
    assert made.textFormat() is Qt.TextFormat.PlainText
    assert made.text() == "<b>Kota</b>"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_is_pressed_from_the_keyboard(qtbot: QtBot, app: Application, key: Qt.Key) -> None:
    made = Button("Make", kind="primary")
    _shown(qtbot, made)
    pressed: list[bool] = []
    made.clicked.connect(lambda: pressed.append(True))
    qtbot.keyClick(made, key)
    assert pressed == [True]


# regions


@pytest.fixture
def picker(qtbot: QtBot, app: Application) -> RegionPicker:
    made = RegionPicker(RegionService().find)
    made.resize(500, 40)
    _shown(qtbot, made)
    return made


def test_a_region_is_found_by_part_of_its_name_and_chosen_by_keyboard(qtbot: QtBot, picker: RegionPicker) -> None:
    qtbot.keyClicks(picker.line, "surak")
    assert picker.found() == 1
    with qtbot.waitSignal(picker.picked):
        qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    region = picker.value()
    assert region is not None
    assert (region.code, picker.line.text()) == ("33.72", "Kota Surakarta, Jawa Tengah (33.72)")


def test_a_region_is_found_by_province_and_by_code(qtbot: QtBot, picker: RegionPicker) -> None:
    qtbot.keyClicks(picker.line, "jawa tengah kota")
    assert picker.found() == 6
    qtbot.keyClick(picker.line, Qt.Key.Key_Down)
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    region = picker.value()
    assert region is not None and region.province == "Jawa Tengah"
    picker.set_value(None)
    qtbot.keyClicks(picker.line, "81.71")
    qtbot.keyClick(picker.line, Qt.Key.Key_Tab)
    region = picker.value()
    assert region is not None and region.name == "Kota Ambon"


def test_changing_the_text_takes_the_region_back(qtbot: QtBot, picker: RegionPicker) -> None:
    qtbot.keyClicks(picker.line, "33.72")
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    qtbot.keyClick(picker.line, Qt.Key.Key_Backspace)
    assert picker.value() is None


def test_all_514_are_offered(picker: RegionPicker) -> None:
    picker._search("")
    assert picker.found() == 514


# dates


def test_days_are_read_as_typed_and_shown_in_full(qtbot: QtBot, app: Application) -> None:
    app.use_language("id")
    made = DateRange()
    _shown(qtbot, made)
    qtbot.keyClicks(made.first.line, "14/12/2021")
    assert made.value() == (date(2021, 12, 14), date(2021, 12, 14))
    made.first.tidy()
    assert made.first.line.text() == "14 Desember 2021"
    made.last.line.setText("16 desember 2021")
    assert made.value() == (date(2021, 12, 14), date(2021, 12, 16))
    qtbot.keyClick(made.last.line, Qt.Key.Key_Up)
    assert made.last.line.text() == "17 Desember 2021"


def test_days_that_cannot_be_are_named(app: Application) -> None:
    made = DateRange()
    made.set_value(date(2021, 12, 14), date(2021, 12, 13))
    assert made.value() is None
    assert made.problem() == "The last day lies before the first."
    made.last.line.setText("someday")
    assert made.problem().startswith("Enter both days")


@given(day=st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_a_day_shown_is_read_back(day: date) -> None:
    from gmsc_desktop.domain.numbers import read_date, show_date

    assert read_date(show_date(day, "id")) == day == read_date(show_date(day, "en"))


# people


@pytest.mark.parametrize(
    ("nip", "right"),
    [
        ("", True),
        ("197503142005012001", True),
        ("19750314 200501 2 001", True),
        ("1975", False),
        ("19750314200501200x", False),
        ("١٩٧٥٠٣١٤٢٠٠٥٠١٢٠٠١", False),
    ],
)
def test_a_nip_has_18_digits_or_is_empty(app: Application, nip: str, right: bool) -> None:
    assert (nip_problem(nip) == "") is right


def test_people_are_entered_changed_and_removed(qtbot: QtBot, app: Application) -> None:
    made = PeopleEditor()
    made.resize(900, 300)
    _shown(qtbot, made)
    lead = Person("Dr. Sri Wahyuni, M.T.", "197503142005012001", "Asesor", "UNS", Role.LEAD)
    made.set_value((lead,))
    assert made.value() == (lead,)
    made.add_met.click()
    editor = made.table.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "  Drs. Budi   Santoso ")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.table.item(1, 0).text() != "")
    made.table.item(1, 1).setText("19681212 199403 1 002")
    assert made.value()[1] == Person("Drs. Budi Santoso", "196812121994031002", role=Role.MET)
    assert made.problem() == ""
    made.table.item(1, 1).setText("12")
    assert made.problem().startswith("Drs. Budi Santoso: A NIP has 18 digits")
    made.table.setCurrentCell(1, 0)
    qtbot.keyClick(made.table, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert made.value() == (lead,)


def test_a_role_is_chosen_from_a_list(qtbot: QtBot, app: Application) -> None:
    made = PeopleEditor()
    made.resize(900, 300)
    _shown(qtbot, made)
    made.set_value((Person("A", role=Role.LEAD), Person("B", role=Role.MEMBER)))
    made.table.setCurrentCell(1, 4)
    made.table.editItem(made.table.item(1, 4))
    box = made.table.findChild(QComboBox)
    assert box is not None
    box.setCurrentIndex(box.findData("met"))
    box.activated.emit(box.currentIndex())
    assert [person.role for person in made.value()] == [Role.LEAD, Role.MET]


# fields


def test_a_row_tells_its_error_to_everyone(qtbot: QtBot, app: Application) -> None:
    line = QLineEdit()
    row = FormRow("&Name", line, "a hint")
    _shown(qtbot, row)
    assert (line.accessibleName(), line.accessibleDescription()) == ("Name", "a hint")
    row.set_error("Enter a name.")
    assert row.error() == "Enter a name."
    assert line.accessibleDescription() == "Enter a name."
    assert line.property("invalid") is True
    assert any(found.text() == "Enter a name." and found.isVisible() for found in row.findChildren(QLabel))
    row.set_error(None)
    assert line.accessibleDescription() == "a hint" and line.property("invalid") is False


def test_a_passphrase_is_hidden_until_it_is_asked_for(qtbot: QtBot, app: Application) -> None:
    made = PassphraseField()
    _shown(qtbot, made)
    made.line.setText("kata sandi")
    button = made.findChild(QPushButton)
    assert button is not None and made.line.echoMode() is QLineEdit.EchoMode.Password
    button.click()
    assert made.line.echoMode() is QLineEdit.EchoMode.Normal
    made.clear()
    assert made.text() == "" and made.line.echoMode() is QLineEdit.EchoMode.Password


def test_longer_and_more_varied_is_stronger(app: Application) -> None:
    words = ["", "aaaa", "aaaaaaaaaaaaaaaa", "nasi goreng", "makan nasi goreng pagi hari"]
    assert [strength(word) for word in words] == sorted(strength(word) for word in words)
    assert strength(words[0]) == 0 and strength(words[1]) == strength(words[2]) == 1 and strength(words[-1]) == 4
    shown = Strength()
    shown.show_strength(words[-1])
    assert shown.accessibleName() == "strong"


def test_escape_empties_a_search_and_down_leaves_it(qtbot: QtBot, app: Application) -> None:
    made = SearchField("Search")
    _shown(qtbot, made)
    qtbot.keyClicks(made, "abc")
    qtbot.keyClick(made, Qt.Key.Key_Escape)
    assert made.text() == ""
    with qtbot.waitSignal(made.left_down):
        qtbot.keyClick(made, Qt.Key.Key_Down)


def test_a_choice_holds_values_not_texts(app: Application) -> None:
    made = Choice([("on_site", "Luring"), ("online", "Daring")])
    made.set_value("online")
    assert (made.value(), made.currentText()) == ("online", "Daring")
    made.set_value("nothing like it")
    assert made.value() == "online"


# lists


def test_a_list_keeps_its_row_when_others_come(qtbot: QtBot, app: Application) -> None:
    made = RowList("Visits")
    _shown(qtbot, made)
    rows = [
        RowItem(str(number), f"Row {number}", "below", "draft", "accent", "1/2", 0.5, "3,06") for number in range(5)
    ]
    made.set_rows(rows)
    assert made.current() == "0"
    made.set_current("3")
    made.set_rows(list(reversed(rows)))
    assert made.current() == "3"
    made.set_rows(rows[:2])
    assert made.current() == "0"
    with qtbot.waitSignal(made.opened) as opened:
        qtbot.keyClick(made, Qt.Key.Key_Return)
    assert opened.args == ["0"]
    assert not made.grab().isNull()
    assert "Row 0. below. draft. 1/2" in rows[0].spoken


# messages


def test_an_error_is_told_in_three_parts(qtbot: QtBot, app: Application) -> None:
    error = Refused("It happened to {what}.", kept="All of {what} is kept.", cure="Try {what} again.", what="<b>x</b>")
    dialog = error_dialog(None, error)
    qtbot.addWidget(dialog)
    assert dialog.paragraphs == ("It happened to <b>x</b>.", "All of <b>x</b> is kept.", "Try <b>x</b> again.")
    banner = Banner()
    qtbot.addWidget(banner)
    banner.say_error(error)
    assert banner.text().splitlines() == list(dialog.paragraphs)


def test_a_defect_shows_its_details(qtbot: QtBot, app: Application) -> None:
    try:
        raise KeyError("nothing")
    except KeyError as error:
        dialog = error_dialog(None, Unexpected(error))
    qtbot.addWidget(dialog)
    from PySide6.QtWidgets import QPlainTextEdit

    details = dialog.findChild(QPlainTextEdit)
    assert details is not None and "KeyError" in details.toPlainText()


def test_a_toast_stays_in_its_window(qtbot: QtBot, app: Application) -> None:
    window = QWidget()
    window.resize(700, 500)
    _shown(qtbot, window)
    toast = Toast(window)
    toast.say("Saved.", "success")
    assert toast.isVisible() and window.rect().contains(toast.geometry())
    window.resize(500, 400)
    QApplication.processEvents()
    assert window.rect().contains(toast.geometry())


def test_long_work_is_followed_and_can_be_stopped(qtbot: QtBot, app: Application, tasks: Tasks) -> None:
    import threading

    go_on = threading.Event()
    errors: list[GmscError] = []

    def work(progress: Progress) -> Done[None]:
        progress(1, 4, "copying")
        assert go_on.wait(10)
        progress(2, 4, "copying")
        return Done(None, Changed())

    parent = QWidget()
    qtbot.addWidget(parent)
    job = tasks.submit_long(work, on_error=errors.append)
    dialog = ProgressDialog(parent, "Exporting", job)
    dialog.show()
    qtbot.waitUntil(lambda: any(found.text() == "copying" for found in dialog.findChildren(QLabel)))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible() and job.cancelled
    go_on.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert [type(error) for error in errors] == [Cancelled]


def test_durations_are_shown_as_people_say_them() -> None:
    assert [show_seconds(value) for value in (0.4, 12, 65, 3600)] == ["0 s", "12 s", "1 min 05 s", "60 min 00 s"]
