"""Opening a vault, and every way in which it does not open: each with its own words, nothing changed."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from gmsc_desktop.domain.errors import (
    NotAVault,
    StorageError,
    VaultDamaged,
    VaultInUse,
    VaultNewer,
    VaultReadOnly,
    WrongPassphrase,
)
from gmsc_desktop.services.vaults import (
    Profile,
    check_vault,
    looks_like_vault,
)
from gmsc_desktop.store.schema import SCHEMA_VERSION
from tests.helpers import (
    PROFILE,
    SeededIds,
    open_folder,
    small_disk,
    unprivileged,
)
from tests.services.vault_kit import OTHER, Made, make, refused, reopen


@pytest.mark.parametrize("content", ["missing", "empty", "other"])
def test_a_folder_that_is_no_vault(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "bukan"
    if content != "missing":
        folder.mkdir()
    if content == "other":
        (folder / "foto.jpg").write_bytes(b"x")
    error = refused(folder, NotAVault)
    assert "no vault" in str(error)
    assert not looks_like_vault(folder)
    assert folder.exists() == (content != "missing")


def test_a_wrong_passphrase_and_then_the_right_one(made: Made) -> None:
    assert "passphrase is wrong" in str(refused(made[0], WrongPassphrase, OTHER))
    reopen(made[0]).close()


def test_a_missing_key_file(made: Made) -> None:
    (made[0] / "keys.json").unlink()
    assert "keys.json is missing" in str(refused(made[0], VaultDamaged))


@pytest.mark.parametrize("harm", ["empty", "cut", "flipped", "swapped"])
def test_a_damaged_key_file_is_not_called_a_wrong_passphrase(made: Made, harm: str) -> None:
    path = made[0] / "keys.json"
    data = path.read_bytes()
    document = json.loads(data)
    secret = document["passphrase"]["database"]["data"]
    harmed = {
        "empty": b"",
        "cut": data[: len(data) // 2],
        "flipped": data.replace(secret[:8].encode(), secret[:8].swapcase().encode()),
        "swapped": b"PK\x03\x04" + data,
    }[harm]
    assert harmed != data
    path.write_bytes(harmed)
    assert "passphrase is not at fault" in str(refused(made[0], VaultDamaged))
    # The way out that the message names works.
    shutil.copyfile(made[0] / "backups" / "keys.json", path)
    reopen(made[0]).close()


def test_a_newer_key_file(made: Made) -> None:
    path = made[0] / "keys.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": "gmsc-keys/2"}))
    assert "gmsc-keys/2" in str(refused(made[0], VaultNewer))


def test_a_missing_database(made: Made) -> None:
    (made[0] / "gmsc.db").unlink()
    assert "gmsc.db is missing" in str(refused(made[0], VaultDamaged))


def test_a_newer_database(made: Made) -> None:
    vault = reopen(made[0])
    vault.store.conn.execute("PRAGMA user_version = 99")
    vault.close()
    error = refused(made[0], VaultNewer)
    assert (error.params["found"], error.params["known"]) == (99, SCHEMA_VERSION)


@pytest.mark.parametrize("place", [0.0, 0.004, 0.3, 0.7, 0.999], ids=["salt", "header", "third", "later", "end"])
def test_a_damaged_database(made: Made, place: float) -> None:
    path = made[0] / "gmsc.db"
    data = bytearray(path.read_bytes())
    data[min(int(len(data) * place), len(data) - 1)] ^= 0x20
    path.write_bytes(data)
    error = refused(made[0], VaultDamaged)
    assert "gmsc.db is damaged" in str(error)
    assert error.kept == "The file was left as it is."


def test_a_database_cut_short(made: Made) -> None:
    path = made[0] / "gmsc.db"
    data = path.read_bytes()
    for size in (0, 100, 5_000, len(data) - 4096, len(data) - 1):
        path.write_bytes(data[:size])
        refused(made[0], VaultDamaged)


def test_another_vaults_database(made: Made, tmp_path: Path) -> None:
    other, _code = make(tmp_path / "lain", ids=SeededIds(5))
    shutil.copyfile(other / "gmsc.db", made[0] / "gmsc.db")
    refused(made[0], VaultDamaged)


def test_open_elsewhere(made: Made) -> None:
    vault = reopen(made[0])
    error = refused(made[0], VaultInUse)
    assert error.params["since"] == "2021-12-14 09:30"
    vault.close()
    vault.close()
    reopen(made[0]).close()


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_cannot_be_written_is_refused(what: str) -> None:
    with open_folder() as parent:
        folder, _code = make(parent / "brankas")
        with unprivileged(folder):
            target = folder if what == "folder" else folder / "gmsc.db"
            target.chmod(0o555 if what == "folder" else 0o444)
            error = refused(folder, VaultReadOnly)
            folder.chmod(0o755)
    assert "cannot be written" in str(error)
    assert "write-protected" in error.cure


@pytest.mark.parametrize("room", [0, 4_096, 32_768])
def test_a_full_disk_is_called_full_and_loses_nothing(tmp_path: Path, room: int) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk:
        folder, _code = make(disk / "brankas")
        with (disk / "isi").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(bytes(4096))
        os.truncate(disk / "isi", (disk / "isi").stat().st_size - room)
        whole = (folder / "gmsc.db").read_bytes()
        with pytest.raises(StorageError) as caught:
            reopen(folder)
        assert caught.value.template == "The disk is full."
        assert (folder / "gmsc.db").read_bytes() == whole
        (disk / "isi").unlink()
        vault = reopen(folder)
        assert check_vault(vault) == ()
        vault.close()


def test_after_a_crash_everything_confirmed_is_there(made: Made, tmp_path: Path) -> None:
    """The folder as a power cut leaves it: write-ahead log unmerged, lock file still naming its holder."""
    vault = reopen(made[0])
    vault.set_profile(Profile(name="Nama Baru"))
    crashed = tmp_path / "crashed"
    shutil.copytree(made[0], crashed)
    vault.close()
    assert (crashed / "gmsc.db-wal").stat().st_size > 0
    again = reopen(crashed)
    assert again.profile.name == "Nama Baru"
    assert check_vault(again) == ()
    again.close()


def test_a_copied_folder_is_a_vault(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made[0], tmp_path / "di stik")
    vault = reopen(tmp_path / "di stik")
    assert vault.profile == PROFILE
    vault.close()
