"""Killed at random moments, again and again on one vault: everything confirmed is there, and nothing is half.

20 times in CI; ``GMSC_KILLS=200`` for the long form. ``GMSC_KILL_SEED`` plays one series again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from select import select

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import create_vault, open_vault
from gmsc_desktop.store.answers import AnswerRepository
from gmsc_desktop.store.evidence import EvidenceRepository
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE, PROFILE, QUICK
from tests.services.helpers import PROGRAMME, draft, fill, write_instrument

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("GMSC_KILLS", "20"))
LONGEST_LIFE = 0.5
"""Seconds a worker lives at most once it is ready."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL and select on pipes are of POSIX")


@dataclass
class Told:
    """What the worker confirmed over all its lives, and what it was about when it was killed."""

    cells: dict[tuple[str, Facet], str] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)
    files: set[tuple[str, str]] = field(default_factory=set)
    contents: set[str] = field(default_factory=set)
    pending: dict[str, str] | None = None
    confirmed: int = 0

    def hear(self, line: dict[str, dict[str, str]]) -> None:
        """Take in one line of the worker."""
        if "about" in line:
            self.pending = line["about"]
            return
        act = line.get("done")
        if act is None:
            return
        self.pending = None
        self.confirmed += 1
        match act["kind"]:
            case "answer":
                self.cells[act["key"], Facet.VALUE] = act["value"]
            case "note":
                self.cells[act["key"], Facet.NOTE] = act["value"]
            case "item":
                self.items.add(act["item"])
            case "file":
                self.files.add((act["key"], act["sha256"]))
            case "close":
                self.contents.add(act["content_hash"])


def lives(vault: Path, visit: str, random: Random) -> Iterator[bytes]:
    """The output of one worker up to the moment it is killed, sometimes before it is ready."""
    command = [sys.executable, "-m", "tests.e2e.kill_worker", str(vault), visit, str(random.getrandbits(32))]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert worker.stdout and worker.stderr
    early = random.random() < 0.1
    heard = b""
    end = time.monotonic() + (random.uniform(0.1, 1.0) if early else 60)
    while True:
        readable, _w, _x = select([worker.stdout], [], [], max(0.0, end - time.monotonic()))
        if not readable:
            break
        data = os.read(worker.stdout.fileno(), 1 << 16)
        if not data:
            break
        if not heard and not early:
            end = time.monotonic() + random.uniform(0, LONGEST_LIFE)
        heard += data
        if time.monotonic() >= end:
            break
    worker.send_signal(signal.SIGKILL)
    rest, errors = worker.communicate()
    assert worker.returncode == -signal.SIGKILL, errors.decode()
    # A line cut short was never heard, so its act counts as pending.
    whole, newline, _cut = (heard + rest).rpartition(b"\n")
    yield from (whole + newline).splitlines()


def examine(services: Services, visit: str, told: Told, seen: set[str]) -> None:
    """What lies in the vault is what was confirmed, and at most the one act that was going on."""
    pending = told.pending or {}
    sheet = AnswerRepository(services.vault.store).sheet(visit)
    for cell, text in told.cells.items():
        wanted = {text} | ({pending["value"]} if (pending.get("key") == cell[0] and "value" in pending) else set())
        assert sheet.cells.get(cell) in wanted, cell
    items = {item.key for item in sheet.repeats.get(PROGRAMME, ())}
    assert told.items <= items and len(items - told.items) <= 1
    rows = services.evidence.list(visit)
    files = {(row.key, row.sha256) for row in rows}
    assert told.files <= files and len(files - told.files) <= 1
    for row in rows:
        if row.sha256 not in seen:
            assert sha256_hex(services.evidence.read(row.id)) == row.sha256
            seen.add(row.sha256)
    revisions = services.visits.revisions(visit)
    assert told.contents <= {revision.content_hash for revision in revisions}
    found = services.visits.get(visit)
    newest = revisions[-1].content_hash if revisions else ""
    assert found.content_hash == newest and found.revision == len(revisions)
    assert found.state in (VisitState.DRAFT, VisitState.CLOSED)
    assert services.vault.store.journal.verify() is None
    # From here on what was found counts as confirmed: the act that was going on has either happened or not.
    told.cells.update(sheet.cells)
    told.items, told.files, told.pending = items, files, None
    told.contents = {revision.content_hash for revision in revisions}


def test_nothing_confirmed_is_lost_however_often_the_program_is_killed(tmp_path: Path) -> None:
    clock, ids, folder = SystemClock(), SystemIds(), tmp_path / "brankas"
    vault, _code = create_vault(folder, PROFILE, PASSPHRASE, clock=clock, ids=ids, kdf=QUICK)
    services = build_services(vault, clock=clock, ids=ids)
    visit = services.visits.create(draft(services.instruments.install(write_instrument(tmp_path)).value.hash)).value.id
    fill(services, visit)
    told, seen = Told(), set[str]()
    told.files = {(row.key, row.sha256) for row in services.evidence.list(visit)}
    vault.close()
    seed = int(os.environ.get("GMSC_KILL_SEED", time.time_ns() % 10**9))
    print(f"GMSC_KILL_SEED={seed}")
    random = Random(seed)
    for _kill in range(KILLS):
        for line in lives(folder, visit, random):
            told.hear(json.loads(line))
        vault = open_vault(folder, PASSPHRASE, clock=clock, ids=ids)
        try:
            examine(build_services(vault, clock=clock, ids=ids), visit, told, seen)
        finally:
            vault.close()
    assert told.confirmed > KILLS, "the workers got far enough to prove anything"
    vault = open_vault(folder, PASSPHRASE, clock=clock, ids=ids)
    try:
        services = build_services(vault, clock=clock, ids=ids)
        blobs, known = vault.store.blobs, EvidenceRepository(vault.store).known_files()
        blobs.sweep(known, now=clock.now() + timedelta(days=1), older_than=timedelta(hours=1))
        assert set(blobs.names()) == known
        assert services.history.verify() == ()
    finally:
        vault.close()
