"""*Verifikasi* as a page and the shell use it: whatever the file, a verdict; whatever the vault, whom it trusts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gmsc_desktop.documents.signing import sign_pdf
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.domain.visit import Person
from gmsc_desktop.identity.certificates import issue, make_root, to_der, to_pem
from gmsc_desktop.identity.signer import SigningIdentity
from gmsc_desktop.services.vaults import Vault
from gmsc_desktop.services.verification import trust_of, verify_file
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from tests.signing_kit import (
    BOXES,
    NOW,
    assessed_by,
    content_bytes,
    office,
    other_office,
    signed_pdf,
    unsigned_pdf,
    visit_content,
)
from tests.sync.kit import bundle_content, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(to_pem(office().certificate))
    return path


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "laporan.pdf"
    path.write_bytes(signed_pdf())
    return path


def test_a_pdf_and_a_bundle_whatever_their_names(tmp_path: Path, root: Path, report: Path) -> None:
    bundle = write(tmp_path).path
    for path, kind in ((report, "pdf"), (bundle, "bundle")):
        verdict = verify_file(path, trust=(root,))
        assert (verdict.status, verdict.kind) == (Status.GENUINE, kind)
        other = path.rename(path.with_suffix(".bin"))
        assert verify_file(other, trust=(root,)) == replace(verdict, file_name=other.name)


def test_a_bundle_with_a_changed_document_inside_is_altered(tmp_path: Path, root: Path) -> None:
    path = write(tmp_path).path
    data = bytearray(path.read_bytes())
    data[data.index(b"%PDF-") + 3000] ^= 1
    path.write_bytes(data)
    assert verify_file(path, trust=(root,)).status is Status.ALTERED


def test_trust_comes_as_pem_as_der_and_as_several_in_one_file(tmp_path: Path, report: Path) -> None:
    assert verify_file(report).status is Status.UNKNOWN_SIGNER
    path = tmp_path / "trust"
    for data in (
        to_der(office().certificate),
        to_pem(office().certificate),
        to_pem(other_office().certificate, office().certificate),
    ):
        path.write_bytes(data)
        assert verify_file(report, trust=(path,)).status is Status.GENUINE
    path.write_bytes(to_pem(other_office().certificate))
    assert verify_file(report, trust=(path,)).status is Status.UNKNOWN_SIGNER


def test_what_is_no_certificate_is_an_error(tmp_path: Path, report: Path) -> None:
    path = tmp_path / "trust"
    for data in (b"", b"rubbish", b"-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n"):
        path.write_bytes(data)
        with pytest.raises(InvalidInput):
            verify_file(report, trust=(path,))
    with pytest.raises(InvalidInput):
        verify_file(report, trust=(tmp_path / "missing.pem",))
    with path.open("wb") as file:
        file.truncate(5_000_000)
    with pytest.raises(InvalidInput, match="too large"):
        verify_file(report, trust=(path,))


@pytest.mark.parametrize(
    ("name", "data", "kind", "code"),
    [
        ("kosong", b"", "unknown", "unknown_kind"),
        ("kosong.pdf", b"", "pdf", "no_pdf"),
        ("kosong.gmsc", b"", "bundle", "form"),
        ("foto.jpg", b"\xff\xd8\xff\xe0 foto", "qr", "no_picture"),
        ("laporan.pdf", b"bukan pdf", "pdf", "no_pdf"),
        ("surat.docx", b"PK\3\4" + b"\0" * 200, "bundle", "form"),
        ("potong.gmsc", b"PK\3\4bag/bagit.txt", "bundle", "form"),
    ],
)
def test_other_files_are_named_as_what_they_are(tmp_path: Path, name: str, data: bytes, kind: str, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    verdict = verify_file(path)
    assert (verdict.status, verdict.kind, verdict.reasons[-1].code) == (Status.DAMAGED, kind, code)
    assert (verdict.file_name, verdict.file_sha256) == (name, sha256_hex(data))


def test_an_encrypted_bundle_is_neither_genuine_nor_damaged(tmp_path: Path) -> None:
    from pyrage import x25519

    recipient = str(x25519.Identity.generate().to_public())
    path = write(tmp_path, replace(bundle_content(), recipients=(recipient,))).path
    verdict = verify_file(path)
    assert (verdict.status, verdict.kind) == (Status.UNKNOWN_SIGNER, "bundle")
    assert [reason.code for reason in verdict.reasons] == ["encrypted"]


def test_a_folder_or_a_missing_file_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.pdf"):
        with pytest.raises(InvalidInput):
            verify_file(path)


def test_a_vault_trusts_its_own_identity(vault: Vault, tmp_path: Path) -> None:
    own = vault.signing_identity(PASSPHRASE)
    path = tmp_path / "laporan.pdf"
    content = content_bytes(assessed_by(visit_content(), own))
    path.write_bytes(sign_pdf(unsigned_pdf(content), own, at=FixedClock().now(), boxes=BOXES))
    assert verify_file(path).status is Status.UNKNOWN_SIGNER
    assert verify_file(path, vault=vault).status is Status.GENUINE


def test_a_vault_trusts_the_office_that_certified_it_and_knows_what_it_signed_before(
    vault: Vault, tmp_path: Path, report: Path, ids: SeededIds
) -> None:
    own = vault.signing_identity(PASSPHRASE)
    clock = FixedClock()
    mine = tmp_path / "sendiri.pdf"
    content = content_bytes(assessed_by(visit_content(), own))
    mine.write_bytes(sign_pdf(unsigned_pdf(content), own, at=clock.now(), boxes=BOXES))
    assert verify_file(report, vault=vault).status is Status.UNKNOWN_SIGNER
    person = Person(vault.profile.name)
    certificate = issue(office(), person, own.private_key.public_key(), clock=FixedClock(NOW), ids=ids)
    vault.adopt_identity(SigningIdentity(own.private_key, certificate, (office().certificate,)), PASSPHRASE)
    assert verify_file(report, vault=vault).status is Status.GENUINE
    verdict = verify_file(mine, vault=vault)
    assert verdict.status is Status.GENUINE
    assert "before_enrolment" in [reason.code for reason in verdict.reasons]


def test_trust_of_nothing_trusts_nobody(ids: SeededIds) -> None:
    root = make_root("Siapa saja", clock=FixedClock(), ids=ids)
    assert not trust_of().judge(root.certificate, (), NOW).trusted
