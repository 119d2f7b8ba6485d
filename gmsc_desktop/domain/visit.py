"""A visit: who went where, when and with whom; its states, revisions, evidence and documents."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from gmsc_desktop.domain.region import Region


class VisitState(StrEnum):
    """The life of a visit; values are stored, labels are ``STATE_LABELS`` msgids."""

    DRAFT = "draft"
    CLOSED = "closed"
    SIGNED = "signed"
    EXPORTED = "exported"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DECIDED = "decided"


class Mode(StrEnum):
    """How the visit was held."""

    ON_SITE = "on_site"
    ONLINE = "online"
    HYBRID = "hybrid"


class Role(StrEnum):
    """In which role a person stands in the visit."""

    LEAD = "lead"
    MEMBER = "member"
    MET = "met"
    """Someone of the region who was met."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person with the particulars official papers carry; ``nip`` is 18 digits or empty (academics may have none)."""

    name: str
    nip: str = ""
    title: str = ""
    organisation: str = ""
    role: Role = Role.MET


@dataclass(frozen=True, slots=True)
class PreviousResult:
    """The index of the last cycle and where it is known from."""

    index: Decimal
    year: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """What is entered about a visit before and beside the questions."""

    region: Region
    cycle_year: int
    stage: str
    starts_on: date
    ends_on: date
    place: str
    mode: Mode
    people: tuple[Person, ...]
    previous: PreviousResult | None = None
    instrument_hash: str = ""
    """Content hash of the instrument to use; empty means the built-in one."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as stored. ``content_hash`` is the SHA-256 of the newest frozen content, empty before the first closing;
    ``revision`` counts closings; ``parent_hash`` is the content a reopened draft descends from."""

    id: str
    draft: VisitDraft
    state: VisitState
    revision: int
    content_hash: str
    parent_hash: str
    created_at: datetime
    updated_at: datetime

    @property
    def editable(self) -> bool:
        """Whether answers may be written now."""
        return self.state is VisitState.DRAFT

    @property
    def lead(self) -> Person | None:
        """The head of the team."""
        return next((p for p in self.draft.people if p.role is Role.LEAD), None)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a visit is: required questions answered of those asked, and problems that stand against closing."""

    answered: int
    expected: int


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One line of the list of visits; ``index`` is the exact index so far."""

    visit: Visit
    progress: Progress
    index: Decimal | None
    evidence_count: int


@dataclass(frozen=True, slots=True)
class Revision:
    """Content frozen at a closing: canonical JSON under its SHA-256."""

    visit_id: str
    number: int
    content_hash: str
    parent_hash: str
    closed_at: datetime
    content: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file attached to a question. ``sha256`` is over its plain bytes; ``size`` in bytes."""

    id: str
    visit_id: str
    key: str
    sha256: str
    name: str
    media_type: str
    size: int
    caption: str
    taken_at: str
    """ISO 8601 local time the camera wrote into the file, or empty."""
    place: str
    """"latitude longitude" in degrees from the file, or empty."""
    added_at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A PDF kept in the vault, made from the content ``content_hash``; ``kind`` is ``report``."""

    id: str
    visit_id: str
    content_hash: str
    kind: str
    name: str
    sha256: str
    size: int
    created_at: datetime


class Severity(StrEnum):
    """How a problem stands against closing."""

    ERROR = "error"
    WARNING = "warning"
    """May be explained away in writing."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something missing or doubtful. ``key`` is the question's key, or empty for the visit's own particulars;
    ``field`` names the particular then (``people``, ``place``, …). ``template`` is a gettext msgid over ``params``."""

    code: str
    severity: Severity
    key: str
    template: str
    params: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    field: str = ""
    explanation: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the visit cannot be closed because of it."""
        return self.severity is Severity.ERROR or not self.explanation
