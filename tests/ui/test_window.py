"""From the first start to closing: welcome, unlocking, recovery, navigation, language, saving, locking."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.visit import Mode, Person, Role, VisitDraft
from gmsc_desktop.i18n import language
from gmsc_desktop.services.regions import RegionService
from gmsc_desktop.services.vaults import create_vault, open_vault
from tests.helpers import PASSPHRASE, PROFILE, QUICK, FixedClock, SeededIds
from ui.application import Application
from ui.main_window import MainWindow
from ui.pages.welcome.page import WelcomePage
from ui.pages_registry import ENTRIES
from ui.recovery import CodeCard

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
LONG = 30_000
NEW = "nasi goreng pagi hari"


@pytest.fixture
def folder(tmp_path: Path, clock: FixedClock, ids: SeededIds) -> Path:
    """A closed vault with one visit."""
    from gmsc_desktop.services.app import build_services

    vault, code = create_vault(tmp_path / "brankas", PROFILE, PASSPHRASE, clock=clock, ids=ids, kdf=QUICK)
    region = RegionService().find("33.72")[0]
    lead = Person(PROFILE.name, PROFILE.nip, PROFILE.title, PROFILE.organisation, Role.LEAD)
    day = clock.now().date()
    draft = VisitDraft(region, 2021, "Tahap II", day, day, "Balai Kota", Mode.ON_SITE, (lead,))
    build_services(vault, clock=clock, ids=ids).visits.create(draft)
    vault.close()
    (tmp_path / "code.txt").write_text(code)
    return tmp_path / "brankas"


@pytest.fixture
def make(qtbot: QtBot, app: Application, clock: FixedClock, ids: SeededIds) -> Iterator[object]:
    made: list[MainWindow] = []

    def build(folder: Path | None = None) -> MainWindow:
        window = MainWindow(app, clock=clock, ids=ids, folder=folder)
        window.resize(1366, 768)
        window.show()
        made.append(window)
        return window

    yield build
    for window in made:
        window.close()
        qtbot.waitUntil(lambda window=window: not window.isVisible(), timeout=LONG)
        window.deleteLater()


def _welcome(window: MainWindow) -> WelcomePage:
    page = window.centralWidget()
    assert isinstance(page, WelcomePage)
    return page


def _unlocked(qtbot: QtBot, window: MainWindow, passphrase: str = PASSPHRASE) -> MainWindow:
    form = _welcome(window).unlock
    assert form is not None
    qtbot.keyClicks(form.passphrase.line, passphrase)
    qtbot.keyClick(form.passphrase.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.services is not None and window.tasks.idle, timeout=LONG)
    return window


def _texts(widget: QWidget) -> list[str]:
    return [found.text() for found in widget.findChildren(QLabel) if found.isVisible()]


def test_the_first_start_makes_a_vault_that_opens_again(
    qtbot: QtBot, make, app: Application, tmp_path: Path, clock: FixedClock, ids: SeededIds
) -> None:
    window = make()
    first = _welcome(window).first
    assert first is not None
    qtbot.keyClick(first.new_button, Qt.Key.Key_Return)
    first.go_on(1)
    assert first.steps.step() == 1 and "Enter your name with degrees." in _texts(first)
    qtbot.keyClicks(first.name, "Dr. Sri Wahyuni, M.T.")
    qtbot.keyClicks(first.nip, "123")
    first.go_on(1)
    assert first.steps.step() == 1
    first.nip.setText("197503142005012001")
    # Return fills the page from top to bottom: reports and the certificate name what would have been passed over.
    qtbot.keyClick(first.nip, Qt.Key.Key_Return)
    assert first.steps.step() == 1 and window.focusWidget() is first.position
    qtbot.keyClicks(first.position, "Dosen")
    qtbot.keyClick(first.position, Qt.Key.Key_Return)
    qtbot.keyClick(first.organisation, Qt.Key.Key_Return)
    assert first.steps.step() == 2
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    first.folder.setText(str(tmp_path / "full"))
    first.go_on(2)
    assert first.steps.step() == 2
    first.folder.setText(str(tmp_path / "baru"))
    qtbot.keyClick(first.folder, Qt.Key.Key_Return)
    assert first.steps.step() == 3
    first.passphrase.first.line.setText("short")
    first.go_on(3)
    assert any("too short" in text for text in _texts(first))
    first.passphrase.first.line.setText(NEW)
    first.passphrase.second.line.setText(NEW + "x")
    first.go_on(3)
    assert "The two passphrases are not the same." in _texts(first)
    first.passphrase.second.line.setText(NEW)
    first.go_on(3)
    qtbot.waitUntil(lambda: bool(window.findChildren(CodeCard)), timeout=LONG)
    card = window.findChildren(CodeCard)[0]
    code = card.code.text()
    card.save_to(tmp_path / "code.txt")
    assert code in (tmp_path / "code.txt").read_text(encoding="utf-8")
    assert not card.finish.isEnabled()
    card.confirm.click()
    card.finish.click()
    qtbot.waitUntil(lambda: window.services is not None and window.tasks.idle, timeout=LONG)
    assert app.preferences.value.vaults == (str(tmp_path / "baru"),)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    vault = open_vault(tmp_path / "baru", NEW, clock=clock, ids=ids)
    assert (vault.profile.name, vault.profile.nip) == ("Dr. Sri Wahyuni, M.T.", "197503142005012001")
    assert vault.profile.language == "en"
    vault.close()


def test_a_wrong_passphrase_says_so_and_the_right_one_opens(qtbot: QtBot, make, folder: Path) -> None:
    window = make(folder)
    form = _welcome(window).unlock
    assert form is not None
    form.open_button.click()
    assert "Enter the passphrase." in _texts(form)
    qtbot.keyClicks(form.passphrase.line, "not the right one at all")
    form.open_button.click()
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
    assert any(text.startswith("This passphrase does not open the vault.") for text in _texts(form))
    assert window.services is None
    form.passphrase.clear()
    _unlocked(qtbot, window)
    page = window.page("home")
    assert page is not None and "Kota Surakarta" in [row.title for row in page.going.rows()]


def test_the_recovery_code_opens_and_sets_a_new_passphrase(
    qtbot: QtBot, make, folder: Path, tmp_path: Path, clock: FixedClock, ids: SeededIds
) -> None:
    window = make(folder)
    form = _welcome(window).unlock
    assert form is not None
    form.forgot.click()
    form.code.setText("WRONG-CODE")
    form.new.first.line.setText(NEW)
    form.new.second.line.setText(NEW)
    form.recover_button.click()
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
    assert any("recovery code" in text for text in _texts(form)) and window.services is None
    form.code.setText((tmp_path / "code.txt").read_text())
    form.recover_button.click()
    qtbot.waitUntil(lambda: window.services is not None, timeout=LONG)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    open_vault(folder, NEW, clock=clock, ids=ids).close()


def test_a_folder_that_is_no_vault_and_one_in_use_are_told(
    qtbot: QtBot, make, folder: Path, tmp_path: Path, clock: FixedClock, ids: SeededIds
) -> None:
    window = make(tmp_path / "nothing")
    page = _welcome(window)
    page.open(str(tmp_path / "nothing"), PASSPHRASE)
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
    assert page.unlock is not None and "There is no vault" in page.unlock.banner.text()
    other = open_vault(folder, PASSPHRASE, clock=clock, ids=ids)
    page.open(str(folder), PASSPHRASE)
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
    assert page.unlock.banner.text() != "" and window.services is None
    other.close()


def test_a_damaged_vault_is_repaired_from_its_window(
    qtbot: QtBot, make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.restoring import RestoreDialog
    from ui.widgets.messages import MessageDialog

    chosen: list[tuple[str, ...]] = []

    def choose(dialog: MessageDialog) -> int:
        texts = tuple(button.text() for button in dialog.findChildren(QPushButton))
        chosen.append(texts)
        dialog.chosen = 1
        return 1

    def answer(dialog: RestoreDialog) -> int:
        dialog.passphrase.line.setText(PASSPHRASE)
        dialog._accept()
        return dialog.result()

    monkeypatch.setattr(MessageDialog, "exec", choose)
    monkeypatch.setattr(RestoreDialog, "exec", answer)
    damaged = b"not a database at all" * 1000
    (folder / "gmsc.db").write_bytes(damaged)
    for name in ("gmsc.db-wal", "gmsc.db-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "keys.json").write_text("{}")
    window = make(folder)
    form = _welcome(window).unlock
    assert form is not None and not form.repair_button.isVisible()
    for expected in ("Put the &key file back", "Put a &backup back…"):
        form.passphrase.line.setText(PASSPHRASE)
        form.open_button.click()
        qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
        assert form.repair_button.isVisible() and window.services is None
        form.repair_button.click()
        qtbot.waitUntil(lambda: window.tasks.idle and not form.repair_button.isVisible(), timeout=LONG)
        assert chosen[-1][1] == expected
    assert any(path.read_bytes() == damaged for path in folder.glob("*") if path.is_file())
    form.passphrase.clear()
    _unlocked(qtbot, window)
    assert "Kota Surakarta" in [row.title for row in window.page("home").going.rows()]


def test_every_page_opens_by_its_shortcut(qtbot: QtBot, make, folder: Path) -> None:
    window = _unlocked(qtbot, make(folder))
    for number, entry in enumerate((entry for entry in ENTRIES if not entry.for_office), 1):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
        assert window.page() is window.page(entry.name) is not None
        assert window.windowTitle().startswith(entry.title)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.page("settings").place() == "help"


class _Windows(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(repr(watched))
        return False


def test_no_other_window_appears_for_a_moment(qtbot: QtBot, make, app: Application, folder: Path) -> None:
    window = make(folder)
    seen = _Windows()
    app.qt.installEventFilter(seen)
    try:
        _unlocked(qtbot, window)
        for entry in ENTRIES:
            window.go(entry.name)
            qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
        window.go("visits", "new")
        qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
    finally:
        app.qt.removeEventFilter(seen)
    assert seen.seen == []


def test_the_status_bar_tells_when_something_was_saved(qtbot: QtBot, make, folder: Path) -> None:
    window = _unlocked(qtbot, make(folder))
    services = window.services
    assert services is not None
    window.tasks.submit(lambda: services.visits.archive(services.visits.list()[0].visit.id))
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
    assert any(text.startswith("Saved ") and text.count(":") == 2 for text in _texts(window.statusBar()))


def test_the_language_changes_everything_and_the_place_stays(
    qtbot: QtBot, make, app: Application, folder: Path
) -> None:
    window = _unlocked(qtbot, make(folder))
    window.go("settings", "look")
    window.page("settings").look.language_chosen.emit("id")
    qtbot.waitUntil(lambda: language() == "id" and window.tasks.idle, timeout=LONG)
    page = window.page()
    assert page is window.page("settings") and page.place() == "look"
    assert app.preferences.value.language == "id"
    assert window.windowTitle() != "Settings — GMSC Desktop"


def test_zoom_builds_the_window_anew(qtbot: QtBot, make, app: Application, folder: Path) -> None:
    window = _unlocked(qtbot, make(folder))
    window.go("settings", "look")
    before = window.page("settings")
    look = before.look
    look.zoom.set_value("150")
    look.zoom.activated.emit(look.zoom.currentIndex())
    qtbot.waitUntil(lambda: window.page("settings") is not before, timeout=LONG)
    assert window.font().pointSizeF() == 16.5
    app.preferences.change(zoom=100)
    app.use_look()


@pytest.mark.qt_log_ignore("Keyboard event not accepted", extend=True)  # the window is disabled by the key it got
def test_locking_closes_the_vault_and_asks_again(
    qtbot: QtBot, make, folder: Path, clock: FixedClock, ids: SeededIds
) -> None:
    window = _unlocked(qtbot, make(folder))
    window.go("visits")
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), WelcomePage), timeout=LONG)
    open_vault(folder, PASSPHRASE, clock=clock, ids=ids).close()
    _unlocked(qtbot, window)
    assert window.page() is window.page("home")


def test_closing_asks_while_long_work_runs(qtbot: QtBot, make, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = _unlocked(qtbot, make(folder))
    go_on, asked = threading.Event(), []
    answers = iter((False, True))

    def ask(_parent: QWidget, title: str, *_texts: str, **_options: bool) -> bool:
        asked.append(title)
        return next(answers)

    monkeypatch.setattr("ui.widgets.messages.ask", ask)
    job = window.tasks.submit_long(lambda _progress: go_on.wait(20))
    window.close()
    assert window.isVisible() and window.services is not None and not job.cancelled
    window.close()
    assert job.cancelled
    go_on.set()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert len(asked) == 2


def test_a_visit_opens_and_the_way_back_leads_to_it(qtbot: QtBot, make, folder: Path) -> None:
    window = _unlocked(qtbot, make(folder))
    window.page("home").going.opened.emit(window.page("home").going.current())
    qtbot.waitUntil(lambda: window.page("assessment") is not None and window.tasks.idle, timeout=LONG)
    window.page("assessment").closed.emit()
    qtbot.waitUntil(lambda: window.page() is window.page("visits") and window.tasks.idle, timeout=LONG)
    assert window.page("visits").listing.current() != ""


def test_what_was_typed_just_before_closing_is_stored(
    qtbot: QtBot, make, folder: Path, clock: FixedClock, ids: SeededIds
) -> None:
    from gmsc_desktop.domain.answers import Facet
    from gmsc_desktop.services.app import build_services

    window = _unlocked(qtbot, make(folder))
    services = window.services
    assert services is not None
    visit_id = services.visits.list()[0].visit.id
    window.open_visit(visit_id)
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
    page = window.page("assessment")
    by_path = page.desk.instrument.by_path
    key = next(k for k in page.desk.asked() if k in by_path and by_path[k].scored)
    page.go(key)
    qtbot.waitUntil(lambda: page.questions.card is not None and page.questions.card.key == key, timeout=LONG)
    qtbot.keyClicks(page.questions.card.note, "Forum bertemu 4 kali")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    vault = open_vault(folder, PASSPHRASE, clock=clock, ids=ids)
    session = build_services(vault, clock=clock, ids=ids).visits.open(visit_id).session
    assert session.sheet().get(key, Facet.NOTE) == "Forum bertemu 4 kali"
    vault.close()


def test_a_particular_to_mend_leads_to_its_form(qtbot: QtBot, make, folder: Path) -> None:
    window = _unlocked(qtbot, make(folder))
    visit_id = window.services.visits.list()[0].visit.id
    window.open_visit(visit_id)
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
    window.page("assessment").go_to.emit("visits", visit_id)
    qtbot.waitUntil(lambda: window.page() is window.page("visits") and window.tasks.idle, timeout=LONG)
    form = window.page("visits").form
    assert form is not None and form.visit_id == visit_id


def test_everything_that_can_be_pressed_has_a_name(qtbot: QtBot, make, folder: Path) -> None:
    window = _unlocked(qtbot, make(folder))
    for name in ("home", "visits", "settings"):
        window.go(name)
        qtbot.waitUntil(lambda: window.tasks.idle, timeout=LONG)
        page = window.page(name)
        nameless = [b for b in page.findChildren(QPushButton) if b.isVisible() and not (b.text() or b.accessibleName())]
        assert nameless == [], name


def test_nothing_heavy_is_loaded_when_the_first_window_is_painted(tmp_path: Path, folder: Path) -> None:
    script = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from ui.application import make_application
from ui.main_window import MainWindow
from gmsc_desktop.system import SystemClock, SystemIds
class Window(MainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.tell)
    def tell(self):
        heavy = {"reportlab", "pyhanko", "pikepdf", "cryptography", "openpyxl", "pyxform", "lxml", "sqlite_utils",
                 "sqlcipher3", "PIL", "pyrage"}
        ours = {"services", "forms", "identity", "documents", "sync", "store", "office"}
        parts = [name.split(".") for name in sys.modules]
        inner = {part[1] for part in parts if part[0] == "gmsc_desktop" and part[1:]}
        print(sorted(heavy & {part[0] for part in parts} | ours & inner))
        app.qt.exit(0)
app = make_application()
window = Window(app, clock=SystemClock(), ids=SystemIds(), folder=Path(sys.argv[1]) if sys.argv[1:] else None)
window.show()
app.qt.exec()
"""
    import os

    environment = {**os.environ, "GMSC_CONFIG": str(tmp_path / "c"), "QT_QPA_PLATFORM": "offscreen"}
    root = Path(__file__).parents[2]
    for arguments in ([], [str(folder)]):
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def test_the_self_check_of_the_window_finds_nothing_wrong_here(
    qtbot: QtBot, app: Application, folder: Path, clock: FixedClock, ids: SeededIds
) -> None:
    from ui.self_check import window_problems

    known = {f"{entry.name} is not translated" for entry in ENTRIES}
    assert set(window_problems(app, folder, PASSPHRASE, clock=clock, ids=ids)) <= known
    assert window_problems(app, folder, "wrong passphrase here", clock=clock, ids=ids)
