"""A backup of the whole vault in one signed bundle, for a stick or another disk (docs/bundle-format.md, "Backups").

Everything secret in it is ciphertext already: the database under its own key, the keys wrapped by passphrase and
recovery code, each evidence file encrypted to the vault's own age key. So nothing is encrypted anew, and a backup
costs little more than copying the files.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from gmsc_desktop.age.keys import recipient_of
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, BundleError, Refused
from gmsc_desktop.domain.exchange import Kind
from gmsc_desktop.domain.exports import BackupRecord
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.i18n import _
from gmsc_desktop.services.posting import free_name, require_folder, sender_of
from gmsc_desktop.services.trusting import exchange_identity, stamp
from gmsc_desktop.services.vault_folder import DATABASE, KEYS
from gmsc_desktop.store.backup_bundles import BackupBundles
from gmsc_desktop.store.backups import FOLDER as BACKUPS
from gmsc_desktop.store.backups import named_blobs
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import TEMPORARY
from gmsc_desktop.store.quarantine import FOLDER as QUARANTINE
from gmsc_desktop.store.seals_known import KnownSeals

if TYPE_CHECKING:
    from datetime import datetime

    from gmsc_desktop.services.vault import Vault
    from gmsc_desktop.sync.bundle import BundleContent, BundleFile

PLACE = "data/vault/"
"""Where the files of the vault lie in the bag, under the names they have in its folder."""
TEMPLATE = Path("templates") / "piagam.json"
OUTSIDE_THE_ROW = 0
"""The number of a backup: it is no message, so it is not counted among the bundles the office waits for."""


def backup_name(device: str, at: datetime) -> str:
    """``gmsc-cadangan-20260302-101500-1a2b3c4d.gmsc``: sorts by time."""
    return f"gmsc-cadangan-{at:%Y%m%d-%H%M%S}-{device[-8:]}.gmsc"


class BackupBundleService:
    """Writes the backups of one vault and remembers them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._records = BackupBundles(vault.store)

    def list(self) -> tuple[BackupRecord, ...]:
        """Every backup written outside the vault, the newest first."""
        return self._records.list()

    def lying_there(self, folder: Path) -> BackupRecord | None:
        """The backup in ``folder`` since which nothing was written, None when a new one is due."""
        for record in self._records.list():
            if self._records.changed_since(record):
                return None
            if Path(record.folder) == folder and _size_of(record) == record.size:
                return record
        return None

    def write(
        self, folder: Path, passphrase: str, *, piece: int = 0, again: bool = False, progress: Progress = no_progress
    ) -> Done[BackupRecord]:
        """Write the whole vault into one file in ``folder``, in pieces of at most ``piece`` bytes when that is not 0.

        ``progress`` counts bytes. Raises ``Refused`` when nothing was written since the backup that lies there, unless
        one is wanted ``again``; ``InvalidInput`` without the folder, ``WrongPassphrase``, ``VaultDamaged`` when the
        database fails its checks, ``StorageError``, ``Cancelled``; nothing is left behind then.
        """
        from gmsc_desktop.sync.bundle import write_bundle

        require_folder(folder)
        known = None if again else self.lying_there(folder)
        if known is not None:
            raise Refused(
                N_("Nothing has been entered since the backup {name}, which lies in {folder}."),
                kept=N_("Nothing was written."),
                cure=N_("To write one all the same, choose “write it again”."),
                name=known.file_name,
                folder=folder,
            )
        vault, store = self._vault, self._vault.store
        identity = vault.signing_identity(passphrase)
        at = store.clock.now()
        name = free_name(folder, backup_name(vault.device, at))
        self._sweep(folder)
        with self._copied() as copy, ExitStack() as held:
            gathering = Gathering(vault, held, progress)
            content = gathering.content(copy, at)
            try:
                written = write_bundle(folder / name, content, identity, at, second_half(progress), piece)
            except BundleError:
                # A file was changed behind the back of what is remembered of it: next time all are read again.
                gathering.seals.forget()
                raise
            with translating(vault.folder):
                gathering.seals.keep()
        rows, head = gathering.state
        record = BackupRecord(
            id=store.ids.uuid7(),
            created_at=at,
            folder=str(folder),
            file_name=name,
            sha256=written.sha256,
            size=written.size,
            pieces=len(written.files),
            journal_rows=rows,
            journal_head=head,
            files=gathering.evidence,
        )
        self._records.add(record)
        return Done(record, Changed(frozenset({"backup"})))

    def _sweep(self, folder: Path) -> None:
        """Remove what a backup that was cut short left in ``folder``; this vault is open here only, so none is being
        written now."""
        with translating(folder):
            for path in folder.glob(f".gmsc-cadangan-*-{self._vault.device[-8:]}*{TEMPORARY}"):
                path.unlink(missing_ok=True)

    @contextmanager
    def _copied(self) -> Iterator[Path]:
        """A checked copy of the database, for as long as it is needed."""
        vault = self._vault
        copy = vault.folder / BACKUPS / f"paket{TEMPORARY}"
        with translating(copy):
            copy.parent.mkdir(exist_ok=True)
        try:
            vault.copy_database(copy)
            yield copy
        finally:
            with translating(copy):
                copy.unlink(missing_ok=True)


class Gathering:
    """Finds the files of one backup and their hashes, of evidence only those not known yet. ``state`` is rows and head
    of the journal, ``evidence`` how many evidence files go along. What it has to hold open until the backup is written
    is given to ``held``."""

    def __init__(self, vault: Vault, held: ExitStack, progress: Progress) -> None:
        self._vault, self._held, self._progress = vault, held, progress
        self._recipient = recipient_of(exchange_identity(vault))
        self.state = vault.store.journal.vault_head()
        self.seals = KnownSeals(vault.folder / BACKUPS)
        self.evidence = 0

    def content(self, copy: Path, at: datetime) -> BundleContent:
        """What travels: ``copy`` is that of the database. Raises ``StorageError``, ``Cancelled``."""
        from gmsc_desktop.store.schema import version_of
        from gmsc_desktop.sync.bundle import BundleContent
        from gmsc_desktop.sync.messages import write_message

        vault, store = self._vault, self._vault.store
        with store.reading():
            named = sorted(named_blobs(store.conn))
            (visits,) = store.conn.execute("SELECT count(*) FROM visit").fetchone()
            version = version_of(store.db)
        present = [sha256 for sha256 in named if store.blobs.has(sha256)]
        with translating(vault.folder):
            database = _lying(PLACE + DATABASE, copy, _hashed(copy))
            evidence = list(self._sealed(present))
            others = [_held(PLACE + KEYS, (vault.folder / KEYS).read_bytes()), *self._rest()]
        self.evidence = len(evidence)
        rows, head = self.state
        message = {
            "device": vault.device,
            "key": vault.certificate_fingerprint,
            "owner": {"name": vault.profile.name, "organisation": vault.profile.organisation},
            "made_at": stamp(at),
            "schema": version,
            "journal": {"rows": rows, "head": head},
            "database": {"sha256": database.sha256, "size": database.size},
            "visits": int(visits),
            "evidence": {"files": len(evidence), "size": sum(file.size for file in evidence)},
            "missing": [sha256 for sha256 in named if sha256 not in set(present)],
        }
        return BundleContent(
            sender=sender_of(vault),
            device=vault.device,
            sequence=OUTSIDE_THE_ROW,
            visits=(),
            open_file=store.blobs.stream,
            kind=Kind.BACKUP.value,
            journal_head=head,
            message=write_message(Kind.BACKUP.value, message),
            files=(database, *evidence, *others),
        )

    def _sealed(self, present: list[str]) -> Iterator[BundleFile]:
        """The evidence as it lies there, encrypted; each is read once for its hash."""
        blobs = self._vault.store.blobs
        sizes = {sha256: blobs.path(sha256).stat().st_size for sha256 in present}
        done, total = 0, sum(sizes.values())
        for sha256, size in sizes.items():
            first_half(self._progress)(done, total, _("Reading the evidence"))
            yield _lying(f"{PLACE}evidence/{sha256}.age", blobs.path(sha256), self.seals.hash(blobs.path(sha256)))
            done += size

    def _rest(self) -> Iterator[BundleFile]:
        """The office's own template, and what lies in the quarantine: that may be in the plain, so it is encrypted."""
        template = self._vault.folder / TEMPLATE
        if template.is_file():
            yield _held(PLACE + TEMPLATE.as_posix(), template.read_bytes())
        for path in sorted((self._vault.folder / QUARANTINE).glob("*.gmsc")):
            yield self._encrypted(f"{PLACE}quarantine/{path.name}.age", path)

    def _encrypted(self, name: str, path: Path) -> BundleFile:
        """The file at ``path`` encrypted to the vault's own exchange key, in an unnamed file of its disk."""
        import pyrage

        from gmsc_desktop.sync.bundle import BundleFile

        sealed = cast(BinaryIO, self._held.enter_context(tempfile.TemporaryFile(dir=path.parent)))  # noqa: SIM115
        with path.open("rb") as plain:
            pyrage.encrypt_io(plain, sealed, [pyrage.x25519.Recipient.from_str(self._recipient)])
        size = sealed.tell()
        sealed.seek(0)
        digest = hashlib.file_digest(cast(Any, sealed), "sha256").hexdigest()

        @contextmanager
        def opens() -> Iterator[BinaryIO]:
            sealed.seek(0)
            yield sealed

        return BundleFile(name, digest, size, opens)


def first_half(progress: Progress) -> Progress:
    """Of two passes over the same bytes, the first."""
    return lambda done, total, text="": progress(done, 2 * max(total, 1), text)


def second_half(progress: Progress) -> Progress:
    """Of two passes over the same bytes, the second."""
    return lambda done, total, text="": progress(max(total, 1) + done, 2 * max(total, 1), text)


def _lying(name: str, path: Path, sha256: str) -> BundleFile:
    """A file that goes along as it lies on the disk."""
    from gmsc_desktop.sync.bundle import BundleFile

    opens = cast("Callable[[], AbstractContextManager[BinaryIO]]", lambda: path.open("rb"))
    return BundleFile(name, sha256, path.stat().st_size, opens)


def _held(name: str, data: bytes) -> BundleFile:
    """A small file that was read already."""
    from gmsc_desktop.sync.bundle import BundleFile

    return BundleFile(name, sha256_hex(data), len(data), lambda: BytesIO(data))


def _hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size_of(record: BackupRecord) -> int:
    """Bytes of the backup that lie in its folder now."""
    folder = Path(record.folder)
    with translating(folder):
        if record.pieces == 1:
            path = folder / record.file_name
            return path.stat().st_size if path.is_file() else 0
        names = (f"{record.file_name}.{n:03d}-{record.pieces:03d}" for n in range(1, record.pieces + 1))
        return sum((folder / name).stat().st_size for name in names if (folder / name).is_file())
