"""The visits that a team shares, each with the way to its team and its bundle."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _, ngettext
from gmsc_desktop.services.team_views import TeamSummary
from ui.pages.sync.inbox import clear
from ui.team.wording import unsent_text
from ui.theme import space
from ui.widgets.cards import Card
from ui.widgets.labels import Button, Chip, label, rule


class TeamsCard(Card):
    """``wanted`` carries the id of the visit whose team is to be shown."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Work in a team"), _("Drafts that several laptops fill in; their bundles go to colleagues."))
        self.lines = QVBoxLayout()
        self.lines.setSpacing(space(2.5))
        self.body.addLayout(self.lines)

    def put(self, found: tuple[TeamSummary, ...]) -> None:
        """Show these."""
        clear(self.lines)
        if not found:
            text = _("No visit is shared. To share one, open its draft and choose Team.")
            self.lines.addWidget(label(text, "muted"))
        for number, each in enumerate(found):
            if number:
                self.lines.addWidget(rule())
            self.lines.addWidget(self._line(each))

    def _line(self, each: TeamSummary) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(label(each.label, "label"))
        who = _("You head the team") if each.leading else _("Headed by {name}").format(name=each.lead)
        texts.addWidget(label(f"{who} · {unsent_text(each.unsent)}", "small"))
        row.addLayout(texts, 1)
        if each.open:
            text = ngettext("{count} open question", "{count} open questions", each.open).format(count=each.open)
            row.addWidget(Chip(text, "warning"), 0, Qt.AlignmentFlag.AlignVCenter)
        button = Button(_("Team…"), "people")
        button.setAccessibleName(_("Team for {region}").format(region=each.label))
        button.clicked.connect(partial(self.wanted.emit, each.visit_id))
        row.addWidget(button)
        return made
