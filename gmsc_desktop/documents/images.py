"""Photos made fit for a report by one fixed rule, whatever the camera or scanner wrote.

Longest edge ``EDGE`` pixels unless the person chose another, upright by EXIF, sRGB without alpha, baseline JPEG of
quality ``QUALITY``: the same file always gives the same bytes. What is no picture, is cut short or is absurdly large
gives None, and the report says so.
Memory is bounded: JPEGs are decoded at a fraction of their size, anything else is refused above ``MOST_MEMORY``.
"""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gmsc_desktop.domain.media import HEAD, media_type
from gmsc_desktop.domain.papers import PHOTO_EDGE

if TYPE_CHECKING:
    from PIL import Image

EDGE = PHOTO_EDGE
QUALITY = 80
MOST_PIXELS = 170_000_000
"""Above this a file is taken for a decompression bomb and not opened."""
MOST_MEMORY = 420_000_000
"""Bytes that decoding at full size may need."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
"""What cameras, phones and scanners write; the other formats Pillow knows may start foreign programs."""

_COST = {"1": 2, "L": 1, "P": 8, "RGB": 4, "YCbCr": 4, "CMYK": 8, "RGBA": 8, "LA": 8, "I;16": 6, "I;16B": 6}
_ORIENTATION = 0x0112
_SEVERAL = ("GIF", "WEBP", "PNG", "TIFF")
"""Formats of which one file may hold several pictures; the second one in a camera's JPEG is a preview of the first."""
_UNREAD = ("image/heic", "image/heif", "image/avif")
_DECODERS = (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, struct.error, LookupError, TypeError)
"""What Pillow's decoders answer damaged files with."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG ready to embed, and its size in pixels. ``more`` says that the file holds further pictures, such as the
    other frames of an animation, which are not drawn."""

    jpeg: bytes
    width: int
    height: int
    more: bool = False


class Fault(StrEnum):
    """Why a file cannot be drawn as a picture."""

    EMPTY = "empty"
    FORMAT = "format"
    TOO_LARGE = "too_large"
    BROKEN = "broken"


def make_picture(data: bytes, edge: int = EDGE) -> Picture | None:
    """The picture in ``data`` (the first frame of an animation), at most ``edge`` pixels long; None when it cannot be
    drawn."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            # Our own limits stand in for Pillow's warning.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if not _bounded(opened):
                    return None
                opened.draft("RGB", (edge, edge))
                opened.load()
                turn, more = _orientation(opened), opened.format in _SEVERAL and getattr(opened, "is_animated", False)
                profile = opened.info.get("icc_profile")
                image = _plain(_reduced(opened, edge))
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        if isinstance(profile, bytes):
            image = _to_srgb(image, profile)
        if turn:
            image.getexif()[_ORIENTATION] = turn
            ImageOps.exif_transpose(image, in_place=True)
        out = io.BytesIO()
        plain = Image.new("RGB", image.size)
        plain.paste(image)
        plain.save(out, "JPEG", quality=QUALITY, optimize=False, progressive=False, subsampling=2)
        return Picture(out.getvalue(), *image.size, more=more)
    except _DECODERS:
        return None
    except (Image.DecompressionBombError, MemoryError):
        return None


def fault_of(data: bytes) -> Fault:
    """Why ``make_picture`` gave nothing for ``data``, as far as can be told without decoding it."""
    from PIL import Image

    if not data:
        return Fault.EMPTY
    if media_type(data[:HEAD]) in _UNREAD:
        return Fault.FORMAT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                return Fault.BROKEN if _bounded(opened) else Fault.TOO_LARGE
    except Image.DecompressionBombError:
        return Fault.TOO_LARGE
    except _DECODERS:
        return Fault.BROKEN


def _bounded(image: Image.Image) -> bool:
    pixels = image.width * image.height
    if min(image.size) < 1 or pixels > MOST_PIXELS:
        return False
    # JPEG decodes straight to an eighth of its edge, so only the others need their full size in memory.
    return image.format in ("JPEG", "MPO") or pixels * _COST.get(image.mode, 8) <= MOST_MEMORY


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 0 when there is none or the EXIF data are damaged."""
    try:
        turn = image.getexif().get(_ORIENTATION, 0)
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, LookupError, TypeError):
        # A photo is worth drawing even when what its camera wrote beside it is broken.
        return 0
    return turn if isinstance(turn, int) and 1 < turn <= 8 else 0


def _reduced(image: Image.Image, edge: int) -> Image.Image:
    """At most four times the final edge, by averaging whole blocks: cheap, and before any copy in another mode."""
    factor = max(image.size) // (4 * edge)
    if factor < 2 or image.mode not in ("L", "RGB", "RGBA", "LA", "CMYK", "YCbCr"):
        return image
    return image.reduce(min(factor, *image.size))


def _plain(image: Image.Image) -> Image.Image:
    """8-bit RGB on white; 16-bit greys are scaled, not cut off."""
    from PIL import Image

    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        wide = image.convert("F")
        _low, high = wide.getextrema()
        top = 255.0 if isinstance(high, float) and high <= 255 else 65535.0
        return wide.point(lambda value: value * (255.0 / top) + 0.0).convert("L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layered = image.convert("RGBA")
        plain = Image.new("RGB", image.size, "white")
        plain.paste(layered, mask=layered.getchannel("A"))
        return plain
    return image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours of a wide-gamut camera as sRGB; a profile that does not fit the picture is left aside."""
    from PIL import ImageCms

    from gmsc_desktop.documents.icc import srgb_profile

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != "RGB":
            return image
        target = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
        turned = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A damaged profile: the picture is still the picture.
        return image
    return turned or image


LOGO_EDGE = 1200
LOGO_MOST = 10_000_000
"""Bytes a logo's file may have."""


def make_logo(data: bytes) -> bytes | None:
    """The picture in ``data`` as a PNG on white without transparency, which PDF/A would not show alike everywhere; None
    when it is no picture."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
                if not _bounded(opened):
                    return None
                opened.load()
                image = _plain(opened)
        image.thumbnail((LOGO_EDGE, LOGO_EDGE), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        plain = Image.new("RGB", image.size)
        plain.paste(image)
        plain.save(out, "PNG")
        return out.getvalue()
    except _DECODERS:
        return None
    except (Image.DecompressionBombError, MemoryError):
        return None
