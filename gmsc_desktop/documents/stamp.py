"""The visible face of a signature: a small one-page PDF, drawn once and shown by the signature field."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from gmsc_desktop.documents import fonts, theme
from gmsc_desktop.domain.numbers import show_time

if TYPE_CHECKING:
    from reportlab.lib.colors import Color

STAMP_SIZE = (236.0, 84.0)
"""Width and height in points of a signature box in every document."""
_SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58)
_FOOT = 13.6
"""The lowest a line may stand over the content hash."""
_LONGEST = 400


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
        Said(fonts.SANS_SEMIBOLD, 6.4, theme.ACCENT, "DITANDATANGANI SECARA ELEKTRONIK", 9.0),
        Said(fonts.SERIF_SEMIBOLD, 11.0, theme.INK, signer_name, 14.0),
        Said(fonts.SANS, 7.4, theme.INK, ", ".join(part for part in (title, organisation) if part), 10.5),
        Said(fonts.SANS, 7.4, theme.MUTED, purpose, 9.6),
        Said(fonts.SANS, 7.4, theme.MUTED, show_moment(signed_at), 9.6),
    )
    beside_seal = height - 46
    put_lines(canvas, lines, (10.0, height - 5.0), lambda y: width - 16 - (38 if y > beside_seal else 0))
    put_digest(canvas, content_hash, width)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a stamp; ``leading`` is the step down to its first line."""

    face: str
    points: float
    colour: Color
    text: str
    leading: float


def put_lines(
    canvas: theme.Canvas, said: Sequence[Said], corner: tuple[float, float], room: Callable[[float], float]
) -> None:
    """Draw texts below each other from ``corner`` (left, top) down to the content hash; ``room`` is the width at a
    height. Texts too long for a line run on below, and all are made smaller until they fit: whoever signs is named in
    full. Only what would then be too small to be read ends in an ellipsis."""
    said = [replace(each, text=_at_most(fonts.fit(each.text), _LONGEST)) for each in said]
    said = [each for each in said if each.text]
    x, top = corner
    for scale in _SCALES:
        laid = _laid(said, scale, top, room)
        if laid[-1][1] >= _FOOT:
            break
    while laid[-1][1] < _FOOT and len(longest := max((each.text for each in said), key=len)) > 1:
        shorter = _at_most(longest, len(longest) * 9 // 10)
        said = [replace(each, text=shorter) if each.text == longest else each for each in said]
        laid = _laid(said, _SCALES[-1], top, room)
    for each, y, text in laid:
        canvas.setFillColor(each.colour)
        canvas.setFont(each.face, each.points)
        canvas.drawString(x, y, text)


def _laid(
    said: Sequence[Said], scale: float, top: float, room: Callable[[float], float]
) -> list[tuple[Said, float, str]]:
    """Each line with what it is of, at its size, and where it stands."""
    made: list[tuple[Said, float, str]] = []
    y = top
    for each in said:
        sized = replace(each, points=each.points * scale)
        step, rest = each.leading * scale, each.text
        while rest:
            y -= step
            line, rest = _line(rest, sized, room(y))
            made.append((sized, y, line))
            step = sized.points * 1.16
    return made


def _line(text: str, said: Said, room: float) -> tuple[str, str]:
    """As many words of ``text`` as fit, at least a letter, and what is left."""
    fits, too_long = 0, len(text) + 1
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if _wide(text[:middle], said.face, said.points) <= room:
            fits = middle
        else:
            too_long = middle
    if fits == len(text):
        return text, ""
    space = text.rfind(" ", 0, fits + 1)
    cut = space if space > 0 else max(fits, 1)
    return text[:cut].rstrip(), text[cut:].lstrip()


def _at_most(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: max(letters - 1, 0)].rstrip() + "…"


def put_digest(canvas: theme.Canvas, content_hash: str, width: float) -> None:
    """The hash of the content at the foot of a stamp, where there is one."""
    if not content_hash:
        return
    canvas.setFillColor(theme.MUTED)
    shown, shrunk = shrink(f"SHA-256 isi {content_hash}", fonts.SANS, 5.2, width - 16, smallest=3.0)
    canvas.setFont(fonts.SANS, shrunk)
    canvas.drawString(10, 6, shown)


def _wide(text: str, face: str, points: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    width: float = stringWidth(text, face, points)
    return width


def shrink(text: str, face: str, points: float, room: float, *, smallest: float = 5.0) -> tuple[str, float]:
    """``text`` and a size at which it fits ``room`` points; below ``smallest`` it is cut with an ellipsis."""
    width = _wide(text, face, points)
    if width <= room:
        return text, points
    scaled = points * room / width
    if scaled >= smallest:
        return text, scaled
    return clip(text, face, smallest, room), smallest


def clip(text: str, face: str, points: float, room: float) -> str:
    """``text`` cut to ``room`` points with an ellipsis, found by halving: text may be thousands of letters long."""
    if _wide(text, face, points) <= room:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if _wide(text[:middle] + "…", face, points) <= room:
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
