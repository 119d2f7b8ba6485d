"""A short row of digits to choose one from: the region's own level beside the assessor's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmsc_desktop.i18n import _
from ui.widgets.ink import ink
from ui.widgets.optionrows import Option


class Segments(QWidget):
    """Small cells side by side. Choosing the chosen cell again takes it back. ``picked`` carries the stored name."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: tuple[Option, ...] = ()
        self._chosen = ""
        self._cursor = 0
        self._read_only = False
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_options(self, options: Sequence[Option]) -> None:
        """Show these choices by their digits."""
        if tuple(options) != self._options:
            self._options = tuple(options)
            self.updateGeometry()
            self.update()

    def set_value(self, value: str | None) -> None:
        """Show the choice called ``value`` as chosen."""
        self._chosen = value or ""
        for index, option in enumerate(self._options):
            if option.name == self._chosen:
                self._cursor = index
        self._describe()
        self.update()

    def value(self) -> str:
        """The name chosen, or nothing."""
        return self._chosen

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self._read_only = read_only
        self.update()

    def set_name(self, name: str) -> None:
        """What a screen reader calls it."""
        self._name = name
        self._describe()

    def pick_digit(self, digit: str) -> bool:
        """Choose the cell with this digit key; False when there is none."""
        for index, option in enumerate(self._options):
            if option.digit == digit:
                self._pick(index, toggle=False)
                return True
        return False

    def sizeHint(self) -> QSize:
        """As wide as its cells."""
        unit = QFontMetricsF(self.font()).height()
        return QSize(round(len(self._options) * unit * 1.9) + 2, round(unit * 1.75))

    def minimumSizeHint(self) -> QSize:
        """It does not shrink."""
        return self.sizeHint()

    def _cell(self, index: int) -> QRectF:
        width = (self.width() - 1) / max(1, len(self._options))
        return QRectF(0.5 + index * width, 0.5, width, self.height() - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells; the chosen one is filled and underlined."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, option in enumerate(self._options):
            cell, chosen = self._cell(index), option.name == self._chosen
            painter.setPen(QPen(colours.line_strong if chosen else colours.line, 1))
            painter.setBrush(colours.accent_soft if chosen else colours.field)
            painter.drawRect(cell)
            font = QFont(self.font())
            font.setBold(chosen)
            painter.setFont(font)
            painter.setPen(colours.text if chosen else colours.muted)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, option.digit)
            if chosen:
                painter.fillRect(QRectF(cell.left() + 1, cell.bottom() - 3, cell.width() - 2, 3), colours.accent)
            if self.hasFocus() and index == self._cursor:
                painter.setPen(QPen(colours.focus, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(cell.adjusted(2, 2, -2, -2))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press chooses the cell under it, or takes it back."""
        for index in range(len(self._options)):
            if self._cell(index).contains(event.position()):
                self._pick(index, toggle=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, space or enter chooses, a digit chooses at once, delete clears."""
        key, last = event.key(), len(self._options) - 1
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not plain or last < 0:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            moved = self._cursor + (1 if key == Qt.Key.Key_Right else -1)
            self._cursor = max(0, min(last, moved))
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self._cursor, toggle=True)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._choose("")
        elif not (event.text() and self.pick_digit(event.text())):
            super().keyPressEvent(event)

    def _pick(self, index: int, *, toggle: bool) -> None:
        self._cursor = index
        name = self._options[index].name
        self._choose("" if toggle and name == self._chosen else name)

    def _choose(self, name: str) -> None:
        if self._read_only or name == self._chosen:
            self.update()
            return
        self._chosen = name
        self._describe()
        self.update()
        self.picked.emit(name)

    def _describe(self) -> None:
        chosen = self._said()
        said = _("Chosen: {choice}").format(choice=chosen) if chosen else _("Nothing chosen yet")
        self.setAccessibleName(f"{self._name}. {said}")

    def _said(self) -> str:
        return next((option.text for option in self._options if option.name == self._chosen), "")
