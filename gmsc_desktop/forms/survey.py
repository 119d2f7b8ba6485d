"""The survey sheet: rows to items, in a tree of groups and repeats."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import EvidenceRule, Item, ItemType, Text
from gmsc_desktop.forms.cells import NO, YES, RowReader
from gmsc_desktop.forms.choosing import Lists
from gmsc_desktop.forms.columns import cells_of, columns_of
from gmsc_desktop.forms.issues import IssueList
from gmsc_desktop.forms.limits import MAX_QUESTIONS
from gmsc_desktop.forms.loops import unrolled
from gmsc_desktop.forms.parameters import read_parameters
from gmsc_desktop.forms.reader import Sheet
from gmsc_desktop.forms.searching import without_search
from gmsc_desktop.forms.types import (
    CHOOSING,
    CONTAINERS,
    EXTERNAL,
    IGNORED,
    NUMBERS,
    OSM,
    TYPES,
    UNFIT,
    UNSUPPORTED,
    UNSUPPORTED_CURE,
    WITHOUT_EFFECT,
    is_known_appearance,
    selecting,
)
from gmsc_desktop.forms.xpath.tokens import XML_NAME

ROOT = "/data"
MAX_DEPTH = 30
"""Groups within groups: more is no form a person fills, and standard tools fall over it."""
OTHER = "other"
_OTHER_LABELS = {"id": "Sebutkan lainnya"}


@dataclass(slots=True)
class _Open:
    """A group that has begun and not ended."""

    item: Item
    children: list[str] = field(default_factory=list)


def read_survey(sheet: Sheet, lists: Lists, languages: tuple[str, ...], issues: IssueList) -> list[Item]:
    """The items of the form in form order, the root first; expressions still as written."""
    return _Survey(lists, languages, issues).read(sheet)


class _Survey:
    def __init__(self, lists: Lists, languages: tuple[str, ...], issues: IssueList) -> None:
        self._lists = lists
        self._choices = lists.choices
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
        for cells in unrolled([cells_of(row, columns) for row in sheet.rows], self._choices, MAX_QUESTIONS):
            self._row(RowReader("survey", cells, self._issues))
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
        if bare in IGNORED:
            reader.warn("type", N_("A row of type “{type}” is not needed here and is left out."), type=kind)
        elif begun := re.fullmatch(r"begin[ _](.+)", bare):
            self._begin(reader, begun[1], kind)
        elif ended := re.fullmatch(r"end[ _](.+)", bare):
            self._end(reader, ended[1])
        else:
            self._question(reader, kind)

    def _begin(self, reader: RowReader, what: str, kind: str) -> None:
        type_ = CONTAINERS.get(what)
        if type_ is None:
            self._unopened(reader, what, kind)
            type_ = ItemType.GROUP
        if len(self._open) == MAX_DEPTH:
            template = N_("There are more than {most} groups within groups here.")
            reader.error("type", template, N_("Nest the groups less deeply."), most=str(MAX_DEPTH))
        item = self._item(reader, type_)
        self._open.append(_Open(item))

    def _unopened(self, reader: RowReader, what: str, kind: str) -> None:
        """Say why nothing begins with this row; of a loop that was not written out the reason is another."""
        list_name = kind.rpartition(" ")[2]
        if not re.match(r"loop ", what):
            reader.error("type", UNSUPPORTED, UNSUPPORTED_CURE, type=kind)
        elif list_name in self._choices:
            template = N_("The loop is not ended, or would make more than {most} rows.")
            cure = N_("Write end_loop where it ends, or take a shorter list.")
            reader.error("type", template, cure, most=str(MAX_QUESTIONS))
        else:
            template = N_("There is no choice list called “{name}”.")
            cure = N_("Add its choices to the sheet {sheet}, or correct the name.")
            reader.error("type", template, cure, name=list_name, sheet="choices")

    def _end(self, reader: RowReader, what: str) -> None:
        wanted = CONTAINERS.get(what)
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
        type_ = TYPES.get(kind.casefold())
        if type_ is not None:
            if type_ is ItemType.PROPERTY:
                reader.warn("type", N_("This computer knows no “{type}”: the value stays empty."), type=kind)
            self._item(reader, type_)
            return
        chosen = selecting(kind)
        if chosen is not None:
            name, choice_filter = self._lists.searched(reader, self._lists.named(reader, chosen))
            item = self._item(reader, chosen.type, list_name=name, choice_filter=choice_filter)
            if chosen.other:
                self._other(reader, item)
            return
        if kind.casefold() in EXTERNAL:
            self._lists.attached(reader, f"{reader.cells.get('name')}{EXTERNAL[kind.casefold()]}", "type")
            return
        if OSM.fullmatch(kind):
            template = N_("This program draws no maps of OpenStreetMap: the file of the answer is attached instead.")
            reader.warn("type", template)
            self._item(reader, ItemType.FILE)
            return
        reader.error("type", UNSUPPORTED, UNSUPPORTED_CURE, type=kind)
        # The name stays known, so that expressions that read it are not called wrong as well.
        self._item(reader, ItemType.TEXT, fits=False)

    def _other(self, reader: RowReader, item: Item) -> None:
        """The question for an answer of one's own, as stock tools make it."""
        label = {code: _OTHER_LABELS.get(code, "Specify other") for code in self._languages}
        added = Item(
            path=f"{item.path}_other",
            type=ItemType.TEXT,
            row=item.row,
            label=Text(MappingProxyType(label)),
            relevant=f"selected(../{item.name}, '{OTHER}')",
        )
        if added.path in self._items:
            template = N_("The name “{name}” is used twice in the same group (also in row {row}).")
            reader.error("type", template, name=added.name, row=str(self._items[added.path].row))
            return
        self._items[added.path] = added
        self._open[-1].children.append(added.path)

    def _item(
        self, reader: RowReader, type_: ItemType, list_name: str = "", choice_filter: str = "", *, fits: bool = True
    ) -> Item:
        cells = reader.cells
        rule, level = reader.evidence()
        item = Item(
            path=f"{self._open[-1].item.path}/{self._name(reader, type_)}",
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
            choice_filter=choice_filter or ("" if list_name else cells.get("choice_filter")),
            repeat_count=cells.get("repeat_count"),
            trigger=tuple(part.strip() for part in cells.get("trigger").split(",") if part.strip()),
            read_only=cells.get("read_only").casefold() in YES,
            read_only_if="" if cells.get("read_only").casefold() in {*YES, *NO} else cells.get("read_only"),
            appearance=self._appearance(reader),
            parameters=read_parameters(reader, type_) if fits else MappingProxyType({}),
            media=cells.media(self._languages),
            emphasis=cells.emphasis(("label", "hint", "guidance_hint"), self._languages),
            weight=reader.weight(),
            score_method=reader.score_method(),
            dimension=cells.get("dimension"),
            evidence=rule,
            evidence_from=level,
            critical=reader.flag("critical"),
            self_assessment=reader.flag("self_assessment"),
            # A heading that shows the choices alone is answered by nobody.
            scored=type_ is ItemType.SELECT_ONE
            and "label" not in cells.get("appearance").casefold().split()
            and any(choice.score is not None for choice in self._choices.get(list_name, ())),
        )
        if fits:
            item = self._fitting(reader, item)
            reader.translations(self._languages)
        else:
            item = replace(item, choice_filter="")
        self._items[item.path] = item
        self._open[-1].children.append(item.path)
        return item

    def _name(self, reader: RowReader, type_: ItemType) -> str:
        name = reader.cells.get("name")
        if not name and type_ is ItemType.NOTE:
            name = f"generated_note_name_{reader.cells.row}"  # As stock tools call it.
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
        found = without_search(reader.cells.get("appearance"))
        names = (found,) if "(" in found else tuple(found.split())
        for name in names:
            if not is_known_appearance(name) and name not in self._doubted:
                self._doubted.add(name)
                template = N_("The appearance “{name}” is not known and will not be used.")
                reader.warn("appearance", template, name=name)
        return tuple(name.casefold() for name in names if is_known_appearance(name))

    def _fitting(self, reader: RowReader, item: Item) -> Item:
        """``item`` without cells that mean nothing for its type; what would change its meaning is noted."""
        computed = item.calculation or item.default or item.trigger
        if item.type is ItemType.CALCULATE and not computed:
            reader.error("calculation", N_("A calculate row needs a calculation."), N_("Write an expression there."))
        for column in UNFIT.get(item.type, ()):
            if getattr(item, column):
                template = N_("A {type} cannot have “{column}”.")
                reader.error(column, template, N_("Clear the cell."), type=item.type.value, column=column)
        idle = [column for column in WITHOUT_EFFECT.get(item.type, ()) if getattr(item, column)]
        if item.repeat_count and item.type is not ItemType.REPEAT:
            idle.append("repeat_count")
        if item.choice_filter and item.type not in CHOOSING:
            idle.append("choice_filter")
        for column in idle:
            template = N_("“{column}” has no effect in a row of type {type} and is left out.")
            reader.warn(column, template, type=item.type.value, column=column)
        self._fitting_evidence(reader, item)
        cleared: dict[str, Any] = {column: () if column == "trigger" else "" for column in idle}
        item = replace(item, **cleared) if idle else item
        if item.trigger and not item.calculation and item.type is not ItemType.CALCULATE:
            return replace(item, calculation="''")  # The trigger takes the answer away.
        return item

    def _fitting_evidence(self, reader: RowReader, item: Item) -> None:
        if item.evidence is EvidenceRule.REQUIRED_FROM and not (item.scored or item.type in NUMBERS):
            reader.error(
                "evidence",
                N_("This question has no level that evidence could depend on."),
                N_("Give its choices points, or write required or optional."),
            )
        points = any(choice.score is not None for choice in self._choices.get(item.list_name, ()))
        if item.type in (ItemType.SELECT_MULTIPLE, ItemType.RANK) and points:
            reader.warn("type", N_("The points of the list are not counted: only select_one questions are scored."))
