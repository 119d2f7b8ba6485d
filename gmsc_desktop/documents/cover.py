"""The cover: what this is, of whom, and the result in one glance."""

from __future__ import annotations

import math

from reportlab.pdfbase.pdfmetrics import stringWidth

from gmsc_desktop.documents import fonts, texts, theme
from gmsc_desktop.documents.charts import wrapped
from gmsc_desktop.documents.model import ReportModel
from gmsc_desktop.documents.page import Page
from gmsc_desktop.documents.stamp import shrink
from gmsc_desktop.documents.text import Writer
from gmsc_desktop.domain.numbers import show_dates, show_decimal

_BAND = 300.0
"""The height of the white foot of the cover; the dark ground lies above it."""


def draw_cover(canvas: theme.Canvas, page: Page, model: ReportModel, writer: Writer, *, draft: bool) -> None:
    """Fill the first page."""
    canvas.bookmarkPage("sampul")
    canvas.addOutlineEntry(texts.REPORT, "sampul", 0)
    canvas.setFillColor(theme.DEEP)
    canvas.rect(0, _BAND, page.width, page.height - _BAND, stroke=0, fill=1)
    _motif(canvas, page, model)
    canvas.setFillColor(theme.ACCENT)
    canvas.rect(0, _BAND - 4, page.width, 4, stroke=0, fill=1)
    _title(canvas, page, model, writer)
    if draft:
        canvas.setFillColor(theme.ACCENT)
        canvas.roundRect(page.margin_x, page.height - 184, 62, 22, 2, stroke=0, fill=1)
        canvas.setFillColor(theme.WHITE)
        canvas.setFont(fonts.SANS_BOLD, 11)
        canvas.drawString(page.margin_x + 12, page.height - 177, texts.DRAFT, charSpace=2)
    _result(canvas, page, model, writer)
    _facts(canvas, page, model, writer)
    _foot(canvas, page, model, draft=draft)


def _motif(canvas: theme.Canvas, page: Page, model: ReportModel) -> None:
    """The region's own radar, large and pale, running off the right edge; a plain hexagon without dimensions."""
    count = max(len(model.dimensions), 3) if model.dimensions else 6
    values = (
        [float((bar.value or 0) / model.index_max) for bar in model.dimensions] if len(model.dimensions) > 2 else []
    )
    x, y, radius = page.width - 52, page.height - 214, 250.0
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(0, _BAND, page.width, page.height - _BAND)
    canvas.clipPath(clip, stroke=0, fill=0)
    canvas.setStrokeColor(theme.DEEP_SOFT)
    canvas.setLineWidth(0.9)

    def ring(parts: list[float], *, fill: int, stroke: int) -> None:
        path = canvas.beginPath()
        for position, part in enumerate(parts):
            angle = math.pi / 2 - 2 * math.pi * position / len(parts)
            at = (x + radius * part * math.cos(angle), y + radius * part * math.sin(angle))
            if position:
                path.lineTo(*at)
            else:
                path.moveTo(*at)
        path.close()
        canvas.drawPath(path, fill=fill, stroke=stroke)

    if values:
        canvas.setFillColor(theme.COVER_SHAPE)
        ring(values, fill=1, stroke=0)
    for step in range(1, 9):
        ring([step / 8] * count, fill=0, stroke=1)
    for position in range(count):
        angle = math.pi / 2 - 2 * math.pi * position / count
        canvas.line(x, y, x + radius * math.cos(angle), y + radius * math.sin(angle))
    if values:
        canvas.setStrokeColor(theme.TEAL)
        canvas.setLineWidth(1.4)
        canvas.setLineJoin(1)
        ring(values, fill=0, stroke=1)
    canvas.restoreState()


def _title(canvas: theme.Canvas, page: Page, model: ReportModel, writer: Writer) -> None:
    left = page.margin_x
    canvas.setFillColor(theme.PALE)
    _programme(canvas, left, page.height - 84, writer.line(model.programme).upper())
    canvas.setFillColor(theme.WHITE)
    canvas.setFont(fonts.SERIF, 25)
    canvas.drawString(left, page.height - 122, texts.REPORT)
    cycle = " · ".join(part for part in (texts.YEAR.format(year=model.cycle_year), writer.line(model.stage)) if part)
    shown, size = shrink(cycle, fonts.SANS, 11.5, theme.BODY_WIDTH - 40, smallest=8)
    canvas.setFillColor(theme.PALE)
    canvas.setFont(fonts.SANS, size)
    canvas.drawString(left, page.height - 142, shown)
    name = writer.line(model.region.name)
    lines = wrapped(name, fonts.SERIF_SEMIBOLD, 44, theme.BODY_WIDTH, 3)
    points = 44.0
    if len(lines) > 2 or "…" in "".join(lines):
        points = 32.0
        lines = wrapped(name, fonts.SERIF_SEMIBOLD, points, theme.BODY_WIDTH, 4)
    y = _BAND + 62
    canvas.setFont(fonts.SERIF_SEMIBOLD, points)
    canvas.setFillColor(theme.WHITE)
    for line in reversed(lines):
        canvas.drawString(left, y, line)
        y += points * 1.12
    canvas.setFont(fonts.SANS, 12)
    canvas.setFillColor(theme.PALE)
    province = texts.IN_PROVINCE.format(province=model.region.province) if model.region.province else ""
    shown, size = shrink(writer.line(province), fonts.SANS, 12, theme.BODY_WIDTH, smallest=8)
    canvas.drawString(left, _BAND + 36, shown)


def _programme(canvas: theme.Canvas, x: float, y: float, name: str) -> None:
    """One line, spaced out while there is room for it."""
    spacing = 1.4 if stringWidth(name, fonts.SANS_SEMIBOLD, 9) + 1.4 * len(name) <= theme.BODY_WIDTH else 0
    shown, size = shrink(name, fonts.SANS_SEMIBOLD, 9, theme.BODY_WIDTH, smallest=6.5)
    canvas.setFont(fonts.SANS_SEMIBOLD, size)
    canvas.drawString(x, y, shown, charSpace=spacing)


def _result(canvas: theme.Canvas, page: Page, model: ReportModel, writer: Writer) -> None:
    left, y = page.margin_x, _BAND - 44
    canvas.setFillColor(theme.MUTED)
    canvas.setFont(fonts.SANS_SEMIBOLD, 7.4)
    canvas.drawString(left, y, texts.INDEX.upper(), charSpace=0.8)
    canvas.setFillColor(theme.DEEP)
    canvas.setFont(fonts.SERIF_SEMIBOLD, 58)
    canvas.drawString(left - 2, y - 56, model.shown(model.index))
    below = texts.OUT_OF.format(highest=show_decimal(model.index_max.normalize()))
    canvas.setFont(fonts.SANS, 9.6)
    canvas.setFillColor(theme.MUTED)
    canvas.drawString(left, y - 80, below if model.complete else f"{below} · {texts.INCOMPLETE}")
    if model.category:
        canvas.setFillColor(theme.ACCENT)
        shown, size = shrink(writer.line(model.category), fonts.SERIF_SEMIBOLD, 17, 190, smallest=9)
        canvas.setFont(fonts.SERIF_SEMIBOLD, size)
        canvas.drawString(left, y - 108, shown)
    if model.improvement is not None and model.previous is not None:
        canvas.setFillColor(theme.INK)
        canvas.setFont(fonts.SANS, 9.6)
        compared = texts.COMPARED.format(index=model.shown(model.previous.index), year=model.previous.year)
        text = f"{model.shown_improvement()} {compared}"
        canvas.drawString(left, y - 126, text)


def _facts(canvas: theme.Canvas, page: Page, model: ReportModel, writer: Writer) -> None:
    x, y = page.margin_x + 224, _BAND - 44
    room = page.width - page.margin_x - x
    lead = next(iter(model.team()), model.assessor)
    facts = (
        (texts.DATES, show_dates(model.starts_on, model.ends_on)),
        (texts.PLACE, writer.line(model.place)),
        (texts.LEAD_ASSESSOR, writer.line(lead.name)),
        (texts.INSTRUMENT, writer.line(model.instrument.title.get("id") or model.instrument.form_id)),
    )
    for label, value in facts:
        if not value:
            continue
        canvas.setFillColor(theme.MUTED)
        canvas.setFont(fonts.SANS_SEMIBOLD, 7.2)
        canvas.drawString(x, y, label.upper(), charSpace=0.6)
        canvas.setFillColor(theme.INK)
        canvas.setFont(fonts.SANS, 10.4)
        for line in wrapped(value, fonts.SANS, 10.4, room, 2):
            y -= 14
            canvas.drawString(x, y, line)
        y -= 21


def _foot(canvas: theme.Canvas, page: Page, model: ReportModel, *, draft: bool) -> None:
    canvas.setStrokeColor(theme.RULE)
    canvas.setLineWidth(0.5)
    canvas.line(page.margin_x, 62, page.width - page.margin_x, 62)
    canvas.setFont(fonts.SANS, 7)
    canvas.setFillColor(theme.MUTED)
    canvas.drawString(page.margin_x, 49, texts.FOOTER)
    digest = texts.DRAFT_LINE if draft else texts.FOOTER_HASH.format(digest=f"SHA-256 {model.content_hash}")
    canvas.drawString(page.margin_x, 38, digest)
