"""The seals of awards: the text of the QR under which the office vouches for an award, and the content it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.store import Store

_COLUMNS = "award_id, seal, office, issued_at, visit_id, content_hash"


@dataclass(frozen=True, slots=True)
class AwardSeal:
    """What the office said of an award: ``seal`` is the text of its QR, ``office`` the key that signed it; ``visit_id``
    and ``content_hash`` are empty when it rests on no visit this vault knows."""

    award_id: str
    seal: str
    office: str
    issued_at: datetime
    visit_id: str = ""
    content_hash: str = ""


class SealRepository:
    """The seals in one vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, seal: AwardSeal) -> bool:
        """Keep a seal, the newest word on its award. Says whether anything changed."""
        row = {name: getattr(seal, name) for name in _COLUMNS.split(", ")}
        return put_row(self._store, "award_seal", ("award_id",), {**row, "issued_at": seal.issued_at.isoformat()})

    def get(self, award_id: str) -> AwardSeal | None:
        """The seal of an award, None when it has none."""
        return next((seal for seal in self.list() if seal.award_id == award_id), None)

    def list(self) -> tuple[AwardSeal, ...]:
        """Every seal."""
        with self._store.reading():
            rows = self._store.conn.execute(f"SELECT {_COLUMNS} FROM award_seal ORDER BY award_id")  # noqa: S608
            return tuple(
                AwardSeal(award, seal, office, datetime.fromisoformat(at), visit, content)
                for award, seal, office, at, visit, content in rows
            )

    def decided_at(self, content_hash: str) -> datetime | None:
        """When the office decided an award on this content, None when it did not."""
        return self.decided().get(content_hash)

    def decided(self) -> dict[str, datetime]:
        """The contents awards were decided on, and when."""
        found: dict[str, datetime] = {}
        for seal in self.list():
            if seal.content_hash:
                found[seal.content_hash] = max(seal.issued_at, found.get(seal.content_hash, seal.issued_at))
        return found
