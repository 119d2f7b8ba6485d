"""What a recapitulation shows, as frozen values made from the reports of several visits; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gmsc_desktop.documents.model import ReportModel
from gmsc_desktop.documents.sections import Field
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.domain.scoring import rounded

_PLAN, _FINAL = "book_2", "present"
"""The built-in instrument's question for Buku 2, the masterplan itself, and the choice that says it is there."""


@dataclass(frozen=True, slots=True)
class RecapEntry:
    """One visit as the recapitulation reads it. ``aspects`` are (key, label, value); ``plan`` tells whether the
    masterplan is there, None when the instrument does not ask."""

    model: ReportModel
    closed: bool
    plan: bool | None

    @property
    def counts(self) -> bool:
        """Whether it is ranked and enters means: closed, and every indicator assessed."""
        return self.closed and self.model.complete and self.model.index is not None


@dataclass(frozen=True, slots=True)
class RecapRow:
    """One region. ``rank`` is None for what is provisional; regions of the same index share theirs."""

    rank: int | None
    entry: RecapEntry


@dataclass(frozen=True, slots=True)
class RecapModel:
    """A recapitulation before it is drawn. ``aspects`` are the columns, (key, label); ``left_out`` names visits that a
    newer one to the same region replaces; ``newest`` is the time of the newest content."""

    title: str
    instrument: Instrument
    aspects: tuple[tuple[str, str], ...]
    rows: tuple[RecapRow, ...]
    left_out: tuple[str, ...]
    newest: datetime

    @property
    def ranked(self) -> tuple[RecapEntry, ...]:
        """The entries that count."""
        return tuple(row.entry for row in self.rows if row.rank is not None)

    @property
    def planned(self) -> tuple[int, int]:
        """How many finished a masterplan, of how many that were asked."""
        asked = [row.entry.plan for row in self.rows if row.entry.plan is not None]
        return sum(asked), len(asked)

    @property
    def years(self) -> str:
        """The cycle, ``2026`` or ``2025–2026``."""
        years = sorted({row.entry.model.cycle_year for row in self.rows})
        return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"

    def mean(self, aspect: str = "") -> Decimal | None:
        """The plain mean of an aspect, or of the index, over the regions that count."""
        values = [value_of(entry, aspect) for entry in self.ranked]
        known = [value for value in values if value is not None]
        return sum(known, Decimal(0)) / len(known) if known else None

    def risen(self) -> tuple[int, int]:
        """How many indices rose, of how many that can be compared with the last cycle's."""
        changes = [entry.model.improvement for entry in self.ranked if entry.model.improvement is not None]
        return sum(change > 0 for change in changes), len(changes)

    def categories(self) -> tuple[tuple[str, int], ...]:
        """How many regions have each predicate, in the instrument's order, highest first."""
        names = [category.label.get("id") for category in self.instrument.categories]
        found = [entry.model.category for entry in self.ranked]
        order = sorted(self.instrument.categories, key=lambda category: category.minimum, reverse=True)
        named = [category.label.get("id") for category in order]
        counted = [(name, found.count(name)) for name in named]
        rest = len([name for name in found if name not in names])
        return (*counted, *([("–", rest)] if rest else []))

    def shown(self, value: Decimal | None) -> str:
        """``value`` rounded by the instrument's rule; a dash for None."""
        if value is None:
            return "–"
        return show_decimal(rounded(self.instrument, value), self.instrument.score_decimals)


def value_of(entry: RecapEntry, aspect: str = "") -> Decimal | None:
    """The exact value of an aspect, or the index."""
    if not aspect:
        return entry.model.index
    return next((bar.value for bar in entry.model.aspects if bar.name == aspect), None)


def entry_of(model: ReportModel, *, closed: bool) -> RecapEntry:
    """The visit of ``model`` as an entry."""
    return RecapEntry(model, closed, _plan(model))


def _plan(model: ReportModel) -> bool | None:
    item = next((item for item in model.instrument.items if item.name == _PLAN), None)
    if item is None:
        return None
    choices = model.instrument.choices.get(item.list_name, ())
    final = next((choice.label.get("id") for choice in choices if choice.name == _FINAL), None)
    if final is None:
        return None
    answers = [
        entry.value
        for section in model.sections
        for entry in section.entries
        if isinstance(entry, Field) and entry.key == item.path
    ]
    return final in answers


def build_recap(entries: Sequence[RecapEntry], *, title: str = "") -> RecapModel:
    """The recapitulation of ``entries``, at least one: the newest visit of each region, ranked by exact index.

    Raises ``InvalidInput`` when the visits were assessed by instruments whose results cannot stand in one table.
    """
    first = entries[0].model
    for entry in entries:
        if _shape(entry.model) != _shape(first):
            raise InvalidInput(
                N_("The visits to {one} and {other} were assessed with instruments whose results cannot be compared."),
                cure=N_("Make a recapitulation for each instrument."),
                one=first.region.name,
                other=entry.model.region.name,
            )
    newest: dict[str, RecapEntry] = {}
    left_out: list[str] = []
    for entry in sorted(entries, key=_age):
        older = newest.get(entry.model.region.code)
        if older is not None:
            left_out.append(f"{older.model.region.name} ({older.model.cycle_year})")
        newest[entry.model.region.code] = entry
    kept = sorted(newest.values(), key=lambda entry: (not entry.counts, -(entry.model.index or 0), _name(entry)))
    rows: list[RecapRow] = []
    for place, entry in enumerate(kept, 1):
        if not entry.counts:
            rows.append(RecapRow(None, entry))
        elif rows and rows[-1].entry.model.index == entry.model.index:
            rows.append(RecapRow(rows[-1].rank, entry))
        else:
            rows.append(RecapRow(place, entry))
    return RecapModel(
        title=title,
        instrument=max(newest.values(), key=_age).model.instrument,
        aspects=tuple((bar.name, bar.label) for bar in first.aspects),
        rows=tuple(rows),
        left_out=tuple(left_out),
        newest=max(entry.model.closed_at for entry in kept),
    )


def _shape(model: ReportModel) -> tuple[object, ...]:
    return model.instrument.form_id, model.index_max, tuple(bar.name for bar in model.aspects)


def _age(entry: RecapEntry) -> tuple[object, ...]:
    model = entry.model
    return model.cycle_year, model.ends_on, model.closed_at, model.visit_id


def _name(entry: RecapEntry) -> tuple[str, str]:
    return entry.model.region.name.casefold(), entry.model.region.code
