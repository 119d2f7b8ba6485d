"""The navigation on the left: a sign and a word for each place, the mark of the program above, the owner below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.theme import points, space
from ui.widgets.icons import paint_icon
from ui.widgets.ink import ink
from ui.widgets.mark import paint_mark


class RailButton(QAbstractButton):
    """One place to go to."""

    def __init__(self, sign: str, text: str, shortcut: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = sign
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({shortcut})" if shortcut else text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A line and room around it."""
        return QSize(space(40), self.fontMetrics().height() + space(5))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(space(2), space(0.5), -space(2), -space(0.5))
        chosen = self.isChecked()
        if chosen or self.underMouse():
            ground = colours.rail_selected
            if not chosen:
                ground = ground.darker(125)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, space(1.5), space(1.5))
        if self.hasFocus():
            painter.setPen(QPen(colours.rail_on, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), space(1.5), space(1.5))
        colour = colours.rail_on if chosen else colours.rail_text
        size = space(5.5)
        paint_icon(
            painter, self._sign, QRectF(box.left() + space(2.5), box.center().y() - size / 2, size, size), colour
        )
        font = QFont(self.font())
        if chosen:
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(colour)
        room = box.adjusted(space(2.5) + size + space(2.5), 0, -space(1), 0)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()


class Rail(QWidget):
    """The places in order. ``chosen`` carries the name of the one pressed; ``lock`` closes the vault."""

    chosen = Signal(str)
    lock = Signal()

    def __init__(self, places: Sequence[tuple[str, str, str]], owner: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, RailButton] = {}
        self.setFixedWidth(max(space(52), self._wanted([text for _name, _sign, text in places])))
        self.setAccessibleName(_("Navigation"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, space(20), 0, space(3))
        column.setSpacing(space(0.5))
        for number, (name, sign, text) in enumerate(places, 1):
            button = RailButton(sign, text, _("Ctrl+{number}").format(number=number))
            button.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
            self._buttons[name] = button
            column.addWidget(button)
        column.addStretch(1)
        self._owner = owner
        self.lock_button = RailButton("lock", _("Lock"), _("Ctrl+L"))
        self.lock_button.setCheckable(False)
        self.lock_button.clicked.connect(self.lock)
        column.addSpacing(space(12))
        column.addWidget(self.lock_button)

    def show_chosen(self, name: str) -> None:
        """Mark the place the person is at."""
        for each, button in self._buttons.items():
            button.setChecked(each == name)

    def offer(self, name: str, offered: bool) -> None:
        """Whether the place called ``name`` is there to go to."""
        self._buttons[name].setVisible(offered)

    def set_owner(self, owner: str) -> None:
        """Whose vault it is."""
        self._owner = owner
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the places."""
        buttons = [*(each for each in self._buttons.values() if not each.isHidden()), self.lock_button]
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        here = next((number for number, button in enumerate(buttons) if button.hasFocus()), -1)
        if step and here >= 0:
            buttons[(here + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, the mark and the owner."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colours.rail)
        size = space(9)
        paint_mark(painter, QRectF(space(4.5), space(5.5), size, size))
        title = QFont(self.font())
        title.setPointSizeF(points(13))
        title.setWeight(QFont.Weight.DemiBold)
        painter.setFont(title)
        painter.setPen(colours.rail_on)
        left = space(4.5) + size + space(3)
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, space(5.5), self.width() - left, size * 0.55), side, "GMSC")
        small = QFont(self.font())
        small.setPointSizeF(points(9.5))
        painter.setFont(small)
        painter.setPen(colours.rail_text)
        painter.drawText(QRectF(left, space(5.5) + size * 0.52, self.width() - left, size * 0.5), side, "Desktop")
        foot = QRectF(space(4.5), self.lock_button.y() - space(11), self.width() - space(9), space(10))
        painter.setPen(colours.rail_selected)
        painter.drawLine(foot.topLeft(), foot.topRight())
        painter.setPen(colours.rail_text)
        painter.setFont(self.font())
        text = painter.fontMetrics().elidedText(self._owner, Qt.TextElideMode.ElideRight, int(foot.width()))
        painter.drawText(foot, side, text)
        painter.end()

    def _wanted(self, texts: Sequence[str]) -> int:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        widest = max((QFontMetrics(font).horizontalAdvance(text) for text in texts), default=0)
        return widest + space(18)
