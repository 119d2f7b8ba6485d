"""One certificate on a canvas: where each line stands, and how long ones are made to fit."""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics

from gmsc_desktop.documents import fonts, theme, wording
from gmsc_desktop.documents.certificate import Certificate
from gmsc_desktop.documents.guilloche import draw_border
from gmsc_desktop.documents.qrcode import SIZE, draw_qr
from gmsc_desktop.documents.template import CertificateTemplate
from gmsc_desktop.domain.awards import Award, Signatory
from gmsc_desktop.domain.errors import N_, DocumentError
from gmsc_desktop.domain.numbers import show_date

EDGE = 10 * 72 / 25.4
"""How far everything stays from the edge of the sheet: 10 mm, of which printers and cutters may take 8."""
WIDTH, HEIGHT = theme.PAGE_HEIGHT, theme.PAGE_WIDTH
MIDDLE = WIDTH / 2

_BORDER, _ORNAMENT = "piagam", "hiasan"
_ROOM = 610.0
"""The widest line of text."""
_TOP, _FOOT = HEIGHT - 80.0, 219.0
"""Between which what is said stands; below it people sign."""
_TIGHT = 0.6
"""How much of the gaps between lines stays at least."""
_SMALLEST = 5.0
"""Points that can still be read in print."""
_COPY: Color = HexColor(0xA63A1E)
_GHOST: Color = HexColor(0xF8ECE7)


class _TooLongError(Exception):
    """A text that fits its place in no size that can be read."""


@functools.lru_cache(maxsize=1024)
def _unit(text: str, face: str) -> float:
    """The width of ``text`` at one point: many lines are the same on every sheet, and tried in several sizes."""
    return float(pdfmetrics.stringWidth(text, face, 1.0))


def _wide(text: str, face: str, size: float) -> float:
    return _unit(text, face) * size


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text in the middle: ``gap`` above it, more or less as there is room, besides ``stiff`` that stays;
    ``tracking`` between letters."""

    text: str
    face: str
    size: float
    colour: Color
    gap: float
    tracking: float = 0.0
    title: bool = False
    stiff: float = 0.0

    @property
    def tall(self) -> float:
        """From the line above to the baseline, without the gap."""
        return self.size * 0.98 + self.stiff


class Diploma:
    """Draws the sheets of one template on one canvas; what is the same on all of them only once."""

    def __init__(self, canvas: theme.Canvas, template: CertificateTemplate) -> None:
        self.canvas, self.template = canvas, template
        self.main, self.accent = HexColor(template.main), HexColor(template.accent)
        self._text = canvas.beginText()
        self._missing = fonts.Missing()
        self._slanted = fonts.register_display()
        self._logo: ImageReader | None = None
        self._logo_size = (0.0, 0.0)
        if template.logo:
            self._logo = ImageReader(io.BytesIO(template.logo))
            wide, tall = self._logo.getSize()
            height = template.logo_height_mm * 72 / 25.4
            scale = min(height / tall, 240 / wide)
            self._logo_size = (wide * scale, tall * scale)
        canvas.beginForm(_BORDER, 0, 0, WIDTH, HEIGHT)
        draw_border(canvas, WIDTH, HEIGHT, EDGE, HexColor(template.border), self.accent, HexColor(template.ground))
        canvas.endForm()
        canvas.beginForm(_ORNAMENT, -100, -10, 100, 10)
        _draw_ornament(canvas, self.accent)
        canvas.endForm()

    def _fit(self, text: str) -> str:
        return fonts.fit(text, self._missing)

    def _italic(self, text: str, gap: float) -> Line:
        """A line in italics, or upright when the italic lacks one of its letters."""
        shown = self._fit(text)
        face = fonts.SERIF_ITALIC if self._slanted.issuperset(map(ord, shown)) else fonts.SERIF
        return _fitted(Line(shown, face, 13.5, theme.INK, gap))

    def sheet(self, certificate: Certificate) -> None:
        """One page. Raises ``DocumentError`` when a text has signs the typefaces lack, or is too long to be read: a
        certificate shows everything or is not printed."""
        canvas = self.canvas
        canvas.doForm(_BORDER)
        if certificate.example:
            self._ghost(wording.EXAMPLE)
            self._mark(wording.EXAMPLE)
        elif certificate.number > 1:
            self._ghost(wording.COPY)
            self._mark(wording.COPY, _printing(certificate))
        # One text object for the whole sheet: half the cost of a string at a time.
        self._text = canvas.beginText()
        recipient = certificate.award.region.name
        try:
            self._said(certificate.award)
            self._signed(certificate)
        except _TooLongError as error:
            raise DocumentError(
                N_("A text is too long for the certificate of {recipient}: {text}…"),
                kept=N_("Nothing was printed."),
                cure=N_("Shorten it and try again."),
                recipient=recipient,
                text=str(error)[:40],
            ) from error
        if self._missing:
            raise DocumentError(
                N_("The certificate of {recipient} has characters that cannot be printed: {characters}."),
                kept=N_("Nothing was printed."),
                cure=N_("Write it with Latin letters."),
                recipient=recipient,
                characters=", ".join(f"{code} {name}" for code, name in self._missing.lines()),
            )
        canvas.drawText(self._text)
        canvas.showPage()

    def _said(self, award: Award) -> None:
        """Everything above the signatures, spread evenly over the room there is."""
        canvas = self.canvas
        lines = self._lines(award)
        logo = self._logo_size[1] - 4 if self._logo is not None else 0.0
        room = _TOP - _FOOT - logo
        solid, gaps = sum(line.tall for line in lines), sum(line.gap for line in lines[1:])
        if solid + gaps * _TIGHT > room:
            # An office that writes a great deal into its template gets it in smaller type.
            part = (room - gaps * _TIGHT) / solid
            lines = [
                replace(line, size=line.size * part, tracking=line.tracking * part, stiff=line.stiff * part)
                for line in lines
            ]
            solid *= part
        loose = min(max((room - solid) / gaps, _TIGHT), 1.35) if gaps else 1.0
        y = _TOP - max(room - solid - gaps * loose, 0) * 0.42
        if self._logo is not None:
            wide, tall = self._logo_size
            canvas.drawImage(self._logo, MIDDLE - wide / 2, y - tall + 12, wide, tall)
            y -= logo
        for number, line in enumerate(lines):
            y -= line.tall + (line.gap * loose if number else 0)
            self._centred(line, MIDDLE, y)
            if line.title:
                self._ornament(y - line.size * 0.37)

    def _ornament(self, y: float) -> None:
        """The rule under the title."""
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(MIDDLE, y)
        canvas.doForm(_ORNAMENT)
        canvas.restoreState()

    def _lines(self, award: Award) -> list[Line]:
        template = self.template
        filled = [self._fit(template.filled(text, award)) for text in template.issuer]
        lines = [_fitted(Line(t.upper(), fonts.SANS_SEMIBOLD, 9.2, self.main, 4, 1.6)) for t in filled if t]
        title = self._fit(template.filled(template.title, award))
        lines.append(_fitted(Line(title, fonts.SERIF_SEMIBOLD, 39, self.main, 13, 0.6, title=True)))
        number = self._fit(template.filled(template.number, award))
        lines.append(_fitted(Line(number, fonts.SANS, 10.5, theme.MUTED, 5, 0.3, stiff=18)))
        lines.append(self._italic(template.filled(template.given_to, award), 17))
        lines += _broken(self._fit(award.region.name), fonts.SERIF_SEMIBOLD, (36, 31, 27, 23, 20), theme.INK, 13)
        if award.region.province and award.region.province not in award.region.name:
            lines.append(
                _fitted(Line(self._fit(f"Provinsi {award.region.province}"), fonts.SANS, 10.5, theme.MUTED, 8))
            )
        lines.append(self._italic(template.filled(template.as_what, award), 16))
        lines += _broken(self._fit(award.category), fonts.SERIF_SEMIBOLD, (25, 21, 18, 15), self.accent, 10)
        for position, text in enumerate(template.body):
            shown = self._fit(template.filled(text, award))
            lines += _broken(shown, fonts.SERIF, (11.6, 10.6, 9.6), theme.INK, 3.5 if position else 13)
        return [line for line in lines if line.text]

    def _signed(self, certificate: Certificate) -> None:
        """Place and day, who signs, and the code: beside one signatory, between two."""
        award, qr = certificate.award, certificate.qr
        place = self._fit(self.template.filled(self.template.place_and_date, award))
        if len(award.signatories) == 1:
            middles: Sequence[float] = (MIDDLE if qr is None else WIDTH - 250,)
            code = 128.0
        else:
            middles = (208.0, WIDTH - 208.0)
            code = MIDDLE - SIZE / 2
        self._centred(_fitted(Line(place, fonts.SERIF, 11, theme.INK, 0), 260), middles[-1], 186)
        for signatory, middle in zip(award.signatories, middles, strict=True):
            self._signatory(signatory, middle)
        if qr is not None:
            self._code(qr, code)

    def _signatory(self, signatory: Signatory, middle: float) -> None:
        """Position above the room for the signature, name on a rule below it, NIP or organisation under that."""
        canvas, room = self.canvas, 250.0
        lines = _broken(self._fit(signatory.title), fonts.SERIF, (11, 10, 9, 8), theme.INK, 0, room)
        if len(lines) == 1 and signatory.organisation:
            lines += [_fitted(Line(self._fit(signatory.organisation), fonts.SERIF, 10, theme.INK, 0), room)]
        y = 171.0
        for line in lines[:2]:
            self._centred(line, middle, y)
            y -= 12.6
        names = _broken(self._fit(signatory.name), fonts.SERIF_SEMIBOLD, (13, 12, 11, 10, 9), theme.INK, 0, room)
        for number, name in enumerate(names):
            self._centred(name, middle, 96 + 13.4 * (len(names) - 1 - number))
        canvas.setStrokeColor(self.accent)
        canvas.setLineWidth(0.7)
        widest = max(_wide(name.text, name.face, name.size) for name in names)
        half = max(min(widest / 2 + 8, room / 2), 70)
        canvas.line(middle - half, 91, middle + half, 91)
        if signatory.nip:
            self._centred(
                _fitted(Line(self._fit(f"NIP {signatory.nip}"), fonts.SANS, 8.6, theme.MUTED, 0), room), middle, 80
            )

    def _code(self, text: str, x: float) -> None:
        """The code over its caption."""
        draw_qr(self.canvas, text, x, 88)
        caption = _fitted(Line(self._fit(self.template.qr_caption), fonts.SANS, 6.8, theme.MUTED, 0), 170)
        self._centred(caption, x + SIZE / 2, 82)

    def _mark(self, word: str, note: str = "") -> None:
        """A framed word at the top right: what this sheet is instead of the certificate itself."""
        canvas = self.canvas
        right, top = WIDTH - EDGE - 44, HEIGHT - EDGE - 44
        canvas.setStrokeColor(_COPY)
        canvas.setFillColor(_COPY)
        canvas.setLineWidth(1)
        canvas.roundRect(right - 104, top - 23, 104, 23, 2, stroke=1, fill=0)
        canvas.setFont(fonts.SANS_BOLD, 13)
        wide = _wide(word, fonts.SANS_BOLD, 13) + 2.4 * (len(word) - 1)
        canvas.drawString(right - 52 - wide / 2, top - 16.2, word, charSpace=2.4)
        canvas.setFont(fonts.SANS, 7)
        canvas.drawRightString(right, top - 33, note)

    def _ghost(self, word: str) -> None:
        """A large pale word across the sheet, under the text."""
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(MIDDLE, HEIGHT / 2)
        canvas.rotate(24)
        canvas.setFillColor(_GHOST)
        canvas.setFont(fonts.SANS_BOLD, 128)
        canvas.drawCentredString(0, -44, word)
        canvas.restoreState()

    def _centred(self, line: Line, middle: float, y: float) -> None:
        wide = _wide(line.text, line.face, line.size) + line.tracking * (len(line.text) - 1)
        said = self._text
        said.setFont(line.face, line.size)
        said.setFillColor(line.colour)
        said.setCharSpace(line.tracking)
        said.setTextOrigin(round(middle - wide / 2, 2), round(y, 2))
        said.textLine(line.text)


def _printing(certificate: Certificate) -> str:
    """Which printing a copy is of, and of what day."""
    if certificate.printed_on is None:
        return wording.COPY_NOTE.format(number=certificate.number)
    return wording.COPY_NOTE_DAY.format(number=certificate.number, day=show_date(certificate.printed_on))


def _draw_ornament(canvas: theme.Canvas, colour: Color) -> None:
    """A rule that swells to a lozenge in its middle, about the origin."""
    canvas.setFillColor(colour)
    path = canvas.beginPath()
    for side in (-1, 1):
        path.moveTo(side * 92, 0)
        path.curveTo(side * 40, 0.9, side * 16, 0.6, side * 9, 0)
        path.curveTo(side * 16, -0.6, side * 40, -0.9, side * 92, 0)
    path.moveTo(-5, 0)
    path.curveTo(-2, 1, -1, 2, 0, 5)
    path.curveTo(1, 2, 2, 1, 5, 0)
    path.curveTo(2, -1, 1, -2, 0, -5)
    path.curveTo(-1, -2, -2, -1, -5, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def _fitted(line: Line, room: float = _ROOM) -> Line:
    """``line`` in a size at which it fits ``room``. Raises ``_TooLongError`` when that is too small to be read."""
    wide = _wide(line.text, line.face, line.size) + line.tracking * len(line.text)
    if wide <= room:
        return line
    size = line.size * room / wide
    if size < _SMALLEST:
        raise _TooLongError(line.text)
    return replace(line, size=size, tracking=0.0)


def _broken(text: str, face: str, sizes: Sequence[float], colour: Color, gap: float, room: float = _ROOM) -> list[Line]:
    """``text`` on one line in the largest of ``sizes`` but the smallest two, else balanced on two lines in the largest
    size at which both fit; a line that fits in none is made smaller still."""
    for size in sizes[:-2]:
        if _wide(text, face, size) <= room:
            return [Line(text, face, size, colour, gap)]
    halves = _balanced(text, face)
    if max(_wide(word, face, sizes[-1]) for word in text.split() or [""]) > room:
        # A word longer than a line: better cut than unreadable.
        middle = -(-len(text) // 2)
        halves = [text[:middle].strip(), text[middle:].strip()]
    for size in sizes[1:]:
        if max(_wide(half, face, size) for half in halves) <= room:
            break
    made = [
        _fitted(Line(half, face, size, colour, gap if not number else 2.5), room) for number, half in enumerate(halves)
    ]
    return made


def _balanced(text: str, face: str) -> list[str]:
    """``text`` cut at the space that leaves both parts as alike as can be; one without spaces stays whole."""
    words = text.split()
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    if not cuts:
        return [text]
    return list(min(cuts, key=lambda cut: max(_wide(part, face, 10) for part in cut)))
