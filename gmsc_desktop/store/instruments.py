"""Compiled instruments, each under the hash of its document; none is ever changed: visits are pinned to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

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


@dataclass(frozen=True, slots=True)
class InstrumentFile:
    """A file that came with an instrument: ``kind`` is ``workbook`` or ``media``, ``sha256`` over its plain bytes."""

    name: str
    kind: str
    sha256: str
    media_type: str
    size: int


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

    def files(self, digest: str) -> tuple[InstrumentFile, ...]:
        """The files that came with an instrument, by name."""
        with self._store.reading():
            rows = self._store.conn.execute(
                "SELECT name, kind, sha256, media_type, size FROM instrument_file WHERE instrument_hash = ?"
                " ORDER BY name",
                (digest,),
            )
            return tuple(InstrumentFile(*row) for row in rows)

    def add_files(self, digest: str, files: Iterable[InstrumentFile]) -> None:
        """Keep which files came with an instrument; their bytes are stored already. A name that is there stays."""
        with self._store.writing():
            known = {file.name for file in self.files(digest)}
            for file in files:
                if file.name in known:
                    continue
                row = {"instrument_hash": digest, **asdict(file)}
                self._store.journal.write("instrument_file", f"{digest}/{file.name}", None, row, VAULT_CHAIN)
                self._store.conn.execute(
                    "INSERT INTO instrument_file (instrument_hash, name, kind, sha256, media_type, size)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    tuple(row.values()),
                )
