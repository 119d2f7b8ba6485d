"""The evaluation report as a reader meets it: what stands on its pages, where its bookmarks lead, where people sign."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from types import MappingProxyType

import pikepdf
import pytest

from gmsc_desktop.documents import texts
from gmsc_desktop.documents.drawn import SIGNATURE_FIELDS, signature_boxes
from gmsc_desktop.documents.minutes import draw_minutes
from gmsc_desktop.documents.model import Indicator, ReportModel, build_model
from gmsc_desktop.documents.report import draw_report, report_meta
from gmsc_desktop.documents.stamp import STAMP_SIZE
from gmsc_desktop.domain.answers import AnswerSheet, Facet
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.content import ContentScores
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.domain.errors import Cancelled
from gmsc_desktop.domain.instrument import Instrument, Item, ItemType, Text
from gmsc_desktop.domain.papers import MinutesOptions
from gmsc_desktop.domain.visit import Person, Role
from tests.documents.reading import flat, outline_of, pages_of
from tests.documents.sample import NOTE, PREFACE, loader, photo, sample_content, sample_instrument, with_scores

PHOTOS = tuple(photo(number, (400, 300) if number % 2 else (300, 420)) for number in range(4))


@cache
def model() -> ReportModel:
    instrument = sample_instrument()
    return build_model(sample_content(instrument, photos=PHOTOS), instrument)


@cache
def drawn() -> bytes:
    return draw_report(model(), loader(PHOTOS))


@cache
def text() -> tuple[str, ...]:
    return tuple(flat(page) for page in pages_of(drawn()))


def test_the_same_visit_gives_the_same_bytes() -> None:
    instrument = sample_instrument()
    again = build_model(sample_content(instrument, photos=PHOTOS), instrument)
    assert draw_report(again, loader(PHOTOS)) == drawn()


def test_the_hash_is_that_of_the_canonical_content_and_stands_in_full_where_people_sign() -> None:
    instrument = sample_instrument()
    expected = sha256_hex(canonical_bytes(to_document(sample_content(instrument, photos=PHOTOS))))
    assert model().content_hash == expected
    assert expected in text()[-1]
    assert expected in text()[0]


def test_the_result_stands_on_cover_and_summary() -> None:
    shown = model().shown(model().index)
    for page in (text()[0], next(page for page in text() if "Ringkasan hasil" in page and "BAGIAN 2" in page)):
        assert shown in page
        assert model().category in page
        assert model().shown_improvement() in page
        assert model().region.name in page


def test_every_indicator_stands_there_with_its_descriptor_and_note() -> None:
    whole = " ".join(text())
    indicators = [e for section in model().sections for e in section.entries if isinstance(e, Indicator)]
    assert len(indicators) == 67
    for entry in indicators:
        assert entry.label in whole
        assert entry.number in whole
    assert whole.count("Catatan asesor:") == sum(bool(entry.note) for entry in indicators)
    assert NOTE.split(".")[0] in whole
    assert "Seluruh kegiatan untuk data kondisi awal" not in whole


def test_photos_stand_beside_their_item_with_caption_time_and_place() -> None:
    page = next(page for page in text() if "Tindak lanjut rekomendasi evaluasi lalu" in page and "BAGIAN 3" in page)
    assert "B-01 Foto lapangan 1 2 Maret 2026 09.41" in page
    assert "-7.5692 110.8284" in page


def test_everybody_met_stands_in_an_annex_however_many() -> None:
    content = sample_content(sample_instrument())
    many = tuple(
        Person(f"Nama Panjang Sekali {n:02d}, S.Kom., M.Si.", f"{n:018d}", "Kepala Bidang", "Dinas", Role.MET)
        for n in range(40)
    )
    crowd = replace(content, draft=replace(content.draft, people=(*content.draft.people[:2], *many)))
    pages = [flat(page) for page in pages_of(draw_report(build_model(crowd, sample_instrument()), loader(())))]
    assert "40 orang, disebut pada lampiran" in pages[1]
    assert "Nama Panjang Sekali" not in pages[1]
    annex = [page for page in pages if "Nama Panjang Sekali" in page]
    assert "Lampiran: pihak yang ditemui" in annex[0]
    assert all("Nama" in page and "Jabatan" in page for page in annex)
    for person in many:
        assert any(person.name in page and person.nip in page for page in annex)


def test_every_dimension_stands_with_its_value_and_its_indicators() -> None:
    whole = flat(" ".join(pages_of(drawn(), raw=True))).partition("BAGIAN 4")[2].partition("BAGIAN 5")[0]
    assert "Hasil penilaian per dimensi" in whole
    indicators = [e for section in model().sections for e in section.entries if isinstance(e, Indicator)]
    for bar in model().dimensions:
        assert f"{bar.label} {model().shown(bar.value)}" in whole
    for entry in indicators:
        assert (f"{entry.number} {entry.label}" in whole) == bool(entry.dimension)


def test_a_table_that_has_not_begun_is_not_continued() -> None:
    """A chapter whose opening words fill a page must not name its columns twice on the next."""
    content = sample_content(sample_instrument())
    for photos in range(12):
        shots = tuple(photo(number, (60, 45)) for number in range(photos))
        content = sample_content(sample_instrument(), photos=shots)
        for page in pages_of(draw_report(build_model(content, sample_instrument()), loader(shots))):
            assert page.count("Butir dan cara menghitung") <= 1


def test_a_long_entry_says_on_the_next_page_what_it_is_about() -> None:
    content = sample_content(sample_instrument())
    cells = {**content.sheet.cells, ("/data/baseline/b1", Facet.NOTE): NOTE * 60}
    long = replace(content, sheet=AnswerSheet(MappingProxyType(cells), content.sheet.repeats))
    pages = [flat(page) for page in pages_of(draw_report(build_model(long, sample_instrument()), loader(())))]
    assert sum("1.2 Ketersediaan data kondisi awal (lanjutan)" in page for page in pages) >= 1


def test_an_instrument_that_asks_for_no_findings_has_no_empty_chapters() -> None:
    instrument = sample_instrument()
    gone = ("/data/conclusion/finding", "/data/conclusion/recommendation", "/data/conclusion/summary")
    items = tuple(
        replace(item, children=tuple(child for child in item.children if not child.startswith(gone)))
        for item in instrument.items
        if not item.path.startswith(gone)
    )
    content = sample_content(instrument)
    cells = {key: value for key, value in content.sheet.cells.items() if not key[0].startswith(gone)}
    repeats = {key: value for key, value in content.sheet.repeats.items() if not key.startswith(gone)}
    bare = replace(content, sheet=AnswerSheet(MappingProxyType(cells), MappingProxyType(repeats)))
    plain = build_model(bare, replace(instrument, items=items))
    whole = flat(" ".join(pages_of(draw_report(plain, loader(())))))
    assert "Tidak ada yang dicatat" not in whole
    assert "Rekomendasi" not in whole
    assert "tidak menuliskan ringkasan" not in whole


def test_people_findings_recommendations_and_evidence_are_named() -> None:
    whole = " ".join(text())
    for person in model().people:
        assert person.name in whole
        assert person.nip in whole
    for item in (*model().results.findings, *model().results.recommendations):
        assert item.text in whole
    assert "30 Juni 2026" in whole
    for line in model().evidence:
        assert line.number in whole
        assert line.sha256[:32] in whole
        assert line.sha256[32:] in whole


def test_every_page_but_the_cover_is_counted_and_carries_the_short_hash() -> None:
    count = len(text())
    short = " ".join(model().content_hash[n : n + 4] for n in range(0, 16, 4))
    assert "Halaman" not in text()[0]
    for number, page in enumerate(text()[1:], 2):
        assert f"Halaman {number} dari {count}" in page
        assert short in page
        assert "Laporan Hasil Evaluasi · Kota Surakarta" in page


def test_bookmarks_and_contents_lead_to_their_chapters() -> None:
    outline = outline_of(drawn())
    assert [title for title, _page, _top in outline][1:4] == [
        "1. Identitas kunjungan",
        "2. Ringkasan hasil",
        "3. Hasil penilaian per aspek",
    ]
    assert "Baseline" in [title for title, _page, _top in outline]
    for title, page, _top in outline[1:]:
        assert title.split(". ", 1)[-1] in text()[page]
    contents = pages_of(drawn(), layout=True)[1]
    for title, page, _top in outline[1:]:
        name = title.replace(". ", "  ", 1) if title[0].isdigit() else title
        line = next(line for line in contents.splitlines() if flat(name) in flat(line))
        assert str(page + 1) in line


def test_no_chapter_title_stands_alone_at_the_foot_of_a_page() -> None:
    for title, _page, top in outline_of(drawn()):
        assert top > 66 + 100, title


def test_tables_that_continue_say_so_again() -> None:
    assert any("Impact (lanjutan)" in page for page in text())
    for page in text():
        if "(lanjutan)" in page:
            assert "Mandiri" in page or "Keterangan" in page


def test_links_of_the_contents_point_at_real_pages() -> None:
    with pikepdf.open(io.BytesIO(drawn())) as document:
        pages = {page.objgen for page in document.pages}
        links = [note for note in document.pages[1].get("/Annots", ()) if note.Subtype == "/Link"]
        assert len(links) == len(outline_of(drawn())) - 1
        assert all(note.Dest[0].objgen in pages for note in links)


def test_three_places_to_sign_lie_apart_on_the_last_page() -> None:
    boxes = signature_boxes(drawn())
    assert tuple(box.name for box in boxes) == SIGNATURE_FIELDS
    assert {box.page_index for box in boxes} == {len(text()) - 1}
    for box in boxes:
        assert (round(box.x1 - box.x0, 1), round(box.y1 - box.y0, 1)) == STAMP_SIZE
        assert box.x0 > 0
        assert box.x1 < 595
    tops = sorted((box.y0, box.y1) for box in boxes)
    assert all(lower[1] < upper[0] for lower, upper in pairwise(tops))


def test_a_document_without_such_places_has_none() -> None:
    plain = pikepdf.new()
    plain.add_blank_page()
    out = io.BytesIO()
    plain.save(out)
    assert signature_boxes(out.getvalue()) == ()


def test_photos_are_embedded_as_they_were_encoded_and_only_once() -> None:
    instrument = sample_instrument()
    content = sample_content(instrument, photos=PHOTOS[:1])
    twice = replace(content, evidence=(*content.evidence, replace(content.evidence[0], key="/data/output/p3")))
    pdf = draw_report(build_model(twice, instrument), loader(PHOTOS))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        images = [o for o in document.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert len(images) == 1
        assert list(images[0].Filter) == ["/DCTDecode"]


def test_a_draft_says_so_on_every_page_and_shows_no_hash() -> None:
    pdf = draw_report(model(), loader(PHOTOS), draft=True)
    pages = [flat(page) for page in pages_of(pdf)]
    assert all("Draf untuk dibaca: belum ditandatangani" in page for page in pages)
    assert model().content_hash not in " ".join(pages)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in list(document.pages)[1:]:
            sizes = [row.operands[1] for row in pikepdf.parse_content_stream(page, "Tf")]
            assert 190 in sizes


def test_an_unfinished_visit_says_what_is_missing() -> None:
    instrument = sample_instrument()
    found = build_model(sample_content(instrument, skip=12), instrument)
    whole = flat(" ".join(pages_of(draw_report(found, loader(())))))
    assert "12 indikator belum dinilai" in whole
    assert whole.count("Belum dinilai") == 12


def test_a_visit_without_any_answer_can_be_drawn() -> None:
    instrument = sample_instrument()
    content = replace(sample_content(instrument), sheet=AnswerSheet(), evidence=(), explanations=())
    found = build_model(with_scores(content, instrument), instrument)
    assert found.index is None
    whole = flat(" ".join(pages_of(draw_report(found, loader(())))))
    assert "Asesor tidak menuliskan ringkasan." in whole
    assert "Tidak ada berkas bukti dukung" in whole


def test_an_instrument_without_scores_dimensions_or_predicates_can_be_drawn() -> None:
    instrument = Instrument(
        form_id="polos",
        version="",
        title=Text(),
        languages=("id",),
        default_language="id",
        items=(
            Item("/data", ItemType.GROUP, 0, children=("/data/a",)),
            Item("/data/a", ItemType.TEXT, 2, label=Text(MappingProxyType({"id": "Apa kabar?"}))),
        ),
        choices=MappingProxyType({}),
    )
    content = sample_content(sample_instrument())
    cells = {("/data/a", facet): "Kabar baik" for (_key, facet) in list(content.sheet.cells)[:1]}
    content = replace(
        content,
        sheet=AnswerSheet(MappingProxyType(cells)),
        scores=ContentScores(None, None, "", True, (), ()),
        evidence=(),
        draft=replace(content.draft, previous=None, people=(), place="", stage=""),
    )
    whole = flat(" ".join(pages_of(draw_report(build_model(content, instrument), loader(())))))
    assert "Apa kabar?" in whole
    assert "Belum ada indeks pembanding" in whole


def _other_instrument() -> ReportModel:
    """A report on an instrument of another programme, with what a program fills in for itself."""
    given = {"start": "2026-07-15T09:30:00", "deviceid": "laptop-7", "hidden": "rahasia", "text": "Kabar baik"}
    instrument = Instrument(
        form_id="puskesmas",
        version="1",
        title=Text(MappingProxyType({"id": "Survei Puskesmas"})),
        languages=("id",),
        default_language="id",
        items=(
            Item("/data", ItemType.GROUP, 0, children=tuple(f"/data/{name}" for name in given)),
            *(Item(f"/data/{name}", ItemType(name), 2, label=Text(MappingProxyType({"id": name}))) for name in given),
        ),
        choices=MappingProxyType({}),
    )
    content = sample_content(sample_instrument())
    facet = next(iter(content.sheet.cells))[1]
    cells = {(f"/data/{name}", facet): text for name, text in given.items()}
    sheet = AnswerSheet(MappingProxyType(cells))
    return build_model(replace(content, sheet=sheet, evidence=()), instrument)


def test_another_programme_is_headed_by_its_own_title() -> None:
    other = _other_instrument()
    whole = flat(" ".join(pages_of(draw_report(other, loader(())))))
    assert "SURVEI PUSKESMAS" in flat(pages_of(draw_report(other, loader(())))[0])
    assert texts.PROGRAMME.lower() not in whole.lower()
    meta = report_meta(other)
    assert (meta.subject.split(",")[0], "Smart City" in meta.keywords) == ("Hasil Survei Puskesmas", False)
    minutes = flat(" ".join(pages_of(draw_minutes(other, MinutesOptions()))))
    assert "SURVEI PUSKESMAS" in minutes and "Pelaksanaan Smart City" not in minutes
    assert "GERAKAN MENUJU SMART CITY" in text()[0]


def test_what_the_program_fills_in_for_itself_is_not_printed() -> None:
    whole = flat(" ".join(pages_of(draw_report(_other_instrument(), loader(())))))
    assert "Kabar baik" in whole
    assert "laptop-7" not in whole and "rahasia" not in whole and "2026-07-15T09" not in whole


def test_the_score_tree_can_be_recalculated_by_hand() -> None:
    tree = model().tree
    assert tree[0].value == model().index
    parts = [line for line in tree if line.depth == 1]
    assert sum((line.share or Decimal(0) for line in parts), Decimal(0)) == 100
    total = sum(((line.share or Decimal(0)) * (line.value or Decimal(0)) for line in parts), Decimal(0)) / 100
    assert abs(total - (model().index or Decimal(0))) < Decimal("1e-20")
    page = next(page for page in text() if "BAGIAN 9 Cara indeks dihitung" in page)
    assert "Indeks pencapaian = 10 % ×" in page


def test_the_report_repeats_what_the_instrument_says_about_itself() -> None:
    assert model().preface == (("Tentang instrumen ini", (PREFACE,)),)
    assert f"Tentang instrumen ini {PREFACE}" in " ".join(text())


def test_progress_is_told_and_may_stop_the_work() -> None:
    told: list[tuple[int, int]] = []
    draw_report(model(), loader(PHOTOS), lambda done, total, _text="": told.append((done, total)))
    assert told[0] == (0, 5)
    assert told[-1] == (5, 5)
    assert [done for done, _total in told] == sorted(done for done, _total in told)

    def stop(at: int) -> Callable[..., None]:
        def step(done: int, total: int, _text: str = "") -> None:
            if done == at:
                raise Cancelled

        return step

    for at in (0, 2, 4):
        with pytest.raises(Cancelled):
            draw_report(model(), loader(PHOTOS), stop(at))


def test_the_file_says_what_it_is_and_takes_its_time_from_the_visit() -> None:
    meta = report_meta(model())
    assert meta.title == "Laporan Hasil Evaluasi Kota Surakarta 2026"
    assert meta.author == model().assessor.name
    assert meta.created == model().closed_at
    assert meta.identifier == model().content_hash
