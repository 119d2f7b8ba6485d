"""Rows and columns that break over pages: headings repeat, a row longer than a page is continued, nothing is clipped.

ReportLab's own tables cost several times as much on long reports and stop with an error at a cell higher than a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable, PageBreak, Spacer

from gmsc_desktop.documents import theme

_UNBOUNDED = 1e6
_LEAST = 30.0
"""A part of a row shorter than this is not worth leaving behind at the foot of a page."""
_SHORT = 0.15
"""Of the text on a page: a row lower than this is lost where it stands alone."""


class Row:
    """Cells side by side, each a list of flowables. ``keep`` holds the row on the page of the one that follows;
    ``head`` says that it names the columns itself, ``whole`` that it is never cut. ``gap`` is the room between cells,
    ``inset`` that before the first (half of it unless told). ``resumed`` makes what stands over each cell where a cut
    row goes on: what it is about would be a page away."""

    def __init__(
        self,
        cells: Sequence[Sequence[Flowable]],
        *,
        widths: Sequence[float] | None = None,
        pad: tuple[float, float] = (5.0, 5.0),
        gap: float = 10.0,
        inset: float | None = None,
        background: Color | None = None,
        rule: Color | None = theme.RULE,
        keep: bool = False,
        head: bool = False,
        whole: bool = False,
        resumed: Callable[[], Sequence[Sequence[Flowable]]] | None = None,
        led: Sequence[int] = (),
    ) -> None:
        self.cells = [list(cell) for cell in cells]
        self.widths = widths
        self.pad = pad
        self.gap = gap
        self.inset = gap / 2 if inset is None else inset
        self.background = background
        self.rule = rule
        self.keep = keep
        self.head = head
        self.whole = whole
        self.resumed = resumed
        self._led = list(led) or [0] * len(self.cells)
        self._height: float | None = None
        self._laid: list[list[tuple[Flowable, float]]] = []

    def columns(self, grid: Sequence[float]) -> Sequence[float]:
        """The width of every cell."""
        return self.widths if self.widths is not None else grid

    def measure(self, grid: Sequence[float]) -> float:
        """The height of the row, its padding in it."""
        if self._height is None:
            self._laid = [
                [(each, each.wrap(width - self.gap, _UNBOUNDED)[1]) for each in cell]
                for cell, width in zip(self.cells, self.columns(grid), strict=True)
            ]
            self._height = max((sum(h for _each, h in cell) for cell in self._laid), default=0.0) + sum(self.pad)
        return self._height

    def draw(self, canvas: theme.Canvas, grid: Sequence[float], top: float) -> None:
        """Draw with the upper edge at ``top``."""
        height = self.measure(grid)
        columns = self.columns(grid)
        if self.background is not None:
            canvas.setFillColor(self.background)
            canvas.rect(0, top - height, sum(columns), height, stroke=0, fill=1)
        if self.rule is not None:
            canvas.setStrokeColor(self.rule)
            canvas.setLineWidth(0.5)
            canvas.line(0, top - height, sum(columns), top - height)
        x = self.inset
        for cell, width in zip(self._laid, columns, strict=True):
            y = top - self.pad[0]
            for each, tall in cell:
                y -= tall
                each.drawOn(canvas, x, y)
            x += width

    def split(self, grid: Sequence[float], room: float) -> tuple[Row, Row] | None:
        """The part that fits ``room`` and the rest, or None when no part does."""
        room -= sum(self.pad)
        if room < _LEAST or self.whole:
            return None
        heads, tails = [], []
        for cell, width in zip(self.cells, self.columns(grid), strict=True):
            head, tail = _cut(cell, width - self.gap, room)
            heads.append(head)
            tails.append(tail)
        further = any(len(head) > led for head, led in zip(heads, self._led, strict=True))
        if not further or not any(tails):
            return None
        more: dict[str, Any] = {
            "widths": self.widths,
            "pad": self.pad,
            "gap": self.gap,
            "inset": self.inset,
            "background": self.background,
        }
        first = Row(heads, rule=None, **more)
        if self.resumed is None:
            return first, Row(tails, rule=self.rule, keep=self.keep, **more)
        again = self.resumed()
        joined = [[*lead, *tail] for lead, tail in zip(again, tails, strict=True)]
        more["resumed"] = self.resumed
        return first, Row(joined, rule=self.rule, keep=self.keep, led=[len(lead) for lead in again], **more)


def _cut(cell: list[Flowable], width: float, room: float) -> tuple[list[Flowable], list[Flowable]]:
    head: list[Flowable] = []
    for position, each in enumerate(cell):
        height = each.wrap(width, _UNBOUNDED)[1]
        if height <= room:
            head.append(each)
            room -= height
            continue
        parts = each.split(width, room)
        if len(parts) > 1:
            return [*head, parts[0]], [*parts[1:], *cell[position + 1 :]]
        while head and isinstance(head[-1], Spacer):
            head.pop()
        return head, cell[position:]
    return head, []


class Grid(Flowable):  # type: ignore[misc]
    """Rows under a header that is drawn again on every page; ``again`` replaces the header there when given.

    ``above`` is the room left over the grid unless it begins a page; ``body`` is the height of the text on a page.
    """

    def __init__(
        self,
        widths: Sequence[float],
        rows: Sequence[Row],
        *,
        header: Row | None = None,
        again: Row | None = None,
        above: float = 0.0,
        body: float = theme.PAGE_HEIGHT - theme.MARGIN_TOP - theme.MARGIN_BOTTOM,
    ) -> None:
        super().__init__()
        self.spaceBefore = above
        self.columns = widths
        self.rows = list(rows)
        self.header = header
        self.again = again
        self.body = body

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The full size, however little room there is."""
        head = self.header.measure(self.columns) if self.header else 0.0
        self.width = sum(self.columns)
        self.height = head + sum(row.measure(self.columns) for row in self.rows)
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """The rows that fit and the rest; nothing when a fresh page would hold more together."""
        head = self.header.measure(self.columns) if self.header else 0.0
        room = height - head
        count, used = 0, 0.0
        for row in self.rows:
            tall = row.measure(self.columns)
            if used + tall > room:
                break
            used += tall
            count += 1
        rows, rest = self.rows[:count], self.rows[count:]
        parts = rest[0].split(self.columns, room - used) if rest and self._worth_cutting(rest[0], room - used) else None
        if parts is not None:
            return self._parted([*rows, parts[0]], [parts[1], *rest[1:]])
        kept = count
        while rest and kept and self.rows[kept - 1].keep:
            kept -= 1
        if not kept and self._alone(room):
            # Nothing would be gained on another page: break the promise of keeping rather than never end.
            kept = max(count, 1)
        if not kept:
            return []
        together = self._with_company(kept)
        first = self._parted(self.rows[:together], self.rows[together:])
        # What was taken along would fit here once more, under headings of its own: it begins the next page.
        return first if together == kept else [first[0], PageBreak(), *first[1:]]

    def _with_company(self, kept: int) -> int:
        """``kept``, or fewer: under headings that are named again no short last row stands alone on the next page."""
        rows = self.rows
        named = self.header or self.again
        if named is None or len(rows) - kept != 1 or rows[-1].measure(self.columns) > self.body * _SHORT:
            return kept
        fewer = kept - 1
        while fewer > 0 and rows[fewer - 1].keep:
            fewer -= 1
        return fewer if fewer > 0 else kept

    def _parted(self, rows: Sequence[Row], rest: Sequence[Row]) -> list[Flowable]:
        first: list[Flowable] = [self._part(rows, self.header, self.spaceBefore)]
        if not rest:
            return first
        # Where the columns are still to be named, naming them again above would be once too often.
        named = not any(row.head for row in rest)
        return [*first, self._part(rest, self.again or self.header if named else None)]

    def _part(self, rows: Sequence[Row], header: Row | None, above: float = 0.0) -> Grid:
        return Grid(self.columns, rows, header=header, again=self.again, above=above, body=self.body)

    def _worth_cutting(self, row: Row, room: float) -> bool:
        """Only a row that leaves much of the page empty is cut, and only where more than a line or two fits."""
        return row.measure(self.columns) > self.body * 0.4 and room > 80.0

    def _alone(self, room: float) -> bool:
        """Whether this is already a fresh page, so that waiting for the next would never end."""
        head = self.header.measure(self.columns) if self.header else 0.0
        return bool(room + head > self.body - 20)

    def draw(self) -> None:
        """Draw header and rows from the top down."""
        top = self.height
        for row in [self.header, *self.rows] if self.header else self.rows:
            row.draw(self.canv, self.columns, top)
            top -= row.measure(self.columns)
