"""The list of visits with search and filter, and the details of the one chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gmsc_desktop.domain.numbers import show_dates, show_time
from gmsc_desktop.domain.visit import Role, VisitRow, VisitState
from gmsc_desktop.i18n import _, language, ngettext
from ui.theme import space
from ui.widgets.cards import Card, EmptyState, Page, fact, scrolled
from ui.widgets.fields import Choice, SearchField
from ui.widgets.labels import Button, Chip, label, rule
from ui.widgets.messages import Banner
from ui.widgets.people import ROLE_LABELS
from ui.widgets.rowlist import RowList
from ui.widgets.visitrows import MODE_LABELS, STATE_TONES, index_text, matches, state_text, visit_item

if TYPE_CHECKING:
    from gmsc_desktop.services.instruments import InstrumentRow

ALL, ARCHIVED = "all", "archived"


class Listing(Page):
    """Tells what the person wants with a visit by its id."""

    new = Signal()
    fill = Signal(str)
    edit = Signal(str)
    archive = Signal(str)
    restore = Signal(str)
    history = Signal(str)
    export = Signal(str)
    """As open data for other tools."""
    move_to = Signal(str, str)
    """To the newer version of the instrument with this hash."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Visits"), scrolls=False, wide=True, parent=parent)
        self._rows: tuple[VisitRow, ...] = ()
        self._shared: frozenset[str] = frozenset()
        self._archived: tuple[VisitRow, ...] = ()
        self.new_button = Button(_("&New visit"), "plus", "primary")
        self.new_button.clicked.connect(self.new)
        self.header.buttons.addWidget(self.new_button)
        self.search = SearchField(_("Search visits"))
        self.filter = Choice(self._filters())
        self.filter.setAccessibleName(_("Which visits are shown"))
        self.filter.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        bar = QHBoxLayout()
        bar.setSpacing(space(3))
        bar.addWidget(self.search, 1)
        bar.addWidget(self.filter)
        self.list = RowList(_("Visits"))
        self.nothing = EmptyState("search", _("Nothing found"), _("Try fewer words, or show all visits."))
        self._found = QStackedWidget()
        self._found.addWidget(self.list)
        self._found.addWidget(self.nothing)
        left = QVBoxLayout()
        left.setSpacing(space(3))
        left.addLayout(bar)
        left.addWidget(self._found, 1)
        self.details = Details()
        both = QWidget()
        columns = QHBoxLayout(both)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(space(5))
        columns.addLayout(left, 5)
        columns.addWidget(self.details, 3)
        first = Button(_("&Record the first visit"), "plus", "primary")
        first.clicked.connect(self.new)
        self.empty = EmptyState(
            "visits",
            _("No visit yet"),
            _("A visit holds everything about one assessment: who was met, the answers, the evidence, the findings."),
            first,
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(both)
        self._stack.addWidget(self.empty)
        self.body.addWidget(self._stack, 1)
        self._connect()
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.left_down.connect(self.list.setFocus)
        self.filter.currentIndexChanged.connect(lambda _index: self._show())
        self.list.chosen.connect(self._show_details)
        self.list.chosen.connect(lambda _visit_id: self.details.said.say(""))
        self.list.opened.connect(self.fill)
        details = self.details
        details.look.clicked.connect(lambda: self.move_to.emit(self.list.current(), details.version))
        for button, signal in (
            (details.fill, self.fill),
            (details.edit, self.edit),
            (details.history, self.history),
            (details.export, self.export),
            (details.archive, self.archive),
            (details.restore, self.restore),
        ):
            button.clicked.connect(lambda _checked=False, signal=signal: signal.emit(self.list.current()))

    def load(
        self, rows: tuple[VisitRow, ...], archived: tuple[VisitRow, ...], shared: frozenset[str] = frozenset()
    ) -> None:
        """Show these visits; a team fills in those of ``shared``."""
        self._rows, self._archived, self._shared = rows, archived, shared
        count = ngettext("{count} visit", "{count} visits", len(rows)).format(count=len(rows))
        self.header.set_texts(_("Visits"), count if rows else "")
        self._stack.setCurrentIndex(0 if rows or archived else 1)
        self.new_button.setVisible(bool(rows or archived))
        self._show()

    def select(self, visit_id: str) -> None:
        """Choose the visit, whatever was searched for."""
        if not any(row.id == visit_id for row in self.list.rows()):
            self.search.clear()
            archived = any(row.visit.id == visit_id for row in self._archived)
            self.filter.set_value(ARCHIVED if archived else ALL)
        self.list.set_current(visit_id)

    def current(self) -> str:
        """The visit chosen."""
        return self.list.current()

    def may_move(self, visit_id: str) -> bool:
        """Whether the visit is a draft in the list, which alone may change its instrument."""
        return any(row.visit.id == visit_id and row.visit.editable for row in self._rows)

    def _filters(self) -> list[tuple[str, str]]:
        states = [(state.value, state_text(state)) for state in VisitState]
        return [(ALL, _("All visits")), *states, (ARCHIVED, _("Put away"))]

    def _show(self) -> None:
        which = self.filter.value()
        pool = self._archived if which == ARCHIVED else self._rows
        shown = [row for row in pool if which in (ALL, ARCHIVED, row.visit.state.value)]
        found = [row for row in shown if matches(row, self.search.text())]
        self.list.set_rows([visit_item(row, shared=row.visit.id in self._shared) for row in found])
        self._found.setCurrentIndex(0 if found else 1)
        self._show_details(self.list.current())

    def _show_details(self, visit_id: str) -> None:
        pool = self._rows + self._archived
        row = next((row for row in pool if row.visit.id == visit_id), None)
        archived = any(each.visit.id == visit_id for each in self._archived)
        self.details.show_row(row, archived=archived)


class Details(Card):
    """What is known about one visit, and what can be done with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.title = label("", "heading")
        self.state = Chip()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        inner = QWidget()
        self._facts = QVBoxLayout(inner)
        self._facts.setContentsMargins(0, 0, space(2), 0)
        self._facts.setSpacing(space(2.5))
        self.body.addWidget(scrolled(inner), 1)
        self.version = ""
        self.newer = Banner()
        self.look = Button(_("&Look at it…"), "right", "quiet")
        self.newer.buttons.addWidget(self.look)
        self.body.addWidget(self.newer)
        self.said = Banner()
        self.body.addWidget(self.said)
        self.body.addWidget(rule())
        self.fill = Button(_("&Fill in"), "edit", "primary")
        self.edit = Button(_("&Particulars"), "people")
        self.history = Button(_("&History"), "history", "quiet")
        self.export = Button(_("E&xport open data…"), "save", "quiet")
        self.export.setToolTip(_("Submission XML, CSV tables and files, as ODK Central gives them"))
        self.archive = Button(_("Put &away"), "archive", "quiet")
        self.restore = Button(_("&Bring back"), "restore", "quiet")
        rows = ((self.fill, self.edit), (self.history, self.archive, self.restore), (self.export,))
        for buttons in rows:
            row = QHBoxLayout()
            row.setSpacing(space(2))
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            self.body.addLayout(row)

    def offer_version(self, row: InstrumentRow | None) -> None:
        """Say that the instrument of the visit has this newer version, or nothing."""
        self.version = row.hash if row is not None else ""
        text = _("Its instrument has a newer version: {version}.")
        self.newer.say(text.format(version=row.version or row.title) if row is not None else "")

    def show_row(self, row: VisitRow | None, *, archived: bool) -> None:
        """Show this visit; None shows nothing."""
        while (item := self._facts.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.setVisible(row is not None)
        if row is None:
            return
        self.title.setText(row.visit.draft.region.name)
        self.state.show_text(state_text(row.visit.state), STATE_TONES[row.visit.state])
        for name, text in _facts(row):
            self._facts.addWidget(fact(name, text))
        self._facts.addStretch(1)
        self.fill.setText(_("&Fill in") if row.visit.editable else _("&Open"))
        self.edit.setEnabled(row.visit.editable and not archived)
        self.edit.setToolTip("" if row.visit.editable else _("A closed visit is reopened before it is changed."))
        self.archive.setVisible(not archived)
        self.restore.setVisible(archived)


def _facts(row: VisitRow) -> list[tuple[str, str]]:
    visit, draft = row.visit, row.visit.draft
    stage = f"{draft.cycle_year}, {draft.stage}" if draft.stage else str(draft.cycle_year)
    progress = _("{answered} of {expected} answered, {count} evidence files")
    facts = [
        (_("Region"), f"{draft.region.province} ({draft.region.code})"),
        (_("Cycle"), stage),
        (_("Days"), show_dates(draft.starts_on, draft.ends_on, language())),
        (_("Place"), f"{draft.place or '–'} ({_(MODE_LABELS[draft.mode])})"),
        (_("Index so far") if visit.editable else _("Index"), index_text(row.index)),
        (
            _("Progress"),
            progress.format(answered=row.progress.answered, expected=row.progress.expected, count=row.evidence_count),
        ),
    ]
    if draft.previous is not None:
        before = f"{index_text(draft.previous.index)} ({draft.previous.year})"
        facts.append((_("Previous index"), f"{before} {draft.previous.source}".strip()))
    team = [p for p in draft.people if p.role is not Role.MET]
    met = [p for p in draft.people if p.role is Role.MET]
    if team:
        facts.append((_("Team"), "\n".join(f"{p.name} ({_(ROLE_LABELS[p.role])})" for p in team)))
    if met:
        facts.append((_("People met"), "\n".join(f"{p.name}, {p.title}" if p.title else p.name for p in met)))
    if visit.content_hash:
        facts.append((_("Frozen content"), _("Revision {number}").format(number=visit.revision)))
    facts.append((_("Last changed"), show_time(visit.updated_at.astimezone(), language())))
    return facts
