"""Editors along a scale: a number between two ends with a slider, and choices side by side (``likert``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from gmsc_desktop.domain.instrument import Choice
from gmsc_desktop.domain.numbers import read_decimal
from ui.forms.base import Editor
from ui.forms.choices import options
from ui.forms.textfields import DecimalEditor
from ui.theme import restyle, space
from ui.widgets.markrow import MarkRow
from ui.widgets.optionrows import Option

MOST_STEPS = 100_000
"""A range of more steps has no slider: a step would be less than a pixel of it many times over."""


class _Slider(QSlider):
    """Along the range. The wheel scrolls the page past it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class RangeEditor(DecimalEditor):
    """A number between two ends, typed or set with the slider. Until one of both is done there is no answer."""

    def __init__(self, start: str, end: str, step: str = "1", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start, self._step = read_decimal(start) or Decimal(0), abs(read_decimal(step) or Decimal(1))
        last = read_decimal(end)
        span = (last if last is not None else self._start) - self._start
        # A range may count downwards.
        self._sign = -1 if span < 0 else 1
        steps = int(abs(span) / self._step) if self._step else 0
        self.line.setPlaceholderText(f"{start} – {end}")
        self.line.setMaximumWidth(space(30))
        self.slider = _Slider(Qt.Orientation.Horizontal, self)
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.slider.setRange(0, steps)
        self.slider.setPageStep(max(1, steps // 10))
        self.slider.setMinimumHeight(space(6))
        self.slider.setMinimumWidth(space(20))
        self.slider.setMaximumWidth(space(110))
        self.slider.actionTriggered.connect(lambda _action: self._slid(self.slider.sliderPosition()))
        row = cast(QHBoxLayout, self.layout())
        row.setSpacing(space(3))
        row.insertWidget(0, self.slider, 3)
        self.slider.setVisible(0 < steps <= MOST_STEPS)

    def set_value(self, value: str | None) -> None:
        """Show a stored number in both places."""
        super().set_value(value)
        self._follow()

    def set_name(self, name: str) -> None:
        """What a screen reader calls both."""
        super().set_name(name)
        self.slider.setAccessibleName(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        super().set_read_only(read_only)
        self.slider.setEnabled(not read_only)

    def _show_empty(self, empty: bool) -> None:
        """Without an answer the handle is hollow: where it stands says nothing."""
        if self.slider.property("empty") != empty:
            self.slider.setProperty("empty", empty)
            restyle(self.slider)

    def _slid(self, position: int) -> None:
        number = self._start + self._sign * position * self._step
        self.line.setText(self.show_value(f"{number:f}"))
        self._show_empty(False)
        self._typed()

    def _follow(self) -> None:
        number = read_decimal(self.value()) if self.value() else None
        self._show_empty(number is None)
        position = 0 if number is None else round((number - self._start) * self._sign / self._step)
        if not self.slider.isSliderDown():
            self.slider.setValue(max(0, min(self.slider.maximum(), position)))


class LikertEditor(Editor):
    """A few choices along a scale, side by side: one of them or ``several``."""

    def __init__(self, parent: QWidget | None = None, *, several: bool = False) -> None:
        super().__init__(parent)
        self.row = MarkRow(self, several=several)
        self.row.picked.connect(self.committed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.row)

    def value(self) -> str:
        """The name chosen."""
        return self.row.value()

    def set_value(self, value: str | None) -> None:
        """Show what is chosen."""
        self.row.set_value(value)

    def set_name(self, name: str) -> None:
        """What a screen reader calls the scale."""
        self.row.set_name(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self.row.set_read_only(read_only)

    def set_choices(self, choices: Sequence[Choice], language: str) -> None:
        """Show these, side by side."""
        self.row.set_options([Option(o.name, o.text.replace("\n", " "), o.digit) for o in options(choices, language)])

    def set_pictures(self, pictures: Mapping[str, QPixmap]) -> None:
        """Show these pictures with the choices."""
        self.row.set_pictures(pictures)

    def pick_digit(self, digit: str) -> bool:
        """Choose the cell of this digit."""
        return self.row.pick_digit(digit)

    def focus_field(self) -> QWidget:
        """The scale."""
        return self.row
