"""Verifying printed certificates: the file, the QR of every sheet, a photograph, and each against the others."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest

from gmsc_desktop.documents.awarded import award_sheets
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.verification import verify_file, verify_text
from tests.documents.awards_kit import award_draft
from tests.documents.checks import pdfa_problems
from tests.helpers import PASSPHRASE
from tests.signing_kit import signed_pdf


@pytest.fixture
def awards(services: Services) -> tuple[str, ...]:
    numbers = ("001/GMSC/2021", "002/GMSC/2021")
    return tuple(services.awards.add(award_draft(register_number=number)).value.id for number in numbers)


def test_a_printed_certificate_is_genuine_and_says_what_was_awarded(
    services: Services, awards: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "piagam.pdf"
    services.awards.print_one(awards[0], path, PASSPHRASE)
    verdict = verify_file(path, vault=services.vault)
    assert verdict.status is Status.GENUINE
    assert all(reason.good for reason in verdict.reasons)
    assert verdict.issued is not None
    assert (verdict.issued.kind, verdict.issued.number) == ("certificate", "001/GMSC/2021")
    assert pdfa_problems(path.read_bytes()) == []
    assert verify_file(path).status is Status.UNKNOWN_SIGNER
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    assert verify_file(path, vault=services.vault).status in (Status.ALTERED, Status.DAMAGED)


def test_a_file_of_several(services: Services, awards: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "piagam.pdf"
    services.awards.print_together(awards, path, PASSPHRASE)
    verdict = verify_file(path, vault=services.vault)
    assert verdict.status is Status.GENUINE
    assert verdict.issued is None
    assert [dict(reason.params)["count"] for reason in verdict.reasons if reason.code == "award"] == ["2"]


def test_the_qr_of_a_certificate_and_the_file_it_belongs_to(
    services: Services, awards: tuple[str, ...], tmp_path: Path
) -> None:
    files = [tmp_path / f"{number}.pdf" for number in range(2)]
    for award, path in zip(awards, files, strict=True):
        services.awards.print_one(award, path, PASSPHRASE)
    first, second = (award_sheets(path.read_bytes())[0].qr for path in files)
    assert verify_text(first, vault=services.vault).status is Status.GENUINE
    assert verify_text(first, vault=services.vault, against=files[0]).status is Status.GENUINE
    assert verify_text(second, vault=services.vault, against=files[0]).status is Status.ALTERED


def test_without_a_signature_of_the_file_nothing_is_green(
    services: Services, awards: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "piagam.pdf"
    services.awards.print_one(awards[0], path)
    verdict = verify_file(path, vault=services.vault)
    assert verdict.status is Status.UNKNOWN_SIGNER
    assert {reason.code for reason in verdict.reasons if not reason.good} == {"award", "award_unsigned"}


@pytest.mark.parametrize("changed", ["award", "qr"])
def test_an_award_or_a_qr_exchanged_is_found(
    services: Services, awards: tuple[str, ...], tmp_path: Path, changed: str
) -> None:
    path, other = tmp_path / "piagam.pdf", tmp_path / "lain.pdf"
    services.awards.print_one(awards[0], path, PASSPHRASE)
    services.awards.print_one(awards[1], other, PASSPHRASE)
    with pikepdf.open(path) as document, pikepdf.open(other) as source:
        found = json.loads(document.attachments["award.json"].get_file().read_bytes())
        taken = json.loads(source.attachments["award.json"].get_file().read_bytes())
        found["certificates"][0][changed] = taken["certificates"][0][changed]
        specification = document.Root.AF[0]
        specification.EF.F = specification.EF.UF = document.make_stream(json.dumps(found).encode())
        # Its signature taken out, as someone would who makes a certificate of their own out of another's.
        del document.Root.AcroForm
        for page in document.pages:
            del page.Annots
        document.save(tmp_path / "palsu.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert verify_file(tmp_path / "palsu.pdf", vault=services.vault).status is Status.ALTERED


def test_what_is_no_file_of_certificates_has_no_sheets() -> None:
    assert award_sheets(b"%PDF-1.7") == ()
    assert award_sheets(signed_pdf()) == ()
