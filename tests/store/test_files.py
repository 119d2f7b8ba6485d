"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmsc_desktop.store.files import replacing, sync_file, sync_folder, write_atomically
from tests.helpers import crashes, full_disk


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_new_content_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_atomically(path, b"satu")
    write_atomically(path, b"dua")
    assert path.read_bytes() == b"dua"
    assert names(tmp_path) == ["keys.json"]
    sync_file(path)
    sync_folder(tmp_path)


def test_a_block_that_fails_leaves_the_old(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_atomically(path, b"satu")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write(b"du")
        assert path.read_bytes() == b"satu"
        raise ZeroDivisionError
    assert path.read_bytes() == b"satu"
    assert names(tmp_path) == ["keys.json"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "a" / "keys.json", b"satu")
    assert names(tmp_path) == []


@pytest.mark.parametrize("room", [0, 1])
def test_a_full_disk_leaves_the_old(tmp_path: Path, room: int) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(b"satu")
    with full_disk(room), pytest.raises(OSError, match="No space"):
        write_atomically(path, b"dua")
    assert path.read_bytes() == b"satu"
    assert names(tmp_path) == ["keys.json"]


def test_a_crash_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    found = set()
    path.write_bytes(b"satu")
    for _died in crashes(lambda: write_atomically(path, b"dua")):
        found.add(path.read_bytes())
        path.write_bytes(b"satu")
    assert found == {b"satu", b"dua"}
