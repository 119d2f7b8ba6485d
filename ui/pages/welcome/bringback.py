"""A new laptop: a backup or a copied vault is chosen, opened by passphrase or recovery code, and everything is back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import Cancelled, GmscError, WrongPassphrase
from gmsc_desktop.domain.numbers import show_size, show_time
from gmsc_desktop.domain.ports import Clock, Ids, Progress
from gmsc_desktop.i18n import _, language
from ui.pages.welcome.firststart import place_problem
from ui.preferences import default_vault_folder
from ui.recovery import NewPassphrase
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Card, button_row
from ui.widgets.fields import Choice, FormRow, PassphraseField
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.restoring import Key, Restored

BY_PASSPHRASE, BY_CODE = "passphrase", "code"


class BringBack(QWidget):
    """``back(folder, passphrase)`` when the vault is there and its report was read; ``back_out`` to leave."""

    back = Signal(str, str)
    back_out = Signal()

    def __init__(self, tasks: Tasks, *, clock: Clock, ids: Ids, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._clock, self._ids = tasks, clock, ids
        self._paths: tuple[Path, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(4))
        self.banner = Banner()
        self._column.addWidget(self.banner)
        self.form = self._form()
        self._column.addWidget(self.form)
        self.report: Card | None = None
        self.setFocusProxy(self.file_button)

    def _form(self) -> Card:
        note = _("Choose a backup (all of its pieces lie in one folder) or the folder of a vault. It is only read.")
        card = Card(_("Bring a vault back"), note)
        self.source = label(_("Nothing chosen yet."), "muted", selectable=True)
        self._source_row = FormRow(_("Backup or copied vault"), self.source)
        card.body.addWidget(self._source_row)
        self.file_button = Button(_("Choose a &backup…"), "backup")
        self.file_button.clicked.connect(self._choose_file)
        self.folder_button = Button(_("Choose a &folder…"), "folder")
        self.folder_button.clicked.connect(self._choose_folder)
        row = QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(self.file_button)
        row.addWidget(self.folder_button)
        row.addStretch(1)
        card.body.addLayout(row)
        self.folder = QLineEdit(str(free_folder(default_vault_folder())))
        self._folder_row = FormRow(_("&Where it should lie here"), self.folder, _("A new folder; nothing is replaced."))
        card.body.addWidget(self._folder_row)
        ways = [(BY_PASSPHRASE, _("My passphrase")), (BY_CODE, _("The recovery code, and a new passphrase"))]
        self.way = Choice(ways)
        self.way.currentIndexChanged.connect(lambda _index: self._show_way())
        card.body.addWidget(FormRow(_("&Opened by"), self.way))
        self.passphrase = PassphraseField()
        self._passphrase_row = FormRow(_("&Passphrase"), self.passphrase, focus=self.passphrase.line)
        self.passphrase.entered.connect(self.go_on)
        self.code = QLineEdit()
        self._code_row = FormRow(_("&Recovery code"), self.code)
        self.new = NewPassphrase()
        self.new.entered.connect(self.go_on)
        for widget in (self._passphrase_row, self._code_row, self.new):
            card.body.addWidget(widget)
        leave = Button(_("B&ack"), "left")
        leave.clicked.connect(self.back_out)
        self.go = Button(_("Bring it &back"), "restore", "primary")
        self.go.clicked.connect(self.go_on)
        card.body.addLayout(button_row(self.go, left=leave))
        self._show_way()
        return card

    def _show_way(self) -> None:
        by_code = self.way.value() == BY_CODE
        self._passphrase_row.setVisible(not by_code)
        self._code_row.setVisible(by_code)
        self.new.setVisible(by_code)

    def _choose_file(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(
            self, _("Choose the backup"), str(Path.home()), _("Backups (*.gmsc *.gmsc.*)")
        )
        if names:
            self.take(tuple(Path(name) for name in names))

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Choose the folder"), str(Path.home()))
        if folder:
            self.take((Path(folder),))

    def take(self, paths: tuple[Path, ...]) -> None:
        """Go on with the backup in ``paths``."""
        self._paths = paths
        self.source.setText("\n".join(str(path) for path in paths[:4]) + ("\n…" if len(paths) > 4 else ""))
        self._source_row.set_error("")
        self.passphrase.setFocus()

    def go_on(self) -> None:
        """Check what was entered, then bring the vault back."""
        by_code = self.way.value() == BY_CODE
        self._source_row.set_error("" if self._paths else _("Choose a backup or a folder."))
        self._folder_row.set_error(place_problem(self.folder.text().strip()))
        self._passphrase_row.set_error("" if by_code or self.passphrase.text() else _("Enter the passphrase."))
        self._code_row.set_error("" if not by_code or self.code.text().strip() else _("Enter the recovery code."))
        wrong = [
            row for row in (self._source_row, self._folder_row, self._passphrase_row, self._code_row) if row.error()
        ]
        if wrong:
            wrong[0].focus_editor()
        elif not by_code or self.new.check():
            self._begin(self.new.text() if by_code else self.passphrase.text(), self.code.text() if by_code else "")

    def _begin(self, passphrase: str, code: str) -> None:
        paths, folder = self._paths, Path(self.folder.text().strip())

        def work(progress: Progress) -> Restored:
            from gmsc_desktop.services.restoring import Key, restore

            key: Key = Key(passphrase, code)
            return restore(paths, folder, key, clock=self._clock, ids=self._ids, progress=progress)

        def failed(error: GmscError) -> None:
            if isinstance(error, WrongPassphrase):
                row = self._code_row if code else self._passphrase_row
                row.set_error(
                    _("This recovery code does not open the vault. Compare it with your print.")
                    if code
                    else _("This passphrase does not open the vault. Mind capital letters and spaces.")
                )
                row.focus_editor()
            elif isinstance(error, Cancelled):
                self.banner.say(_("Stopped. No vault was made, and no folder was left half."), "warning")
            else:
                self.banner.say_error(error)

        self.banner.say("")
        watch(
            self,
            self._tasks,
            _("Bringing the vault back"),
            work,
            lambda found: self._show(found, passphrase),
            failed,
            in_bytes=True,
        )

    def _show(self, found: Restored, passphrase: str) -> None:
        """What came back, before the vault opens."""
        self.form.hide()
        self.passphrase.clear()
        self.new.clear()
        self.code.clear()
        self.report = report_card(found)
        self.open_button = Button(_("&Open the vault"), "open", "primary")
        self.open_button.clicked.connect(lambda: self.back.emit(str(found.folder), passphrase))
        self.report.body.addLayout(button_row(self.open_button))
        self._column.addWidget(self.report)
        self.open_button.setFocus()


def report_card(found: Restored) -> Card:
    """The report of what came back, line by line."""
    whole = not found.findings
    note = _("Every file was read and its hash compared; the journal holds from its first row to its last.")
    missing = _("Everything that could be found is back. This is missing or does not hold:")
    card = Card(_("Everything is back") if whole else _("The vault is back, but not whole"), note if whole else missing)
    grid = QGridLayout()
    grid.setHorizontalSpacing(space(5))
    grid.setVerticalSpacing(space(1.5))
    for number, (name, value) in enumerate(facts(found)):
        grid.addWidget(label(name, "muted", wrap=False), number, 0)
        grid.addWidget(label(value, selectable=True), number, 1)
    grid.setColumnStretch(1, 1)
    for finding in found.findings[:12]:
        card.body.addWidget(label(finding, "error"))
    if len(found.findings) > 12:
        card.body.addWidget(label(_("and {count} more").format(count=len(found.findings) - 12), "small"))
    card.body.addLayout(grid)
    new = _(
        "This laptop has a number of its own now. Should the old laptop turn up and send, the office takes that too."
    )
    card.body.addWidget(label(new, "small"))
    return card


def facts(found: Restored) -> tuple[tuple[str, str], ...]:
    """What came back, as pairs of name and value."""
    made = show_time(found.made_at.astimezone(), language()) if found.made_at else _("a copied folder")
    visits = _("{visits}, {drafts} of them drafts").format(visits=found.visits, drafts=found.drafts)
    return (
        (_("Owner"), found.owner),
        (_("Backup of"), made),
        (_("Visits"), visits),
        (_("Evidence and documents"), f"{found.files} ({show_size(found.size, language())})"),
        (_("Signed documents"), str(found.documents)),
        (_("Bundles written before"), str(found.exports)),
        (_("Rows of the journal"), str(found.journal_rows)),
        (_("Folder"), str(found.folder)),
    )


def free_folder(proposed: Path) -> Path:
    """``proposed``, or the first name after it that is free."""
    number, found = 2, proposed
    while place_problem(str(found)):
        found = proposed.with_name(f"{proposed.name}-{number}")
        number += 1
    return found
