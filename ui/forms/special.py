"""Editors for the rarer kinds of answers: times, places on the map, an order of choices, a confirmation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.instrument import Choice, Text
from gmsc_desktop.domain.numbers import read_date, show_date
from gmsc_desktop.i18n import _
from ui.forms.base import Editor
from ui.forms.choices import RowsEditor
from ui.forms.textfields import LineEditor
from ui.theme import space
from ui.widgets.labels import Button
from ui.widgets.optionrows import Marks
from ui.widgets.words import Tone, Words

_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?")
_NUMBER = r"[+-]?\d{1,3}(?:[.,]\d{1,18})?"


def read_time(text: str) -> time | None:
    """The time of day a person typed, ``14.30`` or ``14:30``; None when it is none."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def read_point(text: str) -> str | None:
    """``latitude longitude`` in degrees as XForms stores a point, with no altitude and accuracy; None when the text is
    no point. The two are parted by a space, a semicolon, or a comma followed by a space."""
    parts = re.split(r"\s*;\s*|,\s+|\s+", text.strip())
    if len(parts) not in (2, 3, 4) or not all(re.fullmatch(_NUMBER, part) for part in parts[:2]):
        return None
    latitude, longitude = (Decimal(part.replace(",", ".")) for part in parts[:2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return f"{latitude:f} {longitude:f} 0 0"


class TimeEditor(LineEditor):
    """A time of day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line.setMaximumWidth(space(35))
        self.line.setPlaceholderText(_("such as 14.30"))
        _left(self, self.line)

    def read(self, text: str) -> str | None:
        """Hours and minutes."""
        moment = read_time(text)
        return moment.isoformat() if moment else None

    def show_value(self, value: str) -> str:
        """``14.30``, in English ``14:30``."""
        mark = ":" if self._language == "en" else "."
        return value[:5].replace(":", mark) if re.match(r"\d\d:\d\d", value) else value

    def complaint(self) -> str:
        """What to say of a text that is no time."""
        return _("This is not a time of day, so it is not stored. Write it like 14.30.")


class DateTimeEditor(LineEditor):
    """A day with a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line.setMaximumWidth(space(75))
        self.line.setPlaceholderText(_("such as 14 December 2021 10.30"))
        _left(self, self.line)

    def read(self, text: str) -> str | None:
        """A day, a space (or ISO's T), a time."""
        before, _gap, after = text.replace("T", " ").rpartition(" ")
        day, moment = read_date(before), read_time(after)
        return datetime.combine(day, moment).isoformat() if day and moment else None

    def show_value(self, value: str) -> str:
        """``14 Desember 2021 10.30``."""
        day = read_date(value[:10])
        mark = ":" if self._language == "en" else "."
        return f"{show_date(day, self._language)} {value[11:16].replace(':', mark)}" if day else value

    def complaint(self) -> str:
        """What to say of a text that is no day with a time."""
        return _("This is not a date with a time, so it is not stored. Write it like 14 December 2021 10.30.")


class AcknowledgeEditor(RowsEditor):
    """One row to confirm; XForms stores ``OK``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Marks.CHECK, parent)
        self.set_choices((), "")

    def set_choices(self, choices: Sequence[Choice], language: str) -> None:
        """The one choice there is."""
        super().set_choices((Choice("OK", Text({"default": _("Acknowledged")})),), "default")


class RankEditor(Editor):
    """Choices to be put in order, the first on top. Until the order is taken over once, there is no answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: dict[str, str] = {}
        self._order: list[str] = []
        self._stored, self._name, self._read_only = "", "", False
        self._dragged = ""
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self.take = Button(_("This order is right"), "check", parent=self)
        self.take.clicked.connect(self._commit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addWidget(self.take)
        # Shortcuts, since a button takes plain arrows for moving the keyboard on.
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self._move_focused(step))

    def value(self) -> str:
        """The names in order, joined by spaces."""
        return self._stored

    def set_value(self, value: str | None) -> None:
        """Show a stored order."""
        self._stored = value or ""
        self._arrange()

    def set_name(self, name: str) -> None:
        """What a screen reader calls the list."""
        self._name = name
        self.setAccessibleName(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        if read_only != self._read_only:
            self._read_only = read_only
            self._arrange(anew=True)

    def set_choices(self, choices: Sequence[Choice], language: str) -> None:
        """The choices to order."""
        offered = {choice.name: choice.label.get(language) or choice.name for choice in choices}
        if offered != self._choices:
            self._choices = offered
            self._arrange(anew=True)

    def focus_field(self) -> QWidget:
        """The first button."""
        item = self._grid.itemAtPosition(0, 3)
        widget = item.widget() if item is not None else None
        return widget or self

    def move_choice(self, name: str, step: int) -> None:
        """Move a choice up (-1) or down (1) and take the order over."""
        index = self._order.index(name)
        other = index + step
        if 0 <= other < len(self._order) and not self._read_only:
            self._order[index], self._order[other] = self._order[other], self._order[index]
            self._commit()
            item = self._grid.itemAtPosition(other, 2 if step < 0 else 3)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def place_choice(self, name: str, place: int) -> None:
        """Put a choice at ``place``, from 0, and take the order over."""
        if name in self._order and not self._read_only:
            self._order.remove(name)
            self._order.insert(max(0, min(len(self._order), place)), name)
            self._commit()

    def _move_focused(self, step: int) -> None:
        """Move the choice whose button has the keyboard."""
        row = self._row_of(self.focusWidget())
        if row is not None:
            self.move_choice(self._order[row], step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a row to drag it."""
        row = self._row_at(event.position().y())
        self._dragged = self._order[row] if row is not None and not self._read_only else ""
        if self._dragged:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put it where it is let go."""
        name, self._dragged = self._dragged, ""
        self.unsetCursor()
        row = self._row_at(event.position().y())
        if name and row is not None and self._order[row] != name:
            self.place_choice(name, row)

    def _row_at(self, y: float) -> int | None:
        """The row at this height, the first or last one beyond them; None without rows."""
        rows = [self._grid.cellRect(row, 1) for row in range(len(self._order))]
        return next((row for row, box in enumerate(rows) if y <= box.bottom()), len(rows) - 1) if rows else None

    def _row_of(self, widget: QWidget | None) -> int | None:
        for row in range(len(self._order)):
            items = (self._grid.itemAtPosition(row, column) for column in (2, 3))
            if widget is not None and any(item is not None and item.widget() is widget for item in items):
                return row
        return None

    def _commit(self) -> None:
        self._stored = " ".join(self._order)
        self._arrange(anew=True)
        self.committed.emit(self._stored)

    def _arrange(self, *, anew: bool = False) -> None:
        given = [name for name in self._stored.split() if name in self._choices]
        order = given + [name for name in self._choices if name not in given]
        self.take.setVisible(not self._stored and not self._read_only)
        if order == self._order and not anew:
            return
        self._order = order
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, name in enumerate(order):
            self._grid.addWidget(Words(f"{row + 1}.", Tone.MUTED, parent=self), row, 0, middle)
            self._grid.addWidget(Words(self._choices[name], parent=self), row, 1, middle)
            for column, sign, step, said in (
                (2, "↑", -1, _("Move up: {choice}")),
                (3, "↓", 1, _("Move down: {choice}")),
            ):
                button = Button(sign, kind="quiet", parent=self)
                button.setAccessibleName(said.format(choice=self._choices[name]))
                button.setEnabled(not self._read_only and 0 <= row + step < len(order))
                button.clicked.connect(lambda _checked=False, name=name, step=step: self.move_choice(name, step))
                self._grid.addWidget(button, row, column)


def _left(editor: QWidget, field: QWidget) -> None:
    row = QHBoxLayout(editor)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(field, 1)
    row.addStretch(0)
