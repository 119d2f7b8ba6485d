"""Copies of the database: whole and checked, thinned by age, put back without losing the one before."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.errors import Cancelled, GmscError, NotFound, StorageError, VaultDamaged, VaultNewer
from gmsc_desktop.store.backups import (
    ALL_FOR,
    ALWAYS,
    NO_HEAD,
    REASONS,
    Backup,
    blobs_named,
    check_backup,
    head_of,
    keep_beside,
    list_backups,
    make_backup,
    put_back,
    thin,
)
from gmsc_desktop.store.database import check, open_database
from gmsc_desktop.store.journal import Journal
from gmsc_desktop.store.schema import SCHEMA_VERSION
from tests.helpers import START, files_below
from tests.store.conftest import KEY, write_rows

NOW = datetime(2021, 12, 14, 12, tzinfo=UTC)


def count(path: Path) -> int:
    db = open_database(path, KEY)
    (found,) = db.conn.execute("SELECT count(*) FROM setting").fetchone()
    db.conn.close()
    return int(found)


def test_a_backup_is_a_whole_database(db: Any, journal: Journal, tmp_path: Path) -> None:
    write_rows(journal, 400)
    seen: list[tuple[int, int]] = []
    backup = make_backup(
        db,
        tmp_path / "backups",
        KEY,
        now=START,
        reason="manual",
        progress=lambda done, total, _t: seen.append((done, total)),
    )
    assert backup.path.name == f"gmsc-20211214T023000Z-{head_of(db)}-manual.db"
    assert (backup.created_at, backup.reason, backup.size) == (START, "manual", backup.path.stat().st_size)
    assert seen[-1][0] == seen[-1][1]
    assert list_backups(tmp_path / "backups") == (backup,)
    assert b"nilai" not in backup.path.read_bytes()
    check_backup(backup.path, KEY)
    assert [path.name for path in backup.path.parent.iterdir()] == [backup.path.name]
    write_rows(journal, 1, start=400)
    assert head_of(db) != backup.head
    assert count(backup.path) == 400


def test_two_in_one_second_both_stay(db: Any, tmp_path: Path) -> None:
    for _ in range(2):
        make_backup(db, tmp_path, KEY, now=START, reason="close")
    assert [backup.path.name for backup in list_backups(tmp_path)] == [
        f"gmsc-20211214T023000Z-{NO_HEAD}-close.db",
        f"gmsc-20211214T023000Z-{NO_HEAD}-close-2.db",
    ]


def test_newest_first_and_strangers_passed_over(db: Any, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for days in (3, 1, 2):
        make_backup(db, folder, KEY, now=START + timedelta(days=days), reason="close")
    (folder / "catatan.txt").write_text("x")
    (folder / "gmsc-lama.db").write_text("x")
    assert [backup.created_at.day for backup in list_backups(folder)] == [17, 16, 15]
    assert list_backups(tmp_path / "tidak ada") == ()


def test_stopping_leaves_nothing(db: Any, journal: Journal, tmp_path: Path) -> None:
    write_rows(journal, 400)

    def stop(done: int, total: int, text: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        make_backup(db, tmp_path / "backups", KEY, now=START, reason="manual", progress=stop)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_damaged_database_gives_no_backup(db: Any, journal: Journal, tmp_path: Path) -> None:
    write_rows(journal, 400)
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.conn.close()
    path = tmp_path / "gmsc.db"
    data = bytearray(path.read_bytes())
    data[len(data) * 7 // 8] ^= 1  # among the rows of the journal: the tables come first
    path.write_bytes(data)
    again = open_database(path, KEY)
    with pytest.raises(VaultDamaged):
        make_backup(again, tmp_path / "backups", KEY, now=START, reason="manual")
    again.conn.close()
    assert list((tmp_path / "backups").iterdir()) == []


def test_putting_back_keeps_the_database_before(db: Any, journal: Journal, tmp_path: Path) -> None:
    write_rows(journal, 10)
    backup = make_backup(db, tmp_path / "backups", KEY, now=START, reason="manual")
    write_rows(journal, 5, start=10)
    db.conn.close()
    kept = put_back(backup.path, tmp_path / "gmsc.db", KEY, now=START)
    assert kept == tmp_path / "kept-20211214T023000Z.db"
    assert count(kept) == 15
    assert count(tmp_path / "gmsc.db") == 10
    assert backup.path.exists()
    assert put_back(backup.path, tmp_path / "gmsc.db", KEY, now=START) == tmp_path / "kept-20211214T023000Z-2.db"


def test_what_only_the_log_holds_is_kept_and_not_replayed(db: Any, journal: Journal, tmp_path: Path) -> None:
    """After a crash the newest rows lie in the write-ahead log; they belong to the database before, not to the copy."""
    write_rows(journal, 10)
    backup = make_backup(db, tmp_path / "backups", KEY, now=START, reason="manual")
    write_rows(journal, 5, start=10)
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("gmsc.db", "gmsc.db-wal"):
        shutil.copyfile(tmp_path / name, crashed / name)
    kept = put_back(backup.path, crashed / "gmsc.db", KEY, now=START)
    assert kept is not None
    assert not (crashed / "gmsc.db-wal").exists()
    assert count(crashed / "gmsc.db") == 10
    assert count(kept) == 15


def test_putting_back_where_nothing_is(db: Any, journal: Journal, tmp_path: Path) -> None:
    write_rows(journal, 4)
    backup = make_backup(db, tmp_path / "backups", KEY, now=START, reason="close")
    other = tmp_path / "lain"
    other.mkdir()
    assert put_back(backup.path, other / "gmsc.db", KEY, now=START) is None
    assert count(other / "gmsc.db") == 4


@pytest.mark.parametrize("harm", ["gone", "damaged", "newer", "truncated"])
def test_a_bad_backup_is_not_put_back(db: Any, journal: Journal, tmp_path: Path, harm: str) -> None:
    write_rows(journal, 100)
    if harm == "newer":
        db.conn.execute("PRAGMA user_version = 9")
    path = make_backup(db, tmp_path / "backups", KEY, now=START, reason="manual").path
    db.conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    db.conn.close()
    data = bytearray(path.read_bytes())
    if harm == "gone":
        path.unlink()
    elif harm == "damaged":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif harm == "truncated":
        path.write_bytes(data[: len(data) // 2])
    errors = {"gone": NotFound, "damaged": VaultDamaged, "newer": VaultNewer, "truncated": VaultDamaged}
    before = files_below(tmp_path)
    with pytest.raises(errors[harm]):
        put_back(path, tmp_path / "gmsc.db", KEY, now=START)
    assert files_below(tmp_path) == before


def test_a_folder_that_is_gone(db: Any, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        make_backup(db, tmp_path / "a" / "b", KEY, now=START, reason="manual")
    with pytest.raises(ValueError, match="no reason"):
        make_backup(db, tmp_path, KEY, now=START, reason="bosan")
    assert keep_beside(tmp_path / "tidak-ada.db", START) is None


def test_files_named_by_a_copy(db: Any, tmp_path: Path) -> None:
    from tests.store.test_schema import insert_visit

    insert_visit(db)
    db.conn.execute(
        "INSERT INTO evidence (id, visit_id, key, sha256, name, media_type, size, added_at, position, removed)"
        " VALUES ('e', 'v', 'k', 'aa', 'foto.jpg', 'image/jpeg', 1, '2021-12-14', 0, 1)"
    )
    db.conn.execute("INSERT INTO document VALUES ('d', 'v', 'h', 'report', 'l.pdf', 'bb', 1, '2021-12-14')")
    path = make_backup(db, tmp_path / "backups", KEY, now=START, reason="manual").path
    assert blobs_named(path, KEY) == {"aa", "bb"}
    assert [item.name for item in path.parent.iterdir()] == [path.name]
    check(db)


def backup(age: timedelta, reason: str = "close") -> Backup:
    at = NOW - age
    return Backup(Path(f"gmsc-{at.isoformat()}-{reason}.db"), at, 1, reason)


def test_thinning_by_example() -> None:
    hours = timedelta(hours=1)
    made = [backup(timedelta(days=days) + hour * hours) for days in range(40) for hour in (0, 3)]
    left = sorted({NOW - item.created_at for item in set(made) - set(thin(made, NOW))})
    fresh = [age for age in left if age <= ALL_FOR]
    assert fresh == [timedelta(days=days) + hour * hours for days in (0, 1) for hour in (0, 3)] + [timedelta(days=2)]
    daily = [age for age in left if ALL_FOR < age <= timedelta(days=21)]
    assert len(daily) == len({(NOW - age).date() for age in daily}) == 20
    weekly = [age for age in left if age > timedelta(days=21)]
    assert len(weekly) == len({(NOW - age).isocalendar()[:2] for age in weekly}) == 4


ages = st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=900))


@given(st.lists(st.tuples(ages, st.sampled_from(REASONS)), max_size=60))
def test_thinning_keeps_what_it_must(made: list[tuple[timedelta, str]]) -> None:
    backups = list({item.path: item for item in (backup(age, reason) for age, reason in made)}.values())
    going = set(thin(backups, NOW))
    left = [item for item in backups if item not in going]
    assert going <= set(backups)
    newest = sorted(backups, key=lambda item: (item.created_at, item.path.name), reverse=True)[:ALWAYS]
    assert not going & set(newest)
    for item in going:
        age = NOW - item.created_at
        assert age > ALL_FOR
        assert item.reason not in ("manual", "rescue")
        # Another one of the same month, at least as new, stays in its place.
        assert any(
            (other.created_at.year, other.created_at.month) == (item.created_at.year, item.created_at.month)
            or abs(other.created_at - item.created_at) < timedelta(days=7)
            for other in left
            if other.created_at >= item.created_at
        )
    assert thin(left, NOW) == ()


def test_errors_are_for_people(tmp_path: Path) -> None:
    with pytest.raises(GmscError) as caught:
        check_backup(tmp_path / "x.db", KEY)
    assert "x.db" in str(caught.value)
