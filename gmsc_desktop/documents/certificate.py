"""The Piagam Penghargaan: from an award to a sheet. The door of this package for whoever wants certificates.

A batch of hundreds is one document: the border is drawn once and shown on every page, each typeface is embedded once.
Nothing here knows the time.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from gmsc_desktop.documents import texts, wording
from gmsc_desktop.documents.pdfa import DocumentMeta
from gmsc_desktop.documents.template import CertificateTemplate
from gmsc_desktop.domain.awards import Award, to_document
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.i18n import _

ATTACHMENT_NAME = "award.json"
FORMAT = "gmsc-certificates/1"
_WIB = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Certificate:
    """One sheet. ``number`` counts its printings: from 2 on it is marked as a copy, with the day it was printed;
    ``qr`` is the text of its QR, None for none; an ``example`` is marked as one, for a preview."""

    award: Award
    number: int = 1
    printed_on: date | None = None
    qr: str | None = None
    example: bool = False


def draw_certificates(
    certificates: Sequence[Certificate], template: CertificateTemplate, progress: Progress = no_progress
) -> bytes:
    """A page in A4 landscape for each certificate, to be handed to ``make_pdfa``. ``progress`` counts sheets; it may
    raise ``Cancelled``. Raises ``ValueError`` when there is none to draw."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfgen.canvas import Canvas

    from gmsc_desktop.documents import fonts
    from gmsc_desktop.documents.diploma import Diploma

    if not certificates:
        raise ValueError("a document needs a page")
    fonts.register_display()
    out = io.BytesIO()
    canvas = Canvas(
        out, pagesize=landscape(A4), pageCompression=1, invariant=1, initialFontName=fonts.SANS, lang="id-ID"
    )
    canvas.setTitle(_title(certificates))
    diploma = Diploma(canvas, template)
    for number, certificate in enumerate(certificates):
        progress(number, len(certificates), _("Drawing the pages"))
        diploma.sheet(certificate)
    canvas.save()
    progress(len(certificates), len(certificates))
    return out.getvalue()


def certificates_meta(certificates: Sequence[Certificate]) -> DocumentMeta:
    """What the file says about itself; its time is the day of its newest award."""
    first = certificates[0].award
    newest = max(certificate.award.day for certificate in certificates)
    return DocumentMeta(
        title=_title(certificates),
        author=first.signatories[0].name,
        subject=f"{wording.CERTIFICATE_SUBJECT}, {first.category}"
        if len(certificates) == 1
        else wording.CERTIFICATE_SUBJECT,
        keywords=f"{texts.PROGRAMME}, piagam, penghargaan",
        created=datetime.combine(newest, time(), _WIB),
        identifier=f"piagam:{sha256_hex(certificates_json(certificates))}",
        attachment_description=wording.ATTACHED_AWARDS,
        attachment_name=ATTACHMENT_NAME,
    )


def _title(certificates: Sequence[Certificate]) -> str:
    first = certificates[0].award
    if len(certificates) > 1:
        return f"{wording.CERTIFICATE} {first.year} ({len(certificates)})"
    return f"{wording.CERTIFICATE} {first.region.name} {first.year}"


def certificates_json(certificates: Sequence[Certificate]) -> bytes:
    """What is attached to the file: the award of every page in order, its printing and the payload of its code."""
    return canonical_bytes(
        {
            "format": FORMAT,
            "certificates": [
                {
                    "award": to_document(certificate.award),
                    "print": certificate.number,
                    "qr": certificate.qr,
                }
                for certificate in certificates
            ],
        }
    )
