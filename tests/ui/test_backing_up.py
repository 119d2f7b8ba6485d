"""Backing up to a stick and bringing the vault back on a new laptop, in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from gmsc_desktop.services.app import Services
from gmsc_desktop.services.vaults import open_vault
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from ui.application import Application
from ui.backing_up import OutsideBackup
from ui.pages.welcome.page import WelcomePage
from ui.tasks import Tasks
from ui.widgets.messages import MessageDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
LONG = 30_000


def texts(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


@pytest.fixture
def backed_up(services: Services, tmp_path: Path) -> Path:
    """A backup on a stick; the vault it is of is closed."""
    stick = tmp_path / "stik"
    stick.mkdir()
    record = services.backup_bundles.write(stick, PASSPHRASE).value
    services.vault.close()
    return stick / record.file_name


def test_a_backup_goes_to_a_stick(
    qtbot: QtBot, app: Application, services: Services, tasks: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = OutsideBackup(services, tasks)
    qtbot.addWidget(card)
    card.show()
    card.refresh()
    qtbot.waitUntil(lambda: card.last.text() == "No backup outside this laptop yet.")
    card.write_to(tmp_path / "tidak-ada", PASSPHRASE)
    qtbot.waitUntil(lambda: "There is no folder" in card.banner.text(), timeout=LONG)
    card.write_to(tmp_path, PASSPHRASE)
    qtbot.waitUntil(lambda: card.banner.text().startswith("gmsc-cadangan-"), timeout=LONG)
    (file,) = tmp_path.glob("*.gmsc")
    qtbot.waitUntil(lambda: card.last.text().startswith("The last:"))
    asked: list[str] = []

    def again(dialog: MessageDialog) -> int:
        asked.extend(dialog.paragraphs)
        dialog.chosen = 1
        return 1

    monkeypatch.setattr(MessageDialog, "exec", again)
    card.write_to(tmp_path, PASSPHRASE)
    qtbot.waitUntil(lambda: len(list(tmp_path.glob("*.gmsc"))) == 2, timeout=LONG)
    assert file.name in asked[0]
    qtbot.waitUntil(lambda: tasks.idle)


def test_a_vault_comes_back_and_opens(
    qtbot: QtBot, app: Application, tasks: Tasks, clock: FixedClock, ids: SeededIds, tmp_path: Path, backed_up: Path
) -> None:
    page = WelcomePage(app, tasks, clock=clock, ids=ids)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    assert page.first is not None
    page.first.back_button.click()
    form = page.bringing
    assert form is not None
    form.go_on()
    assert "Choose a backup or a folder." in texts(form)
    form.take((backed_up,))
    form.folder.setText(str(tmp_path / "baru"))
    form.passphrase.line.setText("salah sekali frasanya")
    form.go_on()
    qtbot.waitUntil(lambda: "does not open the vault" in texts(form), timeout=LONG)
    assert not (tmp_path / "baru").exists()
    form.passphrase.line.setText(PASSPHRASE)
    form.go_on()
    qtbot.waitUntil(lambda: form.report is not None, timeout=LONG)
    assert "Everything is back" in texts(form) and str(tmp_path / "baru") in texts(form)
    with qtbot.waitSignal(page.opened, timeout=LONG) as opened:
        form.open_button.click()
    services = opened.args[0]
    assert services.vault.folder == tmp_path / "baru"
    services.vault.close()


def test_by_recovery_code(
    qtbot: QtBot, app: Application, services: Services, tasks: Tasks, clock: FixedClock, ids: SeededIds, tmp_path: Path
) -> None:
    code = services.vault.new_recovery_code(PASSPHRASE)
    record = services.backup_bundles.write(tmp_path, PASSPHRASE).value
    services.vault.close()
    page = WelcomePage(app, tasks, clock=clock, ids=ids)
    qtbot.addWidget(page)
    page.show()
    page.show_bring_back()
    form = page.bringing
    assert form is not None
    form.take((tmp_path / record.file_name,))
    form.folder.setText(str(tmp_path / "baru"))
    form.way.set_value("code")
    form.code.setText(code)
    form.new.first.line.setText("kalimat baru untuk laptop baru")
    form.new.second.line.setText("kalimat baru untuk laptop baru")
    form.go_on()
    qtbot.waitUntil(lambda: form.report is not None, timeout=LONG)
    open_vault(tmp_path / "baru", "kalimat baru untuk laptop baru", clock=clock, ids=ids).close()


def test_what_a_crash_cut_short_is_said_at_the_next_start(
    qtbot: QtBot, app: Application, tasks: Tasks, clock: FixedClock, ids: SeededIds, tmp_path: Path
) -> None:
    app.preferences.change(vaults=(str(tmp_path / "lama"),))
    (tmp_path / ".baru.gmsc-restore").mkdir()
    page = WelcomePage(app, tasks, clock=clock, ids=ids)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: "was cut short" in texts(page), timeout=LONG)
    assert not (tmp_path / ".baru.gmsc-restore").exists()


def test_home_warns_before_a_certificate_ends(app: Application) -> None:
    from datetime import UTC, date, datetime

    from ui.pages.home.steps import next_steps

    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert not any(step.action == "Renew" for step in next_steps((), None, now, date(2026, 12, 31)))
    assert not any(step.action == "Renew" for step in next_steps((), None, now))
    near = next_steps((), None, now, date(2026, 4, 1))[0]
    assert near.action == "Renew" and "1 April 2026" in near.text and near.page == "sync"
    assert "ended" in next_steps((), None, now, date(2026, 3, 1))[0].text


def test_home_asks_for_a_backup_outside_the_laptop(app: Application, services: Services, tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from tests.services.helpers import draft, write_instrument
    from ui.pages.home.steps import outside_step

    small = services.instruments.install(write_instrument(tmp_path)).value.hash
    services.visits.create(draft(small))
    rows, now = services.visits.list(), datetime(2026, 3, 30, tzinfo=UTC)
    assert outside_step((), None, now) == ()
    assert outside_step(rows, now - timedelta(days=3), now) == ()
    assert "no backup outside" in outside_step(rows, None, now)[0].text
    assert outside_step(rows, now - timedelta(days=15), now)[0].place == "backups"
    services.vault.close()
