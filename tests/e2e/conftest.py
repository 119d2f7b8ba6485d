"""What the tests of whole exchanges share."""

from __future__ import annotations

import pytest

from tests.e2e.every_kind import Every, make_every


@pytest.fixture(scope="session")
def every(tmp_path_factory: pytest.TempPathFactory) -> Every:
    """A bundle of every kind."""
    return make_every(tmp_path_factory.mktemp("tukar"))
