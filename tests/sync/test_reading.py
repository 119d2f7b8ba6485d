"""Verifying a bundle: genuine ones are, and no way of changing one goes unseen or brings the verifier down."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.documents.verifying import verify_pdf_file
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import Cancelled, InvalidInput
from gmsc_desktop.domain.verdict import Status, Verdict
from gmsc_desktop.identity.trust import TrustStore
from gmsc_desktop.sync import bag, container
from gmsc_desktop.sync.container import ROOT, ContainerFault, ContainerWriter, Entry, name_fault, read_entries
from gmsc_desktop.sync.reading import verify_bundle
from tests.signing_kit import BUDI, NOW, content_bytes, enrolled, self_signed, signed_pdf, trusting, visit_content
from tests.sync.kit import PAPER, PHOTO, bundle_content, pack, resigned, unpack, with_info, write

CAUGHT = (Status.ALTERED, Status.DAMAGED)
FLIPS = int(os.environ.get("GMSC_FLIPS", "180"))
"""How many bytes of the whole bundle are changed, one at a time, besides those of its headers."""


@cache
def usual() -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return write(Path(folder)).path.read_bytes()


@pytest.fixture
def verify(tmp_path: Path) -> Callable[..., Verdict]:
    def run(data: bytes, trust: TrustStore | None = None) -> Verdict:
        path = tmp_path / "paket.gmsc"
        path.write_bytes(data)
        check = verify_pdf_file
        return verify_bundle(path, trusting() if trust is None else trust, check_document=check)

    return run


Verify = Callable[..., Verdict]


def code(verdict: Verdict) -> str:
    return verdict.reasons[-1].code


def changed(change: Callable[[dict[str, bytes]], None], *, resign: bool = False) -> bytes:
    files = unpack(usual())
    change(files)
    return pack(resigned(files) if resign else files)


def path_of(files: dict[str, bytes], start: str) -> str:
    return next(name for name in files if name.startswith(start))


# genuine, and who


def test_genuine_with_who_when_and_which_visits(verify: Verify) -> None:
    verdict = verify(usual())
    assert (verdict.status, verdict.kind) == (Status.GENUINE, "bundle")
    assert verdict.file_sha256 == sha256_hex(usual())
    (signer,) = verdict.signers
    assert (signer.name, signer.signed_at, signer.trusted) == ("Dr. Sri Wahyuni, M.T.", NOW, True)
    assert [visit.visit_id[-1] for visit in verdict.visits] == ["1", "2"]
    assert [reason.code for reason in verdict.reasons] == [
        "container", "signature", "trusted", "manifest", "visits", "documents",
    ]  # fmt: skip
    assert all(reason.good for reason in verdict.reasons)


def test_packed_again_from_its_files_it_is_the_same() -> None:
    assert pack(unpack(usual())) == usual()


def test_nobody_here_vouches_for_the_signer(verify: Verify) -> None:
    verdict = verify(usual(), TrustStore())
    assert verdict.status is Status.UNKNOWN_SIGNER
    assert len(verdict.visits) == 2


def test_documents_signed_before_enrolment_are_known_by_the_bundles_certificate(tmp_path: Path) -> None:
    from datetime import timedelta

    from gmsc_desktop.identity.certificates import issue
    from gmsc_desktop.identity.signer import SigningIdentity
    from tests.signing_kit import IDS, SRI, FixedClock, office

    own = self_signed()
    later = FixedClock(NOW + timedelta(days=60))
    certificate = issue(office(), SRI, own.private_key.public_key(), clock=later, ids=IDS)
    from gmsc_desktop.sync.bundle import BundleDocument, write_bundle
    from tests.sync.kit import Files

    files = Files()
    pdf = signed_pdf(visit_content(1, (PHOTO, PAPER)), own)
    content = replace(bundle_content(files), documents=(BundleDocument("LHE.pdf", files.put(pdf), len(pdf)),))
    identity = SigningIdentity(own.private_key, certificate, (office().certificate,))
    written = write_bundle(tmp_path / "p.gmsc", content, identity, NOW + timedelta(days=61))
    verdict = verify_bundle(written.path, trusting(), check_document=verify_pdf_file)
    assert verdict.status is Status.GENUINE


def test_a_document_by_an_unknown_signer_is_never_green(tmp_path: Path) -> None:
    from gmsc_desktop.sync.bundle import BundleDocument
    from tests.sync.kit import Files

    files = Files()
    pdf = signed_pdf(visit_content(1, (PHOTO, PAPER)), self_signed(BUDI))
    content = replace(bundle_content(files), documents=(BundleDocument("LHE.pdf", files.put(pdf), len(pdf)),))
    verdict = verify_bundle(write(tmp_path, content).path, trusting(), check_document=verify_pdf_file)
    assert verdict.status is Status.UNKNOWN_SIGNER


def test_progress_is_heard_and_can_stop_it(tmp_path: Path) -> None:
    path = write(tmp_path).path
    seen: list[int] = []
    verify_bundle(path, trusting(), lambda done, total, text="": seen.append(done))
    assert seen == sorted(seen) and seen[-1] == path.stat().st_size

    def stop(done: int, total: int, text: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        verify_bundle(path, trusting(), stop)


# changed


def swap_evidence(files: dict[str, bytes]) -> None:
    name = path_of(files, "data/evidence")
    files[name] = bytes(reversed(files[name]))


def remove_visit(files: dict[str, bytes]) -> None:
    del files[path_of(files, "data/visits")]


def remove_visit_and_its_line(files: dict[str, bytes]) -> None:
    name = path_of(files, "data/visits")
    del files[name]
    manifest = bag.parse_manifest(files[bag.MANIFEST], bag.MANIFEST)
    del manifest[name]
    files[bag.MANIFEST] = bag.render_manifest(manifest)


def remove_visit_and_fix_every_list(files: dict[str, bytes]) -> None:
    remove_visit_and_its_line(files)
    other = with_info(files, lambda info: replace(info, visits=info.visits[1:]))
    files[bag.INFO] = other[bag.INFO]
    hashes = {name: sha256_hex(files[name]) for name in bag.SIGNED_TAGS}
    files[bag.TAGMANIFEST] = bag.render_manifest(hashes)


def add_file(files: dict[str, bytes]) -> None:
    files[f"data/evidence/{'ab' * 32}.jpg"] = b"tidak pernah ditandatangani"


def add_tag_file(files: dict[str, bytes]) -> None:
    files["catatan.txt"] = b"x"


def remove_signature(files: dict[str, bytes]) -> None:
    del files[bag.SIGNATURE]


def change_sender(files: dict[str, bytes]) -> None:
    files[bag.INFO] = files[bag.INFO].replace(b"Contact-Name: Dr. Sri", b"Contact-Name: Dr. Tri")


def change_answer(files: dict[str, bytes]) -> None:
    name = path_of(files, "data/visits")
    files[name] = files[name].replace(b'"value":"3"', b'"value":"4"')


CHANGES = [
    swap_evidence, remove_visit, remove_visit_and_its_line, remove_visit_and_fix_every_list, add_file, add_tag_file,
    remove_signature, change_sender, change_answer,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_to_the_files_is_found(verify: Verify, change: Callable[[dict[str, bytes]], None]) -> None:
    assert verify(changed(change)).status is Status.ALTERED


def test_signed_again_by_someone_else_is_never_green(verify: Verify) -> None:
    files = unpack(usual())
    remove_visit_and_fix_every_list(files)
    other = with_info(files, lambda info: replace(info, sender=self_signed(BUDI).fingerprint))
    verdict = verify(pack(resigned(other, self_signed(BUDI))))
    assert verdict.status is not Status.GENUINE


def test_every_changed_byte_is_found(verify: Verify) -> None:
    data, chance = usual(), random.Random(13)
    entries = read_entries(io.BytesIO(data), len(data))
    places = {place for entry in entries for place in chance.sample(range(entry.offset, entry.begin), 6)}
    places |= set(chance.sample(range(entries[-1].end, len(data)), 80))
    places |= set(chance.sample(range(len(data)), min(FLIPS, len(data))))
    for place in sorted(places):
        other = bytearray(data)
        other[place] ^= 1 << chance.randrange(8)
        verdict = verify(bytes(other))
        assert verdict.status in CAUGHT, (place, data[place - 20 : place + 20], verdict.reasons)


def test_every_truncation_and_every_addition_is_found(verify: Verify) -> None:
    data, chance = usual(), random.Random(17)
    for size in [0, 1, 4, 21, 22, 30, *chance.sample(range(len(data)), 30), len(data) - 1]:
        assert verify(data[:size]).status in CAUGHT, size
    for other in (data + b"\0", b"\0" + data, data + data, data + data[-22:]):
        assert verify(other).status in CAUGHT


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_blocks_put_elsewhere_are_found(data: st.DataObject) -> None:
    whole = usual()
    start, end = sorted((data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, len(whole)))))
    place = data.draw(st.integers(0, len(whole)))
    other = whole[:start] + whole[end:]
    other = other[:place] + whole[start:end] + other[place:]
    if other != whole:
        with pytest.raises(ContainerFault):
            for entry in read_entries(io.BytesIO(other), len(other)):
                for _chunk in container.read_entry(io.BytesIO(other), entry):
                    continue


# signed, and yet not to be believed


def contradictions() -> dict[str, Callable[[dict[str, bytes]], None]]:
    """What a trusted signer could send by a broken or malicious program; the signature holds over all of it."""

    def put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
        return lambda files: files.__setitem__(name, data)

    def edit(start: str, change: Callable[[bytes], bytes]) -> Callable[[dict[str, bytes]], None]:
        return lambda files: files.__setitem__(path_of(files, start), change(files[path_of(files, start)]))

    def drop(start: str) -> Callable[[dict[str, bytes]], None]:
        return lambda files: files.__delitem__(path_of(files, start))

    other = content_bytes(visit_content(9))
    return {
        "a visit it does not list": put(f"data/visits/{visit_content(9).visit_id}/{sha256_hex(other)}.json", other),
        "a visit under another id": put(f"data/visits/{visit_content(8).visit_id}/{sha256_hex(other)}.json", other),
        "a visit removed": drop("data/visits"),
        "a visit under a false hash": edit("data/visits", lambda data: data + b" "),
        "evidence missing": drop("data/evidence"),
        "evidence under a false hash": edit("data/evidence", lambda data: data + b" "),
        "evidence nobody names": put(f"data/evidence/{sha256_hex(b'x')}.jpg", b"x"),
        "a place that does not exist": put("data/program.exe", b"MZ"),
        "a document changed": edit("data/documents", lambda data: data[:2000] + b"?" + data[2001:]),
        "a document of another visit": put("data/documents/lain.pdf", signed_pdf(visit_content(5))),
        "a document that is none": put("data/documents/lain.pdf", b"%PDF-1.7"),
    }


@pytest.mark.parametrize("name", list(contradictions()))
def test_a_signed_bundle_that_contradicts_itself_is_not_genuine(verify: Verify, name: str) -> None:
    files = unpack(usual())
    contradictions()[name](files)
    verdict = verify(pack(resigned(with_info(files, lambda info: info))))
    assert verdict.status in CAUGHT, verdict.reasons
    assert not verdict.reasons[-1].good


def test_a_visit_in_another_form_is_refused_even_when_all_hashes_hold(verify: Verify) -> None:
    files = unpack(usual())
    old = path_of(files, "data/visits")
    data = files.pop(old).replace(b'"mode":"on_site"', b'"mode":"telepathy"')
    visit_id = old.split("/")[2]
    files[f"data/visits/{visit_id}/{sha256_hex(data)}.json"] = data
    names = sorted((name.split("/")[2], name.split("/")[3][:64]) for name in files if name.startswith("data/visits"))
    verdict = verify(pack(resigned(with_info(files, lambda info: replace(info, visits=tuple(names))))))
    assert (verdict.status, code(verdict)) == (Status.DAMAGED, "visit_form")


def test_another_sender_than_the_signer(verify: Verify) -> None:
    files = with_info(unpack(usual()), lambda info: replace(info, sender="ab" * 32))
    verdict = verify(pack(resigned(files)))
    assert (verdict.status, code(verdict)) == (Status.DAMAGED, "sender")


def test_a_newer_format_says_so(verify: Verify) -> None:
    files = unpack(usual())
    files[bag.INFO] = files[bag.INFO].replace(b"gmsc-bundle/1", b"gmsc-bundle/2")
    assert code(verify(pack(resigned(files)))) == "newer"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"GMSC-Kind: visits\n",
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b": ", b":  ", 1),
        lambda data: data.replace(b"GMSC-Sequence: 7", b"GMSC-Sequence: 07"),
        lambda data: data.replace(b"GMSC-Visit-Count: 2", b"GMSC-Visit-Count: 3"),
        lambda data: data[:-1],
        lambda _data: b"",
        lambda _data: b"\xff\xfe",
    ],
)
def test_bag_info_has_one_spelling(verify: Verify, change: Callable[[bytes], bytes]) -> None:
    files = unpack(usual())
    files[bag.INFO] = change(files[bag.INFO])
    assert verify(pack(resigned(files))).status is Status.DAMAGED


# hostile containers


BAD_NAMES = [
    "", ".", "..", "/", "a/", "/a", "a//b", "../a", "a/../b", "a/./b", "C:/a", "c:a", "\\\\server\\a", "a\\b", "a:b",
    "a\0b", "con", "NUL.txt", "com1.pdf", "a/LPT9", "a.", "a ", " a", "naïve", "a\u202eb", "ａ", "~a", ".hidden",
    "x" * 201, "a\nb", "CONIN$",
]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_are_dangerous_somewhere_are_refused(name: str) -> None:
    assert name_fault(name) is not None


def raw(entries: list[tuple[bytes, bytes]], tail: bytes = b"") -> bytes:
    """A container in the usual form but with any names at all."""

    class Raw(str):
        def encode(self, *_args: object) -> bytes:  # type: ignore[override]
            return self.raw  # type: ignore[attr-defined, no-any-return]

    import zlib

    out, made = io.BytesIO(), []
    for name, data in entries:
        text = Raw("x" * len(name))
        text.raw = name  # type: ignore[attr-defined]
        entry = Entry(text, len(data), zlib.crc32(data), out.tell())
        out.write(container.local_header(entry) + data)
        made.append(entry)
    out.write(container.directory(made, out.tell()) + tail)
    return out.getvalue()


ESCAPES = [
    b"../evil", b"/etc/passwd", b"C:\\evil", b"\\\\host\\share", b"bag/../../evil", b"evil", b"bag/\xc3\xa4", b"bag/a/",
]  # fmt: skip


@pytest.mark.parametrize("name", ESCAPES)
def test_names_that_lead_out_are_refused(verify: Verify, name: bytes) -> None:
    data = raw([(b"bag/bagit.txt", bag.DECLARATION), (name, b"x")])
    assert verify(data).status in CAUGHT
    with pytest.raises(ContainerFault):
        read_entries(io.BytesIO(data), len(data))


@pytest.mark.parametrize("twin", [b"bag/BAGIT.txt", b"bag/bagit.txt"])
def test_two_spellings_of_one_name_are_refused(verify: Verify, twin: bytes) -> None:
    data = raw([(b"bag/bagit.txt", bag.DECLARATION), (twin, b"x")])
    assert verify(data).status in CAUGHT
    with pytest.raises(ContainerFault, match="twins"):
        read_entries(io.BytesIO(data), len(data))


def zipped(fill: Callable[[zipfile.ZipFile], None], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as opened:
        opened.writestr("bag/bagit.txt", bag.DECLARATION)
        fill(opened)
    return out.getvalue()


def _link(opened: zipfile.ZipFile) -> None:
    link = zipfile.ZipInfo("bag/data/link")
    link.external_attr = 0o120777 << 16
    opened.writestr(link, "/etc/passwd")


FOREIGN = {
    "compressed": zipped(lambda opened: opened.writestr("bag/data/a", b"\0" * 1000)),
    "bomb": zipped(lambda opened: opened.writestr("bag/data/a", b"\0" * 20_000_000)),
    "link": zipped(_link, compression=zipfile.ZIP_STORED),
    "many": zipped(lambda opened: [opened.writestr(f"bag/data/{n}", b"") for n in range(300)] and None),  # type: ignore[func-returns-value]
    "comment": zipped(lambda opened: setattr(opened, "comment", b"x" * 100), compression=zipfile.ZIP_STORED),
}


@pytest.mark.parametrize("name", list(FOREIGN))
def test_zips_that_are_no_bundles_are_refused(verify: Verify, name: str) -> None:
    verdict = verify(FOREIGN[name])
    assert verdict.status in CAUGHT
    assert verdict.signers == ()


def test_entries_that_overlap_are_refused() -> None:
    data = bytearray(pack({"a": b"x" * 100, "b": b"y" * 100}))
    second = data.rindex(b"PK\1\2")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    with pytest.raises(ContainerFault):
        read_entries(io.BytesIO(data), len(data))


def test_a_directory_that_announces_too_much_is_refused() -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2**40, 2**40, 2**50, 0)
    data = wide + struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1) + end
    with pytest.raises(ContainerFault, match="too_many"):
        read_entries(io.BytesIO(data), len(data))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_no_container(data: bytes) -> None:
    for whole in (data, b"PK\3\4" + data, usual()[:60] + data, data + usual()[-22:], data + usual()[-300:]):
        with pytest.raises(ContainerFault):
            read_entries(io.BytesIO(whole), len(whole))


def test_files_beyond_four_gigabytes_are_written_and_read(tmp_path: Path) -> None:
    """Sizes and offsets beyond 32 bits, in a sparse file that takes no room."""

    path = tmp_path / "besar.gmsc"
    size = 2**32 + 5
    large, small = Entry(f"{ROOT}a", size, 0, 0), b"kecil"
    import zlib

    after = Entry(f"{ROOT}b", len(small), zlib.crc32(small), large.end)
    with path.open("wb") as file:
        file.write(container.local_header(large))
        file.seek(large.end)
        file.write(container.local_header(after) + small)
        file.write(container.directory([large, after], after.end))
    with path.open("rb") as file:
        assert read_entries(file, path.stat().st_size) == (large, after)
    with zipfile.ZipFile(path) as opened:
        assert [(item.filename, item.file_size) for item in opened.infolist()] == [("bag/a", size), ("bag/b", 5)]
        assert opened.read("bag/b") == small


def test_many_files_are_written_and_read() -> None:
    out = io.BytesIO()
    writer = ContainerWriter(out.write)
    for number in range(65_540):
        writer.add(f"{ROOT}{number}", 0, 0)
    writer.finish()
    assert len(read_entries(out, out.tell())) == 65_540
    assert len(zipfile.ZipFile(out).infolist()) == 65_540


def test_the_writer_takes_no_dangerous_names() -> None:
    for name in ("bag/../a", "a", "bag/con"):
        with pytest.raises(ValueError, match="no name"):
            ContainerWriter(io.BytesIO().write).add(name, 0, 0)


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.gmsc"):
        with pytest.raises(InvalidInput):
            verify_bundle(path, trusting())


def test_signers_of_the_kit_are_who_they_are() -> None:
    assert enrolled().fingerprint == self_signed().fingerprint
