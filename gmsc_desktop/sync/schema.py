"""Checks a document against one of the published JSON Schemas (``resources/schemas/<name>.schema.json``).

It knows the keywords those schemas use and refuses to work with one it does not know, so that a rule added to the
schema can never be passed over in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

from gmsc_desktop.resources import resource

Schema = dict[str, Any]

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
_SILENT = frozenset({"$schema", "$id", "$defs", "title", "description", "properties", "format"})
_ZONE = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})")


@cache
def published(name: str) -> Schema:
    """The published schema of that name."""
    found: Schema = json.loads(resource("schemas", f"{name}.schema.json").read_text("utf-8"))
    return found


def visit_schema() -> Schema:
    """The published schema of a visit's frozen content."""
    return published("visit")


def first_fault(document: Any, name: str = "visit") -> str | None:
    """What in ``document`` the schema ``name`` does not allow, as ``/place: keyword``; None when it is all right."""
    schema = published(name)
    return next(_faults(document, schema, schema, ""), None)


def _faults(value: Any, schema: Schema, root: Schema, place: str) -> Iterator[str]:
    for keyword, rule in schema.items():
        if keyword == "$ref":
            yield from _faults(value, _target(rule, root), root, place)
        elif keyword == "anyOf":
            if all(any(True for _fault in _faults(value, option, root, place)) for option in rule):
                yield f"{place or '/'}: anyOf"
        elif keyword in _RULES:
            if not _RULES[keyword](value, rule):
                yield f"{place or '/'}: {keyword}"
        elif keyword not in _SILENT | {"additionalProperties", "items"}:
            raise ValueError(f"the schema uses a keyword this program does not know: {keyword}")
    if "format" in schema and not _format(value, schema["format"]):
        yield f"{place or '/'}: format"
    yield from _inside(value, schema, root, place)


def _inside(value: Any, schema: Schema, root: Schema, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        known = schema.get("properties", {})
        if schema.get("additionalProperties") is False and not value.keys() <= known.keys():
            yield f"{place or '/'}: additionalProperties"
        for name, item in value.items():
            if name in known:
                yield from _faults(item, known[name], root, f"{place}/{name}")
    if isinstance(value, list) and "items" in schema:
        for position, item in enumerate(value):
            yield from _faults(item, schema["items"], root, f"{place}/{position}")


def _target(reference: str, root: Schema) -> Schema:
    found = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _is_type(value: Any, rule: Any) -> bool:
    names = rule if isinstance(rule, list) else [rule]
    return any(_TYPES[name](value) for name in names)


def _same(value: Any, other: Any) -> bool:
    """Equal as JSON is: ``true`` is not 1."""
    return type(value) is type(other) and bool(value == other)


def _format(value: Any, name: str) -> bool:
    if not isinstance(value, str):
        return True
    try:
        if name == "date":
            return date.fromisoformat(value).isoformat() == value
        if name == "date-time":
            datetime.fromisoformat(value)
            return _ZONE.fullmatch(value[19:]) is not None or (value[19:20] == "." and bool(_ZONE.search(value[20:])))
    except ValueError:
        return False
    raise ValueError(f"the schema uses a format this program does not know: {name}")


_RULES: dict[str, Callable[[Any, Any], bool]] = {
    "type": _is_type,
    "const": _same,
    "enum": lambda value, rule: any(_same(value, item) for item in rule),
    "pattern": lambda value, rule: not isinstance(value, str) or re.search(rule.replace("$", r"\Z"), value) is not None,
    "minLength": lambda value, rule: not isinstance(value, str) or len(value) >= rule,
    "minimum": lambda value, rule: not _TYPES["integer"](value) or value >= rule,
    "maximum": lambda value, rule: not _TYPES["integer"](value) or value <= rule,
    "required": lambda value, rule: not isinstance(value, dict) or all(name in value for name in rule),
    "minProperties": lambda value, rule: not isinstance(value, dict) or len(value) >= rule,
    "minItems": lambda value, rule: not isinstance(value, list) or len(value) >= rule,
    "uniqueItems": lambda value, rule: (
        not isinstance(value, list)
        or not rule
        or len({json.dumps(item, sort_keys=True) for item in value}) == len(value)
    ),
}
