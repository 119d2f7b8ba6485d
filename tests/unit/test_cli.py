"""What the shell commands say to a person, and to the program at the other end of a pipe."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gmsc_desktop.cli import run
from gmsc_desktop.domain.verdict import Reason
from gmsc_desktop.i18n import set_language
from gmsc_desktop.services.verdicts import reason_text

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
def test_a_reader_that_stops_early_is_no_error() -> None:
    """As "regions | head" does."""
    command = [sys.executable, str(ROOT / "main.py"), "regions"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
        assert process.wait() == 141
    assert said == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["visits"], "gmsc visits: kesalahan: belum diberikan: --vault, --passphrase-file"),
        (["regions", "--nothing"], "gmsc: kesalahan: tidak dikenal: --nothing"),
        (["nothing"], "gmsc: kesalahan: PERINTAH tidak mengenal 'nothing'"),
        (["demo", "--out"], "gmsc demo: kesalahan: --out memerlukan nilai"),
    ],
)
def test_wrong_use_is_said_in_the_persons_language(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(typed)
    assert stopped.value.code == 2
    shown = capsys.readouterr().err.splitlines()
    assert said in shown
    assert shown[-1].startswith("Lihat “gmsc")


def test_a_file_that_is_not_there_is_said_without_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(tmp_path / "tiada.pdf")]) == 1
    assert capsys.readouterr().err == (
        "Berkas tiada.pdf tidak dapat dibaca: berkas atau folder itu tidak ada."
        " Periksa nama dan letaknya, dan apakah flash disk terpasang.\n"
    )
    assert run(["visits", "--vault", str(tmp_path), "--passphrase-file", str(tmp_path / "tiada")]) == 1
    assert "baris pertama sebuah berkas teks" in capsys.readouterr().err


def test_a_region_that_is_nowhere_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["regions", "qqqq"]) == 1
    assert capsys.readouterr().err.startswith("Tidak ada kota atau kabupaten")


def test_a_degree_at_the_end_of_a_sentence_does_not_double_the_full_stop() -> None:
    set_language("en")
    try:
        reason = Reason("trusted", True, "It leads to {root}.", {"root": "Dr. Sri Wahyuni, M.T."})
        assert reason_text(reason) == "It leads to Dr. Sri Wahyuni, M.T."
        assert reason_text(Reason("trusted", True, "It leads to {root}…", {"root": "M.T."})) == "It leads to M.T.…"
    finally:
        set_language("id")


def test_the_language_may_stand_after_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["regions", "qqqq", "--language", "en"]) == 1
    assert capsys.readouterr().err.startswith("No kota or kabupaten")
    set_language("id")
