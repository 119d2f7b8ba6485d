"""The archive form of a document: what ISO 19005-3 asks for, the visit inside it, and that it can be signed later."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
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
from gmsc_desktop.domain.content import to_document
from gmsc_desktop.domain.errors import DocumentError
from tests.documents.checks import fonts, pdfa_problems
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


def test_the_checks_do_find_what_is_missing() -> None:
    with pikepdf.open(io.BytesIO(archive())) as document:
        del document.Root.OutputIntents
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
        document.docinfo["/Title"] = "Lain"
        for font in fonts(document):
            del font.FontDescriptor["/FontFile2"]
        out = io.BytesIO()
        document.save(out)
    found = " ".join(pdfa_problems(out.getvalue()))
    for problem in ("6.2.3", "6.5.1", "6.6.3 /Title", "is not embedded"):
        assert problem in found


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


_ELSEWHERE = """
import hashlib, sys
from tests.unit.test_pdfa import archive
sys.stdout.write(hashlib.sha256(archive()).hexdigest())
"""


def test_another_run_elsewhere_gives_the_same_bytes() -> None:
    place = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Jayapura", "LC_ALL": "C"}
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run([sys.executable, "-c", _ELSEWHERE], cwd=root, env=place, capture_output=True, check=True)
    assert run.stdout.decode() == sha256_hex(archive())


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
    assert [name for name, _value, _ref in enumerate_sig_fields(reader)] == ["Asesor", "AsesorKedua", "PejabatDaerah"]
    assert len(reader.root["/AF"]) == 1


def test_signed_by_all_three_it_is_still_what_the_standard_asks_for() -> None:
    signed = archive()
    for number, field in enumerate(SIGNATURE_FIELDS):
        signed = sign_pdf(signed, self_signed(), at=NOW + timedelta(minutes=number), field=field)
        assert pdfa_problems(signed) == []
    assert signed.startswith(archive())
    with pikepdf.open(io.BytesIO(signed)) as document:
        values = [field.V for field in document.Root.AcroForm.Fields]
        assert len(values) == 3
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
