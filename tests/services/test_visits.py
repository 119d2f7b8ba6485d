"""Visits on a real vault: recorded, edited, closed under a hash, reopened as a new revision, put away."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import jsonschema
import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.domain.errors import InvalidInput, NotFound, Refused
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Progress, Role, Severity, Visit, VisitState
from gmsc_desktop.resources import resource
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import Vault, open_vault
from gmsc_desktop.store.visits import VisitRepository
from tests.helpers import PASSPHRASE
from tests.services.helpers import BASIS, BUDGET, PEOPLE, POLICY, PROGRAMME, TWICE, draft, fill


def codes(services: Services, visit_id: str) -> set[tuple[str, str]]:
    return {(problem.code, problem.key or problem.field) for problem in services.visits.check(visit_id)}


def test_a_new_visit_is_there_after_a_restart(services: Services, visit: Visit, vault: Vault) -> None:
    vault.close()
    again = open_vault(vault.folder, PASSPHRASE, clock=services.clock, ids=services.ids)
    try:
        (row,) = build_services(again, clock=services.clock, ids=services.ids).visits.list()
    finally:
        again.close()
    assert replace(row.visit, updated_at=visit.updated_at) == visit
    assert row.visit.draft == draft(visit.draft.instrument_hash)
    assert (row.progress, row.index, row.evidence_count) == (Progress(0, 2), None, 0)


def test_progress_and_index_follow_the_answers(services: Services, visit: Visit) -> None:
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    (row,) = services.visits.list()
    assert (row.progress, row.index) == (Progress(1, 2), Decimal(3))
    fill(services, visit.id)
    (row,) = services.visits.list()
    assert (row.progress.answered, row.index, row.evidence_count) == (2, Decimal(10) / 3, 1)
    assert services.visits.list() == (row,)
    assert VisitRepository(services.vault.store).stale() == ()


def test_particulars_are_edited_and_people_come_and_go(services: Services, visit: Visit) -> None:
    people = (*visit.draft.people[:1], Person("  Siti   Aminah "), Person("Joko", role=Role.MEMBER))
    wanted = replace(visit.draft, people=people, place="Pendopo", mode=Mode.HYBRID, previous=None, instrument_hash="")
    done = services.visits.edit(visit.id, wanted)
    assert done.changed.visits == {visit.id}
    assert done.value == services.visits.get(visit.id)
    assert done.value.draft.people[1].name == "Siti Aminah"
    assert done.value.draft.instrument_hash == visit.draft.instrument_hash
    services.visits.edit(visit.id, replace(done.value.draft, people=people[:1]))
    assert services.visits.get(visit.id).draft.people == people[:1]
    assert services.vault.store.journal.verify() is None


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_on": date(2021, 12, 1)},
        {"cycle_year": 1821},
        {"people": (Person(" "),)},
        {"people": (Person("Budi", "123"),)},
        {"previous": PreviousResult(Decimal("NaN"), 2020)},
        {"previous": PreviousResult(Decimal(306), 2020)},
        {"previous": PreviousResult(Decimal(3), 20)},
    ],
)
def test_what_no_visit_can_be_is_refused_and_nothing_is_written(
    services: Services, visit: Visit, changes: dict[str, object]
) -> None:
    before = services.vault.store.journal.vault_head()
    for act in (
        lambda: services.visits.create(draft(visit.draft.instrument_hash, **changes)),
        lambda: services.visits.edit(visit.id, draft(**changes)),
    ):
        with pytest.raises(InvalidInput):
            act()
    assert services.vault.store.journal.vault_head() == before
    assert len(services.visits.list()) == 1


def test_a_visit_keeps_its_instrument(services: Services, visit: Visit) -> None:
    with pytest.raises(Refused):
        services.visits.edit(visit.id, draft("ab" * 32))
    with pytest.raises(NotFound):
        services.visits.create(draft("ab" * 32))
    with pytest.raises(NotFound):
        services.visits.get("none")


def test_what_is_missing_stands_against_closing(services: Services, visit: Visit) -> None:
    bare = replace(visit.draft, people=(), place="", stage="", ends_on=date(2031, 1, 1))
    services.visits.edit(visit.id, bare)
    found = codes(services, visit.id)
    particulars = {("no_stage", "stage"), ("no_place", "place"), ("no_lead", "people"), ("nobody_met", "people")}
    assert particulars | {("not_over", "dates")} <= found
    assert {key for _code, key in found if key.startswith("/")} >= {POLICY, BUDGET}
    with pytest.raises(Refused) as caught:
        services.visits.close(visit.id)
    assert int(str(caught.value.params["count"])) == sum(p.blocks for p in services.visits.check(visit.id))
    assert services.visits.get(visit.id).state is VisitState.DRAFT
    assert services.visits.revisions(visit.id) == ()


def test_a_warning_is_explained_in_writing_and_an_error_is_not(services: Services, visit: Visit) -> None:
    services.visits.edit(visit.id, replace(visit.draft, people=visit.draft.people[:1]))
    fill(services, visit.id)
    services.visits.explain(visit.id, "nobody_met", "", " Pejabat berhalangan. ")
    (problem,) = [p for p in services.visits.check(visit.id) if p.code == "nobody_met"]
    assert (problem.explanation, problem.blocks) == ("Pejabat berhalangan.", False)
    services.visits.edit(visit.id, replace(visit.draft, people=visit.draft.people[:1], place=""))
    with pytest.raises(InvalidInput):
        services.visits.explain(visit.id, "no_place", "", "tidak perlu")
    with pytest.raises(NotFound):
        services.visits.explain(visit.id, "unheard_of", "", "x")
    services.visits.explain(visit.id, "nobody_met", "", "")
    assert all(not p.explanation for p in services.visits.check(visit.id))


def close(services: Services, visit: Visit) -> None:
    fill(services, visit.id)
    for problem in services.visits.check(visit.id):
        if problem.severity is Severity.WARNING:
            services.visits.explain(visit.id, problem.code, problem.key, "Memang demikian.")
    services.visits.close(visit.id)


def test_closing_freezes_what_was_said_under_its_hash(services: Services, visit: Visit) -> None:
    services.answers.set(visit.id, PEOPLE, Facet.VALUE, "7")
    item = services.answers.add_item(visit.id, PROGRAMME).value
    gone = services.answers.add_item(visit.id, PROGRAMME).value
    for found, text in ((item, "Solo Destination"), (gone, "dihapus")):
        services.answers.set(visit.id, f"{found.key}/title", Facet.VALUE, text)
    services.evidence.attach_bytes(visit.id, f"{gone.key}/title", "b.txt", b"hilang")
    services.answers.remove_item(visit.id, gone.key)
    close(services, visit)
    (revision,) = services.visits.revisions(visit.id)
    closed = services.visits.get(visit.id)
    assert (closed.state, closed.revision, closed.content_hash) == (VisitState.CLOSED, 1, revision.content_hash)
    assert sha256_hex(revision.content) == revision.content_hash
    document = json.loads(revision.content)
    schema = json.loads(resource("schemas", "visit.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    values = {answer["key"]: answer.get("value") for answer in document["answers"]}
    assert values == {POLICY: "l3", BUDGET: "l4", PEOPLE: "7", TWICE: "14", f"{item.key}/title": "Solo Destination"}
    assert document["repeats"] == [{"key": PROGRAMME, "items": [item.id]}]
    assert [found["name"] for found in document["evidence"]] == ["perwali.txt"]
    assert document["assessor"]["key"] == services.vault.certificate_fingerprint
    assert document["instrument"]["hash"] == visit.draft.instrument_hash
    content = services.visits.content(visit.id)
    assert canonical_bytes(to_document(content)) == revision.content


def test_an_answer_not_asked_now_stays_in_the_vault_and_is_not_frozen(services: Services, visit: Visit) -> None:
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    services.answers.set(visit.id, BASIS, Facet.VALUE, "Perwali 7/2020")
    services.evidence.attach_bytes(visit.id, BASIS, "a.txt", b"lampiran")
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l4")
    content = services.visits.content(visit.id)
    assert content.sheet.get(BASIS) is None and content.evidence == ()
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    again = services.visits.content(visit.id)
    assert again.sheet.get(BASIS) == "Perwali 7/2020" and len(again.evidence) == 1


def test_a_closed_visit_refuses_every_change_and_names_the_way(services: Services, visit: Visit) -> None:
    item = services.answers.add_item(visit.id, PROGRAMME).value
    close(services, visit)
    (evidence,) = services.evidence.list(visit.id)
    before = services.vault.store.journal.vault_head()
    for act in (
        lambda: services.answers.set(visit.id, POLICY, Facet.VALUE, "l0"),
        lambda: services.answers.add_item(visit.id, PROGRAMME),
        lambda: services.answers.remove_item(visit.id, item.key),
        lambda: services.answers.undo(visit.id),
        lambda: services.answers.redo(visit.id),
        lambda: services.evidence.attach_bytes(visit.id, POLICY, "x.txt", b"x"),
        lambda: services.evidence.caption(evidence.id, "x"),
        lambda: services.evidence.remove(evidence.id),
        lambda: services.visits.edit(visit.id, visit.draft),
        lambda: services.visits.explain(visit.id, "nobody_met", "", "x"),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert "reopen" in caught.value.cure
    with pytest.raises(Refused):
        services.visits.close(visit.id)
    assert services.vault.store.journal.vault_head() == before


def test_reopening_makes_a_new_revision_that_descends_from_the_old(services: Services, visit: Visit) -> None:
    close(services, visit)
    (first,) = services.visits.revisions(visit.id)
    with pytest.raises(InvalidInput):
        services.visits.reopen(visit.id, "  ")
    opened = services.visits.reopen(visit.id, "Angka anggaran keliru").value
    assert (opened.state, opened.parent_hash) == (VisitState.DRAFT, first.content_hash)
    assert services.answers.undo(visit.id).value is None, "what was closed is not undone any more"
    services.answers.set(visit.id, BUDGET, Facet.VALUE, "l0")
    second = services.visits.close(visit.id).value
    assert (second.number, second.parent_hash) == (2, first.content_hash)
    assert services.visits.revisions(visit.id) == (first, second)
    assert json.loads(second.content)["parent_hash"] == first.content_hash
    reasons = [e.after for e in services.history.entries(visit.id) if e.table == "reopening"]
    assert reasons == [{"reason": "Angka anggaran keliru", "content_hash": first.content_hash}]
    with pytest.raises(Refused):
        services.visits.reopen(visit.id, "x") and services.visits.reopen(visit.id, "x")


def test_a_visit_put_away_comes_back_whole(services: Services, visit: Visit) -> None:
    fill(services, visit.id)
    sheet = services.visits.open(visit.id).session.sheet()
    services.visits.archive(visit.id)
    services.visits.archive(visit.id)
    assert services.visits.list() == ()
    (row,) = services.visits.archived()
    assert row.visit.id == visit.id and row.progress == Progress(2, 2)
    services.visits.restore(visit.id)
    assert services.visits.archived() == ()
    assert services.visits.open(visit.id).session.sheet() == sheet


def test_each_caller_gets_a_form_of_its_own(services: Services, visit: Visit) -> None:
    one, other = services.visits.open(visit.id), services.visits.open(visit.id)
    one.session.set(PEOPLE, Facet.VALUE, "3")
    assert other.session.state(PEOPLE).value == ""
    assert other.instrument is one.instrument
