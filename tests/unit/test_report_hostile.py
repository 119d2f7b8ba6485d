"""Reports of what people really type and photograph: nothing breaks, nothing is read as markup, nothing goes unsaid."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from decimal import Decimal
from functools import cache
from types import MappingProxyType

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from gmsc_desktop.documents import fonts
from gmsc_desktop.documents.drawn import signature_boxes
from gmsc_desktop.documents.images import EDGE, make_picture
from gmsc_desktop.documents.model import build_model
from gmsc_desktop.documents.pdfa import make_pdfa
from gmsc_desktop.documents.report import draw_report, report_meta
from gmsc_desktop.domain.answers import AnswerSheet, Facet, key_path
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.content import Content, ContentEvidence
from gmsc_desktop.domain.instrument import Category, Choice, Instrument, Item, ItemType, Text
from gmsc_desktop.domain.visit import Person, Role
from tests.documents.checks import pdfa_problems
from tests.documents.reading import flat, pages_of
from tests.documents.sample import loader, photo, sample_content, sample_instrument, with_scores

MARKUP = "<b>tebal</b> & <font color='red'>merah</font> &amp; <a href=\"javascript:x\">klik</a> %s {0}"
ENDLESS = "W" * 400
LONG = "Rapat koordinasi membahas data layanan warga, anggaran, dan keamanan informasi. " * 38
EMOJI = "Bagus \U0001f600 sekali \U0001f1ee\U0001f1e9"
RTL = "שלום \u202eterbalik\u202c مرحبا"
CONTROL = "a\x00b\x07c\x1bd\x7fe\u0085f"
STACKED = "a\u0301\u0302\u0303" * 40
HOSTILE = (
    MARKUP,
    ENDLESS,
    LONG,
    EMOJI,
    RTL,
    CONTROL,
    "\n\n\n",
    "\t \u00a0",
    "中文测试",
    "Ｆｕｌｌ",
    STACKED,
)


@cache
def instrument() -> Instrument:
    return sample_instrument()


@cache
def clean() -> Content:
    return sample_content(instrument())


def filled_with(*hostile: str) -> Content:
    """The sample visit with every free text replaced, one after the other."""
    content = clean()
    texts = iter(hostile * 200)
    cells = {}
    for (key, facet), value in content.sheet.cells.items():
        free = facet is Facet.NOTE or (not value.isdigit() and instrument().by_path[key_path(key)].list_name == "")
        cells[key, facet] = next(texts) if free else value
    for number, key in enumerate(k for (k, f) in content.sheet.cells if f is Facet.SELF):
        if number % 5 == 0:
            cells[key, Facet.NOTE] = next(texts)
    draft = content.draft
    people = tuple(
        Person(next(texts).strip() or "x", "1" * 18, next(texts), next(texts), role)
        for role in (Role.LEAD, Role.MEMBER, Role.MET, Role.MET)
    )
    region = replace(draft.region, name=next(texts), province=next(texts))
    return replace(
        content,
        sheet=AnswerSheet(MappingProxyType(cells), content.sheet.repeats),
        draft=replace(draft, people=people, region=region, place=next(texts), stage=next(texts)),
        assessor=replace(content.assessor, name=next(texts), title=next(texts), organisation=next(texts)),
        explanations=tuple(replace(e, text=next(texts)) for e in content.explanations),
        evidence=(
            ContentEvidence("/data/output/p1", "aa" * 32, next(texts), "application/pdf", 1, next(texts), "x", "y"),
        ),
    )


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_any_text_everywhere_still_gives_a_signable_archive(text: str) -> None:
    model = build_model(filled_with(text), instrument())
    archive = make_pdfa(draw_report(model, loader(())), report_meta(model), b"{}")
    assert pdfa_problems(archive) == []
    assert len(signature_boxes(archive)) == 4


def test_all_of_it_at_once() -> None:
    model = build_model(filled_with(*HOSTILE), instrument())
    archive = make_pdfa(draw_report(model, loader(())), report_meta(model), b"{}")
    assert pdfa_problems(archive) == []
    boxes = signature_boxes(archive)
    with pikepdf.open(io.BytesIO(archive)) as document:
        assert {box.page_index for box in boxes} == {len(document.pages) - 1}


def test_markup_is_shown_as_it_was_typed() -> None:
    pdf = draw_report(build_model(filled_with(MARKUP), instrument()), loader(()))
    assert "<b>tebal</b> & <font color='red'>merah</font> &amp;" in flat(" ".join(pages_of(pdf)))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert all("/A" not in note for page in document.pages for note in page.get("/Annots", ()))


def test_long_notes_and_endless_words_lose_nothing() -> None:
    cells = dict(clean().sheet.cells)
    cells["/data/baseline/b0", Facet.NOTE] = LONG
    cells["/data/baseline/b1", Facet.NOTE] = ENDLESS
    content = replace(clean(), sheet=AnswerSheet(MappingProxyType(cells), clean().sheet.repeats))
    whole = " ".join(pages_of(draw_report(build_model(content, instrument()), loader(()))))
    assert flat(whole).count("Rapat koordinasi membahas") == 38
    assert whole.count("W") - whole.count("Wa") - whole.count("Wi") >= 400


def test_characters_without_a_glyph_are_marked_and_named() -> None:
    cells = dict(clean().sheet.cells)
    cells["/data/baseline/b0", Facet.NOTE] = EMOJI + RTL + CONTROL
    content = replace(clean(), sheet=AnswerSheet(MappingProxyType(cells), clean().sheet.repeats))
    whole = flat(" ".join(pages_of(draw_report(build_model(content, instrument()), loader(())))))
    assert f"Bagus {fonts.SUBSTITUTE} sekali" in whole
    for name in ("U+1F600", "GRINNING FACE", "HEBREW LETTER SHIN", "RIGHT-TO-LEFT OVERRIDE", "KARAKTER KENDALI"):
        assert name in whole
    assert "tidak dapat digambar" in whole


def test_letters_of_another_shape_become_the_plain_ones() -> None:
    missing = fonts.Missing()
    assert fonts.fit("Ｋｏｔａ\u3000\U0001d5de\U0001d5fc\U0001d601\U0001d5ee", missing) == "Kota Kota"
    assert not missing


def test_a_report_that_draws_everything_does_not_speak_of_missing_characters() -> None:
    whole = " ".join(pages_of(draw_report(build_model(clean(), instrument()), loader(()))))
    assert "Karakter yang tidak dapat digambar" not in whole


@given(st.text(max_size=120))
@settings(max_examples=60, deadline=None)
def test_fitted_text_has_only_drawable_characters_and_names_the_others(text: str) -> None:
    missing = fonts.Missing()
    fitted = fonts.fit(text, missing)
    assert {ord(character) for character in fitted} <= fonts.register()
    assert (fonts.SUBSTITUTE in fitted) == (bool(missing) or fonts.SUBSTITUTE in text)


@given(st.lists(st.text(max_size=60), min_size=3, max_size=6))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_texts_draw_and_the_same_ones_draw_the_same(texts: list[str]) -> None:
    model = build_model(filled_with(*texts), instrument())
    assert draw_report(model, loader(())) == draw_report(model, loader(()))


def _saved(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def _bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""

    def chunk(tag: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")
    )


BAD = {
    "empty": b"",
    "text": b"bukan gambar",
    "cut short": photo(1, (400, 300))[:4000],
    "bomb": _bomb(),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n",
    "pdf": b"%PDF-1.4\n",
    "huge png": _saved(Image.new("L", (1, 1)), "PNG")[:20] + b"\xff" * 20,
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_gives_none(name: str) -> None:
    assert make_picture(BAD[name]) is None


@pytest.mark.parametrize(
    ("data", "size"),
    [
        pytest.param(_saved(Image.new("CMYK", (900, 600), (0, 255, 0, 0)), "JPEG"), (640, 427), id="cmyk"),
        pytest.param(_saved(Image.new("I;16", (64, 48), 40000), "PNG"), (64, 48), id="16 bit"),
        pytest.param(_saved(Image.new("1", (50, 40), 1), "PNG"), (50, 40), id="1 bit"),
        pytest.param(_saved(Image.new("P", (50, 40)), "PNG"), (50, 40), id="palette"),
        pytest.param(_saved(Image.new("RGBA", (50, 40), (255, 0, 0, 0)), "PNG"), (50, 40), id="transparent"),
        pytest.param(
            _saved(Image.new("P", (30, 20)), "GIF", save_all=True, append_images=[Image.new("P", (30, 20), 7)] * 3),
            (30, 20),
            id="animated",
        ),
        pytest.param(_saved(Image.new("RGB", (9000, 3)), "PNG"), (640, 1), id="a line"),
        pytest.param(_saved(Image.new("L", (10_000, 10_000)), "JPEG"), (640, 640), id="100 megapixels"),
        pytest.param(_saved(Image.new("RGB", (1, 1)), "BMP"), (1, 1), id="a dot"),
    ],
)
def test_every_kind_of_picture_becomes_a_small_rgb_jpeg(data: bytes, size: tuple[int, int]) -> None:
    picture = make_picture(data)
    assert picture is not None
    assert (picture.width, picture.height) == size
    assert make_picture(data) == picture
    with Image.open(io.BytesIO(picture.jpeg)) as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)
        assert "exif" not in image.info
        assert "icc_profile" not in image.info
    assert max(size) <= EDGE


def test_a_photo_taken_sideways_stands_upright() -> None:
    image = Image.new("RGB", (300, 200), "white")
    image.paste((255, 0, 0), (0, 0, 300, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = make_picture(_saved(image, "JPEG", exif=exif, quality=95))
    assert picture is not None
    assert (picture.width, picture.height) == (200, 300)
    with Image.open(io.BytesIO(picture.jpeg)) as turned:
        pixel = turned.getpixel((190, 150))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200
    assert pixel[1] < 60


def test_damaged_exif_or_profile_does_not_cost_the_photo() -> None:
    image = Image.new("RGB", (60, 40), "teal")
    assert make_picture(_saved(image, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")) is not None
    assert make_picture(_saved(image, "JPEG", icc_profile=b"not a profile")) is not None


def test_colours_of_another_profile_are_turned_into_srgb() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain = _saved(Image.new("RGB", (60, 40), (10, 200, 90)), "PNG")
    fitting = _saved(Image.new("RGB", (60, 40), (10, 200, 90)), "PNG", icc_profile=lab)
    assert make_picture(plain) == make_picture(fitting)


def test_photos_that_cannot_be_drawn_leave_a_frame_and_are_named() -> None:
    kept = tuple(BAD.values())
    content = sample_content(instrument(), photos=kept)
    absent = ContentEvidence("/data/output/p2", "ee" * 32, "hilang.jpg", "image/jpeg", 5)
    content = replace(content, evidence=(*content.evidence, absent))
    model = build_model(content, instrument())
    whole = flat(" ".join(pages_of(draw_report(model, loader(kept)))))
    assert whole.count("bukan gambar yang dapat dibaca") == len(kept) - 2
    assert whole.count("berkas kosong") == whole.count("terlalu besar") == 1
    assert whole.count("berkas tidak tersedia saat laporan digambar") == 1
    assert "hilang.jpg" in whole
    assert whole.count("tidak dapat digambar") == len(kept) + 2


def test_what_is_drawn_in_part_or_not_opened_is_named_too() -> None:
    more = [Image.new("RGB", (30, 20), "red"), Image.new("RGB", (30, 20), "blue")]
    moving = _saved(Image.new("RGB", (30, 20)), "GIF", save_all=True, append_images=more)
    film = _saved(Image.new("RGB", (30, 20)), "WEBP", save_all=True, append_images=more)
    phone = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)
    still = _saved(Image.new("RGB", (30, 20)), "WEBP")
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    names = ("gerak.gif", "film.webp", "ponsel.heic", "diam.webp", "peta.svg")
    kinds = ("image/gif", "image/webp", "image/heic", "image/webp", "image/svg+xml")
    kept = (moving, film, phone, still, drawing)
    content = sample_content(instrument(), photos=kept)
    named = tuple(
        replace(line, name=name, media_type=kind)
        for line, name, kind in zip(content.evidence[: len(kept)], names, kinds, strict=True)
    )
    model = build_model(replace(content, evidence=named), instrument())
    pages = [flat(page) for page in pages_of(draw_report(model, loader(kept)))]
    said = next(page for page in pages if "Foto dan gambar yang tidak dapat digambar" in page)
    for part in (
        "gerak.gif berkas memuat beberapa gambar", "film.webp berkas memuat beberapa gambar",
        "ponsel.heic format gambar (HEIC", "peta.svg gambar vektor (SVG) tidak dibuka",
    ):  # fmt: skip
        assert part in said
    assert "diam.webp" not in said


def test_forty_photos_of_one_indicator_run_over_pages() -> None:
    photos = tuple(photo(number, (160, 120)) for number in range(40))
    content = sample_content(instrument(), photos=photos)
    moved = tuple(replace(found, key="/data/baseline/b0") for found in content.evidence)
    model = build_model(replace(content, evidence=moved), instrument())
    pdf = draw_report(model, {sha256_hex(data): data for data in photos}.get)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        drawn = [
            sum(o.get("/Subtype") == "/Image" for o in page.Resources.get("/XObject", {}).values())
            for page in document.pages
        ]
    assert sum(drawn) == 40
    assert sum(count > 0 for count in drawn) > 1


def _renamed(long: str, count: int) -> tuple[Instrument, Content]:
    """An instrument of ``count`` aspects and dimensions whose every label is ``long``."""
    words = Text(MappingProxyType({"id": long}))
    names = [f"a{number}" for number in range(count)]
    items = [Item("/data", ItemType.GROUP, 0, children=tuple(f"/data/{n}" for n in names), scored=True)]
    for name in names:
        items.append(Item(f"/data/{name}", ItemType.GROUP, 1, label=words, scored=True, children=(f"/data/{name}/q",)))
        leaf = Item(f"/data/{name}/q", ItemType.SELECT_ONE, 2, label=words, scored=True, list_name="lv")
        items.append(replace(leaf, dimension=name))
    made = replace(
        instrument(),
        items=tuple(items),
        title=words,
        choices=MappingProxyType({"lv": (Choice("1", words, Decimal("1.5")),)}),
        dimensions=MappingProxyType(dict.fromkeys(names, words)),
        categories=(Category("c", words, Decimal(0)), Category("d", words, Decimal("0.001"))),
        score_max=None,
    )
    cells = {(f"/data/{name}/q", Facet.VALUE): "1" for name in names}
    content = replace(clean(), sheet=AnswerSheet(MappingProxyType(cells)), evidence=(), explanations=())
    return made, with_scores(content, made)


@pytest.mark.parametrize(
    ("count", "long"),
    [(1, ENDLESS), (1, LONG), (2, "Tata kelola"), (3, LONG), (7, ENDLESS), (12, "Tata kelola"), (40, "Tata kelola")],
    ids=lambda value: str(value)[:4],
)
def test_an_instrument_of_any_shape_and_words_can_be_drawn(count: int, long: str) -> None:
    made, content = _renamed(long, count)
    model = build_model(content, made)
    archive = make_pdfa(draw_report(model, loader(())), report_meta(model), b"{}")
    assert pdfa_problems(archive) == []
    pages = pages_of(archive)
    assert sum("Nilai per aspek" in flat(page) for page in pages) == 1
    assert flat(" ".join(pages)).count("bobot") == count
