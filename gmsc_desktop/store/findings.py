"""What is uneven in what arrived, and what a person said of it. Decisions are only ever added."""

from __future__ import annotations

from datetime import datetime

from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.store import Store

_LABEL = (
    "coalesce((SELECT region_name || ' ' || cycle_year FROM received_revision WHERE visit_id = j.visit_id LIMIT 1),"
    " (SELECT region_name || ' ' || cycle_year FROM received_draft WHERE visit_id = j.visit_id LIMIT 1), j.visit_id)"
)


class FindingRepository:
    """The uneven things in one vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def uneven_journals(self) -> tuple[tuple[str, str], ...]:
        """The visits whose journal has a row missing or a number twice, and what each is called."""
        query = (
            f"SELECT j.visit_id, {_LABEL} FROM received_journal AS j GROUP BY j.visit_id"  # noqa: S608
            " HAVING count(*) <> max(j.number) OR count(DISTINCT j.number) <> max(j.number) ORDER BY 2, 1"
        )
        with self._store.reading():
            return tuple((row[0], row[1]) for row in self._store.conn.execute(query))

    def lines(self, visit_id: str, number: int) -> tuple[str, ...]:
        """Every row of a visit's journal with this number, canonical JSON, by device."""
        query = "SELECT line FROM received_journal WHERE visit_id = ? AND number = ? ORDER BY device, hash"
        with self._store.reading():
            return tuple(row[0] for row in self._store.conn.execute(query, (visit_id, number)))

    def keys_on_several_devices(self) -> tuple[tuple[str, str, tuple[tuple[str, str, int], ...]], ...]:
        """Each key bundles of several devices are signed with: the key, its owner's name, and of each device its id,
        when its first bundle was written, and how many arrived."""
        query = (
            "SELECT sender, max(sender_name), device, min(created_at), count(*) FROM bundle_in WHERE sender IN"
            " (SELECT sender FROM bundle_in GROUP BY sender HAVING count(DISTINCT device) > 1)"
            " GROUP BY sender, device ORDER BY sender, 4, device"
        )
        found: dict[str, tuple[str, list[tuple[str, str, int]]]] = {}
        with self._store.reading():
            for sender, name, device, first, count in self._store.conn.execute(query):
                found.setdefault(sender, (name, []))[1].append((device, first, int(count)))
        return tuple((sender, name, tuple(devices)) for sender, (name, devices) in found.items())

    def decisions(self) -> dict[tuple[str, str, str], tuple[str, str, datetime]]:
        """What was said, by kind, subject and state: reason, who, when."""
        query = "SELECT kind, subject, state, reason, who, at FROM finding_decision ORDER BY at, id"
        with self._store.reading():
            return {
                (kind, subject, state): (reason, who, datetime.fromisoformat(at))
                for kind, subject, state, reason, who, at in self._store.conn.execute(query)
            }

    def decide(self, kind: str, subject: str, state: str, reason: str) -> None:
        """Keep a person's word."""
        row = {
            "id": self._store.ids.uuid7(),
            "kind": kind,
            "subject": subject,
            "state": state,
            "reason": reason,
            "who": self._store.journal.who,
            "at": self._store.clock.now().isoformat(),
        }
        put_row(self._store, "finding_decision", ("id",), row)
