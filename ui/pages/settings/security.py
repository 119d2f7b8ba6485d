"""Changing the passphrase, and a new recovery code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError, InvalidInput, WrongPassphrase
from gmsc_desktop.i18n import _
from ui.recovery import CodeCard, NewPassphrase
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, button_row
from ui.widgets.fields import FormRow, PassphraseField
from ui.widgets.labels import Button
from ui.widgets.messages import Banner, ask

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


class SecuritySection(QWidget):
    """Two cards; the second shows the new code until it is confirmed as kept."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        column.addWidget(self._passphrase_card())
        self._code_place = QVBoxLayout()
        column.addLayout(self._code_place)
        self._code_place.addWidget(self._code_card())
        self.code: CodeCard | None = None

    def may_leave(self) -> bool:
        """Whether no new code waits to be kept; asks when one does."""
        if self.code is None:
            return True
        text = _("The new recovery code is not shown again, and the old one no longer opens the vault.")
        if ask(self, _("Leave without keeping the code?"), text, _("Leave"), danger=True):
            self._code_kept()
            return True
        return False

    def _passphrase_card(self) -> Card:
        card = Card(_("Change the passphrase"), _("The data is not rewritten, only the key is wrapped anew."))
        self.old = PassphraseField()
        self._old_row = FormRow(_("&Present passphrase"), self.old, focus=self.old.line)
        self.new = NewPassphrase()
        self.banner = Banner()
        self.change = Button(_("&Change the passphrase"), "key", "primary")
        self.change.clicked.connect(self.change_passphrase)
        self.new.entered.connect(self.change_passphrase)
        self.old.edited.connect(lambda _text: self._old_row.set_error(None))
        for widget in (self._old_row, self.new, self.banner):
            card.body.addWidget(widget)
        card.body.addLayout(button_row(self.change))
        return card

    def _code_card(self) -> Card:
        self._make_card = Card(
            _("Recovery code"),
            _("It opens the vault when the passphrase is forgotten. A new code makes the old one worthless."),
        )
        self.passphrase = PassphraseField()
        self._passphrase_row = FormRow(_("Pass&phrase"), self.passphrase, focus=self.passphrase.line)
        self.passphrase.edited.connect(lambda _text: self._passphrase_row.set_error(None))
        self.passphrase.entered.connect(self.make_code)
        self.make = Button(_("Make a ne&w code"), "restore")
        self.make.clicked.connect(self.make_code)
        self._make_card.body.addWidget(self._passphrase_row)
        self._make_card.body.addLayout(button_row(self.make))
        return self._make_card

    def change_passphrase(self) -> None:
        """Check what is entered and change it."""
        if not self.old.text():
            self._old_row.set_error(_("Enter the passphrase."))
            self._old_row.focus_editor()
        elif self.new.check():
            old, new = self.old.text(), self.new.text()
            self.change.setEnabled(False)
            vault = self._services.vault
            self._tasks.submit(
                lambda: vault.change_passphrase(old, new), lambda _none: self._changed(), self._not_changed, owner=self
            )

    def _changed(self) -> None:
        self.change.setEnabled(True)
        self.old.clear()
        self.new.clear()
        self.banner.say(_("The passphrase has been changed. The recovery code stays good."), "success")

    def _not_changed(self, error: GmscError) -> None:
        self.change.setEnabled(True)
        if isinstance(error, WrongPassphrase):
            self._old_row.set_error(_("This is not the present passphrase."))
            self._old_row.focus_editor()
        elif isinstance(error, InvalidInput):
            self.new.say(_(error.template).format(**error.params))
        else:
            self.banner.say_error(error)

    def make_code(self) -> None:
        """Make a new recovery code and show it."""
        if not self.passphrase.text():
            self._passphrase_row.set_error(_("Enter the passphrase."))
            self._passphrase_row.focus_editor()
            return
        passphrase, vault = self.passphrase.text(), self._services.vault
        self.make.setEnabled(False)
        self._tasks.submit(
            lambda: (vault.new_recovery_code(passphrase), vault.profile.name),
            lambda made: self._show_code(*made),
            self._no_code,
            owner=self,
        )

    def _show_code(self, code: str, owner: str) -> None:
        self.make.setEnabled(True)
        self.passphrase.clear()
        self._make_card.hide()
        self.code = CodeCard(code, owner, self._services.vault.folder, _("&Done"))
        self.code.kept.connect(self._code_kept)
        self._code_place.addWidget(self.code)
        self.code.setFocus()

    def _code_kept(self) -> None:
        if self.code is not None:
            self.code.hide()
            self.code.deleteLater()
            self.code = None
        self._make_card.show()

    def _no_code(self, error: GmscError) -> None:
        self.make.setEnabled(True)
        if isinstance(error, WrongPassphrase):
            self._passphrase_row.set_error(_("This is not the present passphrase."))
            self._passphrase_row.focus_editor()
        else:
            self.banner.say_error(error)
