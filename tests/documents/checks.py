"""What a PDF/A-3b validator asks of our files, asked with pikepdf alone. Clause numbers are those of ISO 19005-3.

``checks_syntax`` reads the bytes as they are written, ``checks_fonts`` the fonts, ``checks_objects`` what pages draw
and hold; here lie the document's own dictionaries: output intent, metadata, attachment, form.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import pikepdf
from lxml import etree
from PIL import ImageCms

from tests.documents.checks_fonts import font_problems, fonts
from tests.documents.checks_objects import object_problems, page_problems, shown_problems, within
from tests.documents.checks_syntax import syntax_problems

__all__ = ["fonts", "pdfa_problems"]

_NS = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "x": "adobe:ns:meta/",
}
_PREDEFINED = {
    "dc": {"format": "", "title": "Alt", "description": "Alt", "creator": "Seq", "language": "Bag", "identifier": ""},
    "pdf": {"Keywords": "", "Producer": "", "PDFVersion": ""},
    "xmp": {"CreatorTool": "", "CreateDate": "", "ModifyDate": "", "MetadataDate": ""},
    "xmpMM": {"DocumentID": "", "InstanceID": ""},
    "pdfaid": {"part": "", "conformance": ""},
}
"""The properties we use, of the schemas the standard knows, and the kind of list each of them is."""


def pdfa_problems(data: bytes) -> list[str]:
    """Everything found that PDF/A-3b forbids or misses; empty when nothing was."""
    found = syntax_problems(data)
    with pikepdf.open(io.BytesIO(data)) as document:
        found += _catalog(document)
        found += _intent(document)
        found += _metadata(document)
        found += _attachment(document)
        found += _form(document, data)
        for thing in document.objects:
            for inner in within(thing):
                found += object_problems(inner)
        for number, page in enumerate(document.pages, 1):
            found += [f"page {number}: {problem}" for problem in page_problems(page)]
        for font in fonts(document):
            found += font_problems(font)
        if not any("embedded" in problem for problem in found):
            found += shown_problems(document)
    return found


def _catalog(document: pikepdf.Pdf) -> Iterator[str]:
    root = document.Root
    clauses = {
        "/AA": "6.5.2", "/OpenAction": "6.5.1", "/Requirements": "6.11", "/NeedsRendering": "6.4.2",
        "/OCProperties": "6.9", "/Collection": "6.8",
    }  # fmt: skip
    yield from (f"{clause} {key} in the catalog" for key, clause in clauses.items() if key in root)
    names = root.get("/Names", pikepdf.Dictionary())
    yield from (f"6.5.1 {key} in the names" for key in names if key in ("/JavaScript", "/AlternatePresentations"))
    if any(key not in ("/UR3", "/DocMDP") for key in root.get("/Perms", pikepdf.Dictionary())):
        yield "6.1.12 permissions"


def _intent(document: pikepdf.Pdf) -> Iterator[str]:
    intents = document.Root.get("/OutputIntents", pikepdf.Array())
    if len(intents) != 1 or intents[0].S != "/GTS_PDFA1":
        yield "6.2.3 output intent"
        return
    profile = intents[0].DestOutputProfile
    body = profile.read_bytes()
    opened = ImageCms.ImageCmsProfile(io.BytesIO(body)).profile
    if profile.N != 3 or opened.xcolor_space.strip() != "RGB" or opened.device_class != "mntr":
        yield "6.2.3 profile"
    (size,) = struct.unpack_from(">I", body)
    if size != len(body) or body[36:40] != b"acsp" or body[8] not in (2, 4):
        yield "6.2.3 the profile's own header"
    if "/DestOutputProfileRef" in intents[0]:
        yield "6.2.3 a profile outside of the file"


def _metadata(document: pikepdf.Pdf) -> Iterator[str]:
    stream = document.Root.Metadata
    if "/Filter" in stream or stream.get("/Type") != "/Metadata" or stream.get("/Subtype") != "/XML":
        yield "6.6.2.1 metadata stream"
    raw = stream.read_raw_bytes()
    head = raw[: raw.index(b"?>")]
    if not raw.startswith(b"<?xpacket begin=") or b"bytes=" in head or b"encoding=" in head:
        yield "6.6.2.1 packet header"
    raw.decode("utf-8")
    tree = etree.fromstring(raw)

    def text(path: str) -> str:
        found = tree.xpath(f"//{path}", namespaces=_NS)
        if found:
            return "".join(found[0].itertext()).strip()
        return "".join(tree.xpath(f"//@{path}", namespaces=_NS)).strip()

    if (text("pdfaid:part"), text("pdfaid:conformance")) != ("3", "B"):
        yield "6.6.4 identification"
    yield from _properties(tree)
    info = document.docinfo
    pairs = {
        "/Title": text("dc:title"),
        "/Author": text("dc:creator"),
        "/Subject": text("dc:description"),
        "/Keywords": text("pdf:Keywords"),
        "/Producer": text("pdf:Producer") if "/Producer" in document.docinfo else "",
        "/Creator": text("xmp:CreatorTool"),
    }
    for key, told in pairs.items():
        if str(info.get(key, "")) != told:
            yield f"6.1.5 {key}: {info.get(key, '')!r} is not {told!r}"
    for key, path in (("/CreationDate", "xmp:CreateDate"), ("/ModDate", "xmp:ModifyDate")):
        if _digits(str(info[key])) != _digits(text(path)):
            yield f"6.1.5 {key}"


def _properties(tree: etree._Element) -> Iterator[str]:
    """6.6.2.3: every property is of a predefined schema and of its kind; none of ours needs an extension schema."""
    known = {uri: prefix for prefix, uri in _NS.items()}
    for description in tree.iter(f"{{{_NS['rdf']}}}Description"):
        named = [(str(child.tag), child) for child in description]
        named += [(str(name), None) for name in description.attrib if not str(name).startswith(f"{{{_NS['rdf']}}}")]
        for name, child in named:
            uri, _brace, local = name[1:].partition("}")
            kinds = _PREDEFINED.get(known.get(uri, ""), {})
            if local not in kinds:
                yield f"6.6.2.3.1 property {name}"
            elif kinds[local] and (child is None or child.find(f"rdf:{kinds[local]}", _NS) is None):
                yield f"6.6.2.3.1 {local} is no {kinds[local]}"
            elif not kinds[local] and child is not None and len(child):
                yield f"6.6.2.3.1 {local} is no plain text"


def _digits(moment: str) -> str:
    return "".join(c for c in moment.replace("Z", "+00:00") if c.isdigit())


def _attachment(document: pikepdf.Pdf) -> Iterator[str]:
    """6.8: the one file, named alike in both ways, with its kind, its relation, and associated with the document."""
    (specification,) = document.Root.AF
    names = document.Root.Names.EmbeddedFiles.Names
    if names[1].objgen != specification.objgen:
        yield "6.8 name tree"
    if specification.AFRelationship != "/Data" or specification.F != specification.UF or "/Desc" not in specification:
        yield "6.8 file specification"
    file = specification.EF.F
    if file.Type != "/EmbeddedFile" or file.get("/Subtype") != "/application/json" or "/ModDate" not in file.Params:
        yield "6.8 embedded file"
    if int(file.Params.Size) != len(file.read_bytes()):
        yield "6.8 the size of the embedded file"


def _form(document: pikepdf.Pdf, data: bytes) -> Iterator[str]:
    """6.4.1, 6.4.2 of the form, and 6.4.3 of the signatures in it; the last one covers the whole file."""
    form = document.Root.get("/AcroForm")
    if form is None:
        return
    if bool(form.get("/NeedAppearances", False)) or "/XFA" in form:
        yield "6.4 form"
    last = 0
    for field in form.get("/Fields", ()):
        value = field.get("/V")
        if field.get("/FT") != "/Sig" or value is None:
            continue
        first, before, after, rest = (int(number) for number in value.ByteRange)
        last = max(last, after + rest)
        if first != 0 or data[before : before + 1] != b"<" or data[after - 1 : after] != b">":
            yield "6.4.3 ByteRange"
        if bytes(value.Contents)[:1] != b"\x30":
            yield "6.4.3 no DER signature"
        for reference in value.get("/Reference", ()):
            if any(str(key).startswith("/Digest") for key in reference):
                yield "6.1.12 digest in a reference"
    if last and last != len(data):
        yield f"6.4.3 {len(data) - last} bytes after the last signature"
