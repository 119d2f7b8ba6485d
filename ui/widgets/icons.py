"""The program's signs, drawn from strokes on a 24 × 24 grid, sharp at every zoom and in every colour."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPixmapCache

STROKES: dict[str, str] = {
    "home": "M 4 11 L 12 4 L 20 11 M 6 9.5 L 6 20 L 18 20 L 18 9.5 M 10 20 L 10 14 L 14 14 L 14 20",
    "visits": (
        "R 5 5 14 16 2 M 9 3.5 L 15 3.5 L 15 6.5 L 9 6.5 Z M 8.5 11 L 15.5 11 M 8.5 14.5 L 15.5 14.5 M 8.5 18 L 12.5 18"
    ),
    "instruments": "M 3.5 6.5 L 5.5 8.5 L 9 4.5 M 3.5 14.5 L 5.5 16.5 L 9 12.5 M 12.5 7 L 20.5 7 M 12.5 15 L 20.5 15",
    "sync": "M 7 4 L 7 17 M 3.5 13.5 L 7 17 L 10.5 13.5 M 17 20 L 17 7 M 13.5 10.5 L 17 7 L 20.5 10.5",
    "documents": "M 6 3 L 14 3 L 19 8 L 19 21 L 6 21 Z M 14 3 L 14 8 L 19 8 M 9.5 12 L 15.5 12 M 9.5 15.5 L 15.5 15.5",
    "verify": "M 12 3 L 20 6 L 20 12 C 20 17 16 20 12 21.5 C 8 20 4 17 4 12 L 4 6 Z M 8.5 12 L 11 14.5 L 15.5 9.5",
    "settings": "M 4 7 L 13 7 M 18 7 L 20 7 O 15.5 7 2.3 M 4 17 L 6 17 M 11 17 L 20 17 O 8.5 17 2.3 M 4 12 L 20 12",
    "search": "O 10.5 10.5 6 M 15 15 L 20.5 20.5",
    "play": "M 8 5 L 18.5 12 L 8 19 Z",
    "plus": "M 12 5 L 12 19 M 5 12 L 19 12",
    "minus": "M 5 12 L 19 12",
    "check": "M 5 12.5 L 10 17.5 L 19.5 7",
    "cross": "M 6 6 L 18 18 M 18 6 L 6 18",
    "down": "M 6 9.5 L 12 15.5 L 18 9.5",
    "right": "M 9 6 L 15 12 L 9 18",
    "left": "M 15 6 L 9 12 L 15 18",
    "eye": "M 2.5 12 C 6 6 18 6 21.5 12 C 18 18 6 18 2.5 12 Z O 12 12 2.8",
    "eye-off": "M 2.5 12 C 6 6 18 6 21.5 12 C 18 18 6 18 2.5 12 Z M 4.5 20 L 19.5 4",
    "info": "O 12 12 9 M 12 11 L 12 17 M 12 7.4 L 12 7.6",
    "warning": "M 12 4 L 21.5 20 L 2.5 20 Z M 12 10 L 12 15 M 12 17.4 L 12 17.6",
    "error": "O 12 12 9 M 8.5 8.5 L 15.5 15.5 M 15.5 8.5 L 8.5 15.5",
    "success": "O 12 12 9 M 7.5 12.5 L 11 15.8 L 16.5 9",
    "archive": "R 3.5 4 17 4.5 1 M 5 8.5 L 5 20 L 19 20 L 19 8.5 M 10 12.5 L 14 12.5",
    "restore": "M 4 5 L 4 10 L 9 10 M 4.5 9.5 C 8 3 19 4 19.5 12 C 19.5 19 11 21.5 6.5 17.5",
    "history": "O 12 12 8.5 M 12 7 L 12 12 L 15.5 14",
    "comment": "M 4 5 L 20 5 L 20 16 L 12 16 L 8 20 L 8 16 L 4 16 Z M 8 9 L 16 9 M 8 12.3 L 13 12.3",
    "edit": "M 4 20 L 5 15.5 L 16 4.5 L 19.5 8 L 8.5 19 Z M 13.5 7 L 17 10.5",
    "folder": "M 3 6 L 9.5 6 L 11.5 8.5 L 21 8.5 L 21 19 L 3 19 Z",
    "key": "O 8 14.5 4 M 11 11.5 L 19.5 4 M 16 7 L 18.5 9.8",
    "lock": "R 5 11 14 9.5 2 M 8 11 L 8 8 C 8 2.5 16 2.5 16 8 L 16 11",
    "print": (
        "M 7 9 L 7 3.5 L 17 3.5 L 17 9 M 7 17 L 4 17 L 4 9 L 20 9 L 20 17 L 17 17 M 7 14 L 17 14 L 17 20.5 L 7 20.5 Z"
    ),
    "copy": "R 8.5 8.5 12 12 2 M 5.5 15.5 L 3.5 15.5 L 3.5 3.5 L 15.5 3.5 L 15.5 5.5",
    "save": "M 12 3.5 L 12 15 M 7.5 10.5 L 12 15 L 16.5 10.5 M 4 16 L 4 20 L 20 20 L 20 16",
    "person": "O 12 8 4 M 4.5 20.5 C 5 12.5 19 12.5 19.5 20.5",
    "people": (
        "O 9 8.5 3.5 M 2.5 19.5 C 3 12.5 15 12.5 15.5 19.5 M 15.5 5.3 C 19.5 5.5 19.5 11.5 15.5 11.7 M "
        "17.5 14 C 20 14.5 21.3 16.5 21.5 19.5"
    ),
    "calendar": "R 4 5.5 16 15 2 M 4 10 L 20 10 M 8.5 3 L 8.5 7 M 15.5 3 L 15.5 7",
    "place": "M 12 21.5 C 4 14 4 3 12 3 C 20 3 20 14 12 21.5 Z O 12 10 2.6",
    "backup": "R 4 4 16 6.5 1.5 R 4 13.5 16 6.5 1.5 M 7.5 7.3 L 8 7.3 M 7.5 16.8 L 8 16.8",
    "certificate": (
        "R 3.5 4 17 12 1.5 M 7 8 L 14 8 M 7 11.5 L 11 11.5 O 16 14 3 M 14.2 16.5 L 13.5 21.5 L 16 20 L "
        "18.5 21.5 L 17.8 16.5"
    ),
    "help": "O 12 12 9 M 9.3 9.7 C 9.3 6 14.8 6 14.8 9.5 C 14.8 11.8 12 12 12 14.2 M 12 16.9 L 12 17.1",
    "appearance": "O 12 12 8.5 M 12 3.5 L 12 20.5 M 14.5 5.5 L 14.5 18.5 M 17 7.5 L 17 16.5",
    "open": "M 10 5 L 5 5 L 5 19 L 19 19 L 19 14 M 13 5 L 19 5 L 19 11 M 19 5 L 11 13",
}
"""M move, L line, C curve, Z close, O circle (centre, radius), R rounded box (x, y, width, height, radius)."""

_COUNTS = {"M": 2, "L": 2, "C": 6, "Z": 0, "O": 3, "R": 5}


@cache
def path(name: str) -> QPainterPath:
    """The strokes of the sign ``name``; KeyError when there is none."""
    words = iter(STROKES[name].split())
    made = QPainterPath()
    for step in words:
        numbers = [float(next(words)) for _ in range(_COUNTS[step])]
        match step:
            case "M":
                made.moveTo(*numbers)
            case "L":
                made.lineTo(*numbers)
            case "C":
                made.cubicTo(*numbers)
            case "O":
                made.addEllipse(QPointF(numbers[0], numbers[1]), numbers[2], numbers[2])
            case "R":
                made.addRoundedRect(QRectF(*numbers[:4]), numbers[4], numbers[4])
            case _:
                made.closeSubpath()
    return made


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: QColor, width: float = 1.7) -> None:
    """Draw the sign ``name`` into ``box``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path(name), pen)
    painter.restore()


def pixmap(name: str, size: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """The sign as a picture of ``size`` device-independent pixels, drawn once for each look."""
    key = f"sign {name} {size} {colour.rgba()} {ratio}"
    known = QPixmap()
    if QPixmapCache.find(key, known):
        return known
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint_icon(painter, name, QRectF(0, 0, size, size), colour)
    painter.end()
    QPixmapCache.insert(key, made)
    return made


def icon(name: str, colour: QColor, disabled: QColor | None = None, size: int = 20) -> QIcon:
    """The sign as an icon for buttons, sharp on every screen of this desktop. ``disabled`` is its colour then; without
    it Qt greys the sign."""
    made = QIcon()
    ratio = QGuiApplication.instance().devicePixelRatio()  # type: ignore[union-attr]
    made.addPixmap(pixmap(name, size, colour, ratio))
    if disabled is not None:
        made.addPixmap(pixmap(name, size, disabled, ratio), QIcon.Mode.Disabled)
    return made
