"""The sheets beside the survey: choices with points, settings, and categories."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Category, Choice
from gmsc_desktop.domain.scoring import ROUNDINGS
from gmsc_desktop.forms.cells import YES, RowReader
from gmsc_desktop.forms.columns import CHOICES, SETTINGS, Cells, cells_of, columns_of
from gmsc_desktop.forms.issues import IssueList
from gmsc_desktop.forms.reader import Sheet
from gmsc_desktop.forms.xpath.tokens import XML_NAME

MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings sheet. ``others`` holds cells that only stock tools or later steps read."""

    title: str = ""
    form_id: str = ""
    version: str = ""
    default_language: str = ""
    decimals: int = 2
    rounding: str = "half_up"
    maximum: Decimal | None = None
    doubled_choices: bool = False
    root: str = ""
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read_choices(
    sheet: Sheet, languages: tuple[str, ...], issues: IssueList, *, doubled: bool = False
) -> dict[str, tuple[Choice, ...]]:
    """The choice lists, in the order of the sheet. ``doubled``: a name may stand several times in a list, each time
    with the same points (a filter tells them apart)."""
    columns = columns_of(sheet)
    found: dict[str, list[Choice]] = {}
    points: dict[tuple[str, str], Decimal | None] = {}
    for row in sheet.rows:
        reader = RowReader(sheet.name, cells_of(row, columns), issues)
        list_name, name = reader.cells.get("list_name"), reader.cells.get("name")
        if not list_name and not name:
            continue
        if not list_name or not name:
            column = "name" if list_name else "list_name"
            reader.error(column, N_("The choice has no {column}."), N_("Fill in the cell."), column=column)
            continue
        score = reader.number("score")
        if (list_name, name) in points and not (doubled and points[list_name, name] == score):
            reader.error(
                "name",
                N_("The choice “{name}” stands twice in the list “{list}”."),
                N_("Give each choice of a list its own name."),
                name=name,
                list=list_name,
            )
            continue
        if not reader.cells.texts.get("label"):
            reader.warn("label", N_("The choice “{name}” has no label."), N_("Write what the person reads."), name=name)
        reader.translations(languages)
        label, media = reader.cells.text("label", languages), reader.cells.media(languages)
        points[list_name, name] = score
        found.setdefault(list_name, []).append(Choice(name, label, score, _extra(reader.cells), media))
    return {list_name: tuple(choices) for list_name, choices in found.items()}


def spaced_choices(sheet: Sheet, lists: frozenset[str], issues: IssueList) -> None:
    """Refuse names with spaces in lists of which several may be chosen: an answer there is names between spaces."""
    columns = columns_of(sheet)
    for row in sheet.rows:
        reader = RowReader(sheet.name, cells_of(row, columns), issues)
        name, list_name = reader.cells.get("name"), reader.cells.get("list_name")
        if list_name in lists and re.search(r"\s", name):
            template = N_("The name “{name}” of a choice contains a space.")
            reader.error("name", template, N_("Write it without spaces, for instance with _."), name=name)


def _extra(cells: Cells) -> Mapping[str, str]:
    """Columns a ``choice_filter`` may read, by the heading as written."""
    return MappingProxyType(
        {
            cells.heading(name): text
            for name, text in cells.plain.items()
            if name not in CHOICES and XML_NAME.fullmatch(cells.heading(name))
        }
    )


def read_categories(sheet: Sheet, languages: tuple[str, ...], issues: IssueList) -> tuple[Category, ...]:
    """The predicates, in the order of the sheet."""
    columns = columns_of(sheet)
    found: dict[str, Category] = {}
    minimums: set[Decimal] = set()
    for row in sheet.rows:
        reader = RowReader("categories", cells_of(row, columns), issues)
        name, minimum = reader.cells.get("name"), reader.number("min")
        if not name or name in found:
            template = N_("The name “{name}” stands twice.") if name else N_("The row has no name.")
            reader.error("name", template, N_("Give each row its own name."), name=name)
            continue
        if minimum is None:
            if not reader.cells.get("min"):
                reader.error("min", N_("The category has no minimum."), N_("Write from which total on it is reached."))
            continue
        if minimum in minimums:
            reader.error(
                "min", N_("Two categories begin at {minimum}."), N_("Change one of them."), minimum=str(minimum)
            )
        minimums.add(minimum)
        reader.translations(languages)
        found[name] = Category(name, reader.cells.text("label", languages), minimum)
    return tuple(found.values())


def read_settings(sheet: Sheet, name: str, issues: IssueList) -> Settings:
    """The settings; ``name`` is the form's id when the sheet gives none."""
    fallback = re.sub(r"[^\w.-]+", "_", name.rpartition(".")[0] or name) or "form"
    if not sheet.rows:
        return Settings(form_id=fallback)
    cells = cells_of(sheet.rows[0], columns_of(sheet))
    reader = RowReader("settings", cells, issues)
    rounding = cells.get("score_rounding").casefold() or "half_up"
    if rounding not in ROUNDINGS:
        template = N_("There is no rounding called “{text}”.")
        cure = N_("Write half_up, half_even, half_down or down.")
        reader.error("score_rounding", template, cure, text=rounding)
        rounding = "half_up"
    reader.number("score_floor")
    known = SETTINGS - {"score_floor", "instance_name", "style", "name"}
    return Settings(
        title=cells.get("form_title"),
        form_id=cells.get("form_id") or fallback,
        version=cells.get("version"),
        default_language=cells.get("default_language"),
        decimals=_decimals(reader),
        rounding=rounding,
        maximum=reader.number("score_max"),
        root=cells.get("name"),
        doubled_choices=cells.get("allow_choice_duplicates").casefold() in YES,
        others=MappingProxyType({name: text for name, text in sorted(cells.plain.items()) if name not in known}),
    )


def _decimals(reader: RowReader) -> int:
    found = reader.number("score_decimals")
    if found is None:
        return 2
    if found != int(found) or not 0 <= found <= MOST_DECIMALS:
        template = N_("The number of decimals must be a whole number from 0 to {most}.")
        reader.error("score_decimals", template, N_("Write 2, for instance."), most=str(MOST_DECIMALS))
        return 2
    return int(found)
