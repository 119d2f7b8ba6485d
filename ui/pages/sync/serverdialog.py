"""Entering the server bundles may go to: what the office named is filled in, the password never is."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.servers import Place, PlaceKind, checked
from gmsc_desktop.i18n import N_, _
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import Choice, FormRow, PassphraseField, side_by_side
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner

KINDS = {PlaceKind.WEBDAV: N_("WebDAV folder (Nextcloud, ownCloud, NAS)"), PlaceKind.S3: N_("S3-compatible store")}


class ServerDialog(QDialog):
    """``place()`` and ``secret.text()`` hold what was entered once it is accepted; ``forgotten`` that the server is to
    be forgotten. ``told`` is None on a laptop, at an office whether it names the server to the laptops."""

    def __init__(self, parent: QWidget | None, place: Place | None, *, known: bool, told: bool | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Server for bundles"))
        self.setMinimumWidth(space(150))
        self._known = known
        self.forgotten = False
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(_("Server for bundles"), "heading"))
        note = _("The office tells address, user name and password. They stay in this vault, encrypted.")
        column.addWidget(label(note, "muted"))
        self.banner = Banner()
        column.addWidget(self.banner)
        found = place or Place(PlaceKind.WEBDAV, "")
        self.kind = Choice([(kind.value, _(text)) for kind, text in KINDS.items()])
        self.kind.setCurrentIndex(list(KINDS).index(found.kind))
        self.address, self.folder = QLineEdit(found.address), QLineEdit(found.folder)
        self.bucket, self.region = QLineEdit(found.bucket), QLineEdit(found.region)
        self.user, self.secret = QLineEdit(found.user), PassphraseField()
        self.address.setPlaceholderText("https://")
        column.addWidget(FormRow(_("&Kind of server"), self.kind))
        column.addWidget(FormRow(_("&Address"), self.address))
        self._store = side_by_side(
            FormRow(_("&Bucket"), self.bucket), FormRow(_("&Region (may stay empty)"), self.region)
        )
        column.addWidget(self._store)
        column.addWidget(FormRow(_("&Folder on the server"), self.folder))
        hint = _("Leave it empty to keep the one before.") if known else ""
        column.addWidget(FormRow(_("&User name or access key"), self.user))
        column.addWidget(FormRow(_("&Password or secret key"), self.secret, hint, focus=self.secret.line))
        self.tell = QCheckBox(_("&Name this server to the laptops in every answer (never the password)"))
        self.tell.setChecked(bool(told))
        self.tell.setVisible(told is not None)
        column.addWidget(self.tell)
        forget = Button(_("F&orget the server"), "cross", "quiet")
        forget.setVisible(known)
        forget.clicked.connect(self._forget)
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.go = Button(_("&Save and check"), kind="primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self._check)
        column.addLayout(button_row(cancel, self.go, left=forget))
        self.kind.currentIndexChanged.connect(self._fit)
        self._fit()
        self.address.setFocus()

    def place(self) -> Place:
        """What was entered."""
        lines = (self.address, self.folder, self.bucket, self.region, self.user)
        address, folder, bucket, region, user = (line.text().strip() for line in lines)
        kind = list(KINDS)[self.kind.currentIndex()]
        if kind is PlaceKind.WEBDAV:
            bucket = region = ""
        return Place(kind, address, folder, bucket, region, user)

    def _fit(self) -> None:
        self._store.setVisible(list(KINDS)[self.kind.currentIndex()] is PlaceKind.S3)
        self.adjustSize()

    def _forget(self) -> None:
        self.forgotten = True
        self.accept()

    def _check(self) -> None:
        try:
            checked(self.place())
        except InvalidInput as error:
            self.banner.say_error(error)
            return
        if not self._known and not self.secret.text():
            self.banner.say(_("The password for the server is missing."), "error")
            return
        self.accept()
