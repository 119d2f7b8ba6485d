"""Receiving step by step: verify and plan, show the plan, do it, say what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import Cancelled, GmscError
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _, ngettext
from gmsc_desktop.services.receiving import Consent, FilePlan, Received
from gmsc_desktop.services.verdicts import waiting_text
from ui.pages.sync.plandialog import PlanDialog
from ui.pages.sync.wording import reason_text
from ui.tasks import Tasks
from ui.widgets.messages import error_parts
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

REASONS_SHOWN = 4


class Receiving(QObject):
    """``told(text, tone)`` is what to say on the page; ``done`` follows whatever may have changed something."""

    told = Signal(str, str)
    done = Signal()

    def __init__(self, page: QWidget, services: Services, tasks: Tasks) -> None:
        super().__init__(page)
        self._page, self._services, self._tasks = page, services, tasks
        self.dialog: PlanDialog | None = None

    def choose_files(self) -> None:
        """Let the person choose bundles."""
        kinds = _("Sync bundles (*.gmsc);;All files (*)")
        names, _kind = QFileDialog.getOpenFileNames(self._page, _("Bundles to receive"), "", kinds)
        self.look_at(tuple(Path(name) for name in names))

    def choose_folder(self) -> None:
        """Let the person choose a folder of bundles."""
        name = QFileDialog.getExistingDirectory(self._page, _("Folder with bundles"))
        if name:
            self.look_at((Path(name),))

    def look_at(self, paths: tuple[Path, ...]) -> None:
        """Verify files and folders and show the plan; nothing is changed."""
        if not paths:
            return
        receiving, regions = self._services.receiving, self._services.regions

        def work(progress: Progress) -> tuple[tuple[FilePlan, ...], dict[str, str]]:
            plans = receiving.plan(paths, progress=progress)
            return plans, {region.code: region.name for region in regions.all()}

        def show(found: tuple[tuple[FilePlan, ...], dict[str, str]]) -> None:
            self._show(paths, *found)

        self.told.emit("", "accent")
        watch(self._page, self._tasks, _("Verifying the bundles"), work, show, self._not_looked_at, in_bytes=True)

    def again(self, sha256: str) -> None:
        """Try a file of the quarantine once more."""
        receiving = self._services.receiving

        def work(progress: Progress) -> Done[Received]:
            return receiving.retry(sha256, progress=progress)

        def done(done: Done[Received]) -> None:
            asked = tuple(plan.path for plan in done.value.refused if plan.refused and plan.refused.code == "consent")
            if asked:
                self.look_at(asked)
            else:
                self._received(done)

        self.told.emit("", "accent")
        watch(self._page, self._tasks, _("Receiving"), work, done, self._failed, in_bytes=True)

    def _show(self, paths: tuple[Path, ...], plans: tuple[FilePlan, ...], regions: dict[str, str]) -> None:
        dialog = PlanDialog(self._page.window(), plans, regions)
        dialog.accepted.connect(lambda: self._receive(paths, dialog.consent()))
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.passphrase.clear()
            self.dialog.deleteLater()
            self.dialog = None

    def _receive(self, paths: tuple[Path, ...], consent: Consent) -> None:
        receiving = self._services.receiving

        def work(progress: Progress) -> Done[Received]:
            return receiving.receive(paths, consent, progress)

        watch(self._page, self._tasks, _("Receiving"), work, self._received, self._failed, in_bytes=True)

    def _received(self, done: Done[Received]) -> None:
        found = done.value
        tone = "warning" if found.refused else "success" if found.taken else "accent"
        self.told.emit("\n".join(result_texts(found)), tone)
        self.done.emit()

    def _not_looked_at(self, error: GmscError) -> None:
        if isinstance(error, Cancelled):
            self.told.emit(_("Stopped. Nothing was changed."), "warning")
        else:
            self._failed(error)

    def _failed(self, error: GmscError) -> None:
        if isinstance(error, Cancelled):
            text = _("Stopped. Bundles taken before that stay taken, each of them whole; receive the rest again.")
            self.told.emit(text, "warning")
        else:
            self.told.emit("\n".join(part for part in error_parts(error) if part), "error")
        self.done.emit()


def result_texts(found: Received) -> list[str]:
    """What receiving did."""
    texts = []
    if count := len(found.taken):
        texts.append(ngettext("{count} bundle received.", "{count} bundles received.", count).format(count=count))
    if count := len(found.known):
        text = ngettext("{count} was here already.", "{count} were here already.", count)
        texts.append(text.format(count=count))
    texts += [waiting_text(bundle) for bundle in found.waiting]
    if count := len(found.refused):
        text = ngettext("{count} file was not taken:", "{count} files were not taken:", count)
        texts.append(text.format(count=count))
        for plan in found.refused[:REASONS_SHOWN]:
            reason = reason_text(plan.refused) if plan.refused is not None else ""
            texts.append(f"{plan.path.name}: {reason}")
    return texts
