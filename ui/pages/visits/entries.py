"""The journal of a visit as a person reads it: what was written where, and what it said before and after. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.numbers import show_date, show_time
from gmsc_desktop.domain.visit import Mode, Role, VisitState
from gmsc_desktop.i18n import _, language
from ui.widgets.people import ROLE_LABELS
from ui.widgets.visitrows import MODE_LABELS, state_text

if TYPE_CHECKING:
    from gmsc_desktop.services.history import HistoryEntry

TABLES = {
    "visit": N_("Particulars"),
    "person": N_("Person"),
    "answer": N_("Answer"),
    "form_value": N_("Filled in by the form"),
    "repeat_item": N_("List item"),
    "evidence": N_("Evidence"),
    "explanation": N_("Explanation"),
    "revision": N_("Frozen content"),
    "document": N_("Document"),
    "export": N_("Export"),
    "export_item": N_("Export"),
    "reopening": N_("Reopening"),
    "moving": N_("Move to another version of the instrument"),
    "team_value": N_("Answer from the team"),
    "team_item": N_("List item from the team"),
    "team_part": N_("Bundle of the team"),
    "team_settled": N_("Settled by the ketua"),
}
FACETS = {"self": N_("Self-assessment"), "note": N_("Note"), "not_applicable": N_("Not applicable")}
FIELDS = {
    "region_name": N_("Region"),
    "cycle_year": N_("Cycle"),
    "stage": N_("Stage"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "place": N_("Place"),
    "mode": N_("Mode"),
    "state": N_("State"),
    "archived_at": N_("Put away"),
    "previous_index": N_("Previous index"),
    "previous_year": N_("Year"),
    "previous_source": N_("Source"),
    "name": N_("Name"),
    "nip": N_("NIP"),
    "title": N_("Position"),
    "organisation": N_("Organisation"),
    "role": N_("Role"),
    "caption": N_("Caption"),
    "removed": N_("Removed"),
    "position": N_("Position in the list"),
    "number": N_("Revision"),
    "text": N_("Explanation"),
    "reason": N_("Reason"),
    "value": N_("Answer"),
    "given_by": N_("Given by"),
}
"""What is shown of a row, in this order; everything else is for machines."""


def _day(text: str) -> str:
    return show_date(date.fromisoformat(text[:10]), language())


_SHOW: Mapping[str, Callable[[str], str]] = {
    "state": lambda text: state_text(VisitState(text)),
    "mode": lambda text: _(MODE_LABELS[Mode(text)]),
    "role": lambda text: _(ROLE_LABELS[Role(text)]),
    "starts_on": _day,
    "ends_on": _day,
    "archived_at": _day,
    "removed": lambda text: _("yes") if text == "1" else _("no"),
}


def entry_rows(entries: tuple[HistoryEntry, ...]) -> list[tuple[str, ...]]:
    """When, who, what, where, before and after of each write."""
    rows: list[tuple[str, ...]] = []
    for entry in entries:
        before, after = changes(entry.before or {}, entry.after or {})
        moment = entry.at.astimezone()
        seconds = moment.strftime(".%S" if language() == "id" else ":%S")
        rows.append((show_time(moment, language()) + seconds, entry.who, _what(entry), _where(entry), before, after))
    return rows


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
    """Only what differs; one value stands alone, several carry their names."""
    names = [name for name in FIELDS if before.get(name) != after.get(name)]

    def text(row: Mapping[str, Any]) -> str:
        shown = [(name, _value(name, row[name])) for name in names if row.get(name) not in (None, "")]
        if len(names) == 1 and shown:
            return shown[0][1]
        return "; ".join(f"{_(FIELDS[name])}: {value}" for name, value in shown) or "–"

    return text(before), text(after)


def _value(name: str, value: object) -> str:
    text = str(value)
    try:
        return _SHOW[name](text) if name in _SHOW else text
    except (ValueError, KeyError):
        # A value of a newer program is shown as it is written.
        return text


def _what(entry: HistoryEntry) -> str:
    facet = (entry.after or entry.before or {}).get("facet")
    if facet in FACETS:
        return _(FACETS[str(facet)])
    return _(TABLES[entry.table]) if entry.table in TABLES else entry.table


def _where(entry: HistoryEntry) -> str:
    row = entry.after or entry.before or {}
    return str(row.get("key") or row.get("repeat_key") or "").removeprefix("/data/")
