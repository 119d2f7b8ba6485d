"""Five hundred certificates in one file against what a plain ReportLab script needs for the same sheets.

The script is what one writes by ReportLab's own manual: the same border kept as a form and shown on every page, the
same typefaces, centred strings, ReportLab's own QR widget, ``useA85=0``. Alternating runs in one process; the
middle of five in processor time is compared, and the cost of PDF/A beside it. Typst sets the same sheets over the same
border (``_typst``).
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from datetime import date

from gmsc_desktop.documents import fonts
from gmsc_desktop.documents.certificate import (
    Certificate,
    certificates_json,
    certificates_meta,
    draw_certificates,
)
from gmsc_desktop.documents.pdfa import make_pdfa
from gmsc_desktop.documents.template import CertificateTemplate, read_template
from gmsc_desktop.domain.awards import Award, Signatory
from gmsc_desktop.domain.numbers import show_date
from gmsc_desktop.domain.region import Region
from gmsc_desktop.resources import resource
from gmsc_desktop.services.regions import RegionService
from tests.bench._typst import border_pdf, certificates_source, typst_seconds

SHEETS, RUNS = 500, 5
QR = (
    "GMSC1:"
    + "6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC%OQHIZC4.OI1RM8ZA.A5:S9MKN4NN3F85QNCY0O" * 2
)


def sheets(count: int, *, qr: bool) -> list[Certificate]:
    """One certificate for each of ``count`` regions."""
    signatory = (Signatory("Dr. Ir. Rahmat Hidayat, M.T.", "Direktur Jenderal", "196510101990031001"),)
    made = []
    for number, region in enumerate(RegionService().all()[:count]):
        award = Award(
            f"{number}", f"{number:03d}/GMSC/XII/2021", region, "Smart Society", 2021,
            "Keputusan Menteri Nomor 512 Tahun 2021", "Tangerang", date(2021, 12, 14), signatory,
        )  # fmt: skip
        made.append(Certificate(award, qr=f"{QR}{number:05d}" if qr else None))
    return made


def measure() -> list[tuple[str, float, float]]:
    """Drawing without and with QR, and with the making of PDF/A, in units of the plain script."""
    template = read_template(resource("templates", "piagam.json"))
    plain, coded = sheets(SHEETS, qr=False), sheets(60, qr=True)
    jobs: list[Callable[[], object]] = [
        lambda: plain_script(plain, template),
        lambda: draw_certificates(plain, template),
        lambda: make_pdfa(draw_certificates(plain, template), certificates_meta(plain), certificates_json(plain)),
        lambda: plain_script(coded, template),
        lambda: draw_certificates(coded, template),
    ]
    taken: list[list[float]] = [[] for _job in jobs]
    jobs[1]()
    for _run in range(RUNS):
        for job, times in zip(jobs, taken, strict=True):
            start = time.process_time()
            job()
            times.append(time.process_time() - start)
    script, ours, archived, script_coded, ours_coded = (statistics.median(times) for times in taken)
    border = border_pdf(template, 841.89, 595.28)
    typst = typst_seconds(certificates_source(plain, template), {"border.pdf": border})
    return [
        (f"{SHEETS} certificates: draw_certificates / Typst", ours / typst, 1.1),
        (f"{SHEETS} certificates: draw_certificates / plain ReportLab", ours / script, 1.1),
        (f"{SHEETS} certificates with PDF/A", archived / script, 1.5),
        ("60 certificates with QR: draw_certificates / plain ReportLab", ours_coded / script_coded, 1.1),
    ]


def plain_script(certificates: list[Certificate], template: CertificateTemplate) -> bytes:
    """The same sheets as a straightforward script draws them."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfgen.canvas import Canvas

    from gmsc_desktop.documents.guilloche import draw_border

    fonts.register_display()
    out = io.BytesIO()
    width, height = landscape(A4)
    canvas = Canvas(out, pagesize=(width, height), pageCompression=1, invariant=1, initialFontName=fonts.SANS)
    main, accent, ink, muted = (HexColor(c) for c in (template.main, template.accent, "#1C2B30", "#5A6B70"))
    canvas.beginForm("border")
    draw_border(
        canvas, width, height, 28.35, HexColor(template.border), HexColor(template.accent), HexColor(template.ground)
    )
    canvas.endForm()
    for certificate in certificates:
        award, region = certificate.award, certificate.award.region
        assert isinstance(region, Region)
        canvas.doForm("border")
        y = height - 90
        for face, size, colour, spread, text in (
            (fonts.SANS_SEMIBOLD, 9.2, main, 1.6, template.issuer[0].upper()),
            (fonts.SERIF_SEMIBOLD, 39, main, 0.6, template.title),
            (fonts.SANS, 10.5, muted, 0.3, f"Nomor {award.register_number}"),
            (fonts.SERIF_ITALIC, 13.5, ink, 0, template.given_to),
            (fonts.SERIF_SEMIBOLD, 36, ink, 0, region.name),
            (fonts.SANS, 10.5, muted, 0, f"Provinsi {region.province}"),
            (fonts.SERIF_ITALIC, 13.5, ink, 0, template.as_what),
            (fonts.SERIF_SEMIBOLD, 25, accent, 0, award.category),
            (fonts.SERIF, 11.6, ink, 0, f"atas capaian dalam pelaksanaan Gerakan Menuju Smart City tahun {award.year}"),
            (fonts.SERIF, 11.6, ink, 0, f"berdasarkan {award.decision}"),
            (fonts.SERIF, 11, ink, 0, f"{award.place}, {show_date(award.day)}"),
            (fonts.SERIF, 11, ink, 0, award.signatories[0].title),
            (fonts.SERIF_SEMIBOLD, 13, ink, 0, award.signatories[0].name),
            (fonts.SANS, 8.6, muted, 0, f"NIP {award.signatories[0].nip}"),
        ):
            canvas.setFont(face, size)
            canvas.setFillColor(colour)
            canvas.drawCentredString(width / 2, y, text, charSpace=spread)
            y -= size + 10
        canvas.setStrokeColor(accent)
        canvas.line(width / 2 - 90, 91, width / 2 + 90, 91)
        canvas.line(width / 2 - 90, 420, width / 2 + 90, 420)
        if certificate.qr is not None:
            widget = QrCodeWidget(certificate.qr, barLevel="M", barWidth=85, barHeight=85)
            drawing = Drawing(85, 85)
            drawing.add(widget)
            renderPDF.draw(drawing, canvas, 128, 88)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
