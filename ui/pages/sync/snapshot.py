"""What the page of bundles shows, read in one go, and the sentences that say how things stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gmsc_desktop.domain.exchange import BundleRecord, Quarantined, SequenceGap, VaultRole
from gmsc_desktop.domain.exports import BackupRecord, ExportRecord
from gmsc_desktop.domain.visit import VisitRow
from gmsc_desktop.i18n import _, ngettext
from gmsc_desktop.services.begun import Interrupted
from gmsc_desktop.services.drafts import DraftStanding
from gmsc_desktop.services.team_views import TeamSummary
from gmsc_desktop.services.waiting import WaitingBundle
from ui.pages.sync.enrolling import Standing, read_standing

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the page shows. ``conflicts`` counts the visits that wait for a decision at an office."""

    rows: tuple[VisitRow, ...]
    unsafe: frozenset[str]
    sent: tuple[ExportRecord, ...]
    came: tuple[BundleRecord, ...]
    quarantine: tuple[Quarantined, ...]
    gaps: tuple[SequenceGap, ...]
    waiting: tuple[WaitingBundle, ...]
    teams: tuple[TeamSummary, ...]
    to_team: tuple[ExportRecord, ...]
    standing: Standing
    conflicts: int
    drafts: tuple[DraftStanding, ...] = ()
    backups: tuple[BackupRecord, ...] = ()
    interrupted: tuple[Interrupted, ...] = ()
    points: int = 0


def read(services: Services) -> Snapshot:
    """On the worker."""
    exports, receiving, standing = services.exports, services.receiving, read_standing(services)
    office = standing.role is VaultRole.OFFICE
    points = services.findings.open() if office else ()
    unsettled = {point.subject for point in points}
    # First, since it may record a bundle that the history shows then.
    interrupted = exports.interrupted()
    return Snapshot(
        interrupted=interrupted,
        rows=exports.candidates(),
        unsafe=frozenset(row.visit.id for row in exports.unsafe()),
        sent=exports.history(),
        came=receiving.history(),
        quarantine=receiving.quarantine(),
        gaps=tuple(gap for gap in receiving.gaps() if gap.device in unsettled) if office else (),
        waiting=receiving.waiting(),
        teams=() if office else services.team.summaries(),
        to_team=services.team.sent(),
        standing=standing,
        conflicts=len(services.office.conflicts()) if office else 0,
        drafts=exports.drafts(),
        backups=services.backup_bundles.list(),
        points=len(points),
    )


def safe_text(rows: int, unsafe: int, unsent: int) -> str:
    """What is not yet safe at the office, in one sentence or two."""
    if not rows:
        return ""
    if not unsafe:
        return _("Everything is safe at the office: there is a receipt for every visit.")
    text = ngettext(
        "{count} visit is not yet safe at the office: there is no receipt for it.",
        "{count} visits are not yet safe at the office: there is no receipt for them.",
        unsafe,
    ).format(count=unsafe)
    if unsent:
        text += " " + ngettext(
            "{count} visit has not left this laptop yet.", "{count} visits have not left this laptop yet.", unsent
        ).format(count=unsent)
    return text


def points_text(count: int) -> str:
    """How much in what arrived does not add up; nothing when all does."""
    if not count:
        return ""
    return ngettext(
        "{count} point in what arrived does not add up and waits for somebody to look at it.",
        "{count} points in what arrived do not add up and wait for somebody to look at them.",
        count,
    ).format(count=count)


def conflict_text(count: int) -> str:
    """How many visits wait for a decision; nothing when none does."""
    if not count:
        return ""
    return ngettext(
        "{count} visit has contents that stand against each other. Both are kept until someone decides.",
        "{count} visits have contents that stand against each other. All are kept until someone decides.",
        count,
    ).format(count=count)
