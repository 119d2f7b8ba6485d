"""Whom a vault trusts, what it is used for, and the age identity bundles for it are encrypted to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gmsc_desktop.age.keys import new_identity
from gmsc_desktop.domain.exchange import VaultRole
from gmsc_desktop.store.members import MemberRepository
from gmsc_desktop.store.trusting import TrustRepository

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.identity.trust import TrustStore
    from gmsc_desktop.services.vault import Vault

ROLE = "role"
EXCHANGE_IDENTITY = "exchange_identity"
OFFICE_ROOT = "office_root"
OFFICE_NAME = "office_name"
OFFICE_RECIPIENT = "office_recipient"
OFFICE_SAID_AT = "office_said_at"
OFFICE_UPLOAD = "office_upload"
"""Names of settings."""


def role_of(vault: Vault) -> VaultRole:
    """What this vault is used for; an assessor's unless it was made an office."""
    return VaultRole(vault.store.settings.get(ROLE, VaultRole.ASSESSOR.value))


def trust_of_vault(vault: Vault) -> TrustStore:
    """Whom ``vault`` trusts: itself, the roots it was told to trust, never a certificate that was taken back."""
    from gmsc_desktop.identity.certificates import load_certificate
    from gmsc_desktop.identity.trust import Revocation, TrustStore

    rows, members = TrustRepository(vault.store), MemberRepository(vault.store)
    roots = [vault.certificate, *vault.chain[-1:], *(load_certificate(der) for der in rows.roots())]
    issued: list[x509.Certificate] = []
    for member in members.list():
        der = members.certificate(member.fingerprint)
        if der is not None:
            issued.append(load_certificate(der))
    told = [load_certificate(der) for der in rows.known()]
    return TrustStore(
        roots=tuple(dict.fromkeys(roots)),
        revoked=frozenset(Revocation(taken.issuer, taken.serial, taken.since) for taken in rows.revoked()),
        known=tuple(dict.fromkeys((vault.certificate, *vault.chain, *issued, *told))),
    )


def exchange_identity(vault: Vault) -> str:
    """The age identity bundles for this vault are encrypted to, made when it is first asked for."""
    settings = vault.store.settings
    found = settings.get(EXCHANGE_IDENTITY)
    if not found:
        found = new_identity()
        settings.set(EXCHANGE_IDENTITY, found)
    return found


def office_recipient(vault: Vault) -> str:
    """Where bundles for the office are encrypted to, empty until enrolled."""
    return vault.store.settings.get(OFFICE_RECIPIENT)


def stamp(moment: datetime) -> str:
    """A moment as text that sorts as time does: UTC, microseconds always."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
