"""What a PDF/A-3b validator asks of our files, asked with pikepdf alone. Clause numbers are those of ISO 19005-3."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree
from PIL import ImageCms

_NS = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}


def pdfa_problems(data: bytes) -> list[str]:
    """Everything found that PDF/A-3b forbids or misses; empty when nothing was."""
    found: list[str] = []
    if not data.startswith(b"%PDF-1.7\n%") or min(data[10:14]) < 128:
        found.append("6.1.2 header")
    with pikepdf.open(io.BytesIO(data)) as document:
        if "/ID" not in document.trailer:
            found.append("6.1.3 no file identifier")
        if "/Encrypt" in document.trailer:
            found.append("6.1.3 encrypted")
        found += _intent(document)
        found += _metadata(document)
        found += _attachment(document)
        for stream in (o for o in document.objects if isinstance(o, pikepdf.Stream)):
            filters = stream.get("/Filter", pikepdf.Array())
            names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
            found += [f"6.1.7 filter {name}" for name in names if name in ("/LZWDecode", "/Crypt")]
        for thing in document.objects:
            for inner in _within(thing):
                found += _forbidden(inner)
        for number, page in enumerate(document.pages, 1):
            found += [f"page {number}: {problem}" for problem in _page(page)]
        for font in fonts(document):
            found += _font(font)
        if not any("embedded" in problem for problem in found):
            found += _shown(document)
    return found


def _within(thing: Any) -> Iterator[Any]:
    """``thing`` and every dictionary that lies in it directly."""
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        yield thing
        children = list(thing.values())
    elif isinstance(thing, pikepdf.Array):
        children = list(thing)
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _within(child)


def fonts(document: pikepdf.Pdf) -> list[Any]:
    """Every font dictionary of the document."""
    return [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]


def _intent(document: pikepdf.Pdf) -> Iterator[str]:
    intents = document.Root.get("/OutputIntents", pikepdf.Array())
    if len(intents) != 1 or intents[0].S != "/GTS_PDFA1":
        yield "6.2.3 output intent"
        return
    profile = intents[0].DestOutputProfile
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile.read_bytes())).profile
    if profile.N != 3 or opened.xcolor_space.strip() != "RGB" or opened.device_class != "mntr":
        yield "6.2.3 profile"


def _metadata(document: pikepdf.Pdf) -> Iterator[str]:
    stream = document.Root.Metadata
    if "/Filter" in stream:
        yield "6.6.2 filtered metadata"
    tree = etree.fromstring(stream.read_raw_bytes())

    def text(path: str) -> str:
        found = tree.xpath(f"//{path}", namespaces=_NS)
        if found:
            return "".join(found[0].itertext()).strip()
        return "".join(tree.xpath(f"//@{path}", namespaces=_NS)).strip()

    if (text("pdfaid:part"), text("pdfaid:conformance")) != ("3", "B"):
        yield "6.6.4 identification"
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
            yield f"6.6.3 {key}: {info.get(key, '')!r} is not {told!r}"
    for key, path in (("/CreationDate", "xmp:CreateDate"), ("/ModDate", "xmp:ModifyDate")):
        if _digits(str(info[key])) != _digits(text(path)):
            yield f"6.6.3 {key}"


def _digits(moment: str) -> str:
    return "".join(c for c in moment.replace("Z", "+00:00") if c.isdigit())


def _attachment(document: pikepdf.Pdf) -> Iterator[str]:
    (specification,) = document.Root.AF
    names = document.Root.Names.EmbeddedFiles.Names
    if names[1].objgen != specification.objgen:
        yield "6.8 name tree"
    if specification.AFRelationship != "/Data" or specification.F != specification.UF or "/Desc" not in specification:
        yield "6.8 file specification"
    file = specification.EF.F
    if file.Type != "/EmbeddedFile" or file.Subtype != "/application/json" or "/ModDate" not in file.Params:
        yield "6.8 embedded file"


def _forbidden(thing: Any) -> Iterator[str]:
    if thing.get("/S") in ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/SetOCGState"):
        yield f"6.5.1 action {thing.S}"
    for key in ("/AA", "/JS", "/OpenAction", "/OPI", "/PS", "/Trans"):
        if key in thing:
            yield f"forbidden {key}"
    if thing.get("/SMask") not in (None, "/None"):
        yield "6.2.10 soft mask"
    if any(thing.get(key, 1) != 1 for key in ("/CA", "/ca")) or thing.get("/BM", "/Normal") != "/Normal":
        yield "6.2.10 transparency"
    if thing.get("/Subtype") == "/Image" and thing.get("/ColorSpace") not in ("/DeviceRGB", "/DeviceGray"):
        yield f"6.2.4 image colours {thing.get('/ColorSpace')}"
    if thing.get("/Subtype") == "/Image" and thing.get("/Interpolate", False):
        yield "6.2.8 interpolation"


def _page(page: pikepdf.Page) -> Iterator[str]:
    for note in page.get("/Annots", ()):
        if note.get("/F", 0) & 0b100111 != 4:
            yield "6.3.2 annotation flags"
        empty = note.Rect[0] == note.Rect[2] and note.Rect[1] == note.Rect[3]
        if note.Subtype != "/Link" and "/AP" not in note and not empty:
            yield "6.3.3 no appearance"
    depth = 0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("k", "K"):
            yield "6.2.4 CMYK"
        if name == "ri":
            yield f"6.2.6 intent {operands}"
        depth += {"q": 1, "Q": -1}.get(name, 0)
        if depth > 28:
            yield "6.1.13 nesting"
    if depth:
        yield "unbalanced q/Q"


def _shown(document: pikepdf.Pdf) -> Iterator[str]:
    """Every code that is shown must have a glyph of its own."""
    glyphs: dict[tuple[int, int], dict[int, float]] = {}
    missing: set[str] = set()
    for page in document.pages:
        faces = page.Resources.get("/Font", {})
        face = None
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                face = faces[str(operands[0])]
                if face.objgen not in glyphs:
                    glyphs[face.objgen] = _widths(face.FontDescriptor.FontFile2.read_bytes())
            elif str(operator) in ("Tj", "TJ"):
                strings = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
                codes = {code for part in strings if isinstance(part, pikepdf.String) for code in bytes(part)}
                missing |= {
                    f"6.2.11.8 {face.BaseFont}: {code} has no glyph" for code in codes - set(glyphs[face.objgen])
                }
    yield from sorted(missing)


def _font(font: Any) -> Iterator[str]:
    name = str(font.get("/BaseFont", "?"))
    if font.Subtype != "/TrueType":
        yield f"{name}: {font.Subtype}"
        return
    descriptor = font.FontDescriptor
    if "/FontFile2" not in descriptor:
        yield f"6.2.11.4 {name} is not embedded"
        return
    if name[7:8] != "+":
        yield f"6.2.11.4 {name} is not a subset"
    if "/ToUnicode" not in font:
        yield f"{name}: text cannot be read back"
    symbolic = bool(int(descriptor.Flags) & 4)
    if symbolic and "/Encoding" in font:
        yield f"6.2.11.6 {name}: a symbolic font has no Encoding"
    program = descriptor.FontFile2.read_bytes()
    if symbolic and _subtables(program) != 1:
        yield f"6.2.11.6 {name}: a symbolic font has one cmap"
    told = [float(width) for width in font.Widths]
    real = _widths(program)
    for code, width in enumerate(told, int(font.FirstChar)):
        if width and code in real and abs(real[code] - width) > 1:
            yield f"6.2.11.5 {name}: width of {code} is {width}, in the font {real.get(code)}"


def _tables(program: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">H", program, 4)
    found = {}
    for number in range(count):
        tag, _sum, start, size = struct.unpack_from(">4sIII", program, 12 + 16 * number)
        found[tag] = program[start : start + size]
    return found


def _subtables(program: bytes) -> int:
    return int(struct.unpack_from(">H", _tables(program)[b"cmap"], 2)[0])


def _widths(program: bytes) -> dict[int, float]:
    """Character code to width in thousandths, through the font's only cmap (format 0, 4 or 6)."""
    tables = _tables(program)
    (units,) = struct.unpack_from(">H", tables[b"head"], 18)
    (metrics,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    advances = [struct.unpack_from(">H", tables[b"hmtx"], 4 * n)[0] for n in range(metrics)]
    cmap = tables[b"cmap"]
    (start,) = struct.unpack_from(">I", cmap, 8)
    (kind,) = struct.unpack_from(">H", cmap, start)
    if kind == 6:
        first, count = struct.unpack_from(">HH", cmap, start + 6)
        glyphs = {first + n: struct.unpack_from(">H", cmap, start + 10 + 2 * n)[0] for n in range(count)}
    elif kind == 0:
        glyphs = dict(enumerate(cmap[start + 6 : start + 262]))
    else:
        raise AssertionError(f"cmap format {kind}")
    return {code: 1000 * advances[min(glyph, metrics - 1)] / units for code, glyph in glyphs.items() if glyph}
