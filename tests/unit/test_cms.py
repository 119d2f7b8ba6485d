"""The exact CMS form: openssl accepts it, it reads back, and no byte of it can change unseen."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gmsc_desktop.identity.certificates import to_pem
from gmsc_desktop.identity.cms import P256_ORDER, Fault, read_detached, sign_detached, size_of
from tests.signing_kit import BUDI, NOW, enrolled, office, self_signed

DATA = b"every byte counts\n"
DIGEST = hashlib.sha256(DATA).digest()


def test_reads_back_who_when_and_the_chain() -> None:
    found = read_detached(sign_detached(DIGEST, enrolled(), signed_at=NOW), DIGEST)
    assert found.fault is Fault.NONE
    assert found.certificate == enrolled().certificate
    assert found.chain == (office().certificate,)
    assert found.signed_at == NOW


@pytest.mark.parametrize("year", [1949, 2026, 2049, 2050])
def test_times_before_1950_and_from_2050_are_written_in_the_other_form(year: int) -> None:
    at = datetime(year, 6, 1, 12, tzinfo=UTC)
    assert read_detached(sign_detached(DIGEST, enrolled(), signed_at=at), DIGEST).signed_at == at


def test_without_a_time_there_is_none() -> None:
    found = read_detached(sign_detached(DIGEST, self_signed()), DIGEST)
    assert (found.fault, found.signed_at, found.chain) == (Fault.NONE, None, ())


def test_fits_the_size_announced() -> None:
    for identity in (enrolled(), self_signed(), enrolled(BUDI)):
        assert len(sign_detached(DIGEST, identity, signed_at=NOW)) <= size_of(identity)


def test_other_data_is_a_broken_signature() -> None:
    der = sign_detached(DIGEST, enrolled(), signed_at=NOW)
    assert read_detached(der, hashlib.sha256(b"other").digest()).fault is Fault.SIGNATURE


def test_every_changed_byte_is_found() -> None:
    der = sign_detached(DIGEST, enrolled(), signed_at=NOW)
    chance = random.Random(5)
    for place in range(0, len(der), 3):
        changed = bytearray(der)
        changed[place] ^= 1 << chance.randrange(8)
        assert read_detached(bytes(changed), DIGEST).fault is not Fault.NONE, place


def test_truncated_lengthened_and_empty_ones_are_unreadable() -> None:
    der = sign_detached(DIGEST, enrolled(), signed_at=NOW)
    for changed in (b"", der[:-1], der[:40], der + b"\0", b"\x30\x80" + der[2:], b"\x30" * 2000):
        assert read_detached(changed, DIGEST).fault in (Fault.UNREADABLE, Fault.FORM)


def test_the_other_form_of_the_same_ecdsa_signature_is_not_accepted() -> None:
    from asn1crypto import cms
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    info = cms.ContentInfo.load(sign_detached(DIGEST, enrolled(), signed_at=NOW))
    signer = info["content"]["signer_infos"][0]
    r, s = decode_dss_signature(signer["signature"].native)
    signer["signature"] = encode_dss_signature(r, P256_ORDER - s)
    assert read_detached(info.dump(force=True), DIGEST).fault is Fault.FORM


def test_a_certificate_slipped_in_is_not_accepted() -> None:
    from asn1crypto import cms, x509

    info = cms.ContentInfo.load(sign_detached(DIGEST, self_signed(), signed_at=NOW))
    extra = x509.Certificate.load(to_der_of(office()))
    info["content"]["certificates"].append(cms.CertificateChoices(name="certificate", value=extra))
    assert read_detached(info.dump(force=True), DIGEST).fault is not Fault.NONE


def to_der_of(identity: object) -> bytes:
    from gmsc_desktop.identity.certificates import to_der

    return to_der(identity.certificate)  # type: ignore[attr-defined]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_it(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "p7s").write_bytes(sign_detached(DIGEST, enrolled(), signed_at=NOW))
    (tmp_path / "root.pem").write_bytes(to_pem(office().certificate))
    command = "openssl cms -verify -binary -inform DER -in p7s -content data -CAfile root.pem -cades -out out"
    done = subprocess.run(
        [*command.split(), "-attime", str(int(NOW.timestamp()))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_bytes() == DATA


@pytest.mark.parametrize("year", [1949, 1950, 2026, 2049, 2050])
def test_another_library_writes_the_same_bytes(year: int) -> None:
    """asn1crypto takes it apart and puts it together again, with lengths and orders of SETs of its own."""
    from asn1crypto import cms as asn1_cms
    from asn1crypto import tsp  # noqa: F401  # makes cms know the attribute signing-certificate-v2

    moment = datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC)
    der = sign_detached(DIGEST, enrolled(), signed_at=moment)
    read = asn1_cms.ContentInfo.load(der, strict=True)
    signer = read["content"]["signer_infos"][0]
    attributes = {item["type"].native: item["values"][0].native for item in signer["signed_attrs"]}
    assert attributes["signing_time"] == moment
    assert attributes["content_type"] == "data"
    assert read.dump(force=True) == der
    found = read_detached(der, DIGEST)
    assert (found.fault, found.signed_at) == (Fault.NONE, moment)
