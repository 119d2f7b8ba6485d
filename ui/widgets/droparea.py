"""A card that takes files by drag and drop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QWidget

from ui.theme import restyle


class DropCard(QFrame):
    """Changes its look while files are held over it. ``dropped`` carries the local paths, files and folders."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders only."""
        if dropped_paths(event):
            event.acceptProposedAction()
            self._mark(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went away again."""
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was dropped."""
        self._mark(False)
        event.acceptProposedAction()
        self.dropped.emit(dropped_paths(event))

    def _mark(self, over: bool) -> None:
        self.setProperty("kind", "banner" if over else "card")
        restyle(self)


def dropped_paths(event: QDropEvent) -> tuple[Path, ...]:
    """The local files and folders in a drop."""
    return tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
