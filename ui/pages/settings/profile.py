"""The owner's particulars."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.i18n import _
from ui.tasks import Tasks
from ui.widgets.cards import Card, button_row
from ui.widgets.fields import FormRow
from ui.widgets.labels import Button
from ui.widgets.messages import Banner
from ui.widgets.people import nip_problem

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.vaults import Profile


class ProfileSection(Card):
    """Name, NIP, position, organisation."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        note = _("This is how new reports and signatures name you. Papers already signed stay as they are.")
        super().__init__(_("Profile"), note, parent)
        self._services, self._tasks = services, tasks
        self._profile: Profile | None = None
        self.name, self.nip, self.position, self.organisation = (QLineEdit() for _number in range(4))
        self._name_row = FormRow(_("&Name with degrees"), self.name)
        self._nip_row = FormRow(_("N&IP"), self.nip, _("18 digits; leave it empty when you have none"))
        for row in (
            self._name_row,
            self._nip_row,
            FormRow(_("&Position"), self.position),
            FormRow(_("Or&ganisation"), self.organisation),
        ):
            self.body.addWidget(row)
        self.banner = Banner()
        self.body.addWidget(self.banner)
        self.save = Button(_("&Save"), "check", "primary")
        self.save.clicked.connect(self.keep)
        self.body.addLayout(button_row(self.save))

    def refresh(self) -> None:
        """Read the profile."""
        self._tasks.submit(lambda: self._services.vault.profile, self._load, owner=self)

    def keep(self) -> None:
        """Check what is entered and keep it."""
        name_missing = "" if self.name.text().strip() else _("Enter your name with degrees.")
        nip_wrong = nip_problem(self.nip.text())
        self._name_row.set_error(name_missing)
        self._nip_row.set_error(nip_wrong)
        if name_missing or nip_wrong or self._profile is None:
            (self._name_row if name_missing else self._nip_row).focus_editor()
            return
        texts = {
            "name": self.name.text(),
            "nip": self.nip.text(),
            "title": self.position.text(),
            "organisation": self.organisation.text(),
        }
        profile = dataclasses.replace(self._profile, **texts)
        self._tasks.submit(
            lambda: self._services.vault.set_profile(profile), lambda _done: self._kept(), self._failed, owner=self
        )

    def _load(self, profile: Profile) -> None:
        if profile == self._profile:
            return
        self._profile = profile
        self.name.setText(profile.name)
        self.nip.setText(profile.nip)
        self.position.setText(profile.title)
        self.organisation.setText(profile.organisation)

    def _kept(self) -> None:
        self._profile = None
        self.refresh()
        self.banner.say(_("Saved."), "success")

    def _failed(self, error: GmscError) -> None:
        self.banner.say_error(error)
