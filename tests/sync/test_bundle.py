"""Writing a bundle: whole or not at all, the same bytes for the same data, and accepted by tools that are not ours."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import BundleError, Cancelled, StorageError
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.identity.certificates import to_pem
from gmsc_desktop.resources import resource
from gmsc_desktop.sync import bag, sealed
from gmsc_desktop.sync.behind import Behind, Followed
from gmsc_desktop.sync.bundle import BundleDocument, bundle_name, write_bundle
from gmsc_desktop.sync.container import name_fault
from gmsc_desktop.sync.reading import read_bundle, verify_bundle
from gmsc_desktop.sync.visitfile import read_visit
from gmsc_desktop.sync.writing import HELD
from tests.signing_kit import NOW, content_bytes, enrolled, office, trusting, visit_content
from tests.sync.kit import PAPER, PHOTO, Files, bundle_content, unpack, write


def test_holds_what_it_says_in_the_layout_published(tmp_path: Path) -> None:
    written = write(tmp_path)
    data = written.path.read_bytes()
    assert (written.sha256, written.size) == (sha256_hex(data), len(data))
    files = unpack(data)
    assert list(files)[:5] == list(bag.TAG_FILES)
    one, two = (sha256_hex(content_bytes(visit_content(n, e))) for n, e in ((1, (PHOTO, PAPER)), (2, (PHOTO,))))
    assert set(list(files)[5:]) == {
        "data/documents/LHE-Surakarta.pdf",
        f"data/evidence/{sha256_hex(PHOTO[1])}.jpg",
        f"data/evidence/{sha256_hex(PAPER[1])}.pdf",
        "data/journal/01a20f6e-566c-7d28-baa7-b70c2990ae2a.jsonl",
        f"data/visits/0195f000-0000-7000-8000-000000000001/{one}.json",
        f"data/visits/0195f000-0000-7000-8000-000000000002/{two}.json",
    }
    assert files[f"data/evidence/{sha256_hex(PHOTO[1])}.jpg"] == PHOTO[1]
    info = bag.parse_info(files[bag.INFO])
    assert (info.kind, info.sequence, info.sender) == ("visits", 7, enrolled().fingerprint)
    assert (info.previous, info.journal_head) == ("ab" * 32, "cd" * 32)
    assert {content for _visit, content in info.visits} == {one, two}


def test_the_same_data_gives_the_same_bytes_but_for_the_signature(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    content = bundle_content()
    one, two = (unpack(write(tmp_path / name, content).path.read_bytes()) for name in ("a", "b"))
    del one[bag.SIGNATURE], two[bag.SIGNATURE]
    assert one == two


def test_each_evidence_file_is_opened_once_however_many_visits_name_it(tmp_path: Path) -> None:
    files = Files()
    write(tmp_path, bundle_content(files, visits=5))
    assert files.opened.count(sha256_hex(PHOTO[1])) == 1


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_long_files_among_short_ones_travel_whole(tmp_path: Path, encrypted: bool) -> None:
    """Longer than what is held in memory, and more of them than are held at a time."""
    from gmsc_desktop.age.keys import new_identity, recipient_of

    files, key = Files(), new_identity()
    sizes = (HELD + 5, 10, HELD, 1, 2, 3 * 2**20)
    evidence = tuple((f"berkas {number}.mp4", bytes([number]) * size) for number, size in enumerate(sizes))
    for _name, data in evidence:
        files.put(data)
    content = replace(bundle_content(files), visits=(content_bytes(visit_content(1, evidence)),), documents=())
    written = write(tmp_path, replace(content, recipients=(recipient_of(key),) if encrypted else ()))
    assert written.sha256 == sha256_hex(written.path.read_bytes())
    assert written.size == written.path.stat().st_size
    with sealed.opened(written.path) as opened:
        bundle = read_bundle(opened.container(key), "p", trusting(), sha256=opened.sha256)
        assert (bundle.verdict.status, opened.encrypted) == (Status.GENUINE, encrypted)
        assert {bundle.data(name) for name in bundle.names("evidence")} == {data for _name, data in evidence}
        assert opened.sha256() == written.sha256


def test_evidence_from_a_vault_travels_on_what_the_vault_sealed_of_it(tmp_path: Path) -> None:
    from gmsc_desktop.age.keys import new_identity
    from gmsc_desktop.store.blobs import BlobStore

    blobs = BlobStore(tmp_path / "evidence", new_identity())
    evidence = (("a.jpg", b"satu" * 400_000), ("b.jpg", b"dua"))
    for _name, data in evidence:
        blobs.put_bytes(data)
    content = replace(bundle_content(), visits=(content_bytes(visit_content(1, evidence)),), documents=())
    content = replace(content, open_file=blobs.stream)
    written = write(tmp_path, content)
    assert verify_bundle(written.path, trusting()).status is Status.GENUINE
    # A whole file under another's name, as a careless copy of a vault may leave it.
    one, two = (blobs.path(sha256_hex(data)) for _name, data in evidence)
    shutil.copyfile(one, two)
    with pytest.raises(BundleError):
        write(tmp_path, content)
    assert written.sha256 == sha256_hex(written.path.read_bytes())


def test_a_file_is_hashed_while_it_is_read_wherever_reading_begins() -> None:
    data = bytes(range(256)) * 40
    with Behind() as behind:
        file = Followed(io.BytesIO(data), behind)
        file.seek(9_000)
        file.read(300)
        for begin, size in ((0, 100), (50, 100), (10, 20), (150, 8_000), (8_000, 4_000)):
            assert file.seek(begin) == begin
            assert file.read(size) == data[begin : begin + size]
        assert file.sha256() == sha256_hex(data)


def test_progress_counts_bytes_to_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_bundle(
        tmp_path / "p.gmsc", bundle_content(), enrolled(), NOW, lambda done, total, text="": seen.append((done, total))
    )
    assert seen[-1][0] == seen[-1][1]
    assert seen == sorted(seen)
    assert len({total for _done, total in seen}) == 1


# whole or not at all


def others(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("after", range(0, 8, 2))
def test_cancelled_leaves_what_was_there(tmp_path: Path, after: int) -> None:
    (tmp_path / "paket.gmsc").write_bytes(b"yang lama")
    calls = 0

    def stop(done: int, total: int, text: str = "") -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_bundle(tmp_path / "paket.gmsc", bundle_content(), enrolled(), NOW, stop)
    assert others(tmp_path) == ["paket.gmsc"]
    assert (tmp_path / "paket.gmsc").read_bytes() == b"yang lama"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of the size of a file are POSIX")
def test_a_full_disk_leaves_nothing_half(tmp_path: Path) -> None:
    # A real limit of the operating system, in a process of its own, since it cannot be taken back.
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from tests.sync.kit import write\n"
        "from gmsc_desktop.domain.errors import StorageError\n"
        "from tests.signing_kit import signed_pdf\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "try: write(Path(sys.argv[1]))\n"
        "except StorageError as error: print(error, '|', error.kept)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("There is not enough room for the bundle")
    assert "No half bundle was left behind" in done.stdout
    assert others(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_in_the_middle_there_is_no_bundle_and_the_next_attempt_cleans_up(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from gmsc_desktop.sync.bundle import write_bundle\n"
        "from tests.sync.kit import bundle_content\n"
        "from tests.signing_kit import NOW, enrolled\n"
        "def die(done, total, text=''):\n"
        "    if done > total // 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_bundle(Path(sys.argv[1]) / 'paket.gmsc', bundle_content(), enrolled(), NOW, die)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=root, check=False)
    assert done.returncode == -9
    (left,) = others(tmp_path)
    assert left.startswith(".paket.gmsc.") and left.endswith(".part")
    write(tmp_path)
    assert others(tmp_path) == ["paket.gmsc"]


def test_a_folder_that_is_gone_is_an_error_that_says_what_was_kept(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        write(tmp_path / "dicabut")
    assert caught.value.kept and caught.value.cure


def test_an_evidence_file_that_fails_ends_the_work(tmp_path: Path) -> None:
    @contextmanager
    def failing(sha256: str) -> Iterator[BinaryIO]:
        raise OSError(errno.EIO, os.strerror(errno.EIO))
        yield io.BytesIO()

    with pytest.raises(StorageError):
        write(tmp_path, replace(bundle_content(), open_file=failing))
    assert others(tmp_path) == []


@pytest.mark.parametrize("bad", [b"", PHOTO[1][:-1], PHOTO[1] + b"x", PHOTO[1][:-1] + b"?"])
def test_evidence_that_is_not_what_the_visit_says_is_refused(tmp_path: Path, bad: bytes) -> None:
    files = Files()
    content = bundle_content(files)
    files.held[sha256_hex(PHOTO[1])] = bad
    with pytest.raises(BundleError):
        write(tmp_path, content)
    assert others(tmp_path) == []


def test_content_that_is_no_visit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        write(tmp_path, replace(bundle_content(), visits=(b"{}",)))
    assert others(tmp_path) == []


def test_documents_of_one_name_both_travel(tmp_path: Path) -> None:
    files = Files()
    content = bundle_content(files)
    other = files.put(b"%PDF-2")
    content = replace(content, documents=(*content.documents, BundleDocument("lhe surakarta.pdf", other, 6)))
    names = [name for name in unpack(write(tmp_path, content).path.read_bytes()) if "documents" in name]
    assert names == ["data/documents/LHE-Surakarta.pdf", f"data/documents/lhe-surakarta-{other[:12]}.pdf"]


def test_names_with_odd_characters_become_plain_ones(tmp_path: Path) -> None:
    odd = replace(bundle_content().sender, name="Budi\nGMSC-Kind: awards", organisation="Dinas\r\n  Kominfo")
    info = bag.parse_info(unpack(write(tmp_path, replace(bundle_content(), sender=odd)).path.read_bytes())[bag.INFO])
    assert (info.kind, info.contact, info.organisation) == ("visits", "Budi GMSC-Kind: awards", "Dinas Kominfo")


def test_file_names_sort_by_day_and_tell_devices_apart() -> None:
    at = datetime.fromisoformat("2026-03-02T23:59:00+07:00")
    assert bundle_name("01a20f6e-566c-7d28-baa7-b70c2990ae2a", 7, at) == "gmsc-20260302-0007-2990ae2a.gmsc"
    assert name_fault(bundle_name("..", 12345, at)) is None


def test_encrypted_for_the_office_it_opens_with_age_to_the_same_bundle(tmp_path: Path) -> None:
    from pyrage import decrypt, x25519

    own = x25519.Identity.generate()
    content = replace(bundle_content(), recipients=(str(own.to_public()),))
    written = write(tmp_path, content)
    sealed = written.path.read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1")
    assert (written.sha256, written.size) == (sha256_hex(sealed), len(sealed))
    files = unpack(decrypt(sealed, [own]))
    assert bag.parse_info(files[bag.INFO]).recipients == (str(own.to_public()),)
    assert others(tmp_path) == ["paket.gmsc"]


# tools that are not ours


@pytest.fixture
def unzipped(tmp_path: Path) -> Path:
    """The bundle unpacked by Python's own zipfile, with the root beside it."""
    with zipfile.ZipFile(write(tmp_path).path) as opened:
        assert opened.testzip() is None
        assert all(item.date_time == (1980, 1, 1, 0, 0, 0) for item in opened.infolist())
        opened.extractall(tmp_path)
    (tmp_path / "root.pem").write_bytes(to_pem(office().certificate))
    return tmp_path


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_unzip_accepts_it(tmp_path: Path) -> None:
    done = subprocess.run(["unzip", "-t", write(tmp_path).path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "No errors detected" in done.stdout


def test_bagit_accepts_it(unzipped: Path) -> None:
    import bagit

    opened = bagit.Bag(str(unzipped / "bag"))
    opened.validate()
    assert opened.info["GMSC-Kind"] == "visits"
    assert len(opened.info["GMSC-Visit"]) == 2


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_the_signature_and_no_other_content(unzipped: Path) -> None:
    command = (
        "openssl cms -verify -binary -inform DER -in bag/signature.p7s -content bag/tagmanifest-sha256.txt"
        " -CAfile root.pem -out /dev/null"
    )
    when = ["-attime", str(int(NOW.timestamp()))]
    done = subprocess.run([*command.split(), *when], cwd=unzipped, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with (unzipped / "bag" / bag.TAGMANIFEST).open("ab") as file:
        file.write(b"\n")
    done = subprocess.run([*command.split(), *when], cwd=unzipped, capture_output=True, text=True, check=False)
    assert done.returncode != 0


# visits are read strictly


def test_the_schema_is_applied_as_published() -> None:
    schema = json.loads(resource("schemas", "visit.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    from gmsc_desktop.sync.schema import first_fault

    good = json.loads(content_bytes(visit_content(1, (PHOTO,))))
    assert first_fault(good) is None
    for place, value in (
        (("revision",), 0),
        (("revision",), True),
        (("revision",), "1"),
        (("visit_id",), "0195F000-0000-7000-8000-000000000001"),
        (("visit_id",), "0195f000-0000-7000-8000-000000000001\n"),
        (("mode",), "elsewhere"),
        (("region", "code"), "3372"),
        (("region", "extra"), "x"),
        (("dates", "start"), "2026-02-30"),
        (("closed_at",), "kemarin"),
        (("closed_at",), "2026-03-02T10:42:07"),
        (("scores", "index"), 3),
        (("scores", "complete"), None),
        (("answers", 0, "value"), ""),
        (("answers", 0, "key"), "data/a"),
        (("evidence", 0, "size"), 0),
        (("evidence", 0, "sha256"), "AB" * 32),
        (("people", 0, "role"), "boss"),
        (("parent_hash",), ""),
        (("previous",), {"index": "3.06", "year": 2025}),
        (("repeats",), [{"key": "/data/p", "items": ["a", "a"]}]),
        (("extra",), 1),
    ):
        document = json.loads(json.dumps(good))
        inner = document
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = value
        assert first_fault(document) is not None, place
        # The date-time format needs a library jsonschema does without; everything else both must refuse.
        if place != ("closed_at",) and value != "0195f000-0000-7000-8000-000000000001\n":
            assert not validator.is_valid(document), place


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_what_our_reader_lets_pass_the_published_schema_lets_pass(data: st.DataObject) -> None:
    schema = json.loads(resource("schemas", "visit.schema.json").read_text("utf-8"))
    document = json.loads(content_bytes(visit_content(1, (PHOTO,))))
    name = data.draw(st.sampled_from(sorted(document)))
    document[name] = data.draw(JSON)
    from gmsc_desktop.sync.schema import first_fault

    if first_fault(document) is None:
        assert jsonschema.Draft202012Validator(schema).is_valid(document)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"format": "gmsc-visit/1"}',
        content_bytes(visit_content()) + b"\n",
        content_bytes(visit_content()).replace(b'"revision":1', b'"revision":1.0'),
        content_bytes(visit_content()).replace(b'"revision":1', b'"revision":1,"revision":1'),
        content_bytes(visit_content()).replace(b'"stage":"Tahap 1"', b'"stage":NaN'),
        content_bytes(visit_content()).replace(b'"revision":1', b'"revision":' + b"9" * 5000),
    ],
)
def test_visits_in_any_other_form_are_refused(data: bytes) -> None:
    with pytest.raises(BundleError):
        read_visit(data)


# bag-info.txt


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(words, words, st.integers(0, 10**9))
def test_bag_info_reads_back_whatever_names_people_have(name: str, organisation: str, sequence: int) -> None:
    info = bag.Info(
        kind="visits",
        created="2026-03-02T10:42:07+00:00",
        software="GMSC Desktop",
        contact=bag.one_line(name) or "-",
        organisation=bag.one_line(organisation) or "-",
        sender="ab" * 32,
        device="d",
        sequence=sequence,
        previous="",
        journal_head="",
        payload=(1, 1),
        visits=(("v", "h"),),
    )
    assert bag.parse_info(bag.render_info(info)) == info


@given(st.binary(max_size=200))
def test_random_tag_files_are_refused_and_nothing_worse(data: bytes) -> None:
    for parse in (bag.parse_info, lambda found: bag.parse_manifest(found, bag.MANIFEST)):
        try:
            parse(data)
        except bag.BagFault:
            continue
