"""The visible face of a signature: a small one-page PDF, drawn once and shown by the signature field."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

from gmsc_desktop.documents import fonts, theme
from gmsc_desktop.domain.numbers import show_time

STAMP_SIZE = (236.0, 84.0)
"""Width and height in points of a signature box in every document."""


def draw_stamp(  # noqa: PLR0917 — the signing side hands these over in the order they are shown
    signer_name: str,
    title: str,
    organisation: str,
    signed_at: datetime,
    purpose: str,
    content_hash: str,
    *,
    size: tuple[float, float] = STAMP_SIZE,
) -> bytes:
    """A one-page PDF of ``size`` points saying who signed, as what, when (as claimed) and which content.

    All fonts are embedded, so that showing it keeps a PDF/A what it is.
    """
    from reportlab.pdfgen.canvas import Canvas

    fonts.register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, pageCompression=1, invariant=1, initialFontName=fonts.SANS)
    width, height = size
    canvas.setFillColor(theme.TINT)
    canvas.rect(0, 0, width, height, stroke=0, fill=1)
    canvas.setFillColor(theme.DEEP)
    canvas.rect(0, 0, 3.2, height, stroke=0, fill=1)
    _seal(canvas, width - 23, height - 23, 15)
    lines = (
        (fonts.SANS_SEMIBOLD, 6.4, theme.ACCENT, "DITANDATANGANI SECARA ELEKTRONIK", 9.0),
        (fonts.SERIF_SEMIBOLD, 11.0, theme.INK, signer_name, 14.0),
        (fonts.SANS, 7.4, theme.INK, ", ".join(part for part in (title, organisation) if part), 10.5),
        (fonts.SANS, 7.4, theme.MUTED, purpose, 9.6),
        (fonts.SANS, 7.4, theme.MUTED, show_moment(signed_at), 9.6),
    )
    y = height - 5.0
    for face, points, colour, text, leading in lines:
        if not text:
            continue
        y -= leading
        canvas.setFillColor(colour)
        room = width - 16 - (38 if y > height - 40 else 0)
        shown, shrunk = shrink(fonts.fit(text), face, points, room)
        canvas.setFont(face, shrunk)
        canvas.drawString(10, y, shown)
    canvas.setFillColor(theme.MUTED)
    shown, shrunk = shrink(f"SHA-256 isi {content_hash}", fonts.SANS, 5.2, width - 16, smallest=3.0)
    canvas.setFont(fonts.SANS, shrunk)
    canvas.drawString(10, 6, shown)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def shrink(text: str, face: str, points: float, room: float, *, smallest: float = 5.0) -> tuple[str, float]:
    """``text`` and a size at which it fits ``room`` points; below ``smallest`` it is cut with an ellipsis."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    measure: Callable[[str, str, float], float] = stringWidth
    width = measure(text, face, points)
    if width <= room:
        return text, points
    scaled = points * room / width
    if scaled >= smallest:
        return text, scaled
    return clip(text, face, smallest, room), smallest


def clip(text: str, face: str, points: float, room: float) -> str:
    """``text`` cut to ``room`` points with an ellipsis, found by halving: text may be thousands of letters long."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    if stringWidth(text, face, points) <= room:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if stringWidth(text[:middle] + "…", face, points) <= room:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip() + "…"


def show_moment(moment: datetime) -> str:
    """``4 Maret 2026 16.20 WIB``; a zone that is none of Indonesia's three is shown by its offset."""
    offset = moment.strftime("%z")
    zone = {"+0700": "WIB", "+0800": "WITA", "+0900": "WIT", "+0000": "UTC"}.get(
        offset, f"UTC{offset[:3]}.{offset[3:5]}"
    )
    return f"{show_time(moment)} {zone}" if offset else show_time(moment)


def _seal(canvas: theme.Canvas, x: float, y: float, radius: float) -> None:
    canvas.saveState()
    canvas.setStrokeColor(theme.DEEP)
    canvas.setLineWidth(0.6)
    canvas.circle(x, y, radius, stroke=1, fill=0)
    canvas.circle(x, y, radius - 2.4, stroke=1, fill=0)
    canvas.setStrokeColor(theme.ACCENT)
    canvas.setLineWidth(1.8)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    path = canvas.beginPath()
    path.moveTo(x - radius * 0.42, y + radius * 0.02)
    path.lineTo(x - radius * 0.1, y - radius * 0.32)
    path.lineTo(x + radius * 0.45, y + radius * 0.36)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()
