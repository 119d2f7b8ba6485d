"""An instrument in the window of a trial, for the tests of what a form may want of the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.services.instruments import check_workbook
from ui.pages.assessment.card import QuestionCard
from ui.trial import TrialWindow, files_beside


class Trial:
    """The window over the workbook at ``path``, with what a test asks of it."""

    def __init__(self, qtbot: Any, path: Path, clock: Clock, *, size: tuple[int, int] = (1280, 760)) -> None:
        checked = check_workbook(path)
        assert checked.instrument is not None, [issue.text() for issue in checked.errors]
        self.qtbot, self.window = qtbot, TrialWindow(checked.instrument, clock=clock, files=files_beside(path))
        self.window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(self.window)
        self.window.resize(*size)
        self.window.show()
        self.page = self.window.page
        self.settle()

    def settle(self) -> None:
        """Wait until the worker has nothing left to do and everything came back."""
        self.qtbot.waitUntil(lambda: self.window.tasks.idle, timeout=15_000)
        for _round in range(5):
            QApplication.processEvents()

    def key(self, name: str) -> str:
        """The key of the first question of this name."""
        return next(key for key in self.page.desk.session.keys("") if key.endswith(f"/{name}"))

    def card(self, name: str) -> QuestionCard:
        """The card of a question, shown and current."""
        self.page.go(self.key(name))
        self.settle()
        card = self.page.questions.card
        assert card is not None and card.key == self.key(name) and card.isVisible()
        return card

    def value(self, name: str) -> str:
        """What the live form holds."""
        return self.page.desk.session.state(self.key(name)).value


def written(folder: Path, text: str, name: str = "formulir.md") -> Path:
    """A workbook of Markdown tables."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
