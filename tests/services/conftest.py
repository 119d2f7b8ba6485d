"""A vault with its services, a small instrument and a visit that uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import Vault
from tests.helpers import FixedClock, SeededIds
from tests.services.helpers import draft, write_instrument
from tests.services.vault_kit import Made, make


@pytest.fixture
def services(vault: Vault, clock: FixedClock, ids: SeededIds) -> Services:
    """The services of the open vault."""
    return build_services(vault, clock=clock, ids=ids)


@pytest.fixture
def small(services: Services, tmp_path: Path) -> str:
    """The hash of the small instrument, installed."""
    return services.instruments.install(write_instrument(tmp_path)).value.hash


@pytest.fixture
def visit(services: Services, small: str) -> Visit:
    """A new visit to Kota Surakarta with the small instrument."""
    return services.visits.create(draft(small)).value


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A closed vault and its recovery code."""
    return make(tmp_path / "brankas")
