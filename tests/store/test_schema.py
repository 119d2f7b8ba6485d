"""The tables, what they refuse, and the steps from one version to the next."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gmsc_desktop.domain.errors import NotAVault, StorageError, VaultDamaged, VaultNewer
from gmsc_desktop.store import (
    schema,
    schema_awards,
    schema_backup,
    schema_exchange,
    schema_instruments,
    schema_team,
    schema_withdrawals,
)
from gmsc_desktop.store.backups import FOLDER, list_backups
from gmsc_desktop.store.database import check, driver, open_database
from gmsc_desktop.store.journal import Journal
from gmsc_desktop.store.migrating import bring_up_to_date
from tests.helpers import START, files_below
from tests.store.conftest import KEY, write_rows


def with_second_step(step: Any) -> Any:
    """This program's steps and one more."""
    steps = schema.migrations()
    steps(name="9999_test")(step)
    return steps


def add_column(db: Any) -> None:
    db.conn.execute("ALTER TABLE visit ADD COLUMN weather TEXT NOT NULL DEFAULT ''")


def columns(db: Any, table: str) -> list[str]:
    return [row[1] for row in db.conn.execute(f"PRAGMA table_info ({table})")]


def test_the_file_says_what_it_is(db: Any) -> None:
    assert db.conn.execute("PRAGMA application_id").fetchone() == (0x474D5343,)
    assert schema.version_of(db) == schema.SCHEMA_VERSION == len(schema.migrations().applied(db))
    assert list(db.conn.execute("PRAGMA foreign_key_check")) == []


def test_every_table_is_strict(db: Any) -> None:
    kinds = {row[1]: row[5] for row in db.conn.execute("PRAGMA table_list") if not row[1].startswith(("sqlite_", "_"))}
    modules = (schema_exchange, schema_awards, schema_instruments, schema_withdrawals, schema_backup, schema_team)
    later = "".join(module.TABLES for module in modules)
    assert len(kinds) == 15 + len(re.findall("CREATE TABLE", later))
    assert set(kinds.values()) == {1}
    with pytest.raises(driver().IntegrityError, match="cannot store TEXT value in INTEGER column"):
        db.conn.execute("INSERT INTO blob_thumbnail VALUES ('a', 'besar', NULL)")


@pytest.mark.parametrize("table", schema.APPEND_ONLY)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET rowid = 5"])
def test_what_is_written_once_stays(db: Any, journal: Journal, table: str, change: str) -> None:
    write_rows(journal, 1)
    insert_visit(db)
    db.conn.execute("INSERT INTO revision VALUES ('v', 1, 'h', '', '2021-12-14', x'7b7d')")
    with pytest.raises(driver().IntegrityError, match=f"{table} is append-only"):
        db.conn.execute(change.format(table))


def test_children_need_their_visit(db: Any) -> None:
    with pytest.raises(driver().IntegrityError, match="FOREIGN KEY"):
        db.conn.execute("INSERT INTO answer VALUES ('nowhere', 'k', 'value', '3', '2021-12-14')")


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    other = open_database(tmp_path / "other.db", KEY, create=True)
    other.conn.execute("PRAGMA application_id = 42")
    with pytest.raises(NotAVault):
        schema.version_of(other)
    other.conn.close()


def test_a_newer_vault_is_refused_with_both_versions(db: Any, tmp_path: Path) -> None:
    newer = schema.SCHEMA_VERSION + 1
    db.conn.execute(f"PRAGMA user_version = {newer}")
    with pytest.raises(VaultNewer) as caught:
        bring_up_to_date(db, tmp_path / "gmsc.db", KEY, now=START)
    assert dict(caught.value.params) == {"found": newer, "known": schema.SCHEMA_VERSION}


def test_nothing_to_do_changes_nothing(db: Any, tmp_path: Path) -> None:
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = files_below(tmp_path)
    assert bring_up_to_date(db, tmp_path / "gmsc.db", KEY, now=START) is db
    assert files_below(tmp_path) == before


def test_an_older_vault_is_backed_up_copied_checked_replaced(db: Any, journal: Journal, tmp_path: Path) -> None:
    write_rows(journal, 30)
    insert_visit(db)
    path = tmp_path / "gmsc.db"
    now = bring_up_to_date(
        db, path, KEY, now=START, steps=with_second_step(add_column), known=schema.SCHEMA_VERSION + 1
    )
    assert schema.version_of(now) == schema.SCHEMA_VERSION + 1
    assert columns(now, "visit")[-1] == "weather"
    assert now.conn.execute("SELECT count(*) FROM setting").fetchone() == (30,)
    assert Journal(now, journal._clock, journal._ids, device="d", who="w").verify() is None
    check(now)
    now.conn.close()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["backups", "gmsc.db"]
    (backup,) = list_backups(tmp_path / FOLDER)
    assert backup.reason == "migration"
    old = open_database(backup.path, KEY)
    assert schema.version_of(old) == schema.SCHEMA_VERSION
    assert old.conn.execute("SELECT count(*) FROM setting").fetchone() == (30,)
    old.conn.close()


def break_off(db: Any) -> None:
    add_column(db)
    raise StorageError("The disk is full.")


def test_a_step_that_fails_leaves_the_vault_as_it_was(db: Any, journal: Journal, tmp_path: Path) -> None:
    write_rows(journal, 5)
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "gmsc.db"
    before = path.read_bytes()
    with pytest.raises(StorageError):
        bring_up_to_date(db, path, KEY, now=START, steps=with_second_step(break_off), known=schema.SCHEMA_VERSION + 1)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*.migrating*"))
    assert "weather" not in columns(db, "visit")


def test_a_step_that_breaks_references_is_caught_before_it_counts(db: Any, tmp_path: Path) -> None:
    insert_visit(db)
    db.conn.execute("INSERT INTO answer VALUES ('v', 'k', 'value', '3', '2021-12-14')")

    def careless(copy: Any) -> None:
        copy.conn.execute("PRAGMA foreign_keys = OFF")
        copy.conn.execute("DELETE FROM visit")

    steps = schema.migrations()
    steps(name="9999_test", transactional=False)(careless)
    with pytest.raises(VaultDamaged, match="answer"):
        bring_up_to_date(db, tmp_path / "gmsc.db", KEY, now=START, steps=steps, known=schema.SCHEMA_VERSION + 1)
    assert db.conn.execute("SELECT count(*) FROM visit").fetchone() == (1,)
    db.conn.close()
    again = open_database(tmp_path / "gmsc.db", KEY)
    assert schema.version_of(again) == schema.SCHEMA_VERSION
    assert again.conn.execute("SELECT count(*) FROM visit").fetchone() == (1,)
    again.conn.close()


def insert_visit(db: Any) -> None:
    db.conn.execute(
        "INSERT INTO instrument (hash, form_id, version, title, document, installed_at)"
        " VALUES ('i', 'gmsc', '1', 't', x'7b7d', '2021-12-14')"
    )
    values = {
        "id": "v",
        "region_code": "33.72",
        "region_name": "Kota Surakarta",
        "region_kind": "kota",
        "province_code": "33",
        "province": "Jawa Tengah",
        "cycle_year": 2021,
        "stage": "I",
        "starts_on": "2021-12-14",
        "ends_on": "2021-12-15",
        "place": "Balai Kota",
        "mode": "on_site",
        "instrument_hash": "i",
        "state": "draft",
        "created_at": "2021-12-14",
        "updated_at": "2021-12-14",
    }
    db.conn.execute(
        f"INSERT INTO visit ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", tuple(values.values())
    )


def test_a_vault_of_the_first_version_gets_the_tables_of_the_exchange(tmp_path: Path) -> None:
    path = tmp_path / "gmsc.db"
    db = open_database(path, KEY, create=True)
    schema.migrations().apply(db, stop_before="0002_exchange")
    db.conn.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    db.conn.execute("PRAGMA user_version = 1")
    insert_visit(db)
    assert "bundle_in" not in db.table_names()
    now = bring_up_to_date(db, path, KEY, now=START)
    assert schema.version_of(now) == schema.SCHEMA_VERSION
    assert {"bundle_in", "received_revision", "quarantine"} <= set(now.table_names())
    assert now.conn.execute("SELECT count(*) FROM visit").fetchone() == (1,)
    with pytest.raises(driver().IntegrityError, match="append-only"):
        now.conn.execute("INSERT INTO bundle_in VALUES ('a', '', '', 1, '', '', '', '', '', '', 1, '', '')")
        now.conn.execute("DELETE FROM bundle_in")
    now.conn.close()


def test_a_vault_of_the_second_version_gets_the_register_of_awards(tmp_path: Path) -> None:
    path = tmp_path / "gmsc.db"
    db = open_database(path, KEY, create=True)
    schema.migrations().apply(db, stop_before="0003_awards")
    db.conn.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    db.conn.execute("PRAGMA user_version = 2")
    insert_visit(db)
    assert "award" not in db.table_names()
    now = bring_up_to_date(db, path, KEY, now=START)
    assert schema.version_of(now) == schema.SCHEMA_VERSION
    assert {"award", "certificate_print"} <= set(now.table_names())
    assert now.conn.execute("SELECT count(*) FROM visit").fetchone() == (1,)
    award = ("a", "1", "33.72", "Kota Surakarta", "kota", "33", "", "Smart Society", 2021, "", "", "", "[]", "", "")
    now.conn.execute(f"INSERT INTO award VALUES ({', '.join('?' * 15)})", award)
    now.conn.execute("INSERT INTO certificate_print VALUES ('p', 'a', 1, 'b', 'x.pdf', '', '')")
    with pytest.raises(driver().IntegrityError, match="append-only"):
        now.conn.execute("DELETE FROM certificate_print")
    with pytest.raises(driver().IntegrityError, match="UNIQUE"):
        now.conn.execute("INSERT INTO certificate_print VALUES ('q', 'a', 1, 'b', 'x.pdf', '', '')")
    now.conn.close()
