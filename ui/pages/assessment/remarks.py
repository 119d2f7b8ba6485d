"""What the office asked to have revised, beside the question it is about, with room to say what was done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.numbers import show_date, show_time
from gmsc_desktop.domain.remarks import Remark
from gmsc_desktop.i18n import _, language, ngettext
from ui.forms.textarea import TextArea
from ui.pages.assessment.navigation import step
from ui.theme import space
from ui.widgets.ink import ink
from ui.widgets.labels import Button
from ui.widgets.tall import Tall
from ui.widgets.words import Tone, Words, show_if

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from ui.tasks import Tasks


class Remarks(QObject):
    """Holds the comments by question and takes what was done about them to the vault. ``changed`` carries the question
    whose comment was answered, ``failed`` an error to tell. ``origin`` marks its work as the page's own."""

    changed = Signal(str)
    failed = Signal(object)

    def __init__(self, services: Services, tasks: Tasks, visit_id: str, origin: QObject) -> None:
        super().__init__(origin)
        self._services, self._tasks, self._visit_id, self._origin = services, tasks, visit_id, origin
        self._all: dict[str, Remark] = {}

    def load(self, remarks: Iterable[Remark]) -> None:
        """Take the comments of the visit as it was opened."""
        self._all = {remark.code: remark for remark in remarks}

    def all(self) -> tuple[Remark, ...]:
        """Every comment, as the office wrote them."""
        return tuple(self._all.values())

    def of(self, key: str) -> tuple[Remark, ...]:
        """The comments on a question; the empty key is the visit as a whole."""
        return tuple(remark for remark in self._all.values() if remark.key == key)

    def open(self) -> tuple[Remark, ...]:
        """Those nobody has answered yet."""
        return tuple(remark for remark in self._all.values() if remark.open)

    def reply(self, code: str, text: str) -> None:
        """Say what was done; shown once it is stored."""

        def stored(done: Done[Remark]) -> None:
            self._all[code] = done.value
            self.changed.emit(done.value.key)

        self._tasks.submit(
            lambda: self._services.visits.reply(self._visit_id, code, text),
            stored,
            self.failed.emit,
            owner=self,
            origin=self._origin,
        )

    def next(self, order: Sequence[str], current: str, *, forward: bool) -> str | None:
        """The question with the next comment after ``current`` in form ``order``, open ones first, round at the end;
        the visit as a whole comes before every question. None when there is no comment."""
        wanted = {remark.key for remark in self.open() or self.all()}
        places = ["", *order]
        keys = [key for key in places if key in wanted]
        if not keys:
            return None
        here = places.index(current) if current in places else 0
        if current in keys:
            found = step(keys, current, forward)
        elif forward:
            found = next((key for key in keys if places.index(key) > here), None)
        else:
            found = next((key for key in reversed(keys) if places.index(key) < here), None)
        return found if found is not None else keys[0 if forward else -1]

    def summary(self) -> str:
        """Who returned the visit, by when it is wanted, and how much is still open; empty when it was not returned."""
        remarks = self.all()
        if not remarks:
            return ""
        first, still = remarks[0], len(self.open())
        told = _("Returned by {who}, {time}.").format(who=first.who, time=show_time(first.at, language()))
        if first.due is not None:
            told += " " + _("Due {day}.").format(day=show_date(first.due, language()))
        count = ngettext("{open} of {count} comment is open", "{open} of {count} comments are open", len(remarks))
        return f"{told} {count.format(open=still, count=len(remarks))}; " + _("F9 leads to the next.")


class RemarkBox(Tall):
    """One comment. ``reply`` carries its code and what was done about it."""

    reply = Signal(str, str)

    def __init__(self, remark: Remark, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.remark = remark
        told = _("Central office · {who}, {time}").format(who=remark.who, time=show_time(remark.at, language()))
        self.head = Words(told, Tone.WARNING, scale=0.92, bold=True, parent=self)
        self.text = Words(remark.text, Tone.TEXT, parent=self)
        self.done = Words("", Tone.MUTED, parent=self)
        self.tick = Button(_("Addressed"), "check", "quiet", self)
        self.tick.setCheckable(True)
        self.tick.setAccessibleDescription(remark.text)
        self.tick.clicked.connect(self._ticked)
        self.answer = TextArea(1, 8, self)
        self.answer.setPlaceholderText(_("What was done about it"))
        self.answer.setAccessibleName(_("Answer to the comment on: {question}").format(question=question))
        self.answer.committed.connect(lambda text: self.reply.emit(self.remark.code, text.strip()))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(4), space(2.5), space(3), space(2.5))
        column.setSpacing(space(1.5))
        for words in (self.head, self.text, self.done):
            column.addWidget(words)
        row = QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(self.answer, 1)
        row.addWidget(self.tick, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        self.setAccessibleName(f"{told}: {remark.text}")

    def refresh(self, remark: Remark, *, editable: bool) -> None:
        """Show what was answered so far."""
        self.remark = remark
        self.answer.set_text(remark.reply)
        self.tick.setChecked(not remark.open)
        for widget in (self.answer, self.tick):
            show_if(widget, editable)
        self.done.setText(_("Done: {text}").format(text=remark.reply) if remark.reply else "")
        show_if(self.done, not editable and bool(remark.reply))
        self.update()

    def go(self) -> None:
        """Take the keyboard."""
        target: QWidget = self.answer if self.answer.isVisibleTo(self) else self
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def flush(self) -> None:
        """Commit what is typed."""
        self.answer.flush()

    def _ticked(self, checked: bool) -> None:
        self.answer.flush()
        text = self.answer.toPlainText().strip()
        if checked:
            self.reply.emit(self.remark.code, text or _("Revised as asked."))
        else:
            self.answer.set_text("")
            self.reply.emit(self.remark.code, "")
            self.answer.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ground that stands out, and an edge that says whether it is answered."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge, ground = (
            (colours.warning, colours.warning_soft) if self.remark.open else (colours.success, colours.success_soft)
        )
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colours.line, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(frame, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
        painter.drawRoundedRect(QRectF(1, space(2), space(1), self.height() - space(4)), 2, 2)
        painter.end()


class RemarkBoxes(Tall):
    """The comments on one question, or on the visit as a whole."""

    def __init__(self, remarks: Remarks, key: str, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remarks, self._key = remarks, key
        self.boxes: list[RemarkBox] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(2))
        for remark in remarks.of(key):
            box = RemarkBox(remark, question, self)
            box.reply.connect(remarks.reply)
            self.boxes.append(box)
            column.addWidget(box)

    def refresh(self, *, editable: bool) -> None:
        """Show what was answered so far."""
        for box, remark in zip(self.boxes, self._remarks.of(self._key), strict=False):
            box.refresh(remark, editable=editable)

    def go(self) -> None:
        """Give the first that is open the keyboard."""
        box = next((box for box in self.boxes if box.remark.open), self.boxes[0])
        box.go()

    def flush(self) -> None:
        """Commit what is typed."""
        for box in self.boxes:
            box.flush()
