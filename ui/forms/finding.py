"""Editors for lists too long to be looked through: what is typed finds the choices, a hundred thousand of them too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, cast

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QVBoxLayout, QWidget

from gmsc_desktop.domain.instrument import Choice
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.i18n import _, ngettext
from gmsc_desktop.i18n import language as language_in_use
from ui.forms.base import Editor
from ui.forms.choices import nothing_yet
from ui.forms.textfields import Line
from ui.theme import space
from ui.widgets.optionrows import Marks, Option, OptionRows
from ui.widgets.words import Tone, Words, show_if

SHOWN = 100
"""Choices offered at once; what does not fit is found by typing more."""
SHORT_PAUSE_MS = 60
"""Letters typed in one breath are searched for together."""


def _said(choice: Choice, language: str) -> str:
    return " ".join((choice.label.get(language) or choice.name).split())


def _counted(count: int) -> str:
    return show_decimal(Decimal(count), 0, language_in_use())


class Finder(QWidget):
    """A line that finds choices by any part of their words. ``found`` carries the name of the one taken."""

    found = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.namer: Callable[[str], str] = str
        self._choices: Sequence[Choice] = ()
        self._language = ""
        self._texts: list[str] = []
        self._folded: list[str] = []
        self._matches: list[int] = []
        self.line = Line(self)
        self.line.setMaxLength(200)
        self.line.setAcceptDrops(False)
        self.line.setMaximumWidth(space(130))
        self.line.setPlaceholderText(nothing_yet())
        self.more = Words("", Tone.MUTED, scale=0.92, parent=self)
        self.more.hide()
        self.offered = QStringListModel(self)
        self._completer = QCompleter(self.offered, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(12)
        self._completer.setWidget(self.line)
        cast(Any, self._completer.activated)[QModelIndex].connect(lambda index: self.take(index.row()))
        self._pause = QTimer(self, singleShot=True, interval=SHORT_PAUSE_MS)
        self._pause.timeout.connect(self.open)
        self.line.textEdited.connect(lambda _text: self._pause.start())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        column.addWidget(self.line)
        column.addWidget(self.more)
        self.line.installEventFilter(self)

    def set_choices(self, choices: Sequence[Choice], language: str) -> bool:
        """Find among these; False when they are known already."""
        if choices is self._choices and language == self._language:
            return False
        self._choices, self._language = choices, language
        self._texts, self._folded, self._matches = [], [], []
        count = _counted(len(choices))
        text = ngettext("Type to find one of {n} choice", "Type to find one of {n} choices", len(choices))
        self.line.setPlaceholderText(text.format(n=count) if choices else nothing_yet())
        return True

    def text_of(self, name: str) -> str:
        """What the choice called ``name`` is shown as, also when it is not offered now."""
        choice = next((each for each in self._choices if each.name == name), None)
        return _said(choice, self._language) if choice is not None else self.namer(name)

    def matches(self, typed: str) -> list[int]:
        """Places of the choices with every word of ``typed``, those that begin with it first."""
        if not self._texts:
            self._texts = [_said(choice, self._language) for choice in self._choices]
            self._folded = [text.casefold() for text in self._texts]
        words = typed.casefold().split()
        if not words:
            return list(range(len(self._texts)))
        found = [at for at, text in enumerate(self._folded) if words[0] in text]
        for word in words[1:]:
            found = [at for at in found if word in self._folded[at]]
        whole = " ".join(words)
        return sorted(found, key=lambda at: not self._folded[at].startswith(whole))

    def exact(self, typed: str) -> str | None:
        """The name of the only choice written exactly so; None when there is none, or more than one."""
        same = " ".join(typed.casefold().split())
        found = [at for at in self.matches(typed) if self._folded[at] == same] if same else []
        return self._choices[found[0]].name if len(found) == 1 else None

    def open(self) -> None:
        """Show what is offered."""
        popup = self._completer.popup()
        if self.offer():
            self._completer.complete()
        elif popup is not None:
            popup.hide()

    def offer(self) -> bool:
        """Offer what fits the text in the line; False when there is nothing to show."""
        self._pause.stop()
        if self.line.isReadOnly() or not self._choices:
            return False
        found = self.matches(self.line.text())
        self._matches = found[:SHOWN]
        self.offered.setStringList([self._texts[at] for at in self._matches])
        self._say(len(found))
        return bool(found)

    def take(self, row: int) -> None:
        """Take the choice at this place of what is offered."""
        if 0 <= row < len(self._matches):
            self.found.emit(self._choices[self._matches[row]].name)

    def _say(self, count: int) -> None:
        said = ""
        if not count:
            said = _("No choice has these words.")
        elif count > SHOWN:
            text = _("{n} choices fit; the first {most} are offered. Type more to find the others.")
            said = text.format(n=_counted(count), most=SHOWN)
        self.more.setText(said)
        show_if(self.more, bool(said))

    def say_nothing(self) -> None:
        """The search is over."""
        self._pause.stop()
        show_if(self.more, False)

    def eventFilter(self, watched: object, event: object) -> bool:
        """Down opens the list."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if plain and event.key() == Qt.Key.Key_Down:
                self.open()
                return True
        return False


class FindEditor(Editor):
    """One of very many. An emptied line takes the answer back; a text that is no choice gives way to the answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored = ""
        self.finder = Finder(self)
        self.line = self.finder.line
        self.finder.found.connect(self._take)
        self.line.left.connect(self._settle)
        self.line.returnPressed.connect(self._settle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.finder)

    def value(self) -> str:
        """The name chosen."""
        return self._stored

    def set_value(self, value: str | None) -> None:
        """Show what is chosen."""
        if (value or "") != self._stored:
            self._stored = value or ""
            self._show()

    def set_name(self, name: str) -> None:
        """What a screen reader calls the line."""
        self.line.setAccessibleName(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self.line.setReadOnly(read_only)

    def set_choices(self, choices: Sequence[Choice], language: str) -> None:
        """Find among these."""
        self.finder.namer = self.namer
        if self.finder.set_choices(choices, language) and self._stored:
            self._show()

    def flush(self) -> None:
        """Take what is typed when it is a choice."""
        self._settle()

    def focus_field(self) -> QWidget:
        """The line."""
        return self.line

    def _show(self) -> None:
        self.line.setText(self.finder.text_of(self._stored) if self._stored else "")
        self.line.setCursorPosition(0)

    def _take(self, name: str) -> None:
        self.finder.say_nothing()
        if name != self._stored:
            self._stored = name
            self.committed.emit(name)
        self._show()

    def _settle(self) -> None:
        typed = self.line.text().strip()
        if self.line.isReadOnly() or typed == (self.finder.text_of(self._stored) if self._stored else ""):
            self.finder.say_nothing()
            return
        name = self.finder.exact(typed)
        self._take("" if not typed else name if name is not None else self._stored)


class FindSeveralEditor(Editor):
    """Any of many: a line that finds them, and the ones taken below it, to be given back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self.finder = Finder(self)
        self.line = self.finder.line
        self.rows = OptionRows(Marks.CHECK, self)
        self.rows.hide()
        self.finder.found.connect(self._add)
        self.rows.picked.connect(lambda value: self._keep(value.split()))
        self.line.left.connect(self._settle)
        self.line.returnPressed.connect(self._settle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1.5))
        column.addWidget(self.rows)
        column.addWidget(self.finder)

    def value(self) -> str:
        """The names chosen, joined by spaces."""
        return " ".join(self._names)

    def set_value(self, value: str | None) -> None:
        """Show what is chosen."""
        names = (value or "").split()
        if names != self._names:
            self._names = names
            self._show()

    def set_name(self, name: str) -> None:
        """What a screen reader calls line and list."""
        self.line.setAccessibleName(name)
        self.rows.set_name(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self.line.setReadOnly(read_only)
        self.rows.set_read_only(read_only)
        show_if(self.finder, not read_only)

    def set_choices(self, choices: Sequence[Choice], language: str) -> None:
        """Find among these."""
        self.finder.namer = self.namer
        if self.finder.set_choices(choices, language):
            self._show()

    def focus_field(self) -> QWidget:
        """The line."""
        return self.line

    def _show(self) -> None:
        self.rows.set_options([Option(name, self.finder.text_of(name)) for name in self._names])
        self.rows.set_value(" ".join(self._names))
        show_if(self.rows, bool(self._names))

    def _add(self, name: str) -> None:
        self.line.clear()
        self.finder.say_nothing()
        if name not in self._names:
            self._keep([*self._names, name])

    def _keep(self, names: list[str]) -> None:
        self._names = names
        self._show()
        self.committed.emit(" ".join(names))

    def _settle(self) -> None:
        """Text that is a choice is taken; other text goes, so that it is not read as an answer."""
        name = self.finder.exact(self.line.text())
        if name is not None:
            self._add(name)
        elif self.line.text():
            self.line.clear()
            self.finder.say_nothing()
