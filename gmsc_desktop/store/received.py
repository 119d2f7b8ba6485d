"""What arrived in bundles: contents, their files and journals, and from whom. Rows are only ever added.

The journal of this vault tells of each row; contents are told by their hash.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.content import Content
from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.domain.exchange import BundleRecord
from gmsc_desktop.domain.lineage import Choice, Link
from gmsc_desktop.store.drafts import DraftOfFile, ReceivedDrafts
from gmsc_desktop.store.rows import add_row
from gmsc_desktop.store.store import Store

_BUNDLE = (
    "sha256, received_at, file_name, size, kind, created_at, sender, sender_name, organisation, device, sequence,"
    " previous, journal_head"
)
_REVISION = (
    "content_hash, visit_id, number, parent_hash, closed_at, region_code, region_name, cycle_year, stage, assessor,"
    " assessor_key, score_index"
)


class ContentFile(Protocol):
    """A frozen content as it travels."""

    @property
    def content(self) -> Content:
        """What it says."""

    @property
    def content_hash(self) -> str:
        """The SHA-256 of its bytes."""


class FileOfContent(Protocol):
    """A file a content names."""

    @property
    def content_hash(self) -> str:
        """The content."""

    @property
    def sha256(self) -> str:
        """The file's bytes."""

    @property
    def kind(self) -> str:
        """``evidence`` or ``document``."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def size(self) -> int:
        """In bytes."""


class Row(Protocol):
    """A row of a visit's journal."""

    @property
    def visit_id(self) -> str:
        """The chain."""

    @property
    def number(self) -> int:
        """Its place in the chain."""

    @property
    def hash(self) -> str:
        """Its own hash."""

    @property
    def previous(self) -> str:
        """The hash of the row before."""

    @property
    def device(self) -> str:
        """Where it was written."""

    @property
    def line(self) -> str:
        """Canonical JSON."""


@dataclass(frozen=True, slots=True)
class ReceivedRevision:
    """One content as it is listed; ``sender`` is the identity whose bundle brought it first."""

    content_hash: str
    visit_id: str
    number: int
    parent_hash: str
    closed_at: datetime
    region_code: str
    region_name: str
    cycle_year: int
    stage: str
    assessor: str
    assessor_key: str
    index: Decimal | None

    @property
    def link(self) -> Link:
        """Its place in the visit's lineage."""
        return Link(self.content_hash, self.parent_hash, self.number)


class ReceivedRepository:
    """What arrived in one vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # adding, inside the caller's transaction

    def add_bundle(self, record: BundleRecord) -> None:
        """Keep that the bundle arrived; a second time does nothing."""
        values = {**_fields(record), "received_at": record.received_at.isoformat()}
        add_row(self._store, "bundle_in", values, record.sha256)

    def add_revision(self, visit: ContentFile, data: bytes, bundle: str) -> None:
        """Keep a frozen content and which bundle it came in."""
        content, draft = visit.content, visit.content.draft
        values = {
            "content_hash": visit.content_hash,
            "visit_id": content.visit_id,
            "number": content.revision,
            "parent_hash": content.parent_hash,
            "closed_at": content.closed_at.isoformat(),
            "region_code": draft.region.code,
            "region_name": draft.region.name,
            "cycle_year": draft.cycle_year,
            "stage": draft.stage,
            "assessor": content.assessor.name,
            "assessor_key": content.assessor.key,
            "score_index": None if content.scores.index is None else f"{content.scores.index:f}",
            "received_at": self._store.clock.now().isoformat(),
        }
        add_row(self._store, "received_revision", values, visit.content_hash, content=data)
        origin = {"content_hash": visit.content_hash, "bundle": bundle}
        add_row(self._store, "received_from", origin, f"{visit.content_hash}/{bundle}")

    def add_file(self, file: FileOfContent) -> None:
        """Keep which file belongs to which content."""
        values = {
            "content_hash": file.content_hash,
            "sha256": file.sha256,
            "kind": file.kind,
            "name": file.name,
            "size": file.size,
        }
        add_row(self._store, "received_file", values, f"{file.content_hash}/{file.sha256}/{file.kind}")

    def add_draft(self, file: DraftOfFile, data: bytes, bundle: str) -> None:
        """Keep a draft with the files it names, and which bundle it came in."""
        ReceivedDrafts(self._store).add(file, data, bundle)

    def add_journal(self, line: Row) -> None:
        """Keep a row of a visit's journal; the vault's own journal does not tell it once more."""
        self._store.conn.execute(
            "INSERT INTO received_journal (visit_id, hash, number, previous, device, line) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (line.visit_id, line.hash, line.number, line.previous, line.device, line.line),
        )

    def decide(self, visit_id: str, chosen: str, heads: tuple[str, ...], reason: str) -> None:
        """Keep a person's decision between contents; it never replaces an earlier one."""
        row = {
            "id": self._store.ids.uuid7(),
            "visit_id": visit_id,
            "chosen": chosen,
            "heads": canonical_bytes(sorted(heads)).decode(),
            "reason": reason,
            "who": self._store.journal.who,
            "at": self._store.clock.now().isoformat(),
        }
        with self._store.writing():
            add_row(self._store, "conflict_decision", row, row["id"])

    # reading

    def has_bundle(self, sha256: str) -> bool:
        """Whether this very file was taken in."""
        return self._one("SELECT 1 FROM bundle_in WHERE sha256 = ?", sha256) is not None

    def bundles(self) -> tuple[BundleRecord, ...]:
        """Every bundle taken in, the newest first."""
        rows = self._all(f"SELECT {_BUNDLE} FROM bundle_in ORDER BY received_at DESC, sha256")  # noqa: S608
        return tuple(BundleRecord(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows)

    def of_size(self, size: int) -> tuple[BundleRecord, ...]:
        """The bundles taken in whose file has that many bytes."""
        rows = self._all(f"SELECT {_BUNDLE} FROM bundle_in WHERE size = ?", size)  # noqa: S608
        return tuple(BundleRecord(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows)

    def sequences(self, device: str) -> dict[int, frozenset[str]]:
        """The bundles of a device that are counted: file hashes by number."""
        found: dict[int, frozenset[str]] = {}
        query = "SELECT sequence, sha256 FROM bundle_in WHERE device = ? AND sequence > 0"
        for number, sha256 in self._all(query, device):
            found[number] = found.get(number, frozenset()) | {sha256}
        return found

    def other_devices(self, sender: str, device: str) -> tuple[str, ...]:
        """Further devices bundles signed with the key ``sender`` came from."""
        query = "SELECT DISTINCT device FROM bundle_in WHERE sender = ? AND device <> ? ORDER BY device"
        return tuple(row[0] for row in self._all(query, sender, device))

    def devices(self) -> tuple[tuple[str, str], ...]:
        """Every device bundles came from and who sent the newest one."""
        rows = self._all("SELECT device, sender_name FROM bundle_in ORDER BY sequence, received_at")
        return tuple(sorted(dict(rows).items()))

    def revisions(self, visit_id: str | None = None) -> tuple[ReceivedRevision, ...]:
        """The contents of a visit, or of all."""
        where, values = ("", ()) if visit_id is None else (" WHERE visit_id = ?", (visit_id,))
        query = f"SELECT {_REVISION} FROM received_revision{where}"  # noqa: S608
        return tuple(_revision(row) for row in self._all(f"{query} ORDER BY visit_id, number, content_hash", *values))

    def content(self, content_hash: str) -> bytes:
        """The canonical JSON with this hash. Raises ``NotFound``."""
        row = self._one("SELECT content FROM received_revision WHERE content_hash = ?", content_hash)
        if row is None:
            raise NotFound(N_("No content with the hash {hash} is in this vault."), hash=content_hash)
        return bytes(row[0])

    def files(self, content_hash: str) -> tuple[tuple[str, str, str, int], ...]:
        """SHA-256, kind, name and size of the files of a content."""
        query = "SELECT sha256, kind, name, size FROM received_file WHERE content_hash = ? ORDER BY kind, name, sha256"
        return tuple(self._all(query, content_hash))

    def sources(self, content_hash: str) -> tuple[BundleRecord, ...]:
        """The bundles a content came in."""
        query = (
            f"SELECT {_BUNDLE} FROM bundle_in WHERE sha256 IN"  # noqa: S608
            " (SELECT bundle FROM received_from WHERE content_hash = ?) ORDER BY device, sequence, sha256"
        )
        rows = self._all(query, content_hash)
        return tuple(BundleRecord(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows)

    def journal(self, visit_id: str) -> dict[int, frozenset[str]]:
        """The rows of a visit's journal: hashes by number."""
        found: dict[int, frozenset[str]] = {}
        for number, digest in self._all("SELECT number, hash FROM received_journal WHERE visit_id = ?", visit_id):
            found[number] = found.get(number, frozenset()) | {digest}
        return found

    def choices(self, visit_id: str) -> tuple[Choice, ...]:
        """What was decided on a visit, the oldest first."""
        query = "SELECT chosen, heads FROM conflict_decision WHERE visit_id = ? ORDER BY at, id"
        return tuple(Choice(chosen, frozenset(json.loads(heads))) for chosen, heads in self._all(query, visit_id))

    def state(self) -> bytes:
        """Everything that arrived as canonical JSON, but for when and under which file names: two offices that took
        in the same bundles say the same, byte for byte, whatever the order."""
        document = {
            "bundles": [list(row) for row in self._all("SELECT sha256, kind, sender, device, sequence FROM bundle_in ORDER BY sha256")],  # noqa: E501
            "revisions": [list(row) for row in self._all(f"SELECT {_REVISION} FROM received_revision ORDER BY content_hash")],  # noqa: S608, E501
            "from": [list(row) for row in self._all("SELECT content_hash, bundle FROM received_from ORDER BY 1, 2")],
            "files": [list(row) for row in self._all("SELECT content_hash, sha256, kind, size FROM received_file ORDER BY 1, 2, 3")],  # noqa: E501
            "drafts": [list(row) for row in self._all("SELECT draft_hash, visit_id, device, number FROM received_draft ORDER BY draft_hash")],  # noqa: E501
            "drafts_from": [list(row) for row in self._all("SELECT draft_hash, bundle FROM received_draft_from ORDER BY 1, 2")],  # noqa: E501
            "journal": [list(row) for row in self._all("SELECT visit_id, number, hash, line FROM received_journal ORDER BY 1, 2, 3")],  # noqa: E501
        }  # fmt: skip
        return canonical_bytes(document)

    def _all(self, query: str, *values: object) -> list[Any]:
        with self._store.reading():
            return list(self._store.conn.execute(query, values).fetchall())

    def _one(self, query: str, *values: object) -> Any:
        with self._store.reading():
            return self._store.conn.execute(query, values).fetchone()


def _fields(record: BundleRecord) -> dict[str, Any]:
    return dict(zip(_BUNDLE.replace("\n", "").split(", "), astuple(record), strict=True))


def _revision(row: tuple[Any, ...]) -> ReceivedRevision:
    values = dict(zip(_REVISION.split(", "), row, strict=True))
    index = values.pop("score_index")
    closed_at = datetime.fromisoformat(values.pop("closed_at"))
    return ReceivedRevision(**values, closed_at=closed_at, index=None if index is None else Decimal(index))
