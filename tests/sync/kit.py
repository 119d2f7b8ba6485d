"""Bundles to try things on, and containers written by hand for things our writer never does."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.identity.signer import SigningIdentity
from gmsc_desktop.sync import bag
from gmsc_desktop.sync.bundle import BundleContent, BundleDocument, BundleJournal, BundleWritten, write_bundle
from gmsc_desktop.sync.container import ROOT, ContainerWriter, read_entries, read_entry
from tests.signing_kit import NOW, SRI, content_bytes, enrolled, signed_pdf, visit_content

PHOTO = ("Foto Balai Kota.JPG", b"\xff\xd8" + b"cahaya" * 5000)
PAPER = ("Perwali 24.pdf", b"%PDF-1.4 peraturan " + b"x" * 900)


@dataclass
class Files:
    """The vault's files, and how often each was opened."""

    held: dict[str, bytes] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)

    def put(self, data: bytes) -> str:
        sha256 = sha256_hex(data)
        self.held[sha256] = data
        return sha256

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        self.opened.append(sha256)
        yield io.BytesIO(self.held[sha256])


def bundle_content(files: Files | None = None, *, visits: int = 2, documents: bool = True) -> BundleContent:
    files = files if files is not None else Files()
    for _name, data in (PHOTO, PAPER):
        files.put(data)
    contents = [visit_content(1, (PHOTO, PAPER)), *(visit_content(number, (PHOTO,)) for number in range(2, visits + 1))]
    papers = []
    if documents:
        pdf = signed_pdf(contents[0])
        papers.append(BundleDocument("LHE Surakarta.pdf", files.put(pdf), len(pdf)))
    return BundleContent(
        sender=SRI,
        device="01a20f6e-566c-7d28-baa7-b70c2990ae2a",
        sequence=7,
        visits=tuple(content_bytes(content) for content in contents),
        open_file=files.open,
        documents=tuple(papers),
        journals=(BundleJournal("01a20f6e-566c-7d28-baa7-b70c2990ae2a", b'{"seq":1}\n{"seq":2}\n'),),
        previous="ab" * 32,
        journal_head="cd" * 32,
    )


def write(folder: Path, content: BundleContent | None = None, identity: SigningIdentity | None = None) -> BundleWritten:
    return write_bundle(folder / "paket.gmsc", content or bundle_content(), identity or enrolled(), NOW)


def unpack(data: bytes) -> dict[str, bytes]:
    """Every file of the container by its name below ``bag/``."""
    file = io.BytesIO(data)
    return {entry.name.removeprefix(ROOT): b"".join(read_entry(file, entry)) for entry in read_entries(file, len(data))}


def pack(files: dict[str, bytes]) -> bytes:
    """A container in the exact form with these files, whatever they are."""
    out = io.BytesIO()
    writer = ContainerWriter(out.write)
    for name, data in files.items():
        writer.add(ROOT + name, len(data), zlib.crc32(data))
        out.write(data)
    writer.finish()
    return out.getvalue()


def resigned(files: dict[str, bytes], identity: SigningIdentity | None = None) -> dict[str, bytes]:
    """``files`` with manifest, tag manifest and signature made anew: what a sender who is trusted could write."""
    from hashlib import sha256

    from gmsc_desktop.identity.cms import sign_detached

    payload = {name: data for name, data in files.items() if name.startswith("data/")}
    tags = {
        bag.BAGIT: files[bag.BAGIT],
        bag.INFO: files[bag.INFO],
        bag.MANIFEST: bag.render_manifest({name: sha256_hex(data) for name, data in payload.items()}),
    }
    tagmanifest = bag.render_manifest({name: sha256_hex(data) for name, data in tags.items()})
    signature = sign_detached(sha256(tagmanifest).digest(), identity or enrolled(), signed_at=NOW)
    return {**tags, bag.TAGMANIFEST: tagmanifest, bag.SIGNATURE: signature, **dict(sorted(payload.items()))}


def with_info(files: dict[str, bytes], change: Callable[[bag.Info], bag.Info]) -> dict[str, bytes]:
    """``files`` with another ``bag-info.txt`` and the payload total that fits."""
    from dataclasses import replace

    payload = [data for name, data in files.items() if name.startswith("data/")]
    info = replace(bag.parse_info(files[bag.INFO]), payload=(sum(map(len, payload)), len(payload)))
    return {**files, bag.INFO: bag.render_info(change(info))}
