"""The assessment page: opening the built-in instrument, a section's page, an answer until everything is repainted.

The design states these bars in milliseconds (60 to open, 15 for a section, 1 for an answer). Here they are ratios
against the same toolkit's own work in the same run: building, laying out and painting a bare page of 60 labels and
fields, which takes 9 ms where those bars were set.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROUNDS = 15


def measure() -> list[tuple[str, float, float]]:
    """Medians (an answer: p95) against building and painting a bare page."""
    from PySide6.QtWidgets import QApplication

    from gmsc_desktop.domain.visit import Mode, Person, Role, VisitDraft
    from gmsc_desktop.services.app import build_services
    from gmsc_desktop.services.vaults import Profile, create_vault
    from gmsc_desktop.system import SystemClock, SystemIds
    from ui import theme
    from ui.tasks import Tasks

    app = QApplication.instance() or QApplication(sys.argv[:1])
    theme.apply(app, "light", 100)  # type: ignore[arg-type]
    clock, ids = SystemClock(), SystemIds()
    with tempfile.TemporaryDirectory() as folder:
        profile = Profile("Dr. Sri Wahyuni", "", "Asesor", "Universitas")
        vault, _code = create_vault(Path(folder) / "v", profile, "frasa sandi yang panjang", clock=clock, ids=ids)
        services = build_services(vault, clock=clock, ids=ids)
        people = (Person("Dr. Sri Wahyuni", role=Role.LEAD),)
        today = date(2021, 12, 14)
        region = services.regions.find("33.72")[0]
        draft = VisitDraft(region, 2021, "II", today, today, "Balai Kota", Mode.ON_SITE, people)
        visit_id = services.visits.create(draft).value.id
        tasks = Tasks()
        try:
            return _measured(app, services, tasks, visit_id)
        finally:
            tasks.close()
            vault.close()


def _measured(app: Any, services: Any, tasks: Any, visit_id: str) -> list[tuple[str, float, float]]:
    from gmsc_desktop.domain.answers import Facet
    from ui.pages.assessment.page import AssessmentPage

    sheet = services.visits.open(visit_id)

    def page() -> AssessmentPage:
        built = AssessmentPage(services, tasks, visit_id)
        built.resize(1150, 700)
        built.desk.load = lambda: None  # type: ignore[method-assign]
        return built

    def settle() -> None:
        while not tasks.idle:
            app.processEvents()
        for _round in range(4):
            app.processEvents()

    whole = []
    for _round in range(ROUNDS):
        fresh = page()
        settle()
        start = time.perf_counter()
        fresh.desk._load(sheet)
        fresh.show()
        fresh.grab()
        whole.append(time.perf_counter() - start)
        fresh.hide()
        fresh.deleteLater()
        settle()
    shown = page()
    settle()
    shown.show()
    settle()

    def turned(path: str) -> None:
        shown.questions.show_section(path)
        shown.questions.viewport().repaint()
        shown.outline.repaint()

    paths = [section.path for section in shown.questions.sections()]
    turns = []
    for path in paths:
        start = time.perf_counter()
        turned(path)
        turns.append(time.perf_counter() - start)
        settle()
    again = [_timed(lambda path=path: turned(path)) for path in paths]
    levels = [key for key in shown.desk.asked() if shown.desk.instrument.by_path.get(key) is not None]
    levels = [key for key in levels if shown.desk.instrument.by_path[key].scored][:40]
    answers = []
    for index, key in enumerate(levels):
        shown.go(key)
        settle()
        start = time.perf_counter()
        shown.desk.write(key, Facet.VALUE, str(index % 5))
        answers.append(time.perf_counter() - start)
        settle()
    unit = _reference(app)
    shown.hide()
    return [
        ("open the built-in instrument, painted, against a bare page of 60 labels and fields", _m(whole) / unit, 6.0),
        ("a section's page built and painted, against the same", _m(turns) / unit, 1.7),
        ("a section's page shown again, against the same", _m(again) / unit, 1.0),
        ("an answer taken and everything told to repaint (p95), against the same", _p95(answers) / unit, 0.2),
    ]


def _reference(app: Any) -> float:
    """Seconds to build, lay out and paint a bare page of 60 labels and fields with the same look."""
    from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

    def once() -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        for number in range(30):
            label = QLabel(f"Indikator {number}: sejauh mana rencana tahun ini dilaksanakan oleh OPD?")
            label.setWordWrap(True)
            column.addWidget(label)
            column.addWidget(QLineEdit())
        page.resize(600, 700)
        page.show()
        page.grab()
        page.hide()
        page.deleteLater()
        app.processEvents()

    once()
    return _m([_timed(once) for _round in range(ROUNDS)])


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _m(times: list[float]) -> float:
    return statistics.median(times)


def _p95(times: list[float]) -> float:
    return sorted(times)[round(len(times) * 0.95) - 1]


if __name__ == "__main__":
    for line in measure():
        print(line)
