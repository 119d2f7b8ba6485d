"""One visit on the office's table: what changed since before, every answer with room for a comment, the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.comparing import Difference
from gmsc_desktop.domain.exchange import Comment, Review
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.numbers import show_date, show_time
from gmsc_desktop.domain.remarks import Remark
from gmsc_desktop.i18n import _, language
from gmsc_desktop.services.office import OfficeVisit
from ui.pages.office.changes import Revised
from ui.pages.office.wording import answer_text, answers_of, is_asked, question_text, review_state, unread_note
from ui.theme import space
from ui.widgets.cards import button_row, scrolled
from ui.widgets.dates import DateField
from ui.widgets.fields import FormRow
from ui.widgets.labels import Button, Chip, label, rule
from ui.widgets.messages import Banner
from ui.widgets.visitrows import index_text


@dataclass(frozen=True, slots=True)
class OnTable:
    """What the dialog shows. ``changes`` are those since the revision before; ``instrument`` may not be here."""

    visit: OfficeVisit
    document: dict[str, Any]
    instrument: Instrument | None
    changes: tuple[Difference, ...]
    asked: tuple[Remark, ...] = ()
    """What was asked of an earlier revision, with what this one answers."""


class CommentLine(QFrame):
    """One question with its answer, and room for a comment that opens when it is wanted."""

    def __init__(self, key: str, question: str, answer: str, more: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        column = QVBoxLayout(self)
        column.setContentsMargins(0, space(1), 0, space(1))
        column.setSpacing(space(1))
        row = QHBoxLayout()
        row.setSpacing(space(3))
        words = QVBoxLayout()
        words.setSpacing(space(0.5))
        words.addWidget(label(question, "label"))
        words.addWidget(label(answer or "–", selectable=True))
        if more:
            words.addWidget(label(more, "small", selectable=True))
        self.button = Button(_("Comment"), "edit", "quiet")
        self.button.setAccessibleDescription(question)
        self.button.clicked.connect(self.begin)
        row.addLayout(words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(space(18))
        self.edit.setAccessibleName(_("Comment on: {question}").format(question=question))
        self.edit.hide()
        column.addWidget(self.edit)

    def begin(self) -> None:
        """Open the room for a comment."""
        self.button.hide()
        self.edit.show()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def comment(self) -> Comment | None:
        """What was written, if anything."""
        text = self.edit.toPlainText().strip()
        return Comment(self.key, text) if text else None


class ReviewDialog(QDialog):
    """``accept_wanted(visit_id)`` or ``return_wanted(visit_id, comments, due)``."""

    accept_wanted = Signal(str)
    return_wanted = Signal(str, object, object)

    def __init__(self, parent: QWidget | None, shown: OnTable, today: date) -> None:
        super().__init__(parent)
        self._visit, self._today = shown.visit, today
        newest = shown.visit.newest
        self.setWindowTitle(newest.region_name)
        self.resize(space(225), space(150))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(f"{newest.region_name} · {newest.cycle_year} {newest.stage}".strip(), "heading"))
        facts = _("Revision {number} · closed {time} by {assessor} · index {index}").format(
            number=newest.number,
            time=show_time(newest.closed_at, language()),
            assessor=newest.assessor,
            index=index_text(newest.index),
        )
        column.addWidget(label(facts, "muted"))
        if note := unread_note(shown.instrument):
            column.addWidget(label(note))
        self.lines: list[CommentLine] = []
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, space(3), 0)
        self._column.setSpacing(space(1.5))
        if shown.visit.review is not None:
            self._show_review(shown.visit.review, shown.instrument)
        self._show_changes(shown)
        self._show_answers(shown)
        self._column.addStretch(1)
        column.addWidget(scrolled(content), 1)
        self.banner = Banner()
        column.addWidget(self.banner)
        column.addLayout(self._decision())

    def comments(self) -> tuple[Comment, ...]:
        """Everything written, the whole visit first."""
        found = (line.comment() for line in self.lines)
        return tuple(comment for comment in found if comment is not None)

    def _decision(self) -> QHBoxLayout:
        self.due = DateField()
        self._due_row = FormRow(_("Revised &by"), self.due, _("may stay empty"), focus=self.due.line)
        self._due_row.setFixedWidth(space(75))
        close = Button(_("Close"))
        close.clicked.connect(self.reject)
        self.give_back = Button(_("&Return with comments"), "restore")
        self.give_back.clicked.connect(self._return)
        self.take = Button(_("&Accept"), "check", "primary")
        self.take.clicked.connect(self._accept)
        row = button_row(close, self.give_back, self.take, left=self._due_row)
        for button in (close, self.give_back, self.take):
            row.setAlignment(button, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _accept(self) -> None:
        if self.comments():
            self.banner.say(_("There are comments. Return the visit with them, or empty them to accept it."), "warning")
            return
        self.accept_wanted.emit(self._visit.visit_id)
        self.accept()

    def _return(self) -> None:
        due, typed = self.due.value(), self.due.line.text().strip()
        comments = self.comments()
        if not comments:
            self.banner.say(_("Write at least one comment: what has to be revised?"), "warning")
            self.lines[0].begin()
        elif typed and due is None:
            self._due_row.set_error(_("This is no day."))
        elif due is not None and due < self._today:
            self._due_row.set_error(_("This day has passed."))
        else:
            self.return_wanted.emit(self._visit.visit_id, comments, due)
            self.accept()

    def _show_review(self, review: Review, instrument: Instrument | None) -> None:
        row = QHBoxLayout()
        row.addWidget(Chip(*review_state(review)))
        told = _("{who}, {time}").format(who=review.who, time=show_time(review.at, language()))
        if review.due is not None:
            told += " · " + _("due {day}").format(day=show_date(review.due, language()))
        row.addWidget(label(told, "muted"), 1)
        self._column.addLayout(row)
        for comment in review.comments:
            about = question_text(instrument, comment.key) if comment.key else _("The visit as a whole")
            self._column.addWidget(label(f"{about}: {comment.text}"))

    def _show_changes(self, shown: OnTable) -> None:
        if not shown.changes and not shown.asked:
            return
        self._column.addWidget(Revised(shown.instrument, shown.asked, shown.changes))
        self._column.addWidget(rule())

    def _show_answers(self, shown: OnTable) -> None:
        self._column.addWidget(label(_("Answers"), "subheading"))
        whole = CommentLine("", _("The visit as a whole"), "", "")
        self._add(whole)
        for key, value, own, note in answers_of(shown.document):
            if not is_asked(shown.instrument, key):
                continue
            more = []
            if own:
                text = _("The region itself: {answer}")
                more.append(text.format(answer=answer_text(shown.instrument, key, own)))
            if note:
                more.append(_("Note: {note}").format(note=note))
            question = question_text(shown.instrument, key)
            self._add(CommentLine(key, question, answer_text(shown.instrument, key, value), "\n".join(more)))

    def _add(self, line: CommentLine) -> None:
        self.lines.append(line)
        self._column.addWidget(line)
        self._column.addWidget(rule())
