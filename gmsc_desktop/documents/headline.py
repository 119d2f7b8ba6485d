"""The result at a glance: index, predicate and improvement side by side, and the index on the scale of predicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from gmsc_desktop.documents import fonts, theme
from gmsc_desktop.documents.charts import wrapped
from gmsc_desktop.documents.stamp import shrink


@dataclass(frozen=True, slots=True)
class Card:
    """One block: a small label, a large figure or word, a line under it."""

    label: str
    figure: str
    below: str


class Headline(Flowable):  # type: ignore[misc]
    """Three blocks of equal height; the first is the index and stands on the dark ground."""

    TALL, GAP = 84.0, 9.0

    def __init__(self, cards: Sequence[Card], width: float) -> None:
        super().__init__()
        self.cards = list(cards)
        self.width, self.height = width, self.TALL

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size it was made for."""
        return self.width, self.height

    def draw(self) -> None:
        """The blocks from left to right."""
        wide = (self.width - self.GAP * (len(self.cards) - 1)) / len(self.cards)
        for position, card in enumerate(self.cards):
            self._card(card, position * (wide + self.GAP), wide, dark=position == 0)

    def _card(self, card: Card, x: float, wide: float, *, dark: bool) -> None:
        canvas = self.canv
        canvas.setFillColor(theme.DEEP if dark else theme.TINT)
        canvas.rect(x, 0, wide, self.TALL, stroke=0, fill=1)
        canvas.setFillColor(theme.ACCENT)
        canvas.rect(x, self.TALL - 2.4, wide, 2.4, stroke=0, fill=1)
        room = wide - 28
        canvas.setFillColor(theme.PALE if dark else theme.MUTED)
        canvas.setFont(fonts.SANS_SEMIBOLD, 7.4)
        canvas.drawString(x + 14, self.TALL - 20, card.label.upper(), charSpace=0.6)
        canvas.setFillColor(theme.WHITE if dark else theme.DEEP)
        shown, size = shrink(card.figure, fonts.SERIF_SEMIBOLD, 30, room, smallest=15)
        lines = [shown] if "…" not in shown else wrapped(card.figure, fonts.SERIF_SEMIBOLD, 15, room, 2)
        y = 32.0 if len(lines) == 1 else 42.0
        canvas.setFont(fonts.SERIF_SEMIBOLD, size)
        for line in lines:
            canvas.drawString(x + 14, y, line)
            y -= 16
        canvas.setFillColor(theme.PALE if dark else theme.MUTED)
        shown, size = shrink(card.below, fonts.SANS, 8.2, room, smallest=6.4)
        canvas.setFont(fonts.SANS, size)
        canvas.drawString(x + 14, 13, shown)


class Scale(Flowable):  # type: ignore[misc]
    """The predicates as stretches of one line from 0 to ``maximum``, with a mark where the index lies."""

    TALL = 36.0

    def __init__(
        self, stretches: Sequence[tuple[str, Decimal, str]], index: Decimal | None, maximum: Decimal, width: float
    ) -> None:
        super().__init__()
        self.stretches = list(stretches)
        self.index = index
        self.maximum = float(maximum) or 1.0
        self.width, self.height = width, self.TALL

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size it was made for."""
        return self.width, self.height

    def _x(self, value: Decimal) -> float:
        return self.width * min(max(float(value) / self.maximum, 0.0), 1.0)

    def draw(self) -> None:
        """The stretches with their names and where each begins, then the mark."""
        canvas = self.canv
        starts = [self._x(low) for _name, low, _shown in self.stretches]
        reached = max(
            (n for n, (_l, low, _s) in enumerate(self.stretches) if self.index and low <= self.index), default=-1
        )
        for position, (name, _low, shown) in enumerate(self.stretches):
            left = starts[position] if position else 0.0
            right = starts[position + 1] if position + 1 < len(starts) else self.width
            here = position == reached
            colour: Color = theme.TEAL if here else theme.PALE
            canvas.setFillColor(colour)
            canvas.rect(left, 20, max(right - left - 1.2, 0.4), 5, stroke=0, fill=1)
            face = fonts.SANS_SEMIBOLD if here else fonts.SANS
            canvas.setFillColor(theme.DEEP if here else theme.MUTED)
            text, size = shrink(name, face, 7.4, right - left - 4, smallest=5.6)
            canvas.setFont(face, size)
            canvas.drawString(left, 10, text)
            canvas.setFillColor(theme.MUTED)
            canvas.setFont(fonts.SANS, 6.4)
            canvas.drawString(left, 2, shown)
        if self.index is not None:
            x = self._x(self.index)
            mark = canvas.beginPath()
            mark.moveTo(x, 26.5)
            mark.lineTo(x - 4, 33)
            mark.lineTo(x + 4, 33)
            mark.close()
            canvas.setFillColor(theme.ACCENT)
            canvas.drawPath(mark, stroke=0, fill=1)
