"""The life of a visit: only the ways of the design, and every refusal names a way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.errors import Refused
from gmsc_desktop.domain.states import STATE_LABELS, Step, after, can, refuse_locked
from gmsc_desktop.domain.visit import VisitState

ORDER = (VisitState.DRAFT, VisitState.CLOSED, VisitState.SIGNED, VisitState.EXPORTED, VisitState.ACCEPTED)


def test_the_way_of_a_visit() -> None:
    state = VisitState.DRAFT
    seen = [state]
    for step in (Step.CLOSE, Step.SIGN, Step.EXPORT, Step.ACCEPT, Step.DECIDE):
        state = after(state, step)
        seen.append(state)
    assert seen == [*ORDER, VisitState.DECIDED]


@given(st.lists(st.sampled_from(list(Step)), max_size=40))
def test_whatever_happens_only_closed_content_is_signed_and_only_signed_content_travels(steps: list[Step]) -> None:
    """Played against a plain account of what was done since the last opening."""
    state, closed, signed, exported = VisitState.DRAFT, False, False, False
    for step in steps:
        if not can(state, step):
            with pytest.raises(Refused) as caught:
                after(state, step)
            assert caught.value.kept
            continue
        state = after(state, step)
        match step:
            case Step.CLOSE:
                assert not closed
                closed = True
            case Step.SIGN:
                assert closed
                signed = True
            case Step.EXPORT:
                assert signed
                exported = True
            case Step.ACCEPT | Step.RETURN | Step.DECIDE:
                assert exported
            case Step.REOPEN:
                assert closed
                closed = signed = exported = False
        assert (state is VisitState.DRAFT) == (not closed)


@pytest.mark.parametrize("state", list(VisitState))
def test_only_a_draft_may_be_changed_and_the_refusal_names_the_way(state: VisitState) -> None:
    if state is VisitState.DRAFT:
        refuse_locked(state)
        return
    with pytest.raises(Refused) as caught:
        refuse_locked(state)
    assert ("reopen" in caught.value.cure) == can(state, Step.REOPEN)
    assert caught.value.cure


@pytest.mark.parametrize("state", [VisitState.ACCEPTED, VisitState.DECIDED])
def test_what_the_office_accepted_is_not_reopened_here(state: VisitState) -> None:
    with pytest.raises(Refused):
        after(state, Step.REOPEN)


def test_every_state_has_a_name() -> None:
    assert set(STATE_LABELS) == set(VisitState)
    assert len(set(STATE_LABELS.values())) == len(VisitState)
