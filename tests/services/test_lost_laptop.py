"""A laptop is lost, replaced, and turns up again: taken and named, never refused for it; what is revoked is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.errors import InvalidInput, NotFound
from gmsc_desktop.domain.exchange import MemberState, Outcome
from gmsc_desktop.domain.lineage import Standing
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.findings import BUNDLE_GAP, BUNDLE_TWICE, JOURNAL_FORK, JOURNAL_GAP, KEY_TWICE
from gmsc_desktop.services.receiving import Consent
from gmsc_desktop.services.restoring import Key, restore
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.services.verification import verify_file
from tests.helpers import PASSPHRASE, SeededIds
from tests.services.exchange_kit import World, world
from tests.services.helpers import POLICY


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def put_back(earth: World, laptop: Services) -> Services:
    """The vault of ``laptop`` on another laptop, from a backup."""
    record = laptop.backup_bundles.write(earth.stick, PASSPHRASE).value
    folder = earth.root / "laptop-pengganti"
    restore((earth.stick / record.file_name,), folder, Key(PASSPHRASE), clock=earth.clock, ids=SeededIds(71))
    ids = SeededIds(72)
    made = build_services(open_vault(folder, PASSPHRASE, clock=earth.clock, ids=ids), clock=earth.clock, ids=ids)
    earth.laptops.append(made)
    return made


def revised(earth: World, laptop: Services, visit_id: str, note: str) -> str:
    laptop.visits.reopen(visit_id, "Perbaikan.")
    laptop.answers.set(visit_id, POLICY, Facet.NOTE, note)
    earth.close(laptop, visit_id)
    return earth.send(laptop, visit_id)


def kinds(earth: World) -> set[str]:
    return {finding.kind for finding in earth.office.findings.open()}


def test_the_old_laptop_sends_again_and_both_are_taken_and_named(earth: World) -> None:
    old = earth.laptop()
    visit_id = earth.visit(old)
    earth.take(earth.office, earth.send(old, visit_id))
    new = put_back(earth, old)
    earth.take(earth.office, revised(earth, new, visit_id, "Dari laptop baru"))
    taken = earth.take(earth.office, revised(earth, old, visit_id, "Dari laptop lama"))
    assert taken.refused == () and len(taken.taken) == 1
    said = {(item.what, item.outcome) for item in taken.taken[0].items}
    assert ("bundle", Outcome.ASKED) in said and ("journal", Outcome.CONFLICT) in said
    assert ("visit", Outcome.CONFLICT) in said
    assert earth.office.office.visit(visit_id).lineage.standing is Standing.CONFLICT
    assert kinds(earth) == {KEY_TWICE, JOURNAL_FORK}
    fork = next(each for each in earth.office.findings.open() if each.kind == JOURNAL_FORK)
    assert {side.device for side in fork.sides} == {old.vault.device, new.vault.device}
    earth.office.findings.settle(fork.id, "Laptop lama ditemukan kembali; isinya diputuskan.")
    assert kinds(earth) == {KEY_TWICE}
    settled = next(each for each in earth.office.findings.list() if each.kind == JOURNAL_FORK)
    assert settled.settled.startswith("Laptop lama") and settled.who == "Kantor Satu"
    heads = earth.office.office.visit(visit_id).lineage.heads
    earth.office.office.decide(visit_id, heads[0], "Yang terbaru.")
    assert len(earth.office.office.visit(visit_id).revisions) == 3, "both sides are kept for ever"
    with pytest.raises(NotFound):
        earth.office.findings.settle(fork.id, "Sekali lagi.")


def test_what_is_settled_is_listed_again_when_more_turns_up(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.send(laptop, visit_id)
    earth.take(earth.office, earth.send(laptop, visit_id))
    (gap,) = earth.office.findings.open()
    assert gap.kind == BUNDLE_GAP
    with pytest.raises(InvalidInput):
        earth.office.findings.settle(gap.id, "  ")
    earth.office.findings.settle(gap.id, "Flash disk hilang; semuanya dikirim lagi.")
    assert earth.office.findings.open() == ()
    earth.send(laptop, visit_id)
    earth.take(earth.office, earth.send(laptop, visit_id))
    assert [each.kind for each in earth.office.findings.open()] == [BUNDLE_GAP]


def test_a_number_used_twice_and_rows_that_never_came_are_open_points(
    earth: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gmsc_desktop.store.exports import ExportRepository
    from gmsc_desktop.store.journal import Journal

    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    whole = Journal.lines
    monkeypatch.setattr(Journal, "lines", lambda self, chain: b"".join(whole(self, chain).splitlines(True)[3:]))
    first = laptop.exports.write((visit_id,), earth.stick, PASSPHRASE).value
    earth.take(earth.office, first.file_name)
    assert kinds(earth) == {JOURNAL_GAP}
    monkeypatch.undo()
    monkeypatch.setattr(ExportRepository, "next_sequence", lambda _self: first.sequence)
    monkeypatch.setattr(ExportRepository, "add", lambda *_arguments: None)
    second = laptop.exports.write((visit_id,), earth.stick, PASSPHRASE).value
    monkeypatch.undo()
    earth.take(earth.office, second.file_name)
    assert kinds(earth) == {BUNDLE_TWICE}


def test_replacing_a_lost_laptop_takes_its_certificate_back(earth: World, tmp_path: Path) -> None:
    lost = earth.laptop()
    early, late = earth.visit(lost), earth.visit(lost)
    before = earth.send(lost, early)
    (paper,) = lost.documents.list(early)
    lost.documents.save_as(paper.id, tmp_path / "sebelum.pdf")
    earth.clock.at += timedelta(days=1)
    new = earth.laptop("Sri", enrol=False)
    earth.enrol(new, replaces=lost.vault.certificate_fingerprint)
    states = {member.fingerprint: member for member in earth.office.enrolment.members()}
    assert states[lost.vault.certificate_fingerprint].state is MemberState.REVOKED
    assert states[new.vault.certificate_fingerprint].state is MemberState.APPROVED
    earth.clock.at += timedelta(days=1)
    after = earth.send(lost, late)
    taken = earth.take(earth.office, before)
    assert taken.refused == () and len(earth.office.office.visits()) == 1, "signed before: known"
    refused = earth.take(earth.office, after).refused
    assert [plan.refused.code for plan in refused if plan.refused] == ["revoked"], "signed after: named"
    assert [kept.code for kept in earth.office.receiving.quarantine()] == ["revoked"], "and kept whole"
    assert verify_file(tmp_path / "sebelum.pdf", vault=earth.office.vault).status is Status.GENUINE
    extra = earth.visit(lost)
    (paper,) = lost.documents.list(extra)
    lost.documents.save_as(paper.id, tmp_path / "sesudah.pdf")
    verdict = verify_file(tmp_path / "sesudah.pdf", vault=earth.office.vault)
    assert verdict.status is not Status.GENUINE
    assert any(reason.code == "revoked" for reason in verdict.reasons if not reason.good)


def test_a_certificate_is_renewed_before_it_ends(earth: World) -> None:
    laptop = earth.laptop()
    first = laptop.vault.certificate
    late = earth.office.enrolment.answer(laptop.vault.certificate_fingerprint, earth.stick, PASSPHRASE).value
    earth.clock.at += timedelta(days=300)
    earth.enrol(laptop)
    renewed = laptop.vault.certificate
    assert renewed.not_valid_after_utc > first.not_valid_after_utc
    laptop.receiving.receive((earth.stick / late.file_name,), Consent(PASSPHRASE, earth.fingerprint))
    assert laptop.vault.certificate == renewed, "an earlier answer that comes late changes nothing"
    visit_id = earth.visit(laptop)
    assert earth.take(earth.office, earth.send(laptop, visit_id)).taken
