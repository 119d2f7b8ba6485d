"""Answers on a real vault: what was confirmed is there, what was undone is as it was, what cannot be is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import Facet, RepeatItem
from gmsc_desktop.domain.errors import InvalidInput, NotFound, Refused, StorageError
from gmsc_desktop.domain.places import LONGEST
from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.services.answers import Undone, stacks
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import Vault, open_vault
from gmsc_desktop.store.answers import AnswerRepository, Step
from tests.helpers import PASSPHRASE, FixedClock
from tests.services.helpers import BUDGET, PEOPLE, POLICY, PROGRAMME, TWICE, smallest_files


def stored(services: Services, visit: Visit) -> dict[tuple[str, Facet], str]:
    return dict(AnswerRepository(services.vault.store).sheet(visit.id).cells)


def items(services: Services, visit: Visit) -> tuple[RepeatItem, ...]:
    return AnswerRepository(services.vault.store).sheet(visit.id).repeats.get(PROGRAMME, ())


def test_each_answer_is_committed_with_its_journal_row(services: Services, visit: Visit) -> None:
    done = services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    assert done.changed.visits == {visit.id}
    services.answers.set(visit.id, POLICY, Facet.SELF, "l4")
    services.answers.set(visit.id, POLICY, Facet.NOTE, "baris satu\r\nbaris dua")
    assert stored(services, visit) == {
        (POLICY, Facet.VALUE): "l3",
        (POLICY, Facet.SELF): "l4",
        (POLICY, Facet.NOTE): "baris satu\nbaris dua",
    }
    newest, *_rest = services.history.entries(visit.id)
    assert newest.before is None
    assert newest.after == {"key": POLICY, "facet": "note", "value": "baris satu\nbaris dua"}
    assert services.visits.get(visit.id).updated_at == newest.at
    assert not services.vault.store.conn.in_transaction


def test_the_same_again_writes_nothing_and_the_empty_text_takes_it_away(services: Services, visit: Visit) -> None:
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    head = services.vault.store.journal.vault_head()
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    services.answers.set(visit.id, BUDGET, Facet.VALUE, "")
    assert services.vault.store.journal.vault_head() == head
    services.answers.set(visit.id, POLICY, Facet.VALUE, "")
    assert stored(services, visit) == {}


@pytest.mark.parametrize(
    ("key", "facet"),
    [("/data/nowhere", Facet.VALUE), ("/data/main", Facet.VALUE), (TWICE, Facet.VALUE), ("", Facet.NOTE),
     (f"{PROGRAMME}[x]", Facet.VALUE), ("/data/main[x]/policy", Facet.VALUE)],
)  # fmt: skip
def test_a_place_the_form_does_not_have_is_refused(services: Services, visit: Visit, key: str, facet: Facet) -> None:
    with pytest.raises((InvalidInput, NotFound)):
        services.answers.set(visit.id, key, facet, "1")
    assert stored(services, visit) == {}


def test_an_item_that_was_never_there_takes_no_answer(services: Services, visit: Visit) -> None:
    with pytest.raises(NotFound):
        services.answers.set(visit.id, f"{PROGRAMME}[none]/title", Facet.VALUE, "x")
    with pytest.raises(InvalidInput):
        services.answers.set(visit.id, f"{PROGRAMME}/title", Facet.VALUE, "x")
    with pytest.raises(NotFound):
        services.answers.remove_item(visit.id, f"{PROGRAMME}[none]")
    with pytest.raises(InvalidInput):
        services.answers.add_item(visit.id, "/data/main")


def test_an_endless_text_is_refused_and_the_old_one_stays(services: Services, visit: Visit) -> None:
    services.answers.set(visit.id, POLICY, Facet.NOTE, "x" * LONGEST)
    with pytest.raises(InvalidInput):
        services.answers.set(visit.id, POLICY, Facet.NOTE, "x" * (LONGEST + 1))
    assert stored(services, visit)[POLICY, Facet.NOTE] == "x" * LONGEST


def test_a_removed_item_keeps_its_answers_and_comes_back_by_undo(services: Services, visit: Visit) -> None:
    first, second = (services.answers.add_item(visit.id, PROGRAMME).value for _ in range(2))
    assert (first.position, second.position) == (0, 1)
    services.answers.set(visit.id, f"{first.key}/title", Facet.VALUE, "Solo Destination")
    services.answers.remove_item(visit.id, first.key)
    assert items(services, visit) == (second,)
    assert services.answers.undo(visit.id).value == Undone(first.key, None, None, first)
    assert items(services, visit) == (first, second)
    assert services.visits.open(visit.id).session.state(f"{first.key}/title").value == "Solo Destination"


def test_undo_reaches_back_over_a_restart(services: Services, visit: Visit, vault: Vault) -> None:
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l0")
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    vault.close()
    again = open_vault(vault.folder, PASSPHRASE, clock=services.clock, ids=services.ids)
    try:
        answers = build_services(again, clock=services.clock, ids=services.ids).answers
        assert answers.undo(visit.id).value == Undone(POLICY, Facet.VALUE, "l0")
        assert answers.undo(visit.id).value == Undone(POLICY, Facet.VALUE, None)
        assert answers.undo(visit.id).value is None
        assert answers.redo(visit.id).value == Undone(POLICY, Facet.VALUE, "l0")
    finally:
        again.close()


def test_a_text_with_marks_of_their_own_is_undone_too(services: Services, visit: Visit) -> None:
    services.answers.set(visit.id, POLICY, Facet.NOTE, "Cafe\u0301")
    assert stored(services, visit) == {(POLICY, Facet.NOTE): "Caf\u00e9"}
    undone = services.answers.undo(visit.id).value
    assert undone is not None and undone.value is None and stored(services, visit) == {}


def test_text_typed_in_one_go_is_undone_in_one_go(services: Services, visit: Visit, clock: FixedClock) -> None:
    def typed(*texts: str) -> None:
        clock.forward(seconds=30)
        clock.step = timedelta(milliseconds=200)
        for text in texts:
            services.answers.set(visit.id, POLICY, Facet.NOTE, text)
        clock.step = timedelta(seconds=1)

    typed("R", "Rapat", "Rapat de", "Rapat dengan")
    typed("Rapat dengan Disk", "Rapat dengan Diskominfo")
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    seen = [services.answers.undo(visit.id).value for _ in range(4)]
    assert seen == [
        Undone(POLICY, Facet.VALUE, None),
        Undone(POLICY, Facet.NOTE, "Rapat dengan"),
        Undone(POLICY, Facet.NOTE, None),
        None,
    ]
    assert services.answers.redo(visit.id).value == Undone(POLICY, Facet.NOTE, "Rapat dengan")
    assert services.answers.undo(visit.id).value == Undone(POLICY, Facet.NOTE, None)
    assert services.answers.redo(visit.id).value == Undone(POLICY, Facet.NOTE, "Rapat dengan")
    assert services.answers.redo(visit.id).value == Undone(POLICY, Facet.NOTE, "Rapat dengan Diskominfo")
    assert services.answers.redo(visit.id).value == Undone(POLICY, Facet.VALUE, "l3")
    assert services.answers.redo(visit.id).value is None


def test_a_run_that_came_back_to_where_it_began_is_undone_once(
    services: Services, visit: Visit, clock: FixedClock
) -> None:
    services.answers.set(visit.id, BUDGET, Facet.NOTE, "tetap")
    clock.forward(seconds=30)
    clock.step = timedelta(milliseconds=200)
    services.answers.set(visit.id, BUDGET, Facet.NOTE, "tetap x")
    services.answers.set(visit.id, BUDGET, Facet.NOTE, "tetap")
    seen = [services.answers.undo(visit.id).value for _ in range(3)]
    assert seen == [Undone(BUDGET, Facet.NOTE, "tetap"), Undone(BUDGET, Facet.NOTE, None), None]
    assert services.answers.redo(visit.id).value == Undone(BUDGET, Facet.NOTE, "tetap")


def test_levels_chosen_quickly_are_undone_one_by_one(services: Services, visit: Visit, clock: FixedClock) -> None:
    clock.step = timedelta(milliseconds=50)
    for level in ("l0", "l3", "l4"):
        services.answers.set(visit.id, POLICY, Facet.VALUE, level)
    assert services.answers.undo(visit.id).value == Undone(POLICY, Facet.VALUE, "l3")


def test_undo_is_per_visit(services: Services, visit: Visit) -> None:
    other = services.visits.create(visit.draft).value
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    services.answers.set(other.id, POLICY, Facet.VALUE, "l4")
    services.answers.undo(visit.id)
    assert stored(services, visit) == {}
    assert stored(services, other) == {(POLICY, Facet.VALUE): "l4"}


def test_undo_is_refused_when_the_answer_has_moved_on(services: Services, visit: Visit) -> None:
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    # Such as a merge with a colleague's laptop writes it: on the same row, told in another table of the journal.
    with services.vault.store.writing():
        services.vault.store.conn.execute("UPDATE answer SET value = 'l4' WHERE visit_id = ?", (visit.id,))
    head = services.vault.store.journal.vault_head()
    with pytest.raises(Refused):
        services.answers.undo(visit.id)
    assert stored(services, visit) == {(POLICY, Facet.VALUE): "l4"}
    assert services.vault.store.journal.vault_head() == head


@given(st.lists(st.sampled_from(["write", "undo", "redo"]), max_size=60))
def test_what_can_be_undone_is_what_a_plain_editor_would_undo(acts: list[str]) -> None:
    """Played against two plain stacks of states."""
    steps: list[Step] = []
    past, future, now = [0], [], 0
    made: dict[str, tuple[int, int]] = {}
    for number, act in enumerate(acts):
        entry = f"e{number}"
        undoable, redoable = stacks(steps)
        if act == "write":
            past.append(now := number + 1)
            future.clear()
            steps.append(Step(entry, None, number, "answer", "k", ""))
            made[entry] = (past[-2], now)
            continue
        stack = undoable if act == "undo" else redoable
        if act == "undo" and len(past) > 1:
            future.append(past.pop())
        elif act == "redo" and future:
            past.append(future.pop())
        else:
            assert stack == []
            continue
        before, after = made[stack[-1].id]
        assert after == now, "the entry chosen is the one that made what is there"
        steps.append(Step(entry, stack[-1].id, number, "answer", "k", ""))
        made[entry] = (after, before)
        now = before
        assert now == past[-1]


def test_a_full_disk_while_typing_is_said_and_keeps_everything(services: Services, visit: Visit) -> None:
    conn = services.vault.store.conn
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    conn.execute(f"PRAGMA max_page_count = {pages}")
    saved = stored(services, visit)
    with pytest.raises(StorageError) as caught:
        for number in range(50):
            text = f"{number} " * 2000
            services.answers.set(visit.id, BUDGET, Facet.NOTE, text)
            saved[BUDGET, Facet.NOTE] = text
    assert caught.value.kept and caught.value.cure
    assert stored(services, visit) == saved
    assert services.visits.list()[0].progress.answered == 1, "the list is shown all the same"
    conn.execute("PRAGMA max_page_count = 100000")
    services.answers.set(visit.id, PEOPLE, Facet.VALUE, "12")
    assert stored(services, visit) == {**saved, (PEOPLE, Facet.VALUE): "12"}
    assert services.vault.store.journal.verify() is None


def test_a_disk_that_refuses_the_log_while_typing_is_said_and_keeps_everything(
    services: Services, visit: Visit, vault: Vault
) -> None:
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    saved = stored(services, visit)
    log = vault.folder / "gmsc.db-wal"
    with smallest_files(log.stat().st_size + 20_000), pytest.raises(StorageError):
        for number in range(20):
            services.answers.set(visit.id, BUDGET, Facet.NOTE, f"catatan {number}")
            saved[BUDGET, Facet.NOTE] = f"catatan {number}"
    assert stored(services, visit) == saved
    services.answers.set(visit.id, PEOPLE, Facet.VALUE, "12")
    assert stored(services, visit) == {**saved, (PEOPLE, Facet.VALUE): "12"}
    assert services.history.verify() == ()
    vault.close()
    again = open_vault(vault.folder, PASSPHRASE, clock=services.clock, ids=services.ids)
    assert dict(AnswerRepository(again.store).sheet(visit.id).cells) == {**saved, (PEOPLE, Facet.VALUE): "12"}
    again.close()


def test_closing_on_a_full_disk_is_said_and_keeps_everything(services: Services, visit: Visit, vault: Vault) -> None:
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    with smallest_files(50_000), pytest.raises(StorageError):
        vault.close()
    again = open_vault(vault.folder, PASSPHRASE, clock=services.clock, ids=services.ids)
    assert dict(AnswerRepository(again.store).sheet(visit.id).cells) == {(POLICY, Facet.VALUE): "l3"}
    again.close()
