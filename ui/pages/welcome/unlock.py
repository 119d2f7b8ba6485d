"""Opening a vault that is there: by the passphrase, or by the recovery code when the passphrase is forgotten."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError, InvalidInput, VaultDamaged, WrongPassphrase
from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.banner import Banner
from ui.widgets.cards import Card, button_row
from ui.widgets.fields import Choice, FormRow, PassphraseField
from ui.widgets.labels import Button, label, rule
from ui.widgets.steps import Steps


class UnlockForm(QWidget):
    """``unlock(folder, passphrase)``, ``recover(folder, code, new passphrase)`` and ``repair(folder, passphrase)`` say
    what the person wants."""

    unlock = Signal(str, str)
    recover = Signal(str, str, str)
    make_new = Signal()
    repair = Signal(str, str)

    def __init__(self, vaults: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        self.banner = Banner()
        column.addWidget(self.banner)
        self.repair_button = Button(_("Re&pair…"), "restore")
        self.repair_button.clicked.connect(lambda: self.repair.emit(self.folder(), self.passphrase.text()))
        self.repair_button.hide()
        self.banner.buttons.addWidget(self.repair_button)
        self._steps = Steps()
        self._steps.add(self._unlock_card(vaults))
        column.addWidget(self._steps)
        self.setFocusProxy(self.passphrase)

    def folder(self) -> str:
        """The vault chosen."""
        return self.vaults.value()

    def wait(self, waiting: bool) -> None:
        """While the vault is being opened nothing else can be asked for."""
        self._steps.setEnabled(not waiting)
        self.open_button.setText(_("Opening…") if waiting else _("&Open"))
        if waiting:
            self.banner.say("")

    def say_error(self, error: GmscError) -> None:
        """Tell why it did not open."""
        recovering = self._steps.step() == 1
        wrong = isinstance(error, WrongPassphrase)
        if wrong and not recovering:
            self._row.set_error(_("This passphrase does not open the vault. Mind capital letters and spaces."))
            self.passphrase.line.selectAll()
            self.passphrase.setFocus()
        elif wrong:
            self._code_row.set_error(_("This recovery code does not open the vault. Compare it with your print."))
            self.code.setFocus()
        elif recovering and isinstance(error, InvalidInput):
            self.new.say(_(error.template).format(**error.params))
        else:
            self.banner.say_error(error)
            self.repair_button.setVisible(isinstance(error, VaultDamaged))

    def _unlock_card(self, vaults: tuple[str, ...]) -> Card:
        card = Card(_("Open your vault"))
        self.vaults = Choice()
        self.vaults.setMinimumWidth(0)
        for vault in vaults:
            self._offer(vault)
        self.where = label("", "small", selectable=True)
        self.vaults.currentIndexChanged.connect(self._show_where)
        card.body.addWidget(FormRow(_("&Vault"), self.vaults))
        card.body.addWidget(self.where)
        self.passphrase = PassphraseField()
        self._row = FormRow(_("&Passphrase"), self.passphrase, focus=self.passphrase.line)
        self.passphrase.entered.connect(self._submit)
        self.passphrase.edited.connect(lambda _text: self._row.set_error(None))
        card.body.addWidget(self._row)
        self.open_button = Button(_("&Open"), "open", "primary")
        self.open_button.clicked.connect(self._submit)
        self.forgot = Button(_("&Forgot the passphrase?"), kind="quiet")
        self.forgot.clicked.connect(lambda: self._turn(1))
        card.body.addSpacing(space(1))
        card.body.addLayout(button_row(self.open_button, left=self.forgot))
        card.body.addWidget(rule())
        other = Button(_("&Another vault…"), "folder", "quiet")
        other.clicked.connect(self._choose)
        new = Button(_("&New vault"), "plus", "quiet")
        new.clicked.connect(self.make_new)
        card.body.addLayout(button_row(new, left=other))
        self._show_where()
        return card

    def _recover_card(self) -> Card:
        from ui.recovery import NewPassphrase

        card = Card(
            _("Open with the recovery code"),
            _("The recovery code was shown once when the vault was made; you printed or saved it then."),
        )
        self.code = QLineEdit()
        self._code_row = FormRow(_("&Recovery code"), self.code)
        self.code.textChanged.connect(lambda _text: self._code_row.set_error(None))
        card.body.addWidget(self._code_row)
        self.new = NewPassphrase()
        card.body.addWidget(self.new)
        back = Button(_("&Back"), "left")
        back.clicked.connect(lambda: self._turn(0))
        self.recover_button = Button(_("&Open and set the passphrase"), "key", "primary")
        self.recover_button.clicked.connect(self._submit_code)
        self.new.entered.connect(self._submit_code)
        card.body.addLayout(button_row(self.recover_button, left=back))
        return card

    def _submit(self) -> None:
        if not self.passphrase.text():
            self._row.set_error(_("Enter the passphrase."))
            self.passphrase.setFocus()
        elif self._steps.isEnabled():
            self.unlock.emit(self.folder(), self.passphrase.text())

    def _submit_code(self) -> None:
        if not self.code.text().strip():
            self._code_row.set_error(_("Enter the recovery code."))
            self.code.setFocus()
        elif self.new.check():
            self.recover.emit(self.folder(), self.code.text(), self.new.text())

    def _turn(self, step: int) -> None:
        self.banner.say("")
        if step and not hasattr(self, "code"):
            self._steps.add(self._recover_card())
        self._steps.show_step(step)
        (self.code if step else self.passphrase).setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        start = str(Path(self.folder()).parent) if self.folder() else ""
        from PySide6.QtWidgets import QFileDialog

        folder = QFileDialog.getExistingDirectory(self, _("Choose the folder of the vault"), start)
        if folder:
            self.take(folder)

    def take(self, folder: str) -> None:
        """Offer the vault in ``folder`` and choose it."""
        self._offer(folder)
        self.vaults.set_value(folder)
        self.passphrase.setFocus()

    def _offer(self, folder: str) -> None:
        if self.vaults.findData(folder) < 0:
            self.vaults.addItem(Path(folder).name or folder, folder)

    def _show_where(self) -> None:
        folder = Path(self.folder())
        text = str(folder)
        if not folder.is_dir():
            text = _("{folder} is not there now. If it lies on a stick, plug the stick in.").format(folder=folder)
        self.where.setText(text)
