"""The awards a file of certificates carries: what each sheet says, and the QR that vouches for it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gmsc_desktop.documents import guard
from gmsc_desktop.documents.attached import attached_content
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import DocumentError
from gmsc_desktop.domain.texts import clean_line

ATTACHED_AWARDS = "award.json"
FORMAT = "gmsc-certificates/1"
MOST_SHEETS = 2_000


@dataclass(frozen=True, slots=True)
class AwardSheet:
    """One certificate: the hex SHA-256 of its award's canonical document, the text of its QR, empty for none, and what
    people know it by."""

    content_hash: str
    qr: str
    label: str = ""


def award_sheets(data: bytes) -> tuple[AwardSheet, ...]:
    """The certificates in the PDF ``data``, none when it is no file of certificates or cannot be read as one."""
    from pyhanko.pdf_utils.misc import PdfError

    from gmsc_desktop.documents.untrusted import BROKEN, open_pdf

    if guard.fault_of(data):
        return ()
    try:
        content = attached_content(open_pdf(data), ATTACHED_AWARDS)
        return () if content is None else _sheets(json.loads(content))
    except (*BROKEN, PdfError, DocumentError):
        # What cannot be read as certificates is judged as any other PDF.
        return ()


@dataclass(frozen=True, slots=True)
class RecapFound:
    """A recapitulation: the hex SHA-256 of its content, how many visits it brings together, and its title."""

    content_hash: str
    rows: int
    label: str = ""


def recap_in(data: bytes) -> RecapFound | None:
    """The recapitulation in the PDF ``data``, None when it is none."""
    from pyhanko.pdf_utils.misc import PdfError

    from gmsc_desktop.documents.recap import ATTACHMENT_NAME
    from gmsc_desktop.documents.recap import FORMAT as RECAP
    from gmsc_desktop.documents.untrusted import BROKEN, open_pdf

    if guard.fault_of(data):
        return None
    try:
        content = attached_content(open_pdf(data), ATTACHMENT_NAME)
        found = {} if content is None else json.loads(content)
        if content is None or found.get("format") != RECAP:
            return None
        return RecapFound(sha256_hex(content), len(found["rows"]), _words(found.get("title")))
    except (*BROKEN, PdfError, DocumentError):
        # As with certificates: it is judged as any other PDF then.
        return None


def _sheets(found: object) -> tuple[AwardSheet, ...]:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return ()
    listed = found["certificates"]
    if not isinstance(listed, list) or len(listed) > MOST_SHEETS:
        return ()
    sheets = []
    for sheet in listed:
        qr = sheet["qr"]
        if not isinstance(sheet["award"], dict) or not isinstance(qr, str | None):
            return ()
        award = sheet["award"]
        region = award.get("region")
        label = [_words(award.get("register_number")), _words(region.get("name") if isinstance(region, dict) else None)]
        sheets.append(AwardSheet(sha256_hex(canonical_bytes(award)), qr or "", ", ".join(filter(None, label))))
    return tuple(sheets)


def _words(value: object) -> str:
    """A text from outside for people to read, empty for anything else."""
    return clean_line(value) if isinstance(value, str) else ""
