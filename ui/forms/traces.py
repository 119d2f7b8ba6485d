"""The editor of a line or an area on the map: one point below the other."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.forms.base import Editor
from ui.forms.special import read_point
from ui.forms.textarea import TextArea

MOST_POINTS = 2_000
"""Of one line or area: what a telephone records in hours."""


class TraceEditor(Editor):
    """Latitude and longitude of each point on a line of its own. A ``closed`` one is an area: it ends where it began,
    which need not be written. Altitude and accuracy that a telephone wrote stay with the points that stay."""

    def __init__(self, *, closed: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._closed, self._stored = closed, ""
        self.area = TextArea(3, 10, self)
        self.area.setPlaceholderText(_("One point on each line, latitude and longitude:") + "\n-7,5755 110,8243\n…")
        self.area.committed.connect(self._commit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)

    def value(self) -> str:
        """The points parted by ``;``; empty when the lines are none."""
        points, wrong = self._read(self.area.toPlainText())
        return "" if wrong else ";".join(points)

    def set_value(self, value: str | None) -> None:
        """Show a stored line. What is being typed, or was and is no line, is left alone."""
        value = value or ""
        typed = self.area.toPlainText()
        if self.area.is_pending() or (typed.strip() and self.complaint(typed) and value == self._stored):
            return
        if value == self._stored and self.value() == value:
            return
        self._stored = value
        points = [point for point in value.split(";") if point.strip()]
        if self._closed and len(points) > 1 and points[0] == points[-1]:
            points.pop()
        self.area.set_text("\n".join(" ".join(point.split()[:2]).replace(".", ",") for point in points))

    def set_name(self, name: str) -> None:
        """What a screen reader calls the field."""
        self.area.setAccessibleName(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self.area.setReadOnly(read_only)

    def flush(self) -> None:
        """Commit what is typed."""
        self.area.flush()

    def focus_field(self) -> QWidget:
        """The text."""
        return self.area

    def complaint(self, typed: str) -> str:
        """What to say of lines that are no line on the map; empty when they are one."""
        points, wrong = self._read(typed)
        if wrong:
            text = _("Line {number} is no place, so nothing is stored. Write latitude and longitude in degrees.")
            return text.format(number=wrong)
        if 0 < len(points) < (4 if self._closed else 2):
            return _("An area needs three points.") if self._closed else _("A line needs two points.")
        if len(points) > MOST_POINTS:
            return _("These are too many points: at most {most}.").format(most=MOST_POINTS)
        return ""

    def _read(self, typed: str) -> tuple[list[str], int]:
        """The points, and the number of the first line that is none (0 when all are)."""
        known = {tuple(point.split()[:2]): point for point in self._stored.split(";") if point.strip()}
        found: list[str] = []
        for number, line in enumerate(re.split(r"[\n|]", typed), 1):
            if not line.strip():
                continue
            point = read_point(line)
            if point is None:
                return found, number
            found.append(known.get(tuple(point.split()[:2]), point))
        if self._closed and len(found) > 1 and found[0] != found[-1]:
            found.append(found[0])
        return found, 0

    def _commit(self, typed: str) -> None:
        said = self.complaint(typed)
        self.doubt.emit(said)
        value = self.value()
        if not said and value != self._stored:
            self._stored = value
            self.committed.emit(value)
