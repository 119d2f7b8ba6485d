"""Whom this vault trusts and knows: roots of offices, their members, certificates taken back. All only ever grow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A certificate taken back: fingerprint of its issuer's key, serial number, since when, and why."""

    issuer: str
    serial: int
    since: datetime
    reason: str = ""


class TrustRepository:
    """The trust store of one vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def roots(self) -> tuple[bytes, ...]:
        """The trusted roots, DER."""
        with self._store.reading():
            rows = self._store.conn.execute("SELECT certificate FROM trusted_root ORDER BY fingerprint")
            return tuple(bytes(row[0]) for row in rows)

    def add_root(self, fingerprint: str, certificate: bytes, source: str) -> None:
        """Trust a root from now on; one that is trusted already stays as it is."""
        with self._store.writing():
            known = self._store.conn.execute("SELECT 1 FROM trusted_root WHERE fingerprint = ?", (fingerprint,))
            if known.fetchone() is None:
                row = {"fingerprint": fingerprint, "added_at": self._store.clock.now().isoformat(), "source": source}
                put_row(self._store, "trusted_root", ("fingerprint",), row, blobs={"certificate": certificate})

    def known(self) -> tuple[bytes, ...]:
        """Certificates an office told of, DER: they say whose a key is, and make nobody trusted."""
        with self._store.reading():
            rows = self._store.conn.execute("SELECT certificate FROM known_certificate ORDER BY sha256")
            return tuple(bytes(row[0]) for row in rows)

    def add_known(self, certificate: bytes) -> bool:
        """Know this certificate from now on. Says whether that is news."""
        digest = sha256_hex(certificate)
        with self._store.writing():
            known = self._store.conn.execute("SELECT 1 FROM known_certificate WHERE sha256 = ?", (digest,))
            if known.fetchone() is not None:
                return False
            row = {"sha256": digest, "added_at": self._store.clock.now().isoformat()}
            return put_row(self._store, "known_certificate", ("sha256",), row, blobs={"certificate": certificate})

    def revoked(self) -> tuple[TakenBack, ...]:
        """Every certificate taken back."""
        with self._store.reading():
            rows = self._store.conn.execute(
                "SELECT issuer, serial, since, reason FROM revocation ORDER BY issuer, serial"
            )
            return tuple(TakenBack(row[0], int(row[1]), datetime.fromisoformat(row[2]), row[3]) for row in rows)

    def revoke(self, taken: TakenBack) -> bool:
        """Keep that a certificate was taken back; of two dates the earlier counts. Says whether that is news."""
        with self._store.writing():
            for known in self.revoked():
                same = (known.issuer, known.serial) == (taken.issuer, taken.serial)
                if same and (known.since, known.reason) <= (taken.since, taken.reason):
                    return False
            row = {
                "issuer": taken.issuer,
                "serial": str(taken.serial),
                "since": taken.since.isoformat(),
                "reason": taken.reason,
            }
            return put_row(self._store, "revocation", ("issuer", "serial"), row)
