"""A second opinion, by hand: PDFBox Preflight, a validator of PDF/A-1b, on every kind of paper.

``apt install libpdfbox2-java libjaxb-api-java libactivation-java default-jre-headless``, then ``pytest -m long`` here.
What part 1 of the standard forbids and part 3 allows is all it may find: the part's own number and the embedded file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gmsc_desktop.documents.signing import sign_pdf
from tests.documents.test_same_bytes import papers
from tests.signing_kit import NOW, self_signed

JARS = Path(os.environ.get("PREFLIGHT_JARS", "/usr/share/java"))
ALLOWED = {"1.2.9", "1.4.7", "7.11.2"}
FIELDS = {"report": "Asesor", "folio": "Asesor", "minutes": "PejabatDaerah", "recap": "Penerbit"}


@pytest.mark.long
def test_preflight_finds_only_what_part_three_allows(tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None or not (JARS / "preflight.jar").is_file():
        pytest.skip("PDFBox Preflight is not installed")
    classes = ":".join(str(jar) for jar in sorted(JARS.glob("*.jar")))
    found: dict[str, set[str]] = {}
    for kind, data in papers().items():
        if not data.startswith(b"%PDF"):
            continue
        shapes = {kind: data}
        if kind in FIELDS:
            shapes[f"{kind} signed"] = sign_pdf(data, self_signed(), at=NOW, field=FIELDS[kind])
        for name, pdf in shapes.items():
            path = tmp_path / f"{name}.pdf"
            path.write_bytes(pdf)
            command = [java, "-cp", classes, "org.apache.pdfbox.preflight.Validator_A1b", str(path)]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            assert "is not a valid PDF/A-1b file" in run.stdout, run.stderr[-500:]
            found[name] = set(re.findall(r"^([\d.]+) :", run.stdout, re.MULTILINE)) - ALLOWED
    assert {name: codes for name, codes in found.items() if codes} == {}
