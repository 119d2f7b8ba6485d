"""Pages of several panels: a row of tabs, and the buttons of the panel shown in the page's header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QWidget

from ui.theme import space
from ui.widgets.cards import Page
from ui.widgets.labels import Button


@dataclass(frozen=True, slots=True)
class Tab:
    """One panel: its tab's text and sign, its ``buttons`` for the header, and what reads it anew."""

    text: str
    sign: str
    panel: QWidget
    buttons: Sequence[Button]
    refresh: Callable[[], None]


class TabbedPage(Page):
    """A page that shows one of its panels."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, scrolls=False, wide=True, parent=parent)
        self.tabs: list[Button] = []
        self._stack = QStackedWidget()
        self._panels: tuple[Tab, ...] = ()
        self._was_read = False

    def add_panels(self, *panels: Tab) -> None:
        """Show these, the first now."""
        self._panels = panels
        row = QHBoxLayout()
        row.setSpacing(space(1))
        group = QButtonGroup(self)
        for number, each in enumerate(panels):
            tab = Button(each.text, each.sign, "section")
            tab.setCheckable(True)
            group.addButton(tab, number)
            row.addWidget(tab)
            self.tabs.append(tab)
            _make_room(tab)
            self._stack.addWidget(each.panel)
            for button in each.buttons:
                self.header.buttons.addWidget(button)
        row.addStretch(1)
        group.idClicked.connect(self.show_panel)
        self.body.addLayout(row)
        self.body.addWidget(self._stack, 1)
        self.show_panel(0)

    def panel(self) -> int:
        """The number of the panel shown."""
        return self._stack.currentIndex()

    def show_panel(self, number: int) -> None:
        """Show another panel and its buttons."""
        self.tabs[number].setChecked(True)
        self._stack.setCurrentIndex(number)
        for at, each in enumerate(self._panels):
            for button in each.buttons:
                button.setVisible(at == number)
        # A page on its way into a window built anew was read, and is not seen yet.
        if self.isVisible() or self._was_read:
            self.refresh()

    def refresh(self) -> None:
        """Read the panel shown anew."""
        self._was_read = True
        self._panels[self.panel()].refresh()


def _make_room(tab: Button) -> None:
    """The tab chosen is written bold, which takes more room than Qt asks for."""
    tab.ensurePolished()
    bold = QFont(tab.font())
    bold.setWeight(QFont.Weight.DemiBold)
    text = tab.text().replace("&", "")
    more = QFontMetrics(bold).horizontalAdvance(text) - tab.fontMetrics().horizontalAdvance(text)
    tab.setMinimumWidth(tab.sizeHint().width() + max(0, more) + space(1))
