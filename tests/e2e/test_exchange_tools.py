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
from gmsc_desktop.domain.exchange import Assignment, Comment
from gmsc_desktop.resources import resource
from gmsc_desktop.services.receiving import Consent
from gmsc_desktop.services.trusting import exchange_identity
from gmsc_desktop.sync.messages import KINDS, format_of, read_message
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import World, world
from tests.services.helpers import POLICY, write_instrument

TOOLS = ("age", "unzip", "bagit.py", "openssl")
PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))


def run(folder: Path, *command: object) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "PATH": PATH},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[Path, str]]]:
    """A bundle of every kind with the age identity that opens it (empty where it is not encrypted), by name."""
    root = tmp_path_factory.mktemp("tukar")
    with world(root) as earth:
        found = _exchange(earth)
    return root, found


def _exchange(earth: World) -> dict[str, tuple[Path, str]]:
    laptop = earth.laptop(enrol=False)
    stick, office = earth.stick, earth.office
    request = stick / laptop.enrolment.request(stick, PASSPHRASE).value.file_name
    office.receiving.receive((request,))
    key = laptop.vault.certificate_fingerprint
    office.enrolment.approve(key, PASSPHRASE)
    answer = stick / office.enrolment.answer(key, stick, PASSPHRASE).value.file_name
    laptop.receiving.receive((answer,), Consent(PASSPHRASE, earth.fingerprint))
    visit_id = earth.visit(laptop)
    visits = stick / earth.send(laptop, visit_id)
    office.receiving.receive((visits,))
    receipt = stick / office.office.answer(laptop.vault.device, stick, PASSPHRASE).value.file_name
    office.office.return_(visit_id, (Comment(POLICY, "Lengkapi."),), None)
    returned = stick / office.office.answer(laptop.vault.device, stick, PASSPHRASE).value.file_name
    small = office.instruments.install(write_instrument(earth.root)).value.hash
    asked = Assignment("", "33.72", 2022, "Tahap 1", small)
    assigned = stick / office.office.assign((asked,), (), stick, PASSPHRASE).value.file_name
    at_laptop, at_office = exchange_identity(laptop.vault), exchange_identity(office.vault)
    return {
        "request": (request, ""),
        "enrolment": (answer, at_laptop),
        "visits": (visits, at_office),
        "receipt": (receipt, at_laptop),
        "return": (returned, at_laptop),
        "assignment": (assigned, at_laptop),
    }


@pytest.mark.parametrize("name", ["request", "enrolment", "visits", "receipt", "return", "assignment"])
def test_public_tools_open_and_check_it(
    bundles: tuple[Path, dict[str, tuple[Path, str]]], tmp_path: Path, name: str
) -> None:
    for tool in TOOLS:
        if shutil.which(tool, path=PATH) is None:
            pytest.skip(f"{tool} is not installed")
    root, found = bundles
    path, identity = found[name]
    plain = tmp_path / "paket.zip"
    if identity:
        (tmp_path / "kunci.txt").write_text(identity)
        run(tmp_path, "age", "-d", "-i", "kunci.txt", "-o", plain, path)
    else:
        shutil.copy(path, plain)
    assert "No errors detected" in run(tmp_path, "unzip", "-t", plain)
    run(tmp_path, "unzip", "-q", plain)
    assert "bag is valid" in run(tmp_path, "bagit.py", "--validate", "bag")
    # The request is signed by a certificate nobody has vouched for yet; the time of the test's clock is long past.
    trusted = (
        ("-noverify",)
        if name == "request"
        else ("-CAfile", root / "lemari" / "kantor-pusat-akar.pem", "-no_check_time")
    )
    said = run(
        tmp_path, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "bag/signature.p7s",
        "-content", "bag/tagmanifest-sha256.txt", *trusted, "-out", os.devnull,
    )  # fmt: skip
    assert "CMS Verification successful" in said
    kind = "enrolment" if name == "request" else name
    assert f"GMSC-Kind: {kind}\n" in (tmp_path / "bag" / "bag-info.txt").read_text()
    message = tmp_path / "bag" / "data" / "message.json"
    assert message.exists() == (kind != "visits")
    for file in (tmp_path / "bag" / "data" / "visits").glob("*/*.json"):
        _stock(json.loads(file.read_bytes()), "visit")
    if message.exists():
        _stock(json.loads(message.read_bytes()), kind)


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
