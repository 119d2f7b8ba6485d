"""The QApplication: its look, its language, and the first window.

Everything heavy is left to the moment it is needed; the first window is the unlock page or the first start.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication

from gmsc_desktop.i18n import language, set_language
from ui import theme
from ui.preferences import PreferenceFile, default_path

if TYPE_CHECKING:
    from types import TracebackType

    from PySide6.QtCore import QTranslator


class Application:
    """The one QApplication with its translator and its preferences."""

    def __init__(self, qt: QApplication, preferences: PreferenceFile) -> None:
        self.qt = qt
        self.preferences = preferences
        self._translator: QTranslator | None = None
        self._speak(preferences.value.language)
        now = preferences.value
        theme.apply(qt, now.appearance, now.zoom, sheet=False)
        qt.styleHints().colorSchemeChanged.connect(self.use_look)

    def complete(self) -> None:
        """What the first window does not show yet: Qt's own texts and the faces for emphasis; ``main.py`` has left the
        garbage collector off until now."""
        gc.enable()
        theme.load_other_faces()
        self.use_language(language())

    def use_language(self, code: str) -> None:
        """Speak ``code`` from now on; windows built before have to be built anew."""
        from ui.qt_texts import GettextTranslator

        self._speak(code)
        self._drop_translator()
        made = GettextTranslator(self.qt)
        made.speak(language())
        # Installing it is what makes Qt ask for its texts again.
        QCoreApplication.installTranslator(made)
        self._translator = made

    def _drop_translator(self) -> None:
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator.deleteLater()
            self._translator = None

    def _speak(self, code: str) -> None:
        set_language(code)
        QLocale.setDefault(QLocale(language()))

    def leave(self) -> None:
        """Take the translator away and follow the desktop no more; a test's next application makes its own."""
        self._drop_translator()
        self.qt.styleHints().colorSchemeChanged.disconnect(self.use_look)

    def use_look(self) -> None:
        """Put the preferred appearance and zoom in force."""
        theme.apply(self.qt, self.preferences.value.appearance, self.preferences.value.zoom)


def make_application(arguments: Sequence[str] = (), preferences: PreferenceFile | None = None) -> Application:
    """The application, made or the one there is."""
    QCoreApplication.setApplicationName("GMSC Desktop")
    QCoreApplication.setOrganizationName("GMSC")
    existing = QApplication.instance()
    qt = (
        existing
        if isinstance(existing, QApplication)
        else QApplication(["gmsc-desktop", "-style", "fusion", *arguments])
    )
    return Application(qt, preferences or PreferenceFile(default_path()))


def run_window(arguments: list[str]) -> int:
    """Open the window and stay until it is closed; returns the exit code. ``--vault FOLDER`` is the vault to open, what
    else is named are bundles to receive: by the window that is open already, if there is one."""
    from gmsc_desktop.system import SystemClock, SystemIds
    from ui.main_window import MainWindow

    app = make_application()
    named = len(arguments) > 1 and arguments[0] == "--vault"
    folder = Path(arguments[1]) if named else None
    bundles = tuple(Path(each).absolute() for each in arguments[2 if named else 0 :])
    if bundles:
        from ui.arriving import hand_over

        if hand_over(bundles):
            return 0
    window = MainWindow(app, clock=SystemClock(), ids=SystemIds(), folder=folder, listens=True)
    window.arriving.take(bundles)
    _tell_defects(window)
    window.show()
    return app.qt.exec()


def _tell_defects(window: object) -> None:
    """A defect met on the GUI thread is logged and shown, never a silent end."""

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, Exception):
            from PySide6.QtWidgets import QWidget

            from ui.tasks import Unexpected
            from ui.widgets.messages import show_error

            show_error(window if isinstance(window, QWidget) else None, Unexpected(error))

    sys.excepthook = tell
