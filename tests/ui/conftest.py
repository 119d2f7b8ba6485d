"""What the tests of the windows share: a worker that is closed at the end, and a language that is put back."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def tasks(qapp: object) -> Iterator[object]:
    from ui.tasks import Tasks

    made = Tasks()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    from gmsc_desktop.i18n import language, set_language

    before = language()
    yield
    set_language(before)
