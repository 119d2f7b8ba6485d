"""Moving a draft to a newer version of its instrument: what comes along, what is new, what would be dropped.

Nothing is dropped without a yes to each of it; until then the button that moves stays shut.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gmsc_desktop.domain.answers import Facet, key_path
from gmsc_desktop.domain.errors import N_, GmscError
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.moving import Drop, MovePlan, Why
from gmsc_desktop.i18n import _, language, ngettext
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.elided import plain_tip
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner
from ui.widgets.tickbox import TickBoxes

REASONS = {
    Why.GONE: N_("the new version has no such question"),
    Why.TYPE: N_("the question is of another type there"),
    Why.FILLED: N_("the form fills it in itself there"),
    Why.CHOICE: N_("the choice is no longer offered"),
}
FACETS = {
    Facet.VALUE: N_("answer"),
    Facet.SELF: N_("the region's own answer"),
    Facet.NOTE: N_("note"),
    Facet.NOT_APPLICABLE: N_("not applicable"),
}
SHOWN_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Move:
    """What is asked of the person: the visit, the plan, both versions."""

    visit_id: str
    region: str
    plan: MovePlan
    old: Instrument
    new: Instrument


class MoveDialog(QDialog):
    """Shows the plan. ``agreed`` carries the ids of all that may be dropped, once everything is ticked."""

    agreed = Signal(object)

    def __init__(self, parent: QWidget, move: Move) -> None:
        super().__init__(parent)
        self._move = move
        self.setWindowTitle(_("Move to a newer version"))
        self.resize(space(230), space(172))
        plan = move.plan
        self.banner = Banner()
        self.drops = _list(_("Would be dropped"), (_("Question"), _("What stands there"), _("Why")))
        for drop in plan.drops:
            self.drops.addTopLevelItem(self._drop_line(drop))
        self.drops.setItemDelegateForColumn(0, TickBoxes(self.drops))
        self.drops.itemChanged.connect(lambda *_changed: self._follow())
        self.all_button = Button(_("&Agree to all"), "check", "quiet")
        self.all_button.clicked.connect(self._agree_to_all)
        self.go = Button(_("&Move the visit"), "right", "primary")
        self.go.clicked.connect(self._go)
        keep = Button(_("&Keep the version it has"))
        keep.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(_("Move {region} to a newer version").format(region=move.region), "heading"))
        column.addWidget(label(f"{_version(move.old)} → {_version(move.new)}", "subheading"))
        column.addWidget(label(self._kept_text(), "muted"))
        column.addWidget(self.banner)
        self._add_drops(column)
        self._add_list(column, _("New questions"), [_named(move.new, path) for path in plan.new])
        gone = [f"{_named(move.old, each.path)}: {each.choice.label.get(language())}" for each in plan.choices_gone]
        self._add_list(column, _("Choices no longer offered"), gone)
        back = [self._said(drop) for drop in plan.returning]
        self._add_list(column, _("Comes back from an earlier move"), back)
        column.addStretch(1)
        column.addLayout(button_row(keep, self.go))
        self._follow()
        (self.drops if plan.drops else self.go).setFocus()

    # what is shown

    def _kept_text(self) -> str:
        count = len(self._move.plan.kept)
        text = ngettext("{n} entry comes along.", "{n} entries come along.", count).format(n=count)
        moved = len(self._move.plan.moved)
        if moved:
            more = ngettext("{n} of them stands elsewhere there.", "{n} of them stand elsewhere there.", moved)
            text = f"{text} {more.format(n=moved)}"
        closed = _("Revisions that are closed stay on the version they have.")
        return f"{text} {closed}"

    def _add_drops(self, column: QVBoxLayout) -> None:
        if not self._move.plan.drops:
            column.addWidget(label(_("Nothing is dropped."), "success"))
            return
        column.addWidget(label(_("Would be dropped"), "subheading"))
        note = _("Tick each entry that may be dropped. It stays in the history of the visit.")
        column.addWidget(label(note, "muted"))
        self.drops.setMinimumHeight(space(8) * (1 + min(5, len(self._move.plan.drops) + 1)))
        column.addWidget(self.drops, 3)
        column.addLayout(button_row(left=self.all_button))

    def _add_list(self, column: QVBoxLayout, title: str, lines: list[str]) -> None:
        if not lines:
            return
        column.addWidget(label(f"{title} ({len(lines)})", "subheading"))
        shown = _list(title, (title,))
        shown.setHeaderHidden(True)
        for line in lines:
            shown.addTopLevelItem(_line((line,)))
        shown.setMaximumHeight(space(7) * min(6, len(lines) + 1))
        column.addWidget(shown, 1)

    def _drop_line(self, drop: Drop) -> QTreeWidgetItem:
        what = _("file") if drop.facet is None else _(FACETS.get(drop.facet, N_("answer")))
        own = drop.facet in (Facet.VALUE, Facet.SELF)
        value, remains = (self._answer(drop, text) if own else text for text in (drop.value, drop.remains))
        value = " ".join(value.split())[:SHOWN_CHARACTERS]
        if remains:
            value = _("{value} (kept: {remains})").format(value=value, remains=remains)
        line = _line((_named(self._move.old, key_path(drop.key)), f"{what}: {value}", _(REASONS[drop.why])))
        line.setFlags(line.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        line.setCheckState(0, Qt.CheckState.Unchecked)
        line.setData(0, Qt.ItemDataRole.UserRole, drop.id)
        return line

    def _answer(self, drop: Drop, value: str) -> str:
        """An answer as it was chosen: by the labels of the choices."""
        item = self._move.old.by_path.get(key_path(drop.key))
        if item is None or not item.list_name:
            return value
        found = ((name, self._move.old.choice(item, name)) for name in value.split())
        return ", ".join(choice.label.get(language()) or name if choice else name for name, choice in found)

    def _said(self, drop: Drop) -> str:
        value = " ".join(drop.value.split())[:SHOWN_CHARACTERS]
        return f"{_named(self._move.new, key_path(drop.key))}: {value}"

    # consent

    def confirmed(self) -> frozenset[str]:
        """The ids of the entries ticked."""
        lines = [self.drops.topLevelItem(row) for row in range(self.drops.topLevelItemCount())]
        return frozenset(
            str(line.data(0, Qt.ItemDataRole.UserRole))
            for line in lines
            if line is not None and line.checkState(0) == Qt.CheckState.Checked
        )

    def _agree_to_all(self) -> None:
        for row in range(self.drops.topLevelItemCount()):
            line = self.drops.topLevelItem(row)
            if line is not None:
                line.setCheckState(0, Qt.CheckState.Checked)

    def _follow(self) -> None:
        self.go.setEnabled(len(self.confirmed()) == len(self._move.plan.drops))

    def _go(self) -> None:
        self.go.setEnabled(False)
        self.agreed.emit(self.confirmed())

    def say_error(self, error: GmscError) -> None:
        """Tell why the visit was not moved; it can be tried again."""
        self.banner.say_error(error)
        self._follow()


def _version(instrument: Instrument) -> str:
    title = " ".join(instrument.title.get(language()).split()) or instrument.form_id
    return _("{title}, version {version}").format(title=title, version=instrument.version or "–")


def _named(instrument: Instrument, path: str) -> str:
    """A question as the person knows it: its label, else its name."""
    item = instrument.by_path.get(path)
    text = " ".join(item.label.get(language()).split()) if item is not None else ""
    return (text or path.rpartition("/")[2].replace("_", " "))[:SHOWN_CHARACTERS]


def _list(name: str, headings: tuple[str, ...]) -> QTreeWidget:
    made = QTreeWidget()
    made.setAccessibleName(name)
    made.setHeaderLabels(list(headings))
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    if len(headings) > 1:
        made.setWordWrap(True)
        made.setUniformRowHeights(False)
        made.setColumnWidth(0, space(62))
        made.setColumnWidth(1, space(66))
    return made


def _line(cells: tuple[str, ...]) -> QTreeWidgetItem:
    made = QTreeWidgetItem(list(cells))
    for column, text in enumerate(cells):
        made.setToolTip(column, plain_tip(text))
    return made
