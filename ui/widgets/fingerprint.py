"""A fingerprint as it is read aloud over the telephone: in fours, and a way to copy it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.labels import Button, label


def fours(fingerprint: str, to_a_line: int = 8) -> str:
    """Hex in groups of four, ``to_a_line`` groups to a line."""
    groups = [fingerprint[at : at + 4].upper() for at in range(0, len(fingerprint), 4)]
    return "\n".join(" ".join(groups[at : at + to_a_line]) for at in range(0, len(groups), to_a_line))


class Fingerprint(QWidget):
    """A name, the fingerprint in fours below it, and a button that copies it."""

    def __init__(self, name: str, fingerprint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fingerprint = fingerprint
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        column = QVBoxLayout()
        column.setSpacing(space(0.5))
        column.addWidget(label(name, "small"))
        self.text = label(fours(fingerprint), "code", selectable=True)
        self.text.setAccessibleName(name)
        column.addWidget(self.text)
        row.addLayout(column, 1)
        self.copy = Button(_("Copy"), "copy", "quiet")
        self.copy.setAccessibleDescription(name)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._fingerprint))
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)

    def show_fingerprint(self, fingerprint: str) -> None:
        """Show another one."""
        self._fingerprint = fingerprint
        self.text.setText(fours(fingerprint))
