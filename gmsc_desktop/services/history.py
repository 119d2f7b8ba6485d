"""The history of a visit, and the check that nothing in the vault was changed behind its back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import NotFound, VaultDamaged
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.i18n import _, error_text
from gmsc_desktop.services.filling import Filling
from gmsc_desktop.store.database import problems


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One write: who wrote which row of which table, and what it said ``before`` and ``after`` (None for no row)."""

    at: datetime
    who: str
    table: str
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class HistoryService:
    """The journal of one vault, to read and to check."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._store = filling.store

    def entries(self, visit_id: str, limit: int | None = None) -> tuple[HistoryEntry, ...]:
        """The newest ``limit`` writes of a visit (all without a limit), the newest first."""
        with self._store.reading():
            found = self._store.journal.entries(visit_id, newest_first=True, limit=limit)
        return tuple(HistoryEntry(e.moment, e.who, e.tbl, e.key, e.before_row, e.after_row) for e in found)

    def verify(self, progress: Progress = no_progress) -> tuple[str, ...]:
        """What does not hold, a line for each in the language in use; nothing when all of it does.

        Every page of the database, every row of the journal, every frozen content and every file is read.
        ``progress`` counts the files.
        """
        return tuple(self._findings(progress))

    def _findings(self, progress: Progress) -> Iterator[str]:
        with self._store.reading():
            for line in problems(self._store.conn):
                yield _("Database: {detail}").format(detail=line)
            broken = self._store.journal.verify()
        if broken is not None:
            yield _("Journal: row {seq} does not fit ({what}).").format(seq=broken.seq, what=broken.what)
        for revision in self._filling.revisions.all():
            if sha256_hex(revision.content) != revision.content_hash:
                yield _("Visit {id}: the frozen content number {number} does not match its hash.").format(
                    id=revision.visit_id, number=revision.number
                )
        files = sorted(self._filling.evidence.known_files())
        for number, sha256 in enumerate(files):
            progress(number, len(files))
            try:
                self._store.blobs.verify(sha256)
            except (NotFound, VaultDamaged) as error:
                yield error_text(error)
        progress(len(files), len(files))
