"""Files a form shows with its labels and choices: pictures as pictures, sounds and films with a button that plays
them. What cannot be shown is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.instrument import Choice, Text
from gmsc_desktop.domain.numbers import show_size
from gmsc_desktop.i18n import _, language
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.mediafiles import PLAYED, kind_words
from ui.theme import space
from ui.widgets.ink import ink
from ui.widgets.labels import Button
from ui.widgets.optionlayout import PICTURE
from ui.widgets.picture import FittedPicture
from ui.widgets.tall import Tall
from ui.widgets.words import Tone, Words, show_if

WIDE, HIGH = 130, 75
"""Quarter ems a picture is shown at, at most."""
LARGE = QSize(4000, 4000)
"""Pixels a picture is read at when it is looked at for itself, at most."""
SOUNDS = ("audio", "video")
Media = Mapping[str, Text]


class Picture(QAbstractButton):
    """A picture that shows itself larger when it is pressed. It yields where there is less room than it has."""

    def __init__(self, name: str, pixmap: QPixmap, parent: QWidget) -> None:
        super().__init__(parent)
        self._pixmap = pixmap
        self.setAccessibleName(_("Picture: {name}").format(name=name))
        self.setToolTip(_("Show it larger"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def pixmap(self) -> QPixmap:
        """What is shown."""
        return self._pixmap

    def hasHeightForWidth(self) -> bool:
        """It keeps its shape."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height at ``width``."""
        return self._fitting(width).height()

    def sizeHint(self) -> QSize:
        """As large as it is."""
        return self._pixmap.size()

    def minimumSizeHint(self) -> QSize:
        """Small."""
        return QSize(24, 24)

    def _fitting(self, width: int) -> QSize:
        size = self._pixmap.size()
        within = QSize(width, size.height())
        return size if size.width() <= width else size.scaled(within, Qt.AspectRatioMode.KeepAspectRatio)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it at the left, with a frame while it has the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._fitting(self.width())
        box = QRectF(0, 0, size.width(), size.height())
        painter.drawPixmap(box, self._pixmap, QRectF(self._pixmap.rect()))
        if self.hasFocus():
            painter.setPen(QPen(ink(self).focus, 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.end()


class LargePicture(QDialog):
    """One picture as large as the window allows."""

    def __init__(self, desk: Desk, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Picture: {name}").format(name=name))
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(space(260), screen.width() * 9 // 10), min(space(190), screen.height() * 8 // 10))
        self.words = Words(_("Opening…"), Tone.MUTED, parent=self)
        self.shown: FittedPicture | None = None
        close = Button(_("Close"), kind="primary", parent=self)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(space(4), space(4), space(4), space(4))
        self._column.addWidget(self.words, 1)
        self._column.addLayout(foot)
        desk.media.picture(name, LARGE, self._show, self)

    def _show(self, pixmap: QPixmap | None) -> None:
        if pixmap is None:
            self.words.setText(_("This file is no picture that can be shown."))
            return
        self.shown = FittedPicture(pixmap, self.windowTitle(), self)
        self._column.replaceWidget(self.words, self.shown)
        self.words.hide()


class PlayButton(QWidget):
    """A sound or film: a button that plays it, what it is, and what it belongs to."""

    def __init__(self, desk: Desk, kind: str, name: str, of: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind, self._name, self._of = kind, name, of
        self.button = Button(_("Play"), "play", parent=self)
        self.button.clicked.connect(lambda: desk.media.play(name))
        self.words = Words("", Tone.MUTED, parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        row.addWidget(self.button)
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        self._say("")
        desk.media.describe(name, self._described, self)

    def _say(self, more: str) -> None:
        parts = (self._of, kind_words(self._kind), self._name, more)
        self.words.setText(" · ".join(part for part in parts if part))
        said = _("Play {kind}: {name}").format(kind=kind_words(self._kind).lower(), name=self._of or self._name)
        self.button.setAccessibleName(said)

    def _described(self, kind: str, size: int) -> None:
        """A file that cannot be played says so and has no button."""
        if kind in PLAYED:
            self._kind = kind.partition("/")[0]
            self._say(show_size(size, language()))
            return
        self._say(_("not a sound or film this program knows") if kind else _("not there"))
        self.button.setEnabled(False)


class LabelMedia(Tall):
    """What stands with a label; read from the vault when it is first shown in a language."""

    def __init__(self, desk: Desk, media: Media, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._media = desk, media
        self._shown: dict[str, str] = {}
        self.pictures: dict[str, Picture] = {}
        self.players: dict[str, PlayButton] = {}
        self._words = Words("", Tone.MUTED, parent=self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(1.5))
        self._column.addWidget(self._words)
        self._words.hide()

    def refresh(self) -> None:
        """Show the files of the language in use."""
        wanted = {kind: text.get(self._desk.language) for kind, text in self._media.items()}
        wanted = {kind: name for kind, name in wanted.items() if name}
        if wanted == self._shown:
            return
        self._shown = wanted
        gone: list[QWidget] = [*self.pictures.values(), *self.players.values()]
        self.pictures.clear()
        self.players.clear()
        for old in gone:
            old.hide()
            old.deleteLater()
        self._words.hide()
        image = wanted.get("image") or wanted.get("big-image")
        if image:
            most = QSize(space(WIDE), space(HIGH))
            self._desk.media.picture(image, most, lambda found: self._show(image, found), self)
        for kind in SOUNDS:
            if name := wanted.get(kind):
                made = self.players[name] = PlayButton(self._desk, kind, name, "", self)
                self._column.addWidget(made)
                made.show()

    def _show(self, name: str, found: QPixmap | None) -> None:
        if name not in self._shown.values():
            return
        if found is None:
            self._words.setText(_("With this question: {files}").format(files=name))
            show_if(self._words, True)
            return
        made = self.pictures[name] = Picture(name, found, self)
        made.clicked.connect(lambda: self._enlarge(name))
        self._column.insertWidget(0, made)
        made.show()

    def _enlarge(self, name: str) -> None:
        LargePicture(self._desk, self._shown.get("big-image") or name, self.window()).open()


class ChoiceMedia(QObject):
    """The pictures of the choices of a question, handed to ``show`` by the names of the choices; and ``strip``, what
    plays their sounds and films and shows their larger pictures."""

    def __init__(self, desk: Desk, show: Callable[[Mapping[str, QPixmap]], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._show = desk, show
        self._wanted: dict[str, str] = {}
        self._pictures: dict[str, QPixmap] = {}
        self._listed: tuple[tuple[str, str, str], ...] = ()
        self.strip = Tall(parent)
        self._column = QVBoxLayout(self.strip)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(1))
        self.strip.hide()

    def refresh(self, choices: Sequence[Choice]) -> None:
        """Follow the choices offered now and the language in use."""
        spoken = self._desk.language
        wanted, listed = {}, []
        for choice in choices:
            names = {kind: text.get(spoken) for kind, text in choice.media.items()}
            if image := names.get("image") or names.get("big-image"):
                wanted[choice.name] = image
            said = choice.label.get(spoken) or choice.name
            kinds = (*SOUNDS, "big-image") if names.get("image") else SOUNDS
            listed += [(kind, name, said) for kind in kinds if (name := names.get(kind))]
        if wanted != self._wanted:
            self._wanted, self._pictures = wanted, {}
            most = QSize(space(PICTURE[0]), space(PICTURE[1]))
            for choice_name, name in wanted.items():
                self._read(choice_name, name, most)
            if not wanted:
                self._show({})
        if tuple(listed) != self._listed:
            self._listed = tuple(listed)
            self._list()

    def _read(self, choice: str, name: str, most: QSize) -> None:
        def shown(found: QPixmap | None) -> None:
            if found is not None and self._wanted.get(choice) == name:
                self._pictures[choice] = found
                self._show(dict(self._pictures))

        self._desk.media.picture(name, most, shown, self)

    def _list(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for kind, name, said in self._listed:
            self._column.addWidget(self._made(kind, name, " ".join(said.split())))
        show_if(self.strip, bool(self._listed))

    def _made(self, kind: str, name: str, said: str) -> QWidget:
        if kind in SOUNDS:
            return PlayButton(self._desk, kind, name, said, self.strip)
        button = Button(_("Show it larger: {choice}").format(choice=said[:60]), "search", "quiet", self.strip)
        button.clicked.connect(lambda: LargePicture(self._desk, name, self.strip.window()).open())
        return button


def has_media(choices: Sequence[Choice]) -> bool:
    """Whether any of them comes with a file."""
    return any(choice.media for choice in choices)
