"""The Laporan Hasil Evaluasi: from its model to a PDF. The door of this package for whoever wants a report.

Nothing here knows the time: every moment printed is the visit's own, so the same content gives the same bytes.
"""

from __future__ import annotations

from gmsc_desktop.documents import texts
from gmsc_desktop.documents.drawn import Images
from gmsc_desktop.documents.model import ReportModel
from gmsc_desktop.documents.pdfa import DocumentMeta
from gmsc_desktop.domain.numbers import show_dates
from gmsc_desktop.domain.papers import ReportOptions
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.i18n import _

REPORT_OPTIONS = ReportOptions()


def draw_report(
    model: ReportModel,
    images: Images,
    progress: Progress = no_progress,
    *,
    draft: bool = False,
    options: ReportOptions = REPORT_OPTIONS,
    qr: str | None = None,
) -> bytes:
    """The report as a PDF, to be handed to ``make_pdfa``.

    ``images`` gives the plain bytes of an evidence file by its SHA-256, or None. ``draft`` marks every page DRAF.
    ``qr`` is the text of the QR on the page of signatures (``identity.cose``), None for none.
    ``progress`` counts photos, then one unit for the pages; it may raise ``Cancelled``. Raises ``DocumentError`` when
    the pages cannot be laid out.
    """
    from reportlab.platypus import Flowable

    from gmsc_desktop.documents import closing, fonts, opening, results
    from gmsc_desktop.documents.cover import draw_cover
    from gmsc_desktop.documents.furniture import Furniture, build
    from gmsc_desktop.documents.kit import Kit
    from gmsc_desktop.documents.page import page_for
    from gmsc_desktop.documents.parts import Contents
    from gmsc_desktop.documents.photos import Photos
    from gmsc_desktop.documents.text import Writer
    from gmsc_desktop.documents.theme import BODY_WIDTH

    fonts.register()
    units = 1

    def photo(position: int, count: int) -> None:
        nonlocal units
        units = count + 1
        progress(position, units, _("Preparing photo {number} of {count}").format(number=position + 1, count=count))

    writer = Writer()
    photos = Photos(model.evidence, images, photo, edge=options.photo_edge, drawn=options.photos)
    page = page_for(options.paper)
    lines = {line.number: line for line in model.evidence}
    kit = Kit(writer, page, model=model, photos=photos, draft=draft, lines=lines, qr=qr)
    drawing = _("Drawing the pages")
    progress(units - 1, units, drawing)
    first = opening.identity(kit)
    rest: list[Flowable] = [
        *opening.summary(kit),
        *results.aspects(kit),
        *results.dimensions(kit),
        *results.fieldwork(kit),
        *results.conclusions(kit),
        *closing.evidence(kit),
        *closing.scoring(kit),
        *opening.annex(kit),
    ]
    region, stage = writer.line(model.region.name), writer.line(model.stage)
    furniture = Furniture(
        title=report_meta(model).title,
        left=f"{texts.REPORT} · {region}",
        right=" · ".join(part for part in (texts.YEAR.format(year=model.cycle_year), stage[:40]) if part),
        footer=texts.FOOTER,
        digest=texts.DRAFT_LINE if draft else texts.FOOTER_HASH.format(digest=_short(model.content_hash)),
        draft=draft,
        page=page,
    )
    # The signature page comes after the list of characters that could not be drawn, and they must be named there.
    for text in (model.assessor.name, model.assessor.title, model.assessor.organisation):
        writer.line(text)
    rest += [*closing.notes(kit), *closing.signatures(kit)]
    contents = [kit.grid([kit.heading(texts.CONTENTS, above=0)], [BODY_WIDTH]), Contents(kit.contents, BODY_WIDTH)]
    pdf = build(
        [*contents, *first, *rest],
        furniture,
        lambda canvas: draw_cover(canvas, page, model, writer, draft=draft),
        lambda: progress(units - 1, units, drawing),
    )
    progress(units, units, drawing)
    return pdf


def _short(digest: str) -> str:
    """The first 16 hexadecimal digits in groups of four: enough to compare by eye, the whole stands at the end."""
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4))


def report_meta(model: ReportModel) -> DocumentMeta:
    """What the report's file says about itself; its time is that of closing."""
    subject = texts.REPORT_SUBJECT if model.smart_city else texts.OTHER_SUBJECT.format(title=model.programme)
    return DocumentMeta(
        title=f"{texts.REPORT} {model.region.name} {model.cycle_year}",
        author=model.assessor.name,
        subject=f"{subject}, {model.region.name}, {show_dates(model.starts_on, model.ends_on)}",
        keywords=", ".join(part for part in (model.programme, model.region.code, model.stage, "evaluasi") if part),
        created=model.closed_at,
        identifier=model.content_hash,
        attachment_description="Isi kunjungan (JSON kanonik, RFC 8785), sumber laporan ini",
    )
