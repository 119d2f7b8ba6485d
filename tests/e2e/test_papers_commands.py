"""The commands for papers on what the demo made: read a visit back, verify its QR, sign once more, add a timestamp."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from gmsc_desktop.cli import run
from gmsc_desktop.identity.certificates import issue, make_root, new_key
from gmsc_desktop.services.demo import DemoResult
from gmsc_desktop.system import SystemClock
from tests.documents.test_augmenting import authority_root, serving
from tests.documents.test_qr import last_page
from tests.signing_kit import BUDI, IDS


def spoken(capfdbinary: pytest.CaptureFixture[bytes], *arguments: object) -> tuple[int, bytes]:
    """Exit code and standard output of a command."""
    capfdbinary.readouterr()
    code = run([str(item) for item in arguments])
    sys.stdout.flush()
    return code, capfdbinary.readouterr().out


def test_a_pdf_alone_gives_back_what_the_bundle_carries(
    demo: DemoResult, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with zipfile.ZipFile(demo.bundle) as bundle:
        name = next(name for name in bundle.namelist() if "/data/visits/" in name and name.endswith(".json"))
        carried = bundle.read(name)
    assert spoken(capfdbinary, "read", demo.report, "--trust", demo.root) == (0, carried)
    assert json.loads(carried)["region"]["name"] == "Kota Surakarta"
    assert spoken(capfdbinary, "read", demo.report) == (3, carried)
    changed = tmp_path / "ubah.pdf"
    data = bytearray(demo.report.read_bytes())
    data[len(data) // 3] ^= 1
    changed.write_bytes(data)
    code, out = spoken(capfdbinary, "read", changed, "--trust", demo.root)
    assert code in (4, 5)
    assert out == b""
    changed.write_bytes(b"not a paper")
    assert spoken(capfdbinary, "read", changed) == (5, b"")
    assert spoken(capfdbinary, "read", tmp_path / "tidak-ada.pdf") == (1, b"")


def test_the_qr_of_the_report_verifies_alone_and_with_it(
    demo: DemoResult, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    import zxingcpp

    photo = tmp_path / "foto.png"
    page = last_page(demo.report.read_bytes(), 150)
    page.save(photo)
    text = zxingcpp.read_barcodes(page)[0].text
    for given in (photo, text):
        code, out = spoken(capfdbinary, "qr", given, "--pdf", demo.report, "--trust", demo.root, "--json")
        assert code == 0
        said = json.loads(out)
        assert said["issued"]["region_code"] == "33.72"
        assert said["issued"]["content_hash"] == demo.verdicts[0].visits[0].content_hash
        assert spoken(capfdbinary, "qr", given, "--trust", demo.root)[0] == 3
    assert spoken(capfdbinary, "qr", "GMSC1:ABC", "--trust", demo.root)[0] == 5


def test_the_qr_from_standard_input(
    demo: DemoResult, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("GMSC1:"))
    assert spoken(capfdbinary, "qr", "-", "--trust", demo.root)[0] == 5


def test_a_second_signature_and_a_timestamp_from_the_shell(
    demo: DemoResult, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    vault = tmp_path / "brankas"
    shutil.copytree(demo.vault, vault)
    opened = ("--vault", vault, "--passphrase-file", demo.passphrase_file)
    code, out = spoken(capfdbinary, "documents", *opened)
    assert code == 0
    document, _visit, kind, name, fields = out.decode().splitlines()[-1].split("\t")
    assert (kind, name, fields) == ("report", demo.report.name, "AsesorKedua,PejabatDaerah,SertifikatNasional")
    root, key = make_root("Kantor daerah (uji)", clock=SystemClock(), ids=IDS), new_key()
    certificate = issue(root, BUDI, key.public_key(), clock=SystemClock(), ids=IDS)
    p12, secret, second = tmp_path / "budi.p12", tmp_path / "sandi.txt", tmp_path / "kedua.pdf"
    p12.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"budi", key, certificate, [root.certificate],
            serialization.BestAvailableEncryption(b"sandi budi"),
        )
    )  # fmt: skip
    also = ("sign-also", *opened, "--document", document, "--p12", p12, "--field")
    secret.write_text("salah\n")
    assert spoken(capfdbinary, *also, "PejabatDaerah", "--p12-passphrase-file", secret)[0] == 1
    secret.write_text("sandi budi\n")
    code, _out = spoken(capfdbinary, *also, "PejabatDaerah", "--p12-passphrase-file", secret, "--out", second)
    assert code == 0
    assert spoken(capfdbinary, *also, "Asesor", "--p12-passphrase-file", secret)[0] == 1
    roots = tmp_path / "akar.pem"
    roots.write_bytes(demo.root.read_bytes() + root.certificate.public_bytes(serialization.Encoding.PEM))
    assert spoken(capfdbinary, "verify", second, "--trust", roots)[0] == 0
    assert spoken(capfdbinary, "verify", second, "--trust", demo.root)[0] == 3
    with serving() as address:
        assert spoken(capfdbinary, "augment", second, "--tsa", address, "--out", tmp_path / "lama.pdf")[0] == 0
    clock = tmp_path / "waktu.pem"
    clock.write_bytes(authority_root().certificate.public_bytes(serialization.Encoding.PEM))
    long_lived = ("verify", tmp_path / "lama.pdf", "--json", "--trust", roots)
    for given, trusted in (((), False), (("--trust-time", clock), True)):
        _code, out = spoken(capfdbinary, *long_lived, *given)
        assert {signer["time_trusted"] for signer in json.loads(out)["signers"]} == {trusted}
    tool = shutil.which("qpdf")
    if tool is not None:
        subprocess.run([tool, "--check", tmp_path / "lama.pdf"], check=True, capture_output=True)
