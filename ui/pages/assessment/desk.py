"""The visit being filled: what is shown of it, and the way every change takes to the vault and back.

The session here belongs to the window alone; the vault's worker only sees keys and texts. A change is shown at once
and told to the worker in the same breath; *saved* is said only when the worker has committed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gmsc_desktop.domain.answers import Facet, RepeatItem
from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import GmscError, NotFound
from gmsc_desktop.domain.visit import Evidence, Problem, Visit
from ui.pages.assessment.formview import FormView
from ui.pages.assessment.mediafiles import MediaFiles
from ui.pages.assessment.remarks import Remarks
from ui.pages.assessment.shelf import Shelf
from ui.pages.assessment.teamside import TeamSide

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.visits import VisitSheet
    from ui.tasks import Job, Tasks

Cell = tuple[str, Facet]


class Desk(FormView):
    """Holds the visit's session and evidence for the page and posts every write to the worker.

    ``touched`` carries the keys whose state changed; ``reshaped`` says that items of a repeat came or went;
    ``saved`` carries the moment of a commit; ``unsaved_changed`` says that a write failed or a failed one came through;
    ``jump`` carries the key to go to; ``failed`` an error to tell.
    """

    loaded = Signal()
    touched = Signal(object)
    reshaped = Signal()
    saved = Signal(object)
    unsaved_changed = Signal(object)
    visit_changed = Signal()
    jump = Signal(str)
    failed = Signal(object)
    removed_item = Signal(str)

    def __init__(
        self,
        services: Services,
        tasks: Tasks,
        visit_id: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.services, self.tasks, self.visit_id = services, tasks, visit_id
        self.shelf = Shelf(services, tasks, visit_id, self)
        self.shelf.changed.connect(self._files_changed)
        self.shelf.removed.connect(self._file_removed)
        self.shelf.failed.connect(self.failed)
        self.remarks = Remarks(services, tasks, visit_id, self)
        self.remarks.changed.connect(self._remark_answered)
        self.remarks.failed.connect(self.failed)
        self.media = MediaFiles(self)
        self.team = TeamSide(services, visit_id, self.submit, self)
        self.team.settled.connect(lambda _settlement: self.load())
        self._failed: dict[Cell, tuple[str | None, GmscError]] = {}
        self._newest: dict[Cell, int] = {}
        self._writes = 0
        self._removed: Evidence | None = None
        self._lasting: Mapping[str, str] = {}
        """What the form gave itself, as it was last stored."""

    # reading

    def load(self) -> None:
        """Read the visit anew; ``loaded`` follows."""
        self.submit(lambda: self.services.visits.open(self.visit_id), self._load)

    def _load(self, sheet: VisitSheet) -> None:
        self.take_sheet(sheet)
        for (key, facet), (value, _error) in tuple(self._failed.items()):
            self._show(key, facet, value)
        self._lasting = {}
        self._keep()
        self.shelf.load(sheet.evidence)
        self.remarks.load(sheet.remarks)
        self.loaded.emit()
        self.team.load()

    def problems(self) -> tuple[Problem, ...]:
        """What stands against closing, as far as the answers themselves tell."""
        return (*self.session.problems(self.shelf.counts()), *self.team.problems())

    # writing answers

    def write(self, key: str, facet: Facet, value: str | None) -> None:
        """Take an answer: committed by the worker, shown at once."""
        if not self.editable:
            return
        value = value or None
        self.team.wrote(key)
        try:
            self.touched.emit(self._show(key, facet, value))
        finally:
            # After showing, since the worker would take turns with it; but whatever may go wrong there, it is stored.
            self._post(key, facet, value)
            self.team.follow(key)

    def _show(self, key: str, facet: Facet, value: str | None) -> frozenset[str]:
        """Tell the live form. A place that is gone meanwhile (its item was removed) still has its text written."""
        try:
            return self.session.set(key, facet, value) | {key}
        except NotFound:
            return frozenset()

    def _post(self, key: str, facet: Facet, value: str | None) -> None:
        cell = (key, facet)
        self._removed = None
        self._writes += 1
        number = self._newest[cell] = self._writes
        by_form = self._given(answered=key)
        self.submit(
            lambda: self.services.answers.set(self.visit_id, key, facet, value, by_form=by_form),
            lambda done: self._written(cell, number, done),
            lambda error: self._not_written(cell, number, value, error),
        )

    def _given(self, *, answered: str = "") -> dict[str, str | None]:
        """What the form gave itself since it was last asked (``once()``, a trigger, the day of the start): stored
        beside the answers, since another day it would give something else. ``answered`` is the person's."""
        known, self._lasting = self._lasting, self.session.lasting()
        changed: dict[str, str | None] = {k: text for k, text in self._lasting.items() if known.get(k) != text}
        changed |= {key: None for key in known if key not in self._lasting and self._is_there(key)}
        changed.pop(answered, None)
        return changed

    def _is_there(self, key: str) -> bool:
        """Whether the form has this question now; with an item that was taken out its values only rest."""
        try:
            self.session.state(key)
        except NotFound:
            return False
        return True

    def _keep(self) -> None:
        """Store what the form gave itself without an answer: at the opening, for a new item, by an undo."""
        if not self.editable:
            return
        by_form = self._given()
        if by_form:
            self.submit(lambda: self.services.answers.keep(self.visit_id, by_form))

    def _written(self, cell: Cell, number: int, done: Done[datetime]) -> None:
        if self._newest.get(cell) == number and cell in self._failed:
            del self._failed[cell]
            self.unsaved_changed.emit(cell[0])
        self.saved.emit(done.value)

    def _not_written(self, cell: Cell, number: int, value: str | None, error: GmscError) -> None:
        if self._newest.get(cell) == number:
            self._failed[cell] = (value, error)
            self.unsaved_changed.emit(cell[0])

    def retry(self, key: str = "") -> None:
        """Write again what could not be written, of one question or of all."""
        for (failed_key, facet), (value, _error) in tuple(self._failed.items()):
            if not key or failed_key == key:
                self._post(failed_key, facet, value)

    def error_of(self, key: str) -> GmscError | None:
        """Why something entered at this question is not stored, None when all of it is."""
        return next((error for (failed, _facet), (_value, error) in self._failed.items() if failed == key), None)

    @property
    def unsaved(self) -> tuple[str, ...]:
        """Keys of questions with something that could not be stored."""
        return tuple(dict.fromkeys(key for key, _facet in self._failed))

    # items of repeats

    def add_item(self, repeat_key: str) -> None:
        """A new item at the end of a repeat."""

        def added(done: Done[RepeatItem]) -> None:
            self._put(done.value)
            inside = [key for key in self.asked() if key.startswith(done.value.key + "/")]
            self.jump.emit(inside[0] if inside else repeat_key)

        self.submit(lambda: self.services.answers.add_item(self.visit_id, repeat_key), added)

    def remove_item(self, item_key: str) -> None:
        """Take an item away; it can come back by undo."""

        def gone(_done: Done[None]) -> None:
            self._drop(item_key)
            self.removed_item.emit(item_key)

        self.submit(lambda: self.services.answers.remove_item(self.visit_id, item_key), gone)

    def _put(self, item: RepeatItem) -> None:
        self._removed = None
        changed = self.session.put_item(item)
        self._keep()
        self.reshaped.emit()
        self.touched.emit(frozenset(changed))
        self._say_saved()

    def _drop(self, item_key: str) -> None:
        self._removed = None
        repeat = item_key.rpartition("[")[0]
        if all(item.key != item_key for item in self.session.items(repeat)):
            return  # asked for twice before the first answer came
        changed = self.session.drop_item(item_key)
        self._keep()
        self.reshaped.emit()
        self.touched.emit(frozenset(changed))
        self._say_saved()

    def _say_saved(self) -> None:
        self.saved.emit(self.now())

    # undo

    def undo(self) -> None:
        """Take the last change back; a file removed last comes back."""
        removed, self._removed = self._removed, None
        if removed is not None:
            self.shelf.restore(removed)
            return
        self._invert(self.services.answers.undo)

    def redo(self) -> None:
        """Make the change taken back again."""
        self._invert(self.services.answers.redo)

    def _invert(self, work: Callable[[str], Done[Any]]) -> None:
        asked = self._writes
        self.submit(lambda: work(self.visit_id), lambda done: self._undone(done, asked))

    def _undone(self, done: Done[Any], asked: int) -> None:
        """Show what came back, unless the person has answered there again since it was ``asked`` for."""
        undone = done.value
        if undone is None:
            return
        if undone.item is not None:
            if undone.item.removed:
                self._drop(undone.item.key)
            else:
                self._put(undone.item)
            self.jump.emit(undone.item.repeat)
            return
        facet = Facet(undone.facet)
        if self._newest.get((undone.key, facet), 0) > asked:
            return
        if self._failed.pop((undone.key, facet), None):
            self.unsaved_changed.emit(undone.key)
        self.touched.emit(self._show(undone.key, facet, undone.value))
        self._keep()
        self._say_saved()
        self.jump.emit(undone.key)

    # evidence

    def _files_changed(self, key: str) -> None:
        self._removed = None
        self.touched.emit(frozenset({key}))
        self._say_saved()

    def _remark_answered(self, key: str) -> None:
        self.touched.emit(frozenset({key}))
        self._say_saved()

    def _file_removed(self, evidence: Evidence) -> None:
        self._removed = evidence

    def now(self) -> datetime:
        """The wall clock."""
        return self.services.clock.now()

    # the visit itself

    def refresh_visit(self) -> None:
        """Read the visit's particulars and state anew; answers stay as they are."""

        def take(visit: Visit) -> None:
            self.visit = visit
            self.visit_changed.emit()

        self.submit(lambda: self.services.visits.get(self.visit_id), take)

    def set_visit(self, visit: Visit) -> None:
        """Take a visit in its new state."""
        self.visit = visit
        self.visit_changed.emit()

    def submit(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[GmscError], None] | None = None,
        *,
        owner: QObject | None = None,
    ) -> Job:
        """Run ``work`` on the vault's worker as this page's own; errors nobody takes go to ``failed``. The callbacks
        are dropped once ``owner`` (this desk itself, when none is named) is gone."""
        taken = on_error or self.failed.emit
        return self.tasks.submit(work, on_done, taken, owner=owner or self, origin=self)
