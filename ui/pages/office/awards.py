"""Awards on their way to the assessors who print them: which ones, for whom, in one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.awards import AwardRow
from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.exchange import Member, MemberState
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.deciding import AwardSeal
from ui.pages.office.asking import folder_and_passphrase
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, EmptyState, scrolled
from ui.widgets.fields import Choice, FormRow
from ui.widgets.labels import Button, Chip, label
from ui.widgets.messages import Banner
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

EVERYONE = ""
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Register:
    """What the panel shows."""

    awards: tuple[AwardRow, ...]
    seals: dict[str, AwardSeal]
    members: tuple[Member, ...]


class AwardLine(QWidget):
    """One award, ticked when it goes along."""

    toggled = Signal()

    def __init__(self, row: AwardRow, seal: AwardSeal | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.award = row.award
        line = QHBoxLayout(self)
        line.setContentsMargins(0, space(1), 0, space(1))
        line.setSpacing(space(3))
        self.box = QCheckBox()
        self.box.setAccessibleName(f"{row.award.region.name}, {row.award.category}")
        self.box.setChecked(seal is None and not row.withdrawn)
        self.box.setEnabled(not row.withdrawn)
        self.box.toggled.connect(self.toggled)
        line.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(space(0.5))
        words.addWidget(label(row.award.region.name, "label"))
        words.addWidget(label(f"{row.award.category} · {row.award.year} · {row.award.register_number}", "small"))
        line.addLayout(words, 1)
        text, tone = _state(row, seal)
        self.chip = Chip(text, tone)
        line.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignVCenter)


def _state(row: AwardRow, seal: AwardSeal | None) -> tuple[str, str]:
    if row.withdrawn:
        return _("Withdrawn"), "muted"
    if seal is None:
        return _("Not sent yet"), "accent"
    return _("Sent {time}").format(time=show_time(seal.issued_at.astimezone(), language())), "success"


class OfficeAwards(QWidget):
    """``buttons`` go into the page's header; ``go_to`` leads to the register of awards."""

    go_to = Signal(str, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        self.lines: list[AwardLine] = []
        self.register = Button(_("&Register of awards"), "certificate")
        self.register.clicked.connect(lambda: self.go_to.emit("documents", "awards"))
        self.write = Button(_("&Write the awards…"), "save", "primary")
        self.write.clicked.connect(self.ask_and_write)
        self.buttons = (self.register, self.write)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        self.banner = Banner()
        column.addWidget(self.banner)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, space(3), space(4))
        inner.setSpacing(space(3))
        note = _(
            "Each award is sealed by the office's key: the laptop prints the seal as QR, and the visit is decided."
        )
        self.card = Card(_("Awards for the assessors who print them"), note)
        self.assessor = Choice()
        self.card.body.addWidget(FormRow(_("&For"), self.assessor))
        self._list = QVBoxLayout()
        self._list.setSpacing(space(1))
        self.card.body.addLayout(self._list)
        self.count = label("", "small")
        self.card.body.addWidget(self.count)
        inner.addWidget(self.card)
        self.empty = EmptyState(
            "certificate",
            _("No award is registered yet"),
            _("Register the awards that were decided; then they are sealed and sent from here."),
        )
        inner.addWidget(self.empty)
        inner.addStretch(1)
        column.addWidget(scrolled(content), 1)

    def refresh(self) -> None:
        """Read anew."""
        services = self._services

        def read() -> Register:
            members = tuple(m for m in services.enrolment.members() if m.state is MemberState.APPROVED)
            return Register(services.awards.list(), {s.award_id: s for s in services.deciding.seals()}, members)

        self._tasks.submit(read, self._load, self.banner.say_error, owner=self)

    def _load(self, shown: Register) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        chosen = self.assessor.value()
        people = [(member.fingerprint, f"{member.name} ({member.fingerprint[:8]})") for member in shown.members]
        self.assessor.set_choices([(EVERYONE, _("All enrolled assessors")), *people])
        self.assessor.set_value(chosen)
        self.lines = [AwardLine(row, shown.seals.get(row.award.id)) for row in shown.awards[:SHOWN]]
        for line in self.lines:
            line.toggled.connect(self._count)
            self._list.addWidget(line)
        self.card.setVisible(bool(self.lines))
        self.empty.setVisible(not self.lines)
        self._count()

    def chosen(self) -> tuple[str, ...]:
        """The ids of the awards ticked."""
        return tuple(line.award.id for line in self.lines if line.box.isChecked())

    def _count(self) -> None:
        count = len(self.chosen())
        self.count.setText(ngettext("{count} award chosen", "{count} awards chosen", count).format(count=count))

    def ask_and_write(self) -> None:
        """Ask where to and for the passphrase, then write one file."""
        if not self.chosen():
            self.banner.say(_("Choose at least one award."), "warning")
            return
        text = _("One file, signed by the office and encrypted to the laptops it is for.")
        given = folder_and_passphrase(self, _("Folder or stick for the awards"), text, _("Write"))
        if given is not None:
            self.write_to(*given)

    def write_to(self, folder: Path, passphrase: str) -> None:
        """Write the awards that are ticked into ``folder``."""
        deciding, chosen = self._services.deciding, self.chosen()
        keys = (self.assessor.value(),) if self.assessor.value() else ()

        def work(progress: Progress) -> Done[ExportRecord]:
            return deciding.issue(chosen, keys, folder, passphrase, progress)

        def done(made: Done[ExportRecord]) -> None:
            text = _("{name} has been written to {folder}. Send it to the assessors.")
            self.banner.say(text.format(name=made.value.file_name, folder=made.value.folder), "success")
            self.refresh()

        self.banner.say("")
        watch(self, self._tasks, _("Writing the awards"), work, done, self.banner.say_error)
