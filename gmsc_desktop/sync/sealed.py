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

    try:
        pyrage.decrypt_io(file, plain, [pyrage.x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise NotForUs(
            N_("The bundle is encrypted for somebody else, or it was damaged on its way."),
            kept=N_("Nothing was taken from it."),
            cure=N_("Ask the sender to export it again for this office or laptop."),
        ) from error
