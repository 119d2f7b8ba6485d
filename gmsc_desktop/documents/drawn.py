"""What drawing hands to signing: where evidence bytes come from, and where the empty signature fields belong.

Every drawn document carries each place for a signature as a named destination ``ttd.<field name>`` of the kind FitR
(ISO 32000-1, 12.3.2.2), whose rectangle is the field's. So the places travel in the PDF itself: a reader can jump to
them, and signing needs nothing but the bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Images = Callable[[str], bytes | None]
"""Gives the plain bytes of an evidence file by its SHA-256, or None when it is not at hand."""

FIELD_ASSESSOR = "Asesor"
FIELD_SECOND = "AsesorKedua"
FIELD_REGION = "PejabatDaerah"
FIELD_NATIONAL = "SertifikatNasional"
SIGNATURE_FIELDS = (FIELD_ASSESSOR, FIELD_SECOND, FIELD_REGION, FIELD_NATIONAL)
"""The names of the signature fields, in the order in which people are expected to sign. The last is nobody's of those
who met: it stays free for a certificate of a national authority, whoever has signed before."""

FIELD_ISSUER = "Penerbit"
FIELD_APPROVER = "Mengetahui"
"""The fields of papers that are issued rather than agreed on: who issues them, and who approves."""

_PLACES = (*SIGNATURE_FIELDS, FIELD_ISSUER, FIELD_APPROVER)
_PREFIX = "ttd."


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """Where one signature field lies, in points from the lower left corner of page ``page_index`` (from 0)."""

    name: str
    page_index: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def rect(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top in points, as a widget annotation's Rect."""
        return self.x0, self.y0, self.x1, self.y1


def mark_signature_box(canvas: Any, name: str, x0: float, y0: float, x1: float, y1: float) -> None:
    """Write the place of field ``name`` into the page being drawn; coordinates are the page's own, in points."""
    from reportlab.pdfbase.pdfdoc import PDFDictionary

    place = canvas.bookmarkPage(_PREFIX + name, fit="FitR", left=x0, bottom=y0, right=x1, top=y1)
    # ReportLab resolves destinations by itself and writes no names; these must be found by name.
    catalog = canvas._doc.Catalog
    if getattr(catalog, "Dests", None) is None:
        catalog.Dests = PDFDictionary({})
    catalog.Dests.dict[_PREFIX + name] = place


def signature_boxes(pdf: bytes) -> tuple[SignatureBox, ...]:
    """The places for signatures in ``pdf``, in the order in which people are expected to sign; those it lacks are left
    out."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        places = opened.Root.get("/Dests", pikepdf.Dictionary())
        pages = {page.objgen: position for position, page in enumerate(opened.pages)}
        found = []
        for name in _PLACES:
            place = places.get(f"/{_PREFIX}{name}")
            if place is not None and place[1] == pikepdf.Name.FitR:
                x0, y0, x1, y1 = (float(place[position]) for position in range(2, 6))
                found.append(SignatureBox(name, pages[place[0].objgen], x0, y0, x1, y1))
        return tuple(found)
