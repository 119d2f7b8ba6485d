"""The page of instruments: listing, checking a workbook, installing it, trying it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.i18n import set_language
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.instruments import Issue
from tests.ui.assessing import make_visit
from ui.pages.instruments.issues import Line, grouped
from ui.pages.instruments.page import InstrumentsPage
from ui.pages.visits.moving import MoveDialog
from ui.pages.visits.page import VisitsPage
from ui.tasks import Tasks
from ui.trial import TrialWindow

GOOD = """\
| survey |
|        | type               | name | label             | relevant     | weight |
|        | begin_group        | a    | Aspek **pertama** |              | 60     |
|        | select_one tingkat | a1   | Sejauh mana?      |              | 1      |
|        | text               | why  | Mengapa?          | ${a1} = '2'  |        |
|        | end_group          |      |                   |              |        |
|        | begin_group        | b    | Aspek kedua       |              | 40     |
|        | select_one tingkat | b1   | Sejauh mana?      |              | 1      |
|        | begin_repeat       | r    | Kegiatan          |              |        |
|        | text               | what | Nama kegiatan     |              |        |
|        | end_repeat         |      |                   |              |        |
|        | end_group          |      |                   |              |        |
| choices |
|         | list_name | name | label  | score |
|         | tingkat   | 1    | Rendah | 1     |
|         | tingkat   | 2    | Tinggi | 2     |
| settings |
|          | form_title   | form_id | version |
|          | Formulir uji | uji     | 2026    |
"""


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "uji.md"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "salah.md"
    text = GOOD.replace("tingkat | b1", "tiada   | b1").replace("${a1} = '2'", "${tiada} = '2'")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def page(qtbot: Any, services: Services, tasks: Tasks) -> InstrumentsPage:
    made = InstrumentsPage(services, tasks)
    qtbot.addWidget(made)
    made.resize(1160, 720)
    made.show()
    made.refresh()
    _settle(qtbot, tasks)
    return made


def _settle(qtbot: Any, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.idle, timeout=20_000)
    QApplication.processEvents()


def test_the_built_in_instrument_is_listed_with_what_it_is(page: InstrumentsPage, services: Services) -> None:
    (row,) = page.list.rows()
    assert row.id == services.instruments.built_in()
    assert row.chip == "built in"
    found = services.instruments.describe(row.id)
    assert page.details.isVisible() and page.title.text()
    tree, sections = page.summary.tree, page.summary.sections
    assert tree is not None and sections is not None and found.scoring is not None
    top = tree.topLevelItem(0)
    assert top is not None and top.childCount() == len(found.scoring.parts)
    assert sections.topLevelItemCount() == sum(bool(section.questions) for section in found.sections)


def test_every_error_is_listed_with_its_place_and_can_be_taken_along(
    qtbot: Any, page: InstrumentsPage, tasks: Tasks, services: Services, bad: Path, tmp_path: Path
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(bad))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, left, none))
    _settle(qtbot, tasks)
    view = page.check
    assert view is not None and view.checked.instrument is None
    errors = services.instruments.check(bad).errors
    assert len(errors) >= 2
    shown = [
        [item.text() if (item := view.table.item(row, column)) else "" for column in range(4)]
        for row in range(view.table.rowCount())
    ]
    for issue in errors:
        sheet = next(place for place, cells in enumerate(shown) if cells[0].startswith(f"Sheet {issue.sheet}:"))
        same = [cells for cells in shown[sheet + 1 :] if f"{cells[2]} {cells[3]}".strip() == issue.text()]
        assert [str(issue.row), issue.column] in [cells[:2] for cells in same]
    assert not view.install_button.isVisible() and not view.try_button.isVisible()
    view._copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + len(errors) and lines[1].split("\t")[0] == errors[0].sheet
    view.save_to(tmp_path / "daftar.csv")
    assert errors[0].sheet in (tmp_path / "daftar.csv").read_text(encoding="utf-8-sig")
    view.save_to(tmp_path / "no such folder" / "daftar.csv")
    assert view.banner.property("tone") == "error"
    assert len(page.list.rows()) == 1


def test_the_same_thing_in_many_rows_is_said_once() -> None:
    again = [Issue("survey", row, "label", "No text.", {}, "Write one.") for row in (2, 3, 4, 9, 11, 12)]
    other = [Issue("choices", 0, "", "Empty.", {}, ""), Issue("survey", 5, "name", "No name.", {}, "")]
    assert grouped([*again, *other]) == (
        ("survey", (Line("2–4, 9, 11–12", "label", "No text.", "Write one."), Line("5", "name", "No name.", ""))),
        ("choices", (Line("", "", "Empty.", ""),)),
    )


def test_a_corrected_workbook_is_read_again_and_installed(
    qtbot: Any, page: InstrumentsPage, tasks: Tasks, services: Services, bad: Path
) -> None:
    page.load(bad)
    _settle(qtbot, tasks)
    bad.write_text(GOOD, encoding="utf-8")
    assert page.check is not None
    page.check.again.emit()
    _settle(qtbot, tasks)
    view = page.check
    assert view is not None and view.checked.instrument is not None and view.summary.tree is not None
    view.install_button.click()
    _settle(qtbot, tasks)
    _settle(qtbot, tasks)
    assert page.check is None
    assert {row.title for row in services.instruments.list()} >= {"Formulir uji"}
    assert page.list.current() == view.checked.summary.hash  # type: ignore[union-attr]
    assert page.title.text() == "Formulir uji"
    assert "Formulir uji" in page.banner.text()


def test_a_file_that_is_no_workbook_is_said_to_be_none(
    qtbot: Any, page: InstrumentsPage, tasks: Tasks, tmp_path: Path
) -> None:
    for name, data in (("foto.xlsx", b"\x89PNG nothing"), ("kosong.xlsx", b""), ("tiada.xlsx", None)):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        page.load(path)
        _settle(qtbot, tasks)
        assert page.check is None or page.check.checked.errors
        assert page.load_button.isEnabled()
        said = page.banner.text() or (page.check.banner.text() if page.check else "")
        assert said and "Traceback" not in said
        page.back_to_list()


def test_a_trial_fills_the_form_and_leaves_the_vault_alone(
    qtbot: Any, page: InstrumentsPage, tasks: Tasks, services: Services, good: Path
) -> None:
    page.load(good)
    _settle(qtbot, tasks)
    assert page.check is not None
    before = services.vault.store.journal.verify(), len(services.visits.list())
    page.check.try_button.click()
    (window,) = page.findChildren(TrialWindow)
    _settle(qtbot, window.tasks)
    trial, desk = window.page, window.page.desk
    assert not trial.header.close_visit.isVisible() and not trial.header.preview.isVisible()
    assert [desk.label("/data/a")] == ["Aspek pertama"]
    desk.write("/data/a/a1", Facet.VALUE, "2")
    desk.write("/data/b/b1", Facet.VALUE, "1")
    _settle(qtbot, window.tasks)
    total = desk.session.assessment().total.value
    assert total is not None and float(total) == pytest.approx(1.6)
    assert desk.session.state("/data/a/why").relevant
    trial._undo()
    _settle(qtbot, window.tasks)
    assert desk.session.state("/data/b/b1").value == ""
    repeat = next(item.path for item in desk.instrument.items if item.type is ItemType.REPEAT)
    desk.add_item(repeat)
    _settle(qtbot, window.tasks)
    (item,) = desk.session.items(repeat)
    desk.remove_item(item.key)
    _settle(qtbot, window.tasks)
    assert desk.session.items(repeat) == ()
    trial._undo()
    _settle(qtbot, window.tasks)
    assert desk.session.items(repeat) == (item,)
    window.close()
    assert (services.vault.store.journal.verify(), len(services.visits.list())) == before
    assert len(services.instruments.list()) == 1


def test_a_draft_moves_to_a_newer_version_only_with_a_yes_to_all_that_is_dropped(
    qtbot: Any, services: Services, tasks: Tasks, good: Path
) -> None:
    old = services.instruments.install(good).value
    visit_id = make_visit(services, instrument_hash=old.hash)
    services.answers.set(visit_id, "/data/a/a1", Facet.VALUE, "2")
    services.answers.set(visit_id, "/data/a/why", Facet.VALUE, "Sudah <b>lengkap</b>")
    visits = VisitsPage(services, tasks)
    qtbot.addWidget(visits)
    visits.resize(1160, 720)
    visits.show()
    visits.refresh()
    _settle(qtbot, tasks)
    details = visits.listing.details
    assert not details.newer.isVisible()
    text = GOOD.replace("text               | why ", "integer            | far ").replace("2026    |", "2027    |")
    good.write_text(text, encoding="utf-8")
    new = services.instruments.install(good).value
    visits.refresh()
    _settle(qtbot, tasks)
    _settle(qtbot, tasks)
    assert details.newer.isVisible() and "2027" in details.newer.text()
    details.look.click()
    _settle(qtbot, tasks)
    dialog = visits.findChild(MoveDialog)
    assert dialog is not None and dialog.drops.topLevelItemCount() == 1
    line = dialog.drops.topLevelItem(0)
    assert line is not None and "Sudah <b>lengkap</b>" in line.text(1)
    assert not dialog.go.isEnabled()
    dialog.agreed.emit(frozenset())
    _settle(qtbot, tasks)
    assert dialog.banner.property("tone") == "error"
    assert services.visits.get(visit_id).draft.instrument_hash == old.hash
    line.setCheckState(0, Qt.CheckState.Checked)
    assert dialog.go.isEnabled()
    dialog.go.click()
    _settle(qtbot, tasks)
    assert services.visits.get(visit_id).draft.instrument_hash == new.hash
    assert services.visits.open(visit_id).session.state("/data/a/a1").value == "2"
    _settle(qtbot, tasks)
    assert not details.newer.isVisible()


def test_pictures_of_labels_come_along_and_a_false_one_is_only_named(
    qtbot: Any, page: InstrumentsPage, tasks: Tasks, services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "gambar.md"
    rows = (
        "| survey |",
        "| | type | name | label | media::image |",
        "| | text | a | Peta | peta.png |",
        "| | text | b | Palsu | palsu.png |",
        "| settings |",
        "| | form_title | form_id |",
        "| | Gambar | gambar |",
    )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    Image.new("RGB", (1600, 900), (20, 90, 160)).save(tmp_path / "peta.png")
    (tmp_path / "palsu.png").write_bytes(b"<svg onload=alert(1)>")
    page.load(path)
    _settle(qtbot, tasks)
    assert page.check is not None
    page.check.install_button.click()
    _settle(qtbot, tasks)
    _settle(qtbot, tasks)
    (tmp_path / "peta.png").unlink()
    page.try_current()
    _settle(qtbot, tasks)
    (window,) = page.findChildren(TrialWindow)
    _settle(qtbot, window.tasks)
    cards = window.page.questions.page.cards  # type: ignore[union-attr]
    true, false = cards["/data/a"].media, cards["/data/b"].media
    assert true is not None and false is not None
    shown = true.pictures["peta.png"].pixmap()
    assert 0 < shown.width() < 1600 and abs(shown.width() / shown.height() - 16 / 9) < 0.05
    assert not false.pictures and "palsu.png" in false._words.text()
    window.close()
