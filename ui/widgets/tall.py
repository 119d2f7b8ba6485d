"""A widget whose height follows from its width, without being laid out once for every hint that is asked of it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class Tall(QWidget):
    """Answers Qt's questions about size cheaply while its layout wraps.

    Qt would lay the whole content out at the width of the hint and again at the least width, only to throw both
    away: the layouts around ask for the height at the width there is.
    """

    def sizeHint(self) -> QSize:
        """A readable width; the height is asked for by width."""
        layout = self.layout()
        return QSize(420, 24) if layout is not None and layout.hasHeightForWidth() else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """It yields to whatever width there is."""
        layout = self.layout()
        return QSize(120, 24) if layout is not None and layout.hasHeightForWidth() else super().minimumSizeHint()
