"""A text field that grows with what is typed and hands it over in time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent, QTextOption, QWheelEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

PAUSE_MS = 400
"""After this pause in typing the text is handed over; the promise is that it is stored within 500 ms."""


class TextArea(QPlainTextEdit):
    """Plain text over one or more lines. ``committed`` carries the text after a pause and on leaving the field;
    ``pasted`` carries a pasted picture or files, which are not text."""

    committed = Signal(str)
    pasted = Signal(QMimeData)

    def __init__(self, least: int = 1, most: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self._stored = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(4)
        self.textChanged.connect(self._typed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def set_text(self, text: str) -> None:
        """Show a stored text, unless the person is typing another one."""
        if self.is_pending() or text == self._stored == self.toPlainText():
            return
        self._stored = text
        if text != self.toPlainText():
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)
            self._fit()

    def is_pending(self) -> bool:
        """Whether something typed has not been handed over yet."""
        return self._pause.isActive()

    def flush(self) -> None:
        """Hand over what is typed now."""
        self._pause.stop()
        text = self.toPlainText()
        if text != self._stored:
            self._stored = text
            self.committed.emit(text)

    def _typed(self) -> None:
        if self.toPlainText() != self._stored:
            if not self._pause.isActive():
                self._pause.start()
        else:
            self._pause.stop()

    def _fit(self) -> None:
        if self.height() != self._wanted() or self.minimumHeight() != self._wanted():
            self.setFixedHeight(self._wanted())

    def _wanted(self) -> int:
        line = self.fontMetrics().lineSpacing()
        lines = max(self._least, min(self._most, round(self.document().size().height())))
        self.ensurePolished()
        around = self.contentsMargins()
        edges = around.top() + around.bottom() + 2 * round(self.document().documentMargin()) + 2
        return line * lines + edges

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(320, self._wanted())

    def minimumSizeHint(self) -> QSize:
        """Narrow."""
        return QSize(80, self._wanted())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps to another height."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another font, another height."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving the field commits it."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.flush()

    def event(self, event: QEvent) -> bool:
        """Let the page undo when there is nothing typed here to undo."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            document = self.document()
            undo = event.matches(QKeySequence.StandardKey.Undo) and not document.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not document.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return False
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls unless this field has more lines than it shows."""
        if self.verticalScrollBar().maximum() > 0 and self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Pictures and files may be pasted too; they become evidence."""
        return source.hasImage() or source.hasUrls() or source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text as plain text; hand anything else on."""
        files = any(url.isLocalFile() for url in source.urls())
        if files or (source.hasImage() and not source.hasText()):
            self.pasted.emit(source)
        else:
            self.insertPlainText(source.text())
