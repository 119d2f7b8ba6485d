"""Photos made fit for a report by one fixed rule, whatever the camera or scanner wrote.

Longest edge ``EDGE`` pixels, upright by EXIF, sRGB without alpha, baseline JPEG of quality ``QUALITY``: the same file
always gives the same bytes. What is no picture, is cut short or is absurdly large gives None, and the report says so.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

EDGE = 800
QUALITY = 80
MOST_PIXELS = 250_000_000
"""Above this many pixels a file is taken for a decompression bomb and not opened."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG ready to embed, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def make_picture(data: bytes) -> Picture | None:
    """The picture in ``data``, or None when it cannot be drawn."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            # Our own limit stands in for Pillow's warning.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as opened:
                if opened.width * opened.height > MOST_PIXELS or min(opened.size) < 1:
                    return None
                opened.draft("RGB", (EDGE, EDGE))
                opened.load()
                image = ImageOps.exif_transpose(_plain(opened))
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, Image.DecompressionBombError):
        # Pillow's decoders answer damaged files with any of these.
        return None
    image.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.info.clear()
    image.save(out, "JPEG", quality=QUALITY, optimize=False, progressive=False, subsampling=2)
    return Picture(out.getvalue(), *image.size)


def _plain(image: object) -> object:
    """8-bit RGB on white; 16-bit greys are scaled, not cut off."""
    from PIL import Image

    assert isinstance(image, Image.Image)
    exif = image.getexif()
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        low, high = (float(value) for value in image.convert("F").getextrema())  # type: ignore[arg-type]
        ceiling = 65535.0 if high > 255 else 255.0
        plain = image.convert("F").point(lambda value: value * (255.0 / ceiling) + min(low, 0.0) * 0).convert("L")
        plain = plain.convert("RGB")
    elif image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        plain = Image.new("RGB", image.size, "white")
        plain.paste(layered, mask=layered.getchannel("A"))
    else:
        plain = image.convert("RGB")
    plain.info["exif"] = exif.tobytes() if len(exif) else b""
    return plain
