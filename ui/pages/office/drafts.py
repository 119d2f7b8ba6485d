"""A draft on the office's table: every answer so far, to be read only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.drafts import OfficeDraft
from ui.pages.office.wording import answer_text, answers_of, is_asked, question_text, unread_note
from ui.theme import space
from ui.widgets.cards import button_row, scrolled
from ui.widgets.labels import Button, Chip, label


@dataclass(frozen=True, slots=True)
class DraftOnTable:
    """What the dialog shows; ``instrument`` may not be here."""

    draft: OfficeDraft
    document: dict[str, Any]
    instrument: Instrument | None


class DraftDialog(QDialog):
    """Nothing can be decided about a draft: it waits for the closed and signed visit."""

    def __init__(self, parent: QWidget | None, shown: DraftOnTable) -> None:
        super().__init__(parent)
        draft = shown.draft.draft
        self.setWindowTitle(_("Draft: {region}").format(region=draft.region_name))
        self.resize(space(200), space(140))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(f"{draft.region_name} · {draft.cycle_year} {draft.stage}".strip(), "heading"))
        column.addWidget(Chip(_("Draft, unsigned"), "warning"))
        saved = show_time(draft.saved_at, language())
        told = _("As of {time} · {assessor}").format(time=saved, assessor=draft.assessor)
        column.addWidget(label(told, "muted"))
        column.addWidget(label(_("It is not closed and not signed, and proves nothing."), "muted"))
        if shown.draft.forked:
            fork = _("Another draft of this visit stands beside it, from another laptop. Both are kept.")
            column.addWidget(label(fork, "error"))
        if note := unread_note(shown.instrument):
            column.addWidget(label(note))
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 0, space(3), 0)
        rows.setSpacing(space(2))
        for key, value, own, note in answers_of(shown.document):
            if is_asked(shown.instrument, key):
                rows.addWidget(label(question_text(shown.instrument, key), "label"))
                rows.addWidget(label(answer_text(shown.instrument, key, value) or "–", selectable=True))
                more = [_("Region itself: {answer}").format(answer=own)] if own else []
                more += [_("Note: {note}").format(note=note)] if note else []
                if more:
                    rows.addWidget(label(" · ".join(more), "small", selectable=True))
        files = shown.document["evidence"]
        count = ngettext("{count} evidence file", "{count} evidence files", len(files)).format(count=len(files))
        rows.addWidget(label(count, "subheading"))
        for file in files:
            rows.addWidget(label(file["name"], "small", selectable=True))
        rows.addStretch(1)
        column.addWidget(scrolled(content), 1)
        close = Button(_("&Close"), kind="primary")
        close.clicked.connect(self.accept)
        column.addLayout(button_row(close))
