"""The backups written outside the vault: where each lies and what state of the vault it holds."""

from __future__ import annotations

from datetime import datetime

from gmsc_desktop.domain.exports import BackupRecord
from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.store import Store

TABLE = "backup_bundle"
_COLUMNS = "id, created_at, folder, file_name, sha256, size, pieces, journal_rows, journal_head, files"


class BackupBundles:
    """The record of one vault; rows are only ever added."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, record: BackupRecord) -> None:
        """Keep that a backup lies whole in its folder."""
        row = {name: getattr(record, name) for name in _COLUMNS.split(", ")}
        put_row(self._store, TABLE, ("id",), {**row, "created_at": record.created_at.isoformat()})

    def list(self) -> tuple[BackupRecord, ...]:
        """Every backup written, the newest first."""
        with self._store.reading():
            rows = self._store.conn.execute(f"SELECT {_COLUMNS} FROM {TABLE} ORDER BY created_at DESC, id DESC")  # noqa: S608
            return tuple(BackupRecord(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows)

    def changed_since(self, record: BackupRecord) -> bool:
        """Whether anything but the record of a backup was written since ``record`` was made."""
        with self._store.reading():
            query = "SELECT 1 FROM journal WHERE seq > ? AND tbl <> ? LIMIT 1"
            return self._store.conn.execute(query, (record.journal_rows, TABLE)).fetchone() is not None
