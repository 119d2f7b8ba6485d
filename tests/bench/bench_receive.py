"""Receiving at the office: a bundle of 100 MB against ``cp -r``, and many small ones against the bare rows."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

LARGE_BAR = 1.2
"""Section 11 of the design: verify, unpack, load a bundle that is not encrypted."""
MANY_BAR = 10.0
"""The design names no number; a received bundle is read, verified and journalled, which bare rows are not."""
FILES, FILE_SIZE = 50, 2_000_000
BUNDLES, VISITS = 60, 8


def measure() -> list[tuple[str, float, float]]:
    """Ratios of time: 100 MB against copying its files and putting them on the disk, and 60 bundles of 8 visits, each
    a transaction of its own, against transactions of the same rows without anything around them."""
    with tempfile.TemporaryDirectory() as name:
        return [_large(Path(name)), _many(Path(name))]


def _office(folder: Path) -> Any:
    from tests.helpers import FixedClock
    from tests.services.exchange_kit import open_services, trust_kit_office

    services = open_services(folder, "Kantor", 3, FixedClock())
    trust_kit_office(services)
    return services


def _large(root: Path) -> tuple[str, float, float]:
    from dataclasses import replace

    from gmsc_desktop.sync.bundle import BundleContent, write_bundle
    from tests.signing_kit import NOW, SRI, content_bytes, enrolled, visit_content
    from tests.sync.kit import Files

    files, tree = Files(), root / "berkas"
    tree.mkdir()
    evidence = tuple((f"foto-{number}.jpg", os.urandom(FILE_SIZE)) for number in range(FILES))
    for name, data in evidence:
        files.put(data)
        (tree / name).write_bytes(data)
    content = BundleContent(SRI, "01a20f6e-566c-7d28-baa7-000000000001", 1, (), files.open)
    content = replace(content, visits=(content_bytes(visit_content(1, evidence)),))
    path = write_bundle(root / "besar.gmsc", content, enrolled(), NOW).path
    services = _office(root / "besar")
    begin = time.perf_counter()
    assert services.receiving.receive((path,)).value.taken
    ours = time.perf_counter() - begin
    services.vault.close()
    times = []
    for _round in range(3):
        shutil.rmtree(root / "salinan", ignore_errors=True)
        begin = time.perf_counter()
        subprocess.run(["cp", "-r", tree, root / "salinan"], check=True)
        for copy in (root / "salinan").iterdir():
            with copy.open("rb") as file:
                os.fsync(file.fileno())
        times.append(time.perf_counter() - begin)
    return "100 MB received against cp -r, both on the disk", ours / min(times), LARGE_BAR


def _many(root: Path) -> tuple[str, float, float]:
    from gmsc_desktop.store.journal import VAULT_CHAIN
    from tests.services.exchange_kit import bundle, revision

    folder = root / "banyak"
    folder.mkdir()
    for number in range(BUNDLES):
        contents = tuple(revision(number * VISITS + each + 1, None, "Balai Kota") for each in range(VISITS))
        bundle(folder, f"{number:04d}.gmsc", contents, sequence=number + 1)
    services = _office(root / "kantor")
    begin = time.perf_counter()
    assert len(services.receiving.receive((folder,)).value.taken) == BUNDLES
    ours = time.perf_counter() - begin
    conn = services.vault.store.conn
    tables = ("bundle_in", "received_revision", "received_from", "received_file")
    rows = {table: conn.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    services.vault.close()
    other = _office(root / "polos")
    store = other.vault.store
    store.conn.execute("PRAGMA foreign_keys = OFF")
    begin = time.perf_counter()
    for number in range(BUNDLES):
        with store.writing():
            for table, found in rows.items():
                share = len(found) // BUNDLES
                for row in found[number * share : (number + 1) * share]:
                    store.conn.execute(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(row))})", row)
            store.journal.write("bundle_in", str(number), None, {}, VAULT_CHAIN)
    bare = time.perf_counter() - begin
    other.vault.close()
    return f"{BUNDLES} bundles of {VISITS} visits against bare transactions of their rows", ours / bare, MANY_BAR
