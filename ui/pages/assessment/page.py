"""Filling the instrument of one visit: outline, questions, inspector; checking, closing, signing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.visit import Evidence, Revision
from gmsc_desktop.i18n import _, ngettext
from ui.pages.assessment.card import card_of
from ui.pages.assessment.closing import ClosingPanel
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.header import Header
from ui.pages.assessment.inspector import Inspector
from ui.pages.assessment.keys import bind
from ui.pages.assessment.notice import Notice
from ui.pages.assessment.outline import Outline
from ui.pages.assessment.panes import Panes
from ui.pages.assessment.progress import SectionCounts
from ui.pages.assessment.questions import Questions
from ui.pages.assessment.seeking import Seeking
from ui.pages.assessment.standing import standing
from ui.pages.assessment.steps import VisitSteps, show_dialog
from ui.pages.assessment.viewer import EvidenceViewer
from ui.pages.assessment.whydialog import WhyDialog
from ui.theme import space
from ui.widgets.labels import Button, rule
from ui.widgets.messages import Banner, ask
from ui.widgets.words import Tone, Words

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from ui.tasks import Tasks

PROBLEMS_AFTER_MS = 250
"""The marks of the outline follow after this pause; the numbers themselves follow at once."""


class AssessmentPage(QWidget):
    """The assessment page. ``closed`` says the person goes back, ``saved`` carries the moment of each commit,
    ``signed`` the id of a document just signed, ``go_to`` another page and a place on it. ``trial`` offers no steps of
    a visit: an instrument is only tried."""

    closed = Signal()
    saved = Signal(object)
    signed = Signal(str)
    go_to = Signal(str, str)

    def __init__(
        self, services: Services, tasks: Tasks, visit_id: str, parent: QWidget | None = None, *, trial: bool = False
    ) -> None:
        super().__init__(parent)
        self._trial = trial
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.desk = Desk(services, tasks, visit_id, self)
        self._counts = SectionCounts(self.desk)
        self.header = Header(self, trial=trial)
        self.banner = Banner(parent=self)
        self.unsaved = Banner(parent=self)
        self.outline = Outline(self._findable, self)
        self.questions = Questions(self.desk, self)
        self.closing = ClosingPanel(self.desk, self)
        self.inspector = Inspector(self.desk, self)
        self.notice = Notice(self)
        self.steps = VisitSteps(self.desk, self)
        self._lay_out()
        self._seeking = Seeking(self.desk, self.questions, self.panes, self.notice)
        self._connect()
        self._later = QTimer(self, singleShot=True, interval=PROBLEMS_AFTER_MS)
        self._later.timeout.connect(self._mark_problems)
        self.desk.load()

    def _lay_out(self) -> None:
        self._waiting = Words(_("Opening the visit…"), Tone.MUTED)
        self._waiting.setContentsMargins(space(6), space(6), space(6), space(6))
        self.panes = Panes(self.outline, (self._waiting, self.questions, self.closing), self.inspector)
        retry = Button(_("Try to store them again"), "restore")
        retry.clicked.connect(self._retry)
        self.unsaved.buttons.addWidget(retry)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(rule())
        said = QVBoxLayout()
        said.setContentsMargins(space(4), 0, space(4), 0)
        said.setSpacing(space(2))
        for banner in (self.unsaved, self.banner):
            said.addWidget(banner)
        column.addSpacing(space(2))
        column.addLayout(said)
        column.addWidget(self.panes, 1)

    def _connect(self) -> None:
        desk, questions = self.desk, self.questions
        desk.loaded.connect(self._loaded)
        desk.touched.connect(self._touched)
        desk.reshaped.connect(self._reshaped)
        desk.saved.connect(self.saved)
        desk.unsaved_changed.connect(self._unsaved_changed)
        desk.visit_changed.connect(self._visit_changed)
        desk.jump.connect(self.go)
        desk.failed.connect(self._complain)
        desk.removed_item.connect(self._offer_item_back)
        desk.shelf.removed.connect(self._offer_file_back)
        desk.tasks.changed.connect(self._follow)
        desk.team.changed.connect(self._team_changed)
        desk.team.settled.connect(self._settled)
        questions.opening.connect(self._open_evidence)
        questions.entered.connect(self.inspector.show_question)
        questions.switched.connect(self.outline.select)
        self.outline.chosen.connect(self._choose_section)
        self.outline.found.connect(self.go)
        self.inspector.asking.connect(self._why)
        self.closing.jump.connect(self._seeking.mend)
        self.closing.edit.connect(lambda _field: self._leave_for("visits", desk.visit_id))
        self.closing.left.connect(self._show_questions)
        self.closing.closed.connect(self._visit_closed)
        header = self.header
        header.back.connect(self._leave)
        header.language_chosen.connect(self._speak)
        header.preview.clicked.connect(self._preview)
        header.close_visit.clicked.connect(self.check)
        header.team.clicked.connect(self.show_team)
        header.sign.clicked.connect(self.steps.sign)
        header.reopen.clicked.connect(self.steps.reopen)
        header.document.clicked.connect(self.steps.show_document)
        self.steps.document.connect(lambda document: self.go_to.emit("documents", document))
        self.steps.signed.connect(self._signed)
        header.panel.clicked.connect(self.panes.want_inspector)
        self.panes.inspector_shown.connect(header.panel.setChecked)
        self.panes.centre_changed.connect(self._centre_changed)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]
        bind(
            self,
            {
                "Ctrl+Down": lambda: questions.step(forward=True),
                "Ctrl+Up": lambda: questions.step(forward=False),
                "Ctrl+PgDown": lambda: questions.turn(forward=True),
                "Ctrl+PgUp": lambda: questions.turn(forward=False),
                "F8": lambda: self.next_problem(forward=True),
                "Shift+F8": lambda: self.next_problem(forward=False),
                "F9": lambda: self.next_remark(forward=True),
                "Shift+F9": lambda: self.next_remark(forward=False),
                "Ctrl+F": self.outline.start_finding,
                "Ctrl+S": self.flush,
                "Ctrl+Z": self._undo,
                "Ctrl+Y": self._redo,
                "Ctrl+Shift+Z": self._redo,
                "Ctrl+V": self._paste,
            },
        )

    # what is shown

    def _loaded(self) -> None:
        visit = self.desk.visit
        if visit is None:
            return
        self.header.show_visit(visit)
        self.header.show_languages(self.desk.instrument, self.desk.language)
        self._counts.count()
        if not self.questions.section and not self.inspector.has_something():
            self.panes.want_inspector(False)
        first = self.questions.section or self._counts.first_open()
        self.outline.show_lines(self._counts.lines())
        self.panes.show_centre(self.questions)
        if self.questions.section:
            self.questions.rebuild()
        else:
            self.questions.show_section(first)
        self.inspector.translate()
        self._say_state()
        self._later.start()

    def _touched(self, keys: frozenset[str]) -> None:
        self.questions.refresh(keys)
        if any(self.desk.remarks.of(key) for key in keys):
            self._say_state()
        self.inspector.follow()
        self._counts.count(keys)
        self.outline.show_lines(self._counts.lines())
        self._later.start()

    def _mark_problems(self) -> None:
        if self.desk.visit is not None:
            self._counts.count_problems()
            self.outline.show_lines(self._counts.lines())

    def _reshaped(self) -> None:
        self.questions.reshape()

    def _visit_changed(self) -> None:
        visit = self.desk.visit
        if visit is None:
            return
        self.header.show_visit(visit)
        self.questions.rebuild()
        self.inspector.translate()
        self._say_state()
        if not visit.editable and self.panes.centre() is self.closing:
            self._show_questions()

    def _say_state(self) -> None:
        self.banner.say(*standing(self.desk.visit, self.desk.remarks.summary()))

    def _centre_changed(self) -> None:
        """While the check is shown its own button closes the visit."""
        editable = self.desk.visit is not None and self.desk.visit.editable and not self._trial
        self.header.close_visit.setVisible(editable and self.panes.centre() is not self.closing)

    def _complain(self, error: GmscError) -> None:
        self._waiting.setText("")
        self.banner.say_error(error)

    def _unsaved_changed(self, key: str) -> None:
        self.questions.refresh(frozenset({key}))
        count = len(self.desk.unsaved)
        text = ngettext(
            "{n} answer is not stored yet; it stands in its field and is lost if the program ends.",
            "{n} answers are not stored yet; they stand in their fields and are lost if the program ends.",
            count,
        )
        self.unsaved.say(text.format(n=count) if count else "", "error")

    def _retry(self) -> None:
        self.desk.retry()

    def _follow(self, changed: Changed, origin: object) -> None:
        if origin is self.desk or self.desk.visit_id not in changed.visits:
            return
        if changed.kinds & {"answer"} or changed.kinds & {"review"}:
            self.desk.load()
        elif changed.kinds & {"visit", "document"}:
            self.desk.refresh_visit()
        elif changed.kinds & {"team"}:
            self.desk.team.load()

    def _team_changed(self) -> None:
        """Who does what, who said what, what is open: shown where it is."""
        if self.desk.visit is None:
            return
        self.header.close_visit.setText(_("Close the visit") if self.desk.team.closes() else _("Check"))
        self.questions.show_team()
        self.outline.show_lines(self._counts.lines())
        self._later.start()

    def _settled(self, settlement: str) -> None:
        if settlement:
            self.notice.offer(_("It is settled."), lambda: self.desk.team.take_back(settlement))

    def show_team(self) -> None:
        """Open the team of the visit, once everything entered is stored or on its way."""
        from ui.team.dialog import TeamDialog

        self.flush()
        show_dialog(TeamDialog(self.desk.services, self.desk.tasks, self.desk.visit_id, self.window()))

    # moving

    def go(self, key: str) -> None:
        """Show the question ``key`` and give it the keyboard."""
        self.panes.show_centre(self.questions)
        self.questions.go(key)

    def show_place(self, place: str) -> None:
        """The same, as the main window calls it."""
        self.go(place)

    def _choose_section(self, path: str) -> None:
        self.panes.show_centre(self.questions)
        self.questions.show_section(path)

    def next_problem(self, *, forward: bool) -> None:
        """Go to the next thing missing, in form order, and say what it is."""
        if self.desk.visit is not None:
            self.flush()
            self._seeking.problem(forward=forward)

    def next_remark(self, *, forward: bool) -> None:
        """Go to the next comment of the office: those still open first, in form order."""
        if self.desk.visit is not None:
            self.flush()
            self._seeking.remark(forward=forward)

    def _findable(self) -> tuple[tuple[str, str], ...]:
        if self.desk.visit is None:
            return ()
        return tuple((key, " ".join(self.desk.label(key).split())) for key in self.desk.asked())

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        card = card_of(new)
        if card is not None and self.isAncestorOf(card):
            self.questions.set_current(card.key)

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses a level of the question worked on, wherever the keyboard is, except in a text."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        card = self.questions.card
        if plain and card is not None and event.text().isdigit() and card.pick_digit(event.text()):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _paste(self) -> None:
        card = self.questions.card
        if card is not None:
            card.paste(QGuiApplication.clipboard().mimeData())

    def _undo(self) -> None:
        self.flush()
        if self.desk.editable:
            self.desk.undo()

    def _redo(self) -> None:
        self.flush()
        if self.desk.editable:
            self.desk.redo()

    def flush(self) -> None:
        """Commit everything typed, now."""
        self.questions.flush()
        self.closing.flush()

    def may_leave(self) -> bool:
        """Commit what is typed; ask when something cannot be stored and would be lost."""
        self.flush()
        open_fields = self.questions.open_fields()
        if not self.desk.unsaved and not open_fields:
            return True
        title = _("Leave although something is not stored?")
        text = _("Some entries could not be stored. They stand in their fields; when you leave they are gone.")
        return ask(self, title, text, _("Leave without them"), danger=True)

    def _leave(self) -> None:
        self.flush()
        self.closed.emit()

    def _leave_for(self, page: str, place: str) -> None:
        self.flush()
        self.go_to.emit(page, place)

    # steps of the visit

    def check(self) -> None:
        """Show what stands against closing, once everything entered is stored or on its way."""
        self.flush()
        open_fields = self.questions.open_fields()
        if open_fields:
            self.go(open_fields[0])
            self.notice.say(_("Correct this entry first; it cannot be stored as it is."), "warning")
            return
        self.desk.retry()
        self.panes.show_centre(self.closing)
        self.closing.check()

    def _show_questions(self) -> None:
        self.panes.show_centre(self.questions)

    def _visit_closed(self, _revision: Revision) -> None:
        self.desk.refresh_visit()

    def _preview(self) -> None:
        self.flush()
        self.steps.preview()

    def _signed(self, document_id: str) -> None:
        self.signed.emit(document_id)
        self.go_to.emit("documents", document_id)

    # looking closer

    def _open_evidence(self, evidence: Evidence) -> None:
        show_dialog(EvidenceViewer(self.desk, evidence, self))

    def _why(self) -> None:
        if self.inspector.assessment is not None:
            show_dialog(WhyDialog(self.desk, self.inspector.assessment, self))

    def _speak(self, code: str) -> None:
        self.desk.speak(code)
        self.header.languages.set_value(code)
        self.outline.show_lines(self._counts.lines())
        self.questions.rebuild()
        self.inspector.translate()

    # taking back

    def _offer_item_back(self, _item_key: str) -> None:
        self.notice.offer(_("The item was removed."), self._undo)

    def _offer_file_back(self, evidence: Evidence) -> None:
        self.notice.offer(_("{name} was removed.").format(name=evidence.name[:60]), self._undo)
