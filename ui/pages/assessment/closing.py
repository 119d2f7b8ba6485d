"""Closing a visit: what stands against it, each thing one click away, warnings explained in writing."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.visit import Problem, Revision, Severity
from gmsc_desktop.i18n import _, ngettext
from ui.forms.textarea import TextArea
from ui.pages.assessment.desk import Desk
from ui.theme import space
from ui.widgets.cards import scrolled
from ui.widgets.labels import Button, Sign
from ui.widgets.messages import Banner
from ui.widgets.words import Tone, Words

SHOWN_AT_ONCE = 60
"""Problems listed before the rest is only counted: an untouched visit has a hundred of them."""


def problem_text(problem: Problem) -> str:
    """What is wrong, in the person's language."""
    return _(problem.template).format(**problem.params)


class ClosingPanel(QWidget):
    """Checks the visit and closes it. ``jump`` carries the question to mend, ``edit`` the particular of the visit,
    ``left`` goes back to the questions, ``closed`` carries the frozen revision."""

    jump = Signal(str, str)
    edit = Signal(str)
    left = Signal()
    closed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._problems: tuple[Problem, ...] = ()
        self._lines: list[ProblemLine] = []
        self.heading = Words(_("Check before closing"), scale=1.55, bold=True)
        self.summary = Words("", Tone.MUTED)
        self.banner = Banner()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(space(4), space(4), space(4), space(4))
        column.setSpacing(space(3))
        column.addWidget(self.heading)
        column.addWidget(self.summary)
        column.addWidget(self.banner)
        self._list = QVBoxLayout()
        self._list.setSpacing(space(2.5))
        column.addLayout(self._list)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scrolled(inside), 1)
        outer.addWidget(self._foot())

    def _foot(self) -> QFrame:
        frame = QFrame()
        self.back = Button(_("Back to the questions"), "left")
        self.back.clicked.connect(self.left)
        self.again = Button(_("Check again"), "restore", "quiet")
        self.again.clicked.connect(self.check)
        self.close_button = Button(_("Close the visit"), "lock", "primary")
        self.close_button.clicked.connect(self._close)
        row = QHBoxLayout(frame)
        row.setContentsMargins(space(4), space(2), space(4), space(3))
        row.setSpacing(space(2))
        row.addWidget(self.back)
        row.addWidget(self.again)
        row.addStretch(1)
        row.addWidget(self.close_button)
        return frame

    def check(self) -> None:
        """Ask the vault what stands against closing; what is typed here is committed first."""
        self.flush()
        self.close_button.setEnabled(False)
        self.summary.setText(_("Checking…"))
        self._desk.submit(
            lambda: self._desk.services.visits.check(self._desk.visit_id), self._show, self._complain, owner=self
        )

    @property
    def lines(self) -> tuple[ProblemLine, ...]:
        """The problems listed."""
        return tuple(self._lines)

    def flush(self) -> None:
        """Commit explanations being typed."""
        for line in self._lines:
            line.flush()

    def _show(self, problems: tuple[Problem, ...]) -> None:
        self._problems = problems
        self.banner.say("")
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        warnings = [problem for problem in problems if problem.severity is Severity.WARNING]
        self._clear()
        shown_errors = errors[:SHOWN_AT_ONCE]
        self._group(_("To be completed"), _("The visit cannot be closed without these."), shown_errors, len(errors))
        note = _("Mend these, or write why they may stand; what you write goes into the report.")
        self._group(_("To be explained"), note, warnings[:SHOWN_AT_ONCE], len(warnings))
        self._summarise()

    def _clear(self) -> None:
        self._lines = []
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _group(self, title: str, note: str, problems: Sequence[Problem], total: int) -> None:
        if not problems:
            return
        self._list.addWidget(Words(f"{title} ({total})", scale=1.15, bold=True))
        self._list.addWidget(Words(note, Tone.MUTED))
        for problem in problems:
            line = ProblemLine(self._desk, problem)
            line.jump.connect(self._go)
            line.explained.connect(self._explain)
            self._lines.append(line)
            self._list.addWidget(line)
        if total > len(problems):
            rest = total - len(problems)
            more = ngettext(
                "and {n} more, listed when these are done", "and {n} more, listed when these are done", rest
            )
            self._list.addWidget(Words(more.format(n=rest), Tone.MUTED))

    def _summarise(self) -> None:
        blocking = sum(1 for problem in self._problems if problem.blocks)
        if blocking:
            said = ngettext("{n} thing stands against closing.", "{n} things stand against closing.", blocking)
            self.summary.setText(said.format(n=blocking))
        else:
            self.summary.setText(
                _(
                    "Nothing stands against closing. Closing freezes the content under its hash; "
                    "it can then be signed, and reopened with a reason."
                )
            )
        unsaved = self._desk.unsaved
        if unsaved:
            said = _("{n} answers are not stored yet; the visit can be closed when they are.")
            self.banner.say(said.format(n=len(unsaved)), "error")
        self.close_button.setEnabled(blocking == 0 and not unsaved and self._desk.editable)

    def _go(self, problem: Problem) -> None:
        self.flush()
        if problem.key:
            self.jump.emit(problem.key, problem_text(problem))
        else:
            self.edit.emit(problem.field)

    def _explain(self, problem: Problem, text: str) -> None:
        def kept(_done: Done[None]) -> None:
            self._problems = tuple(
                _explained(known, text) if (known.code, known.key) == (problem.code, problem.key) else known
                for known in self._problems
            )
            self._desk.saved.emit(self._desk.now())
            self._summarise()

        visits, visit_id = self._desk.services.visits, self._desk.visit_id
        self._desk.submit(
            lambda: visits.explain(visit_id, problem.code, problem.key, text), kept, self._complain, owner=self
        )

    def _complain(self, error: GmscError) -> None:
        self.summary.setText("")
        self.banner.say_error(error)
        self._summarise()

    def _close(self) -> None:
        self.flush()
        self.close_button.setEnabled(False)

        def closed(done: Done[Revision]) -> None:
            self.closed.emit(done.value)

        visits, visit_id = self._desk.services.visits, self._desk.visit_id
        self._desk.submit(lambda: visits.close(visit_id), closed, self._complain, owner=self)


def _explained(problem: Problem, text: str) -> Problem:
    return dataclasses.replace(problem, explanation=text)


class ProblemLine(QFrame):
    """One problem: where, what, the way there, and for a warning the field to explain it in."""

    jump = Signal(object)
    explained = Signal(object, str)

    def __init__(self, desk: Desk, problem: Problem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = problem
        self.setProperty("kind", "card")
        self.field: TextArea | None = None
        error = problem.severity is Severity.ERROR
        where = desk.label(problem.key) if problem.key else _("Particulars of the visit")
        row = QHBoxLayout(self)
        row.setContentsMargins(space(3), space(2.5), space(3), space(2.5))
        row.setSpacing(space(3))
        tone = "error" if error else "warning"
        row.addWidget(Sign(tone, tone, 5.5), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(space(1))
        texts.addWidget(Words(where, bold=True))
        texts.addWidget(Words(problem_text(problem), Tone.MUTED))
        section = desk.section_title(problem.key) if problem.key else ""
        if section:
            texts.addWidget(Words(section, Tone.MUTED, scale=0.9))
        row.addLayout(texts, 1)
        self.button = Button(_("Mend") if problem.key else _("Edit the visit"), "right", "quiet")
        self.button.setAccessibleName(_("Mend: {question}").format(question=where))
        self.button.clicked.connect(lambda: self.jump.emit(self.problem))
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        if not error:
            self.field = TextArea(1, 6)
            self.field.setPlaceholderText(_("Why it may stand"))
            self.field.setAccessibleName(_("Why it may stand: {question}").format(question=where))
            self.field.set_text(problem.explanation)
            self.field.setReadOnly(not desk.editable)
            self.field.committed.connect(lambda text: self.explained.emit(self.problem, text.strip()))
            texts.addWidget(self.field)

    def flush(self) -> None:
        """Commit the explanation being typed."""
        if self.field is not None:
            self.field.flush()
