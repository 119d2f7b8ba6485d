"""Paragraphs from plain text: what people typed is never read as markup."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, Spacer

from gmsc_desktop.documents import fonts, theme


@functools.cache
def _fragment(style: ParagraphStyle) -> Any:
    """A fragment as ReportLab's own parser makes it for ``style``; texts are put into copies, unparsed."""
    return Paragraph("x", style).frags[0]


class Writer:
    """Makes the paragraphs of one document and remembers the characters it could not draw."""

    def __init__(self) -> None:
        self.missing = fonts.Missing()

    def one(self, text: str, style: str = "body") -> Paragraph:
        """``text`` as one paragraph, its line ends as spaces."""
        chosen = theme.style(style)
        shown = fonts.fit(" ".join(text.splitlines()), self.missing)
        return Paragraph(None, chosen, frags=[_fragment(chosen).clone(text=shown)])

    def mixed(self, parts: Sequence[tuple[str, str]], style: str = "small") -> Paragraph:
        """One paragraph of (text, style name) runs after another; ``style`` sets its leading and alignment."""
        frags = []
        for text, name in parts:
            shown = fonts.fit(" ".join(text.splitlines()), self.missing)
            frags.append(_fragment(theme.style(name)).clone(text=shown))
        return Paragraph(None, theme.style(style), frags=frags)

    def line(self, text: str) -> str:
        """``text`` as one line fit to be drawn straight on a canvas."""
        return fonts.fit(" ".join(text.split()), self.missing)

    def many(self, text: str, style: str = "body") -> list[Flowable]:
        """A paragraph for every line of ``text``, with a small gap between them."""
        made: list[Flowable] = []
        for line in fonts.lines_of(text):
            if made:
                made.append(Spacer(0, 2.5))
            made.append(self.one(line, style))
        return made
