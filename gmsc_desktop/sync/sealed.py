"""Opening the age layer of a bundle with the addressee's own identity."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from gmsc_desktop.domain.errors import N_, BundleError, InvalidInput

MAGIC = b"age-encryption.org/"
IN_MEMORY = 32 * 1024 * 1024
"""Bytes of an opened bundle held in memory; a longer one waits in an unnamed file of the vault's own disk."""


class NotForUs(BundleError):
    """The bundle is encrypted for somebody else, or was damaged on its way."""


@contextmanager
def opened(path: Path, identity: str, scratch: Path) -> Iterator[tuple[BinaryIO, bool]]:
    """The container at ``path``, decrypted with ``identity`` when it is encrypted, and whether it was.

    Raises ``NotForUs``, and ``InvalidInput`` when the file cannot be read at all.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {detail}."), name=path.name, detail=error.strerror or str(error)
        ) from error
    with file:
        encrypted = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        if not encrypted:
            yield file, False
            return
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+b", dir=str(scratch)) as plain:
            _decrypt(file, cast(BinaryIO, plain), identity)
            plain.seek(0)
            yield cast(BinaryIO, plain), True


def _decrypt(file: BinaryIO, plain: BinaryIO, identity: str) -> None:
    import pyrage

    watched = _Watched(file, plain)
    try:
        pyrage.decrypt_io(watched, watched, [pyrage.x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, pyrage.IdentityError, OSError) as error:
        # The library says the same of a stick that was pulled out, a full disk and a file cut short.
        if watched.error is not None:
            raise watched.error from None
        raise NotForUs(
            N_("The bundle is encrypted for somebody else, or it was damaged on its way."),
            kept=N_("Nothing was taken from it."),
            cure=N_("Ask the sender to export it again for this office or laptop."),
        ) from error


class _Watched:
    """Reads and writes for the decryption, and keeps the error one of them raised."""

    def __init__(self, source: BinaryIO, target: BinaryIO) -> None:
        self.error: OSError | None = None
        self._source = source
        self._target = target

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes."""
        try:
            return self._source.read(size)
        except OSError as error:
            self.error = error
            raise

    def write(self, data: bytes) -> int:
        """Take ``data``."""
        try:
            return self._target.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        """Called by the library at the end."""
