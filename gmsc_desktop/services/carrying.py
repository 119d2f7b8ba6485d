"""One bundle to a server or from it, piece by piece: what is there already with the right sum does not go again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from gmsc_desktop.domain.errors import N_, NetworkError, StorageError
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _
from gmsc_desktop.store.files import sync_file
from gmsc_desktop.sync.parcel import LARGEST_SUMS, MOST, SUMS, complete, is_bundle_name, parcel_of
from gmsc_desktop.sync.remote import Remote

NOTED_EVERY = 8
"""Pieces after which the server's list is written anew; a broken line costs no more than these."""
LARGEST_PIECE = 64 << 20
"""Bytes of a piece that is taken from a server: one is held in memory, whatever the server says of it."""
ROOM = 64 << 20
"""Bytes that stay free on the disk."""


def put_parcel(remote: Remote, folder: str, path: Path, progress: Progress) -> int:
    """Put the bundle at ``path`` into ``folder`` of the server; how many bytes went. ``progress`` counts bytes.

    Raises ``NetworkError``, ``Cancelled``, ``OSError``; what has arrived is noted there, as far as the line holds.
    """
    parcel = parcel_of(path)
    listed = f"{folder}/{parcel.name}{SUMS}"
    there = set(parcel.arrived(remote.get(listed, LARGEST_SUMS) or b""))
    # The list is only believed of pieces that are there in their size: someone may have tidied up.
    there = {
        part.name for part in parcel.parts if part.name in there and remote.size(f"{folder}/{part.name}") == part.size
    }
    total, done, sent, unnoted = sum(part.size for part in parcel.parts), 0, 0, 0
    text = _("Uploading {name}").format(name=parcel.name)
    with path.open("rb") as file:
        try:
            for part in parcel.parts:
                progress(done, total, text)
                if part.name not in there:
                    file.seek(part.offset)
                    remote.put(f"{folder}/{part.name}", file.read(part.size))
                    there.add(part.name)
                    sent, unnoted = sent + part.size, unnoted + 1
                done += part.size
                if unnoted >= NOTED_EVERY:
                    remote.put(listed, parcel.sums(frozenset(there)))
                    unnoted = 0
        except BaseException:
            if unnoted:
                _note(remote, listed, parcel.sums(frozenset(there)))
            raise
    remote.put(listed, parcel.sums(frozenset(there)))
    progress(total, total, text)
    return sent


def _note(remote: Remote, listed: str, sums: bytes) -> None:
    """Try to note what has arrived; what stopped the work is told, not that this failed as well."""
    from contextlib import suppress

    with suppress(NetworkError):
        remote.put(listed, sums)


Listed = tuple[str, str, str, tuple[tuple[str, str], ...]]


def listed(remote: Remote, folders: Iterable[str]) -> Iterator[Listed]:
    """Folder, name, hex SHA-256 and pieces of every bundle that has wholly arrived in ``folders`` of the server."""
    for folder in folders:
        for found in remote.names(folder):
            name = found.removesuffix(SUMS)
            if found == name or not is_bundle_name(name):
                continue
            told = complete(name, remote.get(f"{folder}/{found}", LARGEST_SUMS) or b"")
            if told is not None and len(told[1]) <= MOST:
                yield (folder, name, *told)


def get_parcel(
    remote: Remote,
    folder: str,
    name: str,
    sha256: str,
    pieces: tuple[tuple[str, str], ...],
    target: Path,
    progress: Progress,
) -> Path:
    """Bring a bundle into the folder ``target`` and return where it lies. Pieces that came before are kept.

    Raises ``NotAsListed`` when a piece is not there or not what the list says, ``NetworkError``, ``StorageError``,
    ``OSError``, ``Cancelled``.
    """
    path = target / f"{name.removesuffix('.gmsc')}-{sha256}.gmsc"
    if path.exists():
        return path
    half = target / f"{sha256}.part"
    kept = _kept(half, remote, folder, pieces)
    text = _("Fetching {name}").format(name=name)
    with half.open("r+b" if half.exists() else "w+b") as file:
        file.truncate(sum(size for _piece, size in kept))
        file.seek(0, 2)
        for number, (piece, wanted) in enumerate(pieces):
            progress(number, len(pieces), text)
            if number < len(kept):
                continue
            _require_room(target)
            data = remote.get(f"{folder}/{piece}", LARGEST_PIECE)
            if data is None or hashlib.sha256(data).hexdigest() != wanted:
                raise _not_as_listed(name)
            file.write(data)
            file.flush()
    if _digest(half) != sha256:
        half.unlink()
        raise _not_as_listed(name)
    sync_file(half)
    half.replace(path)
    progress(len(pieces), len(pieces), text)
    return path


def sha256_in_name(path: Path) -> str:
    """The SHA-256 that stands in the name of a fetched file."""
    return path.stem.rpartition("-")[2]


def _kept(half: Path, remote: Remote, folder: str, pieces: tuple[tuple[str, str], ...]) -> list[tuple[str, int]]:
    """Name and size of the pieces at the beginning of ``half`` that are what they should be."""
    kept: list[tuple[str, int]] = []
    if not half.exists():
        return kept
    size = remote.size(f"{folder}/{pieces[0][0]}") or 0
    with half.open("rb") as file:
        for piece, wanted in pieces:
            data = file.read(size) if 0 < size <= LARGEST_PIECE else b""
            if not data or hashlib.sha256(data).hexdigest() != wanted:
                break
            kept.append((piece, len(data)))
    return kept


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_room(folder: Path) -> None:
    import shutil

    if shutil.disk_usage(folder).free < ROOM:
        raise StorageError(
            N_("There is not enough room to fetch bundles."),
            kept=N_("What has come stays; the next try goes on from it."),
            cure=N_("Make room on the disk of the vault, and fetch again."),
        )


class NotAsListed(NetworkError):
    """One bundle on the server is not what its list says; nothing is wrong with the line or the others."""


def _not_as_listed(name: str) -> NotAsListed:
    return NotAsListed(
        N_("{name} on the server is not what its list says: it is being replaced, or was damaged."),
        kept=N_("Nothing of it was taken in."),
        cure=N_("Try again later; if it stays so, ask the sender to upload it once more."),
        name=name,
    )
