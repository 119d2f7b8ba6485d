"""The register of awards: entering them, looking at a certificate, printing one or hundreds, and what was printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QVBoxLayout,
    QWidget,
)

from gmsc_desktop.domain.awards import Award, AwardDraft, AwardRow, CertificatePrint
from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import GmscError, WrongPassphrase
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _, language, ngettext
from ui.pages.documents.award_form import AwardDialog
from ui.pages.documents.naming import ask_where
from ui.pages.documents.printlog import PrintLogDialog
from ui.pages.documents.shelf import Shelf
from ui.pages.documents.withdrawing import WithdrawDialog
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.labels import Button
from ui.widgets.messages import error_parts
from ui.widgets.passphrase import ask_passphrase
from ui.widgets.pdfviewer import PdfViewer
from ui.widgets.progress import watch
from ui.widgets.rowlist import RowItem, RowList

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.awards import PrintRun


class Awards(Shelf):
    """The awards of one vault. ``buttons`` go into the page's header."""

    kind = "award"

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(services, tasks, parent)
        self._rows: tuple[AwardRow, ...] = ()
        self._drawn = 0
        self.add_button = Button(_("&New award"), "plus")
        self.edit_button = Button(_("&Edit…"), "edit")
        self.withdraw_button = Button(_("&Withdraw…"), "warning")
        self.template_button = Button(_("&Template"), "folder")
        self.template_button.setToolTip(_("Words, logo and place of the certificate stand in a file you may change."))
        self.log_button = Button(_("Print lo&g…"), "history")
        self.print_button = Button(_("&Print certificates…"), "print", "primary")
        self.buttons = (
            self.add_button,
            self.edit_button,
            self.withdraw_button,
            self.template_button,
            self.log_button,
            self.print_button,
        )
        acts = (self.add, self.edit, self.withdraw, self.show_template, self.show_log, self.print_marked)
        for button, act in zip(self.buttons, acts, strict=True):
            button.clicked.connect(act)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._template_changed)
        search = SearchField(_("Search recipient, category, number"))
        search.textChanged.connect(lambda _typed: self._show_rows())
        self.list = RowList(_("Awards"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.chosen.connect(self._preview)
        self.list.opened.connect(lambda _id: self.edit())
        self.viewer = PdfViewer()
        empty = EmptyState(
            "certificate",
            _("No award yet"),
            _("Enter an award to see its certificate; print one or many, each with its register number."),
        )
        self.furnish(search, self.list, self.viewer, (95, 180), empty)

    # what it shows

    def refresh(self) -> None:
        """Read the register anew."""
        self._tasks.submit(self._services.awards.list, self._load, self.banner.say_error, owner=self)

    def _load(self, rows: tuple[AwardRow, ...]) -> None:
        self._rows = rows
        self.show_whether(bool(rows))
        self.edit_button.setEnabled(bool(rows))
        self.withdraw_button.setEnabled(bool(rows))
        self.print_button.setEnabled(bool(rows))
        self.log_button.setEnabled(any(row.prints for row in rows))
        self._show_rows()
        if not rows:
            self.viewer.clear()

    def _show_rows(self) -> None:
        words = self.search.text().casefold().split()
        shown = tuple(item for item in map(_item, self._rows) if all(word in item.spoken.casefold() for word in words))
        self.list.set_rows(shown)
        count = len(self._rows)
        self.tell_count(len(shown), count, ngettext("{count} award", "{count} awards", count).format(count=count))

    def _preview(self, award_id: str) -> None:
        award = self._award(award_id)
        if award is None:
            self.viewer.clear()
            return
        self._drawn += 1
        number = self._drawn

        def show(pdf: bytes) -> None:
            if number == self._drawn:
                self.viewer.show_pdf(pdf)
                self.viewer.fit_page()

        preview = self._services.awards.preview
        self._tasks.submit(lambda: preview(award.draft), show, self.banner.say_error, owner=self)

    def _award(self, award_id: str) -> Award | None:
        return next((row.award for row in self._rows if row.award.id == award_id), None)

    # what can be done

    def marked(self) -> tuple[str, ...]:
        """The ids of the awards marked in the list, in its order."""
        rows = self.list.rows()
        return tuple(rows[index.row()].id for index in sorted(self.list.selectionModel().selectedIndexes()))

    def add(self) -> None:
        """Enter a new award."""
        self._ask(None)

    def edit(self) -> None:
        """Change the current award, which must not have been printed yet."""
        award = self._award(self.list.current())
        if award is not None:
            self._ask(award)

    def withdraw(self) -> None:
        """Ask why the current award is withdrawn, and withdraw it."""
        award = self._award(self.list.current())
        if award is None:
            return
        awards = self._services.awards
        text = _(
            "Withdraw the award {number} of {region}? It cannot be undone. From then on verification in this "
            "installation says that its certificates do not hold any more."
        ).format(number=award.register_number, region=award.region.name)
        dialog = WithdrawDialog(self, _("Withdraw the award"), text)

        def done(_kept: Done[Award]) -> None:
            dialog.accept()
            self.refresh()

        def work() -> None:
            why = dialog.reason.text()
            self._tasks.submit(lambda: awards.withdraw(award.id, why), done, dialog.banner.say_error, owner=self)

        dialog.submitted.connect(work)
        dialog.open()

    def _ask(self, award: Award | None) -> None:
        services = self._services
        dialog = AwardDialog(
            self, services.regions.find, services.clock.now().date(), None if award is None else award.draft
        )
        dialog.submitted.connect(lambda draft: self._keep(award, draft, dialog))
        dialog.previewed.connect(lambda draft: self._look(draft, dialog))
        dialog.setModal(True)
        dialog.show()

    def _keep(self, award: Award | None, draft: AwardDraft, dialog: AwardDialog) -> None:
        awards = self._services.awards

        def work() -> Done[Award]:
            return awards.add(draft) if award is None else awards.edit(award.id, draft)

        def done(_kept: Done[Award]) -> None:
            dialog.accept()
            self.refresh()

        self._tasks.submit(work, done, dialog.fail, owner=self)

    def _look(self, draft: AwardDraft, dialog: AwardDialog) -> None:
        preview = self._services.awards.preview

        def show(pdf: bytes) -> None:
            PreviewDialog(dialog, pdf).exec()

        self._tasks.submit(lambda: preview(draft), show, dialog.fail, owner=self)

    def show_template(self) -> None:
        """Put the template where it can be changed, and show the folder."""

        def shown(path: Path) -> None:
            self._watch(str(path))
            self.banner.say(
                _("The template lies in {path}. What you change there and save is shown here at once.").format(
                    path=path
                )
            )
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

        self._tasks.submit(self._services.awards.copy_template, shown, self.banner.say_error, owner=self)

    def _watch(self, path: str) -> None:
        # Editors put a new file in the place of the old one, which ends the watching of it.
        if path not in self._watcher.files() and Path(path).exists():
            self._watcher.addPath(path)

    def _template_changed(self, path: str) -> None:
        self._watch(path)
        self.banner.say("")
        self._preview(self.list.current())

    def show_log(self) -> None:
        """Show what was printed, when and into which file."""
        awards = {row.award.id: row.award for row in self._rows}

        def show(prints: tuple[CertificatePrint, ...]) -> None:
            dialog = PrintLogDialog(self, prints, awards)
            dialog.setModal(True)
            dialog.show()

        self._tasks.submit(self._services.awards.prints, show, self.banner.say_error, owner=self)

    def print_marked(self) -> None:
        """Write the certificates of the marked awards into one PDF, ready for the printer."""
        chosen = self.marked()
        if not chosen:
            self.banner.say(_("Mark at least one award."), "warning")
            return
        path = ask_where(self, _("Save the certificates as"), "Piagam.pdf")
        if path is not None:
            self._ask_and_print(chosen, path)

    def _ask_and_print(self, chosen: tuple[str, ...], path: Path, wrong: str = "") -> None:
        passphrase = ask_passphrase(
            self,
            _("Sign the QR codes"),
            _("Each certificate carries a QR code signed by you, with which anyone can verify it offline."),
            _("Print"),
            wrong,
        )
        if passphrase:
            self.print_to(chosen, path, passphrase)

    def print_to(self, chosen: tuple[str, ...], path: Path, passphrase: str) -> None:
        """Write the certificates of ``chosen`` to ``path`` and log them."""
        awards = self._services.awards

        def work(progress: Progress) -> Done[PrintRun]:
            return awards.print_together(chosen, path, passphrase, progress)

        def failed(error: GmscError) -> None:
            if isinstance(error, WrongPassphrase):
                self._ask_and_print(chosen, path, error_parts(error)[0])
            else:
                self.failed(error)

        watch(self, self._tasks, _("Drawing the certificates"), work, self._printed, failed)

    def _printed(self, done: Done[PrintRun]) -> None:
        run = done.value
        count = len(run.prints)
        text = ngettext("{count} certificate in {path}.", "{count} certificates in {path}.", count)
        parts = [text.format(count=count, path=run.files[0])]
        if run.copies:
            copies = ngettext(
                "{count} of them is marked as a copy.", "{count} of them are marked as copies.", run.copies
            )
            parts.append(copies.format(count=run.copies))
        self.banner.say(" ".join(parts), "success")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.files[0])))
        self.refresh()


class PreviewDialog(QDialog):
    """A certificate as it would be printed."""

    def __init__(self, parent: QWidget, pdf: bytes) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Preview"))
        self.resize(space(230), space(180))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(4), space(4), space(4), space(4))
        self.viewer = PdfViewer()
        column.addWidget(self.viewer)
        self.viewer.show_pdf(pdf)
        self.viewer.fit_page()


def _item(row: AwardRow) -> RowItem:
    award = row.award
    if row.withdrawn:
        chip = _("withdrawn")
    elif row.prints:
        chip = ngettext("printed {count} time", "printed {count} times", row.prints).format(count=row.prints)
    else:
        chip = _("not printed")
    why = " · " + _("withdrawn: {why}").format(why=row.withdrawn) if row.withdrawn else ""
    printed = f" · {show_time(row.printed_at, language())}" if row.printed_at else ""
    return RowItem(
        award.id,
        award.region.name,
        f"{award.register_number} · {award.category} · {award.year}{printed}{why}",
        chip,
        "error" if row.withdrawn else "accent" if row.prints else "muted",
    )
