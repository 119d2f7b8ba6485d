"""Bundles dropped anywhere on the window, or opened with a double click, show their plan; nothing is taken by that."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.exchange import Outcome
from gmsc_desktop.domain.verdict import Reason
from gmsc_desktop.services.receiving import FilePlan
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from tests.services.exchange_kit import World, bundle, revision, trust_kit_office, world
from ui import arriving
from ui.application import Application
from ui.arriving import Arriving, hand_over, receivable
from ui.main_window import MainWindow
from ui.pages.sync.planlist import FILES_SHOWN, PlanList

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def earth(tmp_path: Path, app: Application) -> Iterator[World]:
    with world(tmp_path / "dunia") as made:
        yield made


def drop(window: QWidget, *paths: Path) -> bool:
    """Drop files onto the middle of a window; whether they were taken."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, no = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(window.rect().center(), action, mime, button, no)
    QApplication.sendEvent(window, entering)
    if not entering.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(window.rect().center()), action, mime, button, no))
    return True


def test_what_is_dropped_before_unlocking_waits_and_then_shows_its_plan(
    qtbot: QtBot, app: Application, earth: World
) -> None:
    trust_kit_office(earth.office)
    path = bundle(earth.stick, "paket.gmsc", (revision(1, None, "Balai Kota"),))
    earth.office.vault.close()
    window = MainWindow(app, clock=FixedClock(), ids=SeededIds(9), folder=earth.root / "kantor")
    qtbot.addWidget(window)
    window.show()
    other = earth.stick / "foto.jpg"
    other.write_bytes(b"x")
    assert not drop(window, other), "only bundles and folders are for the window"
    assert drop(window, path)
    assert window.arriving.waiting == (path,)
    window.centralWidget().open(str(earth.root / "kantor"), PASSPHRASE)  # type: ignore[attr-defined]

    def plan() -> object:
        page = window.page("sync")
        return page.receiving.dialog if page is not None else None  # type: ignore[attr-defined]

    qtbot.waitUntil(lambda: plan() is not None, timeout=60_000)
    assert [each.path for each in plan().plans] == [path]  # type: ignore[attr-defined]
    assert window.services is not None and window.services.receiving.history() == ()
    assert window.arriving.waiting == ()
    plan().reject()  # type: ignore[attr-defined]
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)


def test_a_second_start_hands_its_file_to_the_open_window(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"gmsc-uji-{tmp_path.name}"
    monkeypatch.setattr(arriving, "_name", lambda: name)
    assert not hand_over((tmp_path,)), "nobody listens yet"
    window, came = QWidget(), []
    qtbot.addWidget(window)
    watcher = Arriving(window, lambda: True, came.append)
    watcher.listen()
    path = tmp_path / "paket.gmsc"
    path.write_bytes(b"x")
    # A process of its own, as a double click starts one: a window that waits for an answer cannot give one.
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication; from ui import arriving\n"
        f"app = QCoreApplication([]); arriving._name = lambda: {name!r}\n"
        "sys.exit(0 if arriving.hand_over((Path(sys.argv[1]), Path(sys.argv[2]))) else 1)\n"
    )
    root = Path(__file__).resolve().parents[2]
    second = subprocess.Popen([sys.executable, "-c", code, str(path), str(tmp_path / "lain.txt")], cwd=root)
    qtbot.waitUntil(lambda: bool(came), timeout=60_000)
    assert came == [(path,)]
    assert second.wait(timeout=60) == 0


def test_bundles_pieces_and_folders_are_receivable(tmp_path: Path) -> None:
    names = ("a.gmsc", "a.gmsc.001-003", ".a.gmsc.12.part", ".b.gmsc", "a.txt")
    found = receivable([tmp_path, *(tmp_path / name for name in names)])
    assert [path.name for path in found] == [tmp_path.name, "a.gmsc", "a.gmsc.001-003"]


def test_hundreds_of_files_are_looked_at_by_outcome(qtbot: QtBot, app: Application) -> None:
    refused = Reason("form", False, "The bundle is damaged.", {})
    plans = [
        FilePlan(Path(f"{n}.gmsc"), f"{n:064x}", 1, refused=refused if n < 3 else None, known=n >= 3)
        for n in range(300)
    ]
    shown = PlanList(plans, {})
    qtbot.addWidget(shown)
    assert shown.shown == FILES_SHOWN
    assert [button.text() for button in shown.filters.values()] == ["All files: 300", "Refused: 3", "Known: 297"]
    shown.filters[Outcome.REFUSED].click()
    assert shown.shown == 3 and shown.filters[Outcome.REFUSED].isChecked()
    shown.filters[None].click()
    assert shown.shown == FILES_SHOWN
