"""The Rekapitulasi: from its model to a PDF, a CSV and the JSON attached. The door of this package for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gmsc_desktop.documents import texts, wording
from gmsc_desktop.documents.model import programme_of
from gmsc_desktop.documents.pdfa import DocumentMeta
from gmsc_desktop.documents.recap_model import RecapModel, RecapRow, value_of
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.domain.papers import RecapOptions
from gmsc_desktop.domain.visit import Person

OPTIONS = RecapOptions()
FORMAT = "gmsc-recap/1"
ATTACHMENT_NAME = "recap.json"


@dataclass(frozen=True, slots=True)
class RecapPaper:
    """A recapitulation ready to be drawn: its model, the content that is attached to its file (canonical JSON), and the
    hex SHA-256 of that, which the pages, the file and the QR all carry."""

    model: RecapModel
    content: bytes
    digest: str


def recap_paper(recap: RecapModel) -> RecapPaper:
    """``recap`` with its content, worked out once."""
    content = recap_json(recap)
    return RecapPaper(recap, content, sha256_hex(content))


def draw_recap(
    paper: RecapPaper, options: RecapOptions = OPTIONS, *, issuer: Person | None = None, qr: str | None = None
) -> bytes:
    """The recapitulation as a PDF in landscape, to be handed to ``make_pdfa``.

    ``issuer`` is who will sign it, lines to write on when nobody is named; ``qr`` is the text of the QR beside the
    places to sign, None for none. Raises ``DocumentError`` when it cannot be laid out.
    """
    from gmsc_desktop.documents import fonts
    from gmsc_desktop.documents.furniture import Furniture, build
    from gmsc_desktop.documents.kit import Sheet
    from gmsc_desktop.documents.page import page_for
    from gmsc_desktop.documents.ranking import closing, pages
    from gmsc_desktop.documents.text import Writer

    fonts.register()
    recap = paper.model
    sheet = Sheet(Writer(), page_for(options.paper, landscape=True))
    signing = closing(sheet, paper.digest, issuer, qr)
    furniture = Furniture(
        title=recap_meta(paper).title,
        left=" · ".join(part for part in (wording.RECAP, sheet.writer.line(recap.title)) if part),
        right=texts.YEAR.format(year=recap.years),
        footer=wording.RECAP_FOOTER,
        digest=texts.FOOTER_HASH.format(digest=f"SHA-256 {paper.digest}"),
        draft=False,
        page=sheet.page,
        letterhead=True,
    )
    return build([*pages(sheet, recap), signing], furniture)


def recap_meta(paper: RecapPaper) -> DocumentMeta:
    """What the file says about itself; its time is that of the newest content in it."""
    recap = paper.model
    newest = max((row.entry.model for row in recap.rows), key=lambda model: model.closed_at)
    title = " ".join(part for part in (wording.RECAP, recap.title, recap.years) if part)
    return DocumentMeta(
        title=title,
        author=newest.assessor.name,
        subject=f"{wording.RECAP_SUBJECT}, {len(recap.rows)}",
        keywords=f"{programme_of(recap.instrument)}, rekapitulasi",
        created=recap.newest,
        identifier=f"rekapitulasi:{paper.digest}",
        attachment_description=wording.ATTACHED_RECAP,
        attachment_name=ATTACHMENT_NAME,
    )


def recap_json(recap: RecapModel) -> bytes:
    """What is attached to the file: every row with exact numbers and the hash of the content it comes from."""
    return canonical_bytes(
        {
            "format": FORMAT,
            "title": recap.title,
            "rows": [
                {
                    "rank": row.rank,
                    "region": {
                        "code": row.entry.model.region.code,
                        "name": row.entry.model.region.name,
                        "province": row.entry.model.region.province,
                    },
                    "cycle": {"year": row.entry.model.cycle_year, "stage": row.entry.model.stage},
                    "visit_id": row.entry.model.visit_id,
                    "content_hash": row.entry.model.content_hash if row.entry.closed else None,
                    "aspects": [
                        {"key": key, "value": _exact(value_of(row.entry, key))} for key, _label in recap.aspects
                    ],
                    "index": _exact(row.entry.model.index),
                    "previous": _exact(row.entry.model.previous.index) if row.entry.model.previous else None,
                    "category": row.entry.model.category,
                    "complete": row.entry.model.complete,
                    "masterplan": row.entry.plan,
                }
                for row in recap.rows
            ],
        }
    )


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def recap_csv(recap: RecapModel) -> bytes:
    """The rows as a table that Indonesian spreadsheets open as they are: UTF-8 with signature, semicolons, decimal
    commas. A text that a spreadsheet would take for a formula is led by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    labels = [_text(label) for _key, label in recap.aspects]
    head = ("Peringkat", "Kode", "Daerah", "Provinsi", "Tahun", "Tahap", *labels, "Indeks", "Indeks sebelumnya")
    writer.writerow((*head, "Perubahan", "Predikat", "Masterplan selesai", "Keterangan"))
    for row in recap.rows:
        writer.writerow(_cells(recap, row))
    return out.getvalue().encode("utf-8-sig")


def _cells(recap: RecapModel, row: RecapRow) -> Sequence[str | int]:
    model = row.entry.model
    region, decimals = model.region, recap.instrument.score_decimals

    def number(value: Decimal | None) -> str:
        return "" if value is None else recap.shown(value)

    change = "" if model.improvement is None else show_decimal(model.improvement, decimals)
    plan = {None: "", True: "ya", False: "tidak"}[row.entry.plan]
    return (
        "" if row.rank is None else row.rank,
        _text(region.code), _text(region.name), _text(region.province), model.cycle_year, _text(model.stage),
        *(number(value_of(row.entry, key)) for key, _label in recap.aspects),
        number(model.index), number(model.previous.index if model.previous else None), change,
        _text(model.category), plan, provisional(row),
    )  # fmt: skip


def provisional(row: RecapRow) -> str:
    """Why the row is not ranked, or the empty text."""
    if row.rank is not None:
        return ""
    return wording.PROVISIONAL.format(why=wording.WHY_INCOMPLETE if row.entry.closed else wording.WHY_DRAFT)


def _text(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line}" if line[:1] in ("=", "+", "-", "@") else line
