"""Lists of withdrawn papers on their way in: bundles of kind ``withdrawals``, for anybody who trusts the office."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exchange import Outcome, PlanItem
from gmsc_desktop.domain.numbers import show_local
from gmsc_desktop.domain.withdrawals import GonePaper, PaperList, PaperStanding
from gmsc_desktop.i18n import language
from gmsc_desktop.services.incoming import Consent, Incoming
from gmsc_desktop.services.withdrawal_lists import know_certificates, list_told
from gmsc_desktop.store.received import ReceivedRepository
from gmsc_desktop.store.withdrawals import WithdrawalRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

_WITHDRAWN = N_("Withdrawn: {label} ({why})")
_SUPERSEDED = N_("Superseded by a later paper: {label}")
_NOTHING = N_("The list of {office} of {when} names no paper.")
_OLDER = N_("The list of {office} of {when} is older than the one held here ({held}); it takes nothing back.")


class WithdrawalsTaker:
    """Takes bundles of kind ``withdrawals``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._rows = WithdrawalRepository(vault.store)

    def plan(self, incoming: Incoming, consent: Consent) -> tuple[PlanItem, ...]:
        """Paper by paper, what the list says here. Raises ``NotTaken``."""
        told = self._require(incoming)
        known = {item.paper.content_hash: item for item in self._rows.listed() if item.office == told.office}
        held = next((item for item in self._rows.lists() if item.office == told.office), None)
        said = {"office": told.organisation, "when": show_local(told.issued_at, language())}
        found = []
        if held is not None and held.issued_at > told.issued_at:
            params = MappingProxyType({**said, "held": show_local(held.issued_at, language())})
            found.append(PlanItem("list", told.office, Outcome.OLDER, _OLDER, params))
        elif not told.papers:
            found.append(PlanItem("list", told.office, Outcome.KNOWN, _NOTHING, MappingProxyType(said)))
        for paper in told.papers:
            before = known.get(paper.content_hash)
            new = before is None or (before.paper != paper and before.issued_at < told.issued_at)
            found.append(_item(paper, Outcome.NEW if new else Outcome.KNOWN))
        return tuple(found)

    def take(self, incoming: Incoming, consent: Consent) -> Changed:
        """Keep what the list says, in one transaction. Raises ``NotTaken``."""
        told = self._require(incoming)
        with self._vault.store.writing():
            ReceivedRepository(self._vault.store).add_bundle(incoming.record)
            self._rows.take(told)
            know_certificates(self._vault, incoming.message or {})
        return Changed(frozenset({"withdrawal", "trust"}))

    def _require(self, incoming: Incoming) -> PaperList:
        incoming.require_office()
        return list_told(incoming.message or {}, incoming.record.sender)


def _item(paper: GonePaper, outcome: Outcome) -> PlanItem:
    template = _WITHDRAWN if paper.standing is PaperStanding.WITHDRAWN else _SUPERSEDED
    params = MappingProxyType({"label": paper.label, "why": paper.reason})
    return PlanItem("paper", paper.content_hash, outcome, template, params)
