"""The journal: one append-only row for every write, each carrying the hash of the one before.

Rows of a visit form that visit's chain, everything else the chain ``vault``; a bundle carries the chains of the
visits in it. Across all rows runs the vault-wide chain. The rule of the hashes is written out in
``docs/database.md``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.ports import Clock, Ids
from gmsc_desktop.store.database import translating, writing

if TYPE_CHECKING:
    from sqlite_utils import Database

VAULT_CHAIN = "vault"
NO_HASH = ""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal. ``before`` and ``after`` are canonical JSON objects of the row written, None where there
    is none; ``undoes`` is the id of the entry whose inverse this one is."""

    seq: int
    id: str
    chain: str
    chain_seq: int
    at: str
    monotonic: str
    who: str
    device: str
    tbl: str
    key: str
    before: str | None
    after: str | None
    undoes: str | None
    prev_hash: str
    hash: str
    vault_hash: str

    @property
    def before_row(self) -> dict[str, Any] | None:
        """``before`` as values."""
        return None if self.before is None else json.loads(self.before)

    @property
    def after_row(self) -> dict[str, Any] | None:
        """``after`` as values."""
        return None if self.after is None else json.loads(self.after)

    @property
    def moment(self) -> datetime:
        """When it was written, by the wall clock."""
        return datetime.fromisoformat(self.at)


COLUMNS = tuple(field.name for field in fields(Entry))
HASHED = tuple(name for name in COLUMNS if name not in ("seq", "hash", "vault_hash"))
"""What the hash of a row covers: all that travels. ``seq`` and ``vault_hash`` stay on the laptop."""

_INSERT = f"INSERT INTO journal ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM journal"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold: the row's ``seq``, its ``chain`` and ``what`` is wrong (``content``, ``order``,
    ``chain``, ``vault``, ``shape``)."""

    seq: int
    chain: str
    what: str


class Journal:
    """Writes the journal of one open vault. Not safe for two threads at once; the vault's one worker owns it."""

    def __init__(self, db: Database, clock: Clock, ids: Ids, *, device: str, who: str) -> None:
        self.db = db
        self.who = who
        self.device = device
        self._clock = clock
        self._ids = ids
        self._depth = 0
        self._last: tuple[int, str] | None = None
        self._heads: dict[str, tuple[int, str]] = {}

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: what is written inside is stored whole or not at all; nested blocks are savepoints."""
        self._depth += 1
        try:
            with writing(self.db):
                yield
        except BaseException:
            # What was rolled back may have moved the heads; they are read again from the table.
            self._last = None
            self._heads.clear()
            raise
        finally:
            self._depth -= 1

    def write(
        self, table: str, key: str, before: Row | None, after: Row | None, chain: str, *, undoes: str | None = None
    ) -> Entry:
        """Append the row that tells of one write: ``before`` and ``after`` are the row as a mapping of column names to
        text, int or None (None for no row). ``chain`` is the visit's id or ``VAULT_CHAIN``.

        Must be called inside ``writing()``, together with the write itself.
        """
        if not self._depth:
            raise RuntimeError("a journal row is written together with its write, inside writing()")
        seq, vault_prev = self._vault_head()
        chain_seq, prev_hash = self._head(chain)
        entry = {
            "id": self._ids.uuid7(),
            "chain": chain,
            "chain_seq": chain_seq + 1,
            "at": self._clock.now().isoformat(),
            "monotonic": f"{self._clock.monotonic():.6f}",
            "who": self.who,
            "device": self.device,
            "tbl": table,
            "key": key,
            "before": None if before is None else canonical_bytes(before).decode(),
            "after": None if after is None else canonical_bytes(after).decode(),
            "undoes": undoes,
            "prev_hash": prev_hash,
        }
        digest = entry_hash(entry)
        vault = vault_hash(vault_prev, digest)
        row = Entry(seq=seq + 1, hash=digest, vault_hash=vault, **entry)  # type: ignore[arg-type]
        self.db.conn.execute(_INSERT, tuple(getattr(row, name) for name in COLUMNS))
        self._last = (row.seq, vault)
        self._heads[chain] = (row.chain_seq, digest)
        return row

    def entries(self, chain: str, *, newest_first: bool = False, limit: int | None = None) -> tuple[Entry, ...]:
        """The entries of a chain in the order they were written, or the newest first."""
        return tuple(
            Entry(*row)
            for row in self.db.conn.execute(
                f"{_SELECT} WHERE chain = ? ORDER BY chain_seq {'DESC' if newest_first else 'ASC'} LIMIT ?",
                (chain, -1 if limit is None else limit),
            )
        )

    def find(self, entry_id: str, chain: str) -> Entry | None:
        """The entry of ``chain`` with this id. There is no index on the ids: each write would cost a page more."""
        row = self.db.conn.execute(f"{_SELECT} WHERE chain = ? AND id = ?", (chain, entry_id)).fetchone()
        return None if row is None else Entry(*row)

    def entry(self, chain: str, number: int) -> Entry:
        """The entry with this number in ``chain``. Raises ``LookupError``."""
        row = self.db.conn.execute(f"{_SELECT} WHERE chain = ? AND chain_seq = ?", (chain, number)).fetchone()
        if row is None:
            raise LookupError(f"{chain} has no entry {number}")
        return Entry(*row)

    def head(self, chain: str) -> tuple[int, str]:
        """Number and hash of the newest row of ``chain``; (0, "") when it has none."""
        return self._head(chain)

    def vault_head(self) -> tuple[int, str]:
        """Number and hash of the newest row of the vault-wide chain."""
        return self._vault_head()

    def lines(self, chain: str) -> bytes:
        """The chain as JSON Lines for a bundle: each line is the canonical JSON of what the row's hash covers and the
        hash itself."""
        rows = ({name: getattr(e, name) for name in (*HASHED, "hash")} for e in self.entries(chain))
        return b"".join(canonical_bytes(row) + b"\n" for row in rows)

    def verify(self) -> Break | None:
        """The first row at which the journal does not hold, or None."""
        with translating():
            return first_break(all_entries(self.db.conn))

    def _head(self, chain: str) -> tuple[int, str]:
        if chain not in self._heads:
            row = self.db.conn.execute(
                "SELECT chain_seq, hash FROM journal WHERE chain = ? ORDER BY chain_seq DESC LIMIT 1", (chain,)
            ).fetchone()
            self._heads[chain] = (row[0], row[1]) if row else (0, NO_HASH)
        return self._heads[chain]

    def _vault_head(self) -> tuple[int, str]:
        if self._last is None:
            row = self.db.conn.execute("SELECT seq, vault_hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
            self._last = (row[0], row[1]) if row else (0, NO_HASH)
        return self._last


def all_entries(connection: Any) -> Iterator[Entry]:
    """Every row of the journal of a database, in the order they were written."""
    return (Entry(*row) for row in connection.execute(f"{_SELECT} ORDER BY seq"))


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash of a row: SHA-256 over the canonical JSON of the columns in ``HASHED``."""
    return sha256_hex(canonical_bytes({name: entry[name] for name in HASHED}))


def vault_hash(previous: str, digest: str) -> str:
    """The vault-wide hash after a row: SHA-256 over the previous vault-wide hash and the row's hash, as hex text."""
    return hashlib.sha256(f"{previous}{digest}".encode("ascii")).hexdigest()


def first_break(entries: Iterator[Entry]) -> Break | None:
    """The first of ``entries``, given in the order of ``seq``, that does not fit the ones before it; or None."""
    heads: dict[str, tuple[int, str]] = {}
    seq, vault = 0, NO_HASH
    for entry in entries:
        number, previous = heads.get(entry.chain, (0, NO_HASH))
        if entry.seq != seq + 1 or entry.chain_seq != number + 1:
            return Break(entry.seq, entry.chain, "order")
        if entry.prev_hash != previous:
            return Break(entry.seq, entry.chain, "chain")
        if entry_hash({name: getattr(entry, name) for name in HASHED}) != entry.hash:
            return Break(entry.seq, entry.chain, "content")
        vault = vault_hash(vault, entry.hash)
        if vault != entry.vault_hash:
            return Break(entry.seq, entry.chain, "vault")
        seq = entry.seq
        heads[entry.chain] = (entry.chain_seq, entry.hash)
    return None
