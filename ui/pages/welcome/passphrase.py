"""A new passphrase, entered twice."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.fields import FormRow, PassphraseField, Strength


class NewPassphrase(QWidget):
    """Two lines and what is wrong with them."""

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        self.first, self.second = PassphraseField(), PassphraseField()
        self.strength = Strength()
        self._first_row = FormRow(
            _("&New passphrase"),
            self.first,
            _("At least 12 characters; a sentence of several words is best and easy to remember."),
            focus=self.first.line,
        )
        self._second_row = FormRow(_("&Once more"), self.second, focus=self.second.line)
        column.addWidget(self._first_row)
        column.addWidget(self.strength)
        column.addWidget(self._second_row)
        self.setFocusProxy(self.first)
        self.first.edited.connect(self._edited)
        self.second.edited.connect(lambda _text: self._second_row.set_error(None))
        self.first.entered.connect(self.second.setFocus)
        self.second.entered.connect(self.entered)

    def text(self) -> str:
        """What is entered."""
        return self.first.text()

    def clear(self) -> None:
        """Forget it."""
        self.first.clear()
        self.second.clear()

    def check(self) -> bool:
        """Whether it will do; says what is wrong otherwise and brings the keyboard there."""
        from gmsc_desktop.services.vaults import passphrase_problem

        problem = passphrase_problem(self.text())
        if problem is not None:
            self.say(_(problem))
            return False
        if self.second.text() != self.text():
            self._second_row.set_error(_("The two passphrases are not the same."))
            self._second_row.focus_editor()
            return False
        return True

    def say(self, problem: str) -> None:
        """Show what is wrong with the passphrase."""
        self._first_row.set_error(problem)
        self._first_row.focus_editor()

    def _edited(self, text: str) -> None:
        self._first_row.set_error(None)
        self.strength.show_strength(text)
