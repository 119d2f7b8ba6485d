"""Copies of the database in the vault's folder ``backups``: made whole, checked, thinned by age, and put back.

A backup's name says all that is known of it: moment (UTC), beginning of the journal's newest vault-wide hash, reason.
The evidence is not copied again; it lies beside the database, each file once, and stays as long as any copy names it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.errors import N_, GmscError, NotFound
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.store.database import connect, damaged, open_database, problems, translating
from gmsc_desktop.store.files import TEMPORARY, sync_file, sync_folder
from gmsc_desktop.store.schema import SCHEMA_VERSION, refuse_newer, version_of

if TYPE_CHECKING:
    from sqlite_utils import Database

FOLDER = "backups"
KEPT = "kept"
"""How the name of a database begins that a restore or a repair moved out of the way."""
REASONS = ("close", "manual", "migration", "import", "restore", "rescue")
STAY = ("manual", "rescue")
"""What was made because a person asked for it is never thinned."""
PAGES = 256
"""Pages (of 4 KiB) copied between two reports of progress."""

ALL_FOR = timedelta(days=2)
DAILY_FOR = timedelta(days=21)
WEEKLY_FOR = timedelta(days=180)
ALWAYS = 3
"""So many of the newest are kept whatever their age."""

NO_HEAD = 12 * "0"

_NAME = re.compile(r"gmsc-(\d{8}T\d{6}Z)-([0-9a-f]{12})-([a-z]+)(?:-\d+)?\.db")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the database: where it lies, when and why it was made, its size in bytes, and ``head``, the beginning
    of the newest vault-wide hash of its journal, by which two states of a vault are told apart."""

    path: Path
    created_at: datetime
    size: int
    reason: str
    head: str = ""


def make_backup(
    db: Database, folder: Path, key: bytes, *, now: datetime, reason: str, progress: Progress = no_progress
) -> Backup:
    """Copy the open database into ``folder``, check the copy and give it its name; ``progress`` counts pages.

    Raises ``VaultDamaged`` when the copy does not hold, ``StorageError``, ``Cancelled``; then nothing stays behind.
    """
    if reason not in REASONS:
        raise ValueError(f"{reason} is no reason for a backup")
    with translating(folder):
        folder.mkdir(exist_ok=True)
        path = backup_path(folder, now, head_of(db), reason)
        copy_database(db, path, key, progress)
    return described(path)


def list_backups(folder: Path) -> tuple[Backup, ...]:
    """The backups in ``folder``, newest first; other files there are passed over."""
    with translating(folder):
        found = [described(path) for path in folder.glob("gmsc-*.db") if _NAME.fullmatch(path.name)]
    return tuple(sorted(found, key=lambda backup: (backup.created_at, backup.path.name), reverse=True))


def copy_database(db: Database, target: Path, key: bytes, progress: Progress = no_progress) -> None:
    """Make ``target`` a checked copy of the open database, whole or not at all."""
    temporary = target.with_name(target.name + TEMPORARY)
    _remove(temporary)
    try:
        with translating(target):
            copy = connect(temporary, key, create=True)
            try:
                # Synced once, at the end.
                copy.execute("PRAGMA synchronous = OFF")
                db.conn.backup(
                    copy, pages=PAGES, progress=lambda _status, left, total: progress(total - left, total, "")
                )
                # One file, with nothing beside it: a copy is opened only to read from it.
                copy.execute("PRAGMA journal_mode = DELETE")
                for line in problems(copy):
                    raise damaged(target, line)
            finally:
                copy.close()
            sync_file(temporary)
            temporary.replace(target)
            sync_folder(target.parent)
    finally:
        _remove(temporary)


def check_backup(path: Path, key: bytes) -> None:
    """Raise ``VaultDamaged``, ``VaultNewer``, ``WrongPassphrase`` or ``NotFound`` unless the copy can be put back."""
    if not path.is_file():
        raise NotFound(N_("The backup {name} is no longer there."), name=path.name)
    with translating(path):
        connection = connect(path, key, read_only=True)
        try:
            from sqlite_utils import Database

            refuse_newer(version_of(Database(connection, execute_plugins=False)), SCHEMA_VERSION)
            for line in problems(connection):
                raise damaged(path, line)
        finally:
            connection.close()


def put_back(path: Path, database: Path, key: bytes, *, now: datetime) -> Path | None:
    """Put the copy at ``path`` in the place of ``database``, which must be closed; returns where the old one is kept
    (beside it, with its write-ahead log), None when there was none.

    At every moment the old database or the copy, whole, is the vault's database. Raises what ``check_backup`` does.
    """
    check_backup(path, key)
    with translating(database):
        kept = keep_beside(database, now)
        temporary = database.with_name(database.name + TEMPORARY)
        try:
            shutil.copyfile(path, temporary)
            sync_file(temporary)
            check_backup(temporary, key)
            # The old write-ahead log would be replayed into the new file; it is kept with the old one, and merged
            # into it where it still can be, so that the old one is whole until the moment it is replaced.
            with suppress(GmscError):
                open_database(database, key).conn.close()
            for ending in ("-wal", "-shm"):
                _remove(database.with_name(database.name + ending))
            temporary.replace(database)
            sync_folder(database.parent)
        finally:
            _remove(temporary)
    return kept


def keep_beside(database: Path, now: datetime) -> Path | None:
    """A copy of ``database`` and its write-ahead log as they lie on the disk, under a new name beside them."""
    if not database.exists():
        return None
    stamp = now.astimezone(UTC).strftime(_STAMP)
    kept = database.with_name(f"{KEPT}-{stamp}.db")
    number = 1
    while kept.exists():
        number += 1
        kept = database.with_name(f"{KEPT}-{stamp}-{number}.db")
    for ending in ("-wal", ""):
        source = database.with_name(database.name + ending)
        if source.exists():
            target = kept.with_name(kept.name + ending)
            shutil.copyfile(source, target)
            sync_file(target)
    sync_folder(kept.parent)
    return kept


def thin(backups: Iterable[Backup], now: datetime) -> tuple[Backup, ...]:
    """Which backups may go: all are kept for two days, then the newest of each day for three weeks, of each week for
    half a year, of each month after that; the three newest and those the person asked for stay whatever their age."""
    newest_first = sorted(backups, key=lambda backup: (backup.created_at, backup.path.name), reverse=True)
    taken: set[tuple[object, ...]] = set()
    going = []
    for position, backup in enumerate(newest_first):
        period = _period(backup.created_at.astimezone(UTC), now)
        first = period not in taken
        taken.add(period)
        if not (first or position < ALWAYS or backup.reason in STAY or not period):
            going.append(backup)
    return tuple(going)


def head_of(db: Database) -> str:
    """The state of a database: the first twelve signs of its journal's newest vault-wide hash, zeros without one."""
    row = None
    if db.conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'journal'").fetchone():
        row = db.conn.execute("SELECT vault_hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return str(row[0])[: len(NO_HEAD)] if row else NO_HEAD


def blobs_named(path: Path, key: bytes) -> frozenset[str]:
    """The hashes of the files the database copy at ``path`` names."""
    log = path.with_name(path.name + "-wal")
    with translating(path):
        had_log = log.exists()
        connection = connect(path, key, read_only=True)
        try:
            return named_blobs(connection)
        finally:
            connection.close()
            if not had_log:
                # Reading a database that was in write-ahead mode lays an empty log beside it.
                for ending in ("-wal", "-shm"):
                    path.with_name(path.name + ending).unlink(missing_ok=True)


def named_blobs(connection: object) -> frozenset[str]:
    """The hashes of the files that evidence (removed too), documents, instruments and what was received name."""
    there = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")  # type: ignore[attr-defined]
    # A copy of an older version has fewer of the tables.
    tables = {row[0] for row in there} & {
        *("evidence", "document", "received_file", "received_draft_file", "template", "instrument_file")
    }
    query = " UNION ".join(f"SELECT sha256 FROM {table}" for table in sorted(tables))  # noqa: S608  our own names
    return frozenset(row[0] for row in connection.execute(query)) if query else frozenset()  # type: ignore[attr-defined]


def _period(at: datetime, now: datetime) -> tuple[object, ...]:
    """The stretch of time of which one backup is enough; empty when each is kept."""
    age = now - at
    if age <= ALL_FOR:
        return ()
    if age <= DAILY_FOR:
        return ("day", at.date())
    if age <= WEEKLY_FOR:
        return ("week", *at.isocalendar()[:2])
    return ("month", at.year, at.month)


def backup_path(folder: Path, now: datetime, head: str, reason: str) -> Path:
    """A name in ``folder`` that no backup has yet."""
    stem = f"gmsc-{now.astimezone(UTC).strftime(_STAMP)}-{head}-{reason}"
    path, number = folder / f"{stem}.db", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.db"
    return path


def described(path: Path) -> Backup:
    """What the name of the backup at ``path`` says of it."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise ValueError(f"{path.name} is not the name of a backup")
    made = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
    return Backup(path, made, path.stat().st_size, match[3], match[2])


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
