"""Asking for a reason, and for a folder with the passphrase that signs what is written there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import FormRow
from ui.widgets.labels import Button, label
from ui.widgets.passphrase import ask_passphrase


class ReasonDialog(QDialog):
    """Asks why something is done; it is not done without a reason."""

    def __init__(self, parent: QWidget | None, title: str, text: str, yes: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(space(120))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(title, "heading"))
        column.addWidget(label(text, "muted"))
        self.reason = QLineEdit()
        self._row = FormRow(_("&Reason"), self.reason)
        column.addWidget(self._row)
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.go = Button(yes, kind="danger")
        self.go.setDefault(True)
        self.go.clicked.connect(self._check)
        column.addLayout(button_row(cancel, self.go))
        self.reason.setFocus()

    def _check(self) -> None:
        missing = not self.reason.text().strip()
        self._row.set_error(_("Write why, in a few words.") if missing else "")
        if not missing:
            self.accept()


def folder_and_passphrase(parent: QWidget, title: str, text: str, yes: str) -> tuple[Path, str] | None:
    """Where to write, and the passphrase; None when the person did not want to go on."""
    folder = QFileDialog.getExistingDirectory(parent, title)
    if not folder:
        return None
    passphrase = ask_passphrase(parent, title, text, yes)
    return (Path(folder), passphrase) if passphrase else None
