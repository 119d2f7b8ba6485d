"""None survives PySide6 6.12 on Python 3.11 (see ``ui/__init__.py``)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_many_calls_that_return_nothing_do_not_end_the_interpreter() -> None:
    script = "import ui\nfrom PySide6.QtCore import QObject\nfor _ in range(50_000): QObject().setObjectName('x')\n"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
