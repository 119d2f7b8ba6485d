"""Choices as painted rows: one widget for a whole list, so that a page of questions opens at once.

Used for levels (digit badges), single choice (radio marks) and several choices (check marks). What is chosen is
told by the mark, the weight of the type and a check sign as well as by colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QStaticText,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmsc_desktop.i18n import _
from ui.widgets.ink import Ink, ink
from ui.widgets.optionlayout import Laid, Style, lay_out, shown_size
from ui.widgets.tick import paint_tick
from ui.widgets.words import wrapped

NARROWEST = 140
"""Pixels; layouts ask for the height at less than this, but never give less."""


class Marks(Enum):
    """How a row shows what it is: a digit to press, a radio mark or a check mark."""

    DIGIT = auto()
    RADIO = auto()
    CHECK = auto()


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its stored ``name``, the text shown and the digit key that picks it (empty for none)."""

    name: str
    text: str
    digit: str = ""


class OptionRows(QWidget):
    """A list of choices, in ``columns`` (see ``optionlayout``). ``picked`` carries the stored value: a name, names
    joined by spaces, or nothing. ``bare`` shows no marks beside choices that have a picture."""

    picked = Signal(str)

    def __init__(self, marks: Marks, parent: QWidget | None = None, *, columns: int = 1, bare: bool = False) -> None:
        super().__init__(parent)
        self._marks, self._columns, self._bare = marks, columns, bare
        self._options: tuple[Option, ...] = ()
        self._pictures: Mapping[str, QPixmap] = {}
        self._known: dict[int, Laid] = {}
        self._texts: dict[tuple[float, str], QStaticText] = {}
        self._chosen: tuple[str, ...] = ()
        self._cursor = 0
        self._hover = -1
        self._read_only = False
        self._name = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # what is shown

    def set_options(self, options: Sequence[Option]) -> None:
        """Show these choices; what is chosen stays chosen where its name is still there."""
        options = tuple(options)
        if options == self._options:
            return
        self._options = options
        self._cursor = min(self._cursor, max(0, len(options) - 1))
        self._forget_layout()
        self.update()

    def set_pictures(self, pictures: Mapping[str, QPixmap]) -> None:
        """Pictures of the choices, by name."""
        self._pictures = pictures
        self._forget_layout()
        self.update()

    def set_value(self, value: str | None) -> None:
        """Show ``value`` (a stored answer) as chosen."""
        chosen = tuple((value or "").split())
        if chosen == self._chosen:
            return
        self._chosen = chosen
        for index, option in enumerate(self._options):
            if option.name in chosen:
                self._cursor = index
                break
        self._describe()
        self.update()

    def value(self) -> str:
        """The stored form of what is chosen."""
        return " ".join(self._chosen)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self._read_only = read_only
        self.setCursor(Qt.CursorShape.ArrowCursor if read_only else Qt.CursorShape.PointingHandCursor)
        self.update()

    def set_name(self, name: str) -> None:
        """What a screen reader calls the list."""
        self._name = name
        self._describe()

    def pick_digit(self, digit: str) -> bool:
        """Choose the row with this digit key; False when there is none."""
        for index, option in enumerate(self._options):
            if option.digit == digit:
                self._pick(index)
                return True
        return False

    def clear_answer(self) -> None:
        """Take the answer back."""
        if self._chosen and not self._read_only:
            self._choose(())

    # geometry

    def hasHeightForWidth(self) -> bool:
        """Rows wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height all rows take at ``width``; a rough one where nothing is ever shown."""
        if width < NARROWEST:
            return self.sizeHint().height() * 3
        laid = self._laid(width)
        return round(laid.height) + 1 if laid.cells else 0

    def sizeHint(self) -> QSize:
        """A comfortable width and a line for each row; the layout around asks for the height at its width."""
        return QSize(360, round(self._unit() * 2.12 * len(self._options)))

    def minimumSizeHint(self) -> QSize:
        """Narrow."""
        return QSize(160, 24)

    def _unit(self) -> float:
        return QFontMetricsF(self.font()).height()

    def _laid(self, width: int) -> Laid:
        """The rows at ``width``. The few widths a window tries before it settles are remembered."""
        known = self._known.get(width)
        if known is None:
            if len(self._known) > 3:
                self._known.clear()
            style = Style(self._columns, self.font(), self._mark_room(), self._pictures)
            choices = [(option.name, option.text) for option in self._options]
            known = self._known[width] = lay_out(choices, width, style)
        return known

    def _text(self, index: int) -> QStaticText:
        """The text as it is painted, laid out when it is painted first."""
        room, said = self._laid(self.width()).rooms[index], self._options[index].text
        known = self._texts.get((room, said))
        if known is None:
            if len(self._texts) > 2 * len(self._options):
                self._texts.clear()
            known = self._texts[room, said] = wrapped(said, room, self.font())
        return known

    def _mark_room(self) -> float:
        return self._unit() * (0.7 if self._hides_marks() else 2.35)

    def _hides_marks(self) -> bool:
        return self._bare and all(option.name in self._pictures for option in self._options)

    def _row(self, index: int) -> QRectF:
        return self._laid(self.width()).cells[index].adjusted(0.5, 0.5, -0.5, 0.5)

    def _index_at(self, point: QPointF) -> int:
        return next((i for i in range(len(self._options)) if self._row(i).contains(point)), -1)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are in the damaged part."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        damaged = QRectF(event.rect())
        for index in range(len(self._options)):
            if self._row(index).intersects(damaged):
                self._paint_row(painter, index, colours)
        painter.end()

    def _paint_row(self, painter: QPainter, index: int, colours: Ink) -> None:
        option, row, unit = self._options[index], self._row(index), self._unit()
        chosen = option.name in self._chosen
        fill = colours.accent_soft if chosen else colours.hover if index == self._hover else colours.field
        painter.setPen(QPen(colours.accent if chosen else colours.line, 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(row, 6, 6)
        if not self._hides_marks():
            self._paint_mark(painter, option, row, chosen, colours)
        painter.setFont(self.font())
        painter.setPen(colours.muted if self._read_only and not chosen else colours.text)
        self._paint_text(painter, index, row)
        if chosen and self._columns == 1:
            paint_tick(painter, QPointF(row.right() - unit * 0.95, row.center().y()), unit * 0.34, colours)
        if self.hasFocus() and index == self._cursor:
            painter.setPen(QPen(colours.focus, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(row.adjusted(1, 1, -1, -1), 6, 6)

    def _paint_text(self, painter: QPainter, index: int, row: QRectF) -> None:
        """The text, in the middle of the row; below the picture where there is one."""
        text, left = self._text(index), row.left() + self._mark_room()
        picture = self._pictures.get(self._options[index].name)
        if picture is None:
            painter.drawStaticText(QPointF(left, row.top() + (row.height() - text.size().height()) / 2), text)
            return
        pad, size = self._unit() * 0.42, shown_size(picture, row.right() - left)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(left, row.top() + pad, size.width(), size.height()), picture, QRectF(picture.rect()))
        painter.drawStaticText(QPointF(left, row.top() + 2 * pad + size.height()), text)

    def _paint_mark(self, painter: QPainter, option: Option, row: QRectF, chosen: bool, colours: Ink) -> None:
        unit = self._unit()
        size = unit * (1.32 if self._marks is Marks.DIGIT else 1.0)
        box = QRectF(row.left() + unit * 1.2 - size / 2, row.center().y() - size / 2, size, size)
        painter.setPen(QPen(colours.accent if chosen else colours.line_strong, 1.3))
        painter.setBrush(colours.accent if chosen else colours.field)
        if self._marks is Marks.CHECK:
            painter.drawRoundedRect(box, 3, 3)
            if chosen:
                paint_tick(painter, box.center(), size * 0.28, colours, inverted=True)
            return
        painter.drawEllipse(box)
        if self._marks is Marks.DIGIT:
            font = QFont(self.font())
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(colours.on_accent if chosen else colours.muted)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, option.digit)
        elif chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.on_accent)
            painter.drawEllipse(box.center(), size * 0.2, size * 0.2)

    # choosing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press chooses the row under it."""
        if event.button() is Qt.MouseButton.LeftButton:
            index = self._index_at(event.position())
            if index >= 0:
                self._pick(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The row under the pointer lights up."""
        self._set_hover(-1 if self._read_only else self._index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._set_hover(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, space or enter chooses, a digit chooses at once, delete clears."""
        key, last = event.key(), len(self._options) - 1
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not plain or last < 0:
            super().keyPressEvent(event)
        elif (step := self._step(key)) != 0:
            moved = self._cursor + step
            self._cursor = moved if 0 <= moved <= last else self._cursor
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self._cursor)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear_answer()
        elif not (event.text() and self.pick_digit(event.text())):
            super().keyPressEvent(event)

    def _step(self, key: int) -> int:
        """How far an arrow goes: a choice along the line, or to the line below."""
        down = self._laid(self.width()).columns
        steps = {Qt.Key.Key_Down: down, Qt.Key.Key_Up: -down}
        if self._columns != 1:
            steps |= {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        return steps.get(Qt.Key(key), 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The row of the keyboard gets its frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The frame goes."""
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Another font or palette is laid out and painted anew."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._forget_layout()
        super().changeEvent(event)

    def _forget_layout(self) -> None:
        self._known.clear()
        self._texts.clear()
        self.updateGeometry()

    def _pick(self, index: int) -> None:
        if self._read_only:
            return
        self._cursor = index
        name = self._options[index].name
        if self._marks is Marks.CHECK:
            names = set(self._chosen) ^ {name}
            self._choose(tuple(option.name for option in self._options if option.name in names))
        elif self._chosen == (name,):
            self.update()
        else:
            self._choose((name,))

    def _choose(self, chosen: tuple[str, ...]) -> None:
        self._chosen = chosen
        self._describe()
        self.update()
        self.picked.emit(self.value())

    def _set_hover(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.update()

    def _describe(self) -> None:
        """Say the state to screen readers, since the rows are painted and not widgets."""
        texts = [option.text for option in self._options if option.name in self._chosen]
        said = _("Chosen: {choice}").format(choice=", ".join(texts)) if texts else _("Nothing chosen yet")
        name = f"{self._name}. {said}"
        if name != self.accessibleName():
            self.setAccessibleName(name)
            if QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
