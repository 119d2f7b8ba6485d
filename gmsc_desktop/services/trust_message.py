"""What the office tells about trust in its bundles, and what a laptop makes of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gmsc_desktop.age.keys import recipient_of
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import N_, Refused
from gmsc_desktop.domain.exchange import VaultRole
from gmsc_desktop.services.trusting import (
    OFFICE_NAME,
    OFFICE_RECIPIENT,
    OFFICE_ROOT,
    OFFICE_SAID_AT,
    OFFICE_UPLOAD,
    exchange_identity,
    role_of,
    stamp,
)
from gmsc_desktop.services.withdrawal_lists import certificates_told, know_certificates, list_told, told_of
from gmsc_desktop.services.withdrawals import own_papers
from gmsc_desktop.store.trusting import TakenBack, TrustRepository
from gmsc_desktop.store.withdrawals import WithdrawalRepository

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.services.vault import Vault

Message = dict[str, Any]


def trust_message(vault: Vault) -> Message:
    """What this office tells: its root, its age recipient, the certificates it issued, the certificates
    and papers taken back.

    Raises ``Refused``.
    """
    from gmsc_desktop.identity.certificates import to_pem

    rows = TrustRepository(vault.store)
    shared = vault.store.settings.get(OFFICE_UPLOAD)
    return {
        **({"upload": json.loads(shared)} if shared else {}),
        "organisation": vault.store.settings.get(OFFICE_NAME),
        "issued_at": stamp(vault.store.clock.now()),
        "roots": [to_pem(root_of(vault)).decode("ascii")],
        "recipient": recipient_of(exchange_identity(vault)),
        "revoked": [
            {"issuer": taken.issuer, "serial": str(taken.serial), "since": stamp(taken.since), "reason": taken.reason}
            for taken in rows.revoked()
        ],
        "certificates": certificates_told(vault),
        "gone": [told_of(paper) for paper in own_papers(vault)],
    }


def root_of(vault: Vault) -> x509.Certificate:
    """The office's root. Raises ``Refused`` when this vault is no office."""
    from gmsc_desktop.identity.certificates import load_certificate
    from gmsc_desktop.identity.signer import spki_fingerprint

    # A laptop keeps the fingerprint of its office's root under the same name.
    wanted = vault.store.settings.get(OFFICE_ROOT) if role_of(vault) is VaultRole.OFFICE else ""
    for der in TrustRepository(vault.store).roots():
        certificate = load_certificate(der)
        if wanted and spki_fingerprint(certificate) == wanted:
            return certificate
    raise Refused(
        N_("This vault is not that of a central office."),
        kept=N_("Nothing was changed."),
        cure=N_("Set up the office role first."),
    )


def follow_trust(vault: Vault, told: Message, office: str) -> bool:
    """Take over what ``office`` (the key of who signed), trusted already, tells; inside a transaction. Says whether
    anything changed.

    Certificates are only taken back by whoever issued them: revocations of other issuers' are passed over. The
    recipient of the newest word counts, whatever the order in which words come.
    """
    from gmsc_desktop.identity.certificates import load_certificate
    from gmsc_desktop.identity.signer import spki_fingerprint

    rows, settings = TrustRepository(vault.store), vault.store.settings
    trusted = {spki_fingerprint(load_certificate(der)) for der in rows.roots()}
    changed = WithdrawalRepository(vault.store).take(list_told(told, office))
    changed |= know_certificates(vault, told)
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
        settings.set(OFFICE_UPLOAD, canonical_bytes(told["upload"]).decode() if "upload" in told else "")
    return changed
