"""What stands between the questions of a page: headings of groups, heads of repeat items, buttons that add one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.i18n import _
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.layout import Row, RowKind
from ui.pages.assessment.media import LabelMedia
from ui.theme import space
from ui.widgets.ink import ink
from ui.widgets.labels import Button
from ui.widgets.tall import Tall
from ui.widgets.words import Tone, Words, show_if

STEP = 7
"""Quarter ems each repeat around is further in."""


def indent_of(row: Row) -> int:
    """How far in a row stands, in pixels: items of a repeat within another one, and what is in them."""
    return max(0, row.depth - 1) * space(STEP)


class Following(Tall):
    """A row that tells something about other rows."""

    def follow(self) -> None:
        """Tell it as it is now."""


class Heading(Following):
    """A group's heading on the page, or a repeat's with the number of its items."""

    def __init__(self, desk: Desk, row: Row, page: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._row, self._page = desk, row, page
        self._words = Words("", Tone.TEXT, scale=1.2, bold=True, parent=self)
        self._hint = Words("", Tone.MUTED, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(indent_of(row), space(2), 0, 0)
        column.setSpacing(space(1))
        column.addWidget(self._words)
        column.addWidget(self._hint)
        media = desk.instrument.by_path[row.path].media
        self._media = LabelMedia(desk, media, self) if media else None
        if self._media is not None:
            column.addWidget(self._media)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.follow()

    def follow(self) -> None:
        """Show it while something below it is relevant."""
        label = self._desk.written(self._row.key)
        own_page = self._row.key == self._page
        self._words.setText("" if own_page else label)
        self._words.set_runs(self._desk.emphasis(self._row.key))
        show_if(self._words, not own_page and bool(label))
        hint = self._desk.session.hint(self._row.key, self._desk.language)
        if self._row.kind is RowKind.REPEAT and not self._desk.session.items(self._row.key):
            hint = f"{hint} {_('Nothing here yet.')}".strip() if not own_page else _("Nothing here yet.")
        elif own_page:
            hint = ""
        self._hint.setText(hint)
        self._hint.set_runs(self._desk.emphasis(self._row.key, "hint"))
        show_if(self._hint, bool(hint))
        if self._media is not None:
            self._media.refresh()
        state = self._desk.session.state
        keys = (self._row.key,) if self._row.kind is RowKind.REPEAT else self._desk.session.keys(self._row.key)
        shown = bool(label and not own_page) or bool(hint) or self._media is not None
        show_if(self, shown and any(state(key).relevant for key in keys))


class ItemHead(Following):
    """The head of one item of a repeat: its number, what it is called, a way to take it away."""

    def __init__(self, desk: Desk, row: Row, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._row = desk, row
        self._words = Words("", Tone.ACCENT, scale=1.1, bold=True, parent=self)
        self.remove = Button(_("Remove"), "cross", "quiet", self)
        self.remove.clicked.connect(lambda: desk.remove_item(row.key))
        line = QHBoxLayout(self)
        line.setContentsMargins(indent_of(row), space(3), 0, 0)
        line.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.remove)
        self.follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line above, so that it is seen where one item ends and the next begins."""
        painter = QPainter(self)
        painter.fillRect(indent_of(self._row), 0, self.width(), 1, ink(self).line_strong)
        painter.end()

    def follow(self) -> None:
        """Name the item by its first text."""
        label = self._desk.written(self._row.key)
        text = f"{label} {self._row.number}".strip()
        name = self._name()
        self._words.setText(f"{text}: {name}" if name else text)
        self.remove.setAccessibleName(_("Remove {item}").format(item=text))
        show_if(self.remove, self._desk.editable and not self._desk.session.counted(self._row.key.rpartition("[")[0]))
        show_if(self, self._desk.session.state(self._row.key).relevant)

    def _name(self) -> str:
        item = self._desk.instrument.by_path[self._row.path]
        for child in self._desk.instrument.children(item.path):
            if child.type is ItemType.TEXT:
                value = self._desk.session.state(f"{self._row.key}/{child.name}").value
                return " ".join((value or "").split())[:120]
        return ""


class AddRow(Following):
    """The button that adds an item."""

    def __init__(self, desk: Desk, row: Row, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._row = desk, row
        self.button = Button("", "plus", parent=self)
        self.button.clicked.connect(lambda: desk.add_item(row.key))
        line = QHBoxLayout(self)
        line.setContentsMargins(indent_of(row), 0, 0, space(2))
        line.addWidget(self.button)
        line.addStretch(1)
        self.follow()

    def follow(self) -> None:
        """Name what is added."""
        label = self._desk.written(self._row.key)
        self.button.setText(_("Add: {item}").format(item=label[:60]) if label else _("Add"))
        session, key = self._desk.session, self._row.key
        show_if(self, self._desk.editable and session.state(key).relevant and not session.counted(key))
