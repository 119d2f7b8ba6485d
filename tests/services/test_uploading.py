"""Bundles over a network, with servers on the loopback address: there and back, broken off, resumed, refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import Cancelled, InvalidInput, NetworkError, NotFound, Refused
from gmsc_desktop.domain.servers import Place, PlaceKind, checked
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.restoring import Key, restore
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.sync import parcel
from tests.helpers import PASSPHRASE, SeededIds, files_below
from tests.servers.running import MOTO, Server, serving
from tests.services.exchange_kit import World, world

ON_DISK = pytest.mark.skipif(bool(MOTO), reason="this server keeps nothing on a disk")


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


@pytest.fixture(params=list(PlaceKind), ids=str)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with serving(request.param, tmp_path / "server") as running:
        yield running


@pytest.fixture
def dav(tmp_path: Path) -> Iterator[Server]:
    with serving(PlaceKind.WEBDAV, tmp_path / "server") as running:
        yield running


def at(services: Services, server: Server) -> Services:
    services.uploading.set_place(server.place, server.secret)
    return services


def fetch(services: Services) -> tuple[int, int]:
    """Fetch and receive: how many were taken, how many known before."""
    found = services.uploading.fetch()
    taken = services.receiving.receive(found.files).value.taken if found.files else ()
    services.uploading.sweep()
    return len(taken), found.known


def test_there_and_back(earth: World, server: Server) -> None:
    laptop, office = at(earth.laptop(), server), at(earth.office, server)
    laptop.uploading.check()
    visit_id = earth.visit(laptop)
    carried = laptop.uploading.send(PASSPHRASE).value
    assert len(carried.names) == 1 and carried.sent > 0
    assert laptop.uploading.pending() == ()
    again = laptop.uploading.send(PASSPHRASE).value
    assert (again.names, again.sent) == (carried.names, 0), "it lies there: nothing is written or sent anew"
    assert fetch(office) == (1, 0)
    assert [visit.visit_id for visit in office.office.visits()] == [visit_id]
    assert fetch(office) == (0, 1), "what is known is not fetched again"
    office.office.accept(visit_id)
    assert len(office.uploading.answer(PASSPHRASE).value.names) == 1
    assert fetch(laptop) == (1, 0)
    assert laptop.visits.get(visit_id).state is VisitState.ACCEPTED
    assert laptop.exports.unsafe() == ()
    for services in (laptop, office):
        assert list((services.vault.folder / "incoming").iterdir()) == []


def test_answers_to_a_lost_laptop_come_to_the_one_its_backup_was_put_back_on(earth: World, dav: Server) -> None:
    laptop, office = at(earth.laptop(), dav), at(earth.office, dav)
    visit_id = earth.visit(laptop)
    laptop.uploading.send(PASSPHRASE)
    backup = laptop.backup_bundles.write(earth.stick, PASSPHRASE).value
    fetch(office)
    office.uploading.answer(PASSPHRASE)
    folder, ids = earth.root / "laptop-baru", SeededIds(81)
    restore((earth.stick / backup.file_name,), folder, Key(PASSPHRASE), clock=earth.clock, ids=ids)
    again = build_services(open_vault(folder, PASSPHRASE, clock=earth.clock, ids=ids), clock=earth.clock, ids=ids)
    earth.laptops.append(again)
    assert fetch(at(again, dav))[0] == 1
    assert visit_id not in {row.visit.id for row in again.exports.unsafe()}


def test_assignments_for_all_come_to_each_laptop(earth: World, server: Server) -> None:
    from gmsc_desktop.domain.exchange import Assignment
    from tests.services.helpers import write_instrument

    laptop, other, office = at(earth.laptop(), server), at(earth.laptop("Budi"), server), at(earth.office, server)
    small = office.instruments.install(write_instrument(earth.root)).value.hash
    written = office.office.assign(
        (Assignment("", "33.72", 2022, "Tahap 1", small),), (), earth.stick, PASSPHRASE
    ).value
    office.uploading.post(earth.stick / written.file_name)
    for each in (laptop, other):
        assert fetch(each) == (1, 0)
        assert [found.region_code for found in each.exports.assignments()] == ["33.72"]


def test_an_answer_drops_no_assignment_that_waits_beside_it(earth: World, dav: Server) -> None:
    from gmsc_desktop.domain.exchange import Assignment
    from tests.services.helpers import write_instrument

    laptop, office = at(earth.laptop(), dav), at(earth.office, dav)
    small = office.instruments.install(write_instrument(earth.root)).value.hash
    earth.take(office, earth.send(laptop, earth.visit(laptop)))
    given = (Assignment("", "33.72", 2022, "Tahap 1", small),)
    written = office.office.assign(given, (), earth.stick, PASSPHRASE).value
    dav.stop()
    with pytest.raises(NetworkError):
        office.uploading.post(earth.stick / written.file_name, laptop.vault.device)
    for _again in range(2):
        with pytest.raises(NetworkError):
            office.uploading.answer(PASSPHRASE)
    assert len(office.uploading.pending()) == 2, "the assignment, and the newest answer only"
    dav.start()
    at(office, dav).uploading.carry()
    assert fetch(at(laptop, dav)) == (2, 0)
    assert [found.region_code for found in laptop.exports.assignments()] == ["33.72"]


@ON_DISK
def test_a_line_that_breaks_costs_no_piece_twice(earth: World, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "PIECE", 2048)
    laptop, office = at(earth.laptop(), server), at(earth.office, server)
    earth.visit(laptop)

    def breaks(done: int, total: int, text: str = "") -> None:
        if ".gmsc" in text and done > total // 2:
            server.stop()

    with pytest.raises(NetworkError) as told:
        laptop.uploading.send(PASSPHRASE, progress=breaks)
    assert told.value.kept and told.value.cure
    (waiting,) = laptop.uploading.pending()
    size = waiting.stat().st_size
    office_sees = [path.name for path in server.root.rglob("*") if path.is_file()]
    assert office_sees and waiting.name not in office_sees
    server.start()
    laptop, office = at(laptop, server), at(office, server)
    assert fetch(office) == (0, 0), "what has not wholly arrived is not there"
    exported = len(laptop.exports.history())
    carried = laptop.uploading.send(PASSPHRASE).value
    assert len(laptop.exports.history()) == exported, "the bundle that waited goes on its way"
    assert 0 < carried.sent < size * 0.75, "what had arrived did not go again"
    assert fetch(office) == (1, 0)


@ON_DISK
def test_stopping_leaves_what_has_arrived_and_goes_on_later(
    earth: World, dav: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcel, "PIECE", 2048)
    laptop, office = at(earth.laptop(), dav), at(earth.office, dav)
    earth.visit(laptop)

    def stop(done: int, total: int, text: str = "") -> None:
        if ".gmsc" in text and done > total // 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        laptop.uploading.send(PASSPHRASE, progress=stop)
    (waiting,) = laptop.uploading.pending()
    (sums,) = dav.root.rglob("*.sha256")
    done = subprocess.run(["sha256sum", "--check", "--strict", sums.name], cwd=sums.parent, check=False)
    assert done.returncode == 0, "the list is one that public tools read"
    carried = laptop.uploading.send(PASSPHRASE).value
    assert carried.sent < waiting.stat().st_size if waiting.exists() else carried.sent > 0

    def break_off(done: int, total: int, text: str = "") -> None:
        if done > total // 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        office.uploading.fetch(break_off)
    (half,) = (office.vault.folder / "incoming").glob("*.part")
    assert half.stat().st_size > 0
    counted: list[int] = []
    assert len(office.uploading.fetch(lambda done, total, text="": counted.append(done)).files) == 1
    assert fetch(office) == (1, 0)


def test_a_wrong_password_is_said_and_never_told(
    earth: World, server: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    if MOTO and server.kind is PlaceKind.S3:
        pytest.skip("this server asks for no password")
    laptop = earth.laptop()
    earth.visit(laptop)
    laptop.uploading.set_place(server.place, "rahasia-yang-salah")
    for ask in (laptop.uploading.check, lambda: laptop.uploading.send(PASSPHRASE), laptop.uploading.fetch):
        with pytest.raises(NetworkError, match="does not accept") as told:
            ask()
        assert "rahasia" not in f"{told.value} {told.value.params} {told.value.__cause__}"
    assert len(laptop.uploading.pending()) == 1, "what was written waits"
    laptop.uploading.set_place(server.place, server.secret)
    assert laptop.uploading.send(PASSPHRASE).value.sent > 0
    assert "rahasia" not in "".join(capfd.readouterr())
    rows = laptop.vault.store.conn.execute("SELECT before, after FROM journal").fetchall()
    assert not any("rahasia" in str(row) for row in rows)
    laptop.vault.store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not any(b"rahasia" in data for data in files_below(laptop.vault.folder).values())


def test_nothing_goes_to_a_server_unencrypted(earth: World, dav: Server) -> None:
    laptop = at(earth.laptop(enrol=False), dav)
    earth.visit(laptop)
    with pytest.raises(Refused, match="unencrypted"):
        laptop.uploading.send(PASSPHRASE)
    assert laptop.uploading.pending() == () and list(dav.folder.rglob("*.gmsc")) == []


def test_a_server_that_is_gone_is_said(earth: World, dav: Server) -> None:
    laptop = at(earth.laptop(), dav)
    earth.visit(laptop)
    dav.stop()
    with pytest.raises(NetworkError, match="cannot be reached"):
        laptop.uploading.send(PASSPHRASE)
    with pytest.raises(NetworkError, match="cannot be reached"):
        laptop.uploading.fetch()


@ON_DISK
def test_a_server_is_believed_nothing(earth: World, dav: Server) -> None:
    """Names that lead out, lists that lie, pieces that were changed, files that never end: nothing of it is taken."""
    laptop, office = at(earth.laptop(), dav), at(earth.office, dav)
    earth.visit(laptop)
    laptop.uploading.send(PASSPHRASE)
    inbox = dav.root / "inbox" / laptop.vault.device
    (bundle,) = inbox.glob("*.gmsc")
    good = bundle.read_bytes()
    (inbox / "ancaman.gmsc.sha256").write_text(f"{'ab' * 32}  ancaman.gmsc\n{'ab' * 32}  ../../x.gmsc\n")
    (inbox / "ancaman.gmsc").write_bytes(b"x" * 100)
    found = office.uploading.fetch()
    assert [fault.params["name"] for fault in found.faulty] == ["ancaman.gmsc"]
    assert len(found.files) == 1, "it stops no other"
    found.files[0].unlink()
    (inbox / "ancaman.gmsc.sha256").write_bytes(b"\xff\0" * 200_000)
    bundle.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    found = office.uploading.fetch()
    assert found.files == () and [fault.params["name"] for fault in found.faulty] == [bundle.name]
    # A list that fits a changed bundle: the signature, or here the encryption, is what tells.
    (inbox / f"{bundle.name}.sha256").write_text(f"{sha256_hex(bundle.read_bytes())}  {bundle.name}\n")
    before = {path for path in earth.root.rglob("*") if "kantor" not in path.parts}
    found = office.uploading.fetch()
    received = office.receiving.receive(found.files).value
    assert [plan.refused.code for plan in received.refused if plan.refused] == ["not_for_us"]
    office.uploading.sweep()
    assert office.office.visits() == () and fetch(office) == (0, 1), "it lies in the quarantine"
    assert {path for path in earth.root.rglob("*") if "kantor" not in path.parts} == before


def test_the_office_names_the_place_and_never_the_password(earth: World, dav: Server) -> None:
    laptop, office = earth.laptop(), at(earth.office, dav)
    assert laptop.uploading.offered() is None
    office.uploading.tell(True)
    earth.take(office, earth.send(laptop, earth.visit(laptop)))
    earth.answer(laptop)
    assert laptop.uploading.offered() == replace(dav.place, user="")
    assert laptop.uploading.place() is None, "nothing is used before the person says so"
    office.uploading.tell(False)
    earth.clock.forward(minutes=1)
    earth.answer(laptop)
    assert laptop.uploading.offered() is None


def test_nothing_is_contacted_or_imported_before_it_is_asked_for(earth: World) -> None:
    laptop = earth.laptop()
    for ask in (laptop.uploading.check, laptop.uploading.fetch, lambda: laptop.uploading.send(PASSPHRASE)):
        with pytest.raises(NotFound):
            ask()
    program = "import gmsc_desktop.services.app, gmsc_desktop.sync.remote, sys; print('opendal' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


HOST = "https://berkas.example.go.id"
BAD = [
    *(Place(PlaceKind.WEBDAV, address) for address in (
        "http://berkas.example.go.id/dav", "ftp://berkas.example.go.id", "https://a:b@berkas.example.go.id", "berkas",
        "https://[::1", "https://x:99999", "", f"{HOST}?a=b",
    )),
    *(Place(PlaceKind.WEBDAV, HOST, folder) for folder in ("../..", "", "/a", "a//b", "a/..", "a\\b")),
    Place(PlaceKind.S3, HOST), Place(PlaceKind.S3, HOST, bucket="a/b"),
]  # fmt: skip


@pytest.mark.parametrize("place", BAD, ids=lambda place: place.label)
def test_addresses_that_are_none_or_would_show_the_password_are_refused(place: Place) -> None:
    with pytest.raises(InvalidInput) as told:
        checked(place)
    assert told.value.cure or place.kind is PlaceKind.S3


def test_the_same_from_the_shell(tmp_path: Path, dav: Server, capsys: pytest.CaptureFixture[str]) -> None:
    from gmsc_desktop.cli import run

    with world(tmp_path / "dunia") as earth:
        laptop = earth.laptop()
        visit_id = earth.visit(laptop)
        folders = [services.vault.folder for services in (laptop, earth.office)]
    secret, phrase = tmp_path / "sandi", tmp_path / "frasa"
    secret.write_text(dav.secret)
    phrase.write_text(PASSPHRASE)
    at_laptop, at_office = (["--vault", str(folder), "--passphrase-file", str(phrase)] for folder in folders)
    where = ["--server", "webdav", "--address", dav.place.address, "--user", "kantor", "--password-file", str(secret)]
    for vault in (at_laptop, at_office):
        assert run(["upload", *vault, *where, "--check"]) == 0
    assert "place\twebdav\thttp://127.0.0.1" in capsys.readouterr().out
    assert run(["send", *at_laptop, "--upload"]) == 0
    assert "uploaded\tgmsc-" in capsys.readouterr().out
    assert run(["receive", *at_office, "--fetch"]) == 0
    assert "\ttaken\tvisits\t" in capsys.readouterr().out
    assert run(["receive", *at_office, "--fetch"]) == 0
    assert capsys.readouterr().out == "Tidak ada yang baru di server.\n"
    assert run(["office", "accept", *at_office, visit_id]) == 0
    assert run(["office", "answer", *at_office, "--upload"]) == 0
    assert run(["receive", *at_laptop, "--fetch"]) == 0
    assert "\ttaken\treceipt\t" in capsys.readouterr().out
    assert run(["upload", *at_laptop, "--forget"]) == 0
    assert run(["receive", *at_laptop, "--fetch"]) == 1
