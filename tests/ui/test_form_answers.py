"""Answers of every kind in the window: taken, refused with a reason, cleared, taken back and made again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.i18n import set_language
from gmsc_desktop.services.app import Services
from tests.ui.assessing import Bench, make_visit
from tests.ui.trials import Trial, written
from ui.forms.periods import MonthEditor, YearEditor
from ui.forms.traces import TraceEditor
from ui.pages.assessment.pagerows import AddRow, ItemHead

FORM = """\
| survey |
| | type | name | label | appearance | parameters | constraint | constraint_message | choice_filter | repeat_count |
| | integer | bulat | Bulat | | | . < 1000 | Di bawah seribu | | |
| | integer | besar | Besar | thousands-sep | | | | | |
| | date | bulan | Bulan | month-year | | | | | |
| | date | tahun | Tahun | year | | | | | |
| | geotrace | jalur | Jalur | | | | | | |
| | geoshape | daerah | Daerah | | | | | | |
| | range | tingkat | Tingkat | | start=0 end=10 | | | | |
| | select_one prov | prov | Provinsi | | | | | | |
| | select_one kab | kab | Kabupaten | | | | | prov = ${prov} | |
| | image | foto | Foto | | | | | | |
| | audio | suara | Suara | | | | | | |
| | begin_repeat | orang | Orang | | | | | | |
| | text | nama | Nama | | | | | | |
| | begin_repeat | jabatan | Jabatan | | | | | | |
| | text | sebutan | Sebutan | | | | | | |
| | end_repeat | | | | | | | | |
| | end_repeat | | | | | | | | |
| | begin_repeat | triwulan | Triwulan | | | | | | 2 |
| | decimal | nilai | Nilai | | | | | | |
| | end_repeat | | | | | | | | |
| choices |
| | list_name | name | label | prov |
| | prov | jb | Jawa Barat | |
| | prov | jt | Jawa Tengah | |
| | kab | bdg | Bandung | jb |
| | kab | srk | Surakarta | jt |
| settings |
| | form_title | form_id |
| | Jawaban | jawaban |
"""


@pytest.fixture
def trial(qtbot: Any, tmp_path: Path, clock: Clock) -> Trial:
    set_language("id")
    return Trial(qtbot, written(tmp_path, FORM), clock)


@pytest.mark.parametrize(
    ("name", "typed", "stored", "shown"),
    [
        ("bulat", "12", "12", "12"),
        ("besar", "1234567", "1234567", "1.234.567"),
        ("bulan", "des 2021", "2021-12-01", "Desember 2021"),
        ("bulan", "12-2021", "2021-12-01", "Desember 2021"),
        ("bulan", "2021-12", "2021-12-01", "Desember 2021"),
        ("bulan", "14 Desember 2021", "2021-12-01", "Desember 2021"),
        ("tahun", "2021", "2021-01-01", "2021"),
    ],
)
def test_lines_are_read_as_people_write_them(trial: Trial, name: str, typed: str, stored: str, shown: str) -> None:
    editor = trial.card(name).editor
    trial.qtbot.keyClicks(editor.line, typed)
    editor.flush()
    trial.settle()
    assert (trial.value(name), editor.line.text()) == (stored, shown)
    editor.line.clear()
    editor._typed()
    editor.flush()
    assert trial.value(name) == ""
    trial.page._undo()
    trial.settle()
    assert trial.value(name) == stored and editor.line.text() == shown
    trial.page._redo()
    trial.settle()
    assert trial.value(name) == "" and editor.line.text() == ""


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [("bulat", "1,5", "bukan bilangan bulat"), ("bulan", "13-2021", "bukan bulan"), ("tahun", "21", "bukan tahun")],
)
def test_what_cannot_be_read_stays_in_its_field_and_says_why(trial: Trial, name: str, typed: str, said: str) -> None:
    card = trial.card(name)
    assert isinstance(trial.card("bulan").editor, MonthEditor) and isinstance(trial.card("tahun").editor, YearEditor)
    trial.qtbot.keyClicks(card.editor.line, typed)
    card.editor.flush()
    assert said in card.message.text() and card.editor.line.text() == typed and trial.value(name) == ""
    assert trial.page.questions.open_fields() == (trial.key(name),)


def test_what_the_form_refuses_is_kept_and_said(trial: Trial) -> None:
    card = trial.card("bulat")
    trial.qtbot.keyClicks(card.editor.line, "5.000")
    card.editor.flush()
    assert trial.value("bulat") == "5000" and card.message.text() == "Di bawah seribu"


def test_a_line_on_the_map_has_a_point_in_each_row(trial: Trial) -> None:
    card = trial.card("jalur")
    editor = card.editor
    assert isinstance(editor, TraceEditor)
    editor.area.setPlainText("-7,5 110,8\nbukan")
    editor.flush()
    assert "Baris 2" in card.message.text() and trial.value("jalur") == ""
    editor.area.setPlainText("-7,5 110,8\n\n-7.6; 110.9")
    editor.flush()
    assert trial.value("jalur") == "-7.5 110.8 0 0;-7.6 110.9 0 0" and not card.message.isVisible()
    # What a telephone wrote of a point stays while the point does.
    trial.page.desk.write(trial.key("jalur"), Facet.VALUE, "-7.5 110.8 95.5 3;-7.6 110.9 90 4")
    assert editor.area.toPlainText() == "-7,5 110,8\n-7,6 110,9"
    editor.area.setPlainText("-7,5 110,8\n-7,6 110,9\n-7,7 110,9")
    editor.flush()
    assert trial.value("jalur") == "-7.5 110.8 95.5 3;-7.6 110.9 90 4;-7.7 110.9 0 0"
    editor.area.clear()
    editor.flush()
    assert trial.value("jalur") == ""


def test_an_area_closes_itself(trial: Trial) -> None:
    card = trial.card("daerah")
    card.editor.area.setPlainText("-7,5 110,8\n-7,6 110,9")
    card.editor.flush()
    assert "tiga titik" in card.message.text()
    card.editor.area.setPlainText("-7,5 110,8\n-7,6 110,9\n-7,6 110,7")
    card.editor.flush()
    points = trial.value("daerah").split(";")
    assert len(points) == 4 and points[0] == points[3] and len(card.editor.area.toPlainText().splitlines()) == 3


def test_a_slider_without_an_answer_is_hollow(trial: Trial) -> None:
    editor = trial.card("tingkat").editor
    assert editor.slider.property("empty") is True
    trial.qtbot.keyClick(editor.slider, Qt.Key.Key_Right)
    editor.flush()
    assert trial.value("tingkat") == "1" and editor.slider.property("empty") is False
    trial.page._undo()
    trial.settle()
    assert editor.slider.property("empty") is True


def test_an_answer_that_is_no_longer_offered_still_says_what_it_is(trial: Trial) -> None:
    trial.page.desk.write(trial.key("prov"), Facet.VALUE, "jb")
    trial.page.desk.write(trial.key("kab"), Facet.VALUE, "bdg")
    card = trial.card("kab")
    assert card.editor.line.text() == "Bandung" and not card.message.isVisible()
    trial.page.desk.write(trial.key("prov"), Facet.VALUE, "jt")
    assert card.editor.line.text() == "Bandung" and card.message.isVisible() and trial.value("kab") == "bdg"
    card.editor._chosen(card.editor.box.findData("srk"))
    assert trial.value("kab") == "srk" and not card.message.isVisible()
    trial.settle()
    assert card.editor.line.x() > 0 and card.editor.line.geometry().left() == card.editor.box.rect().left() + 9


def test_a_file_of_another_kind_is_kept_and_said(trial: Trial, tmp_path: Path) -> None:
    Image.new("RGB", (40, 40)).save(tmp_path / "foto.png")
    (tmp_path / "surat.pdf").write_bytes(b"%PDF-1.7\n")
    for name, file, said in (("foto", "surat.pdf", "meminta gambar"), ("suara", "foto.png", "meminta rekaman suara")):
        card = trial.card(name)
        assert card.strip is not None and "seret ke sini" in card.strip.rule.text()
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(tmp_path / file))])
        assert card.strip.take(mime)
        trial.settle()
        assert said in card.message.text() and file in card.message.text() and len(card.strip.tiles) == 1
    card = trial.card("foto")
    trial.page.desk.shelf.remove(trial.page.desk.shelf.of(trial.key("foto"))[0])
    trial.settle()
    card.strip.attach([tmp_path / "foto.png"])  # type: ignore[union-attr]
    trial.settle()
    assert not card.message.isVisible()


def test_a_repeat_the_form_counts_offers_neither_adding_nor_removing(trial: Trial) -> None:
    trial.page.questions.show_section("/data/triwulan")
    trial.settle()
    page = trial.page.questions.page
    assert page is not None and len(page.cards) == 2
    assert not any(row.isVisible() for row in page.findChildren(AddRow))
    assert not any(head.remove.isVisible() for head in page.findChildren(ItemHead))


def test_items_within_items_come_go_and_come_back(qtbot: Any, services: Services, tasks: Any, tmp_path: Path) -> None:
    set_language("id")
    digest = services.instruments.install(written(tmp_path, FORM)).value.hash
    visit_id = make_visit(services, digest)
    bench = Bench(qtbot, services, tasks, visit_id)
    desk = bench.page.desk
    for _round in range(2):
        desk.add_item("/data/orang")
        bench.settle()
    first, second = (item.key for item in desk.session.items("/data/orang"))
    for person, title in ((first, "Wali Kota"), (second, "Sekretaris")):
        desk.add_item(f"{person}/jabatan")
        bench.settle()
        (inner,) = desk.session.items(f"{person}/jabatan")
        desk.write(f"{inner.key}/sebutan", Facet.VALUE, title)
    desk.write(f"{first}/nama", Facet.VALUE, "Siti")
    bench.settle()
    (inner,) = desk.session.items(f"{first}/jabatan")
    deep = f"{inner.key}/sebutan"
    # What lies in an item of an item stands further in.
    page = bench.page.questions.page
    assert page is not None and page.cards[deep]._indent > page.cards[f"{first}/nama"]._indent == 0
    desk.remove_item(first)
    bench.settle()
    assert deep not in page.cards and len(desk.session.items("/data/orang")) == 1
    desk.undo()
    bench.settle()
    assert bench.stored(deep) == "Wali Kota" and bench.stored(f"{first}/nama") == "Siti"
    assert [item.key for item in desk.session.items("/data/orang")] == [first, second]
    heads = sorted((head for head in page.findChildren(ItemHead) if head.isVisible()), key=lambda head: head.y())
    assert [head._words.text() for head in heads] == [
        "Orang 1: Siti",
        "Jabatan 1: Wali Kota",
        "Orang 2",
        "Jabatan 1: Sekretaris",
    ]
    bench.card(deep)
    desk.redo()
    bench.settle()
    assert [item.key for item in desk.session.items("/data/orang")] == [second]
