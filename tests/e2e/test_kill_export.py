"""Killed at random moments while writing bundles: each is there whole and recorded, or there is none of it; and the
next start says which. ``GMSC_KILLS=200`` for the long form.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.begun import Ending
from gmsc_desktop.services.vaults import check_vault, open_vault
from gmsc_desktop.services.verification import verify_file
from gmsc_desktop.sync.volumes import join, missing, volume_of
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE, crashes, small_disk
from tests.services.exchange_kit import World, world
from tests.services.helpers import smallest_files

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("GMSC_KILLS", "6"))
LONGEST_LIFE = 0.5
"""Seconds a worker lives at most once it is ready."""

posix = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


def whole(folder: Path, scratch: Path) -> dict[str, Path]:
    """Every bundle that lies whole in ``folder``, pieces put together; nothing there is only a part under a name."""
    found = {path.name: path for path in folder.glob("*.gmsc")}
    groups: dict[str, list[Path]] = {}
    for path in folder.iterdir():
        piece = volume_of(path)
        if piece is not None:
            groups.setdefault(piece.whole, []).append(path)
    for name, paths in groups.items():
        volumes = [volume for path in paths if (volume := volume_of(path))]
        if not missing(volumes):
            join(volumes, scratch / name)
            found[name] = scratch / name
    return found


def examine(services: Services, folder: Path, scratch: Path, confirmed: set[str]) -> set[Ending]:
    """What the next start finds; what is recorded lies there whole, and what lies there whole is recorded."""
    endings = {told.ending for told in services.exports.interrupted()}
    assert services.exports.interrupted() == (), "told once"
    recorded = {record.file_name: record for record in services.exports.history()}
    lying = whole(folder, scratch)
    assert confirmed <= set(lying) == set(recorded)
    assert len({record.sequence for record in recorded.values()}) == len(recorded), "no number is given twice"
    for name, path in lying.items():
        verdict = verify_file(path, vault=services.vault)
        assert verdict.status is Status.GENUINE and verdict.file_sha256 == recorded[name].sha256, name
    return endings


@posix
def test_a_bundle_is_whole_and_recorded_or_not_there(earth: World, tmp_path: Path) -> None:
    laptop = earth.laptop(enrol=False)
    earth.visit(laptop)
    folder, vault_folder, scratch = earth.stick, laptop.vault.folder, tmp_path / "gabung"
    scratch.mkdir()
    laptop.vault.close()
    earth.laptops.remove(laptop)
    seed = int(os.environ.get("GMSC_KILL_SEED", time.time_ns() % 10**9))
    print(f"GMSC_KILL_SEED={seed}")
    random, seen = Random(seed), set[Ending]()
    for number in range(KILLS):
        confirmed: set[str] = set()
        command = [sys.executable, "-m", "tests.e2e.export_worker", str(vault_folder), str(folder), str(seed + number)]
        worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(random.uniform(0, LONGEST_LIFE))
        worker.send_signal(signal.SIGKILL)
        heard, errors = worker.communicate()
        assert worker.returncode == -signal.SIGKILL, errors.decode()
        complete, _newline, _cut = heard.rpartition(b"\n")
        confirmed |= set(complete.decode().split())
        vault = open_vault(vault_folder, PASSPHRASE, clock=SystemClock(), ids=SystemIds())
        try:
            services = build_services(vault, clock=SystemClock(), ids=SystemIds())
            seen |= examine(services, folder, scratch, confirmed)
            assert check_vault(vault) == ()
        finally:
            vault.close()
    print(f"endings seen: {sorted(seen)}")


@posix
def test_dying_before_each_step_of_writing_leaves_all_or_nothing(earth: World, tmp_path: Path) -> None:
    """Not at random: before every single thing that is done to a file, one after the other."""
    laptop = earth.laptop(enrol=False)
    visit_id = earth.visit(laptop)
    laptop.vault.store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    source = laptop.vault.folder
    endings = set[Ending]()

    def fresh(number: int) -> tuple[Path, Path]:
        base = tmp_path / str(number)
        shutil.copytree(source, base / "brankas")
        (base / "brankas" / "gmsc.lock").unlink(missing_ok=True)
        (base / "stik").mkdir()
        return base / "brankas", base / "stik"

    state = {"at": fresh(0)}

    def work() -> None:
        vault_folder, stick = state["at"]
        vault = open_vault(vault_folder, PASSPHRASE, clock=SystemClock(), ids=SystemIds())
        build_services(vault, clock=SystemClock(), ids=SystemIds()).exports.write((visit_id,), stick, PASSPHRASE)

    for number in crashes(work):
        vault_folder, stick = state["at"]
        vault = open_vault(vault_folder, PASSPHRASE, clock=SystemClock(), ids=SystemIds())
        try:
            services = build_services(vault, clock=SystemClock(), ids=SystemIds())
            endings |= examine(services, stick, tmp_path, set())
            services.exports.write((visit_id,), stick, PASSPHRASE)
            assert not [path for path in stick.iterdir() if not path.name.endswith(".gmsc")], "nothing half stays"
        finally:
            vault.close()
        state["at"] = fresh(number + 1)
    assert endings == {Ending.WHOLE, Ending.NONE}


def test_a_stick_that_is_gone_keeps_its_number(earth: World) -> None:
    from gmsc_desktop.domain.exports import ExportRecord
    from gmsc_desktop.store.exports import ExportRepository

    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    first = laptop.exports.write((visit_id,), earth.stick, PASSPHRASE).value
    gone = earth.root / "dicabut"
    rows = ExportRepository(laptop.vault.store)
    begun = ExportRecord("b" * 8, earth.clock.now(), str(gone), "x.gmsc", "", 0, first.sequence + 1, first.visits)
    rows.begin(begun)
    assert [told.ending for told in laptop.exports.interrupted()] == [Ending.UNKNOWN]
    after = laptop.exports.write((visit_id,), earth.stick, PASSPHRASE).value
    assert after.sequence == first.sequence + 2, "the one on the stick may be whole"
    gone.mkdir()
    shutil.copy(earth.stick / first.file_name, gone / "x.gmsc")
    (told,) = laptop.exports.interrupted()
    assert (told.ending, told.record.sha256) == (Ending.WHOLE, first.sha256)
    assert "x.gmsc" in {record.file_name for record in laptop.exports.history()}
    assert laptop.exports.interrupted() == ()


def test_a_full_stick_leaves_nothing_and_gives_the_number_back(earth: World, tmp_path: Path) -> None:
    from gmsc_desktop.domain.errors import StorageError

    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    before = laptop.exports.write((visit_id,), earth.stick, PASSPHRASE).value
    with small_disk(tmp_path / "kecil", "16k") as stick:
        with pytest.raises(StorageError):
            laptop.exports.write((visit_id,), stick, PASSPHRASE)
        assert list(stick.iterdir()) == []
    assert laptop.exports.interrupted() == ()
    assert laptop.exports.write((visit_id,), earth.stick, PASSPHRASE).value.sequence == before.sequence + 1


@posix
def test_a_disk_that_takes_no_more_leaves_nothing(earth: World, tmp_path: Path) -> None:
    """The same where nothing can be mounted: no file of this process may grow beyond a size."""
    from gmsc_desktop.domain.errors import StorageError

    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    stick = tmp_path / "stik"
    stick.mkdir()
    size = laptop.exports.write((visit_id,), earth.stick, PASSPHRASE).value.size
    with smallest_files(size // 2), pytest.raises(StorageError):
        laptop.exports.write((visit_id,), stick, PASSPHRASE)
    assert list(stick.iterdir()) == []
    assert laptop.exports.interrupted() == () and laptop.vault.store.journal.verify() is None
    assert laptop.exports.write((visit_id,), stick, PASSPHRASE).value.sequence == 3


def test_a_folder_that_vanishes_while_writing(earth: World, tmp_path: Path) -> None:
    from gmsc_desktop.domain.errors import StorageError

    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    stick = tmp_path / "stik"
    stick.mkdir()

    def pull(done: int, total: int, text: str = "") -> None:
        if stick.exists() and done:
            shutil.rmtree(stick)

    with pytest.raises(StorageError):
        laptop.exports.write((visit_id,), stick, PASSPHRASE, pull)
    assert laptop.exports.history()[0].folder != str(stick)
    assert [told.ending for told in laptop.exports.interrupted()] in ([], [Ending.UNKNOWN])
    laptop.exports.write((visit_id,), earth.stick, PASSPHRASE)
    assert laptop.vault.store.journal.verify() is None
