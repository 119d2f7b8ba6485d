"""One instance per vault, and a crash that leaves no vault locked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gmsc_desktop.domain.errors import VaultInUse, VaultReadOnly
from gmsc_desktop.store.lock import NAME, acquire, holding
from tests.helpers import FixedClock, open_folder, unprivileged

HOLDER = """
import sys
from pathlib import Path
from gmsc_desktop.store.lock import acquire
from tests.helpers import FixedClock
lock = acquire(Path(sys.argv[1]), FixedClock())
print("held", flush=True)
sys.stdin.read()
"""


def start_holder(folder: Path) -> subprocess.Popen[str]:
    """Another program that holds the vault until its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate()


def test_another_program_is_kept_out_and_told_who_has_it(tmp_path: Path) -> None:
    process = start_holder(tmp_path)
    try:
        with pytest.raises(VaultInUse) as caught:
            acquire(tmp_path, FixedClock())
    finally:
        end(process)
    assert caught.value.params["since"] == "2021-12-14 09:30"
    assert caught.value.params["computer"]
    assert caught.value.params["user"]
    acquire(tmp_path, FixedClock()).release()


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_after_a_crash_the_vault_is_free_at_once(tmp_path: Path) -> None:
    process = start_holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    end(process)
    assert (tmp_path / NAME).read_text().startswith("{"), "what the dead program wrote still stands there"
    lock = acquire(tmp_path, FixedClock())
    lock.release()
    assert (tmp_path / NAME).read_bytes() == b""


def test_the_same_program_cannot_open_it_twice(tmp_path: Path) -> None:
    with holding(tmp_path, FixedClock()), pytest.raises(VaultInUse):
        acquire(tmp_path, FixedClock())
    with holding(tmp_path, FixedClock()):
        pass


def test_releasing_twice_lets_go_once(tmp_path: Path) -> None:
    first = acquire(tmp_path, FixedClock())
    first.release()
    second = acquire(tmp_path, FixedClock())
    first.release()
    with pytest.raises(VaultInUse):
        acquire(tmp_path, FixedClock())
    second.release()


def test_a_holder_that_has_not_written_its_name(tmp_path: Path) -> None:
    lock = acquire(tmp_path, FixedClock())
    (tmp_path / NAME).write_bytes(b"")
    with pytest.raises(VaultInUse, match="another window"):
        acquire(tmp_path, FixedClock())
    lock.release()


def test_a_folder_that_cannot_be_written_is_said_so() -> None:
    with open_folder() as folder:
        vault = folder / "brankas"
        vault.mkdir()
        vault.chmod(0o555)
        with unprivileged(), pytest.raises(VaultReadOnly):
            acquire(vault, FixedClock())
        assert list(vault.iterdir()) == []
