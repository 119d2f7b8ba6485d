"""The colours of the program, light and dark: the one place they stand in.

Painted pieces take them with ``ink(widget)``; ``ui/theme.py`` makes Qt's palette and stylesheet of the same values.
Contrast is kept by a test (WCAG 2.1, 1.4.3 and 1.4.11, level AA).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QWidget


class Ink(NamedTuple):
    """One set of colours, light or dark. ``*_soft`` are grounds for text of the plain name; ``rail*`` belong to the
    navigation on the left, which is dark in both."""

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
    error_soft: QColor
    warning_soft: QColor
    success_soft: QColor
    accent_hover: QColor
    scroll: QColor
    rail: QColor
    rail_text: QColor
    rail_selected: QColor
    rail_on: QColor


_LIGHT = (
    "#1b2430 #56616f #f4f6f9 #ffffff #ffffff #f1f5fa #d8dee6 #808b99 #1d4f91 #e6eefa #ffffff #9a5b00 #1d4f91 "
    "#b3261e #8a5300 #1e6b3a #fdeceb #fff4e0 #e6f4ea #173f74 #b9c2cd #12294a #cbd9ee #24508f #ffffff"
)
_DARK = (
    "#e8ebf0 #a6afbd #14181f #1c222b #212833 #29313d #343d4a #717d8c #6ea8fe #20334f #0c1420 #d9a75b #9cc4ff "
    "#ff8f8a #f0b35e #6fcf97 #3a2326 #38301f #1d3328 #8fbcff #4a5564 #0f131a #b3bfd0 #20334f #ffffff"
)


@cache
def inks(dark: bool) -> Ink:
    """The dark or the light set."""
    return Ink(*(QColor(name) for name in (_DARK if dark else _LIGHT).split()))


def ink(widget: QWidget) -> Ink:
    """The colours to paint ``widget`` with. The application's palette decides: a stylesheet changes a widget's own."""
    return inks(QGuiApplication.palette().window().color().lightness() < 128)
