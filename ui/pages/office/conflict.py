"""Contents that stand against each other, side by side and question by question; someone decides, and all are kept."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from gmsc_desktop.domain.comparing import Difference
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.i18n import _, language
from gmsc_desktop.services.office import OfficeVisit
from ui.pages.office.changes import SideBySide
from ui.pages.office.wording import unread_note
from ui.theme import space
from ui.widgets.cards import button_row, scrolled
from ui.widgets.fields import FormRow
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner
from ui.widgets.visitrows import index_text


@dataclass(frozen=True, slots=True)
class Compared:
    """The visit, and what differs between its first head and each other one, in the order of the heads."""

    visit: OfficeVisit
    instrument: Instrument | None
    changes: tuple[tuple[Difference, ...], ...]


class ConflictDialog(QDialog):
    """``decided(visit_id, content_hash, reason)``."""

    decided = Signal(str, str, str)

    def __init__(self, parent: QWidget | None, shown: Compared) -> None:
        super().__init__(parent)
        self._shown = shown
        heads = shown.visit.lineage.heads
        region = shown.visit.newest.region_name
        self.setWindowTitle(region)
        self.resize(space(225), space(150))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(_("{region}: contents that stand against each other").format(region=region), "heading"))
        note = _("Choose which one goes on. All of them are kept for ever, with your reason.")
        column.addWidget(label(note, "muted"))
        if unread := unread_note(shown.instrument):
            column.addWidget(label(unread))
        self.choices = [QRadioButton(self._name(head)) for head in heads]
        for choice in self.choices:
            column.addWidget(choice)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, space(3), 0)
        inside.setSpacing(space(4))
        for number, changes in enumerate(shown.changes, 1):
            table = SideBySide((_("What differs"), "A", chr(ord("A") + number)))
            table.fill(shown.instrument, changes)
            inside.addWidget(table)
        inside.addStretch(1)
        column.addWidget(scrolled(content), 1)
        self.reason = QLineEdit()
        self._row = FormRow(_("&Reason"), self.reason)
        column.addWidget(self._row)
        self.banner = Banner()
        column.addWidget(self.banner)
        close = Button(_("Close"))
        close.clicked.connect(self.reject)
        self.go = Button(_("&Decide"), "check", "primary")
        self.go.clicked.connect(self._decide)
        column.addLayout(button_row(close, self.go))

    def _name(self, head: str) -> str:
        found = next(each for each in self._shown.visit.revisions if each.content_hash == head)
        letter = chr(ord("A") + self._shown.visit.lineage.heads.index(head))
        return _("{letter}: revision {number}, closed {time} by {assessor}, index {index} ({hash})").format(
            letter=letter,
            number=found.number,
            time=show_time(found.closed_at, language()),
            assessor=found.assessor.replace("&", "&&"),
            index=index_text(found.index),
            hash=head[:16],
        )

    def _decide(self) -> None:
        chosen = next((number for number, choice in enumerate(self.choices) if choice.isChecked()), -1)
        missing = not self.reason.text().strip()
        self._row.set_error(_("Write why, in a few words.") if missing else "")
        if chosen < 0:
            self.banner.say(_("Choose which one goes on."), "warning")
        elif not missing:
            self.decided.emit(
                self._shown.visit.visit_id, self._shown.visit.lineage.heads[chosen], self.reason.text().strip()
            )
            self.accept()
