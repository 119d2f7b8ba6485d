"""What verification says of a file, and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """The answers; only the first is ever shown green."""

    GENUINE = "genuine"
    UNKNOWN_SIGNER = "unknown_signer"
    ALTERED = "altered"
    DAMAGED = "damaged"
    WITHDRAWN = "withdrawn"
    """Genuine as a paper, and withdrawn by whoever had the right to."""
    SUPERSEDED = "superseded"
    """Genuine as a paper, and a later one took its place."""

    @property
    def exit_code(self) -> int:
        """What ``main.py verify`` exits with."""
        return _EXIT_CODES[self]

    @property
    def whole(self) -> bool:
        """Whether every byte is as it was signed, whoever signed and whether or not it still holds."""
        return self not in (Status.ALTERED, Status.DAMAGED)

    @property
    def proven(self) -> bool:
        """Whether what the paper says of itself comes from somebody trusted here, whether or not it still holds."""
        return self.whole and self is not Status.UNKNOWN_SIGNER


_EXIT_CODES = MappingProxyType({
    Status.GENUINE: 0,
    Status.UNKNOWN_SIGNER: 3,
    Status.ALTERED: 4,
    Status.DAMAGED: 5,
    Status.WITHDRAWN: 6,
    Status.SUPERSEDED: 7,
})  # fmt: skip
_WORST_FIRST = (
    Status.DAMAGED,
    Status.ALTERED,
    Status.UNKNOWN_SIGNER,
    Status.WITHDRAWN,
    Status.SUPERSEDED,
    Status.GENUINE,
)


def worst(*found: Status) -> Status:
    """The status of several things judged as one: that of the worst. Raises ``ValueError`` when there is none."""
    return min(found, key=worst_first)


def worst_first(status: Status) -> int:
    """For sorting: the worst has the least."""
    return _WORST_FIRST.index(status)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing found, as a gettext msgid over ``params``; ``good`` tells a passed check from a failed one."""

    code: str
    good: bool
    template: str
    params: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class SignerReport:
    """One signature: who by certificate, the key's fingerprint (hex SHA-256 of its SPKI), when (as claimed unless
    ``time_trusted``), whether the bytes hold and whether the signer is trusted here. ``field`` is the PDF field, ``QR``
    for a QR, empty for a bundle.
    ``drawn_by`` and ``drawn_title`` name somebody without a certificate who drew a signature on the screen, which this
    signer only sealed."""

    name: str
    organisation: str
    fingerprint: str
    signed_at: datetime | None
    time_trusted: bool
    intact: bool
    trusted: bool
    field: str = ""
    drawn_by: str = ""
    drawn_title: str = ""


@dataclass(frozen=True, slots=True)
class VisitReport:
    """A visit found in the file: id, region, revision and the SHA-256 of its content."""

    visit_id: str
    region_code: str
    region_name: str
    cycle_year: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What a QR says was issued: the kind of paper, to which region, its register or decision number (may be empty),
    the hex SHA-256 of its content, and when (as claimed by the issuer)."""

    kind: str
    region_code: str
    region_name: str
    number: str
    content_hash: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer about one file or text. ``kind`` is ``pdf``, ``bundle``, ``qr`` or ``unknown``."""

    status: Status
    kind: str
    file_name: str
    file_sha256: str
    signers: tuple[SignerReport, ...] = ()
    visits: tuple[VisitReport, ...] = ()
    reasons: tuple[Reason, ...] = ()
    issued: Issued | None = None
