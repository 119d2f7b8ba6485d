"""Asking for the passphrase before something only its owner may do."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import FormRow, PassphraseField
from ui.widgets.labels import Button, label


class PassphraseDialog(QDialog):
    """Asks for the passphrase; ``wrong`` says why it is asked again."""

    def __init__(self, parent: QWidget | None, title: str, text: str, yes: str, wrong: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(space(115))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(title, "heading"))
        column.addWidget(label(text, "muted"))
        self.field = PassphraseField()
        self._row = FormRow(_("&Passphrase"), self.field, focus=self.field.line)
        self._row.set_error(wrong)
        column.addWidget(self._row)
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.go = Button(yes, kind="primary")
        self.go.setDefault(True)
        self.go.setEnabled(False)
        self.go.clicked.connect(self.accept)
        self.field.edited.connect(lambda typed: self.go.setEnabled(bool(typed)))
        column.addLayout(button_row(cancel, self.go))
        self.field.line.setFocus()


def ask_passphrase(parent: QWidget | None, title: str, text: str, yes: str, wrong: str = "") -> str | None:
    """The passphrase the person gave, or None when they did not want to go on; ``yes`` says what goes on."""
    dialog = PassphraseDialog(parent, title, text, yes, wrong)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    typed = dialog.field.text()
    dialog.field.clear()
    dialog.deleteLater()
    return typed if accepted else None
