"""Starts a command of ``gmsc_desktop/cli.py``."""

from __future__ import annotations

import sys

from gmsc_desktop.cli import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
