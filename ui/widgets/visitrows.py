"""Visits as rows of a list: region, cycle and days, state, how far, index."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.numbers import show_dates, show_decimal
from gmsc_desktop.domain.states import STATE_LABELS
from gmsc_desktop.domain.visit import Mode, VisitRow, VisitState
from gmsc_desktop.i18n import _, language
from ui.widgets.rowlist import RowItem

STATE_TONES: dict[VisitState, str] = {
    VisitState.DRAFT: "accent",
    VisitState.CLOSED: "warning",
    VisitState.SIGNED: "success",
    VisitState.EXPORTED: "muted",
    VisitState.ACCEPTED: "success",
    VisitState.RETURNED: "error",
    VisitState.DECIDED: "success",
}
MODE_LABELS: dict[Mode, str] = {
    Mode.ON_SITE: N_("On site"),
    Mode.ONLINE: N_("Online"),
    Mode.HYBRID: N_("Hybrid"),
}


def state_text(state: VisitState) -> str:
    """The state as a chip says it."""
    return _(STATE_LABELS[state]).capitalize()


def index_text(index: Decimal | None) -> str:
    """An index with two decimals, or a dash while there is none."""
    if index is None:
        return "–"
    return show_decimal(index.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), 2, language())


def share(row: VisitRow) -> float:
    """How much of what is asked is answered, 0 to 1."""
    return row.progress.answered / row.progress.expected if row.progress.expected else 0.0


def visit_item(row: VisitRow, *, shared: bool = False) -> RowItem:
    """The row of a visit; ``shared`` when a team fills it in."""
    draft = row.visit.draft
    cycle = _("{year}, {stage}").format(year=draft.cycle_year, stage=draft.stage) if draft.stage else draft.cycle_year
    parts = [draft.region.province, cycle, show_dates(draft.starts_on, draft.ends_on, language())]
    if shared:
        parts.append(_("team"))
    return RowItem(
        id=row.visit.id,
        title=draft.region.name,
        subtitle="  ·  ".join(str(part) for part in parts),
        chip=state_text(row.visit.state),
        tone=STATE_TONES[row.visit.state],
        progress=f"{row.progress.answered}/{row.progress.expected}",
        share=share(row),
        figure=index_text(row.index),
        unit=_("index"),
    )


def matches(row: VisitRow, typed: str) -> bool:
    """Whether every typed word stands in the visit's region, cycle, place, state or people."""
    draft = row.visit.draft
    texts = (
        draft.region.name,
        draft.region.province,
        draft.region.code,
        str(draft.cycle_year),
        draft.stage,
        draft.place,
        state_text(row.visit.state),
        *(person.name for person in draft.people),
    )
    whole = " ".join(texts).casefold()
    return all(word in whole for word in typed.casefold().split())
