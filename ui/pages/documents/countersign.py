"""Signing a document once more: a second assessor, or an official of the region."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gmsc_desktop.domain.drawing import DrawnMark
from gmsc_desktop.domain.errors import N_, GmscError
from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import Choice, FormRow, PassphraseField, side_by_side
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner
from ui.widgets.signpad import SignaturePad

FIELDS = {
    "Asesor": N_("Assessor"),
    "AsesorKedua": N_("Second assessor"),
    "PejabatDaerah": N_("Official of the region"),
    "SertifikatNasional": N_("Certificate of a national authority"),
}


@dataclass(frozen=True, slots=True)
class Countersigning:
    """What was entered: the place, the passphrase, and either a ``.p12`` file or what was drawn; or the ``file`` that
    was signed by another program."""

    field: str
    passphrase: str
    p12: Path | None = None
    mark: DrawnMark | None = None
    file: Path | None = None


class CountersignDialog(QDialog):
    """Asks who signs and how. ``submitted`` carries a ``Countersigning``; the dialog stays until the signature is
    made, so that nothing has to be entered again when it is refused."""

    submitted = Signal(object)

    def __init__(self, parent: QWidget | None, fields: tuple[str, ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Further signature"))
        self.setMinimumWidth(space(190))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(_("Further signature"), "heading"))
        column.addWidget(
            label(_("What was signed before stays valid; the document is kept as one more version."), "muted")
        )
        self.banner = Banner()
        column.addWidget(self.banner)
        self.field = Choice([(name, _(FIELDS.get(name, name))) for name in fields])
        column.addWidget(FormRow(_("&Who signs"), self.field))
        self.by_file = QRadioButton(_("With their own &certificate (.p12 or .pfx file)"))
        self.by_hand = QRadioButton(_("By &hand on this screen, sealed under your own certificate"))
        self.elsewhere = QRadioButton(_("It was signed by another &program, for instance with BSrE"))
        group = QButtonGroup(self)
        self._ways = QStackedWidget()
        ways = (
            (self.by_file, self._file_way()),
            (self.by_hand, self._hand_way()),
            (self.elsewhere, self._other_way()),
        )
        for number, (button, way) in enumerate(ways):
            group.addButton(button, number)
            column.addWidget(button)
            self._ways.addWidget(way)
        column.addWidget(self._ways)
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.go = Button(_("&Sign"), "certificate", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.submit)
        column.addLayout(button_row(cancel, self.go))
        group.idToggled.connect(self._go_way)
        self.by_hand.setChecked(True)

    def _go_way(self, number: int, on: bool) -> None:
        """Show what the way chosen needs; what was signed elsewhere says itself who signed."""
        if on:
            self._ways.setCurrentIndex(number)
            self.field.setEnabled(not self.elsewhere.isChecked())
            self.go.setText(_("&Take in the file") if self.elsewhere.isChecked() else _("&Sign"))

    def _file_way(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        self.path = QLineEdit()
        place = _file_row(self.path, self._choose)
        self.file_passphrase = PassphraseField()
        column.addWidget(FormRow(_("Certificate &file"), place, focus=self.path))
        column.addWidget(
            FormRow(
                _("Passphrase of the fi&le"),
                self.file_passphrase,
                _("The key is used for this signature only and is not kept."),
                focus=self.file_passphrase.line,
            )
        )
        column.addStretch(1)
        return made

    def _other_way(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        self.signed_file = QLineEdit()
        place = _file_row(self.signed_file, self._choose_signed)
        column.addWidget(
            FormRow(
                _("Signed PDF &file"),
                place,
                _("Save the document first, and have the stamp put inside the empty place; nothing else may change."),
                focus=self.signed_file,
            )
        )
        column.addStretch(1)
        return made

    def _choose_signed(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, _("The signed document"), "", "PDF (*.pdf)")
        if name:
            self.signed_file.setText(name)

    def _hand_way(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        self.name, self.title, self.organisation = QLineEdit(), QLineEdit(), QLineEdit()
        column.addWidget(
            side_by_side(
                FormRow(_("&Name with degrees"), self.name),
                FormRow(_("&Position"), self.title),
                FormRow(_("&Organisation"), self.organisation),
            )
        )
        self.pad = SignaturePad()
        clear = Button(_("Cl&ear"), kind="quiet")
        clear.clicked.connect(self.pad.clear)
        drawing = QHBoxLayout()
        drawing.addWidget(self.pad, 1)
        drawing.addWidget(clear, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(drawing)
        self.own_passphrase = PassphraseField()
        column.addWidget(
            FormRow(
                _("Your own passp&hrase"),
                self.own_passphrase,
                _("The stamp says that it was drawn on the screen and sealed by you."),
                focus=self.own_passphrase.line,
            )
        )
        return made

    def _choose(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Certificate file"), "", _("Certificates with key (*.p12 *.pfx);;All files (*)")
        )
        if name:
            self.path.setText(name)

    def submit(self) -> None:
        """Hand over what was entered, or say what is missing."""
        try:
            entered = self._entered()
        except GmscError as error:
            self.banner.say_error(error)
            return
        if entered is not None:
            self.banner.say("")
            self.submitted.emit(entered)

    def fail(self, error: GmscError) -> None:
        """Say why the signature was not made; everything entered stays."""
        self.banner.say_error(error)

    def _entered(self) -> Countersigning | None:
        if self.by_file.isChecked():
            if not self.path.text().strip():
                self.banner.say(_("Choose the certificate file first."), "warning")
                return None
            return Countersigning(self.field.value(), self.file_passphrase.text(), Path(self.path.text().strip()))
        if self.elsewhere.isChecked():
            if not self.signed_file.text().strip():
                self.banner.say(_("Choose the signed document first."), "warning")
                return None
            return Countersigning(self.field.value(), "", file=Path(self.signed_file.text().strip()))
        mark = DrawnMark(self.name.text(), self.title.text(), self.pad.strokes(), self.organisation.text()).checked()
        if not self.own_passphrase.text():
            self.banner.say(_("Give your own passphrase, which seals the signature."), "warning")
            return None
        return Countersigning(self.field.value(), self.own_passphrase.text(), mark=mark)


def _file_row(path: QLineEdit, choose: Callable[[], None]) -> QWidget:
    """A path and, beside it, the button that lets the person choose it."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    button = Button(_("Ch&oose…"), "folder")
    button.clicked.connect(choose)
    row.addWidget(path, 1)
    row.addWidget(button)
    return made
