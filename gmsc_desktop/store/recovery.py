"""What can still be read of a damaged database, put into a whole one.

The damaged file is only read. Its pages are decrypted into memory; where a page of a table is broken an empty one
takes its place, so that the rows of all others are still found. Rows that are lost are written again from the
journal, which tells of each write. Nothing is guessed: a row comes whole from its page or from its journal rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.store.database import check, connect, driver, open_database, translating
from gmsc_desktop.store.files import TEMPORARY, sync_file, sync_folder
from gmsc_desktop.store.journal import NO_HASH, Break, all_entries, first_break, vault_hash
from gmsc_desktop.store.pages import Image, read_image
from gmsc_desktop.store.salvage import BROKEN, walkable
from gmsc_desktop.store.schema import apply, migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = (
    "setting",
    "identity",
    "instrument",
    "instrument_file",
    "visit",
    "person",
    "answer",
    "repeat_item",
    "evidence",
    "explanation",
    "revision",
    "document",
    "export",
    "export_item",
    "bundle_in",
    "received_revision",
    "received_from",
    "received_file",
    "received_journal",
    "conflict_decision",
    "receipt",
    "review",
    "review_comment",
    "assignment",
    "template",
    "member",
    "trusted_root",
    "revocation",
    "quarantine",
    "award",
    "certificate_print",
    "gone_paper",
    "gone_paper_list",
    "known_certificate",
    "backup_bundle",
    "sent_draft",
    "received_draft",
    "received_draft_from",
    "received_draft_file",
    "award_seal",
    "finding_decision",
    "team",
    "team_part",
    "team_word",
    "team_key",
    "team_bundle",
    "journal",
)
"""Parents before their children, every table but the thumbnails, which are drawn anew."""

UNCHANGING = (
    ("setting", "key IN ('age_identity', 'device')"),
    ("identity", "1"),
    ("instrument", "1"),
    ("revision", "1"),
    ("bundle_in", "1"),
    ("received_revision", "1"),
    ("received_from", "1"),
    ("received_file", "1"),
    ("received_journal", "1"),
    ("instrument_file", "1"),
    ("received_draft", "1"),
    ("received_draft_from", "1"),
    ("received_draft_file", "1"),
    ("known_certificate", "1"),
    ("team_part", "1"),
    ("team_word", "1"),
)
"""Rows that are the same in every copy, by which condition."""

CALLED = {"form_value": "answer", "team_value": "answer", "team_item": "repeat_item"}
"""Tables by what the journal calls their rows where the form or the team wrote them."""

ESSENTIAL = (
    ("setting", "SELECT 3 - count(*) FROM setting WHERE key IN ('age_identity', 'device', 'profile')"),
    ("identity", "SELECT 1 - count(*) FROM identity WHERE active = 1"),
)
"""How many rows are missing that every vault has, though nothing in the file speaks of them any more."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """How much of a table was found: rows ``read`` from the file, ``rebuilt`` from the journal, and ``lost`` for
    certain; rows nothing speaks of any more are not counted."""

    table: str
    read: int
    rebuilt: int
    lost: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """The outcome: the tables, how many pages there were and how many of them broken, whether the others are proven
    to be as they were written, and where the journal does not hold any more."""

    tables: tuple[Recovered, ...]
    pages: int
    broken: int
    proven: bool
    journal: Break | None

    @property
    def complete(self) -> bool:
        """Whether every row that anything speaks of is there."""
        return self.journal is None and not any(table.lost for table in self.tables)


def recover(
    path: Path, key: bytes, target: Path, copies: Sequence[Path] = (), progress: Progress = no_progress
) -> Recovery:
    """Write what can be read of the database at ``path`` into a new one at ``target``, whole or not at all.

    What never changes once written (journal, frozen contents, instruments, keys) is also looked for in ``copies``,
    the newest first. ``progress`` counts tables. Raises ``StorageError``; when nothing at all can be read the target
    is made all the same, and the outcome says so.
    """
    temporary = target.with_name(target.name + TEMPORARY)
    _remove(temporary)
    try:
        db = open_database(temporary, key, create=True)
        try:
            apply(db, migrations())
            db.conn.execute("PRAGMA journal_mode = DELETE")
            with translating(path):
                image = read_image(path, key)
            outcome = _fill(db, temporary, key, image, copies, progress)
            check(db, target)
        finally:
            db.conn.close()
        with translating(target):
            sync_file(temporary)
            temporary.replace(target)
            sync_folder(target.parent)
    finally:
        _remove(temporary)
    return outcome


def _fill(db: Database, fresh: Path, key: bytes, image: Image, copies: Sequence[Path], progress: Progress) -> Recovery:
    pages = image.pages
    with closing(walkable(image, read_image(fresh, key))) as source, translating(fresh), db.atomic():
        read, lost = {}, {}
        for done, table in enumerate(TABLES):
            progress(done, len(TABLES) + 1)
            read[table], lost[table] = _copy_table(source, db.conn, table)
        progress(len(TABLES), len(TABLES) + 1)
        rebuilt = _from_copies(db.conn, copies, key)
        for table, row in _from_journal(db.conn):
            if _insert(db.conn, table, row):
                rebuilt[table] += 1
        # What was rebuilt is no longer lost, and a child whose parent was rebuilt can be put in now.
        for table in TABLES:
            if lost[table]:
                again, lost[table] = _copy_table(source, db.conn, table)
                read[table] += again
        broken = first_break(all_entries(db.conn))
        for table, query in ESSENTIAL:
            lost[table] = max(lost[table], db.conn.execute(query).fetchone()[0])
    tables = tuple(Recovered(name, read[name], rebuilt[name], lost[name]) for name in TABLES)
    return Recovery(tables, pages, len(image.bad), image.judged, broken)


def _copy_table(source: sqlite3.Connection, target: Any, table: str) -> tuple[int, int]:
    """Copy each row that can be read and is not there yet; how many, and how many are known of and are not there
    after that: they cannot be read, or their parent is missing."""
    columns = target.execute(f"PRAGMA table_info ({table})").fetchall()
    # A database of an older version has fewer columns; those it lacks have a default.
    there = _columns(source, table)
    names = [row[1] for row in columns if row[1] in there]
    keys = [row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5]]
    where = " AND ".join(f"{key} = ?" for key in keys)
    read = lost = 0
    for place in _places(source, table, keys):
        if target.execute(f"SELECT 1 FROM {table} WHERE {where}", place).fetchone():  # noqa: S608  our own names
            continue
        row = _row(source, f"SELECT {', '.join(names)} FROM {table}", where, place)  # noqa: S608
        if row is not None and _insert(target, table, dict(zip(names, row, strict=True))):
            read += 1
        else:
            lost += 1
    return read, lost


def _columns(source: sqlite3.Connection, table: str) -> frozenset[str]:
    with suppress(sqlite3.DatabaseError):
        return frozenset(row[1] for row in source.execute(f"PRAGMA table_info ({table})"))
    return frozenset()


def _places(source: sqlite3.Connection, table: str, keys: list[str]) -> list[tuple[Any, ...]]:
    """The primary keys of all rows, as the table has them and as its index does."""
    found: dict[tuple[Any, ...], None] = {}
    for hint in ("NOT INDEXED", ""):
        with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
            for place in source.execute(f"SELECT {', '.join(keys)} FROM {table} {hint}"):  # noqa: S608
                if None not in place and -1 not in place:
                    found[place] = None
    return list(found)


def _row(source: sqlite3.Connection, select: str, where: str, place: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The row there, found by its index or, where that is broken, without; None when a part of it is broken."""
    for hint in ("", "NOT INDEXED"):
        with suppress(sqlite3.Error, UnicodeDecodeError):
            row = source.execute(f"{select} {hint} WHERE {where}", place).fetchone()
            if row is not None:
                broken = any(isinstance(value, bytes) and value.endswith(bytes([BROKEN])) for value in row)
                return None if broken else tuple(row)
    return None


def _from_copies(target: Any, copies: Sequence[Path], key: bytes) -> dict[str, int]:
    """Fill in from the copies what never changes once written; how many rows of each table."""
    found = dict.fromkeys(TABLES, 0)
    for path in copies:
        try:
            copy = connect(path, key, read_only=True)
        except driver().Error:
            continue
        with closing(copy), suppress(driver().Error):
            found["journal"] += _journal_rows(copy, target)
            for table, which in UNCHANGING:
                names = [row[1] for row in target.execute(f"PRAGMA table_info ({table})")]
                for row in copy.execute(f"SELECT {', '.join(names)} FROM {table} WHERE {which}"):  # noqa: S608
                    found[table] += _insert(target, table, dict(zip(names, row, strict=True)))
    return found


def _journal_rows(copy: Any, target: Any) -> int:
    """Fill gaps of the journal with the rows that fit: a copy may be of a time that was undone by a restore."""
    filled = 0
    here = {0: NO_HASH} | {entry.seq: entry.vault_hash for entry in all_entries(target)}
    for entry in all_entries(copy):
        fits = entry.vault_hash == vault_hash(here.get(entry.seq - 1, "?"), entry.hash)
        if entry.seq not in here and fits and _insert(target, "journal", asdict(entry)):
            here[entry.seq] = entry.vault_hash
            filled += 1
    return filled


def _from_journal(target: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row as the journal tells of it, parents first, those left out that it says were taken away.

    The text of frozen contents, instruments and wrapped keys is not in the journal; such rows are not rebuilt.
    """
    rows: dict[tuple[str, str, str], dict[str, Any] | None] = {}
    for chain, table, key, after, at in target.execute("SELECT chain, tbl, key, after, at FROM journal ORDER BY seq"):
        place = (CALLED.get(table, table), chain, key)
        told = None if after is None else json.loads(after)
        if told is None or (place[0] == "answer" and not told.get("value")):
            rows[place] = None
            continue
        row = rows.get(place) or {"visit_id": chain, "created_at": at, "added_at": at, "updated_at": at}
        rows[place] = row | told | {"updated_at": at}
    for table in TABLES[:-1]:
        names = {row[1] for row in target.execute(f"PRAGMA table_info ({table})")}
        for (of, _chain, key), told in rows.items():
            if of == table and told is not None:
                named = told | ({"id": key} if "id" not in told else {}) | {"key": told.get("key", key)}
                yield table, {name: value for name, value in named.items() if name in names}


def _insert(target: Any, table: str, row: Mapping[str, Any]) -> bool:
    """Whether the row could be put in; it cannot when one of its key is there, its parent missing, or it incomplete."""
    try:
        target.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608
            tuple(row.values()),
        )
    except driver().IntegrityError:
        return False
    return True


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
