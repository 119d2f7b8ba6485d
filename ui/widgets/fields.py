"""Where a person enters something: a row with its label and its error, and the fields that go into rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gmsc_desktop.i18n import _
from ui.theme import restyle, space
from ui.widgets.icons import icon, paint_icon
from ui.widgets.ink import ink
from ui.widgets.labels import Button, Sign, label

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QWheelEvent


class FormRow(QWidget):
    """One thing to enter: its label (``&`` marks the mnemonic), the editor, a hint, and the error when there is one."""

    def __init__(
        self, text: str, editor: QWidget, hint: str = "", *, focus: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self._target = focus or editor
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        self._label = label(text, "label")
        self._label.setBuddy(self._target)
        column.addWidget(self._label)
        column.addWidget(editor)
        self._hint = label(hint, "small")
        column.addWidget(self._hint)
        self._hint.setVisible(bool(hint))
        self._error_row = QWidget()
        row = QHBoxLayout(self._error_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(1.5))
        self._error = label("", "error")
        row.addWidget(Sign("warning", "error", 4), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._error, 1)
        self._error_row.hide()
        column.addWidget(self._error_row)
        self._target.setAccessibleName(text.replace("&", ""))
        self._target.setAccessibleDescription(hint)

    def set_error(self, text: str | None) -> None:
        """Say what is wrong with what was entered; None or nothing when it is fine."""
        self._error.setText(text or "")
        self._error_row.setVisible(bool(text))
        self._hint.setVisible(bool(self._hint.text()) and not text)
        self._target.setAccessibleDescription(text or self._hint.text())
        if bool(self._target.property("invalid")) != bool(text):
            self._target.setProperty("invalid", bool(text))
            restyle(self._target)

    def error(self) -> str:
        """What is said to be wrong, or nothing."""
        return self._error.text()

    def focus_editor(self) -> None:
        """Bring the keyboard there."""
        self._target.setFocus(Qt.FocusReason.OtherFocusReason)


def side_by_side(*rows: QWidget, stretches: Sequence[int] = ()) -> QWidget:
    """Rows next to each other, aligned at the top."""
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(space(4))
    for number, row in enumerate(rows):
        layout.addWidget(row, stretches[number] if stretches else 1, Qt.AlignmentFlag.AlignTop)
    return made


class SearchField(QLineEdit):
    """A line to search with. Escape empties it; arrow down leaves it for the list (``left_down``)."""

    left_down = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        from PySide6.QtGui import QAction

        self._action = QAction(self)
        self.addAction(self._action, QLineEdit.ActionPosition.LeadingPosition)
        self.recolour()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties, down leaves."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    def recolour(self) -> None:
        """The sign follows the colours of the program."""
        self._action.setIcon(icon("search", ink(self).muted, size=space(5)))


class Choice(QComboBox):
    """One of several: pairs of a stored value and the text shown. The wheel scrolls the page, not the choice."""

    def __init__(self, choices: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumHeight(space(9))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these."""
        self.clear()
        for value, text in choices:
            self.addItem(text, value)

    def value(self) -> str:
        """The stored value chosen."""
        return str(self.currentData() or "")

    def set_value(self, value: str) -> None:
        """Choose ``value`` if it is offered."""
        at = self.findData(value)
        if at >= 0:
            self.setCurrentIndex(at)

    def sizeHint(self) -> QSize:
        """Room for the text and the arrow."""
        hint = super().sizeHint()
        return QSize(hint.width() + space(6), max(hint.height(), space(9)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it like the other fields."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        width = 2 if focus else 1
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(colours.focus if focus else colours.line_strong, width))
        painter.setBrush(colours.field if self.isEnabled() else colours.surface)
        painter.drawRoundedRect(box, space(1.5), space(1.5))
        arrow = space(4.5)
        painter.setPen(colours.text if self.isEnabled() else colours.muted)
        room = self.rect().adjusted(space(2.5), 0, -arrow - space(4), 0)
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        place = QRectF(self.width() - arrow - space(2), (self.height() - arrow) / 2, arrow, arrow)
        paint_icon(painter, "down", place, colours.muted, 2.2)
        painter.end()


class PassphraseField(QWidget):
    """A line for a passphrase with a button that shows it. ``edited`` follows every change."""

    edited = Signal(str)
    entered = Signal()

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(1.5))
        self.line = QLineEdit()
        self.line.setPlaceholderText(placeholder)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self._show = Button(_("Show"), "eye", "quiet")
        self._show.setCheckable(True)
        self._show.setAccessibleName(_("Show the passphrase"))
        row.addWidget(self.line, 1)
        row.addWidget(self._show)
        self.setFocusProxy(self.line)
        self._show.toggled.connect(self._reveal)
        self.line.textChanged.connect(self.edited)
        self.line.returnPressed.connect(self.entered)

    def text(self) -> str:
        """What is entered."""
        return self.line.text()

    def clear(self) -> None:
        """Forget what was entered, the undo history too."""
        self.line.clear()
        self._show.setChecked(False)

    def _reveal(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode
        self.line.setEchoMode(mode.Normal if shown else mode.Password)
        self._show.setText(_("Hide") if shown else _("Show"))


class Strength(QWidget):
    """How strong a passphrase is, as four bars and a word; the word alone says it too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._word = label("", "small")
        row.addSpacing(space(44))
        row.addWidget(self._word, 1)

    def show_strength(self, passphrase: str) -> None:
        """Judge ``passphrase``."""
        self._level = strength(passphrase)
        words = ("", _("weak"), _("fair"), _("good"), _("strong"))
        self._word.setText(words[self._level])
        self.setAccessibleName(words[self._level])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        colours = ink(self)
        tone = (colours.line, colours.error, colours.warning, colours.success, colours.success)[self._level]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(4):
            painter.setBrush(tone if number < self._level else colours.line)
            painter.drawRoundedRect(
                QRectF(number * space(10.5), (self.height() - space(1.5)) / 2, space(9.5), space(1.5)), 2, 2
            )
        painter.end()


def strength(passphrase: str) -> int:
    """0 (nothing) to 4, by length, by how many different characters it has and by the number of words."""
    if not passphrase:
        return 0
    different = len(set(passphrase))
    words = len([word for word in passphrase.split() if len(word) > 2])
    points = min(len(passphrase), different * 2) + 2 * max(0, words - 1)
    return 1 + sum(points >= bar for bar in (12, 18, 24))
