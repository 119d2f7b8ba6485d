"""docs/database.md says what the program does: its examples are run, its lists compared."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from gmsc_desktop.identity.recovery import ALPHABET, parse_code
from gmsc_desktop.services.vaults import Vault
from gmsc_desktop.store.journal import Journal, entry_hash, vault_hash
from gmsc_desktop.store.schema import SCHEMA_VERSION
from tests.helpers import PASSPHRASE

PAGE = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")


def test_the_script_on_the_page_reads_a_vault(vault: Vault, tmp_path: Path) -> None:
    rows = vault.store.conn.execute("SELECT * FROM journal").fetchall()
    vault.close()
    (script,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    target = tmp_path / "plain.db"
    arguments = [sys.executable, "-c", script, str(vault.folder), PASSPHRASE, str(target)]
    subprocess.run(arguments, check=True, cwd=tmp_path)
    plain = sqlite3.connect(target)
    try:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert plain.execute("SELECT * FROM journal").fetchall() == rows
    finally:
        plain.close()


def test_every_table_and_column_is_described(db: Any) -> None:
    described = {name: columns.replace("\n", " ") for name, columns in re.findall(r"\*\*(\w+)\*\* \(([^)]*)\)", PAGE)}
    tables = [row[0] for row in db.conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for table in tables:
        if not table.startswith(("_", "sqlite_")):
            columns = [row[1] for row in db.conn.execute(f"PRAGMA table_info ({table})")]
            assert described.pop(table).split(", ") == columns, table
    assert not described


def test_the_example_of_the_journal() -> None:
    (line,) = (line.strip() for line in PAGE.splitlines() if line.startswith('    {"after"'))
    digest = hashlib.sha256(line.encode()).hexdigest()
    row = json.loads(line)
    assert rfc8785.dumps(row) == line.encode()
    assert entry_hash(row) == digest
    assert f"hash        {digest}" in PAGE
    (before,) = re.findall(r"With `([0-9a-f]{64})` as the `vault_hash`", PAGE)
    after = hashlib.sha256((before + digest).encode()).hexdigest()
    assert vault_hash(before, digest) == after
    assert f"vault_hash  {after}" in PAGE


def test_the_columns_the_hash_covers(journal: Journal) -> None:
    with journal.writing():
        entry = journal.write("setting", "kota", None, {"value": "Surakarta"}, "vault")
    names = [name for name in entry.__dataclass_fields__ if name not in ("seq", "hash", "vault_hash")]
    covered = rfc8785.dumps({name: getattr(entry, name) for name in names})
    assert hashlib.sha256(covered).hexdigest() == entry.hash


def test_the_key_file_has_the_documented_shape(vault: Vault) -> None:
    keys = json.loads((vault.folder / "keys.json").read_bytes())
    assert set(keys) == {"format", "vault", "passphrase", "recovery", "check"}
    for slot in (keys["passphrase"], keys["recovery"]):
        assert set(slot["kdf"]) == {"name", "memory_kib", "passes", "lanes", "salt"}
        assert [len(base64.b64decode(slot["database"][name])) for name in ("nonce", "data")] == [12, 48]
    check = keys.pop("check")
    assert hashlib.sha256(rfc8785.dumps(keys)).hexdigest() == check


def test_the_recovery_code_on_the_page() -> None:
    (code,) = re.findall(r"such as `([0-9A-Z-]{34})`", PAGE)
    value = 0
    for sign in code.replace("-", ""):
        value = value * 32 + ALPHABET.index(sign)
    secret = (value >> 12).to_bytes(16, "big")
    assert parse_code(code) == secret
    assert value & 0xFFF == int.from_bytes(hashlib.sha256(b"gmsc-recovery/1" + secret).digest()[:2], "big") >> 4


@pytest.mark.parametrize("fact", ["0x474D5343", f"user_version` the version of the tables, now {SCHEMA_VERSION}"])
def test_numbers_of_the_file(db: Any, fact: str) -> None:
    assert fact in PAGE
    assert db.conn.execute("PRAGMA application_id").fetchone() == (0x474D5343,)
    assert db.conn.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
