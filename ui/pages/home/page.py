"""Beranda: a greeting, the visits to go on with, what is not yet exported, the last backup, and the next steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.numbers import show_date, show_time
from gmsc_desktop.domain.visit import Visit, VisitRow, VisitState
from gmsc_desktop.i18n import _, language
from ui.pages.home.office import Asked, OfficeCard, ToVisit, draft_for, owner_of, read_asked
from ui.pages.home.steps import NextStep, greeting, next_steps, outside_step
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, EmptyState, Page
from ui.widgets.labels import Button, Sign, label
from ui.widgets.rowlist import RowList
from ui.widgets.visitrows import visit_item

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the page shows."""

    owner: str
    rows: tuple[VisitRow, ...]
    last_backup: datetime | None
    now: datetime
    asked: Asked
    certified_until: date | None = None
    outside: datetime | None = None


class HomePage(Page):
    """The first page after unlocking."""

    open_visit = Signal(str)
    go_to = Signal(str, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(_("Home"), wide=True, parent=parent)
        self._services, self._tasks = services, tasks
        self.new_visit = Button(_("&New visit"), "plus", "primary")
        self.new_visit.clicked.connect(lambda: self.go_to.emit("visits", "new"))
        self.header.buttons.addWidget(self.new_visit)
        self.figures = [_Figure(*texts) for texts in _figure_texts()]
        row = QHBoxLayout()
        row.setSpacing(space(4))
        for figure in self.figures:
            row.addWidget(figure, 1)
        self.body.addLayout(row)
        grid = QGridLayout()
        grid.setSpacing(space(4))
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 3)
        grid.addWidget(self._go_on_card(), 0, 0)
        grid.addWidget(self._steps_card(), 0, 1)
        self.office = OfficeCard()
        self.office.open_visit.connect(self.open_visit)
        self.office.begin.connect(self._begin)
        self.body.addWidget(self.office)
        self.body.addLayout(grid, 1)
        tasks.changed.connect(self._changed)
        self.setFocusProxy(self.new_visit)

    def refresh(self) -> None:
        """Read anew what is shown."""
        services = self._services

        def read() -> Snapshot:
            backups = services.backups.list()
            last = backups[0].created_at if backups else None
            rows = services.visits.list()
            asked = read_asked(services, rows)
            vault = services.vault
            # A certificate of one's own making has no end that matters to anybody.
            until = vault.certificate.not_valid_after_utc.date() if vault.chain else None
            written = services.backup_bundles.list()
            outside = written[0].created_at if written else None
            return Snapshot(vault.profile.name, rows, last, services.clock.now(), asked, until, outside)

        self._tasks.submit(read, self._load, owner=self)

    def _load(self, shown: Snapshot) -> None:
        today = show_date(shown.now.date(), language(), weekday=True)
        self.header.set_texts(greeting(shown.now.hour, shown.owner), today)
        states = [row.visit.state for row in shown.rows]
        unsent = [state for state in states if state in (VisitState.CLOSED, VisitState.SIGNED)]
        backup = "–" if shown.last_backup is None else show_time(shown.last_backup, language())
        values = (
            str(states.count(VisitState.DRAFT)),
            str(states.count(VisitState.CLOSED)),
            str(len(unsent)),
            backup,
        )
        for figure, value in zip(self.figures, values, strict=True):
            figure.show_value(value)
        going = [row for row in shown.rows if row.visit.state in (VisitState.DRAFT, VisitState.RETURNED)]
        going.sort(key=lambda row: row.visit.updated_at, reverse=True)
        self.going.set_rows([visit_item(row) for row in going[:_SHOWN]])
        self.going.setVisible(bool(going))
        self.nothing.setVisible(not going)
        self.office.put(shown.asked)
        steps = next_steps(shown.rows, shown.last_backup, shown.now, shown.certified_until)
        self._show_steps((*steps, *outside_step(shown.rows, shown.outside, shown.now)))

    def _begin(self, asked: ToVisit) -> None:
        services = self._services

        def work() -> Done[Visit]:
            draft = draft_for(asked, owner_of(services), services.clock.now().date())
            return services.visits.create(draft)

        self._tasks.submit(work, lambda done: self.go_to.emit("visits", f"edit:{done.value.id}"), owner=self)

    def _show_steps(self, steps: tuple[NextStep, ...]) -> None:
        while (item := self._steps.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for step in steps:
            self._steps.addWidget(self._step(step))
        if not steps:
            done = label(_("Nothing waits for you. Well done."), "muted")
            self._steps.addWidget(done)
        self._steps.addStretch(1)

    def _step(self, step: NextStep) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, space(1), 0, space(1))
        row.setSpacing(space(3))
        row.addWidget(Sign(step.sign, "accent"))
        row.addWidget(label(step.text), 1)
        button = Button(step.action)
        button.setAccessibleDescription(step.text)
        button.clicked.connect(lambda: self._follow(step))
        row.addWidget(button)
        return made

    def _follow(self, step: NextStep) -> None:
        if step.page == "visit":
            self.open_visit.emit(step.place)
        else:
            self.go_to.emit(step.page, step.place)

    def _go_on_card(self) -> Card:
        card = Card(_("Go on with"))
        self.going = RowList(_("Visits to go on with"))
        self.going.setMinimumHeight(space(70))
        self.going.opened.connect(self.open_visit)
        self.going.clicked.connect(lambda _index: self.open_visit.emit(self.going.current()))
        self.nothing = EmptyState(
            "visits",
            _("No visit is in progress"),
            _("Record a visit before you leave or when you arrive; everything works without a network."),
        )
        card.body.addWidget(self.going, 1)
        card.body.addWidget(self.nothing, 1)
        self.going.hide()
        return card

    def _steps_card(self) -> Card:
        card = Card(_("Next steps"))
        self._steps = QVBoxLayout()
        self._steps.setSpacing(space(1))
        card.body.addLayout(self._steps, 1)
        return card

    def _changed(self, changed: Changed, _origin: object) -> None:
        if self.isVisible() and changed.kinds & {
            "visit",
            "answer",
            "backup",
            "export",
            "profile",
            "document",
            "assignment",
            "review",
        }:
            self.refresh()


class _Figure(Card):
    """One number and what it counts."""

    def __init__(self, sign: str, name: str, big: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._name = name
        self.body.setContentsMargins(space(4), space(3), space(4), space(3))
        self.body.setSpacing(space(0.5))
        head = QHBoxLayout()
        head.setSpacing(space(2))
        head.addWidget(Sign(sign, "accent", 4.5))
        head.addWidget(label(name, "muted"), 1)
        self.body.addLayout(head)
        self.value: QLabel = label("–", "figure" if big else "subheading")
        self.value.setMinimumHeight(space(8))
        self.body.addWidget(self.value)

    def show_value(self, text: str) -> None:
        """Show the number."""
        self.value.setText(text)
        self.setAccessibleName(f"{self._name}: {text}")


def _figure_texts() -> tuple[tuple[str, str, bool], ...]:
    return (
        ("edit", _("Being filled in"), True),
        ("certificate", _("Ready to sign"), True),
        ("sync", _("Not yet exported"), True),
        ("backup", _("Last backup"), False),
    )
