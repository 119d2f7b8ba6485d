"""A compiled instrument: an XLSForm after reading and checking, as frozen values.

The compiled form is what a visit is pinned to. It is stored as canonical JSON under its SHA-256, so nothing here
may depend on the program's version or on the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

_EMPTY: Mapping[str, str] = MappingProxyType({})


class ItemType(StrEnum):
    """The kinds of form items this program runs (XLSForm's names)."""

    GROUP = "group"
    REPEAT = "repeat"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    DATETIME = "dateTime"
    RANGE = "range"
    BARCODE = "barcode"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    ACKNOWLEDGE = "acknowledge"
    """Answered with ``OK``."""
    GEOPOINT = "geopoint"
    GEOTRACE = "geotrace"
    GEOSHAPE = "geoshape"
    NOTE = "note"
    CALCULATE = "calculate"
    IMAGE = "image"
    FILE = "file"
    AUDIO = "audio"
    VIDEO = "video"
    HIDDEN = "hidden"
    """Held by the form and never shown."""
    START = "start"
    END = "end"
    TODAY = "today"
    USERNAME = "username"
    DEVICEID = "deviceid"
    PROPERTY = "property"
    """Something only a telephone knows (its number, its SIM card): always blank here."""


FILE_TYPES = frozenset({ItemType.IMAGE, ItemType.FILE, ItemType.AUDIO, ItemType.VIDEO})
"""Answered by attaching files."""
METADATA = frozenset(
    {ItemType.START, ItemType.END, ItemType.TODAY, ItemType.USERNAME, ItemType.DEVICEID, ItemType.PROPERTY}
)
"""Filled in by the program; never shown."""


class ScoreMethod(StrEnum):
    """How the scores of a group's children become the group's score."""

    WEIGHTED_MEAN = "weighted_mean"
    MEAN = "mean"
    SUM = "sum"
    MAX = "max"
    MIN = "min"


class EvidenceRule(StrEnum):
    """Whether an answer must be backed by a file."""

    OPTIONAL = "optional"
    REQUIRED = "required"
    REQUIRED_FROM = "required_from"
    """Required when the answer's score reaches ``Item.evidence_from``."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language of the form: language code (``id``, ``en``, ``default``) to text."""

    by_language: Mapping[str, str] = field(default_factory=lambda: _EMPTY)

    def get(self, language: str) -> str:
        """The text in ``language``, else in the form's default (first) language, else the empty text."""
        found = self.by_language.get(language)
        return found if found else next(iter(self.by_language.values()), "")

    def __bool__(self) -> bool:
        return bool(self.by_language)


_NO_MEDIA: Mapping[str, Text] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list. ``extra`` holds further columns, as a ``choice_filter`` reads them."""

    name: str
    label: Text
    score: Decimal | None = None
    extra: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    media: Mapping[str, Text] = field(default_factory=lambda: _NO_MEDIA)
    """Names of files by kind (``image``, ``audio``, …)."""


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file that came with the workbook: the headings and the rows below, every row as long as the headings."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the survey sheet. Expressions are ODK XPath with every ``${name}`` already a path."""

    path: str
    type: ItemType
    row: int
    label: Text = Text()
    hint: Text = Text()
    guidance: Text = Text()
    constraint_message: Text = Text()
    required_message: Text = Text()
    list_name: str = ""
    relevant: str = ""
    constraint: str = ""
    required: str = ""
    calculation: str = ""
    default: str = ""
    choice_filter: str = ""
    repeat_count: str = ""
    trigger: tuple[str, ...] = ()
    """Paths of questions; the calculation is made when one of them changes, and then stands like an answer."""
    read_only: bool = False
    read_only_if: str = ""
    """While this is true nobody may write there, nor anywhere below a group."""
    appearance: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    media: Mapping[str, Text] = field(default_factory=lambda: _NO_MEDIA)
    """Names of files shown with the label, by kind."""
    emphasis: Mapping[str, Text] = field(default_factory=lambda: _NO_MEDIA)
    """``label``, ``hint`` and ``guidance`` with their emphasis, as ``domain.emphasis`` writes it; only where it is."""
    weight: Decimal = Decimal(1)
    score_method: ScoreMethod = ScoreMethod.WEIGHTED_MEAN
    dimension: str = ""
    evidence: EvidenceRule | None = None
    evidence_from: Decimal | None = None
    critical: bool = False
    self_assessment: bool = False
    scored: bool = False
    """True for a question whose list carries scores, and for a group or repeat with such a question below it."""
    children: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last step of the path."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """The path of the group around; the empty text for the root."""
        return self.path.rpartition("/")[0]

    @property
    def is_container(self) -> bool:
        """Whether it holds other items."""
        return self.type in (ItemType.GROUP, ItemType.REPEAT)

    @property
    def lasts(self) -> bool:
        """Whether the form sets it once, so that it is stored like an answer: by a trigger, by ``once()``, at the
        first opening."""
        return bool(self.trigger) or self.type in (ItemType.START, ItemType.TODAY) or "once(" in self.calculation

    @property
    def is_shown(self) -> bool:
        """Whether the person ever sees it: not what is hidden, filled in by the program, or only calculated."""
        return self.type not in METADATA and self.type not in (ItemType.HIDDEN, ItemType.CALCULATE)


@dataclass(frozen=True, slots=True)
class Category:
    """A predicate: totals from ``minimum`` up, to the next category's minimum."""

    name: str
    label: Text
    minimum: Decimal


_NO_CHOICES: Mapping[str, Choice] = MappingProxyType({})


@dataclass(frozen=True)
class Instrument:
    """A compiled XLSForm. ``items[0]`` is the root group (``/data``); the others follow in form order."""

    form_id: str
    version: str
    title: Text
    languages: tuple[str, ...]
    default_language: str
    items: tuple[Item, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    dimensions: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    """Dimension names to labels, from the choice list called ``dimensions``; in the order of that list."""
    categories: tuple[Category, ...] = ()
    score_decimals: int = 2
    score_rounding: str = "half_up"
    score_max: Decimal | None = None
    settings: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    tables: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}))
    """The CSV files that came with the workbook, by their names."""

    @cached_property
    def by_path(self) -> Mapping[str, Item]:
        """Items by their path."""
        return MappingProxyType({item.path: item for item in self.items})

    @property
    def root(self) -> Item:
        """The group around everything."""
        return self.items[0]

    def children(self, path: str) -> tuple[Item, ...]:
        """The items right below ``path``, in form order."""
        return tuple(self.by_path[child] for child in self.by_path[path].children)

    def walk(self, path: str) -> Iterator[Item]:
        """``path`` itself and everything below it, in form order."""
        item = self.by_path[path]
        yield item
        for child in item.children:
            yield from self.walk(child)

    def choice(self, item: Item, name: str) -> Choice | None:
        """The choice called ``name`` in the list of ``item``."""
        return self.by_choice.get(item.list_name, _NO_CHOICES).get(name)

    @cached_property
    def by_choice(self) -> Mapping[str, Mapping[str, Choice]]:
        """Choices by list and name; of several with one name the first."""
        return {name: {choice.name: choice for choice in reversed(choices)} for name, choices in self.choices.items()}


Document = dict[str, Any]
"""JSON-ready data: objects, arrays, strings, integers, booleans and null; never floats."""
