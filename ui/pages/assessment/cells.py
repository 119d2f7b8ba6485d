"""Questions side by side, by the widths their form gives them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget, QWidgetItem

from ui.pages.assessment.bands import lines
from ui.theme import space

NARROWEST = 38
"""Quarter ems a question needs beside others."""


class Cells(QLayout):
    """Lays questions out in rows of ``columns``; those not asked now take no room, and a row is as high as its highest
    question."""

    def __init__(self, columns: int, gap: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns, self._gap = columns, gap
        self._items: list[tuple[QLayoutItem, int]] = []
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)

    def put(self, widget: QWidget, wide: int) -> None:
        """One question more, ``wide`` columns of the row."""
        self.addChildWidget(widget)
        self._items.append((QWidgetItem(widget), wide))
        self.invalidate()

    # what Qt asks of a layout

    def addItem(self, item: QLayoutItem) -> None:
        """A whole row for what says no width."""
        self._items.append((item, self._columns))

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The one at this place."""
        return self._items[index][0] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give one up."""
        if not 0 <= index < len(self._items):
            return None
        self.invalidate()
        return self._items.pop(index)[0]

    def invalidate(self) -> None:
        """What was measured no longer holds."""
        self._heights.clear()
        super().invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        """It takes the width there is."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Rows depend on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all rows at ``width``."""
        known = self._heights.get(width)
        if known is None:
            if len(self._heights) > 3:
                self._heights.clear()
            known = self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return known

    def sizeHint(self) -> QSize:
        """A readable width; the height is asked for by width."""
        return QSize(420, 24)

    def minimumSize(self) -> QSize:
        """It yields to whatever width there is."""
        return QSize(120, 24)

    def setGeometry(self, rect: QRect) -> None:
        """Place every question."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _place(self, rect: QRect, *, move: bool) -> int:
        shown = [(item, wide) for item, wide in self._items if not item.isEmpty()]
        top, at = rect.top(), 0
        for line in lines([wide for _item, wide in shown], self._columns, rect.width(), space(NARROWEST)):
            places = self._across(line, rect)
            row = shown[at : at + len(line)]
            at += len(line)
            high = max(_height(item, width) for (item, _wide), (_left, width) in zip(row, places, strict=True))
            if move:
                for (item, _wide), (left, width) in zip(row, places, strict=True):
                    item.setGeometry(QRect(left, top, width, high))
            top += high + self._gap
        return max(0, top - self._gap - rect.top())

    def _across(self, line: tuple[int, ...], rect: QRect) -> list[tuple[int, int]]:
        """Left edge and width of each cell of a row."""
        whole, room = sum(line), rect.width() + self._gap
        edges = [rect.left() + room * sum(line[:at]) // whole for at in range(len(line) + 1)]
        return [(left, right - left - self._gap) for left, right in pairwise(edges)]


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
