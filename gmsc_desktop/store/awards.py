"""The register of awards, and which certificates were printed of them when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from gmsc_desktop.domain.awards import (
    Award,
    AwardRow,
    CertificatePrint,
    Withdrawal,
    signatories_document,
    signatories_of,
)
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import N_, NotFound, Refused
from gmsc_desktop.domain.region import Region
from gmsc_desktop.store.journal import VAULT_CHAIN
from gmsc_desktop.store.store import Store

_COLUMNS = (
    "id", "register_number", "region_code", "region_name", "region_kind", "province_code", "province", "category",
    "year", "decision", "place", "day", "signatories",
)  # fmt: skip
_WITHDRAWN = "award_withdrawn:"
"""Before the award's id, the name of the setting that tells of its withdrawal."""
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM award"  # noqa: S608
_PRINTS = "SELECT id, award_id, number, batch, file_name, sha256, printed_at FROM certificate_print"


class AwardRepository:
    """The awards of one vault. One that was printed stays as it was printed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, award: Award) -> None:
        """Keep a new award, or a changed one. Raises ``Refused`` when its register number is another's, or when a
        certificate of it was printed."""
        store = self._store
        self._refuse_taken(award)
        before = self._values(award.id)
        after = _values(award)
        if before == after:
            return
        if before is not None and self.prints(award.id):
            raise Refused(
                N_("A certificate of award {number} was printed, so the award cannot be changed any more."),
                kept=N_("Nothing was changed."),
                cure=N_("Register a new award with a number of its own."),
                number=before["register_number"],
            )
        now = store.clock.now().isoformat()
        with store.writing():
            if before is None:
                row = {**after, "created_at": now, "updated_at": now}
                store.journal.write("award", award.id, None, row, VAULT_CHAIN)
                marks = ", ".join("?" * len(row))
                store.conn.execute(
                    f"INSERT INTO award ({', '.join(row)}) VALUES ({marks})",  # noqa: S608
                    tuple(row.values()),
                )
            else:
                store.journal.write("award", award.id, before, after, VAULT_CHAIN)
                changes = ", ".join(f"{name} = ?" for name in after)
                store.conn.execute(
                    f"UPDATE award SET {changes}, updated_at = ? WHERE id = ?",  # noqa: S608
                    (*after.values(), now, award.id),
                )

    def get(self, award_id: str) -> Award:
        """The award with this id. Raises ``NotFound``."""
        with self._store.reading():
            row = self._store.conn.execute(f"{_SELECT} WHERE id = ?", (award_id,)).fetchone()
        if row is None:
            raise NotFound(N_("The award {id} is not in this vault."), id=award_id)
        return _award(row)

    def list(self) -> tuple[AwardRow, ...]:
        """The register: newest year first, then by register number; each with how often it was printed."""
        with self._store.reading():
            conn = self._store.conn
            printed = {
                award_id: (int(count), datetime.fromisoformat(last))
                for award_id, count, last in conn.execute(
                    "SELECT award_id, count(*), max(printed_at) FROM certificate_print GROUP BY award_id"
                )
            }
            rows = conn.execute(f"{_SELECT} ORDER BY year DESC, register_number, id").fetchall()
        gone = {award_id: found.reason for award_id, found in self.withdrawals().items()}
        never: tuple[int, datetime | None] = (0, None)
        return tuple(AwardRow(_award(row), *printed.get(row[0], never), gone.get(row[0], "")) for row in rows)

    def withdraw(self, award_id: str, reason: str) -> None:
        """Keep that the award was withdrawn now."""
        told = {"at": self._store.clock.now().isoformat(), "reason": reason}
        self._store.settings.set(_WITHDRAWN + award_id, canonical_bytes(told).decode())

    def withdrawals(self) -> dict[str, Withdrawal]:
        """What was withdrawn, by the award's id."""
        with self._store.reading():
            rows = self._store.conn.execute(
                "SELECT key, value FROM setting WHERE substr(key, 1, ?) = ?", (len(_WITHDRAWN), _WITHDRAWN)
            ).fetchall()
        found = {key.removeprefix(_WITHDRAWN): json.loads(value) for key, value in rows}
        return {
            award_id: Withdrawal(datetime.fromisoformat(told["at"]), told["reason"]) for award_id, told in found.items()
        }

    def prints(self, award_id: str | None = None) -> tuple[CertificatePrint, ...]:
        """Every printing, or those of one award; the newest first."""
        where, values = ("", ()) if award_id is None else (" WHERE award_id = ?", (award_id,))
        with self._store.reading():
            rows = self._store.conn.execute(f"{_PRINTS}{where} ORDER BY printed_at DESC, id DESC", values).fetchall()
        return tuple(_print(row) for row in rows)

    def printed(self, award_ids: Sequence[str]) -> dict[str, int]:
        """How often the certificate of each award was printed."""
        with self._store.reading():
            counts = dict(
                self._store.conn.execute("SELECT award_id, max(number) FROM certificate_print GROUP BY award_id")
            )
        return {award_id: int(counts.get(award_id, 0)) for award_id in award_ids}

    def add_print(self, made: CertificatePrint) -> None:
        """Write one printing into the log."""
        store = self._store
        row = {
            "id": made.id,
            "award_id": made.award_id,
            "number": made.number,
            "batch": made.batch,
            "file_name": made.file_name,
            "sha256": made.sha256,
            "printed_at": made.printed_at.isoformat(),
        }
        with store.writing():
            store.journal.write("certificate_print", made.id, None, row, VAULT_CHAIN)
            store.conn.execute("INSERT INTO certificate_print VALUES (?, ?, ?, ?, ?, ?, ?)", tuple(row.values()))

    def _refuse_taken(self, award: Award) -> None:
        with self._store.reading():
            taken = self._store.conn.execute(
                "SELECT region_name FROM award WHERE register_number = ? AND id <> ?",
                (award.register_number, award.id),
            ).fetchone()
        if taken is not None:
            raise Refused(
                N_("The register number {number} belongs to the award of {region}."),
                kept=N_("Nothing was changed."),
                cure=N_("Enter another register number."),
                number=award.register_number,
                region=taken[0],
            )

    def _values(self, award_id: str) -> dict[str, Any] | None:
        with self._store.reading():
            row = self._store.conn.execute(f"{_SELECT} WHERE id = ?", (award_id,)).fetchone()
        return None if row is None else dict(zip(_COLUMNS, row, strict=True))


def _values(award: Award) -> dict[str, Any]:
    region = award.region
    signatories = canonical_bytes(signatories_document(award.signatories)).decode()
    return dict(
        zip(
            _COLUMNS,
            (
                award.id, award.register_number, region.code, region.name, region.kind, region.province_code,
                region.province, award.category, award.year, award.decision, award.place, award.day.isoformat(),
                signatories,
            ),
            strict=True,
        )
    )  # fmt: skip


def _print(row: tuple[Any, ...]) -> CertificatePrint:
    made, award_id, number, batch, file_name, sha256, at = row
    return CertificatePrint(made, award_id, number, batch, file_name, sha256, datetime.fromisoformat(at))


def _award(row: tuple[Any, ...]) -> Award:
    return Award(
        id=row[0],
        register_number=row[1],
        region=Region(*row[2:7]),
        category=row[7],
        year=row[8],
        decision=row[9],
        place=row[10],
        day=date.fromisoformat(row[11]),
        signatories=signatories_of(json.loads(row[12])),
    )
