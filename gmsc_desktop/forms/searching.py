"""The appearance ``search('file', …)``: choices looked up in a CSV file, as ODK Collect and KoboToolbox do.

``search('file')`` offers every row; ``search('file', 'contains', 'columns', text)`` those in which one of the columns
contains the text (or ``startswith``, ``endswith``, ``matches``), without regard to capitals; two further arguments name
a column that must equal a value. In the choices sheet the list holds one row that names the columns of names and
labels; rows whose name is a whole number are choices as they stand, and come first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Choice, Table
from gmsc_desktop.forms.xpath.tokens import XML_NAME, XPathSyntaxError, tokens

FOUND = "gmsc:found"
"""The function that says whether a row is found."""
KINDS = ("contains", "startswith", "endswith", "matches")
_CALL = re.compile(r"\bsearch\s*\(", re.IGNORECASE)
_WHOLE = re.compile(r"\s*[+-]?\d{1,10}\s*")
_SHAPES = (1, 4, 6)
_CURE = N_("Write search('file'), or search('file', 'contains', 'column', ${{question}}).")


@dataclass(frozen=True, slots=True)
class Search:
    """One call: the file, the kind of search, and its further arguments as written."""

    file: str
    arguments: tuple[str, ...]

    def column(self, name: str, table: Table) -> str:
        """The column of ``table`` called ``name``, without regard to capitals and marks, as ODK finds it. Raises
        ``XPathSyntaxError``."""
        found = next((column for column in table.columns if _bare(column) == _bare(name)), "")
        if not found:
            raise XPathSyntaxError(
                N_("The file {file} has no column “{name}”."), N_("Correct the name."), file=self.file, name=name
            )
        return found

    def columns(self, names: str, table: Table) -> list[str]:
        """Several columns, with commas or blanks between them."""
        parts = [part.strip() for part in names.split(",") if part.strip()]
        return [self.column(part, table) for part in (parts if len(parts) != 1 else parts[0].split())]

    def filter(self, table: Table, fixed: Iterable[str]) -> str:
        """The condition on a choice; ``fixed`` are the names of those that are always offered."""
        conditions = []
        if len(self.arguments) == max(_SHAPES):
            conditions.append(f"{self._readable(_said(self.arguments[4]), table)} = ({self.arguments[5]})")
        if len(self.arguments) >= min(_SHAPES[1:]):
            kind = _said(self.arguments[1]).casefold()
            names = [self._readable(name, table) for name in self.columns(_said(self.arguments[2]), table)]
            kind = kind if kind in KINDS else KINDS[0]
            if names:
                conditions.append(f"{FOUND}('{kind}', {self.arguments[3]}, {', '.join(names)})")
        always = [f"name = '{name}'" for name in fixed] if conditions else []
        return " or ".join([*always, f"({' and '.join(conditions)})"]) if always else " and ".join(conditions)

    def _readable(self, name: str, table: Table) -> str:
        found = self.column(name, table)
        if not XML_NAME.fullmatch(found):
            raise XPathSyntaxError(
                N_("The column “{name}” of {file} cannot be searched."),
                N_("Give it a name of letters, digits, _ and -, without spaces."),
                name=found,
                file=self.file,
            )
        return found


def search_in(appearance: str) -> Search | None:
    """The search an appearance asks for; None when it asks for none. Raises ``XPathSyntaxError``."""
    begun = _CALL.search(appearance)
    if begun is None:
        return None
    arguments = _arguments(appearance[begun.end() :])
    if len(arguments) not in _SHAPES or not _said(arguments[0]):
        raise XPathSyntaxError(N_("search() does not have the arguments it needs."), _CURE)
    file = _said(arguments[0])
    return Search(file if file.casefold().endswith(".csv") else f"{file}.csv", arguments)


def without_search(appearance: str) -> str:
    """The other words of an appearance."""
    begun = _CALL.search(appearance)
    if begun is None:
        return appearance
    rest = appearance[begun.end() :]
    depth, end = 1, len(rest)
    for at, letter in enumerate(rest):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if not depth:
            end = at + 1
            break
    return f"{appearance[: begun.start()]} {rest[end:]}".strip()


def static_choices(choices: Sequence[Choice]) -> tuple[list[Choice], list[Choice]]:
    """The choices of a list that stand as they are, and those that name columns of a file."""
    fixed = [choice for choice in choices if _WHOLE.fullmatch(choice.name)]
    return fixed, [choice for choice in choices if not _WHOLE.fullmatch(choice.name)]


def _arguments(rest: str) -> tuple[str, ...]:
    """The arguments of a call whose opening bracket has been read."""
    parts: list[str] = []
    begin, depth = 0, 0
    for token in tokens(rest):
        if token.text in ("(", "["):
            depth += 1
        elif depth and token.text in (")", "]"):
            depth -= 1
        elif not depth and token.text in (",", ")"):
            parts.append(rest[begin : token.start].strip())
            begin = token.end
            if token.text == ")":
                return tuple(parts) if all(parts) else ()
    raise XPathSyntaxError(N_("search() does not have the arguments it needs."), _CURE)


def _said(argument: str) -> str:
    """The text of a literal; the empty text for anything else."""
    found = tokens(argument)
    return found[0].text[1:-1].strip() if len(found) == 2 and found[0].kind == "literal" else ""  # noqa: PLR2004


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", name.strip().casefold())
