"""Text, signs and buttons in the program's kinds. Labels show plain text, whatever they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from ui.theme import space
from ui.widgets.icons import icon, paint_icon
from ui.widgets.ink import ink

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent


def label(text: str = "", kind: str = "", *, wrap: bool = True, selectable: bool = False) -> QLabel:
    """A label of plain text; ``kind`` is one of the stylesheet's (``title``, ``heading``, ``muted``, …)."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wrap)
    if kind:
        made.setProperty("kind", kind)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def rule() -> QFrame:
    """A thin line between two parts."""
    made = QFrame()
    made.setProperty("kind", "rule")
    made.setFixedHeight(1)
    return made


class Button(QPushButton):
    """A button with a sign in the colour of its text. ``kind`` is empty, ``primary``, ``quiet`` or ``danger``."""

    def __init__(self, text: str, sign: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._sign = sign
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        if kind:
            self.setProperty("kind", kind)
        if sign:
            self.setIconSize(QSize(space(4.5), space(4.5)))
            self._colour_sign()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses it too: Qt leaves that to dialogs, and whoever comes by keyboard expects it on every page."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def recolour(self) -> None:
        """The sign follows the colours of the program."""
        if self._sign:
            self._colour_sign()

    def _colour_sign(self) -> None:
        colours = ink(self)
        by_kind = {"primary": colours.on_accent, "quiet": colours.accent, "danger": colours.error}
        self.setIcon(icon(self._sign, by_kind.get(self.property("kind"), colours.text), size=space(4.5)))


class Sign(QWidget):
    """One sign, in the colour of a tone: ``text``, ``muted``, ``accent``, ``error``, ``warning`` or ``success``."""

    def __init__(self, name: str, tone: str = "muted", size: float = 5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tone = name, tone
        self.setFixedSize(space(size), space(size))

    def show_sign(self, name: str, tone: str) -> None:
        """Show another sign."""
        self._name, self._tone = name, tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        paint_icon(painter, self._name, QRectF(self.rect()), getattr(ink(self), self._tone))
        painter.end()


class Chip(QWidget):
    """A short word on a soft ground with a dot before it: a state. Tones as in ``Sign``, plus ``muted``."""

    def __init__(self, text: str = "", tone: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def show_text(self, text: str, tone: str) -> None:
        """Say something else."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its word."""
        return chip_size(self, self._text)

    def minimumSizeHint(self) -> QSize:
        """It does not shrink."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        paint_chip(painter, self, QRectF(self.rect()), self._text, self._tone)
        painter.end()


def chip_size(widget: QWidget, text: str) -> QSize:
    """The room a chip with ``text`` takes on ``widget``."""
    metrics = widget.fontMetrics()
    return QSize(metrics.horizontalAdvance(text) + space(7.5), metrics.height() + space(1.5))


def paint_chip(painter: QPainter, widget: QWidget, box: QRectF, text: str, tone: str) -> None:
    """Draw a chip into ``box``."""
    colours = ink(widget)
    soft = {
        "accent": colours.accent_soft,
        "error": colours.error_soft,
        "warning": colours.warning_soft,
        "success": colours.success_soft,
    }
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(soft.get(tone, colours.hover))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    colour = getattr(colours, tone)
    painter.setBrush(colour)
    dot = space(1.5)
    painter.drawEllipse(QRectF(box.left() + space(2), box.center().y() - dot / 2, dot, dot))
    painter.setPen(colour)
    painter.drawText(
        box.adjusted(space(2) + dot + space(1.2), 0, 0, 0),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        text,
    )
    painter.restore()
