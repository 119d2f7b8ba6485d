"""The middle chapters: every aspect with its indicators, what else was recorded, findings and recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reportlab.platypus import Flowable, Spacer

from gmsc_desktop.documents import texts, theme
from gmsc_desktop.documents.charts import Badge
from gmsc_desktop.documents.grid import Row
from gmsc_desktop.documents.kit import Kit
from gmsc_desktop.documents.model import Entry, Field, Heading, Indicator, ResultItem, Section
from gmsc_desktop.documents.opening import pair
from gmsc_desktop.documents.parts import Anchor
from gmsc_desktop.domain.numbers import show_decimal

_ASPECT = (30.0, theme.BODY_WIDTH - 30 - 66 - 66, 66.0, 66.0)
_DIMENSION = (34.0, theme.BODY_WIDTH - 34 - 130 - 66 - 58, 130.0, 66.0, 58.0)
_TITLE = (theme.BODY_WIDTH - 190, 120.0, 70.0)
_SHORT = 90
_BESIDE = 330.0
_RESULT = (30.0, theme.BODY_WIDTH - 30 - 172, 172.0)


def aspects(kit: Kit) -> list[Flowable]:
    """A table for every scored section."""
    sections = [section for section in kit.model.sections if section.scored]
    if not sections:
        return []
    story: list[Flowable] = []
    for position, section in enumerate(sections):
        story.append(_aspect(kit, section, [] if position else [kit.chapter(texts.ASPECTS)]))
    return story


def _aspect(kit: Kit, section: Section, rows: list[Row]) -> Flowable:
    write = kit.writer
    titles = (texts.COLUMN_NUMBER, texts.COLUMN_INDICATOR, texts.COLUMN_LEVEL, texts.COLUMN_SELF)
    anchor = f"aspek-{section.number}"
    label = write.line(section.label)
    kit.contents.append((anchor, label, 1))
    bar = next((bar for bar in kit.model.aspects if bar.name == section.key), None)
    share = texts.WEIGHT.format(share=_percent(bar.share)) if bar and bar.share is not None else ""
    title = [
        [Anchor(anchor, label, 1), write.one(section.label, "aspect")],
        [Spacer(0, 5), write.one(share, "small_right")],
        [write.one(kit.model.shown(bar.value if bar else None), "figure")],
    ]
    rows.append(Row(title, widths=_TITLE, gap=0, pad=(2, 7), rule=None, keep=True))
    rows.append(kit.columns(_ASPECT, titles))
    again = kit.columns(_ASPECT, (titles[0], f"{_short(section.label)} {texts.CONTINUED}", *titles[2:]))
    under = ""
    for entry in section.entries:
        if isinstance(entry, Heading):
            under = entry.label
        rows.append(_entry(kit, entry, under))
    return kit.grid(rows, _ASPECT, again=again, above=22)


def _short(label: str) -> str:
    return label if len(label) <= _SHORT else label[: _SHORT - 1].rstrip() + "…"


def _percent(value: Decimal | None) -> str:
    if value is None:
        return ""
    return f"{show_decimal(value, 0 if value == value.to_integral_value() else 1)} %"


def _entry(kit: Kit, entry: Entry, under: str) -> Row:
    if isinstance(entry, Heading):
        style = "group" if entry.depth == 1 else "small_strong"
        return Row(
            [[kit.writer.one(entry.label, style)]], widths=[theme.BODY_WIDTH], pad=(9, 4), rule=theme.RULE, keep=True
        )
    if isinstance(entry, Field):
        return _field(kit, entry)
    return _indicator(kit, entry, under)


def _field(kit: Kit, entry: Field) -> Row:
    write = kit.writer
    style = "small_strong" if len(entry.value) < _SHORT else "small"
    inside: list[Flowable] = [
        write.mixed([(f"{entry.label}: ", "small_muted"), (entry.value or texts.DASH, style)], "small")
    ]
    inside += _said(kit, entry.note, entry.evidence, _ASPECT[1] + 120)
    return Row([[], inside], widths=(_ASPECT[0], theme.BODY_WIDTH - _ASPECT[0]), pad=(4, 4))


def _said(kit: Kit, note: str, evidence: Sequence[str], room: float) -> list[Flowable]:
    made: list[Flowable] = []
    for position, line in enumerate(note.splitlines()):
        if line.strip():
            lead = [(texts.NOTE, "note_label")] if not position else []
            made += [Spacer(0, 3), kit.writer.mixed([*lead, (line.strip(), "note")], "note")]
    files = kit.evidence(evidence, room)
    return [*made, Spacer(0, 5), *files] if files else made


def _beside(kit: Kit, entry: Field) -> list[Flowable]:
    """What follows a value; without one, files begin where the value would stand."""
    said = _said(kit, entry.note, entry.evidence, _BESIDE)
    return said[1:] if said and not entry.value else said


def _indicator(kit: Kit, entry: Indicator, under: str) -> Row:
    write, room = kit.writer, _ASPECT[1] - 10
    inside: list[Flowable] = [write.one(entry.label, "strong_small")]
    if entry.dimension and entry.dimension != under:
        inside.append(write.one(entry.dimension, "tag"))
    if entry.not_applicable:
        inside.append(write.mixed([(texts.NOT_APPLICABLE, "small_strong"), (entry.not_applicable, "small")]))
    elif entry.level is None:
        inside.append(write.one(texts.NOT_ANSWERED, "warning"))
    else:
        inside.append(write.one(entry.descriptor or texts.DASH, "small"))
    if entry.self_level is not None and entry.self_level != entry.level and entry.self_descriptor:
        lead = texts.SELF.format(level=_level(entry.self_level))
        parts = [(lead, "tiny_strong"), (entry.self_descriptor, "tiny")]
        inside += [Spacer(0, 3), write.mixed(parts, "tiny")]
    inside += _said(kit, entry.note, entry.evidence, room)
    reached = None if entry.not_applicable else entry.level
    shown = _level(reached) if reached is not None else texts.DASH
    cells: list[list[Flowable]] = [
        [write.one(entry.number, "small_muted")],
        inside,
        [Badge(shown, reached, entry.highest)],
        _self(kit, entry),
    ]
    return Row(cells, pad=(7, 8), resumed=lambda: _resumed(kit, entry))


def _resumed(kit: Kit, entry: Indicator) -> list[list[Flowable]]:
    """What a long entry is headed with on the next page."""
    parts = [(entry.label, "small_strong"), (f" {texts.CONTINUED}", "small_muted")]
    return [[kit.writer.one(entry.number, "small_muted")], [kit.writer.mixed(parts), Spacer(0, 4)], [], []]


def _level(value: Decimal) -> str:
    return show_decimal(value.normalize() if value % 1 else value.to_integral_value())


def _self(kit: Kit, entry: Indicator) -> list[Flowable]:
    write = kit.writer
    if entry.self_level is None:
        return [write.one(texts.DASH, "self")]
    cell: list[Flowable] = [write.one(_level(entry.self_level), "self")]
    if entry.level is not None and not entry.not_applicable:
        gap = entry.self_level - entry.level
        text = texts.SELF_SAME if not gap else texts.SELF_ABOVE if gap > 0 else texts.SELF_BELOW
        cell.append(write.one(text.format(by=_level(abs(gap))), "tiny"))
    return cell


def dimensions(kit: Kit) -> list[Flowable]:
    """The same levels read across: every dimension with its value and its indicators, whatever aspect they stand in."""
    found: dict[str, list[tuple[str, Indicator]]] = {bar.label: [] for bar in kit.model.dimensions}
    for section in kit.model.sections:
        for entry in section.entries:
            if isinstance(entry, Indicator) and entry.dimension in found:
                found[entry.dimension].append((_short(section.label), entry))
    if not any(found.values()):
        return []
    write = kit.writer
    columns = kit.columns(_DIMENSION, texts.DIMENSION_COLUMNS)
    rows = [kit.chapter(texts.DIMENSIONS), kit.full([write.one(texts.DIMENSIONS_INTRO, "small_muted")], pad=(0, 8))]
    rows[-1].keep = True
    rows.append(columns)
    for bar in kit.model.dimensions:
        title = [[write.one(bar.label, "group")], [write.one(kit.model.shown(bar.value), "tree_strong")], []]
        widths = (sum(_DIMENSION[:3]), *_DIMENSION[3:])
        rows.append(Row(title, widths=widths, pad=(7, 3), background=theme.TINT, keep=True))
        inside = found[bar.label]
        for number, (aspect, entry) in enumerate(inside, 1):
            # The first two and the last two stay together.
            rows.append(_across(kit, aspect, entry, keep=number < len(inside) and number in (1, len(inside) - 1)))
    return [kit.grid(rows, _DIMENSION, again=columns, above=28)]


def _across(kit: Kit, aspect: str, entry: Indicator, *, keep: bool) -> Row:
    write = kit.writer
    reached = None if entry.not_applicable else entry.level
    shown = texts.NOT_COUNTED if entry.not_applicable else texts.DASH if reached is None else _level(reached)
    own = texts.DASH if entry.self_level is None else _level(entry.self_level)
    cells: list[list[Flowable]] = [
        [write.one(entry.number, "small_muted")],
        [write.one(entry.label, "small")],
        [write.one(aspect, "small_muted")],
        [write.one(shown, "tree_strong")],
        [write.one(own, "tree_light")],
    ]
    return Row(cells, pad=(2.4, 2.4), keep=keep)


def fieldwork(kit: Kit) -> list[Flowable]:
    """What was recorded in the unscored sections, as labels and values."""
    story: list[Flowable] = []
    for section in (section for section in kit.model.sections if not section.scored):
        rows = [] if story else [kit.chapter(texts.FIELDWORK)]
        rows.append(kit.heading(section.label))
        first = True
        for position, entry in enumerate(section.entries):
            if isinstance(entry, Heading):
                rows.append(kit.heading(entry.label, "group", above=8))
            elif isinstance(entry, Field):
                rows.append(pair(kit, entry.label, entry.value, _beside(kit, entry)))
                rows[-1].keep = _kept(section.entries, position, first=first)
            first = isinstance(entry, Heading)
        story.append(kit.grid(rows, [theme.BODY_WIDTH], above=4 if story else 28))
    return story


def _kept(entries: Sequence[Entry], position: int, *, first: bool) -> bool:
    """Whether a field stays with the one after it: the first two and the last two of a group, so that none of them
    stands alone at the foot or the head of a page."""
    after = entries[position + 1 : position + 3]
    followed = bool(after) and isinstance(after[0], Field)
    return followed and (first or len(after) == 1 or isinstance(after[1], Heading))


def conclusions(kit: Kit) -> list[Flowable]:
    """Findings, then recommendations; an instrument that asks for none of them has no such chapter."""
    results = kit.model.results
    chapters = (
        (results.asks_findings, texts.FINDINGS, texts.FINDING, results.findings),
        (results.asks_recommendations, texts.RECOMMENDATIONS, texts.RECOMMENDATION, results.recommendations),
    )
    return [_results(kit, title, column, items) for asked, title, column, items in chapters if asked]


def _results(kit: Kit, title: str, column: str, items: Sequence[ResultItem]) -> Flowable:
    write = kit.writer
    rows = [kit.chapter(title)]
    if not items:
        return kit.grid([*rows, kit.full([write.one(texts.NONE_FOUND, "small_muted")])], _RESULT, above=28)
    columns = kit.columns(_RESULT, (texts.COLUMN_NUMBER, column, texts.PARTICULARS))
    again = kit.columns(_RESULT, (texts.COLUMN_NUMBER, f"{column} {texts.CONTINUED}", texts.PARTICULARS))
    rows.append(columns)
    for number, item in enumerate(items, 1):
        beside: list[Flowable] = []
        for label, value in item.particulars:
            beside += [write.mixed([(f"{label}: ", "tiny"), (value, "small_strong")]), Spacer(0, 3)]
        said = write.many(item.text, "strong") or [write.one(texts.DASH, "strong")]
        for label, value in item.paragraphs:
            said += [Spacer(0, 3), write.one(label, "tiny"), *write.many(value, "small")]
        files = kit.evidence(item.evidence, _RESULT[1] - 10)
        cells = [[write.one(str(number), "ordinal")], [*said, *([Spacer(0, 5), *files] if files else [])], beside]
        rows.append(Row(cells, pad=(7, 7), keep=number == 1 < len(items)))
    return kit.grid(rows, _RESULT, again=again, above=28)
