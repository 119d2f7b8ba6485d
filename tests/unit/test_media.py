"""What a file is comes from its bytes; names and texts from outside are made harmless and stay readable."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gmsc_desktop.domain.media import HEAD, UNKNOWN, media_type
from gmsc_desktop.domain.texts import LONGEST_NAME, clean_line, clean_name, clean_text


@pytest.mark.parametrize(
    ("form", "expected"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("TIFF", "image/tiff"),
     ("BMP", "image/bmp"), ("WEBP", "image/webp"), ("PDF", "application/pdf")],
)  # fmt: skip
def test_what_pillow_writes_is_known(form: str, expected: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (3, 2)).save(out, form)
    assert media_type(out.getvalue()[:HEAD], "namanya.bohong") == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("[Content_Types].xml", "word/document.xml"), "wordprocessingml.document"),
     (("[Content_Types].xml", "xl/workbook.xml"), "spreadsheetml.sheet"),
     (("a.txt",), "application/zip")],
)  # fmt: skip
def test_zipped_documents(names: tuple[str, ...], expected: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "isi")
    assert media_type(out.getvalue()[:HEAD], "x.zip").endswith(expected)


def test_open_document_names_itself() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr("content.xml", "<x/>")
    assert media_type(out.getvalue()[:HEAD]) == "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [(b"catatan rapat\n", "foto.jpg", "text/plain"), ("naïve é".encode(), "x.csv", "text/csv"),
     (b"BMKG: hujan", "x.txt", "text/plain"), (b"\x00\x01\x02", "foto.jpg", UNKNOWN), (b"", "foto.jpg", UNKNOWN),
     (b"\x00\x00\x00\x18ftypheic", "x", "image/heic"), (b"\x00\x00\x00\x18ftypisom", "x", "video/mp4"),
     (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lama.xls", "application/vnd.ms-excel"),
     ("é".encode() * HEAD, "x.txt", "text/plain"), (b"x" + "é".encode() * HEAD, "x.txt", "text/plain")],
)  # fmt: skip
def test_bytes_decide_and_the_name_only_within_a_family(data: bytes, name: str, expected: str) -> None:
    assert media_type(data[:HEAD], name) == expected


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_have_a_media_type_the_schema_takes(data: bytes, name: str) -> None:
    kind, _, rest = media_type(data, name).partition("/")
    assert kind.isalpha() and kind.islower()
    assert rest and all(char.isalnum() or char in ".+-" for char in rest)


@given(st.text(), st.sampled_from(["berkas", "foto.jpg"]))
def test_names_are_safe_for_every_system(name: str, fallback: str) -> None:
    found = clean_name(name, fallback)
    assert found and found == found.strip(" .")
    assert len(found.encode()) <= LONGEST_NAME
    assert not set(found) & set('<>:"/\\|?*\x00\n\u202e')
    assert clean_name(found, fallback) == found


def test_a_name_keeps_its_suffix_and_its_letters() -> None:
    assert clean_name("Rapat – Dinas Kominfo (1).JPG", "x") == "Rapat – Dinas Kominfo (1).JPG"
    assert clean_name("/etc/../pass:wd", "x") == "_etc_._pass_wd"
    assert clean_name("a" * 300 + ".jpeg", "x").endswith("a.jpeg")
    assert clean_name("foto\u202egpj.exe", "x") == "foto_gpj.exe"
    assert clean_name("…/", "x") == "…_"
    assert clean_name(" . ", "berkas") == "berkas"


def test_text_keeps_its_lines_and_loses_what_xml_cannot_carry() -> None:
    assert clean_text("satu\r\ndua\rtiga\ttab\x00\x1b") == "satu\ndua\ntiga\ttab"
    assert clean_text("\ud83d") == "\ufffd"
    assert clean_text("😀 é") == "😀 é"
    assert clean_line("  Kota \n Surakarta ") == "Kota Surakarta"
