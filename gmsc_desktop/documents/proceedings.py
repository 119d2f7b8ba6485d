"""The parts of the minutes: who met, what both sides agree on, where they differ, where they sign."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable, Spacer

from gmsc_desktop.documents import fonts, opening, texts, theme, wording
from gmsc_desktop.documents.agreement import Dispute, compare_sides
from gmsc_desktop.documents.drawn import FIELD_ASSESSOR, FIELD_REGION, FIELD_SECOND
from gmsc_desktop.documents.grid import Row
from gmsc_desktop.documents.kit import Kit
from gmsc_desktop.documents.model import ResultItem
from gmsc_desktop.documents.places import PAIR, free_place, pair_of_places, place_to_sign
from gmsc_desktop.documents.qrcode import SIZE as QR_SIZE
from gmsc_desktop.documents.qrcode import QrMark
from gmsc_desktop.documents.stamp import shrink
from gmsc_desktop.documents.words import day_in_figures, day_in_words
from gmsc_desktop.domain.numbers import show_dates, show_decimal
from gmsc_desktop.domain.papers import MinutesOptions
from gmsc_desktop.domain.visit import Role

_ASPECTS = (theme.BODY_WIDTH - 150, 75.0, 75.0)
_DISPUTES = (30.0, theme.BODY_WIDTH - 30 - 3 * 58, 58.0, 58.0, 58.0)
_POINTS = (26.0, theme.BODY_WIDTH - 26)
_LONGEST_NOTE = 420
"""Letters of a note repeated in the minutes; the whole note stands in the report and in the attached content."""


class Letterhead(Flowable):  # type: ignore[misc]
    """The programme's name, the title of the paper in the middle and its number, over a double rule."""

    HEIGHT = 118.0

    def __init__(self, programme: str, lines: Sequence[str], number: str) -> None:
        super().__init__()
        self.programme, self.lines, self.number = programme, list(lines), number

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The whole width, a fixed height."""
        self.width = width
        return width, self.HEIGHT

    def draw(self) -> None:
        """From the programme down to the number."""
        canvas, middle = self.canv, self.width / 2
        canvas.bookmarkPage("berita-acara")
        canvas.addOutlineEntry(wording.MINUTES, "berita-acara", 0)
        canvas.setFillColor(theme.ACCENT)
        programme, size = shrink(self.programme.upper(), fonts.SANS_SEMIBOLD, 8, self.width, smallest=6.0)
        canvas.setFont(fonts.SANS_SEMIBOLD, size)
        room: float = canvas.stringWidth(programme, fonts.SANS_SEMIBOLD, size)
        spacing = 1.5 if room + 1.5 * (len(programme) - 1) <= self.width else 0.0
        room += spacing * (len(programme) - 1)
        canvas.drawString(middle - room / 2, 104, programme, charSpace=spacing)
        canvas.setStrokeColor(theme.DEEP)
        canvas.setLineWidth(1.2)
        canvas.line(0, 94, self.width, 94)
        canvas.setLineWidth(0.4)
        canvas.line(0, 91.4, self.width, 91.4)
        canvas.setFillColor(theme.DEEP)
        canvas.setFont(fonts.SERIF_SEMIBOLD, 23)
        canvas.drawCentredString(middle, 58, wording.MINUTES)
        y = 40.0
        for position, line in enumerate(self.lines):
            self._centred(line, fonts.SANS_SEMIBOLD if position else fonts.SANS, 10.0, theme.INK, y)
            y -= 13.5
        self._centred(self.number, fonts.SANS, 9.0, theme.MUTED, y - 1)

    def _centred(self, text: str, face: str, size: float, colour: Color, y: float) -> None:
        """One line in the middle, made smaller when it is too long; what is cut stands in full further down."""
        shown, fitted = shrink(text, face, size, self.width, smallest=6.0)
        self.canv.setFont(face, fitted)
        self.canv.setFillColor(colour)
        self.canv.drawCentredString(self.width / 2, y, shown)


def letterhead(kit: Kit, options: MinutesOptions) -> list[Flowable]:
    """What this is, of whom, and its number."""
    number = kit.writer.line(options.number)
    shown = wording.NUMBER.format(number=number) if number else wording.NUMBER_BLANK
    region = kit.writer.line(kit.model.region.name)
    what = wording.MINUTES_OF if kit.model.smart_city else wording.MINUTES_OF_OTHER
    return [Letterhead(kit.writer.line(kit.model.programme), (what, region), shown)]


def parties(kit: Kit, options: MinutesOptions) -> list[Flowable]:
    """The day in words, and the people of both sides."""
    model, write = kit.model, kit.writer
    day = options.day or model.ends_on
    place = options.place or model.place
    text = wording.OPENING if place else wording.OPENING_NOWHERE
    first = text.format(words=day_in_words(day), figures=day_in_figures(day), place=place)
    team = [(texts.LEAD if person.role is Role.LEAD else texts.MEMBER, person) for person in model.team()]
    purpose = wording.MET_FOR.format(
        subject=wording.MET_SUBJECT if model.smart_city else "",
        region=model.region.name,
        cycle=" ".join(part for part in (str(model.cycle_year), model.stage) if part),
        dates=show_dates(model.starts_on, model.ends_on),
        mode=wording.MODES[model.mode],
    )
    return [
        kit.grid([kit.full([write.one(first, "formal")])], [kit.page.body_width]),
        opening.people(kit, kit.heading(wording.FIRST_PARTY, above=0), team or [("", model.assessor)]),
        opening.people(kit, kit.heading(wording.SECOND_PARTY, above=0), [("", person) for person in model.met()]),
        kit.grid([kit.full([write.one(purpose, "formal")])], [kit.page.body_width], above=14),
    ]


def result(kit: Kit) -> list[Flowable]:
    """The index and what it is made of."""
    model, write = kit.model, kit.writer
    rows = [kit.heading(wording.RESULT, "part", above=0)]
    if model.aspects:
        rows.append(kit.columns(_ASPECTS, (wording.ASPECT, wording.WEIGHT, wording.VALUE)))
    for bar in model.aspects:
        share = "" if bar.share is None else f"{show_decimal(round(bar.share, 1).normalize() + 0)} %"
        cells = [
            write.one(bar.label, "small"),
            write.one(share, "tree_light"),
            write.one(model.shown(bar.value), "tree"),
        ]
        rows.append(Row([[cell] for cell in cells], pad=(3, 3), keep=True))
    beside = [wording.OF_HIGHEST.format(highest=show_decimal(model.index_max.normalize() + 0))]
    if model.category:
        beside.append(wording.PREDICATE.format(category=model.category))
    if model.previous is not None and model.improvement is not None:
        index = model.shown(model.previous.index)
        beside.append(wording.CHANGE.format(change=model.shown_improvement(), year=model.previous.year, index=index))
    total: list[list[Flowable]] = [
        [write.one(wording.TOTAL, "strong"), write.one(" · ".join(beside), "small_muted")],
        [],
        [write.one(model.shown(model.index), "figure")],
    ]
    rows.append(Row(total, pad=(5, 6), background=theme.TINT))
    if not model.complete:
        rows.append(kit.full([write.one(wording.UNFINISHED, "warning")], pad=(4, 0)))
    return [kit.grid(rows, _ASPECTS, above=16)]


def agreed(kit: Kit) -> list[Flowable]:
    """How far both sides gave the same levels, then findings and recommendations."""
    write, found = kit.writer, compare_sides(kit.model)
    rows = [kit.heading(wording.AGREED, "part", above=0)]
    if not found.compared:
        said = wording.NOT_COMPARED
    else:
        said = wording.SAME_ALL if found.same == found.compared else wording.SAME_SOME
    rows.append(kit.full([write.one(said.format(same=found.same, compared=found.compared), "formal")], pad=(0, 4)))
    results = kit.model.results
    for title, items in (
        (wording.FINDINGS, results.findings),
        (wording.RECOMMENDATIONS, results.recommendations),
    ):
        if items:
            rows.append(kit.heading(title, "group", above=6))
            rows += [_point(kit, number, item) for number, item in enumerate(items, 1)]
    asked = results.asks_findings or results.asks_recommendations
    if asked and not results.findings and not results.recommendations:
        rows.append(kit.full([write.one(wording.NONE_AGREED, "small_muted")]))
    return [kit.grid(rows, _POINTS, above=18)]


def _point(kit: Kit, number: int, item: ResultItem) -> Row:
    write = kit.writer
    said: list[Flowable] = [*write.many(item.text, "formal")] or [write.one(texts.DASH, "formal")]
    beside = [(f"{label}: ", value) for label, value in item.particulars if value]
    if beside:
        parts: list[tuple[str, str]] = []
        for label, value in beside:
            parts += [(f"{'  ·  ' if parts else ''}{label}", "tiny"), (value, "small_strong")]
        said += [Spacer(0, 1.5), write.mixed(parts, "small")]
    return Row([[write.one(f"{number}.", "formal")], said], gap=0, pad=(3, 4), rule=None)


def disputed(kit: Kit) -> list[Flowable]:
    """Every indicator on which the region's own level differs, with both levels."""
    write, disputes = kit.writer, compare_sides(kit.model).disputes
    rows = [kit.heading(wording.DISPUTED, "part", above=0)]
    if not disputes:
        return [kit.grid([*rows, kit.full([write.one(wording.NO_DISPUTE, "formal")])], _DISPUTES, above=18)]
    intro = wording.DISPUTE_INTRO.format(count=len(disputes))
    if any(len(_noted(dispute)) > _LONGEST_NOTE for dispute in disputes):
        intro = f"{intro} {wording.NOTES_CUT}"
    rows.append(kit.full([write.one(intro, "formal")], pad=(0, 7), keep=True))
    titles = wording.DISPUTE_COLUMNS
    rows.append(kit.columns(_DISPUTES, titles))
    again = kit.columns(_DISPUTES, (titles[0], f"{titles[1]} {wording.CONTINUED}", *titles[2:]))
    rows += [_dispute(kit, dispute) for dispute in disputes]
    return [kit.grid(rows, _DISPUTES, again=again, above=18)]


def _dispute(kit: Kit, dispute: Dispute) -> Row:
    write, entry = kit.writer, dispute.indicator
    said: list[Flowable] = [write.one(entry.label, "small_strong"), write.one(dispute.aspect, "tiny")]
    note = _noted(dispute)
    if note:
        said.append(write.one(note if len(note) <= _LONGEST_NOTE else f"{note[:_LONGEST_NOTE].rstrip()} …", "small"))
    reached = None if entry.not_applicable else entry.level
    gap = texts.DASH
    if reached is not None and entry.self_level is not None:
        gap = ("+" if entry.self_level > reached else "−") + _level(abs(entry.self_level - reached))
    return Row(
        [
            [write.one(entry.number, "small_muted")],
            said,
            [write.one(_level(entry.self_level), "tree")],
            [write.one(_level(reached) if reached is not None else wording.NOT_APPLICABLE, "tree_strong")],
            [write.one(gap, "tree_light")],
        ],
        pad=(4.5, 4.5),
    )


def _noted(dispute: Dispute) -> str:
    return " ".join((dispute.indicator.not_applicable or dispute.indicator.note).split())


def _level(value: Decimal | None) -> str:
    if value is None:
        return texts.DASH
    return show_decimal(value.normalize() if value % 1 else value.to_integral_value())


def signatures(kit: Kit, options: MinutesOptions, qr: str | None) -> list[Flowable]:
    """The places for both sides, together on one page, and how the paper is checked."""
    model, write = kit.model, kit.writer
    if kit.draft:
        said = wording.CLOSING_DRAFT
    else:
        said = wording.CLOSING.format(revision=model.revision, digest=model.content_hash)
    others = [person for person in model.team() if person.name != model.assessor.name]
    lead = next((person for person in model.team() if person.name == model.assessor.name), model.assessor)
    official, second = next(iter(model.met()), None), others[0] if others else None
    code: list[Flowable] = [QrMark(qr)] if qr is not None else []
    wide = QR_SIZE + 10 if code else 0.0
    checked: list[Flowable] = [
        write.one(wording.CHECK, "label"),
        write.one(wording.CHECK_PDF if qr is None else wording.CHECK_QR, "tiny"),
    ]
    caption = wording.SIGN_LEAD if lead.role is Role.LEAD else texts.SIGN_ASSESSOR
    rows = [
        kit.full([write.one(said, "formal")], pad=(0, 9), keep=True),
        pair_of_places(
            place_to_sign(write, wording.SIGN_FIRST, caption, FIELD_ASSESSOR, lead),
            place_to_sign(write, wording.SIGN_SECOND, wording.SIGN_FOR, FIELD_REGION, official),
        ),
        pair_of_places(place_to_sign(write, "", wording.SIGN_MEMBER, FIELD_SECOND, second), free_place(write)),
        pair_of_places(code, checked, (wide, theme.BODY_WIDTH - wide)),
    ]
    for row in rows[1:-1]:
        row.keep = True
    if write.missing:
        text = wording.MISSING.format(mark=fonts.SUBSTITUTE, names=write.missing.named())
        rows.append(kit.full([write.one(text, "tiny")], pad=(8, 0)))
    return [kit.grid(rows, PAIR, above=12)]
