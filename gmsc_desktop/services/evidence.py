"""Evidence: files attached to questions, kept once under their hash, encrypted, with what the camera knew."""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, StorageError, VaultReadOnly
from gmsc_desktop.domain.media import HEAD, media_type
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.states import refuse_locked
from gmsc_desktop.domain.texts import clean_name, clean_text
from gmsc_desktop.domain.visit import Evidence
from gmsc_desktop.services.filling import Filling
from gmsc_desktop.services.pictures import Shot, read_shot, thumbnail
from gmsc_desktop.store.blobs import Blob, unreadable
from gmsc_desktop.store.database import disk_full, translating
from gmsc_desktop.store.files import replacing

log = logging.getLogger(__name__)

LARGEST = 4 * 1024**3 - 1
"""Bytes of the largest file: what a stick formatted FAT32 can still carry as one file."""
SPARE = 32 * 1024**2
"""Bytes left free on the disk, so that answers can still be saved."""
LONGEST_CAPTION = 2_000
LARGEST_PICTURE = 200_000_000
"""Bytes above which no small picture is drawn."""


class EvidenceService:
    """The evidence of one vault."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._store = filling.store
        self._rows = filling.evidence

    def attach(self, visit_id: str, key: str, path: Path, progress: Progress = no_progress) -> Done[Evidence]:
        """Attach the file at ``path`` to a question; ``progress`` counts bytes.

        The same file at the same question is there already and stays once. Raises ``Refused`` when the visit is
        closed, ``InvalidInput`` for a file that is empty, too large or cannot be read, ``Cancelled``,
        ``StorageError`` when the disk is full; nothing is attached then.
        """
        self._require_place(visit_id, key)
        try:
            size = path.stat().st_size
            if not path.is_file():
                raise _no_file(path.name)
            self._require_size(size, path.name)
            self._require_room(size)
            with path.open("rb") as file:
                head = file.read(HEAD)
                kind, shot = _looked_at(file, head, path.name)
        except OSError as error:
            raise unreadable(path, error) from error
        blob = self._store.blobs.put_file(path, progress)
        return self._add(visit_id, key, clean_name(path.name, _fallback(kind)), kind, shot, blob)

    def attach_bytes(self, visit_id: str, key: str, name: str, data: bytes) -> Done[Evidence]:
        """Attach what was pasted or made by the program. Raises what ``attach`` does."""
        self._require_place(visit_id, key)
        self._require_size(len(data), name)
        self._require_room(len(data))
        kind, shot = _looked_at(io.BytesIO(data), data[:HEAD], name)
        blob = self._store.blobs.put_bytes(data)
        return self._add(visit_id, key, clean_name(name, _fallback(kind)), kind, shot, blob)

    def list(self, visit_id: str) -> tuple[Evidence, ...]:
        """What is attached to a visit, by question and position."""
        return self._rows.list(visit_id)

    def get(self, evidence_id: str) -> Evidence:
        """The evidence with this id. Raises ``NotFound``."""
        return self._rows.get(evidence_id)

    def thumbnail(self, evidence_id: str, edge: int) -> bytes | None:
        """A JPEG or PNG of at most ``edge`` pixels each way, drawn once and kept; None when the file is no picture.

        Raises ``NotFound`` and ``VaultDamaged`` when the file is gone or damaged.
        """
        evidence = self._rows.get(evidence_id)
        drawn, image = self._rows.thumbnail(evidence.sha256, edge)
        if drawn:
            return image
        image = None
        if evidence.media_type.startswith("image/") and evidence.size <= LARGEST_PICTURE:
            with self._store.blobs.open(evidence.sha256) as file:
                image = thumbnail(file, edge)
        try:
            self._rows.put_thumbnail(evidence.sha256, edge, image)
        except (StorageError, VaultReadOnly) as error:
            # The picture can be shown all the same; it is drawn again next time.
            log.warning("a thumbnail could not be kept: %s", error)
        return image

    def read(self, evidence_id: str) -> bytes:
        """The file's bytes, checked against its hash. Raises ``NotFound``, ``VaultDamaged``."""
        return self._store.blobs.read(self._rows.get(evidence_id).sha256)

    def save_as(self, evidence_id: str, path: Path, progress: Progress = no_progress) -> None:
        """Write the file to ``path``, whole or not at all. Raises ``StorageError`` and what ``read`` does."""
        sha256 = self._rows.get(evidence_id).sha256
        with translating(path), replacing(path) as file:
            self._store.blobs.copy(sha256, file, progress)

    def caption(self, evidence_id: str, text: str) -> Done[Evidence]:
        """Write ``text`` under the file. Raises ``Refused`` when the visit is closed."""
        words = clean_text(text).strip()
        if len(words) > LONGEST_CAPTION:
            raise InvalidInput(N_("The caption is longer than {most} characters."), most=LONGEST_CAPTION)
        return self._change(evidence_id, lambda: self._rows.set_caption(evidence_id, words))

    def remove(self, evidence_id: str) -> Done[Evidence]:
        """Take the file from its question; it stays in the vault. Raises ``Refused`` when the visit is closed."""
        return self._change(evidence_id, lambda: self._rows.set_removed(evidence_id, True))

    def restore(self, evidence_id: str) -> Done[Evidence]:
        """Bring back a file that was taken from its question. Raises ``Refused`` when the visit is closed."""
        return self._change(evidence_id, lambda: self._rows.set_removed(evidence_id, False))

    def _change(self, evidence_id: str, work: Callable[[], Evidence]) -> Done[Evidence]:
        with self._store.writing():
            visit_id = self._rows.get(evidence_id).visit_id
            refuse_locked(self._filling.visits.state(visit_id)[0])
            return _done(work())

    def _add(self, visit_id: str, key: str, name: str, kind: str, shot: Shot, blob: Blob) -> Done[Evidence]:
        """Commit the row; the file lies on the disk already, so a crash before this leaves only a file to sweep."""
        self._require_size(blob.size, name)
        known = self._rows.same(visit_id, key, blob.sha256)
        if known is not None:
            return Done(known, Changed())
        evidence = Evidence(
            id=self._store.ids.uuid7(),
            visit_id=visit_id,
            key=key,
            sha256=blob.sha256,
            name=name,
            media_type=kind,
            size=blob.size,
            caption="",
            taken_at=shot.taken_at,
            place=shot.place,
            added_at=self._store.clock.now(),
            position=0,
        )
        return _done(self._rows.add(evidence))

    def _require_place(self, visit_id: str, key: str) -> None:
        instrument = self._filling.require_open(visit_id)
        self._filling.require_place(visit_id, instrument, key)

    @staticmethod
    def _require_size(size: int, name: str) -> None:
        if size == 0:
            raise InvalidInput(
                N_("The file {name} is empty (0 bytes)."),
                kept=_NOTHING_ATTACHED,
                cure=N_("Check the file on the camera or stick, and copy it again."),
                name=name,
            )
        if size > LARGEST:
            raise InvalidInput(
                N_("The file {name} is too large: {size} bytes, at most 4 GiB."),
                kept=_NOTHING_ATTACHED,
                cure=N_("Attach a shorter or smaller version."),
                name=name,
                size=size,
            )

    def _require_room(self, size: int) -> None:
        """Raise ``StorageError`` before the disk is full, not after."""
        with translating(self._filling.vault.folder):
            if shutil.disk_usage(self._filling.vault.folder).free < size + SPARE:
                raise disk_full()


_NOTHING_ATTACHED = N_("Nothing was attached.")


def _looked_at(file: BinaryIO, head: bytes, name: str) -> tuple[str, Shot]:
    kind = media_type(head, name)
    if not kind.startswith("image/"):
        return kind, Shot()
    file.seek(0)
    return kind, read_shot(file)


def _fallback(kind: str) -> str:
    """A name for a file that came without one."""
    return {"image/jpeg": "foto.jpg", "image/png": "gambar.png", "application/pdf": "dokumen.pdf"}.get(kind, "berkas")


def _no_file(name: str) -> InvalidInput:
    return InvalidInput(
        N_("{name} is not a file."), kept=_NOTHING_ATTACHED, cure=N_("Choose the files inside it."), name=name
    )


def _done(evidence: Evidence) -> Done[Evidence]:
    return Done(evidence, Changed(frozenset({"evidence"}), frozenset({evidence.visit_id})))
