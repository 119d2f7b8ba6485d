"""What the objects of a PDF may hold and its pages draw (ISO 19005-3, 6.1.13, 6.2, 6.3, 6.5), asked with pikepdf."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pikepdf

from tests.documents.checks_fonts import widths

_ACTIONS = (
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans",
    "/GoTo3DView", "/JavaScript", "/SubmitForm", "/Set-State", "/NOP",
)  # fmt: skip
_NAMED = ("/NextPage", "/PrevPage", "/FirstPage", "/LastPage")
_NOTES = ("/Link", "/Widget")
"""The annotations ours have; 6.3.1 allows more."""
_FORBIDDEN = {
    "/AA": "6.5.2", "/JS": "6.5.1", "/OpenAction": "6.5.1", "/OPI": "6.2.9", "/PS": "6.2.9", "/Trans": "6.10",
    "/PresSteps": "6.10", "/Alternates": "6.2.8", "/Ref": "6.2.9", "/TR": "6.2.5", "/HTP": "6.2.5", "/XFA": "6.4.2",
}  # fmt: skip
_OPERATORS = (
    " b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re"
    " RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \" "
)
_MOST_NESTED = 28
_REAL = Decimal("3.403e38")
_PAGE = (3, 14_400)
"""The shortest and longest side of a page in points (6.1.13)."""


def within(thing: Any) -> Iterator[Any]:
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
            yield from within(child)


def object_problems(thing: Any) -> Iterator[str]:
    """What one dictionary or stream holds that it may not."""
    if thing.get("/Type") != "/ExtGState" and thing.get("/S") in _ACTIONS:
        yield f"6.5.1 action {thing.S}"
    if thing.get("/S") == "/Named" and thing.get("/N") not in _NAMED:
        yield f"6.5.1 named action {thing.get('/N')}"
    yield from (f"{clause} {key}" for key, clause in _FORBIDDEN.items() if key in thing)
    if isinstance(thing, pikepdf.Stream):
        filters = thing.get("/Filter", pikepdf.Array())
        names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
        yield from (f"6.1.7.2 filter {name}" for name in names if name in ("/LZWDecode", "/Crypt"))
    yield from _transparency(thing)
    if thing.get("/TR2", "/Default") != "/Default":
        yield "6.2.5 transfer function"
    if thing.get("/Subtype") == "/Image":
        yield from _image(thing)
    if thing.get("/Subtype") == "/PS" or thing.get("/Subtype2") == "/PS":
        yield "6.2.9 PostScript"


def _transparency(thing: Any) -> Iterator[str]:
    """6.2.10: nothing is transparent, so that no blending space is needed."""
    if thing.get("/SMask") not in (None, "/None"):
        yield "6.2.10 soft mask"
    if any(thing.get(key, 1) != 1 for key in ("/CA", "/ca")) or thing.get("/BM", "/Normal") != "/Normal":
        yield "6.2.10 transparency"
    group = thing.get("/Group")
    if isinstance(group, pikepdf.Dictionary) and group.get("/S") == "/Transparency":
        yield "6.2.10 transparency group"


def _image(image: Any) -> Iterator[str]:
    if image.get("/ColorSpace") not in ("/DeviceRGB", "/DeviceGray"):
        yield f"6.2.4.3 image colours {image.get('/ColorSpace')}"
    if bool(image.get("/Interpolate", False)):
        yield "6.2.8.1 interpolation"
    if image.get("/BitsPerComponent", 8) not in (1, 2, 4, 8, 16):
        yield "6.2.8.1 bits"
    if image.get("/Filter") == "/JPXDecode":
        yield "6.2.8.3 JPEG 2000, which needs looks of its own"
    if image.get("/Filter") == "/DCTDecode":
        data = image.read_raw_bytes()
        start = data.find(b"\xff\xc0")
        if start < 0 or (data[start + 9] == 3) != (image.ColorSpace == "/DeviceRGB"):
            yield "6.2.4.3 a JPEG of other colours than it says, or not baseline"


def page_problems(page: pikepdf.Page) -> Iterator[str]:
    """The size, the annotations and the content of one page."""
    box = [float(side) for side in page.MediaBox]
    if not all(_PAGE[0] <= side <= _PAGE[1] for side in (box[2] - box[0], box[3] - box[1])):
        yield "6.1.13 size of the page"
    if "/Resources" not in page.obj:
        yield "6.2.2 resources are inherited"
    for note in page.get("/Annots", ()):
        yield from _annotation(note)
    yield from content_problems(page)
    for name, form in page.Resources.get("/XObject", {}).items():
        if form.get("/Subtype") == "/Form":
            yield from (f"{name}: {problem}" for problem in content_problems(form))


def _annotation(note: Any) -> Iterator[str]:
    if note.Subtype not in _NOTES:
        yield f"6.3.1 annotation {note.Subtype}"
    if "/F" not in note or int(note.F) & 0b100100011 or not int(note.F) & 0b100:
        # Print is set; Invisible, Hidden, NoView and ToggleNoView are not.
        yield f"6.3.2 annotation flags {note.get('/F')}"
    if any(key in note for key in ("/A", "/AA")) and note.Subtype == "/Widget":
        yield "6.4.1 a field that acts"
    empty = note.Rect[0] == note.Rect[2] and note.Rect[1] == note.Rect[3]
    appearance = note.get("/AP")
    if appearance is None:
        if note.Subtype != "/Link" and not empty:
            yield "6.3.3 no appearance"
        return
    if list(appearance.keys()) != ["/N"] or not isinstance(appearance.N, pikepdf.Stream):
        yield "6.3.3 an appearance that is not N alone, one stream"
    else:
        yield from (f"appearance: {problem}" for problem in content_problems(appearance.N))


def content_problems(content: Any) -> Iterator[str]:
    """What a page or form draws: operators, colours, nesting, numbers."""
    depth = 0
    spaces = content.get("/Resources", pikepdf.Dictionary()).get("/ColorSpace", {})
    for operands, operator in pikepdf.parse_content_stream(content):
        name = str(operator)
        if f" {name} " not in _OPERATORS and name != "INLINE IMAGE":
            yield f"6.2.2 operator {name}"
        if name in ("k", "K"):
            yield "6.2.4.3 CMYK"
        if (
            name in ("cs", "CS")
            and operands[0] not in ("/DeviceRGB", "/DeviceGray", "/Pattern")
            and (operands[0] not in spaces)
        ):
            yield f"6.2.4 colour space {operands[0]}"
        if name == "ri":
            yield f"6.2.6 intent {operands}"
        if any(isinstance(number, Decimal) and abs(number) > _REAL for number in operands):
            yield "6.1.13 a number too large"
        depth += {"q": 1, "Q": -1}.get(name, 0)
        if depth > _MOST_NESTED:
            yield "6.1.13 nesting"
    if depth:
        yield "unbalanced q/Q"


def shown_problems(document: pikepdf.Pdf) -> Iterator[str]:
    """6.2.11.8: every code that is shown has a glyph of its own, on pages and in the forms they place."""
    glyphs: dict[tuple[int, int], dict[int, float]] = {}
    missing: set[str] = set()
    for page in document.pages:
        forms = [x for x in page.Resources.get("/XObject", {}).values() if x.get("/Subtype") == "/Form"]
        notes = [note.AP.N for note in page.get("/Annots", ()) if "/AP" in note]
        for content in (page, *forms, *notes):
            missing |= _unshown(content, glyphs)
    yield from sorted(missing)


def _unshown(content: Any, glyphs: dict[tuple[int, int], dict[int, float]]) -> set[str]:
    faces = content.get("/Resources", pikepdf.Dictionary()).get("/Font", {})
    face, missing = None, set()
    for operands, operator in pikepdf.parse_content_stream(content):
        if str(operator) == "Tf":
            face = faces[str(operands[0])]
            if face.objgen not in glyphs:
                glyphs[face.objgen] = widths(face.FontDescriptor.FontFile2.read_bytes())
        elif str(operator) in ("Tj", "TJ"):
            strings = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
            codes = {code for part in strings if isinstance(part, pikepdf.String) for code in bytes(part)}
            missing |= {f"6.2.11.8 {face.BaseFont}: {code} has no glyph" for code in codes - set(glyphs[face.objgen])}
    return missing
