"""CBOR and Base45: the published examples, every value there and back, and nothing hostile gets through."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.identity import base45, cbor

KEYS = st.integers(-(1 << 64), (1 << 64) - 1) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    KEYS | st.binary(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.builds(cbor.Tag, st.integers(0, (1 << 64) - 1), inner)
    ),
    max_leaves=8,
)


def depth(value: object) -> int:
    if isinstance(value, cbor.Tag):
        return 1 + depth(value.value)
    if isinstance(value, dict):
        return 1 + max((depth(item) for item in value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, tuple) else 0


# RFC 8949, appendix A
@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "00"), (10, "0a"), (23, "17"), (24, "1818"), (100, "1864"), (1000, "1903e8"), (1000000, "1a000f4240"),
        (1000000000000, "1b000000e8d4a51000"), (18446744073709551615, "1bffffffffffffffff"),
        (-18446744073709551616, "3bffffffffffffffff"), (-1, "20"), (-10, "29"), (-100, "3863"), (-1000, "3903e7"),
        (b"", "40"), (b"\1\2\3\4", "4401020304"), ("", "60"), ("IETF", "6449455446"), ("\u00fc", "62c3bc"),
        ("\U00010151", "64f0908591"), ((), "80"), ((1, (2, 3), (4, 5)), "8301820203820405"), ({}, "a0"),
        ({1: 2, 3: 4}, "a201020304"), ({"a": 1, "b": (2, 3)}, "a26161016162820203"),
        (cbor.Tag(1, 1363896240), "c11a514b67b0"),
    ],
)  # fmt: skip
def test_published_examples(value: cbor.Value, written: str) -> None:
    assert cbor.encode(value).hex() == written
    assert cbor.decode(bytes.fromhex(written)) == value


@given(VALUES)
def test_there_and_back(value: cbor.Value) -> None:
    written = cbor.encode(value)
    if depth(value) <= cbor.DEEPEST:
        assert cbor.decode(written) == value


@given(st.binary(max_size=60))
def test_whatever_is_read_is_written_the_same(data: bytes) -> None:
    with contextlib.suppress(cbor.CborError):
        assert cbor.encode(cbor.decode(data)) == data


@pytest.mark.parametrize(
    "written",
    [
        "", "18", "1817", "1900ff", "1a0000ffff", "1b00000000ffffffff",  # cut off, or not the shortest
        "1c", "1f", "5f41ff", "9f00ff", "bf0000ff", "ff",  # reserved, indefinite
        "f4", "f6", "f93c00", "fb3ff199999999999a",  # simple values and floats
        "62c3", "61ff", "62c328",  # text that is not UTF-8
        "a201000100", "a202000100", "a2616200616100", "a14000", "a18000",  # keys repeated, out of order, of other kinds
        "0000", "8100" "00",  # bytes after the end
        "9bffffffffffffffff", "bbffffffffffffffff", "5bffffffffffffffff", "9a00ffffff00",  # sizes that are lies
        "81" * 40 + "00", "c1" * 5000 + "00", "81" * 100_000,
    ],
)  # fmt: skip
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(cbor.CborError):
        cbor.decode(bytes.fromhex(written))


@pytest.mark.parametrize("value", [True, 1 << 64, -(1 << 64) - 1, "\ud800", cbor.Tag(-1, 0)])
def test_what_has_no_place_is_not_written(value: cbor.Value) -> None:
    with pytest.raises(cbor.CborError):
        cbor.encode(value)


# RFC 9285, sections 4.3 and 4.4
@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_base45_as_published(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.binary(max_size=64))
def test_base45_there_and_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(base45.ALPHABET, max_size=12))
def test_base45_has_one_form(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert base45.encode(base45.decode(text)) == text


@pytest.mark.parametrize("text", ["GGW", ":::", "A", "ABCD", "qed8wex0", "AB\n", "Ä00", "::"])
def test_base45_refuses(text: str) -> None:
    with pytest.raises(ValueError, match=r"Base45|bytes"):
        base45.decode(text)
