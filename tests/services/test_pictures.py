"""Small pictures from whatever cameras and scanners write, and what cameras know of time and place."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps
from PIL.TiffImagePlugin import IFDRational

from gmsc_desktop.services.pictures import Shot, read_shot, thumbnail


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def small(data: bytes, edge: int = 64) -> Image.Image:
    found = thumbnail(io.BytesIO(data), edge)
    assert found is not None
    return Image.open(io.BytesIO(found)).convert("RGB")


def photo(*, taken: str = "2021:12:14 10:42:07", offset: str = "+07:00", gps: dict[int, object] | None = None) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken
    if offset:
        exif.get_ifd(0x8769)[0x9011] = offset
    if gps is not None:
        exif.get_ifd(0x8825).update(gps)
    return saved(Image.new("RGB", (8, 8)), "JPEG", exif=exif)


def position(*parts: tuple[int, int]) -> tuple[IFDRational, ...]:
    return tuple(IFDRational(*part) for part in parts)


SOLO = {1: "S", 2: position((7, 1), (34, 1), (3180, 100)), 3: "E", 4: position((110, 1), (49, 1), (2748, 100))}


def test_a_picture_fits_its_frame_and_keeps_its_shape() -> None:
    found = small(saved(Image.new("RGB", (400, 100), "red"), "JPEG"))
    assert found.size == (64, 16)
    red, green, blue = found.getpixel((30, 8))
    assert red > 240 and green < 20 and blue < 20


def test_a_small_picture_is_not_blown_up() -> None:
    assert small(saved(Image.new("RGB", (10, 5)), "PNG")).size == (10, 5)


@pytest.mark.parametrize(("turn", "corner"), [(1, "red"), (3, "blue"), (6, "lime"), (8, "yellow")])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
def test_a_photo_taken_sideways_stands_upright(form: str, turn: int, corner: str) -> None:
    image = Image.new("RGB", (40, 40))
    for box, colour in (((0, 0), "red"), ((20, 0), "yellow"), ((20, 20), "blue"), ((0, 20), "lime")):
        image.paste(Image.new("RGB", (20, 20), colour), box)
    exif = Image.Exif()
    exif[0x0112] = turn
    found = small(saved(image, form, exif=exif))
    wanted = Image.new("RGB", (1, 1), corner).getpixel((0, 0))
    assert all(abs(one - other) < 24 for one, other in zip(found.getpixel((5, 5)), wanted, strict=True))


def test_print_colours_and_wide_greys_are_shown() -> None:
    red, green, blue = small(saved(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG")).getpixel((9, 9))
    assert red > 200 and green < 60 and blue < 60
    wide = Image.new("I;16", (40, 40))
    wide.putdata([32768] * 1600)
    for form in ("PNG", "TIFF"):
        grey = small(saved(wide, form)).getpixel((9, 9))
        assert all(120 <= part <= 136 for part in grey)
    clear = thumbnail(io.BytesIO(saved(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG")), 64)
    assert clear and Image.open(io.BytesIO(clear)).getpixel((3, 3))[3] == 0


def test_what_is_no_picture_has_no_small_one() -> None:
    whole = saved(Image.effect_noise((300, 300), 90), "JPEG")
    for data in (b"", b"catatan", b"\xff\xd8\xff\xe0 bukan foto", whole[: len(whole) // 2], whole[:40]):
        assert thumbnail(io.BytesIO(data), 64) is None


def test_a_bomb_is_not_opened() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    assert thumbnail(io.BytesIO(bomb + chunk(b"IEND", b"")), 64) is None


def test_the_camera_tells_time_and_place() -> None:
    assert read_shot(io.BytesIO(photo(gps=SOLO))) == Shot("2021-12-14T10:42:07+07:00", "-7.575500 110.824300")
    assert read_shot(io.BytesIO(photo(offset=""))) == Shot("2021-12-14T10:42:07", "")


@pytest.mark.parametrize(
    "gps",
    [
        {**SOLO, 2: position((7, 0), (0, 0), (0, 0))},
        {**SOLO, 2: position((95, 1), (0, 1), (0, 1))},
        {1: "S", 2: position((7, 1), (0, 1), (0, 1))},
    ],
)
def test_a_place_that_cannot_be_is_no_place(gps: dict[int, object]) -> None:
    assert read_shot(io.BytesIO(photo(gps=gps, taken="0000:00:00 00:00:00"))) == Shot()


def test_a_file_without_particulars_or_no_photo_has_none() -> None:
    for data in (saved(Image.new("RGB", (3, 3)), "PNG"), b"", b"teks", photo()[:60]):
        assert read_shot(io.BytesIO(data)) == Shot()


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff\xe1", b"II*\x00", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
)
def test_any_bytes_are_taken_calmly(data: bytes, head: bytes) -> None:
    assert isinstance(read_shot(io.BytesIO(head + data)), Shot)
    thumbnail(io.BytesIO(head + data), 16)


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_is_what_pillow_makes_of_it(turn: int) -> None:
    image = Image.new("RGB", (40, 24))
    for place, colour in enumerate(("red", "yellow", "blue", "lime", "white", "black")):
        image.paste(Image.new("RGB", (12, 12), colour), (place % 3 * 14, place // 3 * 12))
    exif = Image.Exif()
    exif[0x0112] = turn
    data = saved(image, "PNG", exif=exif)
    found, wanted = small(data), ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert found.size == wanted.size
    difference = ImageChops.difference(found, wanted).convert("L").point(lambda value: 255 if value > 90 else 0)
    assert difference.histogram()[255] < 0.05 * found.width * found.height
