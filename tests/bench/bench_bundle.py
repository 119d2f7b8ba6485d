"""A bundle of 500 MB of photographs, written and received, against ``cp -r`` and ``tar | age`` of the same files.

Both sides begin with nothing in the page cache of what they read (a bundle comes from a stick, evidence lay there for
weeks) and end with everything on the disk: ``sync`` of each file on theirs, what the program does by itself on ours.
Ours takes part in the vault: it reads from the encrypted evidence and receives into another vault's, with rows,
journal and backup. ``GMSC_BENCH_MB`` takes another size, ``GMSC_BENCH_ROUNDS`` another number of rounds of which the
median counts.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEGABYTES = int(os.environ.get("GMSC_BENCH_MB", "500"))
ROUNDS = int(os.environ.get("GMSC_BENCH_ROUNDS", "5"))
FILE_SIZE = 2_000_000
BARS = {"write": 1.3, "write encrypted": 0.9, "receive": 1.2, "receive encrypted": 0.9}
"""Section 11 of the design."""
NOTHING_CHANGED = 1.0
"""Seconds."""
FLAT = 1.3
"""Peak memory with the whole against a tenth of it; the design asks that it be flat."""


def measure() -> list[tuple[str, float, float]]:
    """Ratios of time for writing and receiving, plain and encrypted; seconds when nothing is new; ratio of memory."""
    with tempfile.TemporaryDirectory() as name:
        place = _Place(Path(name))
        found = [
            ("write", _compared(place.write, place.copy)),
            ("write encrypted", _compared(lambda: place.write(sealed=True), place.tar_age)),
            ("receive", _compared(place.receive, place.copy)),
            ("receive encrypted", _compared(lambda: place.receive(sealed=True), place.age_tar)),
        ]
        rows = [(f"{MEGABYTES} MB, {what}", ratio, BARS[what]) for what, ratio in found]
        rows.append(("seconds to receive what is known", place.again(), NOTHING_CHANGED))
    return [*rows, ("peak memory of all this against a tenth of the size", _memory(), FLAT)]


def _compared(ours: Callable[[], float], theirs: Callable[[], float]) -> float:
    pairs = [(ours(), theirs()) for _round in range(ROUNDS)]
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"          ours {mine:.2f} s, theirs {other:.2f} s", flush=True)
    return mine / other


class _Place:
    """Files in a tree, the same in a vault's evidence, and what is made of them."""

    def __init__(self, root: Path) -> None:
        from dataclasses import replace

        from gmsc_desktop.age.keys import new_identity, recipient_of
        from gmsc_desktop.domain.content import ContentEvidence
        from gmsc_desktop.store.blobs import BlobStore
        from tests.signing_kit import visit_content

        self.root, self.tree = root, root / "berkas"
        self.tree.mkdir()
        self.office, self.number = "", 0
        self.blobs = BlobStore(root / "evidence", new_identity())
        evidence = []
        for number in range(MEGABYTES * 1_000_000 // FILE_SIZE):
            data = os.urandom(FILE_SIZE)
            path = self.tree / f"foto-{number:04d}.jpg"
            path.write_bytes(data)
            blob = self.blobs.put_bytes(data)
            evidence.append(ContentEvidence("/data/a", blob.sha256, path.name, "image/jpeg", blob.size))
        self.visit = replace(visit_content(1), evidence=tuple(evidence))
        self.key = new_identity()
        (root / "key").write_text(self.key)
        self.recipient = recipient_of(self.key)

    def write(self, *, sealed: bool = False) -> float:
        """Seconds of writing the bundle from the vault."""
        from gmsc_desktop.sync.bundle import BundleContent, write_bundle
        from tests.signing_kit import NOW, SRI, content_bytes, enrolled

        content = BundleContent(
            sender=SRI,
            device="01a20f6e-566c-7d28-baa7-000000000001",
            sequence=1,
            visits=(content_bytes(self.visit),),
            open_file=self.blobs.stream,
            recipients=(self.recipient,) if sealed else (),
        )
        _cold(self.blobs.folder)
        return _timed(lambda: write_bundle(self.root / ("s.gmsc" if sealed else "p.gmsc"), content, enrolled(), NOW))

    def receive(self, *, sealed: bool = False) -> float:
        """Seconds of taking it into a new office: verified, unpacked, its rows in the database."""
        services = self._office()
        path = self.root / ("s.gmsc" if sealed else "p.gmsc")
        _cold(path)
        taken: list[Any] = []
        seconds = _timed(lambda: taken.append(services.receiving.receive((path,)).value))
        assert taken[0].taken, taken[0].refused
        services.vault.close()
        return seconds

    def again(self) -> float:
        """Seconds of receiving what the office has already."""
        services = self._office()
        services.receiving.receive((self.root / "p.gmsc",))
        seconds = _timed(lambda: services.receiving.receive((self.root / "p.gmsc",)))
        services.vault.close()
        return seconds

    def copy(self) -> float:
        """Seconds of ``cp -r``."""
        return self._theirs("cp -r berkas salinan && sync salinan/* salinan")

    def tar_age(self) -> float:
        """Seconds of ``tar | age``."""
        return self._theirs(f"tar c berkas | age -r {self.recipient} > t.age && sync t.age .")

    def age_tar(self) -> float:
        """Seconds of ``age -d | tar x``."""
        return self._theirs("mkdir salinan && age -d -i key t.age | tar x -C salinan && sync salinan/berkas/* salinan")

    def _theirs(self, command: str) -> float:
        shutil.rmtree(self.root / "salinan", ignore_errors=True)
        _cold(self.tree)
        if (self.root / "t.age").exists():
            _cold(self.root / "t.age")
        return _timed(lambda: subprocess.run(["sh", "-c", command], cwd=self.root, check=True))

    def _office(self) -> Any:
        from gmsc_desktop.services.trusting import EXCHANGE_IDENTITY
        from tests.helpers import FixedClock
        from tests.services.exchange_kit import open_services, trust_kit_office

        shutil.rmtree(self.root / f"kantor-{self.number}", ignore_errors=True)
        self.number += 1
        services = open_services(self.root / f"kantor-{self.number}", "Kantor", 3, FixedClock())
        trust_kit_office(services)
        with services.vault.store.writing():
            services.vault.store.settings.set(EXCHANGE_IDENTITY, self.key)
        return services


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _cold(path: Path) -> None:
    """Nothing of these files stays in the page cache."""
    for file in [path] if path.is_file() else [found for found in path.rglob("*") if found.is_file()]:
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _memory() -> float:
    """Peak memory of writing and receiving everything, against a tenth of it; each in a process of its own."""
    code = (
        "import resource, tempfile; from pathlib import Path; from tests.bench import bench_bundle as b\n"
        "with tempfile.TemporaryDirectory() as name:\n"
        "    p = b._Place(Path(name))\n"
        "    p.write(sealed=True); p.receive(sealed=True)\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    peaks = []
    for size in (MEGABYTES, max(MEGABYTES // 10, 2)):
        environment = {**os.environ, "GMSC_BENCH_MB": str(size)}
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        peaks.append(int(run.stdout))
    print(f"          {peaks[0] / 1024:.0f} MB against {peaks[1] / 1024:.0f} MB", flush=True)
    return peaks[0] / peaks[1]
