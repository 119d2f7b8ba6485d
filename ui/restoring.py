"""Putting a backup back: choosing one, and the passphrase it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.numbers import show_size, show_time
from gmsc_desktop.i18n import _, language
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import FormRow, PassphraseField
from ui.widgets.labels import Button, label
from ui.widgets.rowlist import RowItem, RowList

if TYPE_CHECKING:
    from gmsc_desktop.services.backups import Backup

REASONS = {
    "manual": N_("Made by hand"),
    "close": N_("Made when the vault was closed"),
    "migration": N_("Made before the vault was brought up to date"),
    "import": N_("Made before an import"),
}


def backup_item(backup: Backup) -> RowItem:
    """The row of a backup."""
    reason = _(REASONS[backup.reason]) if backup.reason in REASONS else backup.reason
    return RowItem(
        id=str(backup.path),
        title=show_time(backup.created_at.astimezone(), language()),
        subtitle=f"{reason}  ·  {show_size(backup.size, language())}",
    )


class RestoreDialog(QDialog):
    """Accepted with ``chosen()`` and the text of ``passphrase``."""

    def __init__(self, parent: QWidget | None, backups: tuple[Backup, ...]) -> None:
        super().__init__(parent)
        self._backups = backups
        self.setWindowTitle(_("Put a backup back"))
        self.setMinimumWidth(space(130))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(_("Put a backup back"), "heading"))
        what = _(
            "The database of the vault is replaced by the backup. The present one is kept beside it, "
            "so nothing is deleted. What was entered after the backup is not in it."
        )
        column.addWidget(label(what))
        self.list = RowList(_("Backups"))
        self.list.set_rows([backup_item(each) for each in backups])
        self.list.setFixedHeight(space(18) * min(4, len(backups)) + space(1))
        column.addWidget(self.list)
        self.passphrase = PassphraseField()
        self._row = FormRow(_("&Passphrase"), self.passphrase, focus=self.passphrase.line)
        column.addWidget(self._row)
        cancel = Button(_("&Cancel"))
        cancel.clicked.connect(self.reject)
        put_back = Button(_("P&ut it back"), "restore", "danger")
        put_back.clicked.connect(self._accept)
        self.passphrase.entered.connect(self._accept)
        column.addLayout(button_row(cancel, put_back))
        self.passphrase.setFocus()

    def chosen(self) -> Backup:
        """The backup chosen."""
        return next(each for each in self._backups if str(each.path) == self.list.current())

    def _accept(self) -> None:
        if self.passphrase.text():
            self.accept()
        else:
            self._row.set_error(_("Enter the passphrase."))
