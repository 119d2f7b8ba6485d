"""Answers: each is committed as it is made, with its journal row, and can be undone again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

from gmsc_desktop.domain.answers import Facet, RepeatItem, item_ids, key_path
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound, Refused
from gmsc_desktop.domain.instrument import Instrument, ItemType
from gmsc_desktop.domain.places import LONGEST, takes
from gmsc_desktop.domain.states import refuse_locked
from gmsc_desktop.domain.texts import clean_text
from gmsc_desktop.services.filling import Filling
from gmsc_desktop.store.answers import ANSWER, BY_FORM, BY_TEAM, Step, cell_of, item_of
from gmsc_desktop.store.journal import Entry

T = TypeVar("T")
_NOTHING: Mapping[str, str | None] = MappingProxyType({})
PAUSE, LONGEST_RUN = timedelta(seconds=1.5), timedelta(seconds=15)
"""What ends a run of typing, for undo."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo or redo brought back: the answer at ``key`` and ``facet`` is ``value`` now, or ``item`` is as given
    (``key`` is its key then, ``facet`` None)."""

    key: str
    facet: Facet | None
    value: str | None
    item: RepeatItem | None = None


class AnswerService:
    """The answers of one vault."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._store = filling.store
        self._rows = filling.answers

    def set(
        self,
        visit_id: str,
        key: str,
        facet: Facet,
        value: str | None,
        *,
        by_form: Mapping[str, str | None] = _NOTHING,
    ) -> Done[datetime]:
        """Record an answer (None or empty takes it away) and return the moment it was on the disk. ``by_form`` is what
        the form gave itself because of it, kept in the same transaction as ``keep`` does.

        Raises ``Refused`` when the visit is closed, ``InvalidInput`` and ``NotFound`` for a place the form does not
        have, ``StorageError`` when the disk is full; what was saved before is kept.
        """
        text = None if value is None else clean_text(value)
        if text is not None and len(text) > LONGEST:
            raise InvalidInput(
                N_("The answer is too long: {length} characters, at most {most}."),
                kept=N_("What was saved before is kept."),
                cure=N_("Shorten it, or attach it as a file."),
                length=len(text),
                most=LONGEST,
            )
        instrument = self._filling.require_open(visit_id)
        item = instrument.by_path.get(key_path(key))
        if item is None or not takes(item, facet):
            raise InvalidInput(N_("The instrument has no question {key} to be answered."), key=key)
        self._filling.require_place(visit_id, instrument, key)
        with self._store.writing():
            self._begin(visit_id, instrument)
            self._rows.put(visit_id, key, facet, text)
            self._keep(visit_id, instrument, by_form)
        return _done(visit_id, self._store.clock.now())

    def keep(self, visit_id: str, by_form: Mapping[str, str | None]) -> Done[datetime]:
        """Store values the form gave itself and would not give again (``FormSession.lasting``), by key; None takes one
        away. They are no steps of undo. Raises what ``set`` raises; then none of them is stored."""
        instrument = self._filling.require_open(visit_id)
        with self._store.writing():
            self._keep(visit_id, instrument, by_form)
        return _done(visit_id, self._store.clock.now())

    def _begin(self, visit_id: str, instrument: Instrument) -> None:
        """With the first thing that is entered in a visit, keep what the form gave before it: its defaults."""
        if not any(item.default for item in instrument.items) or self._rows.any(visit_id):
            return
        self._keep(visit_id, instrument, self._filling.session(self._filling.visits.get(visit_id)).lasting())

    def _keep(self, visit_id: str, instrument: Instrument, by_form: Mapping[str, str | None]) -> None:
        for key, value in by_form.items():
            self._filling.require_place(visit_id, instrument, key)
            if instrument.by_path[key_path(key)].is_container:
                raise InvalidInput(N_("The instrument has no question {key} to be answered."), key=key)
            self._rows.put(visit_id, key, Facet.VALUE, value and clean_text(value)[:LONGEST], by_form=True)

    def add_item(self, visit_id: str, repeat_key: str) -> Done[RepeatItem]:
        """Add an item at the end of a repeat. Raises ``Refused``, ``InvalidInput``, ``NotFound``, ``StorageError``."""
        instrument = self._filling.require_open(visit_id)
        item = instrument.by_path.get(key_path(repeat_key))
        if item is None or item.type is not ItemType.REPEAT or repeat_key.endswith("]") or item.repeat_count:
            raise InvalidInput(N_("The instrument has no list {key}."), key=repeat_key)
        self._filling.require_place(visit_id, instrument, repeat_key)
        with self._store.writing():
            last = max((known.position for known in self._rows.items(visit_id, repeat_key)), default=-1)
            self._begin(visit_id, instrument)
            added = RepeatItem(repeat_key, self._store.ids.uuid7(), last + 1)
            given = self._given(visit_id, instrument, added)
            self._rows.put_item(visit_id, added)
            self._keep(visit_id, instrument, given)
        return _done(visit_id, added)

    def _given(self, visit_id: str, instrument: Instrument, added: RepeatItem) -> dict[str, str]:
        """What the form gives a new item: its defaults, and what it sets once there."""
        inside = f"{key_path(added.repeat)}/"
        if not any((item.default or item.lasts) and item.path.startswith(inside) for item in instrument.items):
            return {}
        session = self._filling.session(self._filling.visits.get(visit_id))
        session.put_item(added)
        return {key: text for key, text in session.lasting().items() if key.startswith(f"{added.key}/")}

    def remove_item(self, visit_id: str, item_key: str) -> Done[None]:
        """Take an item out of its repeat; it and its answers are kept, and undo brings them back.

        Raises ``Refused``, ``NotFound``, ``StorageError``.
        """
        self._filling.require_open(visit_id)
        with self._store.writing():
            known = self._rows.item(visit_id, item_key)
            if known is None:
                raise NotFound(N_("The item {id} is not in this visit."), id=(item_ids(item_key) or ("",))[-1])
            self._rows.put_item(visit_id, replace(known, removed=True))
        return _done(visit_id, None)

    def undo(self, visit_id: str) -> Done[Undone | None]:
        """Write the inverse of the last write that is not undone yet, or of the last run of typing; None without one.

        It reaches back to the last closing, also after a restart. Raises ``Refused`` when the row is no longer what
        that write made of it.
        """
        return self._invert(visit_id, redo=False)

    def redo(self, visit_id: str) -> Done[Undone | None]:
        """Write again what was undone last; None when nothing was undone since the last write of its own."""
        return self._invert(visit_id, redo=True)

    def _invert(self, visit_id: str, *, redo: bool) -> Done[Undone | None]:
        state, digest = self._filling.visits.state(visit_id)
        refuse_locked(state)
        undoable, redoable = stacks(self._rows.steps(visit_id))
        stack = redoable if redo else undoable
        if not stack:
            return Done(None, Changed())
        instrument = self._filling.instruments.get(digest)
        first = stack[-1] if redo else run_start(stack, lambda cell: is_typed(instrument, *cell_of(cell)))
        journal = self._store.journal
        with self._store.writing():
            begin, end = (journal.entry(visit_id, step.number) for step in (first, stack[-1]))
            undone = self._answer_back(begin, end) if end.tbl == ANSWER else self._item_back(end)
        return _done(visit_id, undone)

    def _answer_back(self, begin: Entry, end: Entry) -> Undone:
        visit_id, (key, facet) = end.chain, cell_of(end.key)
        if self._rows.get(visit_id, key, facet) != (end.after_row or {}).get("value"):
            raise _moved_on()
        value = (begin.before_row or {}).get("value")
        self._rows.put(visit_id, key, facet, value, undoes=begin.id)
        return Undone(key, facet, value)

    def _item_back(self, entry: Entry) -> Undone:
        now = item_of(entry.after_row or {})
        if self._rows.item(entry.chain, now.key) != now:
            raise _moved_on()
        # An item that was added is marked removed, not deleted: redo brings it back with what was entered in it.
        back = item_of(entry.before_row) if entry.before_row else replace(now, removed=True)
        self._rows.put_item(entry.chain, back, undoes=entry.id)
        return Undone(back.key, None, None, back)


def is_typed(instrument: Instrument, key: str, facet: Facet) -> bool:
    """Whether the answer is text, which is stored piece by piece while it is typed."""
    item = instrument.by_path.get(key_path(key))
    return facet is Facet.NOTE or facet is Facet.NOT_APPLICABLE or (item is not None and item.type is ItemType.TEXT)


def stacks(steps: Iterable[Step]) -> tuple[list[Step], list[Step]]:
    """What can be undone and what can be redone, the next one last, after ``steps``.

    A step that undoes an undoable one is an undo, of all that came after it too; one that undoes the newest undo is a
    redo; any other write is new and ends the redoing. What the form wrote itself, or came from the team, is neither,
    but what the person had answered there before is no longer what stands there, and cannot be taken back.
    """
    undoable: list[Step] = []
    redoable: list[Step] = []
    for step in steps:
        if step.table in (BY_FORM, BY_TEAM):
            for stack in (undoable, redoable):
                stack[:] = [known for known in stack if known.table != ANSWER or known.key != step.key]
            continue
        place = _place(undoable, step.undoes)
        if place is not None:
            del undoable[place:]
            redoable.append(step)
        elif step.undoes is not None and redoable and redoable[-1].id == step.undoes:
            redoable.pop()
            undoable.append(step)
        else:
            undoable.append(step)
            redoable.clear()
    return undoable, redoable


def _place(undoable: Sequence[Step], undoes: str | None) -> int | None:
    if undoes is None:
        return None
    return next((place for place in reversed(range(len(undoable))) if undoable[place].id == undoes), None)


def run_start(undoable: Sequence[Step], typed: Callable[[str], bool]) -> Step:
    """Where the run of typing began that the newest step ends: it is undone as a whole, as in any editor.

    ``typed`` says of a row whether it holds text. A run is on one row, with no pause above ``PAUSE`` and no longer
    than ``LONGEST_RUN``; a step that undid or redid something stands alone.
    """
    newest = first = undoable[-1]
    if newest.table != ANSWER or newest.undoes is not None or not typed(newest.key):
        return newest
    end = datetime.fromisoformat(newest.at)
    for step in reversed(undoable[:-1]):
        at, following = datetime.fromisoformat(step.at), datetime.fromisoformat(first.at)
        if (step.table, step.key, step.undoes) != (newest.table, newest.key, None):
            break
        if not timedelta() <= following - at <= PAUSE or end - at > LONGEST_RUN:
            break
        first = step
    return first


def _moved_on() -> Refused:
    return Refused(
        N_("It cannot be undone: the answer was changed since."),
        kept=N_("Nothing was changed."),
        cure=N_("Enter the wanted answer again."),
    )


def _done(visit_id: str, value: T) -> Done[T]:
    return Done(value, Changed(frozenset({"answer"}), frozenset({visit_id})))
