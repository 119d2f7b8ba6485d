"""The files of a plan, what needs a look first; all of them, or those with one outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.exchange import Outcome
from gmsc_desktop.domain.numbers import show_size
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.receiving import FilePlan
from ui.pages.sync.wording import (
    OUTCOME_LABELS,
    OUTCOME_TONES,
    by_urgency,
    counts,
    item_text,
    kind_text,
    ordered_items,
    reason_text,
)
from ui.theme import space
from ui.widgets.cards import scrolled
from ui.widgets.labels import Button, Chip, label

PIECE = "piece"
FILES_SHOWN, ITEMS_SHOWN = 80, 40
"""Files, and lines of one file, that are shown; the rest is counted, and the filters above count everything."""


class PlanList(QWidget):
    """Buttons that choose an outcome, with how often it occurs, over the files."""

    def __init__(self, plans: Sequence[FilePlan], regions: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ordered, self._regions = by_urgency(plans), regions
        self.filters: dict[Outcome | None, Button] = {}
        self._group = QButtonGroup(self)
        self.shown = 0
        """How many files are laid out now."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        row = QHBoxLayout()
        row.setSpacing(space(1.5))
        found = counts(plans)
        self._filter(row, None, _("All files: {count}").format(count=len(plans)))
        for outcome, count in found.items():
            self._filter(row, outcome, f"{_(OUTCOME_LABELS[outcome])}: {count}")
        row.addStretch(1)
        column.addLayout(row)
        content = QWidget()
        self._files = QVBoxLayout(content)
        self._files.setContentsMargins(0, 0, space(3), 0)
        self._files.setSpacing(space(2.5))
        column.addWidget(scrolled(content), 1)
        self.show_outcome(None)

    def show_outcome(self, outcome: Outcome | None) -> None:
        """Only the files with ``outcome``, or all of them."""
        self.filters[outcome].setChecked(True)
        while (item := self._files.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        wanted = [plan for plan in self._ordered if outcome is None or outcome in counts((plan,))]
        self.shown = min(len(wanted), FILES_SHOWN)
        for plan in wanted[:FILES_SHOWN]:
            self._files.addWidget(_file(plan, self._regions))
        left = len(wanted) - FILES_SHOWN
        if left > 0:
            text = ngettext("and {count} more file", "and {count} more files", left).format(count=left)
            self._files.addWidget(label(text, "small"))
        self._files.addStretch(1)

    def _filter(self, row: QHBoxLayout, outcome: Outcome | None, text: str) -> None:
        button = Button(text.replace("&", "&&"), kind="section")
        button.setCheckable(True)
        bold = QFont(button.font())
        bold.setWeight(QFont.Weight.DemiBold)
        # The chosen one is written bolder, and keeps its room.
        button.setMinimumWidth(QFontMetrics(bold).horizontalAdvance(text) + space(9))
        button.clicked.connect(lambda: self.show_outcome(outcome))
        self._group.addButton(button)
        self.filters[outcome] = button
        row.addWidget(button)


def _file(plan: FilePlan, regions: Mapping[str, str]) -> QFrame:
    made = QFrame()
    made.setProperty("kind", "card")
    column = QVBoxLayout(made)
    column.setContentsMargins(space(4), space(3), space(4), space(3))
    column.setSpacing(space(1.5))
    who = " · ".join(part for part in (plan.sender_name, plan.organisation) if part)
    head = " · ".join(part for part in (kind_text(plan.kind), who) if part) or plan.path.name
    column.addWidget(label(head, "label"))
    size = show_size(plan.size, language())
    if plan.kind == PIECE:
        column.addWidget(label(plan.path.name, "small", selectable=True))
        column.addWidget(label(_("One piece of a bundle. It waits here until all its pieces have come.")))
        return made
    column.addWidget(label(f"{plan.path.name} · {size} · SHA-256 {plan.sha256[:16]}…", "small", selectable=True))
    if plan.refused is not None:
        column.addLayout(_line(reason_text(plan.refused), Outcome.REFUSED))
    elif plan.own:
        text = _("This vault wrote it itself: it is on its way to others, and there is nothing in it to receive.")
        column.addLayout(_line(text, Outcome.KNOWN))
    elif plan.known:
        column.addLayout(_line(_("This very file was received before; it changes nothing."), Outcome.KNOWN))
    items = ordered_items(plan)
    for item in items[:ITEMS_SHOWN]:
        column.addLayout(_line(item_text(item, regions), item.outcome))
    if len(items) > ITEMS_SHOWN:
        left = len(items) - ITEMS_SHOWN
        column.addWidget(label(ngettext("and {count} more", "and {count} more", left).format(count=left), "small"))
    return made


def _line(text: str, outcome: Outcome) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(space(3))
    row.addWidget(Chip(_(OUTCOME_LABELS[outcome]), OUTCOME_TONES[outcome]), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(text), 1)
    return row
