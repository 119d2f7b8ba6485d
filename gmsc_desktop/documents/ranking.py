"""The pages of a recapitulation: what the programme states of all, then one row a region."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reportlab.platypus import Flowable, Spacer

from gmsc_desktop.documents import fonts, texts, theme, wording
from gmsc_desktop.documents.drawn import FIELD_APPROVER, FIELD_ISSUER
from gmsc_desktop.documents.grid import Row
from gmsc_desktop.documents.kit import Sheet
from gmsc_desktop.documents.model import programme_of
from gmsc_desktop.documents.places import place_to_sign
from gmsc_desktop.documents.qrcode import SIZE as QR_SIZE
from gmsc_desktop.documents.qrcode import QrMark
from gmsc_desktop.documents.recap import provisional
from gmsc_desktop.documents.recap_model import RecapModel, RecapRow, value_of
from gmsc_desktop.documents.stamp import STAMP_SIZE, show_moment
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.domain.visit import Person

_RANK, _ASPECT, _INDEX, _CHANGE, _CATEGORY = 54.0, 56.0, 56.0, 64.0, 108.0
_NAME = 150.0
"""What is left at least to the names of regions."""
_MOST_ASPECTS = 8
"""Columns of aspects that leave room for the names; the others stand in the CSV and the attached content."""


def pages(sheet: Sheet, recap: RecapModel) -> list[Flowable]:
    """Title, figures, ranking, and the rules by which it was made."""
    return [_title(sheet, recap), _figures(sheet, recap), _table(sheet, recap), _rules(sheet, recap)]


def _title(sheet: Sheet, recap: RecapModel) -> Flowable:
    write = sheet.writer
    below = " · ".join(part for part in (recap.title, texts.YEAR.format(year=recap.years)) if part)
    said: list[Flowable] = [
        write.one(programme_of(recap.instrument).upper(), "eyebrow"),
        Spacer(0, 4),
        write.one(wording.RECAP, "title"),
        Spacer(0, 2),
        write.one(below, "lead"),
    ]
    return sheet.grid([sheet.full(said, pad=(0, 8))], [sheet.page.body_width])


def _figures(sheet: Sheet, recap: RecapModel) -> Flowable:
    write = sheet.writer
    planned, asked = recap.planned
    risen, compared = recap.risen()
    figures = [(wording.TOOK_PART, str(len(recap.rows))), (wording.RANKED, str(len(recap.ranked)))]
    if asked:
        figures.append((wording.FINISHED_PLAN, _of(planned, asked)))
    figures.append((wording.MEAN, recap.shown(recap.mean())))
    if compared:
        figures.append((wording.RISEN, _of(risen, compared)))
    width = sheet.page.body_width / len(figures)
    cells: list[list[Flowable]] = [
        [write.one(value, "number"), Spacer(0, 1), write.one(label, "small_muted")] for label, value in figures
    ]
    rows = [Row(cells, widths=[width] * len(figures), pad=(9, 10), gap=14, background=theme.TINT, rule=theme.TEAL)]
    counted = [(name, count) for name, count in recap.categories() if count]
    if counted:
        parts: list[tuple[str, str]] = [(f"{wording.BY_CATEGORY}:  ", "small_muted")]
        for number, (name, count) in enumerate(counted):
            parts += [(f"{'   ·   ' if number else ''}{name} ", "small"), (str(count), "small_strong")]
        rows.append(sheet.full([write.mixed(parts)], pad=(7, 0)))
    return sheet.grid(rows, [sheet.page.body_width])


def _of(part: int, whole: int) -> str:
    return f"{part} dari {whole}"


def _table(sheet: Sheet, recap: RecapModel) -> Flowable:
    write = sheet.writer
    shown = recap.aspects[:_MOST_ASPECTS]
    room = sheet.page.body_width - _RANK - _INDEX - _CHANGE - _CATEGORY
    each = min(_ASPECT, (room - _NAME) / max(len(shown), 1))
    widths = (_RANK, room - each * len(shown), *([each] * len(shown)), _INDEX, _CHANGE, _CATEGORY)
    titles = (
        wording.RANK, wording.REGION, *(f">{_brief(label)}" for _key, label in shown),
        wording.INDEX, wording.SHIFT, wording.CATEGORY,
    )  # fmt: skip
    columns = sheet.columns(widths, titles)
    rows = [columns]
    rows += [_row(sheet, recap, row, [key for key, _label in shown]) for row in recap.rows]
    if len(recap.ranked) > 1:
        rows[-1].keep = True
        means = [recap.mean(key) for key, _label in shown]
        cells: list[list[Flowable]] = [
            [],
            [write.one(wording.MEAN_ROW, "strong_small")],
            *([write.one(recap.shown(mean), "tree")] for mean in means),
            [write.one(recap.shown(recap.mean()), "tree_strong")],
            [],
            [],
        ]
        rows.append(Row(cells, pad=(5, 5), background=theme.TINT, rule=theme.TEAL))
    return sheet.grid(rows, widths, again=columns, above=16)


def _brief(label: str) -> str:
    return label if len(label) <= 40 else label[:39].rstrip() + "…"


def _row(sheet: Sheet, recap: RecapModel, row: RecapRow, aspects: Sequence[str]) -> Row:
    write, model = sheet.writer, row.entry.model
    region = model.region
    name: list[Flowable] = [write.one(region.name, "strong_small")]
    below = wording.PROVINCE_CODE.format(province=region.province, code=region.code) if region.province else region.code
    name.append(write.one(below, "tiny"))
    why = provisional(row)
    if why:
        name.append(write.one(why, "warning"))
    strong = "tree_strong" if row.rank is not None else "tree_light"
    rank: list[Flowable] = [write.one(str(row.rank) if row.rank is not None else texts.DASH, "rank")]
    return Row(
        [
            rank,
            name,
            *([write.one(recap.shown(value_of(row.entry, key)), "tree")] for key in aspects),
            [write.one(recap.shown(model.index), strong)],
            [write.one(_change(model.improvement, recap), "tree")],
            [write.one(model.category or texts.DASH, "small")],
        ],
        pad=(4.5, 4.5),
    )


def _change(change: Decimal | None, recap: RecapModel) -> str:
    if change is None:
        return texts.DASH
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return sign + show_decimal(abs(change), recap.instrument.score_decimals)


def _rules(sheet: Sheet, recap: RecapModel) -> Flowable:
    write = sheet.writer
    said = [wording.RULES]
    if recap.planned[1]:
        said.append(wording.PLAN_RULE)
    if len(recap.aspects) > _MOST_ASPECTS:
        said.append(wording.ASPECTS_LEFT.format(shown=_MOST_ASPECTS, count=len(recap.aspects)))
    if recap.left_out:
        said.append(wording.LEFT_OUT.format(names="; ".join(recap.left_out)))
    said.append(f"{wording.NEWEST.format(moment=show_moment(recap.newest))}.")
    rows = [sheet.full([write.one(text, "small_muted")], pad=(0, 3)) for text in said]
    if write.missing:
        # Only now is everything written in which a character could be missing.
        text = wording.MISSING.format(mark=fonts.SUBSTITUTE, names=write.missing.named())
        rows.append(sheet.full([write.one(text, "small_muted")], pad=(0, 3)))
    return sheet.grid(rows, [sheet.page.body_width], above=12)


def closing(sheet: Sheet, digest: str, issuer: Person | None, qr: str | None) -> Flowable:
    """What the paper rests on and how it is checked, beside the places of who issues and who approves it; never
    parted."""
    write = sheet.writer
    gutter = 18.0
    room = sheet.page.body_width - 2 * STAMP_SIZE[0] - gutter
    code = QR_SIZE + 4 if qr is not None else 0.0
    said: list[Flowable] = [
        write.one(wording.CHECK, "label"),
        write.one(wording.CHECK_PDF if qr is None else wording.CHECK_QR, "tiny"),
        Spacer(0, 5),
        write.one(wording.RECAP_CLOSING.format(digest=digest), "tiny"),
    ]
    cells: list[list[Flowable]] = [
        [QrMark(qr)] if qr is not None else [],
        said,
        place_to_sign(write, wording.APPROVES, wording.APPROVES_FOR, FIELD_APPROVER, None),
        place_to_sign(write, wording.ISSUES, wording.ISSUES_FOR, FIELD_ISSUER, issuer),
    ]
    widths = (code, room - code, STAMP_SIZE[0] + gutter, STAMP_SIZE[0] + gutter)
    row = Row(cells, widths=widths, gap=gutter, inset=0, pad=(0, 0), rule=None, whole=True)
    return sheet.grid([row], [sheet.page.body_width], above=18)
