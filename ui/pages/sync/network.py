"""Bundles over a network, where there is one: putting what is not yet safe on a server, and fetching what came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import Cancelled, GmscError, WrongPassphrase
from gmsc_desktop.domain.exchange import VaultRole
from gmsc_desktop.domain.numbers import show_size
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.servers import Place
from gmsc_desktop.i18n import _, error_text, language, ngettext
from gmsc_desktop.services.uploading import Carried, Fetched
from ui.pages.sync.serverdialog import ServerDialog
from ui.tasks import Tasks
from ui.widgets.cards import Card, button_row
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner, error_parts
from ui.widgets.passphrase import ask_passphrase
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Network:
    """What the card shows. ``waiting`` counts bundles whose upload was broken off."""

    office: bool
    place: Place | None
    offered: Place | None
    waiting: int


def read_network(services: Services) -> Network:
    """On the worker; nothing is contacted."""
    uploading = services.uploading
    office = services.office.role is VaultRole.OFFICE
    return Network(office, uploading.place(), uploading.offered(), len(uploading.pending()))


class NetworkCard(Card):
    """``fetched`` hands over the files that came, to be looked at and received like any others."""

    fetched = Signal(tuple)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        note = _("A network is never needed. Where there is one, bundles may go to a server the office names.")
        super().__init__(_("Over a network"), note, parent)
        self._services, self._tasks = services, tasks
        self._shown = Network(False, None, None, 0)
        self.dialog: ServerDialog | None = None
        self.banner = Banner()
        self.body.addWidget(self.banner)
        self.text = label("", "muted")
        self.body.addWidget(self.text)
        self.set_up = Button(_("Set &up the server…"), "settings", "quiet")
        self.set_up.clicked.connect(self.ask_server)
        self.get = Button(_("&Fetch"), "down")
        self.get.clicked.connect(self.fetch)
        self.put_button = Button(_("Up&load…"), "sync", "primary")
        self.put_button.clicked.connect(self._upload_clicked)
        self.body.addLayout(button_row(self.get, self.put_button, left=self.set_up))

    def refresh(self) -> None:
        """Read anew how things stand."""
        services = self._services
        self._tasks.submit(lambda: read_network(services), self._load, self.banner.say_error, owner=self)

    def _load(self, shown: Network) -> None:
        self._shown = shown
        self.text.setText(network_text(shown))
        self.put_button.setText(_("Up&load the answers…") if shown.office else _("Up&load…"))
        for button in (self.get, self.put_button):
            button.setVisible(shown.place is not None)

    # the server

    def ask_server(self) -> None:
        """Show what is set, or what the office named, to be entered."""
        shown = self._shown
        told = shown.offered is not None if shown.office else None
        known = shown.place is not None
        dialog = ServerDialog(self.window(), shown.place or shown.offered, known=known, told=told)
        dialog.accepted.connect(lambda: self._entered(dialog))
        dialog.finished.connect(lambda _result: self._forget_dialog())
        self.dialog = dialog
        dialog.open()

    def _forget_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.secret.clear()
            self.dialog.deleteLater()
            self.dialog = None

    def _entered(self, dialog: ServerDialog) -> None:
        if dialog.forgotten:
            self._run(_("Forgetting the server"), lambda _progress: self._services.uploading.forget(), self._forgotten)
            return
        tell = dialog.tell.isChecked() if self._shown.office else None
        self.use(dialog.place(), dialog.secret.text(), tell)

    def use(self, place: Place, secret: str, tell: bool | None = None) -> None:
        """Use ``place`` from now on and ask it whether all is right."""
        uploading = self._services.uploading

        def work(_progress: Progress) -> None:
            uploading.set_place(place, secret)
            if tell is not None:
                uploading.tell(tell)
            uploading.check()

        self._run(_("Checking the server"), work, lambda _none: self._say(_("The server answers; all is right.")))

    def _forgotten(self, _done: object) -> None:
        self._say(_("Server and password are forgotten."))

    # both ways

    def _upload_clicked(self) -> None:
        self.ask_and_upload()

    def ask_and_upload(self, wrong: str = "") -> None:
        """Ask for the passphrase, then put on the server what is not yet safe, or an office's answers."""
        passphrase = ask_passphrase(
            self,
            _("Sign the bundle"),
            _("What goes to the server is signed, so that it is known to be yours."),
            _("Upload"),
            wrong,
        )
        if passphrase:
            self.upload(passphrase)

    def upload(self, passphrase: str) -> None:
        """Put on the server what there is to put."""
        uploading, office = self._services.uploading, self._shown.office

        def work(progress: Progress) -> Done[Carried]:
            return uploading.answer(passphrase, progress) if office else uploading.send(passphrase, progress=progress)

        def done(found: Done[Carried]) -> None:
            count = len(found.value.names)
            text = ngettext("{count} bundle is on the server.", "{count} bundles are on the server.", count)
            size = show_size(found.value.sent, language())
            self._say(text.format(count=count) + " " + _("{size} had to be sent.").format(size=size))

        self._run(_("Uploading"), work, done, in_bytes=True)

    def fetch(self) -> None:
        """Bring what lies on the server for this vault, and hand it over to be looked at."""

        def work(progress: Progress) -> Fetched:
            return self._services.uploading.fetch(progress)

        def done(found: Fetched) -> None:
            self._say(" ".join(error_text(fault) for fault in found.faulty), "warning")
            if found.files:
                self.fetched.emit(found.files)
            elif not found.faulty:
                self._say(_("There is nothing new on the server."), "accent")

        self._run(_("Fetching"), work, done)

    def swept(self) -> None:
        """What was fetched has been received or refused: it need not lie here twice."""
        self._tasks.submit(self._services.uploading.sweep, owner=self)

    def _run(
        self, title: str, work: Callable[[Progress], T], done: Callable[[T], None], *, in_bytes: bool = False
    ) -> None:
        self.banner.say("")
        watch(self, self._tasks, title, work, done, self._failed, in_bytes=in_bytes)

    def _failed(self, error: GmscError) -> None:
        if isinstance(error, WrongPassphrase):
            self.ask_and_upload(error_parts(error)[0])
        elif isinstance(error, Cancelled):
            self._say(_("Stopped. What has arrived stays; the next time goes on from there."), "warning")
        else:
            self.banner.say_error(error)
            self.refresh()

    def _say(self, text: str, tone: str = "success") -> None:
        self.banner.say(text, tone)
        self.refresh()


def network_text(shown: Network) -> str:
    """How things stand, in a sentence or two."""
    if shown.place is None:
        if shown.offered is not None:
            return _("The office names this server: {place}.").format(place=shown.offered.label)
        return _("No server is set; bundles travel on a stick or by mail.")
    text = _("Server: {place}.").format(place=shown.place.label)
    if shown.waiting:
        waiting = ngettext(
            "{count} bundle waits for the rest of its upload.",
            "{count} bundles wait for the rest of their upload.",
            shown.waiting,
        )
        text += " " + waiting.format(count=shown.waiting)
    return text
