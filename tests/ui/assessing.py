"""A real vault with a real visit in a real window, for the tests of the assessment page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QApplication

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Role, VisitDraft
from gmsc_desktop.services.app import Services
from ui.pages.assessment.card import QuestionCard
from ui.pages.assessment.page import AssessmentPage
from ui.tasks import Tasks


def make_visit(services: Services, instrument_hash: str = "") -> str:
    """A visit to Kota Surakarta whose particulars are complete."""
    draft = VisitDraft(
        region=services.regions.find("33.72")[0],
        cycle_year=2021,
        stage="tahap II",
        starts_on=date(2021, 12, 13),
        ends_on=date(2021, 12, 14),
        place="Balai Kota Surakarta",
        mode=Mode.ON_SITE,
        people=(Person("Dr. Sri Wahyuni, M.T.", role=Role.LEAD), Person("Ir. Budi Santoso", role=Role.MET)),
        previous=PreviousResult(Decimal("3.06"), 2020, "Surat B-1003"),
        instrument_hash=instrument_hash,
    )
    return services.visits.create(draft).value.id


class Bench:
    """The page over a visit, with what a test asks of it."""

    def __init__(self, qtbot: Any, services: Services, tasks: Tasks, visit_id: str) -> None:
        self.qtbot, self.services, self.tasks, self.visit_id = qtbot, services, tasks, visit_id
        self.page = AssessmentPage(services, tasks, visit_id)
        qtbot.addWidget(self.page)
        self.page.resize(1160, 720)
        self.page.show()
        self.settle()

    def settle(self) -> None:
        """Wait until the worker has nothing left to do and everything came back."""
        self.qtbot.waitUntil(lambda: self.tasks.idle, timeout=15_000)
        for _round in range(5):
            QApplication.processEvents()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        self.qtbot.waitUntil(holds, timeout=15_000)

    def stored(self, key: str, facet: Facet = Facet.VALUE) -> str:
        """What the vault says at ``key``, read anew."""
        self.settle()
        state = self.services.visits.open(self.visit_id).session.state(key)
        return {
            Facet.VALUE: state.value,
            Facet.SELF: state.self_value,
            Facet.NOTE: state.note,
            Facet.NOT_APPLICABLE: state.not_applicable,
        }[facet]

    def levels(self) -> tuple[str, ...]:
        """The keys of every question answered with a level."""
        by_path = self.page.desk.instrument.by_path
        keys = self.page.desk.asked()
        return tuple(k for k in keys if k in by_path and by_path[k].type is ItemType.SELECT_ONE and by_path[k].scored)

    def first(self, kind: ItemType) -> str:
        """The key of the first relevant question of a type outside repeats."""
        by_path = self.page.desk.instrument.by_path
        return next(k for k in self.page.desk.asked() if k in by_path and by_path[k].type is kind)

    def card(self, key: str) -> QuestionCard:
        """The card of a question, shown and current."""
        self.page.go(key)
        self.qtbot.wait(0)
        found = self.page.questions.card
        assert found is not None and found.key == key
        return found


def complete(services: Services, visit_id: str) -> None:
    """Answer everything the built-in instrument asks, so that only what a test leaves out is missing."""
    done: set[str] = set()
    for _round in range(6):
        sheet = services.visits.open(visit_id)
        open_problems = [
            p for p in services.visits.check(visit_id) if p.key and p.blocks and (p.key, p.code) not in done
        ]
        if not open_problems:
            return
        for problem in open_problems:
            done.add((problem.key, problem.code))
            if problem.code == "required":
                item = sheet.session.state(problem.key).item
                services.answers.set(visit_id, problem.key, Facet.VALUE, _value(sheet.session, problem.key, item.type))
            elif problem.code == "evidence":
                services.evidence.attach_bytes(visit_id, problem.key, "bukti.txt", b"daftar hadir rapat")
            elif problem.code == "repeat_empty":
                services.answers.add_item(visit_id, problem.key)


def _value(session: Any, key: str, kind: ItemType) -> str:
    if kind in (ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE):
        names = [choice.name for choice in session.choices(key)]
        return "1" if "1" in names else names[0]
    return {ItemType.INTEGER: "2020", ItemType.DECIMAL: "1", ItemType.DATE: "2021-12-14"}.get(kind, "Sudah diperiksa.")
