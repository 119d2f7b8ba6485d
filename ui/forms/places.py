"""The editor of one point on the map: latitude and longitude in fields of their own."""

from __future__ import annotations

import re

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QWidget

from gmsc_desktop.i18n import _
from ui.forms.base import Editor
from ui.forms.special import read_point
from ui.forms.textarea import PAUSE_MS
from ui.forms.textfields import Line
from ui.theme import space
from ui.widgets.labels import label


class PointEditor(Editor):
    """Degrees with a decimal comma or point; southern latitudes and western longitudes have a minus.

    A pair pasted into one of the fields is parted. Altitude and accuracy that a telephone wrote stay as long as the
    point itself is not changed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored = ""
        self._read_only = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._commit)
        self.latitude, self.longitude = Line(self), Line(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(space(4))
        grid.setVerticalSpacing(space(1))
        for column, (line, name, example) in enumerate(
            ((self.latitude, _("Latitude"), "-7,5755"), (self.longitude, _("Longitude"), "110,8243"))
        ):
            grid.addWidget(label(name, "small"), 0, column)
            grid.addWidget(line, 1, column)
            line.setMaximumWidth(space(50))
            line.setMaxLength(120)
            line.setPlaceholderText(_("such as {example}").format(example=example))
            line.setAcceptDrops(False)
            line.textEdited.connect(lambda _text: self._typed())
            line.left.connect(self.flush)
            line.returnPressed.connect(self.flush)
        for column, share in enumerate((500, 500, 1)):
            grid.setColumnStretch(column, share)

    def value(self) -> str:
        """``latitude longitude altitude accuracy``; empty when what stands in the fields is no point."""
        return self._read() or ""

    def set_value(self, value: str | None) -> None:
        """Show a stored point. What is being typed, or was and is no point, is left alone."""
        value = value or ""
        if self._pause.isActive() or (self._read() is None and value == self._stored):
            return
        self._stored = value
        if self._same(value):
            return
        parts = value.split()
        for line, text in zip((self.latitude, self.longitude), parts[:2] or ("", ""), strict=False):
            line.setText(text.replace(".", ","))
            line.setCursorPosition(0)

    def set_name(self, name: str) -> None:
        """What a screen reader calls the fields."""
        self.latitude.setAccessibleName(f"{name}: {_('Latitude')}")
        self.longitude.setAccessibleName(f"{name}: {_('Longitude')}")

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self._read_only = read_only
        self.latitude.setReadOnly(read_only)
        self.longitude.setReadOnly(read_only)

    def flush(self) -> None:
        """Commit what is typed."""
        if self._pause.isActive():
            self._commit()

    def focus_field(self) -> QWidget:
        """The latitude."""
        return self.latitude

    def _typed(self) -> None:
        self._part_pair()
        if not self._pause.isActive():
            self._pause.start()

    def _part_pair(self) -> None:
        """A pair pasted into one field goes into both."""
        for line in (self.latitude, self.longitude):
            point = read_point(line.text())
            if point is not None:
                first, second = point.split()[:2]
                self.latitude.setText(first.replace(".", ","))
                self.longitude.setText(second.replace(".", ","))

    def _read(self) -> str | None:
        """The point in the fields, empty when they are, None when they hold something else."""
        first, second = self.latitude.text().strip(), self.longitude.text().strip()
        if not first and not second:
            return ""
        if re.search(r"\s", first) or re.search(r"\s", second):
            return None
        point = read_point(f"{first} {second}")
        return self._stored if point is not None and point.split()[:2] == self._stored.split()[:2] else point

    def _same(self, value: str) -> bool:
        return self.latitude.hasFocus() and self._read() == value

    def _commit(self) -> None:
        self._pause.stop()
        value = self._read()
        if value is None:
            self.doubt.emit(self.complaint())
            return
        self.doubt.emit("")
        if value != self._stored:
            self._stored = value
            self.committed.emit(value)

    def complaint(self) -> str:
        """What to say while the fields hold no point."""
        if not (self.latitude.text().strip() and self.longitude.text().strip()):
            return _("A place needs latitude and longitude; it is stored once both are there.")
        return _("This is no place on earth, so it is not stored: latitudes are -90 to 90, longitudes -180 to 180.")
