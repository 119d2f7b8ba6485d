"""The journal lines of a visit as they travel: read strictly, each row's hash worked out anew (docs/database.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import N_, BundleError

_MEMBERS = frozenset(
    {"id", "chain", "chain_seq", "at", "monotonic", "who", "device", "tbl", "key", "before", "after", "undoes"}
    | {"prev_hash", "hash"}
)
_OPTIONAL = frozenset({"before", "after", "undoes"})


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One row: which visit, its number in that visit's chain, its hash and the hash of the row before."""

    visit_id: str
    number: int
    hash: str
    previous: str
    device: str
    line: str


def read_journal(data: bytes, name: str) -> tuple[JournalLine, ...]:
    """Every row in ``data``. Raises ``BundleError`` when one does not hold."""
    try:
        lines = data.decode("utf-8").split("\n")
        if lines.pop():
            raise ValueError("the last line does not end")
        return tuple(_line(line) for line in lines)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BundleError(
            N_("The journal in the bundle does not hold: {name} ({detail})."),
            kept=N_("Nothing was taken from it."),
            name=name.rsplit("/", 1)[-1],
            detail=str(error),
        ) from error


def _line(line: str) -> JournalLine:
    row = json.loads(line)
    if not isinstance(row, dict) or row.keys() != _MEMBERS or canonical_bytes(row).decode() != line:
        raise ValueError("form")
    number = row["chain_seq"]
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError("number")
    for name in _MEMBERS - {"chain_seq"}:
        if not (isinstance(row[name], str) or (row[name] is None and name in _OPTIONAL)):
            raise ValueError(name)
    if bool(row["prev_hash"]) != (number > 1):
        raise ValueError("chain")
    covered: dict[str, Any] = {name: value for name, value in row.items() if name != "hash"}
    if sha256_hex(canonical_bytes(covered)) != row["hash"]:
        raise ValueError("hash")
    return JournalLine(row["chain"], number, row["hash"], row["prev_hash"], row["device"], line)
