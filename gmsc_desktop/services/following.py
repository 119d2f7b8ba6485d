"""A visit on the laptop follows what the office says of its newest content, in whatever order the words come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gmsc_desktop.domain.exchange import newest_review, state_said
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.store.answering import AnswerRepository
from gmsc_desktop.store.seals import SealRepository
from gmsc_desktop.store.visits import VisitRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

FOLLOWS = frozenset(
    {VisitState.SIGNED, VisitState.EXPORTED, VisitState.ACCEPTED, VisitState.RETURNED, VisitState.DECIDED}
)
"""States in which a visit says what the office says of its newest content; work going on is never disturbed."""


def follow_office(vault: Vault, visit_id: str) -> None:
    """Give the visit the state the office's words about its newest content lead to; inside a transaction."""
    visits = VisitRepository(vault.store)
    visit = visits.get(visit_id)
    about = (r for r in AnswerRepository(vault.store).reviews(visit_id) if r.content_hash == visit.content_hash)
    said = state_said(newest_review(tuple(about)), SealRepository(vault.store).decided_at(visit.content_hash))
    if said is not None and visit.state in FOLLOWS:
        visits.update(replace(visit, state=said))
