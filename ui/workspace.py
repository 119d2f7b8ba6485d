"""The inside of the window over an open vault: the rail, and beside it the page that is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from gmsc_desktop.i18n import _
from ui import pages_registry
from ui.widgets.rail import Rail

ASSESSMENT = "assessment"
"""The page of one visit's questions: no entry of the rail, it stands under the visits."""


class Workspace(QWidget):
    """Keeps the pages made so far by their names; ``here`` is the name of the one shown, empty before the first."""

    def __init__(self, owner: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.here = ""
        self._pages: dict[str, QWidget] = {}
        self.rail = Rail([(entry.name, entry.sign, _(entry.title)) for entry in pages_registry.ENTRIES], owner)
        self._stack = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._stack, 1)

    def offer_office(self, is_office: bool) -> None:
        """Offer the pages only an office has, or not."""
        for entry in pages_registry.ENTRIES:
            self.rail.offer(entry.name, is_office or not entry.for_office)

    def page(self, name: str = "") -> QWidget | None:
        """The page called ``name`` if it was made, or the one shown now."""
        return self._pages.get(name or self.here)

    def add(self, name: str, page: QWidget) -> None:
        """Keep ``page`` under ``name``; one kept before is taken down."""
        before = self._pages.pop(name, None)
        if before is not None:
            self._stack.removeWidget(before)
            before.deleteLater()
        self._pages[name] = page
        self._stack.addWidget(page)

    def show_page(self, name: str) -> None:
        """Show the page kept under ``name`` and give it the keyboard."""
        page = self._pages[name]
        self.here = name
        self._stack.setCurrentWidget(page)
        self.mark()
        if page.focusPolicy() == Qt.FocusPolicy.NoFocus and page.focusProxy() is None:
            # Without a place for the keyboard the window would have none at all, and shortcuts go nowhere.
            page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def mark(self) -> None:
        """Mark in the rail where the person is."""
        self.rail.show_chosen("visits" if self.here == ASSESSMENT else self.here)
