"""What an expression is rewritten with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gmsc_desktop.forms.xpath.functions import Kind


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression is rewritten with. ``kind_of`` tells what kind of value a path holds; ``list_of`` the choice
    list of a path (for ``jr:choice-name``); ``context`` is the path of the asker; ``choices`` is true of a
    ``choice_filter``, in which a bare name is a column; ``repeats`` are the paths of the form's repeats; ``untyped``
    tells whether a path holds plain text whatever it looks like, as every ``calculate`` does."""

    context: str
    kind_of: Callable[[str], Kind]
    list_of: Callable[[str], str]
    choices: bool = False
    repeats: frozenset[str] = frozenset()
    untyped: Callable[[str], bool] = lambda _path: False
