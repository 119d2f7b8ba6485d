"""Labels as plain text: XLSForm allows Markdown and a little HTML in them, and this program shows neither as markup."""

from __future__ import annotations

import html
import re

_INSERT = re.compile(r"(\$\{[^{}]*\})")
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\((https?://[^\s()]{1,2000}|mailto:[^\s()]{1,500})\)")
_TAG = re.compile(r"</?(?:span|b|i|u|em|strong|p|div|font|h[1-6]|small|big|center|sup|sub)(?:\s[^<>]{0,500})?/?>", re.I)
_BREAK = re.compile(r"<br\s*/?>", re.I)
_HEADING = re.compile(r"^#{1,6}[ \t]+", re.M)
_EMPHASIS = tuple(
    re.compile(
        rf"(?<![\w\\{mark[0]}]){re.escape(mark)}(?=[^\s{mark[0]}])([^\n]{{0,2000}}?[^\s\\{mark[0]}]|){re.escape(mark)}(?![\w{mark[0]}])"
    )
    for mark in ("***", "**", "__", "*", "_")
)
_ESCAPED = re.compile(r"\\([\\*_#\[\]])")


def plain(text: str) -> str:
    """``text`` without emphasis, headings and tags; links keep their address in brackets. ``${name}`` is left alone."""
    if not any(mark in text for mark in "*_#<[&\\"):
        return text
    names: list[str] = []

    def hold(found: re.Match[str]) -> str:
        names.append(found[1])
        return f"\ue000{len(names) - 1}\ue001"

    bare = _INSERT.sub(hold, text)
    bare = _BREAK.sub("\n", bare)
    bare = _TAG.sub("", bare)
    bare = _LINK.sub(r"\1 (\2)", bare)
    bare = _HEADING.sub("", bare)
    for emphasis in _EMPHASIS:
        bare = emphasis.sub(r"\1", bare)
    bare = html.unescape(_ESCAPED.sub(r"\1", bare))
    return re.sub("\ue000(\\d+)\ue001", lambda found: names[int(found[1])], bare).strip()
