"""Small flowables that several chapters share: chapter titles with their bookmark, contents."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from gmsc_desktop.documents import fonts, texts, theme
from gmsc_desktop.documents.stamp import shrink


class Anchor(Flowable):  # type: ignore[misc]
    """Takes no room; where it lands, a bookmark and an entry of the outline point."""

    def __init__(self, key: str, title: str, level: int) -> None:
        super().__init__()
        self.key, self.title, self.level = key, title, level

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """No room at all."""
        return width, 0.0

    def draw(self) -> None:
        """Bookmark the place and remember its page for the contents."""
        canvas = self.canv
        page = canvas.getPageNumber()
        _x, y = canvas.absolutePosition(0, 0)
        top = min(y + 26, canvas._pagesize[1])
        canvas.places[self.key] = page

        def point() -> None:
            canvas.bookmarkPage(self.key, fit="XYZ", left=0, top=top)

        canvas.later.setdefault(page, []).append(point)
        canvas.addOutlineEntry(self.title, self.key, self.level, closed=self.level > 0)


class Chapter(Flowable):  # type: ignore[misc]
    """The title of a chapter: its number small above, the title large, a short rule under it."""

    HEIGHT = 54.0

    def __init__(self, key: str, number: int, title: str) -> None:
        super().__init__()
        self.key, self.number, self.title = key, number, title

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """A fixed height."""
        self.width = width
        return width, self.HEIGHT

    def draw(self) -> None:
        """Number, title, rule, and the bookmark."""
        canvas = self.canv
        anchor = Anchor(self.key, f"{self.number}. {self.title}", 0)
        anchor.drawOn(canvas, 0, self.HEIGHT)
        canvas.setFillColor(theme.ACCENT)
        canvas.setFont(fonts.SANS_SEMIBOLD, 7.4)
        canvas.drawString(0, 44, texts.CHAPTER.format(number=self.number), charSpace=1.1)
        canvas.setFillColor(theme.DEEP)
        canvas.setFont(fonts.SERIF_SEMIBOLD, 20)
        canvas.drawString(0, 22, self.title)
        canvas.setFillColor(theme.ACCENT)
        canvas.rect(0, 12, 30, 1.6, stroke=0, fill=1)


class Contents(Flowable):  # type: ignore[misc]
    """The table of contents in two columns; its page numbers are filled in when the document is saved."""

    ROW, GUTTER = 15.5, 30.0

    def __init__(self, entries: Sequence[tuple[str, str, int]], width: float) -> None:
        super().__init__()
        self.entries = list(entries)
        self.width = width

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As high as its longer column."""
        self.height = self.ROW * self._rows()
        return self.width, self.height

    def _rows(self) -> int:
        """Half of the entries, moved on or back a little so that the second column begins with a chapter."""
        half = -(-len(self.entries) // 2)
        for rows in (half, half + 1, half - 1, half + 2):
            if len(self.entries) <= 2 * rows and self.entries[rows : rows + 1] and not self.entries[rows][2]:
                return rows
        return half

    def split(self, width: float, height: float) -> list[Flowable]:
        """As many entries as fit both columns, then the others."""
        fitting = 2 * int(height / self.ROW)
        if fitting < 4 or fitting >= len(self.entries):
            return []
        return [Contents(self.entries[:fitting], self.width), Contents(self.entries[fitting:], self.width)]

    def draw(self) -> None:
        """Down the left column, then down the right."""
        wide = (self.width - self.GUTTER) / 2
        rows = self._rows()
        for position, entry in enumerate(self.entries):
            column, row = divmod(position, rows)
            self._entry(entry, column * (wide + self.GUTTER), self.height - (row + 1) * self.ROW, wide)

    def _entry(self, entry: tuple[str, str, int], x: float, y: float, wide: float) -> None:
        """The title with a dotted line to its number, the row being a link."""
        canvas = self.canv
        key, title, level = entry
        face, size, indent = (fonts.SANS, 8.6, 14.0) if level else (fonts.SANS_SEMIBOLD, 9.2, 0.0)
        shown, size = shrink(title, face, size, wide - indent - 40, smallest=size - 1)
        canvas.setFillColor(theme.INK)
        canvas.setFont(face, size)
        canvas.drawString(x + indent, y + 4, shown)
        start = x + indent + stringWidth(shown, face, size) + 6
        canvas.saveState()
        canvas.setStrokeColor(theme.MUTED)
        canvas.setLineWidth(0.6)
        canvas.setLineCap(1)
        canvas.setDash(0, 4)
        canvas.line(start, y + 5, x + wide - 20, y + 5)
        canvas.restoreState()
        right, base = canvas.absolutePosition(x + wide, y + 4)
        canvas.awaited.append((canvas.getPageNumber(), right, base, key))
        canvas.linkRect("", key, (x, y, x + wide, y + self.ROW), relative=1, thickness=0)
