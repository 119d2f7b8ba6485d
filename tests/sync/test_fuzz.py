"""A few hundred attacks of ``python -m tests.fuzz``, the same in every run; the long form is that command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="files in use cannot be removed there")
def test_random_attacks_find_nothing() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--times", "250", "--seed", "2021"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "found: 0" in done.stdout
