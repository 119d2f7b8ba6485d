"""Beranda and the visits: recorded, found, corrected, put away, with their history; what comes next."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import (
    Mode,
    Person,
    PreviousResult,
    Progress,
    Role,
    Visit,
    VisitDraft,
    VisitRow,
    VisitState,
)
from gmsc_desktop.services.app import Services
from tests.helpers import PROFILE, START, FixedClock
from ui.application import Application
from ui.pages.home.page import HomePage
from ui.pages.home.steps import greeting, next_steps
from ui.pages.visits.entries import entry_rows
from ui.pages.visits.history import HistoryDialog
from ui.pages.visits.page import VisitsPage
from ui.tasks import Tasks
from ui.widgets.visitrows import index_text, matches, visit_item

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
SURAKARTA = Region("33.72", "Kota Surakarta", "kota", "33", "Jawa Tengah")
LEAD = Person(PROFILE.name, PROFILE.nip, PROFILE.title, PROFILE.organisation, Role.LEAD)


def _draft(region: Region = SURAKARTA, **fields: object) -> VisitDraft:
    base = {
        "region": region,
        "cycle_year": 2021,
        "stage": "Tahap II",
        "starts_on": date(2021, 12, 14),
        "ends_on": date(2021, 12, 15),
        "place": "Balai Kota",
        "mode": Mode.ON_SITE,
        "people": (LEAD,),
    }
    return VisitDraft(**(base | fields))  # type: ignore[arg-type]


def _row(
    state: VisitState, answered: int = 3, expected: int = 10, index: str | None = None, **draft: object
) -> VisitRow:
    visit = Visit(f"id-{state}", _draft(**draft), state, 0, "", "", START, START)
    return VisitRow(visit, Progress(answered, expected), Decimal(index) if index else None, 0)


@pytest.fixture
def page(qtbot: QtBot, app: Application, services: Services, tasks: Tasks) -> VisitsPage:
    made = VisitsPage(services, tasks)
    made.resize(1200, 700)
    qtbot.addWidget(made)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: tasks.idle)
    return made


def _rest(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.idle, timeout=20_000)


def test_an_empty_list_says_what_to_do_first(qtbot: QtBot, page: VisitsPage, tasks: Tasks) -> None:
    assert page.listing.empty.isVisible()
    assert "No visit yet" in [found.text() for found in page.listing.empty.findChildren(QLabel)]


def test_a_visit_is_recorded_through_the_form(qtbot: QtBot, page: VisitsPage, tasks: Tasks, services: Services) -> None:
    page.show_place("new")
    _rest(qtbot, tasks)
    form = page.form
    assert form is not None and form.people.value() == (LEAD,)
    assert form.dates.value() == (date(2021, 12, 14), date(2021, 12, 14))
    form.keep.click()
    assert form._region_row.error() == "Choose a kota or kabupaten from the list."
    assert services.visits.list() == ()
    qtbot.keyClicks(form.region.line, "surakarta")
    qtbot.keyClick(form.region.line, Qt.Key.Key_Return)
    form.stage.setText("Tahap II")
    form.dates.last.line.setText("15 December 2021")
    form.where.setText("Balai Kota")
    form.mode.set_value("hybrid")
    form.index_before.setText("3,06")
    form.keep.click()
    assert form._year_row.error() != ""
    form.year_before.setText("2020")
    form.source_before.setText("B-1003/DJAI")
    form.people.add(Person("Drs. Budi Santoso", role=Role.MET))
    assert form.changed()
    form.keep.click()
    _rest(qtbot, tasks)
    (row,) = services.visits.list()
    draft = row.visit.draft
    assert (draft.region, draft.cycle_year, draft.stage) == (SURAKARTA, 2021, "Tahap II")
    assert (draft.starts_on, draft.ends_on) == (date(2021, 12, 14), date(2021, 12, 15))
    assert (draft.place, draft.mode) == ("Balai Kota", Mode.HYBRID)
    assert draft.previous == PreviousResult(Decimal("3.06"), 2020, "B-1003/DJAI")
    assert draft.people == (LEAD, Person("Drs. Budi Santoso", role=Role.MET))
    assert draft.instrument_hash == services.instruments.built_in()
    assert page.form is None and page.listing.current() == row.visit.id


def test_saving_and_filling_opens_the_visit(qtbot: QtBot, page: VisitsPage, tasks: Tasks, services: Services) -> None:
    page.show_place("new")
    _rest(qtbot, tasks)
    form = page.form
    assert form is not None
    form.region.set_value(SURAKARTA)
    with qtbot.waitSignal(page.open_visit) as opened:
        form.go_on.click()
    _rest(qtbot, tasks)
    assert opened.args == [services.visits.list()[0].visit.id]


def test_particulars_are_corrected(qtbot: QtBot, page: VisitsPage, tasks: Tasks, services: Services) -> None:
    visit = services.visits.create(_draft()).value
    page.show_place(f"edit:{visit.id}")
    _rest(qtbot, tasks)
    form = page.form
    assert form is not None and not form.changed() and not form.instrument.isEnabled()
    form.where.setText("Kantor Diskominfo SP")
    form.keep.click()
    _rest(qtbot, tasks)
    assert services.visits.get(visit.id).draft.place == "Kantor Diskominfo SP"


def test_what_is_entered_is_not_left_without_asking(
    qtbot: QtBot, page: VisitsPage, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show_place("new")
    _rest(qtbot, tasks)
    assert page.form is not None
    page.form.where.setText("Balai Kota")
    answers = iter((False, True))
    monkeypatch.setattr("ui.pages.visits.page.ask", lambda *_texts, **_options: next(answers))
    assert not page.may_leave() and page.form.where.text() == "Balai Kota"
    page.form.cancel.click()
    assert page.form is None


def test_the_last_index_of_the_region_is_proposed(
    qtbot: QtBot, page: VisitsPage, tasks: Tasks, services: Services
) -> None:
    from ui.pages.visits.form import FormStart, VisitForm

    earlier = VisitRow(
        Visit("v", _draft(cycle_year=2020), VisitState.SIGNED, 1, "a" * 64, "", START, START),
        Progress(10, 10),
        Decimal("3.064"),
        0,
    )
    form = VisitForm(FormStart(None, LEAD, date(2021, 12, 14), services.instruments.list(), (earlier,)), lambda _t: ())
    qtbot.addWidget(form)
    form.region.set_value(SURAKARTA)
    form.region.picked.emit(SURAKARTA)
    assert (form.index_before.text(), form.year_before.text()) == ("3.06", "2020")


def test_visits_are_searched_filtered_put_away_and_brought_back(
    qtbot: QtBot, page: VisitsPage, tasks: Tasks, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.pages.visits.page.ask", lambda *_texts, **_options: True)
    ambon = Region("81.71", "Kota Ambon", "kota", "81", "Maluku")
    first = services.visits.create(_draft()).value
    second = services.visits.create(_draft(ambon)).value
    page.refresh()
    _rest(qtbot, tasks)
    listing = page.listing
    titles = lambda: [row.title for row in listing.list.rows()]  # noqa: E731
    assert sorted(titles()) == ["Kota Ambon", "Kota Surakarta"]
    listing.search.setText("maluku wahyuni")
    assert titles() == ["Kota Ambon"]
    listing.search.setText("nowhere")
    assert titles() == [] and listing.nothing.isVisible()
    listing.search.clear()
    listing.filter.set_value("closed")
    assert titles() == []
    listing.filter.set_value("all")
    listing.select(second.id)
    listing.details.archive.click()
    _rest(qtbot, tasks)
    assert titles() == ["Kota Surakarta"]
    assert [row.visit.id for row in services.visits.archived()] == [second.id]
    listing.filter.set_value("archived")
    assert titles() == ["Kota Ambon"] and listing.details.restore.isVisible()
    listing.details.restore.click()
    _rest(qtbot, tasks)
    assert {row.visit.id for row in services.visits.list()} == {first.id, second.id}


def test_the_details_tell_what_is_known(qtbot: QtBot, page: VisitsPage, tasks: Tasks, services: Services) -> None:
    services.visits.create(_draft(previous=PreviousResult(Decimal("3.06"), 2020, "B-1003")))
    page.refresh()
    _rest(qtbot, tasks)
    shown = " | ".join(found.text() for found in page.listing.details.findChildren(QLabel))
    for text in (
        "Kota Surakarta",
        "Jawa Tengah (33.72)",
        "2021, Tahap II",
        "Balai Kota (On site)",
        "3.06 (2020) B-1003",
    ):
        assert text in shown, text


def test_the_history_shows_who_wrote_what(qtbot: QtBot, page: VisitsPage, tasks: Tasks, services: Services) -> None:
    visit = services.visits.create(_draft()).value
    services.visits.edit(visit.id, _draft(place="Kantor Diskominfo SP"))
    entries = services.history.entries(visit.id, 500)
    dialog = HistoryDialog(page, visit, services.visits.revisions(visit.id), entries)
    qtbot.addWidget(dialog)
    rows = entry_rows(entries)
    assert len(rows) == len(entries) == dialog.writes.rowCount()
    assert rows[0][1:] == (PROFILE.name, "Particulars", "", "Balai Kota", "Kantor Diskominfo SP")
    created = next(row for row in rows if row[4] == "–" and row[2] == "Particulars")
    for text in ("Region: Kota Surakarta", "First day: 14 December 2021", "Mode: On site", "State: Draft"):
        assert text in created[5]
    person = next(row for row in rows if row[2] == "Person")
    assert f"Name: {PROFILE.name}" in person[5] and "Role: Team lead" in person[5]


def test_rows_say_index_and_progress_in_words(app: Application) -> None:
    app.use_language("id")
    item = visit_item(_row(VisitState.DRAFT, index="3.315"))
    assert (item.figure, item.progress, item.share) == ("3,32", "3/10", 0.3)
    assert index_text(None) == "–"
    assert matches(_row(VisitState.DRAFT), "tahap 33.72 SURAKARTA") and not matches(_row(VisitState.DRAFT), "ambon")


# Beranda


def test_next_steps_follow_the_state_of_things(app: Application) -> None:
    steps = next_steps((), None, START)
    assert [(step.page, step.place) for step in steps] == [("visits", "new")]
    rows = (
        _row(VisitState.DRAFT),
        _row(VisitState.DRAFT, 10, 10),
        _row(VisitState.CLOSED),
        _row(VisitState.SIGNED),
        _row(VisitState.RETURNED),
    )
    steps = next_steps(rows, START - timedelta(days=8), START)
    assert [(step.page, step.place) for step in steps] == [
        ("visit", "id-draft"),
        ("visit", "id-closed"),
        ("visit", "id-returned"),
        ("sync", ""),
        ("settings", "backups"),
    ]
    (step,) = next_steps(rows[:1], START - timedelta(days=1), START)
    assert (step.page, step.place, step.text) == ("visit", "id-draft", "Kota Surakarta: 3 of 10 answered.")
    assert next_steps((_row(VisitState.EXPORTED),), START - timedelta(days=1), START) == ()


@pytest.mark.parametrize(
    ("hour", "word"),
    [(0, "morning"), (10, "morning"), (11, "day"), (15, "afternoon"), (19, "evening"), (23, "evening")],
)
def test_the_greeting_fits_the_hour(app: Application, hour: int, word: str) -> None:
    assert greeting(hour, "Sri") == f"Good {word}, Sri"


def test_beranda_shows_where_the_work_stands(
    qtbot: QtBot, app: Application, services: Services, tasks: Tasks, clock: FixedClock, tmp_path: Path
) -> None:
    home = HomePage(services, tasks)
    home.resize(1200, 700)
    qtbot.addWidget(home)
    home.show()
    home.refresh()
    _rest(qtbot, tasks)
    assert home.header.title.text() == f"Good morning, {PROFILE.name}"
    assert home.header.subtitle.text() == "Tuesday, 14 December 2021" and home.nothing.isVisible()
    with qtbot.waitSignal(home.go_to) as went:
        home.new_visit.click()
    assert went.args == ["visits", "new"]
    visit_id = ""

    def create() -> object:
        nonlocal visit_id
        done = services.visits.create(_draft())
        visit_id = done.value.id
        return done

    tasks.submit(create)
    _rest(qtbot, tasks)
    assert [figure.value.text() for figure in home.figures[:3]] == ["1", "0", "0"]
    with qtbot.waitSignal(home.open_visit) as opened:
        home.going.opened.emit(home.going.current())
    assert opened.args == [visit_id]


def test_a_visit_is_exported_for_other_tools(
    qtbot: QtBot, app: Application, services: Services, tasks: Tasks, tmp_path: Path
) -> None:
    visit_id = services.visits.create(_draft()).value.id
    page = VisitsPage(services, tasks)
    page.resize(1200, 700)
    qtbot.addWidget(page)
    page.show()
    page.show_place(visit_id)
    _rest(qtbot, tasks)
    details = page.listing.details
    assert details.export.isVisible() and details.export.isEnabled()
    folder = tmp_path / "out"
    folder.mkdir()
    page.export_to(visit_id, folder)
    _rest(qtbot, tasks)
    (made,) = folder.iterdir()
    assert (made / "submission.xml").read_bytes().startswith(b"<?xml")
    assert str(made) in details.said.text() and details.export.isEnabled()
    page.export_to(visit_id, tmp_path / "gone")
    _rest(qtbot, tasks)
    assert "There is no folder" in details.said.text() and details.export.isEnabled()
