"""At a question of a shared visit: who gave the answer, what the team disagrees about, how the ketua settled it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QDialog, QFrame, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from gmsc_desktop.domain.answers import Facet, key_path
from gmsc_desktop.domain.errors import N_, GmscError
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.domain.teamwork import Given, OpenPoint, Said
from gmsc_desktop.i18n import _, language
from ui.forms.textarea import TextArea
from ui.pages.assessment.dialogs import fit_height
from ui.pages.assessment.steps import show_dialog
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.labels import Button, Sign
from ui.widgets.messages import Banner
from ui.widgets.words import Tone, Words, show_if

if TYPE_CHECKING:
    from ui.pages.assessment.desk import Desk

WIDTH = 140
"""Quarter ems."""
FACETS = {
    Facet.VALUE: N_("The team disagrees about the answer"),
    Facet.SELF: N_("The team disagrees about the self-assessment"),
    Facet.NOTE: N_("The team disagrees about the note"),
    Facet.NOT_APPLICABLE: N_("The team disagrees about whether it applies"),
}


class OpenPoints(QWidget):
    """What the team disagrees about at the question ``key``."""

    def __init__(self, desk: Desk, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._key = desk, key
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(2))
        self.boxes: list[PointBox] = []
        self._points: tuple[OpenPoint, ...] = ()

    def refresh(self) -> None:
        """Show it as it is now."""
        points = self._desk.team.points(self._key)
        if points != self._points:
            self._points = points
            for box in self.boxes:
                box.hide()
                box.deleteLater()
            self.boxes = [PointBox(self._desk, point, self) for point in points]
            for box in self.boxes:
                self._column.addWidget(box)
        for box in self.boxes:
            box.refresh()
        show_if(self, bool(points))


class GivenLine(QWidget):
    """Who gave the answer to the question ``key``, and how it was settled."""

    def __init__(self, desk: Desk, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._key = desk, key
        self.words = Words("", Tone.MUTED, scale=0.92, parent=self)
        self.back = Button(_("Open again"), "restore", "quiet", self)
        self.back.clicked.connect(self._take_back)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(2))
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.back)

    def refresh(self) -> None:
        """Show it as it is now."""
        side = self._desk.team
        given = None if side.points(self._key) else side.given(self._key)
        self.words.setText("" if given is None else given_text(self._desk, self._key, given))
        show_if(self.back, bool(given and given.settlement) and side.leading and self._desk.editable)
        show_if(self, given is not None)

    def _take_back(self) -> None:
        given = self._desk.team.given(self._key)
        if given is not None and given.settlement:
            self._desk.team.take_back(given.settlement)


class PointBox(QFrame):
    """One disagreement: each side with what it says and its note, and the way out of it."""

    def __init__(self, desk: Desk, point: OpenPoint, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.point = desk, point
        self.setProperty("kind", "banner")
        self.setProperty("tone", "warning")
        self.setAccessibleName(_(FACETS[point.facet]))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(4), space(3), space(4), space(3))
        column.setSpacing(space(2))
        head = QHBoxLayout()
        head.setSpacing(space(2))
        head.addWidget(Sign("warning", "warning", 5), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(Words(_(FACETS[point.facet]), bold=True), 1)
        column.addLayout(head)
        self.agreeing: list[Button] = []
        own = own_value(desk, point)
        for said in point.said:
            row = QHBoxLayout()
            row.setSpacing(space(3))
            row.addWidget(Words(said_text(desk, point, said)), 1)
            if not desk.team.leading and said.value != own:
                agree = Button(_("Agree with {name}").format(name=said.name), "check", "quiet", self)
                agree.clicked.connect(partial(self._agree, said.value))
                self.agreeing.append(agree)
                row.addWidget(agree, 0, Qt.AlignmentFlag.AlignTop)
            column.addLayout(row)
        foot = QHBoxLayout()
        self.decide = Button(_("Settle…"), "check", "primary", self)
        self.decide.clicked.connect(self._settle)
        self.wait = Words(_("All of it is kept. The ketua settles it."), Tone.MUTED, scale=0.92)
        foot.addWidget(self.wait, 1)
        foot.addWidget(self.decide)
        column.addLayout(foot)

    def refresh(self) -> None:
        """Offer what may be done now."""
        editable = self._desk.editable
        show_if(self.decide, editable and self._desk.team.leading)
        for button in self.agreeing:
            show_if(button, editable)

    def _agree(self, value: str) -> None:
        self._desk.team.agree(self.point.key, self.point.facet, value)

    def _settle(self) -> None:
        show_dialog(SettleDialog(self._desk, self.point, self.window()))


class SettleDialog(QDialog):
    """The ketua chooses what stands and says why."""

    def __init__(self, desk: Desk, point: OpenPoint, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._point = desk, point
        self.setWindowTitle(_("Settle a disagreement"))
        self.setMinimumWidth(space(125))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(6), space(5), space(6), space(5))
        column.setSpacing(space(3))
        column.addWidget(Words(desk.label(point.key), scale=1.2, bold=True))
        text = _("What stands goes to all laptops of the team with the next bundle. What the others said is kept too.")
        column.addWidget(Words(text, Tone.MUTED))
        self._group = QButtonGroup(self)
        self.choices: dict[str, QRadioButton] = {}
        for said in point.said:
            if said.value not in self.choices:
                names = ", ".join(each.name for each in point.said if each.value == said.value)
                button = QRadioButton(names.replace("&", "&&"))
                shown = value_text(desk, point.key, point.facet, said.value)
                button.setAccessibleDescription(shown)
                note = f"\n{_('Note: {note}').format(note=said.note)}" if said.note else ""
                below = QHBoxLayout()
                below.addSpacing(space(6))
                below.addWidget(Words(f"{shown}{note}", Tone.MUTED), 1)
                self._group.addButton(button)
                self.choices[said.value] = button
                column.addWidget(button)
                column.addLayout(below)
        column.addWidget(Words(_("Why"), bold=True))
        self.reason = TextArea(2, 8, self)
        self.reason.setAccessibleName(_("Why"))
        self.reason.setPlaceholderText(_("The reason stands in the visit's record for ever"))
        column.addWidget(self.reason)
        self.banner = Banner()
        column.addWidget(self.banner)
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.go = Button(_("Settle"), "check", "primary")
        self.go.clicked.connect(self._go)
        column.addLayout(button_row(cancel, self.go))
        desk.team.settled.connect(self.accept)
        fit_height(self, space(WIDTH))
        first = next(iter(self.choices.values()))
        QTimer.singleShot(0, first, first.setFocus)

    def _go(self) -> None:
        chosen = next((value for value, button in self.choices.items() if button.isChecked()), None)
        reason = self.reason.toPlainText().strip()
        if chosen is None:
            self.banner.say(_("Choose what stands."), "warning")
        elif not reason:
            self.banner.say(_("Write why, in a few words."), "warning")
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._desk.team.settle(self._point.key, self._point.facet, chosen, reason, self._failed)
            return
        fit_height(self, space(WIDTH))

    def _failed(self, error: GmscError) -> None:
        self.banner.say_error(error)
        fit_height(self, space(WIDTH))


def own_value(desk: Desk, point: OpenPoint) -> str | None:
    """What this laptop's owner says, None when nothing."""
    found = desk.team.found
    return next((said.value for said in point.said if found is not None and said.key == found.key), None)


def value_text(desk: Desk, key: str, facet: Facet, value: str) -> str:
    """An answer as a person reads it."""
    if not value:
        return _("no answer")
    item = desk.instrument.by_path.get(key_path(key))
    if item is not None and facet in (Facet.VALUE, Facet.SELF) and item.list_name:
        texts = []
        for name in value.split():
            choice = desk.instrument.choice(item, name)
            label = (choice.label.get(desk.language) or name) if choice is not None else name
            score = choice.score if choice is not None else None
            texts.append(label if score is None else f"{score:f} – {label}")
        return "; ".join(texts)
    return value


def said_text(desk: Desk, point: OpenPoint, said: Said) -> str:
    """One side in one or two lines."""
    name = _("{name} (ketua)").format(name=said.name) if said.lead else said.name
    value = value_text(desk, point.key, point.facet, said.value)
    text = f"{name}: {value}"
    return f"{text}\n{_('Note: {note}').format(note=said.note)}" if said.note else text


def given_text(desk: Desk, key: str, given: Given) -> str:
    """Who gave the answer, and how it was settled."""
    at = show_time(datetime.fromisoformat(given.at).astimezone(), language())
    names = ", ".join(given.names)
    if not given.settlement:
        return _("Answered by {names}, {at}").format(names=names, at=at)
    text = _("Settled by {names}, {at}: {reason}").format(names=names, at=at, reason=given.reason)
    sides = "; ".join(f"{said.name}: {value_text(desk, key, Facet.VALUE, said.value)}" for said in given.said)
    before = _("Before: {sides}").format(sides=sides)
    return f"{text}\n{before}"
