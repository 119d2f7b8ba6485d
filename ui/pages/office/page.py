"""The page of a central office: visits, assessors and assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QWidget

from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.i18n import _
from ui.pages.office.assigning import Assigning
from ui.pages.office.members import Members
from ui.pages.office.visits import OfficeVisits
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Page
from ui.widgets.labels import Button

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

PLACES = ("visits", "members", "assignments")
FOLLOWED = frozenset({"received", "review", "member", "trust", "assignment", "instrument"})


class OfficePage(Page):
    """A place is ``visits``, ``members`` or ``assignments``."""

    go_to = Signal(str, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(_("Central office"), scrolls=False, wide=True, parent=parent)
        self.visits = OfficeVisits(services, tasks)
        self.members = Members(services, tasks)
        self.assigning = Assigning(services, tasks)
        self.visits.go_to.connect(self.go_to)
        self._panels = _together(self.visits, self.members, self.assigning)
        self._stack = QStackedWidget()
        tabs = QHBoxLayout()
        tabs.setSpacing(space(1))
        group = QButtonGroup(self)
        self.tabs: list[Button] = []
        texts = ((_("&Visits"), "visits"), (_("&Assessors"), "people"), (_("Assi&gnments"), "place"))
        for number, ((text, sign), panel) in enumerate(zip(texts, self._panels, strict=True)):
            tab = Button(text, sign, "section")
            tab.setCheckable(True)
            group.addButton(tab, number)
            tabs.addWidget(tab)
            self.tabs.append(tab)
            self._stack.addWidget(panel)
            for button in panel.buttons:
                self.header.buttons.addWidget(button)
        tabs.addStretch(1)
        group.idClicked.connect(self._show)
        self.body.addLayout(tabs)
        self.body.addWidget(self._stack, 1)
        self._show(0)
        tasks.changed.connect(self._changed)
        self.setFocusProxy(self.tabs[0])

    def refresh(self) -> None:
        """Read what is shown anew."""
        self._panels[self._stack.currentIndex()].refresh()

    def show_place(self, place: str) -> None:
        """Show one of the three."""
        if place in PLACES:
            self._show(PLACES.index(place))

    def place(self) -> str:
        """Where the person is."""
        return PLACES[self._stack.currentIndex()]

    def _show(self, number: int) -> None:
        self.tabs[number].setChecked(True)
        self._stack.setCurrentIndex(number)
        for at, panel in enumerate(self._panels):
            for button in panel.buttons:
                button.setVisible(at == number)
        if self.isVisible():
            self.refresh()

    def _changed(self, changed: Changed, _origin: object) -> None:
        if self.isVisible() and changed.kinds & FOLLOWED:
            self.refresh()


def _together(*panels: OfficeVisits | Members | Assigning) -> tuple[OfficeVisits | Members | Assigning, ...]:
    return panels
