"""A bundle of every kind, made by an office and a laptop that exchange them, and what was put into each."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.exchange import Assignment, Comment
from gmsc_desktop.domain.teamwork import TeamMember
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.receiving import Consent
from gmsc_desktop.services.trusting import exchange_identity
from gmsc_desktop.store.evidence import EvidenceRepository
from tests.documents.awards_kit import award_draft
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import World, world
from tests.services.helpers import POLICY, draft, write_instrument


@dataclass(frozen=True)
class Made:
    """A bundle of ``kind``. ``identity`` is the age identity that opens it, empty where it is not encrypted;
    ``vouched`` says whether the office vouches for its signer; ``payload`` what lies below ``data/`` as far as the
    vault that wrote it says, by the name it must have or, for documents, by its SHA-256."""

    path: Path
    kind: str
    identity: str = ""
    vouched: bool = True
    by_office: bool = True
    payload: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Every:
    """The bundles by name, and the office's root certificate."""

    root: Path
    bundles: dict[str, Made]


NAMES = (
    "request",
    "enrolment",
    "visits",
    "receipt",
    "return",
    "assignment",
    "withdrawals",
    "team",
    "drafts",
    "awards",
    "backup",
)
"""What ``make_every`` makes."""


def make_every(root: Path) -> Every:
    """Below ``root``."""
    with world(root) as earth:
        made = _exchange(earth)
    assert tuple(made) == NAMES
    return Every(root / "lemari" / "kantor-pusat-akar.pem", made)


def _exchange(earth: World) -> dict[str, Made]:
    laptop = earth.laptop(enrol=False)
    stick, office = earth.stick, earth.office
    request = stick / laptop.enrolment.request(stick, PASSPHRASE).value.file_name
    office.receiving.receive((request,))
    key = laptop.vault.certificate_fingerprint
    office.enrolment.approve(key, PASSPHRASE)
    answer = stick / office.enrolment.answer(key, stick, PASSPHRASE).value.file_name
    laptop.receiving.receive((answer,), Consent(PASSPHRASE, earth.fingerprint))
    visit_id = earth.visit(laptop)
    held = _held(laptop, visit_id)  # sending adds a row to the journal
    visits = stick / earth.send(laptop, visit_id)
    office.receiving.receive((visits,))
    receipt = stick / office.office.answer(laptop.vault.device, stick, PASSPHRASE).value.file_name
    office.office.return_(visit_id, (Comment(POLICY, "Lengkapi."),), None)
    returned = stick / office.office.answer(laptop.vault.device, stick, PASSPHRASE).value.file_name
    small = office.instruments.install(write_instrument(earth.root)).value.hash
    asked = Assignment("", "33.72", 2022, "Tahap 1", small)
    paper = earth.root / "templat.docx"
    paper.write_bytes(b"isi templat")
    assigned = stick / office.office.assign((asked,), (), stick, PASSPHRASE, (paper,)).value.file_name
    office.withdrawals.withdraw("ab" * 32, "visit", "Kota Surakarta", "Data keliru")
    gone = stick / office.withdrawals.write(stick, PASSPHRASE).value.file_name
    shared = _shared(laptop)
    unsigned = laptop.sending.send(stick, PASSPHRASE, drafts=True, everything=True).value.record.file_name
    office.awards.add(award_draft())
    awarded = office.deciding.issue((), (), stick, PASSPHRASE).value.file_name
    backup = laptop.backup_bundles.write(stick, PASSPHRASE).value.file_name
    lying = {"data/vault/keys.json": (laptop.vault.folder / "keys.json").read_bytes()}
    for path in (laptop.vault.folder / "evidence").glob("??/*.age"):
        lying[f"data/vault/evidence/{path.name}"] = path.read_bytes()
    at_laptop, at_office = exchange_identity(laptop.vault), exchange_identity(office.vault)
    return {
        "request": Made(request, "enrolment", vouched=False, by_office=False),
        "enrolment": Made(answer, "enrolment", at_laptop),
        "visits": Made(visits, "visits", at_office, by_office=False, payload=held),
        "receipt": Made(receipt, "receipt", at_laptop),
        "return": Made(returned, "return", at_laptop),
        "assignment": Made(assigned, "assignment", at_laptop),
        "withdrawals": Made(gone, "withdrawals"),
        "team": Made(stick / shared, "team", by_office=False),
        "drafts": Made(stick / unsigned, "visits", at_office, by_office=False),
        "awards": Made(stick / awarded, "awards", at_laptop),
        "backup": Made(stick / backup, "backup", by_office=False, payload=lying),
    }


def _shared(laptop: Services) -> str:
    """The name of a team bundle on the stick, with an answer and evidence."""
    stick = Path(laptop.exports.history()[0].folder)
    visit_id = laptop.visits.create(draft(laptop.visits.list()[0].visit.draft.instrument_hash)).value.id
    laptop.answers.set(visit_id, POLICY, Facet.VALUE, "l3")
    photo = stick.parent / "foto.txt"
    photo.write_text("bukti")
    laptop.evidence.attach(visit_id, POLICY, photo)
    laptop.team.start(visit_id, (TeamMember("", "Budi"),))
    return laptop.team.write(visit_id, stick, PASSPHRASE).value.file_name


def _held(laptop: Services, visit_id: str) -> dict[str, bytes]:
    """What the laptop holds of the visit."""
    store = laptop.vault.store
    held = {f"data/journal/{laptop.vault.device}.jsonl": store.journal.lines(visit_id)}
    for revision in laptop.visits.revisions(visit_id):
        held[f"data/visits/{visit_id}/{revision.content_hash}.json"] = revision.content
    for evidence in EvidenceRepository(store).list(visit_id):
        extension = Path(evidence.name).suffix.lower().lstrip(".") or "bin"
        held[f"data/evidence/{evidence.sha256}.{extension}"] = store.blobs.read(evidence.sha256)
    for document in laptop.documents.list(visit_id):
        held[document.sha256] = store.blobs.read(document.sha256)
    return held
