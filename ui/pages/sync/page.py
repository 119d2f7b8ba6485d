"""The page that writes bundles for the office and remembers what went where."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.exchange import VaultRole
from gmsc_desktop.i18n import _, ngettext
from ui.backing_up import OutsideBackup
from ui.pages.sync.drafts import Drafts, drafts_text
from ui.pages.sync.enrolling import EnrolmentCard, Requesting
from ui.pages.sync.inbox import GapsCard, Inbox, QuarantineCard, clear
from ui.pages.sync.ledger import entries, entry_row
from ui.pages.sync.network import NetworkCard
from ui.pages.sync.outbox import Outbox
from ui.pages.sync.receiving import Receiving
from ui.pages.sync.sending import Sending
from ui.pages.sync.snapshot import Snapshot, conflict_text, points_text, read, safe_text
from ui.pages.sync.teams import TeamsCard
from ui.sticks import first_stick
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, EmptyState, Page, button_row
from ui.widgets.labels import Button, label, rule
from ui.widgets.messages import Banner

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

SHOWN = 30
"""Records of the history on the page; the rest is counted."""
FOLLOWED = frozenset(
    {"visit", "team", "document", "export", "receipt", "review", "received", "member", "quarantine", "trust", "backup"}
)


class SyncPage(Page):
    """Bundles of one vault, both ways."""

    go_to = Signal(str, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Synchronisation"),
            _("Bundles to and from the central office: on a stick, by mail, however they travel."),
            parent=parent,
        )
        self._services, self._tasks = services, tasks
        self._written: Path | None = None
        self.banner = Banner()
        self.open_folder = Button(_("Open folder"), "folder", "quiet")
        self.open_folder.clicked.connect(self._show_folder)
        self.open_folder.hide()
        self.banner.buttons.addWidget(self.open_folder)
        self.begun = Banner()
        self.conflicts = Banner()
        decide = Button(_("Decide"), "right", "quiet")
        self._to_decide = "visits"
        decide.clicked.connect(lambda: self.go_to.emit("office", self._to_decide))
        self.conflicts.buttons.addWidget(decide)
        self.receiving = Receiving(self, services, tasks)
        self.receiving.told.connect(self._say)
        self.receiving.done.connect(self.refresh)
        self.inbox = Inbox()
        self.inbox.dropped.connect(self.receiving.look_at)
        self.inbox.choose_files.connect(self.receiving.choose_files)
        self.inbox.choose_folder.connect(self.receiving.choose_folder)
        self.quarantine, self.gaps, self.enrolment = QuarantineCard(), GapsCard(), EnrolmentCard()
        self.quarantine.again.connect(self.receiving.again)
        self.quarantine.hide()
        self.gaps.hide()
        self.enrolment.wanted.connect(self.enrol)
        self.teams = TeamsCard()
        self.teams.wanted.connect(self.show_team)
        self.sending, self.requesting = Sending(self, services, tasks), Requesting(self, services, tasks)
        for work in (self.sending, self.requesting):
            work.told.connect(self._say)
            work.failed.connect(self._fail)
            work.done.connect(self.refresh)
        self._fingerprint = ""
        self._outbox = self._outbox_card()
        self.backup = OutsideBackup(services, tasks)
        self.network = NetworkCard(services, tasks)
        self.network.fetched.connect(self.receiving.look_at)
        self.receiving.done.connect(self.network.swept)
        cards = (
            *(
                self._outbox,
                self.inbox,
                self.network,
                self.gaps,
                self.quarantine,
                self.teams,
                self.enrolment,
                self.backup,
            ),
            self._history_card(),
        )
        for widget in (self.banner, self.begun, self.conflicts, *cards):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        tasks.changed.connect(self._changed)

    # what it is made of

    def _outbox_card(self) -> Card:
        card = Card(_("What is not yet safe at the office?"))
        self.safe = label("", "muted")
        card.body.addWidget(self.safe)
        self.outbox = Outbox()
        card.body.addWidget(self.outbox)
        self.drafts = Drafts()
        card.body.addWidget(self.drafts)
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
        self.drafts.changed.connect(self._count)
        return card

    def _history_card(self) -> Card:
        card = Card(_("What went where"))
        self.history = QVBoxLayout()
        self.history.setSpacing(space(2.5))
        card.body.addLayout(self.history)
        return card

    # what it shows

    def receive(self, paths: tuple[Path, ...]) -> None:
        """Verify bundles that came from outside the page, and show the plan."""
        self.receiving.look_at(paths)

    def refresh(self) -> None:
        """Read everything anew."""
        self._tasks.submit(lambda: read(self._services), self._load, self.banner.say_error, owner=self)
        self.backup.refresh()
        self.network.refresh()

    def _load(self, shown: Snapshot) -> None:
        rows = shown.rows
        current = {row.visit.id: row.visit.content_hash for row in rows}
        times = Counter(
            visit.visit_id
            for record in shown.sent
            for visit in record.visits
            if current.get(visit.visit_id) == visit.content_hash
        )
        self.outbox.put(rows, dict(times), frozenset(current) - shown.unsafe)
        self.drafts.put(shown.drafts)
        self.outbox.setVisible(bool(rows))
        self.empty.setVisible(not rows and not shown.drafts)
        # An office sends answers from its own page; a visit of its own may still lie here.
        self._outbox.setVisible(bool(rows) or shown.standing.role is VaultRole.ASSESSOR)
        signed = safe_text(len(rows), len(shown.unsafe), sum(1 for each in shown.unsafe if not times[each]))
        unsigned = drafts_text(shown.drafts)
        if unsigned and rows and not shown.unsafe:
            signed = _("Every signed visit is safe at the office: there is a receipt.")
        self.safe.setText(" ".join(part for part in (signed, unsigned) if part))
        self.safe.setVisible(bool(self.safe.text()))
        self.quarantine.put(shown.quarantine)
        self.gaps.put(shown.gaps, shown.waiting)
        self.teams.put(shown.teams)
        self.teams.setVisible(shown.standing.role is VaultRole.ASSESSOR)
        self.enrolment.put(shown.standing)
        self._fingerprint = shown.standing.fingerprint
        self._to_decide = "visits" if shown.conflicts else "findings"
        told = (conflict_text(shown.conflicts), points_text(shown.points))
        self.conflicts.say(" ".join(text for text in told if text), "warning")
        if shown.interrupted:
            self.begun.say("\n".join(told.text for told in shown.interrupted), "warning")
        self._show_history(shown)

    def _show_history(self, shown: Snapshot) -> None:
        clear(self.history)
        found = entries(shown.sent, shown.came, shown.to_team, shown.backups)
        if not found:
            self.history.addWidget(label(_("No bundle has been written or received yet."), "muted"))
        for number, entry in enumerate(found[:SHOWN]):
            if number:
                self.history.addWidget(rule())
            self.history.addWidget(entry_row(entry))
        if len(found) > SHOWN:
            left = len(found) - SHOWN
            self.history.addWidget(
                label(ngettext("and {count} older one", "and {count} older ones", left).format(count=left), "small")
            )

    def _count(self) -> None:
        count, drafts = len(self.outbox.chosen()), len(self.drafts.chosen())
        text = ngettext("{count} visit chosen", "{count} visits chosen", count).format(count=count)
        if drafts:
            text += " · " + ngettext("{count} draft", "{count} drafts", drafts).format(count=drafts)
        self.chosen.setText(text)
        self.chosen.setVisible(bool(self.outbox.lines) or bool(drafts))

    def _changed(self, changed: object, _origin: object) -> None:
        if FOLLOWED & set(getattr(changed, "kinds", ())) and self.isVisible():
            self.refresh()

    # what can be done

    def write(self) -> None:
        """Ask where to and for the passphrase, then write one bundle of the chosen visits and drafts."""
        chosen = self.outbox.chosen()
        if not chosen and not self.drafts.chosen():
            text = _("Choose at least one visit.")
            if not self.outbox.lines:
                text = _("Close and sign a visit first, or send the drafts as drafts.")
            self.banner.say(text, "warning")
            return
        folder = QFileDialog.getExistingDirectory(self, _("Folder or stick for the bundle"), first_stick())
        if folder:
            self.sending.ask_and_write(chosen, self.drafts.chosen(), Path(folder))

    def write_to(self, chosen: tuple[str, ...], folder: Path, passphrase: str) -> None:
        """Write one bundle of ``chosen`` into ``folder``."""
        self.sending.write(chosen, self.drafts.chosen(), folder, passphrase)

    def show_team(self, visit_id: str) -> None:
        """Open the team of a visit."""
        from ui.team.dialog import TeamDialog

        self.team = TeamDialog(self._services, self._tasks, visit_id, self.window())
        self.team.open()

    def enrol(self) -> None:
        """Ask for what a request needs, then write it."""
        self.requesting.ask(self._fingerprint)

    def _say(self, text: str, tone: str = "accent", folder: Path | None = None) -> None:
        self._written = folder
        self.open_folder.setVisible(folder is not None)
        self.banner.say(text, tone)

    def _fail(self, error: GmscError) -> None:
        self._say("")
        self.banner.say_error(error)

    def _show_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))
