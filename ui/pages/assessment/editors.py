"""Which editor a question gets."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.instrument import FILE_TYPES, Choice, Item, ItemType
from ui.forms.base import Editor
from ui.forms.choices import ComboEditor, RowsEditor
from ui.forms.shown import ShownValue
from ui.forms.special import (
    AcknowledgeEditor,
    DateTimeEditor,
    PlaceEditor,
    RangeEditor,
    RankEditor,
    TimeEditor,
)
from ui.forms.textfields import DateEditor, DecimalEditor, IntegerEditor, TextEditor
from ui.widgets.optionrows import Marks

MANY = 9
"""Lists longer than this become a drop-down list one can type into."""

FILES = FILE_TYPES
"""Answered by attaching files."""


def make_editor(item: Item, choices: tuple[Choice, ...], parent: QWidget) -> Editor | None:
    """The editor of the question ``item``; None for notes and for questions answered by files."""
    match item.type:
        case ItemType.SELECT_ONE:
            return _one(item, choices, parent)
        case ItemType.SELECT_MULTIPLE:
            return RowsEditor(Marks.CHECK, parent)
        case ItemType.TEXT:
            return TextEditor(multiline="multiline" in item.appearance, parent=parent)
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
            return RangeEditor(item.parameters.get("start", "1"), item.parameters.get("end", "10"), parent)
        case ItemType.BARCODE:
            return TextEditor(multiline=False, parent=parent)
        case ItemType.RANK:
            return RankEditor(parent)
        case ItemType.ACKNOWLEDGE:
            return AcknowledgeEditor(parent)
        case ItemType.GEOPOINT:
            return PlaceEditor(several=False, parent=parent)
        case ItemType.GEOTRACE | ItemType.GEOSHAPE:
            return PlaceEditor(several=True, parent=parent)
        case _:
            return None


def is_level(item: Item) -> bool:
    """Whether the question is answered with a level that counts."""
    return item.type is ItemType.SELECT_ONE and item.scored


def _one(item: Item, choices: tuple[Choice, ...], parent: QWidget) -> Editor:
    if "minimal" in item.appearance or len(choices) > MANY or item.choice_filter:
        return ComboEditor(parent)
    return RowsEditor(Marks.DIGIT if item.scored else Marks.RADIO, parent)
