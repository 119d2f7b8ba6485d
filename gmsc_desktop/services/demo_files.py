"""Evidence files for the demo, made by the program itself: pictures, a short text, a one-page PDF.

The same name gives the same bytes, so that a demo can be compared with another one.
"""

from __future__ import annotations

import hashlib
import io
import random
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw

PICTURE = (1600, 1067)
_SKIES = (((250, 214, 165), (126, 170, 205)), ((214, 232, 244), (84, 141, 196)), ((255, 196, 150), (108, 110, 160)))
_WALLS = ((58, 77, 99), (92, 110, 128), (146, 94, 77), (178, 140, 106), (70, 100, 96))


def picture(title: str, taken_at: datetime, latitude: float, longitude: float) -> bytes:
    """A JPEG of a drawn street under a sky, with the title in it and the camera's time and place in its EXIF data."""
    from PIL import Image, ImageDraw

    dice = random.Random(hashlib.sha256(title.encode()).digest())  # noqa: S311 — a drawing, not a secret
    width, height = PICTURE
    top, bottom = dice.choice(_SKIES)
    image = Image.new("RGB", PICTURE)
    draw = ImageDraw.Draw(image)
    horizon = int(height * 0.72)
    for y in range(height):
        share = min(1.0, y / horizon)
        draw.line([(0, y), (width, y)], fill=tuple(int(a + (b - a) * share) for a, b in zip(bottom, top, strict=True)))
    sun = dice.randint(150, width - 150)
    draw.ellipse((sun - 70, 150, sun + 70, 290), fill=(255, 244, 214))
    _street(draw, dice, horizon)
    draw.rectangle((0, horizon, width, height), fill=(74, 84, 78))
    draw.polygon(
        [(width * 0.42, horizon), (width * 0.58, horizon), (width * 0.82, height), (width * 0.18, height)],
        fill=(96, 98, 102),
    )
    for step in range(6):
        y = horizon + 18 + step * 48
        draw.rectangle((width / 2 - 3 - step, y, width / 2 + 3 + step, y + 22), fill=(236, 232, 214))
    draw.rectangle((0, height - 74, width, height), fill=(22, 32, 44))
    draw.text((36, height - 60), title, fill=(255, 255, 255), font_size=36)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=86, exif=_exif(taken_at, latitude, longitude))
    return out.getvalue()


def _street(draw: ImageDraw.ImageDraw, dice: random.Random, horizon: int) -> None:
    x = -20
    while x < PICTURE[0]:
        wide, high = dice.randint(110, 230), dice.randint(140, 470)
        wall = dice.choice(_WALLS)
        draw.rectangle((x, horizon - high, x + wide, horizon), fill=wall)
        roof = tuple(int(part * 0.7) for part in wall)
        if dice.random() < 0.4:
            draw.polygon(
                [(x - 10, horizon - high), (x + wide + 10, horizon - high), (x + wide / 2, horizon - high - 70)],
                fill=roof,
            )
        for row in range(horizon - high + 26, horizon - 40, 52):
            for column in range(x + 18, x + wide - 26, 44):
                lit = dice.random() < 0.35
                draw.rectangle((column, row, column + 22, row + 30), fill=(255, 226, 150) if lit else (205, 218, 226))
        x += wide + dice.choice((0, 0, 14, 40))


def _exif(taken_at: datetime, latitude: float, longitude: float) -> bytes:
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "GMSC"
    exif[ExifTags.Base.Model] = "Contoh"
    exif[ExifTags.Base.DateTime] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "S" if latitude < 0 else "N"
    place[ExifTags.GPS.GPSLatitude] = _degrees(latitude)
    place[ExifTags.GPS.GPSLongitudeRef] = "W" if longitude < 0 else "E"
    place[ExifTags.GPS.GPSLongitude] = _degrees(longitude)
    return exif.tobytes()


def _degrees(value: float) -> tuple[float, float, float]:
    seconds = round(abs(value) * 3600, 2)
    return (float(seconds // 3600), float(seconds % 3600 // 60), float(seconds % 60))


def paper(title: str, lines: tuple[str, ...]) -> bytes:
    """A one-page PDF with a heading and some lines."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(72, A4[1] - 90, title)
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(lines):
        canvas.drawString(72, A4[1] - 130 - 18 * number, line)
    canvas.showPage()
    canvas.save()
    return out.getvalue()
