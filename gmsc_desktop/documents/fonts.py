"""The typefaces of every document, embedded from the two font packages, and text made fit for them.

Source Sans Pro and Source Serif Pro know Latin, Greek and Cyrillic. A character they do not know is replaced by
``SUBSTITUTE`` so that the reader sees something stood there, and is remembered in a ``Missing`` so that the document
can name it.
"""

from __future__ import annotations

import functools
import threading
import unicodedata

SANS = "GmscSans"
SANS_ITALIC = "GmscSans-Italic"
SANS_SEMIBOLD = "GmscSans-Semibold"
SANS_BOLD = "GmscSans-Bold"
SERIF = "GmscSerif"
SERIF_SEMIBOLD = "GmscSerif-Semibold"
SERIF_ITALIC = "GmscSerif-Italic"
"""Of certificates alone, see ``register_display``."""

SUBSTITUTE = "\u2610"
"""An empty ballot box: it is in both typefaces and reads as a gap that something filled."""

_SPACES = dict.fromkeys(map(ord, "\t\u00a0\u2007\u202f\u2009\u200a\u3000"), " ")
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
"""Soft hyphen, zero-width space, word joiner, byte order mark: no reader misses them, and browsers paste them."""

_LOCK = threading.Lock()


class Missing:
    """The characters a document could not draw; each is named at the document's end."""

    def __init__(self) -> None:
        self._found: set[str] = set()

    def add(self, character: str) -> None:
        """Remember ``character``."""
        self._found.add(character)

    def __bool__(self) -> bool:
        return bool(self._found)

    def named(self) -> str:
        """All of them in one line, for papers that have no room for a list."""
        return ", ".join(f"{code} {name.lower()}" for code, name in self.lines())

    def lines(self) -> list[tuple[str, str]]:
        """``("U+1F600", "GRINNING FACE")`` for every character, by code point."""
        return [
            (f"U+{ord(character):04X}", unicodedata.name(character, "KARAKTER KENDALI"))
            for character in sorted(self._found)
        ]


@functools.cache
def register() -> frozenset[int]:
    """Make the typefaces known to ReportLab and answer with the code points all of them can draw.

    Also sets the ReportLab defaults that would otherwise bring Helvetica (not embedded) and ASCII-85 in.
    """
    from font_source_sans_pro import font_files_ttf as sans
    from font_source_serif_pro import font_files_ttf as serif
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    files = {
        SANS: sans["SourceSansPro"],
        SANS_ITALIC: sans["SourceSansProIt"],
        SANS_SEMIBOLD: sans["SourceSansProSemibold"],
        SANS_BOLD: sans["SourceSansProBold"],
        SERIF: serif["SourceSerifPro"],
        SERIF_SEMIBOLD: serif["SourceSerifProSemibold"],
    }
    with _LOCK:
        covered: set[int] | None = None
        for name, path in files.items():
            font = TTFont(name, path)
            pdfmetrics.registerFont(font)
            glyphs = {code for code, glyph in font.face.charToGlyph.items() if glyph}
            covered = glyphs if covered is None else covered & glyphs
        rl_config.canvas_basefontname = SANS
        rl_config.useA85 = 0
        rl_config.invariant = 1
        from reportlab.graphics import shapes
        from reportlab.platypus import tables

        shapes.STATE_DEFAULTS["fontName"] = SANS
        tables.CellStyle.fontname = SANS
    # Control characters have glyphs in no sense a reader would understand.
    return frozenset(code for code in covered or () if unicodedata.category(chr(code)) not in ("Cc", "Cf"))


@functools.cache
def register_display() -> frozenset[int]:
    """Make the typefaces of certificates known too; answers the code points the italic has, fewer than the others."""
    register()
    from font_source_serif_pro import font_files_ttf as serif
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    with _LOCK:
        font = TTFont(SERIF_ITALIC, serif["SourceSerifProIt"])
        pdfmetrics.registerFont(font)
    return frozenset(code for code, glyph in font.face.charToGlyph.items() if glyph)


def fit(text: str, missing: Missing | None = None) -> str:
    """``text`` as one line the typefaces can draw: NFC, odd spaces made plain, unknown characters substituted."""
    if text.isascii() and text.isprintable():
        return text
    covered = register()
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    if covered.issuperset(map(ord, text)):
        return text.translate(_SPACES)
    drawn: list[str] = []
    for character in text:
        if ord(character) in _SPACES:
            drawn.append(" ")
        elif ord(character) in covered:
            drawn.append(character)
        elif character in "\r\n\x0b\x0c\x85\u2028\u2029":
            drawn.append(" ")
        else:
            drawn.append(_alike(character, covered) or _marked(character, missing))
    return "".join(drawn)


def _alike(character: str, covered: frozenset[int]) -> str:
    """The plain letters of a full-width, ligature or mathematical one (Unicode compatibility), when we have those."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain != character and covered.issuperset(map(ord, plain)) else ""


def _marked(character: str, missing: Missing | None) -> str:
    if missing is not None:
        missing.add(character)
    return SUBSTITUTE


def lines_of(text: str) -> list[str]:
    """The paragraphs of a note: split at line ends, empty ones left out."""
    return [line for line in (part.strip() for part in text.splitlines()) if line]
