"""``begin loop over LIST``: the rows inside once for each choice of the list, in a group of its name, as stock tools
write them out. Older workbooks have it; ``%(name)s`` and ``%(label)s`` stand for those of the choice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from gmsc_desktop.domain.instrument import Choice
from gmsc_desktop.forms.columns import Cells
from gmsc_desktop.forms.reader import Row

_BEGIN = re.compile(r"begin[ _]loop +(?:over +)?(\S+)", re.IGNORECASE)
_END = re.compile(r"end[ _]loop", re.IGNORECASE)
_NOT_ASKED = "none"
"""A choice stock tools leave out."""


def unrolled(rows: Sequence[Cells], choices: Mapping[str, tuple[Choice, ...]], most: int) -> Iterator[Cells]:
    """``rows`` with every loop over a known list written out; one that would make more than ``most`` rows is not."""
    at = 0
    while at < len(rows):
        begun = _BEGIN.fullmatch(rows[at].get("type"))
        end = _end_of(rows, at) if begun else 0
        if begun is None or not end or begun[1] not in choices:
            yield rows[at]
            at += 1
            continue
        inside = list(unrolled(rows[at + 1 : end], choices, most))
        if (len(inside) + 2) * len(choices[begun[1]]) > most:
            yield from rows[at : end + 1]
            at = end + 1
            continue
        yield _with(rows[at], type="begin_group")
        for choice in choices[begun[1]]:
            if choice.name == _NOT_ASKED:
                continue
            labels = choice.label.by_language
            yield Cells(rows[at].row, {"type": "begin_group", "name": choice.name}, {"label": labels}, {})
            yield from (_filled(row, choice) for row in inside)
            yield Cells(rows[end].row, {"type": "end_group"}, {}, {})
        yield _with(rows[end], type="end_group")
        at = end + 1


def has_loops(rows: Iterable[Row]) -> bool:
    """Whether any row begins a loop."""
    return any(_BEGIN.fullmatch(text) for row in rows for text in row.cells.values())


def _end_of(rows: Sequence[Cells], begin: int) -> int:
    """Where the loop that begins there ends; 0 when it does not."""
    depth = 0
    for at, row in enumerate(rows[begin:], begin):
        kind = row.get("type")
        depth += bool(_BEGIN.fullmatch(kind)) - bool(_END.fullmatch(kind))
        if not depth:
            return at
    return 0


def _with(row: Cells, **cells: str) -> Cells:
    return replace(row, plain=MappingProxyType({**row.plain, **cells}))


def _filled(row: Cells, choice: Choice) -> Cells:
    def said(text: str, language: str) -> str:
        return text.replace("%(name)s", choice.name).replace("%(label)s", choice.label.get(language))

    plain = {name: said(text, "") for name, text in row.plain.items()}
    texts = {name: {code: said(text, code) for code, text in found.items()} for name, found in row.texts.items()}
    return replace(row, plain=MappingProxyType(plain), texts=MappingProxyType(texts))
