"""Receiving at the office: a thousand bundles of eight visits, each a transaction of its own, against the bare rows.

``GMSC_BENCH_BUNDLES`` takes another number of them.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

APART_BAR = 10.0
TOGETHER_BAR = 200.0
"""The design names no numbers. A received bundle is verified, read and journalled, which bare rows are not; and its
transaction is on the disk before the next begins, which one transaction for all of them is only once."""
BUNDLES, VISITS = int(os.environ.get("GMSC_BENCH_BUNDLES", "1000")), 8
TABLES = ("bundle_in", "received_revision", "received_from", "received_file")


def measure() -> list[tuple[str, float, float]]:
    """Ratios of time against as many transactions of the same rows with nothing around them, and against one."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        ours, rows = _received(root)
        apart, together = (_bare(root / kind, rows, kind == "apart") for kind in ("apart", "together"))
    print(f"          {ours / BUNDLES * 1000:.1f} ms a bundle", flush=True)
    what = f"{BUNDLES} bundles of {VISITS} visits against"
    return [
        (f"{what} {BUNDLES} bare transactions of their rows", ours / apart, APART_BAR),
        (f"{what} one bare transaction of all rows", ours / together, TOGETHER_BAR),
    ]


def _office(folder: Path) -> Any:
    from tests.helpers import FixedClock
    from tests.services.exchange_kit import open_services, trust_kit_office

    services = open_services(folder, "Kantor", 3, FixedClock())
    trust_kit_office(services)
    return services


def _received(root: Path) -> tuple[float, dict[str, list[Any]]]:
    """Seconds of receiving the folder, and the rows that came of it."""
    from tests.services.exchange_kit import bundle, revision

    folder = root / "banyak"
    folder.mkdir()
    for number in range(BUNDLES):
        contents = tuple(revision(number * VISITS + each + 1, None, "Balai Kota") for each in range(VISITS))
        bundle(folder, f"{number:04d}.gmsc", contents, sequence=number + 1)
    services = _office(root / "kantor")
    taken: list[Any] = []
    seconds = _timed(lambda: taken.extend(services.receiving.receive((folder,)).value.taken))
    assert len(taken) == BUNDLES
    conn = services.vault.store.conn
    rows = {table: conn.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    services.vault.close()
    return seconds, rows


def _bare(folder: Path, rows: dict[str, list[Any]], apart: bool) -> float:
    """Seconds of writing ``rows``, bundle by bundle each in its transaction, or all in one."""
    services = _office(folder)
    store = services.vault.store
    store.conn.execute("PRAGMA foreign_keys = OFF")

    def insert(table: str, found: list[Any]) -> None:
        places = ", ".join("?" * len(found[0])) if found else ""
        store.conn.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({places})", found)

    def write() -> None:
        if not apart:
            with store.writing():
                for table, found in rows.items():
                    insert(table, found)
            return
        for number in range(BUNDLES):
            with store.writing():
                for table, found in rows.items():
                    share = len(found) // BUNDLES
                    insert(table, found[number * share : (number + 1) * share])

    seconds = _timed(write)
    services.vault.close()
    return seconds


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
