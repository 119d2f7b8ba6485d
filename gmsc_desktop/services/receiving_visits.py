"""The office takes in visits: a plan from what is here and what came, then everything in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING

from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exchange import Outcome, PlanItem, VaultRole
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.services.incoming import Consent, Incoming, NotTaken
from gmsc_desktop.services.trusting import role_of
from gmsc_desktop.store.received import ReceivedRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault
    from gmsc_desktop.sync.apply import IncomingVisits
    from gmsc_desktop.sync.opened import OpenBundle


class VisitsTaker:
    """Takes bundles of kind ``visits``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._rows = ReceivedRepository(vault.store)
        # The bundle read last: its plan and its taking follow on each other.
        self._last: tuple[OpenBundle, IncomingVisits] | None = None

    def plan(self, incoming: Incoming, consent: Consent) -> tuple[PlanItem, ...]:
        """Item by item, what the bundle brings. Raises ``NotTaken``, ``BundleError``."""
        from gmsc_desktop.sync.plan import IncomingBundle, LocalBundles, LocalVisit, plan_bundle, plan_visits

        came = self._read(incoming)
        found = came.by_visit()
        local = {
            visit.visit_id: LocalVisit(
                tuple(revision.link for revision in self._rows.revisions(visit.visit_id)),
                self._rows.journal(visit.visit_id),
            )
            for visit in found
        }
        record = incoming.record
        numbers = LocalBundles(self._rows.sequences(record.device))
        bundle = IncomingBundle(record.sha256, record.sequence, record.previous)
        return (*plan_bundle(numbers, bundle), *plan_visits(local, found), *_remarks(incoming, came))

    def take(self, incoming: Incoming, consent: Consent) -> Changed:
        """Keep the files, then every row in one transaction. Raises ``NotTaken``, ``BundleError``."""
        from gmsc_desktop.sync.apply import apply_visits, put_files

        store = self._vault.store
        found = self._read(incoming)
        if incoming.staging is not None:
            incoming.staging.keep()
        files = put_files(
            incoming.bundle, found, store.blobs.has, lambda file, size: store.blobs.put_stream(file, size).sha256
        )
        with store.writing():
            apply_visits(self._rows, incoming.record, found, files)
        self._last = None
        return Changed(frozenset({"received"}), frozenset(visit.visit_id for visit, _data in found.visits))

    def _read(self, incoming: Incoming) -> IncomingVisits:
        from gmsc_desktop.sync.apply import read_visits

        if role_of(self._vault) is not VaultRole.OFFICE:
            raise NotTaken("role", N_("Only a central office takes visits in."), keep=False)
        incoming.require_trust()
        if self._last is None or self._last[0] is not incoming.bundle:
            self._last = (incoming.bundle, read_visits(incoming.bundle))
        return self._last[1]


def _remarks(incoming: Incoming, came: IncomingVisits) -> Iterator[PlanItem]:
    """What is taken and yet worth a look: contents closed with another key than the sender's, and documents signed by
    somebody nobody here vouches for."""
    for visit, _data in came.visits:
        content = visit.content
        if content.assessor.key != incoming.record.sender:
            params = {"region": content.draft.region.name, "name": content.assessor.name}
            template = N_("{region}: closed by {name} with another key than the sender's.")
            yield PlanItem("visit", visit.content_hash, Outcome.ASKED, template, MappingProxyType(params))
    if incoming.bundle.verdict.status is Status.UNKNOWN_SIGNER:
        template = N_("A document in the bundle is signed by somebody nobody here vouches for.")
        yield PlanItem("document", incoming.record.sha256, Outcome.ASKED, template)
