"""All kota and kabupaten, to choose from."""

from __future__ import annotations

import csv
from functools import cache

from gmsc_desktop.domain.region import Region, find_regions
from gmsc_desktop.resources import resource


class RegionService:
    """The 514 regions that ship with the program (Kepmendagri 300.2.2-2138 of 2025)."""

    def all(self) -> tuple[Region, ...]:
        """Every region in the order of its code."""
        return _shipped()

    def find(self, typed: str) -> tuple[Region, ...]:
        """The regions in which every typed word is found in name, province or code, best first."""
        return find_regions(_shipped(), typed)


@cache
def _shipped() -> tuple[Region, ...]:
    with resource("regions", "regions.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Region(row["kode"], row["nama"], row["jenis"], row["kode_provinsi"], row["provinsi"])
            for row in csv.DictReader(file)
        )
