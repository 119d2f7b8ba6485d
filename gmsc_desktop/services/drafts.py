"""Drafts as drafts: what is unsigned here and may travel, and what arrived at the office and waits to be closed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.content import ContentEvidence
from gmsc_desktop.domain.drafts import Draft, as_saved, newest_drafts
from gmsc_desktop.domain.visit import VisitRow, VisitState
from gmsc_desktop.services.trusting import stamp
from gmsc_desktop.store.answering import AnswerRepository
from gmsc_desktop.store.drafts import ReceivedDraft, ReceivedDrafts, SentDraft, SentDrafts
from gmsc_desktop.store.evidence import EvidenceRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault
    from gmsc_desktop.services.visits import VisitService

__all__ = ["DraftService", "DraftStanding", "OfficeDraft", "OfficeDrafts", "ReceivedDraft"]

UNSIGNED = (VisitState.DRAFT, VisitState.CLOSED)
"""States in which a visit travels as a draft only: nobody has signed it."""


@dataclass(frozen=True, slots=True)
class DraftStanding:
    """A visit that is not signed. ``sent`` and ``safe`` say whether everything entered so far went out, and whether the
    office said that it has it."""

    row: VisitRow
    sent: bool
    safe: bool


class DraftService:
    """The unsigned visits of one laptop."""

    def __init__(self, vault: Vault, visits: VisitService) -> None:
        self._vault = vault
        self._visits = visits
        self._evidence = EvidenceRepository(vault.store)
        self._sent = SentDrafts(vault.store)
        self._answers = AnswerRepository(vault.store)

    def list(self) -> tuple[DraftStanding, ...]:
        """Every visit that is not signed, and how far it is safe."""
        safe, journal = self._answers.receipted(), self._vault.store.journal
        sent: dict[tuple[str, int, str], list[str]] = {}
        for draft in self._sent.list():
            sent.setdefault((draft.visit_id, draft.number, draft.journal_hash), []).append(draft.draft_hash)
        found = []
        for row in self._visits.list():
            if row.visit.state in UNSIGNED:
                hashes = sent.get((row.visit.id, *journal.head(row.visit.id)), [])
                found.append(DraftStanding(row, bool(hashes), any(digest in safe for digest in hashes)))
        return tuple(found)

    def draft(self, visit_id: str) -> Draft:
        """What the visit says now. Evidence of questions that are not asked now goes along too: nothing is left."""
        visit = self._visits.get(visit_id)
        number, digest = self._vault.store.journal.head(visit_id)
        entry = self._vault.store.journal.entry(visit_id, number)
        content = as_saved(self._visits.content(visit_id), entry.moment)
        files = sorted(self._evidence.list(visit_id), key=lambda file: (file.key, file.position, file.sha256))
        evidence = tuple(
            ContentEvidence(f.key, f.sha256, f.name, f.media_type, f.size, f.caption, f.taken_at, f.place)
            for f in files
        )
        closes = visit.content_hash if visit.state is VisitState.CLOSED else ""
        return Draft(replace(content, evidence=evidence), self._vault.device, number, digest, closes)

    def went_out(self, draft_hash: str, draft: Draft, export_id: str) -> None:
        """Keep that a draft went out with an export; inside a transaction."""
        saved_at = draft.saved_at.isoformat()
        visit_id = draft.content.visit_id
        self._sent.add(SentDraft(visit_id, draft_hash, export_id, draft.number, draft.journal_hash, saved_at))


@dataclass(frozen=True, slots=True)
class OfficeDraft:
    """A draft at the office that nothing goes on from. ``forked`` says that another stands beside it."""

    draft: ReceivedDraft
    forked: bool

    @property
    def saved_at(self) -> datetime:
        """When the newest of it was entered."""
        return self.draft.saved_at


class OfficeDrafts:
    """The drafts that arrived, read only."""

    def __init__(self, vault: Vault) -> None:
        self._rows = ReceivedDrafts(vault.store)

    def list(self) -> tuple[OfficeDraft, ...]:
        """The drafts nothing goes on from, by region."""
        grouped: dict[str, list[ReceivedDraft]] = {}
        for draft in self._rows.list():
            grouped.setdefault(draft.visit_id, []).append(draft)
        found = []
        for visit_id, drafts in grouped.items():
            newest = newest_drafts((self._rows.link(each) for each in drafts), *self._rows.rows(visit_id))
            hashes = {link.draft_hash for link in newest}
            found += [OfficeDraft(each, len(newest) > 1) for each in drafts if each.draft_hash in hashes]
        return tuple(sorted(found, key=lambda each: (each.draft.region_code, each.draft.visit_id, each.draft.saved_at)))

    def document(self, draft_hash: str) -> dict[str, Any]:
        """What a draft says. Raises ``NotFound``."""
        found: dict[str, Any] = json.loads(self._rows.content(draft_hash))
        return found

    def receipts(self, device: str) -> Iterator[dict[str, str]]:
        """A receipt for the newest draft of each visit that came from ``device``."""
        newest: dict[str, ReceivedDraft] = {}
        for draft in self._rows.list():
            if draft.device == device:
                newest[draft.visit_id] = draft
        for draft in newest.values():
            came = [source for source in self._rows.sources(draft.draft_hash) if source[1] == device]
            if came:
                bundle, _device, at = came[0]
                yield {
                    "visit_id": draft.visit_id,
                    "content_hash": draft.draft_hash,
                    "bundle": bundle,
                    "at": stamp(datetime.fromisoformat(at)),
                }
