"""A notice that stays on its page, and an error in its three parts: what happened, what was kept, what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.i18n import _
from ui.theme import restyle, space
from ui.widgets.labels import Sign, label

SIGNS = {"accent": "info", "warning": "warning", "error": "error", "success": "success"}


def error_parts(error: GmscError) -> tuple[str, str, str]:
    """What happened, what was kept and what to do, in the language in use; the last two may be empty."""
    parts = [_(part).format(**error.params) if part else "" for part in (error.template, error.kept, error.cure)]
    return parts[0], parts[1], parts[2]


class Banner(QFrame):
    """A notice that stays on its page. ``tone`` is ``accent``, ``warning``, ``error`` or ``success``."""

    def __init__(self, text: str = "", tone: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "banner")
        self.setProperty("tone", tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(3), space(2.5), space(3), space(2.5))
        row.setSpacing(space(2.5))
        self._sign = Sign("info", tone)
        self._text = label(text)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.buttons = QHBoxLayout()
        row.addLayout(self.buttons)
        if not text:
            # Never shown from here: without a parent it would be a window of its own for a moment.
            self.hide()
        self._tone(tone)

    def say(self, text: str, tone: str = "accent") -> None:
        """Show ``text``; an empty one hides the banner."""
        self._text.setText(text)
        self._tone(tone)
        self.setVisible(bool(text))
        if text:
            # Imported when there is something to say: the first window has nothing yet, and should open fast.
            from PySide6.QtGui import QAccessible, QAccessibleEvent

            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def say_error(self, error: GmscError) -> None:
        """Show an error in its three parts."""
        self.say("\n".join(part for part in error_parts(error) if part), "error")

    def text(self) -> str:
        """What it says now."""
        return self._text.text() if not self.isHidden() else ""

    def _tone(self, tone: str) -> None:
        self._sign.show_sign(SIGNS[tone], tone)
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)
        self.setAccessibleName(self._text.text())
