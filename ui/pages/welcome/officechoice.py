"""The choice of what a new vault is for, and what a central office needs besides."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.exchange import VaultRole
from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import Choice, FormRow
from ui.widgets.labels import Button


class OfficeChoice(QWidget):
    """An assessor's vault unless the person says otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        roles = [
            (VaultRole.ASSESSOR.value, _("Assessor: visits regions and reports")),
            (VaultRole.OFFICE.value, _("Central office: receives, reviews and assigns")),
        ]
        self.role = Choice(roles)
        column.addWidget(FormRow(_("&Use"), self.role))
        self._more = QWidget()
        more = QVBoxLayout(self._more)
        more.setContentsMargins(0, 0, 0, 0)
        more.setSpacing(space(3))
        self.name, self.copy = QLineEdit(), QLineEdit()
        self._name_row = FormRow(_("Name of the o&ffice"), self.name)
        hint = _("An empty folder on a stick that is then locked away: root and age key, both under your passphrase.")
        self._copy_row = FormRow(_("Offline copy of the &keys"), self.copy, hint)
        choose = Button(_("Choose…"), "folder")
        choose.clicked.connect(self._choose)
        more.addWidget(self._name_row)
        more.addWidget(self._copy_row)
        more.addLayout(button_row(left=choose))
        column.addWidget(self._more)
        self._more.hide()
        self.role.currentIndexChanged.connect(lambda _index: self._more.setVisible(self._is_office()))

    def value(self) -> tuple[str, Path] | None:
        """Name and folder of the offline copy for an office, None for an assessor."""
        return (self.name.text().strip(), Path(self.copy.text().strip())) if self._is_office() else None

    def check(self) -> bool:
        """Whether all that is needed was entered, after saying what is missing."""
        given = self.value()
        if given is None:
            return True
        self._name_row.set_error("" if given[0] else _("Enter the name of the office."))
        good = bool(self.copy.text().strip()) and is_empty_folder(given[1])
        self._copy_row.set_error("" if good else _("Choose an empty folder for the offline copy."))
        return bool(given[0]) and good

    def _is_office(self) -> bool:
        return self.role.value() == VaultRole.OFFICE.value

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Folder for the offline copy"))
        if folder:
            self.copy.setText(folder)


def is_empty_folder(folder: Path) -> bool:
    """Whether ``folder`` is there, can be looked into, and holds nothing."""
    try:
        return not any(folder.iterdir())
    except OSError:
        return False
