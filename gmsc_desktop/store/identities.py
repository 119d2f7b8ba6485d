"""The signing identities of the vault: certificate, chain and wrapped private key; one of them is in use."""

from __future__ import annotations

from dataclasses import dataclass, field

from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.store.journal import VAULT_CHAIN, Journal


@dataclass(frozen=True, slots=True)
class StoredIdentity:
    """A row: ``fingerprint`` is the hex SHA-256 of the public key, ``certificate`` DER, ``chain`` PEM, nearest issuer
    first; ``wrapped_key`` opens only with the key file's signing secret."""

    fingerprint: str
    certificate: bytes
    chain: bytes
    wrapped_key: bytes = field(repr=False)


class Identities:
    """The identities in the database; each change is journalled on the vault's own chain, the keys never."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def active(self) -> StoredIdentity:
        """The one that signs now. Raises ``NotFound`` when there is none."""
        row = self._db.conn.execute(
            "SELECT fingerprint, certificate, chain, wrapped_key FROM identity WHERE active = 1"
        ).fetchone()
        if row is None:
            raise NotFound(N_("The vault holds no signing identity."))
        return StoredIdentity(str(row[0]), bytes(row[1]), bytes(row[2]), bytes(row[3]))

    def any_active(self) -> bool:
        """Whether there is one; only a damaged vault has none."""
        return self._db.conn.execute("SELECT 1 FROM identity WHERE active = 1").fetchone() is not None

    def has(self, fingerprint: str) -> bool:
        """Whether the vault holds this key, in use or not."""
        row = self._db.conn.execute("SELECT 1 FROM identity WHERE fingerprint = ?", (fingerprint,)).fetchone()
        return row is not None

    def get(self, fingerprint: str) -> StoredIdentity:
        """The one with this key, in use or not. Raises ``NotFound``."""
        row = self._db.conn.execute(
            "SELECT fingerprint, certificate, chain, wrapped_key FROM identity WHERE fingerprint = ?", (fingerprint,)
        ).fetchone()
        if row is None:
            raise NotFound(N_("The vault holds no signing key {fingerprint}."), fingerprint=fingerprint)
        return StoredIdentity(str(row[0]), bytes(row[1]), bytes(row[2]), bytes(row[3]))

    def keep(self, identity: StoredIdentity, at: str) -> None:
        """Keep ``identity`` without signing with it, such as the office's root."""
        with self._journal.writing():
            self._db.conn.execute(
                "INSERT INTO identity (fingerprint, certificate, chain, wrapped_key, created_at, active)"
                " VALUES (?, ?, ?, ?, ?, 0)",
                (identity.fingerprint, identity.certificate, identity.chain, identity.wrapped_key, at),
            )
            after = _shown(identity.fingerprint, identity.certificate.hex())
            self._journal.write("identity", identity.fingerprint, None, after, VAULT_CHAIN)

    def adopt(self, identity: StoredIdentity, at: str) -> None:
        """Sign with ``identity`` from now on; the others stay, unused. A known key gets the new certificate."""
        with self._journal.writing():
            conn = self._db.conn
            was = conn.execute("SELECT fingerprint, hex(certificate) FROM identity WHERE active = 1").fetchone()
            conn.execute("UPDATE identity SET active = 0 WHERE active = 1")
            conn.execute(
                "INSERT INTO identity (fingerprint, certificate, chain, wrapped_key, created_at, active)"
                " VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT (fingerprint) DO UPDATE SET certificate = excluded.certificate,"
                " chain = excluded.chain, wrapped_key = excluded.wrapped_key, active = 1",
                (identity.fingerprint, identity.certificate, identity.chain, identity.wrapped_key, at),
            )
            before = None if was is None else _shown(was[0], was[1])
            after = _shown(identity.fingerprint, identity.certificate.hex())
            self._journal.write("identity", identity.fingerprint, before, after, VAULT_CHAIN)


def _shown(fingerprint: str, certificate: str) -> dict[str, str]:
    return {"fingerprint": fingerprint, "certificate": certificate.lower()}
