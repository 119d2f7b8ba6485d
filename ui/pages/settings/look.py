"""Language, appearance and zoom: in force at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gmsc_desktop.i18n import _, language
from ui.application import Application
from ui.theme import APPEARANCES, ZOOMS
from ui.widgets.cards import Card
from ui.widgets.fields import Choice, FormRow


class LookSection(Card):
    """``language_chosen`` and ``rebuild`` ask the window to be built anew."""

    language_chosen = Signal(str)
    rebuild = Signal()

    def __init__(self, app: Application, parent: QWidget | None = None) -> None:
        note = _("Official papers are always in Bahasa Indonesia, whatever the window speaks.")
        super().__init__(_("Language & appearance"), note, parent)
        self._app = app
        now = app.preferences.value
        self.language = Choice([("id", "Bahasa Indonesia"), ("en", "English")])
        self.language.set_value(language())
        names = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")}
        self.appearance = Choice([(name, names[name]) for name in APPEARANCES])
        self.appearance.set_value(now.appearance)
        self.zoom = Choice([(str(percent), f"{percent} %") for percent in ZOOMS])
        self.zoom.set_value(str(now.zoom))
        self.body.addWidget(FormRow(_("&Language"), self.language))
        self.body.addWidget(FormRow(_("&Appearance"), self.appearance))
        self.body.addWidget(FormRow(_("&Zoom"), self.zoom, _("90 to 200 per cent of the usual size")))
        self.language.activated.connect(lambda _index: self.language_chosen.emit(self.language.value()))
        self.appearance.activated.connect(lambda _index: self._use_appearance())
        self.zoom.activated.connect(lambda _index: self._use_zoom())

    def _use_appearance(self) -> None:
        self._app.preferences.change(appearance=self.appearance.value())
        self._app.use_look()

    def _use_zoom(self) -> None:
        self._app.preferences.change(zoom=int(self.zoom.value()))
        self._app.use_look()
        self.rebuild.emit()
