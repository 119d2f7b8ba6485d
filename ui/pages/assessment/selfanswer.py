"""What the region says of itself, beside the assessor's answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.instrument import Item, ItemType
from gmsc_desktop.i18n import _, language
from ui.forms.base import Editor
from ui.forms.choices import options
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.editors import MANY, make_editor
from ui.pages.assessment.live import State
from ui.theme import space
from ui.widgets.segments import Segments
from ui.widgets.words import Tone, Words


class SelfAnswer(QWidget):
    """The region's own answer to the question ``key``: small cells for a level, the question's own editor otherwise."""

    def __init__(self, desk: Desk, key: str, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._key = desk, key
        self.segments: Segments | None = None
        self.editor: Editor | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(2))
        caption = Words(_("Self-assessment of the region"), Tone.MUTED, bold=True, parent=self)
        row.addWidget(caption, 0, Qt.AlignmentFlag.AlignVCenter)
        choices = desk.instrument.choices.get(item.list_name, ())
        if item.type is ItemType.SELECT_ONE and item.scored and len(choices) <= MANY:
            self.segments = Segments(self)
            self.segments.picked.connect(self._take)
            row.addWidget(self.segments)
            row.addStretch(1)
        else:
            self.editor = make_editor(item, choices, self)
            if self.editor is not None:
                self.editor.committed.connect(self._take)
                row.addWidget(self.editor, 1)

    def refresh(self, state: State, label: str, *, editable: bool) -> None:
        """Show what is recorded."""
        name = _("Self-assessment of the region: {question}").format(question=label)
        choices = self._desk.session.choices(self._key)
        if self.segments is not None:
            self.segments.set_options(options(choices, self._desk.language))
            self.segments.set_name(name)
            self.segments.set_value(state.self_value)
            self.segments.set_read_only(not editable)
        elif self.editor is not None:
            self.editor.set_name(name)
            self.editor.set_choices(choices, self._desk.language)
            self.editor.set_language(language())
            self.editor.set_value(state.self_value)
            self.editor.set_read_only(not editable)

    def flush(self) -> None:
        """Commit what is typed."""
        if self.editor is not None:
            self.editor.flush()

    def _take(self, value: str) -> None:
        self._desk.write(self._key, Facet.SELF, value)
