"""The berita acara as both sides sign it, and reports on other sheets."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from gmsc_desktop.documents.agreement import compare_sides
from gmsc_desktop.documents.drawn import SIGNATURE_FIELDS, signature_boxes
from gmsc_desktop.documents.minutes import draw_minutes, minutes_meta
from gmsc_desktop.documents.model import Indicator, ReportModel, build_model
from gmsc_desktop.documents.pdfa import make_pdfa
from gmsc_desktop.documents.report import draw_report
from gmsc_desktop.documents.stamp import STAMP_SIZE
from gmsc_desktop.documents.words import day_in_words
from gmsc_desktop.domain.answers import AnswerSheet, Facet
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.content import Content
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.papers import MinutesOptions, PaperSize, ReportOptions
from tests.documents.awards_kit import QR
from tests.documents.checks import pdfa_problems
from tests.documents.reading import flat, outline_of, pages_of
from tests.documents.sample import loader, photo, sample_content, sample_instrument, with_scores
from tests.unit.test_report_hostile import HOSTILE, filled_with

F4 = (609.45, 935.43)


@cache
def content() -> Content:
    return sample_content(sample_instrument())


@cache
def model() -> ReportModel:
    return build_model(content(), sample_instrument())


def said(options: MinutesOptions = MinutesOptions(), of: ReportModel | None = None, **more: object) -> str:  # noqa: B008
    return flat(" ".join(pages_of(draw_minutes(of or model(), options, **more))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2021, 12, 14), "Selasa, tanggal empat belas bulan Desember tahun dua ribu dua puluh satu"),
        (date(2026, 3, 1), "Minggu, tanggal satu bulan Maret tahun dua ribu dua puluh enam"),
        (date(2017, 5, 21), "Minggu, tanggal dua puluh satu bulan Mei tahun dua ribu tujuh belas"),
        (date(2100, 10, 11), "Senin, tanggal sebelas bulan Oktober tahun dua ribu seratus"),
    ],
)
def test_days_in_words(day: date, words: str) -> None:
    assert day_in_words(day) == words


def test_the_day_stands_there_in_words_and_figures() -> None:
    options = MinutesOptions(day=date(2021, 12, 14), place="Balai Kota", number="BA-7/2021")
    text = said(options)
    expected = "Pada hari ini, Selasa, tanggal empat belas bulan Desember tahun dua ribu dua puluh satu (14-12-2021)"
    assert f"{expected}, bertempat di Balai Kota, kami" in text
    assert "Nomor: BA-7/2021" in text


def test_without_a_choice_it_is_the_last_day_and_place_of_the_visit() -> None:
    text = said()
    assert day_in_words(model().ends_on) in text
    assert f"bertempat di {model().place}" in text
    assert "Nomor: ......" in text


def test_both_sides_are_named_with_nip_and_position() -> None:
    text = said()
    for person in model().people:
        for part in (person.name, person.nip, person.title, person.organisation):
            assert part in text


def test_findings_and_recommendations_are_the_points_agreed() -> None:
    text = said()
    agreed, disputed = text.split("Pokok-pokok yang berbeda pendapat", 1)
    for item in (*model().results.findings, *model().results.recommendations):
        assert item.text in agreed
        assert all(value in agreed for _label, value in item.particulars)
        assert item.text not in disputed


def test_every_level_that_differs_is_a_point_disputed() -> None:
    agreement = compare_sides(model())
    entries = [e for section in model().sections for e in section.entries if isinstance(e, Indicator)]
    differing = [e.key for e in entries if e.self_level is not None and e.self_level != e.level]
    assert [dispute.indicator.key for dispute in agreement.disputes] == differing
    assert agreement.compared == agreement.same + len(differing) == 67
    disputed = said().split("Pokok-pokok yang berbeda pendapat", 1)[1]
    for dispute in agreement.disputes:
        assert f"{dispute.indicator.number} {dispute.indicator.label}" in disputed
    assert f"Pada {len(differing)} indikator berikut" in disputed
    assert f"Tingkat {agreement.same} dari 67 indikator" in said()


def test_both_sides_may_agree_on_all_or_not_be_comparable() -> None:
    cells = content().sheet.cells
    alone = AnswerSheet({key: text for key, text in cells.items() if key[1] is not Facet.SELF}, content().sheet.repeats)
    lonely = build_model(replace(content(), sheet=alone), sample_instrument())
    assert "Daerah tidak menyampaikan penilaian mandiri" in said(of=lonely)
    assert "Tidak ada perbedaan" in said(of=lonely)
    same = {key: cells[key[0], Facet.VALUE] if key[1] is Facet.SELF else text for key, text in cells.items()}
    agreeing = build_model(replace(content(), sheet=AnswerSheet(same, content().sheet.repeats)), sample_instrument())
    assert "Tingkat 67 indikator yang dinilai sendiri oleh daerah sama" in said(of=agreeing)


def test_what_is_not_applicable_though_the_region_answered_is_disputed() -> None:
    key = next(key for key, facet in content().sheet.cells if facet is Facet.SELF)
    cells = {**content().sheet.cells, (key, Facet.NOT_APPLICABLE): "Tidak ada laut"}
    found = compare_sides(
        build_model(replace(content(), sheet=AnswerSheet(cells, content().sheet.repeats)), sample_instrument())
    )
    assert key in [dispute.indicator.key for dispute in found.disputes]


@pytest.mark.parametrize("paper", PaperSize)
def test_the_places_to_sign_are_those_signing_looks_for_and_lie_together(paper: PaperSize) -> None:
    boxes = signature_boxes(draw_minutes(model(), MinutesOptions(paper=paper), qr=QR))
    assert tuple(box.name for box in boxes) == SIGNATURE_FIELDS
    assert len({box.page_index for box in boxes}) == 1
    for box in boxes:
        assert (round(box.x1 - box.x0, 1), round(box.y1 - box.y0, 1)) == STAMP_SIZE
    for one in boxes:
        for other in boxes:
            apart = one.x1 <= other.x0 or other.x1 <= one.x0 or one.y1 <= other.y0 or other.y1 <= one.y0
            assert one is other or apart


def test_the_code_stands_only_when_there_is_one() -> None:
    assert "Pindai kode ini" in said(qr=QR)
    assert "Pindai kode ini" not in said()
    with pikepdf.open(io.BytesIO(draw_minutes(model(), qr=QR))) as document:
        squares = [len(pikepdf.parse_content_stream(page, "re")) for page in document.pages]
    assert squares[-1] > 300


def test_a_draft_says_so_and_names_no_hash() -> None:
    text = said(draft=True)
    assert "Draf untuk dibaca" in text
    assert model().content_hash not in text
    assert model().content_hash in said()


def test_the_same_visit_gives_the_same_bytes_and_an_archive(tmp_path: Path) -> None:
    def made() -> bytes:
        pdf = draw_minutes(build_model(content(), sample_instrument()), MinutesOptions(), qr=QR)
        return make_pdfa(pdf, minutes_meta(model()), canonical_bytes(to_document(content())))

    first = made()
    assert made() == first
    assert pdfa_problems(first) == []
    with pikepdf.open(io.BytesIO(first)) as document:
        assert document.attachments["visit.json"].get_file().read_bytes() == canonical_bytes(to_document(content()))
    tool = shutil.which("qpdf")
    if tool is None:
        pytest.skip("qpdf is not installed")
    (tmp_path / "ba.pdf").write_bytes(first)
    subprocess.run([tool, "--check", tmp_path / "ba.pdf"], check=True, capture_output=True)


def test_pages_are_counted_from_the_first() -> None:
    pages = [flat(page) for page in pages_of(draw_minutes(model()))]
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number} dari {len(pages)}" in page


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_any_text_everywhere_still_gives_a_signable_archive(text: str) -> None:
    hostile = build_model(filled_with(text), sample_instrument())
    options = MinutesOptions(number=text[:80], place=text)
    archive = make_pdfa(draw_minutes(hostile, options, qr=QR), minutes_meta(hostile), b"{}")
    assert pdfa_problems(archive) == []
    boxes = signature_boxes(archive)
    assert len(boxes) == 4
    assert len({box.page_index for box in boxes}) == 1


def test_what_could_not_be_drawn_is_named() -> None:
    hostile = build_model(filled_with("Bagus \U0001f600"), sample_instrument())
    assert "U+1F600 grinning face" in said(of=hostile)


def test_nobody_was_met_and_nothing_was_answered() -> None:
    bare = replace(
        content(), sheet=AnswerSheet(), evidence=(), explanations=(), draft=replace(content().draft, people=())
    )
    empty = build_model(with_scores(bare, sample_instrument()), sample_instrument())
    text = said(of=empty)
    assert "Tidak ada temuan maupun rekomendasi" in text
    assert empty.assessor.name in text
    assert len(signature_boxes(draw_minutes(empty))) == 4


@pytest.mark.parametrize("draw", [
    lambda: draw_minutes(model(), MinutesOptions(paper=PaperSize.F4)),
    lambda: draw_report(model(), loader(()), options=ReportOptions(paper=PaperSize.F4)),
], ids=["minutes", "report"])  # fmt: skip
def test_on_folio(draw: Callable[[], bytes]) -> None:
    pdf = draw()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            assert tuple(round(float(side), 2) for side in page.MediaBox[2:]) == F4
    for title, _page, top in outline_of(pdf)[1:]:
        assert 66 + 100 < top < F4[1], title
    assert max(box.y1 for box in signature_boxes(pdf)) < F4[1] - 60


def test_a_report_without_photos_names_every_file() -> None:
    photos = tuple(photo(number, (400, 300)) for number in range(3))
    found = build_model(sample_content(sample_instrument(), photos=photos), sample_instrument())
    pdf = draw_report(found, loader(photos), options=ReportOptions(photos=False))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert not [o for o in document.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
    text = flat(" ".join(pages_of(pdf)))
    assert "Naskah ini dibuat tanpa foto" in text
    for line in found.evidence:
        assert line.sha256[:32] in text


@pytest.mark.parametrize("edge", [200, 640, 1000])
def test_the_longest_edge_of_photos_is_chosen(edge: int) -> None:
    photos = (photo(1, (1600, 1200)),)
    found = build_model(sample_content(sample_instrument(), photos=photos), sample_instrument())
    pdf = draw_report(found, loader(photos), options=ReportOptions(photo_edge=edge))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (image,) = [o for o in document.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert (int(image.Width), int(image.Height)) == (edge, edge * 3 // 4)


@pytest.mark.parametrize("edge", [0, 199, 2401])
def test_an_edge_that_makes_no_sense_is_refused(edge: int) -> None:
    with pytest.raises(InvalidInput):
        ReportOptions(photo_edge=edge)


def test_a_number_that_does_not_fit_is_refused_and_one_that_does_is_whole() -> None:
    assert f"Nomor: {'W' * 80}" in said(MinutesOptions(number="W" * 80))
    with pytest.raises(InvalidInput, match="81 of at most 80"):
        MinutesOptions(number="W" * 81)
