"""Awards on their way from the office to the assessors who print them: each record sealed, addressed, and told once
more whenever it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.awards import Award, to_document
from gmsc_desktop.domain.awards import award_hash as digest_of
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.exchange import Decision, Kind, Member, MemberState, Review
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.services.awards import certificate_qr
from gmsc_desktop.services.posting import post
from gmsc_desktop.services.trust_message import root_of, trust_message
from gmsc_desktop.store.awards import AwardRepository
from gmsc_desktop.store.members import MemberRepository
from gmsc_desktop.store.seals import AwardSeal, SealRepository

if TYPE_CHECKING:
    from gmsc_desktop.identity.signer import SigningIdentity
    from gmsc_desktop.services.office import OfficeService, OfficeVisit
    from gmsc_desktop.services.vault import Vault

__all__ = ["AwardSeal", "DecisionService", "digest_of", "seal_of"]

_UNCHANGED = N_("Nothing was changed.")


def seal_of(vault: Vault, award: Award) -> str | None:
    """The office's seal of ``award`` as it stands now, None when there is none or it was made of other words."""
    from gmsc_desktop.identity.cose import read_qr

    found = SealRepository(vault.store).get(award.id)
    if found is None or read_qr(found.seal).content_hash != digest_of(award):
        return None
    return found.seal


class DecisionService:
    """Decides awards at the office and sends them to be printed."""

    def __init__(self, vault: Vault, office: OfficeService) -> None:
        self._vault = vault
        self._office = office
        self._awards = AwardRepository(vault.store)
        self._seals = SealRepository(vault.store)
        self._members = MemberRepository(vault.store)

    def seals(self) -> tuple[AwardSeal, ...]:
        """Every award that was decided and sealed."""
        return self._seals.list()

    def issue(
        self,
        award_ids: tuple[str, ...],
        fingerprints: tuple[str, ...],
        folder: Path,
        passphrase: str,
        progress: Progress = no_progress,
    ) -> Done[ExportRecord]:
        """Write one file with these awards (all that hold, when none is named) for these assessors (all enrolled, when
        none is named), each record sealed by the office's key.

        Raises ``Refused`` when this vault is no office's, ``InvalidInput`` when there is no award or nobody to send it
        to, ``NotFound``, ``WrongPassphrase``, ``StorageError``, ``Cancelled``.
        """
        root_of(self._vault)
        awards, members = self._chosen(award_ids), self._addressees(fingerprints)
        identity = self._vault.signing_identity(passphrase)
        accepted = self._accepted()
        seals = [self._seal(award, accepted.get((award.region.code, award.year)), identity) for award in awards]
        trust = trust_message(self._vault)
        message = {
            "addressees": [{"device": member.device, "key": member.fingerprint} for member in members],
            "issued_at": trust["issued_at"],
            "awards": [_told(award, seal) for award, seal in zip(awards, seals, strict=True)],
            "trust": trust,
        }
        recipients = tuple(dict.fromkeys(member.recipient for member in members))
        with self._vault.store.writing():
            for seal in seals:
                self._seals.put(seal)
            record = post(
                self._vault, Kind.AWARDS, message, folder, passphrase, recipients=recipients, progress=progress
            )
        return Done(record, Changed(frozenset({"export", "award", "review"})))

    def _chosen(self, award_ids: tuple[str, ...]) -> list[Award]:
        rows = {row.award.id: row for row in self._awards.list()}
        wanted = tuple(dict.fromkeys(award_ids)) or tuple(key for key, row in rows.items() if not row.withdrawn)
        found = [self._awards.get(award_id) for award_id in wanted]
        gone = next((rows[award.id] for award in found if rows[award.id].withdrawn), None)
        if gone is not None:
            raise InvalidInput(
                N_("The award {number} was withdrawn: {why}."),
                kept=_UNCHANGED,
                number=gone.award.register_number,
                why=gone.withdrawn.rstrip("."),
            )
        if not found:
            raise InvalidInput(
                N_("There is no award to be sent."),
                kept=_UNCHANGED,
                cure=N_("Register awards under Papers & certificates first."),
            )
        return found

    def _addressees(self, fingerprints: tuple[str, ...]) -> list[Member]:
        approved = [member for member in self._members.list() if member.state is MemberState.APPROVED]
        chosen = [self._members.get(given) for given in fingerprints] if fingerprints else approved
        if not chosen or any(member not in approved for member in chosen):
            raise InvalidInput(
                N_("There is nobody to send the awards to."),
                kept=_UNCHANGED,
                cure=N_("Choose at least one assessor who has a certificate."),
            )
        return chosen

    def _accepted(self) -> dict[tuple[str, int], OfficeVisit]:
        """The accepted visit of each region and year; of several the one accepted last."""
        found = [(v.review.at, v.visit_id, v) for v in self._office.visits() if v.review and _is_accepted(v.review)]
        ordered = sorted(found, key=lambda each: each[:2])
        return {(visit.newest.region_code, visit.newest.cycle_year): visit for _at, _id, visit in ordered}

    def _seal(self, award: Award, visit: OfficeVisit | None, identity: SigningIdentity) -> AwardSeal:
        """The seal that is there when it is by this key over these words, else a new one."""
        known = self._seals.get(award.id)
        now = self._vault.store.clock.now()
        good = known is not None and known.office == identity.fingerprint and seal_of(self._vault, award) is not None
        return AwardSeal(
            award_id=award.id,
            seal=known.seal if known is not None and good else certificate_qr(award, now, identity),
            office=identity.fingerprint,
            issued_at=now,
            visit_id=visit.visit_id if visit else "",
            content_hash=visit.newest.content_hash if visit else "",
        )


def _is_accepted(review: Review) -> bool:
    return review.decision is Decision.ACCEPTED


def _told(award: Award, seal: AwardSeal) -> dict[str, Any]:
    visit = {"visit_id": seal.visit_id, "content_hash": seal.content_hash} if seal.visit_id else None
    return {"record": to_document(award), "seal": seal.seal, "visit": visit}
