"""Checks the expressions of a form one by one, each with the place it stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Choice, Item, Table
from gmsc_desktop.forms.cells import NO, YES
from gmsc_desktop.forms.issues import IssueList
from gmsc_desktop.forms.lists import ANSWERED, SUFFIXES, columns_of
from gmsc_desktop.forms.plan import ALWAYS, Kinds, inserted_names
from gmsc_desktop.forms.validity import type_problem
from gmsc_desktop.forms.xpath.calls import check_calls
from gmsc_desktop.forms.xpath.compiled import compile_expression
from gmsc_desktop.forms.xpath.names import Names, references, resolve, written_path
from gmsc_desktop.forms.xpath.parser import Binary, Call, Literal, Negated, Node, PathNode, Start, parse, walk
from gmsc_desktop.forms.xpath.patterns import pattern
from gmsc_desktop.forms.xpath.tokens import XPathSyntaxError

_FIELDS = ("relevant", "constraint", "calculation", "choice_filter", "repeat_count", "read_only_if")
MOST_SPREAD = 50_000
_HEADINGS = {"read_only_if": "read_only"}
_WORDS = {**dict.fromkeys(("yes", "true"), "true()"), **dict.fromkeys(("no", "false"), "false()")}
"""Words that stand for an expression, as stock tools read them."""


@dataclass(frozen=True, slots=True)
class ExpressionChecker:
    """Resolves and checks the expressions of a form whose items are all known by name."""

    items: Mapping[str, Item]
    names: Names
    choices: Mapping[str, tuple[Choice, ...]]
    tables: Mapping[str, Table]
    issues: IssueList
    kinds: Kinds
    spread: list[int] = field(default_factory=list)
    """How many places each ``*`` means."""

    def resolved(self, item: Item) -> Item:
        """``item`` with every expression as the session runs it. Wrong ones are noted and left empty."""
        list_name, choice_filter = self._choices_of(item)
        return replace(
            item,
            list_name=list_name,
            relevant=self._resolve(item, "relevant", item.relevant),
            constraint=self._resolve(item, "constraint", item.constraint),
            calculation=self._resolve(item, "calculation", item.calculation),
            choice_filter=choice_filter,
            read_only_if=self._resolve(item, "read_only_if", item.read_only_if),
            required=self._required(item),
            default=self._default(item),
            repeat_count=self._resolve(item, "repeat_count", item.repeat_count),
            trigger=self._triggers(item),
            parameters=self._parameters(item),
        )

    def _choices_of(self, item: Item) -> tuple[str, str]:
        """The list and the filter of a select question. Of one that takes its choices from a repeat, the filter is the
        path of the answers that are offered, and the list is named after the question answered there."""
        found = NAMED.fullmatch(item.list_name)
        if found is None:
            return item.list_name, self._resolve(item, "choice_filter", item.choice_filter)

        def work() -> str:
            target = self.names.path_of(found[1])
            repeat = self.names.innermost(target)
            if not repeat:
                raise XPathSyntaxError(
                    N_("“{name}” is in no repeat, so its answers are no list of choices."),
                    N_("Name a question of a repeat, or a list of the choices sheet."),
                    name=found[1],
                )
            answer = target.removeprefix(f"{repeat}/")
            conditions = [f"./{answer} != ''"]
            if item.choice_filter:
                own = resolve(item.choice_filter, item.path, self.names, choices=True, inside=repeat)
                conditions.append(f"({own})")
            written = f"{written_path(self.names, item.path, repeat)}[{' and '.join(conditions)}]/{answer}"
            check_calls(parse(written))
            return written

        written = self._guarded(item, "type" if not item.choice_filter else "choice_filter", work)
        return (f"{ANSWERED}{self.names.path_of(found[1])}}}" if written else ""), written

    def _triggers(self, item: Item) -> tuple[str, ...]:
        def path(source: str) -> str:
            found = NAMED.fullmatch(source)
            if found is None:
                raise XPathSyntaxError(N_("“{text}” names no question."), N_("Write ${{name}}."), text=source)
            return self.names.path_of(found[1])

        found = (self._guarded(item, "trigger", lambda source=source: path(source)) for source in item.trigger)
        return tuple(path for path in found if path)

    def _parameters(self, item: Item) -> Mapping[str, str]:
        seed = item.parameters.get("seed", "")
        if not seed:
            return item.parameters
        return MappingProxyType({**item.parameters, "seed": self._resolve(item, "parameters", seed)})

    def check(self, item: Item) -> None:
        """Check the resolved expressions and the names inserted into texts."""
        seed = ("parameters", item.parameters.get("seed", ""))
        for name, source in (*((f, getattr(item, f)) for f in (*_FIELDS, "required", "default")), seed):
            if source:
                self._guarded(item, name, lambda source=source, name=name: self._check(item, name, source))
        for name in sorted(inserted_names(item)):
            self._guarded(item, "label", lambda name=name: self.names.path_of(name))

    def _bounded(self, places: int) -> None:
        """Each place an expression reads costs memory, and ``*`` reads many at a stroke."""
        self.spread.append(places)
        if sum(self.spread) > MOST_SPREAD:
            raise XPathSyntaxError(
                N_("The form reads too many places with “*”."), N_("Name the questions with ${{name}} instead.")
            )

    def _columns(self, source: str) -> frozenset[str] | None:
        """The columns of a list or file; None when there is none of that name."""
        if source in self.choices and source not in self.tables:
            return columns_of(self.choices[source])
        named = (f"{source}{suffix}" for suffix in ("", *SUFFIXES))
        table = next((self.tables[name] for name in named if name in self.tables), None)
        return frozenset(table.columns) if table is not None else None

    def _guarded(self, item: Item, column: str, work: object) -> str:
        try:
            return str(work()) if callable(work) else ""
        except XPathSyntaxError as error:
            column = _HEADINGS.get(column, column)
            self.issues.error("survey", item.row, column, error.template, error.cure, **error.params)
            return ""

    def _resolve(self, item: Item, field: str, source: str) -> str:
        if not source:
            return ""
        choosing = field == "choice_filter"

        def work() -> str:
            written = resolve(_WORDS.get(source.casefold(), source), item.path, self.names, choices=choosing)
            check_calls(parse(written))
            return written

        return self._guarded(item, field, work)

    def _required(self, item: Item) -> str:
        source = item.required.casefold()
        if source in NO:
            return ""
        return ALWAYS if source in YES else self._resolve(item, "required", item.required)

    def _default(self, item: Item) -> str:
        if not item.default:
            return ""
        if is_dynamic(item.default, item.type.value):
            return self._resolve(item, "default", item.default)
        offered = self.choices.get(item.list_name, ())
        wrong = type_problem(item, item.default, lambda: frozenset(choice.name for choice in offered))
        if wrong and not item.list_name.startswith(ANSWERED):
            template = N_("“{text}” is no answer to this question and will not be its default.")
            cure = N_("Write a default the question allows.")
            self.issues.warn("survey", item.row, "default", template, cure, text=item.default)
            return ""
        return quoted(item.default)

    def _check(self, item: Item, field: str, source: str) -> str:
        """Always the empty text: what matters is what is noted."""
        node = parse(source)
        choosing = field == "choice_filter" and not item.list_name.startswith(ANSWERED)
        columns = columns_of(self.choices.get(item.list_name, ())) if choosing else None
        for reference in references(node, item.path, columns=columns):
            places = self.names.meant(reference.path)
            if len(places) > 1:
                self._bounded(len(places))
            if not any(path in self.items for path in places):
                raise XPathSyntaxError(
                    N_("There is nothing at “{path}” in this form."),
                    N_("Name the question with ${{name}}."),
                    path=reference.path,
                )
        for name in sorted(bare_names(node) - columns) if columns is not None else ():
            template = N_("The list has no column “{name}”: it counts as blank.")
            cure = N_("Write the name of a column of the choices sheet, or ${{name}} for a question.")
            self.issues.warn("survey", item.row, field, template, cure, name=name)
        check_patterns(node)
        check_sources(node, self._columns)
        scope = self.kinds.scope(item.path, choices=choosing)
        try:
            compile_expression(source, scope, None, truth=choosing or field not in _VALUES)
        except SyntaxError as error:
            raise XPathSyntaxError(
                N_("The expression cannot be understood at “{text}”."),
                N_("Check quotation marks and brackets there."),
                text=source[:20],
            ) from error
        return ""


_VALUES = frozenset({"calculation", "default", "repeat_count", "parameters", "choice_filter"})
NAMED = re.compile(r"\$\{\s*([^{}]+?)\s*\}")


def bare_names(node: Node) -> frozenset[str]:
    """The names that stand by themselves in a ``choice_filter``: columns of the choices."""
    found = set()
    waiting = [node]
    while waiting:
        match waiting.pop():
            case PathNode(Start.CONTEXT, steps):
                found.add(steps[-1].name)
            case Call(_, args):
                waiting.extend(args)
            case Binary(_, left, right):
                waiting += (left, right)
            case Negated(operand):
                waiting.append(operand)
            case _:
                continue
    return frozenset(found)


def check_sources(node: Node, columns_in: Callable[[str], frozenset[str] | None]) -> None:
    """Raises ``XPathSyntaxError`` for a list, file or column that did not come with the form."""
    for part in walk(node):
        match part:
            case PathNode(Start.INSTANCE, steps, source):
                named = frozenset(step.name for step in steps[2:])
                asked = (found for step in steps[1:] for predicate in step.predicates for found in walk(predicate))
                inside = {
                    found.steps[-1].name
                    for found in asked
                    if isinstance(found, PathNode) and found.start is Start.CONTEXT and found.steps[-1].name[0] != "."
                }
            case Call("pulldata", (Literal(source), *names)):
                named, inside = frozenset(name.value for name in names[:2] if isinstance(name, Literal)), set()
            case _:
                continue
        _check_source(source, named | inside, columns_in(source))


def _check_source(source: str, named: frozenset[str], columns: frozenset[str] | None) -> None:
    if columns is None:
        raise XPathSyntaxError(
            N_("Nothing called “{name}” came with the form: no list of choices, and no file {name}.csv beside it."),
            N_("Put the CSV file into the folder of the workbook, or correct the name."),
            name=source,
        )
    unknown = sorted(named - columns)
    if unknown:
        raise XPathSyntaxError(
            N_("“{source}” has no column “{name}”."), N_("Correct the name."), source=source, name=unknown[0]
        )


def is_dynamic(default: str, type_: str) -> bool:
    """Whether a default is an expression: by the rule of stock tools, so that a form means the same there and here."""
    from pyxform.utils import default_is_dynamic

    return bool(default_is_dynamic(default, type_)) or bool(NAMED.search(default))


def quoted(text: str) -> str:
    """``text`` as an XPath literal."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = (f'"{part}"' if "'" in part else f"'{part}'" for part in re.findall(r"[^']+|'+", text))
    return f"concat({', '.join(parts)})"


def check_patterns(node: Node) -> None:
    """Raises ``XPathSyntaxError`` for a regular expression that is none."""
    for part in walk(node):
        if isinstance(part, Call) and part.name == "regex" and isinstance(part.args[1], Literal):
            source = part.args[1].value
            if pattern(source) is None:
                raise XPathSyntaxError(
                    N_("“{text}” is not a regular expression this program can run."),
                    N_("Check its brackets and escapes; do not repeat more than 1000 times, nor refer to groups."),
                    text=source,
                )
