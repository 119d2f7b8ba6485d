"""A PDF shown page by page inside the program, with its pages' number, size and printing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPainter, QPalette, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.ink import ink
from ui.widgets.labels import Button, label

ZOOM_STEP = 1.2
SMALLEST, LARGEST = 0.25, 5.0
PRINT_DPI = 300


class PdfViewer(QWidget):
    """Shows one PDF from memory. ``loaded(bool)`` tells whether there is one to act on."""

    loaded = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buffer: QBuffer | None = None
        self.document = QPdfDocument(self)
        self.view = QPdfView(self)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setPageSpacing(14)
        self.view.setAccessibleName(_("Pages of the document"))
        self.view.setFrameShape(QPdfView.Shape.NoFrame)
        # Always there: one that comes and goes while a page is fitted to the room it leaves would never come to rest.
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.view.pageNavigator().currentPageChanged.connect(self._show_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(space(2))
        layout.addLayout(self._bar())
        layout.addWidget(self.view, 1)
        for keys, act in (
            (QKeySequence.StandardKey.ZoomIn, lambda: self.zoom(ZOOM_STEP)),
            (QKeySequence.StandardKey.ZoomOut, lambda: self.zoom(1 / ZOOM_STEP)),
            (QKeySequence("Ctrl+0"), self.fit_width),
        ):
            QShortcut(keys, self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._ground()
        self._enable()

    def changeEvent(self, event: QEvent) -> None:
        """The ground behind the pages follows the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._ground()

    def _ground(self) -> None:
        # The view paints what lies around the pages in its palette's "dark".
        palette = self.view.palette()
        if palette.color(QPalette.ColorRole.Dark) != ink(self).line:
            palette.setColor(QPalette.ColorRole.Dark, ink(self).line)
            self.view.setPalette(palette)

    def _bar(self) -> QHBoxLayout:
        self.page = QLineEdit()
        self.page.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.page.setFixedWidth(space(14))
        self.page.setAccessibleName(_("Page"))
        self.page.editingFinished.connect(self._typed)
        self.of = label("", "muted", wrap=False)
        bar = QHBoxLayout()
        bar.setSpacing(space(1.5))
        bar.addWidget(label(_("Page"), "muted", wrap=False))
        bar.addWidget(self.page)
        bar.addWidget(self.of)
        bar.addStretch(1)
        self.tools: list[Button] = []
        for text, sign, act in (
            (_("Smaller"), "minus", lambda: self.zoom(1 / ZOOM_STEP)),
            (_("Larger"), "plus", lambda: self.zoom(ZOOM_STEP)),
            (_("Fit to width"), "", self.fit_width),
            (_("Whole page"), "", self.fit_page),
        ):
            button = Button("" if sign else text, sign, "quiet")
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.clicked.connect(act)
            bar.addWidget(button)
            self.tools.append(button)
        return bar

    def show_pdf(self, data: bytes) -> bool:
        """Show the PDF in ``data``; False, and nothing shown, when it cannot be read."""
        self.clear()
        buffer = QBuffer(self)
        buffer.setData(QByteArray(data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(buffer)
        self._buffer = buffer
        good = self.document.error() is QPdfDocument.Error.None_ and self.document.pageCount() > 0
        if not good:
            self.clear()
        self._enable()
        return good

    def clear(self) -> None:
        """Show nothing."""
        self.document.close()
        if self._buffer is not None:
            self._buffer.close()
            self._buffer.deleteLater()
            self._buffer = None
        self._enable()

    @property
    def page_count(self) -> int:
        """How many pages are shown."""
        return self.document.pageCount()

    def go_to(self, page: int) -> None:
        """Scroll to ``page``, counted from 0."""
        if 0 <= page < self.page_count and page != self.view.pageNavigator().currentPage():
            self.view.pageNavigator().jump(page, QPointF(), self.view.pageNavigator().currentZoom())

    def zoom(self, factor: float) -> None:
        """Show the pages ``factor`` times as large."""
        now = self.view.zoomFactor() if self.view.zoomMode() is QPdfView.ZoomMode.Custom else self._fitted()
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(min(LARGEST, max(SMALLEST, now * factor)))

    def fit_width(self) -> None:
        """Make a page as wide as the view."""
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)

    def fit_page(self) -> None:
        """Make a whole page fit the view."""
        self.view.setZoomMode(QPdfView.ZoomMode.FitInView)

    def _fitted(self) -> float:
        if not self.page_count:
            return 1.0
        points = self.document.pagePointSize(max(0, self.view.pageNavigator().currentPage()))
        dots = self.view.logicalDpiX() / 72
        wide = self.view.viewport().width() / max(1.0, points.width() * dots)
        if self.view.zoomMode() is QPdfView.ZoomMode.FitInView:
            return min(wide, self.view.viewport().height() / max(1.0, points.height() * dots))
        return wide

    def _show_page(self, page: int) -> None:
        self.page.setText(str(page + 1) if self.page_count else "")

    def _typed(self) -> None:
        """Go to the page typed; anything else puts back the number of the page shown."""
        typed = self.page.text().strip()
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= self.page_count:
            self.go_to(int(typed) - 1)
        self._show_page(self.view.pageNavigator().currentPage())

    def _enable(self) -> None:
        count = self.page_count
        self.page.setEnabled(count > 0)
        for tool in self.tools:
            tool.setEnabled(count > 0)
        self._show_page(max(0, self.view.pageNavigator().currentPage()))
        self.of.setText(_("of {count}").format(count=count) if count else "")
        self.loaded.emit(count > 0)


def print_files(files: Sequence[bytes], printer: QPrinter) -> bool:
    """Paint PDFs one after the other onto ``printer``, each page fitted to the paper; of a single one only the pages
    the person chose. False when one cannot be read or the printer failed."""
    printer.setResolution(PRINT_DPI)
    painter = QPainter()
    if not painter.begin(printer):
        return False
    try:
        for number, data in enumerate(files):
            buffer = QBuffer()
            buffer.setData(QByteArray(data))
            buffer.open(QIODevice.OpenModeFlag.ReadOnly)
            document = QPdfDocument()
            document.load(buffer)
            pages = _pages(document, printer, single=len(files) == 1)
            if not pages or not _print(document, pages, painter, printer, begun=number > 0):
                return False
            document.close()
    finally:
        painter.end()
    return True


def _pages(document: QPdfDocument, printer: QPrinter, *, single: bool) -> range:
    count = document.pageCount()
    if single and printer.fromPage():
        return range(printer.fromPage() - 1, min(count, printer.toPage() or count))
    return range(count)


def _print(document: QPdfDocument, pages: range, painter: QPainter, printer: QPrinter, *, begun: bool) -> bool:
    for page in pages:
        if (begun or page > pages.start) and not printer.newPage():
            return False
        _paint(document, page, painter, printer)
    return True


def _paint(document: QPdfDocument, page: int, painter: QPainter, printer: QPrinter) -> None:
    room = printer.pageRect(QPrinter.Unit.DevicePixel).toRect()
    points = document.pagePointSize(page)
    scale = min(room.width() / points.width(), room.height() / points.height())
    size = QSize(round(points.width() * scale), round(points.height() * scale))
    drawn = document.render(page, size)
    # The renderer leaves unpainted paper transparent, which some printers show black.
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    ground = QPainter(image)
    ground.drawImage(0, 0, drawn)
    ground.end()
    left, top = (room.width() - size.width()) // 2, (room.height() - size.height()) // 2
    painter.drawImage(QRect(left, top, size.width(), size.height()), image)
