"""What may travel: one line for each visit, ticked when it goes into the next bundle."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.numbers import show_dates
from gmsc_desktop.domain.visit import VisitRow
from gmsc_desktop.i18n import _, language, ngettext
from ui.theme import space
from ui.widgets.labels import Chip, label


class OutboxLine(QWidget):
    """One visit that may travel."""

    toggled = Signal()

    def __init__(self, row: VisitRow, times: int, safe: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.safe = safe
        draft = row.visit.draft
        line = QHBoxLayout(self)
        line.setContentsMargins(0, space(1), 0, space(1))
        line.setSpacing(space(3))
        self.box = QCheckBox()
        self.box.setChecked(not safe)
        self.box.setAccessibleName(_("Send the visit to {region}").format(region=draft.region.name))
        self.box.toggled.connect(lambda _on: self.toggled.emit())
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(f"{draft.region.name} · {draft.region.province}", "label"))
        files = ngettext("{count} evidence file", "{count} evidence files", row.evidence_count)
        parts = (
            f"{draft.cycle_year} · {draft.stage}" if draft.stage else str(draft.cycle_year),
            show_dates(draft.starts_on, draft.ends_on, language()),
            files.format(count=row.evidence_count),
        )
        words.addWidget(label(" · ".join(parts), "small"))
        line.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(_chip(times, safe), 0, Qt.AlignmentFlag.AlignVCenter)

    @property
    def touched(self) -> bool:
        """Whether the person decided otherwise than the program."""
        return self.box.isChecked() == self.safe


class Outbox(QWidget):
    """The visits that may travel; those without a receipt are ticked at first, since a bundle repeats them."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[OutboxLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(1))

    def put(self, rows: tuple[VisitRow, ...], times: dict[str, int], safe: frozenset[str] = frozenset()) -> None:
        """Show these; ``times`` tells how often each visit's present content went out, ``safe`` which
        of them the office said it has. What the person ticked or not stays so."""
        kept = {line.row.visit.id: line.box.isChecked() for line in self._lines if line.touched}
        for line in self._lines:
            self._column.removeWidget(line)
            line.deleteLater()
        self._lines = [OutboxLine(row, times.get(row.visit.id, 0), row.visit.id in safe) for row in rows]
        for line in self._lines:
            if line.row.visit.id in kept:
                line.box.setChecked(kept[line.row.visit.id])
            line.toggled.connect(self.changed)
            self._column.addWidget(line)
        self.changed.emit()

    def chosen(self) -> tuple[str, ...]:
        """The ids of the ticked visits."""
        return tuple(line.row.visit.id for line in self._lines if line.box.isChecked())

    @property
    def lines(self) -> tuple[OutboxLine, ...]:
        """What is shown."""
        return tuple(self._lines)


def _chip(times: int, safe: bool) -> Chip:
    if safe:
        return Chip(_("Safe at the office"), "success")
    if times == 0:
        return Chip(_("Not sent yet"), "warning")
    return Chip(ngettext("Sent {count} time", "Sent {count} times", times).format(count=times), "accent")
