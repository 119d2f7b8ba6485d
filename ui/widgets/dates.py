"""Days as Indonesian officials write them: ``14 Desember 2021``, typed in many ways or picked from a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gmsc_desktop.domain.numbers import read_date, show_date
from gmsc_desktop.i18n import _, language
from ui.theme import space
from ui.widgets.icons import icon
from ui.widgets.ink import ink
from ui.widgets.labels import label

_LOCALES = {"id": QLocale.Language.Indonesian, "en": QLocale.Language.English}


class _Line(QLineEdit):
    """Shows a day in full when the keyboard leaves; arrows up and down step a day."""

    def __init__(self, field: DateField) -> None:
        super().__init__()
        self._field = field

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._field.tidy()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._field.pick()
        elif step:
            self._field.step(step)
        else:
            super().keyPressEvent(event)


class DateField(QWidget):
    """One day, or None while what is typed is none."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(1))
        self.line = _Line(self)
        self.line.setPlaceholderText(_("for example 14 Desember 2021"))
        self._button = QPushButton()
        self._button.setProperty("kind", "quiet")
        self._button.setAccessibleName(_("Choose from a calendar"))
        self._button.setToolTip(_("Choose from a calendar (Alt+Down)"))
        self._button.setIconSize(QSize(space(5), space(5)))
        self._button.setIcon(icon("calendar", ink(self).accent, size=space(5)))
        self._button.setFixedWidth(space(10))
        row.addWidget(self.line, 1)
        row.addWidget(self._button)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(lambda _text: self.edited.emit())
        self._button.clicked.connect(self.pick)

    def value(self) -> date | None:
        """The day entered."""
        return read_date(self.line.text())

    def set_value(self, day: date | None) -> None:
        """Show ``day``."""
        self.line.setText("" if day is None else show_date(day, language()))

    def tidy(self) -> None:
        """Show what was typed in the full form."""
        if (day := self.value()) is not None:
            self.set_value(day)

    def step(self, days: int) -> None:
        """Go ``days`` further."""
        day = self.value()
        if day is not None:
            self._take(date.fromordinal(day.toordinal() + days))

    def pick(self) -> None:
        """Open the calendar below the field."""
        open_calendar(self, self.value(), self._take)

    def _take(self, day: date) -> None:
        self.set_value(day)
        self.edited.emit()


def open_calendar(field: QWidget, day: date | None, take: Callable[[date], None]) -> None:
    """Open a calendar below ``field``, or above where there is no room; ``take`` hears the day picked."""
    popup = _Calendar(field, day)
    popup.picked.connect(take)
    corner = field.mapToGlobal(QPoint(0, field.height()))
    popup.adjustSize()
    space_below = field.screen().availableGeometry().bottom() - corner.y()
    if space_below < popup.height():
        corner -= QPoint(0, field.height() + popup.height())
    popup.move(corner)
    popup.show()


class _Calendar(QWidget):
    """A month to pick a day from."""

    picked = Signal(date)

    def __init__(self, parent: QWidget, day: date | None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(1), space(1), space(1), space(1))
        self._month = QCalendarWidget()
        self._month.setLocale(QLocale(_LOCALES[language()]))
        self._month.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self._month.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        if day is not None:
            self._month.setSelectedDate(QDate(day.year, day.month, day.day))
        weekend = QTextCharFormat()
        weekend.setForeground(ink(self).error)
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self._month.setWeekdayTextFormat(weekday, weekend)
        column.addWidget(self._month)
        self._month.clicked.connect(self._choose)
        self._month.activated.connect(self._choose)
        self._month.setFocus()

    def _choose(self, day: QDate) -> None:
        self.picked.emit(date(day.year(), day.month(), day.day()))
        self.close()


class DateRange(QWidget):
    """The first and the last day of something; a last day before the first follows it."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(2))
        self.first, self.last = DateField(), DateField()
        self.first.line.setAccessibleName(_("First day"))
        self.last.line.setAccessibleName(_("Last day"))
        row.addWidget(self.first, 1)
        row.addWidget(label(_("to"), "muted", wrap=False))
        row.addWidget(self.last, 1)
        self.setFocusProxy(self.first)
        self.first.edited.connect(self._follow)
        self.last.edited.connect(self.edited)

    def value(self) -> tuple[date, date] | None:
        """Both days, or None while one is missing or they stand the wrong way round."""
        first, last = self.first.value(), self.last.value()
        return (first, last) if first and last and first <= last else None

    def set_value(self, first: date | None, last: date | None) -> None:
        """Show these days."""
        self.first.set_value(first)
        self.last.set_value(last)

    def problem(self) -> str:
        """What is wrong with the days, in the language in use, or nothing."""
        if self.first.value() is None or self.last.value() is None:
            return _("Enter both days, for example 14 Desember 2021.")
        return "" if self.value() else _("The last day lies before the first.")

    def _follow(self) -> None:
        first, last = self.first.value(), self.last.value()
        if first and (last is None or last < first):
            self.last.set_value(first)
        self.edited.emit()
