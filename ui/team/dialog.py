"""The team of a visit: who is in it, who does what, how far they are, and the bundle for the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import Cancelled, GmscError, WrongPassphrase
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.numbers import show_size
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.teamwork import TeamMember
from gmsc_desktop.domain.visit import Role, Visit
from gmsc_desktop.i18n import _, language
from ui.sticks import first_stick
from ui.team.wording import member_line, state_text, state_tone
from ui.theme import space
from ui.widgets.cards import EmptyState, button_row, scrolled
from ui.widgets.fields import Choice, FormRow
from ui.widgets.labels import Button, Chip, label, rule
from ui.widgets.messages import Banner, ask, error_parts
from ui.widgets.meter import Meter
from ui.widgets.passphrase import ask_passphrase
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.team_views import MemberView, TeamView
    from ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Shown:
    """What the dialog shows: the visit, its team if it has one, and the sections by path with what they are called."""

    visit: Visit
    view: TeamView | None
    sections: tuple[tuple[str, str], ...]


def read(services: Services, visit_id: str) -> Shown:
    """On the worker."""
    visit = services.visits.get(visit_id)
    instrument = services.instruments.get(visit.draft.instrument_hash)
    tongue = language() if language() in instrument.languages else instrument.default_language
    sections = tuple(
        (path, " ".join(instrument.by_path[path].label.get(tongue).split()) or instrument.by_path[path].name)
        for path in services.team.sections(visit_id)
    )
    return Shown(visit, services.team.view(visit_id), sections)


class TeamDialog(QDialog):
    """The team of the visit ``visit_id``."""

    def __init__(self, services: Services, tasks: Tasks, visit_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._services, self._tasks, self._visit_id = services, tasks, visit_id
        self.shown: Shown | None = None
        self.doers: dict[str, Choice] = {}
        self.setWindowTitle(_("Team"))
        self.resize(space(205), space(150))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(space(5), space(5), space(5), space(4))
        self._column.setSpacing(space(3))
        self.title = label(_("Team"), "heading")
        self._column.addWidget(self.title)
        self.banner = Banner(parent=self)
        self._column.addWidget(self.banner)
        self._body: QWidget = QWidget(self)
        self._column.addWidget(self._body, 1)
        self.write_button = Button(_("Write a team &bundle…"), "save", "primary")
        self.write_button.clicked.connect(self.write)
        self.write_button.hide()
        close = Button(_("&Close"))
        close.clicked.connect(self.accept)
        self._column.addLayout(button_row(self.write_button, close))
        tasks.changed.connect(self._changed)
        self.refresh()

    def refresh(self) -> None:
        """Read everything anew."""
        self._tasks.submit(lambda: read(self._services, self._visit_id), self._load, self.banner.say_error, owner=self)

    def _changed(self, changed: Changed, origin: object) -> None:
        if origin is not self and self._visit_id in changed.visits:
            self.refresh()

    def _load(self, shown: Shown) -> None:
        self.shown = shown
        draft = shown.visit.draft
        self.title.setText(_("Team for {region}").format(region=f"{draft.region.name} {draft.cycle_year}"))
        made = self._empty(shown) if shown.view is None else self._team(shown, shown.view)
        self._column.replaceWidget(self._body, made)
        self._body.hide()
        self._body.deleteLater()
        self._body = made
        self.write_button.setVisible(shown.view is not None)
        self.write_button.setEnabled(shown.visit.editable)

    # what it is made of

    def _empty(self, shown: Shown) -> QWidget:
        names = [person.name for person in shown.visit.draft.people if person.role is Role.MEMBER]
        text = _(
            "Split the instrument between laptops without a network: you head the team, say who does which section, "
            "and hand everybody a file. Their files come back to you in any order."
        )
        if names:
            text += "\n" + _("From the visit's particulars: {names}").format(names=", ".join(names))
        start = Button(_("&Share with a team"), "people", "primary")
        start.clicked.connect(self.start)
        start.setEnabled(shown.visit.editable)
        return EmptyState("people", _("Nobody shares this visit yet"), text, start)

    def _team(self, shown: Shown, view: TeamView) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, space(3), 0)
        column.setSpacing(space(3))
        state = Banner(state_text(view), state_tone(view))
        column.addWidget(state)
        column.addWidget(label(_("Who is in the team"), "subheading"))
        for number, each in enumerate(view.members):
            if number:
                column.addWidget(rule())
            column.addWidget(self._member(each, view.leading and shown.visit.editable))
        if view.leading and shown.visit.editable:
            column.addLayout(self._adding())
        column.addWidget(rule())
        column.addWidget(label(_("Who does what"), "subheading"))
        column.addLayout(self._sections(shown, view))
        text = _("Bundles of the others are taken in on the page Synchronisation, or dropped onto the window.")
        column.addWidget(label(text, "small"))
        column.addStretch(1)
        return scrolled(content)

    def _member(self, each: MemberView, may_drop: bool) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, space(0.5), 0, space(0.5))
        row.setSpacing(space(3))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(label(each.member.name, "label"))
        texts.addWidget(label(member_line(each), "small"))
        row.addLayout(texts, 1)
        if each.progress.expected:
            meter = Meter()
            meter.setFixedWidth(space(30))
            meter.show_share(each.progress.answered / each.progress.expected)
            row.addWidget(meter)
        role = QWidget()
        role.setFixedWidth(space(24))
        inside = QHBoxLayout(role)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(
            Chip(_("Ketua") if each.member.lead else _("Member"), "accent" if each.member.lead else "muted")
        )
        inside.addStretch(1)
        row.addWidget(role)
        drop = Button("", "cross", "quiet")
        drop.setAccessibleName(_("Take {name} out of the team").format(name=each.member.name))
        drop.setToolTip(drop.accessibleName())
        drop.clicked.connect(lambda: self.drop(each.member))
        policy = drop.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        drop.setSizePolicy(policy)
        drop.setVisible(may_drop and not each.member.lead)
        row.addWidget(drop)
        return made

    def _adding(self) -> QHBoxLayout:
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("Name of someone in the team"))
        self.name.setAccessibleName(_("Name of someone in the team"))
        self.name.returnPressed.connect(self.add)
        add = Button(_("&Add"), "plus")
        add.clicked.connect(self.add)
        row = QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(self.name, 1)
        row.addWidget(add)
        return row

    def _sections(self, shown: Shown, view: TeamView) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(space(2))
        choices = [("", _("Nobody yet")), *((each.member.id, each.member.name) for each in view.members)]
        doers = {path: each.member for each in view.members for path in each.member.sections}
        self.doers = {}
        for path, title in shown.sections:
            row = QHBoxLayout()
            row.setSpacing(space(3))
            row.addWidget(label(title), 3)
            if view.leading and shown.visit.editable:
                choice = Choice(choices)
                choice.setAccessibleName(_("Who does {section}").format(section=title))
                choice.set_value(doers[path].id if path in doers else "")
                choice.activated.connect(lambda _at, path=path, choice=choice: self.assign(path, choice.value()))
                self.doers[path] = choice
                row.addWidget(choice, 2)
            else:
                row.addWidget(label(doers[path].name if path in doers else _("Nobody yet"), "muted"), 2)
            column.addLayout(row)
        return column

    # what can be done

    def _do(self, work: Callable[[], Done[Any]]) -> None:
        self.banner.say("")
        self._tasks.submit(work, lambda _done: self.refresh(), self._failed, owner=self, origin=self)

    def _failed(self, error: GmscError) -> None:
        self.banner.say_error(error)
        self.refresh()

    def start(self) -> None:
        """Share the visit: whoever works here heads the team."""
        self._do(lambda: self._services.team.start(self._visit_id))

    def add(self) -> None:
        """One more in the team."""
        name = self.name.text().strip()
        if name:
            self._do(lambda: self._services.team.put_member(self._visit_id, TeamMember("", name)))

    def drop(self, member: TeamMember) -> None:
        """Someone is no longer in the team."""
        text = _("What {name} entered stays, and their sections are free again.").format(name=member.name)
        if ask(self, _("Take {name} out of the team?").format(name=member.name), text, _("Take out"), danger=True):
            self._do(lambda: self._services.team.drop_member(self._visit_id, member.id))

    def assign(self, path: str, member_id: str) -> None:
        """Someone else does this section."""
        self._do(lambda: self._services.team.assign(self._visit_id, {path: member_id}))

    def write(self) -> None:
        """Ask for whom, where to, and for the passphrase; then write."""
        view = self.shown.view if self.shown is not None else None
        if view is None:
            return
        dialog = ForWhomDialog(self, view)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        to, sealed = dialog.to(), dialog.sealed()
        folder = QFileDialog.getExistingDirectory(self, _("Folder or stick for the team bundle"), first_stick())
        if folder:
            self._ask_and_write(Path(folder), to, sealed)

    def _ask_and_write(self, folder: Path, to: tuple[str, ...], sealed: bool, wrong: str = "") -> None:
        text = _("The bundle is signed, so that the others know it is yours. It goes to {folder}.")
        passphrase = ask_passphrase(self, _("Sign the team bundle"), text.format(folder=folder), _("Write"), wrong)
        if passphrase:
            self.write_to(folder, passphrase, to, sealed=sealed)

    def write_to(self, folder: Path, passphrase: str, to: tuple[str, ...] = (), *, sealed: bool = True) -> None:
        """Write the bundle into ``folder``."""
        team, visit_id = self._services.team, self._visit_id

        def work(progress: Progress) -> Done[ExportRecord]:
            return team.write(visit_id, folder, passphrase, to, progress, sealed=sealed)

        def failed(error: GmscError) -> None:
            if isinstance(error, WrongPassphrase):
                self._ask_and_write(folder, to, sealed, error_parts(error)[0])
            elif isinstance(error, Cancelled):
                self.banner.say(_("Stopped. No bundle was written, and nothing half remains in the folder."), "warning")
            else:
                self.banner.say_error(error)

        self.banner.say("")
        watch(self, self._tasks, _("Writing the team bundle"), work, self._written, failed)

    def _written(self, done: Done[ExportRecord]) -> None:
        record = done.value
        text = _("{name} has been written to {folder} ({size}).").format(
            name=record.file_name, folder=record.folder, size=show_size(record.size, language())
        )
        self.banner.say(text, "success")
        self.refresh()


class ForWhomDialog(QDialog):
    """For whom a team bundle is: all the others, one of them, or someone new, for whom it cannot be encrypted."""

    ALL, NEW = "*", "?"

    def __init__(self, parent: QWidget, view: TeamView) -> None:
        super().__init__(parent)
        self._view = view
        self.setWindowTitle(_("Write a team bundle"))
        self.setMinimumWidth(space(125))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(_("Write a team bundle"), "heading"))
        text = _("It carries everything this laptop knows of the visit, the evidence too. Take it around in any order.")
        column.addWidget(label(text, "muted"))
        others = [(each.member.id, each.member.name) for each in view.members if not each.own]
        choices = [(self.ALL, _("Everybody in the team")), *others, (self.NEW, _("Someone new, or not named yet"))]
        self.choice = Choice(choices)
        column.addWidget(FormRow(_("&For whom"), self.choice))
        self.note = Banner()
        column.addWidget(self.note)
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        go = Button(_("&Choose a folder…"), "folder", "primary")
        go.setDefault(True)
        go.clicked.connect(self.accept)
        column.addLayout(button_row(cancel, go))
        self.choice.activated.connect(lambda _at: self._say())
        self._say()

    def to(self) -> tuple[str, ...]:
        """The members it is for; nothing for all the others."""
        value = self.choice.value()
        return () if value in (self.ALL, self.NEW) else (value,)

    def sealed(self) -> bool:
        """Whether it is to be encrypted where that is possible."""
        return self.choice.value() != self.NEW

    def _say(self) -> None:
        to = self.to()
        members = [each.member for each in self._view.members if (each.member.id in to if to else not each.own)]
        if self.sealed() and members and all(member.recipient for member in members):
            self.note.say(_("The bundle is encrypted: only they can open it."), "success")
        else:
            text = _("The bundle is not encrypted: whoever holds the file can read it. Hand it over yourself.")
            self.note.say(text, "warning")
