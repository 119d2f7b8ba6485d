"""Receipts and reviews: what is safe at the office, and what the office says of it. Made there, received here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from gmsc_desktop.domain.exchange import Comment, Decision, Review
from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.store import Store

_COLUMNS = "id, visit_id, content_hash, decision, at, due, who, office"


class AnswerRepository:
    """The receipts and reviews in one vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add_receipt(self, visit_id: str, content_hash: str, *, office: str, at: str, bundle: str) -> bool:
        """Keep that a content is safe at ``office``; the earliest word of it stays. Says whether it is news."""
        place = (visit_id, content_hash, office)
        with self._store.writing():
            found = self._store.conn.execute(
                "SELECT at, bundle FROM receipt WHERE visit_id = ? AND content_hash = ? AND office = ?", place
            ).fetchone()
            if found is not None and (found[0], found[1]) <= (at, bundle):
                return False
            keys = ("visit_id", "content_hash", "office")
            return put_row(
                self._store, "receipt", keys, {**dict(zip(keys, place, strict=True)), "at": at, "bundle": bundle}
            )

    def receipted(self) -> frozenset[str]:
        """The hashes of all contents that are safe at an office."""
        with self._store.reading():
            return frozenset(row[0] for row in self._store.conn.execute("SELECT content_hash FROM receipt"))

    def add_review(self, review: Review) -> bool:
        """Keep a review with its comments; one that is there already stays as it is. Says whether it is new."""
        with self._store.writing():
            if self._store.conn.execute("SELECT 1 FROM review WHERE id = ?", (review.id,)).fetchone():
                return False
            row = {
                "id": review.id,
                "visit_id": review.visit_id,
                "content_hash": review.content_hash,
                "decision": review.decision.value,
                "at": review.at.isoformat(),
                "due": review.due.isoformat() if review.due else "",
                "who": review.who,
                "office": review.office,
            }
            put_row(self._store, "review", ("id",), row)
            for position, comment in enumerate(review.comments):
                told = {"review_id": review.id, "position": position, "key": comment.key, "text": comment.text}
                put_row(self._store, "review_comment", ("review_id", "position"), told)
            return True

    def reviews(self, visit_id: str | None = None) -> tuple[Review, ...]:
        """The reviews of a visit, or all, the oldest first."""
        where, values = ("", ()) if visit_id is None else (" WHERE visit_id = ?", (visit_id,))
        with self._store.reading():
            conn = self._store.conn
            comments: dict[str, list[Comment]] = {}
            query = "SELECT review_id, key, text FROM review_comment ORDER BY review_id, position"
            for review_id, key, text in conn.execute(query):
                comments.setdefault(review_id, []).append(Comment(key, text))
            rows = conn.execute(f"SELECT {_COLUMNS} FROM review{where} ORDER BY at, id", values)  # noqa: S608
            return tuple(_review(row, tuple(comments.get(row[0], ()))) for row in rows)


def _review(row: tuple[Any, ...], comments: tuple[Comment, ...]) -> Review:
    review_id, visit_id, content_hash, decision, at, due, who, office = row
    return Review(
        id=review_id,
        visit_id=visit_id,
        content_hash=content_hash,
        decision=Decision(decision),
        at=datetime.fromisoformat(at),
        who=who,
        office=office,
        due=date.fromisoformat(due) if due else None,
        comments=comments,
    )
