"""The welcome: the first start on a fresh machine, the unlock page on every later one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.i18n import _, language
from ui.application import Application
from ui.pages.welcome.brand import Brand
from ui.pages.welcome.unlock import UnlockForm
from ui.preferences import default_vault_folder
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import scrolled
from ui.widgets.labels import Button

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from gmsc_desktop.domain.ports import Clock, Ids, Progress
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.restoring import Interrupted
    from gmsc_desktop.services.vaults import Profile, Vault
    from ui.pages.welcome.bringback import BringBack
    from ui.pages.welcome.firststart import FirstStart


LOOK_AFTER_MS = 250
"""The pause before the folders are looked at for what was cut short."""


class WelcomePage(QWidget):
    """Ends with ``opened(Services, owner's name)``. ``verify_wanted`` asks for verification without a vault: whoever is
    handed a paper may check it."""

    opened = Signal(object, str)
    verify_wanted = Signal()
    language_chosen = Signal(str)

    def __init__(
        self,
        app: Application,
        tasks: Tasks,
        *,
        clock: Clock,
        ids: Ids,
        folder: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._app, self._tasks, self._clock, self._ids = app, tasks, clock, ids
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._brand = Brand()
        row.addWidget(self._brand)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(space(6), space(5), space(6), space(8))
        column.addLayout(self._languages())
        # As wide as a line that reads well; between stretches, since only so its height follows its width.
        self._place = QVBoxLayout()
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(self._place)
        middle.addStretch(1)
        column.addStretch(1)
        column.addLayout(middle)
        column.addStretch(2)
        row.addWidget(scrolled(right), 1)
        vaults = app.preferences.value.vaults
        if folder is not None:
            vaults = (str(folder), *(vault for vault in vaults if vault != str(folder)))
        self.unlock: UnlockForm | None = None
        self.first: FirstStart | None = None
        self.bringing: BringBack | None = None
        if vaults:
            self.show_unlock(vaults)
        else:
            self.show_first_start()
        # Once the window is there: it waits for nothing it does not show.
        QTimer.singleShot(LOOK_AFTER_MS, self, self._look_for_interrupted)

    def title(self) -> str:
        """For the window."""
        return "GMSC Desktop"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where both do not fit, the form stays."""
        super().resizeEvent(event)
        self._brand.setVisible(self.width() >= space(240))

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard begins where something is to be typed."""
        super().showEvent(event)
        self._form.setFocus()

    # the steps

    def show_unlock(self, vaults: tuple[str, ...]) -> None:
        """Ask for the passphrase of one of ``vaults``, the first chosen."""
        form = UnlockForm(vaults)
        form.unlock.connect(self.open)
        form.recover.connect(self.recover)
        form.make_new.connect(self.show_first_start)
        form.repair.connect(self.repair)
        self.unlock, self.first = form, None
        self._show(form)

    def show_first_start(self) -> None:
        """Begin the first start."""
        from ui.pages.welcome.firststart import FirstStart

        self._language_row.setVisible(True)
        form = FirstStart(can_go_back=bool(self._app.preferences.value.vaults))
        form.wanted.connect(self.make_vault)
        form.open_existing.connect(lambda folder: self.show_unlock((folder, *self._app.preferences.value.vaults)))
        form.back_out.connect(lambda: self.show_unlock(self._app.preferences.value.vaults))
        form.bring_back.connect(self.show_bring_back)
        form.begun.connect(lambda begun: self._language_row.setVisible(not begun))
        self.first, self.unlock = form, None
        self._show(form)

    def show_bring_back(self) -> None:
        """Ask for a backup or a copied vault."""
        from ui.pages.welcome.bringback import BringBack

        form = BringBack(self._tasks, clock=self._clock, ids=self._ids)
        form.back_out.connect(self.show_first_start)
        form.back.connect(self._brought)
        # A change of language builds the window anew, and what was entered would be lost.
        self._language_row.setVisible(False)
        self.bringing, self.first, self.unlock = form, None, None
        self._show(form)

    def _brought(self, folder: str, passphrase: str) -> None:
        self._language_row.setVisible(True)
        self.show_unlock((folder, *(each for each in self._app.preferences.value.vaults if each != folder)))
        self.open(folder, passphrase)

    def _look_for_interrupted(self) -> None:
        """Say of a vault that was being brought back when the power went that nothing of it is left half."""
        if not self._tasks.is_open:
            return  # The window was closed meanwhile.
        vaults = self._app.preferences.value.vaults
        places = tuple(dict.fromkeys(Path(each).parent for each in (str(default_vault_folder()), *vaults)))

        def work() -> tuple[Interrupted, ...]:
            # Hardly ever is there anything; then nothing more is loaded.
            if not any(True for place in places if place.is_dir() for _found in place.glob(".*.gmsc-restore")):
                return ()
            from gmsc_desktop.services.restoring import interrupted

            return interrupted(places)

        self._tasks.submit(work, self._say_interrupted, owner=self)

    def _say_interrupted(self, found: tuple[Interrupted, ...]) -> None:
        form = self.unlock or self.first
        if found and form is not None:
            text = _("Bringing a vault back to {folder} was cut short. Nothing half was left; begin again.")
            form.banner.say(text.format(folder=found[0].folder), "warning")

    def _show(self, form: QWidget) -> None:
        while (item := self._place.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        form.setFixedWidth(space(120))
        self._form = form
        self._place.addWidget(form)
        form.setFocus()

    def repair(self, folder: str, passphrase: str) -> None:
        """Offer what can be done for a damaged vault."""
        from ui.pages.welcome.repair import Repair

        made = Repair(self, self._tasks, clock=self._clock, ids=self._ids, told=self.say, failed=self._failed)
        made.begin(Path(folder), passphrase)

    def say(self, text: str) -> None:
        """A word of good news above the form."""
        if self.unlock is not None:
            self.unlock.repair_button.hide()
            self.unlock.banner.say(text, "success")

    # what is done

    def open(self, folder: str, passphrase: str) -> None:
        """Open a vault by its passphrase."""

        def work(progress: Progress) -> Opened:
            from gmsc_desktop.services.vaults import open_vault

            vault = open_vault(Path(folder), passphrase, clock=self._clock, ids=self._ids, progress=progress)
            return self._built(vault)

        self._begin(work)

    def recover(self, folder: str, code: str, passphrase: str) -> None:
        """Open a vault by its recovery code and give it a new passphrase."""

        def work(_progress: Progress) -> Opened:
            from gmsc_desktop.services.vaults import recover_vault

            return self._built(recover_vault(Path(folder), code, passphrase, clock=self._clock, ids=self._ids))

        self._begin(work)

    def make_vault(self, folder: str, profile: Profile, passphrase: str) -> None:
        """Make a vault, then show its recovery code."""

        office = self.first.office.value() if self.first is not None else None

        def work(progress: Progress) -> Made:
            from gmsc_desktop.services.vaults import create_vault

            vault, code = create_vault(
                Path(folder), profile, passphrase, clock=self._clock, ids=self._ids, progress=progress
            )
            opened = self._built(vault)
            try:
                if office is not None:
                    opened[0].office.init(office[0], passphrase, office[1])
            except GmscError as error:
                # The vault is there and its recovery code has to be seen, whatever became of the role.
                return opened, code, error
            return opened, code, None

        self._wait(True)
        self._tasks.submit_long(work, self._created, self._failed, owner=self)

    def _built(self, vault: Vault) -> Opened:
        """On the worker: the services of an open vault, which is closed again when they cannot be made."""
        from gmsc_desktop.services.app import build_services

        try:
            services = build_services(vault, clock=self._clock, ids=self._ids)
            return services, vault.profile.name
        except BaseException:
            vault.close()
            raise

    def _begin(self, work: Callable[[Progress], Opened]) -> None:
        self._wait(True)
        self._tasks.submit_long(work, lambda opened: self.opened.emit(*opened), self._failed, owner=self)

    def _created(self, result: Made) -> None:
        from ui.recovery import CodeCard

        opened, code, error = result
        step = CodeCard(code, opened[1], opened[0].vault.folder, _("&Begin"))
        step.kept.connect(lambda: self.opened.emit(*opened))
        self._language_row.setVisible(False)
        self._show(step)
        if error is not None:
            self._tasks.failed.emit(error)

    def _failed(self, error: GmscError) -> None:
        self._wait(False)
        form = self.unlock or self.first
        if form is not None:
            form.say_error(error)

    def _wait(self, waiting: bool) -> None:
        form = self.unlock or self.first
        if form is not None:
            form.wait(waiting)

    def _languages(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.verify = Button(_("&Verify a paper or bundle…"), "verify", "quiet")
        self.verify.clicked.connect(self.verify_wanted)
        row.addWidget(self.verify)
        row.addStretch(1)
        self._language_row = QWidget()
        inner = QHBoxLayout(self._language_row)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(space(1))
        for code, text in (("id", "Bahasa Indonesia"), ("en", "English")):
            button = Button(text, "check" if code == language() else "", "quiet")
            button.clicked.connect(lambda _checked=False, code=code: self.language_chosen.emit(code))
            inner.addWidget(button)
        row.addWidget(self._language_row)
        return row


Opened = tuple["Services", str]
Made = tuple[Opened, str, GmscError | None]
"""A new vault, its recovery code, and why it did not become an office's, if it should have."""
