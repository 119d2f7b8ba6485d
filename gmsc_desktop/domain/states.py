"""The life of a visit as one table: which step leads from which state to which (design, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_, Refused
from gmsc_desktop.domain.visit import VisitState


class Step(StrEnum):
    """What can happen to a visit."""

    CLOSE = "close"
    SIGN = "sign"
    EXPORT = "export"
    ACCEPT = "accept"
    RETURN = "return"
    DECIDE = "decide"
    REOPEN = "reopen"


STATE_LABELS: Mapping[VisitState, str] = MappingProxyType(
    {
        VisitState.DRAFT: N_("draft"),
        VisitState.CLOSED: N_("closed"),
        VisitState.SIGNED: N_("signed"),
        VisitState.EXPORTED: N_("exported"),
        VisitState.ACCEPTED: N_("accepted"),
        VisitState.RETURNED: N_("returned"),
        VisitState.DECIDED: N_("decided"),
    }
)
"""What the states are called in front of the person; gettext msgids."""

_S = VisitState
_NEXT: Mapping[tuple[VisitState, Step], VisitState] = MappingProxyType(
    {
        (_S.DRAFT, Step.CLOSE): _S.CLOSED,
        (_S.CLOSED, Step.SIGN): _S.SIGNED,
        (_S.CLOSED, Step.REOPEN): _S.DRAFT,
        # A second person of the team may sign, and a bundle may be written again: the state stays.
        (_S.SIGNED, Step.SIGN): _S.SIGNED,
        (_S.SIGNED, Step.EXPORT): _S.EXPORTED,
        (_S.SIGNED, Step.REOPEN): _S.DRAFT,
        (_S.EXPORTED, Step.SIGN): _S.EXPORTED,
        (_S.EXPORTED, Step.EXPORT): _S.EXPORTED,
        (_S.EXPORTED, Step.ACCEPT): _S.ACCEPTED,
        (_S.EXPORTED, Step.RETURN): _S.RETURNED,
        (_S.EXPORTED, Step.REOPEN): _S.DRAFT,
        (_S.ACCEPTED, Step.EXPORT): _S.ACCEPTED,
        (_S.ACCEPTED, Step.RETURN): _S.RETURNED,
        (_S.ACCEPTED, Step.DECIDE): _S.DECIDED,
        (_S.RETURNED, Step.EXPORT): _S.RETURNED,
        (_S.RETURNED, Step.REOPEN): _S.DRAFT,
        (_S.DECIDED, Step.EXPORT): _S.DECIDED,
    }
)

_REFUSALS: Mapping[Step, tuple[str, str]] = MappingProxyType(
    {
        Step.CLOSE: (N_("The visit is already closed."), N_("To change it, reopen it first.")),
        Step.SIGN: (N_("Only a closed visit can be signed."), N_("Close the visit first.")),
        Step.EXPORT: (N_("Only a signed visit can travel."), N_("Close and sign the visit first.")),
        Step.ACCEPT: (N_("Only an exported visit can be accepted."), ""),
        Step.RETURN: (N_("Only an exported visit can be returned."), ""),
        Step.DECIDE: (N_("Only an accepted visit can be decided on."), ""),
    }
)


def can(state: VisitState, step: Step) -> bool:
    """Whether ``step`` may happen to a visit in ``state``."""
    return (state, step) in _NEXT


def after(state: VisitState, step: Step) -> VisitState:
    """The state ``step`` leads to from ``state``. Raises ``Refused``, naming the way, when it may not happen."""
    found = _NEXT.get((state, step))
    if found is not None:
        return found
    if step is Step.REOPEN:
        raise _reopening_refused(state)
    template, cure = _REFUSALS[step]
    raise Refused(template, kept=N_("Nothing was changed."), cure=cure)


def refuse_locked(state: VisitState) -> None:
    """Raise ``Refused``, naming the way, unless a visit in ``state`` may be changed."""
    if state is VisitState.DRAFT:
        return
    cure = (
        N_("To change it, reopen it first: what was closed stays readable and a new revision begins.")
        if can(state, Step.REOPEN)
        else N_("The central office has accepted it; it can be changed again only when the office returns it.")
    )
    raise Refused(N_("The visit is closed, so it cannot be changed."), kept=N_("Nothing was changed."), cure=cure)


def _reopening_refused(state: VisitState) -> Refused:
    if state is VisitState.DRAFT:
        return Refused(N_("The visit is already open."), kept=N_("Nothing was changed."))
    return Refused(
        N_("The visit cannot be reopened."),
        kept=N_("Nothing was changed."),
        cure=N_("The central office has accepted it; it can be changed again only when the office returns it."),
    )
