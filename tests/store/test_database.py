"""Opening the encrypted database, writing whole or not at all, and what its errors say."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gmsc_desktop.domain.errors import (
    GmscError,
    NotAVault,
    StorageError,
    VaultDamaged,
    VaultInUse,
    VaultReadOnly,
    WrongPassphrase,
)
from gmsc_desktop.store import schema
from gmsc_desktop.store.database import check, open_database, writing
from gmsc_desktop.store.journal import Journal
from gmsc_desktop.store.pages import read_image
from tests.helpers import open_folder, small_disk, unprivileged
from tests.store.conftest import KEY, write_rows


def test_the_key_and_only_the_key_opens_it(db: Any, tmp_path: Path) -> None:
    path = tmp_path / "gmsc.db"
    db.conn.execute("INSERT INTO setting VALUES ('kota', 'Surakarta')")
    db.conn.close()
    before = path.read_bytes()
    with pytest.raises(WrongPassphrase):
        open_database(path, bytes(32))
    assert path.read_bytes() == before
    assert b"Surakarta" not in before
    again = open_database(path, KEY)
    assert again.conn.execute("SELECT value FROM setting").fetchall() == [("Surakarta",)]
    again.conn.close()


def test_a_key_of_another_size_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        open_database(tmp_path / "x.db", bytes(16), create=True)


def test_no_file_is_no_vault_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(NotAVault):
        open_database(tmp_path / "gmsc.db", KEY)
    assert list(tmp_path.iterdir()) == []


def test_what_every_connection_has(db: Any) -> None:
    pragmas = {
        name: db.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_failed_block_leaves_nothing(db: Any) -> None:
    with pytest.raises(RuntimeError), writing(db):
        db.conn.execute("INSERT INTO setting VALUES ('a', '1')")
        raise RuntimeError
    with writing(db):
        db.conn.execute("INSERT INTO setting VALUES ('b', '2')")
        with pytest.raises(RuntimeError), writing(db):
            db.conn.execute("INSERT INTO setting VALUES ('c', '3')")
            raise RuntimeError
    assert db.conn.execute("SELECT key FROM setting").fetchall() == [("b",)]


def test_a_full_disk_is_said_and_earlier_rows_stay(db: Any, journal: Journal, tmp_path: Path) -> None:
    write_rows(journal, 20)
    pages = db.conn.execute("PRAGMA page_count").fetchone()[0]
    db.conn.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StorageError) as caught:
        write_rows(journal, 2_000, start=20)
    assert caught.value.template == "The disk is full."
    assert caught.value.kept == "Nothing that was already saved is lost."
    assert db.conn.execute("SELECT count(*) FROM setting").fetchone() == (20,)
    db.conn.execute(f"PRAGMA max_page_count = {pages * 100}")
    write_rows(journal, 3, start=20)
    assert journal.verify() is None
    check(db)


def test_a_really_full_disk(tmp_path: Path, clock: Any, ids: Any) -> None:
    """The same on a file system of one megabyte, where this machine lets us make one."""
    with small_disk(tmp_path / "disk", "1m") as disk:
        db = open_database(disk / "gmsc.db", KEY, create=True)
        schema.apply(db, schema.migrations())
        journal = Journal(db, clock, ids, device="laptop", who="x")
        written = 0
        with pytest.raises(StorageError) as caught:
            while written < 100_000:
                write_rows(journal, 50, start=written)
                written += 50
        assert caught.value.template == "The disk is full."
        assert db.conn.execute("SELECT count(*) FROM setting").fetchone() == (written,)
        assert journal.verify() is None
        db.conn.close()
        again = open_database(disk / "gmsc.db", KEY)
        assert again.conn.execute("SELECT count(*) FROM setting").fetchone() == (written,)
        again.conn.close()


def test_another_writer_is_named_as_such(db: Any, tmp_path: Path) -> None:
    other = open_database(tmp_path / "gmsc.db", KEY)
    other.conn.execute("PRAGMA busy_timeout = 1")
    db.conn.execute("BEGIN IMMEDIATE")
    with pytest.raises(VaultInUse), writing(other):
        other.conn.execute("INSERT INTO setting VALUES ('a', '1')")
    db.conn.execute("ROLLBACK")
    other.conn.close()


def test_a_read_only_file_is_refused() -> None:
    with open_folder() as folder:
        path = folder / "gmsc.db"
        open_database(path, KEY, create=True).conn.close()
        path.chmod(0o444)
        with unprivileged(), pytest.raises(VaultReadOnly):
            open_database(path, KEY)


@pytest.mark.parametrize("where", [0.3, 0.6, 0.99])
def test_damage_in_the_middle_is_found(journal: Journal, db: Any, tmp_path: Path, where: float) -> None:
    write_rows(journal, 500)
    db.conn.close()
    path = tmp_path / "gmsc.db"
    data = bytearray(path.read_bytes())
    data[int(len(data) * where)] ^= 1
    path.write_bytes(data)
    with pytest.raises(VaultDamaged) as caught:
        again = open_database(path, KEY)
        try:
            check(again, path)
        finally:
            again.conn.close()
    assert "HMAC verification failed for page" in str(caught.value)
    assert path.read_bytes() == bytes(data)


@pytest.mark.parametrize("data", [b"", b"short", b"not a database " * 500, b"SQLite format 3\0" + bytes(4080)])
def test_files_that_are_something_else(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "gmsc.db"
    path.write_bytes(data)
    with pytest.raises(GmscError) as caught:
        open_database(path, KEY)
    assert isinstance(caught.value, (WrongPassphrase, VaultDamaged))
    assert path.read_bytes() == data


def test_public_cryptography_reads_the_file(journal: Journal, db: Any, tmp_path: Path) -> None:
    """AES-256-CBC page by page, as docs/database.md describes it, gives a database stock SQLite opens."""
    write_rows(journal, 300)
    image = read_image(tmp_path / "gmsc.db", KEY)
    assert image.bad == frozenset()
    plain = bytearray(image.data)
    plain[18:20] = b"\x01\x01"
    stock = sqlite3.connect(":memory:")
    stock.deserialize(bytes(plain))
    assert stock.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert stock.execute("SELECT * FROM setting").fetchall() == db.conn.execute("SELECT * FROM setting").fetchall()
    stock.close()


def test_the_sqlcipher_shell_opens_it(journal: Journal, db: Any, tmp_path: Path) -> None:
    shell = shutil.which("sqlcipher")
    if shell is None:
        pytest.skip("no sqlcipher here")
    version = subprocess.run([shell, ":memory:", "PRAGMA cipher_version;"], capture_output=True, text=True, check=True)
    if not version.stdout.strip().startswith("4"):
        pytest.skip(f"sqlcipher {version.stdout.strip()} is older than the format")
    write_rows(journal, 7)
    db.conn.close()
    script = f"PRAGMA key = \"x'{KEY.hex()}'\";\nSELECT count(*) FROM setting;\n"
    done = subprocess.run([shell, str(tmp_path / "gmsc.db")], input=script, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "7"
