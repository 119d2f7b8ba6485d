"""Verifying a PDF: genuine ones are, and no way of changing one goes unseen or brings the verifier down."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import zlib
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PdfFileWriter
from pyhanko.sign import fields, signers

from gmsc_desktop.documents import guard
from gmsc_desktop.documents.signing import sign_pdf
from gmsc_desktop.documents.untrusted import embedded_content
from gmsc_desktop.documents.verifying import verify_pdf, verify_pdf_file
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import DocumentError, InvalidInput
from gmsc_desktop.domain.verdict import Status, Verdict
from gmsc_desktop.identity.certificates import to_der
from gmsc_desktop.identity.signer import SigningIdentity
from gmsc_desktop.identity.trust import TrustStore
from tests.signing_kit import (
    BOXES,
    BUDI,
    NOW,
    assessed_by,
    content_bytes,
    enrolled,
    office,
    other_office,
    plain_pdf,
    self_signed,
    signed_pdf,
    trusting,
    unsigned_pdf,
    visit_content,
)

CAUGHT = (Status.ALTERED, Status.DAMAGED)
FLIPS = int(os.environ.get("GMSC_FLIPS", "60"))
"""How many bytes of the whole PDF are changed, one at a time, besides those around its signatures."""


def verify(pdf: bytes, trust: TrustStore | None = None) -> Verdict:
    return verify_pdf_file(io.BytesIO(pdf), "laporan.pdf", trusting() if trust is None else trust)


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def countersigned(identity: SigningIdentity | None = None, pdf: bytes | None = None) -> bytes:
    return sign_pdf(pdf or signed_pdf(), identity or enrolled(BUDI), at=NOW, field="PejabatDaerah")


def appended(pdf: bytes, change: object) -> bytes:
    """``pdf`` with an update appended that ``change(writer)`` makes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)  # type: ignore[operator]
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def overlay(writer: IncrementalPdfFileWriter) -> None:
    """Draw a white box and another figure over the page."""
    drawing = generic.StreamObject(stream_data=b"q 1 1 1 rg 60 760 300 30 re f Q")
    writer.add_stream_to_page(0, writer.add_object(drawing))


def swap_attachment(writer: IncrementalPdfFileWriter) -> None:
    specification = writer.root["/AF"][0]
    other = generic.StreamObject(stream_data=content_bytes(visit_content(place="Tempat lain")))
    specification["/EF"]["/F"] = specification["/EF"]["/UF"] = writer.add_object(other)
    writer.update_container(specification)


def add_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    box = generic.ArrayObject(generic.NumberObject(item) for item in (60, 760, 360, 790))
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): box,
            pdf_name("/Contents"): generic.pdf_string("Indeks 4,00"),
        }
    )
    page.setdefault("/Annots", generic.ArrayObject()).append(writer.add_object(note))
    writer.update_container(page)


def change_information(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Lang"] = generic.pdf_string("en")
    writer.update_root()


CHANGES = {
    "overlay": overlay,
    "attachment": swap_attachment,
    "annotation": add_annotation,
    "catalog": change_information,
}


# genuine, and who


def test_genuine_with_who_when_and_which_visit(tmp_path: Path) -> None:
    path = tmp_path / "laporan.pdf"
    path.write_bytes(signed_pdf())
    verdict = verify_pdf(path, trusting())
    content = visit_content()
    assert (verdict.status, verdict.kind, verdict.file_name) == (Status.GENUINE, "pdf", "laporan.pdf")
    assert verdict.file_sha256 == sha256_hex(signed_pdf())
    (signer,) = verdict.signers
    assert (signer.name, signer.organisation) == ("Dr. Sri Wahyuni, M.T.", "Universitas Contoh")
    assert signer.fingerprint == enrolled().fingerprint
    assert (signer.signed_at, signer.time_trusted, signer.field) == (NOW, False, "Asesor")
    (visit,) = verdict.visits
    assert (visit.visit_id, visit.region_name, visit.cycle_year) == (content.visit_id, "Kota Surakarta", 2026)
    assert visit.content_hash == sha256_hex(content_bytes(content))
    assert all(reason.good for reason in verdict.reasons)


def test_the_content_can_be_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "laporan.pdf"
    path.write_bytes(countersigned())
    assert embedded_content(path) == content_bytes(visit_content())
    path.write_bytes(plain_pdf())
    with pytest.raises(DocumentError, match="no visit"):
        embedded_content(path)
    path.write_bytes(b"%PDF-1.7 rubbish")
    with pytest.raises(DocumentError):
        embedded_content(path)
    with pytest.raises(InvalidInput):
        embedded_content(tmp_path / "missing.pdf")


@pytest.mark.parametrize("trust", [TrustStore(), TrustStore((other_office().certificate,))])
def test_nobody_here_vouches_for_the_signer(trust: TrustStore) -> None:
    verdict = verify(signed_pdf(), trust)
    assert verdict.status is Status.UNKNOWN_SIGNER
    assert [(signer.intact, signer.trusted) for signer in verdict.signers] == [(True, False)]


def test_self_signed_is_unknown_until_the_key_itself_is_trusted() -> None:
    alone = self_signed()
    pdf = signed_pdf(assessed_by(visit_content(), alone), alone)
    assert verify(pdf).status is Status.UNKNOWN_SIGNER
    assert verify(pdf, TrustStore((alone.certificate,))).status is Status.GENUINE


def test_signed_before_enrolment_is_genuine_and_said_so() -> None:
    alone = self_signed()
    store = TrustStore((office().certificate,), known=(_issued_later(),))
    verdict = verify(signed_pdf(visit_content(), alone), store)
    assert verdict.status is Status.GENUINE
    assert "before_enrolment" in codes(verdict)


def _issued_later() -> x509.Certificate:
    from datetime import timedelta

    from gmsc_desktop.identity.certificates import issue
    from tests.signing_kit import IDS, SRI, FixedClock

    public = self_signed().private_key.public_key()
    return issue(office(), SRI, public, clock=FixedClock(NOW + timedelta(days=60)), ids=IDS)


def test_a_second_signature_is_judged_beside_the_first() -> None:
    verdict = verify(countersigned())
    assert verdict.status is Status.GENUINE
    assert [(signer.field, signer.name) for signer in verdict.signers] == [
        ("Asesor", "Dr. Sri Wahyuni, M.T."),
        ("PejabatDaerah", "Budi Santoso"),
    ]


def test_one_unknown_signer_among_known_ones_is_never_green() -> None:
    verdict = verify(countersigned(self_signed(BUDI)))
    assert verdict.status is Status.UNKNOWN_SIGNER
    assert [signer.trusted for signer in verdict.signers] == [True, False]


def test_someone_else_than_the_assessor_signed() -> None:
    verdict = verify(signed_pdf(visit_content(), enrolled(BUDI)))
    assert verdict.status is Status.UNKNOWN_SIGNER
    assert codes(verdict)[-1] == "not_assessor"


# changed


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_appended_after_signing_is_found(name: str) -> None:
    changed = appended(signed_pdf(), CHANGES[name])
    verdict = verify(changed)
    assert (verdict.status, codes(verdict)[-1]) == (Status.ALTERED, "appended")
    assert verdict.signers[0].intact


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_changed_between_two_signatures_is_found(name: str) -> None:
    changed = appended(signed_pdf(), CHANGES[name])
    verdict = verify(countersigned(pdf=changed))
    assert verdict.status is Status.ALTERED
    assert codes(verdict)[-1] in ("between", "appended")


@pytest.mark.parametrize("name", CHANGES)
def test_what_the_second_signers_own_update_changes_is_found(name: str) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed_pdf()))
    CHANGES[name](writer)
    verdict = verify(sign_with_pyhanko(writer, enrolled(BUDI), "PejabatDaerah"))
    assert (verdict.status, codes(verdict)[-1]) == (Status.ALTERED, "between")


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not installed")
def test_an_overlay_pdfsig_calls_valid_is_not_genuine_here(tmp_path: Path) -> None:
    path = tmp_path / "overlay.pdf"
    path.write_bytes(appended(signed_pdf(), overlay))
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert verify_pdf(path, trusting()).status is Status.ALTERED


@pytest.mark.parametrize("tail", [b"\n", b" ", b"%comment", b"\0" * 9, b"%%EOF\n", b"startxref\n0\n%%EOF\n"])
def test_bytes_after_the_end_are_found(tail: bytes) -> None:
    assert verify(signed_pdf() + tail).status in CAUGHT


def test_a_removed_signature_is_found() -> None:
    with pikepdf.open(io.BytesIO(signed_pdf())) as opened:
        del opened.Root.AcroForm.Fields[0]["/V"]
        out = io.BytesIO()
        opened.save(out)
    verdict = verify(out.getvalue())
    assert (verdict.status, codes(verdict)) == (Status.ALTERED, ["unsigned"])
    assert verdict.visits
    with pikepdf.open(io.BytesIO(signed_pdf())) as opened:
        del opened.Root["/AcroForm"]
        for page in opened.pages:
            page.Annots = pikepdf.Array()
        out = io.BytesIO()
        opened.save(out)
    assert codes(verify(out.getvalue())) == ["unsigned"]


def test_the_document_before_signing_is_not_signed() -> None:
    verdict = verify(unsigned_pdf(content_bytes(visit_content())))
    assert (verdict.status, codes(verdict)) == (Status.ALTERED, ["unsigned"])


def test_a_pdf_that_was_never_ours_says_so() -> None:
    verdict = verify(plain_pdf())
    assert (verdict.status, codes(verdict)) == (Status.DAMAGED, ["never_signed"])


def test_another_content_than_the_signature_names() -> None:
    pdf = sign_pdf(
        unsigned_pdf(content_bytes(visit_content())), enrolled(), at=NOW, boxes=BOXES, content_hash="ab" * 32
    )
    verdict = verify(pdf)
    assert (verdict.status, codes(verdict)[-1]) == (Status.ALTERED, "content")


def test_content_that_is_no_visit() -> None:
    pdf = sign_pdf(unsigned_pdf(b'{"format":"gmsc-visit/1"}'), enrolled(), at=NOW, boxes=BOXES)
    assert codes(verify(pdf))[-1] == "content_form"


def test_every_changed_byte_is_found() -> None:
    pdf, chance = countersigned(), random.Random(11)
    holes = [place for place in range(len(pdf)) if pdf.startswith(b"/Contents <", place)]
    places = set(chance.sample(range(len(pdf)), min(FLIPS, len(pdf))))
    for hole in holes:
        places |= {hole + 10, hole + 11, *chance.sample(range(hole, hole + 4200), 20)}
    places |= set(chance.sample(range(len(pdf) - 900, len(pdf)), 25))
    for place in sorted(places):
        changed = bytearray(pdf)
        changed[place] ^= 1 << chance.randrange(8)
        verdict = verify(bytes(changed))
        assert verdict.status in CAUGHT, (place, pdf[place - 10 : place + 10], codes(verdict))


def test_the_case_of_a_digit_in_the_hole_is_found() -> None:
    pdf = signed_pdf()
    hole = pdf.index(b"/Contents <") + 11
    place = next(at for at in range(hole, hole + 400) if pdf[at : at + 1] in b"ABCDEF")
    assert verify(pdf[:place] + pdf[place : place + 1].lower() + pdf[place + 1 :]).status in CAUGHT


def test_something_hidden_behind_the_signature_in_its_hole_is_found() -> None:
    pdf = signed_pdf()
    end = pdf.index(b">", pdf.index(b"/Contents <") + 10)
    assert pdf[end - 8 : end] == b"0" * 8
    assert verify(pdf[: end - 8] + b"41424344" + pdf[end:]).status in CAUGHT


# a place of one's own


ELSEWHERE, PROVIDED, UNSEEN = (60, 740, 400, 800), (80, 410, 300, 470), (0, 0, 0, 0)
"""Over the text of the page; inside the empty place of the region's official; nowhere."""


def new_field(
    pdf: bytes, identity: SigningIdentity, box: tuple[int, int, int, int] = ELSEWHERE, page: int = 0
) -> bytes:
    """Signed in a field made on the spot, whose face could cover anything on the page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields.append_signature_field(writer, fields.SigFieldSpec("Tambahan", on_page=page, box=box))
    return sign_with_pyhanko(writer, identity, "Tambahan")


def pyhanko_signer(identity: SigningIdentity) -> signers.SimpleSigner:
    """As another program would sign."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives import serialization
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = identity.private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    registry = SimpleCertificateStore()
    registry.register_multiple([asn1_x509.Certificate.load(to_der(item)) for item in identity.chain])
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(to_der(identity.certificate)),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=registry,
    )


class Careless(signers.PdfSigner):
    """A program that does not care what an earlier signature forbids."""

    def _enforce_certification_constraints(self, reader: object) -> None:
        pass


def sign_with_pyhanko(writer: IncrementalPdfFileWriter, identity: SigningIdentity, field: str) -> bytes:
    """Signed with pyHanko's own signer, attributes and stamp."""
    meta = signers.PdfSignatureMetadata(
        field_name=field, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    out = io.BytesIO()
    Careless(meta, pyhanko_signer(identity)).sign_pdf(writer, output=out, in_place=False)
    return out.getvalue()


def test_another_programs_signature_is_read() -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed_pdf()))
    verdict = verify(sign_with_pyhanko(writer, enrolled(BUDI), "PejabatDaerah"))
    assert verdict.status is Status.GENUINE
    assert verdict.signers[1].name == "Budi Santoso"


@pytest.mark.parametrize("box", [PROVIDED, UNSEEN])
def test_a_place_made_on_the_spot_is_only_for_signers_trusted_here(box: tuple[int, int, int, int]) -> None:
    assert verify(new_field(signed_pdf(), enrolled(BUDI), box)).status is Status.GENUINE
    verdict = verify(new_field(signed_pdf(), self_signed(BUDI), box))
    assert (verdict.status, codes(verdict)[-1]) == (Status.ALTERED, "between")


@pytest.mark.parametrize(
    ("box", "page"), [(ELSEWHERE, 0), (PROVIDED, 1), ((80, 410, 300, 500), 0), ((0, 0, 595, 842), 0)]
)
def test_nobody_covers_the_page_with_a_stamp(box: tuple[int, int, int, int], page: int) -> None:
    verdict = verify(new_field(signed_pdf(), enrolled(BUDI), box, page))
    assert (verdict.status, codes(verdict)[-1]) == (Status.ALTERED, "between")
    verdict = verify(new_field(countersigned(), enrolled(BUDI), PROVIDED))
    assert verdict.status is Status.ALTERED, "the place is taken"


def test_a_signed_pdf_without_a_visit_says_so() -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(plain_pdf()))
    fields.append_signature_field(writer, fields.SigFieldSpec("Ttd", on_page=0, box=(60, 60, 200, 100)))
    verdict = verify(sign_with_pyhanko(writer, enrolled(), "Ttd"))
    assert verdict.status is Status.GENUINE
    assert (codes(verdict)[-1], verdict.visits) == ("no_visit", ())


# broken and hostile files


def test_every_truncation_is_found() -> None:
    pdf = signed_pdf()
    chance = random.Random(3)
    for size in [0, 1, 4, 5, 8, *chance.sample(range(9, len(pdf)), 40), len(pdf) - 1]:
        assert verify(pdf[:size]).status in CAUGHT, size


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_random_bytes_are_damaged(data: bytes, headed: bool) -> None:
    verdict = verify(b"%PDF-1.7\n" + data if headed else data)
    assert verdict.status is Status.DAMAGED
    assert verdict.signers == ()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_blocks_put_elsewhere_are_found(data: st.DataObject) -> None:
    pdf = signed_pdf()
    start, end = sorted((data.draw(st.integers(0, len(pdf))), data.draw(st.integers(0, len(pdf)))))
    place = data.draw(st.integers(0, len(pdf)))
    moved = pdf[:start] + pdf[end:]
    moved = moved[:place] + pdf[start:end] + moved[place:]
    if moved != pdf:
        assert verify(moved).status in CAUGHT


def _stream(number: int, header: bytes, body: bytes) -> bytes:
    return b"%d 0 obj\n<<%s /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, header, len(body), body)


def _pdf(body: bytes, tail_at: int) -> bytes:
    return b"%%PDF-1.7\n%sstartxref\n%d\n%%%%EOF\n" % (body, tail_at)


@cache
def hostile() -> dict[str, bytes]:
    """Small files that ask for endless work or memory."""
    root = b"/Root 1 0 R"
    floats = b"/Type /XRef %s /Size 999999999 /W [0.0 0 0]" % root
    endless = b"/Type /XRef %s /Size 9 /W [0 0 0] /Index [0 999999999]" % root
    hidden = b"/Type /XRef %s /S#69ze 9 /#57%%x\n[0 0 0] /Ind#65x [0 999999999]" % root
    loop = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1 %s /Prev 9>>\n" % root
    bomb = zlib.compress(zlib.compress(b"\0" * 30_000_000))
    nested = b"1 0 obj\n" + b"[" * 100_000 + b"\nendobj\n"
    many = b"1 0 obj\n<<" + b"/A<<" * 20_000 + b"\nendobj\n"
    table = b"xref\n0 999999999\n0000000000 65535 f \ntrailer\n<</Size 1 %s>>\n" % root
    return {
        "endless table": _pdf(_stream(1, endless, b""), 9),
        "endless table with other zeros": _pdf(_stream(1, floats, b""), 9),
        "table of one byte each": _pdf(
            _stream(
                1,
                b"/Type /XRef %s /Size 99999999 /W [1 0 0] /Filter /FlateDecode" % root,
                zlib.compress(b"\1" * 90_000_000),
            ),
            9,
        ),
        "large table": _pdf(
            _stream(
                1,
                b"/Type /XRef %s /Size 9999999 /W [1 2 1] /Filter /FlateDecode" % root,
                zlib.compress(b"\1\0\0\0" * 3_000_000),
            ),
            9,
        ),
        "endless table with escaped names": _pdf(_stream(1, hidden, b""), 9),
        "table that leads to itself": _pdf(loop, 9),
        "announced table": _pdf(table, 9),
        "bomb": _pdf(
            _stream(1, b"/Type /XRef %s /Size 9 /W [1 2 1] /Filter [/FlateDecode /FlateDecode]" % root, bomb), 9
        ),
        "nested arrays": _pdf(
            nested + b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2 %s>>\n" % root,
            9 + len(nested),
        ),
        "nested dictionaries": _pdf(
            many + b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2 %s>>\n" % root,
            9 + len(many),
        ),
        "comments without end": _pdf(b"/W%" * 300_000 + b"\n", 9),
        "spaces without end": _pdf(_stream(1, endless.replace(b"/W ", b"/W" + b" " * 5_000), b""), 9),
        "lists without end": _pdf(b"/W[" * 300_000 + b"/Index[0" * 100_000 + b"\n", 9),
        "revisions": _pdf(loop, 9) + b"startxref\n9\n%%EOF\n" * 100,
        "pages that hold themselves": _pages_in_a_circle(),
    }


def _pages_in_a_circle() -> bytes:
    body = (
        b"1 0 obj\n<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [2 0 R]>>>>\nendobj\n"
        b"2 0 obj\n<</Type /Pages /Kids [2 0 R] /Count 1 /FT /Sig /T (a) /Parent 2 0 R>>\nendobj\n"
    )
    second = 9 + body.index(b"2 0 obj")
    table = b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n%010d 00000 n \n" % second
    return _pdf(body + table + b"trailer\n<</Size 3 /Root 1 0 R>>\n", 9 + len(body))


@pytest.mark.parametrize("name", list(hostile()))
def test_hostile_files_are_damaged_and_cost_little(name: str) -> None:
    import tracemalloc

    pdf = hostile()[name]
    tracemalloc.start()
    try:
        verdict = verify(pdf)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert verdict.status in CAUGHT
    assert peak < 64 * 1024 * 1024 + 20 * len(pdf)


def test_ways_through_the_objects_without_number_are_not_walked() -> None:
    """Two signatures over a document in which every object leads to the next one ten times."""

    def entangle(writer: IncrementalPdfFileWriter) -> None:
        inner = writer.add_object(generic.ArrayObject())
        for _level in range(30):
            inner = writer.add_object(generic.ArrayObject([inner] * 10))
        writer.root["/Ways"] = inner
        writer.update_root()

    unsigned = appended(unsigned_pdf(content_bytes(visit_content())), entangle)
    first = sign_pdf(unsigned, enrolled(), at=NOW, boxes=BOXES)
    assert verify(first).status is Status.GENUINE
    verdict = verify(countersigned(pdf=first))
    assert (verdict.status, codes(verdict)[-1]) == (Status.DAMAGED, "entangled")


def test_a_parser_that_reads_without_end_is_stopped() -> None:
    """What bounds a single object as large as the whole file, which is read byte by byte."""
    metered = guard.Metered(b"0 " * 10)
    for _read in range(guard.MOST_READS):
        metered.read(0)
    with pytest.raises(guard.TooEntangled):
        metered.read(1)


def test_an_attachment_of_some_size_is_no_reason_to_refuse() -> None:
    content = visit_content(place="x" * 1_500_000)
    assert verify(signed_pdf(content)).status is Status.GENUINE


@pytest.mark.parametrize(
    "chance", [b"/W[\x8f\x02\xc1]", b"/W[]", b"/W[ \x80]", b"/W\n[\xff \x07]", b"/W%\xe1\n[\x9a1]"]
)
def test_what_a_compressed_picture_holds_by_chance_is_no_table(chance: bytes) -> None:
    """Among the bytes of some megabytes of pictures these stand sooner or later; the paper is genuine all the same."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/Picture"] = writer.add_object(generic.StreamObject(stream_data=chance))
        writer.update_root()

    unsigned = appended(unsigned_pdf(content_bytes(visit_content())), add)
    assert chance in unsigned
    assert verify(sign_pdf(unsigned, enrolled(), at=NOW, boxes=BOXES)).status is Status.GENUINE


def test_an_encrypted_pdf_says_so() -> None:
    writer = PdfFileWriter()
    page = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Page")})
    writer.insert_page(page)
    writer.encrypt("pemilik", "pengguna")
    out = io.BytesIO()
    writer.write(out)
    verdict = verify(out.getvalue())
    assert (verdict.status, codes(verdict)) == (Status.DAMAGED, ["encrypted"])


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        verify_pdf(tmp_path / "missing.pdf", trusting())
    with pytest.raises(InvalidInput):
        verify_pdf(tmp_path, trusting())
