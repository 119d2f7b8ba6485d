"""Pages of which one is shown, as high as that one (a QStackedWidget is as high as its highest)."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Steps(QWidget):
    """Hands the room to the current page only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: list[QWidget] = []
        self._current = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def add(self, page: QWidget) -> None:
        """One more page; the first is shown."""
        self._column.addWidget(page)
        page.setVisible(not self._pages)
        self._pages.append(page)

    def show_step(self, number: int) -> None:
        """Show the page with this number, from 0."""
        self._current = number
        for at, page in enumerate(self._pages):
            if at != number:
                page.hide()
        self._pages[number].show()

    def step(self) -> int:
        """The number of the page shown."""
        return self._current
