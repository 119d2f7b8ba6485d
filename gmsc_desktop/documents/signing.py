"""Signing a PDF: PAdES baseline B-B in a signature field, with the drawn stamp as its face (docs/signatures.md).

All signature fields are made, empty, before the first signature, so that a second assessor or an official of the
region can sign later without touching what the first one signed. A signature is appended; not one byte before it
changes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gmsc_desktop.documents.drawn import FIELD_ASSESSOR, SignatureBox, signature_boxes
from gmsc_desktop.documents.signatures import CONTENT_HASH_KEY, DRAWN_BY_KEY, DRAWN_TITLE_KEY, FORMAT, FORMAT_KEY
from gmsc_desktop.domain.drawing import DrawnMark
from gmsc_desktop.domain.errors import N_, DocumentError, Refused
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.identity import cms
from gmsc_desktop.identity.signer import AnySigner, organisation_of, title_of

_TOOLTIPS = {
    "Asesor": "Tanda tangan asesor",
    "AsesorKedua": "Tanda tangan asesor kedua",
    "PejabatDaerah": "Tanda tangan pejabat daerah",
    "SertifikatNasional": "Tempat bagi sertifikat otoritas nasional",
    "Penerbit": "Tanda tangan penerbit",
    "Mengetahui": "Tanda tangan pejabat yang mengetahui",
}


def sign_pdf(
    pdf: bytes,
    identity: AnySigner,
    *,
    at: datetime,
    field: str = FIELD_ASSESSOR,
    boxes: Sequence[SignatureBox] | None = None,
    content_hash: str = "",
    title: str = "",
    organisation: str = "",
    purpose: str = "",
    reason: str = "",
    location: str = "",
    mark: DrawnMark | None = None,
    progress: Progress = no_progress,
) -> bytes:
    """``pdf`` with one signature more, in the field named ``field``.

    ``at`` is the time the signer claims. ``boxes`` says where the fields lie when the PDF has none yet; left out, the
    places the document itself names are used. ``title`` and ``organisation`` are shown in the stamp, by default as in
    the certificate; ``purpose`` is a line in the stamp, ``reason`` and ``location`` are entries of the signature.
    ``mark`` is a signature drawn on the screen by somebody else, which ``identity`` only seals.
    ``content_hash`` (hex) defaults to the hash of the visit's content attached to the PDF, empty when there is none.

    Raises ``Refused`` when the field is missing or already signed, ``InvalidInput`` for a mark without name or drawing,
    ``DocumentError`` when ``pdf`` cannot be read.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError

    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        if not _fields(writer):
            _add_fields(writer, signature_boxes(pdf) if boxes is None else boxes)
        _refuse_unless_empty(writer, field)
        progress(1, 3)
        stated = content_hash or _attached_hash(writer.prev)
        stamp = _Stamp(identity, at, title, organisation, purpose, stated, mark.checked() if mark else None)
        signed = _append(writer, identity, field, at, stamp, reason or purpose, location)
    except PdfError as error:
        raise unreadable(error) from error
    progress(3, 3)
    return signed


def add_fields(pdf: bytes, boxes: Sequence[SignatureBox] | None = None) -> bytes:
    """``pdf`` with every signature field made and empty, appended as an update. Raises ``DocumentError``."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError

    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        _add_fields(writer, signature_boxes(pdf) if boxes is None else boxes)
        out = io.BytesIO()
        writer.write(out)
    except PdfError as error:
        raise unreadable(error) from error
    return out.getvalue()


def open_fields(pdf: bytes) -> tuple[str, ...]:
    """The names of the signature fields of ``pdf`` that are still empty. Raises ``DocumentError``."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        return tuple(name for name, signed in _fields(PdfFileReader(io.BytesIO(pdf))).items() if not signed)
    except PdfError as error:
        raise unreadable(error) from error


def unreadable(error: Exception) -> DocumentError:
    """The error for a PDF that cannot be read, with the library's words as detail."""
    return DocumentError(
        N_("The PDF cannot be read: {detail}."), kept=N_("Nothing was signed."), detail=str(error).rstrip(".")
    )


def _fields(handler: Any) -> dict[str, bool]:
    """Every signature field by name, and whether it is signed."""
    from pyhanko.sign.fields import enumerate_sig_fields

    return {name: value is not None for name, value, _ref in enumerate_sig_fields(handler)}


def _add_fields(writer: Any, boxes: Sequence[SignatureBox]) -> None:
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    for box in boxes:
        append_signature_field(
            writer,
            SigFieldSpec(
                box.name,
                on_page=box.page_index,
                box=box.rect,
                readable_field_name=_TOOLTIPS.get(box.name),
            ),
        )


def _refuse_unless_empty(writer: Any, field: str) -> None:
    signed = _fields(writer).get(field)
    if signed is None:
        raise Refused(N_("The document has no place for this signature ({field})."), field=field)
    if signed:
        raise Refused(
            N_("This place is already signed ({field})."), kept=N_("The signatures in it are untouched."), field=field
        )


class _Stamp:
    """The visible face of the signature, drawn for the size of the field."""

    def __init__(
        self,
        identity: AnySigner,
        at: datetime,
        title: str,
        organisation: str,
        purpose: str,
        content_hash: str,
        mark: DrawnMark | None,
    ) -> None:
        self.mark = mark
        self.identity = identity
        self.at = at
        self.title = title or title_of(identity.certificate)
        self.organisation = organisation or organisation_of(identity.certificate)
        self.purpose = purpose
        self.content_hash = content_hash

    def put(self, writer: Any, widget: Any) -> None:
        """Make the stamp the normal appearance of ``widget``."""
        from pyhanko.pdf_utils import generic
        from pyhanko.pdf_utils.reader import PdfFileReader

        x0, y0, x1, y1 = (float(item) for item in widget["/Rect"])
        if x0 == x1 or y0 == y1:
            return
        drawn = self._draw((abs(x1 - x0), abs(y1 - y0)))
        face = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(drawn)))
        widget["/AP"] = generic.DictionaryObject({generic.pdf_name("/N"): face})
        writer.update_container(widget)

    def _draw(self, size: tuple[float, float]) -> bytes:
        from gmsc_desktop.documents.marks import draw_mark
        from gmsc_desktop.documents.stamp import draw_stamp

        if self.mark is not None:
            return draw_mark(self.mark, self.identity.name, self.at, self.content_hash, size=size)
        return draw_stamp(
            self.identity.name, self.title, self.organisation, self.at, self.purpose, self.content_hash, size=size
        )


def _append(
    writer: Any, identity: AnySigner, field: str, at: datetime, stamp: _Stamp, reason: str, location: str
) -> bytes:
    """Write the update with an empty signature, digest it, and fill the signature in."""
    from pyhanko.pdf_utils import generic
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    steps = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
    stamp.put(writer, next(steps).get_object())
    placeholder = SignatureObject(
        timestamp=at.replace(microsecond=0),
        subfilter=SigSeedSubFilter.PADES,
        reason=reason or None,
        location=location or None,
        bytes_reserved=2 * cms.size_of(identity),
    )
    placeholder[generic.pdf_name(FORMAT_KEY)] = generic.pdf_string(FORMAT)
    if stamp.mark is not None:
        placeholder[generic.pdf_name(DRAWN_BY_KEY)] = generic.pdf_string(stamp.mark.name)
        placeholder[generic.pdf_name(DRAWN_TITLE_KEY)] = generic.pdf_string(stamp.mark.title)
    if stamp.content_hash:
        placeholder[generic.pdf_name(CONTENT_HASH_KEY)] = generic.pdf_string(stamp.content_hash)
    steps.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    steps.send(cms.sign_detached(prepared.document_digest, identity))
    signed: bytes = output.getvalue()
    return signed


def _attached_hash(reader: Any) -> str:
    from gmsc_desktop.documents.attached import attached_content
    from gmsc_desktop.domain.canonical import sha256_hex

    content = attached_content(reader)
    return "" if content is None else sha256_hex(content)
