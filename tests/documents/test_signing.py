"""Signing: appended, visible, in fields made beforehand, and what other tools say of it."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from gmsc_desktop.documents.drawn import SIGNATURE_FIELDS
from gmsc_desktop.documents.signing import add_fields, open_fields, sign_pdf
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import DocumentError, Refused
from tests.documents.checks import pdfa_problems
from tests.signing_kit import (
    BOXES,
    BUDI,
    NOW,
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
    assert open_fields(signed_pdf()) == ("AsesorKedua", "PejabatDaerah")
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
    assert open_fields(third) == ()
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
    assert said.count("The signature form field is not signed") == 1


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
