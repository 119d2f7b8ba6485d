"""*Verifikasi* of a QR: from a photograph, a scan or pasted text, alone and against the PDF it belongs to."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from gmsc_desktop.documents.signing import sign_pdf
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.verdict import Status, Verdict
from gmsc_desktop.identity.certificates import to_pem
from gmsc_desktop.identity.cose import QrClaims, issue_qr
from gmsc_desktop.services import verdicts
from gmsc_desktop.services.verification import verify_file, verify_text
from tests.documents.test_qr import last_page, paper
from tests.signing_kit import BOXES, NOW, content_bytes, enrolled, office, signed_pdf, visit_content

CONTENT = content_bytes(visit_content())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(to_pem(office().certificate))
    return path


@pytest.fixture
def assessor(tmp_path: Path) -> Path:
    path = tmp_path / "asesor.pem"
    path.write_bytes(to_pem(enrolled().certificate))
    return path


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "laporan.pdf"
    path.write_bytes(signed_pdf())
    return path


def qr(content: bytes = CONTENT) -> str:
    return issue_qr(QrClaims("report", "33.72", "Kota Surakarta", "17", sha256_hex(content), NOW), enrolled())


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


@cache
def page() -> Image.Image:
    return last_page(paper()[1], 150)


def tilted(image: Image.Image) -> Image.Image:
    """As photographed from below and to the side, on a grey table, a little out of focus."""
    wide, tall = image.size
    # Where each corner of the picture looks up the page: top left, bottom left, bottom right, top right.
    corners = (-wide * 0.22, -tall * 0.1, -wide * 0.05, tall * 1.06, wide * 1.1, tall * 1.12, wide * 1.2, -tall * 0.04)
    table = (120, 118, 112)
    photo = image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=table)
    return photo.rotate(11, Image.Resampling.BICUBIC, expand=True, fillcolor=(90, 90, 88)).filter(
        ImageFilter.GaussianBlur(0.8)
    )


def dim(image: Image.Image) -> Image.Image:
    shade = Image.linear_gradient("L").resize(image.size).convert("RGB")
    return Image.blend(image.point(lambda value: 30 + value * 0.3), shade, 0.35)


def upside_down(image: Image.Image) -> Image.Image:
    return image.rotate(180)


PHOTOS = {"tilted": tilted, "dim": dim, "upside_down": upside_down, "as_it_is": lambda image: image}


@pytest.mark.parametrize("how", sorted(PHOTOS))
def test_a_photograph_is_read(how: str, tmp_path: Path, assessor: Path) -> None:
    path = tmp_path / "foto.jpg"
    PHOTOS[how](page()).save(path, "JPEG", quality=70)
    verdict = verify_file(path, trust=(assessor,))
    assert (verdict.status, verdict.kind, verdict.file_name) == (Status.GENUINE, "qr", "foto.jpg")
    assert verdict.file_sha256 == sha256_hex(path.read_bytes())
    assert verdict.issued is not None
    assert verdict.issued.region_name == "Kota Surakarta"


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_scan_of_either_kind(kind: str, tmp_path: Path, assessor: Path) -> None:
    path = tmp_path / "pindaian.bin"
    page().convert("L").save(path, kind)
    assert verify_file(path, trust=(assessor,)).status is Status.GENUINE


def test_a_photograph_turned_by_its_camera(tmp_path: Path, assessor: Path) -> None:
    path = tmp_path / "foto.jpg"
    turned = page().rotate(90, expand=True)
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(path, "JPEG", exif=exif)
    assert verify_file(path, trust=(assessor,)).status is Status.GENUINE


def test_a_picture_without_a_qr_and_a_file_that_is_none(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "foto.png"
    Image.new("RGB", (300, 200), "white").save(path)
    verdict = verify_file(path, trust=(root,))
    assert (verdict.status, codes(verdict)) == (Status.DAMAGED, {"no_qr"})
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    verdict = verify_file(path, trust=(root,))
    assert (verdict.status, codes(verdict)) == (Status.DAMAGED, {"no_picture"})


def test_two_codes_on_one_picture_are_not_better_than_the_worse(tmp_path: Path, assessor: Path) -> None:
    one = page()
    both = Image.new("RGB", (one.width * 2, one.height), "white")
    both.paste(one, (0, 0))
    drawn = io.BytesIO()
    _draw_alone(qr()[:-3] + "000").save(drawn, "PNG")
    both.paste(Image.open(drawn), (one.width, 200))
    path = tmp_path / "dua.png"
    both.save(path)
    verdict = verify_file(path, trust=(assessor,))
    assert verdict.status in (Status.ALTERED, Status.DAMAGED)
    assert "several" in codes(verdict)


def _draw_alone(text: str) -> Image.Image:
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = code.getModuleCount()
    image = Image.new("L", (size + 8, size + 8), 255)
    for number, row in enumerate(code.modules):
        for column, dark in enumerate(row):
            image.putpixel((column + 4, number + 4), 0 if dark else 255)
    return image.resize((image.width * 6, image.height * 6), Image.Resampling.NEAREST)


def test_pasted_text_alone_and_with_its_pdf(report: Path, root: Path, assessor: Path) -> None:
    assert verify_text(qr(), trust=(root,)).status is Status.UNKNOWN_SIGNER
    assert verify_text(qr(), trust=(assessor,)).status is Status.GENUINE
    verdict = verify_text(qr(), trust=(root,), against=report)
    assert verdict.status is Status.GENUINE
    assert "qr_match" in {reason.code for reason in verdict.reasons if reason.good}
    assert len(verdict.signers) == 2
    text = "\n".join(verdicts.lines(verdict))
    assert "Kota Surakarta (33.72)" in text
    assert verdicts.to_json(verdict)["issued"]["content_hash"] == sha256_hex(CONTENT)


def test_a_photograph_against_its_pdf(tmp_path: Path, report: Path, root: Path) -> None:
    path = tmp_path / "foto.png"
    _draw_alone(qr()).save(path)
    assert verify_file(path, trust=(root,), against=report).status is Status.GENUINE


def test_a_qr_of_another_paper_does_not_match(report: Path, root: Path) -> None:
    verdict = verify_text(qr(b"another"), trust=(root,), against=report)
    assert verdict.status is Status.ALTERED
    assert "qr_match" in {reason.code for reason in verdict.reasons if not reason.good}


def test_neither_is_better_than_the_other(tmp_path: Path, report: Path, root: Path, assessor: Path) -> None:
    changed = tmp_path / "ubah.pdf"
    data = bytearray(report.read_bytes())
    data[len(data) // 3] ^= 1
    changed.write_bytes(data)
    assert verify_text(qr(), trust=(root, assessor), against=changed).status in (Status.ALTERED, Status.DAMAGED)
    words = qr()
    middle = len(words) // 2
    broken = words[:middle] + ("A" if words[middle] != "A" else "B") + words[middle + 1 :]
    assert verify_text(broken, trust=(root,), against=report).status in (Status.ALTERED, Status.DAMAGED)
    assert verify_text("GMSC1:", trust=(root,), against=report).status is Status.DAMAGED


def test_a_pdf_that_names_no_visit_cannot_vouch_for_a_qr(tmp_path: Path, root: Path) -> None:
    from tests.signing_kit import plain_pdf

    path = tmp_path / "lain.pdf"
    path.write_bytes(sign_pdf(plain_pdf(), enrolled(), at=NOW, boxes=BOXES))
    verdict = verify_text(qr(), trust=(root,), against=path)
    assert verdict.status is not Status.GENUINE
    assert "qr_match" in codes(verdict)


def test_a_pdf_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        verify_text(qr(), against=tmp_path / "tidak-ada.pdf")
