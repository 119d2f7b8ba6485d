"""One file as a small picture with its name."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import space
from ui.widgets.icons import paint_icon
from ui.widgets.ink import ink


class Tile(QAbstractButton):
    """A thumbnail over a name and a remark. ``clicked`` opens it, ``removing`` asks to take it away, ``asked`` for its
    menu at a point of the screen."""

    removing = Signal()
    asked = Signal(QPoint)

    def __init__(self, name: str, remark: str, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remark, self._kind = remark, kind
        self._picture: QPixmap | None = None
        self.setText(name)
        self.setAccessibleName(f"{name}. {remark}")
        self.setToolTip("")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda point: self.asked.emit(self.mapToGlobal(point)))

    def set_picture(self, picture: QPixmap | None) -> None:
        """Show this thumbnail; None shows a sheet with the file's ending."""
        self._picture = picture
        self.update()

    @property
    def picture(self) -> QPixmap | None:
        """The thumbnail shown."""
        return self._picture

    def sizeHint(self) -> QSize:
        """A small picture and two lines."""
        return QSize(space(34), space(23) + 2 * self.fontMetrics().height() + space(2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, picture and words."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colours.line_strong if self.underMouse() else colours.line, 1))
        painter.setBrush(colours.field)
        painter.drawRoundedRect(frame, 6, 6)
        box = QRectF(frame.left(), frame.top(), frame.width(), space(23))
        self._paint_picture(painter, box)
        metrics, left = self.fontMetrics(), space(2)
        room = self.width() - 2 * left
        line = QRectF(left, box.bottom() + space(0.5), room, metrics.height())
        painter.setPen(colours.text)
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(colours.muted)
        small = QFont(self.font())
        small.setPointSizeF(small.pointSizeF() * 0.88)
        painter.setFont(small)
        remark = painter.fontMetrics().elidedText(self._remark, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line.translated(0, metrics.height() - 1), Qt.AlignmentFlag.AlignVCenter, remark)
        if self.hasFocus():
            painter.setPen(QPen(colours.focus, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        colours = ink(self)
        clip = QPainterPath()
        clip.addRoundedRect(box.adjusted(1, 1, -1, 6), 5, 5)
        painter.save()
        painter.setClipRect(box)
        painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
        painter.fillRect(box, colours.hover)
        if self._picture is None or self._picture.isNull():
            side = space(9)
            place = QRectF(box.center().x() - side / 2, box.center().y() - side * 0.72, side, side)
            paint_icon(painter, "documents", place, colours.muted, 1.3)
            painter.setPen(colours.muted)
            below = QRectF(box.left(), place.bottom(), box.width(), self.fontMetrics().height())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._kind)
        else:
            ratio = max(box.width() / self._picture.width(), box.height() / self._picture.height())
            wide, high = self._picture.width() * ratio, self._picture.height() * ratio
            target = QRectF(box.center().x() - wide / 2, box.center().y() - high / 2, wide, high)
            painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))
        painter.restore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, delete asks to remove, the menu key asks for the menu."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removing.emit()
        elif event.text().isdigit():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button opens; the right one is for the menu."""
        if event.button() is Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        else:
            event.accept()
