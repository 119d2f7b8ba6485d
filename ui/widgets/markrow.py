"""Choices along a row: marks with their texts below each other's level, or the bare marks of a table's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QStaticText,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme import space
from ui.widgets.elided import plain_tip
from ui.widgets.ink import Ink, ink
from ui.widgets.optionlayout import shown_size
from ui.widgets.optionrows import Option
from ui.widgets.segments import Segments
from ui.widgets.tick import paint_tick
from ui.widgets.words import wrapped

LEAST_CELL = 17
"""Quarter ems a text needs; where there is less the choices stand below each other."""


class MarkRow(Segments):
    """Choices side by side, as wide as there is room for; arrows, space and digits as in ``Segments``. ``several``
    takes more than one. ``set_bare`` leaves the texts to a heading above."""

    def __init__(self, parent: QWidget | None = None, *, several: bool = False) -> None:
        super().__init__(parent)
        self._several, self._bare = several, False
        self._pictures: Mapping[str, QPixmap] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_options(self, options: Sequence[Option]) -> None:
        """Show these choices."""
        if tuple(options) != self._options:
            super().set_options(options)
            self._fit()

    def set_bare(self, bare: bool) -> None:
        """Whether only the marks are shown."""
        if bare != self._bare:
            self._bare = bare
            self._fit()

    def set_pictures(self, pictures: Mapping[str, QPixmap]) -> None:
        """Pictures of the choices, by name."""
        self._pictures = pictures
        self._fit()

    def _fit(self) -> None:
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self.updateGeometry()
        self.update()

    # several choices

    def _is_chosen(self, name: str) -> bool:
        return name in self._chosen.split() if self._several else name == self._chosen

    def _pick(self, index: int, *, toggle: bool) -> None:
        if not self._several:
            super()._pick(index, toggle=toggle)
            return
        self._cursor = index
        names = set(self._chosen.split()) ^ {self._options[index].name}
        self._choose(" ".join(option.name for option in self._options if option.name in names))

    def _said(self) -> str:
        return ", ".join(option.text for option in self._options if self._is_chosen(option.name))

    # geometry

    def _stacked(self, width: float) -> bool:
        return not self._bare and width < len(self._options) * space(LEAST_CELL)

    def hasHeightForWidth(self) -> bool:
        """Texts wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The highest text with its mark, or all of them below each other."""
        if self._bare:
            return round(QFontMetricsF(self.font()).height()) + space(3)
        if self._stacked(width):
            return round(sum(self._heights(width))) + 1
        return round(max((self._tall(each, width) for each in self._texts(width)), default=0)) + space(12)

    def _texts(self, width: float) -> list[tuple[str, QStaticText]]:
        return [(option.name, wrapped(option.text, self._room(width), self.font())) for option in self._options]

    def _room(self, width: float) -> float:
        return width - space(12) if self._stacked(width) else (width - 1) / max(1, len(self._options)) - space(3)

    def _tall(self, choice: tuple[str, QStaticText], width: float) -> float:
        picture = self._pictures.get(choice[0])
        above = shown_size(picture, self._room(width)).height() + space(1) if picture is not None else 0
        return choice[1].size().height() + above

    def _heights(self, width: float) -> list[float]:
        return [self._tall(each, width) + space(4) for each in self._texts(width)]

    def sizeHint(self) -> QSize:
        """As wide as there is room for."""
        return QSize(space(120), self.heightForWidth(space(120)))

    def minimumSizeHint(self) -> QSize:
        """Narrow, but never without room for the marks."""
        return QSize(space(30), round(QFontMetricsF(self.font()).height()) + space(3))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps to another height."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def _cell(self, index: int) -> QRectF:
        if not self._stacked(self.width()):
            return super()._cell(index)
        heights = self._heights(self.width())
        return QRectF(0.5, 0.5 + sum(heights[:index]), self.width() - 1, heights[index])

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """A mark in each cell, its text below or beside it; the chosen one is filled."""
        colours, stacked = ink(self), self._stacked(self.width())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        texts = self._texts(self.width())
        for index, option in enumerate(self._options):
            cell, chosen = self._cell(index), self._is_chosen(option.name)
            focused = self.hasFocus() and index == self._cursor
            if not self._bare:
                painter.setPen(QPen(colours.line, 1))
                painter.setBrush(colours.accent_soft if chosen else colours.field)
                painter.drawRect(cell)
            if focused:
                painter.setPen(QPen(colours.focus, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 3, 3)
            middle = QPointF(cell.center().x(), cell.top() + space(4.5))
            if self._bare:
                middle.setY(cell.center().y())
            elif stacked:
                middle = QPointF(cell.left() + space(5), cell.center().y())
            self._paint_mark(painter, middle, chosen, colours)
            if not self._bare:
                self._paint_text(painter, index, cell, texts[index][1], colours, stacked=stacked)
        painter.end()

    def _paint_mark(self, painter: QPainter, middle: QPointF, chosen: bool, colours: Ink) -> None:
        half = space(2)
        box = QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half)
        painter.setPen(QPen(colours.accent if chosen else colours.line_strong, 2))
        painter.setBrush(colours.field)
        if self._several:
            painter.setBrush(colours.accent if chosen else colours.field)
            painter.drawRoundedRect(box, 3, 3)
            if chosen:
                paint_tick(painter, middle, half * 0.56, colours, inverted=True)
            return
        painter.drawEllipse(box)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawEllipse(middle, half / 2, half / 2)

    def _paint_text(
        self, painter: QPainter, index: int, cell: QRectF, text: QStaticText, colours: Ink, *, stacked: bool
    ) -> None:
        option = self._options[index]
        picture = self._pictures.get(option.name)
        top = cell.top() + (space(2) if stacked else space(8.5))
        if picture is not None:
            size = shown_size(picture, self._room(self.width()))
            left = cell.left() + space(10) if stacked else cell.center().x() - size.width() / 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(QRectF(left, top, size.width(), size.height()), picture, QRectF(picture.rect()))
            top += size.height() + space(1)
        if not stacked:
            centred = text.textOption()
            centred.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            text.setTextOption(centred)
        painter.setPen(colours.text)
        painter.drawStaticText(round(cell.left() + space(10 if stacked else 1.5)), round(top), text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down too, since choices without room stand below each other."""
        turned = {Qt.Key.Key_Up: Qt.Key.Key_Left, Qt.Key.Key_Down: Qt.Key.Key_Right}.get(Qt.Key(event.key()))
        if turned is not None and not self._bare:
            event = QKeyEvent(event.type(), turned, event.modifiers())
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """A bare mark says what it stands for when the pointer rests on it."""
        if self._bare and isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = (i for i in range(len(self._options)) if self._cell(i).contains(QPointF(event.pos())))
            index = next(at, -1)
            QToolTip.showText(event.globalPos(), plain_tip(self._options[index].text) if index >= 0 else "", self)
            return True
        return super().event(event)


class HeadRow(QWidget):
    """The texts of the choices above the marks of a table, in the same cells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[tuple[str, str], ...] = ()
        self._pictures: Mapping[str, QPixmap] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_texts(self, texts: tuple[tuple[str, str], ...]) -> None:
        """Names and texts of the choices, in order."""
        if texts != self._texts:
            self._texts = texts
            self.setAccessibleName(", ".join(text for _name, text in texts))
            self.updateGeometry()
            self.update()

    def set_pictures(self, pictures: Mapping[str, QPixmap]) -> None:
        """Pictures of the choices, by name."""
        self._pictures = pictures
        self.updateGeometry()
        self.update()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is shown, in order."""
        return tuple(text for _name, text in self._texts)

    def hasHeightForWidth(self) -> bool:
        """Texts wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The highest text."""
        return round(max((self._height(each, width) for each in self._texts), default=0.0)) + space(2)

    def _height(self, choice: tuple[str, str], width: int) -> float:
        picture = self._pictures.get(choice[0])
        above = shown_size(picture, self._room(width)).height() + space(1) if picture is not None else 0
        return above + wrapped(choice[1], self._room(width), self.font()).size().height()

    def _room(self, width: float) -> float:
        return (width - 1) / max(1, len(self._texts)) - space(1.5)

    def sizeHint(self) -> QSize:
        """As wide as there is room for."""
        return QSize(space(120), self.heightForWidth(space(120)))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the rows below it."""
        return QSize(120, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each text in the middle of its cell, standing on the line below; pictures hang from the one above."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(ink(self).text)
        cell = (self.width() - 1) / max(1, len(self._texts))
        for index, choice in enumerate(self._texts):
            top = space(1.0) if self._pictures else self.height() - space(1) - self._height(choice, self.width())
            picture = self._pictures.get(choice[0])
            if picture is not None:
                size = shown_size(picture, self._room(self.width()))
                left = (index + 0.5) * cell - size.width() / 2
                painter.drawPixmap(QRectF(left, top, size.width(), size.height()), picture, QRectF(picture.rect()))
                top += size.height() + space(1)
            text = wrapped(choice[1], self._room(self.width()), self.font())
            centred = text.textOption()
            centred.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            text.setTextOption(centred)
            painter.drawStaticText(round(index * cell + space(0.75)), round(top), text)
        painter.end()
