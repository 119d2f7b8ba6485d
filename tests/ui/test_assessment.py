"""Filling a visit in the window: what is chosen and typed is stored, and everything follows at once."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import Vault
from tests.helpers import FixedClock, SeededIds
from tests.ui.assessing import Bench, make_visit
from ui.forms.choices import RowsEditor
from ui.forms.textfields import IntegerEditor, TextEditor


@pytest.fixture
def services(vault: Vault, clock: FixedClock, ids: SeededIds) -> Services:
    return build_services(vault, clock=clock, ids=ids)


@pytest.fixture
def bench(qtbot: Any, services: Services, tasks: Any) -> Bench:
    return Bench(qtbot, services, tasks, make_visit(services))


def test_a_level_is_chosen_by_click_and_stored_with_the_index_following(bench: Bench) -> None:
    key = bench.levels()[0]
    card = bench.card(key)
    assert isinstance(card.editor, RowsEditor)
    rows = card.editor.rows
    before = bench.page.inspector.index.text()
    with bench.qtbot.waitSignal(bench.page.saved) as saved:
        bench.qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=rows._row(3).center().toPoint())
        assert bench.page.inspector.index.text() == "3,00" != before
    assert saved.args[0].utcoffset() is not None
    assert bench.stored(key) == "3"


def test_a_digit_chooses_a_level_unless_a_text_is_being_typed(bench: Bench) -> None:
    key = bench.levels()[1]
    card = bench.card(key)
    bench.qtbot.keyClicks(QApplication.focusWidget(), "2")
    assert bench.stored(key) == "2"
    assert card.note is not None
    card.note.setFocus()
    bench.qtbot.keyClicks(card.note, "4 OPD")
    card.flush()
    assert (bench.stored(key), bench.stored(key, Facet.NOTE)) == ("2", "4 OPD")
    bench.page.setFocus()
    bench.qtbot.keyClicks(bench.page, "4")
    assert bench.stored(key) == "4"


def test_the_self_assessment_is_stored_beside_the_level(bench: Bench) -> None:
    key = bench.levels()[0]
    card = bench.card(key)
    assert card.own is not None and card.own.segments is not None
    bench.qtbot.keyClicks(card.own.segments, "1")
    assert (bench.stored(key, Facet.SELF), bench.stored(key)) == ("1", "")


def test_typed_text_is_stored_after_a_pause_and_on_leaving(bench: Bench) -> None:
    key = bench.first(ItemType.TEXT)
    card = bench.card(key)
    assert isinstance(card.editor, TextEditor)
    area = card.editor.area
    with bench.qtbot.waitSignal(bench.page.saved):
        bench.qtbot.keyClicks(area, "Peraturan Wali Kota")
        assert area.is_pending()
    assert bench.stored(key) == "Peraturan Wali Kota"
    bench.qtbot.keyClicks(area, " 12/2019")
    bench.page.outline.search.setFocus()
    assert not area.is_pending()
    assert bench.stored(key) == "Peraturan Wali Kota 12/2019"


def test_switching_the_section_commits_what_is_typed(bench: Bench) -> None:
    key = bench.first(ItemType.TEXT)
    card = bench.card(key)
    assert isinstance(card.editor, TextEditor)
    card.editor.area.insertPlainText("<b>tebal</b> & apa adanya")
    bench.page.questions.turn(forward=True)
    assert bench.stored(key) == "<b>tebal</b> & apa adanya"


def test_what_a_question_depends_on_shows_and_hides_it_at_once(bench: Bench) -> None:
    by_path = bench.page.desk.instrument.by_path
    hidden = next(i for i in by_path.values() if i.relevant and i.type is ItemType.INTEGER)
    asked = bench.page.desk.asked()
    assert hidden.path not in asked
    source = next(
        key for key in asked if key in by_path and by_path[key].list_name == "book_status" and key in hidden.relevant
    )
    bench.card(source)
    page = bench.page.questions.page
    assert page is not None and page.cards[hidden.path].isHidden()
    bench.page.desk.write(source, Facet.VALUE, "present")
    assert not page.cards[hidden.path].isHidden()
    bench.page.desk.write(source, Facet.VALUE, "absent")
    assert page.cards[hidden.path].isHidden()


def test_an_unreadable_number_stays_in_the_field_and_is_not_stored(bench: Bench) -> None:
    by_path = bench.page.desk.instrument.by_path
    key = next(i.path for i in by_path.values() if i.type is ItemType.INTEGER)
    for other, item in by_path.items():
        if item.list_name == "book_status":
            bench.page.desk.write(other, Facet.VALUE, "present")
    card = bench.card(key)
    assert isinstance(card.editor, IntegerEditor)
    bench.qtbot.keyClicks(card.editor.line, "dua ribu")
    card.editor.flush()
    assert card.editor.line.text() == "dua ribu"
    assert not card.message.isHidden()
    assert card.is_open() and bench.stored(key) == ""
    bench.page.check()
    assert bench.page.panes.centre() is bench.page.questions and bench.page.questions.current == key
    card.editor.line.selectAll()
    bench.qtbot.keyClicks(card.editor.line, "2021")
    card.editor.flush()
    assert card.message.isHidden() and not card.is_open() and bench.stored(key) == "2021"


def test_not_applicable_counts_once_a_reason_is_written(bench: Bench) -> None:
    key = bench.levels()[0]
    card = bench.card(key)
    assert card._not_applicable is not None
    bench.qtbot.mouseClick(card._not_applicable, Qt.MouseButton.LeftButton)
    assert card.reason is not None and bench.stored(key, Facet.NOT_APPLICABLE) == ""
    bench.qtbot.keyClicks(card.reason, "Belum ada evaluasi sebelumnya")
    card.flush()
    assert bench.stored(key, Facet.NOT_APPLICABLE) == "Belum ada evaluasi sebelumnya"
    bench.qtbot.mouseClick(card._not_applicable, Qt.MouseButton.LeftButton)
    assert bench.stored(key, Facet.NOT_APPLICABLE) == ""


def test_f8_goes_round_what_is_missing(bench: Bench) -> None:
    problems = bench.page.desk.problems()
    bench.page.next_problem(forward=True)
    first = bench.page.questions.card
    assert first is not None and first.key in {p.key for p in problems} and not first.message.isHidden()
    bench.page.next_problem(forward=True)
    second = bench.page.questions.card
    assert second is not None and second.key != first.key
    bench.page.next_problem(forward=False)
    assert bench.page.questions.current == first.key and not first.message.isHidden()
    bench.page.desk.write(first.key, Facet.VALUE, bench.page.desk.session.choices(first.key)[0].name)
    assert first.message.isHidden()


def test_keys_move_between_questions_and_sections(bench: Bench) -> None:
    asked, questions = bench.page.desk.asked(), bench.page.questions
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    bench.page.activateWindow()
    bench.card(asked[4])
    field = QApplication.focusWidget()
    bench.qtbot.keyClick(field, Qt.Key.Key_Down, control)
    assert questions.current == asked[5]
    bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up, control)
    assert questions.current == asked[4]
    section = questions.section
    bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageDown, control)
    assert questions.section != section
    bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F8)
    missing = questions.current
    bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F8)
    bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F8, shift)
    assert questions.current == missing
    bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F, control)
    assert QApplication.focusWidget() is bench.page.outline.search


def test_undo_and_redo_go_through_the_journal(bench: Bench) -> None:
    key = bench.levels()[0]
    card = bench.card(key)
    bench.page.desk.write(key, Facet.VALUE, "1")
    bench.page.desk.write(key, Facet.VALUE, "4")
    bench.settle()
    bench.page._undo()
    assert bench.stored(key) == "1" and card.editor is not None and card.editor.value() == "1"
    bench.page._redo()
    assert bench.stored(key) == "4" and card.editor.value() == "4"


def test_items_of_a_repeat_come_go_and_come_back(bench: Bench) -> None:
    desk = bench.page.desk
    repeat = next(i.path for i in desk.instrument.items if i.type is ItemType.REPEAT and not i.scored)
    desk.add_item(repeat)
    bench.settle()
    (item,) = desk.session.items(repeat)
    current = bench.page.questions.current
    assert current.startswith(item.key + "/")
    card = bench.page.questions.card
    assert card is not None and isinstance(card.editor, TextEditor)
    bench.qtbot.keyClicks(card.editor.area, "Solo Destination")
    card.flush()
    bench.settle()
    desk.remove_item(item.key)
    bench.settle()
    page = bench.page.questions.page
    assert page is not None and current not in page.cards
    bench.qtbot.mouseClick(bench.page.notice.button, Qt.MouseButton.LeftButton)
    bench.settle()
    assert page.cards[current].editor is not None
    assert bench.stored(current) == "Solo Destination" == page.cards[current].editor.value()


def test_the_form_changes_its_language_while_it_is_filled(bench: Bench) -> None:
    key = bench.levels()[0]
    card = bench.card(key)
    indonesian = card.title.text()
    bench.page.desk.write(key, Facet.VALUE, "2")
    bench.page._speak("en")
    card = bench.card(key)
    assert card.title.text() != indonesian and card.editor is not None and card.editor.value() == "2"


def test_a_question_is_found_by_its_words(bench: Bench) -> None:
    key = bench.levels()[3]
    bench.page.outline.start_finding()
    bench.qtbot.keyClicks(bench.page.outline.search, bench.page.desk.label(key))
    bench.qtbot.keyClick(bench.page.outline.search, Qt.Key.Key_Return)
    assert bench.page.questions.current == key


def test_what_cannot_be_stored_stays_and_is_stored_on_retry(bench: Bench, services: Services) -> None:
    key = bench.levels()[0]
    bench.card(key)
    # Closed from elsewhere: the window does not know it yet, so its next write is refused.
    with services.vault.store.writing():
        services.vault.store.db.execute("UPDATE visit SET state = 'closed' WHERE id = ?", [bench.visit_id])
    bench.page.desk.write(key, Facet.VALUE, "3")
    bench.settle()
    card = bench.card(key)
    assert bench.page.desk.unsaved == (key,) and not card.message.isHidden()
    assert card.editor is not None and card.editor.value() == "3" and not bench.page.unsaved.isHidden()
    bench.page.check()
    bench.settle()
    assert not bench.page.closing.close_button.isEnabled() and "1" in bench.page.closing.banner.text()
    bench.card(key)
    with services.vault.store.writing():
        services.vault.store.db.execute("UPDATE visit SET state = 'draft' WHERE id = ?", [bench.visit_id])
    assert card._error is not None
    bench.qtbot.mouseClick(card._error, Qt.MouseButton.LeftButton)
    assert bench.stored(key) == "3"
    assert bench.page.desk.unsaved == () and card.message.isHidden() and bench.page.unsaved.isHidden()


def test_another_page_of_the_same_visit_sees_what_was_stored(
    bench: Bench, services: Services, tasks: Any, qtbot: Any, tmp_path: Path
) -> None:
    key = bench.levels()[2]
    bench.page.desk.write(key, Facet.VALUE, "3")
    bench.page.desk.write(key, Facet.NOTE, "x" * 3000 + "\n" + "tanpaspasi" * 300)
    bench.settle()
    other = Bench(qtbot, services, tasks, bench.visit_id)
    card = other.card(key)
    assert card.editor is not None and card.editor.value() == "3"
    assert card.note is not None and len(card.note.toPlainText()) == 6001
    assert card.width() <= other.page.questions.viewport().width()


def test_done_in_a_hurry_the_window_and_the_vault_agree(bench: Bench) -> None:
    chance, desk, keys = Random(7), bench.page.desk, bench.levels()[:6]
    repeat = next(i.path for i in desk.instrument.items if i.type is ItemType.REPEAT and not i.scored)
    for turn in range(160):
        desk.write(chance.choice(keys), chance.choice((Facet.VALUE, Facet.SELF)), str(chance.randrange(5)))
        match turn % 8:
            case 1:
                bench.page._undo()
            case 3:
                bench.page._redo()
            case 5 if turn % 3 == 0:
                desk.add_item(repeat)
            case 6 if desk.session.items(repeat):
                desk.remove_item(desk.session.items(repeat)[0].key)
                desk.remove_item(desk.session.items(repeat)[0].key)
            case 7:
                QApplication.processEvents()
    bench.settle()
    stored = bench.services.visits.open(bench.visit_id).session
    assert stored.sheet() == desk.session.sheet()  # type: ignore[attr-defined]
    assert stored.assessment() == bench.page.inspector.assessment


def test_the_panes_make_room_for_the_questions_first(bench: Bench) -> None:
    page = bench.page
    assert page.outline.isVisible() and page.inspector.isVisible()
    page.resize(700, 600)
    bench.settle()
    assert page.outline.isVisible() and not page.inspector.isVisible() and not page.header.panel.isChecked()
    bench.qtbot.mouseClick(page.header.panel, Qt.MouseButton.LeftButton)
    assert page.inspector.isVisible() and not page.outline.isVisible()
    page.resize(1200, 700)
    bench.settle()
    assert page.outline.isVisible() and page.inspector.isVisible()
    bench.qtbot.mouseClick(page.header.panel, Qt.MouseButton.LeftButton)
    assert not page.inspector.isVisible()
