"""Files beside the database: whole, under their hash, encrypted so that age opens them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gmsc_desktop.age.keys import new_identity
from gmsc_desktop.domain.errors import Cancelled, InvalidInput, NotFound, StorageError, VaultDamaged
from gmsc_desktop.store.blobs import STEP, BlobStore
from tests.helpers import small_disk

PHOTO = bytes(range(256)) * 5_000


@pytest.fixture
def identity() -> str:
    return new_identity()


@pytest.fixture
def blobs(tmp_path: Path, identity: str) -> BlobStore:
    return BlobStore(tmp_path / "evidence", identity)


def lying(blobs: BlobStore) -> list[str]:
    return sorted(path.name for path in blobs.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("data", [b"", b"x", PHOTO], ids=["empty", "byte", "photo"])
def test_a_file_comes_back_as_it_was(blobs: BlobStore, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "foto.jpg"
    path.write_bytes(data)
    blob = blobs.put_file(path)
    assert (blob.sha256, blob.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert blobs.read(blob.sha256) == data
    with blobs.open(blob.sha256) as file:
        file.seek(max(0, len(data) - 10))
        assert file.read() == data[-10:]
    assert lying(blobs) == [f"{blob.sha256}.age"]
    assert blobs.path(blob.sha256).parent.name == blob.sha256[:2]
    assert data[:64] not in blobs.path(blob.sha256).read_bytes() or not data[1:]
    assert path.read_bytes() == data


def test_age_opens_it(blobs: BlobStore, tmp_path: Path, identity: str) -> None:
    age = shutil.which("age")
    if age is None:
        pytest.skip("no age here")
    blob = blobs.put_bytes(PHOTO)
    key = tmp_path / "key.txt"
    key.write_text(identity)
    done = subprocess.run([age, "-d", "-i", str(key), str(blobs.path(blob.sha256))], capture_output=True, check=True)
    assert done.stdout == PHOTO


def test_the_same_content_lies_there_once(blobs: BlobStore) -> None:
    assert blobs.put_bytes(b"sama") == blobs.put_bytes(b"sama")
    assert len(lying(blobs)) == 1
    assert list(blobs.names()) == [hashlib.sha256(b"sama").hexdigest()]


def test_putting_again_heals_a_damaged_one(blobs: BlobStore) -> None:
    blob = blobs.put_bytes(PHOTO)
    blobs.path(blob.sha256).write_bytes(b"rusak")
    blobs.put_bytes(PHOTO)
    assert blobs.read(blob.sha256) == PHOTO


def test_cancelling_leaves_nothing(blobs: BlobStore, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(bytes(3 * STEP))
    seen = []

    def stop(done: int, total: int, text: str = "") -> None:
        seen.append((done, total))
        if done > STEP:
            raise Cancelled

    with pytest.raises(Cancelled):
        blobs.put_file(path, stop)
    assert seen[0] == (0, 3 * STEP)
    assert lying(blobs) == []


def test_what_cannot_be_read_is_said(blobs: BlobStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"hilang\.jpg"):
        blobs.put_file(tmp_path / "hilang.jpg")
    with pytest.raises(InvalidInput):
        blobs.put_file(tmp_path)
    assert not blobs.folder.exists()


def test_a_missing_file_and_a_damaged_one(blobs: BlobStore) -> None:
    with pytest.raises(NotFound):
        blobs.read("ab" * 32)
    blob = blobs.put_bytes(PHOTO)
    path = blobs.path(blob.sha256)
    whole = path.read_bytes()
    for place in (5, 150, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(VaultDamaged, match=blob.sha256):
            blobs.read(blob.sha256)
    path.write_bytes(whole[:-20])
    with pytest.raises(VaultDamaged):
        blobs.read(blob.sha256)
    assert path.read_bytes() == whole[:-20]


def test_a_whole_file_under_another_name_is_damage(blobs: BlobStore) -> None:
    one, two = blobs.put_bytes(b"satu"), blobs.put_bytes(b"dua")
    shutil.copyfile(blobs.path(one.sha256), blobs.path(two.sha256))
    with pytest.raises(VaultDamaged):
        blobs.read(two.sha256)


def test_another_vaults_key_opens_nothing(blobs: BlobStore) -> None:
    blob = blobs.put_bytes(PHOTO)
    with pytest.raises(VaultDamaged):
        BlobStore(blobs.folder, new_identity()).read(blob.sha256)


def test_sweeping_takes_old_orphans_and_nothing_else(blobs: BlobStore) -> None:
    known, orphan, fresh = (blobs.put_bytes(data) for data in (b"dikenal", b"yatim", b"baru"))
    half = blobs.folder / "00" / "abc.part"
    half.write_bytes(b"separuh")
    now = datetime(2021, 12, 14, tzinfo=UTC)
    for path in (blobs.path(known.sha256), blobs.path(orphan.sha256), half):
        os.utime(path, ((now - timedelta(days=10)).timestamp(),) * 2)
    os.utime(blobs.path(fresh.sha256), (now.timestamp(),) * 2)
    assert not blobs.names_only(frozenset({known.sha256, fresh.sha256}))
    assert blobs.sweep({known.sha256}, now=now, older_than=timedelta(days=7)) == 2
    assert lying(blobs) == sorted(f"{blob.sha256}.age" for blob in (known, fresh))
    assert blobs.names_only(frozenset({known.sha256, fresh.sha256}))


def test_four_gigabytes_are_streamed_not_held(blobs: BlobStore, tmp_path: Path) -> None:
    """A sparse file of 4 GB + 1 is read step by step: it is stopped early here, which shows that it is not held."""
    path = tmp_path / "besar.mov"
    with path.open("wb") as file:
        file.truncate((4 << 30) + 1)
    totals = []

    def stop(done: int, total: int, text: str = "") -> None:
        totals.append(total)
        if done >= 8 * STEP:
            raise Cancelled

    with pytest.raises(Cancelled):
        blobs.put_file(path, stop)
    assert set(totals) == {(4 << 30) + 1}
    assert lying(blobs) == []


def test_a_full_disk_while_attaching(tmp_path: Path, identity: str) -> None:
    with small_disk(tmp_path / "disk", "256k") as disk:
        blobs = BlobStore(disk / "evidence", identity)
        small = blobs.put_bytes(b"kecil")
        with pytest.raises(StorageError) as caught:
            blobs.put_bytes(PHOTO)
        assert caught.value.template == "The disk is full."
        assert lying(blobs) == [f"{small.sha256}.age"]
        assert blobs.read(small.sha256) == b"kecil"
