"""What comes next, decided from where the work stands: pure, no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gmsc_desktop.domain.numbers import show_date
from gmsc_desktop.domain.visit import VisitRow, VisitState
from gmsc_desktop.i18n import _, language, ngettext

STALE = timedelta(days=7)
"""A backup older than this is worth a word."""
OUTSIDE = timedelta(days=14)
"""So long a laptop may carry work that lies nowhere else."""
RENEW = timedelta(days=60)
"""So long before its end a certificate is worth a word: a request and its answer travel on sticks."""
_MOST = 5


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do: a sign, a text, the word on its button, and where the button leads: the page and the place on
    it, or ``visit`` and the visit's id."""

    sign: str
    text: str
    action: str
    page: str
    place: str = ""


def next_steps(
    rows: tuple[VisitRow, ...], last_backup: datetime | None, now: datetime, certified_until: date | None = None
) -> tuple[NextStep, ...]:
    """The most pressing first, five at most. ``certified_until`` is the last day of the certificate by an office, None
    without one."""
    found: list[NextStep] = [*_certificate(certified_until, now.date())]
    if not rows:
        found.append(NextStep("plus", _("Record your first visit."), _("New visit"), "visits", "new"))
    for row in rows:
        found += _of_visit(row)
    signed = sum(row.visit.state is VisitState.SIGNED for row in rows)
    if signed:
        text = ngettext(
            "{count} signed visit waits to be sent to the central office.",
            "{count} signed visits wait to be sent to the central office.",
            signed,
        ).format(count=signed)
        found.append(NextStep("sync", text, _("Export"), "sync"))
    if rows and (last_backup is None or now - last_backup > STALE):
        text = _("There is no backup yet.") if last_backup is None else _("The last backup is more than a week old.")
        found.append(NextStep("backup", text, _("Back up"), "settings", "backups"))
    found += [_go_on(row) for row in rows if row.visit.state is VisitState.DRAFT and not _complete(row)]
    return tuple(found[:_MOST])


def outside_step(rows: tuple[VisitRow, ...], last: datetime | None, now: datetime) -> tuple[NextStep, ...]:
    """A word when there is work and no backup of it outside the laptop for two weeks; ``last`` is its time."""
    if not rows or (last is not None and now - last <= OUTSIDE):
        return ()
    text = _("There is no backup outside this laptop yet.")
    if last is not None:
        text = _("The last backup outside this laptop is more than two weeks old.")
    return (NextStep("backup", text, _("Back up"), "settings", "backups"),)


def _certificate(until: date | None, today: date) -> list[NextStep]:
    if until is None or until - today > RENEW:
        return []
    text = _("Your certificate is good until {day}. Ask the office for a new one in time.")
    if until < today:
        text = _("Your certificate ended on {day}. What you sign now is not believed; ask the office for a new one.")
    return [NextStep("certificate", text.format(day=show_date(until, language())), _("Renew"), "sync")]


def _of_visit(row: VisitRow) -> list[NextStep]:
    visit, name = row.visit, row.visit.draft.region.name
    if visit.state is VisitState.RETURNED:
        text = _("{region} was returned by the central office.").format(region=name)
        return [NextStep("restore", text, _("Look"), "visit", visit.id)]
    if visit.state is VisitState.CLOSED:
        text = _("{region} is closed and can be signed.").format(region=name)
        return [NextStep("certificate", text, _("Sign"), "visit", visit.id)]
    if visit.state is VisitState.DRAFT and _complete(row):
        text = _("{region} is complete and can be closed.").format(region=name)
        return [NextStep("check", text, _("Close it"), "visit", visit.id)]
    return []


def _complete(row: VisitRow) -> bool:
    return 0 < row.progress.expected <= row.progress.answered


def _go_on(row: VisitRow) -> NextStep:
    text = _("{region}: {answered} of {expected} answered.").format(
        region=row.visit.draft.region.name, answered=row.progress.answered, expected=row.progress.expected
    )
    return NextStep("edit", text, _("Go on"), "visit", row.visit.id)


def greeting(hour: int, name: str) -> str:
    """A greeting that fits the hour."""
    if hour < 11:
        return _("Good morning, {name}").format(name=name)
    if hour < 15:
        return _("Good day, {name}").format(name=name)
    if hour < 19:
        return _("Good afternoon, {name}").format(name=name)
    return _("Good evening, {name}").format(name=name)
