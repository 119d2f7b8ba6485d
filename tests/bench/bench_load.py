"""Loading a visit of 90 answers, against raw ``sqlite3`` on the same queries and the same rows, without encryption."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.services.app import Services
from gmsc_desktop.store.answers import AnswerRepository
from tests.bench.bench_commit import filled

BAR = 1.5
ANSWERS, ITEMS = 90, 3
ROUNDS = 1_000
CELLS = "SELECT key, facet, value FROM answer WHERE visit_id = ?"
REPEATS = (
    "SELECT repeat_key, id, position, removed FROM repeat_item WHERE visit_id = ? AND removed = 0"
    " ORDER BY repeat_key, position, id"
)


def measure() -> list[tuple[str, float, float]]:
    """The median of both, as a ratio."""
    with filled() as (services, visit, keys):
        _enter(services, visit, keys)
        raw = _copied(services, services.vault.folder / "raw.db")
        rows = AnswerRepository(services.vault.store)
        assert len(rows.sheet(visit).cells) == ANSWERS

        def theirs() -> object:
            return raw.execute(CELLS, (visit,)).fetchall(), raw.execute(REPEATS, (visit,)).fetchall()

        mine, reference = _medians(lambda: rows.sheet(visit), theirs)
        raw.close()
    what = f"{ANSWERS} answers in {mine * 1e6:.0f} µs, the raw rows in {reference * 1e6:.0f} µs"
    return [(what, mine / reference, BAR)]


def _enter(services: Services, visit: str, keys: tuple[str, ...]) -> None:
    session = services.visits.open(visit).session
    repeat = next(item.path for item in session.instrument.items if item.type is ItemType.REPEAT)
    for _item in range(ITEMS):
        services.answers.add_item(visit, repeat)
    for number, key in enumerate((*keys, *keys)[: ANSWERS - len(keys)]):
        services.answers.set(visit, key, Facet.NOTE, f"catatan asesor nomor {number}")
    for key in keys[ANSWERS:]:
        services.answers.set(visit, key, Facet.VALUE, None)


def _copied(services: Services, path: Path) -> sqlite3.Connection:
    """The same two tables in a plain database file."""
    raw = sqlite3.connect(path)
    for table in ("answer", "repeat_item"):
        conn = services.vault.store.conn
        (statement,) = conn.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        raw.execute(statement)
        rows = conn.execute(f"SELECT * FROM {table}").fetchall()
        raw.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    raw.commit()
    return raw


def _medians(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(ROUNDS):
        for work, found in zip((ours, theirs), times, strict=True):
            start = time.perf_counter()
            work()
            found.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])
