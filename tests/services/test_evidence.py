"""Evidence on a real vault: whole or not at all, encrypted, found again byte for byte."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest
from PIL import Image

from gmsc_desktop.domain.errors import Cancelled, InvalidInput, NotFound, StorageError, VaultDamaged
from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.services import evidence as module
from gmsc_desktop.services.app import Services
from tests.helpers import files_below
from tests.services.helpers import BUDGET, POLICY, PROGRAMME, smallest_files


def jpeg(colour: str = "red", size: tuple[int, int] = (60, 30)) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2021:12:14 10:42:07"
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def lying(services: Services) -> set[str]:
    """What lies in the vault's folder of files, those that came with instruments apart."""
    rows = services.instruments.list()
    came = {f"{file.sha256}.age" for row in rows for file in services.instruments.files(row.hash)}
    return {name for name in files_below(services.vault.folder / "evidence") if Path(name).name not in came}


def stored(services: Services) -> set[str]:
    """The files that are whole."""
    return {name for name in lying(services) if not name.endswith(".part")}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "Rapat di Diskominfo.jpg"
    path.write_bytes(jpeg())
    return path


def test_a_photo_is_kept_encrypted_under_its_hash_with_what_the_camera_knew(
    services: Services, visit: Visit, photo: Path
) -> None:
    seen: list[tuple[int, int]] = []
    done = services.evidence.attach(visit.id, POLICY, photo, lambda done, total, text="": seen.append((done, total)))
    found, data = done.value, photo.read_bytes()
    assert (found.name, found.media_type, found.size) == (photo.name, "image/jpeg", len(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.taken_at == "2021-12-14T10:42:07"
    assert seen and seen[-1][1] == len(data)
    assert done.changed.kinds == {"evidence"} and done.changed.visits == {visit.id}
    photo.unlink()
    assert services.evidence.list(visit.id) == (found,)
    assert services.evidence.read(found.id) == data
    (name,) = stored(services)
    assert found.sha256 in name
    assert data[:20] not in (services.vault.folder / "evidence" / name).read_bytes()
    assert services.history.verify() == ()


def test_files_keep_their_order_and_the_same_file_is_there_once(services: Services, visit: Visit, photo: Path) -> None:
    first = services.evidence.attach(visit.id, POLICY, photo).value
    second = services.evidence.attach_bytes(visit.id, POLICY, "b.txt", b"dua").value
    again = services.evidence.attach(visit.id, POLICY, photo)
    assert (again.value, again.changed.kinds) == (first, frozenset())
    assert services.evidence.list(visit.id) == (first, second)
    assert (first.position, second.position) == (0, 1)
    elsewhere = services.evidence.attach(visit.id, BUDGET, photo).value
    assert elsewhere.sha256 == first.sha256
    assert len(stored(services)) == 2


def test_a_file_taken_away_comes_back(services: Services, visit: Visit, photo: Path) -> None:
    found = services.evidence.attach(visit.id, POLICY, photo).value
    services.evidence.remove(found.id)
    services.evidence.remove(found.id)
    assert services.evidence.list(visit.id) == ()
    assert services.visits.list()[0].evidence_count == 0
    assert services.evidence.read(found.id) == photo.read_bytes()
    services.evidence.restore(found.id)
    assert services.evidence.list(visit.id) == (found,)
    captioned = services.evidence.caption(found.id, "  Rapat\r\nbersama OPD ").value
    assert captioned.caption == "Rapat\nbersama OPD"
    assert services.evidence.list(visit.id) == (captioned,)
    with pytest.raises(InvalidInput):
        services.evidence.caption(found.id, "x" * 3000)
    told = [(entry.before, entry.after) for entry in services.history.entries(visit.id, 3)]
    assert told[0] == ({"caption": ""}, {"caption": "Rapat\nbersama OPD"})
    assert told[1:] == [({"removed": 1}, {"removed": 0}), ({"removed": 0}, {"removed": 1})]


def test_a_small_picture_is_drawn_once(services: Services, visit: Visit, photo: Path) -> None:
    found = services.evidence.attach(visit.id, POLICY, photo).value
    png = services.evidence.thumbnail(found.id, 32)
    assert png and Image.open(io.BytesIO(png)).size == (32, 16)
    services.vault.store.blobs.path(found.sha256).unlink()
    assert services.evidence.thumbnail(found.id, 32) == png
    with pytest.raises(NotFound):
        services.evidence.thumbnail(found.id, 16)


@pytest.mark.parametrize("data", [b"bukan foto sama sekali", b"\xff\xd8\xff\xe0" + b"rusak" * 50, jpeg()[:400]])
def test_a_photo_that_is_no_photo_is_kept_as_a_file(
    services: Services, visit: Visit, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "foto.jpg"
    path.write_bytes(data)
    found = services.evidence.attach(visit.id, POLICY, path).value
    assert services.evidence.thumbnail(found.id, 64) is None
    assert services.evidence.thumbnail(found.id, 64) is None
    assert services.evidence.read(found.id) == data


def refused(services: Services, visit: Visit, path: Path, error: type[Exception]) -> None:
    """Attaching fails as told, and nothing of it is there."""
    rows, files = services.evidence.list(visit.id), stored(services)
    head = services.vault.store.journal.vault_head()
    with pytest.raises(error) as caught:
        services.evidence.attach(visit.id, POLICY, path)
    assert str(caught.value)
    assert (services.evidence.list(visit.id), stored(services)) == (rows, files)
    assert services.vault.store.journal.vault_head() == head


def test_what_cannot_be_attached_is_refused_and_leaves_nothing(
    services: Services, visit: Visit, tmp_path: Path
) -> None:
    empty, huge = tmp_path / "kosong.jpg", tmp_path / "besar.mp4"
    empty.touch()
    with huge.open("wb") as file:
        file.truncate(4 * 1024**3)
    refused(services, visit, empty, InvalidInput)
    refused(services, visit, huge, InvalidInput)
    refused(services, visit, tmp_path / "tidak ada.jpg", InvalidInput)
    refused(services, visit, tmp_path, InvalidInput)
    refused(services, visit, Path(f"/proc/{os.getpid()}/mem"), InvalidInput)
    with pytest.raises(InvalidInput):
        services.evidence.attach_bytes(visit.id, POLICY, "kosong.txt", b"")


@pytest.mark.parametrize("key", ["/data/none", "/data/main/none[x]"])
def test_a_place_the_form_does_not_have_takes_no_file(services: Services, visit: Visit, key: str) -> None:
    with pytest.raises((InvalidInput, NotFound)):
        services.evidence.attach_bytes(visit.id, key, "a.txt", b"a")
    with pytest.raises(NotFound):
        services.evidence.attach_bytes(visit.id, f"{PROGRAMME}[x]/title", "a.txt", b"a")
    assert stored(services) == set()


def test_stopping_leaves_nothing(services: Services, visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(os.urandom(5_000_000))

    def stop(done: int, total: int, text: str = "") -> None:
        if done > 2_000_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        services.evidence.attach(visit.id, POLICY, path, stop)
    assert services.evidence.list(visit.id) == ()
    assert lying(services) == set()


def test_a_source_that_vanishes_half_way_leaves_nothing(services: Services, visit: Visit, tmp_path: Path) -> None:
    """A stick pulled out shows as a read that fails with an input/output error."""
    path = tmp_path / "video.mp4"
    path.write_bytes(bytes(5_000_000))

    def pull(done: int, total: int, text: str = "") -> None:
        if done:
            raise OSError(5, "Input/output error")

    with pytest.raises(InvalidInput) as caught:
        services.evidence.attach(visit.id, POLICY, path, pull)
    assert "stick" in caught.value.cure
    assert services.evidence.list(visit.id) == ()
    assert lying(services) == set()


def test_a_disk_that_fills_while_attaching_is_said_and_keeps_everything(
    services: Services, visit: Visit, tmp_path: Path, photo: Path
) -> None:
    kept = services.evidence.attach(visit.id, POLICY, photo).value
    path = tmp_path / "video.mp4"
    path.write_bytes(os.urandom(3_000_000))
    with smallest_files(2_000_000):
        refused(services, visit, path, StorageError)
    assert services.evidence.list(visit.id) == (kept,)
    whole = services.evidence.attach(visit.id, POLICY, path).value
    assert services.evidence.read(whole.id) == path.read_bytes()
    assert services.history.verify() == ()


def test_a_full_disk_is_noticed_before_it_is_full(
    services: Services, visit: Visit, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SPARE", 10**18)
    refused(services, visit, photo, StorageError)


def test_when_the_row_cannot_be_written_the_file_is_only_an_orphan(
    services: Services, visit: Visit, tmp_path: Path
) -> None:
    conn = services.vault.store.conn
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    conn.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError):
        for number in range(200):
            services.evidence.attach_bytes(visit.id, POLICY, f"{number}.txt", b"x" * (number + 1))
    conn.execute("PRAGMA max_page_count = 100000")
    rows = services.evidence.list(visit.id)
    assert {path for row in rows for path in stored(services) if row.sha256 in path} < stored(services)
    assert services.history.verify() == ()
    services.evidence.attach_bytes(visit.id, POLICY, "akhir.txt", b"akhir")
    assert len(services.evidence.list(visit.id)) == len(rows) + 1


def test_a_damaged_file_is_said_to_be_damaged(services: Services, visit: Visit, photo: Path, tmp_path: Path) -> None:
    found = services.evidence.attach(visit.id, POLICY, photo).value
    path = services.vault.store.blobs.path(found.sha256)
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    target = tmp_path / "salinan.jpg"
    target.write_bytes(b"yang lama")
    for act in (
        lambda: services.evidence.read(found.id),
        lambda: services.evidence.thumbnail(found.id, 64),
        lambda: services.evidence.save_as(found.id, target),
    ):
        with pytest.raises(VaultDamaged):
            act()
    assert target.read_bytes() == b"yang lama"
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.endswith(".part")) == []
    (line,) = services.history.verify()
    assert found.sha256 in line


def test_a_file_is_saved_as_it_was(services: Services, visit: Visit, photo: Path, tmp_path: Path) -> None:
    found = services.evidence.attach(visit.id, POLICY, photo).value
    target = tmp_path / "keluar.jpg"
    services.evidence.save_as(found.id, target)
    assert target.read_bytes() == photo.read_bytes()
    with pytest.raises(StorageError):
        services.evidence.save_as(found.id, tmp_path / "tidak" / "ada.jpg")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the names of open files are read from /proc")
def test_a_file_lies_on_the_disk_under_its_name_before_its_row_is_committed(
    services: Services, visit: Visit, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the power going at any moment may leave: a file nobody names, never a row without its file."""
    seen: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        fsync(handle)
        seen.append(f"synced {Path(f'/proc/self/fd/{handle}').readlink()}")

    def renamed(source: str, target: str) -> None:
        replace(source, target)
        seen.append(f"renamed {source} {target}")

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    conn = services.vault.store.conn
    conn.set_trace_callback(lambda statement: seen.append(statement.split()[0]))
    found = services.evidence.attach(visit.id, POLICY, photo).value
    conn.set_trace_callback(None)
    final = str(services.vault.store.blobs.path(found.sha256))
    rename = next(number for number, line in enumerate(seen) if line.startswith("renamed") and line.endswith(final))
    source = seen[rename].split()[1]
    assert f"synced {source}" in seen[:rename]
    folder = seen.index(f"synced {Path(final).parent}")
    assert rename < folder < seen.index("BEGIN") < seen.index("INSERT") < seen.index("COMMIT")
    assert conn.execute("PRAGMA synchronous").fetchone() == (2,)
    assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
