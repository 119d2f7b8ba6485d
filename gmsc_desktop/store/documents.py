"""The PDFs made from closed visits: what each is and from which content; the files lie among the blobs."""

from __future__ import annotations

from dataclasses import asdict, astuple
from datetime import datetime
from typing import Any

from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.domain.visit import StoredDocument
from gmsc_desktop.store.store import Store

_COLUMNS = "id, visit_id, content_hash, kind, name, sha256, size, created_at"
_SELECT = f"SELECT {_COLUMNS} FROM document"  # noqa: S608


class DocumentRepository:
    """The documents of one vault. They are only ever added: a new signing makes a new one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, document: StoredDocument) -> None:
        """Keep a document whose file is stored already."""
        values = {**asdict(document), "created_at": document.created_at.isoformat()}
        with self._store.writing():
            self._store.journal.write("document", document.id, None, values, document.visit_id)
            self._store.conn.execute(
                f"INSERT INTO document ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                (*astuple(document)[:-1], values["created_at"]),
            )

    def list(self, visit_id: str | None = None) -> tuple[StoredDocument, ...]:
        """All documents, or those of one visit; the newest first."""
        where, values = ("", ()) if visit_id is None else (" WHERE visit_id = ?", (visit_id,))
        with self._store.reading():
            rows = self._store.conn.execute(f"{_SELECT}{where} ORDER BY created_at DESC, id DESC", values)
            return tuple(_document(row) for row in rows)

    def of_content(self, content_hash: str) -> tuple[StoredDocument, ...]:
        """The documents made of one content, the newest first."""
        with self._store.reading():
            rows = self._store.conn.execute(
                f"{_SELECT} WHERE content_hash = ? ORDER BY created_at DESC, id DESC", (content_hash,)
            )
            return tuple(_document(row) for row in rows)

    def get(self, document_id: str) -> StoredDocument:
        """The document with this id. Raises ``NotFound``."""
        with self._store.reading():
            row = self._store.conn.execute(f"{_SELECT} WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise NotFound(N_("The document {id} is not in this vault."), id=document_id)
        return _document(row)


def _document(row: tuple[Any, ...]) -> StoredDocument:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return StoredDocument(**{**values, "created_at": datetime.fromisoformat(row[-1])})
