"""Killed at random moments while receiving: each bundle is wholly there or not at all, and the rest comes later.

20 times in CI; ``GMSC_KILLS=200`` for the long form. ``GMSC_KILL_SEED`` plays one series again.
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

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import check_vault, open_vault
from gmsc_desktop.store.received import ReceivedRepository
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE, FixedClock
from tests.services.exchange_kit import bundle, open_services, revision, trust_kit_office
from tests.signing_kit import content_bytes

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("GMSC_KILLS", "20"))
LONGEST_LIFE = 0.6
"""Seconds a worker lives at most once it is ready."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")


def examine(services: Services, contents: dict[str, str], confirmed: set[str]) -> None:
    """What was confirmed is there; what is there is whole."""
    rows = ReceivedRepository(services.vault.store)
    taken = {record.file_name for record in rows.bundles()}
    assert confirmed <= taken
    assert {revision.content_hash for revision in rows.revisions()} == {contents[name] for name in taken}
    for revision_ in rows.revisions():
        for sha256, _kind, _name, _size in rows.files(revision_.content_hash):
            assert sha256_hex(services.vault.store.blobs.read(sha256)) == sha256
    assert services.receiving.quarantine() == ()
    assert check_vault(services.vault) == ()


def test_nothing_is_half_received_however_often_the_program_is_killed(tmp_path: Path) -> None:
    folder, files = tmp_path / "kantor", tmp_path / "paket"
    files.mkdir()
    services = open_services(folder, "Kantor", 3, FixedClock())
    trust_kit_office(services)
    services.vault.close()
    seed = int(os.environ.get("GMSC_KILL_SEED", time.time_ns() % 10**9))
    print(f"GMSC_KILL_SEED={seed}")
    random = Random(seed)
    contents, confirmed = {}, set[str]()
    for number in range(KILLS * 3):
        content = revision(number + 1, None, f"Balai Kota {number}")
        name = f"{number:04d}.gmsc"
        bundle(files, name, (content,), sequence=number + 1)
        contents[name] = sha256_hex(content_bytes(content))
    command = [sys.executable, "-m", "tests.e2e.receive_worker", str(folder), str(files)]
    for _kill in range(KILLS):
        worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(random.uniform(0, LONGEST_LIFE))
        worker.send_signal(signal.SIGKILL)
        heard, errors = worker.communicate()
        assert worker.returncode in (-signal.SIGKILL, 0), errors.decode()
        whole, _newline, _cut = heard.rpartition(b"\n")
        confirmed |= set(whole.decode().split())
        vault = open_vault(folder, PASSPHRASE, clock=SystemClock(), ids=SystemIds())
        try:
            examine(build_services(vault, clock=SystemClock(), ids=SystemIds()), contents, confirmed)
        finally:
            vault.close()
    vault = open_vault(folder, PASSPHRASE, clock=SystemClock(), ids=SystemIds())
    try:
        services = build_services(vault, clock=SystemClock(), ids=SystemIds())
        services.receiving.receive((files,))
        examine(services, contents, set(contents))
    finally:
        vault.close()
