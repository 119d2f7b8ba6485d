"""An office's signed list of papers that no longer hold: issued, taken in anywhere, and what verification says then."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gmsc_desktop.cli import run as shell
from gmsc_desktop.documents.awarded import award_sheets
from gmsc_desktop.domain.errors import InvalidInput, Refused
from gmsc_desktop.domain.exchange import Assignment, Outcome
from gmsc_desktop.domain.verdict import Status, Verdict
from gmsc_desktop.domain.withdrawals import GonePaper, PaperList, PaperStanding
from gmsc_desktop.i18n import _
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.receiving import Received
from gmsc_desktop.services.verdicts import headline, lines
from gmsc_desktop.services.verification import verify_file, verify_text
from gmsc_desktop.services.withdrawal_lists import list_told, told_of
from gmsc_desktop.store.withdrawals import WithdrawalRepository
from gmsc_desktop.sync.bundle import BundleContent, write_bundle
from gmsc_desktop.sync.messages import write_message
from tests.documents.awards_kit import award_draft
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import OFFICE, World, trust_kit_office, world
from tests.services.helpers import write_instrument
from tests.signing_kit import NOW, SRI, enrolled, office, other_office
from tests.sync.kit import Files

WHY = "Keputusan dicabut dengan Keputusan Menteri Nomor 7 Tahun 2022"


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


def list_file(earth: World) -> Path:
    return earth.stick / earth.office.withdrawals.write(earth.stick, PASSPHRASE).value.file_name


def award(earth: World, number: str = "001/GMSC/XII/2021") -> tuple[str, Path]:
    """An award of the office and its certificate on the stick."""
    made = earth.office.awards.add(award_draft(number)).value.id
    path = earth.stick / f"{number[:3]}.pdf"
    earth.office.awards.print_one(made, path, PASSPHRASE)
    return made, path


def bad(verdict: Verdict) -> dict[str, dict[str, str]]:
    return {reason.code: dict(reason.params) for reason in verdict.reasons if not reason.good}


def photo(text: str) -> bytes:
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture = Image.fromarray(code.to_image(scale=6))
    out = io.BytesIO()
    picture.rotate(7, expand=True, fillcolor=255).save(out, "JPEG", quality=60)
    return out.getvalue()


def test_a_withdrawn_award_is_known_wherever_the_list_is_held(earth: World, tmp_path: Path) -> None:
    made, path = award(earth)
    laptop = earth.laptop("Budi")
    qr = award_sheets(path.read_bytes())[0].qr
    picture = tmp_path / "foto.jpg"
    picture.write_bytes(photo(qr))
    assert verify_file(path, vault=laptop.vault).status is Status.GENUINE
    earth.office.awards.withdraw(made, WHY)
    taken = laptop.receiving.receive((list_file(earth),)).value.taken[0]
    assert [(item.what, item.outcome) for item in taken.items] == [("paper", Outcome.NEW)]
    (held,) = laptop.withdrawals.lists()
    assert (held.organisation, held.count) == (OFFICE, 1)
    for verdict in (
        verify_file(path, vault=laptop.vault),
        verify_text(qr, vault=laptop.vault),
        verify_file(picture, vault=laptop.vault),
        verify_text(qr, vault=laptop.vault, against=path),
    ):
        assert (verdict.status, verdict.status.exit_code) == (Status.WITHDRAWN, 6)
        assert headline(verdict) == _("Paper withdrawn")
        said = bad(verdict)["withdrawn"]
        assert said["why"] == f"{WHY}."
        assert said["office"] == OFFICE
        assert "2021" in said["listed"]
        assert _("Genuine").upper() not in lines(verdict)[0]


def test_the_list_is_given_to_the_shell_without_a_vault(earth: World, capfd: pytest.CaptureFixture[str]) -> None:
    made, path = award(earth)
    earth.office.awards.withdraw(made, WHY)
    root = earth.root / "lemari" / "kantor-pusat-akar.pem"
    gone = list_file(earth)
    assert shell(["verify", str(path), "--trust", str(root)]) == 0
    assert shell(["verify", str(path), "--trust", str(root), "--list", str(gone)]) == 6
    assert f"{WHY}. Demikian menurut daftar dokumen yang dicabut dari {OFFICE}" in capfd.readouterr().out
    qr = award_sheets(path.read_bytes())[0].qr
    issuer = earth.root / "penerbit.pem"
    from gmsc_desktop.identity.certificates import to_pem

    issuer.write_bytes(to_pem(earth.office.vault.certificate))
    assert shell(["qr", qr, "--trust", str(root), "--trust", str(issuer), "--list", str(gone), "--json"]) == 6
    assert json.loads(capfd.readouterr().out)["status"] == "withdrawn"
    # A list by nobody trusted is not passed over: nothing is said of the paper then.
    assert shell(["verify", str(path), "--list", str(gone)]) == 1
    assert "tidak berwenang" in capfd.readouterr().err
    gone.write_bytes(gone.read_bytes()[:-40])
    assert shell(["verify", str(path), "--trust", str(root), "--list", str(gone)]) == 1


def test_a_report_a_later_revision_took_the_place_of(earth: World, tmp_path: Path) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    visit_id = earth.visit(laptop)
    first = laptop.documents.list(visit_id)[0]
    path = tmp_path / "lhe.pdf"
    laptop.documents.save_as(first.id, path)
    earth.take(earth.office, earth.send(laptop, visit_id))
    assert other.receiving.receive((list_file(earth),)).value.taken[0].items[0].what == "list"
    assert verify_file(path, vault=other.vault).status is Status.GENUINE
    laptop.visits.reopen(visit_id, "Salah tulis")
    laptop.visits.edit(visit_id, replace(laptop.visits.get(visit_id).draft, place="Gedung lain"))
    earth.close(laptop, visit_id)
    earth.take(earth.office, earth.send(laptop, visit_id))
    # The office's own verification knows it, and so does everyone to whom the office sends anything.
    assert verify_file(path, vault=earth.office.vault).status is Status.SUPERSEDED
    small = earth.office.instruments.install(write_instrument(earth.root)).value.hash
    keys = (other.vault.certificate_fingerprint,)
    sent = earth.office.office.assign((Assignment("", "33.72", 2022, "Tahap 1", small),), keys, earth.stick, PASSPHRASE)
    earth.take(other, sent.value.file_name)
    verdict = verify_file(path, vault=other.vault)
    assert (verdict.status, verdict.status.exit_code) == (Status.SUPERSEDED, 7)
    assert bad(verdict)["superseded"]["office"] == OFFICE
    ((listed,),) = [other.withdrawals.listed()]
    assert listed.paper.successor == laptop.visits.get(visit_id).content_hash
    newest = tmp_path / "baru.pdf"
    laptop.documents.save_as(laptop.documents.list(visit_id)[0].id, newest)
    assert verify_file(newest, vault=other.vault).status is Status.GENUINE


def test_an_office_withdraws_a_paper_by_its_file(earth: World, tmp_path: Path) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    path = tmp_path / "lhe.pdf"
    laptop.documents.save_as(laptop.documents.list(visit_id)[0].id, path)
    with pytest.raises(Refused):
        laptop.withdrawals.withdraw_file(path, WHY)
    with pytest.raises(InvalidInput):
        earth.office.withdrawals.withdraw_file(path, "  ")
    (paper,) = earth.office.withdrawals.withdraw_file(path, WHY).value
    assert (paper.kind, paper.label) == ("visit", "Kota Surakarta (33.72), 2021")
    assert verify_file(path, vault=earth.office.vault).status is Status.WITHDRAWN
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    (tmp_path / "lain.pdf").write_bytes(data)
    with pytest.raises(InvalidInput):
        earth.office.withdrawals.withdraw_file(tmp_path / "lain.pdf", WHY)
    with pytest.raises(InvalidInput):
        earth.office.withdrawals.withdraw("bukan sidik", "visit", "", WHY)


def test_a_bundle_with_a_withdrawn_visit_and_a_withdrawn_recapitulation(earth: World, tmp_path: Path) -> None:
    visit_id = earth.visit(earth.office)
    sent = earth.stick / earth.send(earth.office, visit_id)
    recap = tmp_path / "rekap.pdf"
    earth.office.papers.save_recap((visit_id,), recap, passphrase=PASSPHRASE)
    vault = earth.office.vault
    assert [verify_file(path, vault=vault).status for path in (sent, recap)] == [Status.GENUINE] * 2
    ((named,),) = [earth.office.withdrawals.withdraw_file(recap, WHY).value]
    assert named.kind == "recap"
    assert [verify_file(path, vault=vault).status for path in (sent, recap)] == [Status.GENUINE, Status.WITHDRAWN]
    content = earth.office.visits.get(visit_id).content_hash
    earth.office.withdrawals.withdraw(content.upper(), "visit", "Kota Surakarta", WHY)
    assert verify_file(sent, vault=vault).status is Status.WITHDRAWN


def test_withdrawing_a_certificate_by_its_file_keeps_it_from_being_printed_again(earth: World) -> None:
    made, path = award(earth)
    earth.office.withdrawals.withdraw_file(path, WHY)
    with pytest.raises(Refused):
        earth.office.awards.print_one(made, earth.stick / "lagi.pdf", PASSPHRASE)


def test_an_older_list_takes_nothing_back(earth: World) -> None:
    made, path = award(earth)
    laptop, other = earth.laptop("Budi"), earth.laptop("Citra")
    older = list_file(earth)
    earth.office.awards.withdraw(made, WHY)
    newer = list_file(earth)
    laptop.receiving.receive((newer,))
    items = laptop.receiving.receive((older,)).value.taken[0].items
    assert [(item.what, item.outcome) for item in items] == [("list", Outcome.OLDER)]
    assert verify_file(path, vault=laptop.vault).status is Status.WITHDRAWN
    (held,) = laptop.withdrawals.lists()
    for file in (older, newer):
        other.receiving.receive((file,))
    assert other.withdrawals.lists() == (held,)
    assert other.withdrawals.listed() == laptop.withdrawals.listed()


def test_a_clock_that_runs_backwards_makes_no_list_older(earth: World) -> None:
    made, path = award(earth)
    laptop = earth.laptop("Budi")
    laptop.receiving.receive((list_file(earth),))
    earth.clock.at -= timedelta(hours=3)
    earth.office.awards.withdraw(made, WHY)
    laptop.receiving.receive((list_file(earth),))
    assert verify_file(path, vault=laptop.vault).status is Status.WITHDRAWN


@pytest.mark.parametrize("seed", range(6))
def test_lists_in_any_order_end_alike(services: Services, seed: int) -> None:
    chance = random.Random(seed)
    told = []
    for number in range(8):
        papers = tuple(
            GonePaper(f"{key:064x}", "visit", chance.choice(list(PaperStanding)), NOW, f"{number}", "Sri", "x")
            for key in chance.sample(range(5), 3)
        )
        told.append(PaperList(chance.choice("ab") * 64, OFFICE, NOW + timedelta(hours=number), papers))
    rows = WithdrawalRepository(services.vault.store)
    expected: dict[tuple[str, str], Any] = {}
    for item in told:
        expected |= {(item.office, paper.content_hash): paper for paper in item.papers}
    chance.shuffle(told)
    for item in (*told, *told):
        rows.take(item)
    assert {(item.office, item.paper.content_hash): item.paper for item in rows.listed()} == expected


# forged and foreign


def signed_list(folder: Path, identity: Any, *hashes: str) -> Path:
    papers = [GonePaper(each, "visit", PaperStanding.WITHDRAWN, NOW, WHY, "Siapa saja", "Kota") for each in hashes]
    message = {"organisation": "Kantor", "issued_at": NOW.isoformat(), "gone": [told_of(paper) for paper in papers]}
    content = BundleContent(
        sender=SRI,
        device="01a20f6e-566c-7d28-baa7-000000000001",
        sequence=1,
        visits=(),
        open_file=Files().open,
        kind="withdrawals",
        message=write_message("withdrawals", message),
    )
    return write_bundle(folder / "daftar.gmsc", content, identity, NOW).path


def refused(received: Received) -> str:
    (plan,) = received.refused
    assert plan.refused is not None
    return plan.refused.code


def test_a_list_is_believed_only_from_who_speaks_for_an_office_trusted_here(services: Services, tmp_path: Path) -> None:
    trust_kit_office(services)
    for identity, code in ((enrolled(), "not_office"), (other_office(), "self_signed")):
        path = signed_list(tmp_path, identity, "ab" * 32)
        assert refused(services.receiving.receive((path,)).value) == code
        with pytest.raises(InvalidInput):
            verify_text("GMSC1:", vault=services.vault, lists=(path,))
        path.unlink()
    assert services.withdrawals.listed() == ()
    assert office().fingerprint


def test_no_byte_of_a_list_can_be_changed(earth: World, tmp_path: Path) -> None:
    made, path = award(earth)
    laptop = earth.laptop("Budi")
    earth.office.awards.withdraw(made, WHY)
    before = laptop.withdrawals.lists()
    data = list_file(earth).read_bytes()
    for position in random.Random(1).sample(range(len(data)), 25):
        changed = bytearray(data)
        changed[position] ^= 1
        forged = tmp_path / "daftar.gmsc"
        forged.write_bytes(changed)
        assert laptop.receiving.receive((forged,)).value.refused
    assert laptop.withdrawals.lists() == before and laptop.withdrawals.listed() == ()
    assert verify_file(path, vault=laptop.vault).status is Status.GENUINE


def test_of_a_hash_named_twice_the_graver_word_counts() -> None:
    papers = [
        GonePaper("ab" * 32, "visit", standing, NOW, "", "Sri", "x\x07\n y", "")
        for standing in (PaperStanding.SUPERSEDED, PaperStanding.WITHDRAWN, PaperStanding.SUPERSEDED)
    ]
    told = {"organisation": "K", "issued_at": NOW.isoformat(), "gone": [told_of(paper) for paper in papers]}
    (found,) = list_told(told, "k").papers
    assert (found.standing, found.label) == (PaperStanding.WITHDRAWN, "x y")
