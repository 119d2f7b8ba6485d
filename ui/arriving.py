"""Bundles that arrive from outside the window: dropped anywhere on it, or opened with a double click.

A second start with a file hands it to the window that is open already, over a socket only this person's programs can
reach, and ends. Files that come while the vault is locked wait until it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer
    from PySide6.QtWidgets import QWidget

ANSWER_MS = 1500
"""How long a second start waits for the first."""
LONGEST = 1 << 20


def receivable(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Those of ``paths`` that may hold bundles: bundles and pieces by their names, and folders."""
    # The first window waits for none of what receiving needs.
    from gmsc_desktop.services.receiving import bundle_name_like

    return tuple(path for path in paths if bundle_name_like(path) or path.is_dir())


class Arriving(QObject):
    """Watches ``window`` for drops and keeps what comes until ``ready()``; then ``receive`` gets the paths."""

    def __init__(self, window: QWidget, ready: Callable[[], bool], receive: Callable[[tuple[Path, ...]], None]) -> None:
        super().__init__(window)
        self._window, self._ready, self._receive = window, ready, receive
        self.waiting: tuple[Path, ...] = ()
        self._server: QLocalServer | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def take(self, paths: Sequence[Path]) -> None:
        """Receive ``paths``, now or when the vault is open."""
        self.waiting = tuple(dict.fromkeys((*self.waiting, *paths)))
        self.offer()

    def offer(self) -> None:
        """Hand over what waits, once whatever goes on now is done."""
        if self.waiting and self._ready():
            QTimer.singleShot(0, self, self._hand_over)

    def _hand_over(self) -> None:
        if self.waiting and self._ready():
            paths, self.waiting = self.waiting, ()
            self._receive(paths)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A drop nobody under the pointer wanted."""
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            from ui.widgets.droparea import dropped_paths

            paths = receivable(dropped_paths(event))  # type: ignore[arg-type]
            if not paths:
                return False
            event.setDropAction(Qt.DropAction.CopyAction)  # type: ignore[attr-defined]
            event.accept()
            if event.type() == QEvent.Type.Drop:
                self.take(paths)
            return True
        return False

    def listen(self) -> None:
        """From now on hear of files opened with a double click while this window is open."""
        from PySide6.QtNetwork import QLocalServer

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not server.listen(_name()):
            # Another window listens, or one that ended badly left its name; whoever answers is left alone.
            if hand_over(()):
                server.deleteLater()
                return
            QLocalServer.removeServer(_name())
            server.listen(_name())
        server.newConnection.connect(self._heard)
        self._server = server

    def _heard(self) -> None:
        socket = self._server.nextPendingConnection() if self._server is not None else None
        if socket is None:
            return
        socket.setParent(self)
        socket.write(b"ok\n")
        socket.flush()

        def read() -> None:
            if socket.bytesAvailable() > LONGEST:
                socket.abort()
            elif socket.canReadLine():
                self._told(bytes(socket.readLine().data()))
                socket.disconnectFromServer()

        socket.readyRead.connect(read)
        socket.disconnected.connect(socket.deleteLater)
        read()

    def _told(self, line: bytes) -> None:
        import json

        try:
            paths = tuple(Path(str(each)) for each in json.loads(line))
        except ValueError:
            return
        found = receivable(paths)
        if found:
            window = self._window
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
            window.raise_()
            window.activateWindow()
            self.take(found)


def hand_over(paths: Sequence[Path]) -> bool:
    """Give ``paths`` to a window that is open already; whether there is one."""
    import json

    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(_name())
    if not socket.waitForConnected(ANSWER_MS) or not socket.waitForReadyRead(ANSWER_MS):
        return False
    socket.write(json.dumps([str(path.absolute()) for path in paths]).encode() + b"\n")
    socket.flush()
    socket.waitForBytesWritten(ANSWER_MS)
    socket.waitForDisconnected(ANSWER_MS)
    return True


def _name() -> str:
    """The same for every start by this person, another for everybody else."""
    import getpass
    import hashlib

    owner = f"{Path.home()}\n{getpass.getuser()}"
    return f"gmsc-desktop-{hashlib.sha256(owner.encode()).hexdigest()[:16]}"
