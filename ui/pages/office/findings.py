"""Open points: what does not add up in what arrived, side by side, until somebody has looked at it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.i18n import _, language
from gmsc_desktop.services.findings import (
    BUNDLE_GAP,
    BUNDLE_TWICE,
    JOURNAL_FORK,
    JOURNAL_GAP,
    KEY_TWICE,
    Finding,
    Side,
)
from ui.pages.office.asking import ReasonDialog
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import EmptyState, scrolled
from ui.widgets.labels import Button, Chip, label
from ui.widgets.messages import Banner

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

KINDS: dict[str, str] = {
    BUNDLE_GAP: N_("Bundles missing"),
    BUNDLE_TWICE: N_("One number twice"),
    JOURNAL_GAP: N_("Gap in the journal"),
    JOURNAL_FORK: N_("Journal on two laptops"),
    KEY_TWICE: N_("One key on several laptops"),
}
CURES: dict[str, str] = {
    BUNDLE_GAP: N_("Ask for the missing bundles, or for one export of everything."),
    BUNDLE_TWICE: N_("Both are kept. Ask the assessor whether the vault was copied or put back."),
    JOURNAL_GAP: N_("Ask for an export of this visit: its whole journal comes along."),
    JOURNAL_FORK: N_("Both are kept. Ask which laptop goes on; the contents are decided under Visits."),
    KEY_TWICE: N_("Ask the assessor whether a backup was put back. If not, take the certificate back."),
}
TABLES: dict[str, str] = {
    "answer": N_("Answer"),
    "evidence": N_("Evidence"),
    "explanation": N_("Explanation"),
    "reopening": N_("Reopened"),
    "revision": N_("Revision"),
    "visit": N_("Visit"),
}
NAMES: dict[str, str] = {"reason": N_("reason"), "content_hash": N_("content"), "value": N_("answer")}
SHOWN = 60
MOST = 600
_LONG = re.compile(r"\S{25,}")


class FindingCard(QFrame):
    """One open point."""

    def __init__(self, panel: Findings, finding: Finding) -> None:
        super().__init__()
        self.finding = finding
        self.setProperty("kind", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(4), space(5), space(4))
        column.setSpacing(space(2))
        head = QHBoxLayout()
        head.addWidget(label(_(finding.template).format(**finding.params), "subheading"), 1)
        settled = bool(finding.settled)
        head.addWidget(Chip(_("Settled") if settled else _(KINDS[finding.kind]), "muted" if settled else "warning"))
        column.addLayout(head)
        if finding.sides:
            column.addWidget(_beside(finding.sides))
        self.button: Button | None = None
        if settled and finding.at is not None:
            told = _("{who}, {time}: {reason}").format(
                who=finding.who, time=show_time(finding.at.astimezone(), language()), reason=finding.settled
            )
            column.addWidget(label(told, "small"))
        else:
            row = QHBoxLayout()
            row.addWidget(label(_(CURES[finding.kind]), "muted"), 1)
            self.button = Button(_("Settle…"), "check")
            self.button.setAccessibleDescription(_(finding.template).format(**finding.params))
            self.button.clicked.connect(partial(panel.ask, finding))
            row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
            column.addLayout(row)


def what_text(what: str) -> str:
    """What a row of the journal is about: the table in words, and the beginning of a long key."""
    table, _space, key = what.partition(" ")
    return f"{_(TABLES[table]) if table in TABLES else table} · {_shortened(key)}"


def row_text(told: str) -> str:
    """A row as the journal has it, as names and values; hashes and ids by their beginning, so that lines break."""
    if not told:
        return "–"
    try:
        row = json.loads(told)
    except ValueError:
        row = told
    if isinstance(row, dict):
        told = "; ".join(f"{_(NAMES[name]) if name in NAMES else name}: {value}" for name, value in row.items())
    return _shortened(told[:MOST]) or "–"


def _shortened(text: str) -> str:
    return _LONG.sub(lambda word: f"{word[0][:16]}…", text)


def _beside(sides: tuple[Side, ...]) -> QWidget:
    """What stands side by side, a column each."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(space(5))
    grid.setVerticalSpacing(space(0.5))
    for number, side in enumerate(sides[:4]):
        lines = [
            _("Laptop {device}").format(device=side.device[-12:]),
            f"{show_time(datetime.fromisoformat(side.at).astimezone(), language())} · {side.who}",
        ]
        if side.what:
            before, after = _("before"), _("after")
            lines += [what_text(side.what), f"{before}: {row_text(side.before)}", f"{after}: {row_text(side.after)}"]
        else:
            lines.append(_("{count} bundles arrived").format(count=side.after))
        for row, text in enumerate(lines):
            grid.addWidget(label(text, "label" if not row else "small", selectable=True), row, number)
        grid.setColumnStretch(number, 1)
    return made


class Findings(QWidget):
    """What does not add up, open points first."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        self.cards: list[FindingCard] = []
        self.dialog: ReasonDialog | None = None
        self.buttons: tuple[Button, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        self.banner = Banner()
        column.addWidget(self.banner)
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 0, space(3), space(4))
        rows.setSpacing(space(3))
        self.empty = EmptyState(
            "check",
            _("Everything adds up"),
            _("Gaps, forks and numbers used twice in what arrives are listed here until somebody has looked at them."),
        )
        rows.addWidget(self.empty)
        self._list = QVBoxLayout()
        self._list.setSpacing(space(3))
        rows.addLayout(self._list)
        rows.addStretch(1)
        column.addWidget(scrolled(content), 1)

    def refresh(self) -> None:
        """Read anew."""
        self._tasks.submit(self._services.findings.list, self._load, self.banner.say_error, owner=self)

    def _load(self, found: tuple[Finding, ...]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        ordered = sorted(found, key=lambda finding: bool(finding.settled))
        self.cards = [FindingCard(self, finding) for finding in ordered[:SHOWN]]
        for card in self.cards:
            self._list.addWidget(card)
        self.empty.setVisible(not found)

    def ask(self, finding: Finding) -> None:
        """Ask why it may stand."""
        text = _("Nothing is set aside by it: what arrived stays as it is. It is listed again when more turns up.")
        dialog = ReasonDialog(self.window(), _("Settle the point"), text, _("Settle"))
        dialog.accepted.connect(lambda: self.settle(finding, dialog.reason.text()))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def settle(self, finding: Finding, reason: str) -> None:
        """Keep why it may stand."""
        findings = self._services.findings

        def done(_made: Done[Finding]) -> None:
            self.banner.say(_("Kept."), "success")
            self.refresh()

        self._tasks.submit(lambda: findings.settle(finding.id, reason), done, self.banner.say_error, owner=self)
