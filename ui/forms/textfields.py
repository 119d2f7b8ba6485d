"""Editors for what is typed: texts, whole numbers, decimals and dates."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from PySide6.QtCore import QEvent, QMimeData, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gmsc_desktop.domain.numbers import read_date, read_decimal, show_date, show_decimal
from gmsc_desktop.i18n import _
from ui.forms.base import Editor
from ui.forms.textarea import PAUSE_MS, TextArea
from ui.theme import space
from ui.widgets.dates import open_calendar
from ui.widgets.labels import Button

FIRST = 1000
"""The stretch of a field before the empty room beside it: it is as wide as it may be where there is room."""


class TextEditor(Editor):
    """Free text, over one line or more."""

    pasted = Signal(QMimeData)

    def __init__(self, *, multiline: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = TextArea(3 if multiline else 1, 14, self)
        self.area.committed.connect(self.committed)
        self.area.pasted.connect(self.pasted)
        _alone(self, self.area)

    def value(self) -> str:
        """The text as typed."""
        return self.area.toPlainText()

    def set_value(self, value: str | None) -> None:
        """Show a stored text."""
        self.area.set_text(value or "")

    def set_name(self, name: str) -> None:
        """What a screen reader calls the field."""
        self.area.setAccessibleName(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self.area.setReadOnly(read_only)

    def flush(self) -> None:
        """Commit what is typed."""
        self.area.flush()

    def focus_field(self) -> QWidget:
        """The text itself."""
        return self.area


class Line(QLineEdit):
    """One line; the page undoes when there is nothing typed here to undo. ``left`` says it lost the keyboard."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Hand undo and redo on when there is nothing of the kind here."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return False
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the field was left."""
        super().focusOutEvent(event)
        self.left.emit()


class LineEditor(Editor):
    """Something typed on one line that is read into its stored form. Subclasses say how it reads and shows.

    What cannot be read stays in the field, is not stored, and is said beside it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = "id"
        self._stored = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._commit)
        self.line = Line(self)
        self.line.setMaxLength(400)
        self.line.setAcceptDrops(False)  # files dropped here belong to the question, not into its text
        self.line.textEdited.connect(self._typed)
        self.line.left.connect(self.flush)
        self.line.returnPressed.connect(self.flush)

    def read(self, text: str) -> str | None:
        """The stored form of what was typed, None when it is none."""
        raise NotImplementedError

    def show_value(self, value: str) -> str:
        """A stored value as the person reads it."""
        raise NotImplementedError

    def complaint(self) -> str:
        """What to say of a text that cannot be read."""
        raise NotImplementedError

    def value(self) -> str:
        """The stored form of what stands in the field; empty when it cannot be read."""
        return self.read(self.line.text().strip()) or "" if self.line.text().strip() else ""

    def unreadable(self) -> bool:
        """Whether something stands in the field that is no answer."""
        text = self.line.text().strip()
        return bool(text) and self.read(text) is None

    def set_value(self, value: str | None) -> None:
        """Show a stored value."""
        value = value or ""
        if self._pause.isActive() or (self.unreadable() and value == self._stored):
            return
        self._stored = value
        if self.line.hasFocus() and self.value() == value:
            return
        shown = self.show_value(value) if value else ""
        if shown != self.line.text():
            self.line.setText(shown)
            self.line.setCursorPosition(0)

    def set_name(self, name: str) -> None:
        """What a screen reader calls the field."""
        self.line.setAccessibleName(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self.line.setReadOnly(read_only)

    def set_language(self, language: str) -> None:
        """Show the value as this language writes it."""
        if language != self._language:
            self._language = language
            if self._stored and not self._pause.isActive() and not self.unreadable():
                self.line.setText(self.show_value(self._stored))

    def flush(self) -> None:
        """Commit what is typed and show it as it is usually written."""
        if self._pause.isActive():
            self._commit()
        if self._stored and not self.unreadable() and self.line.text() != self.show_value(self._stored):
            self.line.setText(self.show_value(self._stored))

    def focus_field(self) -> QWidget:
        """The line itself."""
        return self.line

    def _typed(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _commit(self) -> None:
        self._pause.stop()
        if self.unreadable():
            self.doubt.emit(self.complaint())
            return
        self.doubt.emit("")
        value = self.value()
        if value != self._stored:
            self._stored = value
            self.committed.emit(value)


class IntegerEditor(LineEditor):
    """A whole number; ``grouped`` shows it with its thousands apart (``thousands-sep``)."""

    def __init__(self, parent: QWidget | None = None, *, grouped: bool = False) -> None:
        super().__init__(parent)
        self._grouped = grouped
        self.line.setMaximumWidth(space(50))
        _alone(self, self.line, stretch=True)

    def read(self, text: str) -> str | None:
        """Digits, a sign before them, full stops or spaces between groups of three."""
        bare = re.sub(r"(?<=\d)[. ](?=\d{3}(?:\D|$))", "", text)
        return str(int(bare)) if re.fullmatch(r"[+-]?[0-9]{1,18}", bare) else None

    def show_value(self, value: str) -> str:
        """As it is stored, since most whole numbers are years, unless the form wants thousands apart."""
        whole = re.fullmatch(r"-?\d{1,18}", value)
        return f"{int(value):,}".replace(",", ".") if self._grouped and whole else value

    def complaint(self) -> str:
        """What to say of a text that is no whole number."""
        return _("This is not a whole number, so it is not stored. Write digits only, such as 2024.")


class DecimalEditor(LineEditor):
    """A number with a decimal comma."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line.setMaximumWidth(space(50))
        _alone(self, self.line, stretch=True)

    def read(self, text: str) -> str | None:
        """Decimal comma or dot."""
        number = read_decimal(text) if len(text) <= 40 and re.fullmatch(r"[-+0-9., ]+", text) else None
        return None if number is None else f"{number:f}"

    def show_value(self, value: str) -> str:
        """With the decimal mark of the language and nothing between thousands, so that it can be typed on."""
        number = read_decimal(value)
        return (
            value
            if number is None
            else show_decimal(number, None, self._language).replace("," if self._language == "en" else ".", "")
        )

    def complaint(self) -> str:
        """What to say of a text that is no number."""
        return _("This is not a number, so it is not stored. Write it with a decimal comma, such as 3,25.")


class DateEditor(LineEditor):
    """A day, typed or picked from a calendar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line.setMaximumWidth(space(60))
        self.line.setPlaceholderText(_("such as 14 December 2021"))
        self.button = Button("", "calendar", "quiet", self)
        self.button.setToolTip(_("Choose from a calendar"))
        self.button.setAccessibleName(_("Choose from a calendar"))
        self.button.clicked.connect(self._open_calendar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, FIRST)
        row.addWidget(self.button)
        row.addStretch(1)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        super().set_read_only(read_only)
        self.button.setEnabled(not read_only)

    def read(self, text: str) -> str | None:
        """A day as officials write it, or ISO."""
        day = read_date(text)
        return day.isoformat() if day else None

    def show_value(self, value: str) -> str:
        """14 Desember 2021."""
        day = read_date(value[:10])
        return show_date(day, self._language) if day else value

    def complaint(self) -> str:
        """What to say of a text that is no day."""
        return _("This is not a date, so it is not stored. Write it like 14 December 2021 or 14-12-2021.")

    def pick(self, day: date) -> None:
        """Take a day chosen in the calendar."""
        self.line.setText(show_date(day, self._language))
        self._commit()

    def _open_calendar(self) -> None:
        open_calendar(self.line, read_date(self.value()), self.pick)


def shown_number(value: str, language: str) -> str:
    """A stored number as it is read, any other text as it is."""
    number = Decimal(value) if re.fullmatch(r"-?\d{1,30}(\.\d{1,30})?", value) else None
    return value if number is None else show_decimal(number, None, language)


def _alone(editor: QWidget, field: QWidget, *, stretch: bool = False) -> None:
    row = QHBoxLayout(editor)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(field, FIRST)
    if stretch:
        row.addStretch(1)
