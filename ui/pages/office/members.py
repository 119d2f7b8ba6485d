"""Who asked for a certificate, and who has one: the fingerprint to compare, and what the office decides."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exchange import Member, MemberState
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.office import OfficeStatus
from ui.pages.office.asking import ReasonDialog, folder_and_passphrase
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, EmptyState, scrolled
from ui.widgets.fields import SearchField
from ui.widgets.fingerprint import Fingerprint
from ui.widgets.labels import Button, Chip, label
from ui.widgets.messages import Banner, ask

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

SHOWN = 60
"""Members on the page; a search finds the others."""
STATES: dict[MemberState, tuple[str, str]] = {
    MemberState.REQUESTED: (N_("Asks for a certificate"), "accent"),
    MemberState.APPROVED: (N_("Enrolled"), "success"),
    MemberState.REFUSED: (N_("Refused"), "muted"),
    MemberState.REVOKED: (N_("Taken back"), "error"),
}
_ORDER = (MemberState.REQUESTED, MemberState.APPROVED, MemberState.REFUSED, MemberState.REVOKED)


class MemberCard(QFrame):
    """One of them. ``offers`` are the buttons by what they do."""

    def __init__(self, panel: Members, member: Member) -> None:
        super().__init__()
        self.member = member
        self.setProperty("kind", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(4), space(5), space(4))
        column.setSpacing(space(2))
        head = QHBoxLayout()
        head.setSpacing(space(3))
        head.addWidget(label(member.name, "subheading"), 1)
        word, tone = STATES[member.state]
        head.addWidget(Chip(_(word), tone))
        column.addLayout(head)
        about = (member.title, member.organisation, member.nip, show_time(member.requested_at, language()))
        column.addWidget(label(" · ".join(part for part in about if part), "muted"))
        if member.reason:
            column.addWidget(label(_("Reason: {reason}").format(reason=_(member.reason))))
        if member.replaces:
            text = _("Replaces the laptop with the key {key}…; approving takes that one's certificate back.")
            column.addWidget(label(text.format(key=member.replaces[:16])))
        column.addWidget(Fingerprint(_("Fingerprint, to be compared over the telephone"), member.fingerprint))
        row = QHBoxLayout()
        row.setSpacing(space(2))
        row.addStretch(1)
        self.offers: dict[str, Button] = {}
        for name, text, sign, kind in _offers(member.state):
            button = Button(text, sign, kind)
            button.setAccessibleDescription(member.name)
            button.clicked.connect(partial(panel.act, name, member))
            self.offers[name] = button
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(row)


def _offers(state: MemberState) -> tuple[tuple[str, str, str, str], ...]:
    refuse = ("refuse", _("Refuse…"), "cross", "")
    approve = ("approve", _("Approve…"), "check", "primary")
    renew = ("approve", _("Renew…"), "certificate", "")
    revoke = ("revoke", _("Take back…"), "cross", "danger")
    answer = ("answer", _("Write the answer…"), "save", "")
    return {
        MemberState.REQUESTED: (refuse, approve),
        MemberState.APPROVED: (revoke, renew, answer),
        MemberState.REFUSED: (answer, approve),
        MemberState.REVOKED: (answer,),
    }[state]


class Members(QWidget):
    """The register of one office."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        self._members: tuple[Member, ...] = ()
        self.cards: list[MemberCard] = []
        self.dialog: ReasonDialog | None = None
        self.buttons: tuple[Button, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        self.banner = Banner()
        column.addWidget(self.banner)
        self.search = SearchField(_("Search name, organisation, fingerprint"))
        self.search.setMaximumWidth(space(120))
        self.search.textChanged.connect(lambda _typed: self._show())
        column.addWidget(self.search)
        content = QWidget()
        self._rows = QVBoxLayout(content)
        self._rows.setContentsMargins(0, 0, space(3), space(4))
        self._rows.setSpacing(space(3))
        own = Card(_("This office"), _("Assessors compare this when they install your answer. Read it to them."))
        self.root = Fingerprint(_("Fingerprint of the office's root"))
        own.body.addWidget(self.root)
        self._rows.addWidget(own)
        self.empty = EmptyState(
            "people", _("Nobody has asked yet"), _("Receive the request of an assessor; it then waits here.")
        )
        self._rows.addWidget(self.empty)
        self._list = QVBoxLayout()
        self._list.setSpacing(space(3))
        self._rows.addLayout(self._list)
        self.more = label("", "small")
        self._rows.addWidget(self.more)
        self._rows.addStretch(1)
        column.addWidget(scrolled(content), 1)

    def refresh(self) -> None:
        """Read anew."""
        services = self._services

        def read() -> tuple[OfficeStatus, tuple[Member, ...]]:
            return services.office.status(), services.enrolment.members()

        self._tasks.submit(read, lambda found: self._load(*found), self.banner.say_error, owner=self)

    def _load(self, status: OfficeStatus, members: tuple[Member, ...]) -> None:
        self.root.show_fingerprint(status.root)
        self._members = tuple(sorted(members, key=lambda member: _ORDER.index(member.state)))
        self.empty.setVisible(not members)
        self.search.setVisible(bool(members))
        self._show()

    def _show(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        words = self.search.text().casefold().split()
        found = [member for member in self._members if all(word in _spoken(member) for word in words)]
        self.cards = [MemberCard(self, member) for member in found[:SHOWN]]
        for card in self.cards:
            self._list.addWidget(card)
        left = max(0, len(found) - SHOWN)
        self.more.setText(ngettext("and {count} more", "and {count} more", left).format(count=left))
        self.more.setVisible(left > 0)

    # what is done

    def act(self, name: str, member: Member) -> None:
        """What a button of ``member`` asks for."""
        self.banner.say("")
        if name == "approve":
            self._ask_and_approve(member)
        elif name == "answer":
            text = _("The answer for {name} is signed and encrypted to their laptop.").format(name=member.name)
            given = folder_and_passphrase(self, _("Folder or stick for the answer"), text, _("Write"))
            if given is not None:
                self.answer_to(member, *given)
        else:
            self._ask_why(name, member)

    def _ask_and_approve(self, member: Member) -> None:
        question = _("Has {name} read this fingerprint to you?\n\n{fingerprint}").format(
            name=member.name, fingerprint=Fingerprint("", member.fingerprint).text.text()
        )
        if not ask(self, _("Approve the request?"), question, _("Yes, it is the same")):
            return
        text = _("A certificate for {name} is issued by the office's root and goes into the answer.")
        title = _("Folder or stick for the answer")
        given = folder_and_passphrase(self, title, text.format(name=member.name), _("Approve"))
        if given is not None:
            self.approve_to(member, *given)

    def approve_to(self, member: Member, folder: Path, passphrase: str) -> None:
        """Issue the certificate, and write the answer into ``folder``."""
        enrolment = self._services.enrolment

        def work() -> Done[ExportRecord]:
            approved = enrolment.approve(member.fingerprint, passphrase)
            answer = enrolment.answer(member.fingerprint, folder, passphrase)
            return Done(answer.value, Changed(approved.changed.kinds | answer.changed.kinds))

        self._tasks.submit(work, self._written, self._failed, owner=self)

    def answer_to(self, member: Member, folder: Path, passphrase: str) -> None:
        """Write the answer once more."""
        enrolment = self._services.enrolment
        work = partial(enrolment.answer, member.fingerprint, folder, passphrase)
        self._tasks.submit(work, self._written, self._failed, owner=self)

    def _ask_why(self, name: str, member: Member) -> None:
        if name == "refuse":
            dialog = ReasonDialog(
                self.window(),
                _("Refuse the request?"),
                _("{name} is told the reason with the answer.").format(name=member.name),
                _("Refuse"),
            )
        else:
            dialog = ReasonDialog(
                self.window(),
                _("Take the certificate back?"),
                _("What {name} signs from now on is not believed any more. It cannot be undone.").format(
                    name=member.name
                ),
                _("Take back"),
            )
        dialog.accepted.connect(lambda: self._do(name, member, dialog.reason.text()))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def _do(self, name: str, member: Member, reason: str) -> None:
        enrolment = self._services.enrolment

        def work() -> Done[Member]:
            if name == "refuse":
                return enrolment.refuse(member.fingerprint, reason)
            return enrolment.revoke(member.fingerprint, reason)

        def done(_made: Done[Member]) -> None:
            text = _("Kept. Every bundle the office writes from now on tells of it.")
            if name == "refuse":
                text = _("Kept. Write the answer, so that they hear of it.")
            self.banner.say(text, "success")
            self.refresh()

        self._tasks.submit(work, done, self._failed, owner=self)

    def _written(self, made: Done[ExportRecord]) -> None:
        text = _("The answer {name} has been written to {folder}.")
        self.banner.say(text.format(name=made.value.file_name, folder=made.value.folder), "success")
        self.refresh()

    def _failed(self, error: object) -> None:
        self.banner.say_error(error)  # type: ignore[arg-type]
        self.refresh()


def _spoken(member: Member) -> str:
    return " ".join((member.name, member.organisation, member.nip, member.fingerprint)).casefold()
