"""The key file: the vault's two secrets, each wrapped by the passphrase and by the printed recovery code.

``database`` opens the database, ``signing`` unwraps the signing key that lies in it. The office may hold a wrapping
of ``database`` only: it can read a lost laptop's work and never sign as its assessor (design, section 12). Changing
the passphrase wraps anew; the secrets stay, so the database is never rewritten. The format is written out in
``docs/database.md``.
"""

from __future__ import annotations

import json
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import N_, VaultDamaged, VaultNewer, WrongPassphrase
from gmsc_desktop.domain.ports import Ids
from gmsc_desktop.identity.recovery import new_code, parse_code

FORMAT = "gmsc-keys/1"
FAMILY = "gmsc-keys/"
SECRET_SIZE = 32
SALT_SIZE = 16
NONCE_SIZE = 12
TAG_SIZE = 16

PASSPHRASE = "passphrase"  # noqa: S105  the name of a slot
RECOVERY = "recovery"
OFFICE = "office"
DATABASE = "database"
SIGNING = "signing"


@dataclass(frozen=True, slots=True)
class Kdf:
    """How hard a guess is made: Argon2id (RFC 9106) with ``memory`` in KiB, ``passes`` over it and ``lanes``.

    The default is the RFC's second recommendation: 64 MiB, three passes, four lanes.
    """

    memory: int = 65_536
    passes: int = 3
    lanes: int = 4

    def derive(self, text: bytes, salt: bytes) -> bytes:
        """The 32-byte wrapping key of ``text``."""
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        deriver = Argon2id(
            salt=salt, length=SECRET_SIZE, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory
        )
        return deriver.derive(text)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the key file protects, 32 bytes each; never shown, never logged."""

    database: bytes = field(repr=False)
    signing: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One secret under one wrapping key: AES-256-GCM, tag at the end of ``data``."""

    nonce: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Slot:
    """One way in: the two secrets under a key derived from what a person knows or has printed."""

    kdf: Kdf
    salt: bytes
    database: Wrapped
    signing: Wrapped


@dataclass(frozen=True, slots=True)
class OfficeSlot:
    """The database secret alone, age-encrypted to the office's ``recipient`` (``age1…``)."""

    recipient: str
    data: bytes


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The content of ``keys.json`` of the vault with the id ``vault``."""

    vault: str
    passphrase: Slot
    recovery: Slot
    office: OfficeSlot | None = None

    def unlock(self, passphrase: str) -> Secrets:
        """The secrets, by passphrase. Raises ``WrongPassphrase``."""
        return self._open(PASSPHRASE, self.passphrase, normal(passphrase)) or _refuse(
            N_("The passphrase is wrong."), N_("Try again, or open the vault with the recovery code.")
        )

    def unlock_with_code(self, code: str) -> Secrets:
        """The secrets, by recovery code as typed. Raises ``WrongPassphrase``."""
        return self._open(RECOVERY, self.recovery, parse_code(code)) or _refuse(
            N_("This recovery code belongs to another vault, or a newer one has replaced it."),
            N_("Look for the page printed last for this vault."),
        )

    def unlock_for_office(self, identity: str) -> bytes:
        """The database secret, by the office's age identity. Raises ``WrongPassphrase``."""
        import pyrage

        if self.office is not None:
            try:
                return bytes(pyrage.decrypt(self.office.data, [pyrage.x25519.Identity.from_str(identity)]))
            except (pyrage.DecryptError, pyrage.IdentityError):
                pass
        raise WrongPassphrase(N_("This key of the office does not open the vault."))

    def rewrap(self, secrets: Secrets, passphrase: str, ids: Ids, kdf: Kdf | None = None) -> KeyFile:
        """The same secrets under a new passphrase; every other way in stays as it is."""
        slot = _wrap(self.vault, PASSPHRASE, secrets, normal(passphrase), ids, kdf or self.passphrase.kdf)
        return replace(self, passphrase=slot)

    def with_new_code(self, secrets: Secrets, ids: Ids, kdf: Kdf | None = None) -> tuple[KeyFile, str]:
        """The same secrets under a new recovery code, and the code; the old code opens nothing any more."""
        code = new_code(ids)
        slot = _wrap(self.vault, RECOVERY, secrets, parse_code(code), ids, kdf or self.recovery.kdf)
        return replace(self, recovery=slot), code

    def with_office(self, secrets: Secrets, recipient: str) -> KeyFile:
        """The database secret also for the office's age ``recipient``; the signing secret never."""
        import pyrage

        data = pyrage.encrypt(secrets.database, [pyrage.x25519.Recipient.from_str(recipient)])
        return replace(self, office=OfficeSlot(recipient, bytes(data)))

    def to_json(self) -> bytes:
        """The file's bytes: readable JSON with a checksum that tells damage from a wrong passphrase."""
        document = self._document()
        document["check"] = sha256_hex(canonical_bytes(document))
        return (json.dumps(document, indent=2) + "\n").encode("ascii")

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "format": FORMAT,
            "vault": self.vault,
            PASSPHRASE: _slot_document(self.passphrase),
            RECOVERY: _slot_document(self.recovery),
        }
        if self.office is not None:
            document[OFFICE] = {"recipient": self.office.recipient, DATABASE: _text(self.office.data)}
        return document

    def _open(self, name: str, slot: Slot, text: bytes) -> Secrets | None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        cipher = AESGCM(slot.kdf.derive(text, slot.salt))
        try:
            return Secrets(
                *(
                    cipher.decrypt(wrapped.nonce, wrapped.data, _context(self.vault, name, secret))
                    for secret, wrapped in ((DATABASE, slot.database), (SIGNING, slot.signing))
                )
            )
        except InvalidTag:
            return None


def create(passphrase: str, ids: Ids, kdf: Kdf | None = None) -> tuple[KeyFile, Secrets, str]:
    """A key file with fresh secrets, the secrets, and the recovery code to be printed."""
    kdf = kdf or Kdf()
    secrets = Secrets(ids.token(SECRET_SIZE), ids.token(SECRET_SIZE))
    vault, code = ids.uuid7(), new_code(ids)
    by_passphrase = _wrap(vault, PASSPHRASE, secrets, normal(passphrase), ids, kdf)
    by_code = _wrap(vault, RECOVERY, secrets, parse_code(code), ids, kdf)
    return KeyFile(vault, by_passphrase, by_code), secrets, code


def from_json(data: bytes) -> KeyFile:
    """The key file in ``data``. Raises ``VaultDamaged`` and, for a later format, ``VaultNewer``."""
    try:
        document = json.loads(data)
        found = document["format"]
        if found != FORMAT and str(found).startswith(FAMILY):
            raise VaultNewer(
                N_("The key file was written by a newer program ({found}); this program knows {known}."),
                kept=N_("Nothing was changed."),
                cure=N_("Install the newer program on this computer."),
                found=found,
                known=FORMAT,
            )
        stated = document.pop("check")
        if found != FORMAT or stated != sha256_hex(canonical_bytes(document)):
            raise damaged()
        return _parse(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged() from error


def damaged() -> VaultDamaged:
    """The key file cannot be used; the passphrase has nothing to do with it."""
    return VaultDamaged(
        N_("The vault's key file keys.json is damaged; the passphrase is not at fault."),
        kept=N_("Nothing was changed. The data is still there."),
        cure=N_("Copy keys.json from the folder “backups” of this vault, or from another copy of it."),
    )


def normal(passphrase: str) -> bytes:
    """What is derived from: NFC, so that the same letters typed on another keyboard open the vault (RFC 8265,
    section 4.2)."""
    return unicodedata.normalize("NFC", passphrase).encode()


def seal(key: bytes, plain: bytes, context: str, ids: Ids) -> bytes:
    """``plain`` under the 32-byte ``key``, bound to ``context``: nonce, then AES-256-GCM with its tag."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = ids.token(NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """What ``seal`` hid. Raises ``VaultDamaged`` when the bytes were changed or belong elsewhere."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise VaultDamaged(
            N_("The signing key in the vault is damaged."),
            kept=N_("All work in the vault can still be read."),
            cure=N_("Restore a backup that still holds it."),
        ) from error


def _wrap(vault: str, name: str, secrets: Secrets, text: bytes, ids: Ids, kdf: Kdf) -> Slot:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt = ids.token(SALT_SIZE)
    cipher = AESGCM(kdf.derive(text, salt))

    def wrap(secret: str, plain: bytes) -> Wrapped:
        nonce = ids.token(NONCE_SIZE)
        return Wrapped(nonce, cipher.encrypt(nonce, plain, _context(vault, name, secret)))

    return Slot(kdf, salt, wrap(DATABASE, secrets.database), wrap(SIGNING, secrets.signing))


def _context(vault: str, slot: str, secret: str) -> bytes:
    """What a wrapping is bound to, so that none can be put in another's place."""
    return canonical_bytes({"format": FORMAT, "vault": vault, "slot": slot, "secret": secret})


def _refuse(template: str, cure: str) -> Secrets:
    raise WrongPassphrase(template, kept=N_("Nothing was changed."), cure=cure)


def _slot_document(slot: Slot) -> dict[str, Any]:
    return {
        "kdf": {
            "name": "argon2id",
            "memory_kib": slot.kdf.memory,
            "passes": slot.kdf.passes,
            "lanes": slot.kdf.lanes,
            "salt": _text(slot.salt),
        },
        DATABASE: {"nonce": _text(slot.database.nonce), "data": _text(slot.database.data)},
        SIGNING: {"nonce": _text(slot.signing.nonce), "data": _text(slot.signing.data)},
    }


def _parse(document: Mapping[str, Any]) -> KeyFile:
    office = document.get(OFFICE)
    return KeyFile(
        str(document["vault"]),
        _parse_slot(document[PASSPHRASE]),
        _parse_slot(document[RECOVERY]),
        None if office is None else OfficeSlot(str(office["recipient"]), b64decode(office[DATABASE], validate=True)),
    )


def _parse_slot(document: Mapping[str, Any]) -> Slot:
    kdf = document["kdf"]
    memory, passes, lanes = int(kdf["memory_kib"]), int(kdf["passes"]), int(kdf["lanes"])
    # Above 4 GiB, 100 passes or 64 lanes no laptop would ever finish: such a file is not ours.
    if kdf["name"] != "argon2id" or not (1 <= passes <= 100 and 1 <= lanes <= 64 and 8 * lanes <= memory <= 1 << 22):
        raise damaged()
    return Slot(
        Kdf(memory, passes, lanes),
        _bytes(kdf["salt"], SALT_SIZE),
        _parse_wrapped(document[DATABASE]),
        _parse_wrapped(document[SIGNING]),
    )


def _parse_wrapped(document: Mapping[str, Any]) -> Wrapped:
    return Wrapped(_bytes(document["nonce"], NONCE_SIZE), _bytes(document["data"], SECRET_SIZE + TAG_SIZE))


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _bytes(text: str, size: int) -> bytes:
    data = b64decode(text, validate=True)
    if len(data) != size:
        raise damaged()
    return data
