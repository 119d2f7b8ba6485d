"""What a vault's folder holds under which names, and the rules for its passphrase.

``gmsc.db``, ``keys.json``, ``evidence/``, ``backups/`` (design, section 4); ``docs/database.md`` describes each.
"""

from __future__ import annotations

import os
from pathlib import Path

from gmsc_desktop.domain.errors import N_, InvalidInput, NotAVault, VaultDamaged
from gmsc_desktop.identity import keyfile
from gmsc_desktop.identity.keyfile import KeyFile
from gmsc_desktop.store.backups import FOLDER as BACKUPS
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import TEMPORARY, replacing, sync

DATABASE = "gmsc.db"
KEYS = "keys.json"
EVIDENCE = "evidence"

SHORTEST = 12
"""Characters a passphrase has at least; length is what makes guessing dear (NIST SP 800-63B, section 5.1.1)."""
FEWEST_SIGNS = 5

_UNCHANGED = N_("Nothing was changed.")
_STILL_THERE = N_("Nothing was changed. The data is still there.")


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


def require_good(passphrase: str) -> None:
    """Raise ``InvalidInput`` when the new passphrase will not do."""
    problem = passphrase_problem(passphrase)
    if problem is not None:
        raise InvalidInput(problem)


def require_free(folder: Path) -> None:
    """Raise ``InvalidInput`` unless a vault can be made at ``folder``: it is not there, or is an empty folder."""
    with translating(folder):
        if looks_like_vault(folder):
            raise InvalidInput(
                N_("There is already a vault in {folder}."),
                kept=_UNCHANGED,
                cure=N_("Open it, or choose another folder."),
                folder=folder,
            )
        if folder.exists() and (not folder.is_dir() or os.path.ismount(folder) or any(folder.iterdir())):
            raise InvalidInput(
                N_("The folder {folder} is not empty."),
                kept=_UNCHANGED,
                cure=N_("Choose a new folder for the vault, for instance one of its own inside this one."),
                folder=folder,
            )


def read_keys(folder: Path, *, database_needed: bool = True) -> KeyFile:
    """The key file of the vault in ``folder``.

    Raises ``NotAVault`` when there is no vault, ``VaultDamaged`` when a part of it is missing or the key file is
    damaged, ``VaultNewer``.
    """
    keys, database = folder / KEYS, folder / DATABASE
    with translating(folder):
        has_keys, has_database = keys.is_file(), database.is_file()
    if not has_keys and not has_database:
        raise NotAVault(
            N_("There is no vault in {folder}."),
            kept=_UNCHANGED,
            cure=N_("Choose the folder that holds gmsc.db and keys.json, or make a new vault."),
            folder=folder,
        )
    if not has_keys:
        raise VaultDamaged(
            N_("The vault's key file keys.json is missing; without it nothing can be opened."),
            kept=_STILL_THERE,
            cure=N_("Copy keys.json from the folder “backups” of this vault, or from another copy of it."),
        )
    with translating(keys):
        found = keyfile.from_json(keys.read_bytes())
    if database_needed and not has_database:
        raise VaultDamaged(
            N_("The vault's database gmsc.db is missing."), kept=_UNCHANGED, cure=N_("Restore a backup of this vault.")
        )
    return found


def clear_leftovers(folder: Path) -> None:
    """Remove what a crash left half-written in the folder and its backups; the vault must be held."""
    with translating(folder):
        for place in (folder, folder / BACKUPS):
            for pattern in (f"*{TEMPORARY}", f"*{TEMPORARY}-*", f"{DATABASE}.migrating*"):
                for path in place.glob(pattern):
                    path.unlink(missing_ok=True)


def write_keys(folder: Path, keys: KeyFile) -> None:
    """Write the key file and its copy in ``backups/``, so that one bad sector does not lock the owner out."""
    data = keys.to_json()
    with translating(folder / KEYS):
        (folder / BACKUPS).mkdir(exist_ok=True)
        # Both lie on the disk before either takes its place: a disk that fills leaves the old passphrase in both.
        with replacing(folder / BACKUPS / KEYS) as copy:
            copy.write(data)
            sync(copy)
            with replacing(folder / KEYS) as file:
                file.write(data)
