"""Every measurement of speed and size, as ratios against something measured in the same run.

    python -m tests.bench [NAME ...]

Each module here offers ``measure()``: name, what was measured, and the bar of the design (section 11).
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Run the chosen benches, or all; print a line each; exit 1 when a bar is missed."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    missed = 0
    for name in found:
        if names and name not in names:
            continue
        for what, value, bar in importlib.import_module(f"tests.bench.{name}").measure():
            met = value <= bar
            missed += not met
            print(f"{'met   ' if met else 'MISSED'}  {value:8.2f}  bar {bar:6.2f}  {name}: {what}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
