"""The head of a question: its text, what is said of it, and beside them, in a table, its answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import space
from ui.widgets.tall import Tall
from ui.widgets.words import Tone, Words, show_if

QUESTION, ANSWER = 2, 3
"""How the width of a table's row is shared."""


class CardHead:
    """Text, mark and hint of a question, laid out into ``into``; ``plain`` writes the text no larger than the rest, for
    the row of a table."""

    def __init__(self, into: QBoxLayout, parent: QWidget, *, plain: bool = False) -> None:
        self.title = Words("", Tone.TEXT, scale=1.0 if plain else 1.1, bold=not plain, parent=parent)
        self.mark = Words("", Tone.MUTED, scale=0.9, parent=parent)
        self.mark.setWordWrap(False)
        self.mark.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.mark.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout()
        row.setSpacing(space(3))
        row.addWidget(self.title, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        self.hint = Words("", Tone.MUTED, parent=parent)
        if plain:
            into.addStretch(1)  # In the middle of the row, as its answer is.
        into.addLayout(row)
        into.addWidget(self.hint)
        if plain:
            into.addStretch(1)

    def show_hint(self, hint: str) -> None:
        """What the form says to help with the answer."""
        self.hint.setText(hint)
        show_if(self.hint, bool(hint))

    def show_marks(self, marks: list[str]) -> None:
        """What the question is, in a few words at its edge."""
        self.mark.setText(" · ".join(marks))
        show_if(self.mark, bool(marks))


class Sides(QHBoxLayout):
    """Question and answer beside each other in fixed shares, so that the rows of a table stand in line."""

    def __init__(self, left: QWidget, right: QWidget) -> None:
        super().__init__()
        self.setSpacing(space(3))
        for widget, share in ((left, QUESTION), (right, ANSWER)):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            self.addWidget(widget, share, Qt.AlignmentFlag(0))


def column(parent: QWidget) -> tuple[Tall, QVBoxLayout]:
    """A widget that only holds others below each other, and where to put them."""
    holder = Tall(parent)
    inside = QVBoxLayout(holder)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(space(0.5))
    return holder, inside
