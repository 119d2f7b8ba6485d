"""The main job end to end, checked with our verifier, from the shell, and with tools that are not ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gmsc_desktop.cli import run
from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.services.demo import DemoResult, run_demo
from gmsc_desktop.services.vaults import check_vault, open_vault
from gmsc_desktop.services.verification import verify_file
from gmsc_desktop.system import SystemClock, SystemIds


def needs(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed here")
    return found


def call(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=120)


def test_everything_is_made_and_genuine(demo: DemoResult) -> None:
    assert [verdict.status for verdict in demo.verdicts] == [Status.GENUINE, Status.GENUINE]
    assert all(verdict.visits[0].region_name == "Kota Surakarta" for verdict in demo.verdicts)
    assert demo.verdicts[0].visits[0].content_hash == demo.verdicts[1].visits[0].content_hash
    text = "\n".join(demo.lines())
    for path in (demo.report, demo.bundle, demo.root, demo.vault, demo.passphrase_file, demo.recovery_file):
        assert path.exists()
        assert str(path) in text


def test_vault_opens_again_and_is_intact(demo: DemoResult) -> None:
    passphrase = demo.passphrase_file.read_text().strip()
    vault = open_vault(demo.vault, passphrase, clock=SystemClock(), ids=SystemIds())
    try:
        assert check_vault(vault) == ()
    finally:
        vault.close()


def test_a_filled_folder_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInput):
        run_demo(tmp_path, clock=SystemClock(), ids=SystemIds())
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("paper", ["report", "bundle"])
def test_exit_codes_of_verify(demo: DemoResult, paper: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path: Path = getattr(demo, paper)
    assert run(["verify", str(path), "--trust", str(demo.root), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["status"] == "genuine"
    assert said["signers"][0]["trusted"] is True
    assert run(["verify", str(path)]) == 3
    assert "TIDAK DIKENAL" in capsys.readouterr().out
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    changed = tmp_path / path.name
    changed.write_bytes(data)
    assert run(["verify", str(changed), "--trust", str(demo.root)]) in (4, 5)
    changed.write_bytes(path.read_bytes()[: len(data) // 2])
    assert run(["verify", str(changed), "--trust", str(demo.root)]) in (4, 5)
    changed.write_bytes(b"not a paper at all")
    assert run(["verify", str(changed), "--trust", str(demo.root)]) == 5


def test_report_passes_public_tools(demo: DemoResult) -> None:
    checked = call(needs("qpdf"), "--check", demo.report)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    said = call(needs("pdfsig"), demo.report).stdout
    assert "Signature is Valid." in said
    assert "Sri Wahyuni" in said


def test_report_is_drawn_whole(demo: DemoResult, tmp_path: Path) -> None:
    pages = call(needs("pdftotext"), "-layout", demo.report, "-").stdout
    assert "Kota Surakarta" in pages
    assert "Laporan Hasil Evaluasi".casefold() in pages.casefold()
    attached = call(needs("pdfdetach"), "-saveall", "-o", tmp_path, demo.report)
    assert attached.returncode == 0
    content = json.loads((tmp_path / "visit.json").read_bytes())
    assert content["region"]["code"] == "33.72"
    assert len(content["answers"]) > 60


def test_bundle_passes_public_tools(demo: DemoResult, tmp_path: Path) -> None:
    assert call(needs("unzip"), "-tq", demo.bundle).returncode == 0
    assert call(needs("unzip"), "-q", demo.bundle, "-d", tmp_path).returncode == 0
    bag = tmp_path / "bag"
    checked = call(sys.executable, "-m", "bagit", "--validate", bag)
    assert checked.returncode == 0, checked.stderr
    signed = call(
        needs("openssl"), "cms", "-verify", "-binary", "-inform", "DER", "-in", bag / "signature.p7s",
        "-content", bag / "tagmanifest-sha256.txt", "-CAfile", demo.root, "-out", tmp_path / "signed",
    )  # fmt: skip
    assert signed.returncode == 0, signed.stderr
    assert (tmp_path / "signed").read_bytes() == (bag / "tagmanifest-sha256.txt").read_bytes()


def test_swapped_evidence_and_removed_visit_are_caught(demo: DemoResult, tmp_path: Path) -> None:
    def rewritten(name: str, keep: object) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(demo.bundle) as source, zipfile.ZipFile(path, "w") as target:
            for info in source.infolist():
                data = keep(info.filename, source.read(info))  # type: ignore[operator]
                if data is not None:
                    target.writestr(info, data)
        return path

    def swapped(name: str, data: bytes) -> bytes:
        return b"another file" if "data/evidence/" in name else data

    def without_visits(name: str, data: bytes) -> bytes | None:
        return None if "data/visits/" in name else data

    for name, keep in (("swapped.gmsc", swapped), ("removed.gmsc", without_visits)):
        verdict = verify_file(rewritten(name, keep), trust=(demo.root,))
        assert verdict.status in (Status.ALTERED, Status.DAMAGED), name
        assert any(not reason.good for reason in verdict.reasons)
