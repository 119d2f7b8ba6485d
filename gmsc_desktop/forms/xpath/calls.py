"""Whether every function an expression calls is known, and has the arguments it needs."""

from __future__ import annotations

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.xpath.functions import FUNCTIONS
from gmsc_desktop.forms.xpath.parser import Binary, Call, Negated, Node, PathNode
from gmsc_desktop.forms.xpath.tokens import XPathSyntaxError


def check_calls(node: Node) -> None:
    """Raises ``XPathSyntaxError`` for a function that is unknown, unsupported or called with the wrong arguments."""
    match node:
        case Call(name, args):
            _check_call(name, len(args))
            for arg in args:
                check_calls(arg)
        case Binary(_, left, right):
            check_calls(left)
            check_calls(right)
        case Negated(operand):
            check_calls(operand)
        case PathNode(_, steps):
            for step in steps:
                for predicate in step.predicates:
                    check_calls(predicate)
        case _:
            return


def _check_call(name: str, count: int) -> None:
    function = FUNCTIONS.get(name)
    if function is None:
        raise XPathSyntaxError(
            N_("The function {name}() is not supported."),
            N_("Use only the functions listed in the description of the instrument format."),
            name=name,
        )
    paired = {"indexed-repeat": 1, "weighted-checklist": 0}.get(name)
    if not function.least <= count <= function.most or paired not in (None, count % 2):
        raise XPathSyntaxError(
            N_("The function {name}() has {count} argument(s), which is not what it needs."),
            N_("Compare the call with the description of the instrument format."),
            name=name,
            count=str(count),
        )
