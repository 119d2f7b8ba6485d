"""What comes back from the office, taken in on the laptop: receipts, returned work with comments, assignments."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exchange import (
    Assignment,
    Comment,
    Decision,
    Outcome,
    PlanItem,
    Review,
    VaultRole,
)
from gmsc_desktop.domain.visit import Person, Role
from gmsc_desktop.services.bringing import brought
from gmsc_desktop.services.following import follow_office
from gmsc_desktop.services.incoming import Consent, Incoming, NotTaken, require_addressee
from gmsc_desktop.services.trust_message import follow_trust
from gmsc_desktop.services.trusting import role_of
from gmsc_desktop.store.answering import AnswerRepository
from gmsc_desktop.store.drafts import SentDrafts
from gmsc_desktop.store.instruments import InstrumentRepository
from gmsc_desktop.store.members import AssignmentRepository
from gmsc_desktop.store.received import ReceivedRepository
from gmsc_desktop.store.revisions import RevisionRepository
from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.visits import VisitRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

Message = dict[str, Any]


class AnswerTaker:
    """Takes bundles of kind ``receipt`` and ``return``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._answers = AnswerRepository(vault.store)
        self._revisions = RevisionRepository(vault.store)
        self._visits = VisitRepository(vault.store)

    def plan(self, incoming: Incoming, consent: Consent) -> tuple[PlanItem, ...]:
        """Receipt by receipt and review by review, what they say here. Raises ``NotTaken``."""
        message = self._require(incoming)
        own, safe = self._own(), self._answers.receipted()
        known = {review.id for review in self._answers.reviews()}
        sent = {**own, **self._drafts()}
        names = {visit_id: self._name(visit_id) for visit_id in frozenset(sent.values())}
        found = [_about_receipt(receipt, sent, safe, names) for receipt in message["receipts"]]
        found += [_about_review(review, own, known, names) for review in message["reviews"]]
        if message["missing"]:
            from gmsc_desktop.sync.plan import numbers_text

            template = N_("The office has not received these bundles of this laptop: {numbers}. Export once more.")
            params = MappingProxyType({"numbers": numbers_text(tuple(message["missing"]))})
            found.append(PlanItem("bundle", incoming.record.sha256, Outcome.GAP, template, params))
        return tuple(found)

    def take(self, incoming: Incoming, consent: Consent) -> Changed:
        """Keep receipts and reviews, and let each visit's state follow. Raises ``NotTaken``."""
        message = self._require(incoming)
        own = self._own()
        sent = {**own, **self._drafts()}
        touched = set()
        with self._vault.store.writing():
            ReceivedRepository(self._vault.store).add_bundle(incoming.record)
            for receipt in message["receipts"]:
                if sent.get(receipt["content_hash"]) == receipt["visit_id"]:
                    self._answers.add_receipt(
                        receipt["visit_id"],
                        receipt["content_hash"],
                        office=incoming.record.sender,
                        at=receipt["at"],
                        bundle=receipt["bundle"],
                    )
                    touched.add(receipt["visit_id"])
            for told in message["reviews"]:
                if own.get(told["content_hash"]) == told["visit_id"]:
                    self._answers.add_review(read_review(told, incoming.record.sender))
                    touched.add(told["visit_id"])
            for visit_id in touched:
                follow_office(self._vault, visit_id)
            follow_trust(self._vault, message["trust"], incoming.record.sender)
        return Changed(frozenset({"visit", "receipt", "review"}), frozenset(touched))

    def _require(self, incoming: Incoming) -> Message:
        if role_of(self._vault) is VaultRole.OFFICE:
            raise NotTaken("role", N_("An office's answer is for the laptop that sent the visits."), keep=False)
        incoming.require_office()
        message = incoming.message or {}
        require_addressee(self._vault, message["addressee"])
        return message

    def _drafts(self) -> dict[str, str]:
        """The drafts sent from here: visit by hash."""
        return {draft.draft_hash: draft.visit_id for draft in SentDrafts(self._vault.store).list()}

    def _name(self, visit_id: str) -> str:
        """A visit here as a person calls it."""
        draft = self._visits.get(visit_id).draft
        return f"{draft.region.name} {draft.cycle_year} {draft.stage}".strip()

    def _own(self) -> dict[str, str]:
        """The contents frozen here: visit by hash."""
        return {revision.content_hash: revision.visit_id for revision in self._revisions.all()}


def read_review(told: Message, office: str) -> Review:
    """A review as a message tells it, signed by ``office``."""
    return Review(
        id=told["id"],
        visit_id=told["visit_id"],
        content_hash=told["content_hash"],
        decision=Decision(told["decision"]),
        at=datetime.fromisoformat(told["at"]),
        who=told["who"],
        office=office,
        due=date.fromisoformat(told["due"]) if told["due"] else None,
        comments=tuple(Comment(comment["key"], comment["text"]) for comment in told["comments"]),
    )


def _about_receipt(receipt: Message, own: dict[str, str], safe: frozenset[str], names: dict[str, str]) -> PlanItem:
    content = receipt["content_hash"]
    params = MappingProxyType({"hash": content[:16], "visit": names.get(receipt["visit_id"], "–")})
    if own.get(content) != receipt["visit_id"]:
        template = N_("A receipt for something this laptop never sent: {hash}.")
        return PlanItem("receipt", content, Outcome.REFUSED, template, params)
    if content in safe:
        return PlanItem(
            "receipt", content, Outcome.KNOWN, N_("Already known to be safe at the office: {visit} ({hash})."), params
        )
    return PlanItem("receipt", content, Outcome.NEW, N_("Safe at the office: {visit} ({hash})."), params)


def _about_review(review: Message, own: dict[str, str], known: set[str], names: dict[str, str]) -> PlanItem:
    params = MappingProxyType(
        {
            "hash": review["content_hash"][:16],
            "visit": names.get(review["visit_id"], "–"),
            "who": review["who"],
            "due": review["due"] or "–",
        }
    )
    if own.get(review["content_hash"]) != review["visit_id"]:
        template = N_("A decision on something this laptop never sent: {hash}.")
        return PlanItem("review", review["id"], Outcome.REFUSED, template, params)
    outcome = Outcome.KNOWN if review["id"] in known else Outcome.NEW
    if review["decision"] == Decision.ACCEPTED.value:
        return PlanItem("review", review["id"], outcome, N_("Accepted by {who}: {visit} ({hash})."), params)
    if not review["due"]:
        return PlanItem("review", review["id"], outcome, N_("Returned by {who}: {visit} ({hash})."), params)
    return PlanItem("review", review["id"], outcome, N_("Returned by {who}: {visit} ({hash}), due {due}."), params)


class AssignmentTaker:
    """Takes bundles of kind ``assignment``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._rows = AssignmentRepository(vault.store)
        self._instruments = InstrumentRepository(vault.store)

    def plan(self, incoming: Incoming, consent: Consent) -> tuple[PlanItem, ...]:
        """Which regions, instruments and templates come. Raises ``NotTaken``."""
        message = self._require(incoming)
        instruments = brought(incoming)
        here = {found.id: found for found in self._rows.list()}
        found = []
        for instrument in instruments:
            outcome = Outcome.KNOWN if self._instruments.has(instrument.hash) else Outcome.NEW
            params = MappingProxyType({"title": instrument.title, "version": instrument.version})
            found.append(
                PlanItem("instrument", instrument.hash, outcome, N_("Instrument: {title}, version {version}."), params)
            )
        have = {instrument.hash for instrument in instruments}
        for told in self._for_us(message):
            if told["instrument"] not in have and not self._instruments.has(told["instrument"]):
                template = N_("The bundle names an instrument that is neither in it nor in this vault: {hash}.")
                raise NotTaken("instrument", template, hash=told["instrument"][:16])
            found.append(_about_assignment(told, here))
        return tuple(found)

    def take(self, incoming: Incoming, consent: Consent) -> Changed:
        """Keep instruments, templates and assignments. Raises ``NotTaken``, ``BundleError``."""
        from gmsc_desktop.sync.opened import changed_meanwhile

        self.plan(incoming, consent)
        message, bundle, store = self._require(incoming), incoming.bundle, self._vault.store
        for name in bundle.names("templates"):
            put = store.blobs.put_stream(bundle.open(name), bundle.entries[name].size)
            if put.sha256 != bundle.hashes[name]:
                raise changed_meanwhile(name)
        there = {bundle.hashes[name] for name in bundle.names("templates")}
        with store.writing():
            ReceivedRepository(store).add_bundle(incoming.record)
            for instrument in brought(incoming):
                self._instruments.add(instrument)
            for told in self._for_us(message):
                self._rows.put(read_assignment(told), issued_at=message["issued_at"], office=incoming.record.sender)
            for told in message["templates"]:
                if told["sha256"] in there:
                    row = {name: told[name] for name in ("sha256", "name", "size")}
                    put_row(store, "template", ("sha256",), {**row, "received_at": message["issued_at"]})
            follow_trust(self._vault, message["trust"], incoming.record.sender)
        return Changed(frozenset({"assignment", "instrument"}))

    def _require(self, incoming: Incoming) -> Message:
        if role_of(self._vault) is VaultRole.OFFICE:
            raise NotTaken("role", N_("Assignments are for the laptops of assessors."), keep=False)
        incoming.require_office()
        message = incoming.message or {}
        require_addressee(self._vault, *message["addressees"])
        return message

    def _for_us(self, message: Message) -> list[Message]:
        own = self._vault.certificate_fingerprint
        return [told for told in message["assignments"] if told["assessor"] in (None, own)]


def read_assignment(told: Message) -> Assignment:
    """An assignment as a message tells it."""
    previous = told["previous"]
    return Assignment(
        id=told["id"],
        region_code=told["region"],
        cycle_year=told["cycle_year"],
        stage=told["stage"],
        instrument_hash=told["instrument"],
        due=date.fromisoformat(told["due"]) if told["due"] else None,
        team=tuple(Person(p["name"], p["nip"], p["title"], p["organisation"], Role(p["role"])) for p in told["team"]),
        previous_index=Decimal(previous["index"]) if previous else None,
        previous_year=previous["year"] if previous else None,
        previous_source=previous["source"] if previous else "",
        note=told["note"],
        assessor_key=told["assessor"] or "",
        withdrawn=told["withdrawn"],
    )


def _about_assignment(told: Message, here: dict[str, Assignment]) -> PlanItem:
    params = MappingProxyType({"region": told["region"], "year": str(told["cycle_year"]), "due": told["due"] or "–"})
    if told["withdrawn"]:
        template = N_("Withdrawn: region {region}, {year}.")
    elif told["due"]:
        template = N_("To visit: region {region}, {year}, due {due}.")
    else:
        template = N_("To visit: region {region}, {year}.")
    known = here.get(told["id"])
    outcome = Outcome.NEW if known is None else Outcome.KNOWN if known == read_assignment(told) else Outcome.NEWER
    return PlanItem("assignment", told["id"], outcome, template, params)
