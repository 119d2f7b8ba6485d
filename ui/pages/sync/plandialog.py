"""The plan of receiving, file by file, before anything is done; what has to be confirmed is asked for here."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.exchange import Outcome
from gmsc_desktop.domain.numbers import show_size
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.receiving import Consent, FilePlan
from ui.pages.sync.wording import (
    OUTCOME_LABELS,
    OUTCOME_TONES,
    brings_certificate,
    by_urgency,
    counts,
    item_text,
    keys_to_trust,
    kind_text,
    ordered_items,
    reason_text,
    root_to_trust,
)
from ui.theme import space
from ui.widgets.cards import button_row, scrolled
from ui.widgets.fields import FormRow, PassphraseField
from ui.widgets.fingerprint import Fingerprint
from ui.widgets.labels import Button, Chip, label
from ui.widgets.messages import Banner

PIECE = "piece"
FILES_SHOWN, ITEMS_SHOWN = 80, 40
"""Files, and lines of one file, that are shown; the rest is counted, and the chips above count everything."""


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
        column.addLayout(self._summary())
        column.addWidget(self._list(regions), 1)
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
            box = QCheckBox(_("I have compared it with {name}.").format(name=name).replace("&", "&&"))
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

    def _summary(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(space(2))
        for outcome, count in counts(self.plans).items():
            row.addWidget(Chip(f"{count}  {_(OUTCOME_LABELS[outcome])}", OUTCOME_TONES[outcome]))
        row.addStretch(1)
        return row

    def _list(self, regions: Mapping[str, str]) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, space(3), 0)
        column.setSpacing(space(2.5))
        ordered = by_urgency(self.plans)
        for plan in ordered[:FILES_SHOWN]:
            column.addWidget(_file(plan, regions))
        left = len(ordered) - FILES_SHOWN
        if left > 0:
            text = ngettext("and {count} more file", "and {count} more files", left).format(count=left)
            column.addWidget(label(text, "small"))
        column.addStretch(1)
        return scrolled(content)


def _file(plan: FilePlan, regions: Mapping[str, str]) -> QFrame:
    made = QFrame()
    made.setProperty("kind", "card")
    column = QVBoxLayout(made)
    column.setContentsMargins(space(4), space(3), space(4), space(3))
    column.setSpacing(space(1.5))
    who = " · ".join(part for part in (plan.sender_name, plan.organisation) if part)
    head = " · ".join(part for part in (kind_text(plan.kind), who) if part) or plan.path.name
    column.addWidget(label(head, "label"))
    size = show_size(plan.size, language())
    if plan.kind == PIECE:
        column.addWidget(label(plan.path.name, "small", selectable=True))
        column.addWidget(label(_("One piece of a bundle. It waits here until all its pieces have come.")))
        return made
    column.addWidget(label(f"{plan.path.name} · {size} · SHA-256 {plan.sha256[:16]}…", "small", selectable=True))
    if plan.refused is not None:
        column.addLayout(_line(reason_text(plan.refused), Outcome.REFUSED))
    elif plan.known:
        column.addLayout(_line(_("This very file was received before; it changes nothing."), Outcome.KNOWN))
    items = ordered_items(plan)
    for item in items[:ITEMS_SHOWN]:
        column.addLayout(_line(item_text(item, regions), item.outcome))
    if len(items) > ITEMS_SHOWN:
        left = len(items) - ITEMS_SHOWN
        column.addWidget(label(ngettext("and {count} more", "and {count} more", left).format(count=left), "small"))
    return made


def _line(text: str, outcome: Outcome) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(space(3))
    row.addWidget(Chip(_(OUTCOME_LABELS[outcome]), OUTCOME_TONES[outcome]), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(text), 1)
    return row
