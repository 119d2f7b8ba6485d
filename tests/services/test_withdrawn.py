"""What no longer holds by what the installation knows: awards withdrawn, reports superseded; and signed recaps."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gmsc_desktop.documents.awarded import award_sheets
from gmsc_desktop.domain.errors import InvalidInput, Refused, WrongPassphrase
from gmsc_desktop.domain.verdict import Status, Verdict
from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.verification import verify_file, verify_text
from tests.documents.awards_kit import award_draft
from tests.documents.checks import pdfa_problems
from tests.helpers import PASSPHRASE
from tests.services.helpers import fill

WHY = "Keputusan dicabut dengan Keputusan Menteri Nomor 7 Tahun 2022"


@pytest.fixture
def closed(services: Services, visit: Visit) -> Visit:
    fill(services, visit.id)
    _close(services, visit.id)
    return services.visits.get(visit.id)


def _close(services: Services, visit_id: str) -> None:
    for problem in services.visits.check(visit_id):
        if problem.blocks:
            services.visits.explain(visit_id, problem.code, problem.key, "Sudah dijelaskan.")
    services.visits.close(visit_id)


def bad(verdict: Verdict) -> dict[str, dict[str, str]]:
    return {reason.code: dict(reason.params) for reason in verdict.reasons if not reason.good}


def test_a_withdrawn_award_is_said_so_with_its_reason(services: Services, tmp_path: Path) -> None:
    award = services.awards.add(award_draft()).value
    other = services.awards.add(award_draft("002/GMSC/XII/2021")).value
    signed, plain = tmp_path / "piagam.pdf", tmp_path / "tanpa.pdf"
    services.awards.print_together((other.id, award.id), signed, PASSPHRASE)
    services.awards.print_one(award.id, plain)
    qr = award_sheets(signed.read_bytes())[1].qr
    assert bad(verify_text(qr, vault=services.vault)) == {}
    services.awards.withdraw(award.id, f"  {WHY} ")
    verdict = verify_text(qr, vault=services.vault)
    assert verdict.status is Status.WITHDRAWN
    assert bad(verdict)["withdrawn"]["why"] == WHY
    of_file, of_plain = verify_file(signed, vault=services.vault), verify_file(plain, vault=services.vault)
    assert (of_file.status, of_plain.status) == (Status.WITHDRAWN, Status.UNKNOWN_SIGNER)
    assert bad(of_file)["withdrawn"]["why"] == bad(of_plain)["withdrawn"]["why"] == WHY
    assert [row.withdrawn for row in services.awards.list()] == [WHY, ""]


def test_a_withdrawn_award_is_not_printed_again_nor_withdrawn_twice(services: Services, tmp_path: Path) -> None:
    award = services.awards.add(award_draft()).value
    with pytest.raises(InvalidInput):
        services.awards.withdraw(award.id, " \n")
    services.awards.withdraw(award.id, WHY)
    with pytest.raises(Refused):
        services.awards.withdraw(award.id, "lagi")
    with pytest.raises(Refused, match="withdrawn"):
        services.awards.print_one(award.id, tmp_path / "piagam.pdf")
    with pytest.raises(Refused):
        services.awards.edit(award.id, award_draft(category="Smart Living"))
    assert services.awards.prints() == ()


def test_the_report_of_an_earlier_revision_is_said_to_be_superseded(
    services: Services, closed: Visit, tmp_path: Path
) -> None:
    path = tmp_path / "lhe.pdf"
    services.documents.save_as(services.documents.sign(closed.id, PASSPHRASE).value.id, path)
    assert bad(verify_file(path, vault=services.vault)) == {}
    services.visits.reopen(closed.id, "Salah tulis")
    services.visits.edit(closed.id, closed.draft)
    _close(services, closed.id)
    verdict = verify_file(path, vault=services.vault)
    assert (verdict.status, set(bad(verdict))) == (Status.SUPERSEDED, {"superseded"})


def test_a_recapitulation_is_signed_and_verified(services: Services, closed: Visit, tmp_path: Path) -> None:
    path = tmp_path / "rekap.pdf"
    services.papers.save_recap((closed.id,), path, passphrase=PASSPHRASE)
    verdict = verify_file(path, vault=services.vault)
    assert verdict.status is Status.GENUINE
    assert [signer.field for signer in verdict.signers] == ["Penerbit"]
    assert bad(verdict) == {}
    assert [dict(reason.params)["count"] for reason in verdict.reasons if reason.code == "recap"] == ["1"]
    assert pdfa_problems(path.read_bytes()) == []
    assert verify_file(path).status is Status.UNKNOWN_SIGNER
    said = subprocess.run([shutil.which("pdfsig") or "pdfsig", path], capture_output=True, text=True, check=False)
    assert "Signature is Valid" in said.stdout
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    assert verify_file(path, vault=services.vault).status in (Status.ALTERED, Status.DAMAGED)


def test_a_recapitulation_without_a_signature_is_not_called_genuine(
    services: Services, closed: Visit, tmp_path: Path
) -> None:
    path = tmp_path / "rekap.pdf"
    services.papers.save_recap((closed.id,), path)
    assert verify_file(path, vault=services.vault).status is Status.DAMAGED
    with pytest.raises(WrongPassphrase):
        services.papers.save_recap((closed.id,), tmp_path / "lain.pdf", passphrase="bukan frasa sandinya")
    assert not (tmp_path / "lain.pdf").exists()
