"""Checks the expressions of a form one by one, each with the place it stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Choice, Item
from gmsc_desktop.forms.cells import NO, YES
from gmsc_desktop.forms.checks import type_problem
from gmsc_desktop.forms.issues import IssueList
from gmsc_desktop.forms.plan import ALWAYS, Kinds, columns_of, inserted_names
from gmsc_desktop.forms.xpath.compiled import compile_expression
from gmsc_desktop.forms.xpath.functions import FUNCTIONS
from gmsc_desktop.forms.xpath.library import pattern
from gmsc_desktop.forms.xpath.lower import check_calls
from gmsc_desktop.forms.xpath.names import Names, references, resolve
from gmsc_desktop.forms.xpath.parser import Binary, Call, Literal, Negated, Node, PathNode, parse
from gmsc_desktop.forms.xpath.tokens import XPathSyntaxError, tokens

_FIELDS = ("relevant", "constraint", "calculation", "choice_filter")


@dataclass(frozen=True, slots=True)
class ExpressionChecker:
    """Resolves and checks the expressions of a form whose items are all known by name."""

    items: Mapping[str, Item]
    names: Names
    choices: Mapping[str, tuple[Choice, ...]]
    issues: IssueList
    kinds: Kinds

    def resolved(self, item: Item) -> Item:
        """``item`` with every expression as the session runs it. Wrong ones are noted and left empty."""
        return replace(
            item,
            relevant=self._resolve(item, "relevant", item.relevant),
            constraint=self._resolve(item, "constraint", item.constraint),
            calculation=self._resolve(item, "calculation", item.calculation),
            choice_filter=self._resolve(item, "choice_filter", item.choice_filter),
            required=self._required(item),
            default=self._default(item),
        )

    def check(self, item: Item) -> None:
        """Check the resolved expressions and the names inserted into texts."""
        for field in (*_FIELDS, "required", "default"):
            source = getattr(item, field)
            if source:
                self._guarded(item, field, lambda source=source, field=field: self._check(item, field, source))
        for name in sorted(inserted_names(item)):
            self._guarded(item, "label", lambda name=name: self.names.path_of(name))

    def _guarded(self, item: Item, column: str, work: object) -> str:
        try:
            return str(work()) if callable(work) else ""
        except XPathSyntaxError as error:
            self.issues.error("survey", item.row, column, error.template, error.cure, **error.params)
            return ""

    def _resolve(self, item: Item, field: str, source: str) -> str:
        if not source:
            return ""
        choosing = field == "choice_filter"

        def work() -> str:
            written = resolve(source, item.path, self.names, choices=choosing)
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
        if is_dynamic(item.default):
            return self._resolve(item, "default", item.default)
        wrong = type_problem(item, item.default, self.choices.get(item.list_name, ()))
        if wrong:
            self.issues.error("survey", item.row, "default", wrong, N_("Write a default the question allows."))
            return ""
        return quoted(item.default)

    def _check(self, item: Item, field: str, source: str) -> str:
        """Always the empty text: what matters is what is noted."""
        node = parse(source)
        choosing = field == "choice_filter"
        columns = columns_of(self.choices, item.list_name) if choosing else None
        for reference in references(node, item.path, columns=columns):
            if reference.path not in self.items:
                raise XPathSyntaxError(
                    N_("There is nothing at “{path}” in this form."),
                    N_("Name the question with ${{name}}."),
                    path=reference.path,
                )
        check_patterns(node)
        scope = self.kinds.scope(item.path, choices=choosing)
        try:
            compile_expression(source, scope, _no_label, truth=field not in ("calculation", "default"))
        except SyntaxError as error:
            raise XPathSyntaxError(
                N_("The expression cannot be understood at “{text}”."),
                N_("Check quotation marks and brackets there."),
                text=source[:20],
            ) from error
        return ""


def _no_label(_list_name: str, _name: str) -> str:
    return ""


def is_dynamic(default: str) -> bool:
    """Whether a default is an expression: it names a question or calls a function."""
    if "${" in default:
        return True
    try:
        found = tokens(default)
    except XPathSyntaxError:
        return False
    return any(
        token.kind == "name" and token.text in FUNCTIONS and following.text == "(" and following.start == token.end
        for token, following in pairwise(found)
    )


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
    match node:
        case Call("regex", (_, Literal(source))) if pattern(source) is None:
            raise XPathSyntaxError(
                N_("“{text}” is not a regular expression."), N_("Check its brackets and escapes."), text=source
            )
        case Call(_, args):
            for arg in args:
                check_patterns(arg)
        case Binary(_, left, right):
            check_patterns(left)
            check_patterns(right)
        case Negated(operand):
            check_patterns(operand)
        case PathNode(_, steps):
            for step in steps:
                for predicate in step.predicates:
                    check_patterns(predicate)
        case _:
            return
