"""The whole job, done once for the tests that look at its results."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmsc_desktop.services.demo import DemoResult, run_demo
from gmsc_desktop.system import SystemClock, SystemIds


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    """What ``main.py demo`` makes; tests copy what they change."""
    out: Path = tmp_path_factory.mktemp("demo") / "out"
    return run_demo(out, clock=SystemClock(), ids=SystemIds())
