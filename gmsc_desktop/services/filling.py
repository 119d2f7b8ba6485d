"""What lies between the rows of a visit and its live form: one place that builds sessions, progress and content."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from gmsc_desktop.domain.answers import AnswerSheet, item_ids, key_path
from gmsc_desktop.domain.content import Assessor, Content, form_order, freeze, without_irrelevant
from gmsc_desktop.domain.content_document import from_document
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.particulars import particular_problems
from gmsc_desktop.domain.places import misplaced
from gmsc_desktop.domain.remarks import Remark, current_remarks
from gmsc_desktop.domain.states import refuse_locked
from gmsc_desktop.domain.visit import Problem, Progress, Severity, Visit, VisitState
from gmsc_desktop.services.instruments import InstrumentService
from gmsc_desktop.services.vaults import Vault
from gmsc_desktop.store.answering import AnswerRepository as ReviewRepository
from gmsc_desktop.store.answers import AnswerRepository
from gmsc_desktop.store.evidence import EvidenceRepository
from gmsc_desktop.store.explanations import ExplanationRepository
from gmsc_desktop.store.revisions import RevisionRepository
from gmsc_desktop.store.team import TeamRepository
from gmsc_desktop.store.visits import VisitRepository

if TYPE_CHECKING:
    from gmsc_desktop.forms.session import FormSession


class Filling:
    """The repositories of one vault, and the questions that take several of them to answer."""

    def __init__(self, vault: Vault, instruments: InstrumentService) -> None:
        self.vault = vault
        self.store = vault.store
        self.instruments = instruments
        self.visits = VisitRepository(vault.store)
        self.answers = AnswerRepository(vault.store)
        self.evidence = EvidenceRepository(vault.store)
        self.explanations = ExplanationRepository(vault.store)
        self.reviews = ReviewRepository(vault.store)
        self.revisions = RevisionRepository(vault.store)
        self.team = TeamRepository(vault.store)

    def instrument(self, visit: Visit) -> Instrument:
        """The instrument the visit is pinned to."""
        return self.instruments.get(visit.draft.instrument_hash)

    def session(self, visit: Visit, sheet: AnswerSheet | None = None) -> FormSession:
        """A live form over what is stored now, or over ``sheet``. Each caller gets its own: sessions are no thread's
        but their owner's."""
        from gmsc_desktop.forms.session import FormSession

        return FormSession(
            self.instrument(visit),
            self.answers.sheet(visit.id) if sheet is None else sheet,
            clock=self.store.clock,
            username=self.vault.profile.name,
            device=self.vault.device,
            seed=visit.id,
            begun=sheet is None and self.answers.any(visit.id),
        )

    def progress(self, visit_id: str) -> tuple[Progress, Decimal | None]:
        """How far a visit is and its index so far."""
        session = self.session(self.visits.get(visit_id))
        return session.progress(self.evidence.counts(visit_id)), session.assessment().total.value

    def problems(self, visit: Visit, session: FormSession | None = None) -> tuple[Problem, ...]:
        """What stands against closing the visit, its own particulars first; explanations given are filled in."""
        live = session or self.session(visit)
        found = (
            *particular_problems(visit.draft, self.store.clock.now().date()),
            *live.problems(self.evidence.counts(visit.id)),
        )
        given = {(known.code, known.key): known.text for known in self.explanations.list(visit.id)}
        return tuple(
            replace(problem, explanation=given.get((problem.code, problem.key), ""))
            if problem.severity is Severity.WARNING
            else problem
            for problem in found
        )

    def remarks(self, visit_id: str) -> tuple[Remark, ...]:
        """What the office asked to have revised, with what was answered so far."""
        return current_remarks(self.reviews.reviews(visit_id), self.explanations.list(visit_id))

    def content(self, visit: Visit) -> Content:
        """What the visit says: frozen content when it is closed, else what would be frozen now."""
        if visit.state is not VisitState.DRAFT:
            return from_document(json.loads(self.revisions.by_hash(visit.content_hash).content))
        return self.freeze(visit)

    def freeze(self, visit: Visit) -> Content:
        """The content of a draft as it stands now. What is not asked now is left out, of evidence too; so are
        explanations of problems that are no more and answers to comments that no longer count."""
        instrument, session = self.instrument(visit), self.session(visit)
        whole = session.sheet()
        asked = session.keys()
        relevant = {key: session.state(key).relevant for key in asked}
        places = form_order(instrument, whole.repeats)
        open_problems = {(problem.code, problem.key) for problem in self.problems(visit, session)}
        replies = {remark.code for remark in self.remarks(visit.id)}
        profile = self.vault.profile
        return freeze(
            visit,
            revision=visit.revision + 1,
            parent_hash=visit.parent_hash,
            instrument=instrument,
            sheet=without_irrelevant(whole, relevant),
            evidence=[f for f in self.evidence.list(visit.id) if f.key in places and relevant.get(f.key, True)],
            assessment=session.assessment(),
            explanations=[
                e for e in self.explanations.list(visit.id) if (e.code, e.key) in open_problems or e.code in replies
            ],
            assessor=Assessor(
                profile.name, profile.nip, profile.title, profile.organisation, self.vault.certificate_fingerprint
            ),
            closed_at=self.store.clock.now(),
        )

    def require_open(self, visit_id: str) -> Instrument:
        """The instrument of a visit that may be changed now. Raises ``NotFound``, ``Refused``."""
        state, digest = self.visits.state(visit_id)
        refuse_locked(state)
        return self.instruments.get(digest)

    def require_place(self, visit_id: str, instrument: Instrument, key: str) -> None:
        """Raise ``InvalidInput`` unless ``key`` names a place in the visit's form, ``NotFound`` when one of the repeat
        items on the way to it was never there. An item marked removed still takes what is written to it."""
        if misplaced(instrument, key):
            raise InvalidInput(N_("The instrument has no question {key}."), key=key)
        steps = key.split("/")
        for number in range(2, len(steps) + 1):
            way = "/".join(steps[:number])
            if instrument.by_path[key_path(way)].repeat_count:
                continue  # Its items are numbered by the form and stored nowhere.
            if way.endswith("]") and self.answers.item(visit_id, way) is None:
                raise NotFound(N_("The item {id} is not in this visit."), id=item_ids(way)[-1])
