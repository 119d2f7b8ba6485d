"""Awards the office decided, taken in on the laptop of the assessor who prints them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.awards import Award, cleaned, from_document, to_document
from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.domain.errors import N_, GmscError
from gmsc_desktop.domain.exchange import Outcome, PlanItem, VaultRole
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.services.awards import CERTIFICATE
from gmsc_desktop.services.deciding import digest_of
from gmsc_desktop.services.following import follow_office
from gmsc_desktop.services.incoming import Consent, Incoming, NotTaken, require_addressee
from gmsc_desktop.services.trust_message import follow_trust
from gmsc_desktop.services.trusting import role_of, trust_of_vault
from gmsc_desktop.store.awards import AwardRepository
from gmsc_desktop.store.received import ReceivedRepository
from gmsc_desktop.store.revisions import RevisionRepository
from gmsc_desktop.store.seals import AwardSeal, SealRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Told:
    """One award of the bundle, read and proven; ``own`` says whether the content it rests on was frozen here."""

    award: Award
    seal: AwardSeal
    about_visit: bool
    own: bool


class AwardsTaker:
    """Takes bundles of kind ``awards``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._awards = AwardRepository(vault.store)
        self._seals = SealRepository(vault.store)

    def plan(self, incoming: Incoming, consent: Consent) -> tuple[PlanItem, ...]:
        """Award by award, what comes. Raises ``NotTaken``."""
        found = []
        for told in self._read(incoming):
            item = self._about(told)
            found.append(item)
            if told.about_visit and item.outcome in (Outcome.NEW, Outcome.NEWER):
                found.append(_about_visit(told))
        return tuple(found)

    def take(self, incoming: Incoming, consent: Consent) -> Changed:
        """Keep the awards with their seals, and let each visit's state follow. Raises ``NotTaken``."""
        touched = set()
        all_told = self._read(incoming)
        with self._vault.store.writing():
            ReceivedRepository(self._vault.store).add_bundle(incoming.record)
            for told in all_told:
                if self._about(told).outcome not in (Outcome.NEW, Outcome.NEWER):
                    continue
                self._awards.put(told.award)
                self._seals.put(told.seal)
                if told.own:
                    touched.add(told.seal.visit_id)
            for visit_id in touched:
                follow_office(self._vault, visit_id)
            follow_trust(self._vault, (incoming.message or {})["trust"], incoming.record.sender)
        return Changed(frozenset({"award", "visit"}), frozenset(touched))

    def _read(self, incoming: Incoming) -> tuple[_Told, ...]:
        if role_of(self._vault) is VaultRole.OFFICE:
            raise NotTaken("role", N_("Awards are sent to the laptops of assessors."), keep=False)
        incoming.require_office()
        message = incoming.message or {}
        require_addressee(self._vault, *message["addressees"])
        own = {r.content_hash: r.visit_id for r in RevisionRepository(self._vault.store).all()}
        at = datetime.fromisoformat(message["issued_at"])
        return tuple(self._one(incoming, told, at, own) for told in message["awards"])

    def _one(self, incoming: Incoming, told: Message, at: datetime, own: dict[str, str]) -> _Told:
        record = told["record"]
        try:
            award = from_document(record)
            if cleaned(award.draft) != award.draft or to_document(award) != record:
                raise ValueError("it does not read back to itself")
        except (GmscError, ValueError) as error:
            template = N_("The record of the award {number} cannot be read.")
            raise NotTaken("award", template, number=str(record["register_number"])) from error
        self._require_seal(incoming, award, told["seal"])
        visit = told["visit"] or {"visit_id": "", "content_hash": ""}
        known = bool(visit["visit_id"]) and own.get(visit["content_hash"]) == visit["visit_id"]
        place = (visit["visit_id"], visit["content_hash"]) if known else ("", "")
        seal = AwardSeal(award.id, told["seal"], incoming.record.sender, at, *place)
        return _Told(award, seal, bool(visit["visit_id"]), known)

    def _require_seal(self, incoming: Incoming, award: Award, seal: str) -> None:
        """The seal holds over this very record and was made by who signed the bundle. Raises ``NotTaken``."""
        from gmsc_desktop.identity.cose import verify_qr

        bundle = incoming.bundle
        certificates = (bundle.certificate, *bundle.chain) if bundle.certificate else ()
        verdict = verify_qr(seal, trust_of_vault(self._vault), certificates)
        issued = verdict.issued
        same = issued is not None and (issued.kind, issued.content_hash) == (CERTIFICATE, digest_of(award))
        by_office = [signer.fingerprint for signer in verdict.signers] == [incoming.record.sender]
        if verdict.status is not Status.GENUINE or not same or not by_office:
            template = N_("The seal of the award {number} does not hold over its record.")
            raise NotTaken("seal", template, number=award.register_number)

    def _about(self, told: _Told) -> PlanItem:
        award = told.award
        params = {"number": award.register_number, "region": award.region.name, "category": award.category}
        outcome, template = self._outcome(told)
        return PlanItem("award", award.id, outcome, template, MappingProxyType(params))

    def _outcome(self, told: _Told) -> tuple[Outcome, str]:
        award = told.award
        here = {row.award.id: row for row in self._awards.list()}
        taken = any(row.award.register_number == award.register_number for key, row in here.items() if key != award.id)
        if taken:
            return Outcome.REFUSED, N_("Award {number} for {region}: the number belongs to another award here.")
        row, seal = here.get(award.id), self._seals.get(award.id)
        if row is None:
            return Outcome.NEW, N_("Award {number} for {region}: {category}.")
        if seal is not None and seal.issued_at > told.seal.issued_at:
            return Outcome.OLDER, N_("Award {number} for {region}: an earlier word; a later one is here.")
        if row.award != award and row.prints:
            return Outcome.REFUSED, N_(
                "Award {number} for {region} was changed, and its certificate is printed already."
            )
        if row.award == award and seal is not None and seal == told.seal:
            return Outcome.KNOWN, N_("Award {number} for {region}: known.")
        return Outcome.NEWER, N_("Award {number} for {region}: {category}.")


def _about_visit(told: _Told) -> PlanItem:
    params = MappingProxyType({"region": told.award.region.name})
    if told.own:
        return PlanItem(
            "review", told.seal.content_hash, Outcome.NEW, N_("{region}: decided, the visit follows."), params
        )
    template = N_("{region}: the award rests on a visit this laptop never sent; it is kept to be printed.")
    return PlanItem("review", told.award.id, Outcome.REFUSED, template, params)
