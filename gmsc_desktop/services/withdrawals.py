"""Lists of papers that no longer hold: what an office withdraws, its signed list, and the lists held here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.awards import award_hash
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, Refused
from gmsc_desktop.domain.exchange import Kind
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.lineage import lineage
from gmsc_desktop.domain.ports import Clock, Progress, no_progress
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.domain.withdrawals import (
    LONGEST_LABEL,
    LONGEST_REASON,
    PAPER_KINDS,
    GonePaper,
    HeldList,
    Listed,
    PaperList,
    PaperStanding,
)
from gmsc_desktop.services.trusting import OFFICE_NAME, stamp
from gmsc_desktop.services.withdrawal_lists import certificates_told, told_of
from gmsc_desktop.store.awards import AwardRepository
from gmsc_desktop.store.received import ReceivedRepository, ReceivedRevision
from gmsc_desktop.store.store import Store
from gmsc_desktop.store.withdrawals import WithdrawalRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

Message = dict[str, Any]
LARGEST_LIST = 64 * 1024 * 1024
_UNCHANGED = N_("Nothing was changed.")
_HEX = frozenset("0123456789abcdef")


class WithdrawalService:
    """What one vault knows of papers that no longer hold, and, at an office, the list it issues."""

    def __init__(self, vault: Vault, *, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._rows = WithdrawalRepository(vault.store)

    def lists(self) -> tuple[HeldList, ...]:
        """The newest list of every office that is held here."""
        return self._rows.lists()

    def listed(self) -> tuple[Listed, ...]:
        """Every paper the lists held here name."""
        return self._rows.listed()

    def own(self) -> tuple[GonePaper, ...]:
        """Every paper this office says no longer holds, by hash. Raises ``Refused`` when this vault is no office."""
        return own_papers(self._vault)

    def withdraw_file(self, path: Path, reason: str, progress: Progress = no_progress) -> Done[tuple[GonePaper, ...]]:
        """Withdraw the papers of every content the PDF at ``path`` carries. ``reason`` as in ``withdraw``.

        Raises ``InvalidInput`` when it carries none as it was issued, or without a reason, ``Refused``, ``Cancelled``.
        """
        from gmsc_desktop.services.qr import contents_of
        from gmsc_desktop.services.verification import verify_file

        verdict = verify_file(path, vault=self._vault, progress=progress)
        named = contents_of(path) if verdict.status.whole else ()
        if not named:
            raise InvalidInput(
                N_("{name} is no paper of this program as it was issued; only such a one can be withdrawn."),
                kept=_UNCHANGED,
                cure=N_("Verify it first, or name its content hash."),
                name=path.name,
            )
        done = [self.withdraw(digest, kind, label, reason).value for digest, kind, label in named]
        return Done(tuple(done), Changed(frozenset({"withdrawal", "award"})))

    def withdraw(self, content_hash: str, kind: str, label: str, reason: str) -> Done[GonePaper]:
        """Withdraw every paper of the content ``content_hash`` (of ``PAPER_KINDS``), known to people by ``label``.

        It goes into the next list, and into every bundle of this office. Raises ``InvalidInput`` without a reason of at
        most 500 letters or for what is no hash, ``Refused`` when this vault is no office.
        """
        from gmsc_desktop.services.trust_message import root_of

        root_of(self._vault)
        why, digest = clean_line(reason), content_hash.strip().lower()
        if not 0 < len(why) <= LONGEST_REASON:
            raise InvalidInput(
                N_("The withdrawal needs a reason of at most {most} letters."),
                kept=_UNCHANGED,
                cure=N_("Say briefly why and by which decision."),
                most=LONGEST_REASON,
            )
        if len(digest) != 64 or not set(digest) <= _HEX or kind not in PAPER_KINDS:
            raise InvalidInput(
                N_("{text} is no content hash."),
                kept=_UNCHANGED,
                cure=N_("It has 64 digits 0–9 and a–f and stands at the foot of a paper's stamp."),
                text=content_hash[:80],
            )
        now = self._clock.now()
        name = clean_line(label)[:LONGEST_LABEL] or digest[:16]
        paper = GonePaper(digest, kind, PaperStanding.WITHDRAWN, now, why, self._vault.profile.name, name)
        store = self._vault.store
        with store.writing():
            self._award(digest, why)
            for known in self._rows.listed(digest):
                if known.office == self._vault.certificate_fingerprint:
                    now = max(now, known.issued_at + timedelta(microseconds=1))
            self._rows.take(_told(self._vault, now, (paper,)))
        return Done(paper, Changed(frozenset({"withdrawal", "award"})))

    def write(self, folder: Path, passphrase: str, progress: Progress = no_progress) -> Done[ExportRecord]:
        """Write this office's list as a signed file into ``folder``, for anybody to take in.

        Raises ``Refused`` when this vault is no office, ``InvalidInput`` without a folder, ``WrongPassphrase``,
        ``StorageError``.
        """
        from gmsc_desktop.services.posting import post

        papers = own_papers(self._vault)
        own = self._vault.certificate_fingerprint
        at = self._clock.now()
        for held in self._rows.lists():
            if held.office == own:
                # A clock that ran backwards must not make the newer list the older one.
                at = max(at, held.issued_at + timedelta(microseconds=1))
        told = _told(self._vault, at, papers)
        message = {
            "organisation": told.organisation,
            "issued_at": stamp(at),
            "certificates": certificates_told(self._vault),
            "gone": [told_of(paper) for paper in papers],
        }
        record = post(self._vault, Kind.WITHDRAWALS, message, folder, passphrase, progress=progress)
        self._rows.take(PaperList(told.office, told.organisation, at))
        return Done(record, Changed(frozenset({"export", "withdrawal"})))

    def _award(self, digest: str, why: str) -> None:
        """An award of this vault's own register is withdrawn there too, so that it is not printed again."""
        awards = AwardRepository(self._vault.store)
        for row in awards.list():
            if award_hash(row.award) == digest and not row.withdrawn:
                awards.withdraw(row.award.id, why)


def own_papers(vault: Vault) -> tuple[GonePaper, ...]:
    """Every paper the office with ``vault`` says no longer holds, by hash: papers it withdrew, awards withdrawn in its
    register, and visits of which it has a later content. Raises ``Refused`` when it is no office."""
    from gmsc_desktop.services.trust_message import root_of

    root_of(vault)
    found: dict[str, GonePaper] = {}
    for older, newer in superseded_here(vault.store):
        label = f"{newer.region_name} ({newer.region_code}), {newer.cycle_year}"
        found[older] = GonePaper(
            older, "visit", PaperStanding.SUPERSEDED, newer.closed_at, "", newer.assessor, label, newer.content_hash
        )
    awards = AwardRepository(vault.store)
    for award_id, gone in awards.withdrawals().items():
        award = awards.get(award_id)
        digest = award_hash(award)
        label = f"{award.register_number}, {award.region.name}"[:LONGEST_LABEL]
        who = vault.profile.name
        found[digest] = GonePaper(digest, "award", PaperStanding.WITHDRAWN, gone.at, gone.reason, who, label)
    own = vault.certificate_fingerprint
    found |= {
        item.paper.content_hash: item.paper
        for item in WithdrawalRepository(vault.store).listed()
        if item.office == own and item.paper.standing is PaperStanding.WITHDRAWN
    }
    return tuple(found[digest] for digest in sorted(found))


def superseded_here(store: Store) -> Iterator[tuple[str, ReceivedRevision]]:
    """The hash of every content that arrived and no longer counts, with the one that counts now."""
    rows = ReceivedRepository(store)
    visits: dict[str, list[ReceivedRevision]] = {}
    for revision in rows.revisions():
        visits.setdefault(revision.visit_id, []).append(revision)
    for visit_id, revisions in visits.items():
        if len(revisions) < 2:
            continue
        current = lineage((item.link for item in revisions), rows.choices(visit_id)).current
        newer = next((item for item in revisions if item.content_hash == current), None)
        if newer is not None:
            yield from ((item.content_hash, newer) for item in revisions if item is not newer)


def _told(vault: Vault, at: datetime, papers: tuple[GonePaper, ...]) -> PaperList:
    name = vault.store.settings.get(OFFICE_NAME)
    if not name:
        raise Refused(N_("This vault is not that of a central office."), kept=_UNCHANGED)
    return PaperList(vault.certificate_fingerprint, name, at, papers)
