"""Visits: recording, opening, checking, closing, reopening, putting away."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.content import Content
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound, Refused, StorageError, VaultReadOnly
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.particulars import tidy_draft
from gmsc_desktop.domain.remarks import Remark
from gmsc_desktop.domain.states import Step, after, refuse_locked
from gmsc_desktop.domain.texts import clean_line, clean_text
from gmsc_desktop.domain.visit import Evidence, Problem, Revision, Severity, Visit, VisitDraft, VisitRow, VisitState
from gmsc_desktop.services.filling import Filling
from gmsc_desktop.services.team_state import TeamState

if TYPE_CHECKING:
    from gmsc_desktop.forms.session import FormSession

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VisitSheet:
    """A visit ready to be filled in. ``session`` is the caller's own: what it is told is stored by ``answers`` only."""

    visit: Visit
    instrument: Instrument
    session: FormSession
    evidence: tuple[Evidence, ...]
    remarks: tuple[Remark, ...] = ()
    """What the office asked to have revised."""


class VisitService:
    """The visits of one vault."""

    def __init__(self, filling: Filling, team: TeamState) -> None:
        self._filling = filling
        self._team = team
        self._store = filling.store
        self._rows = filling.visits

    def list(self) -> tuple[VisitRow, ...]:
        """All visits that are not put away, the newest first, with their progress."""
        return self._with_progress(archived=False)

    def archived(self) -> tuple[VisitRow, ...]:
        """All visits that were put away."""
        return self._with_progress(archived=True)

    def get(self, visit_id: str) -> Visit:
        """The visit with this id. Raises ``NotFound``."""
        return self._rows.get(visit_id)

    def open(self, visit_id: str) -> VisitSheet:
        """The visit with its instrument, a live form of its own and its evidence. Raises ``NotFound``."""
        visit = self._rows.get(visit_id)
        filling = self._filling
        return VisitSheet(
            visit,
            filling.instrument(visit),
            filling.session(visit),
            filling.evidence.list(visit_id),
            filling.remarks(visit_id),
        )

    def create(self, draft: VisitDraft) -> Done[Visit]:
        """Record a new visit, pinned to the instrument of the draft or to the built-in one. Raises ``InvalidInput``."""
        tidy = tidy_draft(draft)
        digest = tidy.instrument_hash or self._filling.instruments.built_in()
        self._filling.instruments.get(digest)
        now = self._store.clock.now()
        visit = Visit(
            id=self._store.ids.uuid7(),
            draft=replace(tidy, instrument_hash=digest),
            state=VisitState.DRAFT,
            revision=0,
            content_hash="",
            parent_hash="",
            created_at=now,
            updated_at=now,
        )
        self._rows.insert(visit)
        return _done(visit.id, visit)

    def edit(self, visit_id: str, draft: VisitDraft) -> Done[Visit]:
        """Correct the particulars. Raises ``Refused`` when the visit is closed or another instrument is asked for."""
        tidy = tidy_draft(draft)
        with self._store.writing():
            visit = self._rows.get(visit_id)
            refuse_locked(visit.state)
            pinned = visit.draft.instrument_hash
            if tidy.instrument_hash not in ("", pinned):
                raise Refused(
                    N_("A visit keeps the instrument it began with."),
                    kept=N_("Nothing was changed."),
                    cure=N_("Record a new visit to use another instrument."),
                )
            self._rows.update(replace(visit, draft=replace(tidy, instrument_hash=pinned)))
            return _done(visit_id, self._rows.get(visit_id))

    def check(self, visit_id: str) -> tuple[Problem, ...]:
        """What stands against closing, in the order of the form; explained warnings carry their explanation."""
        visit = self._rows.get(visit_id)
        return (*self._filling.problems(visit), *self._team.problems(visit))

    def explain(self, visit_id: str, problem_code: str, key: str, text: str) -> Done[None]:
        """Write down why a warning may stand; the empty text takes it back.

        Raises ``Refused`` when the visit is closed, ``NotFound`` when there is no such problem, ``InvalidInput`` when
        it is an error, which must be mended.
        """
        visit = self._rows.get(visit_id)
        refuse_locked(visit.state)
        words = clean_text(text).strip()
        if words:
            found = [p for p in self._filling.problems(visit) if (p.code, p.key) == (problem_code, key)]
            if not found:
                raise NotFound(N_("There is no such warning any more."), kept=N_("Nothing was changed."))
            if found[0].severity is Severity.ERROR:
                raise InvalidInput(N_("This cannot be explained away."), cure=N_("Correct what it is about."))
        self._filling.explanations.put(visit_id, problem_code, key, words)
        return _done(visit_id, None)

    def reply(self, visit_id: str, code: str, text: str) -> Done[Remark]:
        """Say what was done about a comment of the office; the empty text opens it again. It is part of the content.

        Raises ``Refused`` when the visit is closed, ``NotFound`` when the comment no longer counts.
        """
        refuse_locked(self._rows.get(visit_id).state)
        known = {remark.code: remark for remark in self._filling.remarks(visit_id)}
        if code not in known:
            raise NotFound(N_("The office has said something newer meanwhile."), kept=N_("Nothing was changed."))
        words = clean_text(text).strip()
        self._filling.explanations.put(visit_id, code, known[code].key, words)
        return _done(visit_id, replace(known[code], reply=words))

    def content(self, visit_id: str) -> Content:
        """What the visit says: as frozen when it is closed, else as it would be frozen now."""
        return self._filling.content(self._rows.get(visit_id))

    def close(self, visit_id: str) -> Done[Revision]:
        """Freeze what the visit says under its hash. Raises ``Refused`` while a problem stands against it,
        and for whoever does not head the team that shares it."""
        with self._store.writing():
            visit = self._rows.get(visit_id)
            closed = after(visit.state, Step.CLOSE)
            self._team.refuse_others(visit_id)
            blocking = [problem for problem in self.check(visit_id) if problem.blocks]
            if blocking:
                raise Refused(
                    N_("The visit cannot be closed yet: {count} point(s) stand against it."),
                    kept=N_("Everything entered is kept."),
                    cure=N_("Complete what is missing, and explain the warnings that may stand."),
                    count=len(blocking),
                )
            content = self._filling.freeze(visit)
            content = replace(content, team=self._team.frozen(visit, content.sheet))
            data = canonical_bytes(to_document(content))
            revision = Revision(
                visit_id=visit_id,
                number=content.revision,
                content_hash=sha256_hex(data),
                parent_hash=visit.parent_hash,
                closed_at=content.closed_at,
                content=data,
            )
            self._filling.revisions.add(revision)
            self._rows.update(
                replace(visit, state=closed, revision=revision.number, content_hash=revision.content_hash)
            )
        return _done(visit_id, revision)

    def reopen(self, visit_id: str, reason: str) -> Done[Visit]:
        """Go on with a closed visit as a new revision, whose parent is the content closed last; why goes into the
        journal. Raises ``Refused`` when the state does not allow it, ``InvalidInput`` without a reason."""
        words = clean_line(reason)
        with self._store.writing():
            visit = self._rows.get(visit_id)
            opened = after(visit.state, Step.REOPEN)
            if not words:
                raise InvalidInput(
                    N_("The reason for reopening is missing."), cure=N_("Write why the closed visit has to be changed.")
                )
            told = {"reason": words, "content_hash": visit.content_hash}
            self._store.journal.write("reopening", visit_id, None, told, visit_id)
            self._rows.update(replace(visit, state=opened, parent_hash=visit.content_hash))
            return _done(visit_id, self._rows.get(visit_id))

    def revisions(self, visit_id: str) -> tuple[Revision, ...]:
        """Every content frozen so far, the newest last."""
        self._rows.get(visit_id)
        return self._filling.revisions.list(visit_id)

    def archive(self, visit_id: str) -> Done[None]:
        """Put the visit away; it can always be brought back."""
        self._rows.set_archived(visit_id, self._store.clock.now())
        return _done(visit_id, None)

    def restore(self, visit_id: str) -> Done[None]:
        """Bring back a visit that was put away."""
        self._rows.set_archived(visit_id, None)
        return _done(visit_id, None)

    def _with_progress(self, *, archived: bool) -> tuple[VisitRow, ...]:
        """The rows, with what changed since the last look worked out and kept for the next."""
        stale = set(self._rows.stale())
        rows = []
        for row in self._rows.rows(archived=archived):
            if row.visit.id not in stale:
                rows.append(row)
                continue
            progress, index = self._filling.progress(row.visit.id)
            rows.append(replace(row, progress=progress, index=index))
            try:
                self._rows.put_progress(row.visit.id, progress, index)
            except (StorageError, VaultReadOnly) as error:
                # The list is right all the same; it is worked out again next time.
                log.warning("progress of a visit could not be kept: %s", error)
        return tuple(rows)


def _done(visit_id: str, value: T) -> Done[T]:
    return Done(value, Changed(frozenset({"visit"}), frozenset({visit_id})))
