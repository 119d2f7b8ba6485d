"""The first chapters: who met whom, when and where; and the result with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reportlab.platypus import Flowable, Spacer

from gmsc_desktop.documents import texts, theme
from gmsc_desktop.documents.charts import Bars, Radar
from gmsc_desktop.documents.grid import Row
from gmsc_desktop.documents.headline import Card, Headline, Scale
from gmsc_desktop.documents.kit import Kit
from gmsc_desktop.documents.model import Indicator
from gmsc_desktop.documents.stamp import show_moment
from gmsc_desktop.domain.numbers import show_dates, show_decimal
from gmsc_desktop.domain.visit import Person, Role

_PAIR = (138.0, theme.BODY_WIDTH - 138.0)
_RADAR = 292.0
_RADAR_LEAST, _RADAR_MOST, _BARS_MOST = 3, 12, 7
"""How many axes a radar can show, and how many bars have room beside it."""
_PEOPLE = (26.0, 176.0, 148.0, theme.BODY_WIDTH - 350.0)


def identity(kit: Kit) -> list[Flowable]:
    """The particulars of the visit and the team; the people met stand in an annex, since they may be many."""
    model = kit.model
    region = model.region
    facts = (
        (texts.REGION, region.name),
        (texts.PROVINCE, region.province),
        (texts.CODE, region.code),
        (texts.CYCLE, " · ".join(part for part in (str(model.cycle_year), model.stage) if part)),
        (texts.DATES, show_dates(model.starts_on, model.ends_on)),
        (texts.PLACE, model.place),
        (texts.MODE, texts.MODES[model.mode]),
        (texts.MET, texts.MET_COUNT.format(count=len(model.met())) if model.met() else texts.NONE_MET),
        (texts.INSTRUMENT, _instrument(kit)),
        (texts.PREVIOUS, _previous(kit)),
        (texts.FROZEN, "" if kit.draft else _frozen(kit)),
    )
    rows = [kit.chapter(texts.IDENTITY), *(pair(kit, label, value) for label, value in facts if value)]
    story: list[Flowable] = [kit.grid(rows, _PAIR, above=30)]
    team = [(texts.LEAD if person.role is Role.LEAD else texts.MEMBER, person) for person in model.team()]
    return [*story, people(kit, kit.heading(texts.TEAM, above=0), team)]


def annex(kit: Kit) -> list[Flowable]:
    """Everybody who was met, with NIP and position; nothing when nobody was."""
    met = [("", person) for person in kit.model.met()]
    return [people(kit, kit.chapter(texts.ANNEX), met, above=28)] if met else []


def pair(kit: Kit, label: str, value: str, extra: Sequence[Flowable] = ()) -> Row:
    """A label and what stands beside it."""
    cell = [*kit.writer.many(value, "value"), *extra]
    return Row([[kit.writer.one(label, "value_label")], cell], widths=_PAIR, gap=0, pad=(4.2, 4.2))


def _frozen(kit: Kit) -> str:
    return texts.REVISION.format(moment=show_moment(kit.model.closed_at), revision=kit.model.revision)


def _previous(kit: Kit) -> str:
    previous = kit.model.previous
    if previous is None:
        return ""
    return f"{kit.model.shown(previous.index)} ({previous.year})" + (f", {previous.source}" if previous.source else "")


def _instrument(kit: Kit) -> str:
    instrument = kit.model.instrument
    title = instrument.title.get("id") or instrument.form_id
    form, version = instrument.form_id, instrument.version
    return texts.VERSION.format(title=title, form=form, version=version) if version else title


def people(kit: Kit, lead: Row, named: Sequence[tuple[str, Person]], *, above: float = 18.0) -> Flowable:
    """A table of (role, person) with NIP, position and organisation under its title row."""
    write = kit.writer
    columns = kit.columns(_PEOPLE, (texts.COLUMN_NUMBER, texts.NAME, texts.POSITION, texts.ORGANISATION))
    rows = [lead]
    if not named:
        rows.append(kit.full([write.one(texts.NONE_FOUND, "small_muted")]))
        return kit.grid(rows, _PEOPLE, above=above)
    rows.append(columns)
    for number, (role, person) in enumerate(named, 1):
        name: list[Flowable] = [write.one(person.name or texts.DASH, "small_strong")]
        below = " · ".join(part for part in (role, f"{texts.NIP} {person.nip}" if person.nip else "") if part)
        if below:
            name.append(write.one(below, "tiny"))
        cells = [
            [write.one(str(number), "small_muted")],
            name,
            [write.one(person.title or texts.DASH, "small")],
            [write.one(person.organisation or texts.DASH, "small")],
        ]
        rows.append(Row(cells, pad=(4.5, 4.5), keep=number == 1 < len(named)))
    return kit.grid(rows, _PEOPLE, again=columns, above=above)


def summary(kit: Kit) -> list[Flowable]:
    """Index, predicate and improvement; radar and bars; the assessors' words."""
    model, write, width = kit.model, kit.writer, theme.BODY_WIDTH
    opening: list[Row] = [kit.chapter(texts.SUMMARY), kit.full([Headline(_cards(kit), width)], pad=(2, 12))]
    scale = _scale(kit)
    if scale is not None:
        opening.append(kit.full([scale], pad=(0, 8)))
    open_items = _unanswered(kit)
    if open_items:
        text = texts.STILL_OPEN.format(count=open_items)
        opening.append(Row([[write.one(text, "small_strong")]], widths=[width], background=theme.WARM, rule=None))
    charts = _charts(kit)
    for row in opening[: len(opening) if charts else -1]:
        row.keep = True
    story: list[Flowable] = [kit.grid([*opening, *charts], [width], above=30)]
    results = model.results
    words = [kit.full(write.many(results.summary, "lead"), pad=(12, 4))] if results.summary else []
    if not words and results.asks_summary:
        words.append(kit.full([write.one(texts.NO_SUMMARY, "small_muted")], pad=(12, 4)))
    both = [
        [write.one(title, "h2"), Spacer(0, 3), *write.many(text)]
        for title, text in ((texts.STRENGTHS, results.strengths), (texts.GAPS, results.gaps))
        if text
    ]
    if both:
        gutter = 26.0
        wide = (width + gutter) / len(both)
        words.append(Row(both, widths=[wide] * len(both), gap=gutter, inset=0, pad=(8, 6), rule=None))
    return [*story, kit.grid(words, [width])] if words else story


def _cards(kit: Kit) -> list[Card]:
    model, line = kit.model, kit.writer.line
    highest = show_decimal(model.index_max.normalize())
    cards = [
        Card(
            texts.INDEX, model.shown(model.index), f"{texts.OUT_OF.format(highest=highest)}, {line(model.region.name)}"
        )
    ]
    if model.instrument.categories:
        floor = next((c.minimum for c in model.instrument.categories if c.label.get("id") == model.category), None)
        below = texts.STARTING_AT.format(value=model.shown(floor)) if floor is not None else ""
        cards.append(Card(texts.CATEGORY, line(model.category) or texts.DASH, below))
    previous = model.previous
    below = texts.NO_PREVIOUS
    if previous is not None:
        below = texts.COMPARED.format(index=model.shown(previous.index), year=previous.year)
    cards.append(Card(texts.IMPROVEMENT, model.shown_improvement(), below))
    return cards


def _scale(kit: Kit) -> Scale | None:
    model = kit.model
    found = sorted(model.instrument.categories, key=lambda category: category.minimum)
    if not found:
        return None
    stretches = [(kit.writer.line(c.label.get("id")), c.minimum, f"{model.shown(c.minimum)}") for c in found]
    return Scale(stretches, model.index, model.index_max, theme.BODY_WIDTH)


def _unanswered(kit: Kit) -> int:
    return sum(
        isinstance(entry, Indicator) and entry.level is None and not entry.not_applicable
        for section in kit.model.sections
        for entry in section.entries
    )


def _charts(kit: Kit) -> list[Row]:
    """Radar at the left, bars at the right, when there are as many as such a figure can show; else bar under bar."""
    model, line = kit.model, kit.writer.line
    dimensions = [(line(bar.label), "", bar.value, model.shown(bar.value)) for bar in model.dimensions]
    aspects = [(line(bar.label), _share(bar.share), bar.value, model.shown(bar.value)) for bar in model.aspects]
    if not _RADAR_LEAST <= len(dimensions) <= _RADAR_MOST:
        return [*_bars(kit, texts.BY_DIMENSION, dimensions), *_bars(kit, texts.BY_ASPECT, aspects)]
    axes = [(label, value, shown) for label, _beside, value, shown in dimensions]
    left = [_title(kit, texts.BY_DIMENSION), Radar(axes, model.index_max, width=_RADAR, height=232)]
    if not 0 < len(aspects) <= _BARS_MOST:
        return [kit.full(left, pad=(10, 6)), *_bars(kit, texts.BY_ASPECT, aspects)]
    room = theme.BODY_WIDTH - _RADAR - 14
    right = [_title(kit, texts.BY_ASPECT), Bars(aspects, model.index_max, width=room)]
    return [Row([left, right], widths=[_RADAR + 14, room], gap=0, pad=(10, 6), rule=None)]


def _bars(kit: Kit, title: str, rows: Sequence[tuple[str, str, Decimal | None, str]]) -> list[Row]:
    made = [kit.full([_title(kit, title)], pad=(10, 0), keep=True)] if rows else []
    made += [kit.full([Bars([row], kit.model.index_max, width=theme.BODY_WIDTH)], pad=(0, 0)) for row in rows]
    return made


def _title(kit: Kit, text: str) -> Flowable:
    return kit.writer.one(text, "chart_title")


def _share(share: Decimal | None) -> str:
    return "" if share is None else f"{show_decimal(share, 0 if share == share.to_integral_value() else 1)} %"
