"""Reading JSON that was signed: one spelling only, every member known, nothing named twice, no fractions."""

from __future__ import annotations

import json
from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.sync.schema import first_fault


def strict_document(data: bytes, schema: str) -> dict[str, Any]:
    """The document in ``data``, canonical to the byte and described by the published ``schema``.

    Raises ``ValueError``, ``TypeError`` or ``RecursionError`` saying what is wrong.
    """
    document: dict[str, Any] = strict_json(data)
    if canonical_bytes(document) != data:
        raise ValueError("not canonical")
    fault = first_fault(document, schema)
    if fault:
        raise ValueError(fault)
    return document


def strict_json(data: bytes) -> Any:
    """What ``data`` says as JSON, nothing named twice and no fractions. Raises ``ValueError``, ``RecursionError``."""
    return json.loads(data, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_once)


def _no_float(text: str) -> Any:
    raise ValueError(f"{text}: numbers with a fraction are written as text")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is named twice")
    return found
