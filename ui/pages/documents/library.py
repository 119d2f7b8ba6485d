"""The library of signed papers: the list on the left, the paper itself on the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QListView,
    QMenu,
    QWidget,
)

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.verdict import Verdict
from gmsc_desktop.domain.visit import StoredDocument
from gmsc_desktop.i18n import _, ngettext
from ui.pages.documents.countersign import CountersignDialog, Countersigning
from ui.pages.documents.listing import DocumentDelegate, DocumentList, DocumentRow
from ui.pages.documents.maker import PaperMaker
from ui.pages.documents.naming import ask_where
from ui.pages.documents.shelf import Shelf
from ui.tasks import Tasks
from ui.verdict_view import VerdictDialog
from ui.widgets.cards import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.labels import Button
from ui.widgets.pdfviewer import PdfViewer, print_files
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


class Library(Shelf):
    """The documents of one vault. What can be done with the one shown stands in ``buttons``, for the page's header."""

    kind = "document"

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(services, tasks, parent)
        self._shown: DocumentRow | None = None
        self._wanted = ""
        self._read = 0
        self._library()
        self._actions()

    # what it is made of

    def _actions(self) -> None:
        self.maker = PaperMaker(self, self._services, self._tasks, self.banner)
        self.maker.made.connect(self.show_document)
        self.make_button = Button(_("&Make…"), "plus")
        menu = QMenu(self.make_button)
        menu.addAction(_("&Minutes (Berita Acara)…"), self.maker.make_minutes)
        menu.addAction(_("&Recapitulation…"), self.maker.make_recap)
        self.make_button.setMenu(menu)
        self.sign_button = Button(_("Further s&ignature…"), "certificate")
        self.verify_button = Button(_("&Verify"), "verify")
        self.print_button = Button(_("&Print…"), "print")
        self.save_button = Button(_("&Save as…"), "save", "primary")
        for button, act in (
            (self.sign_button, self.sign_also),
            (self.verify_button, self.verify),
            (self.print_button, self.print),
            (self.save_button, self.save_as),
        ):
            button.clicked.connect(act)
            button.setEnabled(False)
            self.viewer.loaded.connect(button.setEnabled)
        self.buttons = (self.make_button, self.sign_button, self.verify_button, self.print_button, self.save_button)
        scope = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence.StandardKey.Print, self, self.print, context=scope)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus, context=scope)

    def _library(self) -> None:
        self.list = DocumentList()
        search = SearchField(_("Search region, year, file name"))
        search.textChanged.connect(self._search)
        self.view = QListView()
        search.left_down.connect(self.view.setFocus)
        self.view.setModel(self.list)
        self.view.setItemDelegate(DocumentDelegate(self.view))
        self.view.setMouseTracking(True)
        self.view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setAccessibleName(_("Documents"))
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.viewer = PdfViewer()
        empty = EmptyState(
            "documents",
            _("No signed document yet"),
            _("Close a visit and sign it; its evaluation report is then kept here, ready to show, print and save."),
        )
        self.furnish(search, self.view, self.viewer, (84, 190), empty)

    # what it shows

    def refresh(self) -> None:
        """Read the library anew."""
        services = self._services

        def load() -> tuple[DocumentRow, ...]:
            visits = {row.visit.id: row.visit for row in (*services.visits.list(), *services.visits.archived())}
            return tuple(
                DocumentRow(found, visits[found.visit_id].draft.region.name, visits[found.visit_id].draft.cycle_year)
                for found in services.documents.list()
            )

        self._tasks.submit(load, self._load, self.banner.say_error, owner=self)

    def show_document(self, document_id: str) -> None:
        """Open this document, now or as soon as the library has been read."""
        self._wanted = document_id
        self.refresh()

    def show_place(self, place: str) -> None:
        """Open the document whose id ``place`` is."""
        self.show_document(place)

    def place(self) -> str:
        """The id of the document shown."""
        return self._shown.document.id if self._shown else ""

    @property
    def shown(self) -> DocumentRow | None:
        """The document on the right."""
        return self._shown

    def _load(self, rows: tuple[DocumentRow, ...]) -> None:
        keep = self._wanted or (self._shown.document.id if self._shown else "")
        if self._wanted and not any(
            row.document.id == self._wanted and row.matches(self.search.text()) for row in rows
        ):
            self.search.clear()
        self.list.put(rows)
        self.show_whether(bool(rows))
        self._count()
        index = self.list.index_of(keep)
        if not index.isValid():
            index = self.list.index(0)
        self._wanted = ""
        self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if not rows:
            self._shown = None
            self.viewer.clear()

    def _search(self, typed: str) -> None:
        self.list.search(typed)
        self._count()
        shown = self.list.index_of(self._shown.document.id) if self._shown else QModelIndex()
        if shown.isValid():
            self.view.selectionModel().setCurrentIndex(shown, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _count(self) -> None:
        shown, total = self.list.rowCount(), self.list.total
        self.tell_count(shown, total, ngettext("{count} document", "{count} documents", total).format(count=total))

    def _choose(self, index: QModelIndex) -> None:
        row = self.list.row_at(index)
        if row is None or row == self._shown:
            return
        self._shown = row
        self.viewer.clear()
        self._read += 1
        number = self._read

        def show(data: bytes) -> None:
            # A quicker choice may have been made while this one was read.
            if number == self._read and not self.viewer.show_pdf(data):
                self.banner.say(
                    _("This document cannot be shown here. Save it and open it with a PDF reader."), "error"
                )

        self.banner.say("")
        read = self._services.documents.shown
        self._tasks.submit(lambda: read(row.document.id), show, self.banner.say_error, owner=self)

    # what can be done

    def save_as(self) -> None:
        """Write the document to a file the person names."""
        row = self._shown
        if row is None:
            return
        path = ask_where(self, _("Save the document as"), row.document.name)
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write the document to ``path``."""
        row = self._shown
        if row is None:
            return
        save = self._services.documents.save_as

        def saved(_nothing: None) -> None:
            self.banner.say(_("Saved as {path}.").format(path=path), "success")

        self._tasks.submit(lambda: save(row.document.id, path), saved, self.banner.say_error, owner=self)

    def selected(self) -> tuple[DocumentRow, ...]:
        """The documents marked in the list, in its order."""
        rows = [self.list.row_at(index) for index in sorted(self.view.selectionModel().selectedIndexes())]
        return tuple(row for row in rows if row is not None)

    def print(self) -> None:
        """Print the marked documents in one go with the system's dialog."""
        rows = self.selected() or ((self._shown,) if self._shown else ())
        read = self._services.documents.shown
        if rows:
            self._tasks.submit(
                lambda: tuple(read(row.document.id) for row in rows),
                lambda files: self._print(rows[0].document.name, files),
                self.banner.say_error,
                owner=self,
            )

    def _print(self, name: str, files: tuple[bytes, ...]) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(name)
        dialog = QPrintDialog(printer, self)
        if len(files) == 1:
            dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, on=True)
            dialog.setMinMax(1, self.viewer.page_count)
        if dialog.exec() == QDialog.DialogCode.Accepted and not print_files(files, printer):
            self.banner.say(_("The printer did not take the document. Check the printer and try again."), "error")

    def sign_also(self) -> None:
        """Let somebody else sign the document shown in a place that is still free."""
        row = self._shown
        if row is None:
            return
        fields = self._services.documents.open_fields
        self._tasks.submit(
            lambda: fields(row.document.id),
            lambda free: self._ask_signer(row, free),
            self.banner.say_error,
            owner=self,
        )

    def _ask_signer(self, row: DocumentRow, free: tuple[str, ...]) -> None:
        if not free:
            self.banner.say(_("Every place for a signature in this document is taken."), "accent")
            return
        dialog = CountersignDialog(self, free)
        dialog.submitted.connect(lambda entered: self.countersign(row, entered, dialog))
        dialog.setModal(True)
        dialog.show()

    def countersign(self, row: DocumentRow, entered: Countersigning, dialog: CountersignDialog | None = None) -> None:
        """Make the signature; the new version is shown afterwards."""
        documents, given = self._services.documents, row.document.id

        def work(progress: Progress) -> Done[StoredDocument]:
            if entered.file is not None:
                return documents.take_signed(given, entered.file, progress)
            if entered.mark is not None:
                return documents.sign_drawn(given, entered.field, entered.mark, entered.passphrase, progress)
            return documents.sign_also(given, entered.field, entered.passphrase, progress, p12=entered.p12)

        def done(made: Done[StoredDocument]) -> None:
            if dialog is not None:
                dialog.accept()
            self.show_document(made.value.id)
            self.banner.say(_("Signed. The new version is shown; the earlier one is kept."), "success")

        failed = self.failed if dialog is None else dialog.fail
        watch(self, self._tasks, _("Signing"), work, done, failed)

    def verify(self) -> None:
        """Say whether the document is genuine."""
        row = self._shown
        if row is None:
            return
        check = self._services.documents.verify

        def work(progress: Progress) -> Verdict:
            return check(row.document.id, progress)

        watch(self, self._tasks, _("Verifying"), work, self._verdict, self.failed)

    def _verdict(self, verdict: Verdict) -> None:
        VerdictDialog(self, verdict).exec()
