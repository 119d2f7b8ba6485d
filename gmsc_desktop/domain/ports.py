"""What the outside hands in: time, new ids, and a way to report progress."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; the program never asks the operating system itself."""

    def now(self) -> datetime:
        """The wall clock, aware of its zone."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never runs backwards within one run of the machine."""
        ...


class Ids(Protocol):
    """Makes new identifiers."""

    def uuid7(self) -> str:
        """A UUIDv7 (RFC 9562, section 5.7) in lower-case hyphenated form."""
        ...

    def token(self, size: int) -> bytes:
        """``size`` bytes fit to be a key."""
        ...


class Progress(Protocol):
    """Told how far long work is. Raises ``Cancelled`` when the person asked to stop."""

    def __call__(self, done: int, total: int, text: str = "") -> None:
        """``done`` of ``total`` units; ``text`` is a translated line for the person."""
        ...


def no_progress(done: int, total: int, text: str = "") -> None:
    """A ``Progress`` for work nobody watches."""
