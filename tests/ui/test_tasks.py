"""The worker: order, threads, errors, progress, stopping, closing."""

from __future__ import annotations

import logging
import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import Cancelled, GmscError, Refused
from gmsc_desktop.domain.ports import Progress
from ui.tasks import Tasks, Unexpected


def test_work_runs_in_order_on_one_other_thread_and_comes_back_to_this_one(qtbot: QtBot, tasks: Tasks) -> None:
    ran: list[tuple[int, int]] = []
    back: list[tuple[int, int]] = []
    for number in range(20):
        tasks.submit(
            lambda n=number: ran.append((n, threading.get_ident())) or n,  # type: ignore[func-returns-value]
            lambda value: back.append((value, threading.get_ident())),
        )
    qtbot.waitUntil(lambda: tasks.idle)
    assert [n for n, _thread in ran] == list(range(20)) == [n for n, _thread in back]
    assert len({thread for _n, thread in ran}) == 1
    assert {thread for _n, thread in ran} != {threading.get_ident()} == {thread for _n, thread in back}


def test_an_error_reaches_its_handler_and_otherwise_the_signal(qtbot: QtBot, tasks: Tasks) -> None:
    def refuse() -> None:
        raise Refused("No.")

    taken: list[GmscError] = []
    tasks.submit(refuse, on_error=taken.append)
    qtbot.waitUntil(lambda: tasks.idle)
    assert [type(error) for error in taken] == [Refused]
    with qtbot.waitSignal(tasks.failed) as caught:
        tasks.submit(refuse)
    assert isinstance(caught.args[0], Refused)


def test_a_defect_is_logged_and_told_without_its_text(
    qtbot: QtBot, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    taken: list[GmscError] = []
    with caplog.at_level(logging.ERROR):
        tasks.submit(lambda: {}["nothing"], on_error=taken.append)
        qtbot.waitUntil(lambda: tasks.idle)
    assert isinstance(taken[0], Unexpected)
    assert "KeyError" in taken[0].trace
    assert taken[0].params["kind"] == "KeyError"
    assert "unexpected error on the worker" in caplog.text


def test_what_changed_is_told_with_who_started_it(qtbot: QtBot, tasks: Tasks) -> None:
    changed = Changed(frozenset({"answer"}), frozenset({"v1"}))
    with qtbot.waitSignals([tasks.changed, tasks.saved]):
        got: list[tuple[Changed, object]] = []
        tasks.changed.connect(lambda what, origin: got.append((what, origin)))
        tasks.submit(lambda: Done("x", changed), origin="editor")
    assert got == [(changed, "editor")]


def test_progress_arrives_and_stopping_ends_the_work(qtbot: QtBot, tasks: Tasks) -> None:
    first = threading.Event()
    released = threading.Event()

    def work(progress: Progress) -> None:
        progress(1, 10, "one")
        first.set()
        assert released.wait(10)
        progress(2, 10, "two")
        raise AssertionError("it went on")

    seen: list[tuple[int, int, str]] = []
    errors: list[GmscError] = []
    job = tasks.submit_long(work, on_error=errors.append)
    job.on_progress = lambda done, total, text: seen.append((done, total, text))
    assert first.wait(10)
    assert tasks.long_jobs == (job,)
    job.cancel()
    released.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert [type(error) for error in errors] == [Cancelled]
    assert seen[:1] in ([(1, 10, "one")], [])


def test_sizes_beyond_32_bits_can_be_reported(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[tuple[int, int]] = []
    job = tasks.submit_long(lambda progress: progress(6_000_000_000, 6_000_000_000))
    job.on_progress = lambda done, total, _text: seen.append((done, total))
    qtbot.waitUntil(lambda: tasks.idle)
    assert seen and seen[0][0] == seen[0][1] < 2**31


def test_waiting_work_can_be_stopped_before_it_starts(qtbot: QtBot, tasks: Tasks) -> None:
    gate = threading.Event()
    ran: list[str] = []
    tasks.submit(lambda: gate.wait(10))
    job = tasks.submit(lambda: ran.append("ran"))
    job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert ran == []


def test_a_result_whose_window_is_gone_is_dropped_but_its_change_is_told(qtbot: QtBot, tasks: Tasks) -> None:
    import shiboken6

    owner, gate = QObject(), threading.Event()
    dropped: list[object] = []

    def work() -> Done[int]:
        assert gate.wait(10)
        return Done(1, Changed(frozenset({"visit"})))

    with qtbot.waitSignal(tasks.changed):
        tasks.submit(work, dropped.append, owner=owner)
        shiboken6.delete(owner)
        gate.set()
    assert dropped == []


def test_closing_finishes_what_was_handed_in(qapp: object) -> None:
    tasks = Tasks()
    done: list[int] = []
    for number in range(5):
        tasks.submit(lambda n=number: n, done.append)
    tasks.close()
    assert done == [0, 1, 2, 3, 4]
    assert tasks.idle
    with pytest.raises(RuntimeError):
        tasks.submit(lambda: None)
