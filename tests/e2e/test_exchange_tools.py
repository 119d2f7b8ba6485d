"""Every kind of bundle opens with public tools, and says what its published schema describes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import BundleError
from gmsc_desktop.resources import resource
from gmsc_desktop.sync.messages import KINDS, format_of, read_message
from tests.e2e.every_kind import NAMES, Every

TOOLS = ("age", "unzip", "bagit.py", "openssl")
PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))


def run(folder: Path, *command: object) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "PATH": PATH},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def need_tools() -> None:
    """Skip where a tool is missing."""
    for tool in TOOLS:
        if shutil.which(tool, path=PATH) is None:
            pytest.skip(f"{tool} is not installed")


@pytest.mark.parametrize("name", NAMES)
def test_public_tools_open_and_check_it(every: Every, tmp_path: Path, name: str) -> None:
    need_tools()
    made = every.bundles[name]
    plain = tmp_path / "paket.zip"
    if made.identity:
        (tmp_path / "kunci.txt").write_text(made.identity)
        run(tmp_path, "age", "-d", "-i", "kunci.txt", "-o", plain, made.path)
    else:
        shutil.copy(made.path, plain)
    assert "No errors detected" in run(tmp_path, "unzip", "-t", plain)
    run(tmp_path, "unzip", "-q", plain)
    assert "bag is valid" in run(tmp_path, "bagit.py", "--validate", "bag")
    # The request is signed by a certificate nobody has vouched for yet; the time of the test's clock is long past.
    trusted = ("-CAfile", every.root, "-no_check_time") if made.vouched else ("-noverify",)
    said = run(
        tmp_path, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "bag/signature.p7s",
        "-content", "bag/tagmanifest-sha256.txt", *trusted, "-out", os.devnull,
    )  # fmt: skip
    assert "CMS Verification successful" in said
    assert f"GMSC-Kind: {made.kind}\n" in (tmp_path / "bag" / "bag-info.txt").read_text()
    message = tmp_path / "bag" / "data" / "message.json"
    assert message.exists() == (made.kind != "visits")
    for file in (tmp_path / "bag" / "data" / "visits").glob("*/*.json"):
        _stock(json.loads(file.read_bytes()), "visit")
    if message.exists():
        _stock(json.loads(message.read_bytes()), made.kind)
    parts = sorted((tmp_path / "bag" / "data").glob("team/*.json"))
    assert bool(parts) == (made.kind == "team")
    for part in parts:
        _stock(json.loads(part.read_bytes()), "team-part")
        said = run(
            tmp_path, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", part.with_suffix(".p7s"),
            "-content", part, *trusted, "-out", os.devnull,
        )  # fmt: skip
        assert "CMS Verification successful" in said


def _stock(document: object, kind: str) -> None:
    schema = json.loads(resource("schemas", f"{kind}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_message_does_not_say_in_the_published_way_is_refused(kind: str) -> None:
    for document in ({}, {"format": format_of(kind)}, {"format": format_of(kind), "lain": "x"}, [], "x", None):
        with pytest.raises(BundleError):
            read_message(canonical_bytes(document), kind)
    for data in (b"", b"{", b'{"format": 1.5}', b'{"a":1,"a":1}', b"[" * 100_000):
        with pytest.raises(BundleError):
            read_message(data, kind)
    with pytest.raises(BundleError):
        read_message(b"{}", "awards")
