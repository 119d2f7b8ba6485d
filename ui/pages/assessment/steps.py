"""The steps of a visit beyond filling it: looking at a draft, signing, reopening."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from gmsc_desktop.domain.papers import ReportOptions
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.visit import StoredDocument
from gmsc_desktop.i18n import _
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.dialogs import ReopenDialog, SignDialog
from ui.pages.assessment.draftdialog import DraftDialog
from ui.widgets.progress import watch


def show_dialog(dialog: QDialog) -> None:
    """Open ``dialog`` over its window; it is gone once closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


class VisitSteps(QObject):
    """Takes a visit through its steps over ``page``. ``document`` carries the id of a signed paper to look at,
    ``signed`` that of one just signed."""

    document = Signal(str)
    signed = Signal(str)

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.options = ReportOptions()

    def preview(self) -> None:
        """Draw the report as it is now, marked as a draft, and show it."""

        def show(pdf: bytes) -> None:
            dialog = DraftDialog(pdf, self.options, self._page)
            dialog.wanted.connect(lambda options: self._redraw(dialog, options))
            show_dialog(dialog)

        self._draw(self._page, show)

    def _redraw(self, dialog: DraftDialog, options: ReportOptions) -> None:
        self.options = options

        def show(pdf: bytes) -> None:
            dialog.viewer.show_pdf(pdf)

        self._draw(dialog, show)

    def _draw(self, over: QWidget, show: Callable[[bytes], None]) -> None:
        documents, visit_id, options = self._desk.services.documents, self._desk.visit_id, self.options

        def work(progress: Progress) -> bytes:
            return documents.preview(visit_id, progress, options)

        watch(over, self._desk.tasks, _("Drawing the draft"), work, show)

    def sign(self) -> SignDialog:
        """Ask for the passphrase and sign."""
        dialog = SignDialog(self._desk, self._page, self.options)
        dialog.signed.connect(self._signed)
        show_dialog(dialog)
        return dialog

    def _signed(self, document: StoredDocument) -> None:
        self._desk.refresh_visit()
        self.signed.emit(document.id)

    def show_document(self) -> None:
        """Look for the newest signed paper of the visit."""
        documents, visit_id = self._desk.services.documents, self._desk.visit_id

        def found(all_of_visit: tuple[StoredDocument, ...]) -> None:
            if all_of_visit:
                self.document.emit(all_of_visit[0].id)

        self._desk.submit(lambda: documents.list(visit_id), found)

    def reopen(self) -> ReopenDialog:
        """Ask for the reason and reopen."""
        dialog = ReopenDialog(self._desk, self._page)
        dialog.reopened.connect(self._desk.set_visit)
        show_dialog(dialog)
        return dialog
