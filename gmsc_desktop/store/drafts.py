"""Drafts that travel: those this laptop sent, and those that arrived at the office. Rows are only ever added."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gmsc_desktop.domain.drafts import Draft, DraftLink
from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.store.rows import add_row, put_row
from gmsc_desktop.store.store import Store

_RECEIVED = (
    "draft_hash, visit_id, device, number, journal_hash, saved_at, region_code, region_name, cycle_year, stage,"
    " assessor, assessor_key, received_at"
)


class DraftOfFile(Protocol):
    """A draft as it travels."""

    @property
    def draft(self) -> Draft:
        """What it says."""

    @property
    def draft_hash(self) -> str:
        """The SHA-256 of its bytes."""


@dataclass(frozen=True, slots=True)
class SentDraft:
    """A draft that went out: its hash, and the newest row of the visit's journal then."""

    visit_id: str
    draft_hash: str
    export_id: str
    number: int
    journal_hash: str
    saved_at: str


@dataclass(frozen=True, slots=True)
class ReceivedDraft:
    """A draft as the office lists it."""

    draft_hash: str
    visit_id: str
    device: str
    number: int
    journal_hash: str
    saved_at: datetime
    region_code: str
    region_name: str
    cycle_year: int
    stage: str
    assessor: str
    assessor_key: str
    received_at: datetime


class SentDrafts:
    """What one laptop sent as drafts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, sent: SentDraft) -> None:
        """Keep that a draft went out."""
        row = {name: getattr(sent, name) for name in SentDraft.__dataclass_fields__}
        put_row(self._store, "sent_draft", ("visit_id", "draft_hash", "export_id"), row)

    def list(self) -> tuple[SentDraft, ...]:
        """Every draft that went out, the oldest first of each visit."""
        names = ", ".join(SentDraft.__dataclass_fields__)
        with self._store.reading():
            rows = self._store.conn.execute(f"SELECT {names} FROM sent_draft ORDER BY visit_id, number, draft_hash")  # noqa: S608
            return tuple(SentDraft(*row) for row in rows)


class ReceivedDrafts:
    """The drafts that arrived at one office."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, file: DraftOfFile, data: bytes, bundle: str) -> None:
        """Keep a draft, the files it names and which bundle it came in; inside the caller's transaction."""
        draft, content = file.draft, file.draft.content
        region = content.draft.region
        values = {
            "draft_hash": file.draft_hash,
            "visit_id": content.visit_id,
            "device": draft.device,
            "number": draft.number,
            "journal_hash": draft.journal_hash,
            "saved_at": draft.saved_at.isoformat(),
            "region_code": region.code,
            "region_name": region.name,
            "cycle_year": content.draft.cycle_year,
            "stage": content.draft.stage,
            "assessor": content.assessor.name,
            "assessor_key": content.assessor.key,
            "received_at": self._store.clock.now().isoformat(),
        }
        add_row(self._store, "received_draft", values, file.draft_hash, content=data)
        origin = {"draft_hash": file.draft_hash, "bundle": bundle}
        add_row(self._store, "received_draft_from", origin, f"{file.draft_hash}/{bundle}")
        for found in content.evidence:
            named = {"draft_hash": file.draft_hash, "sha256": found.sha256, "name": found.name, "size": found.size}
            add_row(self._store, "received_draft_file", named, f"{file.draft_hash}/{found.sha256}")

    def list(self, visit_id: str | None = None) -> tuple[ReceivedDraft, ...]:
        """The drafts of a visit, or of all."""
        where, values = ("", ()) if visit_id is None else (" WHERE visit_id = ?", (visit_id,))
        with self._store.reading():
            query = f"SELECT {_RECEIVED} FROM received_draft{where} ORDER BY visit_id, number, draft_hash"  # noqa: S608
            return tuple(_received(row) for row in self._store.conn.execute(query, values))

    def content(self, draft_hash: str) -> bytes:
        """The canonical JSON of a draft. Raises ``NotFound``."""
        with self._store.reading():
            query = "SELECT content FROM received_draft WHERE draft_hash = ?"
            row = self._store.conn.execute(query, (draft_hash,)).fetchone()
        if row is None:
            raise NotFound(N_("No draft with the hash {hash} is in this vault."), hash=draft_hash)
        return bytes(row[0])

    def link(self, draft: ReceivedDraft) -> DraftLink:
        """Its place among the drafts of its visit."""
        closes = json.loads(self.content(draft.draft_hash)).get("closes") or ""
        return DraftLink(
            draft.draft_hash, draft.device, draft.number, draft.journal_hash, draft.saved_at.isoformat(), closes
        )

    def rows(self, visit_id: str) -> tuple[dict[str, str], dict[str, str]]:
        """Of the visit's journal as far as it arrived: for each row the one before, and the row at which each content
        that is here was frozen."""
        previous: dict[str, str] = {}
        closings: dict[str, str] = {}
        with self._store.reading():
            conn = self._store.conn
            query = "SELECT content_hash FROM received_revision WHERE visit_id = ?"
            here = {row[0] for row in conn.execute(query, (visit_id,))}
            query = "SELECT hash, previous, line FROM received_journal WHERE visit_id = ?"
            for digest, before, line in conn.execute(query, (visit_id,)):
                previous[digest] = before
                if '"tbl":"revision"' in line:
                    content = json.loads(json.loads(line)["after"] or "{}").get("content_hash", "")
                    if content in here:
                        closings[content] = digest
        return previous, {**dict.fromkeys(here, ""), **closings}

    def sources(self, draft_hash: str) -> tuple[tuple[str, str, str], ...]:
        """The bundles a draft came in: hash of the file, device, when it arrived; the earliest first."""
        query = (
            "SELECT sha256, device, received_at FROM bundle_in WHERE sha256 IN"
            " (SELECT bundle FROM received_draft_from WHERE draft_hash = ?) ORDER BY received_at, sha256"
        )
        with self._store.reading():
            return tuple(self._store.conn.execute(query, (draft_hash,)).fetchall())


def _received(row: tuple[Any, ...]) -> ReceivedDraft:
    values = dict(zip(_RECEIVED.replace("\n", "").split(", "), row, strict=True))
    values["saved_at"] = datetime.fromisoformat(values["saved_at"])
    values["received_at"] = datetime.fromisoformat(values["received_at"])
    return ReceivedDraft(**values)
