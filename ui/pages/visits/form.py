"""The particulars of a visit: region, cycle, days, place, mode, instrument, last result, people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from gmsc_desktop.domain.numbers import read_decimal
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Visit, VisitDraft, VisitRow
from gmsc_desktop.i18n import _
from gmsc_desktop.services.instruments import InstrumentRow
from ui.widgets.cards import Card, Page, button_row
from ui.widgets.dates import DateRange
from ui.widgets.fields import Choice, FormRow, side_by_side
from ui.widgets.labels import Button
from ui.widgets.messages import Banner
from ui.widgets.people import PeopleEditor
from ui.widgets.regionpicker import RegionPicker
from ui.widgets.visitrows import MODE_LABELS, index_text

FIRST_YEAR, LAST_YEAR = 2017, 2100
"""The programme began in 2017."""


@dataclass(frozen=True, slots=True)
class FormStart:
    """What the form begins with: the visit to edit (None for a new one), the owner as lead, today, the instruments to
    choose from, and the visits there are, to propose what was said before."""

    visit: Visit | None
    lead: Person
    today: date
    instruments: tuple[InstrumentRow, ...]
    rows: tuple[VisitRow, ...]


class VisitForm(Page):
    """``save(VisitDraft, fill)``: keep it, and with ``fill`` go on to the questions."""

    save = Signal(object, bool)
    cancelled = Signal()

    def __init__(
        self, start: FormStart, find: Callable[[str], tuple[Region, ...]], parent: QWidget | None = None
    ) -> None:
        title = _("New visit") if start.visit is None else _("Particulars of the visit")
        subtitle = _("All of it can be corrected until the visit is closed.")
        super().__init__(title, subtitle, parent=parent)
        self.visit_id = "" if start.visit is None else start.visit.id
        self._start = start
        self.banner = Banner()
        self.body.addWidget(self.banner)
        self.body.addWidget(self._where_card(find))
        self.body.addWidget(self._when_card())
        self.body.addWidget(self._people_card())
        self.body.addWidget(self._before_card())
        self.cancel = Button(_("&Cancel"))
        self.keep = Button(_("&Save"), "check", "" if start.visit is None else "primary")
        self.go_on = Button(_("Save and &fill in"), "right", "primary" if start.visit is None else "")
        self.body.addLayout(button_row(self.keep, self.go_on, left=self.cancel))
        self.body.addStretch(1)
        self._load()
        self._connect()
        self._loaded = self._entered()

    # what the page calls

    def changed(self) -> bool:
        """Whether something was entered since the form was shown."""
        return self._entered() != self._loaded

    def focus_first(self) -> None:
        """Bring the keyboard to the first field."""
        self.region.setFocus(Qt.FocusReason.OtherFocusReason)

    def wait(self, waiting: bool) -> None:
        """While it is being saved nothing is changed."""
        self.setEnabled(not waiting)
        self.banner.say("")

    def draft(self) -> VisitDraft | None:
        """What is entered, or None after saying what is wrong with it."""
        problems = self._problems()
        for row, problem in problems:
            row.set_error(problem)
        wrong = [row for row, problem in problems if problem]
        region, days = self.region.value(), self.dates.value()
        if wrong or region is None or days is None:
            self.banner.say(_("Some fields need another look."), "error")
            if wrong:
                wrong[0].focus_editor()
            return None
        return VisitDraft(
            region=region,
            cycle_year=int(self.year.text()),
            stage=self.stage.text().strip(),
            starts_on=days[0],
            ends_on=days[1],
            place=self.where.text().strip(),
            mode=Mode(self.mode.value()),
            people=self.people.value(),
            previous=self._previous(),
            instrument_hash=self.instrument.value(),
        )

    # the cards

    def _where_card(self, find: Callable[[str], tuple[Region, ...]]) -> Card:
        card = Card(_("Which region, in which cycle"))
        self.region = RegionPicker(find)
        self._region_row = FormRow(_("&Region"), self.region, focus=self.region.line)
        card.body.addWidget(self._region_row)
        self.year = QLineEdit()
        self._cycle_row = FormRow(_("C&ycle, year"), self.year)
        self.stage = QLineEdit()
        self.instrument = Choice()
        card.body.addWidget(
            side_by_side(
                self._cycle_row,
                FormRow(_("S&tage"), self.stage, _("for example Tahap II")),
                FormRow(_("&Instrument"), self.instrument),
                stretches=(1, 2, 3),
            )
        )
        return card

    def _when_card(self) -> Card:
        card = Card(_("When and where"))
        self.dates = DateRange()
        self._dates_row = FormRow(_("&Days of the visit"), self.dates, focus=self.dates.first.line)
        self.where = QLineEdit()
        self.mode = Choice([(mode.value, _(text)) for mode, text in MODE_LABELS.items()])
        card.body.addWidget(self._dates_row)
        place = FormRow(_("&Place"), self.where, _("for example Ruang Rapat Diskominfo SP"))
        card.body.addWidget(side_by_side(place, FormRow(_("&Mode"), self.mode), stretches=(3, 1)))
        return card

    def _people_card(self) -> Card:
        card = Card(_("Team and people met"), _("Reports name everyone as entered here. A NIP may stay empty."))
        self.people = PeopleEditor()
        self._people_row = FormRow(_("P&eople"), self.people, focus=self.people.table)
        card.body.addWidget(self._people_row)
        return card

    def _before_card(self) -> Card:
        card = Card(_("Result of the last cycle"), _("Leave it empty when the region was not evaluated before."))
        self.index_before, self.year_before, self.source_before = QLineEdit(), QLineEdit(), QLineEdit()
        self._index_row = FormRow(_("Inde&x"), self.index_before, _("for example 3,06"))
        self._year_row = FormRow(_("Ye&ar"), self.year_before)
        source = FormRow(_("S&ource"), self.source_before, _("for example the number of the letter"))
        card.body.addWidget(side_by_side(self._index_row, self._year_row, source, stretches=(1, 1, 3)))
        return card

    # loading and reading

    def _connect(self) -> None:
        self.cancel.clicked.connect(self.cancelled)
        self.keep.clicked.connect(lambda: self._emit(False))
        self.go_on.clicked.connect(lambda: self._emit(True))
        self.region.picked.connect(self._propose_before)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(lambda: self._emit(False))
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(lambda: self._emit(True))

    def _load(self) -> None:
        start = self._start
        self.instrument.set_choices([(row.hash, _instrument_text(row)) for row in start.instruments])
        built_in = next((row.hash for row in start.instruments if row.built_in), "")
        self.instrument.set_value(built_in)
        if start.visit is None:
            newest = start.rows[0].visit.draft if start.rows else None
            self.year.setText(str(newest.cycle_year if newest else start.today.year))
            self.stage.setText(newest.stage if newest else "")
            self.dates.set_value(start.today, start.today)
            team = tuple(p for p in newest.people if p.role.value != "met") if newest else ()
            self.people.set_value(team or (start.lead,))
            return
        draft = start.visit.draft
        self.region.set_value(draft.region)
        self.year.setText(str(draft.cycle_year))
        self.stage.setText(draft.stage)
        self.dates.set_value(draft.starts_on, draft.ends_on)
        self.where.setText(draft.place)
        self.mode.set_value(draft.mode.value)
        self.people.set_value(draft.people)
        self.instrument.set_value(draft.instrument_hash)
        self.instrument.setEnabled(False)
        self.instrument.setToolTip(_("A visit keeps the instrument it began with."))
        if draft.previous is not None:
            self._show_before(draft.previous)

    def _emit(self, fill: bool) -> None:
        # The cell that is being edited in the table of people hands its text over when the keyboard leaves it.
        self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)
        draft = self.draft()
        if draft is not None:
            self.save.emit(draft, fill)

    def _problems(self) -> list[tuple[FormRow, str]]:
        return [
            (self._region_row, "" if self.region.value() else _("Choose a kota or kabupaten from the list.")),
            (self._cycle_row, _year_problem(self.year.text())),
            (self._dates_row, self.dates.problem()),
            (self._people_row, self.people.problem()),
            (self._index_row, self._index_problem()),
            (self._year_row, self._year_problem()),
        ]

    def _index_problem(self) -> str:
        text = self.index_before.text().strip()
        if not text:
            filled = self.year_before.text().strip() or self.source_before.text().strip()
            return _("Enter the index, or empty the fields beside it.") if filled else ""
        value = read_decimal(text)
        return "" if value is not None and value >= 0 else _("Enter a number, for example 3,06.")

    def _year_problem(self) -> str:
        text = self.year_before.text().strip()
        if not self.index_before.text().strip() and not text:
            return ""
        return _year_problem(text)

    def _previous(self) -> PreviousResult | None:
        value = read_decimal(self.index_before.text())
        if value is None:
            return None
        return PreviousResult(value, int(self.year_before.text().strip()), self.source_before.text().strip())

    def _propose_before(self, region: Region | None) -> None:
        """The last index this vault knows of the region, when nothing was entered yet."""
        if region is None or self.index_before.text() or self.visit_id:
            return
        known = [
            row
            for row in self._start.rows
            if row.visit.draft.region.code == region.code and row.index is not None and row.visit.revision
        ]
        if known:
            newest = max(known, key=lambda row: row.visit.draft.ends_on)
            draft = newest.visit.draft
            source = _("Visit in this vault, {stage}").format(stage=draft.stage or draft.cycle_year)
            self._show_before(PreviousResult(newest.index or Decimal(0), draft.cycle_year, source))

    def _show_before(self, previous: PreviousResult) -> None:
        self.index_before.setText(index_text(previous.index))
        self.year_before.setText(str(previous.year))
        self.source_before.setText(previous.source)

    def _entered(self) -> tuple[object, ...]:
        lines = (self.stage, self.where, self.index_before, self.year_before, self.source_before)
        days = (self.dates.first.line.text(), self.dates.last.line.text())
        texts = tuple(line.text() for line in lines)
        return (
            self.region.line.text(), self.year.text(), days, self.mode.value(), self.instrument.value(),
            self.people.value(), texts,
        )  # fmt: skip


def _year_problem(text: str) -> str:
    bare = text.strip()
    right = bare.isascii() and bare.isdigit() and FIRST_YEAR <= int(bare) <= LAST_YEAR
    return "" if right else _("Enter the year, for example 2022.")


def _instrument_text(row: InstrumentRow) -> str:
    return f"{row.title} ({row.version})" if row.version else row.title
