"""What comes with a workbook from outside is copied into the vault, bounded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.instrument_files import MAX_FILE
from gmsc_desktop.store.backups import named_blobs

PICTURES = """
| survey |
| | type | name | label | image |
| | text | a | A | peta.png |
| | text | b | B | ../rahasia.png |
| | text | c | C | hilang.png |
"""


def test_what_comes_with_a_workbook_is_copied_into_the_vault(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    (folder / "gambar-media").mkdir(parents=True)
    (folder / "gambar-media" / "peta.png").write_bytes(b"\x89PNG\r\n\x1a\npeta")
    (tmp_path / "rahasia.png").write_bytes(b"rahasia")
    path = folder / "gambar.md"
    path.write_text(PICTURES, encoding="utf-8")
    checked = services.instruments.check(path)
    doubted = [(issue.row, issue.params["file"]) for issue in checked.warnings if "file" in issue.params]
    assert doubted == [(3, "../rahasia.png"), (4, "hilang.png")]
    digest = services.instruments.install(path).value.hash
    shutil.rmtree(folder)
    assert [(file.name, file.kind, file.media_type) for file in services.instruments.files(digest)] == [
        ("gambar.md", "workbook", "text/plain"),
        ("peta.png", "media", "image/png"),
    ]
    assert services.instruments.read_file(digest, "gambar.md") == PICTURES.encode()
    assert services.instruments.read_file(digest, "peta.png") == b"\x89PNG\r\n\x1a\npeta"
    assert services.instruments.read_file(digest, "hilang.png") is None
    named = named_blobs(services.vault.store.conn)
    assert {file.sha256 for file in services.instruments.files(digest)} <= named


def test_files_that_are_too_large_or_none_are_refused_and_nothing_is_kept(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "gambar.md"
    path.write_text(PICTURES, encoding="utf-8")
    with (tmp_path / "peta.png").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(InvalidInput):
        services.instruments.install(path)
    with pytest.raises(InvalidInput):
        services.instruments.check(path)
    with pytest.raises(InvalidInput):
        services.instruments.install(tmp_path)
    assert services.instruments.list() == ()
