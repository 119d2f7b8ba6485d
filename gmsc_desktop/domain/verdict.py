"""What verification says of a file, and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """The four answers; only the first is ever shown green."""

    GENUINE = "genuine"
    UNKNOWN_SIGNER = "unknown_signer"
    ALTERED = "altered"
    DAMAGED = "damaged"

    @property
    def exit_code(self) -> int:
        """What ``main.py verify`` exits with."""
        return {"genuine": 0, "unknown_signer": 3, "altered": 4, "damaged": 5}[self.value]


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
    ``time_trusted``), whether the bytes hold and whether the signer is trusted here. ``field`` is the PDF field.
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
