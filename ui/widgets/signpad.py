"""A field to sign in with pen, finger or mouse."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QTabletEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.ink import ink

Stroke = tuple[tuple[float, float], ...]


class SignaturePad(QWidget):
    """What is drawn, as strokes of points in pixels. ``changed`` follows every stroke and clearing."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[list[QPointF]] = []
        self._drawing = False
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(_("Field to sign in"))
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room to sign in."""
        return QSize(space(110), space(33))

    def strokes(self) -> tuple[Stroke, ...]:
        """What was drawn; a single tap is no stroke."""
        return tuple(tuple((p.x(), p.y()) for p in stroke) for stroke in self._strokes if len(stroke) > 1)

    def clear(self) -> None:
        """Empty the field."""
        self._strokes.clear()
        self._drawing = False
        self.update()
        self.changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        self._go_on(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._end()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen draws like the mouse, more finely."""
        if event.type() is QEvent.Type.TabletPress:
            self._begin(event.position())
        elif event.type() is QEvent.Type.TabletMove:
            self._go_on(event.position())
        elif event.type() is QEvent.Type.TabletRelease:
            self._end()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, its base line and the strokes."""
        colours = ink(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.line_strong, 1))
        painter.setBrush(colours.field)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), space(1.5), space(1.5))
        base = self.height() - space(9)
        painter.setPen(QPen(colours.line, 1, Qt.PenStyle.DashLine))
        painter.drawLine(space(5), base, self.width() - space(5), base)
        if not self._strokes:
            painter.setPen(colours.muted)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _("Sign here"))
        pen = QPen(colours.text, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for stroke in self._strokes:
            painter.drawPolyline(QPolygonF(stroke))
        painter.end()

    def _begin(self, at: QPointF) -> None:
        self._drawing = True
        self._strokes.append([at])

    def _go_on(self, at: QPointF) -> None:
        if self._drawing:
            self._strokes[-1].append(at)
            self.update()

    def _end(self) -> None:
        if self._drawing:
            self._drawing = False
            if len(self._strokes[-1]) < 2:
                self._strokes.pop()
            self.update()
            self.changed.emit()
