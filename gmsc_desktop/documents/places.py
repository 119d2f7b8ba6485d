"""Where people sign: the places themselves, what stands beside them, and lines to write on by hand."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable, Spacer

from gmsc_desktop.documents import fonts, texts, theme
from gmsc_desktop.documents.drawn import FIELD_NATIONAL, mark_signature_box
from gmsc_desktop.documents.grid import Row
from gmsc_desktop.documents.stamp import STAMP_SIZE
from gmsc_desktop.documents.text import Writer
from gmsc_desktop.domain.visit import Person

PAIR = (theme.BODY_WIDTH - STAMP_SIZE[0], STAMP_SIZE[0])
"""Columns of two places side by side on a sheet held upright."""


class SignatureSpace(Flowable):  # type: ignore[misc]
    """An empty place of ``STAMP_SIZE``; where it lands, the field ``name`` will be put."""

    def __init__(self, name: str, caption: str) -> None:
        super().__init__()
        self.name, self.caption = name, caption

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size of every signature."""
        return STAMP_SIZE

    def draw(self) -> None:
        """A thin frame with a pale word, and the mark that signing reads."""
        canvas = self.canv
        width, height = STAMP_SIZE
        canvas.saveState()
        canvas.setStrokeColor(theme.RULE)
        canvas.setLineWidth(0.7)
        canvas.setDash(3, 2.4)
        canvas.rect(0, 0, width, height, stroke=1, fill=0)
        canvas.restoreState()
        canvas.setFillColor(theme.RULE)
        canvas.setFont(fonts.SANS, 7)
        canvas.drawCentredString(width / 2, height / 2 - 2, self.caption)
        x, y = canvas.absolutePosition(0, 0)
        box = (round(x, 2), round(y, 2), round(x + width, 2), round(y + height, 2))
        canvas.later.setdefault(canvas.getPageNumber(), []).append(lambda: mark_signature_box(canvas, self.name, *box))


def pair_of_places(left: Sequence[Flowable], right: Sequence[Flowable], widths: Sequence[float] = PAIR) -> Row:
    """Two places side by side, never parted by the end of a page."""
    return Row([left, right], widths=widths, gap=0, pad=(0, 6), rule=None, whole=True)


def place_to_sign(write: Writer, party: str, caption: str, field: str, person: Person | None) -> list[Flowable]:
    """The place for the signature ``field``, over it who signs and for whom, below it the person's particulars or, when
    nobody is known yet, lines to write them on."""
    made: list[Flowable] = [write.one(party.upper(), "eyebrow")] if party else []
    made += [write.one(caption, "small"), Spacer(0, 4)]
    return [*made, SignatureSpace(field, texts.SIGN_SPACE), Spacer(0, 5), *signer(write, person)]


def free_place(write: Writer) -> list[Flowable]:
    """The place that stays free for a certificate of a national authority."""
    said = [write.one(texts.SIGN_NATIONAL, "small"), Spacer(0, 4), SignatureSpace(FIELD_NATIONAL, texts.SIGN_SPACE)]
    return [*said, Spacer(0, 5), write.one(texts.SIGN_NATIONAL_HINT, "tiny")]


def signer(write: Writer, person: Person | None) -> list[Flowable]:
    """Who signs, or lines to write it on."""
    if person is None:
        return [Blank(label) for label in (texts.NAME, texts.NIP, texts.POSITION)]
    lines = (f"{texts.NIP} {person.nip}" if person.nip else "", person.title, person.organisation)
    name = Trimmed(write, person.name or texts.DASH, ("person", "small_strong", "tiny_strong"), 44)
    return [name, *(Trimmed(write, text, ("small_muted", "tiny"), 28) for text in lines if text)]


class Trimmed(Flowable):  # type: ignore[misc]
    """A text at most ``tall`` points high, since this page must stay one page: in the first of ``styles`` in which all
    of it fits, else in the last, cut with an ellipsis."""

    def __init__(self, write: Writer, text: str, styles: Sequence[str], tall: float) -> None:
        super().__init__()
        self.write, self.text, self.styles, self.tall = write, text, styles, tall
        # Written at once, so that characters nobody can draw are known before the page is laid out.
        self.inside: Flowable = write.one(text, styles[0])

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The paragraph's size."""
        for style in self.styles:
            size = self._set(self.text, style, width)
            if size[1] <= self.tall:
                return size
        fits, too_long = 0, len(self.text)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            if self._set(f"{self.text[:middle].rstrip()}…", self.styles[-1], width)[1] <= self.tall:
                fits = middle
            else:
                too_long = middle
        return self._set(f"{self.text[:fits].rstrip()}…", self.styles[-1], width)

    def _set(self, text: str, style: str, width: float) -> tuple[float, float]:
        self.inside = self.write.one(text, style)
        wide, tall = self.inside.wrap(width - 12, 1e6)
        return wide, tall

    def draw(self) -> None:
        """The text as it was set."""
        self.inside.drawOn(self.canv, 0, 0)


class Blank(Flowable):  # type: ignore[misc]
    """A label and a dotted line to write on."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """One line."""
        self.width = width - 26
        return self.width, 17.0

    def draw(self) -> None:
        """Label and line."""
        canvas = self.canv
        canvas.setFillColor(theme.MUTED)
        canvas.setFont(fonts.SANS, 7.6)
        canvas.drawString(0, 3, self.label)
        canvas.setStrokeColor(theme.MUTED)
        canvas.setLineWidth(0.5)
        canvas.setDash(1, 2)
        canvas.line(42, 2, self.width, 2)
        canvas.setDash()
