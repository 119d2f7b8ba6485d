"""The fonts of a PDF as ISO 19005-3, 6.2.11 wants them, read with pikepdf and our own eyes for the font program."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pikepdf


def fonts(document: pikepdf.Pdf) -> list[Any]:
    """Every font dictionary of the document."""
    return [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]


def font_problems(font: Any) -> Iterator[str]:
    """What is wrong with one font. We draw with TrueType alone, so everything else is named as unexpected."""
    name = str(font.get("/BaseFont", "?"))
    if font.Subtype in ("/Type0", "/CIDFontType2", "/CIDFontType0"):
        yield from _composite(font, name)
        return
    if font.Subtype != "/TrueType":
        yield f"{name}: {font.Subtype}"
        return
    descriptor = font.FontDescriptor
    if "/FontFile2" not in descriptor:
        yield f"6.2.11.4.1 {name} is not embedded"
        return
    if name[7:8] != "+" and name[6:7] != "+":
        yield f"6.2.11.4.2 {name} is not a subset"
    if str(descriptor.FontName) != name:
        yield f"6.2.11.2 {name}: its descriptor is of {descriptor.FontName}"
    if "/CIDSet" in descriptor or "/CharSet" in descriptor:
        yield f"6.2.11.4.2 {name}: a list of characters that must then be whole"
    if "/ToUnicode" not in font:
        yield f"{name}: text cannot be read back"
    program = descriptor.FontFile2.read_bytes()
    yield from _encoding(font, name, program)
    told = [float(width) for width in font.Widths]
    if len(told) != int(font.LastChar) - int(font.FirstChar) + 1:
        yield f"6.2.11.2 {name}: widths for other characters than it says"
    real = widths(program)
    for code, width in enumerate(told, int(font.FirstChar)):
        if code in real and abs(real[code] - width) > 1:
            yield f"6.2.11.5 {name}: width of {code} is {width}, in the font {real[code]}"


def _composite(font: Any, name: str) -> Iterator[str]:
    """Composite fonts (6.2.11.3): embedded CMap or an Identity one, CIDToGIDMap, CIDSet."""
    if font.Subtype == "/Type0":
        if not isinstance(font.Encoding, pikepdf.Stream) and str(font.Encoding) not in ("/Identity-H", "/Identity-V"):
            yield f"6.2.11.3.3 {name}: CMap {font.Encoding}"
        return
    descriptor = font.FontDescriptor
    if "/FontFile2" not in descriptor and "/FontFile3" not in descriptor:
        yield f"6.2.11.4.1 {name} is not embedded"
    if font.Subtype == "/CIDFontType2" and font.get("/CIDToGIDMap") is None:
        yield f"6.2.11.3.2 {name}: no CIDToGIDMap"
    if "/CIDSet" in descriptor:
        yield f"6.2.11.4.2 {name}: a CIDSet that must then be whole"


def _encoding(font: Any, name: str, program: bytes) -> Iterator[str]:
    """6.2.11.6: a symbolic font has no Encoding and one cmap or a (3,0) one; any other has one of the two standard
    encodings and a cmap that knows Unicode or the Macintosh's characters."""
    flags = int(font.FontDescriptor.Flags)
    symbolic, plain = bool(flags & 4), bool(flags & 32)
    if symbolic == plain:
        yield f"6.2.11.6 {name}: symbolic or not"
    tables = _subtables(program)
    if symbolic:
        if "/Encoding" in font:
            yield f"6.2.11.6 {name}: a symbolic font has no Encoding"
        if len(tables) != 1 and (3, 0) not in tables:
            yield f"6.2.11.6 {name}: a symbolic font has one cmap"
        return
    encoding = font.get("/Encoding")
    base = encoding.get("/BaseEncoding") if isinstance(encoding, pikepdf.Dictionary) else encoding
    if base not in ("/MacRomanEncoding", "/WinAnsiEncoding"):
        yield f"6.2.11.6 {name}: encoding {base}"
    if (3, 1) not in tables and (1, 0) not in tables:
        yield f"6.2.11.6 {name}: no cmap for its encoding"


def _tables(program: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">H", program, 4)
    found = {}
    for number in range(count):
        tag, _sum, start, size = struct.unpack_from(">4sIII", program, 12 + 16 * number)
        found[tag] = program[start : start + size]
    return found


def _subtables(program: bytes) -> list[tuple[int, int]]:
    """Platform and encoding of every cmap subtable."""
    cmap = _tables(program)[b"cmap"]
    (count,) = struct.unpack_from(">H", cmap, 2)
    return [struct.unpack_from(">HH", cmap, 4 + 8 * number) for number in range(count)]


def widths(program: bytes) -> dict[int, float]:
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
