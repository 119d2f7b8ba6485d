"""The visits: the list with its details beside it, and the form of one visit's particulars."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.visit import Person, Revision, Role, Visit, VisitDraft, VisitRow
from gmsc_desktop.i18n import _
from ui.pages.visits.form import FormStart, VisitForm
from ui.pages.visits.history import HistoryDialog
from ui.pages.visits.listing import Listing
from ui.pages.visits.moving import Move, MoveDialog
from ui.tasks import Tasks
from ui.widgets.messages import ask

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.history import HistoryEntry
    from gmsc_desktop.services.instruments import InstrumentRow
    from gmsc_desktop.services.open_exports import OpenExport

NEW = "new"
EDIT = "edit:"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the list shows."""

    rows: tuple[VisitRow, ...]
    archived: tuple[VisitRow, ...]
    shared: frozenset[str] = frozenset()


class VisitsPage(QWidget):
    """Places: ``new``, ``edit:<id>``, or a visit's id to have it chosen."""

    open_visit = Signal(str)
    go_to = Signal(str, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        self._wanted = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        column.addWidget(self._stack)
        self.listing = Listing()
        self._stack.addWidget(self.listing)
        self.form: VisitForm | None = None
        self.listing.new.connect(lambda: self.show_place(NEW))
        self.listing.fill.connect(self.open_visit)
        self.listing.edit.connect(lambda visit_id: self.show_place(EDIT + visit_id))
        self.listing.archive.connect(self._archive)
        self.listing.restore.connect(lambda visit_id: self._tasks.submit(lambda: services.visits.restore(visit_id)))
        self.listing.history.connect(self._history)
        self.listing.export.connect(self._choose_folder)
        self.listing.list.chosen.connect(self._look_for_versions)
        self.listing.move_to.connect(self._plan_move)
        tasks.changed.connect(self._changed)

    # what the window calls

    def refresh(self) -> None:
        """Read the visits anew."""
        visits, team = self._services.visits, self._services.team
        self._tasks.submit(lambda: Snapshot(visits.list(), visits.archived(), team.shared()), self._load, owner=self)

    def show_place(self, place: str) -> None:
        """Go to a place of the page."""
        if self.form is not None and not self.may_leave():
            return
        if place == NEW:
            self._start_form("")
        elif place.startswith(EDIT):
            self._start_form(place.removeprefix(EDIT))
        else:
            self._wanted = place
            self._show_list()

    def place(self) -> str:
        """Where the person is, to come back to."""
        return self.listing.current()

    def may_leave(self) -> bool:
        """Ask before what was entered and not yet saved is left behind."""
        if self.form is None or not self.form.changed():
            self._drop_form()
            return True
        text = _("What you entered about this visit has not been saved yet.")
        if ask(self, _("Leave without saving?"), text, _("Leave without saving"), danger=True):
            self._drop_form()
            return True
        return False

    # the list

    def _load(self, snapshot: Snapshot) -> None:
        self.listing.load(snapshot.rows, snapshot.archived, snapshot.shared)
        if self._wanted:
            self.listing.select(self._wanted)
            self._wanted = ""
        self._look_for_versions(self.listing.current())

    def _changed(self, changed: Changed, _origin: object) -> None:
        if self.isVisible() and changed.kinds & {"visit", "answer", "evidence", "document", "export", "instrument"}:
            self.refresh()

    def _archive(self, visit_id: str) -> None:
        text = _("It disappears from the list, and nothing of it is deleted. You find it again under “Put away”.")
        if ask(self, _("Put this visit away?"), text, _("Put away")):
            self._tasks.submit(lambda: self._services.visits.archive(visit_id))

    def _history(self, visit_id: str) -> None:
        services = self._services

        def read() -> tuple[Visit, tuple[Revision, ...], tuple[HistoryEntry, ...]]:
            return (
                services.visits.get(visit_id),
                services.visits.revisions(visit_id),
                services.history.entries(visit_id, HistoryDialog.LIMIT),
            )

        def show(found: tuple[Visit, tuple[Revision, ...], tuple[HistoryEntry, ...]]) -> None:
            HistoryDialog(self, *found).exec()

        self._tasks.submit(read, show, owner=self)

    # open data

    def _choose_folder(self, visit_id: str) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Folder for the open data"), str(Path.home()))
        if folder:
            self.export_to(visit_id, Path(folder))

    def export_to(self, visit_id: str, folder: Path) -> None:
        """Write the visit for other tools into a new folder inside ``folder``, and say where it is."""
        exports, details = self._services.open_exports, self.listing.details

        def done(result: Done[OpenExport]) -> None:
            details.export.setEnabled(True)
            text = _("The open data lies in {folder}.").format(folder=result.value.folder)
            details.said.say(text, "success")

        def failed(error: GmscError) -> None:
            details.export.setEnabled(True)
            details.said.say_error(error)

        details.export.setEnabled(False)
        self._tasks.submit_long(lambda progress: exports.write(visit_id, folder, progress), done, failed, owner=self)

    # newer versions of the instrument

    def _look_for_versions(self, visit_id: str) -> None:
        """Offer the newest version of the instrument of the visit chosen, when there is one."""
        self.listing.details.offer_version(None)
        # A window that is being locked is disabled: the vault may be closed before this would be read.
        if not self.isEnabled() or not self.listing.may_move(visit_id):
            return

        def show(offers: tuple[InstrumentRow, ...]) -> None:
            if self.listing.current() == visit_id:
                self.listing.details.offer_version(offers[0] if offers else None)

        self._tasks.submit(lambda: self._services.moving.offers(visit_id), show, owner=self)

    def _plan_move(self, visit_id: str, new_hash: str) -> None:
        services = self._services

        def read() -> Move:
            plan = services.moving.plan(visit_id, new_hash)
            old, new = services.instruments.get(plan.old_hash), services.instruments.get(plan.new_hash)
            return Move(visit_id, services.visits.get(visit_id).draft.region.name, plan, old, new)

        self._tasks.submit(read, self._ask_to_move, owner=self)

    def _ask_to_move(self, move: Move) -> None:
        dialog = MoveDialog(self, move)
        moving = self._services.moving

        def run(confirmed: frozenset[str]) -> None:
            self._tasks.submit(
                lambda: moving.apply(move.visit_id, move.plan.new_hash, confirmed),
                lambda _done: dialog.accept(),
                dialog.say_error,
                owner=dialog,
            )

        dialog.agreed.connect(run)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # the form

    def _start_form(self, visit_id: str) -> None:
        services = self._services

        def read() -> FormStart:
            profile = services.vault.profile
            lead = Person(profile.name, profile.nip, profile.title, profile.organisation, Role.LEAD)
            visit = services.visits.get(visit_id) if visit_id else None
            rows = services.visits.list()
            services.instruments.built_in()
            return FormStart(visit, lead, services.clock.now().date(), services.instruments.list(), rows)

        self._tasks.submit(read, self._show_form, owner=self)

    def _show_form(self, start: FormStart) -> None:
        self._drop_form()
        self.form = VisitForm(start, self._services.regions.find)
        self.form.save.connect(self._save)
        self.form.cancelled.connect(self._cancel)
        self._stack.addWidget(self.form)
        self._stack.setCurrentWidget(self.form)
        self.form.focus_first()

    def _save(self, draft: VisitDraft, then_fill: bool) -> None:
        form = self.form
        if form is None:
            return
        visits, visit_id = self._services.visits, form.visit_id

        def work() -> Done[Visit]:
            return visits.edit(visit_id, draft) if visit_id else visits.create(draft)

        def failed(error: GmscError) -> None:
            form.wait(False)
            form.banner.say_error(error)

        form.wait(True)
        self._tasks.submit(work, lambda done: self._saved(done.value, then_fill), failed, owner=form)

    def _saved(self, visit: Visit, then_fill: bool) -> None:
        self._drop_form()
        self._wanted = visit.id
        self._show_list()
        if then_fill:
            self.open_visit.emit(visit.id)

    def _cancel(self) -> None:
        if self.may_leave():
            self._show_list()

    def _show_list(self) -> None:
        self._drop_form()
        self._stack.setCurrentWidget(self.listing)
        self.listing.setFocus()
        self.refresh()

    def _drop_form(self) -> None:
        if self.form is not None:
            self._stack.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
