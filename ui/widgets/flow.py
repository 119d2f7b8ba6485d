"""Widgets side by side, on as many lines as they need."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Flow(QWidget):
    """Lays its widgets out like words: left to right, then on the next line."""

    def __init__(self, gap: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap = gap
        self._placed: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_widgets(self, widgets: list[QWidget]) -> None:
        """Show exactly these, in this order."""
        self._placed = list(widgets)
        for widget in self._placed:
            widget.setParent(self)
            widget.show()
        self.setVisible(bool(widgets))
        self.updateGeometry()
        self._place(self.width(), move=True)

    def hasHeightForWidth(self) -> bool:
        """Lines depend on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at ``width``."""
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        """At the width it has."""
        return QSize(320, self.heightForWidth(max(320, self.width())))

    def minimumSizeHint(self) -> QSize:
        """One column."""
        wide = max((widget.sizeHint().width() for widget in self._placed), default=0)
        return QSize(wide, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place every widget."""
        super().resizeEvent(event)
        self._place(self.width(), move=True)

    def _place(self, width: int, *, move: bool) -> int:
        x = y = line = 0
        for widget in self._placed:
            size = widget.sizeHint()
            if x > 0 and x + size.width() > width:
                x, y, line = 0, y + line + self._gap, 0
            if move:
                widget.resize(size)
                widget.move(QPoint(x, y))
            x += size.width() + self._gap
            line = max(line, size.height())
        return y + line
