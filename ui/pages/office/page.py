"""The page of a central office: visits, assessors, assignments and awards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.i18n import _
from ui.pages.office.assigning import Assigning
from ui.pages.office.awards import OfficeAwards
from ui.pages.office.findings import Findings
from ui.pages.office.members import Members
from ui.pages.office.visits import OfficeVisits
from ui.tasks import Tasks
from ui.widgets.tabs import Tab, TabbedPage

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

PLACES = ("visits", "members", "assignments", "awards", "findings")
FOLLOWED = frozenset({"received", "review", "member", "trust", "assignment", "instrument", "award"})


class OfficePage(TabbedPage):
    """A place is ``visits``, ``members``, ``assignments``, ``awards`` or ``findings``."""

    go_to = Signal(str, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(_("Central office"), parent)
        self.visits = visits = OfficeVisits(services, tasks)
        self.members = members = Members(services, tasks)
        self.assigning = assigning = Assigning(services, tasks)
        self.awards = awards = OfficeAwards(services, tasks)
        self.findings = findings = Findings(services, tasks)
        visits.go_to.connect(self.go_to)
        awards.go_to.connect(self.go_to)
        self.add_panels(
            Tab(_("&Visits"), "visits", visits, visits.buttons, visits.refresh),
            Tab(_("&Assessors"), "people", members, members.buttons, members.refresh),
            Tab(_("Assi&gnments"), "place", assigning, assigning.buttons, assigning.refresh),
            Tab(_("A&wards"), "certificate", awards, awards.buttons, awards.refresh),
            Tab(_("&Open points"), "warning", findings, findings.buttons, findings.refresh),
        )
        tasks.changed.connect(self._changed)
        self.setFocusProxy(self.tabs[0])

    def show_place(self, place: str) -> None:
        """Show one of the five."""
        if place in PLACES:
            self.show_panel(PLACES.index(place))

    def place(self) -> str:
        """Where the person is."""
        return PLACES[self.panel()]

    def _changed(self, changed: Changed, _origin: object) -> None:
        if self.isVisible() and changed.kinds & FOLLOWED:
            self.refresh()
