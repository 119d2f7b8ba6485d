"""What an operation changed, so that one broadcast can tell every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changed:
    """Which kinds of things changed (``visit``, ``answer``, ``evidence``, ``document``, ``export``, ``instrument``,
    ``profile``, ``backup``, ``award``, ``withdrawal``) and in which visits."""

    kinds: frozenset[str] = frozenset()
    visits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The outcome of an operation and what it changed."""

    value: T
    changed: Changed
