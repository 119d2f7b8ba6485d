"""The vault: making one, opening it, and what belongs to its owner: profile, passphrase, recovery code, identity.

A vault is a folder: ``gmsc.db``, ``keys.json``, ``evidence/``, ``backups/`` (design, section 4). It exists as soon as
the folder bears its name, since it is built whole beside its place and then renamed.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, NotAVault, VaultDamaged, WrongPassphrase
from gmsc_desktop.domain.ports import Clock, Ids, Progress, no_progress
from gmsc_desktop.domain.visit import Person, Role
from gmsc_desktop.identity import keyfile
from gmsc_desktop.identity.keyfile import Kdf, KeyFile, Secrets
from gmsc_desktop.store import backups, schema
from gmsc_desktop.store.blobs import BlobStore, new_identity
from gmsc_desktop.store.database import check, damaged, open_database, problems, translating
from gmsc_desktop.store.files import sync_folder, write_atomically
from gmsc_desktop.store.identities import Identities, StoredIdentity
from gmsc_desktop.store.journal import Journal
from gmsc_desktop.store.lock import VaultLock, acquire
from gmsc_desktop.store.migrating import bring_up_to_date
from gmsc_desktop.store.settings import Settings
from gmsc_desktop.store.store import Store

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.identity.signer import SigningIdentity

DATABASE = "gmsc.db"
KEYS = "keys.json"
EVIDENCE = "evidence"

SHORTEST = 12
"""Characters a passphrase has at least; length is what makes guessing dear (NIST SP 800-63B, section 5.1.1)."""
FEWEST_SIGNS = 5

DEVICE = "device"
PROFILE = "profile"
AGE_IDENTITY = "age_identity"
"""Names of settings."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The vault's owner as official papers name them; ``nip`` is 18 digits or empty; ``language`` is id or en."""

    name: str
    nip: str = ""
    title: str = ""
    organisation: str = ""
    language: str = "id"


class Vault:
    """An open vault. ``close`` it in the end; until then no other program can open it."""

    def __init__(self, folder: Path, keys: KeyFile, secret: bytes, store: Store, lock: VaultLock) -> None:
        self.folder = folder
        self.store = store
        self._keys = keys
        self._secret = secret
        self._lock = lock
        self._identities = Identities(store.journal)
        self._closed = False

    @property
    def profile(self) -> Profile:
        """The owner."""
        return _profile(self.store.settings)

    @property
    def device(self) -> str:
        """The id of this vault on this laptop, as the journal names it."""
        return self.store.journal.device

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the identity that signs now."""
        from gmsc_desktop.identity.certificates import load_certificate

        return load_certificate(self._identities.active().certificate)

    @property
    def certificate_fingerprint(self) -> str:
        """The identity that signs now: hex SHA-256 of its public key."""
        return self._identities.active().fingerprint

    def check_passphrase(self, passphrase: str) -> None:
        """Raise ``WrongPassphrase`` unless it is the vault's."""
        self._keys.unlock(passphrase)

    def change_passphrase(self, old: str, new: str) -> None:
        """Open with ``new`` from now on. Raises ``WrongPassphrase`` for ``old``, ``InvalidInput`` for ``new``."""
        _require_good(new)
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
        profile = _checked(profile)
        with self.store.writing():
            _keep_profile(self.store.settings, profile)
        self.store.journal.who = profile.name
        return Done(profile, Changed(frozenset({"profile"})))

    def signing_identity(self, passphrase: str) -> SigningIdentity:
        """The key and certificate to sign with. Raises ``WrongPassphrase``."""
        from gmsc_desktop.identity.certificates import load_certificates, to_der
        from gmsc_desktop.identity.signer import load_identity

        stored = self._identities.active()
        secrets = self._keys.unlock(passphrase)
        key = keyfile.unseal(secrets.signing, stored.wrapped_key, _key_context(stored.fingerprint))
        chain = tuple(to_der(item) for item in load_certificates(stored.chain)) if stored.chain else ()
        return load_identity(key, stored.certificate, chain)

    def adopt_identity(self, identity: SigningIdentity, passphrase: str) -> Done[str]:
        """Sign with ``identity`` from now on, for instance with a certificate the office issued; returns its
        fingerprint. Raises ``WrongPassphrase``."""
        secrets = self._keys.unlock(passphrase)
        with self.store.writing():
            _adopt(self._identities, identity, secrets, self.store)
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
            newest = self.backups()
            if not newest or max(item.seq for item in newest) < self.store.journal.vault_head()[0]:
                self.backup("close")
        finally:
            self.store.conn.close()
            self._lock.release()

    @property
    def _backups(self) -> Path:
        return self.folder / backups.FOLDER

    def _write_keys(self, keys: KeyFile) -> None:
        _write_keys(self.folder, keys)
        self._keys = keys


def looks_like_vault(folder: Path) -> bool:
    """Whether a vault lies in ``folder``; says nothing about its state."""
    return (folder / KEYS).is_file() and (folder / DATABASE).is_file()


def passphrase_problem(text: str) -> str | None:
    """The msgid of what is wrong with a new passphrase, None when it will do."""
    if len(text) < SHORTEST:
        return N_("The passphrase is too short: at least 12 characters, better a sentence of several words.")
    if len(set(text.casefold())) < FEWEST_SIGNS:
        return N_("The passphrase repeats too few characters; choose a sentence of several words.")
    return None


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
    _require_good(passphrase)
    profile = _checked(profile)
    folder = folder.absolute()
    _require_free(folder)
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
    _require_good(new_passphrase)
    folder = folder.absolute()
    keys = read_keys(folder)
    lock = acquire(folder, clock)
    try:
        secrets = keys.unlock_with_code(code)
        vault = _open(folder, keys.rewrap(secrets, new_passphrase, ids), secrets, clock, ids, lock, progress)
        _write_keys(folder, vault._keys)
        return vault
    except BaseException:
        lock.release()
        raise


def check_vault(vault: Vault) -> tuple[str, ...]:
    """What is wrong with the vault, a line for each finding, empty when all holds: the database's pages, structure and
    references, the journal's chains, and that every file named lies there."""
    found = []
    with vault.store.reading():
        found += list(problems(vault.store.conn))
        broken = vault.store.journal.verify()
        if broken is not None:
            found.append(f"journal row {broken.seq} of {broken.chain}: {broken.what}")
        named = backups.named_blobs(vault.store.conn)
    found += [f"file {sha256} is missing" for sha256 in sorted(named) if not vault.store.blobs.has(sha256)]
    return tuple(found)


def read_keys(folder: Path, *, database_needed: bool = True) -> KeyFile:
    """The key file of the vault in ``folder``. Raises ``NotAVault`` when there is no vault, ``VaultDamaged`` when a
    part of it is missing or the file is damaged, ``VaultNewer``."""
    keys, database = folder / KEYS, folder / DATABASE
    if not keys.is_file() and not database.is_file():
        raise NotAVault(
            N_("There is no vault in {folder}."),
            kept=N_("Nothing was changed."),
            cure=N_("Choose the folder that holds gmsc.db and keys.json, or make a new vault."),
            folder=folder,
        )
    if not keys.is_file():
        raise VaultDamaged(
            N_("The vault's key file keys.json is missing; without it nothing can be opened."),
            kept=N_("Nothing was changed. The data is still there."),
            cure=N_("Copy keys.json from the folder “backups” of this vault, or from another copy of it."),
        )
    with translating(keys):
        found = keyfile.from_json(keys.read_bytes())
    if database_needed and not database.is_file():
        raise VaultDamaged(
            N_("The vault's database gmsc.db is missing."),
            kept=N_("Nothing was changed."),
            cure=N_("Restore a backup of this vault."),
        )
    return found


def _build(folder: Path, keys: KeyFile, secrets: Secrets, profile: Profile, clock: Clock, ids: Ids) -> None:
    """Lay a whole vault into the new ``folder``, everything on the disk."""
    from gmsc_desktop.identity.certificates import make_self_signed

    folder.mkdir()
    for name in (EVIDENCE, backups.FOLDER):
        (folder / name).mkdir()
    db = open_database(folder / DATABASE, secrets.database, create=True)
    try:
        schema.apply(db, schema.migrations())
        journal = Journal(db, clock, ids, device=ids.uuid7(), who=profile.name)
        settings = Settings(journal)
        age_identity = new_identity()
        store = Store(db, journal, BlobStore(folder / EVIDENCE, age_identity), settings, clock, ids)
        person = Person(profile.name, profile.nip, profile.title, profile.organisation, Role.LEAD)
        with store.writing():
            settings.set(DEVICE, journal.device)
            settings.set(AGE_IDENTITY, age_identity)
            _keep_profile(settings, profile)
            _adopt(Identities(journal), make_self_signed(person, clock=clock, ids=ids), secrets, store)
        check(db, folder / DATABASE)
    finally:
        db.conn.close()
    _write_keys(folder, keys)
    sync_folder(folder)


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
        schema.refuse_newer(schema.version_of(db), schema.SCHEMA_VERSION)
        check(db, path)
        db = bring_up_to_date(db, path, secrets.database, now=clock.now(), progress=progress)
        journal = Journal(db, clock, ids, device="", who="")
        settings = Settings(journal)
        journal.device = settings.get(DEVICE)
        journal.who = _profile(settings).name
        blobs = BlobStore(folder / EVIDENCE, settings.get(AGE_IDENTITY))
        return Vault(folder, keys, secrets.database, Store(db, journal, blobs, settings, clock, ids), lock)
    except BaseException:
        db.conn.close()
        raise


def _adopt(identities: Identities, identity: SigningIdentity, secrets: Secrets, store: Store) -> None:
    from gmsc_desktop.identity.certificates import to_der, to_pem
    from gmsc_desktop.identity.signer import private_key_der

    wrapped = keyfile.seal(
        secrets.signing, private_key_der(identity.private_key), _key_context(identity.fingerprint), store.ids
    )
    chain = to_pem(*identity.chain)
    row = StoredIdentity(identity.fingerprint, to_der(identity.certificate), chain, wrapped)
    identities.adopt(row, store.clock.now().isoformat())


def _key_context(fingerprint: str) -> str:
    return f"gmsc-signing-key/1 {fingerprint}"


def _write_keys(folder: Path, keys: KeyFile) -> None:
    """Write the key file and its copy in ``backups/``, so that one bad sector does not lock the owner out."""
    data = keys.to_json()
    with translating(folder / KEYS):
        write_atomically(folder / KEYS, data)
        (folder / backups.FOLDER).mkdir(exist_ok=True)
        write_atomically(folder / backups.FOLDER / KEYS, data)


def _profile(settings: Settings) -> Profile:
    import json

    return Profile(**json.loads(settings.get(PROFILE)))


def _keep_profile(settings: Settings, profile: Profile) -> None:
    settings.set(PROFILE, canonical_bytes(asdict(profile)).decode())


def _checked(profile: Profile) -> Profile:
    """The profile with its texts tidied. Raises ``InvalidInput``."""
    from gmsc_desktop.i18n import LANGUAGES

    tidy = {name: " ".join(str(value).split()) for name, value in asdict(profile).items()}
    tidy["nip"] = tidy["nip"].replace(" ", "")
    if not tidy["name"]:
        raise InvalidInput(N_("The name is missing."), cure=N_("Enter your name with degrees."))
    if tidy["nip"] and not (len(tidy["nip"]) == 18 and tidy["nip"].isascii() and tidy["nip"].isdigit()):
        raise InvalidInput(N_("A NIP has 18 digits."), cure=N_("Correct it, or leave it empty."))
    if tidy["language"] not in LANGUAGES:
        raise InvalidInput(N_("The language {code} is not known."), code=tidy["language"])
    return Profile(**tidy)


def _require_good(passphrase: str) -> None:
    problem = passphrase_problem(passphrase)
    if problem is not None:
        raise InvalidInput(problem)


def _require_free(folder: Path) -> None:
    with translating(folder):
        if looks_like_vault(folder):
            raise InvalidInput(
                N_("There is already a vault in {folder}."),
                kept=N_("Nothing was changed."),
                cure=N_("Open it, or choose another folder."),
                folder=folder,
            )
        if folder.exists() and (not folder.is_dir() or folder.is_mount() or any(folder.iterdir())):
            raise InvalidInput(
                N_("The folder {folder} is not empty."),
                kept=N_("Nothing was changed."),
                cure=N_("Choose a new folder for the vault, for instance one of its own inside this one."),
                folder=folder,
            )
