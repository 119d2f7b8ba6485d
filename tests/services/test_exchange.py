"""The exchange from end to end: enrolment, visits in, answers back, and every way in which it is not believed."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import InvalidInput, Refused
from gmsc_desktop.domain.exchange import Comment, Decision, MemberState, Outcome
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.receiving import Consent, FilePlan, Received
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.store.answering import AnswerRepository
from gmsc_desktop.store.received import ReceivedRepository
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from tests.services.exchange_kit import World, world
from tests.services.helpers import PEOPLE, POLICY, write_instrument


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def refused(received: Received) -> str:
    (plan,) = received.refused
    assert plan.refused is not None and not received.taken
    return plan.refused.code


def outcomes(plan: FilePlan) -> list[tuple[str, Outcome]]:
    return [(item.what, item.outcome) for item in plan.items]


def test_the_whole_way_there_and_back(earth: World) -> None:
    laptop = earth.laptop()
    assert laptop.vault.chain and laptop.vault.chain[-1].subject.rfc4514_string().endswith(
        f"CN={'Kantor Pusat GMSC (uji)'}"
    )
    visit_id = earth.visit(laptop)
    name = earth.send(laptop, visit_id)
    assert (earth.stick / name).read_bytes().startswith(b"age-encryption.org/v1")
    assert [row.visit.id for row in laptop.exports.unsafe()] == [visit_id]

    (plan,) = earth.office.receiving.plan((earth.stick / name,))
    assert outcomes(plan) == [("visit", Outcome.NEW)]
    assert earth.office.office.visits() == (), "a plan changes nothing"
    received = earth.take(earth.office, name)
    assert len(received.taken) == 1
    (found,) = earth.office.office.visits()
    content = laptop.visits.revisions(visit_id)[0]
    assert earth.office.office.document(content.content_hash) == json.loads(content.content)
    files = ReceivedRepository(earth.office.vault.store).files(content.content_hash)
    assert sorted(kind for _sha256, kind, _name, _size in files) == ["document", "evidence"]
    for sha256, _kind, _name, _size in files:
        assert sha256_hex(earth.office.vault.store.blobs.read(sha256)) == sha256

    earth.office.office.return_(visit_id, (Comment(POLICY, "Lengkapi dasar hukumnya."),), date(2022, 1, 7))
    answered = earth.answer(laptop)
    assert outcomes(answered.taken[0]) == [("receipt", Outcome.NEW), ("review", Outcome.NEW)]
    assert laptop.visits.get(visit_id).state is VisitState.RETURNED
    (review,) = laptop.exports.reviews(visit_id)
    assert (review.comments, review.due) == ((Comment(POLICY, "Lengkapi dasar hukumnya."),), date(2022, 1, 7))
    assert laptop.exports.unsafe() == ()

    laptop.visits.reopen(visit_id, "Dikembalikan")
    laptop.answers.set(visit_id, PEOPLE, Facet.VALUE, "12")
    earth.close(laptop, visit_id)
    received = earth.take(earth.office, earth.send(laptop, visit_id))
    assert outcomes(received.taken[0]) == [("visit", Outcome.NEWER)]
    found = earth.office.office.visit(visit_id)
    assert [r.number for r in found.revisions] == [1, 2] and found.review is None
    changed = earth.office.office.changes(*(r.content_hash for r in found.revisions))
    assert (PEOPLE, "value", None, "12") in [(c.key, c.member, c.before, c.after) for c in changed]
    earth.office.office.accept(visit_id)
    earth.answer(laptop)
    assert laptop.visits.get(visit_id).state is VisitState.ACCEPTED
    assert earth.office.vault.store.journal.verify() is None
    assert laptop.vault.store.journal.verify() is None


def test_the_same_twice_changes_nothing(earth: World) -> None:
    laptop = earth.laptop()
    name = earth.send(laptop, earth.visit(laptop))
    earth.take(earth.office, name)
    rows = ReceivedRepository(earth.office.vault.store)
    before, head = rows.state(), earth.office.vault.store.journal.vault_head()
    received = earth.take(earth.office, name)
    assert (len(received.known), received.taken, received.refused) == (1, (), ())
    assert (rows.state(), earth.office.vault.store.journal.vault_head()) == (before, head)


def test_a_backup_is_made_before_anything_is_taken(earth: World) -> None:
    laptop = earth.laptop()
    earth.take(earth.office, earth.send(laptop, earth.visit(laptop)))
    assert "import" in {backup.reason for backup in earth.office.vault.backups()}


def test_a_stranger_is_quarantined_and_taken_once_enrolled(earth: World) -> None:
    laptop = earth.laptop(enrol=False)
    name = earth.send(laptop, earth.visit(laptop))
    data = (earth.stick / name).read_bytes()
    assert refused(earth.take(earth.office, name)) == "self_signed"
    (kept,) = earth.office.receiving.quarantine()
    assert (earth.office.vault.folder / "quarantine" / f"{sha256_hex(data)}.gmsc").read_bytes() == data
    assert earth.office.office.visits() == ()
    assert refused(earth.office.receiving.retry(kept.sha256).value) == "self_signed"
    assert earth.office.receiving.quarantine()[0].tries == 2
    earth.enrol(laptop)
    assert len(earth.office.receiving.retry(kept.sha256).value.taken) == 1, "signed before enrolment"
    rows = earth.office.vault.store.journal.vault_head()
    assert earth.office.receiving.retry(kept.sha256).value.known
    assert earth.office.vault.store.journal.vault_head() == rows, "once more changes nothing"
    assert earth.office.receiving.quarantine() == ()


def test_trust_begins_only_with_the_fingerprint_that_was_compared(earth: World) -> None:
    laptop = earth.laptop(enrol=False)
    request = laptop.enrolment.request(earth.stick, PASSPHRASE).value
    earth.take(earth.office, request.file_name)
    (member,) = earth.office.enrolment.members()
    assert (member.state, member.fingerprint) == (MemberState.REQUESTED, laptop.vault.certificate_fingerprint)
    with pytest.raises(Refused):
        earth.office.enrolment.answer(member.fingerprint, earth.stick, PASSPHRASE)
    earth.office.enrolment.approve(member.fingerprint, PASSPHRASE)
    answer = earth.stick / earth.office.enrolment.answer(member.fingerprint, earth.stick, PASSPHRASE).value.file_name
    own = laptop.vault.certificate
    for consent in (Consent(), Consent(PASSPHRASE), Consent(PASSPHRASE, "ab" * 32), Consent("", earth.fingerprint)):
        assert refused(laptop.receiving.receive((answer,), consent).value) == "consent"
    assert laptop.vault.certificate == own and laptop.receiving.quarantine() == ()
    spoken = " ".join(earth.fingerprint[at : at + 4].upper() for at in range(0, 64, 4))
    assert laptop.receiving.receive((answer,), Consent(PASSPHRASE, spoken)).value.taken
    assert laptop.vault.certificate != own


def test_a_request_that_comes_after_the_certificate_takes_nothing_away(earth: World) -> None:
    laptop = earth.laptop(enrol=False)
    late = laptop.enrolment.request(earth.stick, PASSPHRASE).value.file_name
    again = laptop.enrolment.request(earth.stick, PASSPHRASE).value.file_name
    earth.enrol(laptop)
    for name in (again, late):
        (plan,) = earth.office.receiving.plan((earth.stick / name,))
        assert [item.outcome for item in plan.items] == [Outcome.KNOWN]
        earth.take(earth.office, name)
    (member,) = earth.office.enrolment.members()
    assert member.state is MemberState.APPROVED
    renewal = laptop.enrolment.request(earth.stick, PASSPHRASE).value.file_name
    earth.take(earth.office, renewal)
    (member,) = earth.office.enrolment.members()
    assert member.state is MemberState.REQUESTED, "asked anew, so the office decides anew"


def test_a_comment_stands_beside_a_question_the_visit_has(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.instruments.install(write_instrument(earth.root))
    with pytest.raises(InvalidInput, match="no question"):
        earth.office.office.return_(visit_id, (Comment("/data/main/polisi", "Lengkapi."),), None)
    assert earth.office.office.visit(visit_id).review is None
    earth.office.office.return_(visit_id, (Comment(POLICY, "Lengkapi."), Comment("", "Umum.")), None)


def test_what_a_vault_wrote_itself_is_passed_over(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    sent = earth.send(laptop, visit_id)
    for each in (earth.office, laptop):
        plans = each.receiving.plan((earth.stick,))
        assert any(plan.own and plan.known for plan in plans)
        received = each.receiving.receive((earth.stick,)).value
        own = {plan.path.name for plan in received.known if plan.own}
        assert own == {record.file_name for record in each.exports.history()}
        assert not any(plan.path.name in own for plan in received.refused)
        assert not own & {kept.file_name for kept in each.receiving.quarantine()}
    (earth.stick / sent).write_bytes((earth.stick / sent).read_bytes()[:-1] + b"x")
    assert earth.take(laptop, sent).refused, "another file under its name is not its own"


def test_pieces_stay_until_the_root_was_compared(earth: World) -> None:
    laptop = earth.laptop(enrol=False)
    earth.take(earth.office, laptop.enrolment.request(earth.stick, PASSPHRASE).value.file_name)
    key = laptop.vault.certificate_fingerprint
    earth.office.enrolment.approve(key, PASSPHRASE)
    answer = earth.stick / earth.office.enrolment.answer(key, earth.stick, PASSPHRASE).value.file_name
    data = answer.read_bytes()
    answer.unlink()
    first, second = (answer.with_name(f"{answer.name}.00{n}-002") for n in (1, 2))
    first.write_bytes(data[:3000])
    second.write_bytes(data[3000:])
    assert laptop.receiving.receive((first,)).value.waiting
    first.unlink()
    (refused,) = laptop.receiving.receive((second,)).value.refused
    assert refused.refused is not None and refused.refused.code == "consent"
    second.write_bytes(data[3000:])
    taken = laptop.receiving.receive((second,), Consent(PASSPHRASE, earth.fingerprint)).value
    assert len(taken.taken) == 1 and not laptop.receiving.waiting()


def test_a_refused_request_brings_no_certificate(earth: World) -> None:
    laptop = earth.laptop(enrol=False)
    earth.take(earth.office, laptop.enrolment.request(earth.stick, PASSPHRASE).value.file_name)
    fingerprint = laptop.vault.certificate_fingerprint
    with pytest.raises(InvalidInput):
        earth.office.enrolment.refuse(fingerprint, " ")
    earth.office.enrolment.refuse(fingerprint, "Tidak dikenal.")
    answer = earth.office.enrolment.answer(fingerprint, earth.stick, PASSPHRASE).value
    taken = laptop.receiving.receive((earth.stick / answer.file_name,), Consent("", earth.fingerprint)).value
    assert ("certificate", Outcome.REFUSED) in outcomes(taken.taken[0])
    assert laptop.vault.chain == ()


def test_a_revoked_laptop_is_not_believed_any_more(earth: World) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    visit_id = earth.visit(laptop)
    before = earth.send(laptop, visit_id)
    earth.office.enrolment.revoke(laptop.vault.certificate_fingerprint, "Laptop dicuri")
    after = earth.send(laptop, visit_id)
    key = laptop.vault.certificate_fingerprint
    told = earth.office.enrolment.answer(key, earth.stick, PASSPHRASE).value.file_name
    (plan,) = laptop.receiving.plan((earth.stick / told,))
    assert "taken the certificate of this laptop back" in plan.items[-1].template
    assert refused(earth.take(earth.office, after)) == "revoked"
    assert len(earth.take(earth.office, before).taken) == 1, "it was signed before"
    # The next thing the other laptop hears brings the revocation along.
    earth.take(earth.office, earth.send(other, earth.visit(other)))
    earth.answer(other)
    from gmsc_desktop.services.trusting import trust_of_vault

    judged = trust_of_vault(other.vault).judge(laptop.vault.certificate, (), earth.clock.now())
    assert judged.standing.value == "revoked"


def test_a_renewed_certificate_replaces_the_one_before_and_an_older_answer_does_not(earth: World) -> None:
    laptop = earth.laptop()
    fingerprint = laptop.vault.certificate_fingerprint
    first = laptop.vault.certificate
    earth.clock.forward(days=30)
    old = earth.stick / earth.office.enrolment.answer(fingerprint, earth.stick, PASSPHRASE).value.file_name
    earth.office.enrolment.approve(fingerprint, PASSPHRASE)
    new = earth.stick / earth.office.enrolment.answer(fingerprint, earth.stick, PASSPHRASE).value.file_name
    assert laptop.receiving.receive((new,), Consent(PASSPHRASE)).value.taken
    renewed = laptop.vault.certificate
    assert renewed != first and renewed.not_valid_before_utc > first.not_valid_before_utc
    laptop.receiving.receive((old,), Consent(PASSPHRASE))
    assert laptop.vault.certificate == renewed


def test_a_new_laptop_takes_the_place_of_a_lost_one(earth: World) -> None:
    lost = earth.laptop()
    new = earth.laptop(enrol=False)
    request = new.enrolment.request(earth.stick, PASSPHRASE, lost.vault.certificate_fingerprint).value
    (plan,) = earth.office.receiving.plan((earth.stick / request.file_name,))
    assert "in place of" in plan.items[0].template
    assert plan.items[0].params["replaced"] == lost.vault.certificate_fingerprint[:16]
    earth.enrol(new, replaces=lost.vault.certificate_fingerprint)
    states = {member.fingerprint: member.state for member in earth.office.enrolment.members()}
    assert states[lost.vault.certificate_fingerprint] is MemberState.REVOKED
    assert states[new.vault.certificate_fingerprint] is MemberState.APPROVED
    with pytest.raises(Refused):
        earth.office.enrolment.approve(lost.vault.certificate_fingerprint, PASSPHRASE)


def test_answers_are_for_one_laptop_and_by_the_office_only(earth: World) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.office.accept(visit_id)
    answer = earth.office.office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value.file_name
    assert refused(earth.take(other, answer)) == "not_for_us"

    # The same words from an assessor, whose certificate does not speak for the office.
    from gmsc_desktop.domain.exchange import Kind
    from gmsc_desktop.services.posting import post
    from gmsc_desktop.services.trust_message import trust_message

    content = laptop.visits.get(visit_id).content_hash
    message = {
        "addressee": {"device": laptop.vault.device, "key": laptop.vault.certificate_fingerprint},
        "issued_at": "2022-01-01T00:00:00+00:00",
        "bundles": [],
        "receipts": [
            {"visit_id": visit_id, "content_hash": content, "bundle": "ab" * 32, "at": "2022-01-01T00:00:00Z"}
        ],
        "reviews": [],
        "missing": [],
        "trust": trust_message(earth.office.vault),
    }
    forged = post(other.vault, Kind.RECEIPT, message, earth.stick, PASSPHRASE).file_name
    assert refused(earth.take(laptop, forged)) == "not_office"
    assert laptop.exports.unsafe()[0].visit.id == visit_id
    # By the office, for another laptop's visit: named, and nothing follows.
    elsewhere = {**message, "addressee": {"device": other.vault.device, "key": other.vault.certificate_fingerprint}}
    name = post(earth.office.vault, Kind.RECEIPT, elsewhere, earth.stick, PASSPHRASE).file_name
    assert refused(earth.take(laptop, name)) == "addressee"
    taken = earth.take(other, name)
    assert outcomes(taken.taken[0]) == [("receipt", Outcome.REFUSED)]
    assert AnswerRepository(other.vault.store).receipted() == frozenset()


def test_an_old_answer_that_comes_late_does_not_turn_anything_back(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.office.return_(visit_id, (Comment("", "Periksa kembali."),), None)
    old = earth.office.office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value.file_name
    earth.office.office.accept(visit_id)
    new = earth.office.office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value.file_name
    earth.take(laptop, new)
    earth.take(laptop, old)
    assert laptop.visits.get(visit_id).state is VisitState.ACCEPTED
    assert [r.decision for r in laptop.exports.reviews(visit_id)] == [Decision.RETURNED, Decision.ACCEPTED]


def test_work_going_on_is_not_disturbed_by_an_answer(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    laptop.visits.reopen(visit_id, "Ada yang terlewat")
    earth.office.office.accept(visit_id)
    earth.answer(laptop)
    assert laptop.visits.get(visit_id).state is VisitState.DRAFT


def test_missing_bundles_are_named_on_both_sides(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.send(laptop, visit_id)
    earth.send(laptop, visit_id)
    received = earth.take(earth.office, earth.send(laptop, visit_id))
    assert ("bundle", Outcome.GAP) in outcomes(received.taken[0])
    (gap,) = earth.office.receiving.gaps()
    assert (gap.device, gap.missing) == (laptop.vault.device, (2, 3))
    assert ("bundle", Outcome.GAP) in outcomes(earth.answer(laptop).taken[0])


def test_the_offline_copy_opens_with_public_tools(earth: World, tmp_path: Path) -> None:
    folder = earth.root / "lemari"
    (tmp_path / "frasa").write_text(PASSPHRASE)
    done = subprocess.run(
        [
            "openssl",
            "pkey",
            "-in",
            folder / "kantor-pusat-akar.key.pem",
            "-passin",
            f"file:{tmp_path / 'frasa'}",
            "-pubout",
        ],
        capture_output=True,
        check=True,
    )
    shown = subprocess.run(
        ["openssl", "x509", "-in", folder / "kantor-pusat-akar.pem", "-noout", "-pubkey"],
        capture_output=True,
        check=True,
    )
    assert done.stdout == shown.stdout
    import pyrage

    plain = pyrage.passphrase.decrypt((folder / "kantor-pusat-age.txt.age").read_bytes(), PASSPHRASE)
    identity = pyrage.x25519.Identity.from_str(plain.decode().strip())
    assert str(identity.to_public()) == earth.office.office.status().recipient
    with pytest.raises(Refused):
        earth.office.office.init("Lagi", PASSPHRASE, earth.root / "stik")


def test_assignments_travel_with_instrument_template_and_trust(earth: World) -> None:
    from gmsc_desktop.domain.exchange import Assignment
    from gmsc_desktop.domain.visit import Person, Role

    laptop, other = earth.laptop(), earth.laptop("Budi")
    small = earth.office.instruments.install(write_instrument(earth.root)).value.hash
    paper = earth.root / "templat.docx"
    paper.write_bytes(b"isi templat")
    team = (Person("Dr. Sri Wahyuni", "", "Asesor", "UNS", Role.LEAD),)
    asked = Assignment("", "33.72", 2022, "Tahap 1", small, date(2022, 3, 1), team)
    only = replace(asked, region_code="35.71", assessor_key=other.vault.certificate_fingerprint)
    written = earth.office.office.assign((asked, only), (), earth.stick, PASSPHRASE, (paper,)).value
    (plan,) = laptop.receiving.plan((earth.stick / written.file_name,))
    assert outcomes(plan) == [("instrument", Outcome.NEW), ("assignment", Outcome.NEW)]
    for each in (laptop, other):
        assert earth.take(each, written.file_name).taken
    assert [found.region_code for found in laptop.exports.assignments()] == ["33.72"]
    assert sorted(found.region_code for found in other.exports.assignments()) == ["33.72", "35.71"]
    assert laptop.instruments.get(small).form_id == "small"
    assert laptop.vault.store.blobs.read(sha256_hex(b"isi templat")) == b"isi templat"
    # Withdrawn later; the first word, should it come once more in another bundle, does not bring it back.
    (first,) = (found for found in earth.office.office.assignments() if found.region_code == "33.72")
    again = earth.office.office.assign((first,), (), earth.stick, PASSPHRASE).value
    earth.clock.forward(minutes=5)
    gone = earth.office.office.assign((replace(first, withdrawn=True),), (), earth.stick, PASSPHRASE).value
    earth.take(laptop, gone.file_name)
    earth.take(laptop, again.file_name)
    assert laptop.exports.assignments() == ()


def test_a_bundle_for_another_role_is_left_alone(earth: World) -> None:
    other, laptop = earth.laptop(), earth.laptop("Budi")
    name = earth.send(other, earth.visit(other))
    assert refused(earth.take(laptop, name)) == "not_for_us"
    request = other.enrolment.request(earth.stick, PASSPHRASE).value.file_name
    before = laptop.receiving.quarantine()
    assert refused(earth.take(laptop, request)) == "role"
    assert laptop.receiving.quarantine() == before


def test_a_bundle_passed_on_to_another_office_is_refused(earth: World, tmp_path: Path) -> None:
    import pyrage

    from gmsc_desktop.services.trusting import exchange_identity

    laptop = earth.laptop()
    name = earth.send(laptop, earth.visit(laptop))
    own = pyrage.x25519.Identity.from_str(exchange_identity(earth.office.vault))
    plain = pyrage.decrypt((earth.stick / name).read_bytes(), [own])
    other = earth.laptop("Budi")
    for_other = pyrage.x25519.Identity.from_str(exchange_identity(other.vault)).to_public()
    passed = earth.stick / "terusan.gmsc"
    passed.write_bytes(pyrage.encrypt(plain, [for_other]))
    assert refused(earth.take(other, passed.name)) == "recipient"


def test_clock_differences_do_not_matter_for_the_later_word(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.office.return_(visit_id, (Comment("", "Periksa."),), None)
    earth.clock.at -= timedelta(days=2)
    earth.office.office.accept(visit_id)
    found = earth.office.office.visit(visit_id).review
    assert found is not None and found.decision is Decision.ACCEPTED


def test_a_copied_vault_is_accepted_and_flagged(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    laptop.vault.store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = earth.root / "salinan"
    shutil.copytree(laptop.vault.folder, copy)
    (copy / "gmsc.lock").unlink(missing_ok=True)
    vault = open_vault(copy, PASSPHRASE, clock=earth.clock, ids=SeededIds(77))
    try:
        twin = build_services(vault, clock=earth.clock, ids=SeededIds(78))
        for services, people in ((laptop, "12"), (twin, "21")):
            services.visits.reopen(visit_id, "Dilengkapi")
            services.answers.set(visit_id, PEOPLE, Facet.VALUE, people)
            earth.close(services, visit_id)
        first, second = earth.send(laptop, visit_id), earth.send(twin, visit_id)
    finally:
        vault.close()
    earth.take(earth.office, first)
    found = outcomes(earth.take(earth.office, second).taken[0])
    assert ("bundle", Outcome.CONFLICT) in found, "two bundles bear one number"
    assert ("visit", Outcome.CONFLICT) in found and ("journal", Outcome.CONFLICT) in found
    visit = earth.office.office.visit(visit_id)
    changed = earth.office.office.changes(*visit.lineage.heads)
    assert sorted((c.before, c.after) for c in changed if c.key == PEOPLE) in ([("12", "21")], [("21", "12")])
    with pytest.raises(Refused):
        earth.office.office.accept(visit_id)


def test_a_file_that_cannot_be_read_stops_no_other(earth: World) -> None:
    laptop = earth.laptop()
    name = earth.send(laptop, earth.visit(laptop))
    received = earth.office.receiving.receive((earth.stick / "hilang.gmsc", earth.stick / name)).value
    assert [plan.refused.code for plan in received.refused if plan.refused] == ["unreadable"]
    assert len(received.taken) == 1


def test_a_visit_closed_with_another_key_is_taken_and_named(earth: World) -> None:
    from gmsc_desktop.domain.visit import Person
    from gmsc_desktop.sync.bundle import BundleContent, write_bundle
    from tests.services.exchange_kit import revision
    from tests.signing_kit import content_bytes
    from tests.sync.kit import PHOTO, Files

    laptop = earth.laptop()
    files = Files()
    files.put(PHOTO[1])
    content = BundleContent(
        Person("Sri"), laptop.vault.device, 9, (content_bytes(revision(1, None, "Balai Kota")),), files.open
    )
    identity = laptop.vault.signing_identity(PASSPHRASE)
    write_bundle(earth.stick / "titipan.gmsc", content, identity, earth.clock.now())
    assert ("visit", Outcome.ASKED) in outcomes(earth.take(earth.office, "titipan.gmsc").taken[0])


def test_verification_opens_what_is_for_this_vault(earth: World) -> None:
    from gmsc_desktop.domain.verdict import Status
    from gmsc_desktop.services.verification import verify_file

    laptop = earth.laptop()
    path = earth.stick / earth.send(laptop, earth.visit(laptop))
    verdict = verify_file(path, vault=earth.office.vault)
    assert verdict.status is Status.GENUINE and verdict.file_sha256 == sha256_hex(path.read_bytes())
    assert verify_file(path, vault=laptop.vault).status is Status.UNKNOWN_SIGNER


def test_a_damaged_journal_is_not_taken(earth: World) -> None:
    from gmsc_desktop.domain.errors import BundleError
    from gmsc_desktop.sync.journalfile import read_journal

    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    lines = laptop.vault.store.journal.lines(visit_id)
    assert len(read_journal(lines, "j")) == len(laptop.vault.store.journal.entries(visit_id))
    for broken in (lines[:-1], lines.replace(b"l3", b"l4"), b"{}\n", b"[]\n", b"\xff\n", lines + b"\n"):
        with pytest.raises(BundleError):
            read_journal(broken, "j")


def test_the_office_can_read_a_lost_laptop_and_no_other(earth: World) -> None:
    from gmsc_desktop.domain.errors import WrongPassphrase
    from gmsc_desktop.identity import keyfile
    from gmsc_desktop.services.trusting import exchange_identity
    from gmsc_desktop.store.database import open_database

    laptop, other = earth.laptop(), earth.laptop("Budi")
    visit_id = earth.visit(laptop)
    laptop.vault.store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    keys = keyfile.from_json((laptop.vault.folder / "keys.json").read_bytes())
    copy = earth.root / "temuan.db"
    copy.write_bytes((laptop.vault.folder / "gmsc.db").read_bytes())
    db = open_database(copy, keys.unlock_for_office(exchange_identity(earth.office.vault)))
    assert db.conn.execute("SELECT id FROM visit").fetchall() == [(visit_id,)]
    db.conn.close()
    with pytest.raises(WrongPassphrase):
        keys.unlock_for_office(exchange_identity(other.vault))


@given(st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=3))
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
def test_answers_in_any_order_end_in_the_same_state(order: list[int], again: list[int]) -> None:
    with TemporaryDirectory() as name, _answers().opened(Path(name)) as laptop:
        for number in (*order, *again, *order):
            laptop.receiving.receive((_answers().files[number],))
        (row,) = laptop.visits.list()
        reviews = laptop.exports.reviews(row.visit.id)
        assert row.visit.state is VisitState.RETURNED
        assert [review.decision.value for review in reviews] == ["returned", "accepted", "returned"]
        assert [comment.text for comment in reviews[-1].comments] == ["Sekali lagi."]


@dataclass(frozen=True)
class Answers:
    """A laptop's vault, closed, and four answers of the office to it, the oldest first."""

    vault: Path
    files: tuple[Path, ...]

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Services]:
        shutil.copytree(self.vault, folder / "laptop")
        clock, ids = FixedClock(), SeededIds(55)
        vault = open_vault(folder / "laptop", PASSPHRASE, clock=clock, ids=ids)
        try:
            yield build_services(vault, clock=clock, ids=ids)
        finally:
            vault.close()


@cache
def _answers() -> Answers:
    root = Path(mkdtemp(prefix="gmsc-jawaban-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with world(root) as earth:
        laptop = earth.laptop()
        visit_id = earth.visit(laptop)
        earth.take(earth.office, earth.send(laptop, visit_id))
        office = earth.office.office
        steps = (
            lambda: None,
            lambda: office.return_(visit_id, (Comment("", "Periksa."),), None),
            lambda: office.accept(visit_id),
            lambda: office.return_(visit_id, (Comment("", "Sekali lagi."),), None),
        )
        files = []
        for step in steps:
            step()
            files.append(earth.stick / office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value.file_name)
        folder = laptop.vault.folder
    return Answers(folder, tuple(files))
