"""Compiles a workbook into an instrument, or says everything that keeps it from being one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Choice, Instrument, Item, ItemType, Table, Text
from gmsc_desktop.forms.choosing import Lists
from gmsc_desktop.forms.columns import CATEGORIES, CHOICES, SETTINGS, SURVEY, check_columns, languages_of
from gmsc_desktop.forms.expressions import ExpressionChecker
from gmsc_desktop.forms.issues import FormIssue, InstrumentError, IssueList
from gmsc_desktop.forms.kobo import written_out
from gmsc_desktop.forms.limits import SHEETS, UNREAD
from gmsc_desktop.forms.lists import SUFFIXES
from gmsc_desktop.forms.loops import has_loops
from gmsc_desktop.forms.plan import Kinds, Part, circles, names_of, reads
from gmsc_desktop.forms.reader import Workbook
from gmsc_desktop.forms.scorer import floor_of
from gmsc_desktop.forms.sheets import Settings, read_categories, read_choices, read_settings, spaced_choices
from gmsc_desktop.forms.stock import stock_opinion
from gmsc_desktop.forms.survey import OTHER, read_survey
from gmsc_desktop.forms.tables import choices_from
from gmsc_desktop.forms.xpath.parser import Call, Literal, Node, PathNode, Start, parse, walk
from gmsc_desktop.forms.xpath.tokens import XPathSyntaxError

MAX_ASKED = 6_000
"""Rows of a survey up to which stock tools are asked even when something is wrong already."""
MOST_NAMED = 12
OTHER_LABELS = {"id": "Lainnya"}
DIMENSIONS = "dimensions"
"""The choice list that names the dimensions in their order."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled workbook and what is doubtful about it."""

    instrument: Instrument
    warnings: tuple[FormIssue, ...]


def compile_workbook(workbook: Workbook) -> Compiled:
    """The instrument of ``workbook``. Raises ``InstrumentError`` with every issue found, in the order of the sheets."""
    issues = IssueList()
    workbook = written_out(workbook, issues)
    known = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS, "categories": CATEGORIES}
    issues.warnings.extend(workbook.warnings)
    for name in SHEETS:
        author = name in ("choices", "external_choices")
        check_columns(workbook.sheet(name), frozenset(known.get(name, CHOICES)), issues, extra=author)
    for name in UNREAD:
        if workbook.sheet(name).rows:
            template = N_("The sheet {sheet} is for other programs and is not read here.")
            issues.warn(name, 0, "", template, sheet=name)
    settings = read_settings(workbook.sheet("settings"), workbook.name, issues)
    languages = languages_of(map(workbook.sheet, SHEETS), settings.default_language)
    lists = _lists(workbook, languages, settings, issues)
    categories = read_categories(workbook.sheet("categories"), languages, issues)
    items = read_survey(workbook.sheet("survey"), lists, languages, issues)
    _finish_lists(workbook, lists, items, languages, issues)
    choices = lists.choices
    items = _with_scored_groups(_checked(items, lists, settings.root, issues))
    dimensions = _dimensions(items, choices, issues)
    instrument = _instrument(settings, languages, items, choices)
    used = _used_tables(items, lists.tables)
    instrument = replace(
        instrument, categories=categories, dimensions=MappingProxyType(dimensions), tables=MappingProxyType(used)
    )
    _check_scoring(instrument, issues)
    refused, warnings = stock_opinion(workbook) if _bearable(workbook, issues) else (None, ())
    if refused is not None and not _known(refused, issues.errors):
        issues.errors.append(refused)
    if issues.errors:
        raise InstrumentError(sorted(issues.errors, key=_place))
    return Compiled(instrument, tuple(sorted((*issues.all_warnings(), *warnings), key=_place)))


def _bearable(workbook: Workbook, issues: IssueList) -> bool:
    """Whether stock tools may be asked: what is refused for its size alone would keep them busy for minutes, and loops
    in loops for ever."""
    survey = workbook.sheet("survey")
    return not issues.errors or (len(survey.rows) <= MAX_ASKED and not has_loops(survey.rows))


def _lists(workbook: Workbook, languages: tuple[str, ...], settings: Settings, issues: IssueList) -> Lists:
    """Where choices may come from. An external list of a name the choices sheet uses too gets one of its own."""
    doubled = settings.doubled_choices
    choices = read_choices(workbook.sheet("choices"), languages, issues, doubled=doubled)
    external = read_choices(workbook.sheet("external_choices"), languages, issues, doubled=True)
    called = {name: name if name not in choices else f"{name}.external" for name in external}
    choices.update({called[name]: found for name, found in external.items()})
    return Lists(choices, called, workbook.tables)


def _finish_lists(
    workbook: Workbook, lists: Lists, items: list[Item], languages: tuple[str, ...], issues: IssueList
) -> None:
    """What only the survey tells about the lists: answers of one's own, files, and names that may hold no spaces."""
    for name in sorted(lists.other):
        if all(choice.name != OTHER for choice in lists.choices[name]):
            label = {code: OTHER_LABELS.get(code, "Other") for code in languages}
            lists.choices[name] = (*lists.choices[name], Choice(OTHER, Text(MappingProxyType(label))))
    several = (ItemType.SELECT_MULTIPLE, ItemType.RANK)
    spaced_choices(workbook.sheet("choices"), frozenset(i.list_name for i in items if i.type in several), issues)
    lists.choices.update(choices_from(lists.tables, items, languages[0], lists.choices))


def _used_tables(items: list[Item], tables: Mapping[str, Table]) -> dict[str, Table]:
    """The files the form reads: those alone are kept with it."""
    sources = {item.list_name.partition("?")[0] for item in items}
    for item in items:
        written = (item.relevant, item.constraint, item.required, item.calculation, item.default, item.choice_filter)
        for node in (node for source in written if source for node in _parsed(source)):
            match node:
                case PathNode(Start.INSTANCE, _, source) | Call("pulldata", (Literal(source), *_)):
                    sources |= {source, *(f"{source}{suffix}" for suffix in SUFFIXES)}
                case Call("pulldata", _):
                    sources |= set(tables)
                case _:
                    continue
    return {name: table for name, table in tables.items() if name in sources}


def _parsed(source: str) -> Iterator[Node]:
    try:
        yield from walk(parse(source))
    except XPathSyntaxError:
        return


def _place(issue: FormIssue) -> tuple[int, int]:
    return (SHEETS.index(issue.sheet) if issue.sheet in SHEETS else len(SHEETS), issue.row)


def _known(refused: FormIssue, errors: list[FormIssue]) -> bool:
    """Whether what stock tools refuse has been said already: they stop at the first thing, and rarely say it better."""
    if not refused.row:
        return bool(errors)
    return any(error.sheet == refused.sheet and error.row == refused.row for error in errors)


def _instrument(
    settings: Settings, languages: tuple[str, ...], items: list[Item], choices: Mapping[str, tuple[Choice, ...]]
) -> Instrument:
    title = settings.title or settings.form_id
    return Instrument(
        form_id=settings.form_id,
        version=settings.version,
        title=Text(MappingProxyType({languages[0]: title})),
        languages=languages,
        default_language=languages[0],
        items=tuple(items),
        choices=MappingProxyType(dict(choices)),
        score_decimals=settings.decimals,
        score_rounding=settings.rounding,
        score_max=settings.maximum,
        settings=settings.others,
    )


def _checked(items: list[Item], lists: Lists, root: str, issues: IssueList) -> list[Item]:
    """The items with resolved expressions, each checked, and no circle among them."""
    names, choices = names_of(items, root), lists.choices
    before = len(issues.errors)
    writer = ExpressionChecker({}, names, choices, lists.tables, issues, Kinds({}))
    resolved = [writer.resolved(item) for item in items]
    by_path = {item.path: item for item in resolved}
    checker = ExpressionChecker(by_path, names, choices, lists.tables, issues, Kinds(by_path))
    for item in resolved:
        checker.check(item)
    wrong = {(issue.row, issue.column) for issue in issues.errors[before:] if issue.sheet == "survey"}
    _refuse_circles([_without(item, wrong) for item in resolved] if wrong else resolved, choices, issues)
    return resolved


_EXPRESSIONS = (
    "relevant", "constraint", "required", "calculation", "default", "choice_filter", "repeat_count", "read_only_if",
)  # fmt: skip
_TEXTS = ("label", "hint", "guidance", "constraint_message", "required_message")


def _without(item: Item, wrong: set[tuple[int, str]]) -> Item:
    """``item`` without the expressions that are wrong by themselves: what is left may still go in circles."""
    gone: dict[str, Any] = {
        name: "" for name in _EXPRESSIONS if (item.row, name.removesuffix("_if")) in wrong and getattr(item, name)
    }
    if (item.row, "label") in wrong:
        gone |= dict.fromkeys(_TEXTS, Text())
    if (item.row, "parameters") in wrong:
        gone["parameters"] = MappingProxyType({})
    if (item.row, "type") in wrong:
        gone |= {"choice_filter": "", "list_name": ""}
    return replace(item, **gone) if gone else item


def _refuse_circles(items: list[Item], choices: Mapping[str, tuple[Choice, ...]], issues: IssueList) -> None:
    names = names_of(items)
    by_path = {item.path: item for item in items}
    read = {item.path: tuple(reads(item, names, choices)) for item in items}
    for found in circles(items, read):
        involved = list(dict.fromkeys(path for _part, path in found))
        calculated = (place for place in found if place[0] is Part.VALUE and by_path[place[1]].calculation)
        part, path = next(calculated, found[0])
        column = "relevant" if part is Part.RELEVANCE else ("calculation" if by_path[path].calculation else "default")
        issues.error(
            "survey",
            by_path[path].row,
            column,
            N_("The expressions wait for each other in a circle: {names}."),
            N_("Change one of them so that it no longer depends on the others."),
            names=" → ".join(_shortened([by_path[place].name for place in [*involved, involved[0]]])),
        )


def _shortened(names: list[str]) -> list[str]:
    return names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], "…", names[-1]]


def _with_scored_groups(items: list[Item]) -> list[Item]:
    scored = {item.path for item in items if item.scored}
    for item in reversed(items):
        if item.path in scored and item.parent:
            scored.add(item.parent)
    return [replace(item, scored=item.path in scored) for item in items]


def _dimensions(items: list[Item], choices: Mapping[str, tuple[Choice, ...]], issues: IssueList) -> dict[str, Text]:
    """The dimensions with their labels; those used must be in the list, when there is one."""
    found = {choice.name: choice.label for choice in choices.get(DIMENSIONS, ())}
    listed = bool(found)
    for item in items:
        if not item.dimension or item.dimension in found:
            continue
        if listed:
            issues.error(
                "survey",
                item.row,
                "dimension",
                N_("There is no dimension “{name}” in the choice list “dimensions”."),
                N_("Add it to that list, or correct the name."),
                name=item.dimension,
            )
        else:
            found[item.dimension] = Text()
    return found


def _check_scoring(instrument: Instrument, issues: IssueList) -> None:
    for item in instrument.items:
        if item.scored:
            continue
        for column, given in (("critical", item.critical), ("dimension", bool(item.dimension))):
            if given:
                template = N_("“{column}” has no effect here: nothing in this row or below it carries points.")
                issues.warn("survey", item.row, column, template, column=column)
    for name, choices in instrument.choices.items():
        highest = max((choice.score for choice in choices if choice.score is not None), default=None)
        if highest is not None and instrument.score_max is not None and highest > instrument.score_max:
            issues.warn(
                "choices",
                0,
                "score",
                N_("The list “{list}” gives {points} points, more than score_max."),
                N_("Correct the points, or score_max in the settings sheet."),
                list=name,
                points=str(highest),
            )
    critical = next((item for item in instrument.items if item.critical), None)
    if critical is not None and not any(issue.column == "score_floor" for issue in issues.errors):
        _check_floor(instrument, critical, issues)


def _check_floor(instrument: Instrument, critical: Item, issues: IssueList) -> None:
    if floor_of(instrument) is None:
        issues.error(
            "survey",
            critical.row,
            "critical",
            N_("A critical item needs a floor, and the form states none."),
            N_("Add score_floor to the settings sheet, or categories with a minimum above zero."),
        )
