"""What the program says by itself: banners on a page, short notices, questions, and errors.

An error is told in three parts: what happened, what was kept, what to do.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.banner import SIGNS, Banner, error_parts
from ui.widgets.cards import button_row
from ui.widgets.labels import Button, Sign, label

__all__ = ["Banner", "MessageDialog", "Toast", "ask", "error_dialog", "error_parts", "show_error"]


class Toast(Banner):
    """A short notice at the foot of a window; it goes by itself and never takes the keyboard."""

    SHOWN_MS = 6000

    def __init__(self, window: QWidget) -> None:
        super().__init__(parent=window)
        self._window = window
        self._timer = QTimer(self, singleShot=True, interval=self.SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)

    def say(self, text: str, tone: str = "accent") -> None:
        """Show ``text`` for a while."""
        super().say(text, tone)
        if text:
            self._place()
            self.raise_()
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot when the window's size changes."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _place(self) -> None:
        window = self._window
        width = min(space(140), window.width() - space(8))
        self.setFixedWidth(width)
        height = max(self.sizeHint().height(), self.heightForWidth(width))
        self.setGeometry((window.width() - width) // 2, window.height() - height - space(12), width, height)


class MessageDialog(QDialog):
    """A question or an error. ``chosen`` is the number of the button pressed, from the left; -1 when dismissed."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        paragraphs: tuple[str, ...],
        buttons: tuple[tuple[str, str], ...],
        tone: str = "accent",
        details: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(space(120))
        self.chosen = -1
        outer = QVBoxLayout(self)
        outer.setContentsMargins(space(5), space(5), space(5), space(4))
        outer.setSpacing(space(4))
        row = QHBoxLayout()
        row.setSpacing(space(4))
        row.addWidget(Sign(SIGNS[tone], tone, 8), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(space(2))
        column.addWidget(label(title, "heading"))
        self.paragraphs = tuple(part for part in paragraphs if part)
        for part in self.paragraphs:
            column.addWidget(label(part, selectable=True))
        row.addLayout(column, 1)
        outer.addLayout(row)
        if details:
            outer.addWidget(_details(details))
        made = [self._button(number, *button) for number, button in enumerate(buttons)]
        outer.addLayout(button_row(*made))
        made[-1].setFocus()

    def _button(self, number: int, text: str, kind: str) -> Button:
        button = Button(text, kind=kind)
        button.setDefault(kind == "primary")
        button.clicked.connect(lambda: self._choose(number))
        return button

    def _choose(self, number: int) -> None:
        self.chosen = number
        self.accept()


def _details(text: str) -> QPlainTextEdit:
    made = QPlainTextEdit(text)
    made.setReadOnly(True)
    made.setAccessibleName(_("Details"))
    made.setMaximumHeight(space(45))
    return made


def error_dialog(parent: QWidget | None, error: GmscError) -> MessageDialog:
    """The dialog that tells ``error``; a defect of the program also shows its details."""
    happened, kept, cure = error_parts(error)
    details = getattr(error, "trace", "")
    buttons = ((_("Close"), "primary"),)
    return MessageDialog(parent, _("That did not work"), (happened, kept, cure), buttons, "error", details)


def show_error(parent: QWidget | None, error: GmscError) -> None:
    """Tell ``error`` over ``parent`` and wait until it has been read."""
    error_dialog(parent, error).exec()


def ask(parent: QWidget | None, title: str, text: str, yes: str, *, danger: bool = False) -> bool:
    """Ask before something is done; ``yes`` says what doing it means. True when the person wants it."""
    buttons = ((_("Cancel"), ""), (yes, "danger" if danger else "primary"))
    dialog = MessageDialog(parent, title, (text,), buttons, "warning" if danger else "accent")
    dialog.exec()
    return dialog.chosen == 1
