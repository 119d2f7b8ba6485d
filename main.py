"""Starts the window, or a command of ``gmsc_desktop/cli.py``."""

from __future__ import annotations

import gc
import sys


def main(arguments: list[str]) -> int:
    """Without a command the window opens, with ``--vault FOLDER`` over that vault; bundles named alone, as by a double
    click, are received in it."""
    if not sys.flags.utf8_mode:
        for stream in (sys.stdout, sys.stderr):
            # A frozen window has no streams; a Windows console may not know every letter of a name.
            if stream is not None and hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")
    if "--self-check" in arguments:
        return self_check()
    if arguments and arguments[0] != "--vault" and not all(_is_bundle(each) for each in arguments):
        from gmsc_desktop.cli import run

        return run(arguments)
    # Collecting garbage while hundreds of types are being made only costs time; the window turns it on again.
    gc.disable()
    from ui.application import run_window

    return run_window(arguments)


def _is_bundle(argument: str) -> bool:
    """Whether an argument is a bundle's file, or a piece of one: no command is called like that."""
    from pathlib import Path

    path = Path(argument)
    return ".gmsc" in path.name and path.is_file()


def self_check() -> int:
    """Check that this installation works, the window included; prints one line for each check."""
    import os

    from gmsc_desktop.services.self_check import self_check as check_core
    from gmsc_desktop.system import SystemClock, SystemIds

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.self_check import self_check as check_window

    def report(what: str, passed: bool, detail: str) -> None:
        print(f"{'ok  ' if passed else 'FAIL'} {what}{f': {detail}' if detail else ''}", flush=True)

    passed = [check_core(report, clock=SystemClock(), ids=SystemIds()), check_window(report)]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
