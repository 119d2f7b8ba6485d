"""A team in the window: who does what, who said what, what it disagrees about, and the way out of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.exchange import Outcome
from gmsc_desktop.services.app import Services
from tests.helpers import PASSPHRASE
from tests.services.helpers import BUDGET, PEOPLE, POLICY
from tests.services.team_kit import MAIN, Team, two
from tests.ui.assessing import Bench
from ui.application import Application
from ui.pages.assessment.teamstrip import PointBox, SettleDialog
from ui.pages.sync.page import SyncPage
from ui.pages.visits.page import VisitsPage
from ui.tasks import Tasks
from ui.team.dialog import ForWhomDialog, TeamDialog


@pytest.fixture
def team(tmp_path: Path, app: Application) -> Iterator[Team]:
    (tmp_path / "stik").mkdir()
    made = Team(tmp_path)
    yield made
    for laptop in made.laptops:
        laptop.vault.close()


def texts(widget: Any) -> str:
    return "\n".join(found.text() for found in widget.findChildren(QLabel) if not found.isHidden())


def disagree(team: Team) -> tuple[Services, Services]:
    sri, budi = two(team)
    team.answer(sri, BUDGET, "l3")
    team.answer(budi, BUDGET, "l4")
    team.answer(budi, BUDGET, "Lengkap & <b>sah</b>.", Facet.NOTE)
    team.answer(budi, PEOPLE, "12")
    team.give(budi, sri)
    return sri, budi


def bench(qtbot: Any, who: Services, tasks: Tasks, team: Team) -> Bench:
    made = Bench(qtbot, who, tasks, team.visit)
    made.settle()
    return made


def opened(kind: type[QDialog]) -> Any:
    return next(found for found in QApplication.topLevelWidgets() if isinstance(found, kind) and found.isVisible())


def test_the_ketua_settles_beside_the_question_and_can_take_it_back(qtbot: Any, tasks: Tasks, team: Team) -> None:
    sri, _budi = disagree(team)
    shown = bench(qtbot, sri, tasks, team)
    page = shown.page
    assert "Answered by Budi" in shown.card(PEOPLE).given.words.text()
    page.next_problem(forward=True)
    while page.questions.current != BUDGET:
        page.next_problem(forward=True)
    card = shown.card(BUDGET)
    (box,) = card.team.boxes
    assert isinstance(box, PointBox) and not card.team.isHidden()
    assert "Sri (ketua): 3 – Good" in texts(box) and "Budi: 4 – Best\nNote: Lengkap & <b>sah</b>." in texts(box)
    assert not box.decide.isHidden() and box.agreeing == []
    box.decide.click()
    dialog = opened(SettleDialog)
    dialog.go.click()
    assert "Choose what stands." in texts(dialog)
    dialog.choices["l4"].setChecked(True)
    dialog.go.click()
    assert "Write why" in texts(dialog)
    dialog.reason.setPlainText("Bukti dukungnya lengkap.")
    dialog.go.click()
    shown.settle()
    assert shown.stored(BUDGET) == "l4" and sri.team.open(team.visit) == ()
    shown.settle()
    said = shown.card(BUDGET).given.words.text()
    assert said.startswith("Settled by Sri") and "Bukti dukungnya lengkap." in said
    assert "Sri: 3 – Good; Budi: 4 – Best" in said
    assert not page.notice.isHidden() and page.notice.button.isVisible()
    page.notice.button.click()
    shown.settle()
    assert len(sri.team.open(team.visit)) == 1
    shown.settle()
    assert not shown.card(BUDGET).team.isHidden()


def test_a_member_sees_whose_section_it_is_and_may_agree(qtbot: Any, tasks: Tasks, team: Team) -> None:
    sri, budi = disagree(team)
    view = sri.team.view(team.visit)
    assert view is not None and view.lead is not None
    sri.team.assign(team.visit, {MAIN: view.lead.id})
    team.give(sri, budi)
    shown = bench(qtbot, budi, tasks, team)
    page = shown.page
    page.go(BUDGET)
    shown.settle()
    assert "Sri does this section" in page.questions.page.doer.text()
    line = next(line for line in page.outline.lines.lines if line.path == MAIN)
    assert (line.doer, line.own) == ("Sri", False) and "Done by Sri" in line.said
    (box,) = shown.card(BUDGET).team.boxes
    assert box.decide.isHidden() and len(box.agreeing) == 1
    box.agreeing[0].click()
    shown.settle()
    assert shown.stored(BUDGET) == "l3" and budi.team.open(team.visit) == ()


def test_answering_here_again_says_no_more_who_said_it_before(qtbot: Any, tasks: Tasks, team: Team) -> None:
    sri, _budi = disagree(team)
    shown = bench(qtbot, sri, tasks, team)
    shown.page.go(PEOPLE)
    assert not shown.card(PEOPLE).given.isHidden()
    shown.page.desk.write(PEOPLE, Facet.VALUE, "13")
    shown.settle()
    assert shown.card(PEOPLE).given.isHidden()


def test_a_visit_is_shared_in_the_window_and_its_file_written(qtbot: Any, tasks: Tasks, team: Team) -> None:
    sri = team.laptop("Sri")
    team.share(sri)
    visit = sri.visits.create(sri.visits.get(team.visit).draft).value.id
    shown = Bench(qtbot, sri, tasks, visit)
    shown.page.header.team.click()
    dialog = opened(TeamDialog)
    shown.settle()
    assert "Nobody shares this visit yet" in texts(dialog)
    dialog.start()
    shown.settle()
    dialog.name.setText("Budi")
    dialog.add()
    shown.settle()
    budi = next(each.member.id for each in dialog.shown.view.members if each.member.name == "Budi")
    dialog.assign(MAIN, budi)
    shown.settle()
    assert dialog.doers[MAIN].value() == budi and "1 section · 0 of 2 answered" in texts(dialog)
    dialog.write_to(team.root / "stik", PASSPHRASE)
    shown.settle()
    qtbot.waitUntil(lambda: "has been written" in texts(dialog), timeout=20_000)
    assert len(list((team.root / "stik").glob("gmsc-tim-*.gmsc"))) == 1
    shown.settle()
    asking = ForWhomDialog(dialog, dialog.shown.view)
    assert "not encrypted" in texts(asking)
    asking.close()
    dialog.close()
    line = next(line for line in shown.page.outline.lines.lines if line.path == MAIN)
    assert line.doer == "Budi"


def test_the_plan_asks_for_the_key_to_be_compared(qtbot: Any, tasks: Tasks, team: Team) -> None:
    sri, budi = team.laptop("Sri"), team.laptop("Budi")
    team.share(sri, "Budi")
    team.answer(sri, POLICY, "l3")
    path = team.write(sri)
    page = SyncPage(budi, tasks)
    qtbot.addWidget(page)
    page.show()
    page.receiving.look_at((path,))
    qtbot.waitUntil(lambda: page.receiving.dialog is not None, timeout=30_000)
    dialog = page.receiving.dialog
    assert dialog is not None and "Fingerprint of the key of Sri" in texts(dialog)
    assert any(item.outcome is Outcome.NEW for plan in dialog.plans for item in plan.items)
    dialog.go.click()
    assert dialog.isVisible() and "Compare the fingerprint" in texts(dialog)
    next(iter(dialog.members.values())).setChecked(True)
    dialog.go.click()
    qtbot.waitUntil(lambda: tasks.idle and bool(budi.visits.list()), timeout=30_000)
    page.refresh()
    qtbot.waitUntil(lambda: tasks.idle, timeout=30_000)
    assert "Headed by Sri" in texts(page.teams) and "Team bundle from Sri" in texts(page)


def test_a_late_bundle_waits_in_the_quarantine_and_asks_for_its_key(qtbot: Any, tasks: Tasks, team: Team) -> None:
    sri, budi = two(team)
    team.answer(budi, PEOPLE, "12")
    late = team.write(budi)
    team.answer(sri, BUDGET, "l4")
    sri.answers.set(team.visit, "/data/main/basis", Facet.VALUE, "Perwali")
    sri.evidence.attach_bytes(team.visit, POLICY, "foto.txt", b"bukti")
    for problem in sri.visits.check(team.visit):
        if problem.blocks:
            sri.visits.explain(team.visit, problem.code, problem.key, "Memang demikian.")
    sri.visits.close(team.visit)
    (refused,) = sri.receiving.receive((late,)).value.refused
    assert refused.refused is not None and refused.refused.code == "closed"
    sri.visits.reopen(team.visit, "Ada jawaban anggota.")
    page = SyncPage(sri, tasks)
    qtbot.addWidget(page)
    page.show()
    page.receiving.again(refused.sha256)
    qtbot.waitUntil(lambda: page.receiving.dialog is not None, timeout=30_000)
    dialog = page.receiving.dialog
    assert dialog is not None
    next(iter(dialog.members.values())).setChecked(True)
    dialog.go.click()
    qtbot.waitUntil(lambda: tasks.idle and not sri.receiving.quarantine(), timeout=30_000)
    assert team.says(sri, PEOPLE) == "12"


def test_only_the_ketua_is_offered_to_close(qtbot: Any, tasks: Tasks, team: Team) -> None:
    sri, budi = two(team)
    assert bench(qtbot, budi, tasks, team).page.header.close_visit.text() == "Check"
    assert bench(qtbot, sri, tasks, team).page.header.close_visit.text() == "Close the visit"


def test_the_list_of_visits_says_which_a_team_fills_in(qtbot: Any, tasks: Tasks, team: Team) -> None:
    sri = team.laptop("Sri")
    team.share(sri)
    alone = sri.visits.create(sri.visits.get(team.visit).draft).value.id
    page = VisitsPage(sri, tasks)
    qtbot.addWidget(page)
    page.refresh()
    qtbot.waitUntil(lambda: len(page.listing.list.rows()) == 2, timeout=30_000)
    rows = {row.id: row.subtitle for row in page.listing.list.rows()}
    assert rows[team.visit].endswith("team") and not rows[alone].endswith("team")
