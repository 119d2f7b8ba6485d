"""Attacks: each is refused or passed over, named in the plan, and changes nothing anybody relies on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest

from gmsc_desktop.age.keys import recipient_of
from gmsc_desktop.domain.exchange import Assignment, Comment, Kind, Outcome
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.identity.signer import SigningIdentity
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.posting import post
from gmsc_desktop.services.trust_message import trust_message
from gmsc_desktop.services.trusting import exchange_identity
from gmsc_desktop.sync import bag
from gmsc_desktop.sync.bundle import BundleContent, write_bundle
from gmsc_desktop.sync.messages import write_message
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import World, revision, world
from tests.services.helpers import POLICY, write_instrument
from tests.signing_kit import SRI, content_bytes, issue, other_office, self_signed
from tests.sync.kit import PHOTO, Files, pack, unpack

TOLD = frozenset({"journal", "quarantine", "bundle_in", "sqlite_sequence", "setting"})
"""Tables that only tell what came; what anybody relies on is in the others, and of the settings in those of trust."""


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def relied_on(services: Services) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the vault but those that tell what came in."""
    rows = services.vault.store.conn
    names = [row[0] for row in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: sorted(map(repr, rows.execute(f'SELECT * FROM "{name}"'))) for name in names if name not in TOLD}
    settings = services.vault.store.settings
    found["trust"] = [(name, settings.get(name)) for name in ("role", "office_root", "office_recipient", "office_name")]
    return found  # type: ignore[return-value]


WORD = ("known_certificate", "gone_paper_list", "gone_paper")
"""What every genuine word of the office brings along: its certificate and its list of papers taken back."""


def but_its_word(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    return {name: found for name, found in rows.items() if name not in WORD}


def attack(services: Services, path: Path) -> str:
    """Look at ``path``, then receive it: the code it is refused with, the same in plan, deed and quarantine."""
    before = relied_on(services)
    (plan,) = services.receiving.plan((path,))
    assert plan.refused is not None and not plan.refused.good and plan.refused.template
    (done,) = services.receiving.receive((path,)).value.refused
    assert done.refused == plan.refused
    assert relied_on(services) == before
    assert plan.sha256 not in {record.sha256 for record in services.receiving.history()}
    kept = {item.sha256: item.code for item in services.receiving.quarantine()}
    assert kept.get(plan.sha256, plan.refused.code) == plan.refused.code
    return plan.refused.code


def visits_of(earth: World, name: str, identity: SigningIdentity, device: str) -> Path:
    """A bundle of one visit, encrypted to the office, signed by ``identity``."""
    files = Files()
    files.put(PHOTO[1])
    content = BundleContent(
        SRI, device, 9, (content_bytes(revision(1, None, "Balai Kota")),), files.open,
        recipients=(recipient_of(exchange_identity(earth.office.vault)),),
    )  # fmt: skip
    return write_bundle(earth.stick / name, content, identity, earth.clock.now()).path


def rewritten(path: Path, reader: Services, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The bundle at ``path``, opened by whoever it is for, changed, and encrypted to them once more."""
    identity = pyrage.x25519.Identity.from_str(exchange_identity(reader.vault))
    files = unpack(pyrage.decrypt(path.read_bytes(), [identity]))
    change(files)
    path.write_bytes(pyrage.encrypt(pack(files), [identity.to_public()]))
    return path


# who signed


def test_signed_by_somebody_nobody_here_knows(earth: World) -> None:
    laptop = earth.laptop()
    own = self_signed()
    certificate = issue(
        other_office(), SRI, own.private_key.public_key(), clock=earth.clock, ids=laptop.vault.store.ids
    )
    stranger = SigningIdentity(own.private_key, certificate, (other_office().certificate,))
    assert attack(earth.office, visits_of(earth, "asing.gmsc", stranger, laptop.vault.device)) == "unknown_signer"


def test_signed_by_a_certificate_somebody_made_for_themselves(earth: World) -> None:
    laptop = earth.laptop()
    assert attack(earth.office, visits_of(earth, "sendiri.gmsc", self_signed(), laptop.vault.device)) == "self_signed"


def test_signed_after_the_certificate_was_taken_back(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.office.enrolment.revoke(laptop.vault.certificate_fingerprint, "Laptop dicuri")
    assert attack(earth.office, earth.stick / earth.send(laptop, visit_id)) == "revoked"


def test_signed_after_the_certificate_ran_out(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.clock.at += timedelta(days=366 * 21)
    assert attack(earth.office, earth.stick / earth.send(laptop, visit_id)) == "not_valid"


def test_a_signature_swapped_for_another_of_the_same_signer(earth: World) -> None:
    laptop = earth.laptop()
    first = earth.stick / earth.send(laptop, earth.visit(laptop))
    identity = pyrage.x25519.Identity.from_str(exchange_identity(earth.office.vault))
    other = unpack(pyrage.decrypt(first.read_bytes(), [identity]))[bag.SIGNATURE]
    second = earth.stick / earth.send(laptop, earth.visit(laptop))
    rewritten(second, earth.office, lambda files: files.update({bag.SIGNATURE: other}))
    assert attack(earth.office, second) == "signature"
    assert len(earth.take(earth.office, first.name).taken) == 1, "what was not touched is taken all the same"


def test_signed_anew_by_another_enrolled_laptop(earth: World) -> None:
    """Who is enrolled can sign, but not in the name of somebody else."""
    laptop, other = earth.laptop(), earth.laptop("Budi")
    path = earth.stick / earth.send(laptop, earth.visit(laptop))

    def sign(files: dict[str, bytes]) -> None:
        from hashlib import sha256

        from gmsc_desktop.identity.cms import sign_detached

        digest = sha256(files[bag.TAGMANIFEST]).digest()
        files[bag.SIGNATURE] = sign_detached(
            digest, other.vault.signing_identity(PASSPHRASE), signed_at=earth.clock.now()
        )

    assert attack(earth.office, rewritten(path, earth.office, sign)) == "sender"


# what an office says


def said(earth: World, laptop: Services, visit_id: str, **changes: object) -> dict[str, Any]:
    """A receipt of the newest content of a visit of ``laptop``, as an office writes one."""
    content = laptop.visits.get(visit_id).content_hash
    at = "2022-01-01T00:00:00.000000+00:00"
    found: dict[str, Any] = {
        "addressee": {"device": laptop.vault.device, "key": laptop.vault.certificate_fingerprint},
        "issued_at": at, "bundles": [], "reviews": [], "missing": [], "trust": trust_message(earth.office.vault),
        "receipts": [{"visit_id": visit_id, "content_hash": content, "bundle": "ab" * 32, "at": at}],
    }  # fmt: skip
    return {**found, **changes}


def test_a_receipt_by_whoever_is_no_office(earth: World) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    visit_id = earth.visit(laptop)
    forged = post(other.vault, Kind.RECEIPT, said(earth, laptop, visit_id), earth.stick, PASSPHRASE).file_name
    assert attack(laptop, earth.stick / forged) == "not_office"
    content = BundleContent(
        SRI, other.vault.device, 3, (), Files().open, kind="receipt",
        message=write_message("receipt", said(earth, laptop, visit_id)),
    )  # fmt: skip
    for name, identity in (("akar.gmsc", other_office()), ("sendiri.gmsc", self_signed())):
        path = write_bundle(earth.stick / name, content, identity, earth.clock.now()).path
        assert attack(laptop, path) in ("unknown_signer", "self_signed")
    assert [row.visit.id for row in laptop.exports.unsafe()] == [visit_id]


def test_an_old_receipt_played_again_makes_nothing_safe_that_came_later(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    receipt = earth.office.office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value.file_name
    earth.take(laptop, receipt)
    laptop.visits.reopen(visit_id, "Dilengkapi")
    earth.close(laptop, visit_id)
    before = relied_on(laptop)
    assert len(earth.take(laptop, receipt).known) == 1
    # Wrapped anew it is another file, and says the same of the same content.
    rewritten(earth.stick / receipt, laptop, lambda files: None)
    (plan,) = earth.take(laptop, receipt).taken
    assert [(item.what, item.outcome) for item in plan.items] == [("receipt", Outcome.KNOWN)]
    assert relied_on(laptop) == before
    assert [row.visit.id for row in laptop.exports.unsafe()] == [visit_id]


def test_a_receipt_and_a_return_for_what_was_never_sent(earth: World) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    visit_id, others = earth.visit(laptop), earth.visit(other)
    content = other.visits.get(others).content_hash
    at = "2022-01-01T00:00:00.000000+00:00"
    receipts = [
        {"visit_id": visit_id, "content_hash": "cd" * 32, "bundle": "ab" * 32, "at": at},
        {"visit_id": others, "content_hash": content, "bundle": "ab" * 32, "at": at},
        {"visit_id": visit_id, "content_hash": content, "bundle": "ab" * 32, "at": at},
    ]
    review = {
        "id": "017db600-0001-7000-8000-000000000000", "visit_id": others, "content_hash": content,
        "decision": "returned", "at": at, "who": "Kantor", "due": None, "comments": [],
    }  # fmt: skip
    message = said(earth, laptop, visit_id, receipts=receipts, reviews=[review])
    name = post(earth.office.vault, Kind.RETURN, message, earth.stick, PASSPHRASE).file_name
    before = but_its_word(relied_on(laptop))
    (plan,) = earth.take(laptop, name).taken
    assert [(item.what, item.outcome) for item in plan.items] == [
        ("receipt", Outcome.REFUSED), ("receipt", Outcome.REFUSED), ("receipt", Outcome.REFUSED),
        ("review", Outcome.REFUSED),
    ]  # fmt: skip
    assert but_its_word(relied_on(laptop)) == before
    assert laptop.visits.get(visit_id).state is VisitState.SIGNED
    assert [row.visit.id for row in laptop.exports.unsafe()] == [visit_id]


def test_what_is_addressed_to_another_laptop(earth: World) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.office.return_(visit_id, (Comment(POLICY, "Lengkapi."),), None)
    answer = earth.stick / earth.office.office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value.file_name
    assert attack(other, answer) == "not_for_us"
    # Opened by its addressee and passed on, encrypted to the other or in the plain.
    own = pyrage.x25519.Identity.from_str(exchange_identity(laptop.vault))
    plain = pyrage.decrypt(answer.read_bytes(), [own])
    for_other = pyrage.x25519.Recipient.from_str(recipient_of(exchange_identity(other.vault)))
    for name, data in (("terusan.gmsc", pyrage.encrypt(plain, [for_other])), ("polos.gmsc", plain)):
        (earth.stick / name).write_bytes(data)
        assert attack(other, earth.stick / name) == "recipient"


def test_an_assignment_for_somebody_else(earth: World) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    small = earth.office.instruments.install(write_instrument(earth.root)).value.hash
    asked = Assignment("", "33.72", 2022, "Tahap 1", small, assessor_key=laptop.vault.certificate_fingerprint)
    keys = (laptop.vault.certificate_fingerprint,)
    name = earth.office.office.assign((asked,), keys, earth.stick, PASSPHRASE).value.file_name
    own = pyrage.x25519.Identity.from_str(exchange_identity(laptop.vault))
    assert attack(other, earth.stick / name) == "not_for_us"
    (earth.stick / "polos.gmsc").write_bytes(pyrage.decrypt((earth.stick / name).read_bytes(), [own]))
    assert attack(other, earth.stick / "polos.gmsc") == "recipient"
    # Signed by the office without a recipient, and still not for this laptop.
    message = {
        "addressees": [{"device": laptop.vault.device, "key": laptop.vault.certificate_fingerprint}],
        "issued_at": "2022-01-01T00:00:00.000000+00:00", "assignments": [], "templates": [],
        "trust": trust_message(earth.office.vault),
    }  # fmt: skip
    plain = post(earth.office.vault, Kind.ASSIGNMENT, message, earth.stick, PASSPHRASE).file_name
    assert attack(other, earth.stick / plain) == "addressee"


def test_a_root_smuggled_into_a_message_is_never_trusted(earth: World) -> None:
    """Roots come from a confirmed enrolment alone; revocations only for who issued the certificate."""
    from gmsc_desktop.identity.certificates import to_pem
    from gmsc_desktop.identity.signer import spki_fingerprint
    from gmsc_desktop.services.trusting import trust_of_vault

    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    trust = trust_message(earth.office.vault)
    trust["roots"] = [*trust["roots"], to_pem(other_office().certificate).decode()]
    trust["revoked"] = [
        {
            "issuer": spki_fingerprint(other_office().certificate), "serial": "7", "reason": "x",
            "since": "2020-01-01T00:00:00.000000+00:00",
        }
    ]  # fmt: skip
    message = said(earth, laptop, visit_id, receipts=[], trust=trust)
    before = trust_of_vault(laptop.vault)
    assert earth.take(laptop, post(earth.office.vault, Kind.RECEIPT, message, earth.stick, PASSPHRASE).file_name).taken
    after = trust_of_vault(laptop.vault)
    assert (after.roots, after.revoked) == (before.roots, before.revoked)


def test_a_request_in_the_name_of_another_device_or_key(earth: World) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi", enrol=False)
    message = {
        "step": "request", "key": laptop.vault.certificate_fingerprint, "device": laptop.vault.device,
        "recipient": recipient_of(exchange_identity(other.vault)), "replaces": None,
        "requested_at": "2022-01-01T00:00:00+00:00",
        "person": {"name": "Budi", "nip": "", "title": "", "organisation": ""},
    }  # fmt: skip
    name = post(other.vault, Kind.ENROLMENT, message, earth.stick, PASSPHRASE).file_name
    assert attack(earth.office, earth.stick / name) == "contradicts"
