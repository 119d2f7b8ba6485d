"""The last chapters: evidence matrix, how the score came about, what must be said about the making, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reportlab.platypus import Flowable, PageBreak, Spacer

from gmsc_desktop.documents import fonts, texts, theme
from gmsc_desktop.documents.drawn import FIELD_ASSESSOR, FIELD_NATIONAL, FIELD_REGION, FIELD_SECOND
from gmsc_desktop.documents.grid import Row
from gmsc_desktop.documents.kit import Kit, taken
from gmsc_desktop.documents.model import EvidenceLine, ScoreLine
from gmsc_desktop.documents.places import SignatureSpace, signer
from gmsc_desktop.documents.qrcode import SIZE as QR_SIZE
from gmsc_desktop.documents.qrcode import QrMark
from gmsc_desktop.documents.stamp import STAMP_SIZE, show_moment
from gmsc_desktop.domain.instrument import ScoreMethod
from gmsc_desktop.domain.numbers import show_decimal, show_size
from gmsc_desktop.domain.visit import Person

_MATRIX = (42.0, 176.0, 142.0, theme.BODY_WIDTH - 360)
_TREE = (theme.BODY_WIDTH - 150, 74.0, 76.0)
_CHARACTERS = (70.0, theme.BODY_WIDTH - 70)
_DETAIL = 4


def evidence(kit: Kit) -> list[Flowable]:
    """Every file with what it belongs to and its SHA-256."""
    write = kit.writer
    rows = [kit.chapter(texts.EVIDENCE)]
    if not kit.model.evidence:
        return [kit.grid([*rows, kit.full([write.one(texts.NO_EVIDENCE, "small_muted")])], _MATRIX, above=28)]
    rows.append(kit.full([write.one(texts.EVIDENCE_INTRO, "small_muted")], pad=(0, 8), keep=True))
    if not kit.photos.drawn and any(kit.photos.is_picture(line) for line in kit.model.evidence):
        rows.append(kit.full([write.one(texts.PHOTOS_LEFT_OUT, "small_muted")], pad=(0, 8), keep=True))
    columns = kit.columns(_MATRIX, texts.MATRIX)
    rows.append(columns)
    for line in kit.model.evidence:
        file: list[Flowable] = [write.one(line.name or texts.DASH, "small_strong")]
        if line.caption:
            file.append(write.one(line.caption, "small"))
        file.append(write.one(_particulars(line), "tiny"))
        cells = [
            [write.one(line.number, "small_strong")],
            file,
            [write.one(line.subject, "small")],
            [write.one(line.sha256[:32], "digest"), write.one(line.sha256[32:], "digest")],
        ]
        rows.append(Row(cells, pad=(4.5, 4.5)))
    return [kit.grid(rows, _MATRIX, again=columns, above=28)]


def _particulars(line: EvidenceLine) -> str:
    moment = taken(line)
    suffix = line.name.rpartition(".")[2] if "." in line.name else ""
    kind = suffix if 0 < len(suffix) <= 5 else line.media_type.rpartition("/")[2]
    when = texts.TAKEN.format(moment=moment) if moment else ""
    place = texts.LOCATED.format(place=line.place) if line.place else ""
    return " · ".join(part for part in (kind.upper(), show_size(line.size), when, place) if part)


def scoring(kit: Kit) -> list[Flowable]:
    """The tree of scores down to every level."""
    write, model = kit.writer, kit.model
    rows = [kit.chapter(texts.SCORING)]
    for title, said in model.preface:
        rows.append(kit.heading(title, above=0))
        rows += [kit.full(write.many(text, "small")) for text in said]
        rows.append(kit.full([Spacer(0, 6)], pad=(0, 0)))
    rows.append(kit.full([write.one(texts.SCORING_INTRO, "small_muted")], pad=(0, 8), keep=True))
    formula = _formula(kit)
    if formula:
        rows.append(
            Row(
                [[write.one(formula, "formula")]],
                widths=[theme.BODY_WIDTH],
                background=theme.TINT,
                rule=None,
                keep=True,
            )
        )
        rows.append(kit.full([Spacer(0, 6)], pad=(0, 0), keep=True))
    columns = kit.columns(_TREE, texts.TREE)
    rows.append(columns)
    tree = model.tree
    for position, line in enumerate(tree):
        following = tree[position + 1] if position + 1 < len(tree) else None
        rows.append(_tree_row(kit, line, keep=following is not None and following.depth > line.depth))
    return [kit.grid(rows, _TREE, again=columns, above=28)]


def _tree_row(kit: Kit, line: ScoreLine, *, keep: bool) -> Row:
    write = kit.writer
    style = "small_strong" if line.depth < 2 else "small"
    parts = [(line.label, style)]
    if line.method is not None:
        parts.append((f"   {texts.METHODS[line.method]}", "tiny"))
    indent = min(line.depth, 6) * 12.0
    widths = (indent + 0.01, _TREE[0] - indent - 0.01, *_TREE[1:])
    strong = line.method is not None
    value = texts.NOT_COUNTED if line.not_applicable else _exact(line.value, fixed=strong)
    cells: list[list[Flowable]] = [
        [],
        [write.mixed(parts, "small")],
        [write.one(_share(line.share), "tree_light")],
        [write.one(value, "tree_strong" if strong else "tree")],
    ]
    return Row(cells, widths=widths, pad=(2.4, 2.4), keep=keep, background=theme.TINT if line.depth == 1 else None)


def _exact(value: Decimal | None, *, fixed: bool = False) -> str:
    """Up to four decimals without trailing zeros; ``fixed`` always writes all four, for a column of them."""
    if value is None:
        return texts.DASH
    if fixed:
        return show_decimal(round(value, _DETAIL), _DETAIL)
    short = round(value, _DETAIL).normalize()
    return show_decimal(short if short != short.to_integral_value() else short.to_integral_value())


def _share(value: Decimal | None) -> str:
    return "" if value is None else f"{show_decimal(round(value, 2).normalize() + 0)} %"


def _formula(kit: Kit) -> str:
    """The index from its aspects on one line, as somebody with a pocket calculator would check it."""
    model = kit.model
    top = model.tree[0] if model.tree else None
    parts = [line for line in model.tree if line.depth == 1 and line.value is not None and line.share is not None]
    if top is None or top.method is not ScoreMethod.WEIGHTED_MEAN or not parts or model.index is None:
        return ""
    products = " + ".join(f"{_share(line.share)} × {_exact(line.value)}" for line in parts)
    exact = _exact(model.index)
    shown = model.shown(model.index)
    return f"{texts.INDEX} = {products} = {exact}" + (texts.SHOWN_AS.format(shown=shown) if shown != exact else "")


def notes(kit: Kit) -> list[Flowable]:
    """What was explained away, which photos and characters could not be drawn; nothing when there is nothing."""
    write, model = kit.writer, kit.model
    rows: list[Row] = []
    if model.explanations:
        rows.append(kit.heading(texts.EXPLAINED))
        for subject, text in model.explanations:
            rows.append(
                Row(
                    [[write.one(subject, "small_strong"), *write.many(text, "small")]], widths=[theme.BODY_WIDTH], gap=0
                )
            )
    if kit.photos.undrawn:
        rows += [kit.heading(texts.UNDRAWN), kit.full([write.one(texts.UNDRAWN_INTRO, "small_muted")], keep=True)]
        for line, reason in kit.photos.undrawn:
            parts = [(f"{line.number}  {line.name}", "small_strong"), (f"   {reason}", "small_muted")]
            rows.append(Row([[write.mixed(parts, "small")]], widths=[theme.BODY_WIDTH], gap=0, pad=(3, 3)))
    if write.missing:
        rows += [
            kit.heading(texts.MISSING),
            kit.full([write.one(texts.MISSING_INTRO.format(mark=fonts.SUBSTITUTE), "small_muted")], keep=True),
        ]
        for code, name in write.missing.lines():
            cells: list[list[Flowable]] = [[write.one(code, "small_strong")], [write.one(name, "small")]]
            rows.append(Row(cells, widths=_CHARACTERS, gap=0, pad=(2.5, 2.5)))
    if not rows:
        return []
    lead = [kit.chapter(texts.NOTES)]
    return [kit.grid([*lead, *rows], [theme.BODY_WIDTH], above=28)]


def signatures(kit: Kit) -> list[Flowable]:
    """The page on which three people sign and a place stays free, and how anyone can check it."""
    model, write = kit.model, kit.writer
    rows = [kit.chapter(texts.SIGNATURES)]
    if kit.draft:
        rows.append(kit.full([write.one(texts.SIGN_INTRO_DRAFT)], pad=(0, 12)))
    else:
        intro = texts.SIGN_INTRO.format(revision=model.revision, closed=show_moment(model.closed_at))
        rows.append(kit.full([write.one(intro), Spacer(0, 5), write.one(model.content_hash, "hash")], pad=(0, 14)))
    others = [person for person in model.team() if person.name != model.assessor.name]
    spaces: Sequence[tuple[str, str, Person | None, str]] = (
        (FIELD_ASSESSOR, texts.SIGN_ASSESSOR, model.assessor, ""),
        (FIELD_SECOND, texts.SIGN_SECOND, others[0] if others else None, ""),
        (FIELD_REGION, texts.SIGN_REGION, None, texts.SIGN_REGION_HINT),
        (FIELD_NATIONAL, texts.SIGN_NATIONAL, None, texts.SIGN_NATIONAL_HINT),
    )
    left = theme.BODY_WIDTH - STAMP_SIZE[0]
    for name, caption, person, hint in spaces:
        cells: list[list[Flowable]] = [
            _signer(kit, caption, person, hint, lines=name != FIELD_NATIONAL),
            [SignatureSpace(name, texts.SIGN_SPACE)],
        ]
        rows.append(Row(cells, widths=(left, STAMP_SIZE[0]), gap=0, pad=(11, 11)))
    rows.append(kit.heading(texts.VERIFY_TITLE, above=16))
    if kit.qr is None:
        rows += [kit.full([write.one(text, "small_muted")], pad=(0, 4)) for text in texts.VERIFY]
    else:
        said = [
            part for text in (texts.VERIFY_QR, *texts.VERIFY) for part in (write.one(text, "small_muted"), Spacer(0, 4))
        ]
        rows.append(
            Row([said, [QrMark(kit.qr)]], widths=(theme.BODY_WIDTH - QR_SIZE, QR_SIZE), pad=(0, 0), gap=0, rule=None)
        )
    return [PageBreak(), kit.grid(rows, [theme.BODY_WIDTH])]


def _signer(kit: Kit, caption: str, person: Person | None, hint: str, *, lines: bool) -> list[Flowable]:
    write = kit.writer
    made: list[Flowable] = [write.one(caption.upper(), "eyebrow"), Spacer(0, 3)]
    if person is None and hint:
        made.append(write.one(hint, "small_muted"))
    return [*made, *(signer(write, person) if lines else ())]
