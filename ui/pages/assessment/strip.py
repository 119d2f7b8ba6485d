"""The evidence of one question: how files come in, and the row of small pictures they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget
from shiboken6 import isValid

from gmsc_desktop.domain.errors import Cancelled, GmscError
from gmsc_desktop.domain.numbers import show_size
from gmsc_desktop.domain.visit import Evidence
from gmsc_desktop.i18n import _, error_text, language
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.filekinds import ANY, FileKind
from ui.theme import space
from ui.widgets.elided import plain_tip
from ui.widgets.flow import Flow
from ui.widgets.labels import Button
from ui.widgets.tall import Tall
from ui.widgets.tile import Tile
from ui.widgets.words import Tone, Words, show_if


class EvidenceStrip(Tall):
    """Shows the files of the question ``key`` and takes new ones by button, drop and paste. ``opening`` carries the
    file to look at."""

    opening = Signal(object)

    def __init__(
        self, desk: Desk, key: str, rule: str, *, kind: FileKind | None = None, parent: QWidget | None = None
    ) -> None:
        """``kind`` is what a question wants that is answered by files."""
        super().__init__(parent)
        self._desk, self.key, self._kind = desk, key, kind
        self._tiles: dict[str, Tile] = {}
        self._flow: Flow | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(1.5))
        self.caption = Words(_(kind.title) if kind else _("Evidence"), Tone.MUTED, bold=True, parent=self)
        self.caption.setWordWrap(False)
        self.rule = Words(rule, Tone.MUTED, scale=0.92, parent=self)
        self.add = Button(_(kind.add) if kind else _("Add a file"), "plus", "quiet", self)
        self.add.setToolTip(_("Or drag files here, or paste a picture with Ctrl+V"))
        self.add.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(2))
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self.caption, 0, middle)
        row.addWidget(self.rule, 1, middle)
        row.addWidget(self.add)
        self._column.addLayout(row)

    # coming in

    def takes(self, mime: QMimeData) -> bool:
        """Whether something dropped or pasted can become evidence here."""
        return self._desk.editable and (mime.hasImage() or any(url.isLocalFile() for url in mime.urls()))

    def take(self, mime: QMimeData) -> bool:
        """Keep what was dropped or pasted: files as they are, a bare picture as PNG."""
        if not self.takes(mime):
            return False
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if paths:
            self.attach(paths)
        else:
            self._take_image(QImage(mime.imageData()))
        return True

    def attach(self, paths: Sequence[Path]) -> None:
        """Keep these files, one after the other, each with its own progress."""
        for path in paths:
            incoming = _Incoming(path.name, self)
            self._column.addWidget(incoming)
            job = self._desk.shelf.attach(self.key, path, incoming.ended)
            job.on_progress = incoming.progress
            incoming.stop = job.cancel

    def _take_image(self, image: QImage) -> None:
        if image.isNull():
            return
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        stamp = self._desk.now().strftime("%Y-%m-%d %H.%M.%S")
        incoming = _Incoming(_("Pasted picture"), self)
        self._column.addWidget(incoming)
        name = f"{_('Pasted picture')} {stamp}.png"
        self._desk.shelf.attach_bytes(self.key, name, bytes(data.data()), incoming.ended)

    def _choose(self) -> None:
        title = _(self._kind.add) if self._kind else _("Add evidence")
        names, _chosen = QFileDialog.getOpenFileNames(self, title, filter=(self._kind or ANY).dialog_filter())
        self.attach([Path(name) for name in names])

    # what is there

    def refresh(self) -> None:
        """Show the files there are now."""
        files = self._desk.shelf.of(self.key)
        show_if(self.add, self._desk.editable)
        if self._kind is not None and self._desk.editable:
            self.rule.setText("" if files else _("add it, drag it here, or paste it"))
        if not files and self._flow is None:
            return
        flow = self._need_flow()
        kept = {}
        for one in files:
            known = one.id + one.caption
            tile = self._tiles.pop(known) if known in self._tiles else self._make_tile(one)
            kept[known] = tile
        for tile in self._tiles.values():
            tile.hide()
            tile.deleteLater()
        self._tiles = kept
        flow.set_widgets(list(kept.values()))

    def misfit(self) -> str:
        """What to say of a file that is not what the question asks for; empty when all are."""
        return self._kind.misfit(self._desk.shelf.of(self.key)) if self._kind is not None else ""

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The pictures shown, in order."""
        return tuple(self._tiles.values())

    def _need_flow(self) -> Flow:
        if self._flow is None:
            self._flow = Flow(space(2), self)
            self._column.insertWidget(1, self._flow)
        return self._flow

    def _make_tile(self, one: Evidence) -> Tile:
        ending = Path(one.name).suffix.lstrip(".").upper()[:5]
        size = show_size(one.size, language())
        tile = Tile(one.name, one.caption or size, ending or "?", self)
        tile.setToolTip(plain_tip(f"{one.name}\n{one.caption}" if one.caption else f"{one.name}\n{size}"))
        tile.clicked.connect(lambda: self.opening.emit(one))
        tile.removing.connect(lambda: self._desk.shelf.remove(one) if self._desk.editable else None)
        tile.asked.connect(lambda point: self._menu(one, point))
        self._desk.shelf.thumbnail(one, lambda picture: tile.set_picture(picture) if isValid(tile) else None)
        return tile

    def _menu(self, one: Evidence, point: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(_("Open"), lambda: self.opening.emit(one))
        menu.addAction(_("Save a copy…"), lambda: save_copy(self, self._desk, one))
        if self._desk.editable:
            menu.addSeparator()
            menu.addAction(_("Remove"), lambda: self._desk.shelf.remove(one))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)


def save_copy(parent: QWidget, desk: Desk, evidence: Evidence) -> None:
    """Ask where to, and write a plain copy of the file there."""
    name, _chosen = QFileDialog.getSaveFileName(parent, _("Save a copy"), evidence.name)
    if name:
        desk.submit(lambda: desk.services.evidence.save_as(evidence.id, Path(name)))


class _Incoming(QWidget):
    """One file on its way in: its name, how far it is, a way to stop it; or why it did not come in."""

    stop: Callable[[], None]

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self.stop = lambda: None
        self.words = Words(_("Keeping {name}…").format(name=name), Tone.MUTED, parent=self)
        self.button = Button(_("Stop"), kind="quiet", parent=self)
        self.button.clicked.connect(self._pressed)
        self._over = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)

    def progress(self, done: int, total: int, _text: str = "") -> None:
        """Say how far it is."""
        if not isValid(self):
            return
        share = 100 * done // total if total else 0
        self.words.setText(_("Keeping {name}… {share} %").format(name=self._name, share=share))

    def ended(self, error: GmscError | None) -> None:
        """Go away, or say why the file is not kept."""
        if not isValid(self):
            return
        if error is None or isinstance(error, Cancelled):
            self.hide()
            self.deleteLater()
            return
        self._over = True
        self.words.set_tone(Tone.ERROR)
        self.words.setText(_("{name} was not kept. {why}").format(name=self._name, why=error_text(error)))
        self.button.setText(_("Close"))

    def _pressed(self) -> None:
        if self._over:
            self.hide()
            self.deleteLater()
        else:
            self.stop()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(300, self.fontMetrics().height() + space(3))
