"""The QR on paper: read back from pages as they are drawn, photographed, scanned badly, and pasted."""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import cache

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from gmsc_desktop.documents.model import build_model
from gmsc_desktop.documents.pdfa import make_pdfa
from gmsc_desktop.documents.qrcode import modules
from gmsc_desktop.documents.report import draw_report, report_meta
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.identity.cose import QrClaims, issue_qr
from tests.documents.checks import pdfa_problems
from tests.documents.reading import flat, pages_of
from tests.documents.sample import loader, sample_content, sample_instrument
from tests.signing_kit import NOW, enrolled


@cache
def paper() -> tuple[str, bytes]:
    """The text of a report's QR, and the report as PDF/A."""
    instrument = sample_instrument()
    content = sample_content(instrument)
    model = build_model(content, instrument)
    claims = QrClaims("report", "33.72", "Kota Surakarta", "2026/0195F0000001/1", model.content_hash, NOW)
    text = issue_qr(claims, enrolled())
    pdf = draw_report(model, loader(()), qr=text)
    return text, make_pdfa(pdf, report_meta(model), canonical_bytes(to_document(content)))


def last_page(pdf: bytes, dots: int) -> Image.Image:
    """The page of signatures at ``dots`` per inch."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        pytest.skip("pdftoppm is not installed")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = str(len(document.pages))
    drawn = subprocess.run(
        [tool, "-png", "-r", str(dots), "-f", page, "-l", page, "-"], input=pdf, capture_output=True, check=True
    )
    return Image.open(io.BytesIO(drawn.stdout)).convert("RGB")


def test_it_is_read_back_from_the_page() -> None:
    text, pdf = paper()
    assert [found.text for found in zxingcpp.read_barcodes(last_page(pdf, 120))] == [text]


def test_the_page_says_what_it_is_for_and_stays_pdfa() -> None:
    _text, pdf = paper()
    assert pdfa_problems(pdf) == []
    assert "Kode QR menyatakan dokumen apa yang diterbitkan" in flat(pages_of(pdf)[-1])


def test_it_is_thirty_millimetres_of_vectors() -> None:
    _text, pdf = paper()
    page = last_page(pdf, 254)
    found = zxingcpp.read_barcodes(page)[0]
    assert found.ec_level == "M"
    side = found.position.top_right.x - found.position.top_left.x
    assert side / 10 == pytest.approx(30 * 57 / 65, abs=0.4)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert not list(document.pages[-1].get_images())


def test_the_same_words_give_the_same_page_and_none_gives_the_page_without() -> None:
    instrument = sample_instrument()
    model = build_model(sample_content(instrument), instrument)
    text, _pdf = paper()
    assert draw_report(model, loader(()), qr=text) == draw_report(model, loader(()), qr=text)
    assert (
        draw_report(model, loader(()))
        == draw_report(model, loader(()), qr=None)
        != draw_report(model, loader(()), qr=text)
    )


@pytest.mark.parametrize("text", ["GMSC1:A", "GMSC1:" + "6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-" * 4])
def test_the_code_has_the_pattern_and_the_correction_it_should(text: str) -> None:
    """The format information beside the finder is that of level M (ISO/IEC 18004, 7.9), and nobody's size is larger."""
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    rows = modules(text)
    assert all(len(row) == len(rows) for row in rows)
    assert [row[:7] for row in rows[:2]] == [[True] * 7, [True, *[False] * 5, True]]
    # The two bits of the level, masked with 10 of 101010000010010: M is 00.
    assert rows[8][:2] == [True, False]
    other = QRCode(None, QRErrorCorrectLevel.M)
    other.addData(text)
    other.make()
    assert len(rows) == other.getModuleCount()
