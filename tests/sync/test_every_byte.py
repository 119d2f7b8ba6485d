"""A small bundle, exhaustively: every byte changed, every length cut off, every two entries swapped; and files made to
cost time or memory, in a process that may have little of both.

In the gate one bit of each byte that is no content, and of every fifth that is; ``GMSC_BITS=all`` flips all eight of
all of them.
"""

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import BinaryIO

import pyrage
import pytest

from gmsc_desktop.domain.verdict import Status, Verdict
from gmsc_desktop.sync.bundle import write_bundle
from gmsc_desktop.sync.container import read_entries
from gmsc_desktop.sync.reading import read_bundle
from gmsc_desktop.sync.sealed import NotForUs, opened
from tests.signing_kit import NOW, content_bytes, enrolled, trusting, visit_content
from tests.sync.kit import Files, bundle_content, pack, unpack

CAUGHT = (Status.ALTERED, Status.DAMAGED)
TINY = ("foto.jpg", b"\xff\xd8cahaya")
ALL_BITS = os.environ.get("GMSC_BITS") == "all"


@cache
def small() -> bytes:
    """A bundle of one visit, one evidence file and a journal, a few kilobytes in all."""
    import tempfile

    files = Files()
    files.put(TINY[1])
    content = replace(
        bundle_content(files, documents=False), visits=(content_bytes(visit_content(1, (TINY,))),), open_file=files.open
    )
    with tempfile.TemporaryDirectory() as folder:
        return write_bundle(Path(folder) / "p.gmsc", content, enrolled(), NOW).path.read_bytes()


def judge(data: bytes) -> Verdict:
    return read_bundle(io.BytesIO(data), "paket.gmsc", trusting()).verdict


def refused(data: bytes) -> bool:
    verdict = judge(data)
    return verdict.status in CAUGHT and not verdict.reasons[-1].good and bool(verdict.reasons[-1].template)


def judged(file: BinaryIO) -> bool:
    """Whether the bundle in ``file`` is worth anything."""
    return read_bundle(file, "paket.gmsc", trusting()).verdict.status not in CAUGHT


def test_it_is_genuine_as_it_is() -> None:
    assert judge(small()).status is Status.GENUINE
    assert len(small()) < 12_000


def places() -> list[int]:
    """Where a byte is changed."""
    data = small()
    entries = read_entries(io.BytesIO(data), len(data))
    content = {at for entry in entries if entry.name.startswith("bag/data/") for at in range(entry.begin, entry.end)}
    return [at for at in range(len(data)) if ALL_BITS or at not in content or at % 5 == 0]


def test_every_byte() -> None:
    data, chance = small(), Random(23)
    for place in places():
        for bit in range(8) if ALL_BITS else (chance.randrange(8),):
            other = bytearray(data)
            other[place] ^= 1 << bit
            assert refused(bytes(other)), (place, bit, data[max(0, place - 20) : place + 20])


def test_every_length() -> None:
    data = small()
    for size in range(len(data)):
        assert refused(data[:size]), size


def test_every_order() -> None:
    files = list(unpack(small()).items())
    for one, other in itertools.combinations(range(len(files)), 2):
        swapped = list(files)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        assert refused(pack(dict(swapped))), (files[one][0], files[other][0])
    assert refused(pack(dict(reversed(files))))
    for at in range(len(files)):
        assert refused(pack(dict(files[:at] + files[at + 1 :]))), f"without {files[at][0]}"


def test_every_byte_of_the_outermost_layer(tmp_path: Path) -> None:
    """What age wraps: a changed or cut file is opened by nobody, or is no bundle."""
    identity = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(small(), [identity.to_public()])
    path, chance = tmp_path / "p.gmsc", Random(29)
    places = {*range(400), *chance.sample(range(len(sealed)), 300), *range(len(sealed) - 40, len(sealed))}
    changed = [
        sealed[:place] + bytes([sealed[place] ^ 1 << chance.randrange(8)]) + sealed[place + 1 :] for place in places
    ]
    cut = [sealed[:size] for size in {*range(0, len(sealed), 61), len(sealed) - 1}]
    for data in (*changed, *cut, sealed + b"\0", sealed + sealed):
        path.write_bytes(data)
        try:
            with opened(path) as file:
                assert not judged(file.container(str(identity))), "a changed layer is not believed"
        except NotForUs:
            continue


# what is made to cost


HOSTILE = r'''
import io, json, resource, struct, sys, time, zlib
from gmsc_desktop.sync import bag, container
from gmsc_desktop.sync.container import Entry, local_header, directory
from tests.sync.test_every_byte import judge, small, pack, unpack
from tests.sync.kit import resigned, with_info
from gmsc_desktop.domain.canonical import sha256_hex
from dataclasses import replace

def empty(count):
    out, made = io.BytesIO(), []
    for number in range(count):
        entry = Entry(f"bag/data/{number}", 0, 0, out.tell())
        out.write(local_header(entry)); made.append(entry)
    out.write(directory(made, out.tell()))
    return out.getvalue()

def nested(depth):
    files = unpack(small())
    old = next(name for name in files if name.startswith("data/visits"))
    del files[old]
    data = b"[" * depth + b"]" * depth
    files[f"data/visits/{old.split('/')[2]}/{sha256_hex(data)}.json"] = data
    listed = tuple((name.split("/")[2], name.split("/")[3][:64]) for name in files if name.startswith("data/visits"))
    return pack(resigned(with_info(files, lambda info: replace(info, visits=listed))))

def tag(name, data):
    return pack(resigned({**unpack(small()), name: data}))

def manifest_of(lines):
    files = unpack(small())
    files[bag.MANIFEST] = b"".join(b"%064x  data/%d\n" % (n, n) for n in range(lines))
    return pack(files)

def bomb():
    import zipfile
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        z.writestr("bag/bagit.txt", bag.DECLARATION)
        with z.open("bag/data/a", "w") as f:
            for _ in range(200): f.write(bytes(1 << 20))
    return out.getvalue()

def liar(size):
    """Says it is large and is not."""
    data = bytearray(small())
    place = data.rindex(b"PK\1\2")
    struct.pack_into("<2L", data, place + 20, size, size)
    return bytes(data)

def overlap():
    data = bytearray(pack({"a": bytes(1 << 16), "b": bytes(1 << 16)}))
    second = data.rindex(b"PK\1\2")
    struct.pack_into("<L", data, second + 42, 0)
    return bytes(data)

MAKERS = {
    "a million entries": lambda: empty(1_000_000),
    "200,000 entries": lambda: empty(200_000),
    "deep": lambda: nested(200_000),
    "bomb": bomb,
    "liar": lambda: liar(0xFFFFFFF0),
    "overlap": overlap,
    "long info": lambda: tag(bag.INFO, b"A: b\n" * 4_000_000),
    "long manifest": lambda: manifest_of(700_000),
}
name = sys.argv[1]
data = MAKERS[name]()
small()
with open("/proc/self/clear_refs", "w") as file: file.write("5")
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) >> 10
before, started = peak(), time.process_time()
verdict = judge(data)
seconds = round(time.process_time() - started, 1)
print(verdict.status.value, verdict.reasons[-1].code, peak() - before, seconds, len(data) >> 20)
'''

MOST_MEGABYTES, MOST_SECONDS = 300, 20


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in another way here")
@pytest.mark.parametrize(
    "name",
    ["a million entries", "200,000 entries", "deep", "bomb", "liar", "overlap", "long info", "long manifest"],
)
def test_what_is_made_to_cost_costs_little(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOSTILE, name], capture_output=True, text=True, check=False,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    status, code, memory, seconds, _size = done.stdout.split()
    print(f"{name}: {done.stdout.strip()}")
    assert status in ("altered", "damaged") and code
    assert int(memory) <= MOST_MEGABYTES and float(seconds) <= MOST_SECONDS
