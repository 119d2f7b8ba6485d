"""Expressions ready to run: lxml's compiled XPath with the ODK functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gmsc_desktop.forms.xpath.functions import Kind
from gmsc_desktop.forms.xpath.library import LIBRARY, number_text
from gmsc_desktop.forms.xpath.lower import PREFIX, Scope, kind_of, lower
from gmsc_desktop.forms.xpath.parser import parse

NAMESPACE = "urn:gmsc:functions"
_VARIABLES = ("root", "current", "own", "today", "now")


@dataclass(frozen=True, slots=True)
class Expression:
    """One compiled expression. ``variables`` names those of ``root``, ``current``, ``own``, ``today`` and ``now`` it
    reads; only these need be given."""

    source: str
    kind: Kind
    variables: frozenset[str]
    run: Callable[..., Any]


def compile_expression(
    source: str, scope: Scope, choice_name: Callable[[str, str], str], *, truth: bool = False, inside: str = "{}"
) -> Expression:
    """``source`` ready to run; ``choice_name`` gives the label of (list, choice). ``inside`` wraps the rewritten
    expression, for one that selects nodes."""
    from lxml import etree

    node = parse(source)
    written = inside.format(lower(node, scope, truth=truth))

    def named(_context: Any, value: Any, list_name: str) -> str:
        bare = (value[0].text or "" if value else "") if type(value) is list else str(value)
        return choice_name(str(list_name), bare)

    functions: Mapping[str, Callable[..., Any]] = {**LIBRARY, "choice-name": named}
    extensions = {(NAMESPACE, name): function for name, function in functions.items() if f"{PREFIX}:{name}(" in written}
    run = etree.XPath(written, namespaces={PREFIX: NAMESPACE}, extensions=extensions, smart_strings=False)
    used = frozenset(name for name in _VARIABLES if f"${name}" in written)
    return Expression(source, Kind.BOOLEAN if truth else kind_of(node, scope), used, run)


def result_text(value: Any) -> str:
    """What an expression gave, as an answer is stored."""
    if isinstance(value, str):
        return value
    if isinstance(value, float | bool):
        return number_text(value)
    return (value[0].text or "") if value else ""
