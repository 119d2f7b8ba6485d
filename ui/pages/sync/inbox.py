"""What comes in: files and folders by button or drop, and the quarantine with its reasons."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.exchange import Quarantined, SequenceGap
from gmsc_desktop.domain.numbers import show_size, show_time
from gmsc_desktop.domain.verdict import Reason
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.verdicts import waiting_text
from gmsc_desktop.services.waiting import WaitingBundle
from ui.pages.sync.wording import reason_text
from ui.theme import space
from ui.widgets.cards import Card
from ui.widgets.droparea import DropCard
from ui.widgets.labels import Button, Sign, label, rule

NUMBERS_SHOWN = 12


class Inbox(DropCard):
    """Where bundles are dropped or chosen. ``dropped`` carries the paths, files and folders."""

    choose_files = Signal()
    choose_folder = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(4), space(5), space(4))
        row = QHBoxLayout()
        row.setSpacing(space(4))
        row.addWidget(Sign("archive", "accent", 9))
        words = QVBoxLayout()
        words.setSpacing(space(1))
        words.addWidget(label(_("Receive bundles"), "heading"))
        words.addWidget(
            label(
                _("Drop .gmsc files or a folder with them here. You see what they will do before it is done."), "muted"
            )
        )
        row.addLayout(words, 1)
        self.folder = Button(_("A &folder…"), "folder")
        self.folder.clicked.connect(self.choose_folder)
        self.files = Button(_("&Receive bundles…"), "archive", "primary")
        self.files.clicked.connect(self.choose_files)
        row.addWidget(self.folder)
        row.addWidget(self.files)
        column.addLayout(row)


class QuarantineCard(Card):
    """Files that were not taken. ``again`` carries the SHA-256 of the one to try once more."""

    again = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        note = _("These files were not taken and are kept whole. Try one again when its reason is gone.")
        super().__init__(_("Quarantine"), note, parent)
        self.buttons: list[Button] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(space(2.5))
        self.body.addLayout(self._rows)

    def put(self, files: tuple[Quarantined, ...]) -> None:
        """Show these; the card hides when there is none."""
        clear(self._rows)
        self.buttons = []
        for number, file in enumerate(files):
            if number:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._file(file))
        self.setVisible(bool(files))

    def _file(self, file: Quarantined) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(4))
        left = QVBoxLayout()
        left.setSpacing(space(0.5))
        left.addWidget(label(file.file_name, "label"))
        left.addWidget(label(reason_text(Reason(file.code, False, file.template, file.params)), "error"))
        tries = ngettext("tried {count} time", "tried {count} times", file.tries).format(count=file.tries)
        facts = (show_time(file.at, language()), show_size(file.size, language()), tries)
        left.addWidget(label(" · ".join(facts), "small"))
        left.addWidget(label(f"SHA-256 {file.sha256}", "small", selectable=True))
        button = Button(_("Try again"), "restore")
        button.setAccessibleDescription(file.file_name)
        button.clicked.connect(partial(self.again.emit, file.sha256))
        self.buttons.append(button)
        row.addLayout(left, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return made


class GapsCard(Card):
    """Whose bundles are missing, or came twice under one number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Not complete"), parent=parent)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(space(1.5))
        self.body.addLayout(self._rows)

    def put(self, gaps: tuple[SequenceGap, ...], waiting: tuple[WaitingBundle, ...]) -> None:
        """Show these; the card hides when there is none."""
        clear(self._rows)
        for bundle in waiting:
            self._rows.addWidget(label(waiting_text(bundle)))
        for gap in gaps:
            for text in gap_texts(gap):
                self._rows.addWidget(label(text))
        self.setVisible(bool(gaps or waiting))


def gap_texts(gap: SequenceGap) -> list[str]:
    """What the numbers of one sender's bundles tell."""
    found = []
    if gap.missing:
        text = _("{name}: bundles that have not arrived: {numbers}. Ask for them, or for one export of everything.")
        found.append(text.format(name=gap.sender_name, numbers=_numbers(gap.missing)))
    if gap.doubled:
        text = _("{name}: written twice under one number: {numbers}. The vault may have been copied.")
        found.append(text.format(name=gap.sender_name, numbers=_numbers(gap.doubled)))
    return found


def _numbers(numbers: tuple[int, ...]) -> str:
    shown = ", ".join(str(number) for number in numbers[:NUMBERS_SHOWN])
    return f"{shown}, …" if len(numbers) > NUMBERS_SHOWN else shown


def clear(column: QVBoxLayout) -> None:
    """Take everything out of ``column``."""
    while (item := column.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
