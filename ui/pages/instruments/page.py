"""The instruments of the vault: the list with what each one is, and loading another workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.i18n import _, ngettext
from gmsc_desktop.services.instruments import Checked, InstrumentRow
from gmsc_desktop.services.summaries import InstrumentSummary
from ui.pages.instruments.checking import CheckView
from ui.pages.instruments.summary import SummaryView
from ui.theme import space
from ui.trial import LARGEST, Files, files_beside, show_trial
from ui.widgets.cards import Card, Page, scrolled
from ui.widgets.labels import Button, Chip, label
from ui.widgets.messages import Banner
from ui.widgets.rowlist import RowItem, RowList

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from ui.tasks import Tasks

KINDS = ("xlsx", "xlsm", "xls", "csv", "md")
"""Endings of workbooks that can be read."""


class InstrumentsPage(Page):
    """Places: the hash of an instrument, to have it chosen."""

    go_to = Signal(str, str)

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(_("Instruments"), scrolls=False, wide=True, parent=parent)
        self._services, self._tasks = services, tasks
        self._wanted = ""
        self.check: CheckView | None = None
        self.load_button = Button(_("&Load a workbook…"), "plus", "primary")
        self.load_button.clicked.connect(self.choose)
        self.header.buttons.addWidget(self.load_button)
        self.banner = Banner()
        self.body.addWidget(self.banner)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._listing())
        self.body.addWidget(self._stack, 1)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.list)
        tasks.changed.connect(self._changed)
        QShortcut(
            QKeySequence.StandardKey.Open, self, self.choose, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def _listing(self) -> QWidget:
        self.list = RowList(_("Installed instruments"))
        self.list.chosen.connect(self._describe)
        self.list.opened.connect(lambda _digest: self.try_current())
        note = _("An instrument is an XLSForm workbook (.xlsx, .xls, .csv or Markdown). Drop one here to check it.")
        left = QVBoxLayout()
        left.setSpacing(space(3))
        left.addWidget(self.list, 1)
        left.addWidget(label(note, "small"))
        self.details = Card()
        self.title = label("", "heading")
        self.chip = Chip()
        self.try_button = Button(_("&Try it out"), "edit")
        self.try_button.setToolTip(_("Fill it in as in a visit; nothing is stored"))
        self.try_button.clicked.connect(self.try_current)
        head = QHBoxLayout()
        head.setSpacing(space(3))
        head.addWidget(self.chip)
        head.addStretch(1)
        head.addWidget(self.try_button)
        self.details.body.addWidget(self.title)
        self.details.body.addLayout(head)
        self.summary = SummaryView()
        self.details.body.addWidget(scrolled(self.summary), 1)
        self.details.hide()
        made = QWidget()
        columns = QHBoxLayout(made)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(space(5))
        columns.addLayout(left, 4)
        columns.addWidget(self.details, 6)
        return made

    # what the window calls

    def refresh(self) -> None:
        """Read the instruments anew."""
        instruments = self._services.instruments

        def read() -> tuple[InstrumentRow, ...]:
            instruments.built_in()
            return instruments.list()

        self._tasks.submit(read, self._show_rows, owner=self)

    def show_place(self, place: str) -> None:
        """Choose the instrument with this hash."""
        self._wanted = place
        self.back_to_list()
        self.refresh()

    def place(self) -> str:
        """The instrument chosen."""
        return self.list.current()

    # the list

    def _show_rows(self, rows: tuple[InstrumentRow, ...]) -> None:
        count = ngettext("{n} instrument", "{n} instruments", len(rows)).format(n=len(rows))
        self.header.set_texts(_("Instruments"), count)
        self._rows = rows
        self.list.set_rows([_row_item(row) for row in rows])
        if self._wanted:
            self.list.set_current(self._wanted)
            self._wanted = ""
        self._describe(self.list.current())

    def _describe(self, digest: str) -> None:
        if not digest:
            self.details.hide()
            return
        instruments = self._services.instruments
        self._tasks.submit(lambda: instruments.describe(digest), self._show_details, self.banner.say_error, owner=self)

    def _show_details(self, summary: InstrumentSummary) -> None:
        if summary.hash != self.list.current():
            return
        row = next((row for row in self._rows if row.hash == summary.hash), None)
        self.title.setText(row.title if row is not None else summary.form_id)
        built_in = row is not None and row.built_in
        self.chip.show_text(_("built in") if built_in else _("installed"), "accent" if built_in else "muted")
        self.summary.show_summary(summary)
        self.details.show()

    def _changed(self, changed: Changed, _origin: object) -> None:
        if self.isVisible() and "instrument" in changed.kinds:
            self.refresh()

    # loading a workbook

    def choose(self) -> None:
        """Ask for a workbook and check it."""
        kinds = " ".join(f"*.{kind}" for kind in KINDS)
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Load a workbook"), str(Path.home()), _("XLSForm workbooks") + f" ({kinds})"
        )
        if name:
            self.load(Path(name))

    def load(self, path: Path) -> None:
        """Check the workbook at ``path`` and show what was found; nothing is installed yet."""
        self.banner.say(_("Checking {name}…").format(name=path.name))
        self.load_button.setEnabled(False)
        instruments = self._services.instruments

        def failed(error: GmscError) -> None:
            self.load_button.setEnabled(True)
            self.banner.say_error(error)

        self._tasks.submit(
            lambda: instruments.check(path), lambda checked: self._show_check(path, checked), failed, owner=self
        )

    def _show_check(self, path: Path, checked: Checked) -> None:
        self.load_button.setEnabled(True)
        self.banner.say("")
        self._drop_check()
        self.check = made = CheckView(path, checked)
        made.back.connect(self.back_to_list)
        made.again.connect(lambda: self.load(path))
        made.install.connect(self.install)
        made.try_out.connect(self._try_checked)
        self._stack.addWidget(made)
        self._stack.setCurrentWidget(made)
        made.setFocus(Qt.FocusReason.OtherFocusReason)

    def install(self) -> None:
        """Install the workbook that was checked."""
        view = self.check
        if view is None or view.checked.instrument is None:
            return
        instruments, path = self._services.instruments, view.path
        view.install_button.setEnabled(False)

        def done(result: Done[InstrumentRow]) -> None:
            self._wanted = result.value.hash
            self.back_to_list()
            text = _("{title} is installed. New visits can use it.").format(title=result.value.title)
            self.banner.say(text, "success")
            self.refresh()

        def failed(error: GmscError) -> None:
            view.install_button.setEnabled(True)
            view.banner.say_error(error)

        self._tasks.submit(lambda: instruments.install(path), done, failed, owner=view)

    def back_to_list(self) -> None:
        """Leave the check for the list."""
        self.banner.say("")
        self._stack.setCurrentIndex(0)
        self._drop_check()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop_check(self) -> None:
        if self.check is not None:
            self._stack.removeWidget(self.check)
            self.check.hide()
            self.check.deleteLater()
            self.check = None

    # trying

    def try_current(self) -> None:
        """Fill in the instrument chosen without storing anything."""
        digest = self.list.current()
        if not digest:
            return
        instruments = self._services.instruments

        def read() -> tuple[Instrument, dict[str, bytes]]:
            files = (file.name for file in instruments.files(digest) if file.size <= LARGEST)
            return instruments.get(digest), {name: instruments.read_file(digest, name) or b"" for name in files}

        self._tasks.submit(read, lambda found: self.try_out(found[0], found[1].get), self.banner.say_error, owner=self)

    def _try_checked(self) -> None:
        if self.check is not None and self.check.checked.instrument is not None:
            self.try_out(self.check.checked.instrument, files_beside(self.check.path))

    def try_out(self, instrument: Instrument, files: Files) -> None:
        """Open ``instrument`` in a window of its own that stores nothing."""
        show_trial(instrument, clock=self._services.clock, over=self, files=files)

    # dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One workbook may be dropped anywhere on the page."""
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Check what was dropped."""
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.load(path)


def _dropped(event: QDropEvent | QDragEnterEvent) -> Path | None:
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return files[0] if len(files) == 1 else None


def _row_item(row: InstrumentRow) -> RowItem:
    version = _("Version {version}").format(version=row.version) if row.version else _("no version")
    chip = _("built in") if row.built_in else ""
    return RowItem(row.hash, row.title, f"{version} · {row.hash[:12]}", chip=chip, tone="accent")
