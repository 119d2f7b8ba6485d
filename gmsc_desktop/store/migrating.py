"""From an older version of the tables to this program's: a copy is migrated, checked, and takes the file's place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.errors import N_, StorageError
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.store.backups import FOLDER, copy_database, make_backup
from gmsc_desktop.store.database import check, open_database, translating
from gmsc_desktop.store.files import sync_file, sync_folder
from gmsc_desktop.store.schema import SCHEMA_VERSION, apply, migrations, refuse_newer, version_of

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations


def bring_up_to_date(
    db: Database,
    path: Path,
    key: bytes,
    *,
    now: datetime,
    steps: Migrations | None = None,
    known: int = SCHEMA_VERSION,
    progress: Progress = no_progress,
) -> Database:
    """The database, open and at version ``known``, to which ``steps`` lead (both this program's own by default).

    A newer one is refused with ``VaultNewer``. An older one is backed up, copied, and the copy migrated and checked
    before it takes the place of ``path``; ``db`` is closed then. Whatever fails leaves ``path`` as it was, with
    ``db`` still open for the caller to close.
    """
    version = version_of(db)
    refuse_newer(version, known)
    if version == known:
        return db
    make_backup(db, path.parent / FOLDER, key, now=now, reason="migration", progress=progress)
    copy = path.with_name(f"{path.name}.migrating")
    try:
        copy_database(db, copy, key, progress)
        _migrate(copy, key, steps or migrations())
        db.conn.close()
        _replace(copy, path)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)
    return open_database(path, key)


def _migrate(path: Path, key: bytes, steps: Migrations) -> None:
    db = open_database(path, key)
    try:
        with translating(path):
            apply(db, steps)
        check(db, path)
        # Closed with everything in the one file, so that renaming it moves all of it.
        with translating(path):
            db.conn.execute("PRAGMA journal_mode = DELETE")
    finally:
        db.conn.close()
    with translating(path):
        sync_file(path)


def _replace(copy: Path, path: Path) -> None:
    # A write-ahead log left beside the old file would be replayed into the new one.
    if path.with_name(path.name + "-wal").exists():
        raise StorageError(
            N_("The database {file} is still in use and cannot be brought up to date."),
            kept=N_("Nothing was changed."),
            cure=N_("Close every program that has it open and try again."),
            file=path,
        )
    with translating(path):
        copy.replace(path)
        sync_folder(path.parent)
