"""Committing one answer with its journal row, against one ``fdatasync`` of as many bytes as the commit writes.

Both take turns in one run on one disk. As SQLite's log does, the reference first grows, and then is written anew from
its beginning at the size it has; each state counts for half. Emptying the log into the database is in the time.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import create_vault
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE, PROFILE, QUICK
from tests.services.helpers import draft

BAR = 2.5
PAGES_OF_COMMIT = 3
"""The answer, its row of the journal, the index of the chains."""
PAGES_OF_LOG = 1_000
"""After so many pages SQLite empties its log and begins it anew (``wal_autocheckpoint``)."""
FRAME = 4_096 + 24


@contextmanager
def filled() -> Iterator[tuple[Services, str, tuple[str, ...]]]:
    """A vault with a visit on the built-in instrument, every level answered; services, visit, keys of the levels."""
    clock, ids = SystemClock(), SystemIds()
    # On the disk the program would use, not in a /tmp that may be memory.
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        vault, _code = create_vault(Path(name) / "v", PROFILE, PASSPHRASE, clock=clock, ids=ids, kdf=QUICK)
        try:
            services = build_services(vault, clock=clock, ids=ids)
            visit = services.visits.create(draft()).value.id
            session = services.visits.open(visit).session
            every = session.keys()
            keys = tuple(key for key in every if session.state(key).item.scored and session.choices(key))
            for key in keys:
                services.answers.set(visit, key, Facet.VALUE, session.choices(key)[0].name)
            yield services, visit, keys
        finally:
            vault.close()


def measure() -> list[tuple[str, float, float]]:
    """All commits of both states together, as a ratio."""
    with filled() as (services, visit, keys):
        services.vault.store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return [_compared(services, visit, keys)]


def _compared(services: Services, visit: str, keys: tuple[str, ...]) -> tuple[str, float, float]:
    path = services.vault.folder / "reference"
    data = os.urandom(PAGES_OF_COMMIT * FRAME)
    rounds = PAGES_OF_LOG // PAGES_OF_COMMIT
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    ours, theirs = 0.0, 0.0
    try:
        for number in range(2 * rounds):
            start = time.perf_counter()
            services.answers.set(visit, keys[number % len(keys)], Facet.NOTE, f"catatan {number}")
            ours += time.perf_counter() - start
            start = time.perf_counter()
            os.pwrite(handle, data, number % rounds * len(data))
            os.fdatasync(handle)
            theirs += time.perf_counter() - start
    finally:
        os.close(handle)
        path.unlink()
    mine, reference = (1e3 * total / (2 * rounds) for total in (ours, theirs))
    label = f"one answer {mine:.2f} ms, fdatasync of {len(data)} bytes {reference:.2f} ms"
    return label, mine / reference, BAR
