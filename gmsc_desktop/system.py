"""The real clock and the real source of ids, made once at the edge and handed in."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
from pathlib import Path
from typing import TextIO

from gmsc_desktop.domain.errors import N_, InvalidInput


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The wall clock in the local zone."""
        # Imported when it is asked for: the first window does not ask, and should open fast.
        from datetime import datetime

        return datetime.now().astimezone()

    def monotonic(self) -> float:
        """Seconds since some moment of this run of the machine."""
        return time.monotonic()


class SystemIds:
    """Ids from the clock and the operating system's random source."""

    def uuid7(self) -> str:
        """A UUIDv7: 48 bits of Unix milliseconds, then random (RFC 9562, section 5.7)."""
        stamp = time.time_ns() // 1_000_000
        tail = int.from_bytes(os.urandom(10), "big")
        value = (stamp & (1 << 48) - 1) << 80 | tail
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        text = f"{value:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    def token(self, size: int) -> bytes:
        """``size`` random bytes."""
        return os.urandom(size)


def new_private_file(path: Path) -> TextIO:
    """Open a file that did not exist for writing a secret, readable by its owner only.

    Raises ``InvalidInput`` when it exists or cannot be made: a secret never replaces what lies there.
    """
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
    except OSError as error:
        raise InvalidInput(N_("The recovery file {path} cannot be written anew."), path=path) from error
