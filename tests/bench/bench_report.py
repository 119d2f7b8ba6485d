"""The evaluation report against what a plain ReportLab script needs for the same words, figures and photos.

The script is what one writes by ReportLab's own manual: paragraphs with markup, tables with repeated headings, the
spider chart of its graphics, photos made small with Pillow. Same texts, same typefaces, ``useA85=0``, both with page
x of y. Alternating runs in one process; the middle of seven in processor time is compared. Typst sets the same words,
figures and photos (``_typst``), once with the photos as the camera wrote them, which it cannot make smaller, and once
with small ones, when making them small is not counted on our side either.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image as Pillow
from PIL import ImageOps

from gmsc_desktop.documents import fonts, texts
from gmsc_desktop.documents.images import Picture, make_picture
from gmsc_desktop.documents.model import Field, Heading, Indicator, ReportModel, build_model
from gmsc_desktop.documents.pdfa import make_pdfa
from gmsc_desktop.documents.report import draw_report, report_meta
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.numbers import show_decimal
from tests.bench._typst import report_source, typst_seconds
from tests.documents.sample import loader, photo, sample_content, sample_instrument

RUNS = 7


def measure() -> list[tuple[str, float, float]]:
    """Drawing, and drawing with the making of PDF/A, in units of the plain script."""
    photos = tuple(photo(number, (4000, 3000)) for number in range(4))
    instrument = sample_instrument()
    model = build_model(sample_content(instrument, photos=photos), instrument)
    images = loader(photos)
    meta = report_meta(model)
    small: dict[str, Picture] = {}

    def shrink_photos() -> None:
        for data in photos:
            picture = make_picture(data)
            assert picture is not None
            small[sha256_hex(data)] = picture

    jobs: list[Callable[[], object]] = [
        lambda: plain_script(model, images),
        lambda: draw_report(model, images),
        lambda: make_pdfa(draw_report(model, images), meta, b"{}"),
        shrink_photos,
    ]
    taken: list[list[float]] = [[] for _job in jobs]
    for job in jobs:
        job()
    for _run in range(RUNS):
        for job, times in zip(jobs, taken, strict=True):
            start = time.process_time()
            job()
            times.append(time.process_time() - start)
    plain, ours, archived, shrinking = (statistics.median(times) for times in taken)
    files = {f"{digest}.jpg": picture.jpeg for digest, picture in small.items()}
    source = report_source(model, list(small))
    typst = typst_seconds(source, files)
    whole = typst_seconds(source, {f"{sha256_hex(data)}.jpg": data for data in photos})
    rows = sum(not isinstance(e, Heading) for section in model.sections for e in section.entries)
    what = f"{rows} rows, radar, 4 photos of 12 megapixels: "
    return [
        (what + "draw_report / plain ReportLab", ours / plain, 1.1),
        (what + "with PDF/A", archived / plain, 1.25),
        (what + "draw_report / Typst with the photos as they are", ours / whole, 0.5),
        (what + "the pages alone / Typst with small photos", (ours - shrinking) / typst, 0.5),
    ]


def plain_script(model: ReportModel, images: Callable[[str], bytes | None]) -> bytes:
    """The same report as a straightforward script draws it."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Image, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    fonts.register()
    body = ParagraphStyle("b", fontName=fonts.SANS, fontSize=8.2, leading=11)
    strong = ParagraphStyle("s", parent=body, fontName=fonts.SANS_SEMIBOLD)
    title = ParagraphStyle("t", parent=body, fontName=fonts.SERIF_SEMIBOLD, fontSize=19, leading=24)
    note = ParagraphStyle("n", parent=body, fontName=fonts.SANS_ITALIC)
    grid = TableStyle([
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("FONTNAME", (0, 0), (-1, -1), fonts.SANS),
    ])  # fmt: skip

    def say(text: str, style: Any = body) -> Any:
        return Paragraph(escape(text), style)

    def table(head: list[str], rows: list[list[Any]], widths: list[float]) -> Any:
        cells = [[say(word, strong) for word in head], *rows]
        return Table(cells, colWidths=widths, repeatRows=1, style=grid)

    def picture(sha256: str) -> Any:
        data = images(sha256)
        assert data is not None
        with Pillow.open(io.BytesIO(data)) as opened:
            opened.draft("RGB", (640, 640))
            small = ImageOps.exif_transpose(opened.convert("RGB"))
        small.thumbnail((640, 640), Pillow.Resampling.LANCZOS)
        out = io.BytesIO()
        small.save(out, "JPEG", quality=80)
        return Image(io.BytesIO(out.getvalue()), width=74 * small.width / small.height, height=74)

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            self.kept: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self.kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self.kept, 1):
                self.__dict__.update(state)
                self.setFont(fonts.SANS, 7)
                self.drawRightString(540, 30, f"Halaman {number} dari {len(self.kept)}")
                self.drawString(56, 30, texts.FOOTER)
                self.drawString(56, 800, f"{texts.REPORT} {model.region.name}")
                super().showPage()
            super().save()

    story: list[Any] = [say(texts.REPORT, title), say(model.region.name, title), say(model.shown(model.index), title)]
    story += [PageBreak(), say(texts.IDENTITY, title)]
    facts = [(model.region.name, model.region.code), (model.place, model.stage), (model.content_hash, "")]
    story.append(table(["", ""], [[say(a), say(b)] for a, b in facts], [240, 240]))
    people = [[say(p.name), say(p.nip), say(p.title), say(p.organisation)] for p in model.people]
    story.append(table(["Nama", "NIP", "Jabatan", "Instansi"], people, [120] * 4))
    story += [PageBreak(), say(texts.SUMMARY, title), _spider(model), say(model.results.summary), PageBreak()]
    evidence = {line.number: line for line in model.evidence}
    for section in model.sections:
        story.append(say(section.label, title))
        rows: list[list[Any]] = []
        for entry in section.entries:
            if isinstance(entry, Heading):
                rows.append(["", say(entry.label, strong), "", ""])
            elif isinstance(entry, Field):
                rows.append(["", say(f"{entry.label}: {entry.value}"), "", ""])
            elif isinstance(entry, Indicator):
                cell = [say(entry.label, strong), say(entry.dimension), say(entry.descriptor)]
                if entry.self_level != entry.level:
                    cell.append(say(entry.self_descriptor))
                if entry.note:
                    cell.append(say(f"{texts.NOTE}{entry.note}", note))
                for number in entry.evidence:
                    line = evidence[number]
                    cell.append(picture(line.sha256) if line.media_type == "image/jpeg" else say(line.name))
                rows.append([entry.number, cell, say(str(entry.level)), say(str(entry.self_level))])
        story += [table(["No.", "Indikator", "Tingkat", "Mandiri"], rows, [30, 321, 66, 66]), Spacer(0, 14)]
    across = [
        [entry.number, say(entry.label), say(section.label), say(str(entry.level)), say(str(entry.self_level))]
        for section in model.sections
        for entry in section.entries
        if isinstance(entry, Indicator) and entry.dimension
    ]
    story += [
        say(texts.DIMENSIONS, title),
        table(["No.", "Indikator", "Aspek", "", ""], across, [30, 195, 130, 66, 62]),
    ]
    for name, items in (
        (texts.FINDINGS, model.results.findings),
        (texts.RECOMMENDATIONS, model.results.recommendations),
    ):
        said = [[str(n), say(i.text), [say(f"{a}: {b}") for a, b in i.particulars]] for n, i in enumerate(items, 1)]
        story += [say(name, title), table(["No.", name, ""], said, [30, 303, 150])]
    matrix = [[e.number, [say(e.name), say(e.caption)], say(e.subject), say(e.sha256)] for e in model.evidence]
    story += [say(texts.EVIDENCE, title), table(["No.", "Berkas", "Butir", "SHA-256"], matrix, [42, 176, 142, 123])]
    tree = [
        [say(f"{line.label} {texts.METHODS.get(line.method, '') if line.method else ''}"),
         say("" if line.share is None else show_decimal(round(line.share, 2))),
         say("" if line.value is None else show_decimal(round(line.value, 4)))]
        for line in model.tree
    ]  # fmt: skip
    story += [say(texts.SCORING, title), table(["Butir", "Porsi", "Nilai"], tree, [333, 74, 76]), PageBreak()]
    story.append(say(texts.SIGNATURES, title))
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, pageCompression=1, invariant=1).build(story, canvasmaker=Numbered)
    return out.getvalue()


def _spider(model: ReportModel) -> Any:
    from reportlab.graphics.charts.spider import SpiderChart
    from reportlab.graphics.shapes import Drawing

    drawing = Drawing(280, 220)
    chart = SpiderChart()
    chart.x, chart.y, chart.width, chart.height = 60, 20, 160, 180
    chart.data = [[float(bar.value or 0) for bar in model.dimensions]]
    chart.labels = [bar.label for bar in model.dimensions]
    chart.spokeLabels.fontName = fonts.SANS
    drawing.add(chart)
    return drawing
