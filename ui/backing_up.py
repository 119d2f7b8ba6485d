"""A backup of the whole vault outside the laptop: when the last one was written and where, and writing another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import Cancelled, GmscError, Refused, WrongPassphrase
from gmsc_desktop.domain.exports import BackupRecord
from gmsc_desktop.domain.numbers import show_size, show_time
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _, language, ngettext
from ui.sticks import first_stick, holds_small_files
from ui.tasks import Tasks
from ui.widgets.cards import Card, button_row
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner, MessageDialog, error_parts
from ui.widgets.passphrase import ask_passphrase
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


class OutsideBackup(Card):
    """Writes the whole vault to a stick, so that a lost laptop loses nothing."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        note = _(
            "The whole vault in one file, with evidence and keys: on a new laptop it brings everything back. "
            "Only your passphrase or recovery code opens it."
        )
        super().__init__(_("Backup on a stick or another disk"), note, parent)
        self._services, self._tasks = services, tasks
        self.banner = Banner()
        self.body.addWidget(self.banner)
        self.last = label("", "muted")
        self.body.addWidget(self.last)
        self.button = Button(_("Back up to a &stick…"), "backup", "primary")
        self.button.clicked.connect(self.choose)
        self.body.addLayout(button_row(self.button))

    def refresh(self) -> None:
        """Say when the last one was written."""
        self._tasks.submit(self._services.backup_bundles.list, self._load, self.banner.say_error, owner=self)

    def _load(self, records: tuple[BackupRecord, ...]) -> None:
        self.last.setText(last_text(records[0] if records else None))

    def choose(self) -> None:
        """Ask where to, then for the passphrase."""
        folder = QFileDialog.getExistingDirectory(self, _("Folder or stick for the backup"), first_stick())
        if folder:
            self._ask(Path(folder))

    def _ask(self, folder: Path, wrong: str = "", *, again: bool = False) -> None:
        passphrase = ask_passphrase(
            self,
            _("Back up the vault"),
            _("The backup is signed, so that it is known to be yours. It goes to {folder}.").format(folder=folder),
            _("Back up"),
            wrong,
        )
        if passphrase:
            self.write_to(folder, passphrase, again=again)

    def write_to(self, folder: Path, passphrase: str, *, again: bool = False) -> None:
        """Write one backup into ``folder``."""
        from gmsc_desktop.services.sending import FAT32

        bundles = self._services.backup_bundles
        piece = FAT32 if holds_small_files(str(folder)) else 0

        def work(progress: Progress) -> Done[BackupRecord]:
            return bundles.write(folder, passphrase, piece=piece, again=again, progress=progress)

        def failed(error: GmscError) -> None:
            if isinstance(error, WrongPassphrase):
                self._ask(folder, error_parts(error)[0], again=again)
            elif isinstance(error, Refused):
                self._offer_again(error, folder, passphrase)
            elif isinstance(error, Cancelled):
                self.banner.say(_("Stopped. No backup was written, and nothing half remains in the folder."), "warning")
            else:
                self.banner.say_error(error)

        self.banner.say("")
        watch(self, self._tasks, _("Backing up the vault"), work, self._done, failed, in_bytes=True)

    def _offer_again(self, error: GmscError, folder: Path, passphrase: str) -> None:
        buttons = ((_("&Leave it"), ""), (_("Write it &again"), ""))
        dialog = MessageDialog(self, _("The backup is up to date"), (error_parts(error)[0],), buttons)
        dialog.exec()
        if dialog.chosen == 1:
            self.write_to(folder, passphrase, again=True)

    def _done(self, done: Done[BackupRecord]) -> None:
        record = done.value
        text = _("{name} has been written to {folder} ({size}).").format(
            name=record.file_name, folder=record.folder, size=show_size(record.size, language())
        )
        if record.pieces > 1:
            text += " " + _("It lies in {count} pieces; keep them together.").format(count=record.pieces)
        self.banner.say(f"{text}\nSHA-256 {record.sha256}", "success")
        self.refresh()


def last_text(record: BackupRecord | None) -> str:
    """When the last backup outside the laptop was written, and where."""
    if record is None:
        return _("No backup outside this laptop yet.")
    files = ngettext("{count} evidence file", "{count} evidence files", record.files).format(count=record.files)
    text = _("The last: {time}, {files}, {size}, in {folder}.")
    return text.format(
        time=show_time(record.created_at.astimezone(), language()),
        files=files,
        size=show_size(record.size, language()),
        folder=record.folder,
    )
