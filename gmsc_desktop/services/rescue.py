"""Reading what can be read of a damaged vault, and its key file's copy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.ports import Clock, Ids, Progress, no_progress
from gmsc_desktop.identity import keyfile
from gmsc_desktop.identity.keyfile import KeyFile
from gmsc_desktop.services.vault_folder import DATABASE, KEYS, read_keys, write_keys
from gmsc_desktop.services.vaults import complete_vault
from gmsc_desktop.store.backups import FOLDER as BACKUPS
from gmsc_desktop.store.backups import NO_HEAD, Backup, backup_path, described, list_backups
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.lock import holding
from gmsc_desktop.store.recovery import Recovered, recover

__all__ = ["Recovered", "Rescue", "keys_can_be_restored", "rescue_vault", "restore_keys"]


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was saved from a damaged database.

    ``backup`` is the recovered database, to be put in place with ``restore_backup``; ``tables`` says for each table
    how many rows were read, rebuilt from the journal and lost; ``broken`` of ``pages`` pages could not be read;
    ``proven`` whether the others are known to be unchanged; ``complete`` whether nothing is known to be missing.
    """

    backup: Backup
    tables: tuple[Recovered, ...]
    pages: int
    broken: int
    proven: bool
    complete: bool

    def report(self) -> str:
        """The numbers as JSON, for the office or a developer."""
        import json
        from dataclasses import asdict

        return json.dumps(asdict(self), default=str, indent=2)


def rescue_vault(folder: Path, passphrase: str, *, clock: Clock, ids: Ids, progress: Progress = no_progress) -> Rescue:
    """Recover what can be read of the vault's database into a new one among its backups; the damaged one stays.

    What every vault needs and this one lost (identity, owner) is made anew, so that the new one opens. Raises
    ``WrongPassphrase``, ``VaultInUse``, ``VaultDamaged`` when key file or database are missing, ``StorageError``;
    nothing is changed then.
    """
    folder = folder.absolute()
    keys = read_keys(folder)
    with holding(folder, clock):
        secrets = keys.unlock(passphrase)
        copies = [backup.path for backup in list_backups(folder / BACKUPS)]
        with translating(folder / BACKUPS):
            (folder / BACKUPS).mkdir(exist_ok=True)
        target = backup_path(folder / BACKUPS, clock.now(), NO_HEAD, "rescue")
        outcome = recover(folder / DATABASE, secrets.database, target, copies, progress)
        complete_vault(target, secrets, clock, ids)
    return Rescue(described(target), outcome.tables, outcome.pages, outcome.broken, outcome.proven, outcome.complete)


def keys_can_be_restored(folder: Path) -> bool:
    """Whether the copy of the key file in ``backups/`` is whole."""
    return _copied_keys(folder) is not None


def restore_keys(folder: Path, *, clock: Clock) -> None:
    """Put the copy of the key file in the place of a missing or damaged one.

    Raises ``VaultDamaged`` when the copy is no better, ``VaultInUse``, ``StorageError``.
    """
    found = _copied_keys(folder)
    if found is None:
        raise keyfile.damaged()
    with holding(folder, clock):
        write_keys(folder, found)


def _copied_keys(folder: Path) -> KeyFile | None:
    try:
        return keyfile.from_json((folder / BACKUPS / KEYS).read_bytes())
    except (OSError, GmscError):
        return None
