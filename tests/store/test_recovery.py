"""A damaged database: what can be read is found again, nothing is invented, and the damaged file stays as it is."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gmsc_desktop.store.backups import make_backup
from gmsc_desktop.store.database import check, open_database
from gmsc_desktop.store.journal import Journal
from gmsc_desktop.store.pages import PAGE, committed_frames, read_image
from gmsc_desktop.store.recovery import TABLES, Recovery, recover
from tests.helpers import START, FixedClock, SeededIds
from tests.store.conftest import KEY
from tests.store.test_schema import insert_visit

ANSWERS = 800
LONG = "catatan panjang " * 1_000


def fill(journal: Journal) -> None:
    """A visit with answers, one of them very long, and frozen content, written as the program writes."""
    db = journal.db
    with journal.writing():
        journal.write("setting", "profile", None, {"value": "{}"}, "vault")
        db.conn.executemany(
            "INSERT INTO setting VALUES (?, ?)", [("profile", "{}"), ("device", "d"), ("age_identity", "s")]
        )
        db.conn.execute("INSERT INTO identity VALUES ('f', x'30', x'', x'01', '2021-12-14', 1)")
        insert_visit(db)
        names = [row[1] for row in db.conn.execute("PRAGMA table_info (visit)")]
        row = dict(zip(names, db.conn.execute("SELECT * FROM visit").fetchone(), strict=True))
        journal.write("visit", "v", None, row, "v")
    for start in range(0, ANSWERS, 50):
        with journal.writing():
            for number in range(start, start + 50):
                put(journal, f"aspek/{number:04}", LONG if number == 7 else f"{number} " + "nilai " * 8)
    with journal.writing():
        journal.write("revision", "v/1", None, {"number": 1, "content_hash": "h", "parent_hash": ""}, "v")
        content = json.dumps({"isi": LONG}).encode()
        db.conn.execute("INSERT INTO revision VALUES ('v', 1, 'h', '', '2021-12-14', ?)", (content,))


def put(journal: Journal, key: str, value: str) -> None:
    entry = journal.write("answer", f"{key}#value", None, {"key": key, "facet": "value", "value": value}, "v")
    journal.db.conn.execute("INSERT INTO answer VALUES ('v', ?, 'value', ?, ?)", (key, value, entry.at))


@pytest.fixture
def filled(db: Any, journal: Journal, tmp_path: Path) -> Path:
    """Such a database, closed."""
    fill(journal)
    db.conn.close()
    return tmp_path / "gmsc.db"


def answers(path: Path) -> dict[str, str]:
    db = open_database(path, KEY)
    check(db, path)
    found = dict(db.conn.execute("SELECT key, value FROM answer").fetchall())
    db.conn.close()
    return found


def spoil(path: Path, pages: set[int]) -> None:
    data = bytearray(path.read_bytes())
    for page in pages:
        start = (page - 1) * PAGE
        data[start : start + 200] = bytes(200)
    path.write_bytes(data)


def recovered(path: Path, copies: tuple[Path, ...] = ()) -> tuple[Recovery, Path]:
    before = path.read_bytes()
    target = path.with_name("recovered.db")
    target.unlink(missing_ok=True)
    outcome = recover(path, KEY, target, copies)
    assert path.read_bytes() == before
    return outcome, target


def table(outcome: Recovery, name: str) -> tuple[int, int, int]:
    (found,) = (item for item in outcome.tables if item.table == name)
    return found.read, found.rebuilt, found.lost


def pages_of(path: Path, name: str) -> list[int]:
    """The pages of a table, its long rows' too, as SQLite itself tells them."""
    import sqlite3

    plain = bytearray(read_image(path, KEY).data)
    plain[18:20] = b"\x01\x01"
    source = sqlite3.connect(":memory:")
    source.deserialize(bytes(plain))
    try:
        return [row[0] for row in source.execute("SELECT pageno FROM dbstat WHERE name = ? ORDER BY pageno", (name,))]
    except sqlite3.OperationalError:
        pytest.skip("this SQLite has no dbstat")
    finally:
        source.close()


def test_no_table_is_forgotten(db: Any) -> None:
    kept = {row[0] for row in db.conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    kept = {name for name in kept if not name.startswith(("sqlite_", "_"))}
    assert kept - {"blob_thumbnail"} == set(TABLES)
    place = {name: number for number, name in enumerate(TABLES)}
    for name in TABLES:
        parents = {row[2] for row in db.conn.execute(f"PRAGMA foreign_key_list ({name})")}
        assert all(place[parent] < place[name] for parent in parents), name


def test_a_whole_database_is_copied_whole(filled: Path) -> None:
    outcome, target = recovered(filled)
    assert outcome.complete
    assert outcome.broken == 0
    assert outcome.proven
    assert table(outcome, "answer") == (ANSWERS, 0, 0)
    assert answers(target) == answers(filled)
    assert sorted(item.name for item in target.parent.iterdir()) == ["gmsc.db", "recovered.db"]


def test_answers_of_a_broken_page_come_from_the_journal(filled: Path) -> None:
    whole = answers(filled)
    spoil(filled, {pages_of(filled, "answer")[3]})
    outcome, target = recovered(filled)
    read, rebuilt, lost = table(outcome, "answer")
    # What lies before and behind the page is read; only its own rows are rebuilt.
    assert ANSWERS - 100 < read < ANSWERS
    assert read + rebuilt == ANSWERS
    assert lost == 0
    assert outcome.complete
    assert answers(target) == whole


def test_a_broken_journal_page_leaves_a_gap_that_is_named(filled: Path) -> None:
    whole = answers(filled)
    spoil(filled, {pages_of(filled, "journal")[40]})
    outcome, target = recovered(filled)
    assert answers(target) == whole
    assert not outcome.complete
    assert outcome.journal is not None
    assert table(outcome, "journal")[2] > 0


def test_the_gap_is_filled_from_a_copy(filled: Path, tmp_path: Path) -> None:
    db = open_database(filled, KEY)
    copy = make_backup(db, tmp_path / "backups", KEY, now=START, reason="close").path
    db.conn.close()
    spoil(filled, {pages_of(filled, "journal")[40], *pages_of(filled, "revision"), *pages_of(filled, "identity")})
    outcome, target = recovered(filled, (tmp_path / "none.db", copy))
    assert outcome.complete
    assert outcome.journal is None
    assert table(outcome, "revision") == (0, 1, 0)
    assert table(outcome, "identity") == (0, 1, 0)
    db = open_database(target, KEY)
    assert json.loads(db.conn.execute("SELECT content FROM revision").fetchone()[0]) == {"isi": LONG}
    db.conn.close()


def test_a_copy_of_an_undone_time_fills_nothing(filled: Path, tmp_path: Path, ids: SeededIds) -> None:
    """The copy's journal went another way after a restore: its rows do not fit and stay out."""
    other = tmp_path / "lain.db"
    db = open_database(other, KEY, create=True)
    from gmsc_desktop.store import schema

    schema.apply(db, schema.migrations())
    fill(Journal(db, FixedClock(), SeededIds(77), device="other", who="x"))
    db.conn.execute("PRAGMA journal_mode = DELETE")
    db.conn.close()
    spoil(filled, {pages_of(filled, "journal")[40]})
    outcome, target = recovered(filled, (other,))
    assert table(outcome, "journal")[1] == 0
    db = open_database(target, KEY)
    assert db.conn.execute("SELECT count(*) FROM journal WHERE device = 'other'").fetchone() == (0,)
    db.conn.close()


def test_without_its_visit_an_answer_waits_for_the_visit_to_be_rebuilt(filled: Path) -> None:
    whole = answers(filled)
    spoil(filled, set(pages_of(filled, "visit")))
    outcome, target = recovered(filled)
    assert table(outcome, "visit") == (0, 1, 0)
    assert answers(target) == whole
    db = open_database(target, KEY)
    assert db.conn.execute("SELECT region_name, cycle_year FROM visit").fetchall() == [("Kota Surakarta", 2021)]
    db.conn.close()


def test_an_older_databases_rows_get_the_newer_columns(filled: Path) -> None:
    db = open_database(filled, KEY)
    db.conn.execute("ALTER TABLE visit DROP COLUMN score_index")
    db.conn.execute("ALTER TABLE visit DROP COLUMN answered")
    db.conn.execute("DROP TABLE explanation")
    db.conn.close()
    outcome, target = recovered(filled)
    assert table(outcome, "visit") == (1, 0, 0)
    db = open_database(target, KEY)
    assert db.conn.execute("SELECT region_name, answered, score_index FROM visit").fetchall() == [
        ("Kota Surakarta", 0, None)
    ]
    db.conn.close()


@pytest.mark.parametrize("which", ["first", "middle", "last"])
def test_half_a_long_row_is_no_row(filled: Path, which: str) -> None:
    """Frozen content whose rest is broken is lost, said to be, and never given out in part."""
    pages = pages_of(filled, "revision")
    assert len(pages) > 3
    spoil(filled, {{"first": pages[1], "middle": pages[2], "last": pages[-1]}[which]})
    outcome, target = recovered(filled)
    assert table(outcome, "revision") == (0, 0, 1)
    assert not outcome.complete
    db = open_database(target, KEY)
    assert db.conn.execute("SELECT count(*) FROM revision").fetchone() == (0,)
    db.conn.close()


@pytest.mark.parametrize("size", [16, 200, PAGE])
def test_a_lost_beginning_is_replaced(filled: Path, size: int) -> None:
    whole = answers(filled)
    data = bytearray(filled.read_bytes())
    data[:size] = bytes(size)
    filled.write_bytes(data)
    outcome, target = recovered(filled)
    assert not outcome.proven
    assert answers(target) == whole
    assert table(outcome, "journal")[2] == 0


@pytest.mark.parametrize("cut", [0.6, 0.8, 0.95])
def test_a_file_cut_off(filled: Path, cut: float) -> None:
    whole = answers(filled)
    data = filled.read_bytes()
    filled.write_bytes(data[: int(len(data) * cut) - 17])
    outcome, target = recovered(filled)
    assert not outcome.complete
    found = answers(target)
    assert found.items() <= whole.items()
    # The tables' own pages come first, so less than the cut's share of the rows lies before it.
    assert len(found) > len(whole) * cut / 4


@pytest.mark.parametrize("data", [b"", b"x" * 100, bytes(PAGE * 3), b"\xff" * PAGE * 5])
def test_rubbish_gives_an_empty_database_that_says_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "gmsc.db"
    path.write_bytes(data)
    outcome, target = recovered(path)
    assert not outcome.complete
    assert answers(target) == {}


def test_what_only_the_log_holds_is_recovered_too(db: Any, journal: Journal, tmp_path: Path) -> None:
    """As after a power cut: the newest rows lie in the write-ahead log, and the database is damaged."""
    db.conn.execute("PRAGMA wal_autocheckpoint = 0")
    fill(journal)
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("gmsc.db", "gmsc.db-wal"):
        shutil.copyfile(tmp_path / name, crashed / name)
    log = crashed / "gmsc.db-wal"
    assert log.stat().st_size > 100 * PAGE
    # The last commit is torn: it never was.
    log.write_bytes(log.read_bytes()[:-100])
    outcome, target = recovered(crashed / "gmsc.db")
    assert outcome.journal is None
    assert len(answers(target)) == ANSWERS
    assert table(outcome, "revision") == (0, 0, 0)
    frames = list(committed_frames(log.read_bytes()))
    assert frames
    changed = bytearray(log.read_bytes())
    changed[32 + 24 + 100] ^= 1
    assert list(committed_frames(bytes(changed))) == []
    assert list(committed_frames(b"no log")) == []
    assert list(committed_frames(struct.pack(">8I", 0x377F0682, 3007000, 4096, 0, 1, 2, 3, 4))) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=st.sets(st.integers(1, 200), min_size=1, max_size=12), harm=st.integers(0, 3))
def test_whatever_breaks_what_is_found_is_true(filled: Path, pages: set[int], harm: int) -> None:
    """Any pages broken, in any of several ways: it ends, opens, passes its checks, and holds nothing that never was."""
    whole, before = answers(filled), filled.read_bytes()
    harms: list[Callable[[bytearray, int], None]] = [zero, flip, swap, cut]
    data = bytearray(before)
    for page in sorted(pages):
        if page * PAGE <= len(data):
            harms[harm](data, page)
    filled.write_bytes(data)
    try:
        outcome, target = recovered(filled)
        assert answers(target).items() <= whole.items()
        assert outcome.pages == -(-len(data) // PAGE)
    finally:
        filled.write_bytes(before)


def zero(data: bytearray, page: int) -> None:
    data[(page - 1) * PAGE + 1 : page * PAGE] = bytes(PAGE - 1)


def flip(data: bytearray, page: int) -> None:
    data[page * PAGE - 2_000] ^= 0x10


def swap(data: bytearray, page: int) -> None:
    first, other = slice((page - 1) * PAGE, page * PAGE), slice(len(data) - PAGE, len(data))
    data[first], data[other] = data[other], data[first]


def cut(data: bytearray, page: int) -> None:
    if page > 60:
        del data[page * PAGE - 1_000 :]
