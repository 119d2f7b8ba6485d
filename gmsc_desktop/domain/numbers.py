"""Numbers, dates and sizes as Indonesian officials write them; stored forms stay ISO and ``Decimal``."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def show_decimal(value: Decimal, decimals: int | None = None, language: str = "id") -> str:
    """``3.31`` as ``3,31`` and 1234.5 as ``1.234,5``; English keeps the dot and the comma."""
    text = f"{value:,f}" if decimals is None else f"{value:,.{decimals}f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def read_decimal(text: str) -> Decimal | None:
    """The number a person typed, decimal comma or dot, or None when it is none.

    With both marks the last one is the decimal mark; a single mark is always decimal, since a level or index is
    never in the thousands.
    """
    bare = text.strip().replace(" ", "")
    mark = max(bare.rfind(","), bare.rfind("."))
    if mark >= 0:
        bare = re.sub(r"[.,]", "", bare[:mark]) + "." + bare[mark + 1 :]
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def show_date(day: date, language: str = "id", *, weekday: bool = False) -> str:
    """``14 Desember 2021``; with ``weekday``, ``Selasa, 14 Desember 2021``."""
    text = f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"
    return f"{DAYS[language][day.weekday()]}, {text}" if weekday else text


def show_dates(first: date, last: date, language: str = "id") -> str:
    """A span of days as short as it reads well: ``14–16 Desember 2021``."""
    if first == last:
        return show_date(first, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{show_date(last, language)}"
    return f"{show_date(first, language)} – {show_date(last, language)}"


def show_time(moment: datetime, language: str = "id") -> str:
    """``14 Desember 2021 10.42`` in Indonesian (full stop between hours and minutes), ``10:42`` in English."""
    clock = moment.strftime("%H.%M" if language == "id" else "%H:%M")
    return f"{show_date(moment.date(), language)} {clock}"


def show_local(moment: datetime, language: str = "id") -> str:
    """As ``show_time``, by this computer's clock: moments told in several zones are read beside each other."""
    return show_time(moment.astimezone(), language)


def read_date(text: str) -> date | None:
    """The day a person typed: ``14 Desember 2021``, ``14-12-2021``, ``14/12/2021`` or ISO; None when it is none."""
    bare = text.strip()
    if named := re.fullmatch(r"(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})", bare):
        word = named[2].casefold()
        found = [
            number
            for months in MONTHS.values()
            for number, month in enumerate(months, 1)
            if len(word) >= 3 and month.casefold().startswith(word)
        ]
        parts = (int(named[3]), found[0] if found else 0, int(named[1]))
    elif numbers := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", bare):
        parts = (int(numbers[3]), int(numbers[2]), int(numbers[1]))
    elif iso := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", bare):
        parts = (int(iso[1]), int(iso[2]), int(iso[3]))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def show_size(size: int, language: str = "id") -> str:
    """A number of bytes as ``3,4 MB`` (steps of 1000, as file managers and sticks count)."""
    value = Decimal(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{show_decimal(value, 0 if unit == 'B' else 1, language)} {unit}"
        value /= 1000
    raise AssertionError("unreachable")
