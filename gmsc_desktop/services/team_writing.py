"""The file that carries a shared visit: what was said here signed, everything known put together, and written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.age.keys import recipient_of
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.exchange import Kind
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.merging import Author, Word
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.states import refuse_locked
from gmsc_desktop.domain.teamwork import members_of
from gmsc_desktop.services.filling import Filling
from gmsc_desktop.services.posting import free_name, require_folder, sender_of
from gmsc_desktop.services.team_state import Shared, TeamState, member_named
from gmsc_desktop.services.trusting import exchange_identity, stamp
from gmsc_desktop.store.exports import own_devices
from gmsc_desktop.store.team import OUT, TeamBundle

if TYPE_CHECKING:
    from gmsc_desktop.sync.bundle import BundleContent
    from gmsc_desktop.sync.teamfile import SignedPart


class TeamWriter:
    """Writes the team bundles of one vault."""

    def __init__(self, filling: Filling, state: TeamState) -> None:
        self._filling = filling
        self._state = state
        self._rows = filling.team
        self._store = filling.store
        self._vault = filling.vault

    def write(
        self,
        visit_id: str,
        folder: Path,
        passphrase: str,
        to: tuple[str, ...] = (),
        progress: Progress = no_progress,
        *,
        sealed: bool = True,
    ) -> Done[ExportRecord]:
        """Write a team bundle of everything known of a shared draft into ``folder``, for the members ``to`` (ids; all
        the others without). It is encrypted when the recipients of all of them are known, unless it is not to be
        ``sealed``, as for someone who is new; ``progress`` counts bytes.

        Raises ``Refused`` when the visit is closed or not shared, ``InvalidInput``, ``NotFound``, ``WrongPassphrase``,
        ``StorageError``, ``Cancelled``; no half file is left then.
        """
        from gmsc_desktop.sync.bundle import write_bundle

        require_folder(folder)
        refuse_locked(self._filling.visits.get(visit_id).state)
        identity = self._vault.signing_identity(passphrase)
        at = self._store.clock.now()
        with self._store.writing():
            found = self._state.require(visit_id)
            self._sign(visit_id, found, passphrase, at)
        content = self._content(found, self.recipients(found, to) if sealed else (), at)
        region = found.visit.draft.region.code.replace(".", "")
        name = free_name(folder, f"gmsc-tim-{region}-{at:%Y%m%d-%H%M}-{self._vault.device[-8:]}.gmsc")
        written = write_bundle(folder / name, content, identity, at, progress)
        profile = self._vault.profile
        with self._store.writing():
            self._rows.add_bundle(
                TeamBundle(written.sha256, visit_id, at, OUT, profile.name, identity.fingerprint, str(folder), name,
                           written.size)
            )  # fmt: skip
        record = ExportRecord(self._store.ids.uuid7(), at, str(folder), name, written.sha256, written.size, 0, ())
        return Done(record, Changed(frozenset({"team", "export"}), frozenset({visit_id})))

    def _content(self, found: Shared, recipients: tuple[str, ...], at: datetime) -> BundleContent:
        from gmsc_desktop.store.instruments import InstrumentRepository
        from gmsc_desktop.sync.bundle import BundleContent, BundleDocument, BundleJournal
        from gmsc_desktop.sync.messages import write_message
        from gmsc_desktop.sync.teamfile import files_named

        visit, parts = found.visit, self._rows.parts(found.visit.id)
        digest = visit.draft.instrument_hash
        message = {
            "visit_id": visit.id,
            "lead": found.lead,
            "instrument": digest,
            "sender": {
                "device": self._vault.device,
                "key": self._vault.certificate_fingerprint,
                "recipient": recipient_of(exchange_identity(self._vault)),
            },
            "made_at": stamp(at),
            "parts": sorted(part.sha256 for part in parts),
        }
        own = (self._vault.device, self._store.journal.lines(visit.id))
        journals = (own, *(each for each in self._rows.journals(visit.id) if each[0] != self._vault.device))
        return BundleContent(
            sender=sender_of(self._vault),
            device=self._vault.device,
            sequence=0,
            visits=(),
            open_file=self._store.blobs.stream,
            journals=tuple(BundleJournal(device, lines) for device, lines in journals),
            kind=Kind.TEAM.value,
            journal_head=self._store.journal.vault_head()[1],
            recipients=recipients,
            message=write_message(Kind.TEAM.value, message),
            instruments=(InstrumentRepository(self._store).document(digest),),
            parts=tuple((part.data, part.signature) for part in parts),
            evidence=tuple(
                BundleDocument(name, sha256, size) for sha256, (size, name) in sorted(files_named(found.words).items())
            ),
        )

    def recipients(self, found: Shared, to: tuple[str, ...]) -> tuple[str, ...]:
        """Whom a bundle for the members ``to`` is encrypted to; nobody unless all of them can be."""
        members = members_of(found.merged)
        own = self._state.own(members)
        others = tuple(member for member in members if own is None or member.id != own.id)
        chosen = tuple(member_named(found, member_id) for member_id in to) or others
        known = tuple(dict.fromkeys(member.recipient for member in chosen))
        # Whoever wrote it can open it too: a file that comes back is known, not refused.
        return (*known, recipient_of(exchange_identity(self._vault))) if known and all(known) else ()

    def _sign(self, visit_id: str, found: Shared, passphrase: str, at: datetime) -> None:
        """Make parts of what was said here and is in none yet, each signed with the key it was said under."""
        from gmsc_desktop.sync.teamfile import Part, write_part

        for author, words in self._unsigned_by(visit_id, found.words):
            own = [part for part in self._rows.parts(visit_id) if part.device == author.device]
            last = max(own, key=lambda part: (part.number, part.sha256), default=None)
            part = Part(
                visit_id,
                author,
                last.number + 1 if last else 1,
                last.sha256 if last else "",
                stamp(at),
                tuple(sorted(words, key=lambda word: (word.place, word.id))),
            )
            signed: SignedPart = write_part(part, self._vault.kept_identity(author.key, passphrase), at)
            self._rows.add_part(signed)

    def unsigned(self, visit_id: str, words: Iterable[Word]) -> tuple[Word, ...]:
        """What this laptop said that is in no part yet."""
        from gmsc_desktop.sync.teamfile import read_part

        # What was said on a laptop that was lost and never sent is said by the one its backup was put back on.
        devices = own_devices(self._store)
        signed = {
            word.id
            for part in self._rows.parts(visit_id)
            if part.device in devices
            for word in read_part(part.data).words
        }
        return tuple(word for word in words if word.author.device in devices and word.id not in signed)

    def _unsigned_by(self, visit_id: str, words: Iterable[Word]) -> tuple[tuple[Author, list[Word]], ...]:
        found: dict[Author, list[Word]] = {}
        for word in self.unsigned(visit_id, words):
            found.setdefault(word.author, []).append(word)
        return tuple(found.items())
