"""Moves a draft to another version of its instrument, with consent to everything that is dropped on the way.

What is dropped stays in the journal: moving back brings it back, as far as nothing else was answered there since.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem, key_path
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.content import Explanation
from gmsc_desktop.domain.errors import N_, Refused
from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.domain.moving import Drop, MovePlan, Why, moved_key, plan_move
from gmsc_desktop.domain.states import refuse_locked
from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.services.filling import Filling
from gmsc_desktop.services.instruments import InstrumentRow

MOVING = "moving"
"""What the journal calls a move: the instrument before and after, and what was dropped."""


class MovingService:
    """Moves the drafts of one vault between versions of an instrument."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._store = filling.store

    def offers(self, visit_id: str) -> tuple[InstrumentRow, ...]:
        """The versions of the visit's form that were installed after the one it uses, the newest first; none when the
        visit is closed or a team shares it. Raises ``NotFound``."""
        visit = self._filling.visits.get(visit_id)
        if not visit.editable or self._filling.team.lead(visit_id):
            return ()
        instruments, pinned = self._filling.instruments, visit.draft.instrument_hash
        form_id = instruments.get(pinned).form_id
        newer: list[InstrumentRow] = []
        for row in instruments.list():
            if row.hash == pinned:
                break
            newer.append(row)
        return tuple(row for row in newer if instruments.get(row.hash).form_id == form_id)

    def plan(self, visit_id: str, new_hash: str) -> MovePlan:
        """What moving the draft would do; nothing is changed. Raises ``NotFound``, ``Refused`` when the visit is closed
        or uses that instrument already."""
        visit = self._filling.visits.get(visit_id)
        refuse_locked(visit.state)
        if self._filling.team.lead(visit_id):
            raise Refused(
                N_("A visit that a team shares keeps its instrument: the others would answer other questions."),
                kept=N_("Nothing was changed."),
            )
        old_hash = visit.draft.instrument_hash
        if old_hash == new_hash:
            raise Refused(N_("The visit uses this instrument already."), kept=N_("Nothing was changed."))
        instruments = self._filling.instruments
        old, new = instruments.get(old_hash), instruments.get(new_hash)
        sheet = self._filling.answers.sheet(visit_id)
        found = plan_move(old, new, (old_hash, new_hash), sheet, self._filling.evidence.list(visit_id))
        return replace(found, returning=self._returning(visit_id, found, sheet))

    def apply(self, visit_id: str, new_hash: str, confirmed_drops: Collection[str]) -> Done[Visit]:
        """Move the draft; ``confirmed_drops`` holds the ids of all that the plan drops.

        Raises ``Refused`` when something would be dropped that is not named there, or the visit is closed, or uses
        that instrument already; nothing is changed then. The closed revisions stay as they are.
        """
        with self._store.writing():
            plan = self.plan(visit_id, new_hash)
            unnamed = [drop for drop in plan.drops if drop.id not in confirmed_drops]
            if unnamed:
                raise Refused(
                    N_("{count} answer(s) would be dropped without your consent, the first at {key}."),
                    kept=N_("Nothing was changed."),
                    cure=N_("Confirm each of them, or keep the instrument the visit has."),
                    count=len(unnamed),
                    key=key_path(unnamed[0].key),
                )
            self._drop(visit_id, plan.drops)
            self._carry(visit_id, plan)
            self._bring_back(visit_id, plan.returning)
            visit = self._filling.visits.get(visit_id)
            self._filling.visits.update(replace(visit, draft=replace(visit.draft, instrument_hash=new_hash)))
            self._begin(visit_id, plan)
            # Undo reaches back to here: what was written for the other form would have no place.
            was, now = self._told(plan.old_hash), self._told(new_hash)
            self._store.journal.write(MOVING, visit_id, was, {**now, "dropped": _packed(plan.drops)}, visit_id)
            moved = self._filling.visits.get(visit_id)
        return Done(moved, Changed(frozenset({"visit", "answer", "evidence"}), frozenset({visit_id})))

    def _begin(self, visit_id: str, plan: MovePlan) -> None:
        """Give the questions that are new in the form their defaults, as a form that is opened first does. Where
        nothing was ever entered, that is still to come."""
        if not self._filling.answers.any(visit_id):
            return
        visit = self._filling.visits.get(visit_id)
        new = self._filling.instrument(visit)
        mapped, sheet = frozenset(plan.paths.values()), self._filling.answers.sheet(visit_id)
        for key, text in self._filling.session(visit, AnswerSheet()).lasting().items():
            item = new.by_path[key_path(key)]
            if item.default and item.path not in mapped and not sheet.get(key):
                self._filling.answers.put(visit_id, key, Facet.VALUE, text, by_form=True)

    def _told(self, digest: str) -> dict[str, Any]:
        """An instrument as the journal tells of it, for people by its title and version."""
        found = self._filling.instruments.get(digest)
        title = f"{found.title.get(found.default_language)} {found.version}".strip()
        return {"instrument_hash": digest, "value": title}

    def _drop(self, visit_id: str, drops: Iterable[Drop]) -> None:
        for drop in drops:
            if drop.facet is None:
                self._filling.evidence.set_removed(_file_id(drop), removed=True)
            else:
                self._filling.answers.put(visit_id, drop.key, drop.facet, drop.remains or None)

    def _carry(self, visit_id: str, plan: MovePlan) -> None:
        """Take to its new place what stands elsewhere in the new form: items, answers, files, explanations."""
        answers, new = self._filling.answers, self._filling.instruments.get(plan.new_hash)
        sheet = answers.sheet(visit_id)
        for repeat in _repeats(sheet):
            path = plan.paths.get(key_path(repeat))
            if path is None or new.by_path[path].type is not ItemType.REPEAT:
                continue
            target = moved_key(repeat, plan.paths, new)
            for item in answers.items(visit_id, repeat) if target != repeat else ():
                answers.put_item(visit_id, RepeatItem(target, item.id, item.position, item.removed))
        places = dict(plan.moved)
        for (key, facet), value in sheet.cells.items():
            if key in places:
                answers.put(visit_id, key, facet, None)
                answers.put(visit_id, places[key], facet, value)
        for file in self._filling.evidence.list(visit_id):
            if file.key in places:
                self._filling.evidence.set_key(file.id, places[file.key])
        for known in self._filling.explanations.list(visit_id):
            if known.key in places:
                self._explain(visit_id, replace(known, text=""))
                self._explain(visit_id, replace(known, key=places[known.key]))

    def _explain(self, visit_id: str, found: Explanation) -> None:
        self._filling.explanations.put(visit_id, found.code, found.key, found.text)

    def _bring_back(self, visit_id: str, returning: Iterable[Drop]) -> None:
        for drop in returning:
            if drop.facet is None:
                self._filling.evidence.set_removed(_file_id(drop), removed=False)
            else:
                self._filling.answers.put(visit_id, drop.key, drop.facet, drop.value)

    def _returning(self, visit_id: str, plan: MovePlan, sheet: AnswerSheet) -> tuple[Drop, ...]:
        """What the last move away from this instrument dropped, where nothing else stands now."""
        entries = (e for e in self._store.journal.entries(visit_id, newest_first=True) if e.tbl == MOVING)
        last = next((e for e in entries if (e.before_row or {}).get("instrument_hash") == plan.new_hash), None)
        if last is None:
            return ()
        dropped = _unpacked((last.after_row or {})["dropped"])
        arriving = {(plan_key, facet) for plan_key, facet in _arriving(plan, sheet)}
        return tuple(
            drop
            for drop in dropped
            if (
                self._filling.evidence.is_removed(_file_id(drop))
                if drop.facet is None
                else (drop.key, drop.facet) not in arriving or _same_remains(drop, plan, sheet)
            )
        )


def _arriving(plan: MovePlan, sheet: AnswerSheet) -> Iterable[tuple[str, Facet]]:
    """The places that will hold something after the move."""
    places = dict(plan.kept)
    gone = {drop.id for drop in plan.drops if not drop.remains}
    return ((places[key], facet) for key, facet in sheet.cells if key in places and f"{key}#{facet.value}" not in gone)


def _same_remains(drop: Drop, plan: MovePlan, sheet: AnswerSheet) -> bool:
    """Whether what was left of an answer of several choices is still all that stands there."""
    back = {new: old for old, new in plan.kept}
    return bool(drop.remains) and drop.facet is not None and sheet.get(back[drop.key], drop.facet) == drop.remains


def _repeats(sheet: AnswerSheet) -> list[str]:
    """The keys of all repeats that have items, also where all of them are removed; outer ones first."""
    found = set(sheet.repeats)
    for key, _facet in sheet.cells:
        found.update(key[:at] for at, sign in enumerate(key) if sign == "[")
    return sorted(found, key=lambda key: (key.count("/"), key))


def _file_id(drop: Drop) -> str:
    return drop.id.removeprefix("file:")


def _packed(drops: Iterable[Drop]) -> str:
    """Drops as text for a row of the journal."""
    rows = [
        {
            "id": drop.id,
            "key": drop.key,
            "facet": drop.facet.value if drop.facet else "",
            "value": drop.value,
            "why": drop.why.value,
            "remains": drop.remains,
        }
        for drop in drops
    ]
    return canonical_bytes(rows).decode()


def _unpacked(text: str) -> tuple[Drop, ...]:
    rows: list[dict[str, Any]] = json.loads(text)
    return tuple(
        Drop(r["id"], r["key"], Facet(r["facet"]) if r["facet"] else None, r["value"], Why(r["why"]), r["remains"])
        for r in rows
    )
