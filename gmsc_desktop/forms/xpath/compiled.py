"""Expressions ready to run: lxml's compiled XPath with the ODK functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from gmsc_desktop.forms.xpath.basics import stored, text
from gmsc_desktop.forms.xpath.functions import Kind
from gmsc_desktop.forms.xpath.library import LIBRARY
from gmsc_desktop.forms.xpath.lower import PREFIX, kind_of, lower
from gmsc_desktop.forms.xpath.parser import Node, parse
from gmsc_desktop.forms.xpath.scope import Scope

NAMESPACE = "urn:gmsc:functions"
_VARIABLES = ("root", "current", "own", "today", "now", "seed")


class Sources(Protocol):
    """What expressions read beside the answers."""

    version: str

    def label(self, list_name: str, name: str) -> str:
        """The label of a choice in the form's default language."""
        ...

    def rows(self, source: str, column: str, texts: Iterable[str]) -> list[Any]:
        """The items of a list or file, as elements, whose ``column`` is one of ``texts``."""
        ...

    def root(self, source: str) -> Any:
        """The element around all items of a list or file."""
        ...

    def pull(self, file: str, column: str, key_column: str, key: str) -> str:
        """The cell in ``column`` of the first row whose ``key_column`` is ``key``."""
        ...


@dataclass(frozen=True, slots=True)
class Expression:
    """One compiled expression. ``variables`` names those of ``root``, ``current``, ``own``, ``today``, ``now`` and
    ``seed`` it reads; only these need be given."""

    kind: Kind
    variables: frozenset[str]
    run: Callable[..., Any]


def compile_expression(
    source: str, scope: Scope, sources: Sources | None, *, truth: bool = False, inside: str = "{}"
) -> Expression:
    """``source`` ready to run; without ``sources`` only to see whether it can be. ``inside`` wraps the rewritten
    expression, for one that selects nodes."""
    return compile_node(parse(source), scope, sources, truth=truth, inside=inside)


def compile_node(
    node: Node, scope: Scope, sources: Sources | None, *, truth: bool = False, inside: str = "{}"
) -> Expression:
    """A parsed expression ready to run."""
    from lxml import etree

    written = inside.format(lower(node, scope, truth=truth))
    functions = {**LIBRARY, **(_reading(sources) if sources is not None else dict.fromkeys(_READING, _nothing))}
    extensions = {(NAMESPACE, name): function for name, function in functions.items() if f"{PREFIX}:{name}(" in written}
    run = etree.XPath(written, namespaces={PREFIX: NAMESPACE}, extensions=extensions, smart_strings=False)
    used = frozenset(name for name in _VARIABLES if f"${name}" in written)
    return Expression(Kind.BOOLEAN if truth else kind_of(node, scope), used, run)


_READING = ("choice-name", "rows", "list", "pulldata", "version")


def _nothing(_context: Any, *_values: Any) -> str:
    return ""


def _reading(sources: Sources) -> dict[str, Callable[..., Any]]:
    """The functions that read what came with the form."""

    def named(_context: Any, value: Any, list_name: Any) -> str:
        return sources.label(str(list_name), text(value))

    def rows(_context: Any, source: Any, column: Any, value: Any) -> list[Any]:
        return sources.rows(str(source), str(column), texts(value))

    def whole(_context: Any, source: Any) -> list[Any]:
        return [sources.root(str(source))]

    def pull(_context: Any, file: Any, column: Any, key_column: Any, key: Any) -> str:
        return sources.pull(text(file), text(column), text(key_column), text(key))

    def version(_context: Any) -> str:
        return sources.version

    return {"choice-name": named, "rows": rows, "list": whole, "pulldata": pull, "version": version}


def texts(value: Any) -> tuple[str, ...]:
    """What an expression gave as texts: of several nodes, all of them."""
    if type(value) is list:
        return tuple(dict.fromkeys(element.text or "" for element in value))
    return (text(value),)


def result_text(value: Any) -> str:
    """What an expression gave, as an answer is stored."""
    return value if type(value) is str else stored(value)
