"""Undo and redo on a real vault, played against a plain model that remembers every state."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import create_vault
from gmsc_desktop.store.answers import AnswerRepository
from tests.helpers import PASSPHRASE, PROFILE, QUICK, FixedClock, SeededIds
from tests.services.helpers import BUDGET, POLICY, PROGRAMME, draft, told, write_instrument

Snapshot = tuple[frozenset[tuple[str, str, str]], tuple[str, ...]]


@contextmanager
def opened() -> Iterator[tuple[Services, str]]:
    """The services of a new vault, and the small instrument."""
    clock, ids = FixedClock(), SeededIds()
    with tempfile.TemporaryDirectory() as name:
        vault, _code = create_vault(Path(name) / "v", PROFILE, PASSPHRASE, clock=clock, ids=ids, kdf=QUICK)
        services = build_services(vault, clock=clock, ids=ids)
        try:
            yield services, services.instruments.install(write_instrument(Path(name))).value.hash
        finally:
            vault.close()


class Undoing(RuleBasedStateMachine):
    """Answers and items come and go; undo and redo walk along the states a person has seen."""

    services: Services
    instrument: str
    clock: FixedClock

    def __init__(self) -> None:
        super().__init__()
        self.visit = self.services.visits.create(draft(self.instrument)).value.id
        self.answers = self.services.answers
        self.rows = AnswerRepository(self.services.vault.store)
        self.past: list[Snapshot] = [self.look()]
        self.future: list[Snapshot] = []

    def look(self) -> Snapshot:
        sheet = self.rows.sheet(self.visit)
        present = tuple(item.key for item in sheet.repeats.get(PROGRAMME, ()))
        cells = frozenset(
            (key, facet.value, text)
            for (key, facet), text in sheet.cells.items()
            if "[" not in key or key.rpartition("/")[0] in present
        )
        return cells, present

    def acted(self) -> None:
        now = self.look()
        if now != self.past[-1]:
            self.past.append(now)
            self.future.clear()

    @rule(
        key=st.sampled_from([POLICY, BUDGET]), facet=st.sampled_from(list(Facet)), text=st.sampled_from(["", "a", "b"])
    )
    def answer(self, key: str, facet: Facet, text: str) -> None:
        self.answers.set(self.visit, key, facet, text)
        self.acted()

    @rule(key=st.sampled_from([POLICY, BUDGET]), texts=st.lists(st.sampled_from(["", "k", "ka", "kat"]), max_size=4))
    def type(self, key: str, texts: list[str]) -> None:
        """A run of typing counts as one act; pauses part it from what is around."""
        self.clock.forward(seconds=5)
        self.clock.step = timedelta(milliseconds=100)
        before = self.look()
        written = False
        for text in texts:
            last = self.look()
            self.answers.set(self.visit, key, Facet.NOTE, text)
            written = written or self.look() != last
        self.clock.step = timedelta(seconds=1)
        self.clock.forward(seconds=5)
        if written:
            assert self.past[-1] == before
            self.past.append(self.look())
            self.future.clear()

    @rule()
    def add(self) -> None:
        self.answers.add_item(self.visit, PROGRAMME)
        self.acted()

    @precondition(lambda self: self.past[-1][1])
    @rule(data=st.data(), text=st.sampled_from(["", "x", "y"]))
    def answer_item(self, data: st.DataObject, text: str) -> None:
        key = data.draw(st.sampled_from(self.past[-1][1]))
        self.answers.set(self.visit, f"{key}/title", Facet.VALUE, text)
        self.acted()

    @precondition(lambda self: self.past[-1][1])
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.answers.remove_item(self.visit, data.draw(st.sampled_from(self.past[-1][1])))
        self.acted()

    @rule()
    def undo(self) -> None:
        done = self.answers.undo(self.visit).value
        if len(self.past) == 1:
            assert done is None
        else:
            assert done is not None
            self.future.append(self.past.pop())

    @rule()
    def redo(self) -> None:
        done = self.answers.redo(self.visit).value
        if self.future:
            assert done is not None
            self.past.append(self.future.pop())
        else:
            assert done is None

    @invariant()
    def the_vault_holds_what_the_person_sees(self) -> None:
        assert self.look() == self.past[-1]

    def teardown(self) -> None:
        """The journal tells of every row, as it is and as it was."""
        conn = self.services.vault.store.conn
        for table, names in (("answer", "key, facet, value"), ("repeat_item", "repeat_key, id, position, removed")):
            rows = conn.execute(f"SELECT {names} FROM {table} WHERE visit_id = ?", (self.visit,)).fetchall()
            found = told(self.services, self.visit, table).values()
            assert sorted(tuple(row[name] for name in names.split(", ")) for row in found) == sorted(rows)


def test_undo_and_redo_walk_along_what_was_seen() -> None:
    with opened() as (services, instrument):
        bound = type("Bound", (Undoing,), {"services": services, "instrument": instrument, "clock": services.clock})
        some = settings(max_examples=25, stateful_step_count=25, deadline=None)
        run_state_machine_as_test(bound, settings=some)
        assert services.history.verify() == ()
