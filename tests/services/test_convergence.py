"""Any order, any repetition, any subset and its later completion: the office ends in the same state, byte for byte."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.content import Content
from gmsc_desktop.domain.errors import Cancelled, StorageError
from gmsc_desktop.domain.exchange import Outcome
from gmsc_desktop.domain.lineage import Choice, Link, Standing, lineage
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.store.received import ReceivedRepository
from gmsc_desktop.sync.plan import IncomingVisit, LocalVisit, plan_visits
from tests.helpers import PASSPHRASE, FixedClock, SeededIds, full_disk
from tests.services.exchange_kit import bundle, open_services, revision, trust_kit_office
from tests.signing_kit import content_bytes

# pure


@st.composite
def histories(draw: st.DrawFn) -> list[Link]:
    """Links of one visit: each descends from an earlier one, or from none."""
    links: list[Link] = []
    for number in range(draw(st.integers(1, 7))):
        parent = draw(st.sampled_from([*links, None])) if links else None
        name = f"{number:064x}"
        links.append(Link(name, parent.content_hash if parent else "", parent.number + 1 if parent else 1))
    return links


@given(histories(), st.randoms(use_true_random=False))
def test_what_stands_against_what_does_not_depend_on_the_order(links: list[Link], random: object) -> None:
    shuffled = list(links) + links[:2]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert lineage(shuffled) == lineage(links)
    heads = lineage(links).heads
    if len(heads) > 1:
        settled = lineage(links, (Choice(heads[0], frozenset(heads)),))
        assert (settled.standing, settled.current) == (Standing.SINGLE, heads[0])
        later = Link("f" * 64, heads[1], 9)
        assert lineage([*links, later], (Choice(heads[0], frozenset(heads)),)).standing is Standing.CONFLICT


def test_two_that_arrive_together_stand_against_each_other() -> None:
    first, one, other = Link("0" * 64, "", 1), Link("1" * 64, "0" * 64, 2), Link("2" * 64, "0" * 64, 2)
    items = plan_visits({"v": LocalVisit((first,))}, (IncomingVisit("v", "Kota", (first, one, other)),))
    assert [item.outcome for item in items] == [Outcome.KNOWN, Outcome.CONFLICT, Outcome.CONFLICT]


@given(histories(), st.data())
def test_the_plan_calls_a_conflict_what_becomes_one(links: list[Link], data: st.DataObject) -> None:
    here = data.draw(st.lists(st.sampled_from(links), unique=True))
    came = data.draw(st.lists(st.sampled_from(links), unique=True, min_size=1))
    items = plan_visits({"v": LocalVisit(tuple(here))}, (IncomingVisit("v", "Kota", tuple(came)),))
    found = {item.id: item.outcome for item in items}
    assert {content for content, outcome in found.items() if outcome is Outcome.KNOWN} == {
        link.content_hash for link in came if link in here
    }
    before, after = lineage(here), lineage({link.content_hash: link for link in (*here, *came)}.values())
    if before.standing is Standing.SINGLE and after.standing is Standing.CONFLICT:
        assert Outcome.CONFLICT in found.values()
    if after.standing is Standing.SINGLE and not after.missing:
        assert Outcome.CONFLICT not in found.values()


# with real bundles and real vaults


@dataclass(frozen=True)
class History:
    """The bundles of several laptops, and which of them come in which order, some twice."""

    contents: tuple[tuple[Content, ...], ...]
    one: tuple[int, ...]
    other: tuple[int, ...]


@st.composite
def exchanges(draw: st.DrawFn) -> History:
    contents: list[Content] = []
    for _step in range(draw(st.integers(2, 6))):
        parent = draw(st.sampled_from([*contents, None])) if contents else None
        number = int(parent.visit_id[-1]) if parent else draw(st.integers(1, 2))
        contents.append(revision(number, parent, f"Balai Kota {len(contents)}"))
    chosen = st.lists(st.sampled_from(range(len(contents))), min_size=1, unique=True)
    bundles = draw(st.lists(chosen, min_size=2, max_size=4))
    whole = range(len(bundles))
    again = st.lists(st.sampled_from(whole), max_size=3)
    orders = [tuple(draw(again)) + tuple(draw(st.permutations(whole))) + tuple(draw(again)) for _office in range(2)]
    return History(tuple(tuple(contents[n] for n in picked) for picked in bundles), *orders)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that trusts the kit's certificates and holds nothing yet, closed."""
    folder = tmp_path_factory.mktemp("kantor") / "kantor"
    services = open_services(folder, "Kantor", 3, FixedClock())
    trust_kit_office(services)
    services.vault.close()
    return folder


@contextmanager
def copied(empty: Path, folder: Path) -> Iterator[Services]:
    shutil.copytree(empty, folder)
    clock, ids = FixedClock(), SeededIds(4)
    vault = open_vault(folder, PASSPHRASE, clock=clock, ids=ids)
    try:
        yield build_services(vault, clock=clock, ids=ids)
    finally:
        vault.close()


def end_of(services: Services, paths: list[Path]) -> tuple[bytes, list[object]]:
    for path in paths:
        received = services.receiving.receive((path,)).value
        assert not received.refused, received.refused
    standing = [(visit.visit_id, visit.lineage) for visit in services.office.visits()]
    assert services.vault.store.journal.verify() is None
    return ReceivedRepository(services.vault.store).state(), sorted(standing)


@settings(max_examples=8)
@given(exchanges())
def test_two_offices_end_in_the_same_state(empty: Path, history: History) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        files = [
            bundle(root, f"{number}.gmsc", contents, device=number % 2 + 1, sequence=number // 2 + 1)
            for number, contents in enumerate(history.contents)
        ]
        with copied(empty, root / "satu") as one, copied(empty, root / "dua") as other:
            first = end_of(one, [files[number] for number in history.one])
            assert end_of(other, [files[number] for number in history.other]) == first
            # Nothing that came is missing.
            there = {item.content_hash for item in ReceivedRepository(one.vault.store).revisions()}
            assert there == {sha256_hex(content_bytes(content)) for each in history.contents for content in each}


def test_a_conflict_is_kept_until_decided_and_both_sides_for_ever(empty: Path, tmp_path: Path) -> None:
    root = revision(1, None, "Balai Kota")
    left, right = revision(1, root, "Kiri"), revision(1, root, "Kanan")
    with copied(empty, tmp_path / "kantor") as services:
        services.receiving.receive((bundle(tmp_path, "a.gmsc", (root, left)),))
        plan = services.receiving.receive((bundle(tmp_path, "b.gmsc", (right,), device=2),)).value.taken[0]
        assert [(item.what, item.outcome) for item in plan.items] == [
            ("bundle", Outcome.ASKED),
            ("visit", Outcome.CONFLICT),
        ], "one key on two laptops, and two contents that stand against each other"
        (visit,) = services.office.conflicts()
        hashes = sorted(sha256_hex(content_bytes(each)) for each in (left, right))
        assert list(visit.lineage.heads) == hashes
        changed = services.office.changes(*(sha256_hex(content_bytes(each)) for each in (left, right)))
        assert [(c.section, c.before, c.after) for c in changed] == [("place", "Kiri", "Kanan")]
        services.office.decide(visit.visit_id, hashes[1], "Dipastikan lewat telepon.")
        assert services.office.conflicts() == ()
        assert services.office.visit(visit.visit_id).newest.content_hash == hashes[1]
        for each in (left, right):
            assert ReceivedRepository(services.vault.store).content(sha256_hex(content_bytes(each)))


def test_a_revision_that_is_missing_in_between_is_no_conflict(empty: Path, tmp_path: Path) -> None:
    first = revision(1, None, "Satu")
    second = revision(1, first, "Dua")
    third = revision(1, second, "Tiga")
    with copied(empty, tmp_path / "kantor") as services:
        services.receiving.receive((bundle(tmp_path, "1.gmsc", (first,)),))
        late = bundle(tmp_path, "2.gmsc", (second,), sequence=2)
        plan = services.receiving.receive((bundle(tmp_path, "3.gmsc", (third,), sequence=3),)).value.taken[0]
        assert [(i.what, i.outcome) for i in plan.items] == [("bundle", Outcome.GAP), ("visit", Outcome.GAP)]
        assert services.office.conflicts()[0].lineage.standing is Standing.GAP
        services.receiving.receive((late,))
        (visit,) = services.office.visits()
        assert (visit.lineage.standing, visit.newest.number) == (Standing.SINGLE, 3)


def test_two_bundles_under_one_number_are_taken_and_named(empty: Path, tmp_path: Path) -> None:
    with copied(empty, tmp_path / "kantor") as services:
        services.receiving.receive((bundle(tmp_path, "a.gmsc", (revision(1, None, "A"),)),))
        taken = services.receiving.receive((bundle(tmp_path, "b.gmsc", (revision(2, None, "B"),)),)).value.taken
        assert ("bundle", Outcome.CONFLICT) in [(item.what, item.outcome) for item in taken[0].items]
        (gap,) = services.receiving.gaps()
        assert gap.doubled == (1,)
        assert len(services.office.visits()) == 2


def test_every_changed_byte_is_refused_and_changes_nothing(empty: Path, tmp_path: Path) -> None:
    from random import Random

    path = bundle(tmp_path, "a.gmsc", (revision(1, None, "A"),))
    whole = path.read_bytes()
    random = Random(20211214)
    with copied(empty, tmp_path / "kantor") as services:
        rows = ReceivedRepository(services.vault.store)
        before = rows.state()
        cut = [whole[:size] for size in random.sample(range(len(whole)), 10)]
        flipped = []
        for place in random.sample(range(len(whole)), 30):
            data = bytearray(whole)
            data[place] ^= 1 << random.randrange(8)
            flipped.append(bytes(data))
        for data in (*cut, *flipped, whole + b"\0", b""):
            path.write_bytes(data)
            received = services.receiving.receive((path,)).value
            assert len(received.refused) == 1 and received.refused[0].refused is not None
            assert rows.state() == before
        assert len(services.receiving.quarantine()) == 42
        path.write_bytes(whole)
        assert len(services.receiving.receive((path,)).value.taken) == 1


def test_a_disk_that_fills_while_receiving_leaves_all_or_nothing(empty: Path, tmp_path: Path) -> None:
    path = bundle(tmp_path, "a.gmsc", (revision(1, None, "A"),))
    with copied(empty, tmp_path / "kantor") as services:
        rows = ReceivedRepository(services.vault.store)
        before = rows.state()
        failures = 0
        while True:
            try:
                with full_disk(failures):
                    received = services.receiving.receive((path,)).value
            except StorageError:
                assert rows.state() == before
                failures += 1
                continue
            break
        assert failures > 2 and len(received.taken) == 1
        assert services.receiving.quarantine() == ()
        assert services.vault.store.journal.verify() is None


def test_a_cancel_is_heard_between_and_inside_bundles(empty: Path, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        bundle(tmp_path, f"{number}.gmsc", (revision(number, None, "A"),), sequence=number)

    def stop(done: int, total: int, text: str = "") -> None:
        if "2.gmsc" in text:
            raise Cancelled

    with copied(empty, tmp_path / "kantor") as services:
        with pytest.raises(Cancelled):
            services.receiving.receive((tmp_path / "1.gmsc", tmp_path / "2.gmsc"), progress=stop)
        assert [record.file_name for record in services.receiving.history()] == ["1.gmsc"]
        folder = tmp_path / "paket"
        folder.mkdir()
        for number in (1, 2, 3):
            (tmp_path / f"{number}.gmsc").rename(folder / f"{number}.gmsc")
        received = services.receiving.receive((folder,)).value
        assert (len(received.known), len(received.taken)) == (1, 2)
