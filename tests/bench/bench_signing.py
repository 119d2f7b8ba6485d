"""Signing a PDF and writing a bundle, against pyHanko with a preloaded key and against copying the files."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

SIGNING_BAR = 1.1
BUNDLE_BAR = 1.3
RECEIVE_BAR = 1.2
FILES, FILE_SIZE = 50, 2_000_000


def measure() -> list[tuple[str, float, float]]:
    """Ratios: a signature with its stamp against pyHanko's, and 100 MB out and in against ``cp -r``."""
    return [*_signing(), *_bundle()]


def _best(work: Callable[[], object], before: Callable[[], object] = lambda: None, *, rounds: int = 7) -> float:
    """The shortest of several times: a disk others use is only ever slower than it is."""
    times = []
    for _round in range(rounds):
        before()
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def _signing() -> list[tuple[str, float, float]]:
    from asn1crypto import algos, x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from pyhanko.pdf_utils.content import ImportedPdfPage
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import StaticStampStyle
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    from gmsc_desktop.documents.signing import add_fields, sign_pdf
    from gmsc_desktop.documents.stamp import draw_stamp
    from gmsc_desktop.identity.certificates import to_der
    from tests.signing_kit import BOXES, NOW, content_bytes, enrolled, unsigned_pdf, visit_content

    pdf = add_fields(unsigned_pdf(content_bytes(visit_content()), pages=6), BOXES)
    identity = enrolled()

    class Preloaded(signers.Signer):
        """pyHanko's signer, but with the key it was given instead of parsing it each time."""

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            return bytes(80) if dry_run else identity.private_key.sign(data, ec.ECDSA(hashes.SHA256()))

    registry = SimpleCertificateStore()
    registry.register_multiple([x509.Certificate.load(to_der(item)) for item in identity.chain])
    signer = Preloaded(
        signing_cert=x509.Certificate.load(to_der(identity.certificate)),
        cert_registry=registry,
        signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
    )

    def theirs() -> None:
        # The stamp is drawn by both: it says when, so it cannot be kept from one signature to the next.
        face = draw_stamp(identity.name, "Asesor", "Universitas Contoh", NOW, "", "ab" * 32)
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(face)
            file.flush()
            style = StaticStampStyle(
                border_width=0,
                background=ImportedPdfPage(file.name),
                background_opacity=1,
                background_layout=SimpleBoxLayoutRule(
                    AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins(0, 0, 0, 0)
                ),
            )
            meta = signers.PdfSignatureMetadata(
                field_name="Asesor", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
            )
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            signers.PdfSigner(meta, signer, stamp_style=style).sign_pdf(writer, in_place=True)

    def ours() -> None:
        sign_pdf(pdf, identity, at=NOW, content_hash="ab" * 32)

    ratio = _best(ours, rounds=25) / _best(theirs, rounds=25)
    return [("one signature with its stamp / pyHanko, key preloaded", ratio, SIGNING_BAR)]


def _bundle() -> list[tuple[str, float, float]]:
    from gmsc_desktop.sync.bundle import write_bundle
    from gmsc_desktop.sync.reading import verify_bundle
    from tests.signing_kit import NOW, content_bytes, enrolled, trusting, visit_content
    from tests.sync.kit import bundle_content

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        evidence, source = [], folder / "asal"
        source.mkdir()
        for number in range(FILES):
            data = os.urandom(FILE_SIZE)
            evidence.append((f"foto-{number}.jpg", data))
        content = visit_content(1, tuple(evidence))
        for found in content.evidence:
            (source / found.sha256).write_bytes(next(data for title, data in evidence if title == found.name))
        evidence.clear()

        @contextmanager
        def opened(sha256: str) -> Iterator[BinaryIO]:
            with (source / sha256).open("rb") as file:
                yield file

        bundle = replace(
            bundle_content(documents=False), visits=(content_bytes(content),), open_file=opened, documents=()
        )
        target = folder / "paket.gmsc"

        def clear() -> None:
            shutil.rmtree(folder / "salinan", ignore_errors=True)
            target.unlink(missing_ok=True)

        def copy() -> None:
            subprocess.run(["cp", "-r", source, folder / "salinan"], check=True)
            subprocess.run(["sync", "-f", folder / "salinan"], check=True)

        def write() -> None:
            write_bundle(target, bundle, enrolled(), NOW)

        copied, written = _best(copy, clear), _best(write, clear)
        read = _best(lambda: verify_bundle(target, trusting()))
    return [
        ("bundle of 100 MB, unencrypted / cp -r onto the disk", written / copied, BUNDLE_BAR),
        ("verifying it / cp -r onto the disk", read / copied, RECEIVE_BAR),
    ]
