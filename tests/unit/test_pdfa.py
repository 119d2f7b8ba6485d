"""The archive form of a document: what ISO 19005-3 asks for, the visit inside it, and that it can be signed later."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from gmsc_desktop.documents.drawn import SIGNATURE_FIELDS, signature_boxes
from gmsc_desktop.documents.icc import srgb_profile
from gmsc_desktop.documents.model import build_model
from gmsc_desktop.documents.pdfa import ATTACHMENT_NAME, DocumentMeta, make_pdfa
from gmsc_desktop.documents.report import draw_report, report_meta
from gmsc_desktop.documents.signing import sign_pdf
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.domain.errors import DocumentError
from tests.documents.checks import fonts, pdfa_problems
from tests.documents.checks_syntax import syntax_problems
from tests.documents.sample import loader, photo, sample_content, sample_instrument
from tests.signing_kit import NOW, self_signed

PHOTOS = (photo(1, (400, 300)),)
META = DocumentMeta(
    title="Laporan",
    author="Asesor",
    subject="Evaluasi",
    keywords="a, b",
    created=datetime(2026, 3, 4, 16, 20, 7, tzinfo=timezone(timedelta(hours=7))),
    identifier="ab" * 32,
    attachment_description="Isi kunjungan",
)


@cache
def drawn() -> tuple[bytes, DocumentMeta, bytes]:
    instrument = sample_instrument()
    content = sample_content(instrument, photos=PHOTOS)
    model = build_model(content, instrument)
    return draw_report(model, loader(PHOTOS)), report_meta(model), canonical_bytes(to_document(content))


@cache
def archive() -> bytes:
    return make_pdfa(*drawn())


def test_a_report_has_nothing_the_standard_forbids_and_all_it_asks_for() -> None:
    assert pdfa_problems(archive()) == []


def _spoiled(change: Callable[[pikepdf.Pdf], None]) -> str:
    """Every problem found after ``change``."""
    with pikepdf.open(io.BytesIO(archive())) as document:
        change(document)
        out = io.BytesIO()
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, fix_metadata_version=False)
    return " ".join(pdfa_problems(out.getvalue()))


def _image(document: pikepdf.Pdf) -> pikepdf.Stream:
    return next(o for o in document.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image")


def _draw(document: pikepdf.Pdf, operators: bytes) -> None:
    document.pages[0].contents_add(operators)


def _said(document: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    raw = document.Root.Metadata.read_bytes()
    assert old in raw
    document.Root.Metadata = document.make_stream(raw.replace(old, new), Type=pikepdf.Name.Metadata)
    document.Root.Metadata.Subtype = pikepdf.Name.XML


def _unembed(document: pikepdf.Pdf) -> None:
    for font in fonts(document):
        del font.FontDescriptor["/FontFile2"]


def _note(document: pikepdf.Pdf, **more: object) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[1, 1, 9, 9], **more)
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])


SPOILED: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "6.2.3 output intent": lambda d: d.Root.__delattr__("OutputIntents"),
    "6.2.3 profile": lambda d: setattr(d.Root.OutputIntents[0].DestOutputProfile, "N", 4),
    "6.5.1 /OpenAction in the catalog": lambda d: setattr(
        d.Root, "OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
    ),
    "6.5.2 /AA": lambda d: setattr(d.Root, "AA", pikepdf.Dictionary()),
    "6.1.5 /Title": lambda d: d.docinfo.__setitem__("/Title", "Lain"),
    "6.6.4 identification": lambda d: _said(d, b"<pdfaid:part>3", b"<pdfaid:part>2"),
    "6.6.2.3.1 property": lambda d: _said(d, b"<dc:format>application/pdf</dc:format>", b"<dc:mood>baik</dc:mood>"),
    "6.6.2.3.1 title is no Alt": lambda d: _said(d, b"<dc:title><rdf:Alt", b"<dc:title>x</dc:title><dc:title><rdf:Alt"),
    "is not embedded": _unembed,
    "6.2.11.5": lambda d: fonts(d)[0].Widths.__setitem__(40, 1),
    "6.2.11.6": lambda d: setattr(fonts(d)[0], "Encoding", pikepdf.Name.WinAnsiEncoding),
    "6.2.8.1 interpolation": lambda d: setattr(_image(d), "Interpolate", True),
    "6.2.10 soft mask": lambda d: setattr(_image(d), "SMask", d.make_stream(b"")),
    "6.2.10 transparency group": lambda d: setattr(
        d.pages[0].obj, "Group", pikepdf.Dictionary(S=pikepdf.Name.Transparency)
    ),
    "6.2.4.3 image colours": lambda d: setattr(_image(d), "ColorSpace", pikepdf.Name.DeviceCMYK),
    "6.2.4.3 CMYK": lambda d: _draw(d, b"0 0 0 1 k"),
    "6.2.2 operator": lambda d: _draw(d, b"schoen"),
    "6.1.13 nesting": lambda d: _draw(d, b"q " * 40 + b"Q " * 40),
    "6.3.1 annotation": lambda d: _note(d, Subtype=pikepdf.Name.Movie, F=4),
    "6.3.2 annotation flags": lambda d: _note(d, Subtype=pikepdf.Name.Link, F=6),
    "6.3.3 no appearance": lambda d: _note(d, Subtype=pikepdf.Name.Stamp, F=4),
    "6.8 file specification": lambda d: setattr(d.Root.AF[0], "AFRelationship", pikepdf.Name.Alternative),
    "6.8 embedded file": lambda d: d.Root.AF[0].EF.F.__delattr__("Subtype"),
    "6.1.13 a name too long": lambda d: setattr(d.Root, "N" * 130, 1),
}


@pytest.mark.parametrize("problem", SPOILED)
def test_the_checks_do_find_what_is_wrong(problem: str) -> None:
    assert problem in _spoiled(SPOILED[problem])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"%PDF-1.7\n%\xbf", b"%PDF-1.7\n%abc", "6.1.2"),
        (b"\nendstream", b" endstream", "6.1.7.1"),
        (b"\nendobj", b" endobj", "6.1.9"),
        (b"1 0 obj\n<<", b"1 0 obj <<", "6.1.9"),
        (b"xref\n0", b"xref 0", "6.1.4"),
        (b"%%EOF\n", b"%%EOF\nlebih", "bytes between objects"),
        (b"/ID [", b"/IX [", "6.1.3"),
        (b"(id-ID)", b"<69642>", "6.1.6"),
    ],
)
def test_the_writing_is_read_byte_for_byte(old: bytes, new: bytes, problem: str) -> None:
    assert old in archive()
    assert problem in " ".join(syntax_problems(archive().replace(old, new, 1)))


def test_all_faces_are_ours_and_embedded_in_part() -> None:
    with pikepdf.open(io.BytesIO(archive())) as document:
        names = {str(font.BaseFont).partition("+")[2] for font in fonts(document)}
    assert {name.partition("-")[0] for name in names} == {"SourceSansPro", "SourceSerifPro"}


def test_the_visit_travels_inside_byte_for_byte() -> None:
    _pdf, meta, content = drawn()
    with pikepdf.open(io.BytesIO(archive())) as document:
        inside = document.attachments[ATTACHMENT_NAME].get_file().read_bytes()
    assert inside == content
    assert sha256_hex(inside) == meta.identifier


def test_the_same_input_gives_the_same_bytes() -> None:
    assert make_pdfa(*drawn()) == archive()


def test_other_content_gives_another_identifier() -> None:
    pdf, meta, content = drawn()
    other = make_pdfa(pdf, replace(meta, identifier="cd" * 32), content + b" ")

    def ids(data: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(data)) as document:
            return bytes(document.trailer.ID[1])

    assert ids(other) != ids(archive())


def test_qpdf_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    tool = shutil.which("qpdf")
    if tool is None:
        pytest.skip("qpdf is not installed")
    path = tmp_path / "laporan.pdf"
    path.write_bytes(archive())
    checked = subprocess.run([tool, "--check", str(path)], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr.decode()


def test_fields_can_be_appended_without_touching_what_is_there() -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields

    writer = IncrementalPdfFileWriter(io.BytesIO(archive()))
    for box in signature_boxes(archive()):
        append_signature_field(writer, SigFieldSpec(box.name, on_page=box.page_index, box=tuple(map(round, box.rect))))
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(archive())
    reader = PdfFileReader(io.BytesIO(out.getvalue()))
    assert [name for name, _value, _ref in enumerate_sig_fields(reader)] == [
        "Asesor",
        "AsesorKedua",
        "PejabatDaerah",
        "SertifikatNasional",
    ]
    assert len(reader.root["/AF"]) == 1


def test_signed_in_every_place_it_is_still_what_the_standard_asks_for() -> None:
    signed = archive()
    for number, field in enumerate(SIGNATURE_FIELDS):
        signed = sign_pdf(signed, self_signed(), at=NOW + timedelta(minutes=number), field=field)
        assert pdfa_problems(signed) == []
    assert signed.startswith(archive())
    with pikepdf.open(io.BytesIO(signed)) as document:
        values = [field.V for field in document.Root.AcroForm.Fields]
        assert len(values) == len(SIGNATURE_FIELDS)
        assert document.attachments[ATTACHMENT_NAME].get_file().read_bytes() == drawn()[2]


def test_a_moment_in_utc_is_written_alike_in_both_places() -> None:
    pdf, _meta, content = drawn()
    made = make_pdfa(pdf, replace(META, created=datetime(2026, 3, 4, 9, 20, 7, 999, UTC)), content)
    assert pdfa_problems(made) == []
    with pikepdf.open(io.BytesIO(made)) as document:
        assert str(document.docinfo["/CreationDate"]) == "D:20260304092007+00'00'"


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_title_and_author_agree_in_both_places(title: str, author: str) -> None:
    out = io.BytesIO()
    with pikepdf.new() as plain:
        plain.add_blank_page()
        plain.save(out)
    made = make_pdfa(out.getvalue(), replace(META, title=title, author=author), b"{}")
    assert pdfa_problems(made) == []


def test_what_is_no_pdf_is_refused_with_a_reason() -> None:
    for data in (b"", b"bukan pdf", drawn()[0][:300]):
        with pytest.raises(DocumentError):
            make_pdfa(data, META, b"{}")


def test_the_profile_is_srgb() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    turn = ImageCms.buildTransform(ours, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    ramp = Image.linear_gradient("L")
    colours = Image.merge("RGB", [ramp, ramp.rotate(90), ramp.rotate(180)])
    turned = ImageCms.applyTransform(colours, turn)
    assert turned is not None
    worst = max(abs(a - b) for a, b in zip(colours.tobytes(), turned.tobytes(), strict=True))
    assert worst <= 1
    assert len(srgb_profile()) % 4 == 0
