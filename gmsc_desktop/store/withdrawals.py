"""Papers that no longer hold, by the lists of offices. A row may be told anew by a later list; none is ever removed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gmsc_desktop.domain.withdrawals import GonePaper, HeldList, Listed, PaperList, PaperStanding
from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.store import Store

_COLUMNS = "office, content_hash, organisation, list_at, kind, standing, since, reason, who, label, successor"


class WithdrawalRepository:
    """The lists one vault holds."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, told: PaperList) -> bool:
        """Keep what a list says. Says whether anything is news.

        Of two lists of one office the later counts for a paper both name; what a list leaves out it says nothing of.
        So the order in which lists come makes no difference, and an older one takes nothing back.
        """
        with self._store.writing():
            return any([*(self._put(told, paper) for paper in told.papers), self._note(told)])

    def listed(self, content_hash: str | None = None) -> tuple[Listed, ...]:
        """Every paper the lists name, or what they say of one content."""
        where, values = ("", ()) if content_hash is None else (" WHERE content_hash = ?", (content_hash,))
        with self._store.reading():
            query = f"SELECT {_COLUMNS} FROM gone_paper{where} ORDER BY office, content_hash"  # noqa: S608
            rows = self._store.conn.execute(query, values).fetchall()
        return tuple(_listed(row) for row in rows)

    def lists(self) -> tuple[HeldList, ...]:
        """The newest list of every office, by the office's name."""
        with self._store.reading():
            rows = self._store.conn.execute(
                "SELECT office, organisation, issued_at,"
                " (SELECT count(*) FROM gone_paper WHERE gone_paper.office = gone_paper_list.office)"
                " FROM gone_paper_list ORDER BY organisation, office"
            ).fetchall()
        return tuple(HeldList(row[0], row[1], datetime.fromisoformat(row[2]), row[3]) for row in rows)

    def _put(self, told: PaperList, paper: GonePaper) -> bool:
        at = _stamp(told.issued_at)
        known = self._store.conn.execute(
            "SELECT list_at FROM gone_paper WHERE office = ? AND content_hash = ?", (told.office, paper.content_hash)
        ).fetchone()
        if known is not None and known[0] >= at:
            return False
        row = {
            "office": told.office,
            "content_hash": paper.content_hash,
            "organisation": told.organisation,
            "list_at": at,
            "kind": paper.kind,
            "standing": paper.standing.value,
            "since": _stamp(paper.since),
            "reason": paper.reason,
            "who": paper.who,
            "label": paper.label,
            "successor": paper.successor,
        }
        return put_row(self._store, "gone_paper", ("office", "content_hash"), row)

    def _note(self, told: PaperList) -> bool:
        at = _stamp(told.issued_at)
        known = self._store.conn.execute(
            "SELECT issued_at FROM gone_paper_list WHERE office = ?", (told.office,)
        ).fetchone()
        if known is not None and known[0] >= at:
            return False
        row = {
            "office": told.office,
            "organisation": told.organisation,
            "issued_at": at,
            "received_at": _stamp(self._store.clock.now()),
        }
        return put_row(self._store, "gone_paper_list", ("office",), row)


def _stamp(moment: datetime) -> str:
    """A moment as text that sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _listed(row: tuple[Any, ...]) -> Listed:
    office, content_hash, organisation, at, kind, standing, since, reason, who, label, successor = row
    paper = GonePaper(
        content_hash, kind, PaperStanding(standing), datetime.fromisoformat(since), reason, who, label, successor
    )
    return Listed(paper, office, organisation, datetime.fromisoformat(at))
