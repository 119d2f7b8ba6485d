"""Which editor a question gets."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.instrument import FILE_TYPES, Choice, Item, ItemType
from ui.forms.base import Editor
from ui.forms.choices import ComboEditor, RowsEditor
from ui.forms.finding import FindEditor, FindSeveralEditor
from ui.forms.periods import day_editor
from ui.forms.places import PointEditor
from ui.forms.scale import LikertEditor, RangeEditor
from ui.forms.shown import ShownValue
from ui.forms.special import (
    AcknowledgeEditor,
    DateTimeEditor,
    RankEditor,
    TimeEditor,
)
from ui.forms.textfields import DecimalEditor, IntegerEditor, TextEditor
from ui.forms.traces import TraceEditor
from ui.pages.assessment.bands import TABLES
from ui.widgets.optionlayout import FITTING, PACKED
from ui.widgets.optionrows import Marks

MANY = 9
"""Lists longer than this become a drop-down list one can type into."""

SCALES = frozenset({"likert", "list-nolabel", "label"})
"""Appearances that put choices side by side along a scale."""
LIKERT_MOST = 7
"""Longer scales stand below each other: side by side their texts would be too narrow to read."""

VERY_MANY = 300
"""Longer lists are only searched: a drop-down list of them would keep the window busy."""
SIDE_BY_SIDE = 60
"""Choices shown at once where they stand in columns or several may be taken."""
ACROSS = {
    **dict.fromkeys(("columns", "compact", "quickcompact"), FITTING),
    **dict.fromkeys(("columns-pack", "horizontal", "horizontal-compact"), PACKED),
}
"""Appearances that put as many choices beside each other as there is room for, equally wide or not."""
BARE = frozenset({"no-buttons", "compact", "quickcompact"})
"""Appearances that leave the marks out where every choice has a picture."""
_COLUMNS = re.compile(r"(?:columns|compact|quickcompact)-(\d{1,2})")

FILES = FILE_TYPES
"""Answered by attaching files."""


def make_editor(
    item: Item, choices: tuple[Choice, ...], parent: QWidget, around: tuple[str, ...] = (), *, table: bool = False
) -> Editor | None:
    """The editor of the question ``item`` with ``choices``, all of its list; None for notes and for questions answered
    by files. ``around`` are the appearances of its group: those of a table put the choices of its questions side by
    side. In a row of a ``table`` only the marks are shown."""
    match item.type:
        case ItemType.SELECT_ONE | ItemType.SELECT_MULTIPLE if table:
            return LikertEditor(parent, several=item.type is ItemType.SELECT_MULTIPLE)
        case ItemType.SELECT_ONE:
            return _one(item, choices, parent, bool(TABLES & set(around)))
        case ItemType.SELECT_MULTIPLE:
            return _several(item, choices, parent)
        case ItemType.TEXT:
            return TextEditor(multiline=bool({"multiline", "textarea"} & set(item.appearance)), parent=parent)
        case ItemType.INTEGER:
            return IntegerEditor(parent, grouped="thousands-sep" in item.appearance)
        case ItemType.DECIMAL:
            return DecimalEditor(parent)
        case ItemType.DATE:
            return day_editor(item.appearance, parent)
        case ItemType.CALCULATE:
            return ShownValue(parent)
        case _:
            return _rarer(item, parent)


def _rarer(item: Item, parent: QWidget) -> Editor | None:
    match item.type:
        case ItemType.TIME:
            return TimeEditor(parent)
        case ItemType.DATETIME:
            return DateTimeEditor(parent)
        case ItemType.RANGE:
            given = item.parameters
            return RangeEditor(given.get("start", "1"), given.get("end", "10"), given.get("step", "1"), parent)
        case ItemType.BARCODE:
            return TextEditor(multiline=False, parent=parent)
        case ItemType.RANK:
            return RankEditor(parent)
        case ItemType.ACKNOWLEDGE:
            return AcknowledgeEditor(parent)
        case ItemType.GEOPOINT:
            return PointEditor(parent)
        case ItemType.GEOTRACE | ItemType.GEOSHAPE:
            return TraceEditor(closed=item.type is ItemType.GEOSHAPE, parent=parent)
        case _:
            return None


def is_level(item: Item) -> bool:
    """Whether the question is answered with a level that counts."""
    return item.type is ItemType.SELECT_ONE and item.scored


def _one(item: Item, choices: tuple[Choice, ...], parent: QWidget, table: bool) -> Editor:
    look = set(item.appearance)
    if len(choices) <= LIKERT_MOST and not item.choice_filter and (table or SCALES & look):
        return LikertEditor(parent)
    if len(choices) > VERY_MANY:
        return FindEditor(parent)
    if "minimal" in look or len(choices) > (SIDE_BY_SIDE if columns_of(item) != 1 else MANY) or item.choice_filter:
        return ComboEditor(parent)
    marks = Marks.DIGIT if item.scored else Marks.RADIO
    return RowsEditor(marks, parent, columns=columns_of(item), bare=bool(BARE & look))


def _several(item: Item, choices: tuple[Choice, ...], parent: QWidget) -> Editor:
    if "minimal" in item.appearance or len(choices) > SIDE_BY_SIDE:
        return FindSeveralEditor(parent)
    return RowsEditor(Marks.CHECK, parent, columns=columns_of(item), bare=bool(BARE & set(item.appearance)))


def columns_of(item: Item) -> int:
    """In how many columns the choices of a question stand, as ``OptionRows`` takes it."""
    for name in item.appearance:
        found = _COLUMNS.fullmatch(name)
        if found is not None:
            return max(1, int(found[1]))
        if name in ACROSS:
            return ACROSS[name]
    return 1
