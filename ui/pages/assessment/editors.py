"""Which editor a question gets."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.instrument import FILE_TYPES, Choice, Item, ItemType
from ui.forms.base import Editor
from ui.forms.choices import ComboEditor, RowsEditor
from ui.forms.places import PointEditor
from ui.forms.scale import LikertEditor, RangeEditor
from ui.forms.shown import ShownValue
from ui.forms.special import (
    AcknowledgeEditor,
    DateTimeEditor,
    PlaceEditor,
    RankEditor,
    TimeEditor,
)
from ui.forms.textfields import DateEditor, DecimalEditor, IntegerEditor, TextEditor
from ui.widgets.optionrows import Marks

MANY = 9
"""Lists longer than this become a drop-down list one can type into."""

SCALES = frozenset({"likert", "horizontal", "horizontal-compact", "list-nolabel", "label"})
"""Appearances that put choices side by side, the rows of a table of questions (``table-list``) among them."""
TABLES = frozenset({"table-list", "matrix"})
"""Appearances of a group whose questions share one list of choices."""
LIKERT_MOST = 7
"""Longer scales stand below each other: side by side their texts would be too narrow to read."""

FILES = FILE_TYPES
"""Answered by attaching files."""


def make_editor(
    item: Item, choices: tuple[Choice, ...], parent: QWidget, around: tuple[str, ...] = ()
) -> Editor | None:
    """The editor of the question ``item``; None for notes and for questions answered by files. ``around`` are the
    appearances of its group: those of a table put the choices of its questions side by side."""
    match item.type:
        case ItemType.SELECT_ONE:
            return _one(item, choices, parent, bool(TABLES & set(around)))
        case ItemType.SELECT_MULTIPLE:
            return RowsEditor(Marks.CHECK, parent)
        case ItemType.TEXT:
            return TextEditor(multiline=bool({"multiline", "textarea"} & set(item.appearance)), parent=parent)
        case ItemType.INTEGER:
            return IntegerEditor(parent)
        case ItemType.DECIMAL:
            return DecimalEditor(parent)
        case ItemType.DATE:
            return DateEditor(parent)
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
            return PlaceEditor(several=True, parent=parent)
        case _:
            return None


def is_level(item: Item) -> bool:
    """Whether the question is answered with a level that counts."""
    return item.type is ItemType.SELECT_ONE and item.scored


def _one(item: Item, choices: tuple[Choice, ...], parent: QWidget, table: bool) -> Editor:
    if len(choices) <= LIKERT_MOST and not item.choice_filter and (table or SCALES & set(item.appearance)):
        return LikertEditor(parent)
    if "minimal" in item.appearance or len(choices) > MANY or item.choice_filter:
        return ComboEditor(parent)
    return RowsEditor(Marks.DIGIT if item.scored else Marks.RADIO, parent)
