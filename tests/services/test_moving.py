"""A draft moves to another version of its instrument: nothing is lost without a yes, and the way back is open."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem, key_path
from gmsc_desktop.domain.errors import Refused
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.moving import MovePlan, Why, map_paths, plan_move
from gmsc_desktop.domain.visit import Visit, VisitState
from gmsc_desktop.services.app import Services
from tests.services.helpers import draft
from tests.unit.forms_kit import compiled

HEAD = "| survey |\n| | type | name | label | calculation |\n"
TAIL = """| choices |
| | list_name | name | label | score |
{choices}
| settings |
| | form_id | form_title | version |
| | pindah | Pindah | {version} |
"""
OLD_CHOICES = "| | level | 1 | Poor | 1 |\n| | level | 3 | Fair | 3 |\n| | level | 4 | Good | 4 |"
NEW_CHOICES = "| | level | 1 | Poor | 1 |\n| | level | 4 | Good | 4 |\n| | level | 5 | Best | 5 |"
OLD = (
    HEAD
    + """| | begin_group | main | Main | |
| | select_one level | policy | Policy | |
| | select_multiple level | several | Several | |
| | integer | people | People | |
| | text | basis | Basis | |
| | text | later | Later | |
| | text | sum | Sum | |
| | end_group | | | |
| | begin_repeat | programme | Programme | |
| | text | title | Title | |
| | text | gone | Gone | |
| | end_repeat | | | |
"""
    + TAIL.format(choices=OLD_CHOICES, version=1)
)
NEW = (
    HEAD
    + """| | begin_group | main | Main | |
| | select_one level | policy | Policy | |
| | select_multiple level | several | Several | |
| | text | people | People, in words | |
| | integer | basis | Basis | |
| | calculate | sum | Sum | 1 + 1 |
| | text | fresh | Fresh | |
| | end_group | | | |
| | begin_group | outer | Outer | |
| | text | later | Later | |
| | begin_repeat | programme | Programme | |
| | text | title | Title | |
| | end_repeat | | | |
| | end_group | | | |
"""
    + TAIL.format(choices=NEW_CHOICES, version=2)
)
MAIN = "/data/main"


@pytest.fixture
def hashes(services: Services, tmp_path: Path) -> tuple[str, str]:
    found = []
    for name, text in (("old", OLD), ("new", NEW)):
        path = tmp_path / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        found.append(services.instruments.install(path).value.hash)
    return found[0], found[1]


@pytest.fixture
def moving(services: Services, hashes: tuple[str, str]) -> Visit:
    """A draft on the old version, with an answer everywhere."""
    visit = services.visits.create(draft(hashes[0])).value
    for name, value in {
        "policy": "3", "several": "1 3 4", "people": "120", "basis": "Perwali 5", "later": "Nanti", "sum": "dua",
    }.items():  # fmt: skip
        services.answers.set(visit.id, f"{MAIN}/{name}", Facet.VALUE, value)
    services.answers.set(visit.id, f"{MAIN}/policy", Facet.NOTE, "Catatan")
    services.answers.set(visit.id, f"{MAIN}/later", Facet.NOTE, "Catatan lain")
    item = services.answers.add_item(visit.id, "/data/programme").value
    services.answers.set(visit.id, f"{item.key}/title", Facet.VALUE, "Kampung digital")
    services.answers.set(visit.id, f"{item.key}/gone", Facet.VALUE, "Hilang")
    services.evidence.attach_bytes(visit.id, f"{item.key}/gone", "hilang.txt", b"hilang")
    services.evidence.attach_bytes(visit.id, f"{MAIN}/later", "nanti.txt", b"nanti")
    return visit


def told(plan: MovePlan) -> dict[str, Why]:
    return {f"{key_path(d.key).rpartition('/')[2]}/{d.facet.value if d.facet else 'file'}": d.why for d in plan.drops}


def stored(services: Services, visit: Visit) -> tuple[Mapping[tuple[str, Facet], str], dict[str, str]]:
    files = {file.name: file.key for file in services.evidence.list(visit.id)}
    return dict(services.visits.open(visit.id).session.sheet().cells), files


def test_the_plan_names_what_maps_what_is_new_and_what_would_go(
    services: Services, moving: Visit, hashes: tuple[str, str]
) -> None:
    plan = services.moving.plan(moving.id, hashes[1])
    assert told(plan) == {
        "policy/value": Why.CHOICE,
        "several/value": Why.CHOICE,
        "basis/value": Why.TYPE,
        "sum/value": Why.FILLED,
        "gone/value": Why.GONE,
        "gone/file": Why.GONE,
    }
    assert [drop.remains for drop in plan.drops if drop.key == f"{MAIN}/several"] == ["1 4"]
    assert plan.new == ("/data/main/fresh",)
    assert {(gone.path, gone.choice.name) for gone in plan.choices_gone} == {
        (f"{MAIN}/policy", "3"),
        (f"{MAIN}/several", "3"),
    }
    assert (f"{MAIN}/later", "/data/outer/later") in plan.moved
    assert plan.returning == ()


def test_nothing_is_dropped_without_being_named(services: Services, moving: Visit, hashes: tuple[str, str]) -> None:
    before = stored(services, moving)
    drops = {drop.id for drop in services.moving.plan(moving.id, hashes[1]).drops}
    for left_out in drops:
        with pytest.raises(Refused):
            services.moving.apply(moving.id, hashes[1], drops - {left_out})
    assert stored(services, moving) == before
    assert services.visits.get(moving.id).draft.instrument_hash == hashes[0]


def test_a_move_takes_everything_else_along_and_the_way_back_restores_it(
    services: Services, moving: Visit, hashes: tuple[str, str]
) -> None:
    before = stored(services, moving)
    plan = services.moving.plan(moving.id, hashes[1])
    moved = services.moving.apply(moving.id, hashes[1], {drop.id for drop in plan.drops}).value
    assert moved.draft.instrument_hash == hashes[1]
    cells, files = stored(services, moving)
    session = services.visits.open(moving.id).session
    (item,) = session.items("/data/outer/programme")
    assert cells == {
        (f"{MAIN}/policy", Facet.NOTE): "Catatan",
        (f"{MAIN}/several", Facet.VALUE): "1 4",
        (f"{MAIN}/people", Facet.VALUE): "120",
        (f"{MAIN}/sum", Facet.VALUE): "2",
        ("/data/outer/later", Facet.VALUE): "Nanti",
        ("/data/outer/later", Facet.NOTE): "Catatan lain",
        (f"{item.key}/title", Facet.VALUE): "Kampung digital",
    }
    assert files == {"nanti.txt": "/data/outer/later"}
    assert services.answers.undo(moving.id).value is None
    assert services.vault.store.journal.verify() is None
    entry = next(found for found in services.history.entries(moving.id, 50) if found.table == "moving")
    assert ((entry.before or {})["value"], (entry.after or {})["value"]) == ("Pindah 1", "Pindah 2")

    back = services.moving.plan(moving.id, hashes[0])
    assert back.drops == () and {drop.id for drop in back.returning} == {drop.id for drop in plan.drops}
    services.moving.apply(moving.id, hashes[0], ())
    assert stored(services, moving) == before


def test_what_was_answered_since_is_not_overwritten_on_the_way_back(
    services: Services, moving: Visit, hashes: tuple[str, str]
) -> None:
    plan = services.moving.plan(moving.id, hashes[1])
    services.moving.apply(moving.id, hashes[1], {drop.id for drop in plan.drops})
    services.answers.set(moving.id, f"{MAIN}/policy", Facet.VALUE, "4")
    services.answers.set(moving.id, f"{MAIN}/several", Facet.VALUE, "1")
    services.moving.apply(moving.id, hashes[0], ())
    cells, _files = stored(services, moving)
    assert cells[f"{MAIN}/policy", Facet.VALUE] == "4"
    assert cells[f"{MAIN}/several", Facet.VALUE] == "1"
    assert cells[f"{MAIN}/basis", Facet.VALUE] == "Perwali 5"


def test_only_newer_versions_of_the_same_form_are_offered_to_a_draft(
    services: Services, moving: Visit, hashes: tuple[str, str], small: str
) -> None:
    assert [row.hash for row in services.moving.offers(moving.id)] == [hashes[1]]
    assert small != hashes[1]
    plan = services.moving.plan(moving.id, hashes[1])
    services.moving.apply(moving.id, hashes[1], {drop.id for drop in plan.drops})
    assert services.moving.offers(moving.id) == ()
    with pytest.raises(Refused):
        services.moving.plan(moving.id, hashes[1])


def test_a_closed_visit_does_not_move_and_its_revision_stays_when_it_was_reopened(
    services: Services, hashes: tuple[str, str]
) -> None:
    visit = services.visits.create(draft(hashes[0])).value
    services.answers.set(visit.id, f"{MAIN}/basis", Facet.VALUE, "Perwali 5")
    item = services.answers.add_item(visit.id, "/data/programme").value
    services.answers.set(visit.id, f"{MAIN}/policy", Facet.VALUE, "4")
    for problem in services.visits.check(visit.id):
        services.visits.explain(visit.id, problem.code, problem.key, "Berlaku sebagaimana dicatat.")
    closed = services.visits.close(visit.id).value
    assert services.moving.offers(visit.id) == ()
    with pytest.raises(Refused):
        services.moving.plan(visit.id, hashes[1])
    services.visits.reopen(visit.id, "Versi baru instrumen")
    plan = services.moving.plan(visit.id, hashes[1])
    moved = services.moving.apply(visit.id, hashes[1], {drop.id for drop in plan.drops}).value
    assert moved.state is VisitState.DRAFT and moved.parent_hash == closed.content_hash
    assert services.visits.revisions(visit.id) == (closed,)
    assert [found.id for found in services.visits.open(visit.id).session.items("/data/outer/programme")] == [item.id]


@pytest.fixture(scope="module")
def forms() -> tuple[Instrument, Instrument]:
    return compiled(OLD).instrument, compiled(NEW).instrument


VALUES = st.sampled_from(["1", "3", "4", "1 3", "kata", "3 4 5"])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_every_answer_is_either_carried_or_named(forms: tuple[Instrument, Instrument], data: st.DataObject) -> None:
    old, new = forms
    questions = [item for item in old.items if not item.is_container]
    items = [RepeatItem("/data/programme", str(n), n) for n in range(data.draw(st.integers(0, 3)))]
    places = []
    for item in questions:
        inside = item.path.startswith("/data/programme/")
        places += [f"{found.key}/{item.name}" for found in items] if inside else [item.path]
    cells = {
        (key, facet): data.draw(VALUES)
        for key in places
        for facet in data.draw(st.sets(st.sampled_from(list(Facet)), max_size=3))
    }
    sheet = AnswerSheet(cells, {"/data/programme": tuple(items)} if items else {})
    plan = plan_move(old, new, ("a", "b"), sheet, ())
    kept = dict(plan.kept)
    dropped = {(drop.key, drop.facet): drop for drop in plan.drops}
    for (key, facet), value in cells.items():
        drop = dropped.get((key, facet))
        if drop is None:
            assert key_path(kept[key]) in new.by_path
        else:
            assert drop.value == value and drop.id == f"{key}#{facet.value}"
            assert set(drop.remains.split()) < set(value.split())
    assert len(set(kept.values())) == len(kept)
    assert map_paths(old, old) == {item.path: item.path for item in old.items}
    assert plan_move(old, old, ("a", "a"), sheet, ()).drops == () or any(
        drop.why is Why.CHOICE for drop in plan_move(old, old, ("a", "a"), sheet, ()).drops
    )


def test_what_the_form_gave_once_comes_along_without_being_asked() -> None:
    rows = "| | today | day | | |\n| | calculate | code | | once(uuid()) |\n| | text | a | A | |\n"
    old = compiled(HEAD + rows + TAIL.format(choices=OLD_CHOICES, version=1)).instrument
    new = compiled(HEAD + rows + "| | text | b | B | |\n" + TAIL.format(choices=OLD_CHOICES, version=2)).instrument
    given_once = {("/data/day", Facet.VALUE): "2026-07-15", ("/data/code", Facet.VALUE): "abc"}
    plan = plan_move(old, new, ("1", "2"), AnswerSheet(given_once), ())
    assert (plan.drops, dict(plan.kept)) == ((), {"/data/day": "/data/day", "/data/code": "/data/code"})


def test_questions_that_are_new_get_their_defaults(services: Services, tmp_path: Path) -> None:
    hashes = []
    for version, rows in enumerate(
        ("| | text | a | A | one |", "| | text | a | A | two |\n| | text | b | B | 1 + 1 |"), 1
    ):
        path = tmp_path / f"v{version}.md"
        survey = HEAD.replace("calculation", "default") + rows + "\n"
        path.write_text(survey + TAIL.format(choices=OLD_CHOICES, version=version), encoding="utf-8")
        hashes.append(services.instruments.install(path).value.hash)
    visit = services.visits.create(draft(hashes[0])).value
    services.answers.set(visit.id, "/data/a", Facet.VALUE, None)
    services.moving.apply(visit.id, hashes[1], [])
    sheet = services.visits.open(visit.id).session.sheet()
    assert (sheet.get("/data/a"), sheet.get("/data/b")) == (None, "2")
