"""What opens a vault: a new passphrase entered twice, and the recovery code, shown once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.cards import Card, button_row
from ui.widgets.fields import FormRow, PassphraseField, Strength
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner


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


class CodeCard(QWidget):
    """``kept`` when the person says that the code is in a safe place."""

    kept = Signal()

    def __init__(self, code: str, owner: str, folder: Path, finish: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code, self._owner, self._folder = code, owner, folder
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        card = Card(
            _("Keep your recovery code"),
            _("If you forget the passphrase, only this code opens the vault. It is shown just this once."),
        )
        self.code = label(code, "code", selectable=True)
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setAccessibleName(_("Recovery code"))
        frame = QFrame()
        frame.setProperty("kind", "banner")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(space(4), space(5), space(4), space(5))
        inside.addWidget(self.code)
        card.body.addWidget(frame)
        self.print = Button(_("&Print…"), "print")
        self.save = Button(_("&Save…"), "save")
        self.copy = Button(_("&Copy"), "copy")
        self.print.clicked.connect(self._print)
        self.save.clicked.connect(self._save)
        self.copy.clicked.connect(self._copy)
        row = button_row(self.print, self.save, self.copy)
        row.addStretch(1)
        card.body.addLayout(row)
        self.banner = Banner()
        card.body.addWidget(self.banner)
        advice = _("Keep it away from this laptop: on paper in a locked drawer, or with someone you trust.")
        card.body.addWidget(label(advice, "muted"))
        self.confirm = QCheckBox(_("I &have kept the recovery code in a safe place"))
        self.finish = Button(finish, "check", "primary")
        self.finish.setEnabled(False)
        self.confirm.toggled.connect(self.finish.setEnabled)
        self.finish.clicked.connect(self.kept)
        card.body.addWidget(self.confirm)
        card.body.addLayout(button_row(self.finish))
        column.addWidget(card)
        self.setFocusProxy(self.print)

    def sheet(self) -> str:
        """The code as plain text to save or print, with what it is for."""
        lines = (
            _("Recovery code of a GMSC Desktop vault"),
            "",
            self._code,
            "",
            _("Owner: {name}").format(name=self._owner),
            _("Vault: {folder}").format(folder=self._folder),
            "",
            _("Whoever has this code can open the vault and sign in the owner's name. Keep it locked away."),
        )
        return "\n".join(lines) + "\n"

    def save_to(self, path: Path) -> None:
        """Write it to a file and say so, or why not."""
        try:
            path.write_text(self.sheet(), encoding="utf-8")
        except OSError as error:
            text = _("The code could not be saved to {path}: {reason}. Choose another place, or print it.")
            self.banner.say(text.format(path=path, reason=error.strerror or error), "error")
        else:
            self.banner.say(_("Saved to {path}.").format(path=path), "success")

    def _save(self) -> None:
        proposed = str(Path.home() / _("GMSC recovery code.txt"))
        path, _filter = QFileDialog.getSaveFileName(self, _("Save the recovery code"), proposed)
        if path:
            self.save_to(Path(path))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code)
        self.banner.say(_("Copied. Paste it into your password manager, then copy something else."), "success")

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec():
            document = QTextDocument()
            document.setPlainText(self.sheet())
            document.print_(printer)
            self.banner.say(_("Sent to the printer."), "success")
