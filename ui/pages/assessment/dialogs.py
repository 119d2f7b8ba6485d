"""Signing a closed visit, and reopening one."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Done
from gmsc_desktop.domain.errors import Cancelled, GmscError
from gmsc_desktop.domain.papers import ReportOptions
from gmsc_desktop.domain.visit import StoredDocument, Visit
from gmsc_desktop.i18n import _
from ui.forms.textarea import TextArea
from ui.pages.assessment.desk import Desk
from ui.tasks import Job
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import PassphraseField
from ui.widgets.labels import Button
from ui.widgets.messages import Banner
from ui.widgets.reportchoices import ReportChoices
from ui.widgets.words import Tone, Words

REPORT_OPTIONS = ReportOptions()
WIDTH = 130
"""Quarter ems."""


def fit_height(dialog: QDialog, width: int) -> None:
    """Give ``dialog`` the height its wrapped texts need at ``width``, and what it needs when more is said in it."""
    layout = dialog.layout()
    if layout is not None:
        wide = max(width, dialog.width() if dialog.isVisible() else 0)
        layout.activate()
        dialog.setMinimumHeight(layout.totalHeightForWidth(wide))
        dialog.resize(wide, dialog.minimumHeight())


class SignDialog(QDialog):
    """Asks for the passphrase again and has the report drawn and signed; ``signed`` carries the kept document."""

    signed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None, options: ReportOptions = REPORT_OPTIONS) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        visit = desk.visit
        region = visit.draft.region.name if visit is not None else ""
        self.setWindowTitle(_("Sign the evaluation report"))
        self.setMinimumWidth(space(125))
        self.field = PassphraseField(_("Passphrase"))
        self.field.line.setAccessibleName(_("Passphrase"))
        self.field.entered.connect(self._start)
        self.field.edited.connect(self._enable)
        self.banner = Banner()
        self.text = Words("", Tone.MUTED)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.stop = Button(_("Cancel"))
        self.stop.clicked.connect(self.reject)
        self.go = Button(_("Sign"), "edit", "primary")
        self.go.clicked.connect(self._start)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(6), space(5), space(6), space(5))
        column.setSpacing(space(3))
        column.addWidget(Words(_("Sign the evaluation report of {region}").format(region=region), scale=1.3, bold=True))
        column.addWidget(
            Words(
                _(
                    "The report is drawn from the frozen content and signed with your key. "
                    "Fields for a second assessor and for the region's official stay empty in it."
                ),
                Tone.MUTED,
            )
        )
        column.addWidget(
            Words(_("Frozen content: {hash}").format(hash=visit.content_hash if visit else ""), Tone.MUTED, scale=0.92)
        )
        self.choices = ReportChoices(options)
        column.addWidget(self.choices)
        column.addWidget(Words(_("Enter your passphrase to use the signing key."), bold=True))
        column.addWidget(self.field)
        column.addWidget(self.banner)
        column.addWidget(self.text)
        column.addWidget(self.bar)
        column.addLayout(button_row(self.stop, self.go))
        self._working(False)
        fit_height(self, space(WIDTH))
        QTimer.singleShot(0, self.field.line, self.field.line.setFocus)

    def _enable(self) -> None:
        self.go.setEnabled(bool(self.field.text()) and self._job is None)

    def _working(self, working: bool) -> None:
        self.bar.setVisible(working)
        self.text.setVisible(working)
        self.field.setEnabled(not working)
        self.choices.setEnabled(not working)
        self.stop.setEnabled(True)
        self._enable()

    def _start(self) -> None:
        passphrase = self.field.text()
        if not passphrase or self._job is not None:
            return
        self.banner.say("")
        self.bar.setRange(0, 0)
        self.text.setText(_("Preparing…"))
        documents, visit_id = self._desk.services.documents, self._desk.visit_id
        options = self.choices.options()
        self._job = self._desk.tasks.submit_long(
            lambda progress: documents.sign(visit_id, passphrase, progress, options),
            self._done,
            self._failed,
            owner=self,
        )
        self._job.on_progress = self._progress
        self._working(True)
        fit_height(self, space(WIDTH))

    def _progress(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, max(0, total))
        self.bar.setValue(done)
        if text:
            self.text.setText(text)

    def _done(self, done: Done[StoredDocument]) -> None:
        self._job = None
        self.field.clear()
        self.signed.emit(done.value)
        self.accept()

    def _failed(self, error: GmscError) -> None:
        self._job = None
        self._working(False)
        self.field.clear()
        if isinstance(error, Cancelled):
            super().reject()
            return
        self.banner.say_error(error)
        fit_height(self, space(WIDTH))
        self.field.line.setFocus()

    def reject(self) -> None:
        """Stop the work first when there is some; nothing is changed then."""
        if self._job is None:
            self.field.clear()
            super().reject()
        else:
            self._job.cancel()
            self.stop.setEnabled(False)
            self.text.setText(_("Stopping…"))


class ReopenDialog(QDialog):
    """Asks why a closed visit is to be changed; ``reopened`` carries it as a draft again."""

    reopened = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("Reopen the visit"))
        self.setMinimumWidth(space(120))
        self.reason = TextArea(3, 6)
        self.reason.setAccessibleName(_("Reason"))
        self.reason.setPlaceholderText(_("Why the closed visit has to be changed"))
        self.reason.textChanged.connect(self._enable)
        self.banner = Banner()
        self.cancel = Button(_("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.go = Button(_("Reopen"), "restore", "primary")
        self.go.clicked.connect(self._start)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(6), space(5), space(6), space(5))
        column.setSpacing(space(3))
        column.addWidget(Words(_("Reopen the visit"), scale=1.3, bold=True))
        column.addWidget(
            Words(
                _(
                    "The frozen content and everything signed stay as they are. What you change becomes a new revision "
                    "that names the old one."
                ),
                Tone.MUTED,
            )
        )
        column.addWidget(self.reason)
        column.addWidget(self.banner)
        column.addLayout(button_row(self.cancel, self.go))
        self._enable()
        fit_height(self, space(WIDTH))
        QTimer.singleShot(0, self.reason, self.reason.setFocus)

    def _enable(self) -> None:
        self.go.setEnabled(bool(self.reason.toPlainText().strip()))

    def _start(self) -> None:
        reason = self.reason.toPlainText().strip()
        if not reason:
            return
        self.go.setEnabled(False)
        visits, visit_id = self._desk.services.visits, self._desk.visit_id
        self._desk.submit(lambda: visits.reopen(visit_id, reason), self._done, self._failed, owner=self)

    def _done(self, done: Done[Visit]) -> None:
        self.reopened.emit(done.value)
        self.accept()

    def _failed(self, error: GmscError) -> None:
        self._enable()
        self.banner.say_error(error)
        fit_height(self, space(WIDTH))
