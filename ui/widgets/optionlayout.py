"""Where the choices of a list stand: below each other, or in columns as many as there is room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPixmap

from ui.theme import space
from ui.widgets.words import height_of

FITTING, PACKED = 0, -1
"""Instead of a number of columns: as many equal ones as there is room for, or each choice no wider than it is."""
MOST_COLUMNS = 5
"""When the form leaves it to the window."""
PICTURE = (60, 36)
"""Quarter ems a picture of a choice is wide and high at most."""


@dataclass(frozen=True, slots=True)
class Laid:
    """The choices at one width: the room of their texts, their cells, and how many stand beside each other."""

    rooms: tuple[float, ...]
    cells: tuple[QRectF, ...]
    columns: int

    @property
    def height(self) -> float:
        """Of all."""
        return max((cell.bottom() for cell in self.cells), default=0.0)


@dataclass(frozen=True, slots=True)
class Style:
    """How choices are laid out: ``columns`` (a number, ``FITTING`` or ``PACKED``), in which font, with how much room
    for the ``mark``; ``pictures`` by the name of their choice."""

    columns: int
    font: QFont
    mark: float
    pictures: Mapping[str, QPixmap]

    @property
    def unit(self) -> float:
        """A line."""
        return QFontMetricsF(self.font).height()


def shown_size(picture: QPixmap, wide: float) -> QSize:
    """How large a picture of a choice is drawn where ``wide`` pixels have room: as it is, or as large as it may be."""
    most = QSize(min(space(PICTURE[0]), max(8, int(wide))), space(PICTURE[1]))
    size = picture.size()
    within = size.width() <= most.width() and size.height() <= most.height()
    return size if within else size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio)


def lay_out(choices: Sequence[tuple[str, str]], width: float, style: Style) -> Laid:
    """``choices`` (name and text) at ``width``."""
    gap = style.unit * 0.22
    if style.columns == 1:
        return _in_lines(choices, width, [width] * len(choices), 1, style, gap, right=style.unit * 1.7)
    right = style.unit * 0.6
    natural = [min(width, _natural(choice, style) + right) for choice in choices]
    if style.columns == PACKED:
        return _in_lines(choices, width, natural, 1, style, gap, right=right)
    columns = max(1, min(style.columns or MOST_COLUMNS, len(choices)))
    least = max(natural, default=0.0) if style.columns == FITTING else style.mark + style.unit * 4
    while columns > 1 and (width + gap) / columns - gap < least:
        columns -= 1
    each = (width + gap) / columns - gap
    return _in_lines(choices, width, [each] * len(choices), columns, style, gap, right=right)


def _natural(choice: tuple[str, str], style: Style) -> float:
    picture = style.pictures.get(choice[0])
    lines = choice[1].split("\n")
    text = max(QFontMetricsF(style.font).horizontalAdvance(line) for line in lines)
    return style.mark + max(text, shown_size(picture, space(PICTURE[0])).width() if picture is not None else 0.0) + 2


def _in_lines(
    choices: Sequence[tuple[str, str]],
    width: float,
    wide: Sequence[float],
    columns: int,
    style: Style,
    gap: float,
    *,
    right: float,
) -> Laid:
    """Choices ``wide`` one after the other, every line as high as its highest."""
    pad = style.unit * 0.42
    rooms, sizes = [], []
    for (name, said), each in zip(choices, wide, strict=True):
        room = max(60.0, each - style.mark - right)
        picture = style.pictures.get(name)
        above = shown_size(picture, room).height() + pad if picture is not None else 0.0
        rooms.append(room)
        high = height_of(said, room, style.font) + above + 2 * pad
        sizes.append(QSizeF(each, max(style.unit * 1.9, high)))
    cells: list[QRectF] = []
    top = left = 0.0
    line: list[int] = []

    def end_line() -> float:
        high = max((sizes[at].height() for at in line), default=0.0)
        for at in line:
            cells[at].setHeight(high)
        line.clear()
        return high + gap

    for index, size in enumerate(sizes):
        if line and left + size.width() > width + 1:
            top, left = top + end_line(), 0.0
        cells.append(QRectF(left, top, size.width(), size.height()))
        line.append(index)
        left += size.width() + gap
    end_line()
    return Laid(tuple(rooms), tuple(cells), columns)
