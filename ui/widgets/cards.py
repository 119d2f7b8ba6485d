"""The pieces pages are laid out with: page, header, card, row of buttons, empty page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.theme import space
from ui.widgets.labels import Sign, label


class Card(QFrame):
    """A framed part of a page, with an optional heading. Things go into ``body``."""

    def __init__(self, heading: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(space(5), space(4), space(5), space(5))
        self.body.setSpacing(space(3))
        if heading:
            self.setAccessibleName(heading)
            self.body.addWidget(label(heading, "heading"))
        if note:
            self.body.addWidget(label(note, "muted"))


class PageHeader(QWidget):
    """The title of a page, a line below it, and what can be done here on the right (``buttons``)."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        texts = QVBoxLayout()
        texts.setSpacing(space(0.5))
        self.title: QLabel = label(title, "title")
        self.subtitle: QLabel = label(subtitle, "muted")
        texts.addWidget(self.title)
        texts.addWidget(self.subtitle)
        row.addLayout(texts, 1)
        self.subtitle.setVisible(bool(subtitle))
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(space(2))
        row.addLayout(self.buttons)
        row.setAlignment(self.buttons, Qt.AlignmentFlag.AlignVCenter)

    def set_texts(self, title: str, subtitle: str = "") -> None:
        """Say something else."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))


class Page(QWidget):
    """A page: a header, and below it what is added to ``body``, which scrolls when ``scrolls``.

    Running pages are no wider than a line that reads well (``wide`` lifts that for lists and tables).
    """

    def __init__(
        self, title: str, subtitle: str = "", *, scrolls: bool = True, wide: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.header = PageHeader(title, subtitle)
        content = QWidget()
        self.body = QVBoxLayout(content)
        self.body.setSpacing(space(4))
        margin = space(7)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(margin, space(6), 0 if scrolls else margin, 0 if scrolls else space(5))
        outer.setSpacing(space(5))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, margin if scrolls else 0, 0)
        head.addWidget(self.header)
        outer.addLayout(head)
        if not wide:
            self.header.setMaximumWidth(space(260))
            content.setMaximumWidth(space(260) + (margin if scrolls else 0))
            head.addStretch(0)
        if scrolls:
            self.body.setContentsMargins(0, 0, margin, space(6))
            outer.addWidget(scrolled(content), 1)
        else:
            self.body.setContentsMargins(0, 0, 0, 0)
            outer.addWidget(content, 1)


class EmptyState(QWidget):
    """What an empty page says: a sign, what is missing, what to do first, and the button that does it."""

    def __init__(
        self, sign: str, title: str, text: str, action: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(6), space(8), space(6), space(8))
        column.setSpacing(space(2.5))
        column.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(Sign(sign, "line_strong", 14), 0, middle)
        texts = QVBoxLayout()
        texts.setSpacing(space(2.5))
        for text_label in (label(title, "heading"), label(text, "muted")):
            text_label.setAlignment(middle)
            text_label.setMaximumWidth(space(120))
            texts.addWidget(text_label)
        # Stretches, not an alignment: only so the height of the text follows its width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(texts, 1000)
        row.addStretch(1)
        column.addLayout(row)
        if action is not None:
            column.addSpacing(space(1))
            column.addWidget(action, 0, middle)
        column.addStretch(2)


def fact(name: str, text: str, kind: str = "") -> QWidget:
    """A small name with what it stands for below it, which can be marked and copied."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(label(name, "small"))
    column.addWidget(label(text, kind, selectable=True))
    return made


def scrolled(content: QWidget) -> QScrollArea:
    """``content`` in an area that scrolls up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(content)
    content.setAutoFillBackground(False)
    return area


def button_row(*buttons: QWidget, left: QWidget | None = None) -> QHBoxLayout:
    """Buttons side by side on the right, ``left`` apart from them on the left."""
    row = QHBoxLayout()
    row.setSpacing(space(2))
    if left is not None:
        row.addWidget(left)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return row
