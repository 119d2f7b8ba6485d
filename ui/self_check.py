"""Does the window work in this installation? The window's part of ``--self-check``.

It opens the main window without a screen on a vault, goes through every page in both languages, and closes it; a
frozen program with a page, a typeface or a Qt part left out fails here, not in a regency.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QWidget

from gmsc_desktop.domain.ports import Clock, Ids
from gmsc_desktop.i18n import LANGUAGES, language
from gmsc_desktop.services.vaults import Profile, create_vault
from gmsc_desktop.system import SystemClock, SystemIds
from ui import theme
from ui.application import Application, make_application
from ui.main_window import MainWindow
from ui.pages_registry import ENTRIES
from ui.preferences import PreferenceFile

Report = Callable[[str, bool, str], None]
"""Told of each check: what it is, whether it passed, and details."""
PATIENCE = 60.0
"""Seconds a step may take before it counts as failed."""


def self_check(report: Report) -> bool:
    """Run every check of the window; True when all pass."""
    clock, ids = SystemClock(), SystemIds()
    with tempfile.TemporaryDirectory(prefix="gmsc-window-", ignore_cleanup_errors=True) as scratch:
        folder, passphrase = Path(scratch) / "vault", ids.token(16).hex()
        vault, _code = create_vault(folder, Profile("Pemeriksa"), passphrase, clock=clock, ids=ids)
        vault.close()
        app = make_application(preferences=PreferenceFile(Path(scratch) / "preferences.json"))
        fonts = theme.FAMILY in QFontDatabase.families()
        report("typeface", fonts, theme.FAMILY)
        problems = window_problems(app, folder, passphrase, clock=clock, ids=ids)
    report("window, every page in both languages", not problems, "; ".join(problems))
    return fonts and not problems


def window_problems(app: Application, folder: Path, passphrase: str, *, clock: Clock, ids: Ids) -> tuple[str, ...]:
    """What goes wrong when the vault in ``folder`` is opened in the main window and every page is shown."""
    window = MainWindow(app, clock=clock, ids=ids, folder=folder)
    window.resize(1366, 768)
    window.show()
    problems: list[str] = []
    window.tasks.failed.disconnect()
    window.tasks.failed.connect(lambda error: problems.append(str(error)))
    window.centralWidget().open(str(folder), passphrase)  # type: ignore[union-attr]
    _until(app, lambda: window.tasks.idle)
    if window.services is None:
        window.close()
        return (*problems, "the vault did not open")
    titles: dict[str, set[str]] = {}
    for code in LANGUAGES:
        window.speak(code)
        # The vault of the check is an assessor's.
        for entry in (entry for entry in ENTRIES if not entry.for_office):
            problems += _page_problems(app, window, entry.name)
            titles.setdefault(entry.name, set()).add(window.windowTitle())
    problems += [f"{name} is not translated" for name, found in titles.items() if len(found) != len(LANGUAGES)]
    window.close()
    if not _until(app, lambda: not window.isVisible()):
        problems.append("the window did not close")
    window.deleteLater()
    return tuple(problems)


def _page_problems(app: Application, window: MainWindow, name: str) -> list[str]:
    window.go(name)
    page = window.page(name)
    if page is None:
        return [f"{name} did not open ({language()})"]
    if not _until(app, lambda: window.tasks.idle):
        return [f"{name} did not come to rest ({language()})"]
    if page.grab().isNull() or not _texts(page):
        return [f"{name} shows nothing ({language()})"]
    return []


def _texts(page: QWidget) -> list[str]:
    return [found.text() for found in page.findChildren(QLabel) if found.text()]


def _until(app: Application, condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        app.qt.processEvents()
        time.sleep(0.005)
    return condition()
