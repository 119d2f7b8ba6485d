"""An assignment as a message: regions, instruments, teams, last results, templates, trust."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.exchange import Assignment, Decision, Member
from gmsc_desktop.domain.numbers import read_decimal
from gmsc_desktop.domain.visit import PreviousResult
from gmsc_desktop.store.blobs import BlobStore
from gmsc_desktop.store.instruments import InstrumentRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.office import OfficeVisit
    from gmsc_desktop.sync.bundle import BundleDocument

Message = dict[str, Any]

_LEAST, _MOST, _DIGITS = 0, 1000, 12


def assignment_message(
    assignments: Iterable[Assignment], members: Iterable[Member], templates: Iterable[BundleDocument], trust: Message
) -> Message:
    """What the bundle says to ``members``."""
    return {
        "addressees": [{"device": member.device, "key": member.fingerprint} for member in members],
        "issued_at": trust["issued_at"],
        "assignments": [_told(assignment) for assignment in assignments],
        "templates": [{"sha256": file.sha256, "name": file.name, "size": file.size} for file in templates],
        "trust": trust,
    }


def last_results(visits: Iterable[OfficeVisit]) -> dict[tuple[str, int], Decimal]:
    """The indices the office accepted, by region and year, as papers print them: a mean such as 3.333… has no end."""
    accepted = (v.newest for v in visits if v.review is not None and v.review.decision is Decision.ACCEPTED)
    return {
        (one.region_code, one.cycle_year): one.index.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        for one in accepted
        if one.index is not None
    }


def read_index(text: str) -> Decimal | None:
    """The index somebody typed, None when it is none that an assignment carries."""
    value = read_decimal(text)
    return value if value is not None and _LEAST <= value <= _MOST and len(f"{value:f}") <= _DIGITS else None


def result_before(
    results: Mapping[tuple[str, int], Decimal], region: str, year: int, source: str
) -> PreviousResult | None:
    """The newest of ``results`` for ``region`` from before ``year``, vouched for by ``source``."""
    before = [(then, index) for (code, then), index in results.items() if code == region and then < year]
    if not before:
        return None
    then, index = max(before)
    return PreviousResult(index, then, source)


def instruments_of(rows: InstrumentRepository, assignments: Iterable[Assignment]) -> tuple[bytes, ...]:
    """The instruments the assignments name, each once. Raises ``NotFound``."""
    return tuple(rows.document(digest) for digest in sorted({a.instrument_hash for a in assignments}))


def templates_of(blobs: BlobStore, paths: Iterable[Path]) -> tuple[BundleDocument, ...]:
    """The files at ``paths``, kept in the vault so that they can be sent. Raises ``InvalidInput``, ``StorageError``."""
    from gmsc_desktop.sync.bundle import BundleDocument

    found = {}
    for path in paths:
        blob = blobs.put_file(path)
        found[blob.sha256] = BundleDocument(path.name, blob.sha256, blob.size)
    return tuple(found.values())


def _told(assignment: Assignment) -> Message:
    index = assignment.previous_index
    previous = None
    if index is not None and assignment.previous_year is not None:
        previous = {"index": f"{index:f}", "year": assignment.previous_year, "source": assignment.previous_source}
    return {
        "id": assignment.id,
        "region": assignment.region_code,
        "cycle_year": assignment.cycle_year,
        "stage": assignment.stage,
        "instrument": assignment.instrument_hash,
        "due": assignment.due.isoformat() if assignment.due else None,
        "team": [
            {"name": p.name, "nip": p.nip, "title": p.title, "organisation": p.organisation, "role": p.role.value}
            for p in assignment.team
        ],
        "previous": previous,
        "note": assignment.note,
        "assessor": assignment.assessor_key or None,
        "withdrawn": assignment.withdrawn,
    }
