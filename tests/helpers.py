"""What tests share: a clock that stands where it is put, ids that repeat, a key derivation that costs nothing."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import NoReturn

import pytest

from gmsc_desktop.identity.keyfile import Kdf
from gmsc_desktop.services.vaults import Profile

WIB = timezone(timedelta(hours=7))
START = datetime(2021, 12, 14, 9, 30, tzinfo=WIB)
PASSPHRASE = "kata sandi yang panjang"
PROFILE = Profile(
    name="Dr. Sri Wahyuni, M.T.",
    nip="197503142005012001",
    title="Asesor",
    organisation="Universitas Sebelas Maret",
)
QUICK = Kdf(memory=8, passes=1, lanes=1)
"""A key derivation that takes no time; everything else about the key file is as it always is."""


class FixedClock:
    """Stands at ``at`` and moves by ``step`` at each look, so that times differ and repeat."""

    def __init__(self, at: datetime = START, step: timedelta = timedelta(seconds=1)) -> None:
        self.at = at
        self.step = step
        self.seconds = 1_000.0

    def now(self) -> datetime:
        self.at += self.step
        return self.at

    def monotonic(self) -> float:
        self.seconds += self.step.total_seconds()
        return self.seconds

    def forward(self, **by: float) -> None:
        """Move on by a ``timedelta``."""
        self.at += timedelta(**by)
        self.seconds += timedelta(**by).total_seconds()


class SeededIds:
    """UUIDv7-shaped ids and tokens that are the same in every run."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)
        self._count = 0

    def uuid7(self) -> str:
        self._count += 1
        value = (0x017DB6_000000 + self._count) << 80 | self._random.getrandbits(80)
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        text = f"{value:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    def token(self, size: int) -> bytes:
        return self._random.randbytes(size)


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` with its bytes, to say that nothing was changed."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@contextmanager
def unprivileged(*writable: Path) -> Iterator[None]:
    """Run the block as a user whom file permissions bind; ``writable`` and what lies below is handed to that user."""
    if os.name == "nt":
        pytest.skip("permissions work otherwise on Windows")
    if os.geteuid() != 0:
        yield
        return
    nobody = 65534
    for path in writable:
        for item in (path, *path.rglob("*")):
            os.chown(item, nobody, nobody)
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder every user can reach (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of ``size`` (as mount says it: ``1m``) at ``folder``; skips where none can be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system of our own can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def crashes(work: Callable[[], object]) -> Iterator[int]:
    """Run ``work`` again and again, each time in a process of its own that dies, as by a power cut to the program, at
    the next later file operation; yields the number of that operation after each death, and ends when ``work``
    once comes through. What the dead process left is for the caller to look at, and to clear away.

    Only Python's own file operations count; a death inside SQLite's is ``tests/e2e/test_kill.py``'s business.
    """
    if not hasattr(os, "fork"):
        pytest.skip("a process cannot be copied here")
    number = 0
    while True:
        child = os.fork()
        if not child:
            _run_until(work, number)
        _pid, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == DONE:
            return
        assert code == DIED, f"the work failed by itself before operation {number}"
        yield number
        number += 1


DIED, DONE, FAILED = 61, 62, 63
FILE_EVENTS = ("open", "os.", "shutil.", "tempfile.", "sqlite3.")


def _run_until(work: Callable[[], object], number: int) -> NoReturn:
    """In the copied process: work until the file operation ``number`` is about to happen."""
    left = [number]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(FILE_EVENTS) and not (event == "open" and str(arguments[0]).endswith((".py", ".pyc"))):
            if not left[0]:
                os._exit(DIED)
            left[0] -= 1

    code = FAILED
    try:
        sys.addaudithook(hook)
        work()
        code = DONE
    finally:
        if code == FAILED:
            traceback.print_exc()
        os._exit(code)


class _Disk:
    """How many more files may be made before the disk is full; None while it is not watched."""

    left: int | None = None
    watched = False


@contextmanager
def full_disk(after: int) -> Iterator[None]:
    """In the block a disk on which ``after`` more files, folders or names can be made, and then nothing any more;
    removing still works. What SQLite writes inside its own files is not counted."""
    if not _Disk.watched:
        sys.addaudithook(_refuse_when_full)
        _Disk.watched = True
    _Disk.left = after
    try:
        yield
    finally:
        _Disk.left = None


def _refuse_when_full(event: str, arguments: tuple[object, ...]) -> None:
    if _Disk.left is None:
        return
    making = event in ("os.mkdir", "os.rename") or (
        event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & os.O_CREAT)
    )
    if making:
        if _Disk.left <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        _Disk.left -= 1
