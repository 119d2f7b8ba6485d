"""Papers that no longer hold: withdrawn by an office, or superseded by a later paper.

A paper is known by the SHA-256 of its content: a visit's frozen content for its report and minutes, the award's
document for a certificate, the rows of a recapitulation for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PAPER_KINDS = ("visit", "award", "recap")
LONGEST_REASON = 500
LONGEST_LABEL = 200


class PaperStanding(StrEnum):
    """Why a paper no longer holds. Withdrawn weighs more: nothing took its place."""

    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class GonePaper:
    """A paper that no longer holds: hex SHA-256 and kind (of ``PAPER_KINDS``) of its content, since when, why (may be
    empty where it was superseded), by whom, and ``label`` for people to know it by. ``successor`` is the hash of the
    content that took its place, empty for none."""

    content_hash: str
    kind: str
    standing: PaperStanding
    since: datetime
    reason: str
    who: str
    label: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class PaperList:
    """A list of papers that no longer hold: the key fingerprint of the ``office`` that signed it, what that office is
    called, when it was issued, and what it names."""

    office: str
    organisation: str
    issued_at: datetime
    papers: tuple[GonePaper, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldList:
    """The newest list of an office that is held here, with how many papers its lists name."""

    office: str
    organisation: str
    issued_at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper as the list of ``organisation`` of ``issued_at`` names it."""

    paper: GonePaper
    office: str
    organisation: str
    issued_at: datetime
