"""The particulars of a visit: what may be kept of them, and what stands against closing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Problem, Role, Severity, VisitDraft

FIRST_YEAR, LAST_YEAR = 2000, 2200
NIP_DIGITS = 18
HIGHEST_INDEX = 100
"""No scale an office has used goes above it; what does is a slip of the decimal comma."""

_CURE = N_("Correct it and save again.")


def tidy_draft(draft: VisitDraft) -> VisitDraft:
    """``draft`` with its texts tidied.

    Raises ``InvalidInput`` for what no visit can be; what is only missing so far is for ``particular_problems``.
    """
    if not (draft.region.code and draft.region.name):
        raise InvalidInput(N_("The region of the visit is missing."), cure=N_("Choose a kota or kabupaten."))
    if not FIRST_YEAR <= draft.cycle_year <= LAST_YEAR:
        raise InvalidInput(N_("The year {year} cannot be that of a cycle."), cure=_CURE, year=draft.cycle_year)
    if draft.ends_on < draft.starts_on:
        raise InvalidInput(N_("The visit cannot end before it begins."), cure=_CURE)
    return replace(
        draft,
        stage=clean_line(draft.stage),
        place=clean_line(draft.place),
        people=tuple(_tidy_person(person) for person in draft.people),
        previous=_tidy_previous(draft.previous),
    )


def _tidy_person(person: Person) -> Person:
    nip = "".join(person.nip.split())
    name = clean_line(person.name)
    if not name:
        raise InvalidInput(N_("A person has no name."), cure=N_("Enter the name, or remove the person."))
    if nip and not (len(nip) == NIP_DIGITS and nip.isascii() and nip.isdigit()):
        raise InvalidInput(
            N_("The NIP of {name} does not have 18 digits."), cure=N_("Correct it, or leave it empty."), name=name
        )
    return replace(
        person, name=name, nip=nip, title=clean_line(person.title), organisation=clean_line(person.organisation)
    )


def _tidy_previous(previous: PreviousResult | None) -> PreviousResult | None:
    if previous is None:
        return None
    if not previous.index.is_finite() or not 0 <= previous.index <= HIGHEST_INDEX:
        raise InvalidInput(
            N_("The index of the last cycle is not a number from 0 to {most}."), cure=_CURE, most=HIGHEST_INDEX
        )
    if not FIRST_YEAR <= previous.year <= LAST_YEAR:
        raise InvalidInput(N_("The year {year} cannot be that of a cycle."), cure=_CURE, year=previous.year)
    return replace(previous, source=clean_line(previous.source))


def particular_problems(draft: VisitDraft, today: date) -> Iterator[Problem]:
    """What of the visit's own particulars stands against closing it on the day ``today``."""
    roles = [person.role for person in draft.people]
    if not draft.stage:
        yield _problem("no_stage", Severity.ERROR, N_("The stage of the cycle is missing."), "stage")
    if not draft.place and draft.mode is not Mode.ONLINE:
        yield _problem("no_place", Severity.ERROR, N_("The place of the visit is missing."), "place")
    if Role.LEAD not in roles:
        yield _problem("no_lead", Severity.ERROR, N_("The head of the team is not named."), "people")
    if roles.count(Role.LEAD) > 1:
        yield _problem("several_leads", Severity.ERROR, N_("More than one person heads the team."), "people")
    if Role.MET not in roles:
        yield _problem("nobody_met", Severity.WARNING, N_("Nobody of the region is named as met."), "people")
    if draft.ends_on > today:
        yield _problem("not_over", Severity.WARNING, N_("The visit ends only after today."), "dates")


def _problem(code: str, severity: Severity, template: str, field: str) -> Problem:
    return Problem(code, severity, "", template, field=field)
