"""The pages for signed papers, bundles and verification, on a vault the demo made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gmsc_desktop.documents.awarded import award_sheets
from gmsc_desktop.domain.papers import MinutesOptions, RecapOptions
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.i18n import set_language
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.demo import DemoResult
from gmsc_desktop.services.demo_files import paper
from gmsc_desktop.services.vaults import Vault, open_vault
from gmsc_desktop.services.verification import verify_file
from gmsc_desktop.system import SystemClock, SystemIds
from tests.documents.awards_kit import award_draft, changed
from tests.documents.reading import flat, pages_of
from tests.documents.test_qr import last_page
from tests.helpers import FixedClock, SeededIds
from ui.application import Application, make_application
from ui.main_window import MainWindow
from ui.pages.documents import DocumentsPage
from ui.pages.documents.award_form import AwardDialog
from ui.pages.documents.countersign import CountersignDialog, Countersigning
from ui.pages.documents.making import RecapDialog
from ui.pages.documents.naming import pdf_named
from ui.pages.documents.printlog import PrintLogDialog
from ui.pages.documents.withdrawing import WithdrawDialog
from ui.pages.sync import SyncPage
from ui.pages.verify import VerifyPage
from ui.preferences import PreferenceFile
from ui.tasks import Tasks
from ui.widgets.ink import ink
from ui.widgets.labels import label
from ui.widgets.pdfviewer import PdfViewer, print_files


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
    library = page.library
    assert library.list.total == 1
    assert library.shown is not None
    assert library.shown.region == "Kota Surakarta"
    assert library.viewer.page_count > 10
    assert library.viewer.page.text() == "1"
    library.viewer.page.setText("3")
    qtbot.keyClick(library.viewer.page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: library.viewer.view.pageNavigator().currentPage() == 2)
    library.viewer.page.setText("tiga ratus")
    qtbot.keyClick(library.viewer.page, Qt.Key.Key_Return)
    assert library.viewer.page.text() == "3"
    library.search.setText("bandung")
    assert library.list.rowCount() == 0
    assert library.count.text() == "0 dari 1 dokumen"
    library.search.setText("surakarta 2026")
    assert library.list.rowCount() == 1


def test_document_is_saved_byte_for_byte_and_verified(
    qtbot: QtBot, filled: Services, tasks: Tasks, demo: DemoResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = DocumentsPage(filled, tasks)
    qtbot.addWidget(page)
    page.refresh()
    settled(qtbot, tasks)
    target = tmp_path / "laporan.pdf"
    library = page.library
    library.save_to(target)
    settled(qtbot, tasks)
    assert target.read_bytes() == demo.report.read_bytes()
    assert str(target) in library.banner.text()
    library.save_to(tmp_path / "no such folder" / "laporan.pdf")
    settled(qtbot, tasks)
    assert library.banner.property("tone") == "error"
    seen = []
    monkeypatch.setattr(library, "_verdict", seen.append)
    library.verify()
    settled(qtbot, tasks)
    assert seen[0].signers[0].intact


def test_documents_are_printed_in_one_go(qtbot: QtBot, demo: DemoResult, tmp_path: Path) -> None:
    def printed(files: tuple[bytes, ...], first: int = 0, last: int = 0) -> int:
        printer = QPrinter()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "printed.pdf"))
        if first:
            printer.setFromTo(first, last)
        assert print_files(files, printer)
        document = QPdfDocument()
        document.load(str(tmp_path / "printed.pdf"))
        count = document.pageCount()
        document.close()
        return count

    sheet = paper("Surat tugas", ("satu halaman",))
    assert printed((demo.report.read_bytes(),), 1, 2) == 2
    assert printed((sheet, sheet)) == 2
    unreadable = QPrinter()
    unreadable.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    unreadable.setOutputFileName(str(tmp_path / "none.pdf"))
    assert not print_files((b"no paper",), unreadable)


def test_an_official_signs_on_the_screen(qtbot: QtBot, filled: Services, tasks: Tasks, demo: DemoResult) -> None:
    page = DocumentsPage(filled, tasks)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    settled(qtbot, tasks)
    library = page.library
    library.sign_also()
    settled(qtbot, tasks)
    dialog = next(child for child in library.findChildren(CountersignDialog))
    entered: list[Countersigning] = []
    dialog.submitted.disconnect()
    dialog.submitted.connect(entered.append)
    dialog.submit()
    assert not entered
    assert dialog.banner.text()
    dialog.field.set_value("PejabatDaerah")
    dialog.name.setText("Drs. Hartono Wibisono, M.Si.")
    dialog.title.setText("Sekretaris Daerah")
    dialog.own_passphrase.line.setText(passphrase(demo))
    pad = dialog.pad
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(30, 80))
    for step in range(1, 12):
        qtbot.mouseMove(pad, QPoint(30 + 15 * step, 80 - 30 * (step % 3)))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(200, 60))
    dialog.submit()
    (given,) = entered
    assert given.field == "PejabatDaerah"
    assert library.shown is not None
    library.countersign(library.shown, given, dialog)
    settled(qtbot, tasks)
    qtbot.waitUntil(lambda: library.list.total == 2)
    newest = filled.documents.list()[0]
    assert filled.documents.open_fields(newest.id) == ("AsesorKedua", "SertifikatNasional")
    assert len(filled.documents.verify(newest.id).signers) == 2
    # What was signed is seen, here and on paper: Qt's viewer draws no form fields.
    qtbot.waitUntil(lambda: library.shown is not None and library.shown.document.id == newest.id)
    settled(qtbot, tasks)
    shown = library.viewer.document
    last = " ".join(shown.getAllText(page).text() for page in range(shown.pageCount() - 2, shown.pageCount()))
    assert "DITANDATANGANI SECARA ELEKTRONIK" in last
    assert "TANDA TANGAN DI LAYAR" in last and "Sekretaris Daerah" in last


def test_minutes_and_recapitulation_are_made(
    qtbot: QtBot, filled: Services, tasks: Tasks, demo: DemoResult, tmp_path: Path
) -> None:
    page = DocumentsPage(filled, tasks)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    settled(qtbot, tasks)
    maker = page.library.maker
    (row,) = filled.visits.list()
    maker.sign_minutes(row.visit.id, passphrase(demo), MinutesOptions(number="BA-01"))
    settled(qtbot, tasks)
    qtbot.waitUntil(lambda: page.library.list.total == 2)
    assert {found.kind for found in filled.documents.list()} == {"report", "minutes"}
    maker.save_recap((row.visit.id,), tmp_path / "rekap.pdf", RecapOptions(title="Jawa Tengah"))
    settled(qtbot, tasks)
    assert (tmp_path / "rekap.pdf").read_bytes().startswith(b"%PDF")
    assert "Kota Surakarta" in (tmp_path / "rekap.csv").read_text(encoding="utf-8-sig")
    maker.save_recap((row.visit.id,), tmp_path / "resmi.pdf", RecapOptions(), passphrase(demo))
    settled(qtbot, tasks)
    assert verify_file(tmp_path / "resmi.pdf", vault=filled.vault).status is Status.GENUINE


@pytest.mark.parametrize("look", ["light", "dark"])
def test_what_is_ticked_for_a_recapitulation_is_seen(
    qtbot: QtBot, filled: Services, app: Application, look: str
) -> None:
    app.preferences.change(appearance=look)
    app.use_look()
    dialog = RecapDialog(None, filled.visits.list())
    qtbot.addWidget(dialog)
    dialog.show()
    picture = dialog.list.grab().toImage()
    box = dialog.list.visualItemRect(dialog.list.item(0))
    accent = ink(dialog.list).accent.rgb()
    seen = sum(picture.pixel(x, y) == accent for x in range(box.left(), 30) for y in range(box.top(), box.bottom()))
    assert seen > 40


def test_awards_are_entered_shown_and_printed(
    qtbot: QtBot, filled: Services, tasks: Tasks, demo: DemoResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.pages.documents.awards.QDesktopServices.openUrl", lambda _url: True)
    page = DocumentsPage(filled, tasks)
    qtbot.addWidget(page)
    page.show()
    page.show_place("awards")
    settled(qtbot, tasks)
    awards = page.awards
    assert awards.empty.isVisible()
    awards.add()
    dialog = next(child for child in awards.findChildren(AwardDialog))
    dialog.go.click()
    settled(qtbot, tasks)
    assert dialog.banner.text()
    dialog.region.set_value(filled.regions.find("surakarta")[0])
    dialog.number.setText("001/GMSC/XII/2026")
    dialog.category.setText("Smart Society")
    dialog.place.setText("Jakarta")
    name, position, _nip = dialog.signers[0]
    name.setText("Nama Pejabat Contoh")
    position.setText("Direktur Jenderal")
    dialog.go.click()
    settled(qtbot, tasks)
    qtbot.waitUntil(lambda: len(awards.list.rows()) == 1 and awards.viewer.page_count == 1)
    target = tmp_path / "piagam.pdf"
    awards.list.selectAll()
    awards.print_to(awards.marked(), target, passphrase(demo))
    settled(qtbot, tasks)
    assert target.read_bytes().startswith(b"%PDF")
    awards.print_to(awards.marked(), tmp_path / "lagi.pdf", passphrase(demo))
    settled(qtbot, tasks)
    assert "salinan" in awards.banner.text().casefold()
    assert [made.number for made in filled.awards.prints()] == [2, 1]
    awards.search.setText("tiada")
    assert (awards.list.rows(), awards.count.text()) == ((), "0 dari 1 penghargaan")
    awards.search.clear()
    assert awards.count.text() == "1 penghargaan"
    awards.log_button.click()
    settled(qtbot, tasks)
    log = awards.findChild(PrintLogDialog)
    assert log is not None and log.isVisible()
    assert [(item.title, item.chip) for item in log.list.rows()] == [
        ("Kota Surakarta · 001/GMSC/XII/2026", "salinan, cetakan ke-2"),
        ("Kota Surakarta · 001/GMSC/XII/2026", "asli"),
    ]
    assert "lagi.pdf" in log.list.rows()[0].subtitle
    log.search.setText("piagam.pdf")
    assert [item.chip for item in log.list.rows()] == ["asli"]
    log.accept()
    awards.withdraw()
    withdrawing = awards.findChild(WithdrawDialog)
    assert withdrawing is not None and not withdrawing.go.isEnabled()
    withdrawing.reason.setText("Keputusan dicabut")
    withdrawing.go.click()
    settled(qtbot, tasks)
    qtbot.waitUntil(lambda: "Keputusan dicabut" in awards.list.rows()[0].subtitle)
    assert [item.withdrawn for item in filled.awards.list()] == ["Keputusan dicabut"]


def test_a_changed_template_is_seen_at_once(
    qtbot: QtBot, filled: Services, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.pages.documents.awards.QDesktopServices.openUrl", lambda _url: True)
    filled.awards.add(award_draft())
    page = DocumentsPage(filled, tasks)
    qtbot.addWidget(page)
    page.show()
    page.show_place("awards")
    settled(qtbot, tasks)
    awards = page.awards
    awards.show_template()
    settled(qtbot, tasks)
    shown: list[bytes] = []
    show = awards.viewer.show_pdf
    monkeypatch.setattr(awards.viewer, "show_pdf", lambda pdf: shown.append(pdf) or show(pdf))
    for title in ("Sertifikat Utama", "Sertifikat Kedua"):
        # As an editor does: a new file in the place of the old one.
        beside = filled.awards.template_path().with_suffix(".neu")
        beside.write_text(changed(title=title), encoding="utf-8")
        beside.replace(filled.awards.template_path())
        qtbot.waitUntil(lambda title=title: any(title in flat(pages_of(pdf)[0]) for pdf in shown), timeout=20_000)


def test_a_panel_of_a_page_that_is_not_seen_yet_is_read(qtbot: QtBot, filled: Services, tasks: Tasks) -> None:
    filled.awards.add(award_draft())
    page = DocumentsPage(filled, tasks)
    qtbot.addWidget(page)
    page.refresh()
    page.show_place("awards")
    page.show()
    settled(qtbot, tasks)
    assert len(page.awards.list.rows()) == 1


@pytest.mark.parametrize("typed", ["Piagam No. 12", "Piagam No. 12.PDF", "Piagam.2026"])
def test_a_name_with_dots_stays_and_no_other_file_is_replaced(tmp_path: Path, typed: str) -> None:
    others = [tmp_path / "Piagam No.pdf", tmp_path / "Piagam.pdf", tmp_path / f"{typed}.pdf"]
    for path in others:
        path.touch()
    named = pdf_named(str(tmp_path / typed))
    assert named.name.startswith(typed.removesuffix(".PDF"))
    assert named.suffix.lower() == ".pdf"
    assert named not in others


def test_a_wrong_passphrase_is_asked_again_with_everything_entered(
    qtbot: QtBot, filled: Services, tasks: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = DocumentsPage(filled, tasks)
    qtbot.addWidget(page)
    asked: list[str] = []
    monkeypatch.setattr("ui.pages.documents.maker.ask_passphrase", lambda *given: asked.append(given[-1]))
    (row,) = filled.visits.list()
    maker = page.library.maker
    maker.sign_minutes(row.visit.id, "salah sama sekali", MinutesOptions(number="12/BA/2026"))
    settled(qtbot, tasks)
    maker.save_recap((row.visit.id,), tmp_path / "rekap.pdf", RecapOptions(), "salah sama sekali")
    settled(qtbot, tasks)
    assert len(asked) == 2 and all(asked)
    assert list(tmp_path.glob("rekap*")) == []


def test_empty_library_says_what_to_do(qtbot: QtBot, fresh: Services, tasks: Tasks) -> None:
    page = DocumentsPage(fresh, tasks)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    settled(qtbot, tasks)
    assert page.library.empty.isVisible()
    assert not page.library.save_button.isEnabled()


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
    monkeypatch.setattr("ui.pages.sync.sending.ask_passphrase", lambda *given: asked.append(given[-1]))
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


def test_a_photo_and_a_pdf_given_together_are_judged_as_one(
    qtbot: QtBot, filled: Services, tasks: Tasks, demo: DemoResult, tmp_path: Path
) -> None:
    files = [tmp_path / f"{number}.pdf" for number in range(2)]
    for number, path in enumerate(files):
        award = filled.awards.add(award_draft(f"00{number}/GMSC")).value
        filled.awards.print_one(award.id, path, passphrase(demo))
    photo = tmp_path / "foto.png"
    last_page(files[0].read_bytes(), 150).save(photo)
    page = VerifyPage(filled, tasks)
    qtbot.addWidget(page)
    page.show()
    for paper_file, status in ((files[0], Status.GENUINE), (files[1], Status.ALTERED)):
        page.verify((paper_file, photo))
        settled(qtbot, tasks)
        assert page.verdicts[0].status is status
        assert "qr_match" in {reason.code for reason in page.verdicts[0].reasons}
    assert len(page.verdicts) == 2
    page.text.setText(award_sheets(files[0].read_bytes())[0].qr)
    page.verify_against(files[1])
    settled(qtbot, tasks)
    assert page.verdicts[0].status is Status.ALTERED
    page.together.setChecked(False)
    page.verify((files[1], photo))
    settled(qtbot, tasks)
    assert [verdict.status for verdict in page.verdicts[:2]] == [Status.GENUINE, Status.GENUINE]


def test_a_file_that_cannot_be_read_keeps_nobody_from_the_others(
    qtbot: QtBot, tasks: Tasks, demo: DemoResult, tmp_path: Path
) -> None:
    page = VerifyPage(None, tasks)
    qtbot.addWidget(page)
    page.show()
    page.verify((demo.report, tmp_path / "hilang.pdf", demo.report))
    settled(qtbot, tasks)
    assert len(page.verdicts) == 2
    assert "hilang.pdf" in page.banner.text()
    page.verify((tmp_path / "satu.pdf", tmp_path / "dua.pdf"))
    settled(qtbot, tasks)
    assert "satu.pdf" in page.banner.text() and "dua.pdf" in page.banner.text()


def test_text_from_outside_is_plain(qtbot: QtBot) -> None:
    made = label("<b>tebal</b><img src=x>")
    qtbot.addWidget(made)
    assert made.textFormat() is Qt.TextFormat.PlainText


def test_papers_are_verified_before_any_vault_is_open(qtbot: QtBot, demo: DemoResult, tmp_path: Path) -> None:
    app = make_application([], PreferenceFile(tmp_path / "preferences.json"))
    window = MainWindow(app, clock=FixedClock(), ids=SeededIds())
    qtbot.addWidget(window)
    window.show()
    window.centralWidget().verify.click()
    page = window.findChild(VerifyPage)
    assert page is not None
    page.set_trust((demo.root,))
    page.verify((demo.report,))
    settled(qtbot, window.tasks)
    assert page.verdicts[0].status is Status.GENUINE
    window.tasks.close()


def test_the_room_for_a_page_does_not_depend_on_its_scroll_bar(qtbot: QtBot, fresh: Services) -> None:
    # A bar that comes and goes with the size of the page, which goes by the room left, never came to rest.
    viewer = PdfViewer()
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.show_pdf(fresh.awards.preview(award_draft()))
    bar, room = viewer.view.verticalScrollBar(), viewer.view.viewport()
    widths = set()
    for zoom in (0.2, 3.0):
        viewer.resize(700, 600)
        viewer.view.setZoomMode(QPdfView.ZoomMode.Custom)
        viewer.view.setZoomFactor(zoom)
        QApplication.processEvents()
        assert bar.isVisible()
        widths.add(room.width())
    assert len(widths) == 1
