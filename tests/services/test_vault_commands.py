"""The vault's commands in a shell: check, backups, restore, rescue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gmsc_desktop.cli import run
from gmsc_desktop.i18n import language, set_language
from gmsc_desktop.services.vaults import Profile, Vault
from tests.helpers import PASSPHRASE

Arguments = list[str]


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    before = language()
    yield
    set_language(before)


@pytest.fixture
def arguments(vault: Vault, tmp_path: Path) -> Arguments:
    """Where the closed vault lies and which file holds its passphrase."""
    vault.set_profile(Profile(name="Nama Terbaru"))
    vault.close()
    secret = tmp_path / "frasa.txt"
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return ["--vault", str(vault.folder), "--passphrase-file", str(secret)]


def names(text: str) -> list[str]:
    return [line.split("\t")[0] for line in text.splitlines()]


def test_checking(arguments: Arguments, vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--language", "en", "check", "--files", *arguments]) == 0
    assert "intact" in capsys.readouterr().out
    (vault.folder / "gmsc.db").write_bytes(b"x" * 10_000)
    assert run(["--language", "en", "check", *arguments]) == 1
    assert "is damaged" in capsys.readouterr().err


def test_a_damaged_vault_is_rescued_and_restored(
    arguments: Arguments, vault: Vault, capsys: pytest.CaptureFixture[str]
) -> None:
    path = vault.folder / "gmsc.db"
    data = bytearray(path.read_bytes())
    data[:4096] = bytes(4096)
    path.write_bytes(data)
    assert run(["--language", "en", "rescue", *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "setting\t3\t0\t0" in lines
    assert run(["--language", "en", "backups", "--vault", str(vault.folder)]) == 0
    listed = names(capsys.readouterr().out)
    assert len(listed) == 2
    (rescued,) = (name for name in listed if "-rescue" in name)
    assert rescued in lines[-1]
    assert run(["--language", "en", "restore", *arguments, "--backup", rescued]) == 0
    assert "kept as" in capsys.readouterr().out
    assert run(["--language", "en", "check", "--files", *arguments]) == 0


def test_what_is_lost_is_told_by_the_exit_code(
    arguments: Arguments, vault: Vault, capsys: pytest.CaptureFixture[str]
) -> None:
    for copy in (vault.folder / "backups").glob("*.db"):
        copy.unlink()
    (vault.folder / "gmsc.db").write_bytes(bytes(50_000))
    assert run(["--language", "en", "rescue", *arguments]) == 1
    assert "lost for certain" in capsys.readouterr().err


def test_a_backup_that_is_not_there(arguments: Arguments, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--language", "en", "restore", *arguments, "--backup", "../../gmsc.db"]) == 1
    assert "no backup ../../gmsc.db" in capsys.readouterr().err
