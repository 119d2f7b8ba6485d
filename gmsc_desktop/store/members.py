"""The office's register of those who asked for a certificate, and the assignments it hands out."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.domain.exchange import Assignment, Member, MemberState
from gmsc_desktop.domain.visit import Person, Role
from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.store import Store

_MEMBER = "fingerprint, device, name, nip, title, organisation, recipient, requested_at, state, reason, replaces"
_ASSIGNMENT = (
    "id, region_code, cycle_year, stage, instrument_hash, due, team, previous_index, previous_year, previous_source,"
    " note, assessor_key, withdrawn"
)


class MemberRepository:
    """The register of one office."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, member: Member, spki: bytes | None = None, certificate: bytes | None = None) -> bool:
        """Keep what is known of a member; the key and the certificate stay when they are not given."""
        with self._store.writing():
            found = self._store.conn.execute(
                "SELECT spki, certificate, decided_at FROM member WHERE fingerprint = ?", (member.fingerprint,)
            ).fetchone()
            decided = member.state is not MemberState.REQUESTED
            row = {
                **{name: getattr(member, name) for name in ("fingerprint", "device", "name", "nip", "title")},
                "organisation": member.organisation,
                "recipient": member.recipient,
                "requested_at": member.requested_at.isoformat(),
                "state": member.state.value,
                "decided_at": self._store.clock.now().isoformat() if decided else "",
                "reason": member.reason,
                "replaces": member.replaces,
            }
            blobs = {
                "spki": spki if spki is not None else bytes(found[0]),
                "certificate": certificate if certificate is not None or found is None else found[1],
            }
            return put_row(self._store, "member", ("fingerprint",), row, blobs=blobs)

    def get(self, fingerprint: str) -> Member:
        """The member with this key; the beginning of the fingerprint is enough when only one has it.

        Raises ``NotFound``.
        """
        found = [member for member in self.list() if member.fingerprint.startswith(fingerprint.lower())]
        if len(found) != 1 or not fingerprint:
            raise NotFound(N_("No single assessor has the key {fingerprint}."), fingerprint=fingerprint)
        return found[0]

    def list(self) -> tuple[Member, ...]:
        """Everybody, the newest request first."""
        with self._store.reading():
            rows = self._store.conn.execute(
                f"SELECT {_MEMBER} FROM member ORDER BY requested_at DESC, fingerprint"  # noqa: S608
            )
            return tuple(_member(row) for row in rows)

    def granted_at(self, fingerprint: str) -> datetime | None:
        """When the certificate in force was given, None for somebody who has none."""
        with self._store.reading():
            query = "SELECT decided_at FROM member WHERE fingerprint = ? AND state = ?"
            row = self._store.conn.execute(query, (fingerprint, MemberState.APPROVED.value)).fetchone()
        return None if row is None else datetime.fromisoformat(row[0])

    def spki(self, fingerprint: str) -> bytes:
        """The public key, SubjectPublicKeyInfo in DER."""
        return bytes(self._blob("spki", fingerprint) or b"")

    def certificate(self, fingerprint: str) -> bytes | None:
        """The certificate issued last, DER."""
        found = self._blob("certificate", fingerprint)
        return None if found is None else bytes(found)

    def _blob(self, column: str, fingerprint: str) -> Any:
        with self._store.reading():
            query = f"SELECT {column} FROM member WHERE fingerprint = ?"  # noqa: S608
            row = self._store.conn.execute(query, (fingerprint,)).fetchone()
        if row is None:
            raise NotFound(N_("No single assessor has the key {fingerprint}."), fingerprint=fingerprint)
        return row[0]


class AssignmentRepository:
    """The assignments in one vault: made at the office, received on a laptop."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, assignment: Assignment, *, issued_at: str, office: str) -> bool:
        """Keep an assignment; of two words on the same one the later counts. Says whether anything changed."""
        row = {
            **{name: getattr(assignment, name) for name in ("id", "region_code", "cycle_year", "stage")},
            "instrument_hash": assignment.instrument_hash,
            "due": assignment.due.isoformat() if assignment.due else "",
            "team": canonical_bytes([{**asdict(p), "role": p.role.value} for p in assignment.team]).decode(),
            "previous_index": None if assignment.previous_index is None else f"{assignment.previous_index:f}",
            "previous_year": assignment.previous_year,
            "previous_source": assignment.previous_source,
            "note": assignment.note,
            "assessor_key": assignment.assessor_key,
            "issued_at": issued_at,
            "office": office,
            "withdrawn": int(assignment.withdrawn),
        }
        with self._store.writing():
            found = self._store.conn.execute(
                "SELECT issued_at, office FROM assignment WHERE id = ?", (assignment.id,)
            ).fetchone()
            if found is not None and (found[0], found[1]) > (issued_at, office):
                return False
            return put_row(self._store, "assignment", ("id",), row)

    def list(self) -> tuple[Assignment, ...]:
        """Every assignment, withdrawn ones too, by due date."""
        with self._store.reading():
            rows = self._store.conn.execute(f"SELECT {_ASSIGNMENT} FROM assignment ORDER BY due, region_code, id")  # noqa: S608
            return tuple(_assignment(row) for row in rows)


def _member(row: tuple[Any, ...]) -> Member:
    values = dict(zip(_MEMBER.split(", "), row, strict=True))
    requested_at, state = datetime.fromisoformat(values.pop("requested_at")), MemberState(values.pop("state"))
    return Member(**values, requested_at=requested_at, state=state)


def _assignment(row: tuple[Any, ...]) -> Assignment:
    found = dict(zip(_ASSIGNMENT.split(", "), row, strict=True))
    team = tuple(Person(**{**person, "role": Role(person["role"])}) for person in json.loads(found.pop("team")))
    due, index = found.pop("due"), found.pop("previous_index")
    return Assignment(
        **{**found, "withdrawn": bool(found["withdrawn"])},
        team=team,
        due=date.fromisoformat(due) if due else None,
        previous_index=None if index is None else Decimal(index),
    )
