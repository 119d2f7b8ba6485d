"""Laptops of a team that share a visit, and the stick between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.teamwork import TeamMember
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.receiving import Consent, FilePlan, Received
from tests.helpers import PASSPHRASE, START, FixedClock
from tests.services.exchange_kit import open_services
from tests.services.helpers import POLICY, draft, write_instrument

MAIN = "/data/main"


@dataclass
class Team:
    """Laptops of a team and the stick between them; the first is the ketua's."""

    root: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    laptops: list[Services] = field(default_factory=list)
    visit: str = ""

    def laptop(self, name: str) -> Services:
        number = len(self.laptops) + 1
        made = open_services(self.root / f"laptop-{number}", name, 200 + number, self.clock)
        self.laptops.append(made)
        return made

    def share(self, lead: Services, *names: str) -> None:
        """A new visit of ``lead``, shared with ``names``."""
        small = lead.instruments.install(write_instrument(self.root)).value.hash
        self.visit = lead.visits.create(draft(small)).value.id
        lead.team.start(self.visit, tuple(TeamMember("", name) for name in names))

    def write(self, who: Services, *, sealed: bool = True) -> Path:
        self.clock.forward(minutes=1)
        done = who.team.write(self.visit, self.root / "stik", PASSPHRASE, sealed=sealed)
        return self.root / "stik" / done.value.file_name

    def take(self, who: Services, path: Path, *, trusting: bool = True) -> Received:
        """Received on the laptop of ``who``, who compared every fingerprint asked for."""
        (plan,) = who.receiving.plan((path,))
        keys = tuple(item.id for item in plan.items if item.what == "team_key") if trusting else ()
        return who.receiving.receive((path,), Consent(members=keys)).value

    def give(self, one: Services, other: Services) -> FilePlan:
        (plan,) = self.take(other, self.write(one)).taken
        return plan

    def says(self, who: Services, key: str, facet: Facet = Facet.VALUE) -> str | None:
        return who.visits.open(self.visit).session.sheet().get(key, facet)

    def answer(self, who: Services, key: str, value: str | None, facet: Facet = Facet.VALUE) -> None:
        who.answers.set(self.visit, key, facet, value)


def two(team: Team) -> tuple[Services, Services]:
    """Sri, the ketua, and Budi, who took the visit in."""
    sri, budi = team.laptop("Sri"), team.laptop("Budi")
    team.share(sri, "Budi")
    team.answer(sri, POLICY, "l3")
    team.give(sri, budi)
    return sri, budi
