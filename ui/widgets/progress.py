"""Long work in front of the person: what is done, how far it is, how long it takes, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.numbers import show_size
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _, language
from ui.tasks import Job, Tasks
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.labels import Button, label

T = TypeVar("T")
STEPS = 1000
"""Of the bar."""


def show_seconds(seconds: float) -> str:
    """A duration as the person reads it: ``12 s``, ``3 min 05 s``."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


class ProgressDialog(QDialog):
    """Follows one job until it ends; stopping asks the job to end, and the dialog waits for that."""

    def __init__(self, parent: QWidget | None, title: str, job: Job, *, in_bytes: bool = False) -> None:
        super().__init__(parent)
        self._job, self._in_bytes = job, in_bytes
        self._done = self._total = 0
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(space(110))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(2.5))
        self._text = label("", "muted")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(title)
        self._time = label("", "small")
        self._stop = Button(_("Stop"))
        self._stop.clicked.connect(self.reject)
        column.addWidget(label(title, "heading"))
        column.addWidget(self._text)
        column.addWidget(self._bar)
        column.addWidget(self._time)
        column.addLayout(button_row(self._stop))
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._show_time)
        self._clock.start()
        job.on_progress = self._show
        job.on_end = self._end
        self._show_time()

    def reject(self) -> None:
        """Escape and the button ask the work to stop."""
        self._job.cancel()
        self._stop.setEnabled(False)
        self._text.setText(_("Stopping…"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window means stopping the work."""
        if self._job.ended:
            event.accept()
        else:
            event.ignore()
            self.reject()

    def _show(self, done: int, total: int, text: str) -> None:
        self._done, self._total = done, total
        # Qt counts in 32 bits; bundles are larger.
        self._bar.setRange(0, STEPS if total > 0 else 0)
        self._bar.setValue(done * STEPS // total if total > 0 else 0)
        if text and not self._job.cancelled:
            self._text.setText(text)
        self._show_time()

    def _show_time(self) -> None:
        spent, done, total = self._job.elapsed(), self._done, self._total
        text = _("{spent} so far").format(spent=show_seconds(spent))
        if 0 < done < total and spent > 2:
            left = spent * (total - done) / done
            text = _("{spent} so far, about {left} left").format(spent=show_seconds(spent), left=show_seconds(left))
        if self._in_bytes and done and spent > 1:
            speed = show_size(round(done / spent), language())
            text = _("{done} of {total}, {speed}/s · {time}").format(
                done=show_size(done, language()), total=show_size(total, language()), speed=speed, time=text
            )
        self._time.setText(text)

    def _end(self) -> None:
        self._clock.stop()
        self.done(QDialog.DialogCode.Accepted)
        self.deleteLater()


def watch(
    parent: QWidget,
    tasks: Tasks,
    title: str,
    work: Callable[[Progress], T],
    on_done: Callable[[T], None] | None = None,
    on_error: Callable[[GmscError], None] | None = None,
    *,
    in_bytes: bool = False,
) -> Job:
    """Run long work under a progress dialog over ``parent``'s window; the callbacks are those of ``submit_long``.
    ``in_bytes`` says that the work counts bytes: then how many and how fast is told too."""
    job = tasks.submit_long(work, on_done, on_error, owner=parent)
    ProgressDialog(parent.window(), title, job, in_bytes=in_bytes).show()
    return job
