"""The plan of receiving, file by file, before anything is done; what has to be confirmed is asked for here."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _, ngettext
from gmsc_desktop.services.receiving import Consent, FilePlan
from ui.pages.sync.planlist import PlanList
from ui.pages.sync.wording import brings_certificate, keys_to_trust, root_to_trust
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import FormRow, PassphraseField
from ui.widgets.fingerprint import Fingerprint
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner


class PlanDialog(QDialog):
    """``accepted`` when the person wants it done; ``consent()`` is what they confirmed."""

    def __init__(self, parent: QWidget | None, plans: tuple[FilePlan, ...], regions: Mapping[str, str]) -> None:
        super().__init__(parent)
        self.plans = plans
        self._root = root_to_trust(plans)
        self.setWindowTitle(_("What receiving will do"))
        self.resize(space(195), space(138))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(_("What receiving will do"), "heading"))
        text = ngettext("{count} file has been verified.", "{count} files have been verified.", len(plans))
        note = text.format(count=len(plans)) + " " + _("Nothing has been changed yet.")
        column.addWidget(label(note, "muted"))
        self.list = PlanList(plans, regions)
        column.addWidget(self.list, 1)
        self.banner = Banner()
        column.addWidget(self.banner)
        self.compared = QCheckBox(_("I have compared this fingerprint with the office, by telephone or in person."))
        self.passphrase = PassphraseField()
        self._row = FormRow(_("&Passphrase, to install the certificate"), self.passphrase, focus=self.passphrase.line)
        if self._root:
            column.addWidget(Fingerprint(_("Fingerprint of the office's root"), self._root))
            column.addWidget(self.compared)
        self.members: dict[str, QCheckBox] = {}
        for name, key in keys_to_trust(plans):
            column.addWidget(Fingerprint(_("Fingerprint of the key of {name}").format(name=name), key))
            box = QCheckBox(
                _("I have compared it with {name}, by telephone or in person.").format(name=name).replace("&", "&&")
            )
            self.members[key] = box
            column.addWidget(box)
        if brings_certificate(plans):
            column.addWidget(self._row)
        cancel = Button(_("Cancel") if self.takes else _("Close"))
        cancel.clicked.connect(self.reject)
        self.go = Button(_("&Receive") if self.takes else _("&Put into the quarantine"), "check", "primary")
        self.go.clicked.connect(self._receive)
        self.go.setVisible(self.takes or self.quarantines)
        column.addLayout(button_row(cancel, self.go))
        (self.go if not self.go.isHidden() else cancel).setDefault(True)

    @property
    def takes(self) -> bool:
        """Whether there is anything to take."""
        return any(plan.refused is None and not plan.known for plan in self.plans)

    @property
    def quarantines(self) -> bool:
        """Whether a refused file would be kept."""
        return any(plan.refused is not None and plan.refused.code not in ("role", "consent") for plan in self.plans)

    def consent(self) -> Consent:
        """What the person confirmed."""
        root = self._root if self.compared.isChecked() else ""
        members = tuple(key for key, box in self.members.items() if box.isChecked())
        return Consent(self.passphrase.text(), root, members)

    def _receive(self) -> None:
        if self._root and not self.compared.isChecked():
            self.banner.say(_("Compare the fingerprint with the office first, then say so below."), "warning")
            self.compared.setFocus(Qt.FocusReason.OtherFocusReason)
        elif left := next((box for box in self.members.values() if not box.isChecked()), None):
            self.banner.say(_("Compare the fingerprint with the person first, then say so below."), "warning")
            left.setFocus(Qt.FocusReason.OtherFocusReason)
        elif brings_certificate(self.plans) and not self.passphrase.text():
            self._row.set_error(_("Enter your passphrase."))
            self._row.focus_editor()
        else:
            self.accept()
