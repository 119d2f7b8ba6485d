"""The keys of the assessment page, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def bind(page: QWidget, actions: Mapping[str, Callable[[], object]]) -> None:
    """Have each sequence (Qt's portable text) call its action while the keyboard is anywhere on ``page``."""
    for keys, action in actions.items():
        shortcut = QShortcut(QKeySequence(keys), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(action)
