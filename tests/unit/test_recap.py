"""Recapitulations: who is ranked where, what is stated of all, what the table and the CSV hold."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.documents.model import ReportModel, build_model
from gmsc_desktop.documents.pdfa import make_pdfa
from gmsc_desktop.documents.recap import OPTIONS, draw_recap, recap_csv, recap_json, recap_meta, recap_paper
from gmsc_desktop.documents.recap_model import RecapEntry, RecapModel, build_recap, entry_of
from gmsc_desktop.domain.answers import AnswerSheet, Facet
from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.papers import PaperSize, RecapOptions
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Person, Role
from tests.documents.checks import pdfa_problems
from tests.documents.reading import flat, pages_of
from tests.documents.sample import sample_content, sample_instrument
from tests.signing_kit import BODY, NAME, TITLE
from tests.unit.test_report_hostile import HOSTILE


@cache
def model() -> ReportModel:
    return build_model(sample_content(sample_instrument()), sample_instrument())


def entry(
    name: str, index: str, code: str = "", *, closed: bool = True, plan: bool | None = True, **more: object
) -> RecapEntry:
    region = Region(code or f"33.{abs(hash(name)) % 10_000}", name, "kota", "33", "Jawa Tengah")
    values = {"region": region, "index": Decimal(index), "complete": True, **more}
    return RecapEntry(replace(model(), **values), closed, plan)  # type: ignore[arg-type]


def archive(recap: RecapModel, options: RecapOptions = OPTIONS, **more: object) -> bytes:
    paper = recap_paper(recap)
    return make_pdfa(draw_recap(paper, options, **more), recap_meta(paper), paper.content)  # type: ignore[arg-type]


def table(recap: RecapModel) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(recap_csv(recap).decode("utf-8-sig")), delimiter=";"))


def test_regions_are_ranked_by_exact_index_and_share_a_rank_when_equal() -> None:
    recap = build_recap(
        [entry("B", "3.311"), entry("A", "3.309"), entry("D", "2"), entry("C", "3.309"), entry("E", "1")]
    )
    assert [(row.rank, row.entry.model.region.name) for row in recap.rows] == [
        (1, "B"), (2, "A"), (2, "C"), (4, "D"), (5, "E"),
    ]  # fmt: skip


def test_what_is_not_closed_or_not_complete_is_named_and_not_ranked() -> None:
    recap = build_recap([entry("A", "2"), entry("B", "4", closed=False), entry("C", "3", complete=False)])
    assert [(row.rank, row.entry.model.region.name) for row in recap.rows] == [(1, "A"), (None, "B"), (None, "C")]
    assert recap.mean() == 2
    text = flat(" ".join(pages_of(draw_recap(recap_paper(recap)))))
    assert "sementara: kunjungan belum ditutup" in text
    assert "sementara: penilaian belum lengkap" in text
    told = json.loads(recap_json(recap))
    assert [row["content_hash"] is None for row in told["rows"]] == [False, True, False]


@given(st.lists(st.sampled_from(["1", "1.5", "2", "2.5", "3"]), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_ranks_are_one_more_than_the_regions_above(values: list[str]) -> None:
    recap = build_recap([entry(f"Kota {n:02d}", value, code=f"33.{n}") for n, value in enumerate(values)])
    indices = [Decimal(value) for value in values]
    for row in recap.rows:
        index = row.entry.model.index
        assert index is not None
        assert row.rank == 1 + sum(other > index for other in indices)
    assert recap.mean() == sum(indices, Decimal(0)) / len(indices)


def test_what_the_programme_states_of_all() -> None:
    recap = build_recap([
        entry("A", "3", plan=True), entry("B", "2.5", plan=False), entry("C", "2", plan=True),
        entry("D", "1", plan=None),
    ])  # fmt: skip
    assert recap.planned == (2, 3)
    text = flat(" ".join(pages_of(draw_recap(recap_paper(recap)))))
    for part in (
        "4",
        "Daerah yang mengikuti evaluasi",
        "2 dari 3",
        "Menyelesaikan masterplan",
        "Rata-rata indeks",
        "Indeks naik",
    ):
        assert part in text


def test_the_masterplan_is_read_from_the_visit() -> None:
    content = sample_content(sample_instrument())
    key = "/data/masterplan/book_2", Facet.VALUE
    assert entry_of(model(), closed=True).plan is (content.sheet.cells[key] == "present")
    for value, expected in (("present", True), ("draft", False)):
        cells = {**content.sheet.cells, key: value}
        changed = replace(content, sheet=AnswerSheet(cells, content.sheet.repeats))
        assert entry_of(build_model(changed, sample_instrument()), closed=True).plan is expected


def test_the_newest_visit_of_a_region_counts_and_the_other_is_named() -> None:
    older = entry("Kota A", "4", code="33.1")
    newer = entry("Kota A", "2", code="33.1", closed_at=model().closed_at + timedelta(days=1))
    recap = build_recap([newer, older])
    assert [row.entry.model.index for row in recap.rows] == [2]
    assert recap.left_out == ("Kota A (2026)",)
    assert "tidak dimuat: Kota A (2026)" in flat(" ".join(pages_of(draw_recap(recap_paper(recap)))))


def test_what_cannot_be_compared_is_refused() -> None:
    other = entry("B", "2", index_max=Decimal(5))
    with pytest.raises(InvalidInput, match="cannot be compared"):
        build_recap([entry("A", "3"), other])


def test_every_row_stands_in_the_pdf_and_headings_repeat() -> None:
    recap = build_recap(
        [entry(f"Kabupaten Nomor {n:03d}", str(4 - n / 100), code=f"33.{n}") for n in range(90)], title="Jawa"
    )
    pages = [flat(page) for page in pages_of(draw_recap(recap_paper(recap)))]
    assert len(pages) > 4
    for n in range(90):
        assert any(f"{n + 1} Kabupaten Nomor {n:03d}" in page for page in pages)
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number} dari {len(pages)}" in page
        if "Kabupaten Nomor" in page:
            assert all(title in page for title in ("Peringkat", "Baseline", "Quick win", "Predikat"))
    assert any("Rata-rata" in page for page in pages[-2:])


def test_the_csv_holds_the_same_numbers() -> None:
    recap = build_recap(
        [entry("Kota A", "3.314"), entry("=cmd()", "2.5", plan=False), entry("Kota C", "1", closed=False)]
    )
    rows = table(recap)
    assert [row["Peringkat"] for row in rows] == ["1", "2", ""]
    assert [row["Daerah"] for row in rows] == ["Kota A", "'=cmd()", "Kota C"]
    assert [row["Indeks"] for row in rows] == ["3,31", "2,50", "1,00"]
    assert [row["Perubahan"] for row in rows] == ["0,45", "-0,36", "-1,86"]
    assert [row["Masterplan selesai"] for row in rows] == ["ya", "tidak", "ya"]
    assert rows[2]["Keterangan"] == "sementara: kunjungan belum ditutup"
    assert recap_csv(recap).startswith(b"\xef\xbb\xbfPeringkat;Kode;")


@pytest.mark.parametrize("paper", PaperSize)
def test_the_same_rows_give_the_same_archive(paper: PaperSize) -> None:
    def made() -> bytes:
        recap = build_recap([entry("A", "3"), entry("B", "2")])
        return archive(recap, RecapOptions(paper=paper))

    first = made()
    assert made() == first
    assert pdfa_problems(first) == []
    with pikepdf.open(io.BytesIO(first)) as document:
        width, height = (float(side) for side in document.pages[0].MediaBox[2:])
        assert json.loads(document.attachments["recap.json"].get_file().read_bytes())["rows"][0]["rank"] == 1
    assert width > height
    assert (round(width), round(height)) == ((842, 595) if paper is PaperSize.A4 else (935, 609))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_any_name_gives_an_archive(text: str) -> None:
    recap = build_recap([entry(text, "3", code="1", category=text), entry(text, "2", code="2")], title=text)
    assert pdfa_problems(archive(recap)) == []


def test_characters_without_a_glyph_are_named_wherever_they_stand() -> None:
    recap = build_recap([
        entry("Kota A", "3", code="1", closed_at=model().closed_at + timedelta(days=1)),
        entry("Kota \U0001f600", "2", code="1"),
    ])  # fmt: skip
    issuer = Person("Budi \u05e9", "", "", "", Role.LEAD)
    text = flat(" ".join(pages_of(draw_recap(recap_paper(recap), issuer=issuer))))
    assert "U+1F600 grinning face" in text
    assert "U+05E9 hebrew letter shin" in text


def test_who_issues_is_named_in_full_however_long() -> None:
    issuer = Person(NAME, "198203142008012003", TITLE, BODY, Role.LEAD)
    recap = build_recap([entry("Kota Surakarta", "3")])
    text = flat(pages_of(draw_recap(recap_paper(recap), issuer=issuer), raw=True)[-1])
    assert all(part in text for part in (NAME, TITLE, BODY))


def test_a_name_without_end_is_cut_for_all_to_see() -> None:
    issuer = Person("Nama " * 200, "", "", "", Role.LEAD)
    recap = build_recap([entry("Kota Surakarta", "3")])
    assert re.search("N[am ]*…", flat(" ".join(pages_of(draw_recap(recap_paper(recap), issuer=issuer), raw=True))))


def test_many_aspects_leave_room_for_names() -> None:
    bars = tuple(replace(model().aspects[0], name=f"/data/a{n}", label=f"Aspek {n}") for n in range(30))
    recap = build_recap([entry("Kota Surakarta", "3", aspects=bars)])
    text = flat(" ".join(pages_of(draw_recap(recap_paper(recap)))))
    assert "Tabel memuat 8 dari 30 aspek" in text
    assert "Kota Surakarta" in text
    assert len(table(recap)[0]) == 6 + 30 + 6
