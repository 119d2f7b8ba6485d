"""Reads XPath 1.0 expressions, as far as ODK forms use them, into a small tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.xpath.tokens import Token, XPathSyntaxError, tokens

MAX_DEPTH = 60
MAX_OPERANDS = 200
"""In one row of the same operators; each costs a step of every walk over the tree."""


class Start(StrEnum):
    """Where a path begins."""

    ROOT = "root"
    CONTEXT = "context"
    INSTANCE = "instance"
    """A list of choices or a CSV file."""
    CURRENT = "current"
    """``current()``: the question the expression belongs to, from within a predicate too."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotation marks."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a name, ``.``, ``..`` or ``*``, with its predicates."""

    name: str
    predicates: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class PathNode:
    """A location path; ``source`` names what an ``instance()`` is of."""

    start: Start
    steps: tuple[Step, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and their operator."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negated:
    """Unary minus."""

    operand: Node


Node = Literal | Number | PathNode | Call | Binary | Negated


def walk(node: Node) -> Iterator[Node]:
    """``node`` and everything in it, predicates too, in no order that matters."""
    waiting: list[Node] = [node]
    while waiting:
        found = waiting.pop()
        yield found
        match found:
            case Call(_, args):
                waiting.extend(args)
            case Binary(_, left, right):
                waiting += (left, right)
            case Negated(operand):
                waiting.append(operand)
            case PathNode(_, steps):
                waiting.extend(predicate for step in steps for predicate in step.predicates)
            case _:
                continue


_LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"=", "!="}),
    frozenset({"<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "div", "mod"}),
)
UNION = "|"
EVERY = "*"
"""A step to everything right below."""


@lru_cache(maxsize=5000)
def parse(source: str) -> Node:
    """The tree of ``source``, in which every ``${name}`` is already a path. Raises ``XPathSyntaxError``."""
    return _Parser(tokens(source)).whole()


def _is_nodes(node: Node) -> bool:
    """Whether it selects places of the form."""
    return isinstance(node, PathNode) or (isinstance(node, Binary) and node.op == UNION)


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._level(0)
        if self._here.kind != "end":
            raise self._unexpected()
        return node

    @property
    def _here(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, text: str) -> bool:
        return self._here.text == text and self._here.kind in ("symbol", "operator")

    def _expect(self, text: str) -> None:
        if not self._is(text):
            raise self._unexpected()
        self._next()

    def _unexpected(self) -> XPathSyntaxError:
        if self._here.kind == "end":
            return XPathSyntaxError(
                N_("The expression ends too early."),
                N_("Check that every bracket is closed and every operator complete."),
            )
        return XPathSyntaxError(
            N_("“{text}” is not expected there in the expression."),
            N_("Check operators, commas and brackets around it."),
            text=self._here.text,
        )

    def _nested(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise XPathSyntaxError(
                N_("The expression is nested too deeply."), N_("Split it into several calculate questions.")
            )
        node = read()
        self._depth -= 1
        return node

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        operands = 1
        while self._here.kind == "operator" and self._here.text in _LEVELS[level]:
            operands += 1
            if operands > MAX_OPERANDS:
                raise XPathSyntaxError(
                    N_("The expression has too many parts in one row."),
                    N_("Split it into several calculate questions."),
                )
            op = self._next().text
            left = Binary(op, left, self._level(level + 1))
        return left

    def _unary(self) -> Node:
        if self._is("-"):
            self._next()
            return Negated(self._nested(self._unary))
        return self._union()

    def _union(self) -> Node:
        left = self._primary()
        while self._here.kind == "operator" and self._here.text == UNION:
            self._next()
            right = self._primary()
            if not (_is_nodes(left) and _is_nodes(right)):
                raise XPathSyntaxError(
                    N_("“{text}” is not supported in expressions."),
                    N_("Name each question with ${{name}} instead."),
                    text=UNION,
                )
            left = Binary(UNION, left, right)
        return left

    def _primary(self) -> Node:
        token = self._here
        if token.kind == "literal":
            self._next()
            return Literal(token.text[1:-1])
        if token.kind == "number":
            self._next()
            return Number(token.text)
        if self._is("("):
            self._next()
            node = self._nested(lambda: self._level(0))
            self._expect(")")
            return node
        if token.kind == "name" and self._tokens[self._at + 1].text == "(":
            return self._call()
        return self._path()

    def _call(self) -> Node:
        name = self._next().text
        self._expect("(")
        args: list[Node] = []
        while not self._is(")"):
            if args:
                self._expect(",")
            args.append(self._nested(lambda: self._level(0)))
        self._next()
        if name == "current" and not args:
            steps: tuple[Step, ...] = ()
            if self._is("/"):
                self._next()
                steps = self._steps()
            return PathNode(Start.CURRENT, steps)
        if name == "instance" and len(args) == 1 and isinstance(args[0], Literal):
            return self._instance(args[0].value)
        return Call(name, tuple(args))

    def _instance(self, source: str) -> PathNode:
        if self._is("/"):
            self._next()
            steps = self._steps()
            if len(steps) >= 2 and (steps[0].name, steps[1].name) == ("root", "item") and not steps[0].predicates:
                return PathNode(Start.INSTANCE, steps, source)
        raise XPathSyntaxError(
            N_("instance() must be followed by the path to its items."),
            N_("Write instance('list')/root/item[name = ${{question}}]/label."),
        )

    def _path(self) -> PathNode:
        if self._is("/"):
            self._next()
            return PathNode(Start.ROOT, self._steps())
        return PathNode(Start.CONTEXT, self._steps())

    def _steps(self) -> tuple[Step, ...]:
        steps = [self._step()]
        while self._is("/"):
            self._next()
            steps.append(self._step())
        if self._is("//") or self._is("::") or self._is("@"):
            raise XPathSyntaxError(
                N_("“{text}” is not supported in expressions."),
                N_("Name each question with ${{name}} instead."),
                text=self._here.text,
            )
        return tuple(steps)

    def _step(self) -> Step:
        token = self._here
        plain = token.kind == "name" or (token.kind == "symbol" and token.text in (".", "..", "*"))
        if not plain:
            raise self._unexpected()
        self._next()
        predicates: list[Node] = []
        while self._is("["):
            self._next()
            predicates.append(self._nested(lambda: self._level(0)))
            self._expect("]")
        return Step(token.text, tuple(predicates))
