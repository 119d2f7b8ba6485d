"""A vault put back on a new laptop from a backup or a copied folder.

The new vault is built whole beside its place, checked to the last file, and only then given its name. It gets a
device id of its own, so that what it writes and what the old laptop may still write are never taken for one another.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import VaultInUse, VaultReadOnly
from gmsc_desktop.domain.ports import Clock, Ids, Progress, no_progress
from gmsc_desktop.i18n import _
from gmsc_desktop.identity.keyfile import KeyFile, Secrets
from gmsc_desktop.services.backup_bundles import first_half, second_half
from gmsc_desktop.services.backup_sources import BackupSource, backup_source, name_of
from gmsc_desktop.services.vault_folder import EVIDENCE, require_free, require_good, write_keys
from gmsc_desktop.services.vaults import DEVICE, check_vault, open_with
from gmsc_desktop.store.backups import FOLDER as BACKUPS
from gmsc_desktop.store.backups import named_blobs
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.exports import FORMER, ExportRepository, former_devices
from gmsc_desktop.store.files import sync_folder, write_atomically
from gmsc_desktop.store.lock import acquire
from gmsc_desktop.store.lock import holding as held
from gmsc_desktop.system import SystemClock

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

STAGING = ".gmsc-restore"
"""The end of the name of a folder in which a vault is being put together."""
MARK = "restore.json"


@dataclass(frozen=True, slots=True)
class Key:
    """What opens the backup: the passphrase, or the recovery code and a new passphrase to use from now on."""

    passphrase: str = field(repr=False)
    code: str = field(default="", repr=False)

    def unlock(self, keys: KeyFile) -> Secrets:
        """The secrets. Raises ``WrongPassphrase``."""
        return keys.unlock_with_code(self.code) if self.code else keys.unlock(self.passphrase)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. ``made_at`` is when the backup was made, None for a copied folder; ``device`` the new id and
    ``former`` the one before. ``findings`` are translated lines on what is missing or does not hold."""

    folder: Path
    owner: str
    made_at: datetime | None
    device: str
    former: str
    visits: int
    drafts: int
    files: int
    size: int
    documents: int
    exports: int
    journal_rows: int
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A restore to ``folder`` that did not come to its end; nothing of it is left."""

    folder: Path
    source: str
    began_at: datetime | None


def restore(
    paths: tuple[Path, ...], folder: Path, key: Key, *, clock: Clock, ids: Ids, progress: Progress = no_progress
) -> Restored:
    """Put the vault in ``paths`` (a backup, its pieces, or a vault's folder) into the new or empty ``folder``; nothing
    there is ever replaced. The vault is closed when this returns.

    ``progress`` counts bytes, then files. Raises ``InvalidInput`` when there is no backup or the folder is not free,
    ``WrongPassphrase``, ``BundleError`` when the backup is damaged, altered or signed by another key than the vault's,
    ``VaultDamaged``, ``VaultNewer``, ``VaultInUse``, ``StorageError``, ``Cancelled``; no folder is left half then.
    """
    folder = folder.absolute()
    require_free(folder)
    if key.code:
        require_good(key.passphrase)
    with backup_source(paths, clock, first_half(progress)) as source:
        keys = source.keys()
        secrets = key.unlock(keys)
        if key.code:
            keys = keys.rewrap(secrets, key.passphrase, ids)
        with _staged(folder, name_of(paths), clock) as staging:
            with translating(staging):
                source.put_into(staging, second_half(progress))
            write_keys(staging, keys)
            return _settle(staging, folder, source, keys, secrets, clock, ids, progress)


def interrupted(places: Iterable[Path]) -> tuple[Interrupted, ...]:
    """Restores into folders of ``places`` that a crash cut short: what they left is removed here, and told once.

    One that another program is still at is left alone. Raises ``StorageError``.
    """
    found = []
    for place in dict.fromkeys(places):
        with translating(place):
            left = sorted(place.glob(f".*{STAGING}")) if place.is_dir() else []
        found += [told for staging in left if (told := _left_behind(staging)) is not None]
    return tuple(found)


def _left_behind(staging: Path) -> Interrupted | None:
    try:
        acquire(staging, SystemClock()).release()
    except (VaultInUse, VaultReadOnly):
        return None
    source, began = "", None
    try:
        told = json.loads((staging / MARK).read_text(encoding="utf-8"))
        source, began = str(told["source"]), datetime.fromisoformat(told["began_at"])
    except (OSError, ValueError, KeyError, TypeError):
        # The crash came before the mark was written; where it was going to is still known.
        source = ""
    with translating(staging):
        shutil.rmtree(staging)
    return Interrupted(staging.with_name(staging.name.removeprefix(".").removesuffix(STAGING)), source, began)


@contextmanager
def _staged(folder: Path, source: str, clock: Clock) -> Iterator[Path]:
    """A new folder beside ``folder`` that is removed unless it was given the name of ``folder`` by then."""
    staging = folder.with_name(f".{folder.name}{STAGING}")
    with translating(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if staging.exists():
            with held(staging, clock):
                pass
            shutil.rmtree(staging)
        staging.mkdir()
        mark = {"source": source, "began_at": clock.now().isoformat()}
        write_atomically(staging / MARK, canonical_bytes(mark))
        for name in (EVIDENCE, BACKUPS):
            (staging / name).mkdir()
    try:
        yield staging
    finally:
        with translating(folder):
            if staging.exists():
                shutil.rmtree(staging)


def _settle(
    staging: Path,
    folder: Path,
    source: BackupSource,
    keys: KeyFile,
    secrets: Secrets,
    clock: Clock,
    ids: Ids,
    progress: Progress,
) -> Restored:
    """Open what was put together, check all of it, give it a device id of its own, then its name."""
    lock = acquire(staging, clock)
    try:
        vault = open_with(staging, keys, secrets, clock, ids, lock, progress)
        try:
            source.finish(vault, staging)
            findings = check_vault(vault, read_files=True, progress=_checking(vault, progress))
            former = _new_device(vault, clock, ids)
            restored = _report(vault, folder, source, former, findings)
            # All of it in the one file, so that renaming the folder moves everything.
            with vault.store.reading():
                vault.store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            vault.store.conn.close()
    finally:
        lock.release()
    with translating(folder):
        (staging / MARK).unlink()
        for place in (staging / EVIDENCE, staging / BACKUPS, staging):
            sync_folder(place)
        if folder.exists():
            folder.rmdir()
        staging.rename(folder)
        sync_folder(folder.parent)
    return restored


def _checking(vault: Vault, progress: Progress) -> Progress:
    """Tells in bytes how far the check of the files is, which counts them in the order of their hashes."""
    blobs = vault.store.blobs
    with vault.store.reading():
        sizes = [
            blobs.path(each).stat().st_size if blobs.has(each) else 0 for each in sorted(named_blobs(vault.store.conn))
        ]
    ends = [0, *accumulate(sizes)]
    return lambda done, _total, _text="": progress(ends[done], max(ends[-1], 1), _("Checking every file"))


def _new_device(vault: Vault, clock: Clock, ids: Ids) -> str:
    """Give the vault a device id of its own and remember the one before; answers with that."""
    store = vault.store
    former = store.journal.device
    known = [{"device": each.device, "exports": each.exports, "until": each.until} for each in former_devices(store)]
    left = {"device": former, "exports": ExportRepository(store).rows(), "until": clock.now().isoformat()}
    store.journal.device = ids.uuid7()
    with store.writing():
        store.settings.set(FORMER, canonical_bytes([*known, left]).decode())
        store.settings.set(DEVICE, store.journal.device)
    return former


def _report(vault: Vault, folder: Path, source: BackupSource, former: str, findings: tuple[str, ...]) -> Restored:
    store = vault.store
    with store.reading():

        def count(query: str) -> int:
            return int(store.conn.execute(query).fetchone()[0])

        present = [sha256 for sha256 in named_blobs(store.conn) if store.blobs.has(sha256)]
        return Restored(
            folder=folder,
            owner=vault.profile.name,
            made_at=source.made_at,
            device=vault.device,
            former=former,
            visits=count("SELECT count(*) FROM visit"),
            drafts=count("SELECT count(*) FROM visit WHERE state = 'draft'"),
            files=len(present),
            size=sum(store.blobs.path(sha256).stat().st_size for sha256 in present),
            documents=count("SELECT count(*) FROM document"),
            exports=count("SELECT count(*) FROM export"),
            journal_rows=store.journal.vault_head()[0],
            findings=findings,
        )
