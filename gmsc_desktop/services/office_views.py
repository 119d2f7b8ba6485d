"""What the office looks at: a visit with its contents and what was said of it, and the whole at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from gmsc_desktop.domain.exchange import Review
from gmsc_desktop.domain.lineage import Lineage
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.store.received import ReceivedRevision


@dataclass(frozen=True, slots=True)
class OfficeVisit:
    """A visit as the office has it: its contents, how they stand to each other, and the review of the current one.

    ``revisions`` are ordered by number; ``devices`` are the vaults bundles with it came from."""

    visit_id: str
    revisions: tuple[ReceivedRevision, ...]
    lineage: Lineage
    review: Review | None
    devices: tuple[str, ...]
    state: VisitState | None = None
    """What the office says of the content that counts, None while it said nothing."""

    @property
    def newest(self) -> ReceivedRevision:
        """The content that counts, or the newest while that is open."""
        current = self.lineage.current
        return next((r for r in self.revisions if r.content_hash == current), self.revisions[-1])


@dataclass(frozen=True, slots=True)
class OfficeStatus:
    """The office at a glance. ``root`` is the fingerprint assessors compare, ``recipient`` where bundles go to."""

    root: str
    recipient: str
    members: int
    requests: int
    visits: int
    waiting: int
    """Visits nobody has reviewed yet."""
    conflicts: int
