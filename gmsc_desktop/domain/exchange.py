"""The words of the exchange between laptops and the office: what a bundle will do, receipts, reviews, assignments."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from gmsc_desktop.domain.visit import Person, VisitState


class Kind(StrEnum):
    """What a bundle is for; the word in ``GMSC-Kind``."""

    VISITS = "visits"
    ENROLMENT = "enrolment"
    ASSIGNMENT = "assignment"
    RECEIPT = "receipt"
    RETURN = "return"
    WITHDRAWALS = "withdrawals"
    BACKUP = "backup"
    TEAM = "team"
    AWARDS = "awards"


class VaultRole(StrEnum):
    """What this vault is used for."""

    ASSESSOR = "assessor"
    OFFICE = "office"


class Outcome(StrEnum):
    """What will happen to one thing in a bundle."""

    NEW = "new"
    NEWER = "newer"
    """It goes on from what is here."""
    OLDER = "older"
    """What is here goes on from it; it is kept too."""
    KNOWN = "known"
    CONFLICT = "conflict"
    """It stands against what is here; both are kept until someone decides."""
    GAP = "gap"
    """What lies between it and what is here has not arrived yet."""
    REFUSED = "refused"
    ASKED = "asked"
    """Someone has to decide, such as on a request."""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One line of a plan. ``what`` is ``visit``, ``journal``, ``receipt``, ``review``, ``assignment``, ``instrument``,
    ``trust``, ``request``, ``certificate`` or ``bundle``; ``template`` is a gettext msgid over ``params``."""

    what: str
    id: str
    outcome: Outcome
    template: str
    params: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class BundleRecord:
    """A bundle taken in. ``sender`` is the identity that signed it; ``sequence`` counts the bundles of ``device``."""

    sha256: str
    received_at: datetime
    file_name: str
    size: int
    kind: str
    created_at: str
    sender: str
    sender_name: str
    organisation: str
    device: str
    sequence: int
    previous: str
    journal_head: str


@dataclass(frozen=True, slots=True)
class SequenceGap:
    """What the numbers of one device's bundles tell: ``missing`` never arrived, ``doubled`` came in two contents, as
    from a vault that was copied."""

    device: str
    sender_name: str
    missing: tuple[int, ...]
    doubled: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that was not taken and lies whole in the quarantine; ``template`` over ``params`` says why."""

    sha256: str
    at: datetime
    file_name: str
    size: int
    code: str
    template: str
    params: Mapping[str, str]
    tries: int


class Decision(StrEnum):
    """What the office says of a content."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on a question of returned work; an empty ``key`` means the visit as a whole."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """The office's answer to one content of a visit. ``due`` is when the revised work is expected, or None;
    ``office`` is the identity of who signed it."""

    id: str
    visit_id: str
    content_hash: str
    decision: Decision
    at: datetime
    who: str
    office: str
    due: date | None = None
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """A region to visit. ``team`` are the people sent; ``assessor_key`` the identity it is for, empty for any."""

    id: str
    region_code: str
    cycle_year: int
    stage: str
    instrument_hash: str
    due: date | None = None
    team: tuple[Person, ...] = ()
    previous_index: Decimal | None = None
    previous_year: int | None = None
    previous_source: str = ""
    note: str = ""
    assessor_key: str = ""
    withdrawn: bool = False


class MemberState(StrEnum):
    """How far the enrolment of an assessor is."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who asked the office for a certificate; ``fingerprint`` is their key, to be compared by phone."""

    fingerprint: str
    device: str
    name: str
    nip: str
    title: str
    organisation: str
    recipient: str
    requested_at: datetime
    state: MemberState
    reason: str = ""
    replaces: str = ""


def state_said(review: Review | None, decided_at: datetime | None) -> VisitState | None:
    """The state the office's words give a content: its newest ``review``, and when an award was decided on it. Work
    returned after that decision is returned; None while nothing was said."""
    if decided_at is not None and (review is None or review.decision is Decision.ACCEPTED or review.at <= decided_at):
        return VisitState.DECIDED
    if review is None:
        return None
    return VisitState.ACCEPTED if review.decision is Decision.ACCEPTED else VisitState.RETURNED


def newest_review(reviews: tuple[Review, ...]) -> Review | None:
    """The review that counts, whatever the order in which they came."""
    return max(reviews, key=lambda found: (found.at, found.id), default=None)
