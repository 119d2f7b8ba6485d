"""What every editor of a question has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.instrument import Choice
from ui.widgets.tall import Tall


class Editor(Tall):
    """Shows and takes the answer of one question, in the text form XForms gives it.

    ``committed`` carries an answer meant to be stored now; an empty text takes the answer back. ``doubt`` carries why
    what stands in the field cannot be an answer (already translated), or an empty text when it can.
    """

    committed = Signal(str)
    doubt = Signal(str)

    namer: Callable[[str], str] = staticmethod(str)
    """What a choice is called that is not offered any more, by its name."""

    def value(self) -> str:
        """The answer as it stands in the field."""
        raise NotImplementedError

    def set_value(self, value: str | None) -> None:
        """Show a stored answer. What the person is typing at this moment is left alone."""
        raise NotImplementedError

    def set_name(self, name: str) -> None:
        """What a screen reader calls the field."""
        raise NotImplementedError

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        raise NotImplementedError

    def set_choices(self, choices: Sequence[Choice], language: str) -> None:
        """Offer these choices, in this language of the form. Nothing for an editor without choices."""

    def set_pictures(self, pictures: Mapping[str, QPixmap]) -> None:
        """Show these pictures with the choices, by name. Nothing for an editor that shows none."""

    def set_language(self, language: str) -> None:
        """Show numbers and dates as this language writes them."""

    def flush(self) -> None:
        """Commit what is typed and not committed yet."""

    def pick_digit(self, digit: str) -> bool:
        """Choose what this digit key stands for; False when it stands for nothing here."""
        return False

    def focus_field(self) -> QWidget:
        """What takes the keyboard when the question is jumped to."""
        return self
