"""Regencies and cities, as Kepmendagri 300.2.2-2138 of 2025 lists and codes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A kota or kabupaten. ``kind`` is ``kota`` or ``kabupaten``; ``name`` carries it ("Kota Surakarta")."""

    code: str
    name: str
    kind: str
    province_code: str
    province: str


def find_regions(regions: tuple[Region, ...], typed: str) -> tuple[Region, ...]:
    """The regions in which every word of ``typed`` is found in name, province or code; best first.

    A region whose own name (without Kota or Kabupaten) or code starts with what was typed comes before one that
    merely holds it; otherwise the given order stays. Nothing typed finds all.
    """
    words = typed.casefold().split()
    whole = " ".join(words)

    def rank(region: Region) -> int:
        name = region.name.casefold()
        bare = name.removeprefix("kota ").removeprefix("kabupaten ")
        if whole in (name, bare, region.code):
            return 0
        return 1 if any(text.startswith(whole) for text in (name, bare, region.code)) else 2

    found = [r for r in regions if all(w in f"{r.name} {r.province} {r.code}".casefold() for w in words)]
    return tuple(sorted(found, key=rank)) if words else tuple(found)
