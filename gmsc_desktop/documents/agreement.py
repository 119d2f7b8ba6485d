"""What both sides of a visit agree on and where they differ, read from the levels each gave; pure."""

from __future__ import annotations

from dataclasses import dataclass

from gmsc_desktop.documents.model import Indicator, ReportModel


@dataclass(frozen=True, slots=True)
class Dispute:
    """One indicator on which the region's own answer differs; ``aspect`` is the title of its section."""

    aspect: str
    indicator: Indicator


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of ``compared`` indicators that both sides answered, ``same`` have the same level; the others are ``disputes``.
    ``indicators`` counts all that were assessed."""

    indicators: int
    compared: int
    same: int
    disputes: tuple[Dispute, ...]


def compare_sides(model: ReportModel) -> Agreement:
    """Where the region's own levels and the assessors' agree. What the assessors found not applicable though the
    region gave it a level is a dispute; what they have not assessed yet is nothing."""
    assessed = compared = 0
    disputes: list[Dispute] = []
    for section in model.sections:
        for entry in section.entries:
            if not isinstance(entry, Indicator) or (entry.level is None and not entry.not_applicable):
                continue
            assessed += 1
            if entry.self_level is None:
                continue
            compared += 1
            if entry.not_applicable or entry.level != entry.self_level:
                disputes.append(Dispute(section.label, entry))
    return Agreement(assessed, compared, compared - len(disputes), tuple(disputes))
