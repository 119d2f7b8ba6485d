"""Files that were not taken: each lies whole in the folder ``quarantine`` of the vault with the reason, to be tried
again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.domain.exchange import Quarantined
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import replacing
from gmsc_desktop.store.rows import put_row
from gmsc_desktop.store.store import Store

FOLDER = "quarantine"
SUFFIX = ".gmsc"
_COLUMNS = "sha256, at, file_name, size, code, template, params, tries"


class QuarantineRepository:
    """The quarantine of one vault; ``folder`` is the vault's."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self.folder = folder / FOLDER

    def path(self, sha256: str) -> Path:
        """Where the file lies."""
        return self.folder / f"{sha256}{SUFFIX}"

    def add(self, source: Path, sha256: str, code: str, template: str, params: Mapping[str, str]) -> None:
        """Keep a whole copy of ``source`` and why it was not taken; once more counts as another try."""
        with translating(self.folder):
            self.folder.mkdir(exist_ok=True)
            if source != self.path(sha256):
                with source.open("rb") as file, replacing(self.path(sha256)) as copy:
                    shutil.copyfileobj(file, copy, 1 << 20)
            size = self.path(sha256).stat().st_size
        found = self._row(sha256)
        row = {
            "sha256": sha256,
            "at": self._store.clock.now().isoformat() if found is None else found[1],
            "file_name": source.name if found is None else found[2],
            "size": size,
            "code": code,
            "template": template,
            "params": canonical_bytes(dict(params)).decode(),
            "tries": 1 if found is None else int(found[7]) + 1,
            "released_at": "",
        }
        put_row(self._store, "quarantine", ("sha256",), row)

    def release(self, sha256: str) -> None:
        """The file was taken after all, or came again and was good; its copy stays until the person removes it."""
        found = self._row(sha256, "AND released_at = ''")
        if found is not None:
            row = dict(zip(_COLUMNS.split(", "), found, strict=True))
            row["released_at"] = self._store.clock.now().isoformat()
            put_row(self._store, "quarantine", ("sha256",), row)

    def list(self) -> tuple[Quarantined, ...]:
        """What lies there and was not taken since, the newest first."""
        with self._store.reading():
            query = f"SELECT {_COLUMNS} FROM quarantine WHERE released_at = '' ORDER BY at DESC, sha256"  # noqa: S608
            return tuple(_quarantined(row) for row in self._store.conn.execute(query))

    def get(self, sha256: str) -> Quarantined:
        """The file with this hash. Raises ``NotFound``."""
        found = self._row(sha256)
        if found is None:
            raise NotFound(N_("There is no file {sha256} in the quarantine."), sha256=sha256)
        return _quarantined(found)

    def _row(self, sha256: str, more: str = "") -> Any:
        with self._store.reading():
            query = f"SELECT {_COLUMNS} FROM quarantine WHERE sha256 = ? {more}"  # noqa: S608
            return self._store.conn.execute(query, (sha256,)).fetchone()


def _quarantined(row: tuple[Any, ...]) -> Quarantined:
    sha256, at, file_name, size, code, template, params, tries = row
    return Quarantined(
        sha256, datetime.fromisoformat(at), file_name, size, code, template, MappingProxyType(json.loads(params)), tries
    )
