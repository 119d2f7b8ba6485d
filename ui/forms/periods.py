"""Editors for days of which only the month or the year is asked (``month-year``, ``year``)."""

from __future__ import annotations

import re
from datetime import date

from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.numbers import MONTHS, read_date
from gmsc_desktop.i18n import _
from ui.forms.textfields import DateEditor


class MonthEditor(DateEditor):
    """A month of a year, stored as its first day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line.setPlaceholderText(_("such as December 2021"))

    def read(self, text: str) -> str | None:
        """``Desember 2021``, ``12-2021``, ISO, or any day of the month."""
        if iso := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
            text = f"{iso[2]}-{iso[1]}"
        day = read_date(text) or read_date(f"1{'-' if text[:1].isdigit() else ' '}{text}")
        return day.replace(day=1).isoformat() if day else None

    def show_value(self, value: str) -> str:
        """``Desember 2021``."""
        day = read_date(value[:10])
        return f"{MONTHS[self._language][day.month - 1]} {day.year}" if day else value

    def complaint(self) -> str:
        """What to say of a text that is no month."""
        return _("This is not a month, so it is not stored. Write it like December 2021 or 12-2021.")

    def pick(self, day: date) -> None:
        """Take the month of a day chosen in the calendar."""
        super().pick(day.replace(day=1))
        self.line.setText(self.show_value(day.isoformat()))


class YearEditor(DateEditor):
    """A year, stored as its first day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line.setPlaceholderText(_("such as {example}").format(example=2021))
        self.button.hide()

    def read(self, text: str) -> str | None:
        """Four digits, or any day of the year."""
        day = read_date(f"1-1-{text}") or read_date(text)
        return day.replace(month=1, day=1).isoformat() if day else None

    def show_value(self, value: str) -> str:
        """The year alone."""
        day = read_date(value[:10])
        return str(day.year) if day else value

    def complaint(self) -> str:
        """What to say of a text that is no year."""
        return _("This is not a year, so it is not stored. Write four digits, such as 2021.")


def day_editor(appearance: tuple[str, ...], parent: QWidget) -> DateEditor:
    """The editor of a date with these appearances."""
    if "year" in appearance:
        return YearEditor(parent)
    return MonthEditor(parent) if "month-year" in appearance else DateEditor(parent)
