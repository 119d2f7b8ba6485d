"""Turns XLSForm's ``${name}`` into XForms paths, and paths into the places of the form they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.xpath.parser import EVERY, Binary, Call, Negated, Node, PathNode, Start, Step
from gmsc_desktop.forms.xpath.tokens import Token, XPathSyntaxError, tokens

ROOT = "data"
_MOST_SUGGESTED = 50
LAST_SAVED = "last-saved#"
_LAST_SAVED = re.compile(r"\$\{\s*last-saved#")
"""ODK's answers of the form saved last: there is none here, so they are blank."""
_INSERT = re.compile(r"\$\{\s*([^{}]*?)\s*\}")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a form. ``paths`` maps a name to every path that ends in it; ``repeats`` are paths of repeats."""

    paths: Mapping[str, tuple[str, ...]]
    repeats: frozenset[str]
    root: str = ""
    """What the form calls its root in paths written out, when that is not ``data``."""
    suggested: list[str] = field(default_factory=list, compare=False)
    """Unknown names for which alike ones were looked for: in a large form that takes its time."""
    spread: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    """What paths with ``*`` mean, as far as it was asked."""

    def path_of(self, name: str) -> str:
        """The path ``${name}`` means. Raises ``XPathSyntaxError`` when no question has the name, or several have."""
        found = self.paths.get(name, ())
        if not found:
            raise self._unknown(name)
        if len(found) > 1:
            raise XPathSyntaxError(
                N_("Several questions are called “{name}”, so it is not clear which one is meant."),
                N_("Give each question its own name."),
                name=name,
            )
        return found[0]

    def _unknown(self, name: str) -> XPathSyntaxError:
        template = N_("There is no question called “{name}”.")
        self.suggested.append(name)
        near = get_close_matches(name, self.paths, 1) if len(self.suggested) <= _MOST_SUGGESTED else []
        if near:
            return XPathSyntaxError(template, N_("Did you mean “{near}”?"), name=name, near=near[0])
        return XPathSyntaxError(template, N_("Check the spelling of the name."), name=name)

    def shared_repeat(self, context: str, target: str) -> str:
        """The innermost repeat around both; the empty text when there is none. A repeat is not around itself."""
        shared = ""
        for repeat in self.repeats:
            inside = f"{repeat}/"
            if target.startswith(inside) and (context.startswith(inside) or context == repeat):
                shared = max(shared, repeat, key=len)
        return shared

    def meant(self, path: str) -> tuple[str, ...]:
        """The paths that ``path`` speaks of: itself, or all that its ``*`` stand for."""
        if EVERY not in path:
            return (path,)
        known = self.spread.get(path)
        if known is None:
            wanted = re.compile(re.escape(path).replace(re.escape(EVERY), "[^/]+"))
            found = (place for paths in self.paths.values() for place in paths if wanted.fullmatch(place))
            known = self.spread[path] = tuple(found)
        return known

    def innermost(self, path: str) -> str:
        """The innermost repeat around ``path``; the empty text when there is none."""
        return max((repeat for repeat in self.repeats if path.startswith(f"{repeat}/")), key=len, default="")

    def depth(self, path: str) -> int:
        """How many repeats are around ``path`` or are it."""
        return sum(path == repeat or path.startswith(f"{repeat}/") for repeat in self.repeats)


def resolve(source: str, context: str, names: Names, *, choices: bool = False, inside: str = "") -> str:
    """``source`` with every ``${name}`` as a path, as pyxform writes it: relative within a shared repeat, else from
    the root. In ``choices`` (a ``choice_filter``) and within predicates relative paths start at ``current()``; what is
    in the repeat ``inside`` is meant of the item that is being looked at.

    Raises ``XPathSyntaxError``.
    """
    parts: list[str] = []
    position = depth = 0
    found = tokens(source)
    for at, token in enumerate(found):
        if token.text in ("[", "]") and token.kind == "symbol":
            depth += 1 if token.text == "[" else -1
        beside = {found[at - 1].text if at else "", found[at + 1].text} if token.kind == "name" else set()
        replacement = _replacement(token, context, names, within=choices or depth > 0, inside=inside)
        if token.text == "null" and token.kind == "name" and beside.isdisjoint("/(") and "null" not in names.paths:
            replacement = "''"  # A place there is not is blank; many forms say so with a bare ``null``.
        if names.root and token.text == names.root and _is_root(found, at):
            replacement = ROOT
        if replacement is not None:
            parts += [source[position : token.start], replacement]
            position = token.end
    return "".join([*parts, source[position:]]).strip()


def _is_root(found: list[Token], at: int) -> bool:
    """Whether the token is the first step of a path from the root."""
    if at == 0 or found[at - 1].text != "/":
        return False
    before = found[at - 2] if at > 1 else None
    return before is None or before.kind == "operator" or before.text in ("(", "[", ",")


def _replacement(token: Token, context: str, names: Names, *, within: bool, inside: str) -> str | None:
    if token.kind == "ref" and _LAST_SAVED.match(token.text):
        return "''"
    if token.kind == "ref":
        target = names.path_of(token.text[2:-1].strip())
        if inside and target.startswith(f"{inside}/"):
            return f"./{target.removeprefix(f'{inside}/')}"
        return written_path(names, context, target, within=within)
    if token.kind == "literal" and "${" in token.text:
        return _INSERT.sub(lambda found: names.path_of(found[1]), token.text)
    return None


def written_path(names: Names, context: str, target: str, *, within: bool = False) -> str:
    """How an expression of ``context`` writes the path of ``target``."""
    shared = names.shared_repeat(context, target)
    if not shared:
        return target
    up = context.removeprefix(shared).count("/")
    steps = "../" * up + target.removeprefix(f"{shared}/") if up else f"./{target.removeprefix(f'{shared}/')}"
    return f"current()/{steps}" if within else steps


def inserts(text: str) -> tuple[str, ...]:
    """The names a label inserts with ``${name}``."""
    return tuple(_INSERT.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with every ``${name}`` replaced by its value."""
    return _INSERT.sub(lambda found: values.get(found[1], ""), text)


ANY_COLUMN: frozenset[str] = frozenset({"*"})
"""Stands for the columns of a list that are checked elsewhere."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A place an expression reads. ``base`` is the path from which it went down: repeat items on the way to it are
    the asker's own, those below it are all of them. Empty for a path from the root."""

    path: str
    base: str


def references(node: Node, context: str, *, columns: frozenset[str] | None = None) -> Iterator[Reference]:
    """Every place ``node`` reads, as an expression of ``context``. ``columns`` are the columns of the choices a
    ``choice_filter`` may name. Raises ``XPathSyntaxError`` for a path that leaves the form."""
    yield from _references(node, context, context, columns)


def _references(node: Node, asker: str, here: str, columns: frozenset[str] | None) -> Iterator[Reference]:
    waiting = [node]
    while waiting:
        match waiting.pop():
            case PathNode() as path:
                yield from _path_references(path, asker, here, columns)
            case Call(_, args):
                waiting.extend(reversed(args))
            case Binary(_, left, right):
                waiting += (right, left)
            case Negated(operand):
                waiting.append(operand)
            case _:
                continue


def _path_references(node: PathNode, asker: str, here: str, columns: frozenset[str] | None) -> Iterator[Reference]:
    if node.start is Start.INSTANCE:
        for step in node.steps:
            for predicate in step.predicates:
                yield from _references(predicate, asker, here, ANY_COLUMN)
        return
    if columns is not None and node.start is Start.CONTEXT:
        _check_column(node)
        return
    path = {Start.ROOT: "", Start.CONTEXT: here, Start.CURRENT: asker}[node.start]
    base = path
    for step in node.steps:
        path = _stepped(path, step)
        base = base if base == path or path.startswith(f"{base}/") else path
        for predicate in step.predicates:
            yield from _references(predicate, asker, path, None)
    whole = here == asker or node.start is not Start.CONTEXT
    yield Reference(path, base if whole and node.start is not Start.ROOT else "")


def _check_column(node: PathNode) -> None:
    name = node.steps[-1].name if [step.name for step in node.steps[:-1]] in ([], ["."]) else ""
    if name in ("", ".", ".."):
        raise XPathSyntaxError(
            N_("“{name}” is no column of the choices."),
            N_("Write the name of a column of the choices sheet, or ${{name}} for a question."),
            name=name or "/".join(step.name for step in node.steps),
        )


def _stepped(path: str, step: Step) -> str:
    if step.name == ".":
        return path
    if step.name == "..":
        if "/" not in path.removeprefix("/"):
            raise XPathSyntaxError(
                N_("The path leaves the form."), N_("Name the question with ${{name}} instead of “..”.")
            )
        return path.rpartition("/")[0]
    return f"{path}/{step.name}"
