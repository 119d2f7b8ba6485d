"""Every kind of question of a form, on a real session in the window of a trial: seen and answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QSlider

from gmsc_desktop.i18n import set_language
from gmsc_desktop.services.instruments import check_workbook
from tests.helpers import FixedClock
from ui.forms.choices import ComboEditor, RowsEditor
from ui.forms.places import PointEditor
from ui.forms.scale import LikertEditor, RangeEditor
from ui.forms.special import RankEditor, TimeEditor
from ui.forms.textfields import TextEditor
from ui.trial import TrialWindow

FORM = """\
| survey |
| | type | name | label | appearance | parameters | choice_filter |
| | range | jarak | Jarak <b>km</b> | | start=0 end=10 step=0.5 | |
| | geopoint | titik | Titik | | | |
| | rank huruf | urut | Urutan | | | |
| | time | jam | Jam | | | |
| | select_one huruf | skala | Skala | likert | | |
| | select_one huruf | kecil | Daftar | minimal | | |
| | select_one huruf | cepat | Cepat | quick | | |
| | select_one huruf2 or_other | lain | Lainnya | | | |
| | text | panjang | Panjang | multiline | | |
| | acknowledge | paham | Paham | | | |
| | audio | suara | Suara | | | |
| | begin_group | tabel | Tabel | table-list | | |
| | select_one huruf | t1 | Baris satu | | | |
| | select_one huruf | t2 | Baris dua | | | |
| | end_group | | | | | |
| choices |
| | list_name | name | label |
| | huruf | a | Sangat tidak setuju |
| | huruf | b | Biasa saja |
| | huruf | c | Sangat setuju |
| | huruf2 | a | Satu |
| settings |
| | form_title | form_id |
| | Jenis | jenis |
"""


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, clock: FixedClock) -> TrialWindow:
    set_language("id")
    path = tmp_path / "jenis.md"
    path.write_text(FORM, encoding="utf-8")
    checked = check_workbook(path)
    assert checked.instrument is not None, [issue.text() for issue in checked.errors]
    made = TrialWindow(checked.instrument, clock=clock)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.resize(1160, 700)
    made.show()
    _settle(qtbot, made)
    return made


def _settle(qtbot: Any, window: TrialWindow) -> None:
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=15_000)
    for _round in range(5):
        QApplication.processEvents()


def _editor(qtbot: Any, window: TrialWindow, name: str) -> Any:
    key = next(key for key in window.page.desk.session.keys("") if key.endswith(f"/{name}"))
    window.page.go(key)
    _settle(qtbot, window)
    card = window.page.questions.card
    assert card is not None and card.key == key and card.isVisible()
    return card.editor


def _value(window: TrialWindow, name: str) -> str:
    session = window.page.desk.session
    return session.state(next(key for key in session.keys("") if key.endswith(f"/{name}"))).value


def test_a_range_is_typed_or_slid(qtbot: Any, window: TrialWindow) -> None:
    editor = _editor(qtbot, window, "jarak")
    assert isinstance(editor, RangeEditor) and editor.slider.isVisible()
    assert editor.slider.accessibleName() == "Jarak km" == editor.line.accessibleName()
    assert _value(window, "jarak") == ""
    qtbot.keyClick(editor.slider, Qt.Key.Key_Right)
    qtbot.keyClick(editor.slider, Qt.Key.Key_Right)
    editor.flush()
    assert _value(window, "jarak") == "1.0" and editor.line.text() == "1,0"
    editor.line.selectAll()
    qtbot.keyClicks(editor.line, "7,5")
    editor.flush()
    assert _value(window, "jarak") == "7.5" and editor.slider.value() == 15
    editor.slider.triggerAction(QSlider.SliderAction.SliderToMinimum)
    editor.flush()
    assert _value(window, "jarak") in ("0", "0.0")


def test_a_place_has_two_fields(qtbot: Any, window: TrialWindow) -> None:
    editor = _editor(qtbot, window, "titik")
    assert isinstance(editor, PointEditor)
    qtbot.keyClicks(editor.latitude, "-7,5755")
    editor.flush()
    card = window.page.questions.card
    assert card is not None and _value(window, "titik") == "" and card.message.isVisible()
    qtbot.keyClicks(editor.longitude, "110,8243")
    editor.flush()
    assert _value(window, "titik") == "-7.5755 110.8243 0 0" and not card.message.isVisible()
    editor.longitude.setText("190")
    editor._typed()
    editor.flush()
    assert _value(window, "titik") == "-7.5755 110.8243 0 0" and card.message.isVisible()
    editor.latitude.setText("-6.2 106.8")
    editor._typed()
    editor.flush()
    assert _value(window, "titik") == "-6.2 106.8 0 0" and editor.longitude.text() == "106,8"
    assert editor.latitude.accessibleName().startswith("Titik")


def test_an_order_is_made_with_keys_and_by_dragging(qtbot: Any, window: TrialWindow) -> None:
    editor = _editor(qtbot, window, "urut")
    assert isinstance(editor, RankEditor)
    button = editor.focus_field()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert _value(window, "urut") == "b a c"
    _settle(qtbot, window)
    top, bottom = (editor._grid.cellRect(row, 1).center() for row in (0, 2))
    qtbot.mousePress(editor, Qt.MouseButton.LeftButton, pos=QPoint(5, bottom.y()))
    qtbot.mouseRelease(editor, Qt.MouseButton.LeftButton, pos=QPoint(5, top.y()))
    assert _value(window, "urut") == "c b a"


def test_choices_look_as_the_form_wants(qtbot: Any, window: TrialWindow) -> None:
    scale = _editor(qtbot, window, "skala")
    assert isinstance(scale, LikertEditor)
    qtbot.keyClick(scale.row, Qt.Key.Key_Right)
    qtbot.keyClick(scale.row, Qt.Key.Key_Space)
    assert _value(window, "skala") == "b"
    assert "Biasa saja" in scale.row.accessibleName()
    assert isinstance(_editor(qtbot, window, "kecil"), ComboEditor)
    for name in ("t1", "t2"):
        row = _editor(qtbot, window, name)
        assert isinstance(row, LikertEditor)
        qtbot.keyClick(row.row, Qt.Key.Key_3)
        assert _value(window, name) == "c"
    text = _editor(qtbot, window, "panjang")
    assert isinstance(text, TextEditor) and text.area.height() > 2 * text.fontMetrics().lineSpacing()
    time = _editor(qtbot, window, "jam")
    assert isinstance(time, TimeEditor)
    qtbot.keyClicks(time.line, "14.30")
    time.flush()
    assert _value(window, "jam").startswith("14:30")


def test_a_quick_question_goes_on_and_another_answer_is_asked_for(qtbot: Any, window: TrialWindow) -> None:
    quick = _editor(qtbot, window, "cepat")
    assert isinstance(quick, RowsEditor)
    quick.rows.picked.emit("a")
    _settle(qtbot, window)
    assert _value(window, "cepat") == "a"
    assert window.page.questions.current.endswith("/lain")
    other = _editor(qtbot, window, "lain")
    assert {choice.name for choice in window.page.desk.session.choices(window.page.questions.current)} >= {"other"}
    other.committed.emit("other")
    _settle(qtbot, window)
    key = next(key for key in window.page.desk.asked() if "other" in key.rpartition("/")[2])
    assert window.page.questions.go(key) is not None


def test_files_are_attached_to_a_question_that_asks_for_sound(qtbot: Any, window: TrialWindow, tmp_path: Path) -> None:
    assert _editor(qtbot, window, "suara") is None
    card = window.page.questions.card
    assert card is not None and card.strip is not None
    (tmp_path / "wawancara.mp3").write_bytes(b"ID3 suara")
    window.page.desk.shelf.attach(card.key, tmp_path / "wawancara.mp3", lambda error: None)
    _settle(qtbot, window)
    (one,) = window.page.desk.shelf.of(card.key)
    assert one.name == "wawancara.mp3" and one.size == 9


@pytest.mark.parametrize("grouped", [True, False])
def test_a_group_of_very_many_questions_is_shown_in_parts(
    qtbot: Any, tmp_path: Path, clock: FixedClock, grouped: bool
) -> None:
    asked = [f"| | integer | q{number} | Pertanyaan {number} | |" for number in range(1, 261)]
    around = ("| | begin_group | g | Besar | field-list |", "| | end_group | | | |") if grouped else ("", "")
    rows = ["| survey |", "| | type | name | label | appearance |", around[0], *asked, around[1]]
    path = tmp_path / "besar.md"
    path.write_text("\n".join(row for row in rows if row) + "\n", encoding="utf-8")
    checked = check_workbook(path)
    assert checked.instrument is not None
    window = TrialWindow(checked.instrument, clock=clock)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    window.show()
    _settle(qtbot, window)
    questions, desk = window.page.questions, window.page.desk
    sections = questions.sections()
    assert [(section.part, section.parts) for section in sections] == [(n, 6) for n in range(1, 7)]
    own = [path for section in sections for path in section.own]
    assert own == list(desk.asked()) and len(own) == 260
    window.page.go(own[-1])
    _settle(qtbot, window)
    assert questions.card is not None and questions.card.key == own[-1]
    assert questions.page is not None and len(questions.page.cards) <= 50
    questions.turn(forward=False)
    assert questions.section == sections[-2].path
    questions.step(forward=False)
    assert questions.current == sections[-3].own[-1]
    questions.step(forward=True)
    assert questions.current == sections[-2].own[0]
