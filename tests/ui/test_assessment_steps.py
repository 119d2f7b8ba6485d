"""Evidence, checking, closing, reopening and looking at a visit that can only be read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.papers import PaperSize, ReportOptions
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import Vault
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from tests.ui.assessing import Bench, complete, make_visit
from ui.pages.assessment.dialogs import ReopenDialog, SignDialog
from ui.pages.assessment.draftdialog import DraftDialog
from ui.pages.assessment.viewer import EvidenceViewer
from ui.pages.assessment.whydialog import WhyDialog


@pytest.fixture
def services(vault: Vault, clock: FixedClock, ids: SeededIds) -> Services:
    return build_services(vault, clock=clock, ids=ids)


@pytest.fixture
def bench(qtbot: Any, services: Services, tasks: Any) -> Bench:
    return Bench(qtbot, services, tasks, make_visit(services))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "Rapat <b>koordinasi<b>.png"
    Image.new("RGB", (640, 480), (30, 90, 160)).save(path)
    return path


def _drop(card: Any, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    card.dropEvent(event)
    assert event.isAccepted()


def test_a_dropped_photo_is_kept_and_shown_small(bench: Bench, services: Services, photo: Path) -> None:
    key = bench.levels()[0]
    card = bench.card(key)
    _drop(card, photo)
    bench.settle()
    (kept,) = services.evidence.list(bench.visit_id)
    assert (kept.key, kept.name) == (key, "Rapat _b_koordinasi_b_.png")
    assert services.evidence.read(kept.id) == photo.read_bytes()
    assert card.strip is not None
    (tile,) = card.strip.tiles
    bench.until(lambda: tile.picture is not None)
    assert tile.picture is not None and tile.picture.width() > 0


def test_a_pasted_picture_is_kept_as_png(bench: Bench, services: Services) -> None:
    key = bench.levels()[0]
    card = bench.card(key)
    image = QImage(32, 24, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QApplication.clipboard().setImage(image)
    bench.page.activateWindow()
    bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    (kept,) = services.evidence.list(bench.visit_id)
    assert kept.media_type == "image/png" and services.evidence.read(kept.id).startswith(b"\x89PNG")
    assert card.strip is not None and len(card.strip.tiles) == 1


def test_an_empty_file_is_refused_beside_its_question(bench: Bench, services: Services, tmp_path: Path) -> None:
    card = bench.card(bench.levels()[0])
    empty = tmp_path / "kosong.jpg"
    empty.touch()
    _drop(card, empty)
    bench.settle()
    assert services.evidence.list(bench.visit_id) == ()
    texts = [words.text() for words in card.strip.findChildren(type(card.message))] if card.strip else []
    assert any("kosong.jpg" in text for text in texts)


def test_evidence_is_captioned_removed_and_brought_back(bench: Bench, services: Services, photo: Path) -> None:
    key = bench.levels()[0]
    card = bench.card(key)
    _drop(card, photo)
    bench.settle()
    assert card.strip is not None
    (kept,) = services.evidence.list(bench.visit_id)
    viewer = EvidenceViewer(bench.page.desk, kept, bench.page)
    bench.qtbot.addWidget(viewer)
    viewer.show()
    bench.settle()
    bench.qtbot.keyClicks(viewer.caption, "Rapat Dewan Smart City")
    viewer.close()
    bench.settle()
    assert services.evidence.list(bench.visit_id)[0].caption == "Rapat Dewan Smart City"
    bench.qtbot.keyClick(card.strip.tiles[0], Qt.Key.Key_Delete)
    bench.settle()
    assert services.evidence.list(bench.visit_id) == () and card.strip.tiles == ()
    bench.qtbot.mouseClick(bench.page.notice.button, Qt.MouseButton.LeftButton)
    bench.settle()
    assert [one.id for one in services.evidence.list(bench.visit_id)] == [kept.id]
    assert len(card.strip.tiles) == 1


def test_checking_lists_what_is_missing_and_jumps_there(bench: Bench) -> None:
    bench.page.check()
    bench.settle()
    closing = bench.page.closing
    assert not closing.close_button.isEnabled() and closing.lines
    wanted = next(line for line in closing.lines if line.problem.key)
    bench.qtbot.mouseClick(wanted.button, Qt.MouseButton.LeftButton)
    assert bench.page.questions.current == wanted.problem.key
    card = bench.page.questions.card
    assert card is not None and not card.isHidden() and not card.message.isHidden()


def test_a_warning_is_explained_and_the_visit_closed_reopened_and_read(
    qtbot: Any, services: Services, tasks: Any
) -> None:
    visit_id = make_visit(services)
    complete(services, visit_id)
    bench = Bench(qtbot, services, tasks, visit_id)
    key = bench.levels()[0]
    bench.page.desk.write(key, Facet.VALUE, "1")
    bench.page.desk.write(key, Facet.SELF, "4")
    bench.settle()
    bench.page.check()
    bench.settle()
    closing = bench.page.closing
    (line,) = [line for line in closing.lines if line.problem.key == key]
    assert line.field is not None and not closing.close_button.isEnabled()
    qtbot.keyClicks(line.field, "Bukti daerah tidak dapat diperlihatkan")
    line.flush()
    bench.settle()
    assert closing.close_button.isEnabled()
    qtbot.mouseClick(closing.close_button, Qt.MouseButton.LeftButton)
    bench.settle()
    visit = services.visits.get(visit_id)
    assert visit.state is VisitState.CLOSED
    assert visit.content_hash in bench.page.banner.text()
    _is_read_only(bench, key)
    qtbot.mouseClick(bench.page.header.reopen, Qt.MouseButton.LeftButton)
    dialog = bench.page.findChild(ReopenDialog)
    assert dialog is not None
    qtbot.keyClicks(dialog.reason, "Nilai keliru")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    bench.settle()
    assert services.visits.get(visit_id).state is VisitState.DRAFT
    card = bench.card(key)
    assert card.editor is not None
    qtbot.keyClicks(card.editor.focus_field(), "2")
    assert bench.stored(key) == "2" and card.strip is not None and not card.strip.add.isHidden()


def _is_read_only(bench: Bench, key: str) -> None:
    card = bench.card(key)
    assert card.editor is not None and card.note is not None and card.strip is not None
    before = bench.stored(key)
    bench.qtbot.keyClicks(bench.page, "0")
    assert bench.stored(key) == before == card.editor.value()
    assert card.note.isReadOnly() and card.strip.add.isHidden()
    assert not bench.page.header.sign.isHidden() and bench.page.header.close_visit.isHidden()


def test_signing_asks_for_the_passphrase_and_tells_which_document(qtbot: Any, services: Services, tasks: Any) -> None:
    visit_id = make_visit(services)
    complete(services, visit_id)
    services.visits.close(visit_id)
    bench = Bench(qtbot, services, tasks, visit_id)
    qtbot.mouseClick(bench.page.header.sign, Qt.MouseButton.LeftButton)
    dialog = bench.page.findChild(SignDialog)
    assert dialog is not None
    dialog.field.line.setText("bukan frasa sandinya")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    bench.settle()
    assert dialog.banner.text() and services.documents.list(visit_id) == ()
    dialog.field.line.setText(PASSPHRASE)
    dialog.choices.paper.set_value("f4")
    dialog.choices.photos.set_value("none")
    assert dialog.choices.options() == ReportOptions(PaperSize.F4, photos=False)
    with qtbot.waitSignal(bench.page.signed, timeout=60_000) as signed:
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    bench.settle()
    (document,) = services.documents.list(visit_id)
    assert signed.args == [document.id]
    with pikepdf.open(io.BytesIO(services.documents.read(document.id))) as pdf:
        assert round(float(pdf.pages[0].MediaBox[3])) == 935
    assert services.visits.get(visit_id).state is VisitState.SIGNED
    assert bench.page.header.sign.isHidden() and not bench.page.header.document.isHidden()


def test_every_number_opens_into_its_parts(bench: Bench) -> None:
    for key in bench.levels()[:2]:
        bench.page.desk.write(key, Facet.VALUE, "3")
    bench.page.desk.write(bench.levels()[2], Facet.VALUE, "2")
    assessment = bench.page.inspector.assessment
    assert assessment is not None
    dialog = WhyDialog(bench.page.desk, assessment, bench.page)
    bench.qtbot.addWidget(dialog)
    top = dialog.tree.topLevelItem(0)
    assert top is not None and top.childCount() == len(assessment.aspects)
    baseline = top.child(0)
    dialog.tree.setCurrentItem(baseline)
    assert "2,666667" in dialog.formula.text() and "2,67" in dialog.formula.text()
    assert baseline.child(0).text(1) == "3"


def test_the_draft_is_drawn_anew_for_another_paper_and_signed_so(bench: Bench) -> None:
    bench.page.steps.preview()
    bench.settle()
    dialog = bench.page.findChild(DraftDialog)
    assert dialog is not None
    before = dialog.viewer.document.pagePointSize(0)
    dialog.choices.paper.set_value("f4")
    bench.settle()
    assert dialog.viewer.document.pagePointSize(0) != before
    sign = bench.page.steps.sign()
    assert sign.choices.options().paper is PaperSize.F4
    sign.reject()
