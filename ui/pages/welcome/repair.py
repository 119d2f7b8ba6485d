"""A vault that is damaged: putting its key file or a backup back, or reading what can still be read of it.

Nothing is deleted on any of these ways: the damaged file is kept beside what takes its place.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.errors import VaultDamaged
from gmsc_desktop.domain.ports import Clock, Ids, Progress
from gmsc_desktop.i18n import _
from ui.restoring import RestoreDialog
from ui.tasks import Tasks
from ui.widgets.messages import MessageDialog
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.domain.errors import GmscError
    from gmsc_desktop.services.backups import Backup


class Ways(NamedTuple):
    """What can be done: whether the key file is whole, whether its copy is, and the backups, the newest first."""

    keys_whole: bool
    keys_copy: bool
    backups: tuple[Backup, ...]


class Repair:
    """Asks and does it. ``told(text)`` hears how it ended well, ``failed(error)`` how it did not."""

    def __init__(
        self,
        parent: QWidget,
        tasks: Tasks,
        *,
        clock: Clock,
        ids: Ids,
        told: Callable[[str], None],
        failed: Callable[[GmscError], None],
    ) -> None:
        self._parent, self._tasks, self._clock, self._ids = parent, tasks, clock, ids
        self._told, self._failed = told, failed

    def begin(self, folder: Path, passphrase: str) -> None:
        """Look what can be done for the vault in ``folder``, then ask."""
        self._tasks.submit(
            lambda: ways(folder), lambda found: self._ask(folder, passphrase, found), self._failed, owner=self._parent
        )

    def _ask(self, folder: Path, passphrase: str, found: Ways) -> None:
        choices: list[tuple[str, Callable[[], None]]] = []
        if not found.keys_whole and found.keys_copy:
            choices.append((_("Put the &key file back"), lambda: self.put_keys_back(folder)))
        if found.keys_whole and found.backups:
            choices.append((_("Put a &backup back…"), lambda: self._choose(folder, found.backups)))
        if found.keys_whole and passphrase:
            choices.append((_("&Read what can be read"), lambda: self.rescue(folder, passphrase)))
        text = _("The damaged file is kept beside what takes its place; nothing is deleted.")
        if not choices:
            text = _("There is neither a backup nor a copy of the key file here. Look for a copy of the whole folder.")
        buttons = ((_("&Cancel"), ""), *((name, "") for name, _act in choices))
        dialog = MessageDialog(self._parent, _("Repair the vault"), (text,), buttons, "warning")
        dialog.exec()
        if dialog.chosen > 0:
            choices[dialog.chosen - 1][1]()

    def put_keys_back(self, folder: Path) -> None:
        """Take the copy of the key file."""

        def work() -> None:
            from gmsc_desktop.services.rescue import restore_keys

            restore_keys(folder, clock=self._clock)

        text = _("The key file has been put back. Open the vault to go on.")
        self._tasks.submit(work, lambda _none: self._told(text), self._failed, owner=self._parent)

    def _choose(self, folder: Path, backups: tuple[Backup, ...]) -> None:
        dialog = RestoreDialog(self._parent, backups)
        if dialog.exec():
            self.put_backup_back(folder, dialog.chosen(), dialog.passphrase.text())

    def put_backup_back(self, folder: Path, backup: Backup, passphrase: str) -> None:
        """Take ``backup`` as the database."""

        def work() -> None:
            from gmsc_desktop.services.backups import restore_backup

            restore_backup(folder, backup, passphrase, clock=self._clock)

        text = _("The backup has been put back. Open the vault to go on.")
        self._tasks.submit(work, lambda _none: self._told(text), self._failed, owner=self._parent)

    def rescue(self, folder: Path, passphrase: str) -> None:
        """Read what can be read into a new database and take it."""

        def work(progress: Progress) -> bool:
            from gmsc_desktop.services.backups import restore_backup
            from gmsc_desktop.services.rescue import rescue_vault

            saved = rescue_vault(folder, passphrase, clock=self._clock, ids=self._ids, progress=progress)
            restore_backup(folder, saved.backup, passphrase, clock=self._clock)
            return saved.complete

        def done(complete: bool) -> None:
            whole = _("Everything could be read. Open the vault to go on.")
            part = _("What could be read is in the vault again; some of it is missing. Compare it with a backup.")
            self._told(whole if complete else part)

        watch(self._parent, self._tasks, _("Reading the damaged vault"), work, done, self._failed)


def ways(folder: Path) -> Ways:
    """What can be done for the vault in ``folder``. Raises ``StorageError`` when it cannot be read at all."""
    from gmsc_desktop.services.backups import backups_of
    from gmsc_desktop.services.rescue import keys_can_be_restored
    from gmsc_desktop.services.vault_folder import read_keys

    try:
        read_keys(folder, database_needed=False)
        whole = True
    except VaultDamaged:
        whole = False
    return Ways(whole, keys_can_be_restored(folder), backups_of(folder))
