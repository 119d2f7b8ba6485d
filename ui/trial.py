"""Trying an instrument: the assessment page in a window of its own, over answers and files that are kept nowhere.

The page asks its services for a visit as always; what answers it here holds everything in memory and forgets it when
the window closes. No vault is known to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gmsc_desktop.domain.answers import Facet, RepeatItem
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.media import HEAD, media_type
from gmsc_desktop.domain.ports import Clock, Progress, no_progress
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Evidence, Mode, Visit, VisitDraft, VisitState
from gmsc_desktop.i18n import _, language
from ui.tasks import Tasks
from ui.theme import space

if TYPE_CHECKING:
    from gmsc_desktop.services.answers import Undone
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.visits import VisitSheet

Files = Callable[[str], bytes | None]
"""Hands out the files the labels of a form name."""
TRIAL = "trial"
"""The id of the visit that is none."""
LARGEST = 50_000_000
"""Bytes of one file that is held in memory while trying."""


class TrialVisits:
    """The one visit that is none."""

    def __init__(self, instrument: Instrument, clock: Clock) -> None:
        self._instrument, self._clock = instrument, clock
        title = instrument.title.get(language()) or instrument.form_id
        now = clock.now()
        region = Region("", title, "kota", "", _("Test mode"))
        draft = VisitDraft(region, now.year, "", now.date(), now.date(), "", Mode.ON_SITE, ())
        self._visit = Visit(TRIAL, draft, VisitState.DRAFT, 0, "", "", now, now)

    def get(self, visit_id: str) -> Visit:
        """Its particulars."""
        return self._visit

    def open(self, visit_id: str) -> VisitSheet:
        """A live form without an answer."""
        from gmsc_desktop.services.trying import trial
        from gmsc_desktop.services.visits import VisitSheet

        return VisitSheet(self._visit, self._instrument, trial(self._instrument, clock=self._clock), ())


class TrialAnswers:
    """Remembers what was answered only so that it can be taken back."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._ids = clock, count(1)
        self._cells: dict[tuple[str, Facet], str | None] = {}
        self._items: dict[str, RepeatItem] = {}
        self._past: list[tuple[Undone, Undone]] = []
        self._future: list[tuple[Undone, Undone]] = []

    def set(
        self,
        visit_id: str,
        key: str,
        facet: Facet,
        value: str | None,
        *,
        by_form: Mapping[str, str | None] = MappingProxyType({}),
    ) -> Done[datetime]:
        """Take an answer; what the form gave itself beside it the form knows."""
        from gmsc_desktop.services.answers import Undone

        before = self._cells.get((key, facet))
        self._cells[key, facet] = value
        self._note(Undone(key, facet, before), Undone(key, facet, value))
        return Done(self._clock.now(), Changed())

    def keep(self, visit_id: str, by_form: Mapping[str, str | None]) -> Done[datetime]:
        """What the form gave itself stays with the form."""
        return Done(self._clock.now(), Changed())

    def add_item(self, visit_id: str, repeat_key: str) -> Done[RepeatItem]:
        """A new item at the end of a repeat."""
        number = next(self._ids)
        item = RepeatItem(repeat_key, f"uji{number}", number)
        self._put(item, added=True)
        return Done(item, Changed())

    def remove_item(self, visit_id: str, item_key: str) -> Done[None]:
        """Take an item out."""
        if item_key in self._items:
            self._put(self._items[item_key], added=False)
        return Done(None, Changed())

    def undo(self, visit_id: str) -> Done[Undone | None]:
        """Take the last change back."""
        return self._turn(self._past, self._future, 0)

    def redo(self, visit_id: str) -> Done[Undone | None]:
        """Make it again."""
        return self._turn(self._future, self._past, 1)

    def _put(self, item: RepeatItem, *, added: bool) -> None:
        from gmsc_desktop.services.answers import Undone

        self._items[item.key] = item
        there = Undone(item.key, None, None, item)
        gone = Undone(item.key, None, None, RepeatItem(item.repeat, item.id, item.position, removed=True))
        self._note(*((gone, there) if added else (there, gone)))

    def _note(self, before: Undone, after: Undone) -> None:
        self._past.append((before, after))
        self._future.clear()

    def _turn(
        self, source: list[tuple[Undone, Undone]], target: list[tuple[Undone, Undone]], which: int
    ) -> Done[Undone | None]:
        if not source:
            return Done(None, Changed())
        step = source.pop()
        target.append(step)
        found = step[which]
        if found.facet is not None:
            self._cells[found.key, found.facet] = found.value
        return Done(found, Changed())


class TrialEvidence:
    """Files by their bytes, in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._ids = clock, count(1)
        self._files: dict[str, tuple[Evidence, bytes]] = {}

    def attach(self, visit_id: str, key: str, path: Path, progress: Progress = no_progress) -> Done[Evidence]:
        """Hold the file at ``path``. Raises ``InvalidInput`` when it cannot be read or is too large for memory."""
        try:
            size = path.stat().st_size
            data = path.read_bytes() if path.is_file() and size <= LARGEST else None
        except OSError as error:
            raise InvalidInput(
                N_("The file {name} cannot be read: {reason}"),
                kept=N_("Nothing was changed."),
                name=path.name,
                reason=error.strerror or str(error),
            ) from error
        if data is None:
            raise InvalidInput(
                N_("{name} is too large for the test mode."),
                kept=N_("Nothing was changed."),
                cure=N_("Try a file of less than 50 MB."),
                name=path.name,
            )
        return self.attach_bytes(visit_id, key, path.name, data)

    def attach_bytes(self, visit_id: str, key: str, name: str, data: bytes) -> Done[Evidence]:
        """Hold what was pasted."""
        number = next(self._ids)
        kind = media_type(data[:HEAD], name)
        one = Evidence(
            f"uji{number}", TRIAL, key, f"uji{number}", name, kind, len(data), "", "", "", self._clock.now(), number
        )
        self._files[one.id] = (one, data)
        return Done(one, Changed())

    def thumbnail(self, evidence_id: str, edge: int) -> bytes | None:
        """The file itself where it is small enough to be its own thumbnail."""
        data = self.read(evidence_id)
        return data if len(data) <= LARGEST // 10 else None

    def read(self, evidence_id: str) -> bytes:
        """The bytes."""
        return self._files[evidence_id][1]

    def save_as(self, evidence_id: str, path: Path) -> None:
        """Write a copy where the person wants one."""
        path.write_bytes(self.read(evidence_id))

    def caption(self, evidence_id: str, text: str) -> Done[Evidence]:
        """Say in words what a file shows."""
        from dataclasses import replace

        one, data = self._files[evidence_id]
        self._files[evidence_id] = (replace(one, caption=text), data)
        return Done(self._files[evidence_id][0], Changed())

    def remove(self, evidence_id: str) -> Done[Evidence]:
        """Out of sight; it can come back while the window is open."""
        return Done(self._files[evidence_id][0], Changed())

    def restore(self, evidence_id: str) -> Done[Evidence]:
        """Back again."""
        return Done(self._files[evidence_id][0], Changed())


class TrialTeam:
    """Nobody shares what is only tried."""

    def desk(self, visit_id: str) -> None:
        """There is none."""


class TrialInstruments:
    """The files of the instrument tried, as ``files`` hands them out by name."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def read_file(self, digest: str, name: str) -> bytes | None:
        """The bytes of a file the labels name; None when it is not there."""
        return self._files(name)


def files_beside(workbook: Path) -> Files:
    """The files in the folder of a workbook that is not installed yet, or in its folder of media."""
    folders = (workbook.parent, workbook.parent / f"{workbook.stem}-media")

    def read(name: str) -> bytes | None:
        path = next((file for folder in folders if (file := folder / Path(name).name).is_file()), None)
        try:
            return path.read_bytes() if path is not None and path.stat().st_size <= LARGEST else None
        except OSError:
            # A label without its picture is still a label; the check has warned of it.
            return None

    return read


class TrialServices:
    """What the assessment page asks for while an instrument is tried."""

    def __init__(self, instrument: Instrument, clock: Clock, files: Files) -> None:
        self.clock = clock
        self.instruments = TrialInstruments(files)
        self.visits = TrialVisits(instrument, clock)
        self.answers = TrialAnswers(clock)
        self.evidence = TrialEvidence(clock)
        self.team = TrialTeam()


class TrialWindow(QDialog):
    """The window of one trial, with a worker of its own that ends with it."""

    def __init__(
        self, instrument: Instrument, *, clock: Clock, files: Files = lambda _name: None, parent: QWidget | None = None
    ) -> None:
        from ui.pages.assessment.page import AssessmentPage

        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        title = instrument.title.get(language()) or instrument.form_id
        self.setWindowTitle(_("Test mode: {title}").format(title=title))
        self.tasks = Tasks(self)
        services = cast("Services", TrialServices(instrument, clock, files))
        self.page = AssessmentPage(services, self.tasks, TRIAL, trial=True)
        self.page.closed.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self.resize(space(290), space(175))

    def reject(self) -> None:
        """Escape leaves a field, not the trial: what was filled in would be gone."""

    def closeEvent(self, event: QCloseEvent) -> None:
        """Forget everything."""
        self.tasks.close()
        event.accept()


def show_trial(instrument: Instrument, *, clock: Clock, over: QWidget, files: Files) -> TrialWindow:
    """Open the trial of ``instrument`` over the window of ``over``; what happens there stays there."""
    window = TrialWindow(instrument, clock=clock, files=files, parent=over)
    window.show()
    window.page.setFocus(Qt.FocusReason.OtherFocusReason)
    return window
