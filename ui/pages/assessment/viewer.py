"""One file of evidence, looked at inside the program: nothing plain is written to the disk for it."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QCloseEvent, QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.numbers import show_size
from gmsc_desktop.domain.visit import Evidence
from gmsc_desktop.i18n import _, error_text, language
from ui.forms.textarea import TextArea
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.strip import save_copy
from ui.theme import space
from ui.widgets.labels import Button
from ui.widgets.picture import FittedPicture
from ui.widgets.words import Tone, Words

TEXT_SHOWN = 200_000
"""Characters of a text file shown; the rest is for a copy."""


class EvidenceViewer(QDialog):
    """Shows a picture, a PDF or a text; takes its caption; saves a copy or takes the file away."""

    def __init__(self, desk: Desk, evidence: Evidence, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.evidence = desk, evidence
        self.setWindowTitle(_("Evidence"))
        self.resize(space(225), space(165))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(space(5), space(4), space(5), space(4))
        self._column.setSpacing(space(2.5))
        self._column.addWidget(Words(evidence.name, scale=1.2, bold=True))
        self._column.addWidget(Words(self._particulars(), Tone.MUTED))
        self.content: QWidget = Words(_("Opening…"), Tone.MUTED)
        self._column.addWidget(self.content, 1)
        self._column.addWidget(Words(_("Caption"), Tone.MUTED, bold=True))
        self.caption = TextArea(1, 4)
        self.caption.setAccessibleName(_("Caption"))
        self.caption.setPlaceholderText(_("What the file shows, as it will stand in the report"))
        self.caption.set_text(evidence.caption)
        self.caption.setReadOnly(not desk.editable)
        self.caption.committed.connect(self._keep_caption)
        self._column.addWidget(self.caption)
        self.message = Words("", Tone.ERROR)
        self.message.hide()
        self._column.addWidget(self.message)
        self._column.addLayout(self._foot())
        desk.submit(lambda: desk.services.evidence.read(evidence.id), self._show, self._complain, owner=self)

    def _particulars(self) -> str:
        one = self.evidence
        parts = [show_size(one.size, language()), one.media_type]
        if one.taken_at:
            parts.append(_("taken {moment}").format(moment=one.taken_at.replace("T", " ")))
        if one.place:
            parts.append(one.place)
        return " · ".join(part for part in parts if part) + f"\nSHA-256 {one.sha256}"

    def _foot(self) -> QHBoxLayout:
        copy = Button(_("Save a copy…"), "save")
        copy.clicked.connect(lambda: save_copy(self, self._desk, self.evidence))
        self.remove = Button(_("Remove"), "cross", "danger")
        self.remove.setVisible(self._desk.editable)
        self.remove.clicked.connect(self._remove)
        close = Button(_("Close"), kind="primary")
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addWidget(self.remove)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _keep_caption(self, text: str) -> None:
        self._desk.shelf.caption(self.evidence, text.strip())

    def _remove(self) -> None:
        self._desk.shelf.remove(self.evidence)
        self.close()

    def _complain(self, error: GmscError) -> None:
        self.message.setText(error_text(error))
        self.message.show()

    def _show(self, data: bytes) -> None:
        shown = self._made(data)
        self._column.replaceWidget(self.content, shown)
        self.content.deleteLater()
        self.content = shown

    def _made(self, data: bytes) -> QWidget:
        kind = self.evidence.media_type
        if kind == "application/pdf":
            from ui.widgets.pdfviewer import PdfViewer

            viewer = PdfViewer(self)
            viewer.show_pdf(data)
            return viewer
        if kind.startswith("image/"):
            QImageReader.setAllocationLimit(512)
            image = QImage.fromData(QByteArray(data))
            if not image.isNull():
                return FittedPicture(QPixmap.fromImage(image), _("Picture"), self)
        if kind.startswith("text/"):
            text = QPlainTextEdit(self)
            text.setReadOnly(True)
            text.setPlainText(data[: TEXT_SHOWN * 4].decode("utf-8", "replace")[:TEXT_SHOWN])
            return text
        words = Words(_("This kind of file is not shown inside the program. Save a copy to open it elsewhere."))
        words.set_tone(Tone.MUTED)
        words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        return words

    def closeEvent(self, event: QCloseEvent) -> None:
        """Commit the caption before going."""
        self.caption.flush()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape commits the caption too."""
        self.caption.flush()
        super().reject()


class PaperDialog(QDialog):
    """A PDF from memory, page by page."""

    def __init__(self, title: str, pdf: bytes, parent: QWidget | None = None) -> None:
        from ui.widgets.pdfviewer import PdfViewer

        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(space(230), space(175))
        self.viewer = PdfViewer(self)
        self.viewer.show_pdf(pdf)
        close = Button(_("Close"), kind="primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(4), space(4), space(4), space(4))
        column.setSpacing(space(3))
        column.addWidget(self.viewer, 1)
        column.addLayout(foot)
