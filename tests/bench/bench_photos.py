"""A report of 300 photos, each of its own: time, memory and size against the limits of the design (section 11).

Runs in a process of its own, so that the peak of memory is that of the report alone. The photos are made as they are
asked for; that time is taken off.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

COUNT = 300
SECONDS, MEGABYTES_OF_MEMORY, MEGABYTES_OF_FILE = 60.0, 500.0, 50.0


def measure() -> list[tuple[str, float, float]]:
    """Parts of the three limits used; 1 is the limit."""
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run([sys.executable, "-m", "tests.bench.bench_photos"], cwd=root, capture_output=True, check=True)
    seconds, memory, size = json.loads(run.stdout)
    what = f"{COUNT} photos of 4 megapixels in one report, PDF/A: "
    return [
        (f"{what}{seconds:.1f} s of {SECONDS:.0f} s", seconds / SECONDS, 1.0),
        (f"{what}{memory:.0f} MB of {MEGABYTES_OF_MEMORY:.0f} MB of memory", memory / MEGABYTES_OF_MEMORY, 1.0),
        (f"{what}{size:.1f} MB of {MEGABYTES_OF_FILE:.0f} MB of file", size / MEGABYTES_OF_FILE, 1.0),
    ]


def _draw() -> tuple[float, float, float]:
    import resource
    import time
    from dataclasses import replace

    from gmsc_desktop.documents.model import build_model
    from gmsc_desktop.documents.pdfa import make_pdfa
    from gmsc_desktop.documents.report import draw_report, report_meta
    from gmsc_desktop.domain.canonical import sha256_hex
    from gmsc_desktop.domain.content import ContentEvidence
    from tests.documents.sample import photo, sample_content, sample_instrument

    instrument = sample_instrument()
    content = sample_content(instrument)
    keys = [item.path for item in instrument.items if item.scored and not item.is_container and "[" not in item.path]
    keys = [key for key in keys if "/quick_win/" not in key]
    names = {sha256_hex(str(number).encode()): number for number in range(COUNT)}
    evidence = tuple(
        ContentEvidence(keys[number % len(keys)], digest, f"IMG_{number:04d}.jpg", "image/jpeg", 1, f"Foto {number}")
        for digest, number in names.items()
    )
    model = build_model(replace(content, evidence=evidence), instrument)
    spent = 0.0

    def load(digest: str) -> bytes | None:
        nonlocal spent
        began = time.perf_counter()
        data = photo(names[digest], (2400, 1800))
        spent += time.perf_counter() - began
        return data

    start = time.perf_counter()
    made = make_pdfa(draw_report(model, load), report_meta(model), b"{}")
    seconds = time.perf_counter() - start - spent
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(made) / 1e6


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_draw()))
