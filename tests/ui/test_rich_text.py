"""Marked-up text in every field a bundle carries is shown letter for letter, in labels and in tool tips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.exchange import Assignment, Comment
from gmsc_desktop.domain.visit import Person, Role
from gmsc_desktop.services.app import Services
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import World, open_services, world
from tests.services.helpers import BASIS, POLICY, draft, fill, write_instrument
from ui.application import Application
from ui.pages.assessment.page import AssessmentPage
from ui.pages.home.page import HomePage
from ui.pages.instruments.page import InstrumentsPage
from ui.pages.office.page import PLACES, OfficePage
from ui.pages.sync.page import SyncPage
from ui.pages.visits.history import HistoryDialog
from ui.pages.visits.page import VisitsPage
from ui.tasks import Tasks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

MARK = "<b>tebal</b>"
HOSTILE = f"{MARK}<img src='file:///etc/hostname'><a href='http://contoh.id'>klik</a>&lt;"


@pytest.fixture
def earth(tmp_path: Path, app: Application) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


def said_plainly(widget: QWidget) -> int:
    """How often the marked-up text is shown in ``widget``; fails where Qt would read it as HTML."""
    count = 0
    for each in (widget, *widget.findChildren(QWidget)):
        tips = [each.toolTip(), each.whatsThis(), each.statusTip()]
        if isinstance(each, QLabel) and MARK in each.text():
            assert each.textFormat() is Qt.TextFormat.PlainText, each.text()
            count += 1
        if isinstance(each, QAbstractItemView) and each.model() is not None:
            model = each.model()
            waiting = [model.index(row, 0) for row in range(model.rowCount(QModelIndex()))]
            columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
            for index in waiting:
                waiting += [model.index(row, 0, index) for row in range(model.rowCount(index))]
                for column in range(columns):
                    cell = index.siblingAtColumn(column)
                    tips.append(str(cell.data(Qt.ItemDataRole.ToolTipRole) or ""))
                    count += MARK in str(cell.data() or "")
        # Qt reads a tool tip as HTML whenever it looks like it; only an escaped one says what it says.
        assert not any(MARK in tip for tip in tips), (each, tips)
    return count


def hostile_world(earth: World) -> tuple[Services, str]:
    """A laptop whose every free text is marked up, with a visit returned and an assignment; the office holds it all."""
    laptop = open_services(earth.root / "laptop-x", f"Sri {HOSTILE}", 300, earth.clock)
    earth.laptops.append(laptop)
    laptop.vault.set_profile(replace(laptop.vault.profile, title=HOSTILE, organisation=HOSTILE))
    earth.enrol(laptop)
    path = write_instrument(earth.root)
    text = (
        path.read_text(encoding="utf-8")
        .replace("Legal basis", "Legal <b>tebal</b> basis")
        .replace("| Small |", f"| {MARK} |")
    )
    path.write_text(text.replace("| Policy |", f"| Policy {MARK} |"), encoding="utf-8")
    small = laptop.instruments.install(path).value.hash
    people = (Person(HOSTILE, "", HOSTILE, HOSTILE, Role.LEAD), Person(HOSTILE, "", HOSTILE, HOSTILE, Role.MET))
    visit_id = laptop.visits.create(draft(small, place=HOSTILE, people=people)).value.id
    fill(laptop, visit_id)
    laptop.answers.set(visit_id, BASIS, Facet.VALUE, HOSTILE)
    laptop.answers.set(visit_id, POLICY, Facet.NOTE, HOSTILE)
    earth.close(laptop, visit_id)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.office.return_(visit_id, (Comment(POLICY, HOSTILE), Comment("", HOSTILE)), date(2022, 1, 7))
    here = earth.office.instruments.install(path).value.hash
    asked = Assignment("", "33.72", 2022, HOSTILE, here, date(2022, 3, 1), people[:1], note=HOSTILE)
    written = earth.office.office.assign((asked,), (), earth.stick, PASSPHRASE).value
    earth.take(laptop, written.file_name)
    return laptop, visit_id


def test_nothing_from_a_bundle_is_read_as_markup(qtbot: QtBot, tasks: Tasks, earth: World) -> None:
    laptop, visit_id = hostile_world(earth)
    stranger = open_services(earth.root / "asing", f"Budi {HOSTILE}", 301, earth.clock)
    earth.laptops.append(stranger)
    stranger.vault.set_profile(replace(stranger.vault.profile, organisation=HOSTILE))
    request = stranger.enrolment.request(earth.stick, PASSPHRASE).value.file_name
    earth.take(earth.office, request)

    def show(page: QWidget) -> QWidget:
        page.resize(1160, 700)
        qtbot.addWidget(page)
        page.show()
        if isinstance(page, SyncPage | HomePage | InstrumentsPage | VisitsPage):
            page.refresh()
        qtbot.waitUntil(lambda: tasks.idle, timeout=30_000)
        return page

    seen = {}
    office = OfficePage(earth.office, tasks)
    show(office)
    for place in PLACES:
        office.show_place(place)
        qtbot.waitUntil(lambda: tasks.idle, timeout=30_000)
        seen[place] = said_plainly(office)
    answer = earth.office.office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value.file_name
    page = SyncPage(laptop, tasks)
    show(page)
    page.receiving.look_at((earth.stick / answer,))
    qtbot.waitUntil(lambda: page.receiving.dialog is not None, timeout=30_000)
    assert page.receiving.dialog is not None
    said_plainly(page.receiving.dialog)
    page.receiving.dialog.go.click()
    qtbot.waitUntil(lambda: tasks.idle, timeout=30_000)
    said_plainly(page)
    fresh = stranger.enrolment.request(earth.stick, PASSPHRASE).value.file_name
    at_office = SyncPage(earth.office, tasks)
    show(at_office)
    at_office.receiving.look_at((earth.stick / fresh,))
    qtbot.waitUntil(lambda: at_office.receiving.dialog is not None, timeout=30_000)
    assert at_office.receiving.dialog is not None
    seen["plan"] = said_plainly(at_office.receiving.dialog)
    at_office.receiving.dialog.reject()
    seen["home"] = said_plainly(show(HomePage(laptop, tasks)))
    seen["instruments"] = said_plainly(show(InstrumentsPage(laptop, tasks)))
    seen["visits"] = said_plainly(show(VisitsPage(laptop, tasks)))
    entries = laptop.history.entries(visit_id, HistoryDialog.LIMIT)
    history = HistoryDialog(page, laptop.visits.get(visit_id), laptop.visits.revisions(visit_id), entries)
    seen["history"] = said_plainly(history)
    seen["assessment"] = said_plainly(show(AssessmentPage(laptop, tasks, visit_id)))
    assert all(seen[name] for name in ("members", "plan", "home", "instruments", "history")), seen
