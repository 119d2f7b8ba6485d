"""A bundle as it lies on a server: its pieces, and a list of their sums that says which have arrived (pure).

The list is what ``sha256sum --check`` reads. A piece stands in it once the server said it has it; the last line, of the
bundle as a whole, stands there once every piece does. Sums tell what a broken line cut or changed; whether a bundle is
genuine its signature says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PIECE = 1 << 20
"""Bytes of a piece, as long as the bundle has no more than ``MOST`` of them."""
MOST = 999
SUMS = ".sha256"
LARGEST_SUMS = 256 * 1024

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,120}\.gmsc")
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9_-]+\.gmsc(?:\.[0-9]{3}-[0-9]{3})?)")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece: its name on the server, where it begins, its size in bytes, its hex SHA-256."""

    name: str
    offset: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A bundle and its pieces in order; a small one is its own only piece."""

    name: str
    sha256: str
    parts: tuple[Part, ...]

    def sums(self, there: frozenset[str]) -> bytes:
        """The list of sums when the pieces named ``there`` have arrived."""
        lines = [f"{part.sha256}  {part.name}\n" for part in self.parts if part.name in there]
        if len(lines) == len(self.parts) and len(self.parts) > 1:
            lines.append(f"{self.sha256}  {self.name}\n")
        return "".join(lines).encode("ascii")

    def arrived(self, sums: bytes) -> frozenset[str]:
        """Which of these pieces the list of sums on the server says have arrived."""
        listed = read_sums(sums)
        return frozenset(part.name for part in self.parts if listed.get(part.name) == part.sha256)


def is_bundle_name(name: str) -> bool:
    """Whether ``name`` can be a bundle's on a server."""
    return _NAME.fullmatch(name) is not None


def piece_names(name: str, count: int) -> tuple[str, ...]:
    """What the ``count`` pieces of the bundle are called (docs/bundle-format.md, "Pieces")."""
    return (name,) if count == 1 else tuple(f"{name}.{number:03d}-{count:03d}" for number in range(1, count + 1))


def parcel_of(path: Path) -> Parcel:
    """The bundle at ``path``, read once for its sums. Raises ``OSError``."""
    whole_size = path.stat().st_size
    size = max(PIECE, -(-whole_size // MOST))
    names = piece_names(path.name, max(1, -(-whole_size // size)))
    whole, parts = hashlib.sha256(), []
    with path.open("rb") as file:
        for number, name in enumerate(names):
            data = file.read(size)
            whole.update(data)
            parts.append(Part(name, number * size, len(data), hashlib.sha256(data).hexdigest()))
    return Parcel(path.name, whole.hexdigest(), tuple(parts))


def read_sums(data: bytes) -> Mapping[str, str]:
    """Hex SHA-256 by name; lines that are none are passed over, since the list only saves work."""
    found = (_LINE.fullmatch(line) for line in data[:LARGEST_SUMS].decode("ascii", "replace").splitlines())
    return {match[2]: match[1] for match in found if match}


def complete(name: str, data: bytes) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The bundle's SHA-256, and name and SHA-256 of each piece in order, when the list says that all arrived."""
    listed = read_sums(data)
    if name not in listed:
        return None
    pieces = sorted(other for other in listed if other.startswith(f"{name}."))
    if pieces and tuple(pieces) != piece_names(name, len(pieces)):
        return None
    chosen = pieces or [name]
    return listed[name], tuple((piece, listed[piece]) for piece in chosen)
