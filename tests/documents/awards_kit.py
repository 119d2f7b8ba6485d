"""Awards and a template for tests."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from gmsc_desktop.documents.template import CertificateTemplate, parse_template
from gmsc_desktop.domain.awards import Award, AwardDraft, Signatory, award_of
from gmsc_desktop.domain.region import Region
from gmsc_desktop.resources import resource

SHIPPED = resource("templates", "piagam.json")
MINISTER = Signatory("Johnny G. Plate", "Menteri Komunikasi dan Informatika")
DIRECTOR = Signatory(
    "Dr. Ir. Semuel Abrijani Pangerapan, M.T.", "Direktur Jenderal Aplikasi Informatika", "196510101990031001"
)
QR = "GMSC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC%OQHIZC4.OI1RM8ZA.A5:S9MKN4NN3F85QNCY0O"


def award_draft(number: str = "001/GMSC/XII/2021", name: str = "Kota Surakarta", **changes: object) -> AwardDraft:
    """What might be entered of the award of 14 December 2021."""
    values: dict[str, object] = {
        "register_number": number,
        "region": Region("33.72", name, "kota", "33", "Jawa Tengah"),
        "category": "Smart Society",
        "year": 2021,
        "decision": "Keputusan Menteri Komunikasi dan Informatika Nomor 512 Tahun 2021",
        "place": "Tangerang",
        "day": date(2021, 12, 14),
        "signatories": (MINISTER,),
    }
    return AwardDraft(**{**values, **changes})  # type: ignore[arg-type]


def award(name: str = "Kota Surakarta", **changes: object) -> Award:
    """That award."""
    return award_of("0195f000-0000-7000-8000-000000000001", award_draft(name=name, **changes))


def template(**changes: object) -> CertificateTemplate:
    """The shipped template with these members changed."""
    return parse_template(changed(**changes), "piagam.json", lambda _name: b"")


def changed(**changes: object) -> str:
    """The text of the shipped template with these members changed; None takes one away."""
    document = {**json.loads(SHIPPED.read_text(encoding="utf-8")), **changes}
    return json.dumps({name: value for name, value in document.items() if value is not None})


def write_template(folder: Path, **changes: object) -> Path:
    """That text as a file in ``folder``."""
    path = folder / "piagam.json"
    path.write_text(changed(**changes), encoding="utf-8")
    return path
