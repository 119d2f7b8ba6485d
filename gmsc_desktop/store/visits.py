"""Visits and the people in them, as rows.

``answered``, ``expected`` and ``score_index`` are worked out from the rest, so they have no rows in the journal.
``expected = -1`` says that answers or evidence changed since. When a visit was changed last is what its chain of the
journal says, so that an answer need not rewrite the visit's row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.states import Step, after
from gmsc_desktop.domain.visit import (
    Mode,
    Person,
    PreviousResult,
    Progress,
    Role,
    Visit,
    VisitDraft,
    VisitRow,
    VisitState,
)
from gmsc_desktop.store.store import Store

COLUMNS = (
    "id", "region_code", "region_name", "region_kind", "province_code", "province", "cycle_year", "stage", "starts_on",
    "ends_on", "place", "mode", "instrument_hash", "previous_index", "previous_year", "previous_source", "state",
    "revision", "content_hash", "parent_hash", "created_at",
)  # fmt: skip
"""What the journal tells of a visit, in the order of ``_values``."""

_STALE = -1
_UPDATED = "SELECT at FROM journal WHERE chain = visit.id ORDER BY chain_seq DESC LIMIT 1"
_SELECT = (
    f"SELECT {', '.join(COLUMNS)}, coalesce(({_UPDATED}), updated_at), answered, expected, score_index"  # noqa: S608
    " FROM visit"
)
_PEOPLE = "SELECT visit_id, name, nip, title, organisation, role FROM person"
_PERSON = ("role", "name", "nip", "title", "organisation")


class VisitRepository:
    """The visits of one vault; every write has its row in the visit's chain of the journal."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, visit_id: str) -> Visit:
        """The visit with this id, archived or not. Raises ``NotFound``."""
        with self._store.reading():
            row = self._store.conn.execute(f"{_SELECT} WHERE id = ?", (visit_id,)).fetchone()
            if row is None:
                raise _missing(visit_id)
            people = self._store.conn.execute(f"{_PEOPLE} WHERE visit_id = ? ORDER BY position", (visit_id,))
            return _visit(row, tuple(_person(found) for found in people))

    def rows(self, *, archived: bool = False) -> tuple[VisitRow, ...]:
        """All visits, or all archived ones, the newest first; progress is as ``put_progress`` left it."""
        condition = f"archived_at IS {'NOT ' if archived else ''}NULL"
        with self._store.reading():
            conn = self._store.conn
            people: dict[str, list[Person]] = {}
            for found in conn.execute(f"{_PEOPLE} ORDER BY visit_id, position"):
                people.setdefault(found[0], []).append(_person(found))
            files = dict(conn.execute("SELECT visit_id, count(*) FROM evidence WHERE removed = 0 GROUP BY visit_id"))
            return tuple(
                VisitRow(
                    _visit(row, tuple(people.get(row[0], ()))),
                    Progress(row[-3], max(row[-2], 0)),
                    None if row[-1] is None else Decimal(row[-1]),
                    files.get(row[0], 0),
                )
                for row in conn.execute(f"{_SELECT} WHERE {condition} ORDER BY starts_on DESC, id DESC")
            )

    def state(self, visit_id: str) -> tuple[VisitState, str]:
        """State and instrument of a visit, all that a write needs to know of it. Raises ``NotFound``."""
        with self._store.reading():
            row = self._store.conn.execute(
                "SELECT state, instrument_hash FROM visit WHERE id = ?", (visit_id,)
            ).fetchone()
        if row is None:
            raise _missing(visit_id)
        return VisitState(row[0]), row[1]

    def is_archived(self, visit_id: str) -> bool:
        """Whether the visit was put away."""
        row = self._store.conn.execute("SELECT archived_at FROM visit WHERE id = ?", (visit_id,)).fetchone()
        return row is not None and row[0] is not None

    def insert(self, visit: Visit) -> None:
        """Keep a new visit."""
        names = (*COLUMNS, "updated_at", "expected")
        with self._store.writing():
            entry = self._store.journal.write("visit", visit.id, None, _mapping(visit), visit.id)
            self._store.conn.execute(
                f"INSERT INTO visit ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
                (*_values(visit), entry.at, _STALE),
            )
            self._put_people(visit.id, (), visit.draft.people)

    def update(self, visit: Visit) -> None:
        """Make the row say what ``visit`` says (``updated_at`` apart). The same again writes nothing."""
        with self._store.writing():
            known = self.get(visit.id)
            before, now = _mapping(known), _mapping(visit)
            if before != now:
                entry = self._store.journal.write("visit", visit.id, before, now, visit.id)
                changes = ", ".join(f"{name} = ?" for name in (*COLUMNS, "updated_at", "expected"))
                self._store.conn.execute(
                    f"UPDATE visit SET {changes} WHERE id = ?",  # noqa: S608
                    (*_values(visit), entry.at, _STALE, visit.id),
                )
            self._put_people(visit.id, known.draft.people, visit.draft.people)

    def mark(self, visit_id: str, step: Step) -> Visit:
        """Take ``step``, such as signing; the state is changed when it leads to another one. Raises ``Refused``."""
        with self._store.writing():
            known = self.get(visit_id)
            moved = replace(known, state=after(known.state, step))
            self.update(moved)
            return moved

    def mark_signed(self, visit_id: str) -> Visit:
        """The closed visit has been signed. Raises ``Refused`` when it is not closed."""
        return self.mark(visit_id, Step.SIGN)

    def mark_exported(self, visit_ids: Iterable[str]) -> tuple[Visit, ...]:
        """The signed visits went out in a bundle. Raises ``Refused`` when one may not travel; then none is marked."""
        with self._store.writing():
            return tuple(self.mark(visit_id, Step.EXPORT) for visit_id in visit_ids)

    def set_archived(self, visit_id: str, at: datetime | None) -> None:
        """Put the visit away at ``at``, or bring it back (None). Nothing of it is removed."""
        with self._store.writing():
            self.get(visit_id)
            conn = self._store.conn
            (before,) = conn.execute("SELECT archived_at FROM visit WHERE id = ?", (visit_id,)).fetchone()
            now = None if at is None else at.isoformat()
            if (before is None) == (now is None):
                return
            self._store.journal.write("visit", visit_id, {"archived_at": before}, {"archived_at": now}, visit_id)
            conn.execute("UPDATE visit SET archived_at = ? WHERE id = ?", (now, visit_id))

    def stale(self) -> tuple[str, ...]:
        """The visits whose progress is to be worked out again."""
        with self._store.reading():
            return tuple(row[0] for row in self._store.conn.execute("SELECT id FROM visit WHERE expected < 0"))

    def put_progress(self, visit_id: str, progress: Progress, index: Decimal | None) -> None:
        """Keep what was worked out from the answers, for the list."""
        with self._store.writing():
            self._store.conn.execute(
                "UPDATE visit SET answered = ?, expected = ?, score_index = ? WHERE id = ?",
                (progress.answered, progress.expected, None if index is None else f"{index:f}", visit_id),
            )

    def _put_people(self, visit_id: str, before: tuple[Person, ...], now: tuple[Person, ...]) -> None:
        conn, journal = self._store.conn, self._store.journal
        for position in range(max(len(before), len(now))):
            was = before[position] if position < len(before) else None
            person = now[position] if position < len(now) else None
            if was == person:
                continue
            key = f"{visit_id}/{position}"
            journal.write("person", key, _person_mapping(was, position), _person_mapping(person, position), visit_id)
            conn.execute("DELETE FROM person WHERE visit_id = ? AND position = ?", (visit_id, position))
            if person is not None:
                conn.execute(
                    "INSERT INTO person (visit_id, position, name, nip, title, organisation, role)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (visit_id, position, *astuple(person)),
                )


def touch(store: Store, visit_id: str) -> None:
    """Answers or evidence of the visit changed: its progress is to be worked out again."""
    # Without the condition every answer would write one more page.
    store.conn.execute("UPDATE visit SET expected = ? WHERE id = ? AND expected <> ?", (_STALE, visit_id, _STALE))


def _missing(visit_id: str) -> NotFound:
    return NotFound(N_("The visit {id} is not in this vault."), id=visit_id)


def _values(visit: Visit) -> tuple[Any, ...]:
    draft, previous = visit.draft, visit.draft.previous
    return (
        visit.id, draft.region.code, draft.region.name, draft.region.kind, draft.region.province_code,
        draft.region.province, draft.cycle_year, draft.stage, draft.starts_on.isoformat(), draft.ends_on.isoformat(),
        draft.place, draft.mode.value, draft.instrument_hash, f"{previous.index:f}" if previous else None,
        previous.year if previous else None, previous.source if previous else "", visit.state.value, visit.revision,
        visit.content_hash, visit.parent_hash, visit.created_at.isoformat(),
    )  # fmt: skip


def _mapping(visit: Visit) -> dict[str, Any]:
    return dict(zip(COLUMNS, _values(visit), strict=True))


def _visit(row: tuple[Any, ...], people: tuple[Person, ...]) -> Visit:
    found = dict(zip(COLUMNS, row, strict=False))
    previous = None
    if found["previous_index"] is not None:
        previous = PreviousResult(Decimal(found["previous_index"]), found["previous_year"], found["previous_source"])
    draft = VisitDraft(
        region=Region(*row[1:6]),
        cycle_year=found["cycle_year"],
        stage=found["stage"],
        starts_on=date.fromisoformat(found["starts_on"]),
        ends_on=date.fromisoformat(found["ends_on"]),
        place=found["place"],
        mode=Mode(found["mode"]),
        people=people,
        previous=previous,
        instrument_hash=found["instrument_hash"],
    )
    return Visit(
        id=found["id"],
        draft=draft,
        state=VisitState(found["state"]),
        revision=found["revision"],
        content_hash=found["content_hash"],
        parent_hash=found["parent_hash"],
        created_at=datetime.fromisoformat(found["created_at"]),
        updated_at=datetime.fromisoformat(row[len(COLUMNS)]),
    )


def _person(row: tuple[Any, ...]) -> Person:
    return Person(row[1], row[2], row[3], row[4], Role(row[5]))


def _person_mapping(person: Person | None, position: int) -> dict[str, Any] | None:
    if person is None:
        return None
    return {"position": position, **{name: str(getattr(person, name)) for name in _PERSON}}
