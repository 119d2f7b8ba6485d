"""Regions, canonical bytes, keys and errors."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import item_ids, key_parent, key_path
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import Cancelled
from gmsc_desktop.domain.region import Region, find_regions
from gmsc_desktop.i18n import error_text
from gmsc_desktop.resources import resource
from gmsc_desktop.system import SystemIds


def _regions() -> tuple[Region, ...]:
    with resource("regions", "regions.csv").open(encoding="utf-8") as file:
        return tuple(
            Region(row["kode"], row["nama"], row["jenis"], row["kode_provinsi"], row["provinsi"])
            for row in csv.DictReader(file)
        )


def test_every_regency_and_city_is_there() -> None:
    regions = _regions()
    assert len(regions) == 514
    assert sum(region.kind == "kota" for region in regions) == 98
    assert len({region.province_code for region in regions}) == 38


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("surakarta", "Kota Surakarta"),
        ("33.72", "Kota Surakarta"),
        ("kota suraka", "Kota Surakarta"),
        ("tengah solo", None),
    ],
)
def test_regions_are_found_by_any_part(typed: str, first: str | None) -> None:
    found = find_regions(_regions(), typed)
    assert (found[0].name if found else None) == first


def test_a_province_finds_its_regions() -> None:
    found = find_regions(_regions(), "jawa tengah")
    assert len(found) == 35
    assert {region.province for region in found} == {"Jawa Tengah"}


def test_canonical_bytes_sort_normalise_and_refuse_floats() -> None:
    assert canonical_bytes({"b": 1, "a": "e\u0301"}) == '{"a":"\u00e9","b":1}'.encode()
    with pytest.raises(TypeError):
        canonical_bytes({"a": [1.5]})


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.none() | st.uuids()), min_size=1, max_size=5)
)
def test_a_key_without_its_ids_is_its_path(steps: list[tuple[str, object]]) -> None:
    key = "".join(f"/{name}" if item is None else f"/{name}[{item}]" for name, item in steps)
    assert key_path(key) == "".join(f"/{name}" for name, _item in steps)
    assert item_ids(key) == tuple(str(item) for _name, item in steps if item is not None)
    assert key_path(key_parent(key)) == key_path(key).rpartition("/")[0]


def test_an_error_says_what_happened_and_what_was_kept() -> None:
    assert error_text(Cancelled(), "en") == "Stopped at your request. Nothing was changed."


def test_ids_are_version_7_and_rise_with_time() -> None:
    ids = [SystemIds().uuid7() for _ in range(50)]
    assert len(set(ids)) == 50
    assert all(text[14] == "7" and text[19] in "89ab" for text in ids)
    assert [text[:13] for text in ids] == sorted(text[:13] for text in ids)
