"""Which choices a question offers now, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gmsc_desktop.domain.instrument import Choice, Text
from gmsc_desktop.forms.instance import Node
from gmsc_desktop.forms.plan import Filter, Plan
from gmsc_desktop.forms.xpath.compiled import Expression, result_text, texts
from gmsc_desktop.forms.xpath.more import seed_of, shuffled

Run = Callable[[Expression, Node, Any], Any]
"""Gives what an expression of a node gives at an element."""


def offered(plan: Plan, node: Node, seed: str, run: Run) -> tuple[Choice, ...]:
    """The choices of ``node`` after its ``choice_filter``, in the order they are shown; ``seed`` is what chance draws
    from when the form names nothing else."""
    found = plan.instrument.choices.get(node.item.list_name, ())
    choosing = node.spec.choice_filter
    if choosing is not None and choosing.answers is not None:
        found = _answered(plan, node, choosing.answers, run)
    elif choosing is not None:
        found = tuple(found[at] for at in _chosen(plan, node, choosing, run))
    if len(found) != len(plan.names_in(node.item.list_name)):
        # Of several with one name, an answer could not tell which is meant.
        seen: dict[str, Choice] = {}
        for choice in found:
            seen.setdefault(choice.name, choice)
        found = tuple(seen.values())
    if "randomize" in node.item.parameters:
        drawn = f"{seed}|{node.key}"
        if node.spec.seed is not None:
            drawn = result_text(run(node.spec.seed, node, node.element))
        found = tuple(shuffled(found, seed_of(drawn)))
    return found


def _answered(plan: Plan, node: Node, answers: Expression, run: Run) -> tuple[Choice, ...]:
    """What was answered in a repeat, as choices."""
    language = plan.instrument.default_language
    return tuple(Choice(name, Text({language: name})) for name in texts(run(answers, node, node.element)) if name)


def _chosen(plan: Plan, node: Node, choosing: Filter, run: Run) -> list[int]:
    """The places, in the list, of the choices a filter lets through."""
    rows = plan.sources.rows_of(node.item.list_name)
    if choosing.nodes is not None:
        return [int(element.get("at")) for element in run(choosing.nodes, node, rows.root())]
    places: list[int] | None = None
    for column, expression in choosing.equal:
        found = rows.at(column, texts(run(expression, node, node.element)))
        places = found if places is None else sorted(set(places).intersection(found))
    rest = choosing.rest
    if rest is None:
        return places or []
    return [at for at in places or () if run(rest, node, rows.element(at))]
