"""Fixtures for all tests: a fixed clock, seeded ids, and an open vault of a known assessor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from gmsc_desktop.services.vaults import Vault, create_vault
from tests.helpers import PASSPHRASE, PROFILE, QUICK, FixedClock, SeededIds

if TYPE_CHECKING:
    from gmsc_desktop.services.demo import DemoResult


# A slow or busy machine is no defect; the gate looks at the same examples every time.
settings.register_profile(
    "gmsc", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("gmsc")


@pytest.fixture
def clock() -> FixedClock:
    """A clock that starts on 14 December 2021 in the morning."""
    return FixedClock()


@pytest.fixture
def ids() -> SeededIds:
    """Ids that are the same in every run."""
    return SeededIds()


@pytest.fixture
def vault(tmp_path: Path, clock: FixedClock, ids: SeededIds) -> Iterator[Vault]:
    """An open vault of Dr. Sri Wahyuni, M.T.; its passphrase is ``helpers.PASSPHRASE``."""
    vault, _code = create_vault(tmp_path / "brankas", PROFILE, PASSPHRASE, clock=clock, ids=ids, kdf=QUICK)
    yield vault
    vault.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    """The whole job, done once for the tests that look at its results; they copy what they change."""
    from gmsc_desktop.services.demo import run_demo
    from gmsc_desktop.system import SystemClock, SystemIds

    return run_demo(tmp_path_factory.mktemp("demo") / "out", clock=SystemClock(), ids=SystemIds())
