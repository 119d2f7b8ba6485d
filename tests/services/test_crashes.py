"""The program dies at each file operation in turn: the vault is the one before or the one after, never a half one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from gmsc_desktop.domain.errors import WrongPassphrase
from gmsc_desktop.services.backups import BackupService, backups_of, restore_backup
from gmsc_desktop.services.rescue import rescue_vault
from gmsc_desktop.services.vaults import (
    Profile,
    Vault,
    check_vault,
    create_vault,
    looks_like_vault,
    open_vault,
)
from gmsc_desktop.store import schema
from gmsc_desktop.store.backups import check_backup
from gmsc_desktop.store.database import open_database
from gmsc_desktop.store.migrating import bring_up_to_date
from tests.helpers import PASSPHRASE, PROFILE, QUICK, START, FixedClock, SeededIds, crashes

OTHER = "kalimat lain yang juga panjang"
LEAST = 5
"""So many file operations each of these takes at least; fewer would mean that the crashes are not seen."""


def make(folder: Path) -> Vault:
    return create_vault(folder, PROFILE, PASSPHRASE, clock=FixedClock(), ids=SeededIds(), kdf=QUICK)[0]


def reopen(folder: Path, passphrase: str = PASSPHRASE) -> Vault:
    vault = open_vault(folder, passphrase, clock=FixedClock(), ids=SeededIds(9))
    # What was half-written is gone as soon as the vault is open again.
    left = [path for place in (folder, folder / "backups") for path in place.iterdir() if path.is_file()]
    assert all(path.name.endswith((".db", ".db-wal", ".db-shm", "keys.json", "gmsc.lock")) for path in left), left
    return vault


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A closed vault to copy for each crash."""
    folder = tmp_path / "model"
    make(folder).close()
    return folder


def fresh(model: Path) -> Path:
    """The folder the crashing work is done in, as it was."""
    folder = model.with_name("brankas")
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(model, folder)
    return folder


def test_making_a_vault(tmp_path: Path) -> None:
    folder = tmp_path / "baru" / "brankas"
    died = seen = 0
    for died in crashes(lambda: make(folder)):
        if looks_like_vault(folder):
            seen += 1
            vault = reopen(folder)
            assert vault.profile == PROFILE
            assert check_vault(vault) == ()
            vault.close()
            shutil.rmtree(folder.parent)
        else:
            assert not folder.exists()
            if died % 4 == 0:
                # The next try clears away what the dead one left.
                make(folder).close()
                assert [path.name for path in folder.parent.iterdir()] == ["brankas"]
                shutil.rmtree(folder.parent)
    assert died > LEAST
    assert seen > 0


def test_changing_the_passphrase(model: Path) -> None:
    folder = fresh(model)

    def change() -> None:
        vault = reopen(folder)
        vault.change_passphrase(PASSPHRASE, OTHER)
        vault.close()

    outcomes = set()
    for died in crashes(change):
        try:
            reopen(folder).close()
            outcomes.add("old")
        except WrongPassphrase:
            reopen(folder, OTHER).close()
            outcomes.add("new")
        fresh(model)
        assert died < 500
    assert outcomes == {"old", "new"}


def test_restoring(model: Path) -> None:
    vault = reopen(model)
    backup = BackupService(vault).make().value.path
    vault.set_profile(Profile(name="Yang Terbaru"))
    vault.close()
    folder = fresh(model)

    def restore() -> None:
        (chosen,) = (item for item in backups_of(folder) if item.path.name == backup.name)
        restore_backup(folder, chosen, PASSPHRASE, clock=FixedClock())

    names = set()
    for _died in crashes(restore):
        again = reopen(folder)
        names.add(again.profile.name)
        assert check_vault(again) == ()
        again.close()
        fresh(model)
    assert names == {PROFILE.name, "Yang Terbaru"}


def test_closing_with_a_backup(model: Path) -> None:
    folder = fresh(model)

    def change_and_close() -> None:
        vault = reopen(folder)
        vault.set_profile(Profile(name="Yang Terbaru"))
        vault.close()

    names = set()
    for _died in crashes(change_and_close):
        again = reopen(folder)
        names.add(again.profile.name)
        assert check_vault(again) == ()
        for backup in backups_of(folder):
            check_backup(backup.path, again._secret)
        again.close()
        fresh(model)
    assert names == {PROFILE.name, "Yang Terbaru"}


def test_bringing_the_tables_up_to_date(model: Path) -> None:
    vault = reopen(model)
    key, rows = vault._secret, vault.store.journal.vault_head()[0]
    vault.close()
    folder = fresh(model)

    def migrate() -> None:
        steps = schema.migrations()

        @steps(name="9999_test")
        def _second(db: Any) -> None:
            db.conn.execute("ALTER TABLE visit ADD COLUMN weather TEXT NOT NULL DEFAULT ''")

        path = folder / "gmsc.db"
        db = bring_up_to_date(
            open_database(path, key), path, key, now=START, steps=steps, known=schema.SCHEMA_VERSION + 1
        )
        db.conn.close()

    versions = set()
    for _died in crashes(migrate):
        db = open_database(folder / "gmsc.db", key)
        version = schema.version_of(db)
        versions.add(version)
        columns = [row[1] for row in db.conn.execute("PRAGMA table_info (visit)")]
        assert ("weather" in columns) == (version > schema.SCHEMA_VERSION)
        assert db.conn.execute("SELECT count(*) FROM journal").fetchone() == (rows,)
        db.conn.close()
        fresh(model)
    assert versions == {schema.SCHEMA_VERSION, schema.SCHEMA_VERSION + 1}


def test_rescuing(model: Path) -> None:
    damaged = bytearray((model / "gmsc.db").read_bytes())
    damaged[:64] = bytes(64)
    (model / "gmsc.db").write_bytes(damaged)
    folder = fresh(model)
    before = len(backups_of(folder))
    found = set()
    for _died in crashes(lambda: rescue_vault(folder, PASSPHRASE, clock=FixedClock(), ids=SeededIds(3))):
        assert (folder / "gmsc.db").read_bytes() == damaged
        found.add(len(backups_of(folder)) - before)
        fresh(model)
    assert found == {0, 1}
