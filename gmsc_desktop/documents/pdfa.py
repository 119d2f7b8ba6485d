"""A drawn PDF made into PDF/A-3b (ISO 19005-3, level B) that carries the visit's canonical JSON.

Adds what the standard asks for: the sRGB output intent, XMP metadata that agree with the document information, the
associated file with its relationship, a file identifier, and a PDF 1.7 header. Nothing here reads a clock or makes up
an id: the same input gives the same bytes. The result has no object streams, so that every tool can append to it.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from gmsc_desktop import __version__
from gmsc_desktop.documents.icc import srgb_profile
from gmsc_desktop.domain.errors import N_, DocumentError

ATTACHMENT_NAME = "visit.json"
PRODUCER = f"GMSC Desktop {__version__}"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class DocumentMeta:
    """What the file says about itself. ``created`` comes from the visit and knows its zone; ``identifier`` is the
    SHA-256 of the content in hex, or any other name that is the same for the same content."""

    title: str
    author: str
    subject: str
    keywords: str
    created: datetime
    identifier: str
    attachment_description: str
    language: str = "id-ID"
    attachment_name: str = ATTACHMENT_NAME


def make_pdfa(pdf: bytes, meta: DocumentMeta, attachment: bytes) -> bytes:
    """``pdf`` as PDF/A-3b with ``attachment`` (JSON) embedded as its associated source data, ready for signing.

    Raises ``DocumentError`` when ``pdf`` cannot be read.
    """
    import pikepdf

    meta = _clean(meta)
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            _drop_what_is_forbidden(document)
            _output_intent(document)
            _metadata(document, meta)
            _associate(document, meta, attachment)
            document.Root.Lang = pikepdf.String(meta.language)
            document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
            document.save(
                out,
                min_version="1.7",
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                fix_metadata_version=False,
            )
    except pikepdf.PdfError as error:
        raise DocumentError(
            N_("The drawn document cannot be made PDF/A: {detail}."),
            kept=N_("The visit is unchanged."),
            detail=str(error),
        ) from error
    return out.getvalue()


def _clean(meta: DocumentMeta) -> DocumentMeta:
    """``meta`` with only what XML can carry, since XMP and document information must say the same."""
    parts = {name: " ".join(_NOT_XML.sub("\ufffd", getattr(meta, name)).split()) for name in _TEXT_MEMBERS}
    return DocumentMeta(created=meta.created.replace(microsecond=0), **parts)


_TEXT_MEMBERS = (
    "title",
    "author",
    "subject",
    "keywords",
    "identifier",
    "attachment_description",
    "language",
    "attachment_name",
)


def _drop_what_is_forbidden(document: Any) -> None:
    for key in ("/AA", "/OpenAction"):
        if key in document.Root:
            del document.Root[key]
    for page in document.pages:
        # ReportLab writes an empty transition into every page.
        if "/Trans" in page and not page.Trans.keys():
            del page["/Trans"]
        for note in page.get("/Annots", ()):
            # Printed, never hidden (ISO 19005-3, 6.3.2).
            note.F = 4


def _output_intent(document: Any) -> None:
    import pikepdf

    profile = document.make_stream(srgb_profile(), N=3, Alternate=pikepdf.Name.DeviceRGB)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String("sRGB IEC61966-2.1"),
        RegistryName=pikepdf.String("http://www.color.org"),
        Info=pikepdf.String("sRGB IEC61966-2.1"),
        DestOutputProfile=profile,
    )
    document.Root.OutputIntents = pikepdf.Array([document.make_indirect(intent)])


def _associate(document: Any, meta: DocumentMeta, attachment: bytes) -> None:
    import pikepdf

    moment = pikepdf.String(_pdf_date(meta.created))
    stream = document.make_stream(
        attachment,
        Type=pikepdf.Name.EmbeddedFile,
        Subtype=pikepdf.Name("/application/json"),
        Params=pikepdf.Dictionary(
            Size=len(attachment),
            CreationDate=moment,
            ModDate=moment,
            # The standard's own checksum (ISO 32000-1, table 46); nothing is proven by it.
            CheckSum=pikepdf.String(hashlib.md5(attachment, usedforsecurity=False).digest()),
        ),
    )
    name = pikepdf.String(meta.attachment_name)
    specification = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=name,
            UF=name,
            Desc=pikepdf.String(meta.attachment_description),
            AFRelationship=pikepdf.Name.Data,
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )
    names = document.Root.get("/Names", pikepdf.Dictionary())
    names.EmbeddedFiles = pikepdf.Dictionary(Names=pikepdf.Array([name, specification]))
    document.Root.Names = names
    document.Root.AF = pikepdf.Array([specification])


def _metadata(document: Any, meta: DocumentMeta) -> None:
    import pikepdf

    information = {
        "/Title": meta.title,
        "/Author": meta.author,
        "/Subject": meta.subject,
        "/Keywords": meta.keywords,
        # Producer stands in the XMP alone: whoever signs appends a name of its own to both, and not the same one.
        "/Creator": PRODUCER,
        "/CreationDate": _pdf_date(meta.created),
        "/ModDate": _pdf_date(meta.created),
    }
    document.trailer.Info = document.make_indirect(
        pikepdf.Dictionary({key: pikepdf.String(text) for key, text in information.items() if text})
    )
    stream = document.make_stream(_xmp(meta), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    document.Root.Metadata = stream


def _pdf_date(moment: datetime) -> str:
    """``D:20211214104207+07'00'`` (ISO 32000-1, 7.9.4); a moment without a zone is written without one."""
    offset = moment.strftime("%z")
    return f"D:{moment:%Y%m%d%H%M%S}" + (f"{offset[:3]}'{offset[3:5]}'" if offset else "")


def _xmp(meta: DocumentMeta) -> bytes:
    """The XMP packet; only properties of predefined schemas, so that no extension schema is needed."""
    moment = meta.created.isoformat(timespec="seconds")
    title, author, subject = escape(meta.title), escape(meta.author), escape(meta.subject)
    digest = hashlib.sha256(meta.identifier.encode("utf-8")).hexdigest()[:32]
    lines = [
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
        '<rdf:Description rdf:about=""',
        '  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"',
        '  xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"',
        '  xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">',
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
        "<dc:format>application/pdf</dc:format>",
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>',
        f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>" if author else "",
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>'
        if subject
        else "",
        f"<dc:language><rdf:Bag><rdf:li>{escape(meta.language)}</rdf:li></rdf:Bag></dc:language>",
        f"<dc:identifier>{escape(meta.identifier)}</dc:identifier>",
        f"<pdf:Keywords>{escape(meta.keywords)}</pdf:Keywords>" if meta.keywords else "",
        f"<pdf:Producer>{escape(PRODUCER)}</pdf:Producer>",
        f"<xmp:CreatorTool>{escape(PRODUCER)}</xmp:CreatorTool>",
        f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>",
        f"<xmp:MetadataDate>{moment}</xmp:MetadataDate>",
        f"<xmpMM:DocumentID>uuid:{digest}</xmpMM:DocumentID>",
        "</rdf:Description></rdf:RDF></x:xmpmeta>",
        '<?xpacket end="r"?>',
    ]
    return "\n".join(line for line in lines if line).encode("utf-8")
