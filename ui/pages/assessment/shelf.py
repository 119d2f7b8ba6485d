"""The evidence of the visit being filled: what is there, and the way files take into the vault and out of sight."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtGui import QPixmap

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.visit import Evidence

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from ui.tasks import Job, Tasks

THUMBNAIL_EDGE = 320
"""Pixels along the longer edge of a thumbnail asked for: sharp at 200 % zoom."""


class Shelf(QObject):
    """Holds the files by question. ``changed`` carries the key whose files changed, ``removed`` a file taken away,
    ``failed`` an error to tell. ``origin`` marks its work as the page's own."""

    changed = Signal(str)
    removed = Signal(object)
    failed = Signal(object)

    def __init__(self, services: Services, tasks: Tasks, visit_id: str, origin: QObject) -> None:
        super().__init__(origin)
        self._services, self._tasks, self._visit_id, self._origin = services, tasks, visit_id, origin
        self._files: dict[str, list[Evidence]] = {}
        self._thumbnails: dict[str, QPixmap | None] = {}
        self._pictures: deque[Callable[[], object]] = deque()

    def load(self, evidence: Iterable[Evidence]) -> None:
        """Take the files of the visit as it was opened."""
        self._files = {}
        for one in sorted(evidence, key=lambda e: e.position):
            self._files.setdefault(one.key, []).append(one)

    def of(self, key: str) -> tuple[Evidence, ...]:
        """The files of a question, in order."""
        return tuple(self._files.get(key, ()))

    def counts(self) -> Mapping[str, int]:
        """Files by key, as the rules for evidence read them."""
        return Counter({key: len(files) for key, files in self._files.items() if files})

    def attach(self, key: str, path: Path, on_end: Callable[[GmscError | None], None]) -> Job:
        """Keep a file as evidence of a question; ``on_end`` hears how it went."""

        def done(result: Done[Evidence]) -> None:
            self._put(result)
            on_end(None)

        return self._tasks.submit_long(
            lambda progress: self._services.evidence.attach(self._visit_id, key, path, progress),
            done,
            on_end,
            owner=self,
            origin=self._origin,
        )

    def attach_bytes(self, key: str, name: str, data: bytes, on_end: Callable[[GmscError | None], None]) -> None:
        """Keep pasted data as evidence of a question."""

        def done(result: Done[Evidence]) -> None:
            self._put(result)
            on_end(None)

        self._submit(lambda: self._services.evidence.attach_bytes(self._visit_id, key, name, data), done, on_end)

    def caption(self, evidence: Evidence, text: str) -> None:
        """Say in words what a file shows."""
        self._submit(lambda: self._services.evidence.caption(evidence.id, text), self._put)

    def remove(self, evidence: Evidence) -> None:
        """Take a file away; it can be brought back."""

        def done(_result: Done[Evidence]) -> None:
            files = self._files.get(evidence.key, [])
            files[:] = [one for one in files if one.id != evidence.id]
            self.changed.emit(evidence.key)
            self.removed.emit(evidence)

        self._submit(lambda: self._services.evidence.remove(evidence.id), done)

    def restore(self, evidence: Evidence) -> None:
        """Bring a removed file back."""
        self._submit(lambda: self._services.evidence.restore(evidence.id), self._put)

    def thumbnail(self, evidence: Evidence, show: Callable[[QPixmap | None], None]) -> None:
        """Hand a small picture of the file to ``show``, now when it is known and later when it has to be made."""
        if evidence.sha256 in self._thumbnails:
            show(self._thumbnails[evidence.sha256])
            return

        def made(png: bytes | None) -> None:
            picture = QPixmap()
            if png is not None:
                picture.loadFromData(QByteArray(png))
            known = self._thumbnails[evidence.sha256] = None if picture.isNull() else picture
            show(known)
            following()

        def failed(error: GmscError) -> None:
            self._thumbnails[evidence.sha256] = None
            self.failed.emit(error)
            following()

        def following() -> None:
            self._pictures.popleft()
            if self._pictures:
                self._pictures[0]()

        def start() -> None:
            self._submit(lambda: self._services.evidence.thumbnail(evidence.id, THUMBNAIL_EDGE), made, failed)

        # One at a time, so that an answer never waits for more than one picture to be drawn.
        self._pictures.append(start)
        if len(self._pictures) == 1:
            start()

    def _put(self, done: Done[Evidence]) -> None:
        files = self._files.setdefault(done.value.key, [])
        files[:] = [one for one in files if one.id != done.value.id] + [done.value]
        files.sort(key=lambda one: one.position)
        self.changed.emit(done.value.key)

    def _submit(
        self,
        work: Callable[[], object],
        on_done: Callable[[object], None] | Callable[..., None],
        on_error: Callable[[GmscError], None] | None = None,
    ) -> None:
        self._tasks.submit(work, on_done, on_error or self.failed.emit, owner=self, origin=self._origin)
