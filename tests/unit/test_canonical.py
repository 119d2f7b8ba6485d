"""The quick way for flat objects gives the bytes of the reference implementation of RFC 8785."""

from __future__ import annotations

import json
import unicodedata

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from gmsc_desktop.domain.canonical import canonical_bytes

texts = st.text(st.characters(exclude_categories=("Cs",)))
values = texts | st.none() | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans()


@given(st.dictionaries(texts, values))
@example({"a": 'baris\n\u0301 "kutip" \\ \x00\x1f\x7f\u2028 é'})
@example({"b": "e\u0301", "a": 0, "A": None, "é": True, "\U0001f600": "", "\uffff": 1})
def test_flat_objects_are_what_the_standard_says(document: dict[str, str | int | None]) -> None:
    def normal(text: object) -> object:
        return unicodedata.normalize("NFC", text) if isinstance(text, str) else text

    expected = rfc8785.dumps({str(normal(name)): normal(value) for name, value in document.items()})
    assert canonical_bytes(document) == expected
    assert json.loads(expected) == json.loads(canonical_bytes(json.loads(expected)))


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**60), "\ud800"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical_bytes({"a": value})
