"""The certificate that signs now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from gmsc_desktop.domain.numbers import show_date
from gmsc_desktop.i18n import _, language
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, button_row, fact
from ui.widgets.labels import Button
from ui.widgets.messages import Banner

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What is shown of it; ``pem`` is the file others need to trust it."""

    subject: str
    issuer: str
    starts: datetime
    ends: datetime
    serial: str
    fingerprint: str
    pem: bytes

    @property
    def self_signed(self) -> bool:
        """Whether no office stands behind it yet."""
        return self.subject == self.issuer


class CertificateSection(Card):
    """Facts, and the certificate as a file."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        note = _("It goes along with every signature. Compare the fingerprint when someone asks whether it is yours.")
        super().__init__(_("Certificate"), note, parent)
        self._services, self._tasks = services, tasks
        self._facts: CertificateFacts | None = None
        self.banner = Banner()
        self.body.addWidget(self.banner)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(space(2.5))
        self.body.addLayout(self._rows)
        self.copy = Button(_("&Copy the fingerprint"), "copy")
        self.copy.clicked.connect(self._copy)
        self.save = Button(_("&Save the certificate…"), "save")
        self.save.clicked.connect(self._save)
        self.body.addLayout(button_row(self.copy, self.save))

    def refresh(self) -> None:
        """Read it."""
        self._tasks.submit(lambda: _facts(self._services), self._load, owner=self)

    def _load(self, facts: CertificateFacts) -> None:
        if facts == self._facts:
            return
        self._facts = facts
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        issuer = _("self-signed, not yet enrolled with the central office") if facts.self_signed else facts.issuer
        validity = f"{show_date(facts.starts.date(), language())} – {show_date(facts.ends.date(), language())}"
        for name, text, kind in (
            (_("Name"), facts.subject, ""),
            (_("Issued by"), issuer, ""),
            (_("Valid"), validity, ""),
            (_("Serial number"), facts.serial, ""),
            (_("Fingerprint of the key (SHA-256)"), grouped(facts.fingerprint), "code"),
        ):
            self._rows.addWidget(fact(name, text, kind))
        if facts.self_signed:
            text = _("Others see your signature as “unknown signer” until they trust this certificate.")
            self.banner.say(text, "accent")

    def _copy(self) -> None:
        if self._facts is not None:
            QGuiApplication.clipboard().setText(self._facts.fingerprint)
            self.banner.say(_("The fingerprint has been copied."), "success")

    def _save(self) -> None:
        path, _filter = QFileDialog.getSaveFileName(
            self, _("Save the certificate"), str(Path.home() / "gmsc.pem"), "PEM (*.pem)"
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the certificate and say so, or why not."""
        if self._facts is None:
            return
        try:
            path.write_bytes(self._facts.pem)
        except OSError as error:
            text = _("It could not be saved to {path}: {reason}.")
            self.banner.say(text.format(path=path, reason=error.strerror or error), "error")
        else:
            self.banner.say(_("Saved to {path}.").format(path=path), "success")


def grouped(fingerprint: str) -> str:
    """Hex in fours, eight groups to a line, as it is read aloud."""
    fours = [fingerprint[at : at + 4].upper() for at in range(0, len(fingerprint), 4)]
    return "\n".join(" ".join(fours[at : at + 8]) for at in range(0, len(fours), 8))


def _facts(services: Services) -> CertificateFacts:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    certificate = services.vault.certificate

    def common_name(name: object) -> str:
        found = name.get_attributes_for_oid(NameOID.COMMON_NAME)  # type: ignore[attr-defined]
        return str(found[0].value) if found else ""

    return CertificateFacts(
        subject=common_name(certificate.subject),
        issuer=common_name(certificate.issuer),
        starts=certificate.not_valid_before_utc,
        ends=certificate.not_valid_after_utc,
        serial=f"{certificate.serial_number:X}",
        fingerprint=services.vault.certificate_fingerprint,
        pem=certificate.public_bytes(Encoding.PEM),
    )
