"""Where a vault can be put back from: a backup bundle, whole or in pieces, or a vault's folder that was copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from gmsc_desktop.domain.errors import N_, BundleError, InvalidInput, VaultReadOnly
from gmsc_desktop.domain.exchange import Kind
from gmsc_desktop.domain.ports import Clock, Progress
from gmsc_desktop.i18n import _
from gmsc_desktop.identity import keyfile
from gmsc_desktop.identity.keyfile import KeyFile
from gmsc_desktop.services.backup_bundles import PLACE, TEMPLATE
from gmsc_desktop.services.vault_folder import DATABASE, EVIDENCE, KEYS, read_keys
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import replacing
from gmsc_desktop.store.lock import NAME as LOCK
from gmsc_desktop.store.lock import VaultLock, acquire
from gmsc_desktop.store.quarantine import FOLDER as QUARANTINE

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault
    from gmsc_desktop.sync.opened import OpenBundle
    from gmsc_desktop.sync.volumes import Volume

NOTHING = N_("Nothing was restored, and no folder was left half.")
_CHUNK = 1 << 20
LARGEST_KEYS = 1 << 20
"""Bytes; a key file has about two thousand."""


class BackupSource(Protocol):
    """A vault to be put back. ``made_at`` is when the backup was made, None for a copied folder; ``missing`` counts
    the files the vault no longer had then."""

    made_at: datetime | None
    missing: int

    def keys(self) -> KeyFile:
        """The key file. Raises ``VaultDamaged``, ``VaultNewer``."""

    def put_into(self, staging: Path, progress: Progress) -> None:
        """Lay database, evidence and template into ``staging``, on the disk; ``progress`` counts bytes."""

    def finish(self, vault: Vault, staging: Path) -> None:
        """What takes the opened database. Raises ``BundleError`` when the backup is not this vault's own."""


def name_of(paths: tuple[Path, ...]) -> str:
    """What was chosen, for people."""
    return ", ".join(path.name or str(path) for path in paths[:3])


@contextmanager
def backup_source(paths: tuple[Path, ...], clock: Clock, progress: Progress) -> Iterator[BackupSource]:
    """What is in ``paths``: a backup bundle, its pieces, a folder with either, or a vault's folder.

    A bundle is verified whole first; ``progress`` counts its bytes. Raises ``InvalidInput`` when there is no backup, or
    more than one, or pieces are missing; ``BundleError`` when it is damaged, altered or no backup; ``VaultInUse``.
    """
    if len(paths) == 1 and any((paths[0] / name).is_file() for name in (DATABASE, KEYS)):
        with translating(paths[0]), _held(paths[0], clock):
            yield _CopiedVault(paths[0])
        return
    name, volumes = _the_one(paths)
    try:
        with _together(volumes) as file:
            yield _verified(file, name, progress)
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {detail}."), name=name, detail=error.strerror or str(error)
        ) from error


def _the_one(paths: tuple[Path, ...]) -> tuple[str, tuple[Path, ...] | tuple[Volume, ...]]:
    """The one bundle in ``paths``: its name, and its file or its pieces. Raises ``InvalidInput``."""
    from gmsc_desktop.services.receiving import bundles_in
    from gmsc_desktop.sync.volumes import missing, volume_of

    groups: dict[str, list[Volume]] = {}
    whole: dict[str, Path] = {}
    for path in bundles_in(_with_sisters(paths)):
        volume = volume_of(path)
        if volume is None:
            whole[str(path)] = path
        else:
            groups.setdefault(f"{path.parent / volume.whole}-{volume.count}", []).append(volume)
    if len(whole) + len(groups) != 1:
        names = sorted(Path(found).name for found in (*whole, *groups))
        raise InvalidInput(
            N_("There are several bundles here: {names}."),
            kept=NOTHING,
            cure=N_("Choose the one backup to be put back."),
            names=", ".join(names[:6]),
        )
    for path in whole.values():
        return path.name, (path,)
    ((_key, volumes),) = groups.items()
    lacking = missing(volumes)
    if lacking:
        raise InvalidInput(
            N_("Pieces of the backup {name} are missing: {numbers}."),
            kept=NOTHING,
            cure=N_("Put all pieces into one folder and choose that folder."),
            name=volumes[0].whole,
            numbers=", ".join(str(number) for number in lacking[:12]),
        )
    return volumes[0].whole, tuple(volumes)


def _with_sisters(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """``paths``; of a piece that was chosen alone, the others of the same bundle beside it too."""
    from gmsc_desktop.sync.volumes import volume_of

    found = list(paths)
    for path in paths:
        volume = volume_of(path)
        if volume is not None:
            found += sorted(path.parent.glob(f"{volume.whole}.[0-9][0-9][0-9]-{volume.count:03d}"))
    return tuple(dict.fromkeys(found))


@contextmanager
def _together(files: tuple[Path, ...] | tuple[Volume, ...]) -> Iterator[BinaryIO]:
    from gmsc_desktop.sync.pieces import Joined

    first = files[0]
    opened = first.open("rb") if isinstance(first, Path) else Joined(cast("tuple[Volume, ...]", files))
    with opened as file:
        yield cast(BinaryIO, file)


def _verified(file: BinaryIO, name: str, progress: Progress) -> BackupSource:
    from gmsc_desktop.identity.trust import TrustStore
    from gmsc_desktop.sync.messages import PATH, read_message
    from gmsc_desktop.sync.reading import read_bundle

    if file.read(len(_AGE)) == _AGE:
        raise BundleError(N_("{name} is an encrypted bundle and no backup."), kept=NOTHING, cure=_CHOOSE, name=name)
    file.seek(0)
    # Nobody is trusted on a new laptop; whether the signer is the vault's own key is seen once the vault is open.
    bundle = read_bundle(file, name, TrustStore(), progress)
    if bundle.info is None:
        reason = next(found for found in reversed(bundle.verdict.reasons) if not found.good)
        raise BundleError(reason.template, kept=NOTHING, cure=N_("Use another backup."), **reason.params)
    if bundle.info.kind != Kind.BACKUP.value:
        raise BundleError(
            N_("{name} is a bundle of another kind and no backup."), kept=NOTHING, cure=_CHOOSE, name=name
        )
    if not {PLACE + KEYS, PLACE + DATABASE} <= bundle.entries.keys():
        raise BundleError(
            N_("The backup {name} holds no vault."), kept=NOTHING, cure=N_("Use another backup."), name=name
        )
    return _BackupBundle(bundle, read_message(bundle.data(PATH), Kind.BACKUP.value))


_AGE = b"age-encryption.org/"
_CHOOSE = N_("Choose a file whose name begins with “gmsc-cadangan”, or the folder of a vault.")


class _BackupBundle:
    """A verified backup bundle: nothing is taken from it before its signature and every hash hold."""

    def __init__(self, bundle: OpenBundle, message: dict[str, Any]) -> None:
        self._bundle = bundle
        self.made_at: datetime | None = datetime.fromisoformat(message["made_at"])
        self.missing = len(message["missing"])

    def keys(self) -> KeyFile:
        """The key file."""
        if self._bundle.entries[PLACE + KEYS].size > LARGEST_KEYS:
            raise keyfile.damaged()
        return keyfile.from_json(self._bundle.data(PLACE + KEYS))

    def put_into(self, staging: Path, progress: Progress) -> None:
        """Every file of the vault, each compared once more with the hash that was signed."""
        held_back = (PLACE + KEYS, f"{PLACE}{QUARANTINE}/")
        names = [name for name in self._bundle.names("vault") if not name.startswith(held_back)]
        total, done = sum(self._bundle.entries[name].size for name in names), 0
        for name in names:
            progress(done, max(total, 1), _("Putting the files back"))
            self._take(name, staging / name.removeprefix(PLACE))
            done += self._bundle.entries[name].size

    def finish(self, vault: Vault, staging: Path) -> None:
        """The signer must be a key of this vault; then its quarantine is decrypted."""
        from gmsc_desktop.services.trusting import exchange_identity
        from gmsc_desktop.store.identities import Identities
        from gmsc_desktop.sync.sealed import opened

        info = self._bundle.info
        if info is None or not Identities(vault.store.journal).has(info.sender):
            raise BundleError(
                N_("The backup is signed by another key than those of the vault in it."),
                kept=NOTHING,
                cure=N_("Use a backup that this vault wrote itself."),
            )
        for name in self._bundle.names(f"vault/{QUARANTINE}"):
            sealed = staging / name.removeprefix(PLACE)
            self._take(name, sealed)
            with opened(sealed) as file:
                _copy(file.container(exchange_identity(vault)), sealed.with_suffix(""))
            sealed.unlink()

    def _take(self, name: str, target: Path) -> None:
        import hashlib

        from gmsc_desktop.sync.opened import changed_meanwhile

        target.parent.mkdir(parents=True, exist_ok=True)
        # Names in a bundle were checked when it was verified; evidence lies in folders by the beginning of its hash.
        if target.parent.name == EVIDENCE:
            target = target.parent / target.name[:2] / target.name
            target.parent.mkdir(exist_ok=True)
        digest = hashlib.sha256()
        with self._bundle.open(name) as source, replacing(target) as file:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
            if digest.hexdigest() != self._bundle.hashes[name]:
                raise changed_meanwhile(name)


class _CopiedVault:
    """A vault's folder that was copied, or lies on a stick."""

    made_at: datetime | None = None
    missing = 0

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keys(self) -> KeyFile:
        """The key file."""
        return read_keys(self._folder)

    def put_into(self, staging: Path, progress: Progress) -> None:
        """The database with its log, the evidence, the quarantine and the office's template; older backups stay."""
        own = [self._folder / name for name in (DATABASE, f"{DATABASE}-wal", TEMPLATE)]
        own += sorted((self._folder / EVIDENCE).glob("??/*.age")) + sorted((self._folder / QUARANTINE).glob("*.gmsc"))
        files = [path for path in own if path.is_file() and not path.is_symlink()]
        total, done = sum(path.stat().st_size for path in files), 0
        for path in files:
            progress(done, max(total, 1), _("Copying the vault"))
            target = staging / path.relative_to(self._folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as source:
                _copy(source, target)
            done += path.stat().st_size

    def finish(self, vault: Vault, staging: Path) -> None:
        """Nothing more."""


def _copy(source: BinaryIO, target: Path) -> None:
    with replacing(target) as file:
        shutil.copyfileobj(source, file, _CHUNK)


@contextmanager
def _held(folder: Path, clock: Clock) -> Iterator[None]:
    """Nobody works in the vault while it is copied; a stick that cannot be written to cannot be worked in either."""
    lock: VaultLock | None = None
    left_behind = not (folder / LOCK).exists()
    try:
        lock = acquire(folder, clock)
    except VaultReadOnly:
        lock = None
    try:
        yield
    finally:
        if lock is not None:
            lock.release()
            if left_behind:
                (folder / LOCK).unlink(missing_ok=True)
