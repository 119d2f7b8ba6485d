"""Editors for what is chosen: levels, one of several, any of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.instrument import Choice
from gmsc_desktop.i18n import _
from ui.forms.base import Editor
from ui.theme import space
from ui.widgets.icons import paint_icon
from ui.widgets.ink import ink
from ui.widgets.optionrows import Marks, Option, OptionRows


def options(choices: Sequence[Choice], language: str) -> tuple[Option, ...]:
    """Choices as options. Levels are picked by their own digit; other lists of up to nine by their place."""
    digits = [choice.name for choice in choices if len(choice.name) == 1 and choice.name.isdigit()]
    own = len(digits) == len(choices)
    return tuple(
        Option(choice.name, choice.label.get(language) or choice.name, choice.name if own else _place(index, choices))
        for index, choice in enumerate(choices)
    )


def _place(index: int, choices: Sequence[Choice]) -> str:
    return str(index + 1) if len(choices) <= 9 else ""


def nothing_yet() -> str:
    """What a list says while an earlier answer leaves nothing to choose from."""
    return _("Nothing to choose from yet")


class RowsEditor(Editor):
    """Choices as rows below each other: levels with their descriptors, radio rows or check rows."""

    def __init__(self, marks: Marks, parent: QWidget | None = None, *, columns: int = 1, bare: bool = False) -> None:
        """``columns`` and ``bare`` as ``OptionRows`` takes them."""
        super().__init__(parent)
        self._digits = marks is Marks.DIGIT
        self.rows = OptionRows(marks, self, columns=columns, bare=bare)
        self.rows.picked.connect(self.committed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows)

    def value(self) -> str:
        """The name chosen, or names joined by spaces."""
        return self.rows.value()

    def set_value(self, value: str | None) -> None:
        """Show what is chosen."""
        self.rows.set_value(value)

    def set_name(self, name: str) -> None:
        """What a screen reader calls the list."""
        self.rows.set_name(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self.rows.set_read_only(read_only)

    def set_choices(self, choices: Sequence[Choice], language: str) -> None:
        """Show these rows."""
        offered = options(choices, language)
        if not self._digits:
            offered = tuple(Option(option.name, option.text) for option in offered)
        self.rows.set_options(offered)

    def set_pictures(self, pictures: Mapping[str, QPixmap]) -> None:
        """Show these pictures with the choices."""
        self.rows.set_pictures(pictures)

    def pick_digit(self, digit: str) -> bool:
        """Choose the row of this digit."""
        return self.rows.pick_digit(digit)

    def focus_field(self) -> QWidget:
        """The rows."""
        return self.rows


class _Box(QComboBox):
    """A drop-down list that can be typed into, framed like the other fields. The wheel scrolls the page past it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.line = QLineEdit(self)
        self.line.setStyleSheet("border: none; background: transparent; padding: 0;")
        self.setLineEdit(self.line)
        self.line.installEventFilter(self)
        self.setMinimumHeight(space(9))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The text stands where it stands in a plain field."""
        super().resizeEvent(event)
        self._place_line()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The box moves its text whenever its choices change; it goes back to where it stands in a plain field."""
        if watched is self.line and event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place_line()
        return super().eventFilter(watched, event)

    def _place_line(self) -> None:
        wanted = self.rect().adjusted(space(2.2), space(1), -space(8), -space(1))
        if self.line.geometry() != wanted:
            self.line.setGeometry(wanted)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame and arrow; the text is the line's."""
        colours, focus = ink(self), self.hasFocus() or self.line.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2 if focus else 1
        painter.setPen(QPen(colours.focus if focus else colours.line_strong, width))
        painter.setBrush(colours.field if self.isEnabled() else colours.surface)
        half = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), space(1.5), space(1.5))
        arrow = space(4.5)
        place = QRectF(self.width() - arrow - space(2), (self.height() - arrow) / 2, arrow, arrow)
        paint_icon(painter, "down", place, colours.muted, 2.2)
        painter.end()


class ComboEditor(Editor):
    """One of many in a drop-down list that can be typed into to find a choice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[Option, ...] = ()
        self.box = _Box(self)
        self.line = self.box.line
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(18)
        self.box.setMaximumWidth(space(130))
        completer = QCompleter(self.box.model(), self.box)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.box.setCompleter(completer)
        self.line.setPlaceholderText(nothing_yet())
        self.line.editingFinished.connect(self._settle)
        self.box.activated.connect(self._chosen)
        self._stored = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box, 1)
        row.addStretch(1)

    def value(self) -> str:
        """The name chosen."""
        return self._stored

    def set_value(self, value: str | None) -> None:
        """Show what is chosen."""
        self._stored = value or ""
        self._show()

    def set_name(self, name: str) -> None:
        """What a screen reader calls the list."""
        self.box.setAccessibleName(name)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it only shows."""
        self.box.setEnabled(not read_only)

    def set_choices(self, choices: Sequence[Choice], language: str) -> None:
        """Offer these, an empty line before them to take the answer back."""
        offered = options(choices, language)
        if offered != self._choices:
            self._choices = offered
            self.line.setPlaceholderText(_("Choose, or type to find") if offered else nothing_yet())
            self.box.clear()
            self.box.addItem("", "")
            for option in offered:
                self.box.addItem(option.text.replace("\n", " "), option.name)
            self._show()

    def focus_field(self) -> QWidget:
        """The list."""
        return self.box

    def _show(self) -> None:
        index = max(0, self.box.findData(self._stored))
        self.box.setCurrentIndex(index)
        # An answer that is not offered any more still says what it is.
        gone = index == 0 and self._stored
        self.box.setEditText(self.namer(self._stored) if gone else self.box.itemText(index))
        self.line.setCursorPosition(0)

    def _chosen(self, index: int) -> None:
        name = str(self.box.itemData(index) or "")
        if name != self._stored:
            self._stored = name
            self.committed.emit(name)

    def _settle(self) -> None:
        """Typed text counts when it is a choice; otherwise the field shows the answer it had."""
        typed = self.box.currentText().strip().casefold()
        index = next((i for i in range(self.box.count()) if self.box.itemText(i).casefold() == typed), -1)
        if index >= 0:
            self._chosen(index)
        self._show()
