"""Files that came with an instrument, read for the window: pictures in the size they are shown, sounds and films handed
to the program of the system that plays them.

What a file is, its bytes say and never its name. A sound is played from a copy in a folder of its own, named by what
it is, so that nothing but a sound or film is ever handed on; the folder goes with the page.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from weakref import finalize

from PySide6.QtCore import QBuffer, QByteArray, QObject, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QImageReader, QPixmap

from gmsc_desktop.domain.errors import N_, GmscError, InvalidInput
from gmsc_desktop.domain.media import HEAD, media_type
from gmsc_desktop.i18n import _

if TYPE_CHECKING:
    from ui.pages.assessment.desk import Desk

PLAYED = {
    "audio/ogg": ".ogg", "audio/flac": ".flac", "audio/mpeg": ".mp3", "audio/amr": ".amr", "audio/wav": ".wav",
    "audio/mp4": ".m4a", "video/mp4": ".mp4", "video/webm": ".webm", "video/quicktime": ".mov", "video/3gpp": ".3gp",
    "video/x-msvideo": ".avi",
}  # fmt: skip
"""Media types of sounds and films, with the ending a copy is given."""
WHAT = {"audio": N_("Sound"), "video": N_("Film"), "image": N_("Picture"), "big-image": N_("Picture")}
"""What a kind of file is called."""
_UNSAFE = re.compile(r"[^\w -]+")


class MediaFiles(QObject):
    """The files of the instrument of one page; each is read once. ``open_file`` hands a copy to the system."""

    def __init__(self, desk: Desk, open_file: Callable[[Path], bool] | None = None) -> None:
        super().__init__(desk)
        self._desk = desk
        self._open = open_file or (lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        self._pictures: dict[tuple[str, int, int], QPixmap | None] = {}
        self._waiting: deque[Callable[[], object]] = deque()
        self._folder: Path | None = None

    def picture(self, name: str, most: QSize, show: Callable[[QPixmap | None], None], owner: QObject) -> None:
        """Hand the picture ``name``, no larger than ``most``, to ``show``: now when it is known, later when it has to
        be read, None when it is no picture. Nothing is handed on once ``owner`` is gone."""
        key = (name, most.width(), most.height())
        if key in self._pictures:
            show(self._pictures[key])
            return

        def read(image: QImage | None) -> None:
            known = self._pictures[key] = None if image is None else QPixmap.fromImage(image)
            following()
            show(known)

        def failed(_error: GmscError) -> None:
            # The label says which file belongs here; that it is not there was said when the workbook was checked.
            self._pictures[key] = None
            following()
            show(None)

        def following() -> None:
            self._waiting.popleft()
            if self._waiting:
                self._waiting[0]()

        def start() -> None:
            self._desk.submit(lambda: self._image(name, most), read, failed, owner=self)

        guarded = show
        show = lambda found: guarded(found) if _lives(owner) else None  # noqa: E731
        # One at a time, so that an answer never waits for more than one picture to be read.
        self._waiting.append(start)
        if len(self._waiting) == 1:
            start()

    def _image(self, name: str, most: QSize) -> QImage | None:
        data = self._read(name)
        return None if data is None else image(data, most)

    def _read(self, name: str) -> bytes | None:
        visit = self._desk.visit
        digest = visit.draft.instrument_hash if visit is not None else ""
        return self._desk.services.instruments.read_file(digest, name)

    def describe(self, name: str, show: Callable[[str, int], None], owner: QObject) -> None:
        """Hand the media type and the size in bytes of a file to ``show``; an empty type when it is not there."""

        def read() -> tuple[str, int]:
            data = self._read(name)
            return ("", 0) if data is None else (media_type(data[:HEAD], name), len(data))

        def done(found: tuple[str, int]) -> None:
            show(*found)

        self._desk.submit(read, done, lambda _error: show("", 0), owner=owner)

    def play(self, name: str) -> None:
        """Have the system play a sound or film; says in the window why it cannot be."""

        def copied() -> Path:
            data = self._read(name)
            ending = PLAYED.get(media_type(data[:HEAD], name)) if data is not None else None
            if data is None or ending is None:
                raise InvalidInput(
                    N_("{name} is no sound or film this program knows."),
                    kept=N_("It was not opened."),
                    cure=N_("Ask whoever made the form for the file as MP3, OGG, WAV, MP4 or WebM."),
                    name=name,
                )
            stem = _UNSAFE.sub("_", Path(name).stem)[:60] or "media"
            path = self._room() / f"{stem}{ending}"
            try:
                path.write_bytes(data)
            except OSError as error:
                raise InvalidInput(
                    N_("{name} cannot be copied to be played: {reason}"),
                    kept=N_("Nothing was changed."),
                    name=name,
                    reason=error.strerror or str(error),
                ) from error
            return path

        def opened(path: Path) -> None:
            if not self._open(path):
                self._desk.failed.emit(
                    InvalidInput(
                        N_("No program on this computer plays {name}."),
                        cure=N_("Install one, such as VLC, and try again."),
                        name=name,
                    )
                )

        self._desk.submit(copied, opened, owner=self)

    def _room(self) -> Path:
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="gmsc-media-"))
            # With the page, or with the program; what a player still holds then, the system clears away.
            self._forget = finalize(self, rmtree, self._folder, ignore_errors=True)
        return self._folder

    def forget(self) -> None:
        """Remove the copies that were played."""
        if self._folder is not None:
            self._forget()
            self._folder = None


def _lives(owner: QObject) -> bool:
    from shiboken6 import isValid

    return bool(isValid(owner))


def image(data: bytes, most: QSize) -> QImage | None:
    """The picture scaled into ``most`` while it is read, so that a huge one never fills the memory; None for none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        return None
    if size.width() > most.width() or size.height() > most.height():
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    found = reader.read()
    return None if found.isNull() else found


def kind_words(kind: str) -> str:
    """What a kind of file is called in the language in use."""
    return _(WHAT.get(kind, N_("File")))
