"""Small pictures of evidence, and what a camera wrote into a photo. A file that is no picture simply has neither."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS, MOST_JPEG_PIXELS = 80_000_000, 160_000_000
"""Above this many pixels a picture is not decoded: it would take more memory than a small laptop has to spare. JPEG is
decoded at a fraction of its size, so there it may be more, unless it is progressive."""

QUALITY = 82

_TAKEN, _TAKEN_OFFSET, _CHANGED = 0x9003, 0x9011, 0x0132
_ORIENTATION = 0x0112
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""Names in Pillow of what makes a picture of each Exif orientation upright."""
_EXIF, _GPS = 0x8769, 0x8825
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_SIXTEEN_BIT = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shot:
    """When (ISO 8601, local time, with offset when the camera knew it) and where ("latitude longitude" in degrees) a
    photo was taken; empty texts when the file does not say."""

    taken_at: str = ""
    place: str = ""


def read_shot(file: BinaryIO) -> Shot:
    """What the camera wrote into the photo (Exif 2.32, sections 4.6.5 and 4.6.6)."""
    return _with_image(file, _shot) or Shot()


def thumbnail(file: BinaryIO, edge: int) -> bytes | None:
    """The picture at most ``edge`` pixels each way, upright: JPEG, or PNG when something shows through it; None when
    the file is no picture, is cut short or is absurdly large."""
    return _with_image(file, lambda image: _small(image, edge))


def _with_image(file: BinaryIO, work: Callable[[Image.Image], T | None]) -> T | None:
    from PIL import Image

    with warnings.catch_warnings():
        # Our own limit stands in for Pillow's warning, and damaged files are expected here.
        warnings.simplefilter("ignore")
        try:
            with Image.open(file) as image:
                plain = image.format == "JPEG" and not image.info.get("progressive")
                most = MOST_JPEG_PIXELS if plain else MOST_PIXELS
                return work(image) if 0 < image.width * image.height <= most else None
        except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, TypeError, KeyError, IndexError):
            # Pillow's readers answer files that are damaged or no pictures with any of these.
            return None
        except (Image.DecompressionBombError, MemoryError):
            return None


def _small(image: Image.Image, edge: int) -> bytes:
    from PIL import Image

    image.draft("RGB", (edge * 2, edge * 2))
    image.load()
    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    plain = _eight_bit(image)
    plain.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    # Turned when it is small: each copy of the whole picture may be hundreds of megabytes.
    if turn is not None:
        plain = plain.transpose(Image.Transpose[turn])
    out = io.BytesIO()
    plain.info.clear()
    # They lie in the database and so in every backup of it: a PNG of a photo is ten times the size.
    if plain.mode == "RGBA":
        plain.save(out, "PNG")
    else:
        plain.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _eight_bit(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shows through; greys of 16 bits are scaled, not cut off."""
    if image.mode in _SIXTEEN_BIT:
        wide = image.convert("F")
        _low, high = wide.getextrema()
        scale = 255 / 65535 if isinstance(high, (int, float)) and high > 255 else 1.0
        return wide.point(lambda value: value * scale).convert("L").convert("RGB")
    if image.mode == "RGB":
        return image
    seen_through = image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    return image.convert("RGBA" if seen_through else "RGB")


def _shot(image: Image.Image) -> Shot:
    exif = image.getexif()
    details = exif.get_ifd(_EXIF)
    taken = details.get(_TAKEN) or exif.get(_CHANGED)
    return Shot(_moment(taken, details.get(_TAKEN_OFFSET)), _place(exif.get_ifd(_GPS)))


def _moment(taken: Any, offset: Any) -> str:
    try:
        found = datetime.strptime(str(taken).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 (local by definition)
    except ValueError:
        return ""
    zone = str(offset).strip("\x00 ") if offset else ""
    return found.isoformat() + (zone if _OFFSET.fullmatch(zone) else "")


def _place(gps: Mapping[int, Any]) -> str:
    latitude = _degrees(gps.get(2), gps.get(1), "S", 90)
    longitude = _degrees(gps.get(4), gps.get(3), "W", 180)
    return "" if latitude is None or longitude is None else f"{latitude:.6f} {longitude:.6f}"


def _degrees(parts: Any, reference: Any, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= most:
        return None
    return -value if str(reference).strip("\x00 ").upper() == negative else value
