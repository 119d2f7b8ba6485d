"""Text from outside on one line, cut with an ellipsis where the place ends."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets.words import Tone, Words


class Elided(Words):
    """A plain-text label that never wraps; the whole text is its tool tip while it is cut."""

    def __init__(
        self,
        text: str = "",
        tone: Tone = Tone.TEXT,
        *,
        scale: float = 1.0,
        bold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, tone, scale=scale, bold=bold, parent=parent)
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def hasHeightForWidth(self) -> bool:
        """One line at any width."""
        return False

    def heightForWidth(self, width: int) -> int:
        """One line."""
        return self.sizeHint().height()

    def sizeHint(self) -> QSize:
        """The whole line."""
        metrics = self.metrics()
        return QSize(metrics.horizontalAdvance(self._line()) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        metrics = self.metrics()
        return QSize(metrics.averageCharWidth() * 6, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        metrics = self.metrics()
        shown = metrics.elidedText(self._line(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if shown == self._line() else plain_tip(self.text()))
        painter = QPainter(self)
        painter.setFont(self.letters())
        painter.setPen(self.colour())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()

    def _line(self) -> str:
        return " ".join(self.text().split())


def plain_tip(text: str) -> str:
    """Text for a tool tip, which Qt would otherwise read as HTML when it looks like it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    return f"<qt>{escaped}</qt>" if text else ""
