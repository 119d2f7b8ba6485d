"""What is asked and done when a paper beside the report is made: minutes and recapitulations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import Cancelled, GmscError, WrongPassphrase
from gmsc_desktop.domain.papers import MinutesOptions, RecapOptions
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.visit import StoredDocument, VisitRow, VisitState
from gmsc_desktop.i18n import _
from ui.pages.documents.making import MinutesDialog, RecapDialog
from ui.pages.documents.naming import ask_where
from ui.tasks import Tasks
from ui.widgets.messages import Banner, error_parts
from ui.widgets.passphrase import ask_passphrase
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


class PaperMaker(QObject):
    """Makes papers over ``panel`` and tells in ``banner`` what came of it; ``made`` carries the id of one kept."""

    made = Signal(str)

    def __init__(self, panel: QWidget, services: Services, tasks: Tasks, banner: Banner) -> None:
        super().__init__(panel)
        self._panel, self._services, self._tasks, self._banner = panel, services, tasks, banner

    def make_minutes(self) -> None:
        """Ask for the particulars of the minutes, then sign them."""
        self._with_visits(self._ask_minutes, closed=True)

    def _ask_minutes(self, rows: tuple[VisitRow, ...]) -> None:
        if not rows:
            self._banner.say(_("Close a visit first; minutes rest on frozen content."), "accent")
            return
        dialog = MinutesDialog(self._panel, rows)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        self._ask_and_sign(dialog.visit.value(), dialog.options())

    def _ask_and_sign(self, visit_id: str, options: MinutesOptions, wrong: str = "") -> None:
        text = _("The minutes are drawn, signed and kept.")
        passphrase = ask_passphrase(self._panel, _("Sign the minutes"), text, _("&Sign"), wrong)
        if passphrase:
            self.sign_minutes(visit_id, passphrase, options)

    def sign_minutes(self, visit_id: str, passphrase: str, options: MinutesOptions) -> None:
        """Draw, sign and keep the minutes of a visit, and show them."""
        papers = self._services.papers

        def work(progress: Progress) -> Done[StoredDocument]:
            return papers.sign_minutes(visit_id, passphrase, options, progress)

        def done(made: Done[StoredDocument]) -> None:
            self.made.emit(made.value.id)

        def failed(error: GmscError) -> None:
            if isinstance(error, WrongPassphrase):
                self._ask_and_sign(visit_id, options, error_parts(error)[0])
            else:
                self._failed(error)

        watch(self._panel, self._tasks, _("Drawing and signing the minutes"), work, done, failed)

    def make_recap(self) -> None:
        """Ask which visits to bring together and where to write the recapitulation."""
        self._with_visits(self._ask_recap, closed=False)

    def _ask_recap(self, rows: tuple[VisitRow, ...]) -> None:
        if not rows:
            self._banner.say(_("There is no visit to bring together yet."), "accent")
            return
        dialog = RecapDialog(self._panel, rows)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        path = ask_where(self._panel, _("Save the recapitulation as"), "Rekapitulasi.pdf")
        if path is None:
            return
        if dialog.signing.isChecked():
            self._ask_and_save(dialog.chosen(), path, dialog.options())
        else:
            self.save_recap(dialog.chosen(), path, dialog.options())

    def _ask_and_save(self, visit_ids: tuple[str, ...], path: Path, options: RecapOptions, wrong: str = "") -> None:
        text = _(
            "Your signature stands in the issuer's place on the last page and shows that the file is as you issued it."
        )
        passphrase = ask_passphrase(self._panel, _("Sign the recapitulation"), text, _("&Sign"), wrong)
        if passphrase:
            self.save_recap(visit_ids, path, options, passphrase)

    def save_recap(
        self, visit_ids: tuple[str, ...], path: Path, options: RecapOptions, passphrase: str | None = None
    ) -> None:
        """Write the recapitulation of these visits to ``path``, its table beside it; signed with a ``passphrase``."""
        papers = self._services.papers

        def work(progress: Progress) -> tuple[Path, Path]:
            return papers.save_recap(visit_ids, path, options, progress, passphrase=passphrase)

        def done(paths: tuple[Path, Path]) -> None:
            self._banner.say(
                _("Saved as {path}, with {table} beside it.").format(path=paths[0], table=paths[1].name), "success"
            )

        def failed(error: GmscError) -> None:
            if isinstance(error, WrongPassphrase):
                self._ask_and_save(visit_ids, path, options, error_parts(error)[0])
            else:
                self._failed(error)

        watch(self._panel, self._tasks, _("Drawing the recapitulation"), work, done, failed)

    def _with_visits(self, use: Callable[[tuple[VisitRow, ...]], None], *, closed: bool) -> None:
        visits = self._services.visits

        def load() -> tuple[VisitRow, ...]:
            return tuple(row for row in visits.list() if not closed or row.visit.state is not VisitState.DRAFT)

        self._tasks.submit(load, use, self._banner.say_error, owner=self._panel)

    def _failed(self, error: GmscError) -> None:
        if not isinstance(error, Cancelled):
            self._banner.say_error(error)
