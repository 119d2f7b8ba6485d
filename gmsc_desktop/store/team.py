"""What the laptops of a team said of a visit: kept for ever, only added to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gmsc_desktop.domain.merging import Author, Word
from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.store import Store

IN, OUT = "in", "out"
_WORD = "id, device, key, name, place, value, said_over, clock, at, reason, takes_back"


class PartOf(Protocol):
    """What is kept of a part."""

    @property
    def visit_id(self) -> str:
        """The visit it is about."""
        ...

    @property
    def author(self) -> Author:
        """Who says it."""
        ...

    @property
    def number(self) -> int:
        """Its number on that laptop."""
        ...

    @property
    def words(self) -> tuple[Word, ...]:
        """What is said."""
        ...


class SignedPartOf(Protocol):
    """A part as it travels."""

    @property
    def part(self) -> PartOf:
        """What it says."""
        ...

    @property
    def sha256(self) -> str:
        """Its hash."""
        ...

    @property
    def data(self) -> bytes:
        """Its bytes."""
        ...

    @property
    def signature(self) -> bytes:
        """CMS, DER."""
        ...


@dataclass(frozen=True, slots=True)
class KeptPart:
    """A part as it is kept: canonical JSON under its SHA-256, and its signature."""

    sha256: str
    device: str
    number: int
    signer: str
    data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class TeamBundle:
    """A team bundle that came or went: ``way`` is ``in`` or ``out``; ``name`` and ``key`` are the sender's."""

    sha256: str
    visit_id: str
    at: datetime
    way: str
    name: str
    key: str
    folder: str
    file_name: str
    size: int


class TeamRepository:
    """The shared visits of one vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(self, visit_id: str, lead: str) -> None:
        """The visit is shared from now on; ``lead`` is the identity of the ketua."""
        at = self._store.clock.now().isoformat()
        put_row(self._store, "team", ("visit_id",), {"visit_id": visit_id, "lead": lead, "started_at": at})

    def lead(self, visit_id: str) -> str:
        """The identity of the ketua; empty when the visit is not shared."""
        found = self._all("SELECT lead FROM team WHERE visit_id = ?", visit_id)
        return str(found[0][0]) if found else ""

    def visits(self) -> tuple[str, ...]:
        """The visits that are shared."""
        return tuple(row[0] for row in self._all("SELECT visit_id FROM team ORDER BY visit_id"))

    def words(self, visit_id: str) -> tuple[Word, ...]:
        """Everything that was said of a visit."""
        rows = self._all(f"SELECT {_WORD} FROM team_word WHERE visit_id = ? ORDER BY id", visit_id)  # noqa: S608
        return tuple(_word(row) for row in rows)

    def add_words(self, visit_id: str, words: Iterable[Word]) -> int:
        """Keep what was said, inside the caller's transaction; what is there already stays. How many were new."""
        added = 0
        for word in words:
            author = word.author
            row = (
                word.id, visit_id, author.device, author.key, author.name, word.place, word.value, " ".join(word.over),
                word.clock, word.at, word.reason, word.takes_back,
            )  # fmt: skip
            added += self._store.conn.execute(
                "INSERT INTO team_word (id, visit_id, device, key, name, place, value, said_over, clock, at, reason,"
                " takes_back) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                row,
            ).rowcount
        return added

    def add_part(self, signed: SignedPartOf) -> bool:
        """Keep a part with all it says, inside the caller's transaction. Says whether it was new."""
        part = signed.part
        new = self._store.conn.execute(
            "INSERT INTO team_part (sha256, visit_id, device, number, signer, part, signature)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (signed.sha256, part.visit_id, part.author.device, part.number, part.author.key, signed.data,
             signed.signature),
        ).rowcount  # fmt: skip
        if new:
            told = {"sha256": signed.sha256, "device": part.author.device, "number": part.number}
            self._store.journal.write("team_part", signed.sha256, None, told, part.visit_id)
            self.add_words(part.visit_id, part.words)
        return bool(new)

    def parts(self, visit_id: str) -> tuple[KeptPart, ...]:
        """Every part of a visit, by laptop and number."""
        rows = self._all(
            "SELECT sha256, device, number, signer, part, signature FROM team_part WHERE visit_id = ?"
            " ORDER BY device, number, sha256",
            visit_id,
        )
        return tuple(KeptPart(row[0], row[1], row[2], row[3], bytes(row[4]), bytes(row[5])) for row in rows)

    def accept_key(self, visit_id: str, key: str, name: str) -> None:
        """The person compared this key and takes what it signs."""
        row = {"visit_id": visit_id, "key": key, "name": name, "at": self._store.clock.now().isoformat()}
        if key not in self.accepted():
            put_row(self._store, "team_key", ("visit_id", "key"), row)

    def accepted(self) -> frozenset[str]:
        """The keys that were compared here, for whichever visit: whoever was compared once is known."""
        return frozenset(row[0] for row in self._all("SELECT key FROM team_key"))

    def add_bundle(self, bundle: TeamBundle) -> None:
        """Keep that a team bundle came or went."""
        names = ("sha256", "visit_id", "way", "name", "key", "folder", "file_name", "size")
        row = {name: getattr(bundle, name) for name in names}
        put_row(self._store, "team_bundle", ("sha256", "visit_id"), {**row, "at": bundle.at.isoformat()})

    def bundles(self, visit_id: str | None = None) -> tuple[TeamBundle, ...]:
        """The team bundles of a visit, or of all, the newest first."""
        where, values = ("", ()) if visit_id is None else (" WHERE visit_id = ?", (visit_id,))
        query = "SELECT sha256, visit_id, at, way, name, key, folder, file_name, size FROM team_bundle"
        rows = self._all(f"{query}{where} ORDER BY at DESC, sha256", *values)
        return tuple(TeamBundle(row[0], row[1], datetime.fromisoformat(row[2]), *row[3:]) for row in rows)

    def journals(self, visit_id: str) -> tuple[tuple[str, bytes], ...]:
        """The journal of the visit on the other laptops, as far as it came: device and JSON Lines."""
        lines: dict[str, list[str]] = {}
        rows = self._all(
            "SELECT device, line FROM received_journal WHERE visit_id = ? ORDER BY device, number, hash", visit_id
        )
        for device, line in rows:
            lines.setdefault(device, []).append(line)
        return tuple((device, "".join(f"{line}\n" for line in found).encode()) for device, found in lines.items())

    def _all(self, query: str, *values: object) -> list[Any]:
        with self._store.reading():
            return list(self._store.conn.execute(query, values).fetchall())


def _word(row: tuple[Any, ...]) -> Word:
    return Word(row[0], Author(*row[1:4]), row[4], row[5], tuple(row[6].split()), *row[7:])
