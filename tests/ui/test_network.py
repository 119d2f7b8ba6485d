"""Sinkronisasi over a network, with a real server: set up, upload, fetch, and what is said when it does not answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.servers import PlaceKind
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.services.app import Services
from tests.helpers import PASSPHRASE
from tests.servers.running import Server, serving
from tests.services.exchange_kit import World, world
from ui.application import Application
from ui.pages.sync.page import SyncPage
from ui.pages.sync.serverdialog import ServerDialog
from ui.tasks import Tasks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def earth(tmp_path: Path, app: Application) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


@pytest.fixture
def dav(tmp_path: Path) -> Iterator[Server]:
    with serving(PlaceKind.WEBDAV, tmp_path / "server") as running:
        yield running


Show = Callable[[Services], SyncPage]


@pytest.fixture
def shown(qtbot: QtBot, tasks: Tasks) -> Show:
    def show(services: Services) -> SyncPage:
        page = SyncPage(services, tasks)
        page.resize(1160, 700)
        qtbot.addWidget(page)
        page.show()
        page.refresh()
        settle(qtbot, tasks)
        return page

    return show


def settle(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.idle, timeout=60_000)
    qtbot.wait(1)
    qtbot.waitUntil(lambda: tasks.idle, timeout=60_000)


def entered(qtbot: QtBot, tasks: Tasks, page: SyncPage, server: Server, secret: str = "") -> ServerDialog:
    """Fill in the dialog and leave it open."""
    page.network.set_up.click()
    dialog = page.network.dialog
    assert dialog is not None
    dialog.address.setText(server.place.address)
    dialog.folder.setText(server.place.folder)
    dialog.user.setText(server.place.user)
    dialog.secret.line.setText(secret or server.secret)
    return dialog


def texts(widget: object) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if not each.isHidden())  # type: ignore[attr-defined]


def test_there_and_back_over_the_page(qtbot: QtBot, tasks: Tasks, earth: World, shown: Show, dav: Server) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    page = shown(laptop)
    assert "No server is set" in texts(page.network) and not page.network.put_button.isVisible()
    dialog = entered(qtbot, tasks, page, dav)
    dialog.address.setText("http://berkas.example.go.id")
    dialog.go.click()
    assert dialog.isVisible() and "https" in texts(dialog.banner)
    dialog.address.setText(dav.place.address)
    dialog.go.click()
    settle(qtbot, tasks)
    assert "The server answers" in page.network.banner.text()
    assert page.network.put_button.isVisible() and "127.0.0.1" in page.network.text.text()
    page.network.upload(PASSPHRASE)
    settle(qtbot, tasks)
    assert "1 bundle is on the server" in page.network.banner.text()

    at_office = shown(earth.office)
    dialog = entered(qtbot, tasks, at_office, dav)
    assert dialog.tell.isVisible()
    dialog.tell.setChecked(True)
    dialog.go.click()
    settle(qtbot, tasks)
    at_office.network.get.click()
    settle(qtbot, tasks)
    plan = at_office.receiving.dialog
    assert plan is not None, "what came is looked at like any other bundle"
    plan.go.click()
    settle(qtbot, tasks)
    assert [visit.visit_id for visit in earth.office.office.visits()] == [visit_id]
    assert list((earth.office.vault.folder / "incoming").glob("*")) == []
    at_office.network.get.click()
    settle(qtbot, tasks)
    assert "nothing new" in at_office.network.banner.text()
    earth.office.office.accept(visit_id)
    at_office.network.upload(PASSPHRASE)
    settle(qtbot, tasks)
    page.network.get.click()
    settle(qtbot, tasks)
    assert page.receiving.dialog is not None
    page.receiving.dialog.go.click()
    settle(qtbot, tasks)
    assert laptop.visits.get(visit_id).state is VisitState.ACCEPTED
    assert laptop.uploading.offered() is not None, "the office named it"


def test_what_does_not_answer_is_said_and_the_server_can_be_forgotten(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Show, dav: Server
) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    page = shown(laptop)
    entered(qtbot, tasks, page, dav, "salah").go.click()
    settle(qtbot, tasks)
    assert "does not accept" in page.network.banner.text() and page.network.banner.property("tone") == "error"
    dav.stop()
    page.network.upload(PASSPHRASE)
    settle(qtbot, tasks)
    assert "cannot be reached" in page.network.banner.text()
    assert "1 bundle waits" in page.network.text.text()
    page.network.set_up.click()
    dialog = page.network.dialog
    assert dialog is not None and dialog.secret.text() == "" and dialog.address.text() == dav.place.address
    dialog._forget()
    settle(qtbot, tasks)
    assert laptop.uploading.place() is None and "No server is set" in page.network.text.text()
