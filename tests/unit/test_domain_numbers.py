"""Numbers and dates as people read and type them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.numbers import (
    read_date,
    read_decimal,
    show_date,
    show_dates,
    show_decimal,
    show_size,
    show_time,
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3,31", "3.31"),
        ("3.31", "3.31"),
        (" 4 ", "4"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("-0,25", "-0.25"),
    ],
)
def test_decimal_comma_and_dot_are_both_read(typed: str, value: str) -> None:
    assert read_decimal(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "abc", "3,3,x", "NaN", "Infinity", "--1"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_decimal(typed) is None


@given(st.decimals(-9999, 9999, places=2))
def test_what_is_shown_is_read_back(value: Decimal) -> None:
    assert read_decimal(show_decimal(value, 2)) == value


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(["id", "en"]))
def test_a_shown_date_is_read_back(day: date, language: str) -> None:
    assert read_date(show_date(day, language)) == day
    assert read_date(day.isoformat()) == day
    assert read_date(f"{day.day}/{day.month}/{day.year}") == day


@pytest.mark.parametrize("typed", ["", "31 Februari 2021", "14 Dzember 2021", "2021", "14 De 2021", "99/99/2021"])
def test_what_is_no_date_is_none(typed: str) -> None:
    assert read_date(typed) is None


def test_official_forms() -> None:
    assert show_date(date(2021, 12, 14)) == "14 Desember 2021"
    assert show_date(date(2021, 12, 14), weekday=True) == "Selasa, 14 Desember 2021"
    assert show_dates(date(2021, 12, 14), date(2021, 12, 16)) == "14–16 Desember 2021"
    assert show_dates(date(2021, 11, 30), date(2021, 12, 1)) == "30 November 2021 – 1 Desember 2021"
    assert show_time(datetime(2021, 12, 14, 9, 5)) == "14 Desember 2021 09.05"  # noqa: DTZ001
    assert show_decimal(Decimal("1234.5"), 2) == "1.234,50"
    assert show_size(3_400_000) == "3,4 MB"
    assert show_size(999) == "999 B"
