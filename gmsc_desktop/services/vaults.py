"""The vault: making one, opening it, and what belongs to its owner: profile, passphrase, recovery code, identity.

A vault is a folder: ``gmsc.db``, ``keys.json``, ``evidence/``, ``backups/`` (design, section 4). It exists as soon as
the folder bears its name, since it is built whole beside its place and then renamed.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import GmscError, WrongPassphrase
from gmsc_desktop.domain.ports import Clock, Ids, Progress, no_progress
from gmsc_desktop.i18n import _
from gmsc_desktop.identity import keyfile
from gmsc_desktop.identity.keyfile import Kdf, KeyFile, Secrets
from gmsc_desktop.services.profiles import Profile, has_profile, keep_profile, load_profile, tidied
from gmsc_desktop.services.vault_folder import (
    DATABASE,
    EVIDENCE,
    looks_like_vault,
    passphrase_problem,
    read_keys,
    require_free,
    require_good,
    write_keys,
)
from gmsc_desktop.store import backups, schema
from gmsc_desktop.store.blobs import BlobStore, new_identity
from gmsc_desktop.store.database import check, damaged, open_database, problems, translating
from gmsc_desktop.store.files import sync_folder
from gmsc_desktop.store.identities import Identities, StoredIdentity
from gmsc_desktop.store.journal import Journal
from gmsc_desktop.store.lock import VaultLock, acquire
from gmsc_desktop.store.migrating import bring_up_to_date
from gmsc_desktop.store.settings import Settings
from gmsc_desktop.store.store import Store

if TYPE_CHECKING:
    from cryptography import x509
    from sqlite_utils import Database

    from gmsc_desktop.identity.signer import SigningIdentity

__all__ = [
    "Profile",
    "Vault",
    "check_vault",
    "create_vault",
    "looks_like_vault",
    "open_vault",
    "passphrase_problem",
    "recover_vault",
]

DEVICE = "device"
AGE_IDENTITY = "age_identity"
"""Names of settings."""

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
        self._write_keys(self._keys.rewrap(secrets, new, self.store.ids))

    def new_recovery_code(self, passphrase: str) -> str:
        """A fresh recovery code to print; the one before opens nothing from now on. Raises ``WrongPassphrase``."""
        secrets = self._keys.unlock(passphrase)
        keys, code = self._keys.with_new_code(secrets, self.store.ids)
        self._write_keys(keys)
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
        from gmsc_desktop.identity.certificates import load_certificates, to_der
        from gmsc_desktop.identity.signer import load_identity

        stored = self._active
        secrets = self._keys.unlock(passphrase)
        key = keyfile.unseal(secrets.signing, stored.wrapped_key, _key_context(stored.fingerprint))
        chain = tuple(to_der(item) for item in load_certificates(stored.chain)) if stored.chain else ()
        return load_identity(key, stored.certificate, chain)

    def adopt_identity(self, identity: SigningIdentity, passphrase: str) -> Done[str]:
        """Sign with ``identity`` from now on, for instance with a certificate the office issued; returns its
        fingerprint. Raises ``WrongPassphrase``."""
        secrets = self._keys.unlock(passphrase)
        with self.store.writing():
            _adopt(self._identities, identity, secrets, self.store.clock, self.store.ids)
        self._active = self._identities.active()
        return Done(identity.fingerprint, Changed(frozenset({"profile"})))

    def backup(self, reason: str, progress: Progress = no_progress) -> backups.Backup:
        """Copy the database into ``backups/`` and thin the older copies."""
        made = backups.make_backup(
            self.store.db, self._backups, self._secret, now=self.store.clock.now(), reason=reason, progress=progress
        )
        with translating(self._backups):
            for old in backups.thin(backups.list_backups(self._backups), self.store.clock.now()):
                old.path.unlink(missing_ok=True)
        return made

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

    def _write_keys(self, keys: KeyFile) -> None:
        write_keys(self.folder, keys)
        self._keys = keys


def create_vault(
    folder: Path,
    profile: Profile,
    passphrase: str,
    *,
    clock: Clock,
    ids: Ids,
    progress: Progress = no_progress,
    kdf: Kdf | None = None,
) -> tuple[Vault, str]:
    """Make a vault at ``folder`` (new or empty) and open it; returns it with the recovery code to print.

    Whole or not at all. Raises ``InvalidInput`` for passphrase, profile or a folder that holds something, and what
    the disk raises. ``kdf`` sets the cost of guessing; tests choose a low one.
    """
    require_good(passphrase)
    profile = tidied(profile)
    folder = folder.absolute()
    require_free(folder)
    progress(0, 3)
    keys, secrets, code = keyfile.create(passphrase, ids, kdf)
    progress(1, 3)
    # Beside its place, on the same disk, under a name no vault bears.
    staging = folder.with_name(f".{folder.name}.gmsc-new")
    with translating(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if staging.exists():
            shutil.rmtree(staging)
        try:
            _build(staging, keys, secrets, profile, clock, ids)
            progress(2, 3)
            if folder.exists():
                folder.rmdir()
            staging.rename(folder)
            sync_folder(folder.parent)
        finally:
            if staging.exists():
                shutil.rmtree(staging)
    vault = _open(folder, keys, secrets, clock, ids, acquire(folder, clock), no_progress)
    progress(3, 3)
    return vault, code


def open_vault(folder: Path, passphrase: str, *, clock: Clock, ids: Ids, progress: Progress = no_progress) -> Vault:
    """Open the vault in ``folder``, brought up to this program's version after a backup.

    Raises ``NotAVault``, ``WrongPassphrase``, ``VaultNewer``, ``VaultDamaged``, ``VaultInUse``, ``VaultReadOnly``,
    ``StorageError``; the vault is unchanged then.
    """
    folder = folder.absolute()
    keys = read_keys(folder)
    lock = acquire(folder, clock)
    try:
        return _open(folder, keys, keys.unlock(passphrase), clock, ids, lock, progress)
    except BaseException:
        lock.release()
        raise


def recover_vault(
    folder: Path, code: str, new_passphrase: str, *, clock: Clock, ids: Ids, progress: Progress = no_progress
) -> Vault:
    """Open the vault by its recovery code and give it a new passphrase; the code stays good.

    Raises what ``open_vault`` does; ``WrongPassphrase`` is then about the code.
    """
    require_good(new_passphrase)
    folder = folder.absolute()
    keys = read_keys(folder)
    lock = acquire(folder, clock)
    try:
        secrets = keys.unlock_with_code(code)
        vault = _open(folder, keys.rewrap(secrets, new_passphrase, ids), secrets, clock, ids, lock, progress)
        try:
            write_keys(folder, vault._keys)
        except BaseException:
            vault.store.conn.close()
            raise
        return vault
    except BaseException:
        lock.release()
        raise


def check_vault(vault: Vault) -> tuple[str, ...]:
    """What is wrong with the vault, a translated line for each finding, empty when all holds.

    Looked at are the database's pages, structure and references (in SQLite's own words), the journal's chains, and
    that every file named lies there.
    """
    found = []
    with vault.store.reading():
        found += list(problems(vault.store.conn))
        broken = vault.store.journal.verify()
        if broken is not None:
            found.append(_("Journal: row {seq} does not fit ({what}).").format(seq=broken.seq, what=broken.what))
        named = backups.named_blobs(vault.store.conn)
    missing = (sha256 for sha256 in sorted(named) if not vault.store.blobs.has(sha256))
    found += [_("The file {sha256} is no longer in the vault.").format(sha256=sha256) for sha256 in missing]
    return tuple(found)


def _build(folder: Path, keys: KeyFile, secrets: Secrets, profile: Profile, clock: Clock, ids: Ids) -> None:
    """Lay a whole vault into the new ``folder``, everything on the disk."""

    folder.mkdir()
    for name in (EVIDENCE, backups.FOLDER):
        (folder / name).mkdir()
    path = folder / DATABASE
    db = open_database(path, secrets.database, create=True)
    try:
        schema.apply(db, schema.migrations())
        _complete(db, secrets, profile, clock, ids)
        check(db, path)
    finally:
        db.conn.close()
    write_keys(folder, keys)
    sync_folder(folder)


def complete_vault(path: Path, secrets: Secrets, clock: Clock, ids: Ids) -> None:
    """Give the rescued database at ``path`` what every vault has and this one lost, so that it opens."""
    db = open_database(path, secrets.database)
    try:
        with translating(path):
            _complete(db, secrets, Profile("—"), clock, ids)
            db.conn.execute("PRAGMA journal_mode = DELETE")
    finally:
        db.conn.close()


def _complete(db: Database, secrets: Secrets, profile: Profile, clock: Clock, ids: Ids) -> None:
    """Make what is not there yet: device, the key of the files, the owner, an identity to sign with."""
    from gmsc_desktop.identity.certificates import make_self_signed

    journal = Journal(db, clock, ids, device=ids.uuid7(), who=profile.name)
    settings, identities = Settings(journal), Identities(journal)
    with journal.writing():
        if not settings.get(DEVICE):
            settings.set(DEVICE, journal.device)
        if not settings.get(AGE_IDENTITY):
            settings.set(AGE_IDENTITY, new_identity())
        if not has_profile(settings):
            keep_profile(settings, profile)
        if not identities.any_active():
            person = load_profile(settings).person()
            _adopt(identities, make_self_signed(person, clock=clock, ids=ids), secrets, clock, ids)


def _open(
    folder: Path, keys: KeyFile, secrets: Secrets, clock: Clock, ids: Ids, lock: VaultLock, progress: Progress
) -> Vault:
    path = folder / DATABASE
    try:
        db = open_database(path, secrets.database)
    except WrongPassphrase as error:
        # The key came out of the key file, so it is right: what does not open is the file.
        raise damaged(path) from error
    try:
        version = schema.version_of(db)
        schema.refuse_newer(version, schema.SCHEMA_VERSION)
        if not version:
            # A database without tables is no vault's.
            raise damaged(path)
        check(db, path)
        db = bring_up_to_date(db, path, secrets.database, now=clock.now(), progress=progress)
        journal = Journal(db, clock, ids, device="", who="")
        settings = Settings(journal)
        journal.device = settings.get(DEVICE)
        journal.who = load_profile(settings).name
        blobs = BlobStore(folder / EVIDENCE, settings.get(AGE_IDENTITY))
        return Vault(folder, keys, secrets.database, Store(db, journal, blobs, settings, clock, ids), lock)
    except BaseException:
        db.conn.close()
        raise


def _adopt(identities: Identities, identity: SigningIdentity, secrets: Secrets, clock: Clock, ids: Ids) -> None:
    from gmsc_desktop.identity.certificates import to_der, to_pem
    from gmsc_desktop.identity.signer import private_key_der

    wrapped = keyfile.seal(
        secrets.signing, private_key_der(identity.private_key), _key_context(identity.fingerprint), ids
    )
    chain = to_pem(*identity.chain)
    row = StoredIdentity(identity.fingerprint, to_der(identity.certificate), chain, wrapped)
    identities.adopt(row, clock.now().isoformat())


def _key_context(fingerprint: str) -> str:
    return f"gmsc-signing-key/1 {fingerprint}"
