"""What the central office asks: regions to visit, and returned work with its comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.answers import key_path
from gmsc_desktop.domain.errors import NotFound
from gmsc_desktop.domain.exchange import Assignment, Comment, Decision, newest_review
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.numbers import show_date
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Role, VisitDraft, VisitRow, VisitState
from gmsc_desktop.i18n import _, language, ngettext
from ui.theme import space
from ui.widgets.cards import Card
from ui.widgets.labels import Button, Chip, label, rule

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

COMMENTS_SHOWN = 6
ASSIGNMENTS_SHOWN = 12
_REVISED = (VisitState.RETURNED, VisitState.DRAFT, VisitState.CLOSED)
"""States in which comments of the office are still to be followed."""


@dataclass(frozen=True, slots=True)
class ReturnedVisit:
    """A visit that came back: each comment with the question it is about (empty for the visit as a whole)."""

    visit_id: str
    region: str
    who: str
    due: date | None
    comments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ToVisit:
    """An assignment; ``visit_id`` is the visit that was begun for it, or empty."""

    assignment: Assignment
    region: Region
    visit_id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the office asks."""

    returned: tuple[ReturnedVisit, ...] = ()
    to_visit: tuple[ToVisit, ...] = ()


def read_asked(services: Services, rows: tuple[VisitRow, ...]) -> Asked:
    """On the worker."""
    regions = {region.code: region for region in services.regions.all()}
    begun = {
        (row.visit.draft.region.code, row.visit.draft.cycle_year, row.visit.draft.stage): row.visit.id for row in rows
    }
    to_visit = tuple(
        ToVisit(each, regions[each.region_code], begun.get((each.region_code, each.cycle_year, each.stage), ""))
        for each in services.exports.assignments()
        if each.region_code in regions
    )
    found = (_returned(services, row) for row in rows if row.visit.state in _REVISED)
    return Asked(tuple(each for each in found if each is not None), to_visit)


def _returned(services: Services, row: VisitRow) -> ReturnedVisit | None:
    review = newest_review(services.exports.reviews(row.visit.id))
    if review is None or review.decision is not Decision.RETURNED:
        return None
    try:
        instrument: Instrument | None = services.instruments.get(row.visit.draft.instrument_hash)
    except NotFound:
        instrument = None
    comments = tuple((_about(instrument, comment), comment.text) for comment in review.comments)
    return ReturnedVisit(row.visit.id, row.visit.draft.region.name, review.who, review.due, comments)


def _about(instrument: Instrument | None, comment: Comment) -> str:
    item = instrument.by_path.get(key_path(comment.key)) if instrument is not None else None
    found = item.label.get(language()) if item is not None else ""
    return " ".join(found.split()) or comment.key


def draft_for(asked: ToVisit, owner: Person, today: date) -> VisitDraft:
    """The particulars a visit begins with, as the office assigned it."""
    given = asked.assignment
    previous = None
    if given.previous_index is not None and given.previous_year is not None:
        previous = PreviousResult(given.previous_index, given.previous_year, given.previous_source)
    return VisitDraft(
        region=asked.region,
        cycle_year=given.cycle_year,
        stage=given.stage,
        starts_on=today,
        ends_on=today,
        place="",
        mode=Mode.ON_SITE,
        people=given.team or (owner,),
        previous=previous,
        instrument_hash=given.instrument_hash,
    )


def owner_of(services: Services) -> Person:
    """The owner of the vault as the lead of a team."""
    profile = services.vault.profile
    return Person(profile.name, profile.nip, profile.title, profile.organisation, Role.LEAD)


class OfficeCard(Card):
    """``open_visit`` carries a visit's id, ``begin`` what is to be visited."""

    open_visit = Signal(str)
    begin = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("From the central office"), parent=parent)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(space(2.5))
        self.body.addLayout(self._rows)
        self.hide()

    def put(self, asked: Asked) -> None:
        """Show these; the card hides when nothing is asked."""
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        made = [self._returned(each) for each in asked.returned]
        made += [self._to_visit(each) for each in asked.to_visit[:ASSIGNMENTS_SHOWN]]
        for number, widget in enumerate(made):
            if number:
                self._rows.addWidget(rule())
            self._rows.addWidget(widget)
        left = len(asked.to_visit) - ASSIGNMENTS_SHOWN
        if left > 0:
            text = ngettext("and {count} more region to visit", "and {count} more regions to visit", left)
            self._rows.addWidget(label(text.format(count=left), "small"))
        self.setVisible(bool(made))

    def _returned(self, each: ReturnedVisit) -> QWidget:
        words = QVBoxLayout()
        words.setSpacing(space(0.5))
        due = _("revise by {day}").format(day=show_date(each.due, language())) if each.due else ""
        words.addWidget(label(" · ".join(part for part in (each.region, each.who, due) if part), "label"))
        for about, text in each.comments[:COMMENTS_SHOWN]:
            words.addWidget(label(about or _("The visit as a whole"), "small"))
            words.addWidget(label(text, selectable=True))
        left = len(each.comments) - COMMENTS_SHOWN
        if left > 0:
            text = ngettext("and {count} more comment", "and {count} more comments", left).format(count=left)
            words.addWidget(label(text, "small"))
        button = Button(_("Look"), "right")
        button.setAccessibleDescription(each.region)
        button.clicked.connect(partial(self.open_visit.emit, each.visit_id))
        return _row(words, Chip(_("Returned"), "error"), button)

    def _to_visit(self, each: ToVisit) -> QWidget:
        given = each.assignment
        words = QVBoxLayout()
        words.setSpacing(space(0.5))
        words.addWidget(label(f"{each.region.name}, {each.region.province}", "label"))
        due = _("due {day}").format(day=show_date(given.due, language())) if given.due else ""
        parts = (f"{given.cycle_year} {given.stage}".strip(), due, given.note)
        words.addWidget(label(" · ".join(part for part in parts if part), "muted"))
        if each.visit_id:
            button = Button(_("Open"), "right")
            button.clicked.connect(partial(self.open_visit.emit, each.visit_id))
        else:
            button = Button(_("Begin"), "plus")
            button.clicked.connect(partial(self.begin.emit, each))
        button.setAccessibleDescription(each.region.name)
        chip = Chip(_("Begun"), "accent") if each.visit_id else Chip(_("To visit"), "warning")
        return _row(words, chip, button)


def _row(words: QVBoxLayout, chip: Chip, button: Button) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(space(3))
    row.addLayout(words, 1)
    row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return made
