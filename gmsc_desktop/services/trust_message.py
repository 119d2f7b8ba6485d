"""What the office tells about trust in its bundles, and what a laptop makes of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.errors import N_, Refused
from gmsc_desktop.services.trusting import (
    OFFICE_NAME,
    OFFICE_RECIPIENT,
    OFFICE_ROOT,
    OFFICE_SAID_AT,
    exchange_identity,
    recipient_of,
    stamp,
)
from gmsc_desktop.store.trusting import TakenBack, TrustRepository

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.services.vault import Vault

Message = dict[str, Any]


def trust_message(vault: Vault) -> Message:
    """What this office tells: its root, its age recipient, the certificates taken back. Raises ``Refused``."""
    from gmsc_desktop.identity.certificates import to_pem

    rows = TrustRepository(vault.store)
    return {
        "organisation": vault.store.settings.get(OFFICE_NAME),
        "issued_at": stamp(vault.store.clock.now()),
        "roots": [to_pem(root_of(vault)).decode("ascii")],
        "recipient": recipient_of(exchange_identity(vault)),
        "revoked": [
            {"issuer": taken.issuer, "serial": str(taken.serial), "since": stamp(taken.since), "reason": taken.reason}
            for taken in rows.revoked()
        ],
    }


def root_of(vault: Vault) -> x509.Certificate:
    """The office's root. Raises ``Refused`` when this vault is no office."""
    from gmsc_desktop.identity.certificates import load_certificate
    from gmsc_desktop.identity.signer import spki_fingerprint

    wanted = vault.store.settings.get(OFFICE_ROOT)
    for der in TrustRepository(vault.store).roots():
        certificate = load_certificate(der)
        if wanted and spki_fingerprint(certificate) == wanted:
            return certificate
    raise Refused(
        N_("This vault is not that of a central office."),
        kept=N_("Nothing was changed."),
        cure=N_("Set up the office role first."),
    )


def follow_trust(vault: Vault, told: Message) -> bool:
    """Take over what an office that is trusted already tells; inside a transaction. Says whether anything changed.

    Certificates are only taken back by whoever issued them: revocations of other issuers' are passed over. The
    recipient of the newest word counts, whatever the order in which words come.
    """
    from gmsc_desktop.identity.certificates import load_certificate
    from gmsc_desktop.identity.signer import spki_fingerprint

    rows, settings = TrustRepository(vault.store), vault.store.settings
    trusted = {spki_fingerprint(load_certificate(der)) for der in rows.roots()}
    changed = False
    for taken in told["revoked"]:
        if taken["issuer"] in trusted:
            since = datetime.fromisoformat(taken["since"])
            changed |= rows.revoke(TakenBack(taken["issuer"], int(taken["serial"]), since, taken["reason"]))
    word = f"{told['issued_at']} {told['recipient']}"
    if word > settings.get(OFFICE_SAID_AT):
        changed |= settings.get(OFFICE_RECIPIENT) != told["recipient"]
        settings.set(OFFICE_SAID_AT, word)
        settings.set(OFFICE_RECIPIENT, told["recipient"])
        settings.set(OFFICE_NAME, told["organisation"])
    return changed
