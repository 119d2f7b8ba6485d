"""What the window knows of the team that shares the visit: who does what, who said what, what is still open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.teamwork import Given, OpenPoint, TeamMember, doer_of, team_problems
from gmsc_desktop.domain.visit import Problem

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.team_views import TeamDesk


class TeamSide(QObject):
    """``changed`` when it was read anew; ``settled`` when what the team says was changed here, with the id of the
    settlement, empty when it was no settlement."""

    changed = Signal()
    settled = Signal(str)

    def __init__(self, services: Services, visit_id: str, submit: Callable[..., Any], parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._visit_id, self._submit = services, visit_id, submit
        self.found: TeamDesk | None = None
        self._own: set[str] = set()

    def load(self) -> None:
        """Read it anew."""
        self._submit(lambda: self._services.team.desk(self._visit_id), self._take, owner=self)

    def _take(self, found: TeamDesk | None) -> None:
        before, self.found = self.found, found
        self._own.clear()
        if before is not None or found is not None:
            self.changed.emit()

    @property
    def leading(self) -> bool:
        """Whether this laptop heads the team."""
        return self.found is not None and self.found.leading

    def closes(self) -> bool:
        """Whether the visit may be closed from here."""
        return self.found is None or self.found.leading

    def doer(self, path: str) -> TeamMember | None:
        """Who does the section ``path``."""
        return None if self.found is None else doer_of(self.found.members, path)

    def is_own(self, member: TeamMember) -> bool:
        """Whether this is the member's laptop."""
        return self.found is not None and member.id == self.found.own

    def points(self, key: str) -> tuple[OpenPoint, ...]:
        """What the team says different things of at this question."""
        return () if self.found is None else tuple(point for point in self.found.open if point.key == key)

    def given(self, key: str) -> Given | None:
        """Who gave the answer, or said why the question does not apply; None when it was answered here just now."""
        if self.found is None or key in self._own:
            return None
        facets = (Facet.NOT_APPLICABLE, Facet.VALUE, Facet.SELF, Facet.NOTE)
        return next((self.found.given[key, facet] for facet in facets if (key, facet) in self.found.given), None)

    def has(self, key: str) -> bool:
        """Whether there is anything to show at this question."""
        return self.found is not None and (self.given(key) is not None or bool(self.points(key)))

    def problems(self) -> tuple[Problem, ...]:
        """What is open, as it stands against closing."""
        return () if self.found is None else team_problems(self.found.open)

    def wrote(self, key: str) -> None:
        """The person answered here: whoever said it before is no longer who says it."""
        if self.found is not None:
            self._own.add(key)

    def follow(self, key: str) -> None:
        """What the person answered is on its way: it may have changed what the team disagrees about."""
        if self.points(key):
            self.load()

    # deciding

    def settle(
        self, key: str, facet: Facet, value: str, reason: str, on_error: Callable[[GmscError], None] | None = None
    ) -> None:
        """Let ``value`` stand, because of ``reason``."""
        team, visit_id = self._services.team, self._visit_id
        self._submit(
            lambda: team.settle(visit_id, key, facet, value, reason),
            lambda done: self.settled.emit(done.value),
            on_error,
            owner=self,
        )

    def take_back(self, settlement: str) -> None:
        """Open again what was settled."""
        team, visit_id = self._services.team, self._visit_id
        self._submit(lambda: team.take_back(visit_id, settlement), lambda _done: self.settled.emit(""), owner=self)

    def agree(self, key: str, facet: Facet, value: str) -> None:
        """Say the same as another side."""
        team, visit_id = self._services.team, self._visit_id
        self._submit(lambda: team.agree(visit_id, key, facet, value), lambda _done: self.settled.emit(""), owner=self)
