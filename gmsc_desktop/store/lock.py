"""One instance per vault: an operating-system lock on a file in the folder.

The operating system drops the lock when its holder ends, however it ends, so a crash never leaves a vault locked.
The text in the file says who holds it; it is only for people, the lock itself is what counts.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from gmsc_desktop.domain.errors import N_, VaultInUse
from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.store.database import translating

NAME = "gmsc.lock"
FAR = 1 << 20
"""The byte that is locked on Windows, where a locked byte cannot be read: beyond the text."""


class VaultLock:
    """The hold on one vault; ``release`` lets go of it, the file stays."""

    def __init__(self, file: BinaryIO) -> None:
        self._file: BinaryIO | None = file

    def release(self) -> None:
        """Let go; a second time does nothing."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with file:
            file.truncate(0)
            _unlock(file)


def acquire(folder: Path, clock: Clock) -> VaultLock:
    """Hold the vault in ``folder``. Raises ``VaultInUse`` naming who has it since when, ``VaultReadOnly``."""
    path = folder / NAME
    with translating(path):
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+b")
        try:
            if not _try_lock(file):
                raise _in_use(file)
            file.truncate(0)
            file.seek(0)
            file.write(_holder(clock.now()))
            file.flush()
        except BaseException:
            file.close()
            raise
    return VaultLock(file)


@contextmanager
def holding(folder: Path, clock: Clock) -> Iterator[None]:
    """The vault is held for the length of the block."""
    lock = acquire(folder, clock)
    try:
        yield
    finally:
        lock.release()


def _holder(now: datetime) -> bytes:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user id without a name
        user = "?"
    holder = {
        "user": user,
        "computer": socket.gethostname(),
        "pid": os.getpid(),
        "since": now.isoformat("T", "seconds"),
    }
    return json.dumps(holder).encode()


def _in_use(file: BinaryIO) -> VaultInUse:
    cure = N_("Close it there first, then open it here.")
    kept = N_("Nothing was changed.")
    file.seek(0)
    try:
        holder = json.loads(file.read(4096))
        since = datetime.fromisoformat(holder["since"]).strftime("%Y-%m-%d %H:%M")
        user, computer = str(holder["user"]), str(holder["computer"])
    except (ValueError, KeyError, TypeError):
        # The holder has the lock and has not written its name yet.
        return VaultInUse(N_("The vault is open in another window of this program."), kept=kept, cure=cure)
    return VaultInUse(
        N_("The vault is open elsewhere: by {user} on {computer}, since {since}."),
        kept=kept,
        cure=cure,
        user=user,
        computer=computer,
        since=since,
    )


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: BinaryIO) -> bool:
        file.seek(FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: BinaryIO) -> None:
        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
