"""Killed at random moments while a team's bundles are taken in: each is wholly there or not at all.

5 times in CI; ``GMSC_KILLS=200`` for the long form (a quarter of it here). ``GMSC_KILL_SEED`` plays one series again.
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

from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import check_vault, open_vault
from gmsc_desktop.sync.teamfile import read_part
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE
from tests.services.helpers import PEOPLE, POLICY
from tests.services.team_kit import Team, two

ROOT = Path(__file__).resolve().parents[2]
KILLS = max(1, int(os.environ.get("GMSC_KILLS", "20")) // 4)
LONGEST_LIFE = 0.6
"""Seconds a worker lives at most once it is ready."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")


def examine(services: Services, team: Team, confirmed: set[str], answers: dict[str, str]) -> None:
    """What was confirmed stands; what is there is whole."""
    taken = {record.file_name for record in services.receiving.history()} & answers.keys()
    assert confirmed <= taken
    newest = answers[max(taken)] if taken else None
    assert team.says(services, PEOPLE) == newest
    files = services.evidence.list(team.visit)
    assert len(files) == len(taken)
    assert {services.evidence.read(file.id) for file in files} == {answers[name].encode() for name in taken}
    known = {word.id for word in services.team._rows.words(team.visit)}
    for part in services.team._rows.parts(team.visit):
        assert {word.id for word in read_part(part.data).words} <= known
    assert services.receiving.quarantine() == () and services.team.open(team.visit) == ()
    assert check_vault(services.vault) == ()


def test_nothing_of_a_team_is_half_taken_however_often_the_program_is_killed(tmp_path: Path) -> None:
    (tmp_path / "stik").mkdir()
    files = tmp_path / "paket"
    files.mkdir()
    team = Team(tmp_path)
    sri, budi = two(team)
    team.give(budi, sri)
    answers = {}
    for number in range(KILLS * 3):
        team.answer(budi, PEOPLE, str(number))
        budi.evidence.attach_bytes(team.visit, POLICY, f"{number}.txt", str(number).encode())
        name = f"{number:04d}.gmsc"
        team.write(budi).rename(files / name)
        answers[name] = str(number)
    for laptop in team.laptops:
        laptop.vault.close()
    seed = int(os.environ.get("GMSC_KILL_SEED", time.time_ns() % 10**9))
    print(f"GMSC_KILL_SEED={seed}")
    random, confirmed = Random(seed), set[str]()
    command = [sys.executable, "-m", "tests.e2e.receive_worker", str(sri.vault.folder), str(files)]
    for kill in range(KILLS + 1):
        worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert worker.stdout is not None
        worker.stdout.readline()
        if kill < KILLS:
            time.sleep(random.uniform(0, LONGEST_LIFE))
            worker.send_signal(signal.SIGKILL)
        heard, errors = worker.communicate()
        assert worker.returncode in (-signal.SIGKILL, 0), errors.decode()
        whole, _newline, _cut = heard.rpartition(b"\n")
        confirmed |= set(whole.decode().split())
        vault = open_vault(sri.vault.folder, PASSPHRASE, clock=SystemClock(), ids=SystemIds())
        try:
            examine(build_services(vault, clock=SystemClock(), ids=SystemIds()), team, confirmed, answers)
        finally:
            vault.close()
    assert confirmed == answers.keys()
