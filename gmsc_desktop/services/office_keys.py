"""Making an office: its root and its age key, and the copy of both that is kept offline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.age.keys import recipient_of
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.exchange import VaultRole
from gmsc_desktop.domain.ports import Clock, Ids
from gmsc_desktop.services.files import save_bytes
from gmsc_desktop.services.posting import sender_of
from gmsc_desktop.services.trusting import (
    OFFICE_NAME,
    OFFICE_RECIPIENT,
    OFFICE_ROOT,
    ROLE,
    exchange_identity,
)
from gmsc_desktop.store.trusting import TrustRepository

if TYPE_CHECKING:
    from gmsc_desktop.identity.signer import SigningIdentity
    from gmsc_desktop.services.vault import Vault

ROOT_KEY = "kantor-pusat-akar.key.pem"
ROOT_CERTIFICATE = "kantor-pusat-akar.pem"
AGE_KEY = "kantor-pusat-age.txt.age"


@dataclass(frozen=True, slots=True)
class OfficeCopy:
    """The new office and its offline copy: ``openssl`` opens the key, ``age`` the age identity, with the passphrase
    the vault had then. ``fingerprint`` is what assessors compare, ``recipient`` where their bundles go."""

    fingerprint: str
    recipient: str
    root_key: Path
    root_certificate: Path
    age_key: Path


def make_keys(vault: Vault, name: str, passphrase: str, folder: Path, *, clock: Clock, ids: Ids) -> OfficeCopy:
    """Make the keys of the office ``name``, write their copy into ``folder``, and give ``vault`` the role.

    Raises ``InvalidInput`` when a copy of another office lies there, ``WrongPassphrase``, ``StorageError``; the vault
    is unchanged then.
    """
    from gmsc_desktop.identity.certificates import issue, make_root, to_der, to_pem
    from gmsc_desktop.identity.signer import SigningIdentity

    own = vault.signing_identity(passphrase)
    targets = [folder / each for each in (ROOT_KEY, ROOT_CERTIFICATE, AGE_KEY)]
    if any(target.exists() for target in targets):
        raise InvalidInput(
            N_("The keys of an office lie in {folder} already."),
            kept=N_("Nothing was changed."),
            cure=N_("Choose an empty folder, on a stick that is then locked away."),
            folder=folder,
        )
    root = make_root(name, clock=clock, ids=ids, organisation=vault.profile.organisation)
    certificate = issue(root, sender_of(vault), own.private_key.public_key(), clock=clock, ids=ids, office=True)
    with vault.store.writing():
        age = exchange_identity(vault)
        # The copy comes first: a root that exists once is lost with the first disk.
        _write_copies(root, age, passphrase, targets)
        vault.keep_identity(root, passphrase)
        TrustRepository(vault.store).add_root(root.fingerprint, to_der(root.certificate), "own")
        settings = vault.store.settings
        settings.set(ROLE, VaultRole.OFFICE.value)
        settings.set(OFFICE_ROOT, root.fingerprint)
        settings.set(OFFICE_NAME, name)
        settings.set(OFFICE_RECIPIENT, recipient_of(age))
        vault.adopt_identity(SigningIdentity(own.private_key, certificate, (root.certificate,)), passphrase)
    save_bytes(targets[1], to_pem(root.certificate))
    return OfficeCopy(root.fingerprint, recipient_of(age), *targets)


def _write_copies(root: SigningIdentity, age: str, passphrase: str, targets: list[Path]) -> None:
    import pyrage
    from cryptography.hazmat.primitives import serialization

    key = root.private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    save_bytes(targets[0], key)
    save_bytes(targets[2], bytes(pyrage.passphrase.encrypt(f"{age}\n".encode(), passphrase)))
