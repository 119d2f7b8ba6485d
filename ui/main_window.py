"""The window: who is shown when, and what happens when it is closed. Nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QLabel, QMainWindow, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.i18n import _
from ui import pages_registry
from ui.application import Application
from ui.arriving import Arriving
from ui.pages.welcome.page import WelcomePage
from ui.pages_registry import Entry
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.labels import label

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from gmsc_desktop.domain.changes import Changed
    from gmsc_desktop.domain.ports import Clock, Ids
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.backups import Backup
    from ui.workspace import Workspace

SMALLEST = (960, 600)
"""Pixels; larger zooms scroll rather than force the window beyond a small screen."""
COMPLETE_MS = 50
"""After this pause comes what the first picture does not need; with none it could come before it."""


class MainWindow(QMainWindow):
    """First the welcome (first start or unlocking), then the rail with its pages, until it is locked or closed."""

    def __init__(
        self, app: Application, *, clock: Clock, ids: Ids, folder: Path | None = None, listens: bool = False
    ) -> None:
        super().__init__()
        self._listens = listens
        self._app, self._clock, self._ids = app, clock, ids
        self._folder = folder
        self.tasks = Tasks(self)
        self.services: Services | None = None
        self.workspace: Workspace | None = None
        self._owner = ""
        self._closing = False
        self._saved: QLabel | None = None
        self._is_office = False
        self.arriving = Arriving(self, self._may_receive, self.receive)
        self.tasks.failed.connect(self._tell)
        self.tasks.saved.connect(self._show_saved)
        self.tasks.changed.connect(self._follow)
        self.setMinimumSize(*SMALLEST)
        self._place_window()
        self._shortcuts_added = False
        self.show_welcome()
        app.use_look()
        QTimer.singleShot(COMPLETE_MS, self, self._complete)

    # what is shown

    def show_welcome(self) -> None:
        """The first start or the unlock page."""
        self._forget_pages()
        self.services = None
        page = WelcomePage(self._app, self.tasks, clock=self._clock, ids=self._ids, folder=self._folder)
        page.opened.connect(self.show_workspace)
        page.language_chosen.connect(self.speak)
        page.verify_wanted.connect(self.verify_without_vault)
        self.setCentralWidget(page)
        self.setStatusBar(None)  # type: ignore[arg-type]
        self.setWindowTitle(page.title())

    def verify_without_vault(self) -> None:
        """Verification over the welcome: it needs no vault, only what is given to trust."""
        from ui.pages.verify.page import VerifyPage

        dialog = QDialog(self)
        dialog.setWindowTitle(_("Verification"))
        dialog.resize(space(230), space(165))
        column = QVBoxLayout(dialog)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(VerifyPage(None, self.tasks))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setModal(True)
        dialog.show()

    def show_workspace(self, services: Services, owner: str) -> None:
        """The rail and Beranda over an open vault."""
        self.services, self._owner = services, owner
        self._folder = services.vault.folder
        preferences = self._app.preferences
        preferences.keep(preferences.value.with_vault(self._folder))
        self._is_office = False
        self._build_workspace()
        self.go("home")
        from gmsc_desktop.domain.exchange import VaultRole

        self.tasks.submit(lambda: services.office.role is VaultRole.OFFICE, self._know_role, owner=self)
        self.arriving.offer()
        # Installed behind the first page, so that the first visit opens at once.
        self.tasks.submit(services.instruments.built_in, owner=self)

    def go(self, name: str, place: str = "") -> None:
        """Show the page called ``name``, at ``place`` on it when given."""
        entry = next((each for each in pages_registry.ENTRIES if each.name == name), None)
        hidden = entry is not None and entry.for_office and not self._is_office
        if entry is None or hidden or self.services is None or not self._may_leave():
            if self.workspace is not None:
                self.workspace.mark()
            return
        page = self.page(name) or self._made(entry)
        self._show(name, _(entry.title))
        self._call(page, "refresh")
        if place:
            self._call(page, "show_place", place)

    def receive(self, paths: tuple[Path, ...]) -> None:
        """Verify bundles and show what receiving them will do; nothing is changed by that."""
        self.go("sync")
        if self.workspace is not None and self.workspace.here == "sync":
            self._call(cast(QWidget, self.page()), "receive", paths)

    def _may_receive(self) -> bool:
        return self.services is not None and self.isEnabled()

    def open_visit(self, visit_id: str) -> None:
        """Fill the instrument of a visit."""
        if self.services is None or not self._may_leave():
            return
        from ui.pages.assessment.page import AssessmentPage
        from ui.workspace import ASSESSMENT

        page = AssessmentPage(self.services, self.tasks, visit_id)
        page.closed.connect(lambda *_details: self.go("visits", visit_id))
        self._wire(ASSESSMENT, page)
        # From the questions the visits are asked for when a particular has to be mended.
        page.go_to.disconnect()
        queued = Qt.ConnectionType.QueuedConnection
        page.go_to.connect(lambda name, at: self.go(name, f"edit:{at}" if name == "visits" else at), queued)
        self._show(ASSESSMENT, _("Assessment"))

    def _know_role(self, is_office: bool) -> None:
        """Whether this vault is a central office's, which has a page more."""
        self._is_office = is_office
        if self.workspace is not None:
            self.workspace.offer_office(is_office)

    def page(self, name: str = "") -> QWidget | None:
        """The page called ``name`` if it has been shown, or the one shown now."""
        return self.workspace.page(name) if self.workspace is not None else None

    def rebuild(self) -> None:
        """Build everything anew after language or zoom changed; the person stays where they were."""
        if self.services is None or self.workspace is None:
            self.show_welcome()
            return
        name, page = self.workspace.here, self.page()
        place = page.place() if page is not None and hasattr(page, "place") else ""
        self._build_workspace()
        known = any(entry.name == name for entry in pages_registry.ENTRIES)
        self.go(name if known else "home", place)

    # building

    def _build_workspace(self) -> None:
        from ui.workspace import Workspace

        services = cast("Services", self.services)
        self._forget_pages()
        self._add_shortcuts()
        self.workspace = Workspace(self._owner)
        self._know_role(self._is_office)
        self.workspace.rail.chosen.connect(self.go)
        self.workspace.rail.lock.connect(self.lock)
        self.setCentralWidget(self.workspace)
        status = self.statusBar()
        status.setSizeGripEnabled(False)
        for old in status.findChildren(QLabel):
            status.removeWidget(old)
            old.deleteLater()
        self._saved = label("", "small", wrap=False)
        where = label(_("Vault: {folder}").format(folder=services.vault.folder), "small", wrap=False)
        where.setContentsMargins(space(3), 0, 0, 0)
        self._saved.setContentsMargins(0, 0, space(3), 0)
        status.addWidget(where, 1)
        status.addPermanentWidget(self._saved)

    def _made(self, entry: Entry) -> QWidget:
        kind = pages_registry.page_class(entry)
        extra = (self._app,) if entry.wants_app else ()
        page = cast("Callable[..., QWidget]", kind)(self.services, self.tasks, *extra)
        self._wire(entry.name, page)
        return page

    def _wire(self, name: str, page: QWidget) -> None:
        cast("Workspace", self.workspace).add(name, page)
        for signal, slot in (
            ("open_visit", self.open_visit),
            ("go_to", self.go),
            ("rebuild", self.rebuild),
            ("language_chosen", self.speak),
            ("lock", self.lock),
            ("restore", self.restore_backup),
        ):
            if hasattr(page, signal):
                # Queued: the page that asks may be taken down by what follows.
                getattr(page, signal).connect(slot, Qt.ConnectionType.QueuedConnection)

    def _complete(self) -> None:
        from ui.widgets.mark import mark_icon

        self._app.complete()
        self.setWindowIcon(mark_icon())
        if self._listens:
            self.arriving.listen()

    def _add_shortcuts(self) -> None:
        if self._shortcuts_added:
            return
        self._shortcuts_added = True
        for number, entry in enumerate(pages_registry.ENTRIES, 1):
            self._shortcut(f"Ctrl+{number}", partial(self.go, entry.name))
        self._shortcut("Ctrl+N", partial(self.go, "visits", "new"))
        self._shortcut("F1", partial(self.go, "settings", "help"))
        self._shortcut("Ctrl+L", self.lock)
        self._shortcut("Ctrl+Q", self.close)

    def _shortcut(self, keys: str, slot: Callable[[], object]) -> None:
        from PySide6.QtGui import QKeySequence, QShortcut

        QShortcut(QKeySequence(keys), self).activated.connect(lambda: slot() if self._ready(keys) else None)

    def _ready(self, keys: str) -> bool:
        return self.services is not None or keys == "Ctrl+Q"

    # moving

    def _show(self, name: str, title: str) -> None:
        cast("Workspace", self.workspace).show_page(name)
        self.setWindowTitle(f"{title} — GMSC Desktop")

    def _may_leave(self) -> bool:
        page = self.page()
        return page is None or not hasattr(page, "may_leave") or bool(page.may_leave())

    def speak(self, code: str) -> None:
        """Speak ``code`` from now on, everything shown built anew."""
        self._app.use_language(code)
        self._app.preferences.change(language=code)
        self.rebuild()

    @staticmethod
    def _call(page: QWidget, method: str, *arguments: object) -> None:
        if hasattr(page, method):
            getattr(page, method)(*arguments)

    def _forget_pages(self) -> None:
        # Its pages go with it when another widget takes its place in the window.
        self.workspace = self._saved = None

    # what is told

    def _show_saved(self, value: object) -> None:
        from datetime import datetime

        if self._saved is not None:
            moment = value if isinstance(value, datetime) else self._clock.now()
            self._saved.setText(_("Saved {time}").format(time=moment.astimezone().strftime("%H:%M:%S")))

    def _follow(self, changed: Changed, _origin: object) -> None:
        if "profile" in changed.kinds and self.services is not None:
            vault = self.services.vault
            self.tasks.submit(lambda: vault.profile.name, self._name_owner, owner=self)

    def _name_owner(self, owner: str) -> None:
        self._owner = owner
        if self.workspace is not None:
            self.workspace.rail.set_owner(owner)

    def _tell(self, error: GmscError) -> None:
        from ui.widgets.messages import show_error

        show_error(self, error)

    # locking and closing

    def lock(self) -> None:
        """Close the vault and ask for the passphrase again."""
        self._close_vault(self.show_welcome)

    def restore_backup(self, backup: Backup, passphrase: str) -> None:
        """Close the vault, put the backup in the place of its database, and ask for the passphrase."""
        folder = self._folder
        if folder is None:
            return

        def restore() -> None:
            from gmsc_desktop.services.backups import restore_backup

            self.show_welcome()
            self.tasks.submit(
                lambda: restore_backup(folder, backup, passphrase, clock=self._clock), self._restored, owner=self
            )

        self._close_vault(restore)

    def _restored(self, kept: Path | None) -> None:
        text = _("The backup has been put back. Open the vault to go on.")
        if kept is not None:
            text += " " + _("The database that was there is kept as {name}.").format(name=kept.name)
        if isinstance(page := self.centralWidget(), WelcomePage):
            page.say(text)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish what runs, close the vault, then close."""
        if self._closing or self.services is None:
            self._app.preferences.change(geometry=bytes(self.saveGeometry().data()).hex())
            self.tasks.close()
            event.accept()
            return
        event.ignore()
        self._close_vault(self._close_now)

    def _close_now(self) -> None:
        self._closing = True
        self.close()

    def _close_vault(self, then: Callable[[], None]) -> None:
        if self.services is None or not self._may_leave() or not self._long_work_may_end():
            return
        vault, self.services = self.services.vault, None
        self.setEnabled(False)
        # Taking the keyboard away lets the field that has it hand its text to the worker before the vault closes.
        self.setFocus()

        def closed(error: GmscError | None = None) -> None:
            self.setEnabled(True)
            if error is not None:
                self._tell(error)
            self._forget_pages()
            then()

        self.tasks.submit(vault.close, lambda _nothing: closed(), closed)

    def _long_work_may_end(self) -> bool:
        jobs = self.tasks.long_jobs
        if not jobs:
            return True
        from ui.widgets.messages import ask

        text = _("Work is still running. Stopping it changes nothing that is already saved.")
        if not ask(self, _("Stop the running work?"), text, _("Stop it and close"), danger=True):
            return False
        for job in jobs:
            job.cancel()
        return True

    def _place_window(self) -> None:
        geometry = self._app.preferences.value.geometry
        if not geometry or not self.restoreGeometry(bytes.fromhex(geometry)):
            room = self.screen().availableGeometry()
            self.resize(min(1360, room.width()), min(860, room.height()))
