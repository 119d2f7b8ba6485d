"""The open vault and what belongs to its owner: profile, passphrase, recovery code, identity, backups."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.ports import Clock, Ids, Progress, no_progress
from gmsc_desktop.identity import keyfile
from gmsc_desktop.identity.keyfile import KeyFile, Secrets
from gmsc_desktop.services.profiles import Profile, keep_profile, load_profile, tidied
from gmsc_desktop.services.vault_folder import require_good, write_keys
from gmsc_desktop.store import backups
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.identities import Identities, StoredIdentity
from gmsc_desktop.store.lock import VaultLock
from gmsc_desktop.store.store import Store

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.identity.signer import SigningIdentity

ORPHANS_STAY = timedelta(days=7)
"""How long a file that no database names stays, so that nothing being attached is taken for an orphan."""


class Vault:
    """An open vault. ``close`` it in the end; until then no other program can open it."""

    def __init__(self, folder: Path, keys: KeyFile, secret: bytes, store: Store, lock: VaultLock) -> None:
        self.folder = folder
        self.store = store
        self._keys = keys
        self._secret = secret
        self._lock = lock
        self._identities = Identities(store.journal)
        # Kept here, so that a window may ask for them while the worker uses the database.
        self._profile = load_profile(store.settings)
        self._active = self._identities.active()
        self._closed = False

    @property
    def profile(self) -> Profile:
        """The owner."""
        return self._profile

    @property
    def device(self) -> str:
        """The id of this vault on this laptop, as the journal names it."""
        return self.store.journal.device

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the identity that signs now."""
        from gmsc_desktop.identity.certificates import load_certificate

        return load_certificate(self._active.certificate)

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The issuers above ``certificate``, nearest first, the office's root last; empty when self-signed."""
        from gmsc_desktop.identity.certificates import load_certificates

        stored = self._active.chain
        return load_certificates(stored) if stored else ()

    @property
    def certificate_fingerprint(self) -> str:
        """The identity that signs now: hex SHA-256 of its public key."""
        return self._active.fingerprint

    def check_passphrase(self, passphrase: str) -> None:
        """Raise ``WrongPassphrase`` unless it is the vault's."""
        self._keys.unlock(passphrase)

    def change_passphrase(self, old: str, new: str) -> None:
        """Open with ``new`` from now on. Raises ``WrongPassphrase`` for ``old``, ``InvalidInput`` for ``new``."""
        require_good(new)
        secrets = self._keys.unlock(old)
        self.keep_keys(self._keys.rewrap(secrets, new, self.store.ids))

    def new_recovery_code(self, passphrase: str) -> str:
        """A fresh recovery code to print; the one before opens nothing from now on. Raises ``WrongPassphrase``."""
        secrets = self._keys.unlock(passphrase)
        keys, code = self._keys.with_new_code(secrets, self.store.ids)
        self.keep_keys(keys)
        return code

    def set_profile(self, profile: Profile) -> Done[Profile]:
        """Keep the owner's particulars; the certificate keeps the name it was made with."""
        profile = tidied(profile)
        with self.store.writing():
            keep_profile(self.store.settings, profile)
        self.store.journal.who = profile.name
        self._profile = profile
        return Done(profile, Changed(frozenset({"profile"})))

    def signing_identity(self, passphrase: str) -> SigningIdentity:
        """The key and certificate to sign with. Raises ``WrongPassphrase``."""
        return self._identity(self._active, passphrase)

    def kept_identity(self, fingerprint: str, passphrase: str) -> SigningIdentity:
        """A key the vault holds without signing with it, such as the office's root. Raises ``WrongPassphrase``,
        ``NotFound``."""
        return self._identity(self._identities.get(fingerprint), passphrase)

    def keep_identity(self, identity: SigningIdentity, passphrase: str) -> None:
        """Hold a key without signing with it. Raises ``WrongPassphrase``."""
        secrets = self._keys.unlock(passphrase)
        self._identities.keep(_stored(identity, secrets, self.store.ids), self.store.clock.now().isoformat())

    def _identity(self, stored: StoredIdentity, passphrase: str) -> SigningIdentity:
        from gmsc_desktop.identity.certificates import load_certificates, to_der
        from gmsc_desktop.identity.signer import load_identity

        secrets = self._keys.unlock(passphrase)
        key = keyfile.unseal(secrets.signing, stored.wrapped_key, _key_context(stored.fingerprint))
        chain = tuple(to_der(item) for item in load_certificates(stored.chain)) if stored.chain else ()
        return load_identity(key, stored.certificate, chain)

    def adopt_identity(self, identity: SigningIdentity, passphrase: str) -> Done[str]:
        """Sign with ``identity`` from now on, for instance with a certificate the office issued; returns its
        fingerprint. Raises ``WrongPassphrase``."""
        secrets = self._keys.unlock(passphrase)
        with self.store.writing():
            adopt(self._identities, identity, secrets, self.store.clock, self.store.ids)
        self._active = self._identities.active()
        return Done(identity.fingerprint, Changed(frozenset({"profile"})))

    def open_to_office(self, recipient: str, passphrase: str) -> None:
        """Let the office with this age ``recipient`` open a copy of the vault to read its work, never to sign (design,
        section 12). Raises ``WrongPassphrase``, ``StorageError``."""
        secrets = self._keys.unlock(passphrase)
        self.keep_keys(self._keys.with_office(secrets, recipient))

    def backup(self, reason: str, progress: Progress = no_progress) -> backups.Backup:
        """Copy the database into ``backups/`` and thin the older copies."""
        made = backups.make_backup(
            self.store.db, self._backups, self._secret, now=self.store.clock.now(), reason=reason, progress=progress
        )
        with translating(self._backups):
            for old in backups.thin(backups.list_backups(self._backups), self.store.clock.now()):
                old.path.unlink(missing_ok=True)
        return made

    def copy_database(self, target: Path, progress: Progress = no_progress) -> None:
        """Make ``target`` a checked copy of the database, under the same key, whole or not at all."""
        backups.copy_database(self.store.db, target, self._secret, progress)

    def backups(self) -> tuple[backups.Backup, ...]:
        """The copies in ``backups/``, newest first."""
        return backups.list_backups(self._backups)

    def close(self) -> None:
        """Back up what changed since the last copy and let go of the vault; a second time does nothing.

        Raises ``StorageError`` when the backup could not be made; the vault is closed all the same.
        """
        if self._closed:
            return
        self._closed = True
        try:
            # The same state may lie in an older copy too: after a restore.
            if backups.head_of(self.store.db) not in {item.head for item in self.backups()}:
                self.backup("close")
            self._sweep()
        finally:
            self.store.conn.close()
            self._lock.release()

    def _sweep(self) -> None:
        """Remove files that neither the database nor any copy of it names: a restored copy finds all of its files."""
        blobs = self.store.blobs
        with self.store.reading():
            named = backups.named_blobs(self.store.conn)
        if blobs.names_only(named):
            return
        try:
            for path in (*(item.path for item in self.backups()), *self.folder.glob(f"{backups.KEPT}-*.db")):
                named |= backups.blobs_named(path, self._secret)
        except GmscError:
            # A copy that cannot be read may name any file, so every file stays.
            return
        blobs.sweep(named, now=self.store.clock.now(), older_than=ORPHANS_STAY)

    @property
    def _backups(self) -> Path:
        return self.folder / backups.FOLDER

    def keep_keys(self, keys: KeyFile) -> None:
        """Open by ``keys`` from now on; they must wrap this vault's secrets."""
        write_keys(self.folder, keys)
        self._keys = keys


def adopt(identities: Identities, identity: SigningIdentity, secrets: Secrets, clock: Clock, ids: Ids) -> None:
    """Keep the identity with its key wrapped, and sign with it from now on; inside a transaction."""
    identities.adopt(_stored(identity, secrets, ids), clock.now().isoformat())


def _stored(identity: SigningIdentity, secrets: Secrets, ids: Ids) -> StoredIdentity:
    from gmsc_desktop.identity.certificates import to_der, to_pem
    from gmsc_desktop.identity.signer import private_key_der

    wrapped = keyfile.seal(
        secrets.signing, private_key_der(identity.private_key), _key_context(identity.fingerprint), ids
    )
    chain = to_pem(*identity.chain)
    return StoredIdentity(identity.fingerprint, to_der(identity.certificate), chain, wrapped)


def _key_context(fingerprint: str) -> str:
    return f"gmsc-signing-key/1 {fingerprint}"
