"""What the chapters of one document share: its model, the writer of its paragraphs, its photos, its chapter numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reportlab.platypus import Flowable

from gmsc_desktop.documents import texts, theme
from gmsc_desktop.documents.frames import Photo, PhotoLine
from gmsc_desktop.documents.grid import Grid, Row
from gmsc_desktop.documents.model import EvidenceLine, ReportModel
from gmsc_desktop.documents.page import Page
from gmsc_desktop.documents.parts import Chapter
from gmsc_desktop.documents.photos import Photos
from gmsc_desktop.documents.text import Writer
from gmsc_desktop.domain.numbers import read_date, show_date


@dataclass(slots=True)
class Sheet:
    """What any document is made of: rows of one width, in one hand. ``contents`` collects (anchor, title, depth)."""

    writer: Writer
    page: Page
    contents: list[tuple[str, str, int]] = field(default_factory=list)
    _chapters: int = 0

    def chapter(self, title: str) -> Row:
        """The title row of the next chapter; it stays with the row that follows."""
        self._chapters += 1
        key = f"bagian-{self._chapters}"
        self.contents.append((key, f"{self._chapters}  {title}", 0))
        return Row(
            [[Chapter(key, self._chapters, title)]],
            widths=[self.page.body_width], gap=0, pad=(0, 0), rule=None, keep=True,
        )  # fmt: skip

    def full(self, cell: Sequence[Flowable], *, pad: tuple[float, float] = (0, 6), keep: bool = False) -> Row:
        """A row of one cell over the whole width, without rule or inset."""
        return Row([cell], widths=[self.page.body_width], gap=0, pad=pad, rule=None, keep=keep)

    def heading(self, text: str, style: str = "h2", *, above: float = 12.0) -> Row:
        """A heading inside a chapter; it stays with the row that follows."""
        return self.full([self.writer.one(text, style)], pad=(above, 4), keep=True)

    def columns(self, widths: Sequence[float], titles: Sequence[str]) -> Row:
        """The column titles of a table; a leading ``>`` sets one to the right."""
        cells = [
            [self.writer.one(title.removeprefix(">"), "column_right" if title.startswith(">") else "column")]
            for title in titles
        ]
        return Row(cells, widths=widths, pad=(4.5, 4.5), background=theme.TINT, rule=theme.TEAL, keep=True, head=True)

    def grid(self, rows: Sequence[Row], widths: Sequence[float], *, again: Row | None = None, above: float = 0) -> Grid:
        """``rows`` as one flowable; ``again`` is drawn at the top of every page it continues on, and ``above`` is the
        room left over it unless it begins a page."""
        return Grid(widths, rows, again=again, above=above, body=self.page.body_height)


@dataclass(slots=True, kw_only=True)
class Kit(Sheet):
    """Handed to every chapter of a document about one visit."""

    model: ReportModel
    photos: Photos
    draft: bool
    lines: Mapping[str, EvidenceLine] = field(default_factory=dict)
    qr: str | None = None

    def evidence(self, numbers: Sequence[str], room: float) -> list[Flowable]:
        """The photos of ``numbers`` as lines of frames, and one line that names the other files."""
        photos, others = [], []
        for number in numbers:
            line = self.lines[number]
            if self.photos.shows(line):
                below = tuple(self.writer.line(text) for text in (taken(line), line.place) if text)
                caption = self.writer.line(line.caption or line.name)
                photos.append(Photo(number, self.photos.get(line), caption, below))
            else:
                others.append(f"{number} {line.caption or line.name}")
        made: list[Flowable] = list(PhotoLine.lines(photos, room))
        if others:
            made.append(self.writer.mixed([(texts.FILES, "label"), ("; ".join(others), "small_muted")], "small_muted"))
        return made


def taken(line: EvidenceLine) -> str:
    """When a file says it was made, as a reader writes it: ``2 Maret 2026 09.41``."""
    if not line.taken_at:
        return ""
    day = read_date(line.taken_at[:10])
    clock = line.taken_at[11:16].replace(":", ".")
    return f"{show_date(day)} {clock}".strip() if day else line.taken_at
