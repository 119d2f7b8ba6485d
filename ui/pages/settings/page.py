"""Settings: sections on the left, one of them on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.i18n import _
from ui.application import Application
from ui.pages.settings.backups import BackupsSection
from ui.pages.settings.certificate import CertificateSection
from ui.pages.settings.help import AboutSection, HelpSection
from ui.pages.settings.look import LookSection
from ui.pages.settings.profile import ProfileSection
from ui.pages.settings.security import SecuritySection
from ui.tasks import Tasks
from ui.theme import body_font, space
from ui.widgets.cards import Page, scrolled
from ui.widgets.labels import Button

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


class SettingsPage(Page):
    """Places are the names of the sections: profile, security, look, backups, certificate, help, about.

    ``restore`` carries a backup and the passphrase: the window closes the vault and puts the backup in its place.
    """

    rebuild = Signal()
    language_chosen = Signal(str)
    restore = Signal(object, str)

    def __init__(self, services: Services, tasks: Tasks, app: Application, parent: QWidget | None = None) -> None:
        super().__init__(_("Settings"), scrolls=False, wide=True, parent=parent)
        self.profile = ProfileSection(services, tasks)
        self.security = SecuritySection(services, tasks)
        self.look = LookSection(app)
        self.backups = BackupsSection(services, tasks)
        self.certificate = CertificateSection(services, tasks)
        self.help = HelpSection()
        self.about = AboutSection()
        self._sections: dict[str, tuple[str, str, QWidget]] = {
            "profile": (_("Profile"), "person", self.profile),
            "security": (_("Passphrase & recovery"), "key", self.security),
            "look": (_("Language & appearance"), "appearance", self.look),
            "backups": (_("Backups"), "backup", self.backups),
            "certificate": (_("Certificate"), "certificate", self.certificate),
            "help": (_("Help"), "help", self.help),
            "about": (_("About"), "info", self.about),
        }
        row = QHBoxLayout()
        row.setSpacing(space(6))
        row.addWidget(self._navigation())
        self._stack = QStackedWidget()
        for name, (_title, _sign, section) in self._sections.items():
            self._stack.addWidget(section if name == "help" else _column(section))
        row.addWidget(self._stack, 1)
        self.body.addLayout(row, 1)
        self.look.language_chosen.connect(self.language_chosen)
        self.look.rebuild.connect(self.rebuild)
        self.backups.restore.connect(self.restore)
        tasks.changed.connect(self._changed)
        self.show_place("profile")

    def refresh(self) -> None:
        """Read the section shown anew."""
        section = self._sections[self.place()][2]
        if hasattr(section, "refresh"):
            section.refresh()

    def show_place(self, place: str) -> None:
        """Show the section called ``place``."""
        if place in self._sections:
            self._stack.setCurrentIndex(tuple(self._sections).index(place))
            self._buttons[place].setChecked(True)
            moved = self.isAncestorOf(self.focusWidget() or self)
            self.setFocusProxy(self._buttons[place])
            if moved and self.isVisible():
                self._buttons[place].setFocus(Qt.FocusReason.OtherFocusReason)
            self.refresh()

    def place(self) -> str:
        """The section shown."""
        return tuple(self._sections)[self._stack.currentIndex()]

    def may_leave(self) -> bool:
        """A recovery code that was just made must have been kept."""
        return self.security.may_leave()

    def _navigation(self) -> QWidget:
        made = _Navigation()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(0.5))
        self._buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(made)
        bold = body_font()
        bold.setWeight(QFont.Weight.DemiBold)
        # The chosen one is set in semibold and must not need more room than it has.
        widest = max(QFontMetrics(bold).horizontalAdvance(title) for title, _sign, _page in self._sections.values())
        for name, (title, sign, _section) in self._sections.items():
            button = Button(title.replace("&", "&&"), sign, "section")
            button.setCheckable(True)
            button.setMinimumWidth(widest + space(15))
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            button.clicked.connect(lambda _checked=False, name=name: self._choose(name))
            group.addButton(button)
            self._buttons[name] = button
            column.addWidget(button)
        column.addStretch(1)
        return made

    def _choose(self, name: str) -> None:
        if self.may_leave():
            self.show_place(name)
        else:
            self._buttons[self.place()].setChecked(True)

    def _changed(self, changed: Changed, _origin: object) -> None:
        if self.isVisible() and changed.kinds & {"backup", "profile"}:
            self.refresh()


class _Navigation(QWidget):
    """Up and down go from section to section."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the keyboard and choose."""
        buttons = self.findChildren(QPushButton)
        here = next((number for number, button in enumerate(buttons) if button.hasFocus()), -1)
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and here >= 0 and 0 <= here + step < len(buttons):
            buttons[here + step].setFocus(Qt.FocusReason.TabFocusReason)
            buttons[here + step].click()
        else:
            super().keyPressEvent(event)


def _column(section: QWidget) -> QWidget:
    """No wider than a line that reads well, scrolled when it must be."""
    inner = QWidget()
    row = QHBoxLayout(inner)
    row.setContentsMargins(0, 0, space(2), 0)
    section.setMaximumWidth(space(180))
    column = QVBoxLayout()
    column.addWidget(section)
    column.addStretch(1)
    row.addLayout(column, 100)
    row.addStretch(1)
    return scrolled(inner)
