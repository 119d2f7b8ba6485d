"""Paragraphs from plain text: what people typed is never read as markup.

ReportLab's own paragraph does far more than is needed here and takes most of a report's time; this one breaks words
greedily into lines, in one or several styles, and draws each line with as few operators as it takes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import Flowable, Spacer

from gmsc_desktop.documents import fonts, theme

Run: TypeAlias = tuple[str, ParagraphStyle]
"""A text in one style."""
Word: TypeAlias = tuple[tuple[Run, ...], float, float]
"""Pieces that belong together, their width, and the width of the space before them, 0 for the rest of a cut word."""
_RIGHT = 2
_HAIR = 0.001
"""What rounding may add to the width of a line."""


@functools.cache
def _glyphs(face: str) -> tuple[dict[int, float], float]:
    """The width of every character of a typeface in thousandths of its size, and that of any other."""
    known = pdfmetrics.getFont(face).face
    widths: dict[int, float] = known.charWidths
    return widths, float(known.defaultWidth)


class Words(Flowable):  # type: ignore[misc]
    """One paragraph of runs; ``style`` gives leading and alignment. Neither its first nor its last line stands alone
    where a page ends; a word longer than a line is cut."""

    def __init__(self, words: Sequence[Word], style: ParagraphStyle) -> None:
        super().__init__()
        self.words = list(words)
        self.style = style
        self._broken: tuple[float, list[tuple[list[Word], float]]] | None = None

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The whole width, and as high as its lines."""
        self.width = width
        self.height = self.style.leading * len(self._lines(width))
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """The lines that fit and the rest, at least two each; nothing when that cannot be."""
        lines = self._lines(width)
        fitting = int((height + _HAIR) / self.style.leading)
        if fitting >= len(lines):
            return [self]
        if len(lines) - fitting == 1:
            fitting -= 1
        if fitting < 2:
            return []
        head = [word for line, _wide in lines[:fitting] for word in line]
        tail = [word for line, _wide in lines[fitting:] for word in line]
        return [Words(head, self.style), Words(tail, self.style)]

    def _lines(self, width: float) -> list[tuple[list[Word], float]]:
        """Every line as its words and its width."""
        if self._broken is not None and self._broken[0] == width:
            return self._broken[1]
        made: list[tuple[list[Word], float]] = []
        line: list[Word] = []
        used = 0.0
        for word in self._cut(width):
            wide = word[1]
            if line and used + word[2] + wide > width + _HAIR:
                made.append((line, used))
                line, used = [], 0.0
            used += wide + (word[2] if line else 0.0)
            line.append(word)
        made.append((line, used))
        self._broken = (width, made)
        return made

    def _cut(self, width: float) -> Iterator[Word]:
        """The words, those longer than a line in parts that fit one."""
        for word in self.words:
            if word[1] <= width:
                yield word
            else:
                yield from _parts(word, width)

    def drawOn(self, canvas: theme.Canvas, x: float, y: float, *_room: float) -> None:
        """Line under line, straight at their place: a change of coordinates for every paragraph costs more than its
        words."""
        style = self.style
        base = y + self.height - style.fontSize
        text = None
        current: ParagraphStyle | None = None
        for line, used in self._lines(self.width):
            left = x + self.width - used if style.alignment == _RIGHT else x
            if text is None:
                text = canvas.beginText(left, base)
            else:
                text.setTextOrigin(left, base)
            for said, wanted in _joined(line):
                if wanted is not current:
                    text.setFont(wanted.fontName, wanted.fontSize)
                    text._code.append(_ink(wanted))
                    current = wanted
                text.textOut(said)
            base -= style.leading
        if text is not None:
            canvas.drawText(text)


@functools.cache
def _ink(style: ParagraphStyle) -> str:
    """The operator for the colour of ``style``, written once instead of for every line."""
    return "{:.5g} {:.5g} {:.5g} rg".format(*style.textColor.rgb())


def _joined(line: Sequence[Word]) -> Iterator[Run]:
    """The line as runs, each of one style; a space belongs to what stands before it."""
    said, style = "", None
    for number, (pieces, _wide, space) in enumerate(line):
        said += " " if number and space else ""
        for text, wanted in pieces:
            if style is not None and wanted is not style:
                yield said, style
                said = ""
            said, style = said + text, wanted
    if style is not None:
        yield said, style


def _parts(word: Word, width: float) -> Iterator[Word]:
    space, kept, used = word[2], "", 0.0
    for text, style in word[0]:
        widths, other = _glyphs(style.fontName)
        for character in text:
            wide = widths.get(ord(character), other) * style.fontSize * 0.001
            if kept and used + wide > width:
                yield ((kept, style),), used, space
                kept, used, space = "", 0.0, 0.0
            kept, used = kept + character, used + wide
        if kept:
            yield ((kept, style),), used, space
            kept, used, space = "", 0.0, 0.0


class Writer:
    """Makes the paragraphs of one document and remembers the characters it could not draw, and how wide its words
    are: most of them occur many times."""

    def __init__(self) -> None:
        self.missing = fonts.Missing()
        self._widths: dict[tuple[str, str], float] = {}

    def one(self, text: str, style: str = "body") -> Words:
        """``text`` as one paragraph, its line ends as spaces."""
        return self.mixed([(text, style)], style)

    def mixed(self, parts: Sequence[tuple[str, str]], style: str = "small") -> Words:
        """One paragraph of (text, style name) runs after another; ``style`` sets its leading and alignment."""
        words: list[Word] = []
        apart, space = False, 0.0
        for text, name in parts:
            shown = fonts.fit(" ".join(text.splitlines()), self.missing)
            chosen = theme.style(name)
            apart = apart or shown[:1] == " "
            for number, piece in enumerate(shown.split()):
                wide = self._wide(piece, chosen)
                if words and not number and not apart:
                    before, width, gap = words[-1]
                    words[-1] = ((*before, (piece, chosen)), width + wide, gap)
                else:
                    words.append((((piece, chosen),), wide, space))
                space = self._wide(" ", chosen)
            apart = shown[-1:] == " " or (apart and not shown.strip())
        return Words(words, theme.style(style))

    def _wide(self, word: str, style: ParagraphStyle) -> float:
        key = (word, style.fontName)
        found = self._widths.get(key)
        if found is None:
            widths, other = _glyphs(style.fontName)
            found = sum([widths.get(ord(character), other) for character in word]) * 0.001
            self._widths[key] = found
        size: float = style.fontSize
        return found * size

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
