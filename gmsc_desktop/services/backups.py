"""Backups of the open vault, and putting one back into a closed one."""

from __future__ import annotations

from pathlib import Path

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.ports import Clock, Progress, no_progress
from gmsc_desktop.services.vault_folder import DATABASE, read_keys
from gmsc_desktop.services.vaults import Vault
from gmsc_desktop.store.backups import FOLDER as BACKUPS
from gmsc_desktop.store.backups import Backup, list_backups, put_back
from gmsc_desktop.store.lock import holding
from gmsc_desktop.system import SystemClock

__all__ = ["Backup", "BackupService", "backups_of", "restore_backup"]


class BackupService:
    """Makes and lists the backups of one open vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def make(self, reason: str = "manual", progress: Progress = no_progress) -> Done[Backup]:
        """Copy the database now. Raises ``VaultDamaged`` when the copy fails its checks, ``StorageError``."""
        return Done(self._vault.backup(reason, progress), Changed(frozenset({"backup"})))

    def list(self) -> tuple[Backup, ...]:
        """The backups, newest first."""
        return self._vault.backups()


def backups_of(folder: Path) -> tuple[Backup, ...]:
    """The backups of the vault in ``folder``, newest first; also of one that does not open."""
    return list_backups(folder / BACKUPS)


def restore_backup(folder: Path, backup: Backup, passphrase: str, *, clock: Clock | None = None) -> Path | None:
    """Put ``backup`` in the place of the closed vault's database; returns where the old database is kept beside it,
    None when there was none.

    Raises ``WrongPassphrase``, ``VaultInUse``, ``NotFound``, ``VaultDamaged`` when the backup itself is damaged,
    ``StorageError``; the vault is unchanged then.
    """
    clock = clock or SystemClock()
    folder = folder.absolute()
    keys = read_keys(folder, database_needed=False)
    with holding(folder, clock):
        secrets = keys.unlock(passphrase)
        return put_back(backup.path, folder / DATABASE, secrets.database, now=clock.now())
