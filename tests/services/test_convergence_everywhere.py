"""Real laptops and a real office: whatever order, repetition, subset and later completion bundles arrive in, on either
side, the end is the same; taking one in twice changes nothing; nothing that was ever confirmed is missing."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.exchange import Assignment, Comment
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.trusting import office_recipient
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.store.answering import AnswerRepository
from gmsc_desktop.store.received import ReceivedRepository
from tests.documents.awards_kit import award_draft
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from tests.services.exchange_kit import World, world
from tests.services.helpers import BUDGET, PEOPLE, draft, fill, write_instrument


@dataclass(frozen=True)
class Past:
    """An exchange that happened: every bundle to the office, every one to the laptop, and copies of both vaults as
    they were before anything came in."""

    office: Path
    laptop: Path
    inward: tuple[Path, ...]
    outward: tuple[Path, ...]


@cache
def past() -> Past:
    """Two laptops, one of them copied, drafts, revisions, answers and second thoughts; made once."""
    root = Path(mkdtemp(prefix="gmsc-riwayat-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with world(root) as earth:
        laptop, other = earth.laptop(), earth.laptop("Budi")
        before_office = _copy(earth.office, root / "kantor-awal")
        inward, outward = _exchange(earth, laptop, other)
        before_laptop = root / "laptop-awal"
    return Past(before_office, before_laptop, tuple(inward), tuple(outward))


def _copy(services: Services, target: Path) -> Path:
    services.vault.store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(services.vault.folder, target)
    (target / "gmsc.lock").unlink(missing_ok=True)
    return target


def _exchange(earth: World, laptop: Services, other: Services) -> tuple[list[Path], list[Path]]:
    inward, outward, stick = [], [], earth.stick
    visit_id, second = earth.visit(laptop), earth.visit(other)

    def to_office(services: Services, *visits: str) -> None:
        inward.append(stick / earth.send(services, *visits))
        earth.take(earth.office, inward[-1].name)

    def to_laptop(name: str) -> None:
        outward.append(stick / name)

    def answer() -> None:
        to_laptop(earth.office.office.answer(laptop.vault.device, stick, PASSPHRASE).value.file_name)

    to_office(laptop, visit_id)
    answer()
    twin_folder = _copy(laptop, earth.root / "kembar")
    laptop.visits.reopen(visit_id, "Dilengkapi")
    laptop.answers.set(visit_id, PEOPLE, Facet.VALUE, "12")
    earth.close(laptop, visit_id)
    to_office(laptop, visit_id)
    to_office(other, second)
    with _opened(twin_folder, 70) as twin:
        twin.visits.reopen(visit_id, "Di laptop lama")
        twin.answers.set(visit_id, PEOPLE, Facet.VALUE, "21")
        earth.close(twin, visit_id)
        to_office(twin, visit_id)
    begun = laptop.visits.create(draft(laptop.visits.get(visit_id).draft.instrument_hash)).value.id
    fill(laptop, begun)
    inward.append(stick / laptop.sending.send(stick, PASSPHRASE, drafts=True, everything=True).value.record.file_name)
    earth.take(earth.office, inward[-1].name)
    _copy(laptop, earth.root / "laptop-awal")
    (fork,) = earth.office.office.conflicts()
    own = laptop.visits.get(visit_id).content_hash
    earth.office.office.decide(visit_id, own, "Lewat telepon.")
    assert own in fork.lineage.heads
    earth.office.office.return_(visit_id, (Comment(BUDGET, "Lengkapi."),), date(2022, 1, 7))
    answer()
    earth.office.office.accept(visit_id)
    answer()
    small = earth.office.instruments.install(write_instrument(earth.root)).value.hash
    asked = Assignment("", "33.72", 2022, "Tahap 1", small)
    to_laptop(earth.office.office.assign((asked,), (), stick, PASSPHRASE).value.file_name)
    (told,) = earth.office.office.assignments()
    earth.clock.forward(minutes=5)
    to_laptop(earth.office.office.assign((_later(told),), (), stick, PASSPHRASE).value.file_name)
    earth.office.withdrawals.withdraw("ab" * 32, "visit", "Kota Surakarta", "Data keliru")
    to_laptop(earth.office.withdrawals.write(stick, PASSPHRASE).value.file_name)
    earth.office.awards.add(award_draft())
    to_laptop(earth.office.deciding.issue((), (), stick, PASSPHRASE).value.file_name)
    return inward, outward


def _later(assignment: Assignment) -> Assignment:
    from dataclasses import replace

    return replace(assignment, due=date(2022, 4, 1), note="Mundur satu bulan.")


@contextmanager
def _opened(folder: Path, seed: int) -> Iterator[Services]:
    clock, ids = FixedClock(), SeededIds(seed)
    vault = open_vault(folder, PASSPHRASE, clock=clock, ids=ids)
    try:
        yield build_services(vault, clock=clock, ids=ids)
    finally:
        vault.close()


@contextmanager
def fresh(folder: Path, seed: int) -> Iterator[Services]:
    with TemporaryDirectory() as name:
        shutil.copytree(folder, Path(name) / "brankas")
        with _opened(Path(name) / "brankas", seed) as services:
            yield services


def office_state(services: Services) -> tuple[object, ...]:
    """What an office has, byte for byte, and what it makes of it."""
    visits = sorted((v.visit_id, v.lineage, v.newest.content_hash) for v in services.office.visits())
    assert services.vault.store.journal.verify() is None
    gaps = sorted((gap.device, gap.missing, gap.doubled) for gap in services.receiving.gaps())
    return ReceivedRepository(services.vault.store).state(), visits, gaps


def laptop_state(services: Services) -> tuple[object, ...]:
    """What a laptop knows of what the office said."""
    answers = AnswerRepository(services.vault.store)
    assert services.vault.store.journal.verify() is None
    return (
        sorted((row.visit.id, row.visit.state.value) for row in services.visits.list()),
        sorted(answers.receipted()),
        sorted((review.id, review.decision.value, review.comments) for review in answers.reviews()),
        sorted(map(repr, services.exports.assignments())),
        sorted(map(repr, services.withdrawals.listed())),
        sorted(repr(row.award) for row in services.awards.list()),
        sorted(row.visit.id for row in services.exports.unsafe()),
        office_recipient(services.vault),
    )


def take(services: Services, paths: tuple[Path, ...], order: list[int]) -> None:
    for number in order:
        received = services.receiving.receive((paths[number],)).value
        assert not received.refused, [plan.refused for plan in received.refused]


def ways(count: int) -> st.SearchStrategy[list[int]]:
    """Some, some of them twice, and then all, some of them again."""
    some = st.lists(st.integers(0, count - 1), max_size=2)
    return st.tuples(some, st.permutations(range(count)), some).map(lambda found: [*found[0], *found[1], *found[2]])


INWARD, OUTWARD = 5, 7
EXAMPLES = int(os.environ.get("GMSC_ORDERS", "3"))
"""Orders tried on each side; each costs some ten bundles received."""


@cache
def straight_office() -> tuple[object, ...]:
    """The end when everything comes once, in the order it was written."""
    with fresh(past().office, 82) as services:
        take(services, past().inward, list(range(INWARD)))
        return office_state(services)


@cache
def straight_laptop() -> tuple[tuple[object, ...], frozenset[str]]:
    """The same on the laptop, and what it believes to be safe."""
    with fresh(past().laptop, 84) as services:
        take(services, past().outward, list(range(OUTWARD)))
        return laptop_state(services), AnswerRepository(services.vault.store).receipted()


@settings(max_examples=EXAMPLES)
@given(ways(INWARD))
def test_the_office_ends_the_same_whatever_came_when(order: list[int]) -> None:
    told = past()
    assert len(told.inward) == INWARD
    with fresh(told.office, 81) as one:
        confirmed: set[str] = set()
        for number in order:
            take(one, told.inward, [number])
            present = {item.content_hash for item in ReceivedRepository(one.vault.store).revisions()}
            assert confirmed <= present, "nothing that was there is missing"
            confirmed |= present
        assert office_state(one) == straight_office()
        take(one, told.inward, order[:3])
        assert office_state(one) == straight_office(), "a second time changes nothing"


@settings(max_examples=EXAMPLES)
@given(ways(OUTWARD))
def test_the_laptop_ends_the_same_whatever_came_when(order: list[int]) -> None:
    told = past()
    assert len(told.outward) == OUTWARD
    with fresh(told.laptop, 83) as one:
        confirmed: frozenset[str] = frozenset()
        for number in order:
            take(one, told.outward, [number])
            now = AnswerRepository(one.vault.store).receipted()
            assert confirmed <= now, "a receipt once given stands"
            confirmed = now
        assert laptop_state(one) == straight_laptop()[0]
        take(one, told.outward, order[:3])
        assert laptop_state(one) == straight_laptop()[0], "a second time changes nothing"


def test_what_the_laptop_believes_to_be_safe_is_at_the_office() -> None:
    told = past()
    with fresh(told.office, 85) as office:
        take(office, told.inward, list(range(INWARD)))
        there = {item.content_hash for item in ReceivedRepository(office.vault.store).revisions()}
        there |= {row[0] for row in office.vault.store.conn.execute("SELECT draft_hash FROM received_draft")}
    safe = straight_laptop()[1]
    assert safe and safe <= there
