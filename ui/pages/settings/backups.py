"""Backups of the vault: made, listed, put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.numbers import show_size, show_time
from gmsc_desktop.i18n import _, language
from ui.backing_up import OutsideBackup
from ui.restoring import RestoreDialog, backup_item
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, EmptyState, button_row
from ui.widgets.labels import Button
from ui.widgets.messages import Banner
from ui.widgets.progress import watch
from ui.widgets.rowlist import RowList

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.backups import Backup


class BackupsSection(QWidget):
    """Backups on a stick, and those beside the database. ``restore`` carries the backup chosen and the passphrase."""

    restore = Signal(object, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        self.outside = OutsideBackup(services, tasks)
        self.inside = InsideBackups(services, tasks)
        self.inside.restore.connect(self.restore)
        column.addWidget(self.outside)
        column.addWidget(self.inside)

    def refresh(self) -> None:
        """Read both."""
        self.outside.refresh()
        self.inside.refresh()


class InsideBackups(Card):
    """``restore`` carries the backup chosen and the passphrase that was checked."""

    restore = Signal(object, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        note = _(
            "A copy of the database is made when something changed, and thinned by age. "
            "It lies on this laptop: it helps after a mistake, not when the laptop is lost."
        )
        super().__init__(_("Copies in the vault"), note, parent)
        self._services, self._tasks = services, tasks
        self._backups: tuple[Backup, ...] = ()
        self.banner = Banner()
        self.body.addWidget(self.banner)
        self.list = RowList(_("Backups"))
        self.list.setMinimumHeight(space(56))
        self.nothing = EmptyState("backup", _("No backup yet"), _("The first is made when the vault is closed."))
        self.body.addWidget(self.list)
        self.body.addWidget(self.nothing)
        self.make = Button(_("&Back up now"), "backup", "primary")
        self.put_back = Button(_("&Put this one back…"), "restore")
        self.make.clicked.connect(self.make_backup)
        self.put_back.clicked.connect(self.ask_restore)
        self.list.opened.connect(lambda _id: self.ask_restore())
        self.body.addLayout(button_row(self.put_back, self.make))

    def refresh(self) -> None:
        """Read the list."""
        self._tasks.submit(self._services.backups.list, self._load, owner=self)

    def make_backup(self) -> None:
        """Make one now."""
        backups = self._services.backups
        watch(
            self,
            self._tasks,
            _("Backing up"),
            lambda progress: backups.make("manual", progress),
            self._made,
            self.banner.say_error,
        )

    def ask_restore(self) -> None:
        """Ask for the passphrase, check it, and hand the backup chosen to the window."""
        chosen = next((each for each in self._backups if str(each.path) == self.list.current()), None)
        if chosen is None:
            return
        dialog = RestoreDialog(self, (chosen,))
        if not dialog.exec():
            return
        passphrase, vault = dialog.passphrase.text(), self._services.vault

        def wrong(error: GmscError) -> None:
            self.banner.say_error(error)

        self._tasks.submit(
            lambda: vault.check_passphrase(passphrase),
            lambda _none: self.restore.emit(chosen, passphrase),
            wrong,
            owner=self,
        )

    def _load(self, backups: tuple[Backup, ...]) -> None:
        self._backups = backups
        self.list.set_rows([backup_item(each) for each in backups])
        self.list.setVisible(bool(backups))
        self.nothing.setVisible(not backups)
        self.put_back.setEnabled(bool(backups))

    def _made(self, done: Done[Backup]) -> None:
        made = done.value
        moment = show_time(made.created_at.astimezone(), language())
        text = _("Backed up at {time}, {size}.").format(time=moment, size=show_size(made.size, language()))
        self.banner.say(text, "success")
