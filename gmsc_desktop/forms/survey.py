"""The survey sheet: rows to items, in a tree of groups and repeats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Choice, EvidenceRule, Item, ItemType
from gmsc_desktop.forms.cells import RowReader
from gmsc_desktop.forms.columns import cells_of, columns_of
from gmsc_desktop.forms.issues import IssueList
from gmsc_desktop.forms.reader import Sheet
from gmsc_desktop.forms.xpath.tokens import XML_NAME

ROOT = "/data"
APPEARANCES = frozenset(
    {"minimal", "multiline", "table-list", "matrix", "field-list", "likert", "quick", "list-nolabel", "label"}
)
_TYPES = {
    "text": ItemType.TEXT, "string": ItemType.TEXT, "integer": ItemType.INTEGER, "int": ItemType.INTEGER,
    "decimal": ItemType.DECIMAL, "date": ItemType.DATE, "note": ItemType.NOTE, "calculate": ItemType.CALCULATE,
    "image": ItemType.IMAGE, "photo": ItemType.IMAGE, "file": ItemType.FILE,
}  # fmt: skip
_SELECTS = {
    "select_one": ItemType.SELECT_ONE, "select one": ItemType.SELECT_ONE, "select1": ItemType.SELECT_ONE,
    "select one from": ItemType.SELECT_ONE, "select_multiple": ItemType.SELECT_MULTIPLE,
    "select multiple": ItemType.SELECT_MULTIPLE, "select multiple from": ItemType.SELECT_MULTIPLE,
    "select all that apply": ItemType.SELECT_MULTIPLE, "select all that apply from": ItemType.SELECT_MULTIPLE,
}  # fmt: skip
_CONTAINERS = {"group": ItemType.GROUP, "repeat": ItemType.REPEAT}
_NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL})
_CONTAINER = ("calculation", "constraint", "default", "required", "read_only", "evidence", "self_assessment")
_UNFIT: Mapping[ItemType, tuple[str, ...]] = {
    ItemType.GROUP: _CONTAINER,
    ItemType.REPEAT: _CONTAINER,
    ItemType.NOTE: ("calculation", "constraint", "default", "evidence", "self_assessment"),
    ItemType.CALCULATE: ("default", "evidence", "self_assessment"),
    ItemType.IMAGE: ("calculation", "constraint", "default", "self_assessment"),
    ItemType.FILE: ("calculation", "constraint", "default", "self_assessment"),
}
"""Columns that would mean nothing for a type."""
_PARAMETERS = {ItemType.IMAGE: frozenset({"max-pixels"})}


@dataclass(slots=True)
class _Open:
    """A group that has begun and not ended."""

    item: Item
    children: list[str] = field(default_factory=list)


def read_survey(
    sheet: Sheet, choices: Mapping[str, tuple[Choice, ...]], languages: tuple[str, ...], issues: IssueList
) -> list[Item]:
    """The items of the form in form order, the root first; expressions still as written."""
    return _Survey(choices, languages, issues).read(sheet)


class _Survey:
    def __init__(
        self, choices: Mapping[str, tuple[Choice, ...]], languages: tuple[str, ...], issues: IssueList
    ) -> None:
        self._choices = choices
        self._languages = languages
        self._issues = issues
        self._items: dict[str, Item] = {}
        self._open: list[_Open] = []
        self._doubted: set[str] = set()
        """Appearances warned of already."""

    def read(self, sheet: Sheet) -> list[Item]:
        root = Item(ROOT, ItemType.GROUP, 1)
        self._items[ROOT] = root
        self._open.append(_Open(root))
        columns = columns_of(sheet)
        for row in sheet.rows:
            self._row(RowReader("survey", cells_of(row, columns), self._issues))
        while len(self._open) > 1:
            unclosed = self._open[-1].item
            self._issues.error(
                "survey",
                unclosed.row,
                "type",
                N_("The group or repeat “{name}” is not ended."),
                N_("Add a row end_group or end_repeat where it ends."),
                name=unclosed.name,
            )
            self._close()
        self._close()
        return list(self._items.values())

    def _close(self) -> None:
        ended = self._open.pop()
        self._items[ended.item.path] = replace(self._items[ended.item.path], children=tuple(ended.children))

    def _row(self, reader: RowReader) -> None:
        cells = reader.cells
        kind = re.sub(r"\s+", " ", cells.get("type")).strip()
        if cells.get("disabled").casefold() in ("yes", "true"):
            return
        if not kind:
            if cells.get("name"):
                reader.error("type", N_("The row has no type."), N_("Write a type, such as text or select_one LIST."))
            return
        bare = kind.casefold()
        if begun := re.fullmatch(r"begin[ _](\w+)", bare):
            self._begin(reader, begun[1], kind)
        elif ended := re.fullmatch(r"end[ _](\w+)", bare):
            self._end(reader, ended[1])
        else:
            self._question(reader, kind)

    def _begin(self, reader: RowReader, what: str, kind: str) -> None:
        type_ = _CONTAINERS.get(what)
        if type_ is None:
            self._unsupported(reader, kind)
            type_ = ItemType.GROUP
        item = self._item(reader, type_)
        self._open.append(_Open(item))

    def _end(self, reader: RowReader, what: str) -> None:
        wanted = _CONTAINERS.get(what)
        if len(self._open) == 1:
            reader.error("type", N_("Nothing is open here that could end."), N_("Remove the row."))
            return
        begun = self._open[-1].item
        if wanted is not None and begun.type is not wanted:
            reader.error(
                "type",
                N_("This ends a {ended}, but “{name}” (row {row}) is a {begun}."),
                N_("End groups with end_group and repeats with end_repeat, the inner ones first."),
                ended=what,
                name=begun.name,
                row=str(begun.row),
                begun=begun.type.value,
            )
        self._close()

    def _question(self, reader: RowReader, kind: str) -> None:
        type_ = _TYPES.get(kind.casefold())
        if type_ is not None:
            self._item(reader, type_)
            return
        for prefix, select in sorted(_SELECTS.items(), key=lambda pair: -len(pair[0])):
            if kind.casefold().startswith(f"{prefix} "):
                self._item(reader, select, list_name=self._list(reader, kind[len(prefix) + 1 :].strip()))
                return
        self._unsupported(reader, kind)
        # The name stays known, so that expressions that read it are not called wrong as well.
        self._item(reader, ItemType.TEXT, fits=False)

    def _list(self, reader: RowReader, name: str) -> str:
        if name.casefold().endswith((" or_other", " or specify other", " or other")):
            reader.error("type", N_("“or_other” is not supported."), N_("Add a choice “other” and a text question."))
            return name.split(" ", maxsplit=1)[0]
        if name not in self._choices:
            reader.error(
                "type",
                N_("There is no choice list called “{name}”."),
                N_("Add its choices to the choices sheet, or correct the name."),
                name=name,
            )
        return name

    def _unsupported(self, reader: RowReader, kind: str) -> None:
        reader.error(
            "type",
            N_("The type “{type}” is not supported yet."),
            N_(
                "Use text, integer, decimal, date, select_one, select_multiple, note, calculate, image, file, "
                "begin_group or begin_repeat."
            ),
            type=kind,
        )

    def _item(self, reader: RowReader, type_: ItemType, list_name: str = "", *, fits: bool = True) -> Item:
        cells = reader.cells
        rule, level = reader.evidence()
        item = Item(
            path=f"{self._open[-1].item.path}/{self._name(reader)}",
            type=type_,
            row=cells.row,
            label=cells.text("label", self._languages),
            hint=cells.text("hint", self._languages),
            guidance=cells.text("guidance_hint", self._languages),
            constraint_message=cells.text("constraint_message", self._languages),
            required_message=cells.text("required_message", self._languages),
            list_name=list_name,
            relevant=cells.get("relevant"),
            constraint=cells.get("constraint"),
            required=cells.get("required"),
            calculation=cells.get("calculation"),
            default=cells.get("default"),
            choice_filter=cells.get("choice_filter"),
            read_only=reader.flag("read_only"),
            appearance=self._appearance(reader),
            parameters=self._parameters(reader, type_) if fits else MappingProxyType({}),
            weight=reader.weight(),
            score_method=reader.score_method(),
            dimension=cells.get("dimension"),
            evidence=rule,
            evidence_from=level,
            critical=reader.flag("critical"),
            self_assessment=reader.flag("self_assessment"),
            scored=type_ is ItemType.SELECT_ONE
            and any(choice.score is not None for choice in self._choices.get(list_name, ())),
        )
        if fits:
            self._fitting(reader, item)
            reader.translations(self._languages)
        else:
            item = replace(item, choice_filter="")
        self._items[item.path] = item
        self._open[-1].children.append(item.path)
        return item

    def _name(self, reader: RowReader) -> str:
        name = reader.cells.get("name")
        if not XML_NAME.fullmatch(name):
            reader.error(
                "name",
                N_("“{name}” cannot be a name.") if name else N_("The row has no name."),
                N_("Write a letter first, then letters, digits, _, - or ., without spaces."),
                name=name,
            )
            return f"row_{reader.cells.row}"
        path = f"{self._open[-1].item.path}/{name}"
        if path in self._items:
            reader.error(
                "name",
                N_("The name “{name}” is used twice in the same group (also in row {row})."),
                N_("Give each question its own name."),
                name=name,
                row=str(self._items[path].row),
            )
            return f"row_{reader.cells.row}"
        return name

    def _appearance(self, reader: RowReader) -> tuple[str, ...]:
        found = tuple(reader.cells.get("appearance").split())
        for name in found:
            if name not in APPEARANCES and name not in self._doubted:
                self._doubted.add(name)
                template = N_("The appearance “{name}” is not known and will not be used.")
                reader.warn("appearance", template, name=name)
        return tuple(name for name in found if name in APPEARANCES)

    def _parameters(self, reader: RowReader, type_: ItemType) -> Mapping[str, str]:
        parts = (part.partition("=") for part in re.split(r"[\s,;]+", reader.cells.get("parameters")))
        found = {name.casefold(): value for name, _equals, value in parts if name}
        for name in found:
            if name not in _PARAMETERS.get(type_, frozenset()):
                template = N_("The parameter “{name}” is not supported for this type.")
                reader.error("parameters", template, N_("Remove it."), name=name)
        return MappingProxyType(found)

    def _fitting(self, reader: RowReader, item: Item) -> None:
        """Note cells that make no sense for this type."""
        if item.type is ItemType.CALCULATE and not item.calculation:
            reader.error("calculation", N_("A calculate row needs a calculation."), N_("Write an expression there."))
        for column in _UNFIT.get(item.type, ()):
            if getattr(item, column):
                template = N_("A {type} cannot have “{column}”.")
                reader.error(column, template, N_("Clear the cell."), type=item.type.value, column=column)
        if item.choice_filter and not item.list_name:
            reader.error(
                "choice_filter", N_("Only questions with choices can have a choice filter."), N_("Clear the cell.")
            )
        if item.evidence is EvidenceRule.REQUIRED_FROM and not (item.scored or item.type in _NUMBERS):
            reader.error(
                "evidence",
                N_("This question has no level that evidence could depend on."),
                N_("Give its choices points, or write required or optional."),
            )
        points = any(choice.score is not None for choice in self._choices.get(item.list_name, ()))
        if item.type is ItemType.SELECT_MULTIPLE and points:
            reader.warn("type", N_("The points of the list are not counted: only select_one questions are scored."))
