"""Signing: appended, visible, in fields made beforehand, and what other tools say of it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from gmsc_desktop.documents.drawn import SIGNATURE_FIELDS
from gmsc_desktop.documents.marks import draw_mark
from gmsc_desktop.documents.signing import add_fields, open_fields, sign_pdf
from gmsc_desktop.documents.stamp import STAMP_SIZE, draw_stamp
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.drawing import DrawnMark
from gmsc_desktop.domain.errors import DocumentError, Refused
from tests.documents.checks import pdfa_problems
from tests.documents.reading import flat, pages_of
from tests.signing_kit import (
    BODY,
    BOXES,
    BUDI,
    NAME,
    NOW,
    TITLE,
    content_bytes,
    enrolled,
    self_signed,
    signed_pdf,
    unsigned_pdf,
    visit_content,
)

needs_pdfsig = pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not installed")


def signatures(pdf: bytes) -> list[object]:
    return list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)


def test_a_signature_is_appended_and_changes_nothing_before_it() -> None:
    unsigned = unsigned_pdf(content_bytes(visit_content()))
    signed = signed_pdf()
    assert signed.startswith(unsigned)
    (found,) = signatures(signed)
    assert found.field_name == "Asesor"
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert (str(found.sig_object["/Reason"]), str(found.sig_object["/Location"])) == ("Laporan", "Surakarta")
    assert found.self_reported_timestamp == NOW


def test_it_is_a_pades_baseline_signature() -> None:
    (found,) = signatures(signed_pdf())
    names = {attribute["type"].native for attribute in found.signer_info["signed_attrs"]}
    assert names == {"content_type", "message_digest", "signing_certificate_v2"}
    assert found.signer_info["signature_algorithm"]["algorithm"].native == "sha256_ecdsa"
    assert [item.subject.native["common_name"] for item in found.other_embedded_certs] == ["Kantor Pusat (uji)"]


def test_all_fields_are_there_before_the_first_signature() -> None:
    unsigned = add_fields(unsigned_pdf(content_bytes(visit_content())), BOXES)
    assert open_fields(unsigned) == SIGNATURE_FIELDS
    assert open_fields(signed_pdf()) == ("AsesorKedua", "PejabatDaerah", "SertifikatNasional")
    with pikepdf.open(io.BytesIO(signed_pdf())) as opened:
        fields = opened.Root.AcroForm.Fields
        assert [str(item.T) for item in fields] == list(SIGNATURE_FIELDS)
        assert [[float(x) for x in item.Rect] for item in fields] == [list(box.rect) for box in BOXES]
        # PDF/A asks of every annotation to be printed and to have a face (ISO 19005-3, 6.3.3).
        assert all(int(item.F) & 4 and "/N" in item.AP for item in fields)
        assert "/NeedAppearances" not in opened.Root.AcroForm


def test_the_signature_names_the_content_attached() -> None:
    (found,) = signatures(signed_pdf())
    assert str(found.sig_object["/GMSC_ContentHash"]) == sha256_hex(content_bytes(visit_content()))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_the_face_shows_who_and_what_with_embedded_fonts_only(tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed_pdf())
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    for part in ("Dr. Sri Wahyuni, M.T.", "Asesor, Universitas Contoh", sha256_hex(content_bytes(visit_content()))):
        assert part in text
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    # Columns from the right: object and generation, unicode, subset, embedded.
    assert all(line.split()[-5] == "yes" for line in fonts), fonts


def test_a_second_signature_leaves_the_first_as_it_is() -> None:
    first = signed_pdf()
    second = sign_pdf(first, enrolled(BUDI), at=NOW, field="PejabatDaerah", purpose="Mengetahui")
    assert second.startswith(first)
    third = sign_pdf(second, self_signed(), at=NOW, field="AsesorKedua")
    assert third.startswith(second)
    assert open_fields(third) == ("SertifikatNasional",)
    assert [item.field_name for item in signatures(third)] == ["Asesor", "PejabatDaerah", "AsesorKedua"]


def test_a_place_already_signed_or_missing_is_refused() -> None:
    signed = signed_pdf()
    with pytest.raises(Refused, match="already signed"):
        sign_pdf(signed, enrolled(BUDI), at=NOW)
    with pytest.raises(Refused, match="no place"):
        sign_pdf(signed, enrolled(BUDI), at=NOW, field="Bupati")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no pdf at all", b"\0" * 100])
def test_what_is_no_pdf_is_said_to_be(data: bytes) -> None:
    with pytest.raises(DocumentError):
        sign_pdf(data, enrolled(), at=NOW, boxes=BOXES)
    with pytest.raises(DocumentError):
        open_fields(data)


@needs_pdfsig
def test_pdfsig_finds_every_signature_valid(tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(sign_pdf(signed_pdf(), enrolled(BUDI), at=NOW, field="PejabatDaerah"))
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2
    assert said.count("Total document signed") == 1
    assert said.count("The signature form field is not signed") == 2


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed_pdf())
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0


def test_it_stays_pdfa() -> None:
    assert pdfa_problems(signed_pdf()) == []
    assert pdfa_problems(sign_pdf(signed_pdf(), enrolled(BUDI), at=NOW, field="PejabatDaerah")) == []


def test_a_long_chain_and_a_long_name_fit() -> None:
    from dataclasses import replace

    person = replace(BUDI, name="Prof. Dr. " + "Nama Panjang " * 12, organisation="Instansi " * 20)
    signed = signed_pdf(identity=enrolled(person))
    assert len(signatures(signed)) == 1


def test_stamps_name_people_and_their_office_in_full() -> None:
    mark = DrawnMark(NAME, TITLE, (((0.1, 0.2), (0.5, 0.8), (0.9, 0.3)),), BODY).checked()
    for stamp in (
        draw_stamp(NAME, TITLE, BODY, NOW, "Mengetahui dan menyetujui", "ab" * 32),
        draw_mark(mark, "Dr. Sri Wahyuni, M.T.", NOW, "ab" * 32),
    ):
        said = flat(" ".join(pages_of(stamp, raw=True)))
        for text in (NAME, TITLE, BODY, "2 Maret 2026", "ab" * 32):
            assert text.replace(" ", "") in said.replace(" ", "")
        assert "…" not in said
        assert words_outside(stamp) == []


def words_outside(stamp: bytes) -> list[str]:
    """The words of a stamp that reach over its edge."""
    asked = ["pdftotext", "-bbox", "-", "-"]
    page = subprocess.run(asked, input=stamp, capture_output=True, check=True).stdout.decode()
    found = re.findall(r'xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)">(.*?)</word>', page)
    assert found
    width, height = STAMP_SIZE
    return [
        word
        for x0, y0, x1, y1, word in found
        if float(x0) < 0 or float(x1) > width or float(y0) < 0 or float(y1) > height
    ]


def test_a_stamp_of_no_visit_speaks_of_no_hash() -> None:
    assert "SHA-256" not in flat(" ".join(pages_of(draw_stamp("A", "B", "C", NOW, "", ""))))


def test_what_would_be_too_small_to_read_ends_in_an_ellipsis() -> None:
    said = flat(" ".join(pages_of(draw_stamp("Nama " * 2000, "x" * 5000, "", NOW, "", "ab" * 32))))
    assert "…" in said
    assert "2 Maret 2026" in said
