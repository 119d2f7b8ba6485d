"""What is only read: notes and calculated values."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.forms.base import Editor
from ui.forms.textfields import shown_number
from ui.widgets.ink import ink
from ui.widgets.words import Tone, Words


class ShownValue(Editor):
    """A value nobody types: calculated from other answers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value, self._language, self._name = "", "id", ""
        self.words = Words("", Tone.TEXT, scale=1.25, bold=True, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        self._show()

    def value(self) -> str:
        """The calculated value."""
        return self._value

    def set_value(self, value: str | None) -> None:
        """Show a calculated value."""
        self._value = value or ""
        self._show()

    def set_language(self, language: str) -> None:
        """Show numbers as this language writes them."""
        self._language = language
        self._show()

    def set_name(self, name: str) -> None:
        """What a screen reader calls it."""
        self._name = name
        self._show()

    def set_read_only(self, read_only: bool) -> None:
        """It always only shows."""

    def _show(self) -> None:
        shown = shown_number(self._value, self._language) if self._value else _("Not known yet")
        self.words.setText(shown)
        self.words.set_tone(Tone.TEXT if self._value else Tone.MUTED)
        self.words.setAccessibleName(f"{self._name}: {shown}")


class NoteText(QWidget):
    """A note of the form: text beside a quiet bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Words("", Tone.TEXT, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 2, 0, 2)
        column.addWidget(self.words)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(self).second)
        painter.drawRoundedRect(QRectF(0, 0, 4, self.height()), 2, 2)
        painter.end()
