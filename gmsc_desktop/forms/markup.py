"""Labels as plain text: XLSForm allows Markdown and a little HTML in them. Emphasis is kept beside the text as data
(``marked``); nothing else of either is ever shown as markup."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from gmsc_desktop.domain.emphasis import escaped, plain_text, runs

_INSERT = re.compile(r"(\$\{[^{}]*\})")
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\((https?://[^\s()]{1,2000}|mailto:[^\s()]{1,500})\)")
_TAG = re.compile(r"</?(?:span|b|i|u|em|strong|p|div|font|h[1-6]|small|big|center|sup|sub)(?:\s[^<>]{0,500})?/?>", re.I)
_BREAK = re.compile(r"<br\s*/?>", re.I)
_HEADING = re.compile(r"^#{1,6}[ \t]+", re.M)
_EMPHASIS = {
    mark: re.compile(
        rf"(?<![\w\\{mark[0]}]){re.escape(mark)}(?=[^\s{mark[0]}])([^\n]{{0,2000}}?[^\s\\{mark[0]}]|){re.escape(mark)}(?![\w{mark[0]}])"
    )
    for mark in ("***", "**", "__", "*", "_")
}
_ESCAPED = re.compile(r"\\([\\*_#\[\]])")
_STRONG, _SLANTED = "\ue010", "\ue011"
_SIGNS = {"***": _STRONG + _SLANTED, "**": _STRONG, "__": _STRONG, "*": _SLANTED, "_": _SLANTED}
_TAGS = (
    (re.compile(r"</?(?:b|strong)(?:\s[^<>]{0,500})?>", re.I), _STRONG),
    (re.compile(r"</?(?:i|em)(?:\s[^<>]{0,500})?>", re.I), _SLANTED),
)
_OWN = re.compile("[\ue000-\ue011]")
_TURNS = re.compile(f"[{_STRONG}{_SLANTED}]+")


def plain(text: str) -> str:
    """``text`` without emphasis, headings and tags; links keep their address in brackets. ``${name}`` is left alone."""
    return _bare(text, None)


def marked(text: str) -> str:
    """``text`` with its emphasis in the written form of ``domain.emphasis``; empty when it has none."""
    found = _bare(_OWN.sub("", text), _SIGNS)
    if _STRONG not in found and _SLANTED not in found:
        return ""
    written = _TURNS.sub(_turn, escaped(found))
    shown = runs(written)
    # The two must never say different words.
    same = plain_text(shown) == plain(text)
    return written if same and any(run.strong or run.slanted for run in shown) else ""


def _turn(found: re.Match[str]) -> str:
    """What stands next to each other turns once each, or not at all."""
    return "**" * (found[0].count(_STRONG) % 2) + "*" * (found[0].count(_SLANTED) % 2)


def _bare(text: str, signs: Mapping[str, str] | None) -> str:
    """``text`` without markup; with ``signs``, these stand where emphasis begins and ends."""
    if not any(mark in text for mark in "*_#<[&\\"):
        return text
    names: list[str] = []

    def hold(found: re.Match[str]) -> str:
        names.append(found[1])
        return f"\ue000{len(names) - 1}\ue001"

    bare = _INSERT.sub(hold, text)
    bare = _BREAK.sub("\n", bare)
    for tag, sign in _TAGS if signs is not None else ():
        bare = tag.sub(sign, bare)
    bare = _TAG.sub("", bare)
    bare = _LINK.sub(r"\1 (\2)", bare)
    bare = _HEADING.sub("", bare)
    for mark, emphasis in _EMPHASIS.items():
        sign = signs[mark] if signs is not None else ""
        bare = emphasis.sub(rf"{sign}\1{sign}", bare)
    bare = html.unescape(_ESCAPED.sub(r"\1", bare))
    return re.sub("\ue000(\\d+)\ue001", lambda found: names[int(found[1])], bare).strip()
