"""The office takes in visits: a plan from what is here and what came, then everything in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING

from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.domain.drafts import newest_drafts
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exchange import Outcome, PlanItem, VaultRole
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.services.incoming import Consent, Incoming, NotTaken
from gmsc_desktop.services.trusting import role_of
from gmsc_desktop.store.drafts import ReceivedDrafts
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
        self._drafts = ReceivedDrafts(vault.store)
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
        others = self._rows.other_devices(record.sender, record.device)
        bundle = IncomingBundle(record.sha256, record.sequence, record.previous, others)
        drafts = self._plan_drafts(came)
        return (*plan_bundle(numbers, bundle), *plan_visits(local, found), *drafts, *_remarks(incoming, came))

    def _plan_drafts(self, came: IncomingVisits) -> tuple[PlanItem, ...]:
        """What will happen to the drafts, visit by visit: judged as everything will stand once all of it is here."""
        from gmsc_desktop.sync.plan import plan_drafts

        found: list[PlanItem] = []
        labels = {visit.visit_id: visit.label for visit in came.by_visit()}
        for visit_id in dict.fromkeys(draft.visit_id for draft, _data in came.drafts):
            here = tuple(self._drafts.link(each) for each in self._drafts.list(visit_id))
            new = tuple(draft.link for draft, _data in came.drafts if draft.visit_id == visit_id)
            previous, closings = self._drafts.rows(visit_id)
            for line in came.journal:
                if line.visit_id == visit_id:
                    previous[line.hash] = line.previous
            for content in (each.content_hash for each, _data in came.visits if each.visit_id == visit_id):
                closings.setdefault(content, "")
            known = {link.draft_hash: link for link in (*new, *here)}
            found += plan_drafts(labels[visit_id], here, new, newest_drafts(known.values(), previous, closings))
        return tuple(found)

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
        return Changed(frozenset({"received"}), frozenset(each.visit_id for each in found.by_visit()))

    def _read(self, incoming: Incoming) -> IncomingVisits:
        from gmsc_desktop.sync.apply import read_visits

        if role_of(self._vault) is not VaultRole.OFFICE:
            raise NotTaken("role", N_("Only a central office takes visits in."), keep=False)
        incoming.require_trust()
        if self._last is None or self._last[0] is not incoming.bundle:
            found = read_visits(incoming.bundle)
            _require_own_drafts(incoming, found)
            self._last = (incoming.bundle, found)
        return self._last[1]


def _require_own_drafts(incoming: Incoming, came: IncomingVisits) -> None:
    """A draft is of the laptop that sends it, at a row of the journal that comes with it. Raises ``NotTaken``."""
    rows = {(line.visit_id, line.number, line.hash) for line in came.journal}
    for file, _data in came.drafts:
        draft = file.draft
        if draft.device != incoming.record.device or (file.visit_id, draft.number, draft.journal_hash) not in rows:
            template = N_("{region}: the draft does not belong to the journal it came with.")
            raise NotTaken("draft", template, region=draft.content.draft.region.name)


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
