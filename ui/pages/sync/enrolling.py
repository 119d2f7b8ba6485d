"""Enrolment of this laptop with the office: the own fingerprint, the request, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.exchange import VaultRole
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.numbers import show_date
from gmsc_desktop.i18n import _, language
from ui.sticks import first_stick
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, button_row
from ui.widgets.fields import FormRow, PassphraseField
from ui.widgets.fingerprint import Fingerprint, fours
from ui.widgets.labels import Button, Chip, label

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

HEX_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Standing:
    """How this vault stands with an office. ``office`` is empty until a certificate by one was installed."""

    role: VaultRole
    fingerprint: str
    office: str
    until: date


def read_standing(services: Services) -> Standing:
    """On the worker."""
    from cryptography.x509.oid import NameOID

    certificate = services.vault.certificate
    names = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    office = str(names[0].value) if names and certificate.issuer != certificate.subject else ""
    until = certificate.not_valid_after_utc.date()
    return Standing(services.office.role, services.vault.certificate_fingerprint, office, until)


class EnrolmentCard(Card):
    """Shown on the laptop of an assessor. ``wanted`` asks for a request to be written."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Enrolment with the central office"), parent=parent)
        self.chip = Chip("")
        self.body.addWidget(self.chip)
        self.text = label("", "muted")
        self.body.addWidget(self.text)
        self.fingerprint = Fingerprint(_("Fingerprint of your key, to be read to the office over the telephone"))
        self.body.addWidget(self.fingerprint)
        self.button = Button(_("&Enrol with the central office…"), "certificate")
        self.button.clicked.connect(self.wanted)
        self.body.addLayout(button_row(self.button))
        self.hide()

    def put(self, standing: Standing) -> None:
        """Show how things stand."""
        self.setVisible(standing.role is VaultRole.ASSESSOR)
        self.fingerprint.show_fingerprint(standing.fingerprint)
        if standing.office:
            self.chip.show_text(_("Enrolled"), "success")
            text = _("Your certificate was issued by {office} and is good until {until}.")
            self.text.setText(text.format(office=standing.office, until=show_date(standing.until, language())))
            self.button.setText(_("R&enew the certificate…"))
        else:
            self.chip.show_text(_("Not enrolled yet"), "warning")
            self.text.setText(
                _("Write a request, send it to the office and read them the fingerprint. Then receive the answer here.")
            )
            self.button.setText(_("&Enrol with the central office…"))


class RequestDialog(QDialog):
    """Asks for the passphrase, and for the key of a lost laptop this one replaces."""

    def __init__(self, parent: QWidget | None, fingerprint: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Enrol with the central office"))
        self.setMinimumWidth(space(135))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(_("Enrol with the central office"), "heading"))
        note = _("The request names you and your key; nothing secret is in it. The office compares this fingerprint:")
        column.addWidget(label(note, "muted"))
        column.addWidget(Fingerprint(_("Fingerprint of your key"), fingerprint))
        self.replaces = QLineEdit()
        hint = _("Only when a laptop was lost: the fingerprint of its key, if you have it. Otherwise leave it empty.")
        self._lost = FormRow(_("&Replaces a lost laptop"), self.replaces, hint)
        column.addWidget(self._lost)
        self.passphrase = PassphraseField()
        self._row = FormRow(_("&Passphrase"), self.passphrase, focus=self.passphrase.line)
        column.addWidget(self._row)
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.go = Button(_("&Write the request…"), "save", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self._check)
        column.addLayout(button_row(cancel, self.go))
        self.passphrase.line.setFocus()

    def lost_key(self) -> str:
        """The fingerprint typed, without what people put between its parts."""
        return "".join(sign for sign in self.replaces.text().lower() if sign.isalnum())

    def _check(self) -> None:
        lost = self.lost_key()
        wrong = bool(lost) and (len(lost) != HEX_DIGITS or any(sign not in "0123456789abcdef" for sign in lost))
        self._lost.set_error(_("A fingerprint has 64 digits and letters a to f.") if wrong else "")
        missing = not self.passphrase.text()
        self._row.set_error(_("Enter your passphrase.") if missing else "")
        if not wrong and not missing:
            self.accept()


class Requesting(QObject):
    """Asks the office for a certificate. Signals as those of ``Sending``; ``dialog`` is there while it is asked."""

    told = Signal(str, str, object)
    failed = Signal(object)
    done = Signal()

    def __init__(self, page: QWidget, services: Services, tasks: Tasks) -> None:
        super().__init__(page)
        self._page, self._services, self._tasks = page, services, tasks
        self._fingerprint = ""
        self.dialog: RequestDialog | None = None

    def ask(self, fingerprint: str) -> None:
        """Ask for what a request by the key with this fingerprint needs, and where it goes to."""
        self._fingerprint = fingerprint
        dialog = RequestDialog(self._page.window(), fingerprint)
        dialog.accepted.connect(lambda: self._choose(dialog.passphrase.text(), dialog.lost_key()))
        dialog.finished.connect(lambda _result: self._forget())
        self.dialog = dialog
        dialog.open()

    def write(self, folder: Path, passphrase: str, replaces: str = "") -> None:
        """Write the request into ``folder``."""
        enrolment = self._services.enrolment

        def written(made: Done[ExportRecord]) -> None:
            text = _("The request {name} has been written to {folder}. Send it to the office and read them this:")
            told = text.format(name=made.value.file_name, folder=made.value.folder)
            self.told.emit(f"{told}\n{fours(self._fingerprint)}", "success", Path(made.value.folder))
            self.done.emit()

        self.told.emit("", "accent", None)
        work = lambda: enrolment.request(folder, passphrase, replaces)  # noqa: E731 - it is handed on once
        self._tasks.submit(work, written, self.failed.emit, owner=self)

    def _choose(self, passphrase: str, replaces: str) -> None:
        folder = QFileDialog.getExistingDirectory(self._page, _("Folder or stick for the request"), first_stick())
        if folder:
            self.write(Path(folder), passphrase, replaces)

    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.passphrase.clear()
            self.dialog.deleteLater()
            self.dialog = None
