"""What the tests of the windows share: a worker that is closed at the end, a language that is put back, the application
with preferences of its own, and the services of a real vault."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.vaults import Vault
    from tests.helpers import FixedClock, SeededIds
    from ui.application import Application
    from ui.tasks import Tasks

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
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


@pytest.fixture
def app(qapp: object, tmp_path: Path) -> Iterator[Application]:
    """The application in English, since the texts of the code are what the tests look for."""
    from ui.application import make_application
    from ui.preferences import PreferenceFile

    preferences = PreferenceFile(tmp_path / "config" / "preferences.json")
    preferences.change(language="en", appearance="light")
    made = make_application(preferences=preferences)
    made.use_look()
    yield made
    made.qt.setStyleSheet("")
    made.leave()


@pytest.fixture
def services(vault: Vault, clock: FixedClock, ids: SeededIds) -> Services:
    from gmsc_desktop.services.app import build_services

    return build_services(vault, clock=clock, ids=ids)


@pytest.fixture(autouse=True)
def _errors_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question or error nobody expected fails the test instead of waiting for an answer for ever."""
    from ui.widgets.messages import MessageDialog

    def answered(dialog: MessageDialog) -> int:
        raise AssertionError(f"{dialog.windowTitle()}: {dialog.paragraphs}")

    monkeypatch.setattr(MessageDialog, "exec", answered)
