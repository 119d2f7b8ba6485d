"""Kantor Pusat over a real exchange: requests, reviews, answers, conflicts, assignments, and who sees the page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.exchange import Decision, MemberState
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import open_vault
from tests.documents.awards_kit import award_draft
from tests.helpers import PASSPHRASE, SeededIds
from tests.services.exchange_kit import World, bundle, revision, trust_kit_office, world
from tests.services.helpers import POLICY, SURAKARTA, write_instrument
from ui.application import Application
from ui.pages.office.page import OfficePage
from ui.tasks import Tasks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def earth(tmp_path: Path, app: Application) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


@pytest.fixture
def shown(qtbot: QtBot, tasks: Tasks) -> Callable[..., OfficePage]:
    kept: list[OfficePage] = []

    def show(services: Services, place: str = "visits") -> OfficePage:
        page = OfficePage(services, tasks)
        kept.append(page)
        page.resize(1160, 700)
        qtbot.addWidget(page)
        page.show()
        page.show_place(place)
        settle(qtbot, tasks)
        return page

    return show


def settle(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.idle, timeout=30_000)


def texts(widget: object) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if not each.isHidden())  # type: ignore[attr-defined]


def test_awards_are_sealed_and_sent(qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[..., OfficePage]) -> None:
    laptop = earth.laptop()
    page = shown(earth.office, "awards")
    assert "No award is registered yet" in texts(page.awards)
    award = earth.office.awards.add(award_draft()).value
    page.refresh()
    settle(qtbot, tasks)
    assert page.awards.chosen() == (award.id,)
    assert page.awards.lines[0].chip.accessibleName() == "Not sent yet"
    page.awards.write_to(earth.stick, PASSPHRASE)
    qtbot.waitUntil(lambda: "has been written" in page.awards.banner.text(), timeout=30_000)
    settle(qtbot, tasks)
    assert page.awards.chosen() == () and page.awards.lines[0].chip.accessibleName().startswith("Sent ")
    newest = max(earth.stick.glob("*.gmsc"), key=lambda path: path.stat().st_mtime_ns)
    earth.take(laptop, newest.name)
    assert [row.award for row in laptop.awards.list()] == [award]


def test_open_points_are_settled_with_a_reason(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[..., OfficePage]
) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.send(laptop, visit_id)
    earth.take(earth.office, earth.send(laptop, visit_id))
    page = shown(earth.office, "findings")
    (card,) = page.findings.cards
    assert card.button is not None and "bundles that have not arrived: 2" in texts(card)
    card.button.click()
    dialog = page.findings.dialog
    assert dialog is not None
    dialog.reason.setText("Flash disk hilang.")
    dialog.go.click()
    qtbot.waitUntil(lambda: "Kept." in page.findings.banner.text(), timeout=30_000)
    settle(qtbot, tasks)
    (card,) = page.findings.cards
    assert card.button is None and "Flash disk hilang." in texts(card)


def test_a_journal_written_twice_is_told_in_lines_that_fit(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[..., OfficePage], tmp_path: Path
) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    laptop.vault.copy_database(tmp_path / "salinan.db")
    shutil.copytree(laptop.vault.folder, tmp_path / "salinan", ignore=shutil.ignore_patterns("gmsc.db*", "*.lock"))
    (tmp_path / "salinan.db").rename(tmp_path / "salinan" / "gmsc.db")
    ids = SeededIds(55)
    vault = open_vault(tmp_path / "salinan", PASSPHRASE, clock=earth.clock, ids=ids)
    copy = build_services(vault, clock=earth.clock, ids=ids)
    for one, reason in ((laptop, "Perda diundangkan."), (copy, "Perda dicabut.")):
        one.visits.reopen(visit_id, reason)
        earth.close(one, visit_id)
        earth.take(earth.office, earth.send(one, visit_id))
    vault.close()
    page = shown(earth.office, "findings")
    said = "\n".join(texts(card) for card in page.findings.cards)
    assert "Reopened · " in said and "reason: Perda dicabut." in said and "{" not in said
    for card in page.findings.cards:
        assert card.mapTo(page, card.rect().topRight()).x() <= page.width(), "nothing lies beyond the edge"


def test_a_request_is_approved_and_its_answer_installs_the_certificate(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[..., OfficePage]
) -> None:
    laptop = earth.laptop(enrol=False)
    earth.take(earth.office, laptop.enrolment.request(earth.stick, PASSPHRASE).value.file_name)
    members = shown(earth.office, "members").members
    (card,) = members.cards
    assert set(card.offers) == {"refuse", "approve"}
    spoken = laptop.vault.certificate_fingerprint.upper()
    assert spoken[:4] + " " + spoken[4:8] in texts(card)
    members.approve_to(card.member, earth.stick, "salah sama sekali")
    settle(qtbot, tasks)
    assert members.banner.property("tone") == "error"
    assert earth.office.enrolment.members()[0].state is MemberState.REQUESTED
    members.approve_to(card.member, earth.stick, PASSPHRASE)
    settle(qtbot, tasks)
    settle(qtbot, tasks)
    assert earth.office.enrolment.members()[0].state is MemberState.APPROVED
    assert set(members.cards[0].offers) == {"revoke", "approve", "answer"}
    from gmsc_desktop.services.receiving import Consent

    name = earth.office.exports.history()[0].file_name
    laptop.receiving.receive((earth.stick / name,), Consent(PASSPHRASE, earth.fingerprint))
    assert laptop.vault.chain != ()


def test_refusing_and_taking_back_need_a_reason(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[..., OfficePage]
) -> None:
    earth.laptop("Budi")
    laptop = earth.laptop(enrol=False)
    earth.take(earth.office, laptop.enrolment.request(earth.stick, PASSPHRASE).value.file_name)
    members = shown(earth.office, "members").members
    assert [card.member.state for card in members.cards] == [MemberState.REQUESTED, MemberState.APPROVED]
    for action in ("refuse", "revoke"):
        next(card for card in members.cards if action in card.offers).offers[action].click()
        dialog = members.dialog
        assert dialog is not None
        dialog.go.click()
        assert dialog.isVisible(), "without a reason nothing is done"
        dialog.reason.setText("Laptop hilang <b>")
        dialog.go.click()
        settle(qtbot, tasks)
        settle(qtbot, tasks)
    states = {member.name: member.state for member in earth.office.enrolment.members()}
    assert states == {"Sri": MemberState.REFUSED, "Budi": MemberState.REVOKED}
    assert "Laptop hilang <b>" in texts(members)


def test_a_visit_is_returned_with_comments_and_the_answer_reaches_the_laptop(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[..., OfficePage]
) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.instruments.install(write_instrument(earth.root))
    panel = shown(earth.office).visits
    assert [row.chip for row in panel.list.rows()] == ["To be reviewed"]
    panel.open_button.click()
    settle(qtbot, tasks)
    review = panel.review
    assert review is not None and "Policy" in texts(review)
    review.give_back.click()
    assert review.isVisible(), "work is not returned without a comment"
    line = next(line for line in review.lines if line.key == POLICY)
    line.begin()
    line.edit.setPlainText("Lengkapi dasar hukumnya.")
    review.due.line.setText("7 Januari 2022")
    review.take.click()
    assert review.isVisible(), "what has comments is not accepted"
    review.give_back.click()
    settle(qtbot, tasks)
    settle(qtbot, tasks)
    found = earth.office.office.visit(visit_id).review
    assert found is not None and (found.decision, found.due) == (Decision.RETURNED, date(2022, 1, 7))
    assert [row.chip for row in panel.list.rows()] == ["Returned"]
    panel.answer_to(earth.stick, PASSPHRASE)
    settle(qtbot, tasks)
    assert "1 answer written" in panel.banner.text()
    earth.take(laptop, earth.office.exports.history()[0].file_name)
    assert laptop.visits.get(visit_id).state is VisitState.RETURNED
    assert laptop.exports.unsafe() == ()

    panel.open(visit_id)
    settle(qtbot, tasks)
    assert panel.review is not None and "Lengkapi dasar hukumnya." in texts(panel.review)
    panel.review.take.click()
    settle(qtbot, tasks)
    settle(qtbot, tasks)
    assert [row.chip for row in panel.list.rows()] == ["Accepted"]


def test_a_conflict_is_decided_side_by_side_with_a_reason(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[..., OfficePage]
) -> None:
    trust_kit_office(earth.office)
    first = revision(1, None, "Balai Kota")
    sides = (revision(1, first, "Pendopo"), revision(1, first, "Gedung Dewan"))
    for number, side in enumerate(sides, 1):
        bundle(earth.stick, f"{number}.gmsc", (first, side), device=number)
        earth.take(earth.office, f"{number}.gmsc")
    panel = shown(earth.office).visits
    assert [row.chip for row in panel.list.rows()] == ["Conflict"]
    panel.open(panel.list.current())
    settle(qtbot, tasks)
    dialog = panel.conflict
    assert dialog is not None and "Pendopo" in texts(dialog) and "Gedung Dewan" in texts(dialog)
    dialog.go.click()
    assert dialog.isVisible()
    dialog.choices[1].setChecked(True)
    dialog.reason.setText("Yang terakhir disepakati.")
    dialog.go.click()
    settle(qtbot, tasks)
    settle(qtbot, tasks)
    (visit,) = earth.office.office.visits()
    assert visit.lineage.heads == (visit.lineage.current,) and len(visit.revisions) == 3
    assert [row.chip for row in panel.list.rows()] == ["To be reviewed"]


def test_work_is_assigned_by_one_file_and_withdrawn(
    qtbot: QtBot, tasks: Tasks, earth: World, shown: Callable[..., OfficePage]
) -> None:
    panel = shown(earth.office, "assignments").assigning
    assert "Nobody is enrolled" in panel.banner.text()
    laptop = earth.laptop()
    panel.refresh()
    settle(qtbot, tasks)
    panel.banner.say("")
    assert panel.entered() is None and "region" in panel.banner.text()
    panel.add_region(SURAKARTA)
    (line,) = panel.regions.lines()
    line.index.setText("tiga")
    line.index.textEdited.emit("tiga")
    assert panel.entered() is None and "number" in texts(line)
    line.index.setText("3,06")
    line.year.setText("2020")
    line.source.setText("Surat B-1003")
    panel.year.setText("1999")
    assert panel.entered() is None
    panel.year.setText("2022")
    panel.due.line.setText("1 Maret 2022")
    panel.note.setText("Hubungi Diskominfo.")
    found = panel.entered()
    assert found is not None
    panel.write_to(found, earth.stick, PASSPHRASE)
    settle(qtbot, tasks)
    settle(qtbot, tasks)
    taken = earth.take(laptop, earth.office.exports.history()[0].file_name)
    assert len(taken.taken) == 1
    (assigned,) = laptop.exports.assignments()
    assert (assigned.region_code, assigned.due, assigned.note) == ("33.72", date(2022, 3, 1), "Hubungi Diskominfo.")
    assert (assigned.previous_index, assigned.previous_year) == (Decimal("3.06"), 2020)
    assert assigned.previous_source == "Surat B-1003"
    assert "Kota Surakarta" in texts(panel)
    panel.write_to((replace(assigned, withdrawn=True),), earth.stick, PASSPHRASE)
    settle(qtbot, tasks)
    earth.take(laptop, earth.office.exports.history()[0].file_name)
    assert laptop.exports.assignments() == ()


def test_only_an_office_has_the_page(qtbot: QtBot, earth: World, app: Application) -> None:
    from ui.main_window import MainWindow

    laptop = earth.laptop()
    for services, offered in ((earth.office, True), (laptop, False)):
        window = MainWindow(app, clock=earth.clock, ids=services.ids)
        qtbot.addWidget(window)
        window.show()
        window.show_workspace(services, "Sri")
        settle(qtbot, window.tasks)
        assert window.workspace is not None
        assert window.workspace.rail._buttons["office"].isVisible() is offered
        window.go("office", "members")
        settle(qtbot, window.tasks)
        assert isinstance(window.page(), OfficePage) is offered
        window.services = None
        window.close()


def test_the_first_start_makes_an_office(qtbot: QtBot, app: Application, earth: World, tmp_path: Path) -> None:
    from gmsc_desktop.domain.exchange import VaultRole
    from ui.main_window import MainWindow
    from ui.recovery import CodeCard

    window = MainWindow(app, clock=earth.clock, ids=earth.office.ids)
    qtbot.addWidget(window)
    window.show()
    first = window.centralWidget().first  # type: ignore[attr-defined]
    first.new_button.click()
    first.name.setText("Kepala Sekretariat")
    first.go_on(1)
    first.folder.setText(str(tmp_path / "kantor-baru"))
    first.office.role.set_value(VaultRole.OFFICE.value)
    first.go_on(2)
    assert first.steps.step() == 2, "an office needs a name and a place for its copy"
    (tmp_path / "lemari").mkdir()
    first.office.name.setText("Sekretariat GMSC")
    first.office.copy.setText(str(tmp_path / "lemari"))
    first.go_on(2)
    assert first.steps.step() == 3
    first.passphrase.first.line.setText("nasi goreng pagi hari")
    first.passphrase.second.line.setText("nasi goreng pagi hari")
    first.go_on(3)
    qtbot.waitUntil(lambda: bool(window.findChildren(CodeCard)), timeout=60_000)
    card = window.findChildren(CodeCard)[0]
    card.save_to(tmp_path / "kode.txt")
    card.confirm.click()
    card.finish.click()
    qtbot.waitUntil(lambda: window.services is not None and window.tasks.idle, timeout=60_000)
    assert window.workspace is not None and window.workspace.rail._buttons["office"].isVisible()
    assert len(list((tmp_path / "lemari").iterdir())) == 3
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=60_000)
