"""Work off the GUI thread: every call of one vault runs on one worker thread, in the order it was handed in.

The thread owns the database connection, so a vault is opened, used and closed through the same ``Tasks``. What comes
back to the window is a frozen snapshot; the window never waits for the disk.

    tasks.submit(lambda: services.visits.list(), self._load, owner=self)
    job = tasks.submit_long(lambda progress: services.exports.write(…, progress), self._written, owner=self)
    job.cancel()

Callbacks run on the GUI thread. A result whose ``owner`` has been deleted meanwhile is dropped; what it changed is
still told to everyone through ``changed``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from gmsc_desktop.domain.errors import N_, Cancelled, GmscError

if TYPE_CHECKING:
    import threading
    from queue import SimpleQueue

    from gmsc_desktop.domain.ports import Progress

T = TypeVar("T")

PROGRESS_STEP = 0.05
"""Seconds between two reports of progress that reach the window; more would only keep it busy."""


class Unexpected(GmscError):
    """A defect of the program itself. ``trace`` is for whoever repairs it; it goes to the log, never to the vault."""

    def __init__(self, error: BaseException) -> None:
        import traceback

        self.trace = "".join(traceback.format_exception(error))
        super().__init__(
            N_("Something unexpected happened in the program ({kind})."),
            kept=N_("Everything that was confirmed as saved is kept."),
            cure=N_("Try again. If it happens again, send the details to the central office."),
            kind=type(error).__name__,
        )


class Job:
    """One piece of work. ``on_progress(done, total, text)`` follows long work, ``on_end`` is called when it has ended,
    before the other callbacks and whatever the outcome; both on the GUI thread."""

    def __init__(
        self,
        work: Callable[[Progress], Any],
        on_done: Callable[[Any], None] | None,
        on_error: Callable[[GmscError], None] | None,
        owner: QObject | None,
        origin: object,
        *,
        long: bool,
    ) -> None:
        self.work, self.on_done, self.on_error = work, on_done, on_error
        self.owner, self.origin, self.long = owner, origin, long
        self.on_progress: Callable[[int, int, str], None] | None = None
        self.on_end: Callable[[], None] | None = None
        self.value: Any = None
        self.error: GmscError | None = None
        self.ended = False
        self.started: float | None = None
        self._stop = False

    def cancel(self) -> None:
        """Ask the work to stop; it ends with ``Cancelled`` at its next report of progress, or before it starts."""
        # One assignment, seen by the worker at its next look: no lock is needed.
        self._stop = True

    @property
    def cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._stop

    def elapsed(self) -> float:
        """Seconds since the work started."""
        return 0.0 if self.started is None else time.monotonic() - self.started


class Tasks(QObject):
    """The one worker of a vault.

    ``changed(Changed, origin)`` tells after every finished operation what it changed; ``origin`` is what the caller
    passed, so that an editor can skip its own echo. ``saved(value)`` follows each commit. ``failed(GmscError)`` carries
    errors that no ``on_error`` took.
    """

    changed = Signal(object, object)
    saved = Signal(object)
    failed = Signal(object)
    _ended = Signal(object)
    _progressed = Signal(object, int, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: SimpleQueue[Job | None] | None = None
        self._pending: list[Job] = []
        self._closed = False
        self._thread: threading.Thread | None = None
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._progressed.connect(self._report, Qt.ConnectionType.QueuedConnection)

    @property
    def is_open(self) -> bool:
        """Whether work is still taken."""
        return not self._closed

    def submit(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[GmscError], None] | None = None,
        *,
        owner: QObject | None = None,
        origin: object = None,
    ) -> Job:
        """Run ``work`` on the worker and hand its value to ``on_done``, or its error to ``on_error``."""
        return self._put(Job(lambda _progress: work(), on_done, on_error, owner, origin, long=False))

    def submit_long(
        self,
        work: Callable[[Progress], T],
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[GmscError], None] | None = None,
        *,
        owner: QObject | None = None,
        origin: object = None,
    ) -> Job:
        """Like ``submit`` for work that reports progress and can be stopped; set ``job.on_progress`` to follow it."""
        return self._put(Job(work, on_done, on_error, owner, origin, long=True))

    @property
    def idle(self) -> bool:
        """Whether nothing runs, waits or is on its way back."""
        return not self._pending

    @property
    def long_jobs(self) -> tuple[Job, ...]:
        """The long work that runs or waits."""
        return tuple(job for job in self._pending if job.long)

    def close(self) -> None:
        """Finish everything handed in, end the thread and deliver what came back. Nothing can be submitted after."""
        if self._closed:
            return
        self._closed = True
        if self._thread is not None and self._queue is not None:
            self._queue.put(None)
            self._thread.join()
        for job in tuple(self._pending):
            self._deliver(job)

    def _put(self, job: Job) -> Job:
        if self._closed:
            raise RuntimeError("the worker has been closed")
        self._pending.append(job)
        self._started().put(job)
        return job

    def _started(self) -> SimpleQueue[Job | None]:
        """The queue of the worker, which is started with the first piece of work."""
        if self._queue is None:
            import threading
            from queue import SimpleQueue

            self._queue = SimpleQueue()
            self._thread = threading.Thread(target=self._run, args=(self._queue,), name="vault", daemon=True)
            self._thread.start()
        return self._queue

    # on the worker thread

    def _run(self, queue: SimpleQueue[Job | None]) -> None:
        while (job := queue.get()) is not None:
            self._do(job)
            try:
                self._ended.emit(job)
            except RuntimeError:
                # The program has ended under the work; nobody is left to tell.
                return

    def _do(self, job: Job) -> None:
        last = 0.0

        def progress(done: int, total: int, text: str = "") -> None:
            nonlocal last
            if job.cancelled:
                raise Cancelled
            now = time.monotonic()
            if now - last >= PROGRESS_STEP or done >= total:
                last = now
                # Qt's int is 32 bits; sizes in bytes are not.
                scale = max(1, total >> 30)
                self._progressed.emit(job, done // scale, total // scale, text)

        job.started = time.monotonic()
        try:
            if job.cancelled:
                raise Cancelled
            job.value = job.work(progress)
        except GmscError as error:
            job.error = error
        except Exception as error:
            import logging

            logging.getLogger(__name__).exception("unexpected error on the worker")
            job.error = Unexpected(error)

    # on the GUI thread

    def _report(self, job: Job, done: int, total: int, text: str) -> None:
        if job.on_progress is not None and not job.ended and _alive(job.owner):
            job.on_progress(done, total, text)

    def _deliver(self, job: Job) -> None:
        if job.ended:
            return
        job.ended = True
        self._pending.remove(job)
        from gmsc_desktop.domain.changes import Done

        if job.on_end is not None:
            job.on_end()
        try:
            self._call_back(job)
        finally:
            if isinstance(job.value, Done) and job.value.changed.kinds:
                self.saved.emit(job.value.value)
                self.changed.emit(job.value.changed, job.origin)

    def _call_back(self, job: Job) -> None:
        alive = _alive(job.owner)
        if job.error is None:
            if job.on_done is not None and alive:
                job.on_done(job.value)
        elif job.on_error is not None and alive:
            job.on_error(job.error)
        elif not isinstance(job.error, Cancelled):
            self.failed.emit(job.error)


def _alive(owner: QObject | None) -> bool:
    return owner is None or isValid(owner)
