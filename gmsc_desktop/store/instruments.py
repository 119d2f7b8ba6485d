"""Compiled instruments, each under the hash of its document; none is ever changed: visits are pinned to it."""

from __future__ import annotations

from dataclasses import dataclass

from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.store.journal import VAULT_CHAIN
from gmsc_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class StoredInstrument:
    """An instrument as kept. ``document`` is canonical JSON; ``title`` is in the form's default language."""

    hash: str
    form_id: str
    version: str
    title: str
    document: bytes
    source_name: str
    built_in: bool


class InstrumentRepository:
    """The instruments of one vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> tuple[tuple[str, str, str, bool], ...]:
        """Hash, title, version and whether it is built in, of every instrument; the newest first."""
        with self._store.reading():
            rows = self._store.conn.execute(
                "SELECT hash, title, version, built_in FROM instrument ORDER BY installed_at DESC, hash"
            )
            return tuple((row[0], row[1], row[2], bool(row[3])) for row in rows)

    def has(self, digest: str) -> bool:
        """Whether an instrument with this hash is installed."""
        with self._store.reading():
            row = self._store.conn.execute("SELECT 1 FROM instrument WHERE hash = ?", (digest,)).fetchone()
        return row is not None

    def document(self, digest: str) -> bytes:
        """The compiled document with this hash. Raises ``NotFound``."""
        with self._store.reading():
            row = self._store.conn.execute("SELECT document FROM instrument WHERE hash = ?", (digest,)).fetchone()
        if row is None:
            raise NotFound(N_("The instrument {hash} is not in this vault."), hash=digest)
        return bytes(row[0])

    def add(self, instrument: StoredInstrument) -> bool:
        """Keep an instrument; one that is there already stays as it is. Says whether it is new."""
        with self._store.writing():
            if self.has(instrument.hash):
                return False
            row = {
                "hash": instrument.hash,
                "form_id": instrument.form_id,
                "version": instrument.version,
                "title": instrument.title,
                "source_name": instrument.source_name,
                "built_in": int(instrument.built_in),
            }
            # The hash tells the document; the journal need not carry it once more.
            entry = self._store.journal.write("instrument", instrument.hash, None, row, VAULT_CHAIN)
            self._store.conn.execute(
                "INSERT INTO instrument (hash, form_id, version, title, source_name, built_in, document, installed_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row.values(), instrument.document, entry.at),
            )
            return True
