"""The ``parameters`` column: ``start=1 end=10``, ``randomize=true, seed=${x}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.forms.cells import YES, RowReader
from gmsc_desktop.forms.types import PARAMETERS
from gmsc_desktop.forms.validity import DECIMAL

_PART = re.compile(r"([\w-]+)\s*=\s*(\$\{[^{}]*\}|\"[^\"]*\"|'[^']*'|[^\s,;]+)")


def parameters_of(source: str) -> dict[str, str]:
    """Names and values as written; names in small letters."""
    return {name.casefold(): value.strip("'\"") for name, value in _PART.findall(source)}


def read_parameters(reader: RowReader, type_: ItemType) -> Mapping[str, str]:
    """The parameters a row of this type has an effect of; wrong ones are noted."""
    found = parameters_of(reader.cells.get("parameters"))
    known = PARAMETERS.get(type_, frozenset())
    for name in found:
        if name not in known:
            reader.warn("parameters", N_("The parameter “{name}” has no effect here."), name=name)
    kept = {name: value for name, value in found.items() if name in known}
    if type_ is ItemType.RANGE:
        _check_range(reader, kept)
    if "randomize" in kept and kept["randomize"].casefold() not in YES:
        kept.pop("randomize")
        kept.pop("seed", None)
    return MappingProxyType(kept)


def _check_range(reader: RowReader, kept: dict[str, str]) -> None:
    for name, value in tuple(kept.items()):
        if not DECIMAL.fullmatch(value) or (name == "step" and not Decimal(value)):
            kept.pop(name)
            reader.error(
                "parameters",
                N_("“{name}={text}” is not a number a range can have."),
                N_("Write start, end and step as numbers with a dot; the step is not 0."),
                name=name,
                text=value,
            )
