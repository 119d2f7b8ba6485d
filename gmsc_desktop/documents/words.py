"""Days as formal papers write them out."""

from __future__ import annotations

from datetime import date

from gmsc_desktop.domain.numbers import DAYS, MONTHS


def day_in_words(day: date) -> str:
    """``Selasa, tanggal empat belas bulan Desember tahun dua ribu dua puluh satu``."""
    from num2words import num2words

    return (
        f"{DAYS['id'][day.weekday()]}, tanggal {num2words(day.day, lang='id')} bulan {MONTHS['id'][day.month - 1]} "
        f"tahun {num2words(day.year, lang='id')}"
    )


def day_in_figures(day: date) -> str:
    """``14-12-2021``, as it follows the words."""
    return f"{day:%d-%m-%Y}"
