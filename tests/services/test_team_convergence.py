"""Random work of three laptops on real vaults: whatever the order of files, their repetition and what was skipped, all
end with the same visit, byte for byte, and nothing confirmed is missing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.visit import Person, Role
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.receiving import Consent
from gmsc_desktop.services.vaults import open_vault
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from tests.services.helpers import BUDGET, PEOPLE, POLICY, PROGRAMME, draft
from tests.services.team_kit import Team

NAMES = ("Sri", "Budi", "Citra")
LEVELS = st.sampled_from([None, "l0", "l3", "l4"])
WHO = st.integers(0, 2)
STEP = st.one_of(
    st.tuples(st.just("level"), WHO, st.sampled_from([POLICY, BUDGET]), LEVELS),
    st.tuples(
        st.just("note"), WHO, st.sampled_from([POLICY, PROGRAMME]), st.sampled_from([None, "satu", "e\u0301 dua"])
    ),
    st.tuples(st.just("people"), WHO, st.just(PEOPLE), st.sampled_from([None, "1", "2"])),
    st.tuples(st.just("item"), WHO, st.just(""), st.sampled_from(["add", "remove", "title"])),
    st.tuples(
        st.just("file"), WHO, st.sampled_from([POLICY, BUDGET]), st.sampled_from(["a", "b", "remove", "caption"])
    ),
    st.tuples(st.just("edit"), WHO, st.just(""), st.sampled_from(["place", "person", "fewer"])),
    st.tuples(st.just("undo"), WHO, st.just(""), st.just("")),
    st.tuples(st.just("settle"), st.just(0), st.just(""), st.just("")),
    st.tuples(st.just("send"), WHO, WHO, st.just("")),
    st.tuples(st.just("again"), WHO, st.integers(0, 20), st.just("")),
)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Three laptops that have the visit, closed, to be copied."""
    root = tmp_path_factory.mktemp("tim")
    (root / "stik").mkdir()
    team = Team(root)
    sri, budi, citra = (team.laptop(name) for name in NAMES)
    team.share(sri, "Budi", "Citra")
    for other in (budi, citra):
        team.take(other, team.write(sri, sealed=False))
        team.take(sri, team.write(other))
    for other in (budi, citra):
        team.take(other, team.write(sri))
    for laptop in team.laptops:
        laptop.vault.close()
    return team


def opened(start: Team, root: Path) -> Team:
    shutil.copytree(start.root, root, dirs_exist_ok=True)
    clock = FixedClock(start.clock.at)
    team = Team(root, clock, visit=start.visit)
    for number in range(1, 4):
        ids = SeededIds(900 + number)
        vault = open_vault(root / f"laptop-{number}", PASSPHRASE, clock=clock, ids=ids)
        team.laptops.append(build_services(vault, clock=clock, ids=ids))
    return team


def act(team: Team, step: tuple[Any, ...]) -> None:
    what, number, where, value = step
    who = team.laptops[number]
    visit = team.visit
    if what in ("level", "people", "note"):
        team.answer(who, where, value, Facet.NOTE if what == "note" else Facet.VALUE)
    elif what == "item":
        items = who.visits.open(visit).session.items(PROGRAMME)
        if value == "add":
            who.answers.add_item(visit, PROGRAMME)
        elif items and value == "remove":
            who.answers.remove_item(visit, items[0].key)
        elif items:
            team.answer(who, f"{items[-1].key}/title", f"Judul {number}")
    elif what == "file":
        files = who.evidence.list(visit)
        if value in "ab":
            who.evidence.attach_bytes(visit, where, f"{value}.txt", f"isi {value}".encode())
        elif files and value == "remove":
            who.evidence.remove(files[0].id)
        elif files:
            who.evidence.caption(files[-1].id, f"Keterangan {number}")
    elif what == "edit":
        known = who.visits.get(visit).draft
        more = (*known.people, Person(f"Tamu {number}", role=Role.MET))
        people = {"place": known.people, "person": more, "fewer": known.people[:2]}[value]
        place = f"Balai {number}" if value == "place" else known.place
        who.visits.edit(visit, draft(known.instrument_hash, people=people, place=place))
    elif what == "undo":
        who.answers.undo(visit)
    else:
        for point in who.team.open(visit)[:1]:
            who.team.settle(visit, point.key, point.facet, point.said[-1].value, "Sudah dibahas.")


def stands(who: Services, visit: str) -> bytes:
    """The visit as this laptop has it."""
    sheet = who.visits.open(visit).session.sheet()
    known = who.visits.get(visit).draft
    evidence = who.evidence.list(visit)
    return canonical_bytes(
        {
            "answers": [[key, facet.value, value] for (key, facet), value in sorted(sheet.cells.items())],
            "items": {key: [item.id for item in items] for key, items in sheet.repeats.items()},
            "evidence": [[each.id, each.key, each.sha256, each.caption] for each in evidence],
            "people": [[person.name, person.role.value] for person in known.people],
            "place": known.place,
            "open": [[point.key, point.facet.value, [s.value for s in point.said]] for point in who.team.open(visit)],
        }
    )


# Without shrinking: each example takes seconds.
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(steps=st.lists(STEP, min_size=6, max_size=16), order=st.permutations(range(3)))
def test_three_laptops_end_with_the_same_visit(start: Team, steps: list[tuple[Any, ...]], order: list[int]) -> None:
    root = Path(tempfile.mkdtemp(prefix="gmsc-tim-"))
    team = opened(start, root)
    keys = tuple(laptop.vault.certificate_fingerprint for laptop in team.laptops)
    files: list[Path] = []

    def take(who: Services, path: Path) -> None:
        received = who.receiving.receive((path,), Consent(members=keys)).value
        assert not received.refused, received.refused

    try:
        for step in steps:
            if step[0] == "send":
                files.append(team.write(team.laptops[step[1]]))
                take(team.laptops[step[2]], files[-1])
            elif step[0] == "again":
                if files:
                    take(team.laptops[step[1]], files[step[2] % len(files)])
            else:
                act(team, step)
        files += [team.write(team.laptops[number]) for number in order]
        for who in team.laptops:
            for path in (*files[-3:], *files[:2], files[-1]):
                take(who, path)
        found = {stands(who, team.visit) for who in team.laptops}
        assert len(found) == 1
        words = [{word.id for word in who.team._rows.words(team.visit)} for who in team.laptops]
        assert words[0] == words[1] == words[2]
        for who in team.laptops:
            assert who.history.verify() == ()
            view = who.team.view(team.visit)
            assert view is not None and view.unsent == 0
    finally:
        for laptop in team.laptops:
            laptop.vault.close()
        shutil.rmtree(root, ignore_errors=True)
