"""Sending: one file, or its pieces, with everything the office has not yet said to be safe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.visit import VisitRow
from gmsc_desktop.services.drafts import DraftStanding
from gmsc_desktop.services.trusting import office_recipient
from gmsc_desktop.store.evidence import EvidenceRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.exports import ExportService
    from gmsc_desktop.services.vault import Vault

FAT32 = 4 * 1024**3 - 1
"""The largest file in bytes that FAT32 holds."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What is not yet safe at the office: the signed visits, the visits nobody has signed (drafts) of which
    something is not there as a draft either, and how many bytes of evidence they hold. ``encrypted`` says whether a
    bundle can be encrypted to the office."""

    visits: tuple[VisitRow, ...]
    size: int
    encrypted: bool
    drafts: tuple[DraftStanding, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A bundle written: its record, and the files it lies in, one or several pieces."""

    record: ExportRecord
    files: tuple[Path, ...]


class SendingService:
    """Sends what is not safe yet."""

    def __init__(self, vault: Vault, exports: ExportService) -> None:
        self._vault = vault
        self._exports = exports
        self._evidence = EvidenceRepository(vault.store)

    def outbox(self) -> Outbox:
        """What is not yet safe at the office."""
        visits = self._exports.unsafe()
        drafts = tuple(draft for draft in self._exports.drafts() if not draft.safe)
        rows = (*visits, *(draft.row for draft in drafts))
        size = sum(found.size for row in rows for found in self._evidence.list(row.visit.id))
        return Outbox(visits, size, bool(office_recipient(self._vault)), drafts)

    def send(
        self,
        folder: Path,
        passphrase: str,
        *,
        everything: bool = False,
        drafts: bool = False,
        piece: int = 0,
        progress: Progress = no_progress,
    ) -> Done[Sent]:
        """Write one bundle of what is not safe yet into ``folder``, or of ``everything`` that may travel; with
        ``drafts`` the visits nobody has signed yet go along as drafts. In pieces of at most ``piece`` bytes when that
        is not 0.

        Raises ``InvalidInput`` when there is nothing to send, and what ``exports.write`` does.
        """
        rows = self._exports.candidates() if everything else self._exports.unsafe()
        unsigned = [draft for draft in self._exports.drafts() if everything or not draft.safe] if drafts else []
        if not rows and not unsigned:
            if not drafts and any(not draft.safe for draft in self._exports.drafts()):
                raise InvalidInput(
                    N_("There is nothing signed to send, but drafts whose newest state lies on this laptop only."),
                    kept=N_("Nothing was changed."),
                    cure=N_("Send them along as drafts (in the shell: --drafts), so that a lost laptop loses none."),
                )
            raise InvalidInput(
                N_("There is nothing to send: everything signed is safe at the office."),
                kept=N_("Nothing was changed."),
                cure=N_("To send it once more all the same, choose the visits yourself."),
            )
        done = self._exports.write(
            tuple(row.visit.id for row in rows),
            folder,
            passphrase,
            progress,
            drafts=tuple(draft.row.visit.id for draft in unsigned),
            piece=piece,
            repeat=False,
        )
        return Done(Sent(done.value, done.value.files), done.changed)
