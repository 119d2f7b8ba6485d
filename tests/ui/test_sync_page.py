"""Sinkronisasi with an office, laptops and a stick: the plan before the deed, quarantine, enrolment, what is safe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.exchange import Comment, MemberState, Outcome
from gmsc_desktop.services.app import Services
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import World, world
from tests.services.helpers import POLICY
from ui.application import Application
from ui.pages.sync.page import SyncPage
from ui.pages.sync.wording import counts
from ui.tasks import Tasks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def earth(tmp_path: Path, app: Application) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


@pytest.fixture
def shown(qtbot: QtBot, tasks: Tasks) -> Callable[[Services], SyncPage]:
    def show(services: Services) -> SyncPage:
        page = SyncPage(services, tasks)
        page.resize(1160, 700)
        qtbot.addWidget(page)
        page.show()
        page.refresh()
        qtbot.waitUntil(lambda: tasks.idle, timeout=30_000)
        return page

    return show


def settle(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.idle, timeout=30_000)


def look(qtbot: QtBot, tasks: Tasks, page: SyncPage, *paths: Path) -> None:
    """Drop ``paths`` and wait for the plan."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.inbox.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, left, none))
    settle(qtbot, tasks)


def texts(widget: object) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if not each.isHidden())  # type: ignore[attr-defined]


def test_a_folder_is_planned_first_and_received_after_yes(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[[Services], SyncPage]
) -> None:
    laptop = earth.laptop()
    earth.send(laptop, earth.visit(laptop))
    stranger = earth.laptop("Budi", enrol=False)
    refused = earth.send(stranger, earth.visit(stranger))
    page = shown(earth.office)
    look(qtbot, tasks, page, earth.stick)
    dialog = page.receiving.dialog
    assert dialog is not None and "new" in texts(dialog)
    found = counts(dialog.plans)
    assert (found[Outcome.NEW], found[Outcome.REFUSED]) == (1, 1)
    assert "This vault wrote it itself" in texts(dialog), "the answer to the laptop"
    assert earth.office.office.visits() == (), "a plan changes nothing"
    dialog.go.click()
    settle(qtbot, tasks)
    assert len(earth.office.office.visits()) == 1
    assert "1 bundle received." in page.banner.text() and refused in page.banner.text()
    assert len(page.quarantine.buttons) == 1 and page.quarantine.isVisible()
    look(qtbot, tasks, page, earth.stick)
    assert page.receiving.dialog is not None
    assert set(counts(page.receiving.dialog.plans)) == {Outcome.KNOWN, Outcome.REFUSED}
    page.receiving.dialog.reject()


def test_a_file_in_quarantine_is_tried_again(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[[Services], SyncPage]
) -> None:
    laptop = earth.laptop(enrol=False)
    name = earth.send(laptop, earth.visit(laptop))
    earth.take(earth.office, name)
    page = shown(earth.office)
    page.quarantine.buttons[0].click()
    settle(qtbot, tasks)
    assert earth.office.receiving.quarantine()[0].tries == 2
    assert "was not taken" in page.banner.text()
    earth.enrol(laptop)
    page.quarantine.buttons[0].click()
    settle(qtbot, tasks)
    assert earth.office.receiving.quarantine() == () and not page.quarantine.isVisible()
    assert page.banner.property("tone") == "success"


def test_a_laptop_enrols_over_the_page(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[[Services], SyncPage]
) -> None:
    laptop = earth.laptop(enrol=False)
    page = shown(laptop)
    assert page.enrolment.isVisible()
    groups = page.enrolment.fingerprint.text.text().split()
    assert "".join(groups).lower() == laptop.vault.certificate_fingerprint and {len(g) for g in groups} == {4}
    page.enrol()
    request = page.requesting.dialog
    assert request is not None
    request.replaces.setText("12 34")
    request.go.click()
    assert request.isVisible(), "neither a passphrase nor a whole fingerprint"
    request.reject()
    page.requesting.write(earth.stick, PASSPHRASE)
    settle(qtbot, tasks)
    assert groups[0] in page.banner.text()
    (written,) = earth.stick.glob("*.gmsc")
    earth.take(earth.office, written.name)
    (member,) = earth.office.enrolment.members()
    assert member.state is MemberState.REQUESTED
    earth.office.enrolment.approve(member.fingerprint, PASSPHRASE)
    answer = earth.office.enrolment.answer(member.fingerprint, earth.stick, PASSPHRASE).value.file_name

    look(qtbot, tasks, page, earth.stick / answer)
    dialog = page.receiving.dialog
    assert dialog is not None and " ".join(earth.fingerprint[:8].upper()[at : at + 4] for at in (0, 4)) in texts(dialog)
    dialog.go.click()
    assert dialog.isVisible() and "Compare" in dialog.banner.text()
    dialog.compared.setChecked(True)
    dialog.passphrase.line.setText(PASSPHRASE)
    dialog.go.click()
    settle(qtbot, tasks)
    assert laptop.vault.chain != ()
    assert "Kantor Pusat GMSC" in texts(page.enrolment)


def test_what_is_not_safe_is_always_said(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[[Services], SyncPage]
) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    page = shown(laptop)
    assert "not yet safe" in page.safe.text() and "not left" in page.safe.text()
    page.write_to(page.outbox.chosen(), earth.stick, PASSPHRASE)
    settle(qtbot, tasks)
    settle(qtbot, tasks)
    assert "not yet safe" in page.safe.text() and "not left" not in page.safe.text()
    newest = laptop.exports.history()[0]
    earth.take(earth.office, newest.file_name)
    earth.office.office.return_(visit_id, (Comment(POLICY, "Lengkapi."),), None)
    answer = earth.office.office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value.file_name
    look(qtbot, tasks, page, earth.stick / answer)
    assert page.receiving.dialog is not None
    page.receiving.dialog.go.click()
    settle(qtbot, tasks)
    settle(qtbot, tasks)
    assert laptop.exports.unsafe() == ()
    assert newest.sha256 in texts(page) and "Returned work from Kantor Satu" in texts(page)


def test_nothing_to_receive_says_so(
    qtbot: QtBot, tasks: Tasks, earth: World, tmp_path: Path, shown: Callable[[Services], SyncPage]
) -> None:
    page = shown(earth.office)
    (tmp_path / "kosong").mkdir()
    look(qtbot, tasks, page, tmp_path / "kosong")
    assert page.receiving.dialog is None and page.banner.property("tone") == "error"


def test_home_shows_assignments_and_the_comments_of_returned_work(qtbot: QtBot, tasks: Tasks, earth: World) -> None:
    from gmsc_desktop.domain.exchange import Assignment
    from ui.pages.home.page import HomePage

    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.office.return_(visit_id, (Comment(POLICY, "Lengkapi <b>dasar</b> hukumnya."),), None)
    earth.answer(laptop)
    given = Assignment("", "35.71", 2022, "Tahap II", earth.office.instruments.built_in(), note="Hubungi Diskominfo.")
    written = earth.office.office.assign((given,), (), earth.stick, PASSPHRASE).value
    earth.take(laptop, written.file_name)
    page = HomePage(laptop, tasks)
    page.resize(1160, 700)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    settle(qtbot, tasks)
    shown = texts(page.office)
    assert page.office.isVisible() and "Policy" in shown and "Lengkapi <b>dasar</b> hukumnya." in shown
    assert "Kota Kediri" in shown and "Hubungi Diskominfo." in shown
    begin = next(button for button in page.office.findChildren(QPushButton) if button.text() == "Begin")
    with qtbot.waitSignal(page.go_to, timeout=30_000) as went:
        begin.click()
    settle(qtbot, tasks)
    (made,) = (row.visit for row in laptop.visits.list() if row.visit.draft.region.code == "35.71")
    assert went.args == ["visits", f"edit:{made.id}"]
    assert (made.draft.cycle_year, made.draft.stage, made.draft.instrument_hash) == (
        2022,
        "Tahap II",
        given.instrument_hash,
    )


def test_a_bundle_in_pieces_waits_for_the_missing_ones(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[[Services], SyncPage]
) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    pieces = laptop.sending.send(earth.stick, PASSPHRASE, piece=70_000).value.files
    assert len(pieces) > 1
    page = shown(earth.office)
    for given, visits in ((pieces[1:], 0), (pieces[:1], 1)):
        look(qtbot, tasks, page, *given)
        dialog = page.receiving.dialog
        assert dialog is not None and "One piece of a bundle" in texts(dialog)
        dialog.go.click()
        settle(qtbot, tasks)
        settle(qtbot, tasks)
        assert len(earth.office.office.visits()) == visits
        assert ("still missing: 1" in page.banner.text()) is page.gaps.isVisible() is (visits == 0)


def test_the_next_start_says_what_became_of_a_bundle(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[[Services], SyncPage]
) -> None:
    from gmsc_desktop.domain.exports import ExportRecord
    from gmsc_desktop.store.exports import ExportRepository

    laptop = earth.laptop()
    record = ExportRecord("b" * 8, earth.clock.now(), str(earth.stick), "gmsc-x.gmsc", "", 0, 9, ())
    ExportRepository(laptop.vault.store).begin(record)
    page = shown(laptop)
    assert "gmsc-x.gmsc" in page.begun.text() and "Nothing of it came to be" in page.begun.text()
    page.refresh()
    settle(qtbot, tasks)
    assert "gmsc-x.gmsc" in page.begun.text(), "it stays to be read"
    assert not shown(laptop).begun.text()
