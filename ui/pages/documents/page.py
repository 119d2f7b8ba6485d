"""The page of papers: signed documents, the register of awards with its certificates, and what no longer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from gmsc_desktop.i18n import _
from ui.pages.documents.awards import Awards
from ui.pages.documents.library import Library
from ui.pages.documents.withdrawals import Withdrawals
from ui.tasks import Tasks
from ui.widgets.tabs import Tab, TabbedPage

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

AWARDS, WITHDRAWALS = "awards", "withdrawals"
_PANELS = {AWARDS: 1, WITHDRAWALS: 2}


class DocumentsPage(TabbedPage):
    """Documents and certificates of one vault. A place is a document's id, ``awards`` or
    ``withdrawals``."""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(_("Documents & certificates"), parent)
        self.library = library = Library(services, tasks)
        self.awards = awards = Awards(services, tasks)
        self.withdrawals = withdrawals = Withdrawals(services, tasks)
        self.add_panels(
            Tab(_("&Documents"), "documents", library, library.buttons, library.refresh),
            Tab(_("&Awards"), "certificate", awards, awards.buttons, awards.refresh),
            Tab(_("No &longer valid"), "warning", withdrawals, withdrawals.buttons, withdrawals.refresh),
        )

    def show_document(self, document_id: str) -> None:
        """Open this document, now or as soon as the library has been read."""
        self.show_panel(0)
        self.library.show_document(document_id)

    def show_place(self, place: str) -> None:
        """Show the awards, or the document whose id ``place`` is."""
        if place in _PANELS:
            self.show_panel(_PANELS[place])
        else:
            self.show_document(place)

    def place(self) -> str:
        """Where the person is."""
        named = {number: name for name, number in _PANELS.items()}
        return named.get(self.panel()) or self.library.place()
