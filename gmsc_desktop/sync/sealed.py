"""Opening the age layer of a bundle with the addressee's own identity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from gmsc_desktop.age.keys import MAGIC, AgeFault
from gmsc_desktop.age.stream import AgeReader
from gmsc_desktop.domain.errors import N_, BundleError, InvalidInput
from gmsc_desktop.sync.behind import Behind, Followed


class NotForUs(BundleError):
    """The bundle is encrypted for somebody else, or was damaged on its way."""


class Sealed:
    """A bundle file, encrypted or not. It is decrypted where it is read; its plain bytes never lie on a disk."""

    def __init__(self, file: BinaryIO, hashing: Behind) -> None:
        self._followed = Followed(file, hashing)
        self._followed.seek(0)
        self.encrypted = self._followed.read(len(MAGIC)) == MAGIC
        self._followed.seek(0)

    def container(self, identity: str) -> BinaryIO:
        """The container in it, to read and seek in. Raises ``NotForUs``, now or when a damaged place is read."""
        file = cast(BinaryIO, self._followed)
        return cast(BinaryIO, _Decrypted(file, identity)) if self.encrypted else file

    def sha256(self) -> str:
        """Of the file as it lies there, in hex; only what was not read yet is read for it. Raises ``OSError``."""
        return self._followed.sha256()


@contextmanager
def opened(path: Path) -> Iterator[Sealed]:
    """The bundle file at ``path``. Raises ``InvalidInput`` when it cannot be read at all."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {detail}."), name=path.name, detail=error.strerror or str(error)
        ) from error
    with file, Behind() as hashing:
        yield Sealed(file, hashing)


class _Decrypted(AgeReader):
    """The plain bytes; what is damaged is told as a bundle's."""

    def __init__(self, file: BinaryIO, identity: str) -> None:
        try:
            super().__init__(file, identity)
        except AgeFault as error:
            raise _not_for_us() from error

    def piece(self, size: int) -> memoryview:
        """Up to ``size`` bytes. Raises ``NotForUs``."""
        try:
            return super().piece(size)
        except AgeFault as error:
            raise _not_for_us() from error


def _not_for_us() -> NotForUs:
    return NotForUs(
        N_("The bundle is encrypted for somebody else, or it was damaged on its way."),
        kept=N_("Nothing was taken from it."),
        cure=N_("Ask the sender to export it again for this office or laptop."),
    )
