"""The page of papers: the library of signed documents, and the register of awards with its certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QWidget

from gmsc_desktop.i18n import _
from ui.pages.documents.awards import Awards
from ui.pages.documents.library import Library
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import Page
from ui.widgets.labels import Button

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

AWARDS = "awards"


class DocumentsPage(Page):
    """Documents and certificates of one vault. A place is a document's id, or ``awards``."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(_("Documents & certificates"), scrolls=False, wide=True, parent=parent)
        self.library = Library(services, tasks)
        self.awards = Awards(services, tasks)
        self._stack = QStackedWidget()
        tabs = QHBoxLayout()
        tabs.setSpacing(space(1))
        group = QButtonGroup(self)
        self.tabs: list[Button] = []
        panels: tuple[tuple[str, str, Library | Awards], ...] = (
            (_("&Documents"), "documents", self.library),
            (_("&Awards"), "certificate", self.awards),
        )
        for number, (text, sign, panel) in enumerate(panels):
            tab = Button(text, sign, "section")
            tab.setCheckable(True)
            group.addButton(tab, number)
            tabs.addWidget(tab)
            self.tabs.append(tab)
            self._stack.addWidget(panel)
            for button in panel.buttons:
                self.header.buttons.addWidget(button)
        tabs.addStretch(1)
        group.idClicked.connect(self._show)
        self.body.addLayout(tabs)
        self.body.addWidget(self._stack, 1)
        self._show(0)

    def refresh(self) -> None:
        """Read what is shown anew."""
        self._panel().refresh()

    def show_document(self, document_id: str) -> None:
        """Open this document, now or as soon as the library has been read."""
        self._show(0)
        self.library.show_document(document_id)

    def show_place(self, place: str) -> None:
        """Show the awards, or the document whose id ``place`` is."""
        if place == AWARDS:
            self._show(1)
        else:
            self.show_document(place)

    def place(self) -> str:
        """Where the person is."""
        return AWARDS if self._panel() is self.awards else self.library.place()

    def _panel(self) -> Library | Awards:
        return self.awards if self._stack.currentWidget() is self.awards else self.library

    def _show(self, number: int) -> None:
        self.tabs[number].setChecked(True)
        self._stack.setCurrentIndex(number)
        for button in self.library.buttons:
            button.setVisible(self._panel() is self.library)
        for button in self.awards.buttons:
            button.setVisible(self._panel() is self.awards)
        if self.isVisible():
            self.refresh()
