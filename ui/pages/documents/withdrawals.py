"""Papers that no longer hold: what the lists of offices held here name; at an office also withdrawing and its list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import GmscError, WrongPassphrase
from gmsc_desktop.domain.exchange import VaultRole
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.numbers import show_local
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.withdrawals import GonePaper, HeldList, PaperStanding
from gmsc_desktop.i18n import N_, _, language, ngettext
from ui.pages.documents.shelf import Shelf
from ui.pages.documents.withdrawing import WithdrawDialog
from ui.tasks import Tasks
from ui.widgets.cards import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.labels import Button, label
from ui.widgets.messages import error_parts
from ui.widgets.passphrase import ask_passphrase
from ui.widgets.progress import watch
from ui.widgets.rowlist import RowItem, RowList

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.receiving import Received

KINDS = {"visit": N_("Report and minutes"), "award": N_("Award certificate"), "recap": N_("Recapitulation")}


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to show: whether this is an office, the lists held, and each paper with the office that says so."""

    office: bool
    lists: tuple[HeldList, ...]
    papers: tuple[tuple[GonePaper, str], ...]


class Withdrawals(Shelf):
    """The papers that no longer hold. ``buttons`` go into the page's header."""

    kind = "withdrawal"

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(services, tasks, parent)
        self._shown = Shown(False, (), ())
        self.withdraw_button = Button(_("&Withdraw a paper…"), "warning")
        self.write_button = Button(_("Write the &list…"), "save", "primary")
        self.receive_button = Button(_("&Take in a list…"), "open")
        self.buttons = (self.receive_button, self.withdraw_button, self.write_button)
        self.withdraw_button.clicked.connect(self.choose_paper)
        self.write_button.clicked.connect(self.choose_folder)
        self.receive_button.clicked.connect(self.choose_list)
        for button in (self.withdraw_button, self.write_button):
            button.setEnabled(False)
            button.setToolTip(_("Only a central office withdraws papers and writes the list of them."))
        self.held = label("", "muted")
        self.body.insertWidget(1, self.held)
        self.list = RowList(_("Papers that no longer hold"))
        search = SearchField(_("Search region, number, reason"))
        search.textChanged.connect(lambda _typed: self._show_rows())
        empty = EmptyState(
            "documents",
            _("Every paper holds, as far as is known here"),
            _("The office tells in its list which papers were withdrawn. It comes with every bundle of the office."),
        )
        self.furnish(search, self.list, None, (0, 0), empty)

    def refresh(self) -> None:
        """Read what is held anew."""
        services = self._services

        def load() -> Shown:
            office = services.office.role is VaultRole.OFFICE
            papers: tuple[tuple[GonePaper, str], ...]
            if office:
                papers = tuple((paper, _("this office")) for paper in services.withdrawals.own())
            else:
                papers = tuple((item.paper, item.organisation) for item in services.withdrawals.listed())
            return Shown(office, services.withdrawals.lists(), papers)

        self._tasks.submit(load, self._load, self.banner.say_error, owner=self)

    def _load(self, shown: Shown) -> None:
        self._shown = shown
        for button in (self.withdraw_button, self.write_button):
            button.setEnabled(shown.office)
        told = [
            _("{office}, {when}").format(office=held.organisation, when=show_local(held.issued_at, language()))
            for held in shown.lists
        ]
        self.held.setText(
            _("Newest lists held here: {lists}").format(lists="; ".join(told))
            if told
            else _("No list of withdrawn papers is held here yet.")
        )
        self.show_whether(bool(shown.papers))
        self._show_rows()

    def _show_rows(self) -> None:
        words = self.search.text().casefold().split()
        items = (_item(paper, office) for paper, office in self._shown.papers)
        shown = tuple(item for item in items if all(word in item.spoken.casefold() for word in words))
        self.list.set_rows(shown)
        count = len(self._shown.papers)
        self.tell_count(len(shown), count, ngettext("{count} paper", "{count} papers", count).format(count=count))

    # what can be done

    def choose_paper(self) -> None:
        """Let the person choose the PDF of the paper to be withdrawn."""
        name, _kind = QFileDialog.getOpenFileName(self, _("The paper to be withdrawn"), "", "PDF (*.pdf)")
        if name:
            self.ask_why(Path(name))

    def ask_why(self, path: Path) -> WithdrawDialog:
        """Ask why the papers in the PDF at ``path`` are withdrawn, and withdraw them."""
        text = _(
            "Withdraw what {name} carries? It cannot be undone. The office's next list and all its bundles will say so,"
            " and wherever they are held it is no longer called genuine."
        ).format(name=path.name)
        dialog = WithdrawDialog(self, _("Withdraw the paper"), text)
        withdrawals = self._services.withdrawals

        def done(_kept: Done[tuple[GonePaper, ...]]) -> None:
            dialog.accept()
            self.banner.say(_("Withdrawn. Write the list so that others know it too."), "success")
            self.refresh()

        def work() -> None:
            why = dialog.reason.text()

            def withdraw(progress: Progress) -> Done[tuple[GonePaper, ...]]:
                return withdrawals.withdraw_file(path, why, progress)

            watch(self, self._tasks, _("Withdrawing"), withdraw, done, dialog.banner.say_error)

        dialog.submitted.connect(work)
        dialog.open()
        return dialog

    def choose_folder(self) -> None:
        """Let the person choose where the list is written."""
        name = QFileDialog.getExistingDirectory(self, _("Folder or stick for the list"))
        if name:
            self._ask_and_write(Path(name))

    def _ask_and_write(self, folder: Path, wrong: str = "") -> None:
        text = _("The list is signed by you for the office; whoever trusts the office can take it in.")
        passphrase = ask_passphrase(self, _("Sign the list"), text, _("Write"), wrong)
        if passphrase:
            self.write_to(folder, passphrase)

    def write_to(self, folder: Path, passphrase: str) -> None:
        """Write the office's signed list into ``folder``."""
        withdrawals = self._services.withdrawals

        def work(progress: Progress) -> Done[ExportRecord]:
            return withdrawals.write(folder, passphrase, progress)

        def done(made: Done[ExportRecord]) -> None:
            path = Path(made.value.folder) / made.value.file_name
            self.banner.say(_("The list lies in {path}.").format(path=path), "success")
            self.refresh()

        def failed(error: GmscError) -> None:
            if isinstance(error, WrongPassphrase):
                self._ask_and_write(folder, error_parts(error)[0])
            else:
                self.failed(error)

        watch(self, self._tasks, _("Writing the list"), work, done, failed)

    def choose_list(self) -> None:
        """Let the person choose lists that came."""
        kinds = _("Lists of withdrawn papers (*.gmsc);;All files (*)")
        names, _kind = QFileDialog.getOpenFileNames(self, _("Lists to take in"), "", kinds)
        if names:
            self.take_in(tuple(Path(name) for name in names))

    def take_in(self, paths: tuple[Path, ...]) -> None:
        """Take in the bundles at ``paths``, as receiving does."""
        receiving = self._services.receiving

        def work(progress: Progress) -> Done[Received]:
            return receiving.receive(paths, progress=progress)

        watch(self, self._tasks, _("Receiving"), work, self._taken, self.failed)

    def _taken(self, done: Done[Received]) -> None:
        from gmsc_desktop.services.verdicts import reason_text

        refused = [plan for plan in done.value.refused if plan.refused is not None]
        if refused:
            told = (f"{plan.path.name}: {reason_text(plan.refused)}" for plan in refused if plan.refused is not None)
            self.banner.say(" ".join((_("Not taken in."), *told)), "error")
        else:
            self.banner.say(_("Taken in."), "success")
        self.refresh()


def _item(paper: GonePaper, office: str) -> RowItem:
    withdrawn = paper.standing is PaperStanding.WITHDRAWN
    when = show_local(paper.since, language())
    parts = (_(KINDS[paper.kind]), when, paper.reason, office)
    return RowItem(
        f"{office}/{paper.content_hash}",
        paper.label,
        " · ".join(part for part in parts if part),
        _("withdrawn") if withdrawn else _("superseded"),
        "error" if withdrawn else "warning",
    )
