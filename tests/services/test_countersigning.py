"""Signing what is signed already: a document more each time, the earlier ones untouched; a new revision supersedes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.drawing import DrawnMark
from gmsc_desktop.domain.errors import InvalidInput, NotFound, Refused, WrongPassphrase
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.domain.visit import StoredDocument, Visit
from gmsc_desktop.identity.certificates import issue, make_root, new_key, to_pem
from gmsc_desktop.identity.signer import SigningIdentity
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.documents import report_qr
from gmsc_desktop.services.verification import verify_file, verify_text
from tests.documents.test_signing_again import WAVE
from tests.documents.test_verifying import appended, new_field, overlay, sign_with_pyhanko
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from tests.services.helpers import POLICY, fill
from tests.signing_kit import BUDI

MARK = DrawnMark("Budi Santoso", "Kepala Dinas", (WAVE,))
SECRET = "sandi budi"


@pytest.fixture
def signed(services: Services, visit: Visit) -> StoredDocument:
    fill(services, visit.id)
    services.visits.close(visit.id)
    return services.documents.sign(visit.id, PASSPHRASE).value


@pytest.fixture
def region(clock: FixedClock, ids: SeededIds) -> SigningIdentity:
    """An authority of the region, at the time of these tests."""
    return make_root("Kantor daerah (uji)", clock=clock, ids=ids)


@pytest.fixture
def p12(tmp_path: Path, region: SigningIdentity, clock: FixedClock, ids: SeededIds) -> Path:
    key, path = new_key(), tmp_path / "budi.p12"
    certificate = issue(region, BUDI, key.public_key(), clock=clock, ids=ids)
    protection = serialization.BestAvailableEncryption(SECRET.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"budi", key, certificate, [region.certificate], protection))
    return path


def test_two_more_people_sign(
    services: Services, signed: StoredDocument, p12: Path, region: SigningIdentity, tmp_path: Path
) -> None:
    first = services.documents.read(signed.id)
    assert services.documents.open_fields(signed.id) == ("AsesorKedua", "PejabatDaerah", "SertifikatNasional")
    second = services.documents.sign_also(signed.id, "AsesorKedua", SECRET, p12=p12).value
    third = services.documents.sign_drawn(second.id, "PejabatDaerah", MARK, PASSPHRASE).value
    assert [item.id for item in services.documents.list(signed.visit_id)] == [third.id, second.id, signed.id]
    stem = Path(signed.name).stem
    assert (second.name, third.name) == (f"{stem}-ttd2.pdf", f"{stem}-ttd3.pdf")
    assert {second.content_hash, third.content_hash} == {signed.content_hash}
    assert services.documents.read(signed.id) == first
    assert services.documents.read(third.id).startswith(services.documents.read(second.id))
    assert services.documents.open_fields(third.id) == ("SertifikatNasional",)
    assert services.documents.verify(third.id).status is Status.UNKNOWN_SIGNER
    root, path = tmp_path / "root.pem", tmp_path / "laporan.pdf"
    root.write_bytes(to_pem(region.certificate))
    services.documents.save_as(third.id, path)
    verdict = verify_file(path, trust=(root,), vault=services.vault)
    assert verdict.status is Status.GENUINE
    assert [(s.field, s.drawn_by) for s in verdict.signers] == [
        ("Asesor", ""), ("AsesorKedua", ""), ("PejabatDaerah", "Budi Santoso")
    ]  # fmt: skip


def test_the_owner_may_sign_as_the_second_assessor(services: Services, signed: StoredDocument) -> None:
    made = services.documents.sign_also(signed.id, "AsesorKedua", PASSPHRASE).value
    assert services.documents.verify(made.id).status is Status.GENUINE


def test_what_is_refused_keeps_nothing(services: Services, signed: StoredDocument, p12: Path, tmp_path: Path) -> None:
    documents = services.documents
    with pytest.raises(WrongPassphrase):
        documents.sign_also(signed.id, "AsesorKedua", "salah", p12=p12)
    with pytest.raises(WrongPassphrase):
        documents.sign_also(signed.id, "AsesorKedua", "salah")
    with pytest.raises(WrongPassphrase):
        documents.sign_drawn(signed.id, "AsesorKedua", MARK, "salah")
    with pytest.raises(InvalidInput):
        documents.sign_also(signed.id, "AsesorKedua", SECRET, p12=tmp_path / "tidak-ada.p12")
    with pytest.raises(InvalidInput):
        documents.sign_drawn(signed.id, "AsesorKedua", replace(MARK, strokes=()), PASSPHRASE)
    with pytest.raises(Refused):
        documents.sign_also(signed.id, "Asesor", SECRET, p12=p12)
    with pytest.raises(Refused):
        documents.sign_also(signed.id, "Bupati", SECRET, p12=p12)
    with pytest.raises(NotFound):
        documents.sign_also("tidak-ada", "AsesorKedua", SECRET, p12=p12)
    assert documents.list() == (signed,)


def test_the_qr_of_an_earlier_revision_is_superseded(services: Services, signed: StoredDocument) -> None:
    content = services.visits.content(signed.visit_id)
    identity = services.vault.signing_identity(PASSPHRASE)
    text = report_qr(content, signed.content_hash, signed.created_at, identity)
    verdict = verify_text(text, vault=services.vault)
    assert verdict.status is Status.GENUINE
    assert all(reason.good for reason in verdict.reasons)
    services.visits.reopen(signed.visit_id, "Salah ketik")
    services.answers.set(signed.visit_id, POLICY, Facet.VALUE, "l4")
    services.visits.close(signed.visit_id)
    verdict = verify_text(text, vault=services.vault)
    assert verdict.status is Status.SUPERSEDED
    assert [reason.code for reason in verdict.reasons if not reason.good] == ["superseded"]
    assert [dict(reason.params)["by"] for reason in verdict.reasons if reason.code == "superseded"] == ["revisi 2"]


def test_a_file_cut_back_to_fewer_signatures_is_known_where_the_later_one_is_held(
    services: Services, signed: StoredDocument, tmp_path: Path
) -> None:
    path = tmp_path / "lhe.pdf"
    services.documents.save_as(signed.id, path)
    assert verify_file(path, vault=services.vault).status is Status.GENUINE
    later = services.documents.sign_drawn(signed.id, "PejabatDaerah", MARK, PASSPHRASE).value
    assert services.documents.read(later.id)[: path.stat().st_size] == path.read_bytes()
    verdict = verify_file(path, vault=services.vault)
    assert verdict.status is Status.SUPERSEDED
    assert [dict(reason.params) for reason in verdict.reasons if not reason.good] == [{"name": later.name}]
    assert services.documents.verify(later.id).status is Status.GENUINE


def test_reading_back_gives_what_was_signed_after_every_signature(
    services: Services, signed: StoredDocument, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from gmsc_desktop.cli import run

    (frozen,) = services.visits.revisions(signed.visit_id)
    root, path = tmp_path / "akar.pem", tmp_path / "lhe.pdf"
    root.write_bytes(to_pem(services.vault.certificate))
    second = services.documents.sign_also(signed.id, "AsesorKedua", PASSPHRASE).value
    third = services.documents.sign_drawn(second.id, "PejabatDaerah", MARK, PASSPHRASE).value
    folder = tmp_path / "stik"
    folder.mkdir()
    written = services.exports.write((signed.visit_id,), folder, PASSPHRASE).value
    with zipfile.ZipFile(folder / written.file_name) as bundle:
        name = f"bag/data/visits/{signed.visit_id}/{frozen.content_hash}.json"
        carried = bundle.read(name)
    for document in (signed, second, third):
        services.documents.save_as(document.id, path)
        capfdbinary.readouterr()
        assert run(["read", str(path), "--trust", str(root)]) == 0
        assert capfdbinary.readouterr().out == carried == frozen.content


def test_what_was_signed_by_another_program_is_taken_back(
    services: Services, signed: StoredDocument, tmp_path: Path, region: SigningIdentity
) -> None:
    mine = services.documents.read(signed.id)
    path = tmp_path / "dari-bsre.pdf"
    with path.open("wb") as file:
        file.write(sign_with_pyhanko(IncrementalPdfFileWriter(io.BytesIO(mine)), region, "PejabatDaerah"))
    made = services.documents.take_signed(signed.id, path).value
    assert made.name == signed.name.replace(".pdf", "-ttd2.pdf")
    assert services.documents.read(made.id) == path.read_bytes()
    assert services.documents.open_fields(made.id) == ("AsesorKedua", "SertifikatNasional")
    for other in (mine, appended(mine, overlay), new_field(mine, region), b"%PDF-1.7", mine[: len(mine) // 2]):
        path.write_bytes(other)
        with pytest.raises(Refused):
            services.documents.take_signed(signed.id, path)
    with pytest.raises(InvalidInput):
        services.documents.take_signed(signed.id, tmp_path / "tidak-ada.pdf")
    assert len(services.documents.list(signed.visit_id)) == 2


def test_a_place_stays_free_for_a_national_authority_whoever_has_signed(
    services: Services, signed: StoredDocument, region: SigningIdentity, tmp_path: Path
) -> None:
    second = services.documents.sign_also(signed.id, "AsesorKedua", PASSPHRASE).value
    third = services.documents.sign_drawn(second.id, "PejabatDaerah", MARK, PASSPHRASE).value
    with pytest.raises(Refused, match="drawing is none"):
        services.documents.sign_drawn(third.id, "SertifikatNasional", MARK, PASSPHRASE)
    path = tmp_path / "bsre.pdf"
    with path.open("wb") as file:
        writer = IncrementalPdfFileWriter(io.BytesIO(services.documents.read(third.id)))
        file.write(sign_with_pyhanko(writer, region, "SertifikatNasional"))
    taken = services.documents.take_signed(third.id, path).value
    assert services.documents.open_fields(taken.id) == ()
    verdict = services.documents.verify(taken.id)
    assert [signer.intact for signer in verdict.signers] == [True] * 4
    assert verdict.status.whole
