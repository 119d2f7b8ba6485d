"""Drafts in the windows: sent when asked, said to be safe or not, and read only at the office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.answers import Facet
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import World, world
from tests.services.helpers import POLICY, draft, fill, write_instrument
from ui.application import Application
from ui.pages.office.page import OfficePage
from ui.pages.sync.page import SyncPage
from ui.tasks import Tasks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
LONG = 30_000


@pytest.fixture
def earth(tmp_path: Path, app: Application) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


def texts(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


def test_drafts_go_along_when_asked_and_the_office_reads_them(qtbot: QtBot, tasks: Tasks, earth: World) -> None:
    laptop = earth.laptop()
    small = laptop.instruments.install(write_instrument(earth.root)).value.hash
    visit_id = laptop.visits.create(draft(small)).value.id
    fill(laptop, visit_id)
    laptop.answers.set(visit_id, POLICY, Facet.NOTE, "<b>Belum</b> selesai")
    page = SyncPage(laptop, tasks)
    qtbot.addWidget(page)
    page.resize(1160, 700)
    page.show()
    page.refresh()
    qtbot.waitUntil(lambda: tasks.idle and page.drafts.isVisible(), timeout=LONG)
    assert "1 draft is only on this laptop" in texts(page)
    page.write()
    assert "Choose at least one visit." in page.banner.text() or "send the drafts" in page.banner.text()
    page.drafts.box.setChecked(True)
    assert page.drafts.chosen() == (visit_id,)
    page.write_to((), earth.stick, PASSPHRASE)
    qtbot.waitUntil(lambda: "has been written" in page.banner.text() and tasks.idle, timeout=LONG)
    newest = max(earth.stick.glob("*.gmsc"), key=lambda path: path.stat().st_mtime_ns)
    earth.take(earth.office, newest.name)

    office = OfficePage(earth.office, tasks)
    qtbot.addWidget(office)
    office.resize(1160, 700)
    office.show()
    office.show_place("visits")
    qtbot.waitUntil(lambda: tasks.idle, timeout=LONG)
    (row,) = office.visits.list.rows()
    assert row.chip == "Draft, unsigned" and "1 draft" in office.visits.count.text()
    office.visits.open(row.id)
    qtbot.waitUntil(lambda: office.visits.draft is not None, timeout=LONG)
    dialog = office.visits.draft
    assert "instrument of this visit is not in this vault" in texts(dialog)
    assert dialog is not None
    assert "proves nothing" in texts(dialog) and "<b>Belum</b> selesai" in texts(dialog)
    assert [each.text() for each in dialog.findChildren(QPushButton)] == ["&Close"]
    dialog.accept()

    earth.answer(laptop)
    page.refresh()
    qtbot.waitUntil(lambda: tasks.idle, timeout=LONG)
    assert "only on this laptop" not in texts(page)
