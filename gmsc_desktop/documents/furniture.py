"""What stands on every page besides its content: running title, footer with page x of y, watermark, bookmarks.

The number of pages is known only at the end, so finished pages are kept and furnished when the document is saved.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageTemplate
from reportlab.platypus.doctemplate import LayoutError, PageBreak

from gmsc_desktop.documents import fonts, texts, theme
from gmsc_desktop.documents.page import Page
from gmsc_desktop.documents.stamp import shrink
from gmsc_desktop.domain.errors import N_, DocumentError


@dataclass(frozen=True, slots=True)
class Furniture:
    """The running texts of a document, already fit to be drawn, and its sheet. ``title`` is the file's own; a
    ``letterhead`` stands where the running title of the first page would."""

    title: str
    left: str
    right: str
    footer: str
    digest: str
    draft: bool
    page: Page
    letterhead: bool = False


class PagedCanvas(Canvas):  # type: ignore[misc]  # ReportLab carries no types
    """A canvas that furnishes its pages once their number is known.

    ReportLab counts a page only when it is written, so what points at a page (bookmarks) waits in ``later`` until then.
    ``places`` tells on which page each anchor landed; ``awaited`` holds the numbers a table of contents still lacks
    as (page, right edge, baseline, anchor).
    """

    furniture: Furniture

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.places: dict[str, int] = {}
        self.awaited: list[tuple[int, float, float, str]] = []
        self.later: dict[int, list[Callable[[], None]]] = {}
        self.finished: list[dict[str, Any]] = []

    def showPage(self) -> None:
        """Keep the page instead of writing it."""
        self.finished.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Furnish and write every page, then the file."""
        finished = self.finished
        for number, state in enumerate(finished, 1):
            self.__dict__.update(state)
            for point in self.later.get(number, ()):
                point()
            for page, x, y, anchor in self.awaited:
                if page == number:
                    self.setFont(fonts.SANS_SEMIBOLD, 9.2)
                    self.setFillColor(theme.DEEP)
                    self.drawRightString(x, y, str(self.places.get(anchor, 0)))
            if number > 1 or self.furniture.letterhead:
                _foot(self, self.furniture, number, len(finished))
            if number > 1:
                _head(self, self.furniture)
            super().showPage()
        super().save()


def _head(canvas: theme.Canvas, furniture: Furniture) -> None:
    page = furniture.page
    left, right = page.margin_x, page.width - page.margin_x
    top = page.height - page.margin_top + 30
    canvas.setStrokeColor(theme.RULE)
    canvas.setLineWidth(0.5)
    canvas.line(left, top - 7, right, top - 7)
    canvas.setFont(fonts.SANS, 7.6)
    canvas.setFillColor(theme.MUTED)
    canvas.drawRightString(right, top, furniture.right)
    room = right - left - stringWidth(furniture.right, fonts.SANS, 7.6) - 14
    shown, size = shrink(furniture.left, fonts.SANS_SEMIBOLD, 7.6, room, smallest=6.6)
    canvas.setFont(fonts.SANS_SEMIBOLD, size)
    canvas.setFillColor(theme.DEEP)
    canvas.drawString(left, top, shown)


def _foot(canvas: theme.Canvas, furniture: Furniture, number: int, pages: int) -> None:
    left, right = furniture.page.margin_x, furniture.page.width - furniture.page.margin_x
    canvas.setStrokeColor(theme.RULE)
    canvas.setLineWidth(0.5)
    canvas.line(left, 46, right, 46)
    canvas.setFont(fonts.SANS, 6.8)
    canvas.setFillColor(theme.MUTED)
    canvas.drawString(left, 35.5, furniture.footer)
    canvas.drawString(left, 26, furniture.digest)
    canvas.setFont(fonts.SANS_SEMIBOLD, 7.6)
    canvas.setFillColor(theme.DEEP)
    canvas.drawRightString(right, 30.5, texts.PAGE.format(page=number, pages=pages))


def draw_watermark(canvas: theme.Canvas, page: Page) -> None:
    """A large pale DRAF across the page, under everything else."""
    canvas.saveState()
    canvas.translate(page.width / 2, page.height / 2)
    canvas.rotate(52 if page.height > page.width else 30)
    canvas.setFillColor(theme.DRAFT)
    canvas.setFont(fonts.SANS_BOLD, 190)
    canvas.drawCentredString(0, -66, texts.DRAFT)
    canvas.restoreState()


def build(
    story: Sequence[Flowable],
    furniture: Furniture,
    draw_cover: Callable[[theme.Canvas], None] | None = None,
    after_page: Callable[[], None] = lambda: None,
) -> bytes:
    """The finished PDF: a cover if any, then ``story``. ``after_page`` is called for every page laid out. Raises
    ``DocumentError`` when something fits no page."""
    out = io.BytesIO()
    page = furniture.page
    maker = type("ReportCanvas", (PagedCanvas,), {"furniture": furniture})

    def begin(canvas: theme.Canvas, _document: Any) -> None:
        if furniture.draft:
            draw_watermark(canvas, page)

    def cover(canvas: theme.Canvas, _document: Any) -> None:
        if draw_cover is not None:
            draw_cover(canvas)

    def end(_canvas: theme.Canvas, _document: Any) -> None:
        after_page()

    frame = Frame(
        page.margin_x, page.margin_bottom, page.body_width, page.body_height,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    document = BaseDocTemplate(
        out, pagesize=(page.width, page.height), pageCompression=1, invariant=1,
        title=furniture.title, lang="id-ID", initialFontName=fonts.SANS,
        allowSplitting=1, _pageBreakQuick=1,
    )  # fmt: skip
    first = [PageTemplate("cover", [frame], onPage=cover, onPageEnd=end)] if draw_cover else []
    document.addPageTemplates([*first, PageTemplate("body", [frame], onPage=begin, onPageEnd=end)])
    after_cover = [NextPageTemplate("body"), PageBreak()] if draw_cover else []
    try:
        document.build([*after_cover, *story], canvasmaker=maker)
    except LayoutError as error:
        raise DocumentError(
            N_("Something in it is too large to be laid out on a page: {detail}."),
            kept=N_("Nothing was changed."),
            detail=str(error)[:200],
        ) from error
    return out.getvalue()
