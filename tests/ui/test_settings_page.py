"""Settings: profile, passphrase, recovery code, look, backups, certificate, help."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.errors import WrongPassphrase
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.backups import Backup
from gmsc_desktop.services.vaults import Vault, open_vault, recover_vault
from tests.helpers import PASSPHRASE, PROFILE, FixedClock, SeededIds
from ui.application import Application
from ui.main_window import MainWindow
from ui.pages.settings.certificate import grouped
from ui.pages.settings.help import HelpSection, title
from ui.pages.settings.page import SettingsPage
from ui.pages.welcome.page import WelcomePage
from ui.preferences import PreferenceFile, Preferences
from ui.restoring import RestoreDialog
from ui.tasks import Tasks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
NEW = "nasi goreng pagi hari"


@pytest.fixture
def page(qtbot: QtBot, app: Application, services: Services, tasks: Tasks) -> SettingsPage:
    made = SettingsPage(services, tasks, app)
    made.resize(1200, 700)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: tasks.idle)
    return made


def _rest(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.idle, timeout=30_000)


def test_the_profile_is_corrected(qtbot: QtBot, page: SettingsPage, tasks: Tasks, vault: Vault) -> None:
    section = page.profile
    assert (section.name.text(), section.nip.text()) == (PROFILE.name, PROFILE.nip)
    section.nip.setText("12")
    section.save.click()
    _rest(qtbot, tasks)
    assert vault.profile == PROFILE and section._nip_row.error() != ""
    section.nip.setText("")
    section.position.setText("Asesor Utama")
    section.save.click()
    _rest(qtbot, tasks)
    assert (vault.profile.nip, vault.profile.title) == ("", "Asesor Utama")
    assert section.banner.text() == "Saved."


def test_the_passphrase_is_changed(qtbot: QtBot, page: SettingsPage, tasks: Tasks, vault: Vault) -> None:
    section = page.security
    page.show_place("security")
    for line in (section.new.first.line, section.new.second.line):
        line.setText(NEW)
    section.old.line.setText("not the present one")
    section.change.click()
    _rest(qtbot, tasks)
    assert section._old_row.error() == "This is not the present passphrase."
    vault.check_passphrase(PASSPHRASE)
    section.old.line.setText(PASSPHRASE)
    section.change.click()
    _rest(qtbot, tasks)
    vault.check_passphrase(NEW)
    with pytest.raises(WrongPassphrase):
        vault.check_passphrase(PASSPHRASE)
    assert section.old.text() == section.new.text() == ""


def test_a_new_recovery_code_must_be_kept(
    qtbot: QtBot,
    page: SettingsPage,
    tasks: Tasks,
    vault: Vault,
    clock: FixedClock,
    ids: SeededIds,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page.show_place("security")
    section = page.security
    section.passphrase.line.setText(PASSPHRASE)
    section.make.click()
    qtbot.waitUntil(lambda: section.code is not None, timeout=30_000)
    card = section.code
    assert card is not None
    code = card.code.text()
    monkeypatch.setattr("ui.pages.settings.security.ask", lambda *_texts, **_options: False)
    assert not page.may_leave()
    card.confirm.click()
    card.finish.click()
    assert page.may_leave() and section.make.isVisible()
    vault.close()
    recover_vault(vault.folder, code, NEW, clock=clock, ids=ids).close()


def test_backups_are_made_and_listed(qtbot: QtBot, page: SettingsPage, tasks: Tasks, services: Services) -> None:
    page.show_place("backups")
    _rest(qtbot, tasks)
    assert page.backups.inside.nothing.isVisible() or page.backups.inside.list.rows()
    before = len(services.backups.list())
    page.backups.inside.make.click()
    _rest(qtbot, tasks)
    assert len(services.backups.list()) == before + 1 == len(page.backups.inside.list.rows())
    assert page.backups.inside.banner.text().startswith("Backed up at ")


def test_a_backup_is_put_back_through_the_window(
    qtbot: QtBot,
    app: Application,
    vault: Vault,
    services: Services,
    clock: FixedClock,
    ids: SeededIds,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services.backups.make()
    kept = vault.profile
    import dataclasses

    vault.set_profile(dataclasses.replace(kept, title="Entered after the backup"))
    vault.close()
    window = MainWindow(app, clock=clock, ids=ids, folder=vault.folder)
    window.show()
    welcome = window.centralWidget()
    assert isinstance(welcome, WelcomePage)
    welcome.open(str(vault.folder), PASSPHRASE)
    qtbot.waitUntil(lambda: window.services is not None and window.tasks.idle, timeout=30_000)
    window.go("settings", "backups")
    qtbot.waitUntil(lambda: window.tasks.idle)
    section = window.page("settings").backups
    manual = next(each for each in section.inside._backups if each.reason == "manual")
    section.inside.list.set_current(str(manual.path))

    def answer(dialog: RestoreDialog) -> int:
        dialog.passphrase.line.setText(PASSPHRASE)
        dialog._accept()
        return dialog.result()

    monkeypatch.setattr(RestoreDialog, "exec", answer)
    section.inside.put_back.click()
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), WelcomePage) and window.tasks.idle, timeout=30_000)
    restored = window.centralWidget()
    assert isinstance(restored, WelcomePage) and restored.unlock is not None
    assert restored.unlock.banner.text().startswith("The backup has been put back.")
    window.close()
    again = open_vault(vault.folder, PASSPHRASE, clock=clock, ids=ids)
    assert again.profile == kept
    again.close()


def test_the_dialog_for_a_backup_wants_the_passphrase(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    from tests.helpers import START

    dialog = RestoreDialog(None, (Backup(tmp_path / "a.db", START, 5_000_000, "manual"),))
    qtbot.addWidget(dialog)
    dialog._accept()
    assert dialog.result() == 0 and dialog._row.error() == "Enter the passphrase."
    assert dialog.chosen().path == tmp_path / "a.db"
    assert dialog.list.rows()[0].subtitle == "Made by hand  ·  5.0 MB"


def test_the_certificate_is_shown_and_saved(
    qtbot: QtBot, page: SettingsPage, tasks: Tasks, vault: Vault, tmp_path: Path
) -> None:
    page.show_place("certificate")
    _rest(qtbot, tasks)
    shown = [found.text() for found in page.certificate.findChildren(QLabel)]
    assert grouped(vault.certificate_fingerprint) in shown and PROFILE.name in " ".join(shown)
    page.certificate.save_to(tmp_path / "me.pem")
    from cryptography import x509

    assert x509.load_pem_x509_certificate((tmp_path / "me.pem").read_bytes()) == vault.certificate
    page.certificate.save_to(tmp_path / "nowhere" / "me.pem")
    assert "could not be saved" in page.certificate.banner.text()


def test_appearance_is_in_force_at_once_and_remembered(page: SettingsPage, app: Application) -> None:
    page.look.appearance.set_value("dark")
    page.look.appearance.activated.emit(0)
    assert app.qt.palette().window().color().lightness() < 128
    assert app.preferences.value.appearance == "dark"
    app.preferences.change(appearance="light")
    app.use_look()


def test_the_manual_is_shown_chapter_by_chapter(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    (tmp_path / "01-mulai.md").write_text("# Memulai\n\nLangkah pertama. Lihat [berikut](02-isi.md).\n", "utf-8")
    (tmp_path / "02-isi.md").write_text("# Mengisi penilaian\n\nAngka memilih tingkat.\n", "utf-8")
    section = HelpSection(tmp_path)
    qtbot.addWidget(section)
    assert [row.title for row in section.list.rows()] == ["Memulai", "Mengisi penilaian"]
    assert title(tmp_path / "02-isi.md") == "Mengisi penilaian"
    assert "Langkah pertama" in section.text.toPlainText()
    from PySide6.QtCore import QUrl

    section.text.anchorClicked.emit(QUrl("02-isi.md"))
    assert "Angka memilih tingkat" in section.text.toPlainText()


def test_preferences_survive_and_a_damaged_file_means_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "preferences.json"
    file = PreferenceFile(path)
    assert file.value == Preferences()
    file.keep(file.value.with_vault(tmp_path / "a").with_vault(tmp_path / "b").with_vault(tmp_path / "a"))
    file.change(language="en", zoom=125)
    again = PreferenceFile(path).value
    assert (again.language, again.zoom, again.vaults) == ("en", 125, (str(tmp_path / "a"), str(tmp_path / "b")))
    for damaged in ("", "[]", "{", '{"zoom": "x"}', '{"language": 5}'):
        path.write_text(damaged)
        assert PreferenceFile(path).value.language == "id"
