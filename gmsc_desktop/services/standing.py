"""Which papers no longer hold by what an installation knows: its own registers, and the lists of offices it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from gmsc_desktop.domain.awards import award_hash
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.numbers import show_local
from gmsc_desktop.domain.verdict import Reason, Status, Verdict, worst
from gmsc_desktop.domain.withdrawals import Listed, PaperStanding
from gmsc_desktop.i18n import _, language
from gmsc_desktop.store.awards import AwardRepository
from gmsc_desktop.store.documents import DocumentRepository
from gmsc_desktop.store.received import ReceivedRepository
from gmsc_desktop.store.revisions import RevisionRepository
from gmsc_desktop.store.withdrawals import WithdrawalRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

_SUPERSEDED = N_("This paper was superseded by a later one ({by}).")
_WITHDRAWN = N_("This award was withdrawn on {when}: {why}")
_FURTHER = N_("This installation holds the same document with further signatures: {name}.")
_LIST_WITHDREW = N_(
    "Withdrawn since {when} by {who}: {why} So says the list of withdrawn papers of {office} of {listed}."
)
_LIST_SUPERSEDED = N_(
    "Superseded since {when} by a later paper. So says the list of withdrawn papers of {office} of {listed}."
)


@dataclass(frozen=True, slots=True)
class Gone:
    """A paper that no longer holds, as ``status`` says, with everything known of it."""

    status: Status
    reasons: tuple[Reason, ...]


Standing = Mapping[str, Gone]
"""What no longer holds, by content hash."""
NOTHING_GONE: Standing = MappingProxyType({})


def standing(vault: Vault | None, lists: Iterable[Listed] = ()) -> Standing:
    """Every paper that no longer holds by what ``vault`` knows and what the ``lists`` given along name."""
    found: dict[str, Gone] = {}
    for content_hash, reason in () if vault is None else _own(vault):
        _add(found, content_hash, Status(reason.code), reason)
    held = () if vault is None else WithdrawalRepository(vault.store).listed()
    for item in dict.fromkeys((*held, *lists)):
        _add(found, item.paper.content_hash, Status(item.paper.standing.value), _by_list(item))
    return found


def standing_of(verdict: Verdict, hashes: Iterable[str], gone: Standing) -> Verdict:
    """``verdict`` on papers of the contents ``hashes``: what no longer holds is never called genuine."""
    found = [gone[content_hash] for content_hash in dict.fromkeys(hashes) if content_hash in gone]
    if not found or not verdict.status.whole:
        return verdict
    reasons = dict.fromkeys(_key(reason) for reason in verdict.reasons)
    more = {_key(reason): reason for item in found for reason in item.reasons if _key(reason) not in reasons}
    status = worst(verdict.status, *(item.status for item in found))
    return replace(verdict, status=status, reasons=(*verdict.reasons, *more.values()))


def unless_signed_further(verdict: Verdict, data: bytes, vault: Vault | None) -> Verdict:
    """``verdict`` on the PDF ``data``: superseded when ``vault`` holds the very same file with further signatures.

    A file cut back to an earlier revision is the paper as it was then, and no signature can tell; who holds the later
    one can. Raises ``StorageError``.
    """
    if vault is None or not verdict.status.whole:
        return verdict
    own, received = DocumentRepository(vault.store), ReceivedRepository(vault.store)
    for visit in verdict.visits:
        kept = {item.sha256: (item.name, item.size) for item in own.of_content(visit.content_hash)}
        for sha256, kind, name, size in received.files(visit.content_hash):
            if kind == "document":
                kept.setdefault(sha256, (name, size))
        for sha256, (name, size) in kept.items():
            if size <= len(data) or not vault.store.blobs.has(sha256):
                continue
            with vault.store.blobs.open(sha256) as file:
                longer = file.read(len(data)) == data
            if longer:
                reason = Reason(PaperStanding.SUPERSEDED.value, False, _FURTHER, MappingProxyType({"name": name}))
                status = worst(verdict.status, Status.SUPERSEDED)
                return replace(verdict, status=status, reasons=(*verdict.reasons, reason))
    return verdict


def _key(reason: Reason) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return reason.code, reason.template, tuple(sorted(reason.params.items()))


def _add(found: dict[str, Gone], content_hash: str, status: Status, reason: Reason) -> None:
    known = found.get(content_hash)
    if known is not None:
        found[content_hash] = Gone(worst(known.status, status), (*known.reasons, reason))
    else:
        found[content_hash] = Gone(status, (reason,))


def _own(vault: Vault) -> Iterable[tuple[str, Reason]]:
    """What the vault's own registers say: contents a later one replaced, and awards withdrawn."""
    from gmsc_desktop.services.withdrawals import superseded_here

    template = _("revision {number}")
    numbers = RevisionRepository(vault.store).superseded()
    numbers |= {older: newer.number for older, newer in superseded_here(vault.store)}
    for content_hash, number in numbers.items():
        said = MappingProxyType({"by": template.format(number=number)})
        yield content_hash, Reason(PaperStanding.SUPERSEDED.value, False, _SUPERSEDED, said)
    awards = AwardRepository(vault.store)
    for award_id, found in awards.withdrawals().items():
        told = MappingProxyType({"when": show_local(found.at, language()), "why": found.reason})
        yield award_hash(awards.get(award_id)), Reason(PaperStanding.WITHDRAWN.value, False, _WITHDRAWN, told)


def _by_list(item: Listed) -> Reason:
    paper = item.paper
    said = {
        "when": show_local(paper.since, language()),
        "who": paper.who,
        "why": _sentence(paper.reason),
        "office": item.organisation,
        "listed": show_local(item.issued_at, language()),
    }
    template = _LIST_WITHDREW if paper.standing is PaperStanding.WITHDRAWN else _LIST_SUPERSEDED
    return Reason(paper.standing.value, False, template, MappingProxyType(said))


def _sentence(text: str) -> str:
    """A reason as it stands before another sentence."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
