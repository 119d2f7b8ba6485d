"""Asking why an award or another paper is withdrawn."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import FormRow
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner


class WithdrawDialog(QDialog):
    """Asks for the reason of a withdrawal; ``submitted`` says that it was given."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None, title: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(space(130))
        self.reason = QLineEdit()
        self.banner = Banner()
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.go = Button(title, "warning", "primary")
        self.go.setEnabled(False)
        self.go.clicked.connect(self.submitted)
        self.reason.textChanged.connect(lambda typed: self.go.setEnabled(bool(typed.strip())))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(title, "heading"))
        column.addWidget(label(text))
        column.addWidget(FormRow(_("Why, and by which decision"), self.reason))
        column.addWidget(self.banner)
        column.addLayout(button_row(cancel, self.go))
        self.reason.setFocus()
