"""Returned work: the office's comments beside the questions, answered, sent back, and looked at side by side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.errors import NotFound, Refused
from gmsc_desktop.domain.exchange import Comment
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.services.app import Services
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import World, world
from tests.services.helpers import POLICY
from tests.ui.assessing import Bench
from ui.application import Application
from ui.pages.office.page import OfficePage
from ui.tasks import Tasks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
ASKED = "Lengkapi <b>dasar</b> hukumnya."
WHOLE = "Tanggal kunjungan mohon diperiksa."
DONE = "Perwali 12/2021 dilampirkan."


@pytest.fixture
def earth(tmp_path: Path, app: Application) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


@pytest.fixture
def returned(earth: World) -> tuple[Services, str]:
    """A laptop with a visit the office gave back with two comments."""
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    comments = (Comment("", WHOLE), Comment(POLICY, ASKED))
    earth.office.office.return_(visit_id, comments, date(2022, 1, 7))
    earth.answer(laptop)
    assert laptop.visits.get(visit_id).state is VisitState.RETURNED
    return laptop, visit_id


def texts(widget: object) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if not each.isHidden())  # type: ignore[attr-defined]


def test_comments_stand_beside_the_questions_and_are_answered(
    qtbot: QtBot, tasks: Tasks, earth: World, returned: tuple[Services, str]
) -> None:
    laptop, visit_id = returned
    bench = Bench(qtbot, laptop, tasks, visit_id)
    page = bench.page
    assert "2 of 2 comments are open" in page.banner.text() and "7 January 2022" in page.banner.text()
    assert "Reopen the visit" in page.banner.text()
    box = bench.card(POLICY).remarks
    assert box is not None
    (shown,) = box.boxes
    assert shown.text.text() == ASKED, "letter for letter, never as markup"
    assert shown.answer.isHidden() and shown.tick.isHidden(), "what is locked is only read"
    assert sum(line.remarks for line in page.outline.lines.lines) == 2

    laptop.visits.reopen(visit_id, "Dikembalikan kantor pusat")
    page.desk.load()
    bench.settle()
    page.next_remark(forward=True)
    bench.settle()
    whole = page.questions.page.whole if page.questions.page is not None else None
    assert whole is not None and whole.boxes[0].text.text() == WHOLE
    assert whole.boxes[0].answer.hasFocus(), "the visit as a whole comes first"
    QTest.mouseClick(whole.boxes[0].tick, Qt.MouseButton.LeftButton)
    bench.settle()
    assert "1 of 2 comments are open" in page.banner.text()
    page.next_remark(forward=True)
    bench.settle()
    remarks = page.questions.card.remarks if page.questions.card is not None else None
    assert remarks is not None and page.questions.current == POLICY
    assert remarks.boxes[0].answer.hasFocus()
    QTest.keyClicks(remarks.boxes[0].answer, DONE)
    page.flush()
    bench.settle()
    assert [remark.reply for remark in laptop.visits.open(visit_id).remarks] == ["Revised as asked.", DONE]
    assert "0 of 2 comments are open" in page.banner.text()
    assert sum(line.remarks for line in page.outline.lines.lines) == 0
    # Taken back, it is open again.
    QTest.mouseClick(remarks.boxes[0].tick, Qt.MouseButton.LeftButton)
    bench.settle()
    assert laptop.visits.open(visit_id).remarks[1].open


def test_the_office_sees_each_comment_with_its_answer_and_what_changed(
    qtbot: QtBot, tasks: Tasks, earth: World, returned: tuple[Services, str]
) -> None:
    laptop, visit_id = returned
    remarks = laptop.visits.open(visit_id).remarks
    with pytest.raises(Refused):
        laptop.visits.reply(visit_id, remarks[1].code, DONE)
    laptop.visits.reopen(visit_id, "Dikembalikan kantor pusat")
    with pytest.raises(NotFound):
        laptop.visits.reply(visit_id, "reply:lain:0", DONE)
    laptop.visits.reply(visit_id, remarks[1].code, DONE)
    laptop.answers.set(visit_id, POLICY, Facet.VALUE, "l4")
    earth.close(laptop, visit_id)
    earth.take(earth.office, earth.send(laptop, visit_id))

    visit = earth.office.office.visit(visit_id)
    assert visit.newest.number == 2 and visit.review is None
    asked = earth.office.office.asked(visit_id)
    assert [(remark.text, remark.reply) for remark in asked] == [(WHOLE, ""), (ASKED, DONE)]
    page = OfficePage(earth.office, tasks)
    qtbot.addWidget(page)
    page.show()
    page.show_place("visits")
    qtbot.waitUntil(lambda: tasks.idle, timeout=30_000)
    page.visits.open(visit_id)
    qtbot.waitUntil(lambda: page.visits.review is not None, timeout=30_000)
    told = texts(page.visits.review)
    assert "2 comments of the office, 1 without an answer" in told
    assert ASKED in told and f"Done: {DONE}" in told and "The assessor has not answered this." in told
    page.visits.review.close()  # type: ignore[union-attr]
    # A newer word of the office takes the old comments' place; the report never shows the answers as explanations.
    earth.office.office.return_(visit_id, (Comment(POLICY, "Sekali lagi."),), None)
    earth.answer(laptop)
    assert [remark.text for remark in laptop.visits.open(visit_id).remarks] == ["Sekali lagi."]
    laptop.visits.reopen(visit_id, "Lagi")
    assert all(not found.code.startswith("reply:") for found in laptop.visits.content(visit_id).explanations)
    assert PASSPHRASE
