"""Vector figures: the radar of dimensions, the bars of aspects, the badge of a level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from gmsc_desktop.documents import fonts, theme
from gmsc_desktop.documents.stamp import clip


def wrapped(text: str, face: str, size: float, room: float, most: int = 3) -> list[str]:
    """``text`` broken at spaces into at most ``most`` lines of ``room`` points; what is too long ends in …."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and stringWidth(longer, face, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [clip(line, face, size, room) for line in lines]


class Radar(Flowable):  # type: ignore[misc]
    """Values on axes from a common centre, 0 to ``maximum``; an axis without a value is drawn empty."""

    def __init__(
        self, axes: Sequence[tuple[str, Decimal | None, str]], maximum: Decimal, *, width: float, height: float
    ) -> None:
        super().__init__()
        self.axes = list(axes)
        self.maximum = float(maximum) or 1.0
        self.width, self.height = width, height

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size it was made for."""
        return self.width, self.height

    def _at(self, position: int, part: float) -> tuple[float, float]:
        angle = math.pi / 2 - 2 * math.pi * position / len(self.axes)
        radius = (min(self.width - 132, self.height - 58) / 2) * part
        return self.width / 2 + radius * math.cos(angle), self.height / 2 + radius * math.sin(angle)

    def _ring(self, parts: Sequence[float], *, fill: int, stroke: int) -> None:
        path = self.canv.beginPath()
        for position, part in enumerate(parts):
            x, y = self._at(position, part)
            if position:
                path.lineTo(x, y)
            else:
                path.moveTo(x, y)
        path.close()
        self.canv.drawPath(path, stroke=stroke, fill=fill)

    def draw(self) -> None:
        """Rings, axes, the shape, then the labels."""
        canvas = self.canv
        count = len(self.axes)
        steps = int(self.maximum) if 1 <= self.maximum <= 10 else 5
        values = [min(max(float(value or 0) / self.maximum, 0), 1) for _label, value, _shown in self.axes]
        canvas.setFillColor(theme.PALE)
        self._ring(values, fill=1, stroke=0)
        canvas.setStrokeColor(theme.RULE)
        canvas.setLineWidth(0.5)
        for step in range(1, steps + 1):
            self._ring([step / steps] * count, fill=0, stroke=1)
        for position in range(count):
            canvas.line(self.width / 2, self.height / 2, *self._at(position, 1))
        canvas.setStrokeColor(theme.DEEP)
        canvas.setLineWidth(1.4)
        canvas.setLineJoin(1)
        self._ring(values, fill=0, stroke=1)
        canvas.setFillColor(theme.ACCENT)
        for position, part in enumerate(values):
            if self.axes[position][1] is not None:
                canvas.circle(*self._at(position, part), 2.2, stroke=0, fill=1)
        for position, (label, _value, shown) in enumerate(self.axes):
            self._label(position, label, shown)

    def _label(self, position: int, label: str, shown: str) -> None:
        canvas = self.canv
        x, y = self._at(position, 1)
        dx, dy = x - self.width / 2, y - self.height / 2
        radius = math.hypot(dx, dy) or 1
        x, y = x + 9 * dx / radius, y + 9 * dy / radius
        lines = wrapped(label, fonts.SANS, 8, 110 if abs(dx) < radius * 0.2 else 62, 3)
        if abs(dx) < radius * 0.2:
            draw = canvas.drawCentredString
        else:
            draw = canvas.drawString if dx > 0 else canvas.drawRightString
        if abs(dx) < radius * 0.2:
            y = y + 10 * (len(lines)) - 2 if dy > 0 else y - 8
        else:
            y += 5 * len(lines) - 4
        canvas.setFont(fonts.SANS, 8)
        canvas.setFillColor(theme.INK)
        for line in lines:
            draw(x, y, line)
            y -= 9.4
        canvas.setFont(fonts.SANS_SEMIBOLD, 8)
        canvas.setFillColor(theme.DEEP)
        draw(x, y, shown)


class Bars(Flowable):  # type: ignore[misc]
    """One horizontal bar a row: label and weight at the left, value at the right."""

    ROW = 31.0

    def __init__(self, rows: Sequence[tuple[str, str, Decimal | None, str]], maximum: Decimal, *, width: float) -> None:
        super().__init__()
        self.rows = list(rows)
        self.maximum = float(maximum) or 1.0
        self.width = width
        self.height = self.ROW * len(self.rows)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size its rows need."""
        return self.width, self.height

    def draw(self) -> None:
        """Every bar on a pale track with a tick at each whole level."""
        canvas = self.canv
        top = self.height
        for label, beside, value, shown in self.rows:
            canvas.setFont(fonts.SANS_SEMIBOLD, 8.4)
            canvas.setFillColor(theme.INK)
            room = self.width - 100
            text = clip(label, fonts.SANS_SEMIBOLD, 8.4, room)
            canvas.drawString(0, top - 10, text)
            canvas.setFont(fonts.SANS, 7.6)
            canvas.setFillColor(theme.MUTED)
            canvas.drawString(stringWidth(text, fonts.SANS_SEMIBOLD, 8.4) + 6, top - 10, beside)
            canvas.setFont(fonts.SANS_SEMIBOLD, 9.4)
            canvas.setFillColor(theme.DEEP)
            canvas.drawRightString(self.width, top - 10, shown)
            canvas.setFillColor(theme.PALE)
            canvas.rect(0, top - 22, self.width, 7, stroke=0, fill=1)
            part = min(max(float(value or 0) / self.maximum, 0), 1)
            if part:
                canvas.setFillColor(theme.TEAL)
                canvas.rect(0, top - 22, self.width * part, 7, stroke=0, fill=1)
            canvas.setStrokeColor(theme.WHITE)
            canvas.setLineWidth(0.7)
            if self.maximum <= 10:
                for step in range(1, math.ceil(self.maximum)):
                    x = self.width * step / self.maximum
                    canvas.line(x, top - 22, x, top - 15)
            top -= self.ROW


class Badge(Flowable):  # type: ignore[misc]
    """The level reached as a large figure over a scale of small blocks, filled up to it."""

    def __init__(self, shown: str, level: Decimal | None, highest: Decimal) -> None:
        super().__init__()
        self.shown, self.level, self.highest = shown, level, highest

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As wide as its column."""
        self.width, self.height = width, 26.0
        return self.width, self.height

    def draw(self) -> None:
        """The figure, then the blocks; no level is a dash and empty blocks."""
        canvas = self.canv
        canvas.setFont(fonts.SERIF_SEMIBOLD, 17 if len(self.shown) < 3 else 12)
        canvas.setFillColor(theme.DEEP if self.level is not None else theme.MUTED)
        canvas.drawString(0, 11, self.shown)
        blocks = int(self.highest) if 1 <= self.highest <= 8 else 0
        for block in range(blocks):
            filled = self.level is not None and block < self.level
            canvas.setFillColor(theme.TEAL if filled else theme.PALE)
            canvas.rect(block * 6.2, 1, 5, 3.4, stroke=0, fill=1)
