"""Contents in words: a question by its label, an answer by its choice, a difference as before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gmsc_desktop.domain.answers import key_path
from gmsc_desktop.domain.comparing import Difference
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exchange import Decision, Review
from gmsc_desktop.domain.instrument import Instrument, ItemType
from gmsc_desktop.domain.lineage import Standing
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.i18n import _, language
from gmsc_desktop.services.office import OfficeVisit

SECTION_LABELS: dict[str, str] = {
    "answers": N_("Answer"),
    "evidence": N_("Evidence"),
    "people": N_("People"),
    "place": N_("Place"),
    "dates": N_("Days"),
    "mode": N_("Mode"),
    "region": N_("Region"),
    "cycle": N_("Cycle"),
    "previous": N_("Previous result"),
    "repeats": N_("Entries"),
    "explanations": N_("Explanation"),
    "assessor": N_("Assessor"),
    "instrument": N_("Instrument"),
}
MEMBER_LABELS: dict[str, str] = {
    "value": N_("assessor"),
    "self": N_("region itself"),
    "note": N_("note"),
    "not_applicable": N_("not applicable"),
}
_TELLING = ("name", "text")
"""What tells a person which file, or what was written."""


def state_of(visit: OfficeVisit) -> tuple[str, str]:
    """The state of a visit at the office as a word and a tone."""
    if visit.lineage.standing is Standing.CONFLICT:
        return _("Conflict"), "error"
    if visit.lineage.standing is Standing.GAP:
        return _("Incomplete"), "warning"
    if visit.state is VisitState.DECIDED:
        return _("Decided"), "success"
    if visit.review is None:
        return _("To be reviewed"), "accent"
    return review_state(visit.review)


def review_state(review: Review) -> tuple[str, str]:
    """What was decided."""
    if review.decision is Decision.ACCEPTED:
        return _("Accepted"), "success"
    return _("Returned"), "warning"


def unread_note(instrument: Instrument | None) -> str:
    """What is said above questions and answers that stand there without their words, if they do."""
    if instrument is not None:
        return ""
    return _(
        "The instrument of this visit is not in this vault, so questions and choices are shown by their names in the"
        " form. Install it on the page Instruments to read them in words; nothing of the visit is missing."
    )


def question_text(instrument: Instrument | None, key: str) -> str:
    """The label of the question a key belongs to, or the key where the instrument is not here."""
    item = instrument.by_path.get(key_path(key)) if instrument is not None else None
    found = item.label.get(language()) if item is not None else ""
    return " ".join(found.split()) or key


def answer_text(instrument: Instrument | None, key: str, value: str) -> str:
    """An answer as a person reads it: chosen choices by their labels."""
    item = instrument.by_path.get(key_path(key)) if instrument is not None else None
    if instrument is None or item is None or not item.list_name:
        return value
    names = value.split() if item.type is not ItemType.SELECT_ONE else [value]
    chosen = (instrument.choice(item, name) for name in names)
    return ", ".join(c.label.get(language()) if c is not None else n for c, n in zip(chosen, names, strict=True))


def is_asked(instrument: Instrument | None, key: str) -> bool:
    """Whether the person saw a question there; what a form only works out is not commented on."""
    item = instrument.by_path.get(key_path(key)) if instrument is not None else None
    return item is None or item.is_shown


def difference_row(instrument: Instrument | None, found: Difference) -> tuple[str, str, str]:
    """What differs, and what stands on either side."""
    section = _(SECTION_LABELS[found.section]) if found.section in SECTION_LABELS else found.section
    if found.section != "answers":
        parts = (section, found.key.partition("#")[0], found.member)
        if found.section in ("evidence", "explanations"):
            parts = (section, question_text(instrument, parts[1]), "" if found.member in _TELLING else found.member)
        return " · ".join(part for part in parts if part), found.before or "–", found.after or "–"
    member = _(MEMBER_LABELS[found.member]) if found.member in MEMBER_LABELS else found.member
    what = f"{question_text(instrument, found.key)} ({member})"
    sides = [
        "–" if side is None else answer_text(instrument, found.key, side) if found.member in ("value", "self") else side
        for side in (found.before, found.after)
    ]
    return what, sides[0], sides[1]


def member_text(found: Difference) -> str:
    """Which part of a question differs, where the question itself is named already."""
    if found.section == "answers":
        return _(MEMBER_LABELS[found.member]) if found.member in MEMBER_LABELS else found.member
    section = _(SECTION_LABELS[found.section]) if found.section in SECTION_LABELS else found.section
    return section if found.member in _TELLING else f"{section} · {found.member}"


def worth_showing(changes: Iterable[Difference]) -> Iterator[Difference]:
    """The changes a person looks at: of a file that came or went its name, of an explanation its text."""
    for found in changes:
        if (
            found.section not in ("evidence", "explanations")
            or found.member in _TELLING
            or (found.member == "caption" and (found.before or found.after))
        ):
            yield found


def answers_of(document: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Key, the assessor's answer, the region's own, and the note, in form order."""
    return [
        (each["key"], each.get("value") or "", each.get("self") or "", each.get("note") or "")
        for each in document["answers"]
    ]
