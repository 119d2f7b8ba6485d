"""Sending step by step: the passphrase, the bundle, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import Cancelled, GmscError, WrongPassphrase
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.numbers import show_size
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _, language
from gmsc_desktop.services.sending import FAT32
from ui.sticks import holds_small_files
from ui.tasks import Tasks
from ui.widgets.messages import error_parts
from ui.widgets.passphrase import ask_passphrase
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


class Sending(QObject):
    """``told(text, tone, folder)`` is what to say on the page, ``failed`` an error; ``done`` follows a bundle."""

    told = Signal(str, str, object)
    failed = Signal(object)
    done = Signal()

    def __init__(self, page: QWidget, services: Services, tasks: Tasks) -> None:
        super().__init__(page)
        self._page, self._services, self._tasks = page, services, tasks

    def ask_and_write(self, chosen: tuple[str, ...], drafts: tuple[str, ...], folder: Path, wrong: str = "") -> None:
        """Ask for the passphrase, then write."""
        passphrase = ask_passphrase(
            self._page,
            _("Sign the bundle"),
            _("The bundle is signed, so that the office knows it is yours. It goes to {folder}.").format(folder=folder),
            _("Write"),
            wrong,
        )
        if passphrase:
            self.write(chosen, drafts, folder, passphrase)

    def write(self, chosen: tuple[str, ...], drafts: tuple[str, ...], folder: Path, passphrase: str) -> None:
        """Write one bundle of ``chosen``, with ``drafts`` as drafts, into ``folder``."""
        exports = self._services.exports
        piece = FAT32 if holds_small_files(str(folder)) else 0

        def work(progress: Progress) -> Done[ExportRecord]:
            return exports.write(chosen, folder, passphrase, progress, drafts=drafts, piece=piece, repeat=False)

        def failed(error: GmscError) -> None:
            if isinstance(error, WrongPassphrase):
                self.ask_and_write(chosen, drafts, folder, error_parts(error)[0])
            elif isinstance(error, Cancelled):
                text = _("Stopped. No bundle was written, and nothing half remains in the folder.")
                self.told.emit(text, "warning", None)
            else:
                self.failed.emit(error)

        self.told.emit("", "accent", None)
        watch(self._page, self._tasks, _("Writing the sync bundle"), work, self._written, failed, in_bytes=True)

    def _written(self, done: Done[ExportRecord]) -> None:
        record = done.value
        text = _("{name} has been written to {folder} ({size}).")
        if record.again:
            text = _("Nothing has changed since {name} was written to {folder} ({size}): it lies there, whole.")
        text = text.format(name=record.file_name, folder=record.folder, size=show_size(record.size, language()))
        self.told.emit(f"{text}\nSHA-256 {record.sha256}", "success", Path(record.folder))
        self.done.emit()
