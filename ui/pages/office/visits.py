"""The visits that arrived: their state, the decision on each, and the answers that go back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import GmscError, NotFound
from gmsc_desktop.domain.exchange import Comment, Review
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.lineage import Standing
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.drafts import OfficeDraft
from gmsc_desktop.services.office import OfficeVisit
from ui.pages.office.asking import folder_and_passphrase
from ui.pages.office.conflict import Compared, ConflictDialog
from ui.pages.office.drafts import DraftDialog, DraftOnTable
from ui.pages.office.review import OnTable, ReviewDialog
from ui.pages.office.wording import state_of
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner
from ui.widgets.progress import watch
from ui.widgets.rowlist import RowItem, RowList
from ui.widgets.visitrows import index_text

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


DRAFT = "draft:"
"""Before the hash of a draft, the id of its row."""


class OfficeVisits(QWidget):
    """``buttons`` go into the page's header."""

    go_to = Signal(str, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        self._visits: tuple[OfficeVisit, ...] = ()
        self._drafts: tuple[OfficeDraft, ...] = ()
        self.draft: DraftDialog | None = None
        self.review: ReviewDialog | None = None
        self.conflict: ConflictDialog | None = None
        self.receive = Button(_("&Receive bundles"), "archive")
        self.receive.clicked.connect(lambda: self.go_to.emit("sync", ""))
        self.answer = Button(_("&Write the answers…"), "save")
        self.answer.clicked.connect(self.ask_and_answer)
        self.open_button = Button(_("&Look and decide"), "eye", "primary")
        self.open_button.clicked.connect(self.open_current)
        self.buttons = (self.receive, self.answer, self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        self.banner = Banner()
        column.addWidget(self.banner)
        self.search = SearchField(_("Search region, assessor, state"))
        self.search.textChanged.connect(lambda _typed: self._show())
        self.search.setMaximumWidth(space(120))
        column.addWidget(self.search)
        self.list: RowList = RowList(_("Visits received"))
        self.list.opened.connect(self.open)
        self.search.left_down.connect(self.list.setFocus)
        self.empty = EmptyState(
            "visits",
            _("No visit has arrived yet"),
            _("Receive the bundles of the assessors; each visit then waits here to be accepted or returned."),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        column.addWidget(self._stack, 1)
        self.count = label("", "small")
        column.addWidget(self.count)

    def refresh(self) -> None:
        """Read anew."""
        services = self._services

        def read() -> tuple[tuple[OfficeVisit, ...], tuple[OfficeDraft, ...]]:
            return services.office.visits(), services.office_drafts.list()

        self._tasks.submit(read, lambda found: self._load(*found), self.banner.say_error, owner=self)

    def _load(self, visits: tuple[OfficeVisit, ...], drafts: tuple[OfficeDraft, ...]) -> None:
        self._visits, self._drafts = visits, drafts
        self._stack.setCurrentIndex(0 if visits or drafts else 1)
        self.search.setVisible(bool(visits or drafts))
        if self.isVisible():
            # They stand in the page's header, which shows those of one tab at a time.
            self.answer.setVisible(bool(visits or drafts))
            self.open_button.setVisible(bool(visits or drafts))
        self._show()

    def _show(self) -> None:
        words = self.search.text().casefold().split()
        rows = [*(_item(visit) for visit in self._visits), *(_draft_item(draft) for draft in self._drafts)]
        self.list.set_rows([row for row in rows if all(word in row.spoken.casefold() for word in words)])
        waiting = sum(visit.review is None for visit in self._visits)
        text = ngettext("{count} visit, {waiting} to be reviewed", "{count} visits, {waiting} to be reviewed", waiting)
        told = text.format(count=len(self._visits), waiting=waiting)
        if self._drafts:
            drafts = len(self._drafts)
            told += " · " + ngettext("{count} draft", "{count} drafts", drafts).format(count=drafts)
        self.count.setText(told)
        self.count.setVisible(bool(self._visits or self._drafts))

    # deciding

    def open_current(self) -> None:
        """Lay the chosen visit on the table."""
        self.open(self.list.current())

    def open(self, visit_id: str) -> None:
        """Lay one visit on the table: its conflict when it has one, else its answers."""
        if not visit_id:
            return
        if visit_id.startswith(DRAFT):
            self.open_draft(visit_id.removeprefix(DRAFT))
            return
        services = self._services

        def read() -> OnTable | Compared:
            office = services.office
            visit = office.visit(visit_id)
            document = office.document(visit.newest.content_hash)
            instrument = _instrument(services, document["instrument"]["hash"])
            heads = visit.lineage.heads
            if visit.lineage.standing is not Standing.SINGLE and len(heads) > 1:
                return Compared(visit, instrument, tuple(office.changes(heads[0], head) for head in heads[1:]))
            before = visit.newest.parent_hash
            here = any(revision.content_hash == before for revision in visit.revisions)
            changes = office.changes(before, visit.newest.content_hash) if here else ()
            return OnTable(visit, document, instrument, changes, office.asked(visit_id))

        self.banner.say("")
        self._tasks.submit(read, self._lay, self.banner.say_error, owner=self)

    def open_draft(self, draft_hash: str) -> None:
        """Lay a draft on the table, to be read only."""
        services = self._services
        draft = next((each for each in self._drafts if each.draft.draft_hash == draft_hash), None)
        if draft is None:
            return

        def read() -> DraftOnTable:
            document = services.office_drafts.document(draft_hash)
            return DraftOnTable(draft, document, _instrument(services, document["instrument"]["hash"]))

        def lay(shown: DraftOnTable) -> None:
            dialog = DraftDialog(self.window(), shown)
            dialog.finished.connect(dialog.deleteLater)
            self.draft = dialog
            dialog.open()

        self.banner.say("")
        self._tasks.submit(read, lay, self.banner.say_error, owner=self)

    def _lay(self, shown: OnTable | Compared) -> None:
        if isinstance(shown, Compared):
            conflict = ConflictDialog(self.window(), shown)
            conflict.decided.connect(self.decide)
            conflict.finished.connect(conflict.deleteLater)
            self.conflict = conflict
            conflict.open()
            return
        review = ReviewDialog(self.window(), shown, self._services.clock.now().date())
        review.accept_wanted.connect(self.accept)
        review.return_wanted.connect(self.give_back)
        review.finished.connect(review.deleteLater)
        self.review = review
        review.open()

    def accept(self, visit_id: str) -> None:
        """Accept the current content of a visit."""
        office = self._services.office
        self._tasks.submit(lambda: office.accept(visit_id), self._decided, self.banner.say_error, owner=self)

    def give_back(self, visit_id: str, comments: tuple[Comment, ...], due: date | None) -> None:
        """Return a visit with comments."""
        office = self._services.office
        work = lambda: office.return_(visit_id, comments, due)  # noqa: E731 - one expression, twice on this page
        self._tasks.submit(work, self._decided, self.banner.say_error, owner=self)

    def decide(self, visit_id: str, chosen: str, reason: str) -> None:
        """Let one of the contents go on."""
        office = self._services.office

        def done(_made: Done[OfficeVisit]) -> None:
            self.banner.say(_("Decided. Both sides are kept; the visit can be reviewed now."), "success")
            self.refresh()

        self._tasks.submit(lambda: office.decide(visit_id, chosen, reason), done, self.banner.say_error, owner=self)

    def _decided(self, _made: Done[Review]) -> None:
        self.banner.say(_("Kept. Write the answers, so that the assessors hear of it."), "success")
        self.refresh()

    # answering

    def ask_and_answer(self) -> None:
        """Ask where to and for the passphrase, then write one answer for every laptop."""
        given = folder_and_passphrase(
            self,
            _("Folder or stick for the answers"),
            _("Every laptop that sent visits gets one file: receipts hash by hash, and every decision."),
            _("Write"),
        )
        if given is not None:
            self.answer_to(*given)

    def answer_to(self, folder: Path, passphrase: str) -> None:
        """Write the answers into ``folder``."""
        office = self._services.office

        def work(progress: Progress) -> Done[int]:
            devices = office.devices()
            kinds: frozenset[str] = frozenset()
            for number, (device, name) in enumerate(devices):
                progress(number, len(devices), name)
                kinds |= office.answer(device, folder, passphrase).changed.kinds
            progress(len(devices), len(devices))
            return Done(len(devices), Changed(kinds))

        def done(made: Done[int]) -> None:
            text = ngettext("{count} answer written to {folder}.", "{count} answers written to {folder}.", made.value)
            self.banner.say(text.format(count=made.value, folder=folder), "success")

        def failed(error: GmscError) -> None:
            self.banner.say_error(error)

        self.banner.say("")
        watch(self, self._tasks, _("Writing the answers"), work, done, failed)


def _instrument(services: Services, digest: str) -> Instrument | None:
    """The instrument when it is here; an office may receive visits of one it never installed."""
    services.instruments.built_in()
    try:
        return services.instruments.get(digest)
    except NotFound:
        return None


def _item(visit: OfficeVisit) -> RowItem:
    newest = visit.newest
    chip, tone = state_of(visit)
    cycle = f"{newest.cycle_year} {newest.stage}".strip()
    revision = _("revision {number}").format(number=newest.number)
    return RowItem(
        id=visit.visit_id,
        title=newest.region_name,
        subtitle="  ·  ".join((cycle, newest.assessor, revision)),
        chip=chip,
        tone=tone,
        figure=index_text(newest.index),
        unit=_("index"),
    )


def _draft_item(found: OfficeDraft) -> RowItem:
    draft = found.draft
    cycle = f"{draft.cycle_year} {draft.stage}".strip()
    saved = _("as of {time}").format(time=show_time(draft.saved_at, language()))
    return RowItem(
        id=f"{DRAFT}{draft.draft_hash}",
        title=draft.region_name,
        subtitle="  ·  ".join((cycle, draft.assessor, saved)),
        chip=_("Draft, on two laptops") if found.forked else _("Draft, unsigned"),
        tone="warning" if found.forked else "muted",
    )
