"""Making, opening, recovering and checking a vault.

A vault is a folder: ``gmsc.db``, ``keys.json``, ``evidence/``, ``backups/`` (design, section 4). It exists as soon as
the folder bears its name, since it is built whole beside its place and then renamed.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.age.keys import new_identity
from gmsc_desktop.domain.errors import VaultDamaged, WrongPassphrase
from gmsc_desktop.domain.ports import Clock, Ids, Progress, no_progress
from gmsc_desktop.i18n import _
from gmsc_desktop.identity import keyfile
from gmsc_desktop.identity.keyfile import Kdf, KeyFile, Secrets
from gmsc_desktop.services.profiles import Profile, has_profile, keep_profile, load_profile, tidied
from gmsc_desktop.services.vault import Vault, adopt
from gmsc_desktop.services.vault_folder import (
    DATABASE,
    EVIDENCE,
    clear_leftovers,
    looks_like_vault,
    passphrase_problem,
    read_keys,
    require_free,
    require_good,
    write_keys,
)
from gmsc_desktop.store import backups, schema
from gmsc_desktop.store.blobs import BlobStore
from gmsc_desktop.store.database import check, damaged, open_database, problems, translating
from gmsc_desktop.store.files import sync_folder
from gmsc_desktop.store.identities import Identities
from gmsc_desktop.store.journal import Journal
from gmsc_desktop.store.lock import VaultLock, acquire
from gmsc_desktop.store.migrating import bring_up_to_date
from gmsc_desktop.store.settings import Settings
from gmsc_desktop.store.store import Store

if TYPE_CHECKING:
    from sqlite_utils import Database


__all__ = [
    "Profile",
    "Vault",
    "check_vault",
    "create_vault",
    "looks_like_vault",
    "open_vault",
    "open_with",
    "passphrase_problem",
    "recover_vault",
]

DEVICE = "device"
AGE_IDENTITY = "age_identity"
"""Names of settings."""


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
    vault = open_with(folder, keys, secrets, clock, ids, acquire(folder, clock), no_progress)
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
        return open_with(folder, keys, keys.unlock(passphrase), clock, ids, lock, progress)
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
        vault = open_with(folder, keys, secrets, clock, ids, lock, progress)
        try:
            vault.keep_keys(keys.rewrap(secrets, new_passphrase, ids))
        except BaseException:
            vault.store.conn.close()
            raise
        return vault
    except BaseException:
        lock.release()
        raise


def check_vault(vault: Vault, *, read_files: bool = False, progress: Progress = no_progress) -> tuple[str, ...]:
    """What is wrong with the vault, a translated line for each finding, empty when all holds.

    Looked at are the database's pages, structure and references (in SQLite's own words), the journal's chains, and
    that every file named lies there; with ``read_files`` each is decrypted and its hash compared too, which takes as
    long as reading it all. ``progress`` counts files. Raises ``StorageError``, ``Cancelled``.
    """
    found = []
    with vault.store.reading():
        found += list(problems(vault.store.conn))
        broken = vault.store.journal.verify()
        if broken is not None:
            found.append(_("Journal: row {seq} does not fit ({what}).").format(seq=broken.seq, what=broken.what))
        named = sorted(backups.named_blobs(vault.store.conn))
    for number, sha256 in enumerate(named):
        progress(number, len(named))
        if not vault.store.blobs.has(sha256):
            found.append(_("The file {sha256} is no longer in the vault.").format(sha256=sha256))
        elif read_files:
            try:
                vault.store.blobs.verify(sha256)
            except VaultDamaged as error:
                found.append(_(error.template).format(**error.params))
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
            adopt(identities, make_self_signed(person, clock=clock, ids=ids), secrets, clock, ids)


def open_with(
    folder: Path, keys: KeyFile, secrets: Secrets, clock: Clock, ids: Ids, lock: VaultLock, progress: Progress
) -> Vault:
    """The vault in ``folder``, whose secrets are known, held by ``lock``. Raises what ``open_vault`` does."""
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
        clear_leftovers(folder)
        blobs = BlobStore(folder / EVIDENCE, settings.get(AGE_IDENTITY))
        return Vault(folder, keys, secrets.database, Store(db, journal, blobs, settings, clock, ids), lock)
    except BaseException:
        db.conn.close()
        raise
