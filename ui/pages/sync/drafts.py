"""Visits nobody has signed yet: whether they go along as drafts, and how far each is safe at the office."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.states import STATE_LABELS
from gmsc_desktop.i18n import _, ngettext
from gmsc_desktop.services.drafts import DraftStanding
from ui.pages.sync.inbox import clear
from ui.theme import space
from ui.widgets.labels import Chip, label

SHOWN = 12
"""Drafts on the page; the rest is counted."""


class Drafts(QWidget):
    """``changed`` when the person wants them sent, or not."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drafts: tuple[DraftStanding, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        self.box = QCheckBox()
        self.box.toggled.connect(lambda _on: self.changed.emit())
        column.addWidget(self.box)
        note = _(
            "They stay drafts: unsigned, with their evidence, so that a lost laptop loses nothing. "
            "The office can read them and never takes one for finished work."
        )
        column.addWidget(label(note, "small"))
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(space(7), 0, 0, 0)
        self._rows.setSpacing(space(0.5))
        column.addLayout(self._rows)
        self.hide()

    def put(self, drafts: tuple[DraftStanding, ...]) -> None:
        """Show these; nothing is shown when there is none."""
        self._drafts = drafts
        self.setVisible(bool(drafts))
        text = ngettext(
            "Send the &draft too: {count} visit nobody has signed",
            "Send the &drafts too: {count} visits nobody has signed",
            len(drafts),
        )
        self.box.setText(text.format(count=len(drafts)))
        clear(self._rows)
        for draft in drafts[:SHOWN]:
            self._rows.addWidget(_line(draft))
        left = len(drafts) - SHOWN
        if left > 0:
            self._rows.addWidget(
                label(ngettext("and {count} more", "and {count} more", left).format(count=left), "small")
            )
        self.changed.emit()

    def chosen(self) -> tuple[str, ...]:
        """The ids of the visits to go along as drafts: all of them, or none."""
        return tuple(draft.row.visit.id for draft in self._drafts) if self.box.isChecked() else ()


def _line(standing: DraftStanding) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(space(3))
    visit = standing.row.visit
    cycle = f"{visit.draft.cycle_year} {visit.draft.stage}".strip()
    words = " · ".join((visit.draft.region.name, cycle, _(STATE_LABELS[visit.state])))
    row.addWidget(label(words, "small"), 1)
    row.addWidget(_chip(standing), 0, Qt.AlignmentFlag.AlignVCenter)
    return made


def _chip(standing: DraftStanding) -> Chip:
    if standing.safe:
        return Chip(_("Safe as a draft"), "success")
    if standing.sent:
        return Chip(_("Sent as a draft"), "accent")
    return Chip(_("Not sent as it is now"), "warning")


def drafts_text(drafts: tuple[DraftStanding, ...]) -> str:
    """How many drafts are not yet safe at the office; nothing when all are, or there is none."""
    count = sum(not draft.safe for draft in drafts)
    if not count:
        return ""
    return ngettext(
        "{count} draft is only on this laptop as it is now, or has no receipt.",
        "{count} drafts are only on this laptop as they are now, or have no receipt.",
        count,
    ).format(count=count)
