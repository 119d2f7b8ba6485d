"""The page that writes bundles for the office and remembers what went where."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStorageInfo, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import Cancelled, GmscError, WrongPassphrase
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.numbers import show_size, show_time
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.visit import VisitRow
from gmsc_desktop.i18n import _, language, ngettext
from ui.pages.sync.outbox import Outbox
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, EmptyState, Page, button_row
from ui.widgets.labels import Button, label, rule
from ui.widgets.messages import Banner, error_parts
from ui.widgets.passphrase import ask_passphrase
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

Loaded = tuple[tuple[VisitRow, ...], tuple[ExportRecord, ...]]
SHOWN = 30
"""Records of the history on the page; the rest is counted."""


class SyncPage(Page):
    """Bundles of one vault."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Synchronisation"),
            _("Bundles for the central office: on a stick, by mail, however they travel."),
            parent=parent,
        )
        self._services, self._tasks = services, tasks
        self._written: Path | None = None
        self.banner = Banner()
        self.open_folder = Button(_("Open folder"), "folder", "quiet")
        self.open_folder.clicked.connect(self._show_folder)
        self.open_folder.hide()
        self.banner.buttons.addWidget(self.open_folder)
        self.body.addWidget(self.banner)
        self.body.addWidget(self._outbox_card())
        self.body.addWidget(self._history_card())
        self.body.addStretch(1)
        tasks.changed.connect(self._changed)

    # what it is made of

    def _outbox_card(self) -> Card:
        card = Card(_("Not yet receipted by the office"))
        self.safe = label("", "muted")
        card.body.addWidget(self.safe)
        self.outbox = Outbox()
        card.body.addWidget(self.outbox)
        self.empty = EmptyState(
            "sync",
            _("Nothing to send yet"),
            _("A signed visit appears here and can be sent as often as needed."),
        )
        card.body.addWidget(self.empty)
        self.write_button = Button(_("Write a &bundle…"), "save", "primary")
        self.write_button.clicked.connect(self.write)
        self.chosen = label("", "small")
        card.body.addLayout(button_row(self.write_button, left=self.chosen))
        self.outbox.changed.connect(self._count)
        return card

    def _history_card(self) -> Card:
        card = Card(_("What went where"))
        self.history = QVBoxLayout()
        self.history.setSpacing(space(2.5))
        card.body.addLayout(self.history)
        return card

    # what it shows

    def refresh(self) -> None:
        """Read outbox and history anew."""
        services = self._services

        def load() -> Loaded:
            return services.exports.candidates(), services.exports.history()

        self._tasks.submit(load, self._load, self.banner.say_error, owner=self)

    def _load(self, loaded: Loaded) -> None:
        rows, records = loaded
        current = {row.visit.id: row.visit.content_hash for row in rows}
        times = Counter(
            visit.visit_id
            for record in records
            for visit in record.visits
            if current.get(visit.visit_id) == visit.content_hash
        )
        self.outbox.put(rows, dict(times))
        self.outbox.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        unsent = sum(1 for visit_id in current if not times[visit_id])
        if not rows:
            self.safe.setText("")
        elif unsent:
            text = ngettext(
                "{count} visit has not left this laptop yet.", "{count} visits have not left this laptop yet.", unsent
            )
            self.safe.setText(text.format(count=unsent))
        else:
            self.safe.setText(
                _("Everything has gone out at least once. Keep it here until the office's receipt arrives.")
            )
        self.safe.setVisible(bool(rows))
        self._show_history(records)

    def _show_history(self, records: tuple[ExportRecord, ...]) -> None:
        while (item := self.history.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        if not records:
            self.history.addWidget(label(_("No bundle has been written yet."), "muted"))
        for number, record in enumerate(records[:SHOWN]):
            if number:
                self.history.addWidget(rule())
            self.history.addWidget(_record(record))
        if len(records) > SHOWN:
            left = len(records) - SHOWN
            self.history.addWidget(
                label(ngettext("and {count} older one", "and {count} older ones", left).format(count=left), "small")
            )

    def _count(self) -> None:
        count = len(self.outbox.chosen())
        self.chosen.setText(ngettext("{count} visit chosen", "{count} visits chosen", count).format(count=count))
        self.chosen.setVisible(bool(self.outbox.lines))

    def _changed(self, changed: object, _origin: object) -> None:
        if {"visit", "document", "export"} & set(getattr(changed, "kinds", ())) and self.isVisible():
            self.refresh()

    # what can be done

    def write(self) -> None:
        """Ask where to and for the passphrase, then write one bundle of the chosen visits."""
        chosen = self.outbox.chosen()
        if not chosen:
            text = _("Choose at least one visit.") if self.outbox.lines else _("Close and sign a visit first.")
            self.banner.say(text, "warning")
            return
        folder = QFileDialog.getExistingDirectory(self, _("Folder or stick for the bundle"), _first_stick())
        if folder:
            self._ask_and_write(chosen, Path(folder))

    def _ask_and_write(self, chosen: tuple[str, ...], folder: Path, wrong: str = "") -> None:
        passphrase = ask_passphrase(
            self,
            _("Sign the bundle"),
            _("The bundle is signed, so that the office knows it is yours. It goes to {folder}.").format(folder=folder),
            _("Write"),
            wrong,
        )
        if passphrase:
            self.write_to(chosen, folder, passphrase)

    def write_to(self, chosen: tuple[str, ...], folder: Path, passphrase: str) -> None:
        """Write one bundle of ``chosen`` into ``folder``."""
        exports = self._services.exports

        def work(progress: Progress) -> Done[ExportRecord]:
            return exports.write(chosen, folder, passphrase, progress)

        def failed(error: GmscError) -> None:
            if isinstance(error, WrongPassphrase):
                self._ask_and_write(chosen, folder, error_parts(error)[0])
            elif isinstance(error, Cancelled):
                self._say(_("Stopped. No bundle was written, and nothing half remains in the folder."), "warning")
            else:
                self._say("")
                self.banner.say_error(error)

        self._say("")
        watch(self, self._tasks, _("Writing the sync bundle"), work, self._done, failed)

    def _done(self, done: Done[ExportRecord]) -> None:
        record = done.value
        text = _("{name} has been written to {folder} ({size}).").format(
            name=record.file_name, folder=record.folder, size=show_size(record.size, language())
        )
        self._say(f"{text}\nSHA-256 {record.sha256}", "success", Path(record.folder))
        self.refresh()

    def _say(self, text: str, tone: str = "accent", folder: Path | None = None) -> None:
        self._written = folder
        self.open_folder.setVisible(folder is not None)
        self.banner.say(text, tone)

    def _show_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))


def _record(record: ExportRecord) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(space(4))
    left = QVBoxLayout()
    left.setSpacing(space(0.5))
    regions = ", ".join(dict.fromkeys(visit.region_name for visit in record.visits))
    left.addWidget(label(regions, "label"))
    left.addWidget(label(str(Path(record.folder) / record.file_name), "small", selectable=True))
    left.addWidget(label(f"SHA-256 {record.sha256}", "small", selectable=True))
    right = QVBoxLayout()
    right.setSpacing(space(0.5))
    for text in (
        show_time(record.created_at, language()),
        _("Bundle no. {number} · {size}").format(number=record.sequence, size=show_size(record.size, language())),
    ):
        line = label(text, "muted", wrap=False)
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        right.addWidget(line)
    right.addStretch(1)
    row.addLayout(left, 1)
    row.addLayout(right)
    return made


def _first_stick() -> str:
    """Where a stick is plugged in, to start the choice there; nothing when there is none."""
    system = QStorageInfo.root().rootPath()
    for volume in QStorageInfo.mountedVolumes():
        path = volume.rootPath()
        removable = path.startswith(("/media/", "/run/media/", "/Volumes/")) or (
            len(path) >= 2 and path[1] == ":" and path[:2] != system[:2]
        )
        if volume.isReady() and not volume.isReadOnly() and removable:
            return path
    return ""
