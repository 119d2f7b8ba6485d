"""Frozen contents: one row for every closing, never changed again (triggers of the database keep that)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.domain.visit import Revision
from gmsc_desktop.store.store import Store

_COLUMNS = "visit_id, number, content_hash, parent_hash, closed_at, content"
_SELECT = f"SELECT {_COLUMNS} FROM revision"  # noqa: S608


class RevisionRepository:
    """The frozen contents of one vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, revision: Revision) -> None:
        """Keep frozen content. The journal tells its hash, not the content once more."""
        row = {
            "number": revision.number,
            "content_hash": revision.content_hash,
            "parent_hash": revision.parent_hash,
            "closed_at": revision.closed_at.isoformat(),
        }
        with self._store.writing():
            key = f"{revision.visit_id}/{revision.number}"
            self._store.journal.write("revision", key, None, row, revision.visit_id)
            self._store.conn.execute(
                f"INSERT INTO revision ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                (revision.visit_id, *row.values(), revision.content),
            )

    def list(self, visit_id: str) -> tuple[Revision, ...]:
        """The contents of a visit, the newest last."""
        with self._store.reading():
            rows = self._store.conn.execute(f"{_SELECT} WHERE visit_id = ? ORDER BY number", (visit_id,))
            return tuple(_revision(row) for row in rows)

    def all(self) -> tuple[Revision, ...]:
        """The contents of all visits."""
        with self._store.reading():
            rows = self._store.conn.execute(f"{_SELECT} ORDER BY visit_id, number")
            return tuple(_revision(row) for row in rows)

    def superseded(self) -> dict[str, int]:
        """The content hash of every frozen content that a later one of the same visit replaced, and its number."""
        with self._store.reading():
            rows = self._store.conn.execute(
                "SELECT older.content_hash, max(newer.number) FROM revision AS older JOIN revision AS newer"
                " ON newer.visit_id = older.visit_id AND newer.number > older.number GROUP BY older.content_hash"
            )
            return {str(content_hash): int(number) for content_hash, number in rows}

    def by_hash(self, content_hash: str) -> Revision:
        """The content with this hash. Raises ``NotFound``."""
        with self._store.reading():
            row = self._store.conn.execute(f"{_SELECT} WHERE content_hash = ?", (content_hash,)).fetchone()
        if row is None:
            raise NotFound(N_("No content with the hash {hash} is in this vault."), hash=content_hash)
        return _revision(row)


def _revision(row: tuple[Any, ...]) -> Revision:
    visit_id, number, content_hash, parent_hash, closed_at, content = row
    return Revision(visit_id, number, content_hash, parent_hash, datetime.fromisoformat(closed_at), bytes(content))
