"""A database of its own for the tests of the store, without a vault around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gmsc_desktop.store import schema
from gmsc_desktop.store.database import open_database
from gmsc_desktop.store.journal import Journal
from tests.helpers import FixedClock, SeededIds

KEY = bytes(range(32))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Any]:
    """An empty database of this program's version, at ``tmp_path / "gmsc.db"``."""
    db = open_database(tmp_path / "gmsc.db", KEY, create=True)
    schema.apply(db, schema.migrations())
    yield db
    db.conn.close()


@pytest.fixture
def journal(db: Any, clock: FixedClock, ids: SeededIds) -> Journal:
    """The journal of that database."""
    return Journal(db, clock, ids, device="laptop", who="Dr. Sri Wahyuni, M.T.")


def write_rows(journal: Journal, count: int, chain: str = "vault", start: int = 0) -> None:
    """Journal that ``count`` settings were made, and make them."""
    with journal.writing():
        for number in range(start, start + count):
            row = {"key": f"k{number:05}", "value": f"nilai {number} " + "x" * 40}
            journal.db.conn.execute("INSERT INTO setting (key, value) VALUES (?, ?)", tuple(row.values()))
            journal.write("setting", row["key"], None, {"value": row["value"]}, chain)
