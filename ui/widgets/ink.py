"""The colours painted pieces need, as pens and brushes can take them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Ink:
    """One set of colours, light or dark."""

    text: QColor
    muted: QColor
    surface: QColor
    card: QColor
    field: QColor
    hover: QColor
    line: QColor
    line_strong: QColor
    accent: QColor
    accent_soft: QColor
    on_accent: QColor
    second: QColor
    focus: QColor
    error: QColor
    warning: QColor
    success: QColor


@cache
def _ink(dark: bool) -> Ink:
    names = (
        "#e8ebf0 #a6afbd #14181f #1c222b #212833 #29313d #343d4a #66717f #6ea8fe #20334f #0c1420 #d9a75b #9cc4ff "
        "#ff8f8a #f0b35e #6fcf97"
        if dark
        else "#1b2430 #56616f #f4f6f9 #ffffff #ffffff #f1f5fa #d8dee6 #8a95a3 #1d4f91 #e6eefa #ffffff #9a5b00 #1d4f91 "
        "#b3261e #8a5300 #1e6b3a"
    )
    return Ink(*(QColor(name) for name in names.split()))


def ink(widget: QWidget) -> Ink:
    """The colours that fit ``widget``'s palette."""
    return _ink(widget.palette().window().color().lightness() < 128)
