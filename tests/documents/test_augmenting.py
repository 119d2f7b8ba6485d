"""Timestamps: asked of a real authority over a real connection, and believed only when its certificate is trusted."""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from gmsc_desktop.documents.augmenting import augment_pdf
from gmsc_desktop.documents.signing import sign_pdf
from gmsc_desktop.documents.verifying import verify_pdf_file
from gmsc_desktop.domain.errors import DocumentError, InvalidInput, Refused
from gmsc_desktop.domain.verdict import Status, Verdict
from gmsc_desktop.identity.certificates import to_der, to_pem
from gmsc_desktop.identity.signer import SigningIdentity
from gmsc_desktop.identity.trust import TrustStore
from gmsc_desktop.services.augmenting import augment_file
from tests.documents.checks import pdfa_problems
from tests.documents.test_verifying import CAUGHT, CHANGES, appended
from tests.signing_kit import (
    BUDI,
    CLOCK,
    IDS,
    NOW,
    content_bytes,
    enrolled,
    office,
    other_office,
    plain_pdf,
    signed_pdf,
    trusting,
    unsigned_pdf,
    visit_content,
)

STAMPED_AT = NOW + timedelta(days=2)


@cache
def authority_root():  # type: ignore[no-untyped-def]
    from gmsc_desktop.identity.certificates import make_root

    return make_root("Otoritas Waktu (uji)", clock=CLOCK, ids=IDS)


@cache
def stamper(purpose: str = "time") -> DummyTimeStamper:
    root = authority_root()
    key = rsa.generate_private_key(65537, 2048)
    usage = ExtendedKeyUsageOID.TIME_STAMPING if purpose == "time" else ExtendedKeyUsageOID.CODE_SIGNING
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TSA uji")]))
        .issuer_name(root.certificate.subject)
        .public_key(key.public_key())
        .serial_number(99)
        .not_valid_before(NOW - timedelta(days=20))
        .not_valid_after(NOW + timedelta(days=2000))
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        .sign(root.private_key, hashes.SHA256())
    )
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return DummyTimeStamper(
        asn1_x509.Certificate.load(to_der(certificate)),
        asn1_keys.PrivateKeyInfo.load(der),
        certs_to_embed=[asn1_x509.Certificate.load(to_der(root.certificate))],
        fixed_dt=STAMPED_AT.replace(microsecond=0),
        include_nonce=False,
    )


def answer(request: bytes) -> bytes:
    return stamper().request_tsa_response(tsp.TimeStampReq.load(request)).dump()


@contextmanager
def serving(reply: object = answer) -> Iterator[str]:
    """A timestamp authority that listens; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            body = reply(self.rfile.read(int(self.headers["Content-Length"])))  # type: ignore[operator]
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@cache
def stamped() -> bytes:
    return augment_pdf(signed_pdf(), answer)


def both() -> TrustStore:
    return TrustStore(roots=(office().certificate, authority_root().certificate))


def verify(pdf: bytes, trust: TrustStore | None = None) -> Verdict:
    return verify_pdf_file(io.BytesIO(pdf), "laporan.pdf", trust or both())


def test_a_timestamp_from_an_authority_makes_the_time_trusted(tmp_path: Path) -> None:
    path, root = tmp_path / "laporan.pdf", tmp_path / "root.pem"
    path.write_bytes(signed_pdf())
    root.write_bytes(to_pem(office().certificate))
    with serving() as address:
        augment_file(path, address, path, trust=(root,))
    pdf = path.read_bytes()
    assert pdf.startswith(signed_pdf())
    verdict = verify(pdf)
    assert verdict.status is Status.GENUINE
    assert [(s.field, s.time_trusted, s.signed_at) for s in verdict.signers] == [
        ("Asesor", True, STAMPED_AT.replace(microsecond=0))
    ]
    assert [reason.good for reason in verdict.reasons if reason.code == "timestamp"] == [True]
    claimed = verify(pdf, trusting())
    assert claimed.status is Status.GENUINE
    assert [(s.time_trusted, s.signed_at) for s in claimed.signers] == [(False, NOW)]
    assert [reason.good for reason in claimed.reasons if reason.code == "timestamp"] == [False]


def test_who_is_trusted_for_times_is_trusted_for_no_signer() -> None:
    clock = authority_root().certificate
    verdict = verify(stamped(), TrustStore(roots=(office().certificate,), time_roots=(clock,)))
    assert (verdict.status, verdict.signers[0].time_trusted) == (Status.GENUINE, True)
    verdict = verify(stamped(), TrustStore(roots=(clock,), time_roots=(office().certificate,)))
    assert (verdict.status, verdict.signers[0].time_trusted) == (Status.UNKNOWN_SIGNER, True)


def test_a_certificate_for_something_else_vouches_for_no_time() -> None:
    other = stamper("code")
    pdf = augment_pdf(signed_pdf(), lambda request: other.request_tsa_response(tsp.TimeStampReq.load(request)).dump())
    verdict = verify(pdf)
    assert verdict.status is Status.GENUINE
    assert not verdict.signers[0].time_trusted


def test_the_certificates_to_check_it_with_lie_in_it_and_it_stays_pdfa() -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import DocumentSecurityStore

    assert pdfa_problems(stamped()) == []
    store = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(stamped())))
    kept = {certificate.subject.native["common_name"] for certificate in store.load_certs()}
    assert kept == {"Dr. Sri Wahyuni, M.T.", "Kantor Pusat (uji)", "TSA uji", "Otoritas Waktu (uji)"}


@cache
def pointing() -> x509.Certificate:
    """A certificate of the office that says where its list of revoked ones is."""
    point = x509.DistributionPoint([x509.UniformResourceIdentifier("http://contoh.go.id/a.crl")], None, None, None)
    key = rsa.generate_private_key(65537, 2048)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Penunjuk")]))
        .issuer_name(office().certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=9))
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .sign(office().private_key, hashes.SHA256())
    )


def test_lists_of_revoked_certificates_are_kept_when_they_can_be_had() -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import DocumentSecurityStore

    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(office().certificate.subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=30))
        .sign(office().private_key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    asked = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return revoked

    pdf = augment_pdf(signed_pdf(), answer, fetch=fetch, extra=(pointing(),))
    assert asked == ["http://contoh.go.id/a.crl"]
    assert len(DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(pdf))).crls) == 1
    assert verify(pdf).status is Status.GENUINE
    for nothing in (None, b"not found"):
        pdf = augment_pdf(signed_pdf(), answer, fetch=lambda _a, n=nothing: n, extra=(pointing(),))  # type: ignore[misc]
        assert verify(pdf).status is Status.GENUINE


@pytest.mark.parametrize(
    ("issuer", "days", "status"),
    [
        (office, 1, Status.UNKNOWN_SIGNER),
        (office, 3, Status.GENUINE),
        (other_office, 1, Status.GENUINE),
    ],
)
def test_a_list_in_the_document_takes_a_signer_back(
    issuer: Callable[[], SigningIdentity], days: int, status: Status
) -> None:
    """Signed by the issuer of the signer's certificate, and before the time of the stamp; else it says nothing."""
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(enrolled().certificate.serial_number)
        .revocation_date((NOW + timedelta(days=days)).replace(microsecond=0))
        .build()
    )
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(office().certificate.subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=30))
        .add_revoked_certificate(entry)
        .sign(issuer().private_key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    verdict = verify(augment_pdf(signed_pdf(), answer, fetch=lambda _address: listed, extra=(pointing(),)))
    assert verdict.status is status
    codes = {reason.code for reason in verdict.reasons if not reason.good}
    assert codes == {("office", 1): {"revoked"}, ("office", 3): {"revoked_later"}}.get((issuer.__name__, days), set())


def test_signing_and_stamping_again_afterwards() -> None:
    second = sign_pdf(stamped(), enrolled(BUDI), at=NOW + timedelta(days=5), field="PejabatDaerah")
    verdict = verify(second)
    assert verdict.status is Status.GENUINE
    assert [(s.field, s.time_trusted) for s in verdict.signers] == [("Asesor", True), ("PejabatDaerah", False)]
    verdict = verify(augment_pdf(second, answer))
    assert verdict.status is Status.GENUINE
    assert all(s.time_trusted for s in verdict.signers)


def test_the_time_of_the_stamp_is_the_one_validity_is_judged_at() -> None:
    from dataclasses import replace

    from gmsc_desktop.identity.signer import spki_fingerprint
    from gmsc_desktop.identity.trust import Revocation

    # Revoked between the time claimed and the time proven: who has the key may claim any time before.
    serial = enrolled().certificate.serial_number
    taken_back = Revocation(spki_fingerprint(office().certificate), serial, NOW + timedelta(days=1))
    assert verify(stamped(), replace(trusting(), revoked=frozenset({taken_back}))).status is Status.GENUINE
    assert verify(stamped(), replace(both(), revoked=frozenset({taken_back}))).status is Status.UNKNOWN_SIGNER


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_changes_after_and_before_the_timestamp_are_found(name: str) -> None:
    assert verify(appended(stamped(), CHANGES[name])).status is Status.ALTERED
    assert verify(augment_pdf(appended(signed_pdf(), CHANGES[name]), answer)).status is Status.ALTERED


def test_every_changed_byte_of_what_it_covers_is_found() -> None:
    from gmsc_desktop.documents.untrusted import open_pdf

    pdf = stamped()
    _begin, start, end, _length = (int(item) for item in open_pdf(pdf).embedded_signatures[-1].byte_range)
    for at in [*range(len(signed_pdf()), start, 211), *range(end, len(pdf), 97)]:
        changed = bytearray(pdf)
        changed[at] ^= 1
        assert verify(bytes(changed)).status in CAUGHT, at


def test_a_timestamp_alone_signs_nothing() -> None:
    with pytest.raises(Refused):
        augment_pdf(unsigned_pdf(content_bytes(visit_content())), answer)
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfTimeStamper

    writer = IncrementalPdfFileWriter(io.BytesIO(unsigned_pdf(content_bytes(visit_content()))))
    pdf = PdfTimeStamper(stamper()).timestamp_pdf(writer, "sha256").getvalue()
    assert verify(pdf).status is Status.ALTERED
    writer = IncrementalPdfFileWriter(io.BytesIO(plain_pdf()))
    pdf = PdfTimeStamper(stamper()).timestamp_pdf(writer, "sha256").getvalue()
    assert verify(pdf).status is Status.DAMAGED


def test_a_timestamp_that_can_be_seen_is_a_change() -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field
    from pyhanko.sign.signers import PdfTimeStamper

    writer = IncrementalPdfFileWriter(io.BytesIO(signed_pdf()))
    append_signature_field(writer, SigFieldSpec("Besar", box=(50, 50, 300, 300), on_page=0))
    pdf = PdfTimeStamper(stamper(), field_name="Besar").timestamp_pdf(writer, "sha256").getvalue()
    assert verify(pdf).status is Status.ALTERED


def _other_question(_request: bytes) -> bytes:
    from asn1crypto import algos

    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": b"x" * 32}
    return answer(tsp.TimeStampReq({"version": 1, "message_imprint": tsp.MessageImprint(imprint)}).dump())


def _refusal(_request: bytes) -> bytes:
    # TimeStampResp without a token, which asn1crypto does not write: status "rejection" alone.
    return b"\x30\x05\x30\x03\x02\x01\x02"


@pytest.mark.parametrize(
    "reply", [_other_question, _refusal, lambda _r: b"", lambda _r: b"<html>", lambda _r: b"\x30\x80"]
)
def test_an_answer_to_something_else_is_none(reply: object, tmp_path: Path) -> None:
    path = tmp_path / "laporan.pdf"
    path.write_bytes(signed_pdf())
    with serving(reply) as address, pytest.raises(DocumentError):
        augment_file(path, address, path)
    assert path.read_bytes() == signed_pdf()


def test_nobody_answers(tmp_path: Path) -> None:
    path = tmp_path / "laporan.pdf"
    path.write_bytes(signed_pdf())
    with serving() as address:
        pass
    for wrong in (address, "file:///etc/passwd", "waktu.go.id"):
        with pytest.raises(InvalidInput):
            augment_file(path, wrong, path)
    with pytest.raises(InvalidInput):
        augment_file(tmp_path / "tidak-ada.pdf", address, path)
    assert path.read_bytes() == signed_pdf()


def test_public_tools_agree(tmp_path: Path) -> None:
    tool = shutil.which("pdfsig")
    if tool is None:
        pytest.skip("pdfsig is not installed")
    path = tmp_path / "laporan.pdf"
    path.write_bytes(stamped())
    said = subprocess.run([tool, "-nocert", path], capture_output=True, text=True, check=False).stdout
    # It does not check timestamps, but sees that one covers the whole.
    assert said.count("Signature is Valid") == 1
    assert "Total document signed" in said.split("Signature #2")[-1]
