"""One question on its page: the answer, what the region says of itself, a note, the evidence, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gmsc_desktop.domain.answers import Facet, key_path
from gmsc_desktop.domain.instrument import EvidenceRule, Item, ItemType
from gmsc_desktop.i18n import _, error_text, language
from ui.forms.base import Editor
from ui.forms.shown import NoteText
from ui.forms.textarea import TextArea
from ui.forms.textfields import TextEditor
from ui.pages.assessment.cardframe import CardFrame, Look
from ui.pages.assessment.cardhead import CardHead, Sides, column
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.editors import FILES, SIDE_BY_SIDE, is_level, make_editor
from ui.pages.assessment.filekinds import file_kind
from ui.pages.assessment.media import ChoiceMedia, LabelMedia, has_media
from ui.pages.assessment.remarks import RemarkBoxes
from ui.pages.assessment.selfanswer import SelfAnswer
from ui.pages.assessment.strip import EvidenceStrip
from ui.theme import space
from ui.widgets.labels import Button
from ui.widgets.words import Tone, Words, show_if

if TYPE_CHECKING:
    from ui.pages.assessment.teamstrip import GivenLine, OpenPoints


class QuestionCard(CardFrame):
    """The card of the question ``key``. ``opening`` carries evidence to look at; ``entered`` says it became current."""

    opening = Signal(object)
    entered = Signal(str)

    def __init__(
        self, desk: Desk, key: str, look: Look = Look.CARD, parent: QWidget | None = None, *, indent: int = 0
    ) -> None:
        """``indent`` pixels at the left are left free."""
        self.item: Item = desk.instrument.by_path[key_path(key)]
        super().__init__(Look.TEXT if self.item.type is ItemType.NOTE else look, parent, indent=indent)
        self.key, self._desk = key, desk
        self._doubt = ""
        self._problem = ""
        self._problem_of = ("", "", "", 0)
        self.editor: Editor | None = None
        self.choice_media: ChoiceMedia | None = None
        self.own: SelfAnswer | None = None
        self.note: TextArea | None = None
        self.reason: TextArea | None = None
        self.strip: EvidenceStrip | None = None
        self.team: OpenPoints | None = None
        self.given: GivenLine | None = None
        self._not_applicable: Button | None = None
        self._error: Button | None = None
        self._reason_at = 0
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.remarks: RemarkBoxes | None = None
        self._build_head()
        self._build_remarks()
        self._build_answer()
        self._build_beside()
        self._build_evidence()
        if self.look is Look.CELL:
            self.body.addStretch(1)  # Its neighbours may be higher.
        self.setAcceptDrops(self.strip is not None)

    # building

    def _build_head(self) -> None:
        self._left: QWidget | None = None
        self.sides: Sides | None = None
        if self.look is Look.ROW:
            self._left, inside = column(self)
            self.head = CardHead(inside, self._left, plain=True)
        else:
            self.head = CardHead(self.body, self)
        self.title, self.mark, self.hint = self.head.title, self.head.mark, self.head.hint
        self.message = Words("", Tone.ERROR, bold=True, parent=self)
        self.message.hide()
        self.body.addWidget(self.message)
        self.media = LabelMedia(self._desk, self.item.media, self) if self.item.media else None
        if self.media is not None:
            self.body.addWidget(self.media)
        self._message_at = self.body.count()

    def _build_remarks(self) -> None:
        if self._desk.remarks.of(self.key):
            self.remarks = RemarkBoxes(self._desk.remarks, self.key, self._desk.label(self.key), self)
            self.body.addWidget(self.remarks)

    def _build_answer(self) -> None:
        if self.item.type is ItemType.NOTE:
            self.note_text = NoteText(self)
            self.title.hide()
            self.body.insertWidget(1, self.note_text)
            return
        group = self._desk.instrument.by_path[self.item.parent]
        choices = self._desk.instrument.choices.get(self.item.list_name, ())
        self.editor = make_editor(self.item, choices, self, group.appearance, table=self._left is not None)
        if self.editor is None:
            return
        if self._left is not None:
            self.sides = Sides(self._left, self.editor)
            self.body.insertLayout(0, self.sides)
            self._message_at += 1
        else:
            self.body.addWidget(self.editor)
        if self.look is not Look.ROW and len(choices) <= SIDE_BY_SIDE and has_media(choices):
            self.choice_media = ChoiceMedia(self._desk, self.editor.set_pictures, self)
            self.body.addWidget(self.choice_media.strip)
        self.editor.namer = self._named
        self.editor.committed.connect(lambda value: self._desk.write(self.key, Facet.VALUE, value))
        if any(name.startswith("quick") for name in self.item.appearance):
            self.editor.committed.connect(self._move_on)
        self.editor.doubt.connect(self._doubted)
        if isinstance(self.editor, TextEditor):
            self.editor.pasted.connect(self.paste)

    def _named(self, choice: str) -> str:
        found = self._desk.instrument.choice(self.item, choice)
        return " ".join(found.label.get(self._desk.language).split()) or choice if found is not None else choice

    def _build_beside(self) -> None:
        level = is_level(self.item)
        if not level and not self.item.self_assessment:
            return
        row = QHBoxLayout()
        row.setSpacing(space(2))
        if self.item.self_assessment:
            self.own = SelfAnswer(self._desk, self.key, self.item, self)
            row.addWidget(self.own, 1)
        else:
            row.addStretch(1)
        if level:
            self._not_applicable = Button(_("Not applicable"), kind="quiet", parent=self)
            self._not_applicable.setCheckable(True)
            self._not_applicable.clicked.connect(self._toggle_not_applicable)
            row.addWidget(self._not_applicable)
        self.body.addLayout(row)
        self._reason_at = self.body.count()
        self.note = TextArea(1, 14, self)
        self.note.setPlaceholderText(_("The assessor's note: what was seen, and why this level"))
        self.note.committed.connect(lambda text: self._desk.write(self.key, Facet.NOTE, text))
        self.note.pasted.connect(self.paste)
        self.body.addWidget(self.note)

    def _build_evidence(self) -> None:
        if self.item.evidence is None and self.item.type not in FILES and not is_level(self.item):
            return
        kind = file_kind(self.item.type) if self.item.type in FILES else None
        self.strip = EvidenceStrip(self._desk, self.key, self._rule(), kind=kind, parent=self)
        self.strip.opening.connect(self.opening)
        self.body.addWidget(self.strip)

    def _rule(self) -> str:
        if self.item.evidence is EvidenceRule.REQUIRED:
            return _("required")
        if self.item.evidence is EvidenceRule.REQUIRED_FROM and self.item.evidence_from is not None:
            return _("required from level {level}").format(level=f"{self.item.evidence_from:f}")
        return ""

    # showing

    def refresh(self) -> None:
        """Show the state of the question as it is now."""
        state = self._desk.session.state(self.key)
        show_if(self, state.relevant)
        if not state.relevant:
            return
        label = self._desk.label(self.key)
        if label != self.title.text():
            self.title.setText(label)
            self.setAccessibleName(label)
            if self.strip is not None:
                self.strip.add.setAccessibleName(_("Add a file: {question}").format(question=label))
            if self._not_applicable is not None:
                self._not_applicable.setAccessibleName(_("Not applicable: {question}").format(question=label))
        self._show_head(label)
        if self.media is not None:
            self.media.refresh()
        editable = self._desk.editable
        if self.remarks is not None:
            self.remarks.refresh(editable=editable)
        if self.editor is not None:
            self.editor.set_name(label)
            choices = self._desk.session.choices(self.key)
            self.editor.set_choices(choices, self._desk.language)
            if self.choice_media is not None:
                self.choice_media.refresh(choices)
            self.editor.set_language(language())
            self.editor.set_value(state.value)
            self.editor.set_read_only(not editable or state.read_only or bool(state.not_applicable))
        if self.own is not None:
            self.own.refresh(state, label, editable=editable)
        if self.note is not None:
            self.note.setAccessibleName(_("Note: {question}").format(question=label))
            self.note.set_text(state.note or "")
            self.note.setReadOnly(not editable)
            show_if(self.note, editable or bool(state.note))
        self._show_not_applicable(state.not_applicable, editable)
        if self.strip is not None:
            self.strip.refresh()
        self._show_team()
        self._show_message()

    def _show_team(self) -> None:
        """What the team says here; a visit nobody shares costs no widget."""
        if self.team is None:
            if not self._desk.team.has(self.key):
                return
            from ui.pages.assessment.teamstrip import GivenLine, OpenPoints

            self.team, self.given = OpenPoints(self._desk, self.key, self), GivenLine(self._desk, self.key, self)
            self.body.insertWidget(self._message_at, self.team)
            self._reason_at += 1
            self.body.addWidget(self.given)
        self.team.refresh()
        if self.given is not None:
            self.given.refresh()

    def _show_head(self, label: str) -> None:
        self.head.show_hint(self._desk.session.hint(self.key, self._desk.language))
        if self.item.emphasis:
            self.hint.set_runs(self._desk.emphasis(self.key, "hint"))
            self.title.set_runs(self._desk.emphasis(self.key))
        if self.item.type is ItemType.NOTE:
            self.note_text.words.setText(label)
            self.note_text.words.set_runs(self._desk.emphasis(self.key))
            return
        required = self._desk.session.state(self.key).required
        marks = [_("required")] if required else []
        if self.item.critical:
            marks.append(_("critical"))
        self.head.show_marks(marks)

    def _show_not_applicable(self, reason: str | None, editable: bool) -> None:
        if self._not_applicable is None:
            return
        show_if(self._not_applicable, editable or bool(reason))
        self._not_applicable.setEnabled(editable)
        if reason:
            self._not_applicable.setChecked(True)
            self._need_reason().set_text(reason)
            self._need_reason().show()
        elif self.reason is not None and not self.reason.hasFocus() and not self.reason.is_pending():
            self._not_applicable.setChecked(False)
            self.reason.set_text("")
            self.reason.hide()
        if self.reason is not None:
            self.reason.setReadOnly(not editable)

    def _need_reason(self) -> TextArea:
        if self.reason is None:
            self.reason = TextArea(1, 8, self)
            self.reason.setPlaceholderText(_("Why it does not apply; it counts once this is written"))
            self.reason.setAccessibleName(_("Why it does not apply"))
            self.reason.committed.connect(lambda text: self._desk.write(self.key, Facet.NOT_APPLICABLE, text.strip()))
            self.body.insertWidget(self._reason_at, self.reason)
        return self.reason

    def _toggle_not_applicable(self, checked: bool) -> None:
        reason = self._need_reason()
        reason.setVisible(checked)
        if checked:
            reason.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            reason.clear()
            reason.flush()

    def _show_message(self) -> None:
        error = self._desk.error_of(self.key)
        state = self._desk.session.state(self.key)
        said, tone = "", Tone.ERROR
        if error is not None:
            kept = _("What you entered stands here and is not stored yet.")
            said = f"{error_text(error)} {kept}"
        elif self._doubt:
            said = self._doubt
        elif not state.valid:
            said = state.message or _("This answer does not fit.")
        elif self.strip is not None and (misfit := self.strip.misfit()):
            said, tone = misfit, Tone.WARNING
        elif self._problem and self._problem_of == self._standing():
            said, tone = self._problem, Tone.WARNING
        self.message.set_tone(tone)
        self.message.setText(said)
        show_if(self.message, bool(said))
        self._offer_retry(error is not None)

    def _offer_retry(self, needed: bool) -> None:
        if needed and self._error is None:
            self._error = Button(_("Try to store it again"), "restore", parent=self)
            self._error.clicked.connect(lambda: self._desk.retry(self.key))
            self.body.insertWidget(self._message_at, self._error, 0, Qt.AlignmentFlag.AlignLeft)
            self._reason_at += 1
        if self._error is not None:
            show_if(self._error, needed)

    def show_problem(self, text: str) -> None:
        """Say what is missing here, until something is answered, written or attached."""
        self._problem, self._problem_of = text, self._standing()
        self._show_message()

    def _standing(self) -> tuple[str, str, str, int]:
        """What a problem can be about."""
        state = self._desk.session.state(self.key)
        return state.value, state.note, state.not_applicable, len(self._desk.shelf.of(self.key))

    def _move_on(self, value: str) -> None:
        """The form wants the next question as soon as this one is answered."""
        asked = self._desk.asked()
        following = asked.index(self.key) + 1 if value and self.key in asked else len(asked)
        if following < len(asked):
            self._desk.jump.emit(asked[following])

    def _doubted(self, text: str) -> None:
        self._doubt = text
        self._show_message()

    # keyboard and pointer

    def is_open(self) -> bool:
        """Whether something stands here that cannot be stored as it is."""
        return bool(self._doubt)

    def flush(self) -> None:
        """Commit everything typed and not committed yet."""
        for area in (self.note, self.reason):
            if area is not None:
                area.flush()
        if self.remarks is not None:
            self.remarks.flush()
        if self.own is not None:
            self.own.flush()
        if self.editor is not None:
            self.editor.flush()

    def pick_digit(self, digit: str) -> bool:
        """Choose the level of this digit key."""
        return self.editor is not None and self.editor.isEnabled() and self.editor.pick_digit(digit)

    def go(self) -> None:
        """Take the keyboard."""
        target = self.editor.focus_field() if self.editor is not None else self.strip.add if self.strip else self
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def paste(self, mime: QMimeData) -> bool:
        """Take a pasted picture or files as evidence; False when it cannot be."""
        return self.strip is not None and self.strip.take(mime)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press beside the fields makes the question current."""
        self.entered.emit(self.key)
        super().mousePressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may be dropped anywhere on the card."""
        if self.strip is not None and self.strip.takes(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.welcome(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        self.welcome(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Keep what was dropped."""
        self.welcome(False)
        if self.strip is not None and self.strip.take(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.entered.emit(self.key)


def card_of(widget: QObject | None) -> QuestionCard | None:
    """The card around ``widget``, if there is one."""
    while widget is not None and not isinstance(widget, QuestionCard):
        widget = widget.parent()
    return widget
