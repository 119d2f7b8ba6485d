"""What was found in a workbook before it is installed: what is wrong, what is doubtful, what it would be."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.i18n import _, ngettext
from gmsc_desktop.services.instruments import Checked, Issue
from ui.pages.instruments.issues import IssueTable, copy_issues, save_issues
from ui.pages.instruments.summary import SummaryView, said
from ui.theme import space
from ui.widgets.cards import Card, scrolled
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner


class CheckView(QWidget):
    """The outcome of one check. ``install`` and ``try_out`` follow its buttons, ``again`` reads the file once more,
    ``back`` leaves for the list."""

    install = Signal()
    try_out = Signal()
    again = Signal()
    back = Signal()

    def __init__(self, path: Path, checked: Checked, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path, self.checked = path, checked
        self.banner = Banner()
        self.issues: tuple[Issue, ...] = checked.errors or checked.warnings
        self.table = IssueTable(_("What is wrong") if checked.errors else _("Warnings"))
        self.table.show_issues(self.issues)
        self.summary = SummaryView()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        column.addLayout(self._bar())
        column.addWidget(self.banner)
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, space(2), 0)
        body.setSpacing(space(3))
        if checked.errors:
            body.addWidget(self._issue_card(), 1)
        else:
            if checked.warnings:
                body.addWidget(self._issue_card())
            body.addWidget(self._summary_card())
            body.addStretch(1)
        column.addWidget(scrolled(inner), 1)
        self._say()

    def _bar(self) -> QHBoxLayout:
        leave = Button(_("&Back to the list"), "left", "quiet")
        leave.clicked.connect(self.back)
        again = Button(_("&Read the file again"), "restore")
        again.clicked.connect(self.again)
        self.try_button = Button(_("&Try it out"), "edit")
        self.try_button.clicked.connect(self.try_out)
        self.install_button = Button(_("&Install"), "plus", "primary")
        self.install_button.clicked.connect(self.install)
        row = QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(leave)
        row.addStretch(1)
        row.addWidget(again)
        if self.checked.instrument is not None:
            row.addWidget(self.try_button)
            row.addWidget(self.install_button)
        # With the keyboard on it Return goes on; with errors there is nothing to go on to but reading again.
        self.setFocusProxy(self.install_button if self.checked.instrument is not None else again)
        return row

    def _issue_card(self) -> Card:
        errors = len(self.checked.errors)
        text = (
            ngettext("{n} thing to correct", "{n} things to correct", errors).format(n=errors)
            if errors
            else ngettext("{n} warning", "{n} warnings", len(self.issues)).format(n=len(self.issues))
        )
        card = Card()
        copy = Button(_("&Copy the list"), "copy", "quiet")
        copy.clicked.connect(self._copy)
        save = Button(_("&Save the list…"), "save", "quiet")
        save.clicked.connect(self._save)
        head = QHBoxLayout()
        head.addWidget(label(text, "heading"), 1)
        head.addWidget(copy)
        head.addWidget(save)
        card.body.addLayout(head)
        if not errors:
            card.body.addWidget(label(_("They do not keep the instrument from being installed."), "muted"))
        card.body.addWidget(self.table, 1)
        return card

    def _summary_card(self) -> Card:
        card = Card()
        found = self.checked.summary
        if found is not None:
            card.body.addWidget(label(said(found.title, found.form_id), "heading"))
            self.summary.show_summary(found)
        card.body.addWidget(self.summary)
        return card

    def _say(self) -> None:
        if self.checked.errors:
            text = _("{name} cannot be installed yet. Everything found is listed here; correct it and read it again.")
            self.banner.say(text.format(name=self.path.name), "error")
        elif self.checked.warnings:
            self.banner.say(_("{name} can be installed; look at the warnings.").format(name=self.path.name), "warning")
        else:
            self.banner.say(_("{name} has no errors and can be installed.").format(name=self.path.name), "success")

    def _copy(self) -> None:
        copy_issues(self.issues)
        self.banner.say(_("The list is on the clipboard."), "success")

    def _save(self) -> None:
        start = str(self.path.with_name(f"{self.path.stem}-periksa.csv"))
        name, _kind = QFileDialog.getSaveFileName(self, _("Save the list"), start, "CSV (*.csv)")
        if name:
            self.save_to(Path(name))

    def save_to(self, target: Path) -> None:
        """Write the list to ``target`` and say so, or why not."""
        try:
            save_issues(self.issues, target)
        except OSError as error:
            text = _("The list could not be saved as {name}: {reason}")
            self.banner.say(text.format(name=target.name, reason=error.strerror or error), "error")
        else:
            self.banner.say(_("The list is saved as {path}.").format(path=target), "success")
