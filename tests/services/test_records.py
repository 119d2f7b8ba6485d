"""Documents and exports as rows: added once, found again, told in the right chain; the states they lead to."""

from __future__ import annotations

import pytest

from gmsc_desktop.domain.errors import NotFound, Refused
from gmsc_desktop.domain.exports import ExportedVisit, ExportRecord
from gmsc_desktop.domain.states import Step
from gmsc_desktop.domain.visit import StoredDocument, Visit, VisitState
from gmsc_desktop.services.app import Services
from gmsc_desktop.store.documents import DocumentRepository
from gmsc_desktop.store.evidence import EvidenceRepository
from gmsc_desktop.store.exports import ExportRepository
from gmsc_desktop.store.journal import VAULT_CHAIN
from gmsc_desktop.store.visits import VisitRepository


def document(services: Services, visit: Visit, letter: str) -> StoredDocument:
    now = services.clock.now()
    return StoredDocument(services.ids.uuid7(), visit.id, letter * 64, "report", f"{letter}.pdf", letter * 64, 9, now)


def test_documents_are_listed_the_newest_first(services: Services, visit: Visit) -> None:
    rows = DocumentRepository(services.vault.store)
    other = services.visits.create(visit.draft).value
    first, second, elsewhere = (
        document(services, visit, "a"),
        document(services, visit, "b"),
        document(services, other, "c"),
    )
    for found in (first, second, elsewhere):
        rows.add(found)
    assert rows.list() == (elsewhere, second, first)
    assert rows.list(visit.id) == (second, first)
    assert rows.get(first.id) == first
    assert EvidenceRepository(services.vault.store).known_files() >= {"a" * 64, "b" * 64, "c" * 64}
    assert services.history.entries(visit.id, 1)[0].table == "document"
    with pytest.raises(NotFound):
        rows.get("none")


def record(services: Services, sequence: int, *visits: Visit) -> ExportRecord:
    items = tuple(ExportedVisit(visit.id, "Kota Surakarta", "c" * 64) for visit in sorted(visits, key=lambda v: v.id))
    now = services.clock.now()
    return ExportRecord(services.ids.uuid7(), now, "/media/stick", f"{sequence}.gmsc", "d" * 64, 5, sequence, items)


def test_exports_are_counted_and_say_what_went_where(services: Services, visit: Visit) -> None:
    rows = ExportRepository(services.vault.store)
    other = services.visits.create(visit.draft).value
    assert (rows.next_sequence(), rows.newest(), rows.history()) == (1, None, ())
    first, second = record(services, 1, visit), record(services, 2, visit, other)
    rows.add(first)
    rows.add(second)
    assert rows.next_sequence() == 3
    assert rows.history() == (second, first)
    assert rows.history(other.id) == (second,)
    assert (rows.newest(), rows.get(first.id)) == (second, first)
    assert services.history.entries(other.id, 1)[0].table == "export_item"
    assert services.history.entries(VAULT_CHAIN, 1)[0].table == "export"
    with pytest.raises(NotFound):
        rows.get("none")
    assert services.history.verify() == ()


def test_several_visits_are_marked_all_or_none(services: Services, visit: Visit) -> None:
    rows = VisitRepository(services.vault.store)
    other = services.visits.create(visit.draft).value
    with pytest.raises(Refused):
        rows.mark_signed(visit.id)
    rows.mark(visit.id, Step.CLOSE)
    rows.mark_signed(visit.id)
    with pytest.raises(Refused):
        rows.mark_exported((visit.id, other.id))
    assert rows.get(visit.id).state is VisitState.SIGNED
    assert rows.mark_exported((visit.id,))[0].state is VisitState.EXPORTED
    head = services.vault.store.journal.vault_head()
    rows.mark_exported((visit.id,))
    assert services.vault.store.journal.vault_head() == head, "what does not change writes nothing"
