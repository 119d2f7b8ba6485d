"""The pages for signed papers, bundles and verification, on a vault the demo made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.i18n import set_language
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.demo import DemoResult
from gmsc_desktop.services.vaults import Vault, open_vault
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import FixedClock, SeededIds
from ui.pages.documents import DocumentsPage
from ui.pages.sync import SyncPage
from ui.pages.verify import VerifyPage
from ui.tasks import Tasks
from ui.widgets.labels import label
from ui.widgets.pdfviewer import print_pdf


@pytest.fixture
def filled(demo: DemoResult, tmp_path: Path) -> Iterator[Services]:
    """The services of a copy of the demo's vault."""
    clock, ids = SystemClock(), SystemIds()
    folder = shutil.copytree(demo.vault, tmp_path / "vault")
    vault = open_vault(folder, passphrase(demo), clock=clock, ids=ids)
    yield build_services(vault, clock=clock, ids=ids)
    vault.close()


@pytest.fixture
def fresh(vault: Vault, clock: FixedClock, ids: SeededIds) -> Services:
    return build_services(vault, clock=clock, ids=ids)


@pytest.fixture(autouse=True)
def _indonesian() -> None:
    set_language("id")


def passphrase(demo: DemoResult) -> str:
    return demo.passphrase_file.read_text(encoding="utf-8").strip()


def settled(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.idle, timeout=20_000)


def test_documents_are_listed_and_shown_page_by_page(
    qtbot: QtBot, filled: Services, tasks: Tasks, demo: DemoResult
) -> None:
    page = DocumentsPage(filled, tasks)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    page.refresh()
    settled(qtbot, tasks)
    assert page.list.total == 1
    assert page.shown is not None
    assert page.shown.region == "Kota Surakarta"
    assert page.viewer.page_count > 10
    assert page.viewer.page.text() == "1"
    page.viewer.page.setText("3")
    qtbot.keyClick(page.viewer.page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.viewer.view.pageNavigator().currentPage() == 2)
    page.viewer.page.setText("tiga ratus")
    qtbot.keyClick(page.viewer.page, Qt.Key.Key_Return)
    assert page.viewer.page.text() == "3"
    page.search.setText("bandung")
    assert page.list.rowCount() == 0
    assert page.count.text() == "0 dari 1 dokumen"
    page.search.setText("surakarta 2026")
    assert page.list.rowCount() == 1


def test_document_is_saved_byte_for_byte_and_verified(
    qtbot: QtBot, filled: Services, tasks: Tasks, demo: DemoResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = DocumentsPage(filled, tasks)
    qtbot.addWidget(page)
    page.refresh()
    settled(qtbot, tasks)
    target = tmp_path / "laporan.pdf"
    page.save_to(target)
    settled(qtbot, tasks)
    assert target.read_bytes() == demo.report.read_bytes()
    assert str(target) in page.banner.text()
    page.save_to(tmp_path / "no such folder" / "laporan.pdf")
    settled(qtbot, tasks)
    assert page.banner.property("tone") == "error"
    seen = []
    monkeypatch.setattr(page, "_verdict", seen.append)
    page.verify()
    settled(qtbot, tasks)
    assert seen[0].signers[0].intact


def test_document_is_printed(qtbot: QtBot, demo: DemoResult, tmp_path: Path) -> None:
    document = QPdfDocument()
    document.load(str(demo.report))
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setFromTo(1, 2)
    assert print_pdf(document, printer)
    printed = QPdfDocument()
    printed.load(str(tmp_path / "printed.pdf"))
    assert printed.pageCount() == 2


def test_empty_library_says_what_to_do(qtbot: QtBot, fresh: Services, tasks: Tasks) -> None:
    page = DocumentsPage(fresh, tasks)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    settled(qtbot, tasks)
    assert page.empty.isVisible()
    assert not page.save_button.isEnabled()


def test_bundle_is_written_and_recorded(
    qtbot: QtBot, filled: Services, tasks: Tasks, demo: DemoResult, tmp_path: Path
) -> None:
    page = SyncPage(filled, tasks)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    settled(qtbot, tasks)
    (line,) = page.outbox.lines
    assert line.box.isChecked()
    stick = tmp_path / "stick"
    stick.mkdir()
    page.write_to(page.outbox.chosen(), stick, passphrase(demo))
    settled(qtbot, tasks)
    (written,) = stick.iterdir()
    assert written.name in page.banner.text()
    newest = filled.exports.history()[0]
    assert newest.file_name == written.name
    assert newest.sequence == 2
    settled(qtbot, tasks)
    assert page.history.count() == 3


def test_bundle_needs_a_visit_and_a_folder(
    qtbot: QtBot, filled: Services, tasks: Tasks, demo: DemoResult, tmp_path: Path
) -> None:
    page = SyncPage(filled, tasks)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    settled(qtbot, tasks)
    chosen = page.outbox.chosen()
    page.outbox.lines[0].box.setChecked(False)
    page.write()
    assert page.banner.property("tone") == "warning"
    page.write_to(chosen, tmp_path / "pulled out", passphrase(demo))
    settled(qtbot, tasks)
    assert "pulled out" in page.banner.text()
    assert len(filled.exports.history()) == 1


def test_wrong_passphrase_is_asked_again(
    qtbot: QtBot, filled: Services, tasks: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = SyncPage(filled, tasks)
    qtbot.addWidget(page)
    asked: list[str] = []
    monkeypatch.setattr("ui.pages.sync.page.ask_passphrase", lambda *given: asked.append(given[-1]))
    page.write_to(tuple(row.visit.id for row in filled.exports.candidates()), tmp_path, "salah sama sekali")
    settled(qtbot, tasks)
    assert asked and asked[0]
    assert not list(tmp_path.glob("*.gmsc"))


def test_nothing_to_send_says_what_to_do(qtbot: QtBot, fresh: Services, tasks: Tasks) -> None:
    page = SyncPage(fresh, tasks)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    settled(qtbot, tasks)
    assert page.empty.isVisible()
    page.write()
    assert page.banner.property("tone") == "warning"


def test_dropped_files_are_verified(qtbot: QtBot, tasks: Tasks, demo: DemoResult, tmp_path: Path) -> None:
    page = VerifyPage(None, tasks)
    qtbot.addWidget(page)
    page.show()
    data = bytearray(demo.report.read_bytes())
    data[2000] ^= 1
    changed = tmp_path / "diubah.pdf"
    changed.write_bytes(data)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in (demo.bundle, changed)])
    left = Qt.MouseButton.LeftButton
    page.set_trust((demo.root,))
    page.drop.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, left, Qt.KeyboardModifier.NoModifier))
    settled(qtbot, tasks)
    assert [verdict.status for verdict in page.verdicts] == [Status.GENUINE, Status.ALTERED]
    page.set_trust(())
    page.verify((demo.report,))
    settled(qtbot, tasks)
    assert page.verdicts[0].status is Status.UNKNOWN_SIGNER


def test_text_from_outside_is_plain(qtbot: QtBot) -> None:
    made = label("<b>tebal</b><img src=x>")
    qtbot.addWidget(made)
    assert made.textFormat() is Qt.TextFormat.PlainText
