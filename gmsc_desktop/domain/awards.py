"""An award: what was decided, for whom, on what ground; and the register of certificates printed of it.

The record is the authority; a certificate shows it. Its document (``to_document``) is what the office signs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.texts import clean_line

FORMAT = "gmsc-award/1"
MOST_SIGNATORIES = 2
LONGEST = 200
"""Letters that fit a line of a certificate in its smallest type."""
FIRST_YEAR, LAST_YEAR = 2017, 2199


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs a certificate; ``nip`` is 18 digits or empty, since ministers have none."""

    name: str
    title: str
    nip: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class AwardDraft:
    """What is entered of an award. ``category`` is a dimension or an area cluster in words, ``decision`` the decree or
    minutes it rests on, ``day`` that of the certificate; the signatories stand in the order in which they sign."""

    register_number: str
    region: Region
    category: str
    year: int
    decision: str
    place: str
    day: date
    signatories: tuple[Signatory, ...]


@dataclass(frozen=True, slots=True)
class Award:
    """An award kept in the register."""

    id: str
    register_number: str
    region: Region
    category: str
    year: int
    decision: str
    place: str
    day: date
    signatories: tuple[Signatory, ...]

    @property
    def draft(self) -> AwardDraft:
        """What was entered."""
        return AwardDraft(
            self.register_number, self.region, self.category, self.year, self.decision, self.place, self.day,
            self.signatories,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AwardRow:
    """One line of the register: the award, how often its certificate was printed, when last, and why it was withdrawn,
    empty when it holds."""

    award: Award
    prints: int
    printed_at: datetime | None
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That an award does not hold any more: since when and why."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CertificatePrint:
    """One printing of one certificate. ``number`` counts from 1; from 2 on the sheet is marked as a copy. ``batch`` is
    the same for everything printed in one go; ``sha256`` is that of the file it went into."""

    id: str
    award_id: str
    number: int
    batch: str
    file_name: str
    sha256: str
    printed_at: datetime


def award_hash(award: Award) -> str:
    """The content hash of an award, as its certificate and QR name it: of its canonical document."""
    return sha256_hex(canonical_bytes(to_document(award)))


def award_of(award_id: str, draft: AwardDraft) -> Award:
    """The award with this id."""
    return Award(
        award_id, draft.register_number, draft.region, draft.category, draft.year, draft.decision, draft.place,
        draft.day, draft.signatories,
    )  # fmt: skip


def cleaned(draft: AwardDraft) -> AwardDraft:
    """``draft`` as it may be kept: texts on one line, in NFC. Raises ``InvalidInput`` naming what is missing or too
    long."""
    number = _text(draft.register_number, N_("The award has no register number."))
    name = _text(draft.region.name, N_("The award has no recipient."))
    category = _text(draft.category, N_("The award has no category."))
    place = _text(draft.place, N_("The award names no place of issue."))
    decision = _text(draft.decision)
    if not FIRST_YEAR <= draft.year <= LAST_YEAR:
        raise InvalidInput(
            N_("The year of an award lies between {first} and {last}, not {year}."),
            first=FIRST_YEAR,
            last=LAST_YEAR,
            year=draft.year,
        )
    if not 1 <= len(draft.signatories) <= MOST_SIGNATORIES:
        raise InvalidInput(
            N_("A certificate is signed by one or two people, not {count}."),
            cure=N_("Enter one or two signatories."),
            count=len(draft.signatories),
        )
    region = Region(draft.region.code, name, draft.region.kind, draft.region.province_code, draft.region.province)
    signatories = tuple(
        Signatory(
            _text(each.name, N_("A signatory has no name.")),
            _text(each.title, N_("A signatory has no position.")),
            _text(each.nip),
            _text(each.organisation),
        )
        for each in draft.signatories
    )
    return AwardDraft(number, region, category, draft.year, decision, place, draft.day, signatories)


def _text(text: str, missing: str = "") -> str:
    line = unicodedata.normalize("NFC", clean_line(text))
    if missing and not line:
        raise InvalidInput(missing, cure=N_("Fill it in and try again."))
    if len(line) > LONGEST:
        raise InvalidInput(
            N_("A text of the award is too long to be printed ({length} of at most {most} letters): {text}…"),
            cure=N_("Shorten it and try again."),
            length=len(line),
            most=LONGEST,
            text=line[:40],
        )
    return line


def to_document(award: Award) -> dict[str, Any]:
    """The award as the document the office signs; canonical JSON of it is the award record (design, section 12)."""
    return {
        "format": FORMAT,
        "award_id": award.id,
        "register_number": award.register_number,
        "recipient": {
            "code": award.region.code,
            "name": award.region.name,
            "kind": award.region.kind,
            "province_code": award.region.province_code,
            "province": award.region.province,
        },
        "category": award.category,
        "year": award.year,
        "decision": award.decision,
        "place": award.place,
        "date": award.day.isoformat(),
        "signatories": signatories_document(award.signatories),
    }


def from_document(document: Mapping[str, Any]) -> Award:
    """The award a document says. Raises ``InvalidInput`` when it is none or of another format."""
    if document.get("format") != FORMAT:
        raise InvalidInput(N_("This is no award record of a kind this program knows."))
    try:
        recipient = document["recipient"]
        return Award(
            id=str(document["award_id"]),
            register_number=str(document["register_number"]),
            region=Region(*(str(recipient[name]) for name in ("code", "name", "kind", "province_code", "province"))),
            category=str(document["category"]),
            year=int(document["year"]),
            decision=str(document["decision"]),
            place=str(document["place"]),
            day=date.fromisoformat(document["date"]),
            signatories=signatories_of(document["signatories"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(N_("The award record is not complete: {detail}."), detail=str(error)) from error


def signatories_document(signatories: Sequence[Signatory]) -> list[dict[str, str]]:
    """The signatories as JSON values."""
    return [{"name": s.name, "title": s.title, "nip": s.nip, "organisation": s.organisation} for s in signatories]


def signatories_of(rows: Sequence[Mapping[str, str]]) -> tuple[Signatory, ...]:
    """The signatories ``signatories_document`` wrote."""
    return tuple(Signatory(row["name"], row["title"], row.get("nip", ""), row.get("organisation", "")) for row in rows)
