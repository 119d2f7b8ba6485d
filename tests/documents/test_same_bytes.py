"""The same data give the same bytes: in another process, on another day, in another zone, language and hash order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from gmsc_desktop.documents.certificate import Certificate, certificates_json, certificates_meta, draw_certificates
from gmsc_desktop.documents.minutes import draw_minutes, minutes_meta
from gmsc_desktop.documents.model import build_model
from gmsc_desktop.documents.pdfa import make_pdfa
from gmsc_desktop.documents.recap import draw_recap, recap_csv, recap_meta, recap_paper
from gmsc_desktop.documents.recap_model import build_recap, entry_of
from gmsc_desktop.documents.report import draw_report, report_meta
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.domain.papers import MinutesOptions, PaperSize, RecapOptions, ReportOptions
from gmsc_desktop.domain.region import Region
from tests.documents.awards_kit import DIRECTOR, MINISTER, QR, award, template
from tests.documents.sample import loader, photo, sample_content, sample_instrument

ROOT = Path(__file__).resolve().parents[2]
LATER = """
import time
SHIFT = 400 * 86_400 + 12_345
clock, local, universal, written = time.time, time.localtime, time.gmtime, time.strftime
time.time = lambda: clock() + SHIFT
time.localtime = lambda *at: local(*(at or (clock() + SHIFT,)))
time.gmtime = lambda *at: universal(*(at or (clock() + SHIFT,)))
time.strftime = lambda form, *at: written(form, *(at or (local(clock() + SHIFT),)))
"""
"""Another day, as every library asks for it."""


def papers() -> dict[str, bytes]:
    """Every kind of paper, unsigned."""
    instrument = sample_instrument()
    photos = (photo(1, (400, 300)), photo(2, (300, 500)))
    content = sample_content(instrument, photos=photos)
    model, frozen = build_model(content, instrument), canonical_bytes(to_document(content))
    second = replace(model, region=Region("35.71", "Kota Kediri", "kota", "35", "Jawa Timur"), index=Decimal("3.31"))
    recap = build_recap([entry_of(model, closed=True), entry_of(second, closed=True)], title="Jawa")
    summed = recap_paper(recap)
    sheets = [Certificate(award(signatories=(MINISTER, DIRECTOR)), qr=QR), Certificate(award("Kota Kediri"), number=2)]
    report = draw_report(model, loader(photos), qr=QR)
    folio = draw_report(model, loader(photos), options=ReportOptions(PaperSize.F4, photos=False), draft=True)
    return {
        "report": make_pdfa(report, report_meta(model), frozen),
        "folio": make_pdfa(folio, report_meta(model), frozen),
        "minutes": make_pdfa(draw_minutes(model, MinutesOptions(number="1"), qr=QR), minutes_meta(model), frozen),
        "certificates": make_pdfa(
            draw_certificates(sheets, template()), certificates_meta(sheets), certificates_json(sheets)
        ),
        "recap": make_pdfa(draw_recap(summed, RecapOptions(title="Jawa"), qr=QR), recap_meta(summed), summed.content),
        "table": recap_csv(recap),
    }


@cache
def here() -> dict[str, str]:
    return {kind: sha256_hex(data) for kind, data in papers().items()}


def test_twice_in_one_process() -> None:
    assert {kind: sha256_hex(data) for kind, data in papers().items()} == here()


@pytest.mark.parametrize(
    ("zone", "language", "seed", "before"),
    [("Asia/Jayapura", "C", "77", ""), ("America/St_Johns", "id_ID.UTF-8", "1", LATER)],
    ids=["elsewhere", "another day"],
)
def test_in_another_process(zone: str, language: str, seed: str, before: str) -> None:
    place = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "LANG": language}
    script = (
        f"{before}\nimport json\nfrom gmsc_desktop.domain.canonical import sha256_hex\n"
        "from tests.documents.test_same_bytes import papers\n"
        "print(json.dumps({kind: sha256_hex(data) for kind, data in papers().items()}))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=place, capture_output=True, check=True)
    assert json.loads(run.stdout) == here()
