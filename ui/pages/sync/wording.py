"""What a plan says, in the language in use: outcomes as words, kinds of bundles, the most pressing first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exchange import Outcome, PlanItem
from gmsc_desktop.domain.verdict import Reason
from gmsc_desktop.i18n import _, filled
from gmsc_desktop.services import verdicts
from gmsc_desktop.services.receiving import FilePlan
from ui.widgets.fingerprint import fours

OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.NEW: N_("New"),
    Outcome.NEWER: N_("Newer"),
    Outcome.OLDER: N_("Older"),
    Outcome.KNOWN: N_("Known"),
    Outcome.CONFLICT: N_("Conflict"),
    Outcome.GAP: N_("Gap"),
    Outcome.REFUSED: N_("Refused"),
    Outcome.ASKED: N_("To decide"),
}
OUTCOME_TONES: dict[Outcome, str] = {
    Outcome.NEW: "success",
    Outcome.NEWER: "success",
    Outcome.OLDER: "muted",
    Outcome.KNOWN: "muted",
    Outcome.CONFLICT: "error",
    Outcome.GAP: "warning",
    Outcome.REFUSED: "error",
    Outcome.ASKED: "accent",
}
KIND_LABELS: dict[str, str] = {
    "visits": N_("Visits"),
    "enrolment": N_("Enrolment"),
    "assignment": N_("Assignment"),
    "receipt": N_("Receipt"),
    "return": N_("Returned work"),
    "awards": N_("Awards"),
    "withdrawals": N_("Withdrawn papers"),
    "backup": N_("Backup"),
    "team": N_("Team bundle"),
    "piece": N_("Piece of a bundle"),
}
_PRESSING = (
    Outcome.REFUSED,
    Outcome.CONFLICT,
    Outcome.GAP,
    Outcome.ASKED,
    Outcome.NEW,
    Outcome.NEWER,
    Outcome.OLDER,
    Outcome.KNOWN,
)


def kind_text(kind: str) -> str:
    """A kind of bundle."""
    return _(KIND_LABELS[kind]) if kind in KIND_LABELS else kind


def item_text(item: PlanItem, regions: Mapping[str, str]) -> str:
    """One line of a plan; ``regions`` are names by code."""
    if "fingerprint" in item.params:
        params = {**item.params, "fingerprint": "\n" + fours(item.params["fingerprint"])}
        item = replace(item, params=params)
    return verdicts.plan_text(item, regions)


def reason_text(reason: Reason) -> str:
    """Why a file is not taken."""
    params = dict(reason.params)
    if "fingerprint" in params:
        params["fingerprint"] = fours(params["fingerprint"], 16)
    return filled(reason.template, params)


def counts(plans: Iterable[FilePlan]) -> dict[Outcome, int]:
    """How many lines of each outcome; a file that cannot be taken or is known whole counts as one line."""
    found: Counter[Outcome] = Counter()
    for plan in plans:
        if plan.refused is not None:
            found[Outcome.REFUSED] += 1
        elif plan.known:
            found[Outcome.KNOWN] += 1
        else:
            found.update(item.outcome for item in plan.items)
    return {outcome: found[outcome] for outcome in _PRESSING if found[outcome]}


def by_urgency(plans: Iterable[FilePlan]) -> list[FilePlan]:
    """What needs a look first; files of equal weight in the order given."""
    return sorted(plans, key=lambda plan: min((_PRESSING.index(each) for each in counts((plan,))), default=99))


def ordered_items(plan: FilePlan) -> list[PlanItem]:
    """The lines of one file, what needs a look first."""
    return sorted(plan.items, key=lambda item: _PRESSING.index(item.outcome))


def root_to_trust(plans: Iterable[FilePlan]) -> str:
    """The fingerprint of the office's root that has to be compared, or nothing."""
    asked = (i for plan in plans for i in plan.items if i.what == "trust" and i.outcome is Outcome.ASKED)
    return next((item.params["fingerprint"] for item in asked), "")


def keys_to_trust(plans: Iterable[FilePlan]) -> tuple[tuple[str, str], ...]:
    """Names and fingerprints of the people in a team whose keys have to be compared."""
    asked = (i for plan in plans for i in plan.items if i.what == "team_key" and i.outcome is Outcome.ASKED)
    return tuple(dict.fromkeys((item.params["name"], item.params["fingerprint"]) for item in asked))


def brings_certificate(plans: Iterable[FilePlan]) -> bool:
    """Whether a certificate is to be installed, which takes the passphrase."""
    return any(i.what == "certificate" and i.outcome is Outcome.NEW for plan in plans for i in plan.items)
