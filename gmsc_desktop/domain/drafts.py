"""A draft as it travels: what a visit says while work on it goes on, and which of several drafts is the newest.

A draft is never taken for closed or signed work: its document has a format of its own and no time of closing. Which
draft goes on from which is read from the visit's journal, so every office that holds the same says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gmsc_desktop.domain import content_document as frozen
from gmsc_desktop.domain.content import Content
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import Document

FORMAT = "gmsc-draft/1"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a visit says at one row of its journal. ``content`` is as if it were closed at ``saved_at``, the time of
    that row; ``number`` and ``journal_hash`` name the row, written on ``device``. ``closes`` is the hash of the frozen
    content it says the same as, when the visit is closed and not yet signed; else empty."""

    content: Content
    device: str
    number: int
    journal_hash: str
    closes: str = ""

    @property
    def saved_at(self) -> datetime:
        """When the newest of it was entered."""
        return self.content.closed_at


def to_document(draft: Draft) -> Document:
    """``draft`` as JSON-ready data."""
    document = frozen.to_document(draft.content)
    saved_at = document.pop("closed_at")
    return {
        **document,
        "format": FORMAT,
        "saved_at": saved_at,
        "device": draft.device,
        "journal": {"number": draft.number, "hash": draft.journal_hash},
        "closes": draft.closes or None,
    }


def from_document(document: Document) -> Draft:
    """The draft a document of this format holds. Raises ``InvalidInput`` when it is something else."""
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise InvalidInput(N_("This is no draft in a form this program knows: {format}."), format=str(found))
    try:
        rest = dict(document)
        journal, device, closes = rest.pop("journal"), rest.pop("device"), rest.pop("closes")
        content = frozen.from_document({**rest, "format": frozen.FORMAT, "closed_at": rest.pop("saved_at")})
        return Draft(content, device, int(journal["number"]), journal["hash"], closes or "")
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(N_("The draft cannot be read: {detail}."), detail=str(error)) from error


@dataclass(frozen=True, slots=True)
class DraftLink:
    """A draft's place: its hash, where and at which row of the journal it was saved, and what it closes."""

    draft_hash: str
    device: str
    number: int
    journal_hash: str
    saved_at: str
    closes: str = ""


def newest_drafts(
    drafts: Iterable[DraftLink], previous: Mapping[str, str], closings: Mapping[str, str]
) -> tuple[DraftLink, ...]:
    """The drafts nothing goes on from, several when the visit was worked on in two places.

    ``previous`` gives for each known row of the journal the row before; ``closings`` the row at which each content
    that is here was frozen. A draft is gone on from by a draft at a later row, by a content frozen at its row or
    later, and by the content it says the same as. Where rows are missing, the later number of one device counts.
    """
    found = list(drafts)
    behind: set[str] = set()
    last: dict[str, int] = {}
    for row in closings.values():
        behind |= _way_back(row, previous)
    for draft in found:
        way = _way_back(draft.journal_hash, previous)
        behind |= way - {draft.journal_hash}
        if len(way) < draft.number:
            last[draft.device] = max(draft.number, last.get(draft.device, 0))
    standing = [
        draft
        for draft in found
        if draft.journal_hash not in behind
        and draft.number >= last.get(draft.device, 0)
        and draft.closes not in closings
    ]
    same: dict[str, DraftLink] = {}
    for draft in sorted(standing, key=lambda each: (each.saved_at, each.draft_hash)):
        same[draft.journal_hash] = draft
    return tuple(sorted(same.values(), key=lambda each: (each.saved_at, each.draft_hash)))


def _way_back(row: str, previous: Mapping[str, str]) -> set[str]:
    """``row`` and every row before it, as far as they are known."""
    found: set[str] = set()
    while row and row not in found:
        found.add(row)
        row = previous.get(row, "")
    return found


def as_saved(content: Content, saved_at: datetime) -> Content:
    """``content`` as of ``saved_at``, in whole seconds."""
    return replace(content, closed_at=saved_at.replace(microsecond=0))
