"""Attack what reads a bundle for a while.

    python -m tests.fuzz [--seconds 60] [--seed N] [--only NAME] [--times N] [--memory MB]

Exit code 0 when nothing was found. What was found is told with the seed of the one attack, which ``--seed N --times 1``
plays again, and the traceback.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from gmsc_desktop.domain.errors import GmscError
from tests.fuzz.targets import Arena


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description="Random attacks on the readers of bundles."
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--times", type=int, default=0, help="attacks; instead of a time")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    parser.add_argument("--only", default="", help="one kind of attack")
    parser.add_argument("--memory", type=int, default=400, help="most MB of memory")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gmsc-fuzz-") as name:
        arena = Arena(Path(name))
        try:
            return run(arena, given)
        finally:
            arena.close()


def run(arena: Arena, given: argparse.Namespace) -> int:
    """Until the time is up or the count is reached."""
    attacks = arena.attacks()
    names = [given.only] if given.only else list(attacks)
    arena.office.receiving.plan((_first(arena),))
    if {"messages", "signed files"} & set(names):
        arena.exchange.earth.office.office.status()
    _limit(given.memory)
    done: Counter[str] = Counter()
    faults, number, end = 0, 0, time.monotonic() + given.seconds
    while (number < given.times) if given.times else (time.monotonic() < end):
        seed = given.seed + number
        name = Random(seed).choice(names)
        try:
            attacks[name](Random(f"{name}{seed}"))
        except GmscError:
            pass
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is a finding
            if isinstance(error, KeyboardInterrupt):
                break
            faults += 1
            print(f"FOUND by {name!r}, seed {seed}", flush=True)
            traceback.print_exc()
            if faults >= 20:
                break
        done[name] += 1
        number += 1
    peak = _peak()
    print(f"{number} attacks from seed {given.seed}: {dict(sorted(done.items()))}")
    print(f"refused for: {dict(sorted(arena.refused.items()))}; taken as they were: {arena.taken}")
    print(f"peak memory {peak} MB of {given.memory} MB; found: {faults}")
    return 1 if faults or peak > given.memory else 0


def _first(arena: Arena) -> Path:
    path = arena.folder / "pertama.gmsc"
    path.write_bytes(arena.small)
    return path


def _limit(memory: int) -> None:
    """No more address space than what is in use and ``memory``: what asks for more gets a MemoryError. The peak is
    counted from here on, since making an office takes memory on purpose."""
    if sys.platform != "linux":
        return
    import resource

    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + (memory << 20), resource.RLIM_INFINITY))
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """MB."""
    if sys.platform != "linux":
        return 0
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) >> 10


if __name__ == "__main__":
    raise SystemExit(main())
