"""The bundles written: what went where, and the sequence that tells the office whether one is missing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.domain.exports import ExportedVisit, ExportRecord
from gmsc_desktop.store.journal import VAULT_CHAIN
from gmsc_desktop.store.store import Store

_COLUMNS = "id, created_at, folder, file_name, sha256, size, sequence"
_SELECT = f"SELECT {_COLUMNS} FROM export"  # noqa: S608
_ITEMS = "SELECT export_id, visit_id, region_name, content_hash FROM export_item"


FORMER = "former_devices"
"""Name of the setting that lists the laptops this vault was on before it was put back elsewhere."""


BEGUN = "exports_begun"
"""Name of the setting that lists the bundles whose writing was begun and of which it is not known how it ended."""


@dataclass(frozen=True, slots=True)
class FormerDevice:
    """A laptop this vault was on: its id, the rows of ``export`` written up to then, and when it was left."""

    device: str
    exports: int
    until: str


def former_devices(store: Store) -> tuple[FormerDevice, ...]:
    """The laptops this vault was on before, the oldest first."""
    found = json.loads(store.settings.get(FORMER, "[]"))
    return tuple(FormerDevice(told["device"], told["exports"], told["until"]) for told in found)


def own_devices(store: Store) -> frozenset[str]:
    """The id of this laptop, and of those the vault was on before."""
    return frozenset({store.journal.device, *(former.device for former in former_devices(store))})


class ExportRepository:
    """The history of exports of one vault; records are only ever added.

    The rows count on for ever; the number a bundle bears counts the bundles of its device, so each laptop the vault
    was put back on begins at 1.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def next_sequence(self) -> int:
        """The number of this device's next bundle; the first is 1. One that may lie on a stick that is gone is not
        given to another."""
        taken = max((record.sequence for record, _kind in self.begun()), default=0)
        return max(self.rows() + 1 - self._begin(), taken + 1)

    def rows(self) -> int:
        """How many bundles were written on this and every former device."""
        with self._store.reading():
            (newest,) = self._store.conn.execute("SELECT max(sequence) FROM export").fetchone()
        return int(newest or 0)

    def _begin(self) -> int:
        """After how many rows this device's own begin."""
        return max((former.exports for former in former_devices(self._store)), default=0)

    def begin(self, record: ExportRecord, kind: str = "visits") -> None:
        """The bundle is about to be written; hash and size are not known yet."""
        self._keep((*self.begun(), (record, kind)))

    def begun(self) -> tuple[tuple[ExportRecord, str], ...]:
        """The bundles, with their kinds, of which it is not known whether they came to be."""
        return tuple(_begun(told) for told in json.loads(self._store.settings.get(BEGUN) or "[]"))

    def forget(self, record_id: str) -> None:
        """It is known now what became of it."""
        if any(record.id == record_id for record, _kind in self.begun()):
            self._keep(tuple(found for found in self.begun() if found[0].id != record_id))

    def _keep(self, found: tuple[tuple[ExportRecord, str], ...]) -> None:
        told = [
            {
                "id": record.id,
                "created_at": record.created_at.isoformat(),
                "folder": record.folder,
                "file_name": record.file_name,
                "sequence": record.sequence,
                "kind": kind,
                "visits": [[v.visit_id, v.region_name, v.content_hash] for v in record.visits],
            }
            for record, kind in found
        ]
        self._store.settings.set(BEGUN, canonical_bytes(told).decode() if told else "")

    def add(self, record: ExportRecord, kind: str = "visits") -> None:
        """Keep the record of a bundle that lies whole in its folder."""
        conn, journal = self._store.conn, self._store.journal
        values = {
            "id": record.id,
            "created_at": record.created_at.isoformat(),
            "folder": record.folder,
            "file_name": record.file_name,
            "sha256": record.sha256,
            "size": record.size,
            "sequence": record.sequence + self._begin(),
        }
        with self._store.writing():
            self.forget(record.id)
            journal.write("export", record.id, None, {**values, "kind": kind}, VAULT_CHAIN)
            conn.execute(
                f"INSERT INTO export ({_COLUMNS}, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                (*values.values(), kind),
            )
            for visit in record.visits:
                item = {
                    "export_id": record.id,
                    "visit_id": visit.visit_id,
                    "region_name": visit.region_name,
                    "content_hash": visit.content_hash,
                }
                journal.write("export_item", record.id, None, item, visit.visit_id)
                conn.execute(
                    "INSERT INTO export_item (export_id, visit_id, region_name, content_hash) VALUES (?, ?, ?, ?)",
                    tuple(item.values()),
                )

    def history(self, visit_id: str | None = None) -> tuple[ExportRecord, ...]:
        """All bundles, or those a visit went out in; the newest first."""
        where = "" if visit_id is None else " WHERE id IN (SELECT export_id FROM export_item WHERE visit_id = ?)"
        begins = [former.exports for former in former_devices(self._store)]
        with self._store.reading():
            conn = self._store.conn
            items: dict[str, list[ExportedVisit]] = {}
            for export_id, *item in conn.execute(f"{_ITEMS} ORDER BY export_id, visit_id"):
                items.setdefault(export_id, []).append(ExportedVisit(*item))
            drafts = dict(conn.execute("SELECT export_id, count(*) FROM sent_draft GROUP BY export_id"))
            rows = conn.execute(f"{_SELECT}{where} ORDER BY sequence DESC", () if visit_id is None else (visit_id,))
            return tuple(_record(row, items.get(row[0], []), begins, drafts.get(row[0], 0)) for row in rows)

    def of_size(self, size: int) -> dict[str, str]:
        """The bundles written whose file has that many bytes: kind by SHA-256."""
        with self._store.reading():
            rows = self._store.conn.execute("SELECT sha256, kind FROM export WHERE size = ?", (size,))
            return dict(rows.fetchall())

    def get(self, export_id: str) -> ExportRecord:
        """The record with this id. Raises ``NotFound``."""
        found = next((record for record in self.history() if record.id == export_id), None)
        if found is None:
            raise NotFound(N_("The export {id} is not in this vault."), id=export_id)
        return found

    def newest(self) -> ExportRecord | None:
        """The last bundle this device wrote, whose hash the next one names."""
        return next(iter(self.history()), None) if self.rows() > self._begin() else None


def _begun(told: dict[str, Any]) -> tuple[ExportRecord, str]:
    visits = tuple(ExportedVisit(*visit) for visit in told["visits"])
    at = datetime.fromisoformat(told["created_at"])
    record = ExportRecord(told["id"], at, told["folder"], told["file_name"], "", 0, told["sequence"], visits)
    return record, told["kind"]


def _record(row: tuple[Any, ...], visits: list[ExportedVisit], begins: list[int], drafts: int) -> ExportRecord:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    values["sequence"] -= max((begin for begin in begins if begin < values["sequence"]), default=0)
    return ExportRecord(**{**values, "created_at": datetime.fromisoformat(row[1])}, visits=tuple(visits), drafts=drafts)
