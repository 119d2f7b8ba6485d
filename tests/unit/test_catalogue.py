"""The searched catalogue says what the standard library's reader says."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.catalogue import Catalogue
from gmsc_desktop.resources import resource

MO = resource("i18n") / "id" / "LC_MESSAGES" / "gmsc.mo"


@pytest.fixture(scope="module")
def known() -> gettext.GNUTranslations:
    with MO.open("rb") as file:
        return gettext.GNUTranslations(file)


def test_every_text_is_found(known: gettext.GNUTranslations) -> None:
    catalogue = Catalogue(MO)
    keys = [key for key in known._catalog if key]  # type: ignore[attr-defined]
    assert len(keys) > 1000
    for key in keys:
        message = key if isinstance(key, str) else key[0]
        context, mark, plain = message.rpartition("\x04")
        if mark:
            assert catalogue.pgettext(context, plain) == known.pgettext(context, plain)
        elif isinstance(key, str):
            assert catalogue.gettext(message) == known.gettext(message)
        else:
            assert catalogue.ngettext(message, "x", 7) == known.ngettext(message, "x", 7)


@given(st.text(max_size=40), st.integers(0, 5))
def test_what_is_not_there_stays_english(text: str, count: int) -> None:
    catalogue = Catalogue(MO)
    missing = f"{text} (not in the catalogue)"
    assert catalogue.gettext(missing) == missing
    assert catalogue.ngettext(missing, "many", count) == (missing if count == 1 else "many")


def test_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gmsc.mo"
    path.write_bytes(b"something else entirely")
    with pytest.raises(ValueError):
        Catalogue(path)
