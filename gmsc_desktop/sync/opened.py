"""A bundle that was verified, open to take from: every byte that is taken is compared with what was signed once more.

The file may lie on a stick that someone changes between the check and the taking, so nothing is remembered of the
check but the signed list of hashes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from gmsc_desktop.age.readonly import ReadOnly
from gmsc_desktop.domain.errors import N_, BundleError
from gmsc_desktop.domain.verdict import Verdict
from gmsc_desktop.sync.bag import Info
from gmsc_desktop.sync.container import ContainerFault, Entry, read_entry

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.sync.visitfile import VisitFile

BUFFER = 1 << 18
"""Bytes read at once where a file is taken; the library that encrypts asks for little pieces."""


@dataclass(frozen=True, slots=True)
class OpenBundle:
    """A bundle and what its verification said. ``info`` and ``certificate`` are None, and nothing can be taken, unless
    the container, the signature, the lists and every hash hold; whether the signer is trusted is in ``verdict``."""

    verdict: Verdict
    file: BinaryIO
    info: Info | None = None
    certificate: x509.Certificate | None = None
    chain: tuple[x509.Certificate, ...] = ()
    entries: Mapping[str, Entry] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    """The content each document carries, by its path; only where documents were judged."""
    parsed: Mapping[str, tuple[VisitFile, bytes]] = field(default_factory=dict)
    """Visits as they were read when their hashes were compared, by their path; perhaps not all."""

    def names(self, folder: str) -> Iterator[str]:
        """The files below ``data/<folder>/`` in the order of the bag."""
        return (name for name in self.hashes if name.startswith(f"data/{folder}/"))

    def data(self, name: str) -> bytes:
        """The bytes of a file, compared with the hash that was signed. Raises ``BundleError``."""
        try:
            data = b"".join(read_entry(self.file, self.entries[name]))
        except ContainerFault as fault:
            raise changed_meanwhile(name) from fault
        if hashlib.sha256(data).hexdigest() != self.hashes[name]:
            raise changed_meanwhile(name)
        return data

    def open(self, name: str) -> BinaryIO:
        """The file to read and seek in; who takes its bytes compares their hash with ``hashes[name]``."""
        return io.BufferedReader(Window(self.file, self.entries[name]), BUFFER)


def changed_meanwhile(name: str) -> BundleError:
    """The file is no longer what it was when it was verified."""
    return BundleError(
        N_("The bundle was changed while it was being taken in: {name}."),
        kept=N_("Nothing was taken from it."),
        cure=N_("Copy the bundle to this computer and take it in from there."),
        name=name,
    )


class Window(ReadOnly):
    """The bytes of one entry as a file of its own."""

    def __init__(self, file: BinaryIO, entry: Entry) -> None:
        super().__init__(entry.size)
        self._file, self._begin = file, entry.begin

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into ``buffer``; how many bytes."""
        size = max(0, min(len(buffer), self.size - self._at))
        self._file.seek(self._begin + self._at)
        data = self._file.read(size)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
