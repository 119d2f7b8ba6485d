"""Regular expressions as Java and the browsers write them, so that Python's parser reads them: kinds of characters
(``\\p{L}``), named groups, quoted stretches."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

_FIRST = 0xF000
"""From here on characters for private use stand for kinds of characters."""
_ASCII: Mapping[str, Callable[[str], bool]] = {
    "Alpha": str.isalpha, "Digit": str.isdigit, "Alnum": str.isalnum, "Upper": str.isupper, "Lower": str.islower,
    "Space": str.isspace, "Punct": lambda c: not c.isalnum() and c.isprintable() and c != " ",
}  # fmt: skip
_CATEGORY = re.compile(r"(?:Is|gc=|general_category=)?([LMNPSZC][a-z]?)")
_LONG = {"IsAlphabetic": "L", "IsLetter": "L", "IsDigit": "Nd", "IsUppercase": "Lu", "IsLowercase": "Ll"}
_PROPERTY = re.compile(r"\\([pP])(?:\{\^?([\w=]+)\}|([A-Z]))")
_GROUP = re.compile(r"\(\?<(?=[A-Za-z])")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)
_ODD_IN_CLASS = ("&&", "--", "||", "~~")
_BLANK = " \\t\u00a0"

Kinds = dict[int, Callable[[str], bool]]


def readied(source: str, kinds: Kinds) -> str:
    """``source`` for Python's parser; what the characters for private use in it stand for goes to ``kinds``.

    Raises ``ValueError`` for what is written differently in Python and cannot be said there.
    """
    parts: list[str] = []
    at, inside = 0, -1
    while at < len(source):
        rest = source[at:]
        found = _PROPERTY.match(source, at)
        if found:
            parts.append(_placeholder(found, kinds))
            at = found.end()
        elif (quoted := _QUOTED.match(source, at)) is not None:
            parts.append(re.escape(quoted[1]))
            at = quoted.end()
        elif rest.startswith("\\h"):
            parts.append(_BLANK if inside >= 0 else f"[{_BLANK}]")
            at += 2
        elif rest[0] == "\\":
            parts.append(rest[:2])
            at += 2
        elif inside >= 0:
            if rest[0] == "]" and at > inside:
                inside = -1
            elif rest[0] == "[" or rest.startswith(_ODD_IN_CLASS):
                raise ValueError("a class within a class")
            parts.append(rest[0])
            at += 1
        else:
            named = _GROUP.match(source, at)
            parts.append("(?P<" if named else rest[0])
            at += len(named[0]) if named else 1
            if rest[0] == "[":
                begin = "[^" if rest.startswith("[^") else "["
                parts[-1] = begin
                at += len(begin) - 1
                inside = at  # A bracket right here would be one of the characters.
    return "".join(parts)


def _placeholder(found: re.Match[str], kinds: Kinds) -> str:
    name = found[2] or found[3]
    within = _within(name)
    code = _FIRST + len(kinds)
    kinds[code] = (lambda char: not within(char)) if found[1] == "P" else within
    return chr(code)


def _within(name: str) -> Callable[[str], bool]:
    if name in _ASCII:
        test = _ASCII[name]
        return lambda char: char.isascii() and test(char)
    category = _CATEGORY.fullmatch(_LONG.get(name, name))
    if category is None:
        raise ValueError(f"no kind of characters {name}")
    wanted = category[1]
    return lambda char: unicodedata.category(char).startswith(wanted)
