"""The sheet a document is laid out on, in points. Upright sheets share one width of text, whatever their size."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from gmsc_desktop.documents import theme
from gmsc_desktop.domain.papers import PaperSize

_POINTS = 72 / 25.4
_LANDSCAPE_MARGIN = 44.0


@dataclass(frozen=True, slots=True)
class Page:
    """Width, height and margins; what is left is the body."""

    width: float
    height: float
    margin_x: float
    margin_top: float = theme.MARGIN_TOP
    margin_bottom: float = theme.MARGIN_BOTTOM

    @property
    def body_width(self) -> float:
        """The width of the text."""
        return self.width - 2 * self.margin_x

    @property
    def body_height(self) -> float:
        """The height of the text."""
        return self.height - self.margin_top - self.margin_bottom


@functools.cache
def page_for(size: PaperSize, *, landscape: bool = False) -> Page:
    """The page of ``size``, upright or landscape."""
    if size is PaperSize.A4:
        width, height = theme.PAGE_WIDTH, theme.PAGE_HEIGHT
    else:
        width, height = (round(side * _POINTS, 4) for side in size.millimetres)
    if landscape:
        return Page(height, width, _LANDSCAPE_MARGIN, 62.0, 58.0)
    return Page(width, height, (width - theme.BODY_WIDTH) / 2)
