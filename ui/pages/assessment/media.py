"""Files a form shows with its labels: pictures as pictures, sounds and films by their names.

They came with the workbook and lie in the vault; what they are is judged by their bytes, and a picture that is none is
named like any other file.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gmsc_desktop.domain.instrument import Item
from gmsc_desktop.i18n import _
from ui.pages.assessment.desk import Desk
from ui.theme import space
from ui.widgets.tall import Tall
from ui.widgets.words import Tone, Words

WIDE, HIGH = 130, 75
"""Quarter ems a picture is shown at, at most."""
KINDS = ("image", "big-image", "audio", "video")


def picture(data: bytes, most: QSize) -> QPixmap | None:
    """The picture scaled into ``most`` while it is read, so that a huge one never fills the memory; None for none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer)
    size = reader.size()
    if not size.isValid():
        return None
    if size.width() > most.width() or size.height() > most.height():
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else QPixmap.fromImage(image)


class LabelMedia(Tall):
    """What stands with the label of ``item``; read from the vault when it is first shown in a language."""

    def __init__(self, desk: Desk, item: Item, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._item = desk, item
        self._shown: dict[str, str] = {}
        self.pictures: dict[str, QLabel] = {}
        self._words = Words("", Tone.MUTED, parent=self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(1))
        self._column.addWidget(self._words)
        self._words.hide()

    def refresh(self) -> None:
        """Show the files of the language in use."""
        media = self._item.media
        wanted = {kind: media[kind].get(self._desk.language) for kind in KINDS if kind in media}
        if "image" in wanted:
            wanted.pop("big-image", None)
        if wanted == self._shown:
            return
        self._shown = wanted
        for old in self.pictures.values():
            old.hide()
            old.deleteLater()
        self.pictures.clear()
        self._name(tuple(name for kind, name in wanted.items() if not kind.endswith("image")))
        for kind, name in wanted.items():
            if kind.endswith("image") and name:
                self._read(name)

    def _read(self, name: str) -> None:
        instruments = self._desk.services.instruments
        digest = self._desk.visit.draft.instrument_hash if self._desk.visit is not None else ""
        self._desk.submit(
            lambda: instruments.read_file(digest, name),
            lambda data: self._show(name, data),
            lambda _error: self._show(name, None),
            owner=self,
        )

    def _show(self, name: str, data: bytes | None) -> None:
        if name not in self._shown.values():
            return
        found = picture(data, QSize(space(WIDE), space(HIGH))) if data is not None else None
        if found is None:
            self._name((name,))
            return
        made = self.pictures[name] = QLabel(self)
        made.setPixmap(found)
        made.setAccessibleName(_("Picture: {name}").format(name=name))
        self._column.addWidget(made)
        made.show()

    def _name(self, names: tuple[str, ...]) -> None:
        """Files that cannot be shown here are named."""
        text = _("With this question: {files}").format(files=", ".join(names)) if any(names) else ""
        self._words.setText(text)
        self._words.setVisible(bool(text))
