"""Our age files open with others' tools and theirs with ours, and no damage goes unseen."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.age.keys import AgeFault, NotAddressed, Note, new_identity, public_of, recipient_of, secret_of
from gmsc_desktop.age.stream import CHUNK, AgeReader, AgeWriter

IDENTITY = new_identity()
SIZES = [0, 1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 16 * CHUNK, 16 * CHUNK + 1, 40 * CHUNK + 5]


def seal(data: bytes, *pieces: int, to: tuple[str, ...] = ()) -> bytes:
    out = bytearray()
    writer = AgeWriter(out.extend, to or (recipient_of(IDENTITY),))
    at = 0
    for size in pieces:
        writer.write(data[at : at + size])
        at += size
    writer.write(data[at:])
    writer.finish()
    return bytes(out)


def text(size: int) -> bytes:
    return (b"kunjungan " * (size // 10 + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
def test_opens_with_another_library_and_what_that_wrote_opens_here(size: int) -> None:
    data, theirs = text(size), pyrage.x25519.Identity.from_str(IDENTITY)
    assert pyrage.decrypt(seal(data), [theirs]) == data
    assert AgeReader(io.BytesIO(pyrage.encrypt(data, [theirs.to_public()])), IDENTITY).readall() == data


def test_keys_read_like_those_of_the_other_library() -> None:
    theirs = pyrage.x25519.Identity.from_str(IDENTITY)
    assert str(theirs) == IDENTITY
    assert str(theirs.to_public()) == recipient_of(IDENTITY)
    assert secret_of(str(pyrage.x25519.Identity.generate()))
    for wrong in ("", "age1", recipient_of(IDENTITY)[:-1], recipient_of(IDENTITY)[:-1] + "!", IDENTITY.title()):
        with pytest.raises(ValueError):
            public_of(wrong)
    swapped = recipient_of(IDENTITY).replace("q", "p", 1) if "q" in recipient_of(IDENTITY)[4:] else "age1q"
    with pytest.raises(ValueError):
        public_of(swapped)


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_opens_with_age_itself(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(IDENTITY)
    (tmp_path / "file").write_bytes(seal(text(200_000)))
    run = subprocess.run(["age", "-d", "-i", tmp_path / "key", tmp_path / "file"], capture_output=True, check=True)
    assert run.stdout == text(200_000)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3 * CHUNK), max_size=5), st.integers(0, 5 * CHUNK))
def test_however_it_is_cut_while_writing(pieces: list[int], rest: int) -> None:
    data = text(sum(pieces) + rest)
    assert AgeReader(io.BytesIO(seal(data, *pieces)), IDENTITY).readall() == data


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40 * CHUNK), st.integers(0, 3 * CHUNK)), max_size=8))
def test_reads_from_any_place(places: list[tuple[int, int]]) -> None:
    data = text(36 * CHUNK + 77)
    plain, file = io.BytesIO(data), io.BufferedReader(AgeReader(io.BytesIO(SEALED), IDENTITY))
    for place, size in places:
        plain.seek(place)
        file.seek(place)
        assert file.read(size) == plain.read(size)


SEALED = seal(text(36 * CHUNK + 77))


def test_for_several_recipients_and_for_nobody_else() -> None:
    other, third = new_identity(), new_identity()
    data = seal(b"rahasia", to=(recipient_of(other), recipient_of(IDENTITY)))
    for identity in (other, IDENTITY):
        assert AgeReader(io.BytesIO(data), identity).readall() == b"rahasia"
    with pytest.raises(NotAddressed):
        AgeReader(io.BytesIO(data), third)


def test_every_truncation_is_found_at_once() -> None:
    for data in (seal(b""), seal(text(40)), seal(text(CHUNK)), seal(text(CHUNK + 3))):
        head = data.index(b"\n--- ") + 48
        ends = {*range(head, head + 60), *range(len(data) - 40, len(data)), len(data) - CHUNK - TAGGED}
        for end in (end for end in ends if 0 <= end < len(data)):
            with pytest.raises(AgeFault):
                AgeReader(io.BytesIO(data[:end]), IDENTITY)
        with pytest.raises(AgeFault):
            AgeReader(io.BytesIO(data + b"\0"), IDENTITY)


TAGGED = 16


def test_every_changed_byte_is_found() -> None:
    data = seal(text(300))
    for place in range(len(data)):
        other = bytearray(data)
        other[place] ^= 1
        with pytest.raises(AgeFault):
            AgeReader(io.BytesIO(bytes(other)), IDENTITY).readall()


def test_chunks_put_elsewhere_are_found() -> None:
    data = seal(text(4 * CHUNK))
    size = CHUNK + TAGGED
    begin = len(data) - 4 * size
    one, two = (data[begin + number * size : begin + (number + 1) * size] for number in range(2))
    swapped = data[:begin] + two + one + data[begin + 2 * size :]
    short = data[: begin + size] + data[begin + 2 * size :]
    for other in (swapped, short):
        with pytest.raises(AgeFault):
            AgeReader(io.BytesIO(other), IDENTITY).readall()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_other_headers_are_refused_and_nothing_worse(data: bytes) -> None:
    for given_ in (data, b"age-encryption.org/v1\n" + data, SEALED[:60] + data):
        with pytest.raises(AgeFault):
            AgeReader(io.BytesIO(given_), IDENTITY)


def test_stanzas_of_other_kinds_are_passed_over() -> None:
    theirs = pyrage.x25519.Identity.from_str(IDENTITY)
    for _round in range(5):
        assert AgeReader(io.BytesIO(pyrage.encrypt(b"x", [theirs.to_public()])), IDENTITY).readall() == b"x"


def test_a_note_is_sealed_into_the_header_and_others_pass_it_over() -> None:
    out = io.BytesIO()
    writer = AgeWriter(out.write, (recipient_of(IDENTITY),), Note("00" * 32, 0, 0))
    writer.write(b"bukti")
    writer.finish()
    note = Note("ab" * 32, 5, 0xFFFFFFFF)
    out.seek(0)
    out.write(writer.header(note))
    data = out.getvalue()
    reader = AgeReader(io.BytesIO(data), IDENTITY)
    assert (reader.note, reader.readall()) == (note, b"bukti")
    assert pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(IDENTITY)]) == b"bukti"
    begin = data.index(b"gmsc-file\n") + 10
    for place in range(begin, begin + 40):
        other = b"B" if data[place : place + 1] == b"A" else b"A"
        with pytest.raises(AgeFault):
            AgeReader(io.BytesIO(data[:place] + other + data[place + 1 :]), IDENTITY)
    assert AgeReader(io.BytesIO(seal(b"tanpa")), IDENTITY).note is None
