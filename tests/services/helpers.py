"""A small instrument with one of everything a service has to do with, and a visit's particulars."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Role, VisitDraft
from gmsc_desktop.services.app import Services

SURAKARTA = Region("33.72", "Kota Surakarta", "kota", "33", "Jawa Tengah")

_INSTRUMENT = """
| survey |
| | type | name | label | required | relevant | calculation | weight | evidence |
| | begin_group | main | Main | | | | | |
| | select_one level | policy | Policy | yes | | | 2 | required |
| | select_one level | budget | Budget | yes | | | 1 | |
| | text | basis | Legal basis | | ${policy} = 'l3' | | | |
| | calculate | twice | | | | ${people} * 2 | | |
| | integer | people | People | | | | | |
| | end_group | | | | | | | |
| | begin_repeat | programme | Programme | | | | | |
| | text | title | Title | | | | | |
| | end_repeat | | | | | | | |
| choices |
| | list_name | name | label | score |
| | level | l0 | None | 0 |
| | level | l3 | Good | 3 |
| | level | l4 | Best | 4 |
| settings |
| | form_id | form_title | version | score_max |
| | small | Small | 1 | 4 |
"""

POLICY, BUDGET, BASIS = "/data/main/policy", "/data/main/budget", "/data/main/basis"
PEOPLE, TWICE, PROGRAMME = "/data/main/people", "/data/main/twice", "/data/programme"


def write_instrument(folder: Path) -> Path:
    """The small instrument as a workbook in ``folder``."""
    path = folder / "small.md"
    path.write_text(_INSTRUMENT, encoding="utf-8")
    return path


def draft(instrument_hash: str = "", **changes: object) -> VisitDraft:
    """Particulars against which nothing stands."""
    values: dict[str, object] = {
        "region": SURAKARTA,
        "cycle_year": 2021,
        "stage": "Tahap 1",
        "starts_on": date(2021, 12, 13),
        "ends_on": date(2021, 12, 14),
        "place": "Balai Kota Surakarta",
        "mode": Mode.ON_SITE,
        "people": (
            Person("Dr. Sri Wahyuni, M.T.", "197503142005012001", "Asesor", "UNS", Role.LEAD),
            Person("Budi Santoso", "", "Kepala Diskominfo SP", "Kota Surakarta", Role.MET),
        ),
        "previous": PreviousResult(Decimal("3.06"), 2020, "Surat B-1003"),
        "instrument_hash": instrument_hash,
    }
    return VisitDraft(**{**values, **changes})  # type: ignore[arg-type]


def told(services: Services, chain: str, table: str) -> dict[str, dict[str, Any]]:
    """The rows of ``table`` as the journal tells of them, by its keys; each ``before`` is checked on the way."""
    rows: dict[str, dict[str, Any]] = {}
    for entry in services.vault.store.journal.entries(chain):
        if entry.tbl != table:
            continue
        before, after = entry.before_row, entry.after_row
        known = rows.pop(entry.key, None)
        assert (before is None) == (known is None), entry
        assert known is None or before is None or before.items() <= {**dict.fromkeys(before), **known}.items(), entry
        if after is not None:
            rows[entry.key] = {**(known or {}), **after}
    return rows


def fill(services: Services, visit_id: str) -> None:
    """Answer what must be answered, with the evidence asked for."""
    services.answers.set(visit_id, POLICY, Facet.VALUE, "l3")
    services.answers.set(visit_id, BUDGET, Facet.VALUE, "l4")
    services.evidence.attach_bytes(visit_id, POLICY, "perwali.txt", b"Peraturan wali kota\n")


@contextmanager
def smallest_files(size: int) -> Iterator[None]:
    """No file of this process may grow above ``size`` bytes, as on a disk that is full."""
    resource = pytest.importorskip("resource", reason="limits of a process are of POSIX")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
