"""A short notice at the foot of the page, with a way to take back what it tells."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gmsc_desktop.i18n import _
from ui.widgets.labels import Button
from ui.widgets.messages import Toast


class Notice(Toast):
    """A short notice with a way to take back what it tells."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._back: Callable[[], None] | None = None
        self.button = Button(_("Undo"), "restore", "quiet")
        self.button.clicked.connect(self._take_back)
        self.buttons.addWidget(self.button)
        self.button.hide()

    def say(self, text: str, tone: str = "accent") -> None:
        """Tell without a way back."""
        self._back = None
        self.button.hide()
        super().say(text, tone)

    def offer(self, text: str, back: Callable[[], None]) -> None:
        """Tell, with a way back."""
        self.button.show()
        super().say(text)
        self._back = back
        self.button.show()

    def _take_back(self) -> None:
        back, self._back = self._back, None
        self.hide()
        if back is not None:
            back()
