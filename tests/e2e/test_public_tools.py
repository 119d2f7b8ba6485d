"""The commands our format pages show work as they stand, on a real report and bundle, with other people's tools."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gmsc_desktop.documents.signing import sign_pdf
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.identity.certificates import issue, make_root, make_self_signed, to_pem
from gmsc_desktop.identity.signer import SigningIdentity
from gmsc_desktop.sync.bundle import BundleDocument, write_bundle
from gmsc_desktop.system import SystemClock
from tests.signing_kit import BOXES, IDS, SRI, assessed_by, content_bytes, unsigned_pdf, visit_content
from tests.sync.kit import PAPER, PHOTO, Files, bundle_content

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("unzip", "openssl", "bagit.py", "sha256sum", "pdfsig", "qpdf", "pdfdetach", "grep", "python3")


def blocks() -> list[tuple[str, str]]:
    """Every shell block of the two pages, under the name of its page and its place in it."""
    found = []
    for page in ("bundle-format.md", "signatures.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        for number, block in enumerate(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)):
            found.append((f"{page} {number + 1}", block))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report and a bundle signed now, since some tools judge by their own clock."""
    folder = tmp_path_factory.mktemp("alat")
    clock = SystemClock()
    office = make_root("Kantor Pusat (uji)", clock=clock, ids=IDS)
    own = make_self_signed(SRI, clock=clock, ids=IDS)
    certificate = issue(office, SRI, own.private_key.public_key(), clock=clock, ids=IDS)
    identity = SigningIdentity(own.private_key, certificate, (office.certificate,))
    content = content_bytes(assessed_by(visit_content(1, (PHOTO, PAPER)), identity))
    pdf = sign_pdf(unsigned_pdf(content), identity, at=clock.now(), boxes=BOXES)
    files = Files()
    bundle = replace(
        bundle_content(files, documents=False),
        visits=(content,),
        documents=(BundleDocument("laporan.pdf", files.put(pdf), len(pdf)),),
    )
    (folder / "laporan.pdf").write_bytes(pdf)
    (folder / "root.pem").write_bytes(to_pem(office.certificate))
    write_bundle(folder / "paket.gmsc", bundle, identity, clock.now())
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="the pages show commands of a Unix shell")
@pytest.mark.parametrize(("name", "block"), blocks(), ids=[name for name, _block in blocks()])
def test_the_commands_shown_work(folder: Path, name: str, block: str) -> None:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for tool in TOOLS:
        if re.search(rf"\b{re.escape(tool)}\b", block) and shutil.which(tool, path=path) is None:
            pytest.skip(f"{tool} is not installed")
    if "bag/data" in block and not (folder / "bag").exists():
        subprocess.run(["unzip", "-q", "paket.gmsc"], cwd=folder, check=True)
    elif "unzip -q" in block:
        shutil.rmtree(folder / "bag", ignore_errors=True)
    done = subprocess.run(
        ["sh", "-e", "-c", block],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    expected = {
        "bundle-format.md 1": ["No errors detected", "bag is valid", "CMS Verification successful"],
        "bundle-format.md 2": [": OK"],
        "signatures.md 1": ["Signature is Valid", "Total document signed", "No syntax or stream encoding errors"],
        "signatures.md 2": [_content_hash(folder)],
        "signatures.md 3": ["CAdES Verification successful"],
    }[name]
    for text in expected:
        assert text in done.stdout + done.stderr
    if name == "signatures.md 1":
        assert _content_hash(folder) in done.stdout


def _content_hash(folder: Path) -> str:
    from gmsc_desktop.documents.untrusted import embedded_content

    return sha256_hex(embedded_content(folder / "laporan.pdf"))


def test_age_opens_an_encrypted_bundle(tmp_path: Path) -> None:
    if shutil.which("age") is None:
        pytest.skip("age is not installed")
    from pyrage import x25519

    from tests.sync.kit import unpack, write

    own = x25519.Identity.generate()
    written = write(tmp_path, replace(bundle_content(), recipients=(str(own.to_public()),)))
    (tmp_path / "key").write_text(str(own))
    done = subprocess.run(["age", "-d", "-i", "key", written.path], cwd=tmp_path, capture_output=True, check=True)
    assert "data/journal/01a20f6e-566c-7d28-baa7-b70c2990ae2a.jsonl" in unpack(done.stdout)
