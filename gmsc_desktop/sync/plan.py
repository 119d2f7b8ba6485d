"""What a bundle of visits will do here: decided from what is here and what came, by nothing else (design, section 8).

The plan is what the person sees before anything happens. What is here afterwards is the union of what was and what
came, so bundles may come in any order, twice, or only some of them: the end is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gmsc_desktop.domain.drafts import DraftLink
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exchange import Outcome, PlanItem
from gmsc_desktop.domain.lineage import Link, ancestors, lineage


@dataclass(frozen=True, slots=True)
class LocalVisit:
    """What is here of one visit: its contents, and the hashes of its journal's rows by number."""

    links: tuple[Link, ...] = ()
    journal: Mapping[int, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class IncomingVisit:
    """What came of one visit; ``label`` is what a person calls it."""

    visit_id: str
    label: str
    links: tuple[Link, ...]
    journal: Mapping[int, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class LocalBundles:
    """Which bundles of the sender's device are here: file hashes by number."""

    sequences: Mapping[int, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class IncomingBundle:
    """The bundle itself: SHA-256 of the file, its number, and the hash of the one before it (empty for the first).
    ``others`` are further devices bundles signed with its sender's key came from."""

    sha256: str
    sequence: int
    previous: str
    others: tuple[str, ...] = ()


def plan_visits(local: Mapping[str, LocalVisit], incoming: Iterable[IncomingVisit]) -> tuple[PlanItem, ...]:
    """What will happen to every content that came, and what its journal says, visit by visit."""
    found: list[PlanItem] = []
    for visit in incoming:
        here = local.get(visit.visit_id, LocalVisit())
        known = {link.content_hash: link for link in (*visit.links, *here.links)}
        ordered = sorted(visit.links, key=lambda item: (item.number, item.content_hash))
        found += [_content(link, here, known, visit.label) for link in ordered]
        found += _journal(visit, here)
    return tuple(found)


def plan_bundle(local: LocalBundles, incoming: IncomingBundle) -> tuple[PlanItem, ...]:
    """What the bundle's number tells: whether some before it are missing, or its number was used already."""
    found = []
    if incoming.others:
        template = N_(
            "The sender's key is on another laptop too ({devices}), as after a backup was put back. Both are taken."
        )
        devices = ", ".join(device[-12:] for device in incoming.others)
        found.append(_item("bundle", incoming.sha256, Outcome.ASKED, template, devices=devices))
    others = local.sequences.get(incoming.sequence, frozenset()) - {incoming.sha256}
    if others:
        template = N_(
            "The sender has written another bundle under the number {number}; the vault may have been copied."
        )
        found.append(_item("bundle", incoming.sha256, Outcome.CONFLICT, template, number=str(incoming.sequence)))
    before = local.sequences.get(incoming.sequence - 1, frozenset())
    if incoming.previous and before and incoming.previous not in before:
        template = N_("The bundle before this one is not the one that arrived under number {number}.")
        found.append(_item("bundle", incoming.sha256, Outcome.CONFLICT, template, number=str(incoming.sequence - 1)))
    missing = missing_numbers({*local.sequences, incoming.sequence})
    if missing:
        template = N_("Bundles of this sender that have not arrived: {numbers}.")
        found.append(_item("bundle", incoming.sha256, Outcome.GAP, template, numbers=numbers_text(missing)))
    return tuple(found)


_DRAFT_NEW = N_("{label}: draft of {time}, unsigned: new.")
_DRAFT_NEWER = N_("{label}: draft of {time}, unsigned: goes on from what is here.")
_DRAFT_OLDER = N_("{label}: draft of {time}: what is here goes on from it.")
_DRAFT_KNOWN = N_("{label}: draft of {time}: already here.")
_DRAFT_FORK = N_("{label}: draft of {time}: stands beside another draft, as from two laptops; both are kept.")


def plan_drafts(
    label: str, here: tuple[DraftLink, ...], came: tuple[DraftLink, ...], newest: tuple[DraftLink, ...]
) -> tuple[PlanItem, ...]:
    """What will happen to the drafts of one visit that came: ``here`` are those known before, ``newest`` those nothing
    goes on from once all are here."""
    known, standing = {draft.draft_hash for draft in here}, {draft.draft_hash for draft in newest}
    found = []
    for draft in sorted(came, key=lambda each: (each.saved_at, each.draft_hash)):
        if draft.draft_hash in known:
            outcome, template = Outcome.KNOWN, _DRAFT_KNOWN
        elif draft.draft_hash not in standing:
            outcome, template = Outcome.OLDER, _DRAFT_OLDER
        elif len(standing) > 1:
            outcome, template = Outcome.CONFLICT, _DRAFT_FORK
        else:
            outcome, template = (Outcome.NEWER, _DRAFT_NEWER) if here else (Outcome.NEW, _DRAFT_NEW)
        found.append(_item("draft", draft.draft_hash, outcome, template, label=label, time=draft.saved_at))
    return tuple(found)


def missing_numbers(numbers: Iterable[int]) -> tuple[int, ...]:
    """The numbers between 1 and the highest that are not there."""
    present = set(numbers)
    return tuple(number for number in range(1, max(present, default=0)) if number not in present)


def numbers_text(numbers: tuple[int, ...], most: int = 12) -> str:
    """The first numbers of a list, for a line of text."""
    shown = ", ".join(str(number) for number in numbers[:most])
    return f"{shown}, …" if len(numbers) > most else shown


_NEW = N_("{label}, revision {number}: new.")
_NEWER = N_("{label}, revision {number}: goes on from what is here.")
_OLDER = N_("{label}, revision {number}: an earlier one; what is here goes on from it.")
_KNOWN = N_("{label}, revision {number}: already here.")
_GAP = N_("{label}, revision {number}: a revision between it and what is here has not arrived yet.")
_CONFLICT = N_("{label}, revision {number}: stands against what is here; both are kept until someone decides.")


def _content(link: Link, here: LocalVisit, known: Mapping[str, Link], label: str) -> PlanItem:
    outcome, template = _outcome(link, here, known)
    return _item("visit", link.content_hash, outcome, template, label=label, number=str(link.number))


def _outcome(link: Link, here: LocalVisit, known: Mapping[str, Link]) -> tuple[Outcome, str]:
    local = {item.content_hash for item in here.links}
    if link.content_hash in local:
        return Outcome.KNOWN, _KNOWN
    if not local:
        rest = lineage(known.values())
        return (Outcome.NEW, _NEW) if len(rest.heads) == 1 else _apart(rest.missing)
    lines = {content: ancestors(content, known) for content in local}
    if any(link.content_hash in before for before, _whole in lines.values()):
        return Outcome.OLDER, _OLDER
    before, whole = ancestors(link.content_hash, known)
    heads = local - {item.parent_hash for item in here.links}
    if heads <= before:
        # Two that arrive together and both go on from here stand against each other.
        rest = lineage(known.values())
        ends = [head for head in rest.heads if head not in local]
        if all(head == link.content_hash or link.content_hash in ancestors(head, known)[0] for head in ends):
            return Outcome.NEWER, _NEWER
        return _apart(rest.missing)
    return _apart(() if whole and all(done for _before, done in lines.values()) else ("",))


def _apart(missing: tuple[str, ...]) -> tuple[Outcome, str]:
    return (Outcome.GAP, _GAP) if missing else (Outcome.CONFLICT, _CONFLICT)


def _journal(visit: IncomingVisit, here: LocalVisit) -> list[PlanItem]:
    merged = merged_journal(here.journal, visit.journal)
    forks = tuple(sorted(number for number, hashes in merged.items() if len(hashes) > 1))
    gaps = missing_numbers(merged)
    found = []
    if forks:
        template = N_("{label}: the journal was written twice from row {number} on, as on two laptops.")
        found.append(
            _item("journal", visit.visit_id, Outcome.CONFLICT, template, label=visit.label, number=str(forks[0]))
        )
    if gaps:
        template = N_("{label}: rows of the journal are missing: {numbers}.")
        found.append(
            _item("journal", visit.visit_id, Outcome.GAP, template, label=visit.label, numbers=numbers_text(gaps))
        )
    return found


def merged_journal(one: Mapping[int, frozenset[str]], other: Mapping[int, frozenset[str]]) -> dict[int, frozenset[str]]:
    """The rows of both, hashes by number."""
    return {number: one.get(number, frozenset()) | other.get(number, frozenset()) for number in {*one, *other}}


def _item(what: str, subject: str, outcome: Outcome, template: str, **params: str) -> PlanItem:
    return PlanItem(what, subject, outcome, template, MappingProxyType(params))
