"""Entering an award: who receives it, for what, on what ground, and who signs the certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.awards import AwardDraft, Signatory
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.region import Region
from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.dates import DateField
from ui.widgets.fields import FormRow, side_by_side
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner
from ui.widgets.regionpicker import RegionPicker

_NOWHERE = Region("", "", "", "", "")


class AwardDialog(QDialog):
    """The particulars of one award. ``submitted`` and ``previewed`` carry an ``AwardDraft``; the dialog stays until the
    award is kept."""

    submitted = Signal(object)
    previewed = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        find: Callable[[str], tuple[Region, ...]],
        today: date,
        draft: AwardDraft | None = None,
    ) -> None:
        super().__init__(parent)
        title = _("New award") if draft is None else _("Award")
        self.setWindowTitle(title)
        self.setMinimumWidth(space(160))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(title, "heading"))
        self.banner = Banner()
        column.addWidget(self.banner)
        self.region = RegionPicker(find)
        self.number, self.category, self.year = QLineEdit(), QLineEdit(), QLineEdit()
        self.decision, self.place, self.day = QLineEdit(), QLineEdit(), DateField()
        column.addWidget(FormRow(_("&Recipient"), self.region, focus=self.region.line))
        column.addWidget(
            side_by_side(
                FormRow(_("Register &number"), self.number),
                FormRow(_("C&ategory"), self.category, _("a dimension or an area cluster, such as Smart Society")),
                FormRow(_("&Year"), self.year),
                stretches=(2, 3, 1),
            )
        )
        column.addWidget(
            side_by_side(
                FormRow(_("&Decision it rests on"), self.decision, _("may be left empty")),
                FormRow(_("&Place"), self.place),
                FormRow(_("&Date"), self.day),
                stretches=(3, 2, 3),
            )
        )
        self.signers = [(QLineEdit(), QLineEdit(), QLineEdit()) for _number in range(2)]
        for number, (name, position, nip) in enumerate(self.signers, 1):
            column.addWidget(
                side_by_side(
                    FormRow(_("Signatory {number}: name").format(number=number), name),
                    FormRow(_("Position"), position),
                    FormRow("NIP", nip),
                    stretches=(3, 3, 2),
                )
            )
        self._fill(draft, today)
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        preview = Button(_("Previe&w"), "eye")
        preview.clicked.connect(lambda: self._send(self.previewed.emit))
        self.go = Button(_("&Keep"), "check", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(lambda: self._send(self.submitted.emit))
        column.addLayout(button_row(cancel, preview, self.go))

    def draft(self) -> AwardDraft | None:
        """What is entered, or None with the reason said."""
        year, day = self.year.text().strip(), self.day.value()
        if not (year.isascii() and year.isdigit()):
            self.banner.say(_("The year of the award is a number of four digits."), "warning")
            return None
        if day is None:
            self.banner.say(_("The date of the award is missing."), "warning")
            return None
        signers = tuple(
            Signatory(name.text(), position.text(), nip.text())
            for name, position, nip in self.signers
            if name.text().strip() or position.text().strip()
        )
        return AwardDraft(
            self.number.text(),
            self.region.value() or _NOWHERE,
            self.category.text(),
            int(year),
            self.decision.text(),
            self.place.text(),
            day,
            signers,
        )

    def fail(self, error: GmscError) -> None:
        """Say why it was not kept; everything entered stays."""
        self.banner.say_error(error)

    def _send(self, emit: Callable[[AwardDraft], None]) -> None:
        draft = self.draft()
        if draft is not None:
            self.banner.say("")
            emit(draft)

    def _fill(self, draft: AwardDraft | None, today: date) -> None:
        self.day.set_value(today if draft is None else draft.day)
        self.year.setText(str(today.year if draft is None else draft.year))
        if draft is None:
            return
        self.region.set_value(draft.region)
        for line, text in (
            (self.number, draft.register_number),
            (self.category, draft.category),
            (self.decision, draft.decision),
            (self.place, draft.place),
        ):
            line.setText(text)
        for (name, position, nip), signer in zip(self.signers, draft.signatories, strict=False):
            name.setText(signer.name)
            position.setText(signer.title)
            nip.setText(signer.nip)
