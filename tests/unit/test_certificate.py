"""Certificates as their recipients meet them: what they say, where it stands, what is marked, what is refused."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from gmsc_desktop.documents.certificate import (
    Certificate,
    certificates_json,
    certificates_meta,
    draw_certificates,
)
from gmsc_desktop.documents.pdfa import make_pdfa
from gmsc_desktop.documents.template import read_template
from gmsc_desktop.domain.awards import Signatory, from_document, to_document
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import Cancelled, DocumentError, InvalidInput
from gmsc_desktop.domain.region import Region
from tests.documents.awards_kit import DIRECTOR, MINISTER, QR, award, changed, template, write_template
from tests.documents.checks import pdfa_problems
from tests.documents.reading import flat, pages_of
from tests.signing_kit import NAME

LONGEST_NAME = "Kabupaten Administrasi Kepulauan Seribu dan Pulau-Pulau Kecil Terluar di Laut Jawa Utara"
EIGHT_MM = 8 * 72 / 25.4


def archive(*certificates: Certificate) -> bytes:
    pdf = draw_certificates(certificates, template())
    return make_pdfa(pdf, certificates_meta(certificates), certificates_json(certificates))


def said(*certificates: Certificate) -> str:
    return flat(" ".join(pages_of(draw_certificates(certificates, template()))))


def test_it_says_what_was_decided() -> None:
    text = said(Certificate(award(), qr=QR))
    for part in (
        "GERAKAN MENUJU SMART CITY", "Piagam Penghargaan", "Nomor 001/GMSC/XII/2021", "diberikan kepada",
        "Kota Surakarta", "Provinsi Jawa Tengah", "Smart Society", "Gerakan Menuju Smart City tahun 2021",
        "berdasarkan Keputusan Menteri Komunikasi dan Informatika Nomor 512 Tahun 2021",
        "Tangerang, 14 Desember 2021", MINISTER.name, MINISTER.title, "Pindai pada halaman Verifikasi",
    ):  # fmt: skip
        assert part in text
    assert "SALINAN" not in text
    assert "CONTOH" not in text


def test_a_line_that_speaks_of_nothing_is_left_out() -> None:
    assert "berdasarkan" not in said(Certificate(award(decision="")))


def test_one_or_two_people_sign() -> None:
    text = said(Certificate(award(signatories=(MINISTER, DIRECTOR))))
    for part in (MINISTER.name, MINISTER.title, DIRECTOR.name, DIRECTOR.title, f"NIP {DIRECTOR.nip}"):
        assert part in text


@pytest.mark.parametrize(
    "name",
    ["Kabupaten Administrasi Kepulauan Seribu", LONGEST_NAME, "W" * 90, "i " * 45, "Kota <b>tebal</b> & 'lain'"],
    ids=lambda name: name[:12],
)
def test_any_name_fits_and_all_of_it_is_there(name: str) -> None:
    pdf = draw_certificates([Certificate(award(name, signatories=(MINISTER, DIRECTOR)), qr=QR)], template())
    assert "".join(name.split()) in "".join("".join(pages_of(pdf)).split())
    assert ink(pdf) >= EIGHT_MM


@pytest.mark.parametrize("people", [(NAME,), (NAME, "Budi Santoso")])
def test_long_names_of_those_who_sign_are_read_without_a_glass(people: tuple[str, ...]) -> None:
    signatories = tuple(Signatory(name, "Menteri Komunikasi dan Informatika", "196510101990031001") for name in people)
    pdf = draw_certificates([Certificate(award(signatories=signatories), qr=QR)], template())
    (page,) = pages_of(pdf, raw=True)
    assert "".join(NAME.split()) in "".join(page.split())
    assert min(letters(pdf, "Suryodiningrat-Wiryokusumo"), letters(pdf, "ASEAN")) > 6.5
    assert ink(pdf) >= EIGHT_MM


def letters(pdf: bytes, word: str) -> float:
    """The height in points of the line in which ``word`` stands."""
    read = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    found = re.search(rf'yMin="([^"]+)" xMax="[^"]+" yMax="([^"]+)">[^<]*{word}', read)
    assert found is not None
    return float(found[2]) - float(found[1])


@pytest.mark.parametrize("name", ["Kota \U0001f600", "مدينة", "Kota\u202eatok", "城市"])
def test_what_cannot_be_printed_is_refused_by_name(name: str) -> None:
    with pytest.raises(DocumentError, match="cannot be printed: U\\+"):
        draw_certificates([Certificate(award(name))], template())


def test_what_is_too_long_is_refused_and_never_cut() -> None:
    people = (Signatory("W" * 200, "Menteri"),)
    with pytest.raises(DocumentError, match="too long"):
        draw_certificates([Certificate(award(signatories=people))], template())


def test_nothing_lies_within_eight_millimetres_of_the_edge() -> None:
    sheets = (
        Certificate(award(), qr=QR),
        Certificate(award(LONGEST_NAME, signatories=(MINISTER, DIRECTOR)), 3, date(2022, 1, 3), QR),
        Certificate(award(), example=True),
    )
    for sheet in sheets:
        assert ink(draw_certificates([sheet], template())) >= EIGHT_MM


def ink(pdf: bytes) -> float:
    """The distance in points from the sheet's edge to the nearest mark, as Ghostscript or Poppler paints it."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        pytest.skip("pdftoppm is not installed")
    painted = subprocess.run([tool, "-r", "72", "-gray", "-"], input=pdf, capture_output=True, check=True).stdout
    with Image.open(io.BytesIO(painted)) as page:
        box = page.point(lambda value: 255 if value < 250 else 0).getbbox()
        assert box is not None
        return float(min(box[0], box[1], page.width - box[2], page.height - box[3]))


def test_a_second_print_says_so_and_which() -> None:
    text = said(Certificate(award(), 2, date(2022, 1, 3)))
    assert "SALINAN" in text
    assert "SALINAN" not in said(Certificate(award()))
    assert "Cetakan ke-2, 3 Januari 2022" in text


def test_a_preview_is_marked() -> None:
    assert "CONTOH" in said(Certificate(award(), example=True))


def test_the_same_award_gives_the_same_bytes_and_an_archive(tmp_path: Path) -> None:
    sheets = (Certificate(award(), qr=QR), Certificate(award(), 2, date(2022, 1, 3)))
    first = archive(*sheets)
    assert archive(*sheets) == first
    assert pdfa_problems(first) == []
    tool = shutil.which("qpdf")
    if tool is None:
        pytest.skip("qpdf is not installed")
    (tmp_path / "piagam.pdf").write_bytes(first)
    subprocess.run([tool, "--check", tmp_path / "piagam.pdf"], check=True, capture_output=True)


def test_a_batch_draws_its_border_once() -> None:
    sheets = [Certificate(award(f"Kota {number}"), qr=None) for number in range(40)]
    pdf = draw_certificates(sheets, template())
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 40
        forms = [o for o in document.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"]
        files = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o]
    assert len(forms) == 2
    assert len(files) == 5
    assert len(pdf) < len(draw_certificates(sheets[:1], template())) + 40 * 2500


def test_the_record_travels_in_the_file() -> None:
    with pikepdf.open(io.BytesIO(archive(Certificate(award(), 2, date(2022, 1, 3), QR)))) as document:
        names = list(document.attachments)
        told = json.loads(document.attachments["award.json"].get_file().read_bytes())
    assert names == ["award.json"]
    (row,) = told["certificates"]
    assert from_document(row["award"]) == award()
    assert (row["print"], row["qr"]) == (2, QR)


def test_the_record_is_canonical_and_comes_back() -> None:
    document = to_document(award(signatories=(MINISTER, DIRECTOR)))
    assert from_document(json.loads(canonical_bytes(document))) == award(signatories=(MINISTER, DIRECTOR))
    for broken in (
        {},
        {**document, "format": "gmsc-award/2"},
        {**document, "date": "kemarin"},
        {**document, "year": None},
    ):
        with pytest.raises(InvalidInput):
            from_document(broken)


def test_a_province_is_not_named_twice() -> None:
    region = Region("33", "Provinsi Jawa Tengah", "provinsi", "33", "Jawa Tengah")
    assert said(Certificate(award(region=region))).count("Jawa Tengah") == 1


def test_progress_may_stop_a_batch() -> None:
    told: list[tuple[int, int]] = []
    draw_certificates([Certificate(award())] * 3, template(), lambda done, total, _text="": told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]

    def stop(done: int, _total: int, _text: str = "") -> None:
        if done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        draw_certificates([Certificate(award())] * 3, template(), stop)


def test_words_the_italic_lacks_stand_upright() -> None:
    assert "Ĉiuj ricevas" in flat(
        pages_of(draw_certificates([Certificate(award())], template(given_to="Ĉiuj ricevas")))[0]
    )


def test_the_office_changes_words_colours_and_logo(tmp_path: Path) -> None:
    Image.new("RGBA", (300, 200), (200, 0, 0, 120)).save(tmp_path / "lambang.png")
    path = write_template(
        tmp_path, logo="lambang.png", logo_height_mm=20, title="Sertifikat", issuer=["Dinas {place}", "Bidang"],
        body=["untuk {recipient} tahun {year}", "{{tetap}}"],
    )  # fmt: skip
    changed_one = read_template(path)
    assert changed_one.digest != template().digest
    sheets = (Certificate(award()), Certificate(award("Kota Surabaya")))
    pdf = draw_certificates(sheets, changed_one)
    text = flat(pages_of(pdf)[0])
    for part in ("Sertifikat", "DINAS TANGERANG", "BIDANG", "untuk Kota Surakarta tahun 2021", "{tetap}"):
        assert part in text
    made = make_pdfa(pdf, certificates_meta(sheets), certificates_json(sheets))
    assert pdfa_problems(made) == []
    with pikepdf.open(io.BytesIO(made)) as document:
        images = [o for o in document.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert len(images) == 1


def test_a_template_full_of_words_stays_above_the_signatures() -> None:
    line = (
        "Sebuah baris yang panjang sekali, yang ditulis kantor pusat tentang penghargaan ini dan maknanya bagi warga, "
        * 2
    )
    full = template(issuer=[line[:120]] * 4, body=[line] * 4)
    pdf = draw_certificates([Certificate(award(LONGEST_NAME, category=LONGEST_NAME))], full)
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed")
    boxes = subprocess.run([tool, "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    tops = {word: float(top) for top, word in re.findall(r'yMin="([\d.]+)"[^>]*>([^<]+)</word>', boxes)}
    assert tops["warga,"] < tops["Tangerang,"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "no JSON"),
        ("[]", "format"),
        (changed(format="gmsc-certificate-template/9"), "gmsc-certificate-template/1"),
        (changed(title=None), "title is missing"),
        (changed(judul="x"), "no member judul"),
        (changed(title=7), "title must be a text"),
        (changed(title="x" * 301), "longer than 300"),
        (changed(title="{recipent}"), "no placeholder {recipent}"),
        (changed(title="{recipient!r}"), "no placeholder"),
        (changed(title="{recipient"), "braces in title"),
        (changed(body="x"), "body must be a list"),
        (changed(body=["x"] * 5), "body must be a list"),
        (changed(colours={"main": "#000000"}), "colours must name exactly"),
        (changed(colours={"main": "biru", "accent": "#000000", "border": "#000000", "ground": "#000000"}), "biru"),
        (changed(logo_height_mm=500), "logo_height_mm"),
        (changed(logo_height_mm=True), "logo_height_mm"),
        (changed(logo="tiada.png"), "no picture tiada.png"),
        (changed(logo="../tiada.png"), "no picture ../tiada.png"),
        (changed(logo="piagam.json"), "no picture this program can read"),
        (changed(logo=3), "logo must be a text"),
    ],
    ids=range(20),
)  # fmt: skip
def test_what_is_wrong_with_a_template_is_said(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "piagam.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=re.escape(named)) as caught:
        read_template(path)
    assert caught.value.kept == "Nothing was printed."


def test_a_template_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_template(tmp_path / "tiada.json")
    (tmp_path / "piagam.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_template(tmp_path / "piagam.json")
