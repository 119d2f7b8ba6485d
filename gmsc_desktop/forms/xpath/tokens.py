"""Splits an XPath expression into tokens (XPath 1.0, section 3.7, with XLSForm's ``${name}``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<ref>\$\{[^{}]*\})
    |(?P<literal>"[^"]*"|'[^']*')
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<symbol>\.\.|::|//|==|!=|<=|>=|[()\[\].,/|+=<>*@$-])
    |(?P<name>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)
    )""",
    re.VERBOSE,
)
_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
XML_NAME = re.compile(f"[{_NAME_START}][{_NAME_START}.0-9\u00b7\u0300-\u036f\u203f\u2040-]*")
"""A name without a prefix (XML 1.0, fifth edition, section 2.3)."""
_CURLY = frozenset("‘’“”„«»`´")
_OPERATOR_NAMES = frozenset({"and", "or", "mod", "div"})
_BEFORE_OPERAND = frozenset({"(", "[", ",", "/", "//", "::", "@", "|", "+", "-", "=", "!=", "<", "<=", ">", ">=", "*"})


class XPathSyntaxError(ValueError):
    """The expression is not one this program runs; ``template`` is a gettext msgid over ``params``, as is ``cure``."""

    def __init__(self, template: str, cure: str = "", **params: str) -> None:
        super().__init__(template.format(**params))
        self.template = template
        self.cure = cure
        self.params = params


@dataclass(frozen=True, slots=True)
class Token:
    """One token. ``kind`` is ``ref``, ``literal``, ``number``, ``symbol``, ``name``, ``operator`` or ``end``."""

    kind: str
    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """The tokens of ``source``, an ``end`` token last. Raises ``XPathSyntaxError``."""
    from gmsc_desktop.domain.errors import N_

    found: list[Token] = []
    position, length = 0, len(source.rstrip())
    while position < length:
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            if source[position:].lstrip()[:1] in _CURLY:
                raise XPathSyntaxError(
                    N_("The quotation mark “{text}” cannot be used in expressions."),
                    N_("Use straight quotation marks: ' or \"."),
                    text=source[position:].lstrip()[:1],
                )
            if found and found[-1].text == "$":
                raise XPathSyntaxError(
                    N_("“$” must stand right before the name in braces."), N_("Write ${{name}}, without a space.")
                )
            raise XPathSyntaxError(
                N_("The expression cannot be understood at “{text}”."),
                N_("Check quotation marks and brackets there."),
                text=source[position : position + 20].strip(),
            )
        kind = match.lastgroup
        text = match[kind]
        operand_expected = not found or found[-1].kind == "operator" or found[-1].text in _BEFORE_OPERAND
        if text == "==":
            text = "="  # ODK's own reader takes both, and many a form has it.
        if kind == "symbol" and text in ("*", "+", "-", "=", "!=", "<", "<=", ">", ">=", "|"):
            kind = "symbol" if text == "*" and operand_expected else "operator"
        elif kind == "name" and text.lower() in _OPERATOR_NAMES and not operand_expected:
            kind, text = "operator", text.lower()
        found.append(Token(kind, text, match.start(kind if kind != "operator" else match.lastgroup), match.end()))
        position = match.end()
    found.append(Token("end", "", length, length))
    return found
