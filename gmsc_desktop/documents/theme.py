"""One theme for every document: colours, measures and paragraph styles."""

from __future__ import annotations

import functools
from typing import Any, TypeAlias

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle

from gmsc_desktop.documents import fonts

Canvas: TypeAlias = Any
"""A ReportLab canvas; ReportLab carries no types."""

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN_X = 56.0
MARGIN_TOP = 70.0
MARGIN_BOTTOM = 66.0
BODY_WIDTH = PAGE_WIDTH - 2 * MARGIN_X

INK: Color = HexColor(0x1C2B30)
MUTED: Color = HexColor(0x5A6B70)
RULE: Color = HexColor(0xCBD6D8)
TINT: Color = HexColor(0xF0F5F5)
DEEP: Color = HexColor(0x0E4A56)
DEEP_SOFT: Color = HexColor(0x1B5E6B)
TEAL: Color = HexColor(0x2C8C91)
PALE: Color = HexColor(0xD5E6E6)
ACCENT: Color = HexColor(0xB8621B)
WARM: Color = HexColor(0xF7EBDD)
WHITE: Color = HexColor(0xFFFFFF)
DRAFT: Color = HexColor(0xECEFEF)
COVER_SHAPE: Color = HexColor(0x155663)


@functools.cache
def style(name: str) -> ParagraphStyle:
    """The paragraph style called ``name``."""
    fonts.register()
    face, size, leading, colour, more = _STYLES[name]
    settings: dict[str, object] = {"splitLongWords": 1, "allowWidows": 0, "allowOrphans": 0, "alignment": 0, **more}
    return ParagraphStyle(
        name, fontName=face, fontSize=size, leading=leading, textColor=colour, bulletFontName=fonts.SANS, **settings
    )


_STYLES: dict[str, tuple[str, float, float, Color, dict[str, object]]] = {
    "body": (fonts.SANS, 9.6, 13.6, INK, {}),
    "formal": (fonts.SERIF, 9.8, 14, INK, {}),
    "part": (fonts.SERIF_SEMIBOLD, 12.4, 16, DEEP, {}),
    "title": (fonts.SERIF_SEMIBOLD, 23, 27, DEEP, {}),
    "number": (fonts.SERIF_SEMIBOLD, 19, 23, DEEP, {}),
    "rank": (fonts.SERIF_SEMIBOLD, 12, 14, ACCENT, {"alignment": 2}),
    "lead": (fonts.SERIF, 11, 16, INK, {}),
    "small": (fonts.SANS, 8.2, 11, INK, {}),
    "small_muted": (fonts.SANS, 8.2, 11, MUTED, {}),
    "small_strong": (fonts.SANS_SEMIBOLD, 8.2, 11, INK, {}),
    "tiny": (fonts.SANS, 7, 9.2, MUTED, {}),
    "note": (fonts.SANS_ITALIC, 8.6, 11.6, INK, {}),
    "label": (fonts.SANS_SEMIBOLD, 7, 9.4, MUTED, {}),
    "strong": (fonts.SANS_SEMIBOLD, 9.6, 13.2, INK, {}),
    "column": (fonts.SANS_SEMIBOLD, 7.4, 9.6, DEEP, {}),
    "column_right": (fonts.SANS_SEMIBOLD, 7.4, 9.6, DEEP, {"alignment": 2}),
    "small_right": (fonts.SANS, 8.2, 11, MUTED, {"alignment": 2}),
    "tiny_strong": (fonts.SANS_SEMIBOLD, 7, 9.2, MUTED, {}),
    "note_label": (fonts.SANS_SEMIBOLD, 8.2, 11.6, DEEP, {}),
    "strong_small": (fonts.SANS_SEMIBOLD, 9.2, 12.4, INK, {}),
    "tag": (fonts.SANS, 7, 10.4, TEAL, {"spaceAfter": 2}),
    "warning": (fonts.SANS_SEMIBOLD, 8.2, 11, ACCENT, {}),
    "value": (fonts.SANS, 9.2, 12.8, INK, {}),
    "value_label": (fonts.SANS, 8.4, 12.8, MUTED, {}),
    "self": (fonts.SERIF, 13, 18, MUTED, {}),
    "ordinal": (fonts.SERIF_SEMIBOLD, 11, 13.6, ACCENT, {}),
    "formula": (fonts.SANS_SEMIBOLD, 8.6, 12.4, DEEP, {}),
    "tree": (fonts.SANS, 8.2, 11, INK, {"alignment": 2}),
    "tree_light": (fonts.SANS, 8.2, 11, MUTED, {"alignment": 2}),
    "tree_strong": (fonts.SANS_SEMIBOLD, 8.2, 11, DEEP, {"alignment": 2}),
    "hash": (fonts.SANS_SEMIBOLD, 8.6, 12, DEEP, {}),
    "eyebrow": (fonts.SANS_SEMIBOLD, 7.4, 10, ACCENT, {}),
    "chart_title": (fonts.SANS_SEMIBOLD, 8.6, 14, DEEP, {}),
    "figure": (fonts.SERIF_SEMIBOLD, 17, 20, DEEP, {"alignment": 2}),
    "digest": (fonts.SANS, 6.3, 8.2, MUTED, {}),
    "group": (fonts.SANS_SEMIBOLD, 8.8, 12, ACCENT, {}),
    "aspect": (fonts.SERIF_SEMIBOLD, 14, 18, DEEP, {}),
    "person": (fonts.SERIF_SEMIBOLD, 11, 14, INK, {}),
    "h2": (fonts.SANS_BOLD, 11.2, 15, DEEP, {"spaceBefore": 13, "spaceAfter": 5}),
}
