"""Second and third signatures: own .p12 of any kind, or drawn on the screen; the first stays as it is."""

from __future__ import annotations

import io
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from gmsc_desktop.documents.signing import open_fields, sign_pdf
from gmsc_desktop.documents.verifying import verify_pdf_file
from gmsc_desktop.domain.drawing import DrawnMark
from gmsc_desktop.domain.errors import DocumentError, InvalidInput, Refused, WrongPassphrase
from gmsc_desktop.domain.verdict import Status, Verdict
from gmsc_desktop.identity.certificates import to_der
from gmsc_desktop.identity.pkcs12 import load_pkcs12
from gmsc_desktop.identity.signer import AnySigner, AuthorityIdentity, SigningIdentity
from gmsc_desktop.identity.trust import TrustStore
from gmsc_desktop.services import verdicts
from tests.documents.checks import pdfa_problems
from tests.documents.reading import flat, pages_of
from tests.documents.test_verifying import CAUGHT, CHANGES, appended
from tests.signing_kit import BUDI, NOW, enrolled, office, signed_pdf, trusting

SECRET = "rahasia p12"
WAVE = tuple((float(x), 20 + 15 * (-1.0) ** x) for x in range(12))
MARK = DrawnMark(
    "Budi Santoso", "Kepala Dinas Kominfo", (WAVE, ((2.0, 40.0), (9.0, 44.0))), "Pemerintah Kota Surakarta"
)


def verify(pdf: bytes, trust: TrustStore | None = None) -> Verdict:
    return verify_pdf_file(io.BytesIO(pdf), "laporan.pdf", trusting() if trust is None else trust)


@cache
def keys() -> dict[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey]:
    return {
        "rsa": rsa.generate_private_key(65537, 2048),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "p256": ec.generate_private_key(ec.SECP256R1()),
    }


def certificate(key: object, *, days: int = 3650, signing: bool = True) -> x509.Certificate:
    """Issued by the office, as an authority's certificate would be."""
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, "Ir. Wati, M.Si."), x509.NameAttribute(NameOID.TITLE, "Sekda")]
    )
    others = ("data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    usage = {**dict.fromkeys(others, False), "key_encipherment": not signing}
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(office().certificate.subject)
        .public_key(key.public_key())  # type: ignore[attr-defined]
        .serial_number(4711)
        .not_valid_before(NOW - timedelta(days=20))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.KeyUsage(digital_signature=signing, content_commitment=signing, **usage), critical=True)
        .sign(office().private_key, hashes.SHA256())
    )


def p12(kind: str, **particulars: object) -> bytes:
    key = keys()[kind]
    return pkcs12.serialize_key_and_certificates(
        b"wati", key, certificate(key, **particulars), [enrolled().certificate, office().certificate],  # type: ignore[arg-type]
        serialization.BestAvailableEncryption(SECRET.encode()),
    )  # fmt: skip


@cache
def wati(kind: str) -> AnySigner:
    return load_pkcs12(p12(kind), SECRET, NOW)


def without_key() -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"wati", None, None, [office().certificate], serialization.BestAvailableEncryption(SECRET.encode())
    )


def small_key() -> bytes:
    key = rsa.generate_private_key(65537, 1024)
    return pkcs12.serialize_key_and_certificates(
        b"wati", key, certificate(key), None, serialization.BestAvailableEncryption(SECRET.encode())
    )


# .p12


@pytest.mark.parametrize("kind", ["rsa", "p384", "p256"])
def test_a_key_of_an_authority_signs_in_its_own_field(kind: str) -> None:
    identity = wati(kind)
    assert isinstance(identity, SigningIdentity if kind == "p256" else AuthorityIdentity)
    assert identity.chain == (office().certificate,)
    assert "private" not in repr(identity).casefold()
    first = signed_pdf()
    signed = sign_pdf(first, identity, at=NOW, field="PejabatDaerah")
    assert signed.startswith(first)
    assert open_fields(signed) == ("AsesorKedua", "SertifikatNasional")
    verdict = verify(signed)
    assert verdict.status is Status.GENUINE
    assert [(s.name, s.field, s.intact, s.trusted) for s in verdict.signers] == [
        ("Dr. Sri Wahyuni, M.T.", "Asesor", True, True),
        ("Ir. Wati, M.Si.", "PejabatDaerah", True, True),
    ]
    assert pdfa_problems(signed) == []
    page = flat(pages_of(signed)[0])
    assert "Ir. Wati, M.Si." in page
    assert "Sekda" in page


@pytest.mark.parametrize("kind", ["rsa", "p384"])
def test_public_tools_agree(kind: str, tmp_path: Path) -> None:
    tool = shutil.which("pdfsig")
    if tool is None:
        pytest.skip("pdfsig is not installed")
    path = tmp_path / "laporan.pdf"
    path.write_bytes(sign_pdf(signed_pdf(), wati(kind), at=NOW, field="AsesorKedua"))
    said = subprocess.run([tool, "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2


@pytest.mark.parametrize("kind", ["rsa", "p384"])
def test_a_byte_of_a_foreign_signature_changed_is_found(kind: str) -> None:
    signed = bytearray(sign_pdf(signed_pdf(), wati(kind), at=NOW, field="AsesorKedua"))
    for at in range(len(signed_pdf()) + 50, len(signed) - 30, 997):
        changed = bytearray(signed)
        changed[at] ^= 1
        assert verify(bytes(changed)).status in CAUGHT, at


@pytest.mark.parametrize(
    ("data", "secret", "error", "said"),
    [
        (lambda: p12("rsa"), "salah", WrongPassphrase, "passphrase"),
        (lambda: p12("rsa"), "", WrongPassphrase, "passphrase"),
        (lambda: b"%PDF-1.7", SECRET, InvalidInput, ".p12"),
        (lambda: b"", SECRET, InvalidInput, ".p12"),
        (lambda: b"0" * 2_000_000, SECRET, InvalidInput, ".p12"),
        (lambda: p12("rsa", days=-1), SECRET, InvalidInput, "expired"),
        (lambda: p12("rsa", signing=False), SECRET, InvalidInput, "not made for signing"),
        (without_key, SECRET, InvalidInput, "no private key"),
        (small_key, SECRET, InvalidInput, "kind"),
    ],
)
def test_why_a_file_cannot_be_used(data: object, secret: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        load_pkcs12(data(), secret, NOW)  # type: ignore[operator]


def test_not_valid_yet() -> None:
    with pytest.raises(InvalidInput, match="only from"):
        load_pkcs12(p12("rsa"), SECRET, NOW - timedelta(days=40))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_file_is_an_error_a_person_can_read(data: st.DataObject) -> None:
    whole = bytearray(p12("p256"))
    for _change in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, 60) | st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InvalidInput, WrongPassphrase):
        load_pkcs12(bytes(whole), SECRET, NOW)


# drawn on the screen


def drawn(pdf: bytes | None = None, mark: DrawnMark = MARK, field: str = "PejabatDaerah") -> bytes:
    return sign_pdf(pdf or signed_pdf(), enrolled(), at=NOW, field=field, mark=mark)


def test_a_drawn_signature_is_shown_as_what_it_is() -> None:
    signed = drawn()
    verdict = verify(signed)
    assert verdict.status is Status.GENUINE
    seal = verdict.signers[1]
    assert (seal.name, seal.drawn_by, seal.drawn_title) == (
        "Dr. Sri Wahyuni, M.T.",
        "Budi Santoso",
        "Kepala Dinas Kominfo",
    )
    assert "drawn" in {reason.code for reason in verdict.reasons}
    assert any("Budi Santoso, Kepala Dinas Kominfo" in line for line in verdicts.lines(verdict))
    page = flat(pages_of(signed)[0])
    for words in (
        "TANDA TANGAN DI LAYAR",
        "Budi Santoso",
        "Kepala Dinas Kominfo",
        "Dibubuhkan di layar, disegel oleh asesor",
    ):
        assert words in page
    assert pdfa_problems(signed) == []


def test_the_name_of_who_drew_cannot_be_changed() -> None:
    signed = drawn()
    assert signed.count(b"(Budi Santoso)") == 1
    assert verify(signed.replace(b"(Budi Santoso)", b"(Budi Sentoso)")).status in CAUGHT


@pytest.mark.parametrize(
    "mark",
    [replace(MARK, name=" "), replace(MARK, title=""), replace(MARK, strokes=()),
     replace(MARK, strokes=(((1.0, 1.0),),)),
     replace(MARK, strokes=(((1.0, float("nan")), (2.0, 2.0)),)), replace(MARK, name="x" * 300),
     replace(MARK, strokes=(((1.0, 2.0), (float("inf"), 2.0)),)), replace(MARK, strokes=(WAVE * 2000,))],
)  # fmt: skip
def test_half_a_mark_is_refused(mark: DrawnMark) -> None:
    with pytest.raises(InvalidInput):
        drawn(mark=mark)


POINTS = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(POINTS, max_size=5).map(tuple), max_size=4).map(tuple), st.text(max_size=60))
def test_whatever_is_drawn_the_paper_stays_genuine(
    strokes: tuple[tuple[tuple[float, float], ...], ...], name: str
) -> None:
    try:
        signed = drawn(mark=replace(MARK, strokes=strokes, name=name))
    except InvalidInput:
        return
    assert verify(signed).status is Status.GENUINE


# three people


@cache
def by_all_three() -> bytes:
    second = sign_pdf(signed_pdf(), wati("rsa"), at=NOW + timedelta(hours=1), field="AsesorKedua")
    return drawn(second)


def test_three_signatures_are_all_valid_and_named() -> None:
    verdict = verify(by_all_three())
    assert verdict.status is Status.GENUINE
    assert [s.field for s in verdict.signers] == ["Asesor", "AsesorKedua", "PejabatDaerah"]
    assert all(s.intact and s.trusted for s in verdict.signers)
    assert [s.drawn_by for s in verdict.signers] == ["", "", "Budi Santoso"]
    assert open_fields(by_all_three()) == ("SertifikatNasional",)
    for field in ("Asesor", "AsesorKedua", "PejabatDaerah"):
        with pytest.raises(Refused):
            sign_pdf(by_all_three(), enrolled(BUDI), at=NOW, field=field)


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_changes_after_and_between_are_found_with_three_too(name: str) -> None:
    assert verify(appended(by_all_three(), CHANGES[name])).status is Status.ALTERED
    second = sign_pdf(signed_pdf(), wati("rsa"), at=NOW, field="AsesorKedua")
    assert verify(drawn(appended(second, CHANGES[name]))).status is Status.ALTERED


def test_a_revision_rolled_back_is_the_earlier_document_and_a_signature_taken_out_is_found() -> None:
    pdf = by_all_three()
    assert [s.field for s in verify(signed_pdf()).signers] == ["Asesor"]
    begin = pdf.rindex(b"%%EOF", 0, len(pdf) - 10)
    middle = pdf.rindex(b"%%EOF", 0, begin)
    without_second = pdf[: middle + 6] + pdf[begin + 6 :]
    assert verify(without_second).status in CAUGHT


# what is shown instead of what was signed ("shadow attacks")


def _page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    return writer.root["/Pages"]["/Kids"][0]


def _replace_contents(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 0 0 300 300 re f Q"))
    writer.update_container(page)


def _replace_font(writer: IncrementalPdfFileWriter) -> None:
    fonts = _page(writer)["/Resources"]["/Font"]
    name = next(iter(fonts))
    font = fonts[name]
    font["/ToUnicode"] = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.update_container(font)


def _take_page_away(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    del pages["/Kids"][-1]
    pages["/Count"] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


def _other_stamp(writer: IncrementalPdfFileWriter) -> None:
    box = generic.ArrayObject(generic.NumberObject(item) for item in (0, 0, 236, 84))
    form = {pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): box}
    face = generic.StreamObject(dict_data=form, stream_data=b"0 0 236 84 re f")
    widget = _page(writer)["/Annots"][0]
    widget["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(face)})
    writer.update_container(widget)


def _move_stamp(writer: IncrementalPdfFileWriter) -> None:
    widget = _page(writer)["/Annots"][0]
    widget["/Rect"] = generic.ArrayObject(generic.NumberObject(item) for item in (0, 0, 595, 842))
    writer.update_container(widget)


def _take_signature_away(writer: IncrementalPdfFileWriter) -> None:
    widget = _page(writer)["/Annots"][0]
    del widget["/V"]
    writer.update_container(widget)


def _run_when_opened(writer: IncrementalPdfFileWriter) -> None:
    script = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    writer.root["/OpenAction"] = generic.DictionaryObject(script)
    writer.update_root()


def _another_catalog(writer: IncrementalPdfFileWriter) -> None:
    pages = generic.DictionaryObject(writer.root["/Pages"])
    writer.root["/Pages"] = writer.add_object(pages)
    writer.update_root()


SHADOWS = {
    "contents": _replace_contents,
    "font": _replace_font,
    "page taken away": _take_page_away,
    "stamp": _other_stamp,
    "stamp moved": _move_stamp,
    "signature": _take_signature_away,
    "script": _run_when_opened,
    "catalog": _another_catalog,
}


@pytest.mark.parametrize("name", sorted(SHADOWS))
def test_nothing_is_shown_instead_of_what_was_signed(name: str) -> None:
    assert verify(appended(by_all_three(), SHADOWS[name])).status in CAUGHT
    second = sign_pdf(appended(signed_pdf(), SHADOWS[name]), wati("rsa"), at=NOW, field="AsesorKedua")
    assert verify(second).status in CAUGHT
    assert verify(drawn(second)).status in CAUGHT


# other validators


def test_pyhanko_finds_all_three_valid_trusted_and_nothing_but_signed() -> None:
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root = asn1_x509.Certificate.load(to_der(office().certificate))
    trust = ValidationContext(trust_roots=[root], moment=NOW, allow_fetching=False)
    found = PdfFileReader(io.BytesIO(by_all_three())).embedded_signatures
    assert len(found) == 3
    for signature in found:
        status = validate_pdf_signature(signature, trust)
        assert status.bottom_line and status.trusted and status.docmdp_ok
        assert status.modification_level in (None, ModificationLevel.NONE, ModificationLevel.FORM_FILLING)
    assert pdfa_problems(by_all_three()) == []


@pytest.mark.skipif(not (shutil.which("pdfsig") and shutil.which("certutil")), reason="pdfsig, certutil missing")
def test_pdfsig_finds_all_three_valid_and_trusted_with_our_root(tmp_path: Path) -> None:
    from gmsc_desktop.identity.certificates import to_pem

    trust, path, root = tmp_path / "nss", tmp_path / "laporan.pdf", tmp_path / "root.pem"
    trust.mkdir()
    # Three people: NSS stumbles when a certificate comes once more after another one.
    second = sign_pdf(signed_pdf(), wati("rsa"), at=NOW + timedelta(hours=1), field="AsesorKedua")
    path.write_bytes(sign_pdf(second, enrolled(BUDI), at=NOW, field="PejabatDaerah"))
    root.write_bytes(to_pem(office().certificate))
    subprocess.run(["certutil", "-N", "--empty-password", "-d", trust], check=True)
    subprocess.run(["certutil", "-A", "-d", trust, "-n", "akar", "-t", "CT,CT,CT", "-i", root], check=True)
    said = subprocess.run(["pdfsig", "-nssdir", trust, path], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == said.count("Certificate is Trusted") == 3, said


def test_a_copy_to_look_at_shows_every_stamp_and_is_signed_by_nobody() -> None:
    from gmsc_desktop.documents.flattening import flattened
    from tests.signing_kit import plain_pdf

    shown = flattened(by_all_three())
    page = flat(pages_of(shown)[0])
    assert page.count("DITANDATANGANI SECARA ELEKTRONIK") == 2
    assert "TANDA TANGAN DI LAYAR" in page and "Budi Santoso" in page
    assert verify(shown).status in CAUGHT
    assert flattened(plain_pdf()) == plain_pdf()
    with pytest.raises(DocumentError):
        flattened(b"%PDF-1.7\n")
