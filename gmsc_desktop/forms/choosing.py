"""Where the choices of a select question come from: the choices sheet, external choices, a file, a search in a file, or
what was answered in a repeat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Choice, ItemType, Table
from gmsc_desktop.forms.cells import RowReader
from gmsc_desktop.forms.parameters import parameters_of
from gmsc_desktop.forms.searching import Search, search_in, static_choices
from gmsc_desktop.forms.tables import FILE_KINDS, columns_of_list, list_name
from gmsc_desktop.forms.types import Selecting
from gmsc_desktop.forms.xpath.tokens import XPathSyntaxError

_ANSWERS = re.compile(r"\$\{\s*([^{}]+?)\s*\}")


@dataclass(slots=True)
class Lists:
    """Where choices may come from: the choices sheet, the sheet of external choices, and the files beside the workbook.
    ``other`` gathers the lists to which an answer of one's own is to be added."""

    choices: dict[str, tuple[Choice, ...]]
    external: Mapping[str, str] = field(default_factory=dict)
    """Lists of external choices, to what they are called among the choices."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    other: set[str] = field(default_factory=set)

    def named(self, reader: RowReader, chosen: Selecting) -> str:
        """What the list of a select question is called; what is wrong with it is noted at ``reader``."""
        if chosen.source == "file":
            return self._of_file(reader, chosen)
        if _ANSWERS.fullmatch(chosen.list_name):
            if chosen.type is ItemType.SELECT_MULTIPLE:
                template = N_(
                    "Answers in a repeat can be the choices of a select_one only: stock tools read no others."
                )
                reader.error("type", template, N_("Use select_one, or write the choices into the choices sheet."))
            return chosen.list_name
        name = self.external.get(chosen.list_name, "") if chosen.source else chosen.list_name
        if name not in self.choices:
            reader.error(
                "type",
                N_("There is no choice list called “{name}”."),
                N_("Add its choices to the sheet {sheet}, or correct the name."),
                name=chosen.list_name,
                sheet="external_choices" if chosen.source else "choices",
            )
            return chosen.list_name
        if chosen.other and chosen.type is not ItemType.RANK:
            self.other.add(name)
        return name

    def searched(self, reader: RowReader, name: str) -> tuple[str, str]:
        """For an appearance with ``search()``, the list of what is found and the filter that finds it; otherwise
        ``name`` and what stands in ``choice_filter``."""
        written = reader.cells.get("choice_filter")
        try:
            search = search_in(reader.cells.get("appearance"))
            if search is None or name not in self.choices:
                return name, written
            if written:
                template = N_("search() and a choice filter cannot stand in one row.")
                reader.error("appearance", template, N_("Write both conditions into the choice filter of a file."))
                return name, ""
            return self._found(reader, name, search)
        except XPathSyntaxError as error:
            reader.error("appearance", error.template, error.cure, **error.params)
            return name, ""

    def _found(self, reader: RowReader, name: str, search: Search) -> tuple[str, str]:
        if not self.attached(reader, search.file, "appearance"):
            return name, ""
        fixed, by_column = static_choices(self.choices[name])
        if len(by_column) != 1:
            raise XPathSyntaxError(
                N_("The list “{name}” does not say which columns of the file hold names and labels."),
                N_("Give it one row: the column of the names under name, and that of the labels under label."),
                name=name,
            )
        table = self.tables[search.file]
        found = list_name(
            search.file,
            search.column(by_column[0].name, table),
            ",".join(search.columns(next(iter(by_column[0].label.by_language.values()), ""), table)),
            name if fixed else "",
        )
        return found, search.filter(table, [choice.name for choice in fixed])

    def _of_file(self, reader: RowReader, chosen: Selecting) -> str:
        if not self.attached(reader, chosen.list_name, "type"):
            return chosen.list_name
        found = parameters_of(reader.cells.get("parameters"))
        name = list_name(chosen.list_name, found.get("value", ""), found.get("label", ""))
        columns = self.tables[chosen.list_name].columns
        for column in columns_of_list(name):
            if column not in columns:
                reader.error(
                    "type",
                    N_("The file {file} has no column “{name}”."),
                    N_("Write the name of one of its columns: parameters value=… label=…."),
                    file=chosen.list_name,
                    name=column,
                )
        return name

    def attached(self, reader: RowReader, file: str, column: str) -> bool:
        """Whether ``file`` came with the workbook; that it did not is noted at ``column``."""
        if file in self.tables:
            return True
        if not file.casefold().endswith(FILE_KINDS):
            template = N_("Choices can come from .csv, .xml and .geojson files only, not from “{file}”.")
            reader.error(column, template, N_("Save the choices as a .csv file beside the workbook."), file=file)
        else:
            template = N_("The file {file} is not beside the workbook, or cannot be read.")
            reader.error(column, template, N_("Put it into the same folder as the workbook."), file=file)
        return False
