"""Evidence as rows: which file belongs to which question. The files themselves lie among the blobs.

Small pictures of them are kept too. They can be drawn again at any time, so they have no rows in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.domain.visit import Evidence
from gmsc_desktop.store.store import Store
from gmsc_desktop.store.visits import touch

_NAMES = (
    "id", "visit_id", "key", "sha256", "name", "media_type", "size", "caption", "taken_at", "place", "added_at",
    "position",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_NAMES)} FROM evidence"  # noqa: S608


class EvidenceRepository:
    """The evidence of one vault; a row is never deleted, only marked removed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self, visit_id: str) -> tuple[Evidence, ...]:
        """What is attached to a visit, by question and position; removed rows are left out."""
        with self._store.reading():
            rows = self._store.conn.execute(
                f"{_SELECT} WHERE visit_id = ? AND removed = 0 ORDER BY key, position, id", (visit_id,)
            )
            return tuple(_evidence(row) for row in rows)

    def counts(self, visit_id: str) -> Mapping[str, int]:
        """How many files are attached to each question that has any."""
        with self._store.reading():
            return dict(
                self._store.conn.execute(
                    "SELECT key, count(*) FROM evidence WHERE visit_id = ? AND removed = 0 GROUP BY key", (visit_id,)
                )
            )

    def get(self, evidence_id: str) -> Evidence:
        """The evidence with this id, removed or not. Raises ``NotFound``."""
        with self._store.reading():
            row = self._store.conn.execute(f"{_SELECT} WHERE id = ?", (evidence_id,)).fetchone()
        if row is None:
            raise NotFound(N_("The evidence {id} is not in this vault."), id=evidence_id)
        return _evidence(row)

    def same(self, visit_id: str, key: str, sha256: str) -> Evidence | None:
        """The file with this content that is attached to the question already."""
        return next((found for found in self.list(visit_id) if (found.key, found.sha256) == (key, sha256)), None)

    def add(self, evidence: Evidence) -> Evidence:
        """Attach a file whose bytes are stored already, behind those the question has; returned with its position."""
        conn = self._store.conn
        with self._store.writing():
            (last,) = conn.execute(
                "SELECT coalesce(max(position), -1) FROM evidence WHERE visit_id = ? AND key = ?",
                (evidence.visit_id, evidence.key),
            ).fetchone()
            placed = replace(evidence, position=last + 1)
            row = _row(placed)
            self._store.journal.write("evidence", placed.id, None, {**row, "removed": 0}, placed.visit_id)
            self._insert(row)
            touch(self._store, placed.visit_id)
            return placed

    def all(self, visit_id: str) -> tuple[tuple[Evidence, bool], ...]:
        """Everything that was ever attached to a visit, and whether it was removed."""
        with self._store.reading():
            rows = self._store.conn.execute(
                f"SELECT {', '.join(_NAMES)}, removed FROM evidence WHERE visit_id = ? ORDER BY id",  # noqa: S608
                (visit_id,),
            )
            return tuple((_evidence(row[:-1]), bool(row[-1])) for row in rows)

    def visit_of(self, evidence_id: str) -> str:
        """The visit the evidence with this id belongs to; empty when there is none."""
        with self._store.reading():
            row = self._store.conn.execute("SELECT visit_id FROM evidence WHERE id = ?", (evidence_id,)).fetchone()
        return "" if row is None else str(row[0])

    def bring(self, evidence: Evidence, given_by: str) -> None:
        """Keep a file's row just as another laptop of the team has it; its bytes are stored already."""
        row = _row(evidence)
        with self._store.writing():
            told = {**row, "removed": 0, "given_by": given_by}
            self._store.journal.write("evidence", evidence.id, None, told, evidence.visit_id)
            self._insert(row)
            touch(self._store, evidence.visit_id)

    def _insert(self, row: Mapping[str, Any]) -> None:
        self._store.conn.execute(
            f"INSERT INTO evidence ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))})",  # noqa: S608
            tuple(row.values()),
        )

    def set_caption(self, evidence_id: str, text: str) -> Evidence:
        """Write ``text`` under the file. The same again writes nothing."""
        with self._store.writing():
            known = self.get(evidence_id)
            if known.caption != text:
                self._change(known, "caption", known.caption, text)
            return replace(known, caption=text)

    def set_removed(self, evidence_id: str, removed: bool) -> Evidence:
        """Take the file from the question, or bring it back. The same again writes nothing."""
        with self._store.writing():
            known = self.get(evidence_id)
            if self.is_removed(evidence_id) != removed:
                self._change(known, "removed", int(not removed), int(removed))
            return known

    def set_key(self, evidence_id: str, key: str) -> Evidence:
        """Put the file to another question, as when the form's questions have moved."""
        with self._store.writing():
            known = self.get(evidence_id)
            if known.key != key:
                self._change(known, "key", known.key, key)
            return replace(known, key=key)

    def is_removed(self, evidence_id: str) -> bool:
        """Whether the file was taken from its question."""
        with self._store.reading():
            row = self._store.conn.execute("SELECT removed FROM evidence WHERE id = ?", (evidence_id,)).fetchone()
        return row is not None and bool(row[0])

    def known_files(self) -> frozenset[str]:
        """The hashes of all files some row names, of removed evidence and of documents too: none of them is swept."""
        with self._store.reading():
            rows = self._store.conn.execute("SELECT sha256 FROM evidence UNION SELECT sha256 FROM document")
            return frozenset(row[0] for row in rows)

    def thumbnail(self, sha256: str, edge: int) -> tuple[bool, bytes | None]:
        """Whether a small picture was drawn before, and its bytes; None when the file is no picture."""
        with self._store.reading():
            row = self._store.conn.execute(
                "SELECT image FROM blob_thumbnail WHERE sha256 = ? AND edge = ?", (sha256, edge)
            ).fetchone()
        return (False, None) if row is None else (True, row[0])

    def put_thumbnail(self, sha256: str, edge: int, image: bytes | None) -> None:
        """Keep a small picture, or None for a file that is no picture."""
        with self._store.writing():
            self._store.conn.execute(
                "INSERT OR REPLACE INTO blob_thumbnail (sha256, edge, image) VALUES (?, ?, ?)", (sha256, edge, image)
            )

    def _change(self, known: Evidence, column: str, before: str | int, now: str | int) -> None:
        self._store.journal.write("evidence", known.id, {column: before}, {column: now}, known.visit_id)
        self._store.conn.execute(f"UPDATE evidence SET {column} = ? WHERE id = ?", (now, known.id))  # noqa: S608
        touch(self._store, known.visit_id)


def _row(evidence: Evidence) -> dict[str, Any]:
    return {name: getattr(evidence, name) for name in _NAMES} | {"added_at": evidence.added_at.isoformat()}


def _evidence(row: tuple[Any, ...]) -> Evidence:
    values = dict(zip(_NAMES, row, strict=True))
    return Evidence(**{**values, "added_at": datetime.fromisoformat(values["added_at"])})
