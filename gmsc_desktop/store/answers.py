"""Answers and repeat items, written one at a time and read as one sheet.

A repeat item is never deleted: it is marked removed, so that its answers come back with it. An answer that was
emptied has no row; the journal keeps what it said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem
from gmsc_desktop.store.journal import Entry
from gmsc_desktop.store.store import Store
from gmsc_desktop.store.visits import touch

ANSWER, ITEM = "answer", "repeat_item"
"""The tables as the journal names them."""
BY_FORM = "form_value"
"""What the journal calls an answer that the form gave itself: nobody undoes it."""
BY_TEAM, ITEM_BY_TEAM = "team_value", "team_item"
"""What the journal calls an answer and an item that came from another laptop of the team: nobody undoes them here."""

_FACETS = {facet.value: facet for facet in Facet}
_CELL = "SELECT value FROM answer WHERE visit_id = ? AND key = ? AND facet = ?"
_CELLS = "SELECT key, facet, value FROM answer WHERE visit_id = ?"
_ITEMS = "SELECT repeat_key, id, position, removed FROM repeat_item WHERE visit_id = ?"


@dataclass(frozen=True, slots=True)
class Step:
    """One write as undo sees it: its entry in the journal by id and by number in the visit's chain, what it ``undoes``,
    the row it wrote (``key`` of the journal) and when (ISO 8601)."""

    id: str
    undoes: str | None
    number: int
    table: str
    key: str
    at: str


class AnswerRepository:
    """The answers of one vault; every write has its row in the visit's chain of the journal."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sheet(self, visit_id: str) -> AnswerSheet:
        """Everything answered in a visit now; items marked removed are left out, the answers in them are not."""
        conn, facets = self._store.conn, _FACETS
        with self._store.reading():
            cells = {(key, facets[facet]): value for key, facet, value in conn.execute(_CELLS, (visit_id,))}
            repeats: dict[str, tuple[RepeatItem, ...]] = {}
            query = f"{_ITEMS} AND removed = 0 ORDER BY repeat_key, position, id"
            for repeat, item, position, _removed in conn.execute(query, (visit_id,)):
                repeats[repeat] = (*repeats.get(repeat, ()), RepeatItem(repeat, item, position))
        return AnswerSheet(MappingProxyType(cells), MappingProxyType(repeats))

    def get(self, visit_id: str, key: str, facet: Facet) -> str | None:
        """The text recorded there, or None."""
        with self._store.reading():
            row = self._store.conn.execute(_CELL, (visit_id, key, facet.value)).fetchone()
        return None if row is None else str(row[0])

    def any(self, visit_id: str) -> bool:
        """Whether anything was ever recorded in the visit, also when nothing of it stands any more."""
        with self._store.reading():
            found = self._store.conn.execute(
                "SELECT EXISTS (SELECT 1 FROM answer WHERE visit_id = ?)"
                " OR EXISTS (SELECT 1 FROM repeat_item WHERE visit_id = ?)"
                " OR EXISTS (SELECT 1 FROM journal WHERE chain = ? AND tbl IN (?, ?, ?))",
                (visit_id, visit_id, visit_id, ANSWER, BY_FORM, BY_TEAM),
            ).fetchone()
        return bool(found[0])

    def put(
        self,
        visit_id: str,
        key: str,
        facet: Facet,
        value: str | None,
        *,
        undoes: str | None = None,
        by_form: bool = False,
        given_by: str = "",
    ) -> Entry | None:
        """Record ``value``; None or the empty text takes the answer away. The same again writes nothing, gives None.
        ``given_by`` names whoever of the team gave it on another laptop."""
        conn = self._store.conn
        place = (visit_id, key, facet.value)
        with self._store.writing():
            known = conn.execute(_CELL, place).fetchone()
            before = None if known is None else known[0]
            # A run of typing that came back to where it began is undone too: the journal has to say so.
            if before == (value or None) and undoes is None:
                return None
            was, now = (None if text is None else _cell(key, facet, text) for text in (before, value or None))
            table = BY_FORM if by_form else BY_TEAM if given_by else ANSWER
            if given_by:
                now = {**(now or {"key": key, "facet": facet.value, "value": ""}), "given_by": given_by}
            entry = self._store.journal.write(table, cell_key(key, facet), was, now, visit_id, undoes=undoes)
            if value:
                conn.execute(
                    "INSERT INTO answer (visit_id, key, facet, value, updated_at) VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
                    (*place, value, entry.at),
                )
            else:
                conn.execute("DELETE FROM answer WHERE visit_id = ? AND key = ? AND facet = ?", place)
            touch(self._store, visit_id)
            return entry

    def items(self, visit_id: str, repeat_key: str) -> tuple[RepeatItem, ...]:
        """All items of a repeat in order, those marked removed too."""
        with self._store.reading():
            rows = self._store.conn.execute(
                f"{_ITEMS} AND repeat_key = ? ORDER BY position, id", (visit_id, repeat_key)
            )
            return tuple(_item(row) for row in rows)

    def item(self, visit_id: str, item_key: str) -> RepeatItem | None:
        """The item with this key, removed or not."""
        repeat, _, item = item_key.removesuffix("]").rpartition("[")
        return next((found for found in self.items(visit_id, repeat) if found.id == item), None)

    def all_items(self, visit_id: str) -> tuple[RepeatItem, ...]:
        """All items of all repeats, those marked removed too."""
        with self._store.reading():
            return tuple(_item(row) for row in self._store.conn.execute(_ITEMS, (visit_id,)))

    def moments(self, visit_id: str) -> Mapping[tuple[str, Facet], str]:
        """When each answer that stands now was written (ISO 8601)."""
        with self._store.reading():
            rows = self._store.conn.execute(
                "SELECT key, facet, updated_at FROM answer WHERE visit_id = ?", (visit_id,)
            ).fetchall()
        return {(key, _FACETS[facet]): at for key, facet, at in rows}

    def put_item(
        self, visit_id: str, item: RepeatItem, *, undoes: str | None = None, by_team: bool = False
    ) -> Entry | None:
        """Keep ``item`` as it is given. The same again writes nothing, gives None."""
        with self._store.writing():
            before = self.item(visit_id, item.key)
            if before == item:
                return None
            was = None if before is None else item_row(before)
            table = ITEM_BY_TEAM if by_team else ITEM
            entry = self._store.journal.write(table, item.key, was, item_row(item), visit_id, undoes=undoes)
            self._store.conn.execute(
                "INSERT INTO repeat_item (visit_id, repeat_key, id, position, removed) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET position = excluded.position, removed = excluded.removed",
                (visit_id, item.repeat, item.id, item.position, int(item.removed)),
            )
            touch(self._store, visit_id)
            return entry

    def steps(self, visit_id: str) -> tuple[Step, ...]:
        """The writes of answers and items since the visit was last closed or moved to another version of its
        instrument, oldest first."""
        with self._store.reading():
            return tuple(
                Step(*row)
                for row in self._store.conn.execute(
                    "SELECT id, undoes, chain_seq, tbl, key, at FROM journal"
                    " WHERE chain = :visit AND tbl IN ('answer', 'repeat_item', 'form_value', 'team_value')"
                    " AND chain_seq > (SELECT coalesce(max(chain_seq), 0) FROM journal"
                    " WHERE chain = :visit AND tbl IN ('revision', 'moving')) ORDER BY chain_seq",
                    {"visit": visit_id},
                )
            )


def cell_key(key: str, facet: Facet) -> str:
    """What the journal calls the row of an answer."""
    return f"{key}#{facet.value}"


def cell_of(cell: str) -> tuple[str, Facet]:
    """Key and facet of the answer whose row the journal calls ``cell``."""
    key, _, facet = cell.rpartition("#")
    return key, _FACETS[facet]


def item_row(item: RepeatItem) -> dict[str, Any]:
    """An item as the journal tells of it."""
    return {"repeat_key": item.repeat, "id": item.id, "position": item.position, "removed": int(item.removed)}


def item_of(row: Mapping[str, Any]) -> RepeatItem:
    """The item a row of the journal tells of."""
    return _item((row["repeat_key"], row["id"], row["position"], row["removed"]))


def _item(row: tuple[Any, ...]) -> RepeatItem:
    return RepeatItem(row[0], row[1], row[2], bool(row[3]))


def _cell(key: str, facet: Facet, value: str) -> dict[str, Any]:
    return {"key": key, "facet": facet.value, "value": value}
