"""The face of a signature drawn on the screen: the strokes, who drew them, and whose key sealed them."""

from __future__ import annotations

import io
from datetime import datetime

from gmsc_desktop.documents import fonts, theme
from gmsc_desktop.documents.stamp import STAMP_SIZE, Said, put_digest, put_lines, show_moment
from gmsc_desktop.domain.drawing import DrawnMark

DRAWN_ON_SCREEN = "Dibubuhkan di layar, disegel oleh asesor"
_LEFT, _FOOT, _TALL = 10.0, 18.0, 52.0
_WIDE, _NARROW = 96.0, 62.0
"""The width of the drawing: less of it where there is much to say of who drew it."""
_MUCH = 130


def draw_mark(
    mark: DrawnMark, sealed_by: str, at: datetime, content_hash: str, *, size: tuple[float, float] = STAMP_SIZE
) -> bytes:
    """A one-page PDF of ``size`` points for ``mark``, which must be ``checked``; all fonts embedded."""
    from reportlab.pdfgen.canvas import Canvas

    fonts.register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, pageCompression=1, invariant=1, initialFontName=fonts.SANS)
    width, height = size
    canvas.setFillColor(theme.TINT)
    canvas.rect(0, 0, width, height, stroke=0, fill=1)
    canvas.setFillColor(theme.ACCENT)
    canvas.rect(0, 0, 3.2, height, stroke=0, fill=1)
    wide = _NARROW if len(mark.name) + len(mark.title) + len(mark.organisation) > _MUCH else _WIDE
    _strokes(canvas, mark, wide)
    left = _LEFT + wide + 10
    lines = (
        Said(fonts.SANS_SEMIBOLD, 5.8, theme.ACCENT, "TANDA TANGAN DI LAYAR", 11.0),
        Said(fonts.SERIF_SEMIBOLD, 9.4, theme.INK, mark.name, 12.0),
        *(Said(fonts.SANS, 6.8, theme.INK, part, 8.8) for part in (mark.title, mark.organisation) if part),
        Said(fonts.SANS, 6.4, theme.INK, DRAWN_ON_SCREEN, 10.4),
        Said(fonts.SANS, 6.4, theme.INK, sealed_by, 8.2),
        Said(fonts.SANS, 6.4, theme.MUTED, show_moment(at), 8.6),
    )
    put_lines(canvas, lines, (left, height - 2.0), lambda _y: width - left - 6)
    put_digest(canvas, content_hash, width)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _strokes(canvas: theme.Canvas, mark: DrawnMark, wide: float) -> None:
    """The drawing, as large as a place of this width allows, its proportions kept."""
    points = [point for stroke in mark.strokes for point in stroke]
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    top, bottom = min(y for _x, y in points), max(y for _x, y in points)
    scale = min(wide / max(right - left, 1e-6), _TALL / max(bottom - top, 1e-6))
    x0 = _LEFT + (wide - (right - left) * scale) / 2
    y0 = _FOOT + (_TALL - (bottom - top) * scale) / 2
    canvas.saveState()
    canvas.setStrokeColor(theme.INK)
    canvas.setLineWidth(1.1)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    path = canvas.beginPath()
    for stroke in mark.strokes:
        for number, (x, y) in enumerate(stroke):
            place = (x0 + (x - left) * scale, y0 + (bottom - y) * scale)
            if number == 0:
                path.moveTo(*place)
            if number or len(stroke) == 1:
                path.lineTo(*place)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()
