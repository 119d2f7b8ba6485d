"""Why warnings were let stand, in the assessor's own words."""

from __future__ import annotations

from gmsc_desktop.domain.content import Explanation
from gmsc_desktop.store.store import Store

_WHERE = "visit_id = ? AND code = ? AND key = ?"


class ExplanationRepository:
    """The explanations of one vault, by the code and the key of the problem they are about."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self, visit_id: str) -> tuple[Explanation, ...]:
        """All explanations in a visit."""
        with self._store.reading():
            rows = self._store.conn.execute(
                "SELECT code, key, text FROM explanation WHERE visit_id = ? ORDER BY code, key", (visit_id,)
            )
            return tuple(Explanation(*row) for row in rows)

    def put(self, visit_id: str, code: str, key: str, text: str) -> bool:
        """Keep why the problem may stand; the empty text takes the explanation back. Says whether anything changed."""
        conn, place = self._store.conn, (visit_id, code, key)
        with self._store.writing():
            row = conn.execute(f"SELECT text FROM explanation WHERE {_WHERE}", place).fetchone()  # noqa: S608
            before = row[0] if row else ""
            if before == text:
                return False
            was, now = ({"code": code, "key": key, "text": found} if found else None for found in (before, text))
            self._store.journal.write("explanation", f"{key}#{code}", was, now, visit_id)
            if text:
                conn.execute(
                    "INSERT INTO explanation (visit_id, code, key, text) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET text = excluded.text",
                    (*place, text),
                )
            else:
                conn.execute(f"DELETE FROM explanation WHERE {_WHERE}", place)  # noqa: S608
            return True
