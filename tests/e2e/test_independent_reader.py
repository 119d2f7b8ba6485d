"""docs/bundle-format.md is enough to write another reader: ``independent_reader.py`` is one, and misses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.resources import resource
from tests.e2e.every_kind import NAMES, Every
from tests.e2e.test_exchange_tools import PATH, need_tools
from tests.services.helpers import POLICY

READER = Path(__file__).with_name("independent_reader.py")


def read(every: Every, name: str, folder: Path, bundle: Path | None = None) -> subprocess.CompletedProcess[str]:
    need_tools()
    made = every.bundles[name]
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-I", str(READER), str(bundle or made.path), str(folder)]
    if made.identity:
        (folder / "kunci.txt").write_text(made.identity)
        command += ["--identity", str(folder / "kunci.txt")]
    if made.vouched:
        command += ["--root", str(every.root)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": PATH})


@pytest.mark.parametrize("name", NAMES)
def test_it_gets_back_everything_that_was_put_in(every: Every, tmp_path: Path, name: str) -> None:
    made = every.bundles[name]
    done = read(every, name, tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["info"]["GMSC-Kind"] == [made.kind]
    assert found["office"] is made.by_office
    data = tmp_path / "bag"
    assert {path: sha256_hex((data / path).read_bytes()) for path in found["hashes"]} == found["hashes"]
    for document in found["visits"].values():
        schema(document, "visit")
    for document in found["drafts"].values():
        schema(document, "draft")
    assert bool(found["drafts"]) == (name == "drafts")
    if made.kind == "visits":
        assert found["message"] is None
    else:
        schema(found["message"], made.kind)
        assert canonical_bytes(found["message"]) == (data / "data" / "message.json").read_bytes()
    assert ("team" in found) == (made.kind == "team")
    if made.kind == "team":
        assert found["team"]["values"][f"a:{POLICY}#value"] == "l3" and found["team"]["open"] == []
    for path, held in made.payload.items():
        if path.startswith("data/"):
            assert (data / path).read_bytes() == held
        else:
            assert path in found["hashes"].values(), "a document"
    if made.payload and made.kind == "visits":
        assert len(found["hashes"]) == len(made.payload)
        rows = [row for lines in found["journals"].values() for row in lines]
        assert b"".join(canonical_bytes(row) + b"\n" for row in rows) == made.payload[next(iter(found["journals"]))]


def test_it_refuses_what_is_not_as_the_page_says(every: Every, tmp_path: Path) -> None:
    whole = every.bundles["request"].path.read_bytes()
    for number, place in enumerate(range(0, len(whole), max(1, len(whole) // 25))):
        other = bytearray(whole)
        other[place] ^= 1
        path = tmp_path / f"{number}.gmsc"
        path.write_bytes(other)
        done = read(every, "request", tmp_path / str(number), path)
        assert done.returncode != 0, place


def schema(document: object, kind: str) -> None:
    found = json.loads(resource("schemas", f"{kind}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    jsonschema.Draft202012Validator(found, format_checker=jsonschema.FormatChecker()).validate(document)
