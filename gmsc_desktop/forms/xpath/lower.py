"""Rewrites a checked expression for lxml: same meaning, in XPath 1.0 with the functions of ``library``.

What differs from plain XPath: the form's root is the variable ``$root`` and the asking question ``$current``; dates
in arithmetic and comparisons become numbers of days; a text or path where true or false is wanted is true when it is
not empty; ``today()`` and ``now()`` are variables, so that one recalculation sees one moment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.xpath.basics import NUMBER
from gmsc_desktop.forms.xpath.functions import FUNCTIONS, Function, Kind
from gmsc_desktop.forms.xpath.parser import (
    EVERY,
    UNION,
    Binary,
    Call,
    Literal,
    Negated,
    Node,
    Number,
    PathNode,
    Start,
    Step,
    walk,
)
from gmsc_desktop.forms.xpath.scope import Scope
from gmsc_desktop.forms.xpath.tokens import XPathSyntaxError

PREFIX = "o"
_PLACES = "namespace-uri() = ''"
"""Of the elements below a group: those the form has, not the anchors of its repeats."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")
"""A text that counts as its date where one is compared or reckoned with."""
_COMPARED = frozenset({"=", "!="})
_ORDERED = frozenset({"<", "<=", ">", ">="})
_LOGICAL = frozenset({"and", "or"})


def lower(node: Node, scope: Scope, *, truth: bool = False) -> str:
    """The lxml expression of ``node``; with ``truth`` one that gives true or false."""
    rewriter = _Rewriter(scope)
    return rewriter.truth(node, scope.context) if truth else rewriter.plain(node, scope.context)


def kind_of(node: Node, scope: Scope) -> Kind:
    """What kind of value ``node`` gives."""
    return _Rewriter(scope).kind(node, scope.context)


def quoted(value: str) -> str:
    """A literal as it was written: it holds one kind of quotation mark at most."""
    return f"'{value}'" if "'" not in value else f'"{value}"'


@dataclass(frozen=True, slots=True)
class Split:
    """A condition on the items of a list: columns that must equal what stands outside the list, and the rest."""

    equal: tuple[tuple[str, Node], ...]
    rest: Node | None


def split(node: Node, scope: Scope) -> Split:
    """``node``, a condition in which bare names are columns, taken apart. A condition on places is all rest."""
    if any(isinstance(part, Call) and part.name in ("position", "last") for part in walk(node)):
        return Split((), node)
    equal: list[tuple[str, Node]] = []
    rest: Node | None = None
    for part in _joined(node):
        found = _equality(part, scope)
        if found is not None:
            equal.append(found)
        else:
            rest = part if rest is None else Binary("and", rest, part)
    return Split(tuple(equal), rest)


def _joined(node: Node) -> tuple[Node, ...]:
    """The conditions that ``and`` joins."""
    if isinstance(node, Binary) and node.op == "and":
        return (*_joined(node.left), *_joined(node.right))
    return (node,)


def _equality(node: Node, scope: Scope) -> tuple[str, Node] | None:
    if not isinstance(node, Binary) or node.op != "=":
        return None
    for side, other in ((node.left, node.right), (node.right, node.left)):
        column = _column(side)
        outside = not any(isinstance(part, PathNode) and part.start is Start.CONTEXT for part in walk(other))
        if column and outside and (isinstance(other, PathNode) or kind_of(other, scope) is Kind.TEXT):
            return column, other
    return None


def _column(node: Node) -> str:
    if not isinstance(node, PathNode) or node.start is not Start.CONTEXT:
        return ""
    names = [step.name for step in node.steps if step.name != "."]
    plain = len(names) == 1 and names[0] != ".." and not any(step.predicates for step in node.steps)
    return names[0] if plain else ""


def _facing(sides: tuple[Node, Node], kinds: list[Kind]) -> tuple[tuple[tuple[Node, Kind], tuple[Node, Kind]], ...]:
    """Each side with what stands against it."""
    first, second = (sides[0], kinds[0]), (sides[1], kinds[1])
    return ((first, second), (second, first))


class _Rewriter:
    def __init__(self, scope: Scope, *, inside: bool = False) -> None:
        self._scope = scope
        self._inside = inside or scope.choices
        """Whether this stands in a condition on nodes, so that there is a place among them."""
        self._drawn = 0
        """How often chance was asked: each time it answers differently."""

    def kind(self, node: Node, here: str) -> Kind:
        match node:
            case Number() | Negated():
                return Kind.NUMBER
            case Literal(value):
                return Kind.DATE if _DATE.fullmatch(value) else Kind.TEXT
            case Binary(op, _, _):
                if op == UNION:
                    return Kind.TEXT
                return Kind.BOOLEAN if op in _COMPARED | _ORDERED | _LOGICAL else Kind.NUMBER
            case PathNode():
                return self._path_kind(node, here)
            case Call(name, args):
                return self._call_kind(name, args, here)

    def _path_kind(self, node: PathNode, here: str) -> Kind:
        if node.start is Start.INSTANCE or (self._scope.choices and node.start is Start.CONTEXT):
            return Kind.TEXT
        return self._scope.kind_of(self._target(node, here))

    def _call_kind(self, name: str, args: tuple[Node, ...], here: str) -> Kind:
        if name == "if":
            kinds = {self.kind(arg, here) for arg in args[1:]}
        elif name in ("coalesce", "once"):
            kinds = {self.kind(arg, here) for arg in args}
        elif name == "indexed-repeat":
            kinds = {self.kind(args[0], here)}
        else:
            return FUNCTIONS[name].kind
        return kinds.pop() if len(kinds) == 1 else (Kind.DATE if Kind.DATE in kinds else Kind.TEXT)

    def _typed(self, node: Node, here: str) -> Kind:
        """What kind of value ``node`` is to a comparison: what a ``calculate`` holds is text there."""
        kind = self.kind(node, here)
        texts = (Kind.NUMBER, Kind.BOOLEAN)
        if kind in texts and isinstance(node, PathNode) and self._scope.untyped(self._target(node, here)):
            return Kind.TEXT
        return kind

    def _target(self, node: PathNode, here: str) -> str:
        path = {Start.ROOT: "", Start.CONTEXT: here, Start.CURRENT: self._scope.context}[node.start]
        for step in node.steps:
            if step.name == "..":
                path = path.rpartition("/")[0]
            elif step.name != ".":
                path = f"{path}/{step.name}"
        return path

    def truth(self, node: Node, here: str) -> str:
        """``node`` as true or false by ODK's rules."""
        kind = self._typed(node, here)
        if isinstance(node, PathNode) and kind is Kind.NUMBER:
            return f"boolean(number({self.plain(node, here)}))"
        if isinstance(node, PathNode):
            return f"(string({self.plain(node, here)}) != '')"
        return self.plain(node, here) if kind is Kind.BOOLEAN else f"boolean({self.plain(node, here)})"

    def plain(self, node: Node, here: str) -> str:
        match node:
            case Literal(value):
                return quoted(value)
            case Number(text):
                return text
            case Negated(operand):
                return f"-{self._number(operand, here)}"
            case Binary():
                return self._binary(node, here)
            case Call(name, args):
                return self._call(name, args, here)
            case PathNode():
                return self._path(node, here)

    def _number(self, node: Node, here: str) -> str:
        """``node`` where a number is wanted."""
        if self.kind(node, here) is Kind.DATE:
            return f"{PREFIX}:num({self.plain(node, here)})"
        return f"({self.plain(node, here)})" if isinstance(node, Binary) else self.plain(node, here)

    def _binary(self, node: Binary, here: str) -> str:
        if node.op in _LOGICAL:
            return f"({self.truth(node.left, here)} {node.op} {self.truth(node.right, here)})"
        if node.op == UNION:
            return f"({self.plain(node.left, here)} | {self.plain(node.right, here)})"
        kinds = {self.kind(node.left, here), self.kind(node.right, here)}
        dated = Kind.DATE in kinds
        if node.op in _COMPARED and not (dated and Kind.NUMBER in kinds):
            return self._equal(node, here)
        if dated and (node.op in _COMPARED or node.op in _ORDERED):
            left, right = (f"{PREFIX}:num({self.plain(side, here)})" for side in (node.left, node.right))
            return f"({left} {node.op} {right})"
        return f"({self._number(node.left, here)} {node.op} {self._number(node.right, here)})"

    def _equal(self, node: Binary, here: str) -> str:
        """Equality as ODK decides it: by truth when one side is true or false, by number when one side is one."""
        sides = (node.left, node.right)
        kinds = [self._typed(side, here) for side in sides]
        if Kind.BOOLEAN in kinds:
            left, right = (self.truth(side, here) for side in sides)
            return f"({left} {node.op} {right})"
        left, right = (self._compared(side, here) for side in sides)
        for side, kind, other, other_kind in ((*pair, *opposite) for pair, opposite in _facing(sides, kinds)):
            if not isinstance(side, PathNode) or kind is not Kind.NUMBER:
                continue
            if isinstance(other, Literal) and NUMBER.fullmatch(other.value):
                return f"({self.plain(side, here)} {node.op} number({quoted(other.value)}))"
            if isinstance(other, PathNode) or (other_kind is Kind.TEXT and not isinstance(other, Literal)):
                same = f"{PREFIX}:same({left}, {right})"
                return same if node.op == "=" else f"not({same})"
        return f"({left} {node.op} {right})"

    def _compared(self, node: Node, here: str) -> str:
        """``node`` in a comparison. A cell that is blank has no element, and none compares with nothing."""
        column = isinstance(node, PathNode) and node.start is Start.CONTEXT and self._scope.choices
        return f"string({self.plain(node, here)})" if column else self.plain(node, here)

    def _path(self, node: PathNode, here: str) -> str:
        steps = node.steps
        start = ""
        path = here
        if node.start is Start.INSTANCE:
            return self._instance(node, here)
        if node.start is Start.ROOT:
            start, path, steps = "$root", f"/{steps[0].name}", steps[1:]
        elif node.start is Start.CURRENT:
            start, path = "$current", self._scope.context
        written = [start] if start else []
        for step in steps:
            path = self._target(PathNode(Start.CONTEXT, (step,)), path)
            name = f"*[{_PLACES}]" if step.name == EVERY else step.name
            written.append(name + "".join(f"[{self._predicate(p, path)}]" for p in step.predicates))
        return "/".join(written)

    def _instance(self, node: PathNode, here: str) -> str:
        """A path into a list: an item asked for by one of its columns is looked up, not searched for."""
        inner = _Rewriter(replace(self._scope, choices=True))
        written, source = "", quoted(node.source)
        for at, step in enumerate(node.steps[1:]):
            predicates = step.predicates
            if at == 0:
                found = split(predicates[0], inner._scope) if predicates else Split((), None)
                if found.equal:
                    (column, value), *others = found.equal
                    written = f"{PREFIX}:rows({source}, '{column}', {inner.plain(value, here)})"
                    more = (*(Binary("=", PathNode(Start.CONTEXT, (Step(c),)), v) for c, v in others), found.rest)
                    predicates = (*(rest for rest in more if rest is not None), *predicates[1:])
                else:
                    written = f"{PREFIX}:list({source})/item"
            else:
                written += f"/{step.name}"
            for predicate in predicates:
                numeric = inner.kind(predicate, here) is Kind.NUMBER
                written += f"[{inner.plain(predicate, here) if numeric else inner.truth(predicate, here)}]"
        return written

    def _predicate(self, node: Node, here: str) -> str:
        inner = _Rewriter(replace(self._scope, choices=False), inside=True)
        return inner.plain(node, here) if self.kind(node, here) is Kind.NUMBER else inner.truth(node, here)

    def _call(self, name: str, args: tuple[Node, ...], here: str) -> str:
        match name:
            case "today" | "now":
                return f"${name}"
            case "once":
                return f"{PREFIX}:once($own, {self.plain(args[0], here)})"
            case "position" | "last" if not args:
                return f"{name}()" if self._inside else "1"
            case "random" | "uuid":
                self._drawn += 1
                length = f", {self._number(args[0], here)}" if args else ""
                return f"{PREFIX}:{name}($seed, {self._drawn}{length})"
            case "jr:choice-name":
                return self._choice_name(args, here)
            case "indexed-repeat":
                return self._indexed(args, here)
            case _:
                function = FUNCTIONS[name]
                written = ", ".join(self._argument(function, at, arg, here) for at, arg in enumerate(args))
                return f"{name}({written})" if function.native else f"{PREFIX}:{name.rpartition(':')[2]}({written})"

    def _argument(self, function: Function, at: int, node: Node, here: str) -> str:
        if at in function.truths:
            return self.truth(node, here)
        if at in function.numbers:
            return self._number(node, here)
        plain = self.plain(node, here)
        # XPath writes large numbers without an exponent, libxml2 does not.
        made = function.native and isinstance(node, Number | Negated | Binary | Call)
        return f"{PREFIX}:text({plain})" if made else plain

    def _choice_name(self, args: tuple[Node, ...], here: str) -> str:
        path = args[1].value.strip() if isinstance(args[1], Literal) else ""
        found = self._scope.list_of(path)
        if not found:
            raise XPathSyntaxError(
                N_("The second argument of jr:choice-name() must be a select question in quotation marks."),
                N_("Write jr:choice-name(${{name}}, '${{name}}')."),
            )
        return f"{PREFIX}:choice-name({self.plain(args[0], here)}, '{found}')"

    def _indexed(self, args: tuple[Node, ...], here: str) -> str:
        """``indexed-repeat(question, repeat, n, …)`` as a path with the number of the item at each repeat."""
        paths = [self._target(arg, here) if isinstance(arg, PathNode) else "" for arg in (args[0], *args[1::2])]
        indexes = dict(zip(paths[1:], args[2::2], strict=True))
        if "" in paths or any(not paths[0].startswith(f"{repeat}/") for repeat in indexes):
            raise XPathSyntaxError(
                N_("indexed-repeat() needs a question, a repeat around it, and the number of the item."),
                N_("Write indexed-repeat(${{question}}, ${{repeat}}, number)."),
            )
        names = paths[0].removeprefix("/").split("/")
        own = self._own_repeat(paths[0], indexes)
        written = ["$current", *[".."] * (self._scope.context.removeprefix(own).count("/"))] if own else ["$root"]
        for at in range((own.count("/") if own else 1) + 1, len(names) + 1):
            path = "/" + "/".join(names[:at])
            index = indexes.get(path)
            number = "" if index is None else f"[{PREFIX}:place({self.plain(_from_current(index), here)})]"
            written.append(names[at - 1] + number)
        return "/".join(written)

    def _own_repeat(self, target: str, indexes: Mapping[str, Node]) -> str:
        """The innermost repeat around both the asker and ``target`` that lies outside all numbered ones: there the
        asker's own item is meant."""
        around = (
            repeat
            for repeat in self._scope.repeats
            if target.startswith(f"{repeat}/")
            and self._scope.context.startswith(f"{repeat}/")
            and all(index.startswith(f"{repeat}/") for index in indexes)
        )
        return max(around, key=len, default="")


def _from_current(node: Node) -> Node:
    """``node`` with paths that start where they stand starting at ``current()``: it moves into a predicate."""
    match node:
        case PathNode(Start.CONTEXT, steps):
            return PathNode(Start.CURRENT, steps)
        case Call(name, args):
            return Call(name, tuple(map(_from_current, args)))
        case Binary(op, left, right):
            return Binary(op, _from_current(left), _from_current(right))
        case Negated(operand):
            return Negated(_from_current(operand))
        case _:
            return node
