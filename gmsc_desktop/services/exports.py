"""Sync bundles out of the vault: what may travel, writing one, and the record of what went where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.age.keys import MAGIC
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, Refused
from gmsc_desktop.domain.exchange import Assignment, Review
from gmsc_desktop.domain.exports import ExportedVisit, ExportRecord
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.states import Step, after, can
from gmsc_desktop.domain.visit import VisitRow
from gmsc_desktop.services.begun import Interrupted, announced, settle
from gmsc_desktop.services.drafts import UNSIGNED, DraftService, DraftStanding
from gmsc_desktop.services.files import digest_of
from gmsc_desktop.services.posting import free_name, require_folder, sender_of
from gmsc_desktop.services.trusting import office_recipient
from gmsc_desktop.store.answering import AnswerRepository
from gmsc_desktop.store.documents import DocumentRepository
from gmsc_desktop.store.exports import ExportRepository
from gmsc_desktop.store.members import AssignmentRepository
from gmsc_desktop.store.visits import VisitRepository

if TYPE_CHECKING:
    from gmsc_desktop.domain.drafts import Draft
    from gmsc_desktop.services.vaults import Vault
    from gmsc_desktop.services.visits import VisitService
    from gmsc_desktop.sync.bundle import BundleContent


class ExportService:
    """Writes the bundles of one vault and remembers them."""

    def __init__(self, vault: Vault, visits: VisitService, drafts: DraftService) -> None:
        self._vault = vault
        self._visits = visits
        self._drafts = drafts
        self._rows = VisitRepository(vault.store)
        self._documents = DocumentRepository(vault.store)
        self._exports = ExportRepository(vault.store)
        self._answers = AnswerRepository(vault.store)

    def candidates(self) -> tuple[VisitRow, ...]:
        """Every visit that may travel, the newest first: what has gone out already may always go again."""
        return tuple(row for row in self._visits.list() if can(row.visit.state, Step.EXPORT))

    def write(
        self,
        visit_ids: tuple[str, ...],
        folder: Path,
        passphrase: str,
        progress: Progress = no_progress,
        *,
        drafts: tuple[str, ...] = (),
        piece: int = 0,
        repeat: bool = True,
    ) -> Done[ExportRecord]:
        """Write one signed bundle of these visits into ``folder`` and record it; ``drafts`` are visits not signed yet
        that go along as what they are. In pieces of at most ``piece`` bytes when that is not 0.
        Without ``repeat`` nothing is written when the last bundle lies there whole and holds just this.

        The bundle appears whole or not at all, and only then is it recorded and are its visits *diekspor*. Raises
        ``InvalidInput`` when no visit is named or the folder is none, ``Refused`` when one may not travel,
        ``WrongPassphrase``, ``Cancelled``, ``StorageError``, ``BundleError``; nothing is changed then.
        """
        from gmsc_desktop.sync.bundle import bundle_name, write_bundle

        chosen = tuple(dict.fromkeys(visit_ids))
        if not chosen and not drafts:
            raise InvalidInput(N_("No visit was chosen for the bundle."), cure=N_("Choose at least one signed visit."))
        require_folder(folder)
        for visit_id in chosen:
            after(self._rows.get(visit_id).state, Step.EXPORT)
        store = self._vault.store
        identity = self._vault.signing_identity(passphrase)
        settle(self._vault)
        at = store.clock.now()
        unsigned = self._unsigned(drafts)
        content, visits = self._content(chosen, unsigned)
        lying = None if repeat or drafts else self._lying(visits, folder, progress, piece)
        if lying is not None:
            return Done(lying, Changed())
        name = free_name(folder, bundle_name(self._vault.device, content.sequence, at))
        begun = ExportRecord(store.ids.uuid7(), at, str(folder), name, "", 0, content.sequence, visits)
        with announced(self._exports, begun):
            written = write_bundle(folder / name, content, identity, at, progress, piece)
        record = replace(begun, sha256=written.sha256, size=written.size, files=written.files)
        with store.writing():
            self._exports.add(record)
            for digest, (draft, _data) in unsigned.items():
                self._drafts.went_out(digest, draft, record.id)
            self._rows.mark_exported(chosen)
        return Done(record, Changed(frozenset({"export", "visit"}), frozenset((*chosen, *drafts))))

    def _lying(
        self, visits: tuple[ExportedVisit, ...], folder: Path, progress: Progress, piece: int
    ) -> ExportRecord | None:
        """The last bundle, when it lies in ``folder`` in one piece and byte for byte, for the same office, and nothing
        was added since to what ``visits`` are."""
        record = self._exports.newest()
        if record is None or set(record.visits) != set(visits) or Path(record.folder) != folder:
            return None
        if piece and record.size > piece:
            return None
        papers = (paper for visit in visits for paper in self._documents.list(visit.visit_id))
        if any(paper.created_at > record.created_at for paper in papers):
            return None
        path = folder / record.file_name
        sealed = bool(office_recipient(self._vault))
        if not _is_still(path, record, sealed=sealed, progress=progress):
            return None
        return replace(record, files=(path,), again=True)

    def interrupted(self) -> tuple[Interrupted, ...]:
        """What became of bundles whose writing the program or the machine did not live to end; those that are whole are
        recorded by this. Told once, but for those whose folder is not there."""
        return settle(self._vault)

    def drafts(self) -> tuple[DraftStanding, ...]:
        """The visits that are not signed, and how far each is safe at the office as a draft."""
        return self._drafts.list()

    def _unsigned(self, visit_ids: tuple[str, ...]) -> dict[str, tuple[Draft, bytes]]:
        """The drafts that go along, by hash. Raises ``Refused`` for a visit that is signed, ``NotFound``."""
        from gmsc_desktop.domain.canonical import sha256_hex
        from gmsc_desktop.sync.draftfile import write_draft

        found = {}
        for visit_id in dict.fromkeys(visit_ids):
            if self._rows.get(visit_id).state not in UNSIGNED:
                raise Refused(
                    N_("A signed visit travels as what it is, not as a draft."), kept=N_("Nothing was changed.")
                )
            draft = self._drafts.draft(visit_id)
            data = write_draft(draft)
            found[sha256_hex(data)] = (draft, data)
        return found

    def unsafe(self) -> tuple[VisitRow, ...]:
        """The visits that may travel and whose newest content no office has said to be safe, the newest first."""
        safe = self._answers.receipted()
        return tuple(row for row in self.candidates() if row.visit.content_hash not in safe)

    def reviews(self, visit_id: str) -> tuple[Review, ...]:
        """What the office said of a visit, the oldest first."""
        return self._answers.reviews(visit_id)

    def assignments(self) -> tuple[Assignment, ...]:
        """What the office asks this assessor to visit, those withdrawn left out, by due date."""
        own = ("", self._vault.certificate_fingerprint)
        found = AssignmentRepository(self._vault.store).list()
        return tuple(item for item in found if not item.withdrawn and item.assessor_key in own)

    def history(self) -> tuple[ExportRecord, ...]:
        """Every bundle written, the newest first."""
        return self._exports.history()

    def _content(
        self, chosen: tuple[str, ...], unsigned: Mapping[str, tuple[Draft, bytes]]
    ) -> tuple[BundleContent, tuple[ExportedVisit, ...]]:
        from gmsc_desktop.sync.bundle import BundleContent, BundleDocument, BundleJournal

        store, recipient = self._vault.store, office_recipient(self._vault)
        frozen, documents, exported, lines = [], [], [], b""
        safe = self._answers.receipted()
        for visit_id in chosen:
            revisions = self._visits.revisions(visit_id)
            revision = revisions[-1]
            # What it descends from goes along until the office has it; else a revision would look like a conflict.
            sent = [r for r in revisions if r is revision or r.content_hash not in safe]
            frozen += [r.content for r in sent]
            region = self._rows.get(visit_id).draft.region
            exported.append(ExportedVisit(visit_id, region.name, revision.content_hash))
            hashes = {r.content_hash for r in sent}
            documents += [d for d in self._documents.list(visit_id) if d.content_hash in hashes]
            lines += store.journal.lines(visit_id)
        for draft, _data in unsigned.values():
            lines += store.journal.lines(draft.content.visit_id)
        newest = self._exports.newest()
        content = BundleContent(
            sender=sender_of(self._vault),
            device=self._vault.device,
            sequence=self._exports.next_sequence(),
            visits=tuple(frozen),
            open_file=store.blobs.stream,
            documents=tuple(BundleDocument(d.name, d.sha256, d.size) for d in documents),
            journals=(BundleJournal(self._vault.device, lines),),
            previous=newest.sha256 if newest else "",
            journal_head=store.journal.vault_head()[1],
            recipients=(recipient,) if recipient else (),
            drafts=tuple(data for _draft, data in unsigned.values()),
        )
        return content, tuple(exported)


def _is_still(path: Path, record: ExportRecord, *, sealed: bool, progress: Progress) -> bool:
    """Whether the file at ``path`` is the one that was written, encrypted or not as it would be now."""
    try:
        if path.stat().st_size != record.size:
            return False
        with path.open("rb") as file:
            encrypted = file.read(len(MAGIC)) == MAGIC
        return encrypted is sealed and digest_of(path, progress) == record.sha256
    except OSError:
        # It is gone or cannot be read: then another one is written.
        return False
