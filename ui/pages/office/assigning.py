"""Assignments: cycle, instrument, regions and team, written into one file for one assessor or for all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.exchange import Assignment, Member, MemberState
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.numbers import show_date
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.region import Region
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.assigning import last_results, result_before
from gmsc_desktop.services.instruments import InstrumentRow
from ui.pages.office.asking import folder_and_passphrase
from ui.pages.office.regionlines import FIRST_YEAR, LAST_YEAR, RegionLine, RegionLines
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, scrolled
from ui.widgets.dates import DateField
from ui.widgets.fields import Choice, FormRow, side_by_side
from ui.widgets.labels import Button, Chip, label
from ui.widgets.messages import Banner
from ui.widgets.people import PeopleEditor
from ui.widgets.progress import watch
from ui.widgets.regionpicker import RegionPicker

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

EVERYONE = ""
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Start:
    """What the form begins with; ``results`` are accepted indices by region and year."""

    members: tuple[Member, ...]
    instruments: tuple[InstrumentRow, ...]
    assignments: tuple[Assignment, ...]
    regions: dict[str, Region]
    results: dict[tuple[str, int], Decimal]
    office: str
    today: date


class Assigning(QWidget):
    """The form, and below it what was assigned."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        self._start: Start | None = None
        self._templates: tuple[Path, ...] = ()
        self.write_button = Button(_("&Write the assignments…"), "save", "primary")
        self.write_button.clicked.connect(self.ask_and_write)
        self.buttons = (self.write_button,)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        self.banner = Banner()
        column.addWidget(self.banner)
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 0, space(3), space(4))
        rows.setSpacing(space(3))
        rows.addWidget(self._what_card())
        rows.addWidget(self._where_card())
        rows.addWidget(self._team_card())
        rows.addWidget(self._before_card())
        rows.addStretch(1)
        column.addWidget(scrolled(content), 1)

    # the cards

    def _what_card(self) -> Card:
        card = Card(_("For whom, and which cycle"))
        self.assessor, self.instrument = Choice(), Choice()
        self.year, self.stage, self.note = QLineEdit(), QLineEdit(), QLineEdit()
        self.year.textChanged.connect(lambda _text: self._propose())
        self.due = DateField()
        self._year_row = FormRow(_("C&ycle, year"), self.year)
        self._due_row = FormRow(_("&Due"), self.due, focus=self.due.line)
        card.body.addWidget(
            side_by_side(
                FormRow(_("Ass&essor"), self.assessor), FormRow(_("&Instrument"), self.instrument), stretches=(1, 1)
            )
        )
        stage = FormRow(_("S&tage"), self.stage, _("for example Tahap II"))
        card.body.addWidget(side_by_side(self._year_row, stage, self._due_row, stretches=(1, 2, 2)))
        card.body.addWidget(FormRow(_("&Note to the assessor"), self.note))
        return card

    def _where_card(self) -> Card:
        card = Card(_("Regions"))
        self.region = RegionPicker(self._services.regions.find)
        self.region.picked.connect(self._picked)
        card.body.addWidget(FormRow(_("Add a &region"), self.region, focus=self.region.line))
        self.regions = RegionLines()
        card.body.addWidget(self.regions)
        return card

    def _team_card(self) -> Card:
        card = Card(_("Team and templates"), _("Both may stay empty; the assessor can enter the team."))
        self.people = PeopleEditor()
        card.body.addWidget(FormRow(_("&Team"), self.people, focus=self.people.table))
        self.templates = label("", "muted")
        choose = Button(_("Te&mplates…"), "documents")
        choose.clicked.connect(self._choose_templates)
        row = QHBoxLayout()
        row.setSpacing(space(3))
        row.addWidget(choose)
        row.addWidget(self.templates, 1)
        card.body.addLayout(row)
        return card

    def _before_card(self) -> Card:
        self._before = Card(_("Assigned so far"))
        self._list = QVBoxLayout()
        self._list.setSpacing(space(2))
        self._before.body.addLayout(self._list)
        return self._before

    # what it shows

    def refresh(self) -> None:
        """Read anew; what is entered stays."""
        self._tasks.submit(lambda: _read(self._services), self._load, self.banner.say_error, owner=self)

    def _load(self, start: Start) -> None:
        first, self._start = self._start is None, start
        assessor, instrument = self.assessor.value(), self.instrument.value()
        people = [(member.fingerprint, f"{member.name} ({member.fingerprint[:8]})") for member in start.members]
        self.assessor.set_choices([(EVERYONE, _("All enrolled assessors")), *people])
        self.instrument.set_choices([(row.hash, f"{row.title} ({row.version})") for row in start.instruments])
        self.assessor.set_value(assessor)
        self.instrument.set_value(instrument)
        if first:
            self.year.setText(str(start.today.year))
        if not start.members:
            self.banner.say(_("Nobody is enrolled yet: approve a request first, then work can be assigned."), "warning")
        self._propose()
        self._show_before(start)

    def _show_before(self, start: Start) -> None:
        _clear(self._list)
        names = {member.fingerprint: member.name for member in start.members}
        for assignment in start.assignments[:SHOWN]:
            self._list.addWidget(self._line(assignment, start, names))
        left = len(start.assignments) - SHOWN
        if left > 0:
            self._list.addWidget(
                label(ngettext("and {count} more", "and {count} more", left).format(count=left), "small")
            )
        self._before.setVisible(bool(start.assignments))

    def _line(self, assignment: Assignment, start: Start, names: dict[str, str]) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        region = start.regions.get(assignment.region_code)
        who = names.get(assignment.assessor_key, assignment.assessor_key[:8]) or _("All enrolled assessors")
        due = _("due {day}").format(day=show_date(assignment.due, language())) if assignment.due else ""
        parts = (f"{assignment.cycle_year} {assignment.stage}".strip(), who, due)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(region.name if region else assignment.region_code, "label"))
        words.addWidget(label(" · ".join(part for part in parts if part), "small"))
        row.addLayout(words, 1)
        if assignment.withdrawn:
            row.addWidget(Chip(_("Withdrawn"), "muted"))
        else:
            button = Button(_("Withdraw…"), "cross", "quiet")
            button.setAccessibleDescription(region.name if region else assignment.region_code)
            button.clicked.connect(partial(self._ask_and_withdraw, assignment))
            row.addWidget(button)
        return made

    # entering

    def _picked(self, region: Region | None) -> None:
        if region is not None:
            self.region.set_value(None)
            self.add_region(region)

    def add_region(self, region: Region) -> None:
        """One more region."""
        self.regions.add(region)

    def _propose(self) -> None:
        """What every region reached before the year that is entered, as far as this office knows."""
        start, year = self._start, self.year.text().strip()
        if start is not None and year.isascii() and year.isdigit():
            self.regions.propose(lambda code: result_before(start.results, code, int(year), start.office))

    def _choose_templates(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, _("Templates to send along"))
        if names:
            self.set_templates(tuple(Path(name) for name in names))

    def set_templates(self, paths: tuple[Path, ...]) -> None:
        """Send these files along."""
        self._templates = paths
        self.templates.setText(", ".join(path.name for path in paths))

    def entered(self) -> tuple[Assignment, ...] | None:
        """What is entered, one assignment for each region; None after saying what is wrong."""
        start = self._start
        year = self.year.text().strip()
        good = year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR
        self._year_row.set_error("" if good else _("A year from {first} on.").format(first=FIRST_YEAR))
        wrong_day = bool(self.due.line.text().strip()) and self.due.value() is None
        self._due_row.set_error(_("This is no day.") if wrong_day else "")
        problem = self.people.problem()
        if start is None or not start.members:
            problem = _("Nobody is enrolled yet: approve a request first, then work can be assigned.")
        elif not self.regions.lines():
            problem = _("Choose at least one region.")
        if problem:
            self.banner.say(problem, "warning")
        if not self.regions.holds() or problem or not good or wrong_day or start is None:
            return None
        return tuple(self._assignment(line, int(year)) for line in self.regions.lines())

    def _assignment(self, line: RegionLine, year: int) -> Assignment:
        before = line.previous()
        return Assignment(
            id="",
            region_code=line.region.code,
            cycle_year=year,
            stage=self.stage.text().strip(),
            instrument_hash=self.instrument.value(),
            due=self.due.value(),
            team=self.people.value(),
            previous_index=before.index if before else None,
            previous_year=before.year if before else None,
            previous_source=before.source if before else "",
            note=self.note.text().strip(),
            assessor_key=self.assessor.value(),
        )

    # writing

    def ask_and_write(self) -> None:
        """Check what is entered, ask where to, and write it."""
        self.banner.say("")
        assignments = self.entered()
        if assignments is None:
            return
        given = folder_and_passphrase(self, *_asking())
        if given is not None:
            self.write_to(assignments, *given)

    def _ask_and_withdraw(self, assignment: Assignment) -> None:
        given = folder_and_passphrase(self, *_asking())
        if given is not None:
            self.write_to((replace(assignment, withdrawn=True),), *given)

    def write_to(self, assignments: tuple[Assignment, ...], folder: Path, passphrase: str) -> None:
        """Write one file with ``assignments`` into ``folder``, for the assessor they name or for all."""
        office, templates = self._services.office, self._templates
        keys = tuple(dict.fromkeys(each.assessor_key for each in assignments if each.assessor_key))

        def work(progress: Progress) -> Done[ExportRecord]:
            return office.assign(assignments, keys, folder, passphrase, templates, progress)

        def done(made: Done[ExportRecord]) -> None:
            self.regions.clear()
            text = _("{name} has been written to {folder}. Send it to the assessors.")
            self.banner.say(text.format(name=made.value.file_name, folder=made.value.folder), "success")
            self.refresh()

        watch(self, self._tasks, _("Writing the assignments"), work, done, self.banner.say_error)


def _asking() -> tuple[str, str, str]:
    text = _("One file, signed by the office and encrypted to the laptops it is for.")
    return _("Folder or stick for the assignments"), text, _("Write")


def _read(services: Services) -> Start:
    services.instruments.built_in()
    return Start(
        members=tuple(m for m in services.enrolment.members() if m.state is MemberState.APPROVED),
        instruments=services.instruments.list(),
        assignments=services.office.assignments(),
        regions={region.code: region for region in services.regions.all()},
        results=last_results(services.office.visits()),
        office=services.vault.profile.organisation,
        today=services.clock.now().date(),
    )


def _clear(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
