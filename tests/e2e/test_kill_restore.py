"""Killed at random moments of a backup and of bringing one back: before or after, never between, and the next says so.

A few times in CI; ``GMSC_KILLS=200`` for the long form. ``GMSC_KILL_SEED`` plays one series again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.services.app import build_services
from gmsc_desktop.services.restoring import Key, interrupted, restore
from gmsc_desktop.services.vaults import check_vault, open_vault
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from tests.services.exchange_kit import open_services
from tests.services.helpers import POLICY, draft, write_instrument

ROOT = Path(__file__).resolve().parents[2]
KILLS = max(3, int(os.environ.get("GMSC_KILLS", "20")) // 5)
LONGEST_LIFE = 0.5
"""Seconds a worker lives at most once it is ready."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")


def killed(random: Random, *arguments: str) -> bool:
    """Run a worker and kill it at some moment; whether it had ended by itself."""
    command = [sys.executable, "-m", "tests.e2e.restore_worker", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
        try:
            worker.wait(random.uniform(0, LONGEST_LIFE))
        except subprocess.TimeoutExpired:
            worker.send_signal(signal.SIGKILL)
        return worker.stdout.read() == "done\n"


def test_a_backup_and_its_return_are_whole_or_not_there(tmp_path: Path) -> None:
    vault, stick = tmp_path / "brankas", tmp_path / "stik"
    stick.mkdir()
    services = open_services(vault, "Sri", 5, FixedClock())
    small = services.instruments.install(write_instrument(tmp_path)).value.hash
    visit_id = services.visits.create(draft(small)).value.id
    services.answers.set(visit_id, POLICY, Facet.VALUE, "l3")
    for number in range(12):
        services.evidence.attach_bytes(visit_id, POLICY, f"{number}.bin", bytes([number]) * 1_000_000)
    services.vault.close()
    seed = int(os.environ.get("GMSC_KILL_SEED", time.time_ns() % 10**9))
    print(f"GMSC_KILL_SEED={seed}")
    random = Random(seed)
    for _number in range(KILLS):
        killed(random, "backup", str(vault), str(stick))
    clock, ids = SystemClock(), SystemIds()
    again = build_services(open_vault(vault, PASSPHRASE, clock=clock, ids=ids), clock=clock, ids=ids)
    assert check_vault(again.vault, read_files=True) == ()
    again.backup_bundles.write(stick, PASSPHRASE, again=True)
    again.vault.close()
    whole = sorted(stick.iterdir())
    assert not any(path.name.startswith(".") for path in whole), "what was cut short is swept"
    for number, backup in enumerate(whole):
        found = restore((backup,), tmp_path / f"utuh-{number}", Key(PASSPHRASE), clock=FixedClock(), ids=SeededIds(9))
        assert found.findings == () and found.files >= 12


def test_a_vault_is_brought_back_or_not_there(tmp_path: Path) -> None:
    vault = tmp_path / "brankas"
    services = open_services(vault, "Sri", 6, FixedClock())
    small = services.instruments.install(write_instrument(tmp_path)).value.hash
    visit_id = services.visits.create(draft(small)).value.id
    for number in range(12):
        services.evidence.attach_bytes(visit_id, POLICY, f"{number}.bin", bytes([number]) * 1_000_000)
    record = services.backup_bundles.write(tmp_path, PASSPHRASE).value
    services.vault.close()
    random = Random(int(os.environ.get("GMSC_KILL_SEED", time.time_ns() % 10**9)))
    place = tmp_path / "baru"
    place.mkdir()
    for number in range(KILLS):
        target = place / f"laptop-{number}"
        done = killed(random, "restore", str(tmp_path / record.file_name), str(target))
        told = interrupted((place,))
        assert done <= target.is_dir()
        if target.is_dir():
            assert told == ()
            opened = open_vault(target, PASSPHRASE, clock=SystemClock(), ids=SystemIds())
            assert check_vault(opened, read_files=True) == () and opened.device != services.vault.device
            opened.close()
        assert all(each.folder == target for each in told)
        assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []
