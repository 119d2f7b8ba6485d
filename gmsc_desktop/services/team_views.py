"""What is shown of the team of a visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.teamwork import Given, OpenPoint, TeamMember
from gmsc_desktop.domain.visit import Progress
from gmsc_desktop.store.team import TeamBundle


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member with how far their sections are, and when a file last came from them or is not yet known to have."""

    member: TeamMember
    own: bool
    progress: Progress
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class TeamView:
    """The team of a visit as this laptop knows it. ``unsent`` counts what was entered here and is in no file yet;
    ``free`` are the sections nobody does."""

    visit_id: str
    leading: bool
    members: tuple[MemberView, ...]
    open: tuple[OpenPoint, ...]
    unsent: int
    bundles: tuple[TeamBundle, ...]
    free: tuple[str, ...] = ()

    @property
    def own(self) -> TeamMember | None:
        """The member whose laptop this is."""
        return next((each.member for each in self.members if each.own), None)

    @property
    def lead(self) -> TeamMember | None:
        """The ketua."""
        return next((each.member for each in self.members if each.member.lead), None)


@dataclass(frozen=True, slots=True)
class TeamSummary:
    """A shared draft in one line: what it is called, who heads the team, what is open, and how much of what was
    entered here is in no bundle yet."""

    visit_id: str
    label: str
    lead: str
    leading: bool
    open: int
    unsent: int


@dataclass(frozen=True, slots=True)
class TeamDesk:
    """What the questions of a shared visit show: the team, who gave what, what is open. ``own`` is the id of this
    laptop's member, empty when they are not named; ``key`` the identity of this laptop's owner."""

    leading: bool
    own: str
    key: str
    members: tuple[TeamMember, ...]
    given: Mapping[tuple[str, Facet], Given]
    open: tuple[OpenPoint, ...]
